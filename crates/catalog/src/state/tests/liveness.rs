//! Workers that claim, store, wait and die in any order.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{state, worker};
use crate::claim::Settled;
use crate::ids::WorkerId;
use crate::samples::{chunk, place};
use crate::state::{Facts, Settlements, Settling, State, WaitId};

#[derive(Clone, Debug)]
enum Move {
    Claim(usize, Vec<u64>),
    RecordOwed(usize),
    Settle(usize, Vec<u64>),
    Die(usize),
}

fn a_move() -> impl Strategy<Value = Move> {
    let ids = || prop::collection::vec(0u64..6, 1..4);
    prop_oneof![
        (0usize..3, ids()).prop_map(|(who, ids)| Move::Claim(who, ids)),
        (0usize..3).prop_map(Move::RecordOwed),
        (0usize..3, ids()).prop_map(|(who, ids)| Move::Settle(who, ids)),
        (0usize..3).prop_map(Move::Die),
    ]
}

proptest! {
    /// Whatever the workers do: when those that are alive store what they owe, nobody is left waiting, and every chunk
    /// that a settle called stored is stored.
    #[test]
    fn nobody_waits_for_ever(moves in prop::collection::vec(a_move(), 1..40)) {
        let (mut state, mut facts) = state();
        let mut workers = ["GRIDA", "GRIDB", "GRIDC"].map(|on| worker(&mut state, on));
        let mut asked = BTreeMap::new();
        let check = |facts: &Facts, asked: &mut BTreeMap<WaitId, (WorkerId, Vec<u64>)>, done: Settlements| {
            for (wait, answer) in done {
                let (_, ids) = asked.remove(&wait).expect("a wait ends once");
                for (id, settled) in ids.into_iter().zip(answer) {
                    assert_eq!(settled == Settled::Stored, facts.stored.contains_key(&chunk(id)));
                }
            }
        };
        for step in moves {
            match step {
                Move::Claim(who, ids) => {
                    let ids: Vec<_> = ids.into_iter().map(chunk).collect();
                    state.claim(workers[who], &ids, &facts).unwrap();
                }
                Move::RecordOwed(who) => {
                    let done = record_owed(&mut state, &mut facts, workers[who]);
                    check(&facts, &mut asked, done);
                }
                Move::Settle(who, ids) => {
                    let wanted = ids.iter().copied().map(chunk).collect();
                    if let Settling::Waiting(wait) = state.settle(workers[who], wanted, &facts).unwrap() {
                        asked.insert(wait, (workers[who], ids));
                    }
                }
                Move::Die(who) => {
                    let dead = workers[who];
                    let done = state.gone(dead);
                    check(&facts, &mut asked, done);
                    asked.retain(|_, (asker, _)| *asker != dead);
                    workers[who] = worker(&mut state, "GRIDD");
                }
            }
        }
        // One round is enough: a wait that ends with something to store leaves the others to be ended by that.
        for _ in 0..2 {
            for who in workers {
                let done = record_owed(&mut state, &mut facts, who);
                check(&facts, &mut asked, done);
            }
        }
        prop_assert!(asked.is_empty(), "left waiting: {asked:?}");
    }
}

/// Stores and records everything that the worker owes.
fn record_owed(state: &mut State, facts: &mut Facts, who: WorkerId) -> Settlements {
    let owed: Vec<_> = (0..6)
        .filter(|id| state.claims.owner(&chunk(*id)) == Some(who))
        .collect();
    let rows: Vec<_> = owed.into_iter().map(|id| (chunk(id), place(1, id))).collect();
    state.record_pack(&rows, facts).unwrap().1
}

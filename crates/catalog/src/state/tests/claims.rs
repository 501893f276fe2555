//! Who stores a chunk, who waits for it, who inherits it.

use super::{record, state, waiting, worker};
use crate::catalog_store::Change;
use crate::claim::{Claim, Settled};
use crate::error::Refusal;
use crate::samples::{chunk, chunks, pack, place, places};
use crate::state::Settling;

#[test]
fn a_chunk_is_given_to_one_worker() {
    let (mut state, mut facts) = state();
    let (a, b) = (worker(&mut state, "GRIDA"), worker(&mut state, "GRIDB"));
    let both = [chunk(1), chunk(2), chunk(1)];
    assert_eq!(
        state.claim(a, &both, &facts).unwrap(),
        [Claim::Yours, Claim::Yours, Claim::Mine]
    );
    assert_eq!(state.claim(b, &both, &facts).unwrap(), [Claim::Awaited; 3]);
    record(&mut state, &mut facts, 1..2);
    assert_eq!(
        state.claim(b, &both, &facts).unwrap(),
        [Claim::Known, Claim::Awaited, Claim::Known]
    );
}

#[test]
fn unfinished_claims_of_a_dead_worker_return() {
    let (mut state, facts) = state();
    let (a, b) = (worker(&mut state, "GRIDA"), worker(&mut state, "GRIDB"));
    state.claim(a, &[chunk(1)], &facts).unwrap();
    assert!(state.gone(a).is_empty());
    assert_eq!(state.claim(b, &[chunk(1)], &facts).unwrap(), [Claim::Yours]);
    assert_eq!(
        state.claim(a, &[chunk(1)], &facts),
        Err(Refusal::NoSuchWorker { worker: a })
    );
    assert_eq!(
        state.settle(a, vec![], &facts),
        Err(Refusal::NoSuchWorker { worker: a })
    );
    assert!(state.gone(a).is_empty(), "gone twice is gone");
}

#[test]
fn a_settle_ends_when_all_is_stored() {
    let (mut state, mut facts) = state();
    let (a, b) = (worker(&mut state, "GRIDA"), worker(&mut state, "GRIDB"));
    state.claim(a, &chunks(0..4), &facts).unwrap();
    let wait = waiting(state.settle(b, vec![chunk(3), chunk(0)], &facts).unwrap());
    assert!(record(&mut state, &mut facts, 0..2).is_empty());
    assert_eq!(
        record(&mut state, &mut facts, 3..4),
        [(wait, vec![Settled::Stored; 2])]
    );
    let again = state.settle(b, vec![chunk(0)], &facts).unwrap();
    assert_eq!(again, Settling::Done(vec![Settled::Stored]));
}

#[test]
fn a_settle_never_waits_for_itself() {
    let (mut state, facts) = state();
    let a = worker(&mut state, "GRIDA");
    state.claim(a, &[chunk(1)], &facts).unwrap();
    let settled = state.settle(a, vec![chunk(1), chunk(2)], &facts).unwrap();
    assert_eq!(settled, Settling::Done(vec![Settled::Yours; 2]));
    assert_eq!(state.claim(a, &[chunk(2)], &facts).unwrap(), [Claim::Mine]);
}

#[test]
fn the_longest_waiter_inherits_and_the_others_wait_on() {
    let (mut state, mut facts) = state();
    let [a, b, c] = ["GRIDA", "GRIDB", "GRIDC"].map(|on| worker(&mut state, on));
    state.claim(a, &chunks(0..2), &facts).unwrap();
    state.claim(c, &[chunk(9)], &facts).unwrap();
    let first = waiting(state.settle(b, vec![chunk(0), chunk(9)], &facts).unwrap());
    let second = waiting(state.settle(c, vec![chunk(0)], &facts).unwrap());
    // B has something to store now, and is told at once although chunk 9 is still being stored by C, which waits for B.
    assert_eq!(state.gone(a), [(first, vec![Settled::Yours, Settled::Awaited])]);
    assert_eq!(
        record(&mut state, &mut facts, 0..1),
        [(second, vec![Settled::Stored])]
    );
}

#[test]
fn one_worker_with_two_waits_inherits_in_both() {
    let (mut state, facts) = state();
    let (a, b) = (worker(&mut state, "GRIDA"), worker(&mut state, "GRIDB"));
    state.claim(a, &chunks(0..2), &facts).unwrap();
    let first = waiting(state.settle(b, vec![chunk(0)], &facts).unwrap());
    let second = waiting(state.settle(b, vec![chunk(1), chunk(0)], &facts).unwrap());
    let settled = state.gone(a);
    assert_eq!(
        settled,
        [(first, vec![Settled::Yours]), (second, vec![Settled::Yours; 2])]
    );
}

#[test]
fn a_wait_that_was_given_up_inherits_nothing() {
    let (mut state, facts) = state();
    let [a, b, c] = ["GRIDA", "GRIDB", "GRIDC"].map(|on| worker(&mut state, on));
    state.claim(a, &[chunk(0)], &facts).unwrap();
    let given_up = waiting(state.settle(b, vec![chunk(0)], &facts).unwrap());
    let heir = waiting(state.settle(c, vec![chunk(0)], &facts).unwrap());
    state.cancel(given_up);
    assert_eq!(state.gone(a), [(heir, vec![Settled::Yours])]);
}

#[test]
fn a_pack_may_be_recorded_again_but_not_otherwise() {
    let (mut state, mut facts) = state();
    record(&mut state, &mut facts, 0..3);
    assert!(state.record_pack(&places(1, 0..3), &mut facts).is_ok());
    let wrong = [(chunk(5), place(1, 5)), (chunk(0), place(1, 1))];
    let refused = state.record_pack(&wrong, &mut facts).unwrap_err();
    assert_eq!(
        refused,
        Refusal::PackRecordedOtherwise {
            pack: pack(1),
            chunk: chunk(0)
        }
    );
    assert!(
        !facts.stored.contains_key(&chunk(5)),
        "a refused request changed something"
    );
}

#[test]
fn a_chunk_stored_twice_keeps_its_first_place() {
    let (mut state, mut facts) = state();
    record(&mut state, &mut facts, 0..1);
    let (change, _) = state.record_pack(&places(2, 0..2), &mut facts).unwrap();
    assert_eq!(change, Some(Change::Places(places(2, 1..2))));
    assert_eq!(facts.stored[&chunk(0)], place(1, 0));
}

#[test]
fn a_pack_with_nothing_new_is_named_all_the_same() {
    let (mut state, mut facts) = state();
    record(&mut state, &mut facts, 0..2);
    let mixed = [
        (chunk(0), place(2, 0)),
        (chunk(1), place(2, 1)),
        (chunk(5), place(3, 5)),
    ];
    let (change, _) = state.record_pack(&mixed, &mut facts).unwrap();
    let written = vec![(chunk(5), place(3, 5)), (chunk(0), place(2, 0))];
    assert_eq!(change, Some(Change::Places(written)));
}

#[test]
fn what_a_worker_gives_up_falls_to_the_next() {
    let (mut state, facts) = state();
    let (a, b) = (worker(&mut state, "GRIDA"), worker(&mut state, "GRIDB"));
    state.claim(a, &chunks(0..3), &facts).unwrap();
    state.claim(b, &[chunk(9)], &facts).unwrap();
    let wait = waiting(state.settle(b, vec![chunk(1)], &facts).unwrap());
    let settled = state
        .abandon(a, &[chunk(1), chunk(2), chunk(9), chunk(1)])
        .unwrap();
    assert_eq!(settled, [(wait, vec![Settled::Yours])]);
    let claims = state
        .claim(a, &[chunk(0), chunk(1), chunk(2), chunk(9)], &facts)
        .unwrap();
    assert_eq!(
        claims,
        [Claim::Mine, Claim::Awaited, Claim::Yours, Claim::Awaited]
    );
}

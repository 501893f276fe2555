//! The rules, one by one, without a store and without a runtime.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{Facts, Settlements, Settling, State};
use crate::claim::{Claim, Settled};
use crate::domain::{DomainRecord, DomainStatus};
use crate::error::Refusal;
use crate::ids::{InstanceId, WorkerId};
use crate::instance::{InstanceEnd, InstanceState};
use crate::samples::{
    at, begun, chunk, chunks, copied, failed, instance_id, job, member, minidisk, pack, place, places, plan,
    volume,
};

fn state() -> (State, Facts) {
    (State::default(), Facts::default())
}

fn worker(state: &mut State, on: &str) -> WorkerId {
    state.register(member(on)).unwrap()
}

fn waiting(settling: Settling) -> super::WaitId {
    match settling {
        Settling::Waiting(wait) => wait,
        Settling::Done(answer) => panic!("answered at once: {answer:?}"),
    }
}

/// Records chunks and hands out whose wait that ended.
fn record(state: &mut State, facts: &mut Facts, numbers: std::ops::Range<u64>) -> Settlements {
    state.record_pack(&places(1, numbers), facts).unwrap().1
}

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
    assert_eq!(
        change,
        Some(crate::catalog_store::Change::Places(places(2, 1..2)))
    );
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
    assert_eq!(change, Some(crate::catalog_store::Change::Places(written)));
}

#[test]
fn instances_are_numbered_by_job() {
    let mut state = State::new(BTreeMap::from([(job("DAILY"), 41)]));
    let mut facts = Facts::default();
    let begin =
        |state: &mut State, facts: &mut Facts, name| state.begin(&plan(name, "GRIDA", 0), at(1), facts);
    assert_eq!(
        begin(&mut state, &mut facts, "DAILY").unwrap().0,
        instance_id("DAILY", 42)
    );
    assert_eq!(
        begin(&mut state, &mut facts, "WEEKLY").unwrap().0,
        instance_id("WEEKLY", 1)
    );
    state
        .close_instance(instance_id("DAILY", 42), at(2), &mut facts)
        .unwrap();
    assert_eq!(
        begin(&mut state, &mut facts, "DAILY").unwrap().0,
        instance_id("DAILY", 43)
    );
    let mut state = State::new(BTreeMap::from([(job("DAILY"), u32::MAX)]));
    assert!(matches!(
        begin(&mut state, &mut facts, "DAILY"),
        Err(Refusal::NoNumberLeft { .. })
    ));
}

#[test]
fn a_job_runs_once_at_a_time() {
    let (mut state, mut facts) = state();
    state
        .begin(&plan("DAILY", "GRIDA", 1), at(0), &mut facts)
        .unwrap();
    let refused = state
        .begin(&plan("DAILY", "GRIDB", 1), at(5), &mut facts)
        .unwrap_err()
        .to_string();
    assert!(
        refused.contains("DAILY/1") && refused.contains("GRIDA"),
        "{refused}"
    );
    assert!(refused.contains("1970-01-01 00:00:00Z"), "{refused}");
}

#[test]
fn a_base_has_ended() {
    let (mut state, mut facts) = state();
    let mut incremental = plan("DAILY", "GRIDA", 1);
    incremental.base = Some(instance_id("FULL", 1));
    let refused = state.begin(&incremental, at(1), &mut facts).unwrap_err();
    assert!(matches!(
        refused,
        Refusal::BadBase {
            fault: "is not in the catalog",
            ..
        }
    ));
    state.begin(&plan("FULL", "GRIDA", 0), at(1), &mut facts).unwrap();
    let refused = state.begin(&incremental, at(1), &mut facts).unwrap_err();
    assert!(matches!(
        refused,
        Refusal::BadBase {
            fault: "is still running",
            ..
        }
    ));
    state
        .close_instance(instance_id("FULL", 1), at(2), &mut facts)
        .unwrap();
    assert_eq!(
        state.begin(&incremental, at(3), &mut facts).unwrap().0,
        instance_id("DAILY", 1)
    );
}

/// An instance of `expected` domains with the manifest of all of them stored.
fn running(expected: u32) -> (State, Facts, InstanceId) {
    let (mut state, mut facts) = state();
    record(&mut state, &mut facts, 0..1);
    let (id, _) = state
        .begin(&plan("DAILY", "GRIDA", expected), at(1), &mut facts)
        .unwrap();
    (state, facts, id)
}

#[test]
fn a_domain_closes_once_its_manifest_is_stored() {
    let (mut state, mut facts, id) = running(2);
    let name = minidisk("MAINT", 0x190, None);
    let refused = state
        .close_domain(id, copied(name, 7, 2), &mut facts)
        .unwrap_err();
    assert_eq!(
        refused,
        Refusal::ManifestNotStored {
            instance: id,
            domain: name,
            manifest: chunk(7)
        }
    );
    let nothing_named = DomainRecord {
        manifest: None,
        ..copied(name, 0, 2)
    };
    let refused = state.close_domain(id, nothing_named, &mut facts).unwrap_err();
    assert_eq!(
        refused,
        Refusal::NoManifest {
            instance: id,
            domain: name
        }
    );
    assert!(
        state
            .close_domain(id, copied(name, 0, 2), &mut facts)
            .unwrap()
            .is_some()
    );
    let sent_again = state.close_domain(id, copied(name, 0, 2), &mut facts).unwrap();
    assert_eq!(sent_again, None);
    let refused = state
        .close_domain(id, copied(name, 0, 3), &mut facts)
        .unwrap_err();
    assert_eq!(
        refused,
        Refusal::DomainClosedOtherwise {
            instance: id,
            domain: name
        }
    );
}

#[test]
fn a_domain_closes_only_in_its_running_instance() {
    let (mut state, mut facts, id) = running(1);
    let domain = copied(volume("VMCOM1", None), 0, 2);
    let unknown = instance_id("DAILY", 9);
    let refused = state
        .close_domain(unknown, domain.clone(), &mut facts)
        .unwrap_err();
    assert_eq!(refused, Refusal::NoSuchInstance { instance: unknown });
    state.close_domain(id, domain.clone(), &mut facts).unwrap();
    let one_more = copied(volume("VMCOM2", None), 0, 2);
    let refused = state.close_domain(id, one_more.clone(), &mut facts).unwrap_err();
    assert!(matches!(refused, Refusal::MoreThanPlanned { expected: 1, .. }));
    state.close_instance(id, at(3), &mut facts).unwrap();
    let refused = state.close_domain(id, one_more, &mut facts).unwrap_err();
    assert!(matches!(
        refused,
        Refusal::InstanceEnded {
            state: InstanceState::Complete,
            ..
        }
    ));
    assert_eq!(
        state.close_domain(id, domain, &mut facts).unwrap(),
        None,
        "the outbox may send it again"
    );
}

#[test]
fn what_an_instance_was_worth_follows_from_its_domains() {
    let good = || copied(minidisk("MAINT", 0x190, None), 0, 2);
    let bad = || failed(minidisk("MAINT", 0x191, None), 2);
    let skipped = || DomainRecord {
        status: DomainStatus::Skipped("no link".to_owned()),
        ..bad()
    };
    let unchanged = || DomainRecord {
        status: DomainStatus::Unchanged,
        ..good()
    };
    let ended = |expected, domains: Vec<DomainRecord>| {
        let (mut state, mut facts, id) = running(expected);
        for domain in domains {
            state.close_domain(id, domain, &mut facts).unwrap();
        }
        let (record, _) = state.close_instance(id, at(9), &mut facts).unwrap();
        let (again, change) = state.close_instance(id, at(10), &mut facts).unwrap();
        assert_eq!((&again, change), (&record, None), "the first end stays");
        record
    };
    assert_eq!(ended(0, vec![]).state, InstanceState::Complete);
    assert_eq!(ended(1, vec![]).state, InstanceState::Incomplete);
    assert_eq!(ended(1, vec![bad()]).state, InstanceState::Failed);
    assert_eq!(ended(2, vec![bad()]).state, InstanceState::Incomplete);
    assert_eq!(ended(1, vec![unchanged()]).state, InstanceState::Complete);
    assert_eq!(ended(2, vec![good(), skipped()]).state, InstanceState::Complete);
    let mixed = ended(2, vec![good(), bad()]);
    assert_eq!(mixed.state, InstanceState::CompleteWithErrors);
    assert_eq!(
        (mixed.domains.copied, mixed.domains.failed, mixed.totals.units),
        (1, 1, 150)
    );
    assert_eq!(mixed.ended, Some(at(9)));
}

#[test]
fn nobody_saw_the_end_of_an_abandoned_instance() {
    let done = [copied(volume("VMCOM1", None), 0, 2)];
    let record = State::abandoned(begun("DAILY", 1, 1), &done);
    assert_eq!((record.state, record.ended), (InstanceState::Incomplete, None));
    assert_eq!((record.domains.copied, record.totals.units), (1, 75));
}

fn an_end(number: u32, manifest: u64) -> InstanceEnd {
    let domain = copied(volume("VMCOM1", None), manifest, 2);
    let domains = BTreeMap::from([(domain.name, domain.clone())]);
    let instance = begun("DAILY", number, 1).ended_with(&domains, Some(at(3)));
    InstanceEnd {
        instance,
        domains: vec![domain],
    }
}

#[test]
fn a_rebuild_may_be_repeated() {
    let (mut state, mut facts) = state();
    record(&mut state, &mut facts, 0..1);
    let (changes, lost) = state.rebuild_ended(an_end(4, 0), &mut facts).unwrap();
    assert_eq!((changes.len(), lost.len()), (2, 0));
    let (changes, lost) = state.rebuild_ended(an_end(4, 0), &mut facts).unwrap();
    assert_eq!((changes.len(), lost.len()), (0, 0));
    assert_eq!(
        state.rebuild_begun(begun("DAILY", 4, 1), &mut facts).unwrap(),
        None,
        "its end is known"
    );
    let (next, _) = state
        .begin(&plan("DAILY", "GRIDA", 1), at(9), &mut facts)
        .unwrap();
    assert_eq!(next.number, 5, "a rebuilt number is not given out again");
}

#[test]
fn a_rebuild_knows_what_is_lost_until_it_is_found() {
    let (mut state, mut facts) = state();
    let end = an_end(1, 0);
    let (_, lost) = state.rebuild_ended(end.clone(), &mut facts).unwrap();
    assert_eq!(lost, end.domains);
    assert_eq!(facts.instances[&end.instance.id].state, InstanceState::Failed);
    let kept = &facts.domains[&(end.instance.id, end.domains[0].name)];
    assert!(matches!(&kept.status, DomainStatus::Failed(reason) if reason.contains("in no pack")));
    record(&mut state, &mut facts, 0..1);
    let (changes, lost) = state.rebuild_ended(end.clone(), &mut facts).unwrap();
    assert_eq!((changes.len(), lost.len()), (2, 0));
    assert_eq!(facts.instances[&end.instance.id], end.instance);
}

#[test]
fn a_rebuild_replaces_a_beginning_by_its_end_and_nothing_else() {
    let (mut state, mut facts) = state();
    record(&mut state, &mut facts, 0..1);
    state.rebuild_begun(begun("DAILY", 1, 1), &mut facts).unwrap();
    assert_eq!(
        facts.instances[&instance_id("DAILY", 1)].state,
        InstanceState::Incomplete
    );
    state.rebuild_ended(an_end(1, 0), &mut facts).unwrap();
    assert_eq!(
        facts.instances[&instance_id("DAILY", 1)].state,
        InstanceState::Complete
    );
    let mut other = an_end(1, 0);
    other.instance.started = at(77);
    let refused = state.rebuild_ended(other, &mut facts).unwrap_err();
    assert_eq!(
        refused,
        Refusal::InstanceRecordedOtherwise {
            instance: instance_id("DAILY", 1)
        }
    );
}

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
        let check = |facts: &Facts, asked: &mut BTreeMap<super::WaitId, (WorkerId, Vec<u64>)>, done: Settlements| {
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

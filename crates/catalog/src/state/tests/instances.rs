//! How instances begin and end, and how they come back from a repository.

use std::collections::BTreeMap;

use super::{record, state};
use crate::domain::{DomainRecord, DomainStatus};
use crate::error::Refusal;
use crate::ids::InstanceId;
use crate::instance::{InstanceEnd, InstanceState};
use crate::samples::{at, begun, chunk, copied, failed, instance_id, job, minidisk, plan, volume};
use crate::state::{Facts, State};

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
    InstanceEnd::of(
        begun("DAILY", number, 1),
        vec![copied(volume("VMCOM1", None), manifest, 2)],
        at(3),
    )
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

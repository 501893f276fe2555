//! Rules about DISTRIBUTE, without which IDENTITY users cannot command servers on other members.

mod distribute_change;
mod distribute_changed_by_rolling_ipl;
mod distribute_iucv_missing;
mod distribute_not_in_force;
mod distribute_not_the_same;

pub use distribute_change::distribute_change;

use std::collections::BTreeSet;

use zvm::{
    ConfigKind, ConfigStatement, Distribute, Located, Moment, Site,
    facts::{Change, MemberState},
};

use crate::{
    lookup::{members, statements},
    rule::Rule,
    subject::Subject,
};

/// In the order of their codes.
pub(crate) static RULES: &[&dyn Rule] = &[
    &distribute_iucv_missing::RULE,
    &distribute_not_the_same::RULE,
    &distribute_changed_by_rolling_ipl::RULE,
    &distribute_not_in_force::RULE,
];

/// The DISTRIBUTE IUCV statements.
pub(crate) fn distribute(site: &Site) -> impl Iterator<Item = (&ConfigStatement, &Located<Distribute>)> {
    statements(site, |kind| match kind {
        ConfigKind::DistributeIucv(iucv) => Some(iucv),
        _ => None,
    })
}

/// The recorded changes of DISTRIBUTE.
fn changes<'a>(subject: &Subject<'a>) -> impl Iterator<Item = &'a Change> {
    let distribute = |change: &&Change| {
        change
            .statement
            .as_ref()
            .is_some_and(|word| word.starts_with("DISTRIBUTE"))
    };
    subject.facts.changes.iter().filter(distribute)
}

/// The first time after `since` at which all members were down. A member of whom nothing is recorded is running.
fn full_outage(subject: &Subject<'_>, since: Moment) -> Option<Moment> {
    let mut events: Vec<_> = subject.facts.states.iter().collect();
    events.sort_by_key(|event| event.at);
    let all: BTreeSet<_> = members(subject.site).collect();
    let mut down = BTreeSet::new();
    for event in events {
        match event.state {
            MemberState::Down => down.insert(event.member),
            _ => down.remove(&event.member),
        };
        if event.at > since && all.is_subset(&down) {
            return Some(event.at);
        }
    }
    None
}

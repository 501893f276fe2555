//! What facts say about a time: which run, which spell, who overlaps whom.

use std::collections::BTreeMap;

use zvm::{
    Facts, MemberName, Moment, Place, Schedule,
    facts::{Instance, InstanceName, InstanceState, MemberState},
};

const MINUTE: i64 = 60;
const DAY: i64 = 24 * 60 * MINUTE;
/// Every schedule starts at least once in so many days.
const LONGEST_GAP_DAYS: i64 = 32;

/// The runs of jobs by name; the last one, should a name occur twice.
pub(crate) fn runs(facts: &Facts) -> BTreeMap<InstanceName, &Instance> {
    facts.instances.iter().map(|run| (run.name, run)).collect()
}

/// Whether something can be restored from the run.
pub(crate) fn is_good(run: &Instance) -> bool {
    matches!(
        run.state,
        InstanceState::Complete | InstanceState::CompleteWithErrors
    )
}

/// Whether the run can still serve as the base of another: it ended with copies, and is not purged.
pub(crate) fn is_lost(run: &Instance) -> bool {
    matches!(
        run.state,
        InstanceState::Purged | InstanceState::Failed | InstanceState::Incomplete
    )
}

/// A time that has a beginning, and an end unless it lasts.
#[derive(Debug, Clone)]
pub(crate) struct Spell {
    pub(crate) member: MemberName,
    pub(crate) from: Moment,
    pub(crate) until: Option<Moment>,
    pub(crate) place: Place,
}

impl Spell {
    /// Whether the moment lies in the spell. The end does not.
    pub(crate) fn holds(&self, at: Moment) -> bool {
        self.from <= at && self.until.is_none_or(|until| at < until)
    }
}

/// The spells in which members were in one of these states, by their beginnings.
pub(crate) fn spells(facts: &Facts, wanted: &[MemberState]) -> Vec<Spell> {
    let mut changes: Vec<_> = facts.states.iter().collect();
    changes.sort_by_key(|change| (change.at, change.member));
    let mut open: BTreeMap<MemberName, Spell> = BTreeMap::new();
    let mut ended = Vec::new();
    for change in changes {
        if wanted.contains(&change.state) {
            open.entry(change.member).or_insert_with(|| Spell {
                member: change.member,
                from: change.at,
                until: None,
                place: change.place.clone(),
            });
        } else if let Some(spell) = open.remove(&change.member) {
            ended.push(Spell {
                until: Some(change.at),
                ..spell
            });
        }
    }
    ended.extend(open.into_values());
    ended.sort_by_key(|spell| (spell.from, spell.member));
    ended
}

/// Whether two times have a moment in common. A beginning or an end that is not known is open.
pub(crate) fn overlap(a: (Option<Moment>, Option<Moment>), b: (Option<Moment>, Option<Moment>)) -> bool {
    let begins_before_end = |from: Option<Moment>, until: Option<Moment>| match (from, until) {
        (Some(from), Some(until)) => from < until,
        _ => true,
    };
    begins_before_end(a.0, b.1) && begins_before_end(b.0, a.1)
}

/// The first scheduled start at or after `from`, and before `until`.
pub(crate) fn first_start(schedule: &Schedule, from: Moment, until: Moment) -> Option<Moment> {
    let midnight = from.seconds() - from.seconds().rem_euclid(DAY);
    let day = |nth: i64| Moment::from_seconds(midnight + nth * DAY);
    (0..=LONGEST_GAP_DAYS)
        .map(day)
        .take_while(|day| *day < until)
        .flat_map(|day| starts_on(schedule, day))
        .find(|start| *start >= from && *start < until)
}

fn starts_on(schedule: &Schedule, day: Moment) -> Vec<Moment> {
    let at = |minute: i64| Moment::from_seconds(day.seconds() + minute * MINUTE);
    match *schedule {
        Schedule::Weekly { days, minute } if days[day.weekday()] => vec![at(i64::from(minute))],
        Schedule::Weekly { .. } => Vec::new(),
        Schedule::Hourly { minute } => (0..24).map(|hour| at(hour * 60 + i64::from(minute))).collect(),
        Schedule::Monthly { day: wanted, minute } => {
            let date = day.to_string();
            let is_it = date.get(8..10) == Some(format!("{wanted:02}").as_str());
            is_it.then(|| at(i64::from(minute))).into_iter().collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(text: &str) -> Moment {
        text.parse().unwrap()
    }

    #[test]
    fn starts_within_a_time() {
        let first = |schedule: &str, from: &str, until: &str| {
            first_start(&schedule.parse().unwrap(), moment(from), moment(until)).map(|at| at.to_string())
        };
        let sat = Some("2026-03-07 01:00".to_owned());
        assert_eq!(first("SAT 01:00", "2026-03-02", "2026-03-09"), sat);
        assert_eq!(first("SAT 01:00", "2026-03-02", "2026-03-07 01:00"), None);
        assert_eq!(first("SAT 01:00", "2026-03-07 01:00", "2026-03-08"), sat);
        let monthly = Some("2026-04-01 03:00".to_owned());
        assert_eq!(
            first("monthly 1 03:00", "2026-03-01 04:00", "2026-05-01"),
            monthly
        );
        let hourly = Some("2026-03-01 05:15".to_owned());
        assert_eq!(first("hourly 00:15", "2026-03-01 04:16", "2026-05-01"), hourly);
    }

    #[test]
    fn times_that_touch_do_not_overlap() {
        let (a, b, c) = (moment("2026-03-01"), moment("2026-03-02"), moment("2026-03-03"));
        assert!(!overlap((Some(a), Some(b)), (Some(b), Some(c))));
        assert!(overlap((Some(a), None), (Some(b), Some(c))));
        assert!(overlap((None, Some(c)), (Some(b), None)));
    }
}

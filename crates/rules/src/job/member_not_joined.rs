//! SSI-JOB-012

use std::collections::BTreeMap;

use zvm::{
    MemberName, Moment, Schedule, Severity,
    facts::{Facts, MemberState, StateChange},
};

use crate::{
    finding::Findings,
    job::common::home,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-JOB-012",
        name: "member-not-joined",
        severity: Severity::Error,
        expert: false,
        since: "0.1",
        source: "derived from the states of members and the schedules of jobs",
        text: "A job must start at a member that is joined to the cluster.",
        why: "On a member that is down nothing runs; on one that is isolated or suspended nothing shared \
              can be linked, and the catalog cannot be reached.",
        example: "GRIDC down for service from 00:30 to 04:00, its job at 01:00",
        repair: "Run the job when the member is back, or move it for the time of the service.",
    },
    check,
};

const MINUTES_A_DAY: i64 = 24 * 60;

/// More days of history than this are not gone through.
const DAYS_MAX: u32 = 400;

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(history) = &subject.facts.history else {
        return;
    };
    let states = states(subject.facts);
    for job in &subject.site.jobs {
        let (Some(member), Some(times)) = (home(job), job.times()) else {
            continue;
        };
        let Some(changes) = states.get(&member) else {
            continue;
        };
        let start = starts(times, history.from, history.to)
            .filter_map(|start| Some((start, state_at(changes, start)?)))
            .find(|(start, change)| is_away(change, *start));
        if let Some((start, change)) = start {
            let message = format!(
                "job {} was to start at {start}, but {member} was {} since {}",
                job.name,
                word(change.state),
                change.at
            );
            findings
                .report(&job.member_place, format!("{} {member}", job.name), message)
                .note(
                    &change.place,
                    format!("{member} is {} from here on", word(change.state)),
                )
                .help("run the job when the member is joined again");
        }
    }
}

/// A member that began to join and of which nothing more is recorded has joined: an IPL takes less than an hour.
fn is_away(change: &StateChange, at: Moment) -> bool {
    match change.state {
        MemberState::Joined => false,
        MemberState::Joining => at.hours_since(change.at) < 1,
        _ => true,
    }
}

fn states(facts: &Facts) -> BTreeMap<MemberName, Vec<&StateChange>> {
    let mut states: BTreeMap<MemberName, Vec<&StateChange>> = BTreeMap::new();
    for change in &facts.states {
        states.entry(change.member).or_default().push(change);
    }
    for changes in states.values_mut() {
        changes.sort_by_key(|change| change.at);
    }
    states
}

fn state_at<'a>(changes: &[&'a StateChange], at: Moment) -> Option<&'a StateChange> {
    let after = changes.partition_point(|change| change.at <= at);
    changes.get(after.checked_sub(1)?).copied()
}

/// The starts of a weekly job between two points in time.
fn starts(times: Schedule, from: Moment, to: Moment) -> impl Iterator<Item = Moment> {
    let in_week = times.starts_in_week();
    let midnight = Moment::from_seconds(from.seconds() - from.seconds().rem_euclid(MINUTES_A_DAY * 60));
    (0..DAYS_MAX)
        .map(move |day| midnight.plus_days(day))
        .take_while(move |day| *day <= to)
        .flat_map(move |day| {
            let weekday = i64::try_from(day.weekday()).unwrap_or(0);
            let minutes = in_week
                .iter()
                .map(|start| i64::from(*start) - weekday * MINUTES_A_DAY);
            let of_day = minutes.filter(|minute| (0..MINUTES_A_DAY).contains(minute));
            of_day
                .map(|minute| Moment::from_seconds(day.seconds() + minute * 60))
                .collect::<Vec<_>>()
        })
        .filter(move |start| *start >= from && *start <= to)
}

fn word(state: MemberState) -> &'static str {
    match state {
        MemberState::Down => "down",
        MemberState::Joining => "joining",
        MemberState::Joined => "joined",
        MemberState::Leaving => "leaving",
        MemberState::Isolated => "isolated",
        MemberState::Suspended => "suspended",
        MemberState::Unknown => "unknown",
    }
}

//! Random sites and schedules against a search that tries everything.

use std::collections::BTreeSet;
use std::fmt::Write;

use dasd::Run;
use proptest::prelude::*;
use zvm::parse_job;

use super::super::planned::{bounds, pack_of};
use super::super::proof::planned_jobs;
use super::super::{Situation, Status, age, coverage};
use super::{VOLUMES, jobs_of, site, source};

/// The worst case of one job, found by the minute.
fn by_the_minute(starts: &[u64], run: u64, kept: Option<u64>) -> (Option<u64>, u64) {
    const WEEK: u64 = 7 * 24 * 60;
    let (mut oldest, mut without) = (None, 0);
    for moment in 20 * WEEK..21 * WEEK {
        let finished = (0..21).flat_map(|week| starts.iter().map(move |start| week * WEEK + start));
        let age = finished
            .filter(|start| start + run < moment)
            .map(|start| moment - start)
            .min()
            .unwrap();
        match kept {
            Some(kept) if age > kept => without = without.max(age - kept),
            _ => oldest = oldest.max(Some(age)),
        }
    }
    (oldest.map(|age: u64| age.div_ceil(60)), without.div_ceil(60))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_worst_age_is_the_one_that_a_clock_finds(
        days in prop::collection::btree_set(0_usize..7, 1..7), hour in 0_u64..24,
        run in 0_u64..3000, kept in prop::option::of(0_u64..12),
    ) {
        const NAMES: [&str; 7] = ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"];
        let names: Vec<&str> = days.iter().map(|day| NAMES[*day]).collect();
        let retention = kept.map_or_else(String::new, |days| format!("retention = \"{days} days\"\n"));
        let text = format!(
            "name = \"J\"\nschedule = \"{} {hour:02}:00\"\nwindow_minutes = {run}\n{retention}[[include]]\nuser = \"*\"\n",
            names.join(",")
        );
        let job = parse_job(&source("jobs/j.toml", &text)).value.expect("a job");
        prop_assume!(job.window_minutes.unwrap_or_default() == u32::try_from(run).unwrap());
        let starts: Vec<u64> = days.iter().map(|day| *day as u64 * 24 * 60 + hour * 60).collect();
        let worst = age::worst(&[&job]);
        let (oldest, without) = by_the_minute(&starts, run, kept.map(|days| days * 24 * 60));
        prop_assert_eq!(worst.without_copy_hours, without);
        // A copy that has expired before its run is over never counts.
        prop_assert_eq!(worst.age_hours.unwrap_or_default(), oldest.unwrap_or_else(|| kept.unwrap_or_default() * 24));
    }

    /// Minidisks anywhere on two packs, jobs that select some of them: the claims, the counter-examples and the
    /// duplicates are those that a search over all pairs finds.
    #[test]
    fn random_sites_agree_with_a_search_over_everything(
        disks in prop::collection::vec((1_u32..60, 1_u32..30, any::<bool>()), 1..12),
        wanted in prop::collection::vec(prop::collection::btree_set(0_usize..12, 0..6), 1..4),
        volumes in any::<bool>(),
    ) {
        let mut directory = "USER LNX1 PW 1G 1G G\n".to_owned();
        for (nth, (start, count, shared)) in disks.iter().enumerate() {
            let volser = if *shared { "GSU001" } else { "GA1W01" };
            writeln!(directory, " MDISK 0{:03} 3390 {start} {count} {volser} MR", 100 + nth).unwrap();
        }
        let mut jobs: Vec<String> = wanted.iter().enumerate().map(|(nth, vdevs)| {
            let includes = vdevs.iter().map(|vdev| format!("[[include]]\nvdev = \"0{:03}\"\n", 100 + vdev));
            let member = if nth == 1 { "GRIDB" } else { "GRIDA" };
            format!("name = \"J{nth}\"\nmember = \"{member}\"\n{}", includes.collect::<String>())
        }).collect();
        if volumes {
            jobs.push(VOLUMES.to_owned());
        }
        let jobs: Vec<&str> = jobs.iter().map(String::as_str).collect();
        let site = site(&directory, &jobs);
        let situation = Situation::sound(&site);
        let (planned, _) = planned_jobs(&site, &situation);
        let all: Vec<_> = planned.iter().flat_map(|job| job.domains.iter().map(move |domain| (job, domain))).collect();
        let reach = |run: Option<Run>| run.map_or((0, u64::MAX), bounds);
        let proof = coverage(&site, &situation);
        for disk in &proof.disks {
            let (Some(pack), Some(run)) = (disk.pack, disk.run) else { panic!("{disk:?}") };
            let holds = |domain: &crate::PlannedDomain| {
                pack_of(domain) == pack && (domain.run.is_none() || domain.name == disk.name && domain.run == Some(run))
            };
            let by: BTreeSet<String> =
                all.iter().filter(|(_, domain)| holds(domain)).map(|(job, _)| job.job.to_string()).collect();
            match &disk.status {
                Status::Covered { .. } => prop_assert_eq!(jobs_of(disk).into_iter().collect::<BTreeSet<_>>(), by),
                Status::Uncovered { counterexample } => {
                    prop_assert!(by.is_empty());
                    prop_assert!(!counterexample.because.is_empty());
                    let copied = |unit: u64| all.iter().any(|(_, domain)| {
                        let (from, to) = reach(domain.run);
                        pack_of(domain) == pack && (from..to).contains(&unit)
                    });
                    let (from, to) = bounds(run);
                    match &counterexample.missing {
                        Some(missing) => {
                            let (first, last) = bounds(missing.run);
                            prop_assert!(from <= first && first < last && last <= to);
                            prop_assert!(!(first..last).any(copied));
                        }
                        None => prop_assert!((from..to).all(copied)),
                    }
                }
                Status::Exempt { .. } => {}
            }
        }
        let mut pairs = BTreeSet::new();
        for (nth, (one, first)) in all.iter().enumerate() {
            for (other, second) in &all[nth + 1..] {
                let ((a, b), (c, d)) = (reach(first.run), reach(second.run));
                let meet = pack_of(first) == pack_of(second) && a < d && c < b;
                if meet && !(one.job == other.job && first.name == second.name) {
                    pairs.insert((one.job.min(other.job), one.job.max(other.job)));
                }
            }
        }
        let found: BTreeSet<_> = proof.duplicates.iter().map(|duplicate| duplicate.jobs).collect();
        prop_assert_eq!(found, pairs);
    }
}

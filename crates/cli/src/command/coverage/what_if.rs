//! What a change does to coverage, for a person.

use std::io::{self, Write};

use engine::{Destroyed, Lost, LostPool, Status, Tally, Thinner, WhatIf};

use super::disks;
use crate::format::{count, table};

/// Writes all of it: what is gone first.
pub(super) fn write(out: &mut dyn Write, change: &WhatIf) -> io::Result<()> {
    for held in &change.held {
        writeln!(out, "{} cannot run: {}", held.job, held.reason)?;
    }
    for job in &change.moved {
        writeln!(out, "{} runs on {} instead of {}", job.job, job.to, job.from)?;
    }
    destroyed(out, &change.destroyed)?;
    for pool in &change.pools {
        write_pool(out, pool)?;
    }
    no_longer(out, &change.lost)?;
    for disk in &change.arrived_uncovered {
        if let Status::Uncovered { counterexample } = &disk.status {
            disks::uncovered(out, disk, counterexample)?;
        }
    }
    for disk in &change.gained {
        if let Status::Covered { copies, worst } = &disk.status {
            writeln!(
                out,
                "{} is copied now by {}, {}",
                disk.name,
                disks::by(copies),
                disks::age(worst)
            )?;
        }
    }
    for thinner in &change.thinner {
        write_thinner(out, thinner)?;
    }
    writeln!(out, "before: {}", tally(&change.before))?;
    writeln!(out, "after:  {}", tally(&change.after))
}

fn destroyed(out: &mut dyn Write, all: &[Destroyed]) -> io::Result<()> {
    if all.is_empty() {
        return Ok(());
    }
    let row = |disk: &Destroyed| {
        let (back, age) = match disk.copies.as_slice() {
            [] => ("nothing: its data is gone".to_owned(), String::new()),
            copies => (disks::by(copies), disks::age(&disk.worst)),
        };
        vec![
            disk.name.to_string(),
            disk.pack.to_string(),
            disk.run
                .map_or_else(|| "unknown".to_owned(), |run| run.to_string()),
            back,
            age,
        ]
    };
    let header = [
        "LOST MINIDISK",
        "VOLUME",
        "EXTENT",
        "COMES BACK FROM",
        "AGE AT WORST",
    ];
    writeln!(out, "{}\n", table(&header, &[], all.iter().map(row).collect()))
}

fn write_pool(out: &mut dyn Write, pool: &LostPool) -> io::Result<()> {
    let names = |all: Vec<String>| all.join(", ");
    let packs = names(pool.packs.iter().map(ToString::to_string).collect());
    let jobs = names(pool.jobs.iter().map(ToString::to_string).collect());
    if !pool.jobs.is_empty() {
        writeln!(
            out,
            "the copies of {jobs} are in the pool {}, which lies on {packs}",
            pool.pool
        )?;
    }
    if pool.catalog {
        let pool = &pool.pool;
        writeln!(
            out,
            "the catalog is in the pool {pool}, which lies on {packs}: rebuild it before a restore"
        )?;
    }
    Ok(())
}

fn no_longer(out: &mut dyn Write, all: &[Lost]) -> io::Result<()> {
    if all.is_empty() {
        return Ok(());
    }
    let row = |lost: &Lost| {
        let disk = &lost.disk;
        let why = match &disk.status {
            Status::Uncovered { counterexample } => counterexample.summary(),
            Status::Covered { .. } | Status::Exempt { .. } => String::new(),
        };
        vec![
            disk.name.to_string(),
            disks::pack(disk),
            disk.run
                .map_or_else(|| "unknown".to_owned(), |run| run.to_string()),
            disks::by(&lost.before),
            if lost.frozen { "no" } else { "YES" }.to_owned(),
            why,
        ]
    };
    let header = [
        "NOT COPIED NOW",
        "VOLUME",
        "EXTENT",
        "WAS COPIED BY",
        "CAN CHANGE",
        "WHY",
    ];
    writeln!(out, "{}", table(&header, &[], all.iter().map(row).collect()))?;
    if all.iter().any(|lost| lost.frozen) {
        writeln!(
            out,
            "what cannot change stays as it was in its last copy, until that expires"
        )?;
    }
    writeln!(out)
}

fn write_thinner(out: &mut dyn Write, thinner: &Thinner) -> io::Result<()> {
    let jobs: Vec<String> = thinner.without.iter().map(ToString::to_string).collect();
    writeln!(
        out,
        "{} is not copied by {} any more; at worst {}, before {}",
        thinner.name,
        jobs.join(" and "),
        disks::age(&thinner.after),
        disks::age(&thinner.before)
    )
}

fn tally(tally: &Tally) -> String {
    format!(
        "{} copied, {} not copied, {}",
        count(tally.covered, "minidisk", "minidisks"),
        tally.uncovered,
        count(tally.exempt, "needs no copy", "need no copy")
    )
}

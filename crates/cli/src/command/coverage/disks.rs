//! The table of coverage, the counter-examples, and what is copied twice.

use std::collections::BTreeMap;
use std::io::{self, Write};

use engine::{
    Ambiguity, AmbiguityKind, CopyBy, Counterexample, Coverage, DiskCoverage, Duplicate, DuplicateKind,
    Status, Via, Worst,
};

use crate::format::{count, kind, table};

/// Writes all of it.
pub(super) fn write(out: &mut dyn Write, coverage: &Coverage) -> io::Result<()> {
    let rows: Vec<Vec<String>> = coverage.disks.iter().filter_map(row).collect();
    if !rows.is_empty() {
        let header = [
            "MINIDISK",
            "VOLUME",
            "EXTENT",
            "COPIED BY",
            "AGE AT WORST",
            "KEPT",
        ];
        writeln!(out, "{}\n", table(&header, &[], rows))?;
    }
    for disk in &coverage.disks {
        if let Status::Uncovered { counterexample } = &disk.status {
            uncovered(out, disk, counterexample)?;
        }
    }
    for held in &coverage.held {
        writeln!(out, "{} is held: {}", held.job, held.reason)?;
    }
    for duplicate in &coverage.duplicates {
        writeln!(out, "{}", duplicated(duplicate))?;
    }
    for ambiguity in &coverage.ambiguous {
        writeln!(out, "{}", ambiguous(ambiguity))?;
    }
    let mut exempt: BTreeMap<&str, usize> = BTreeMap::new();
    for disk in &coverage.disks {
        if let Status::Exempt { reason } = disk.status {
            *exempt.entry(reason).or_default() += 1;
        }
    }
    for (reason, number) in exempt {
        let which = count(number, "minidisk needs", "minidisks need");
        writeln!(out, "{which} no copy: {reason}")?;
    }
    let tally = coverage.tally();
    let all = count(tally.covered, "minidisk is copied", "minidisks are copied");
    let oldest = tally
        .worst_age_hours
        .map_or_else(String::new, |age| format!(", at worst {} old", hours(age)));
    writeln!(out, "{all}{oldest}; {} not", are(tally.uncovered))
}

fn are(number: usize) -> String {
    format!("{number} {}", if number == 1 { "is" } else { "are" })
}

fn row(disk: &DiskCoverage) -> Option<Vec<String>> {
    let Status::Covered { copies, worst } = &disk.status else {
        return None;
    };
    Some(vec![
        disk.name.to_string(),
        pack(disk),
        disk.run
            .map_or_else(|| "unknown".to_owned(), |run| run.to_string()),
        by(copies),
        age(worst),
        worst
            .kept_days
            .map_or_else(|| "no end".to_owned(), |days| format!("{days} d")),
    ])
}

/// The pack of a minidisk, in a word.
pub(super) fn pack(disk: &DiskCoverage) -> String {
    match disk.pack {
        None => "unknown".to_owned(),
        // The name of the minidisk tells the member already.
        Some(pack) if disk.name.member() == pack.member => pack.volser.to_string(),
        Some(pack) => pack.to_string(),
    }
}

/// `SINGLE at GRIDA (full), DRVOL at GRIDA (full, volume)`.
pub(super) fn by(copies: &[CopyBy]) -> String {
    let one = |copy: &CopyBy| {
        let via = match copy.via {
            Via::Minidisk => "",
            Via::Volume => ", as volume",
        };
        format!("{} at {} ({}{via})", copy.job, copy.member, kind(copy.kind))
    };
    copies.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// How old the newest copy is at worst.
pub(super) fn age(worst: &Worst) -> String {
    let age = worst.age_hours.map_or_else(|| "no schedule".to_owned(), hours);
    match worst.without_copy_hours {
        0 => age,
        without => format!("{age}, none for {}", hours(without)),
    }
}

fn hours(hours: u64) -> String {
    match (hours / 24, hours % 24) {
        (0, hours) => format!("{hours} h"),
        (days, 0) => format!("{days} d"),
        (days, hours) => format!("{days} d {hours} h"),
    }
}

/// The counter-example of one minidisk.
pub(super) fn uncovered(out: &mut dyn Write, disk: &DiskCoverage, why: &Counterexample) -> io::Result<()> {
    writeln!(out, "{}: {} is not copied", disk.place, disk.name)?;
    if let Some(missing) = &why.missing {
        writeln!(out, "  in no job: {} of {}", missing.run, missing.pack)?;
    }
    if let Some(other) = &why.copied_as {
        writeln!(out, "  a part of it is in {} as {}", other.job, other.name)?;
    }
    for reason in &why.because {
        writeln!(out, "  {}: {}", reason.place, reason.text)?;
    }
    Ok(())
}

fn duplicated(duplicate: &Duplicate) -> String {
    let (one, other) = duplicate.jobs;
    let how = match duplicate.kind {
        DuplicateKind::SameDomain => "the same minidisks or volumes",
        DuplicateKind::VolumeImage => "minidisks and the volumes they lie on",
        DuplicateKind::Overlap => "minidisks that share an extent",
    };
    let who = match one == other {
        true => format!("{one} copies twice"),
        false => format!("{one} and {other} copy twice"),
    };
    let place = duplicate
        .run
        .map_or_else(|| "all".to_owned(), |run| run.to_string());
    let (first, second) = duplicate.example;
    let example = match first == second {
        true => first.to_string(),
        false => format!("{first} and {second}"),
    };
    format!(
        "{who} ({how}): {}, such as {example}, {place} of {}",
        count(duplicate.count, "domain", "domains"),
        duplicate.pack
    )
}

fn ambiguous(ambiguity: &Ambiguity) -> String {
    let list = |names: Vec<String>| names.join(", ");
    let members = list(ambiguity.members.iter().map(ToString::to_string).collect());
    let jobs = list(ambiguity.jobs.iter().map(ToString::to_string).collect());
    let subject = &ambiguity.subject;
    match ambiguity.kind {
        AmbiguityKind::SeveralPlaces => format!(
            "{subject} means several places ({}), all copied under one name by {jobs}",
            ambiguity.places.join("; ")
        ),
        AmbiguityKind::SeveralJobs => {
            format!("{subject} is copied by {jobs}: the newest copy may be of either")
        }
        AmbiguityKind::SeveralMembers | AmbiguityKind::SeveralPacks => {
            format!("{subject} exists on each of {members}: a restore has to name the member")
        }
    }
}

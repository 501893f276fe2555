//! The picture of a pack: one character for each cylinder or block, or for several.

use std::io::{self, Write};

use dasd::allocation::{Allocation, Purpose};
use serde::Serialize;

use super::minidisks::UseView;
use super::survey::{Cell, Survey};

/// Characters of a row.
const ROW: usize = 64;
/// The most characters of a picture: 64 rows, about what a person can take in.
const CELLS_MAX: u32 = 64 * 64;

/// How many cylinders or blocks a character stands for on a volume of this size.
pub(super) fn units_per_cell(size: u32) -> u32 {
    size.div_ceil(CELLS_MAX).max(1)
}

/// What a cylinder or block is for. Of several in one cell the last of this list is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Role {
    Unknown,
    Free,
    Perm,
    Temp,
    Tdsk,
    Drct,
    Minidisk,
    Label,
    Overlap,
}

impl Role {
    const fn letter(self) -> char {
        match self {
            Role::Unknown => '+',
            Role::Free => '-',
            Role::Perm => 'P',
            Role::Temp => 'T',
            Role::Tdsk => 'S',
            Role::Drct => 'D',
            Role::Minidisk => 'M',
            Role::Label => 'L',
            Role::Overlap => '!',
        }
    }

    const fn meaning(self) -> &'static str {
        match self {
            Role::Unknown => "has content, purpose not known",
            Role::Free => "in no minidisk",
            Role::Perm => "PERM: minidisks",
            Role::Temp => "TEMP: paging and spooling",
            Role::Tdsk => "TDSK: temporary disks",
            Role::Drct => "DRCT: object directory",
            Role::Minidisk => "minidisk",
            Role::Label => "label",
            Role::Overlap => "minidisks overlap",
        }
    }

    fn of(purpose: Purpose) -> Self {
        match purpose {
            Purpose::Perm => Self::Perm,
            Purpose::Temp => Self::Temp,
            Purpose::Tdsk => Self::Tdsk,
            Purpose::Drct => Self::Drct,
            Purpose::Unknown(_) => Self::Unknown,
        }
    }
}

/// A picture. The field names are those of the JSON document.
#[derive(Debug, Serialize)]
pub(super) struct MapView {
    unit: &'static str,
    units_per_cell: u32,
    rows: Vec<String>,
    legend: Vec<LegendView>,
}

#[derive(Debug, Serialize)]
struct LegendView {
    letter: char,
    meaning: String,
}

/// What is known of a volume.
pub(super) struct Known<'a> {
    pub(super) unit: &'static str,
    pub(super) size: u32,
    pub(super) labelled: bool,
    pub(super) allocation: Option<&'a Allocation>,
    pub(super) used: Option<&'a UseView>,
}

impl MapView {
    pub(super) fn draw(known: &Known<'_>, survey: &Survey) -> Self {
        let units_per_cell = units_per_cell(known.size);
        let roles = roles(known, units_per_cell, survey.cells.len());
        let letters: Vec<char> = roles
            .iter()
            .zip(&survey.cells)
            .map(|(&role, &cell)| letter(role, cell))
            .collect();
        let mut legend = Vec::new();
        for role in [
            Role::Label,
            Role::Minidisk,
            Role::Overlap,
            Role::Perm,
            Role::Temp,
            Role::Tdsk,
            Role::Drct,
            Role::Free,
            Role::Unknown,
        ] {
            let letter = role.letter();
            let small = letter.to_ascii_lowercase();
            if letters.iter().any(|&shown| shown == letter || shown == small) {
                let meaning = role.meaning().to_owned();
                legend.push(LegendView { letter, meaning });
            }
        }
        for (letter, meaning) in [('.', "unformatted"), ('?', "cannot be read")] {
            if letters.contains(&letter) {
                let meaning = meaning.to_owned();
                legend.push(LegendView { letter, meaning });
            }
        }
        Self {
            unit: known.unit,
            units_per_cell,
            rows: letters.chunks(ROW).map(|row| row.iter().collect()).collect(),
            legend,
        }
    }

    pub(super) fn human(&self, out: &mut dyn Write) -> io::Result<()> {
        if self.units_per_cell == 1 {
            writeln!(out, "  map        one character for each {}", self.unit)?;
        } else {
            writeln!(
                out,
                "  map        one character for every {} {}s",
                self.units_per_cell, self.unit
            )?;
        }
        let step = u64::from(self.units_per_cell) * 64;
        for (row, first) in self
            .rows
            .iter()
            .zip((0_u64..).step_by(usize::try_from(step).unwrap_or(usize::MAX)))
        {
            writeln!(out, "  {first:>9}  {row}")?;
        }
        let small = self
            .rows
            .iter()
            .any(|row| row.contains(|letter: char| letter.is_ascii_lowercase()));
        for LegendView { letter, meaning } in &self.legend {
            writeln!(out, "             {letter} {meaning}")?;
        }
        if small {
            writeln!(out, "             small letters: the same, unformatted")?;
        }
        Ok(())
    }
}

/// Small letters are unformatted.
fn letter(role: Role, cell: Cell) -> char {
    match (cell.unreadable, cell.used, role) {
        (true, ..) => '?',
        (false, false, Role::Unknown) => '.',
        (false, false, role) => role.letter().to_ascii_lowercase(),
        (false, true, role) => role.letter(),
    }
}

/// What each cell is for.
fn roles(known: &Known<'_>, units_per_cell: u32, cells: usize) -> Vec<Role> {
    let mut roles = vec![Role::Unknown; cells];
    let mut paint = |first: u32, count: u32, role: Role| {
        let end = first.saturating_add(count).min(known.size);
        if first >= end {
            return;
        }
        let cell = |unit: u32| usize::try_from(unit / units_per_cell).unwrap_or(usize::MAX);
        if let Some(painted) = roles.get_mut(cell(first)..=cell(end - 1)) {
            painted
                .iter_mut()
                .for_each(|painted| *painted = role.max(*painted));
        }
    };
    if let Some(Allocation::Cylinders(allotments)) = known.allocation {
        for allotment in allotments {
            let role = match (allotment.purpose, known.used) {
                // With a directory it is known which of PERM is in use.
                (Purpose::Perm, Some(_)) => Role::Unknown,
                (purpose, _) => Role::of(purpose),
            };
            paint(allotment.first.get(), allotment.count.get(), role);
        }
    }
    if let Some(used) = known.used {
        used.gaps
            .iter()
            .for_each(|gap| paint(gap.first, gap.count, Role::Free));
        for disk in used.disks.iter().filter(|disk| !disk.whole_pack) {
            paint(disk.first, disk.count, Role::Minidisk);
        }
        for overlap in &used.overlaps {
            paint(overlap.first, overlap.count, Role::Overlap);
        }
    }
    if known.labelled {
        // Cylinder 0, or the block with the label.
        paint(u32::from(known.unit == "block"), 1, Role::Label);
    }
    roles
}

//! How `image check` shows what it found. The field names are those of the JSON document.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use dasd::check::{FaultPlace, Findings, ImageFault, Severity};
use dasd::convert::Lost;
use dasd::repair::Repaired;
use serde::Serialize;

use crate::format::count;
use crate::output::View;

#[derive(Serialize)]
pub(super) struct ChecksView {
    pub(super) images: Vec<CheckView>,
    #[serde(skip)]
    pub(super) nothing_to_repair: bool,
    pub(super) repair: Option<RepairView>,
}

#[derive(Serialize)]
pub(super) struct CheckView {
    file: PathBuf,
    format: Option<&'static str>,
    geometry: Option<String>,
    sound: bool,
    pub(super) errors: u64,
    warnings: u64,
    faults: Vec<FaultView>,
    omitted: u64,
}

impl CheckView {
    pub(super) fn of(file: &Path, findings: Findings) -> Self {
        let all = u64::try_from(findings.faults.len()).unwrap_or(u64::MAX) + findings.omitted;
        Self {
            file: file.to_owned(),
            format: findings.format,
            geometry: findings.geometry.as_ref().map(ToString::to_string),
            sound: findings.is_sound(),
            errors: findings.errors(),
            warnings: all.saturating_sub(findings.errors()),
            omitted: findings.omitted,
            faults: findings.faults.into_iter().map(FaultView::of).collect(),
        }
    }
}

#[derive(Serialize)]
struct FaultView {
    severity: &'static str,
    place: String,
    /// What kind of place.
    part: &'static str,
    /// Byte of the file.
    offset: Option<u64>,
    track: Option<u32>,
    cylinder: Option<u32>,
    head: Option<u16>,
    group: Option<u32>,
    text: String,
}

impl FaultView {
    fn of(fault: ImageFault) -> Self {
        let mut view = Self {
            severity: match fault.severity {
                Severity::Warning => "warning",
                Severity::Error => "error",
            },
            place: fault.place.to_string(),
            part: "",
            offset: None,
            track: None,
            cylinder: None,
            head: None,
            group: None,
            text: fault.text,
        };
        (view.part, view.offset) = match fault.place {
            FaultPlace::Header { offset } => ("header", Some(offset)),
            FaultPlace::FirstTable { offset, .. } => ("first_table", Some(offset)),
            FaultPlace::SecondTable { offset, .. } => ("second_table", Some(offset)),
            FaultPlace::Track { track, at, offset } => {
                view.track = Some(track.get());
                view.cylinder = Some(at.cylinder.get());
                view.head = Some(at.head.get());
                ("track", Some(offset))
            }
            FaultPlace::Group { group, offset } => {
                view.group = Some(group);
                ("group", Some(offset))
            }
            FaultPlace::FreeSpace { offset } => ("free_space", Some(offset)),
            FaultPlace::Part(_) => ("part", None),
        };
        view
    }
}

#[derive(Serialize)]
pub(super) struct RepairView {
    file: PathBuf,
    /// Whether a check of the copy finds no error.
    sound: bool,
    mended: Vec<String>,
    lost: Vec<LostView>,
    omitted: u64,
}

#[derive(Serialize)]
struct LostView {
    track: Option<u32>,
    cylinder: Option<u32>,
    head: Option<u16>,
    block: Option<u32>,
    text: String,
}

impl LostView {
    fn of(lost: Lost) -> Self {
        match lost {
            Lost::Track(error) => Self {
                track: Some(error.track.get()),
                cylinder: Some(error.at.cylinder.get()),
                head: Some(error.at.head.get()),
                block: None,
                text: format!("{} (track {}): {}", error.at, error.track, error.fault),
            },
            Lost::Blocks(error) => Self {
                track: None,
                cylinder: None,
                head: None,
                block: Some(error.block.get()),
                text: format!("blocks from {}: {}", error.block, error.fault),
            },
        }
    }
}

impl RepairView {
    pub(super) fn of(files: Vec<PathBuf>, repaired: Repaired, proof: &Findings) -> Self {
        Self {
            file: files.into_iter().next().unwrap_or_default(),
            sound: proof.errors() == 0,
            mended: repaired.mended,
            lost: repaired.lost.into_iter().map(LostView::of).collect(),
            omitted: repaired.omitted,
        }
    }
}

impl View for ChecksView {
    fn human(&self, out: &mut dyn Write) -> io::Result<()> {
        for image in &self.images {
            image.human(out)?;
        }
        match &self.repair {
            Some(repair) => repair.human(out),
            None if self.nothing_to_repair => writeln!(out, "nothing to repair: no copy was made"),
            None => Ok(()),
        }
    }
}

impl CheckView {
    fn human(&self, out: &mut dyn Write) -> io::Result<()> {
        write!(out, "{}: ", self.file.display())?;
        if let Some(format) = self.format {
            write!(out, "{format}, ")?;
        }
        if let Some(geometry) = &self.geometry {
            write!(out, "{geometry}, ")?;
        }
        if self.sound {
            return writeln!(out, "sound");
        }
        writeln!(
            out,
            "{}, {}",
            number(self.errors, "error"),
            number(self.warnings, "warning")
        )?;
        for fault in &self.faults {
            writeln!(out, "  {}: {}: {}", fault.severity, fault.place, fault.text)?;
        }
        if self.omitted != 0 {
            writeln!(out, "  and {} more", self.omitted)?;
        }
        Ok(())
    }
}

impl RepairView {
    fn human(&self, out: &mut dyn Write) -> io::Result<()> {
        let state = if self.sound {
            "a sound copy"
        } else {
            "a copy that still has errors"
        };
        writeln!(out, "{}: {state}", self.file.display())?;
        for mended in &self.mended {
            writeln!(out, "  mended: {mended}")?;
        }
        if self.lost.is_empty() {
            return writeln!(out, "  nothing was lost");
        }
        for lost in &self.lost {
            writeln!(out, "  lost: {}", lost.text)?;
        }
        if self.omitted != 0 {
            writeln!(out, "  and {} more", self.omitted)?;
        }
        writeln!(out, "  what was lost is unformatted or zero in the copy")
    }
}

fn number(number: u64, one: &str) -> String {
    count(
        usize::try_from(number).unwrap_or(usize::MAX),
        one,
        &format!("{one}s"),
    )
}

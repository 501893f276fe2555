//! What the rules of this area ask about extents and selectors.

use dasd::Run;
use zvm::{
    Job, Minidisk, Selector, Site, VolumeSize,
    entry::{MdiskSpace, MdiskVolume},
};

use crate::{edit::Change, finding::Finding, job_file, subject::Subject};

/// A minidisk of known extent, in the units of its volume.
#[derive(Clone, Copy)]
pub(super) struct Stretch<'a> {
    pub(super) minidisk: &'a Minidisk,
    pub(super) first: u64,
    /// One past the last.
    pub(super) end: u64,
    pub(super) blocks: bool,
}

impl<'a> Stretch<'a> {
    pub(super) fn of(minidisk: &'a Minidisk) -> Option<Stretch<'a>> {
        let (first, count, blocks) = match minidisk.extent()?.run {
            Run::Cylinders { first, count } => (first.get(), count.get(), false),
            Run::Blocks { first, count } => (first.get(), count.get(), true),
        };
        Some(Stretch {
            minidisk,
            first: u64::from(first),
            end: u64::from(first) + u64::from(count),
            blocks,
        })
    }

    /// How many units the pack has, where that is known and they are counted the same way.
    pub(super) fn pack_end(&self, site: &Site) -> Option<u64> {
        match (site.pack_size(self.minidisk)?, self.blocks) {
            (VolumeSize::Cylinders(count), false) | (VolumeSize::Blocks(count), true) => {
                Some(u64::from(count))
            }
            _ => None,
        }
    }

    /// `cylinder 4`, or `cylinders 4 to 6`.
    pub(super) fn shown(&self) -> String {
        let unit = if self.blocks { "block" } else { "cylinder" };
        match self.end.saturating_sub(1) {
            last if last <= self.first => format!("{unit} {}", self.first),
            last => format!("{unit}s {} to {last}", self.first),
        }
    }
}

/// Whether the selector names its minidisks one by one: a mask that takes in everything may well take in what nobody
/// wants to copy, and it is left out without a word.
pub(super) fn picks(selector: &Selector) -> bool {
    !selector.vdev.is_wild()
}

/// Whether DirMaint is told not to count the extent: it lies over others on purpose.
pub(super) fn is_excluded(site: &Site, minidisk: &Minidisk) -> bool {
    let entry = minidisk.subconfig.unwrap_or(minidisk.user);
    let vdev = minidisk.vdev.to_string();
    let mut excludes = site.extent_control.excludes.iter();
    excludes.any(|exclude| exclude.entry.matches(entry.as_str()) && exclude.vdev.matches(&vdev))
}

/// Suggests another start and length on the same volume.
pub(super) fn resize(
    finding: &mut Finding,
    subject: &Subject<'_>,
    minidisk: &Minidisk,
    start: u64,
    length: u64,
) {
    let Some(mdisk) = subject.statement(minidisk) else {
        return;
    };
    if let (Some(words), MdiskSpace::Extent { volume, .. }) = (&mdisk.space_place, &mdisk.space) {
        let volume = match volume {
            MdiskVolume::Volume(volser) => volser.value.to_string(),
            MdiskVolume::Sysres(_) => "&SYSRES".to_owned(),
        };
        finding.edit(words, Change::Words(format!("{start:04} {length:04} {volume}")));
    }
}

/// Suggests to leave out what a selector picks and is not wanted: the selector itself, if it picks nothing else,
/// otherwise by an exclude.
pub(super) fn leave_out(
    finding: &mut Finding,
    site: &Site,
    (job, selector): (&Job, &Selector),
    unwanted: impl Fn(&Minidisk) -> bool,
) {
    let picked = || {
        site.minidisks
            .iter()
            .filter(|minidisk| selector.matches(minidisk))
    };
    if picked().all(&unwanted) {
        if job.include.len() > 1 {
            job_file::drop_table(finding, &selector.keys);
        }
        return;
    }
    for minidisk in picked().filter(|minidisk| unwanted(minidisk)) {
        let (user, vdev) = (minidisk.user.to_string(), minidisk.vdev.to_string());
        job_file::add_selector(finding, job, "exclude", &[("user", &user), ("vdev", &vdev)]);
    }
}

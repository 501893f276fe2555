//! Where minidisks that lie wrong can move to.

use std::collections::{BTreeMap, BTreeSet};

use dasd::Volser;
use zvm::{Data, Minidisk, MinidiskKind, Ownership, Place, Scope, Site};

use crate::{
    edit::Change,
    finding::Finding,
    job_file,
    lookup::{name, on_volumes},
    md,
    room::{Piece, Room},
    subject::Subject,
    vol,
};

/// The new places of the minidisks that lie wrong, as far as there is room.
#[derive(Debug)]
pub(crate) struct Moves(BTreeMap<Place, Move>);

#[derive(Debug)]
struct Move {
    /// The words of the MDISK statement that say where it lies.
    words: Place,
    piece: Piece,
}

impl Moves {
    /// In the order of the directory.
    pub(crate) fn of(subject: &Subject<'_>) -> Moves {
        let site = subject.site;
        let mut times: BTreeMap<&Place, usize> = BTreeMap::new();
        for minidisk in &site.minidisks {
            *times.entry(&minidisk.place).or_default() += 1;
        }
        let overlapping: BTreeSet<&Place> =
            md::to_part(site).iter().map(|minidisk| &minidisk.place).collect();
        let mut room = Room::of(site);
        let mut moves = BTreeMap::new();
        for (minidisk, volser) in on_volumes(site) {
            // One statement for several minidisks, in a profile or a SUBCONFIG built twice, is not moved for one of them.
            let own = minidisk.kind == MinidiskKind::Data && times[&minidisk.place] == 1;
            let Some(wanted) =
                wanted(site, minidisk, volser, overlapping.contains(&minidisk.place)).filter(|_| own)
            else {
                continue;
            };
            let statement = subject.statement(minidisk);
            let (Some(words), Some(home)) = (
                statement.and_then(|mdisk| mdisk.space_place.clone()),
                site.home_pack(minidisk),
            ) else {
                continue;
            };
            if let Some(piece) = room.take_whole(minidisk, home, &wanted) {
                moves.insert(minidisk.place.clone(), Move { words, piece });
            }
        }
        Moves(moves)
    }

    /// Whether there is a new place for a minidisk.
    pub(crate) fn has(&self, minidisk: &Minidisk) -> bool {
        self.0.contains_key(&minidisk.place)
    }

    /// Suggests the new place of a minidisk, if there is one.
    pub(crate) fn suggest(&self, finding: &mut Finding, subject: &Subject<'_>, minidisk: &Minidisk) {
        let Some(Move { words, piece }) = self.0.get(&minidisk.place) else {
            return;
        };
        let Piece {
            volser,
            start,
            length,
            ..
        } = piece;
        finding.edit(words, Change::Words(format!("{start:04} {length:04} {volser}")));
        let help = finding.help.take().unwrap_or_default();
        finding.help(format!(
            "{help}; {volser} has room for {} from {start} on, and its data must be there before the directory says so",
            name(minidisk)
        ));
        still_copied(finding, subject, minidisk, *volser);
    }
}

/// Whose volumes the minidisk should lie on; None where it lies well, or nobody knows what was meant.
fn wanted(site: &Site, minidisk: &Minidisk, volser: Volser, overlaps: bool) -> Option<Ownership> {
    let is = site.ownership(&volser);
    let well = match (&is, minidisk.scope) {
        (Ownership::Unlisted, _) | (_, Scope::None) => return None,
        (Ownership::PrivateEach(owners), Scope::Local(member)) => owners.contains(&member),
        (Ownership::Private(owner), Scope::Local(member)) => *owner == member,
        (Ownership::Shared, Scope::Global) => true,
        // With one member, every volume is shared and private at once.
        _ => site.cluster.members.len() < 2,
    };
    match minidisk.scope {
        _ if well && overlaps => Some(is),
        _ if well && !vol::is_for_paging_or_spooling(site, volser) => None,
        Scope::Local(member) => Some(Ownership::Private(member)),
        Scope::Global => Some(Ownership::Shared),
        Scope::None => None,
    }
}

/// Jobs that take a minidisk by its volume go on taking it, unless another job does.
fn still_copied(finding: &mut Finding, subject: &Subject<'_>, minidisk: &Minidisk, to: Volser) {
    let moved = Minidisk {
        volser: Some(to),
        ..minidisk.clone()
    };
    let jobs = || subject.site.jobs.iter().filter(|job| job.data != Data::Volumes);
    if jobs().any(|job| job.selects(&moved)) {
        return;
    }
    let (user, vdev) = (minidisk.user.to_string(), minidisk.vdev.to_string());
    for job in jobs().filter(|job| job.selects(minidisk)) {
        if !job.exclude.iter().any(|exclude| exclude.matches(&moved)) {
            job_file::add_selector(finding, job, "include", &[("user", &user), ("vdev", &vdev)]);
        }
    }
}

//! Changes a share of a volume, as a day's work would: runs of neighbouring tracks, some records in each.

use dasd::{
    BLOCK_SIZE, BlockError, BlockNo, CkdGeometry, Geometry, Run, Track, TrackAddr, TrackError, TrackFault,
    TrackNo, Volume,
};

use crate::{
    content::{BLOCK, Kind, Script, Words, paint},
    seed::{Chance, Seed},
};

/// A run of changed tracks has 1 to 9 of them, and 1 to 12 records of each are new.
const RUN_MAX: u32 = 9;
const RECORDS_MAX: u32 = 12;

/// 512-byte blocks that count as one track of an FBA volume: the group that VM:Backup and our chunks use.
const GROUP: u32 = 32;

/// What was changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MutationReport {
    /// Tracks, or groups of 32 blocks, that could have been changed.
    pub eligible: u64,
    /// How many of them hold something else now.
    pub changed: u64,
    /// Records, or 4096-byte pieces of a group, that were written anew.
    pub records: u64,
}

/// Why a volume could not be changed. What was written up to then stays.
#[derive(Debug, thiserror::Error)]
pub enum MutateError {
    /// A track could not be read or written.
    #[error(transparent)]
    Track(#[from] TrackError),
    /// Blocks could not be read or written.
    #[error(transparent)]
    Block(#[from] BlockError),
    /// The change could not be marked, so it was not made.
    #[error("volume {volume}: a change cannot be marked")]
    Mark {
        /// The name of the volume.
        volume: String,
        /// Why.
        source: std::io::Error,
    },
    /// A track could be read, but is no track.
    #[error("volume {volume}, {at}: the track is damaged and was left as it is")]
    Damaged {
        /// The name of the volume.
        volume: String,
        /// Which track.
        at: TrackAddr,
        /// What is wrong with it.
        source: TrackFault,
    },
}

/// Changes about `percent` of the tracks (on an FBA volume: groups of 32 blocks) of the eligible runs. Runs that
/// reach beyond the volume are cut, and tracks without data stay as they are. The same volume, runs and seed give the
/// same result. `mark` is told of each track, or group of 32 blocks of the volume, before it is written.
///
/// # Errors
/// The volume cannot be read or written, or a track is damaged.
pub fn mutate(
    volume: &Volume,
    eligible: &[Run],
    percent: u8,
    seed: Seed,
    mark: Mark<'_>,
) -> Result<MutationReport, MutateError> {
    let words = Words::new(Script::Ebcdic);
    let places = places(volume.geometry(), eligible);
    let mut chance = seed.split("places").chance();
    let mut report = MutationReport {
        eligible: wide(places.len()),
        ..MutationReport::default()
    };
    for (number, place) in (0_u64..).zip(choose(&places, percent, &mut chance)) {
        let mut change = Change {
            words: &words,
            chance: seed.split("changes").number(number).chance(),
            mark: &mut *mark,
        };
        let records = match volume.geometry() {
            Geometry::Ckd(geometry) => change.track(volume, geometry, TrackNo::new(place.first))?,
            Geometry::Fba(_) => change.group(volume, place)?,
        };
        report.records += records;
        report.changed += u64::from(records > 0);
    }
    Ok(report)
}

/// Notes that a track or group is about to change.
pub type Mark<'a> = &'a mut dyn FnMut(u32) -> std::io::Result<()>;

/// For volumes whose changes nobody tracks.
///
/// # Errors
/// None.
pub fn unmarked(_unit: u32) -> std::io::Result<()> {
    Ok(())
}

/// A track, or a group of blocks that may be shorter at the end of a run.
#[derive(Debug, Clone, Copy)]
struct Place {
    first: u32,
    count: u32,
}

fn places(geometry: &Geometry, eligible: &[Run]) -> Vec<Place> {
    let mut places = Vec::new();
    for run in eligible {
        match (geometry, *run) {
            (Geometry::Ckd(ckd), Run::Cylinders { first, count }) => {
                let end = first.get().saturating_add(count.get()).min(ckd.cylinders.get());
                let heads = u32::from(ckd.heads);
                let tracks = first.get().saturating_mul(heads)..end.saturating_mul(heads);
                places.extend(tracks.map(|first| Place { first, count: 1 }));
            }
            (Geometry::Fba(fba), Run::Blocks { first, count }) => {
                let end = first.get().saturating_add(count.get()).min(fba.blocks.get());
                let mut at = first.get();
                while at < end {
                    let count = (end - at).min(GROUP);
                    places.push(Place { first: at, count });
                    at += count;
                }
            }
            _ => {}
        }
    }
    places.sort_by_key(|place| place.first);
    places.dedup_by_key(|place| place.first);
    places
}

/// Clustered runs until the share is reached, in the order of the volume.
fn choose(places: &[Place], percent: u8, chance: &mut Chance) -> Vec<Place> {
    let wanted = (places.len() * usize::from(percent.min(100))).div_ceil(100);
    let mut hit = vec![false; places.len()];
    let mut chosen = 0;
    while chosen < wanted {
        let mut at = chance.index(places.len());
        let mut left = chance.range(1, RUN_MAX);
        // A run that begins on changed tracks moves on to the next that are not; the list is a ring here.
        while left > 0 && chosen < wanted {
            if !hit[at] {
                hit[at] = true;
                chosen += 1;
                left -= 1;
            }
            at = (at + 1) % places.len();
        }
    }
    places
        .iter()
        .zip(hit)
        .filter(|(_, hit)| *hit)
        .map(|(place, _)| *place)
        .collect()
}

/// The change of one track or group.
struct Change<'w> {
    words: &'w Words,
    chance: Chance,
    mark: Mark<'w>,
}

impl Change<'_> {
    fn mark(&mut self, volume: &Volume, unit: u32) -> Result<(), MutateError> {
        (self.mark)(unit).map_err(|source| MutateError::Mark {
            volume: volume.name().to_owned(),
            source,
        })
    }

    fn track(&mut self, volume: &Volume, geometry: &CkdGeometry, track: TrackNo) -> Result<u64, MutateError> {
        let mut slot = vec![0; geometry.slot_len()];
        volume.read_track(track, &mut slot)?;
        let at = geometry.address(track);
        let damaged = |source| MutateError::Damaged {
            volume: volume.name().to_owned(),
            at,
            source,
        };
        let data = data_places(&Track::parse(&slot, at).map_err(damaged)?);
        let changed = self.some(data.len());
        for (offset, length) in data.iter().take(changed.end).skip(changed.start) {
            self.repaint(&mut slot[*offset..offset + length]);
        }
        if !changed.is_empty() {
            self.mark(volume, track.get())?;
            volume.write_tracks(track, &slot)?;
        }
        Ok(wide(changed.len()))
    }

    fn group(&mut self, volume: &Volume, place: Place) -> Result<u64, MutateError> {
        let mut bytes = vec![0; usize::try_from(place.count).unwrap_or_default() * BLOCK_SIZE];
        volume.read_blocks(BlockNo::new(place.first), &mut bytes)?;
        let changed = self.some(bytes.len().div_ceil(BLOCK));
        for piece in bytes.chunks_mut(BLOCK).take(changed.end).skip(changed.start) {
            self.repaint(piece);
        }
        for unit in place.first / GROUP..(place.first + place.count).div_ceil(GROUP) {
            self.mark(volume, unit)?;
        }
        volume.write_blocks(BlockNo::new(place.first), &bytes)?;
        Ok(wide(changed.len()))
    }

    /// Up to twelve neighbours out of so many.
    fn some(&mut self, count: usize) -> std::ops::Range<usize> {
        if count == 0 {
            return 0..0;
        }
        let first = self.chance.index(count);
        let length = usize::try_from(self.chance.range(1, RECORDS_MAX)).unwrap_or(1);
        first..(first + length).min(count)
    }

    fn repaint(&mut self, data: &mut [u8]) {
        let kind = Kind::any(&mut self.chance);
        paint(kind, Seed(self.chance.bits()), 0, self.words, data);
    }
}

/// Where the data of each record lies in the slot. Records follow each other without gaps, from the home address on.
fn data_places(track: &Track<'_>) -> Vec<(usize, usize)> {
    const HOME: usize = 5;
    const COUNT: usize = 8;
    let mut at = HOME + COUNT + track.record_zero().data.len();
    let mut places = Vec::new();
    for record in track.records() {
        at += COUNT + record.key.len();
        if !record.data.is_empty() {
            places.push((at, record.data.len()));
        }
        at += record.data.len();
    }
    places
}

fn wide(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

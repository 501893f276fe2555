//! Where two volumes differ: by track and record, or by block.

use std::fmt;

use crate::address::{BlockNo, TrackAddr, TrackNo};
use crate::geometry::{BLOCK_SIZE, CkdGeometry, Geometry};
use crate::record::{Count, Record};
use crate::track::Track;
use crate::volume::Volume;

/// Compares two volumes of any format: what a program would see, not the bytes of the files. Volumes of different
/// device types are one difference; of different sizes, the part that both have is compared as well.
pub fn compare<'a>(a: &'a Volume, b: &'a Volume) -> Comparison<'a> {
    let mut waiting = Vec::new();
    if a.geometry() != b.geometry() {
        waiting.push(Difference::Geometry {
            a: a.geometry().clone(),
            b: b.geometry().clone(),
        });
    }
    let end = match (a.geometry(), b.geometry()) {
        (Geometry::Ckd(a), Geometry::Ckd(b)) if a.heads == b.heads && a.device == b.device => {
            a.tracks().min(b.tracks()).get()
        }
        (Geometry::Fba(a), Geometry::Fba(b)) => a.blocks.min(b.blocks).get(),
        _ => 0,
    };
    Comparison {
        a,
        b,
        next: 0,
        end,
        buffers: [Vec::new(), Vec::new()],
        waiting,
        progress: None,
    }
}

/// The differences of two volumes in the order of the tracks.
pub struct Comparison<'a> {
    a: &'a Volume,
    b: &'a Volume,
    next: u32,
    end: u32,
    buffers: [Vec<u8>; 2],
    /// Of the track that was compared last, the last first.
    waiting: Vec<Difference>,
    progress: Option<&'a mut dyn FnMut(u64)>,
}

/// Blocks that are compared at once.
const BLOCKS_AT_ONCE: u32 = 120;

impl<'a> Comparison<'a> {
    /// Tells `progress` how many tracks or blocks have been compared, as they are.
    pub fn reporting(mut self, progress: &'a mut dyn FnMut(u64)) -> Self {
        self.progress = Some(progress);
        self
    }

    /// How many tracks or blocks have been compared.
    pub const fn compared(&self) -> u32 {
        self.next
    }
}

impl Iterator for Comparison<'_> {
    type Item = Difference;

    fn next(&mut self) -> Option<Difference> {
        loop {
            if let Some(difference) = self.waiting.pop() {
                return Some(difference);
            }
            if self.next >= self.end {
                return None;
            }
            match (self.a.geometry(), self.b.geometry()) {
                (Geometry::Ckd(a), Geometry::Ckd(b)) => self.compare_track(a, b),
                _ => self.compare_blocks(),
            }
            self.waiting.reverse();
            if let Some(progress) = &mut self.progress {
                progress(u64::from(self.next));
            }
        }
    }
}

impl<'a> Comparison<'a> {
    fn compare_track(&mut self, a_shape: &'a CkdGeometry, b_shape: &'a CkdGeometry) {
        let track = TrackNo::new(self.next);
        let at = a_shape.address(track);
        self.next += 1;
        let [a_slot, b_slot] = &mut self.buffers;
        a_slot.resize(a_shape.slot_len(), 0);
        b_slot.resize(b_shape.slot_len(), 0);
        let parsed = (read(self.a, track, at, a_slot), read(self.b, track, at, b_slot));
        let (a, b) = match parsed {
            (Ok(a), Ok(b)) => (a, b),
            (a, b) => {
                self.waiting.push(Difference::Unreadable {
                    track,
                    at,
                    a: a.err(),
                    b: b.err(),
                });
                return;
            }
        };
        if a.content() != b.content() {
            let waiting = &mut self.waiting;
            compare_records(&a, &b, &mut |what| {
                waiting.push(Difference::Track { track, at, what })
            });
        }
    }

    fn compare_blocks(&mut self) {
        let first = self.next;
        let count = BLOCKS_AT_ONCE.min(self.end - first);
        let length = usize::try_from(count).expect("a small number") * BLOCK_SIZE;
        self.next += count;
        self.buffers
            .iter_mut()
            .for_each(|buffer| buffer.resize(length, 0));
        let [a, b] = &mut self.buffers;
        let whole = self.a.read_blocks(BlockNo::new(first), a).is_ok()
            && self.b.read_blocks(BlockNo::new(first), b).is_ok();
        if whole && a == b {
            return;
        }
        for number in first..first + count {
            let block = BlockNo::new(number);
            let (mut a, mut b) = ([0; BLOCK_SIZE], [0; BLOCK_SIZE]);
            let read = (
                self.a.read_blocks(block, &mut a),
                self.b.read_blocks(block, &mut b),
            );
            if let (Ok(()), Ok(())) = read {
                if let Some(offset) = first_difference(&a, &b) {
                    self.waiting.push(Difference::Block { block, offset });
                }
                continue;
            }
            self.waiting.push(Difference::UnreadableBlock {
                block,
                a: read.0.err().map(|error| error.fault.to_string()),
                b: read.1.err().map(|error| error.fault.to_string()),
            });
        }
    }
}

fn read<'s>(volume: &Volume, track: TrackNo, at: TrackAddr, slot: &'s mut [u8]) -> Result<Track<'s>, String> {
    volume
        .read_track(track, slot)
        .map_err(|error| error.fault.to_string())?;
    Track::parse(slot, at).map_err(|fault| fault.to_string())
}

/// Records are compared by their place on the track, because their numbers may repeat.
fn compare_records(a: &Track<'_>, b: &Track<'_>, differs: &mut dyn FnMut(TrackDifference)) {
    if let Some(field) = compare_record(&a.record_zero(), &b.record_zero()) {
        differs(TrackDifference::Record {
            index: 0,
            number: 0,
            field,
        });
    }
    let (mut a, mut b) = (a.records(), b.records());
    for index in 1.. {
        match (a.next(), b.next()) {
            (Some(a), Some(b)) => {
                let number = a.count.record;
                if let Some(field) = compare_record(&a, &b) {
                    differs(TrackDifference::Record { index, number, field });
                }
            }
            (Some(record), None) => differs(TrackDifference::OnlyInA {
                index,
                count: record.count,
            }),
            (None, Some(record)) => differs(TrackDifference::OnlyInB {
                index,
                count: record.count,
            }),
            (None, None) => return,
        }
    }
}

fn compare_record(a: &Record<'_>, b: &Record<'_>) -> Option<Field> {
    if a.count != b.count {
        return Some(Field::Count {
            a: a.count,
            b: b.count,
        });
    }
    first_difference(a.key, b.key)
        .map(|offset| Field::Key { offset })
        .or_else(|| first_difference(a.data, b.data).map(|offset| Field::Data { offset }))
}

fn first_difference(a: &[u8], b: &[u8]) -> Option<usize> {
    a.iter().zip(b).position(|(a, b)| a != b)
}

/// One difference between two volumes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// Device type or size.
    Geometry {
        /// Of the first volume.
        a: Geometry,
        /// Of the second.
        b: Geometry,
    },
    /// A track that at least one of them cannot give.
    Unreadable {
        /// The number of the track.
        track: TrackNo,
        /// The address of the track.
        at: TrackAddr,
        /// Why not from the first.
        a: Option<String>,
        /// Why not from the second.
        b: Option<String>,
    },
    /// A difference on a track.
    Track {
        /// The number of the track.
        track: TrackNo,
        /// The address of the track.
        at: TrackAddr,
        /// What differs.
        what: TrackDifference,
    },
    /// A block that at least one of them cannot give.
    UnreadableBlock {
        /// The block.
        block: BlockNo,
        /// Why not from the first.
        a: Option<String>,
        /// Why not from the second.
        b: Option<String>,
    },
    /// A block has other bytes.
    Block {
        /// The block.
        block: BlockNo,
        /// The first byte that differs.
        offset: usize,
    },
}

/// A difference on a track. A record is known by its place on the track, 1 for the first behind record 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrackDifference {
    /// Both have a record there, and it differs.
    Record {
        /// Its place on the track.
        index: u32,
        /// Its number in the first volume.
        number: u8,
        /// What differs first.
        field: Field,
    },
    /// The second volume has no more records.
    OnlyInA {
        /// Its place on the track.
        index: u32,
        /// Its count field.
        count: Count,
    },
    /// The first volume has no more records.
    OnlyInB {
        /// Its place on the track.
        index: u32,
        /// Its count field.
        count: Count,
    },
}

/// The first part of a record that differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The count fields.
    Count {
        /// Of the first volume.
        a: Count,
        /// Of the second.
        b: Count,
    },
    /// The keys, equally long.
    Key {
        /// The first byte that differs.
        offset: usize,
    },
    /// The data, equally long, behind equal keys.
    Data {
        /// The first byte that differs.
        offset: usize,
    },
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let readable = |why: &Option<String>| why.clone().unwrap_or_else(|| "readable".to_owned());
        match self {
            Difference::Geometry { a, b } => write!(f, "the first is a {a}, the second a {b}"),
            Difference::Unreadable { at, track, a, b } => write!(
                f,
                "{at} (track {track}): in the first: {}; in the second: {}",
                readable(a),
                readable(b)
            ),
            Difference::Track { at, track, what } => write!(f, "{at} (track {track}): {what}"),
            Difference::UnreadableBlock { block, a, b } => write!(
                f,
                "block {block}: in the first: {}; in the second: {}",
                readable(a),
                readable(b)
            ),
            Difference::Block { block, offset } => write!(f, "block {block}: differs from byte {offset}"),
        }
    }
}

impl fmt::Display for TrackDifference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TrackDifference::Record { index, number, field } => {
                write!(f, "record {number}")?;
                if u32::from(*number) != *index {
                    write!(f, " (place {index} of the track)")?;
                }
                write!(f, ": {field}")
            }
            TrackDifference::OnlyInA { index, count } => {
                write!(f, "only the first has a record at place {index}: {count}")
            }
            TrackDifference::OnlyInB { index, count } => {
                write!(f, "only the second has a record at place {index}: {count}")
            }
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Field::Count { a, b } => write!(f, "the count fields differ: {a}, and {b}"),
            Field::Key { offset } => write!(f, "the keys differ from byte {offset}"),
            Field::Data { offset } => write!(f, "the data differ from byte {offset}"),
        }
    }
}

#[cfg(test)]
mod tests;

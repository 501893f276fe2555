//! Reading: from a stretch of a device to named chunks, in one buffer, without a copy for each track.

use std::ops::Range;

use dasd::canonical::{BLOCK_TRAILER, canonicalise, canonicalise_blocks};
use store::{ChunkId, Entry, Witness, WitnessKey, WitnessScratch};

use super::base::BaseEntry;
use super::unread::Unread;
use crate::domain::{BLOCK_BYTES, GROUP_BYTES, Stretch, UnitKind, blocks_before, tag_of};
use crate::env::Device;

/// A group needs room for its bitmap behind the last block.
const GROUP_ROOM: usize = GROUP_BYTES + BLOCK_TRAILER;

/// Tracks that are read at once: few enough to stay in the cache between reading them and working on them.
const TRACKS_AT_ONCE: u32 = 5;

/// One stretch, read, brought into canonical form and hashed.
pub(crate) struct Captured {
    /// Its units in order, or why the stretch cannot be used.
    pub(crate) units: Result<Vec<Unit>, String>,
    /// Holds the bytes of all units.
    pub(crate) buffer: Vec<u8>,
    /// Bytes read from the device.
    pub(crate) bytes: u64,
    /// The unit of a sample that is not what the map of changes says.
    pub(crate) missed: Option<u32>,
}

/// One chunk of a domain.
pub(crate) struct Unit {
    /// Its name.
    pub(crate) id: ChunkId,
    /// What the manifest notes beside the name.
    pub(crate) tag: u32,
    /// Where it lies in the buffer; nowhere if its witness is that of the base.
    pub(crate) at: Range<usize>,
    /// Its witness, if they were asked for.
    pub(crate) witness: Option<Witness>,
}

/// What the units of a stretch are compared with before they are hashed.
#[derive(Clone, Copy)]
pub(crate) struct Past<'a> {
    /// What their witnesses are made with; none where no witnesses are taken.
    pub(crate) key: Option<&'a WitnessKey>,
    /// What the base has in their places; nothing beyond the end.
    pub(crate) base: &'a [Option<BaseEntry>],
    /// What need not be read.
    pub(crate) unread: Option<&'a Unread>,
}

impl Past<'_> {
    /// The entry of unit `number` in the base, if the unit still has the witness it had then. A chunk that the
    /// catalog no longer names must be stored again, so its unit is not taken for unchanged.
    fn unchanged(&self, number: usize, witness: Witness) -> Option<Entry> {
        let before = self.base.get(number)?.as_ref()?;
        (before.named && before.witness == Some(witness)).then_some(before.entry)
    }

    /// Whether unit `unit` of the domain need not be read, being what the base has in its place.
    fn is_unread(&self, before: &BaseEntry, unit: u32) -> bool {
        let skipped = |unread: &Unread| unread.is_unchanged(unit) && !unread.is_sample(unit);
        // Its witness goes on the new list as well, which has one for every unit or none at all.
        let witnessed = before.witness.is_some() == self.key.is_some();
        before.named && witnessed && self.unread.is_some_and(skipped)
    }

    /// How many units of a stretch have to be read.
    pub(crate) fn units_to_read(&self, stretch: Stretch) -> u32 {
        if self.unread.is_none() {
            return stretch.count;
        }
        let unread = |(unit, before): (u32, &Option<BaseEntry>)| {
            let before = before.as_ref();
            before.is_some_and(|before| self.is_unread(before, unit))
        };
        let unread = (stretch.first..).zip(self.base).filter(|pair| unread(*pair));
        stretch
            .count
            .saturating_sub(u32::try_from(unread.count()).unwrap_or(u32::MAX))
    }

    /// Whether unit `unit` of the domain was read and is not what the map of changes says: unchanged.
    fn is_missed(&self, number: usize, unit: u32, found: &Unit) -> bool {
        let before = self.base.get(number).and_then(Option::as_ref);
        let same = |before: &BaseEntry| (before.entry.id, before.entry.tag) == (found.id, found.tag);
        self.unread.is_some_and(|unread| unread.is_unchanged(unit))
            && before.is_some_and(|before| !same(before))
    }
}

/// Reads one stretch of `units` from `device`. With a `past` it takes the witness of each unit, and what is the same in
/// the base is neither brought into canonical form nor hashed.
pub(crate) fn capture(
    device: &dyn Device,
    units: &UnitKind,
    stretch: Stretch,
    mut buffer: Vec<u8>,
    past: Option<Past<'_>>,
) -> Captured {
    let pieces = match units {
        UnitKind::Tracks { .. } => capture_tracks(device, units, stretch, &mut buffer, past),
        UnitKind::Groups { .. } => capture_groups(device, units, stretch, &mut buffer, past),
    };
    let (bytes, missed, units) = match pieces {
        Ok(pieces) => {
            let bytes = pieces.read as u64;
            let (units, missed) = pieces.named(&buffer);
            (bytes, missed, Ok(units))
        }
        Err(reason) => (0, None, Err(reason)),
    };
    Captured {
        units,
        buffer,
        bytes,
        missed,
    }
}

/// The units of a stretch, as far as they are known before they are hashed.
struct Pieces<'a> {
    past: Option<Past<'a>>,
    /// The number of the first unit in the domain.
    first: u32,
    /// Bytes read from the device.
    read: usize,
    units: Vec<Unit>,
    /// Which of them have no name yet.
    nameless: Vec<usize>,
    /// Holds the witnesses of the units that come next.
    scratch: WitnessScratch,
}

/// The name of a unit that is yet to be hashed.
const NAMELESS: ChunkId = ChunkId::from_bytes([0; 32]);

impl<'a> Pieces<'a> {
    fn new(past: Option<Past<'a>>, stretch: Stretch) -> Self {
        Self {
            past,
            first: stretch.first,
            read: 0,
            units: Vec::with_capacity(stretch.count as usize),
            nameless: Vec::new(),
            scratch: WitnessScratch::default(),
        }
    }

    /// Takes the witnesses of the units that come next, as they lie on the disk.
    fn witness<'b>(&mut self, units: impl Iterator<Item = &'b [u8]>) {
        if let Some(key) = self.past.and_then(|past| past.key) {
            key.witness_many(units, &mut self.scratch);
        }
    }

    /// Whether the unit that is `ahead` of the next one need not be read.
    fn is_unread(&self, ahead: usize) -> bool {
        self.unread(ahead).is_some()
    }

    fn unread(&self, ahead: usize) -> Option<&'a BaseEntry> {
        let number = self.units.len() + ahead;
        let past = self.past.as_ref()?;
        let before = past.base.get(number)?.as_ref()?;
        let unit = self.first + u32::try_from(number).ok()?;
        past.is_unread(before, unit).then_some(before)
    }

    /// Takes the next unit from the base, if it need not be read.
    fn take_unread(&mut self) -> bool {
        let unread = self.unread(0);
        self.units.extend(unread.map(|before| Unit {
            id: before.entry.id,
            tag: before.entry.tag,
            at: 0..0,
            witness: before.witness,
        }));
        unread.is_some()
    }

    /// Takes unit `within` of those last witnessed from the base, if it is unchanged.
    fn take_unchanged(&mut self, within: usize) -> bool {
        let Some((past, witness)) = self.past.zip(self.scratch.witness(within)) else {
            return false;
        };
        let unchanged = past.unchanged(self.units.len(), witness);
        self.units.extend(unchanged.map(|entry| Unit {
            id: entry.id,
            tag: entry.tag,
            at: 0..0,
            witness: Some(witness),
        }));
        unchanged.is_some()
    }

    /// Takes unit `within` of those last witnessed, which lies `at` in the buffer in canonical form.
    fn take(&mut self, within: usize, at: Range<usize>, tag: u32) {
        self.nameless.push(self.units.len());
        self.units.push(Unit {
            id: NAMELESS,
            tag,
            at,
            witness: self.scratch.witness(within),
        });
    }

    /// The units with their names, and the first of a sample that is not what the map of changes says.
    fn named(mut self, buffer: &[u8]) -> (Vec<Unit>, Option<u32>) {
        let at = |number: &usize| &buffer[self.units[*number].at.clone()];
        let slices: Vec<&[u8]> = self.nameless.iter().map(at).collect();
        let mut ids = Vec::with_capacity(slices.len());
        store::hash_many(&slices, &mut ids);
        for (number, id) in self.nameless.iter().zip(ids) {
            self.units[*number].id = id;
        }
        let missed = self.past.and_then(|past| {
            let unit = |number: &usize| (*number, self.first + u32::try_from(*number).unwrap_or(u32::MAX));
            self.nameless
                .iter()
                .map(unit)
                .find(|(number, unit)| past.is_missed(*number, *unit, &self.units[*number]))
        });
        (self.units, missed.map(|(_, unit)| unit))
    }
}

fn capture_tracks<'a>(
    device: &dyn Device,
    units: &UnitKind,
    stretch: Stretch,
    buffer: &mut Vec<u8>,
    past: Option<Past<'a>>,
) -> Result<Pieces<'a>, String> {
    let UnitKind::Tracks {
        geometry,
        first,
        cylinder,
        ..
    } = units
    else {
        unreachable!("chosen by the caller")
    };
    let slot = geometry.slot_len();
    buffer.resize(stretch.count as usize * slot, 0);
    let mut pieces = Pieces::new(past, stretch);
    let mut faults = Vec::new();
    let end = first.get() + stretch.first + stretch.count;
    let mut track = first.get() + stretch.first;
    // Where the next tracks go: over those before, if none of them has to be kept.
    let mut begin = 0;
    while track < end {
        if pieces.take_unread() {
            track += 1;
            continue;
        }
        let most = (end - track).min(TRACKS_AT_ONCE);
        let few = (1..most)
            .find(|ahead| pieces.is_unread(*ahead as usize))
            .unwrap_or(most);
        pieces.read += few as usize * slot;
        let tracks = &mut buffer[begin..begin + few as usize * slot];
        device.read_tracks(dasd::TrackNo::new(track), tracks, &mut faults);
        if let Some(fault) = faults.first() {
            return Err(error_chain(fault));
        }
        pieces.witness(tracks.chunks_exact(slot));
        let nameless = pieces.nameless.len();
        for (within, bytes) in (0_usize..).zip(tracks.chunks_exact_mut(slot)) {
            if !pieces.take_unchanged(within) {
                let at = geometry.address(dasd::TrackNo::new(track));
                let (length, origin) = canonicalise(bytes, at).map_err(|fault| {
                    format!("volume {}, {at}: {}", device.key().volser, error_chain(&fault))
                })?;
                let begin = begin + within * slot;
                pieces.take(within, begin..begin + length, tag_of(origin, *cylinder));
            }
            track += 1;
        }
        if pieces.nameless.len() != nameless {
            begin += few as usize * slot;
        }
    }
    Ok(pieces)
}

fn capture_groups<'a>(
    device: &dyn Device,
    units: &UnitKind,
    stretch: Stretch,
    buffer: &mut Vec<u8>,
    past: Option<Past<'a>>,
) -> Result<Pieces<'a>, String> {
    let UnitKind::Groups { first, .. } = units else {
        unreachable!("chosen by the caller")
    };
    let bytes = units.stretch_bytes(stretch);
    let groups = stretch.count as usize;
    // The blocks are read behind the place of the groups and then spread forward, each with its spare room.
    let spread = groups * BLOCK_TRAILER;
    buffer.resize(spread + bytes + BLOCK_TRAILER, 0);
    let mut pieces = Pieces::new(past, stretch);
    let mut group = 0;
    while group < groups {
        if pieces.take_unread() {
            group += 1;
            continue;
        }
        let end = (group + 1..groups)
            .find(|end| pieces.is_unread(end - group))
            .unwrap_or(groups);
        let (from, to) = (group * GROUP_BYTES, bytes.min(end * GROUP_BYTES));
        let run = &mut buffer[spread + from..spread + to];
        let begin = *first + blocks_before(stretch.first + u32::try_from(group).unwrap_or(u32::MAX));
        device
            .read_blocks(begin, run)
            .map_err(|error| error_chain(&error))?;
        pieces.read += to - from;
        pieces.witness(run.chunks(GROUP_BYTES));
        for within in 0..end - group {
            if pieces.take_unchanged(within) {
                continue;
            }
            let group = group + within;
            let from = spread + group * GROUP_BYTES;
            let length = GROUP_BYTES.min(bytes - group * GROUP_BYTES);
            let to = group * GROUP_ROOM;
            buffer.copy_within(from..from + length, to);
            let canonical = canonicalise_blocks(&mut buffer[to..to + length + BLOCK_TRAILER], length);
            pieces.take(within, to..to + canonical, 0);
        }
        group = end;
    }
    debug_assert!(bytes.is_multiple_of(BLOCK_BYTES));
    Ok(pieces)
}

/// An error and its causes on one line; a cause that the message before it already quotes is not said twice.
pub(crate) fn error_chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let said = error.to_string();
        if !text.contains(&said) {
            text.push_str(": ");
            text.push_str(&said);
        }
        cause = error.source();
    }
    text
}

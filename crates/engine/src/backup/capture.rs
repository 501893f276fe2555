//! Reading: from a stretch of a device to named chunks, in one buffer, without a copy for each track.

use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use dasd::canonical::{BLOCK_TRAILER, canonicalise, canonicalise_blocks};
use store::{ChunkId, Entry, Witness, WitnessKey, WitnessScratch};

use super::base::BaseEntry;
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
    /// What their witnesses are made with.
    pub(crate) key: &'a WitnessKey,
    /// What the base has in their places; nothing beyond the end.
    pub(crate) base: &'a [Option<BaseEntry>],
}

impl Past<'_> {
    /// The entry of unit `number` in the base, if the unit still has the witness it had then. A chunk that the
    /// catalog no longer names must be stored again, so its unit is not taken for unchanged.
    fn unchanged(&self, number: usize, witness: Witness) -> Option<Entry> {
        let before = self.base.get(number)?.as_ref()?;
        (before.named && before.witness == Some(witness)).then_some(before.entry)
    }
}

/// Buffers that go round between reading and writing.
#[derive(Clone, Default)]
pub(crate) struct Buffers(Arc<Mutex<Vec<Vec<u8>>>>);

impl Buffers {
    /// A buffer that was used before, or a new one.
    pub(crate) fn take(&self) -> Vec<u8> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop()
            .unwrap_or_default()
    }

    /// Gives a buffer back.
    pub(crate) fn give(&self, buffer: Vec<u8>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(buffer);
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
    Captured {
        units: pieces.map(|pieces| pieces.named(&buffer)),
        buffer,
        bytes: units.stretch_bytes(stretch) as u64,
    }
}

/// The units of a stretch, as far as they are known before they are hashed.
struct Pieces<'a> {
    past: Option<Past<'a>>,
    units: Vec<Unit>,
    /// Which of them have no name yet.
    nameless: Vec<usize>,
    /// Holds the witnesses of the units that come next.
    scratch: WitnessScratch,
}

/// The name of a unit that is yet to be hashed.
const NAMELESS: ChunkId = ChunkId::from_bytes([0; 32]);

impl<'a> Pieces<'a> {
    fn new(past: Option<Past<'a>>, count: u32) -> Self {
        Self {
            past,
            units: Vec::with_capacity(count as usize),
            nameless: Vec::new(),
            scratch: WitnessScratch::default(),
        }
    }

    /// Takes the witnesses of the units that come next, as they lie on the disk.
    fn witness<'b>(&mut self, units: impl Iterator<Item = &'b [u8]>) {
        if let Some(past) = &self.past {
            past.key.witness_many(units, &mut self.scratch);
        }
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

    fn named(mut self, buffer: &[u8]) -> Vec<Unit> {
        let at = |number: &usize| &buffer[self.units[*number].at.clone()];
        let slices: Vec<&[u8]> = self.nameless.iter().map(at).collect();
        let mut ids = Vec::with_capacity(slices.len());
        store::hash_many(&slices, &mut ids);
        for (number, id) in self.nameless.into_iter().zip(ids) {
            self.units[number].id = id;
        }
        self.units
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
    let mut pieces = Pieces::new(past, stretch.count);
    let mut faults = Vec::new();
    let end = first.get() + stretch.first + stretch.count;
    let mut track = first.get() + stretch.first;
    // Where the next tracks go: over those before, if none of them has to be kept.
    let mut begin = 0;
    while track < end {
        let few = (end - track).min(TRACKS_AT_ONCE);
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
    device
        .read_blocks(
            *first + blocks_before(stretch.first),
            &mut buffer[spread..spread + bytes],
        )
        .map_err(|error| error_chain(&error))?;
    let mut pieces = Pieces::new(past, stretch.count);
    pieces.witness(buffer[spread..spread + bytes].chunks(GROUP_BYTES));
    for group in 0..groups {
        if pieces.take_unchanged(group) {
            continue;
        }
        let from = spread + group * GROUP_BYTES;
        let length = GROUP_BYTES.min(bytes - group * GROUP_BYTES);
        let to = group * GROUP_ROOM;
        buffer.copy_within(from..from + length, to);
        let canonical = canonicalise_blocks(&mut buffer[to..to + length + BLOCK_TRAILER], length);
        pieces.take(group, to..to + canonical, 0);
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

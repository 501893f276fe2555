//! Reading: from a stretch of a device to named chunks, in one buffer, without a copy for each track.

use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use dasd::canonical::{BLOCK_TRAILER, canonicalise, canonicalise_blocks};
use store::ChunkId;

use crate::domain::{BLOCK_BYTES, GROUP_BYTES, Stretch, UnitKind, blocks_before, tag_of};
use crate::env::Device;

/// A group needs room for its bitmap behind the last block.
const GROUP_ROOM: usize = GROUP_BYTES + BLOCK_TRAILER;

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
    /// Where it lies in the buffer.
    pub(crate) at: Range<usize>,
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

/// Reads one stretch of `units` from `device`.
pub(crate) fn capture(
    device: &dyn Device,
    units: &UnitKind,
    stretch: Stretch,
    mut buffer: Vec<u8>,
) -> Captured {
    let pieces = match units {
        UnitKind::Tracks { .. } => capture_tracks(device, units, stretch, &mut buffer),
        UnitKind::Groups { .. } => capture_groups(device, units, stretch, &mut buffer),
    };
    let units_of = |pieces: Vec<(Range<usize>, u32)>| {
        let slices: Vec<&[u8]> = pieces.iter().map(|(at, _)| &buffer[at.clone()]).collect();
        let mut ids = Vec::with_capacity(slices.len());
        store::hash_many(&slices, &mut ids);
        ids.into_iter()
            .zip(pieces)
            .map(|(id, (at, tag))| Unit { id, tag, at })
            .collect()
    };
    Captured {
        units: pieces.map(units_of),
        buffer,
        bytes: units.stretch_bytes(stretch) as u64,
    }
}

type Pieces = Result<Vec<(Range<usize>, u32)>, String>;

fn capture_tracks(device: &dyn Device, units: &UnitKind, stretch: Stretch, buffer: &mut Vec<u8>) -> Pieces {
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
    let mut pieces = Vec::with_capacity(stretch.count as usize);
    let mut faults = Vec::new();
    // A cylinder at a time stays in the cache between reading it and working on it.
    let heads = usize::from(geometry.heads);
    let mut track = first.get() + stretch.first;
    for (number, tracks) in (0_usize..).zip(buffer.chunks_mut(heads * slot)) {
        device.read_tracks(dasd::TrackNo::new(track), tracks, &mut faults);
        if let Some(fault) = faults.first() {
            return Err(error_chain(fault));
        }
        for (within, bytes) in (0_usize..).zip(tracks.chunks_exact_mut(slot)) {
            let at = geometry.address(dasd::TrackNo::new(track));
            let (length, origin) = canonicalise(bytes, at)
                .map_err(|fault| format!("volume {}, {at}: {}", device.key().volser, error_chain(&fault)))?;
            let begin = (number * heads + within) * slot;
            pieces.push((begin..begin + length, tag_of(origin, *cylinder)));
            track += 1;
        }
    }
    Ok(pieces)
}

fn capture_groups(device: &dyn Device, units: &UnitKind, stretch: Stretch, buffer: &mut Vec<u8>) -> Pieces {
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
    let mut pieces = Vec::with_capacity(groups);
    for group in 0..groups {
        let from = spread + group * GROUP_BYTES;
        let length = GROUP_BYTES.min(bytes - group * GROUP_BYTES);
        let to = group * GROUP_ROOM;
        buffer.copy_within(from..from + length, to);
        let canonical = canonicalise_blocks(&mut buffer[to..to + length + BLOCK_TRAILER], length);
        pieces.push((to..to + canonical, 0));
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

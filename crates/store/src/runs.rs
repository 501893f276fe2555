//! A list of chunk ids in which equal neighbours cost nothing: the common part of pages and manifests.
//!
//! ```text
//! ids u32 | repeats u32 | ids x id (32) | repeats x { index u32, again u32 }
//! ```
//!
//! Id number `index` stands `1 + again` times in the list; ids without a repeat stand once. Repeats are sorted by index,
//! each index at most once, `again` is never zero.

use zerocopy::little_endian::U32;
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use crate::chunk::ChunkId;

#[derive(Clone, Copy, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
struct RunsHeader {
    ids: U32,
    repeats: U32,
}

#[derive(Clone, Copy, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
struct Repeat {
    index: U32,
    again: U32,
}

/// Appends the list to `out`. The caller bounds its length far below 2^32.
pub(crate) fn encode(list: impl IntoIterator<Item = ChunkId>, out: &mut Vec<u8>) {
    let mut runs: Vec<(ChunkId, u32)> = Vec::new();
    for id in list {
        match runs.last_mut() {
            Some((last, again)) if *last == id => *again += 1,
            _ => runs.push((id, 0)),
        }
    }
    let repeats: Vec<Repeat> = (0u32..)
        .zip(&runs)
        .filter(|(_, (_, again))| *again > 0)
        .map(|(index, (_, again))| Repeat {
            index: index.into(),
            again: (*again).into(),
        })
        .collect();
    let count = |len: usize| U32::new(u32::try_from(len).expect("lists are bounded far below 2^32"));
    out.extend_from_slice(
        RunsHeader {
            ids: count(runs.len()),
            repeats: count(repeats.len()),
        }
        .as_bytes(),
    );
    runs.iter()
        .for_each(|(id, _)| out.extend_from_slice(id.as_bytes()));
    out.extend_from_slice(repeats.as_bytes());
}

/// Reads a list that fills `bytes` and has exactly `expected` members; `None` for anything else. The caller bounds
/// `expected`, and nothing larger is allocated.
pub(crate) fn decode(bytes: &[u8], expected: usize) -> Option<Vec<ChunkId>> {
    let (list, rest) = decode_prefix(bytes, expected)?;
    rest.is_empty().then_some(list)
}

/// Like [`decode`], for a list that only begins `bytes`; gives what follows it as well.
pub(crate) fn decode_prefix(bytes: &[u8], expected: usize) -> Option<(Vec<ChunkId>, &[u8])> {
    let (header, rest) = RunsHeader::read_from_prefix(bytes).ok()?;
    let ids = usize::try_from(header.ids.get()).ok()?;
    let repeats = usize::try_from(header.repeats.get()).ok()?;
    let (ids, rest) = <[ChunkId]>::ref_from_prefix_with_elems(rest, ids).ok()?;
    let (repeats, rest) = <[Repeat]>::ref_from_prefix_with_elems(rest, repeats).ok()?;
    let mut list = Vec::with_capacity(expected);
    let mut next = 0;
    for repeat in repeats {
        let index = usize::try_from(repeat.index.get()).ok()?;
        let again = usize::try_from(repeat.again.get()).ok()?;
        // The singles before this id, then the id itself; a range that runs backwards is an index out of order.
        let before = ids.get(next..index)?;
        let id = *ids.get(index)?;
        let room = expected.checked_sub(list.len())?.checked_sub(before.len())?;
        if again == 0 || again >= room {
            return None;
        }
        list.extend_from_slice(before);
        list.extend(std::iter::repeat_n(id, again + 1));
        next = index + 1;
    }
    let after = &ids[next..];
    (list.len() + after.len() == expected).then(|| list.extend_from_slice(after))?;
    Some((list, rest))
}

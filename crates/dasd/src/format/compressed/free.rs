//! The list of free space: a chain of blocks that lie in the gaps themselves, or a table of all of them.

use super::Width;
use super::tables::Tables;
use crate::check::{FaultPlace, Findings};
use zerocopy::byteorder::{LE, U32, U64};
use zerocopy::{FromZeros, IntoBytes};

/// A gap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Free {
    pub(super) offset: u64,
    pub(super) length: u64,
}

impl Free {
    pub(super) const fn new(offset: u64, length: u64) -> Free {
        Free { offset, length }
    }
}

/// Begins a table.
const MAGIC: &[u8; 8] = b"FREE_BLK";

/// Compares the list with the gaps that are there, in their order.
pub(super) fn check(width: Width, tables: &Tables, gaps: &[Free], findings: &mut Findings) {
    let header = &tables.header;
    let offset = header.free_offset;
    let mut magic = [0; 8];
    let is_table = offset != 0 && tables.bytes.read_at(offset, &mut magic).is_ok() && &magic == MAGIC;
    let mut expected_end = header.file_size;
    let listed = if is_table {
        let entries = offset.saturating_add(width.entry_len());
        if offset == header.file_size {
            let table = header.free_count.saturating_mul(width.entry_len());
            expected_end = entries.saturating_add(table);
        }
        read_table(width, tables, entries, gaps.len())
    } else {
        read_chain(width, tables, gaps)
    };
    if tables.length() > expected_end {
        let text = format!(
            "{} bytes follow behind byte {expected_end}, where the image ends",
            tables.length() - expected_end
        );
        let place = FaultPlace::FreeSpace { offset: expected_end };
        findings.warning(place, text);
    }
    match listed {
        Err((offset, text)) => findings.error(FaultPlace::FreeSpace { offset }, text),
        Ok(listed) => compare(gaps, &listed, findings),
    }
}

fn compare(gaps: &[Free], listed: &[Free], findings: &mut Findings) {
    let differs = gaps.iter().zip(listed).find(|(gap, listed)| gap != listed);
    let (offset, text) = match differs {
        Some((gap, listed)) => (
            listed.offset,
            format!(
                "the list of free space has {} bytes at byte {}, but there are {} at byte {}: a program that writes \
                 there may destroy tracks",
                listed.length, listed.offset, gap.length, gap.offset
            ),
        ),
        None if listed.len() > gaps.len() => (
            listed[gaps.len()].offset,
            "the list of free space has bytes that are in use: a program that writes there may destroy tracks"
                .to_owned(),
        ),
        None if listed.len() < gaps.len() => {
            let gap = gaps[listed.len()];
            let text = format!("{} bytes belong to nothing and are not in the list of free space", gap.length);
            findings.warning(FaultPlace::FreeSpace { offset: gap.offset }, text);
            return;
        }
        None => return,
    };
    findings.error(FaultPlace::FreeSpace { offset }, text);
}

type Listed = Result<Vec<Free>, (u64, String)>;

/// Reads a table of as many entries as the header says, but no more than one beyond the gaps there are.
fn read_table(width: Width, tables: &Tables, at: u64, gaps: usize) -> Listed {
    let count = usize::try_from(tables.header.free_count).unwrap_or(usize::MAX);
    let mut listed = Vec::new();
    let mut entry = at;
    for _ in 0..count.min(gaps + 1) {
        let (offset, length) = pair(width, tables, entry)?;
        listed.push(Free::new(offset, length));
        entry += width.entry_len();
    }
    Ok(listed)
}

/// Follows a chain, for no more blocks than one beyond the gaps there are: it may be a ring.
fn read_chain(width: Width, tables: &Tables, gaps: &[Free]) -> Listed {
    let mut listed: Vec<Free> = Vec::new();
    let mut at = tables.header.free_offset;
    while at != 0 && listed.len() <= gaps.len() {
        let (next, length) = pair(width, tables, at)?;
        listed.push(Free::new(at, length));
        at = next;
    }
    Ok(listed)
}

/// The two numbers at this place of the file.
fn pair(width: Width, tables: &Tables, at: u64) -> Result<(u64, u64), (u64, String)> {
    let order = tables.header.order;
    let outside = |_| {
        (
            at,
            "the list of free space leads to a place outside of the file".to_owned(),
        )
    };
    Ok(match width {
        Width::Four => {
            let mut pair = [U32::<LE>::new_zeroed(); 2];
            tables.bytes.read_at(at, pair.as_mut_bytes()).map_err(outside)?;
            let [first, second] = pair.map(|number| u64::from(order.u32(number.get())));
            (first, second)
        }
        Width::Eight => {
            let mut pair = [U64::<LE>::new_zeroed(); 2];
            tables.bytes.read_at(at, pair.as_mut_bytes()).map_err(outside)?;
            let [first, second] = pair.map(|number| order.u64(number.get()));
            (first, second)
        }
    })
}

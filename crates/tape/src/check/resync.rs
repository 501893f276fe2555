//! Finding the chain of chunks again after it was lost.

use std::io;

use crate::bytes::TapeBytes;
use crate::chunk::{HEADER_LEN, HEADER_SPAN, Header, Kind};

/// How many bytes the search looks at in its first read. Each further one is twice as long: most searches end
/// soon, and an image full of holes must not cost a long read for each of them.
const WINDOW_MIN: usize = 512;

/// How many bytes it looks at in one read at most.
const WINDOW_MAX: usize = 64 * 1024;

/// How many links in a row make a chain: with fewer, data that look like a header would be believed.
const LINKS: u32 = 3;

/// Whether a chunk of `length` bytes is followed, at `next`, by the end of the image or by a header that says so.
pub(super) fn goes_on(bytes: &impl TapeBytes, end: u64, next: u64, length: u16) -> io::Result<bool> {
    if next == end {
        return Ok(true);
    }
    Ok(sound(bytes, end, next)?.is_some_and(|header| header.previous == length))
}

/// Whether at `next` the tape ends, or a block or a tapemark begins.
pub(super) fn begins_something(bytes: &impl TapeBytes, end: u64, next: u64) -> io::Result<bool> {
    Ok(match sound(bytes, end, next)? {
        Some(header) => !matches!(header.kind, Kind::Data { first: false, .. }),
        None => true,
    })
}

/// The first place from `from` on where a sound chain begins; not `broken`, where it ended.
pub(super) fn find(bytes: &impl TapeBytes, end: u64, from: u64, broken: u64) -> io::Result<Option<u64>> {
    let mut window = vec![0; WINDOW_MIN];
    let mut start = from;
    while end.saturating_sub(start) >= HEADER_SPAN {
        let length = usize::try_from(end - start).map_or(window.len(), |left| left.min(window.len()));
        bytes.read_at(start, &mut window[..length])?;
        let mut at = start;
        for six in window[..length].windows(HEADER_LEN) {
            // Most bytes are no flags: this keeps the search to one look per byte.
            let plausible = plausible(six);
            if plausible && at != broken && is_chain(bytes, end, at)? {
                return Ok(Some(at));
            }
            at += 1;
        }
        start = at;
        window.resize((window.len() * 2).min(WINDOW_MAX), 0);
    }
    Ok(None)
}

fn plausible(six: &[u8]) -> bool {
    let Ok(six) = <[u8; HEADER_LEN]>::try_from(six) else {
        return false;
    };
    // A chunk in the middle of a block has no flags at all, like any run of zeros: not a place to begin at.
    Header::parse(six).is_ok_and(|header| match header.kind {
        Kind::Mark => header.stray == 0,
        Kind::Data { first, .. } => first && header.stray == 0 && header.length != 0,
    })
}

fn is_chain(bytes: &impl TapeBytes, end: u64, at: u64) -> io::Result<bool> {
    let mut at = at;
    let mut previous = None;
    for _ in 0..=LINKS {
        if at == end {
            return Ok(previous.is_some());
        }
        let Some(header) = sound(bytes, end, at)? else {
            return Ok(false);
        };
        if previous.is_some_and(|length| header.previous != length) {
            return Ok(false);
        }
        previous = Some(header.length);
        at += HEADER_SPAN + u64::from(header.length);
    }
    Ok(true)
}

/// The header at `at`, if it makes sense and its data are there.
fn sound(bytes: &impl TapeBytes, end: u64, at: u64) -> io::Result<Option<Header>> {
    let Some(left) = end.checked_sub(at).and_then(|left| left.checked_sub(HEADER_SPAN)) else {
        return Ok(None);
    };
    let mut six = [0; HEADER_LEN];
    bytes.read_at(at, &mut six)?;
    Ok(Header::parse(six)
        .ok()
        .filter(|header| u64::from(header.length) <= left))
}

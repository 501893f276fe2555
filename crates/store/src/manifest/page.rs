//! Pages: up to [`PAGE_ENTRIES`] positions of a domain in one chunk.

use zerocopy::little_endian::U32;
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use super::{Entry, ManifestFault, PAGE_ENTRIES, VERSION, check};
use crate::chunk::ChunkId;
use crate::runs;

pub(super) const PAGE_MAGIC: [u8; 4] = *b"SSBP";

#[derive(Clone, Copy, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
struct PageHeader {
    magic: [u8; 4],
    version: u8,
    zero: [u8; 3],
    entries: U32,
    tag_runs: U32,
}

#[derive(Clone, Copy, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
struct TagRun {
    tag: U32,
    count: U32,
}

const _: () = assert!(size_of::<PageHeader>() == 16);

/// The stored form of up to [`PAGE_ENTRIES`] entries.
#[derive(Debug)]
pub struct Page;

impl Page {
    /// The bytes of a page.
    ///
    /// # Panics
    /// If there are no entries or more than [`PAGE_ENTRIES`]; [`PageBuilder`] keeps to that by itself.
    pub fn encode(entries: &[Entry]) -> Vec<u8> {
        assert!(
            (1..=PAGE_ENTRIES).contains(&entries.len()),
            "a page has 1 to {PAGE_ENTRIES} entries"
        );
        let mut tags: Vec<TagRun> = Vec::new();
        for entry in entries {
            match tags.last_mut() {
                Some(run) if run.tag.get() == entry.tag => run.count += 1,
                _ => tags.push(TagRun {
                    tag: entry.tag.into(),
                    count: 1.into(),
                }),
            }
        }
        let count =
            |len: usize| U32::new(u32::try_from(len).expect("a page has at most PAGE_ENTRIES entries"));
        let header = PageHeader {
            magic: PAGE_MAGIC,
            version: VERSION,
            zero: [0; 3],
            entries: count(entries.len()),
            tag_runs: count(tags.len()),
        };
        let mut bytes = header.as_bytes().to_vec();
        bytes.extend_from_slice(tags.as_bytes());
        runs::encode(entries.iter().map(|entry| entry.id), &mut bytes);
        bytes
    }

    /// The entries of a page. Allocates at most for [`PAGE_ENTRIES`].
    pub fn decode(bytes: &[u8]) -> Result<Vec<Entry>, ManifestFault> {
        const WHAT: &str = "page";
        let (header, rest) =
            PageHeader::read_from_prefix(bytes).map_err(|_| ManifestFault::NotOne { what: WHAT })?;
        check(WHAT, (header.magic, PAGE_MAGIC), header.version, VERSION)?;
        let claimed = header.entries.get();
        let torn = ManifestFault::Torn {
            what: WHAT,
            claimed: claimed.into(),
            len: bytes.len(),
        };
        let entries = usize::try_from(claimed)
            .ok()
            .filter(|count| (1..=PAGE_ENTRIES).contains(count));
        let tag_runs = usize::try_from(header.tag_runs.get()).ok();
        let (Some(entries), Some(tag_runs), [0, 0, 0]) = (entries, tag_runs, header.zero) else {
            return Err(torn);
        };
        let Ok((tags, rest)) = <[TagRun]>::ref_from_prefix_with_elems(rest, tag_runs) else {
            return Err(torn);
        };
        let tags = expand_tags(tags, entries);
        let ids = runs::decode(rest, entries);
        let Some((tags, ids)) = tags.zip(ids) else {
            return Err(torn);
        };
        Ok(ids
            .into_iter()
            .zip(tags)
            .map(|(id, tag)| Entry { id, tag })
            .collect())
    }
}

fn expand_tags(runs: &[TagRun], expected: usize) -> Option<Vec<u32>> {
    let mut tags = Vec::with_capacity(expected);
    for run in runs {
        let count = usize::try_from(run.count.get()).ok()?;
        if count == 0 || count > expected - tags.len() {
            return None;
        }
        tags.extend(std::iter::repeat_n(run.tag.get(), count));
    }
    (tags.len() == expected).then_some(tags)
}

/// Cuts the chunk list of a domain into pages.
#[derive(Debug, Default)]
pub struct PageBuilder {
    entries: Vec<Entry>,
}

impl PageBuilder {
    /// A builder without entries.
    pub fn new() -> PageBuilder {
        PageBuilder::default()
    }

    /// Appends an entry; the bytes of a page whenever one is full.
    pub fn push(&mut self, id: ChunkId, tag: u32) -> Option<Vec<u8>> {
        self.entries.push(Entry { id, tag });
        (self.entries.len() == PAGE_ENTRIES).then(|| self.page())
    }

    /// The last page, unless it would be empty. The builder is ready for the next domain.
    pub fn finish(&mut self) -> Option<Vec<u8>> {
        (!self.entries.is_empty()).then(|| self.page())
    }

    fn page(&mut self) -> Vec<u8> {
        let page = Page::encode(&self.entries);
        self.entries.clear();
        page
    }
}

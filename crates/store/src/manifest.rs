//! Manifests: the ordered chunk list of one domain, in content-addressed pages.
//!
//! A page lists up to [`PAGE_ENTRIES`] chunks, the manifest lists the pages. Both are stored as chunks in packs like data,
//! so a domain that did not change adds nothing, and one that changed a little adds the pages in which it changed.

use zerocopy::little_endian::{U32, U64};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use crate::chunk::ChunkId;
use crate::runs;

/// Entries of a full page: 64 cylinders of 15 tracks, 30 KiB if all chunks differ.
pub const PAGE_ENTRIES: usize = 960;

/// Most pages of a manifest: twice what the largest volume needs (2^32 blocks are 139,811 pages).
pub const PAGES_MAX: usize = 1 << 18;

const PAGE_MAGIC: [u8; 4] = *b"SSBP";
const MANIFEST_MAGIC: [u8; 4] = *b"SSBM";
const VERSION: u8 = 1;

/// One position of a domain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// The chunk that is there.
    pub id: ChunkId,
    /// What the owner of the domain has to know to put it back; means nothing here.
    pub tag: u32,
}

/// Why bytes are no page or manifest.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ManifestFault {
    /// They begin with something else.
    #[error("it does not begin like a {what} of a chunk list")]
    NotOne {
        /// "page" or "manifest".
        what: &'static str,
    },
    /// A version this program does not read.
    #[error("it is a {what} of version {found}, this program reads version {VERSION}: use a newer program")]
    Version {
        /// "page" or "manifest".
        what: &'static str,
        /// The version found.
        found: u8,
    },
    /// The parts contradict each other.
    #[error(
        "it is a {what} that contradicts itself: its {claimed} entries do not follow from its {len} bytes"
    )]
    Torn {
        /// "page" or "manifest".
        what: &'static str,
        /// How many entries it claims.
        claimed: u64,
        /// Its length in bytes.
        len: usize,
    },
}

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

#[derive(Clone, Copy, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
struct ManifestHeader {
    magic: [u8; 4],
    version: u8,
    zero: [u8; 3],
    entries: U64,
}

const _: () = assert!(size_of::<PageHeader>() == 16);
const _: () = assert!(size_of::<ManifestHeader>() == 16);

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
        check(WHAT, (header.magic, PAGE_MAGIC), header.version)?;
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

fn check(what: &'static str, magic: ([u8; 4], [u8; 4]), version: u8) -> Result<(), ManifestFault> {
    match version {
        _ if magic.0 != magic.1 => Err(ManifestFault::NotOne { what }),
        VERSION => Ok(()),
        found => Err(ManifestFault::Version { what, found }),
    }
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

/// The list of the pages of one domain.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Manifest {
    /// How many entries all pages have together.
    pub entries: u64,
    /// The pages in order: all full but the last.
    pub pages: Vec<ChunkId>,
}

impl Manifest {
    /// How many pages so many entries need; `None` if that is more than [`PAGES_MAX`].
    pub fn pages_for(entries: u64) -> Option<usize> {
        let pages = entries.div_ceil(PAGE_ENTRIES as u64);
        usize::try_from(pages).ok().filter(|pages| *pages <= PAGES_MAX)
    }

    /// The bytes of the manifest.
    ///
    /// # Panics
    /// If the pages are not as many as the entries need.
    pub fn encode(&self) -> Vec<u8> {
        let needed = Manifest::pages_for(self.entries);
        assert_eq!(
            needed,
            Some(self.pages.len()),
            "pages of a manifest with {} entries",
            self.entries
        );
        let header = ManifestHeader {
            magic: MANIFEST_MAGIC,
            version: VERSION,
            zero: [0; 3],
            entries: self.entries.into(),
        };
        let mut bytes = header.as_bytes().to_vec();
        runs::encode(self.pages.iter().copied(), &mut bytes);
        bytes
    }

    /// Reads a manifest. Allocates at most for [`PAGES_MAX`] pages.
    pub fn decode(bytes: &[u8]) -> Result<Manifest, ManifestFault> {
        const WHAT: &str = "manifest";
        let (header, rest) =
            ManifestHeader::read_from_prefix(bytes).map_err(|_| ManifestFault::NotOne { what: WHAT })?;
        check(WHAT, (header.magic, MANIFEST_MAGIC), header.version)?;
        let entries = header.entries.get();
        let pages = Manifest::pages_for(entries).filter(|_| header.zero == [0; 3]);
        let pages = pages.and_then(|pages| runs::decode(rest, pages));
        let torn = ManifestFault::Torn {
            what: WHAT,
            claimed: entries,
            len: bytes.len(),
        };
        Ok(Manifest {
            entries,
            pages: pages.ok_or(torn)?,
        })
    }
}

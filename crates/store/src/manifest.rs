//! Manifests: the ordered chunk list of one domain, in content-addressed pages.
//!
//! A page lists up to [`PAGE_ENTRIES`] chunks, the manifest lists the pages. Both are stored as chunks in packs like data,
//! so a domain that did not change adds nothing, and one that changed a little adds the pages in which it changed.

mod page;

pub use page::{Page, PageBuilder};

use zerocopy::little_endian::U64;
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use crate::chunk::ChunkId;
use crate::runs;

/// Entries of a full page: 64 cylinders of 15 tracks, 30 KiB if all chunks differ.
pub const PAGE_ENTRIES: usize = 960;

/// Most pages of a manifest: twice what the largest volume needs (2^32 blocks are 139,811 pages).
pub const PAGES_MAX: usize = 1 << 18;

const MANIFEST_MAGIC: [u8; 4] = *b"SSBM";
const VERSION: u8 = 1;

/// A manifest with witnesses.
const VERSION_WITNESSED: u8 = 2;

/// A manifest with a generation, and maybe with witnesses.
const VERSION_DATED: u8 = 3;

/// A manifest with the stamp of the image files, and maybe with witnesses and a generation.
const VERSION_STAMPED: u8 = 4;

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
    #[error(
        "it is a {what} of version {found}, this program reads up to version {newest}: use a newer program"
    )]
    Version {
        /// "page" or "manifest".
        what: &'static str,
        /// The version found.
        found: u8,
        /// The newest version that this program knows.
        newest: u8,
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
struct ManifestHeader {
    magic: [u8; 4],
    version: u8,
    zero: [u8; 3],
    entries: U64,
}

const _: () = assert!(size_of::<ManifestHeader>() == 16);

fn check(what: &'static str, magic: ([u8; 4], [u8; 4]), found: u8, newest: u8) -> Result<(), ManifestFault> {
    if magic.0 != magic.1 {
        Err(ManifestFault::NotOne { what })
    } else if (VERSION..=newest).contains(&found) {
        Ok(())
    } else {
        Err(ManifestFault::Version { what, found, newest })
    }
}

/// The list of the pages of one domain.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Manifest {
    /// How many entries all pages have together.
    pub entries: u64,
    /// The pages in order: all full but the last.
    pub pages: Vec<ChunkId>,
    /// For each page the page with the witnesses of its units; empty when none were taken.
    pub witnesses: Vec<ChunkId>,
    /// The generation of the volume that the units are of, as the map of its changes counted it: epoch and number. None
    /// where no map is kept.
    pub generation: Option<(u64, u64)>,
    /// What the files of the image looked like before they were read, as one number. None where nobody asked, or where a
    /// later write could have left them looking the same.
    pub stamp: Option<u64>,
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
    /// If the pages are not as many as the entries need, or some have witnesses and others do not.
    pub fn encode(&self) -> Vec<u8> {
        let needed = Manifest::pages_for(self.entries);
        assert_eq!(
            needed,
            Some(self.pages.len()),
            "pages of a manifest with {} entries",
            self.entries
        );
        let witnessed = !self.witnesses.is_empty();
        assert!(
            !witnessed || self.witnesses.len() == self.pages.len(),
            "a page of witnesses for each page"
        );
        let header = ManifestHeader {
            magic: MANIFEST_MAGIC,
            version: match (self.stamp, self.generation) {
                (Some(_), _) => VERSION_STAMPED,
                (None, Some(_)) => VERSION_DATED,
                (None, None) if witnessed => VERSION_WITNESSED,
                (None, None) => VERSION,
            },
            zero: [0; 3],
            entries: self.entries.into(),
        };
        let mut bytes = header.as_bytes().to_vec();
        runs::encode(self.pages.iter().copied(), &mut bytes);
        if witnessed || self.generation.is_some() || self.stamp.is_some() {
            runs::encode(self.witnesses.iter().copied(), &mut bytes);
        }
        if let Some(stamp) = self.stamp {
            bytes.extend_from_slice(U64::new(stamp).as_bytes());
        }
        if let Some((epoch, number)) = self.generation {
            bytes.extend_from_slice([U64::new(epoch), U64::new(number)].as_bytes());
        }
        bytes
    }

    /// Reads a manifest. Allocates at most for [`PAGES_MAX`] pages.
    pub fn decode(bytes: &[u8]) -> Result<Manifest, ManifestFault> {
        const WHAT: &str = "manifest";
        let (header, rest) =
            ManifestHeader::read_from_prefix(bytes).map_err(|_| ManifestFault::NotOne { what: WHAT })?;
        check(
            WHAT,
            (header.magic, MANIFEST_MAGIC),
            header.version,
            VERSION_STAMPED,
        )?;
        let entries = header.entries.get();
        let torn = ManifestFault::Torn {
            what: WHAT,
            claimed: entries,
            len: bytes.len(),
        };
        let count = Manifest::pages_for(entries).filter(|_| header.zero == [0; 3]);
        let lists = count.and_then(|count| {
            let (pages, rest) = runs::decode_prefix(rest, count)?;
            let (witnesses, rest) = match header.version {
                VERSION => (Vec::new(), rest),
                VERSION_WITNESSED => runs::decode_prefix(rest, count).filter(|_| count > 0)?,
                // Without witnesses the list is there, and empty.
                _ => runs::decode_prefix(rest, count).or_else(|| runs::decode_prefix(rest, 0))?,
            };
            let (stamp, rest) = match header.version {
                VERSION_STAMPED => U64::read_from_prefix(rest)
                    .ok()
                    .map(|(stamp, rest)| (Some(stamp.get()), rest))?,
                _ => (None, rest),
            };
            let generation = match (header.version, rest) {
                (VERSION_STAMPED, []) => None,
                (VERSION_DATED | VERSION_STAMPED, rest) => {
                    let [epoch, number] = <[U64; 2]>::read_from_bytes(rest).ok()?;
                    Some((epoch.get(), number.get()))
                }
                (_, []) => None,
                _ => return None,
            };
            Some((pages, witnesses, generation, stamp))
        });
        let (pages, witnesses, generation, stamp) = lists.ok_or(torn)?;
        Ok(Manifest {
            entries,
            pages,
            witnesses,
            generation,
            stamp,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::page::PAGE_MAGIC;
    use super::*;

    fn id(n: u8) -> ChunkId {
        ChunkId::of(&[n])
    }

    /// Few different ids and tags, so that runs are common.
    fn entries(max: usize) -> impl Strategy<Value = Vec<Entry>> {
        prop::collection::vec((0..4u8, 0..3u32), 1..=max).prop_map(|list| {
            list.into_iter()
                .map(|(n, tag)| Entry { id: id(n), tag })
                .collect()
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn pages_read_back(entries in entries(PAGE_ENTRIES)) {
            prop_assert_eq!(Page::decode(&Page::encode(&entries)), Ok(entries));
        }

        #[test]
        fn manifests_read_back(
            pages in prop::collection::vec(0..3u8, 0..300),
            last in 1..=PAGE_ENTRIES as u64,
            witnessed in any::<bool>(),
            generation in any::<Option<(u64, u64)>>(),
            stamp in any::<Option<u64>>(),
        ) {
            let pages: Vec<_> = pages.into_iter().map(id).collect();
            let witnesses = if witnessed { pages.clone() } else { Vec::new() };
            let full = (pages.len() as u64).saturating_sub(1) * PAGE_ENTRIES as u64;
            let entries = if pages.is_empty() { 0 } else { full + last };
            let manifest = Manifest { entries, pages, witnesses, generation, stamp };
            prop_assert_eq!(Manifest::decode(&manifest.encode()), Ok(manifest));
        }

        #[test]
        fn hostile_bytes_are_refused_or_read(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let mut page = PAGE_MAGIC.to_vec();
            page.extend([VERSION, 0, 0, 0]);
            let mut manifest = MANIFEST_MAGIC.to_vec();
            manifest.extend([VERSION, 0, 0, 0]);
            let [witnessed, dated, stamped] = [VERSION_WITNESSED, VERSION_DATED, VERSION_STAMPED].map(|version| {
                [&MANIFEST_MAGIC[..], &[version, 0, 0, 0]].concat()
            });
            for start in [&[][..], &page, &manifest, &witnessed, &dated, &stamped] {
                let bytes = [start, &bytes].concat();
                if let Ok(entries) = Page::decode(&bytes) {
                    prop_assert!(entries.len() <= PAGE_ENTRIES);
                }
                if let Ok(manifest) = Manifest::decode(&bytes) {
                    prop_assert!(manifest.pages.len() <= PAGES_MAX);
                }
            }
        }

        /// Pages are chunks, so their hash would tell; but no flipped bit may panic or change how many entries there are.
        #[test]
        fn damaged_pages_never_panic(entries in entries(40), at in any::<prop::sample::Index>(), bit in 0..8u8) {
            let mut bytes = Page::encode(&entries);
            let at = at.index(bytes.len());
            bytes[at] ^= 1 << bit;
            let _ = Page::decode(&bytes);
            prop_assert!(Page::decode(&bytes[..at]).is_err(), "a page cut at {} was read", at);
        }
    }

    #[test]
    fn equal_neighbours_cost_nothing() {
        let one = Page::encode(&[Entry { id: id(1), tag: 7 }]);
        let full = Page::encode(&[Entry { id: id(1), tag: 7 }; PAGE_ENTRIES]);
        assert_eq!(full.len(), one.len() + 8, "a run is one repeat");
        let pages = vec![id(1); 100_000];
        let manifest = Manifest {
            stamp: None,
            entries: 100_000 * PAGE_ENTRIES as u64,
            pages,
            witnesses: Vec::new(),
            generation: None,
        };
        assert_eq!(manifest.encode().len(), 16 + 8 + 32 + 8);
    }

    #[test]
    fn every_length_too_short_or_too_long_is_refused() {
        let entries: Vec<_> = (0..30)
            .map(|n| Entry {
                id: id(n / 3),
                tag: u32::from(n / 10),
            })
            .collect();
        let page = Page::encode(&entries);
        let manifest = Manifest {
            stamp: None,
            entries: 961,
            pages: vec![id(1), id(2)],
            witnesses: vec![id(3), id(3)],
            generation: Some((1, 2)),
        }
        .encode();
        for len in 0..page.len() {
            assert!(Page::decode(&page[..len]).is_err(), "a page of {len} bytes");
        }
        for len in 0..manifest.len() {
            assert!(
                Manifest::decode(&manifest[..len]).is_err(),
                "a manifest of {len} bytes"
            );
        }
        assert!(Page::decode(&[&page[..], &[0]].concat()).is_err());
        assert!(Manifest::decode(&[&manifest[..], &[0]].concat()).is_err());
        assert!(matches!(
            Page::decode(&manifest),
            Err(ManifestFault::NotOne { .. })
        ));
    }

    /// 64 bytes that ask for 128 GiB of pages.
    #[test]
    fn a_manifest_cannot_ask_for_more_memory_than_the_largest_volume() {
        let mut bytes = Manifest {
            stamp: None,
            entries: 2 * PAGE_ENTRIES as u64,
            pages: vec![id(1); 2],
            witnesses: Vec::new(),
            generation: None,
        }
        .encode();
        let again = bytes.len() - 4;
        bytes[again..].copy_from_slice(&[0xff; 4]);
        bytes[8..16].copy_from_slice(&[0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0]);
        assert!(matches!(
            Manifest::decode(&bytes),
            Err(ManifestFault::Torn { .. })
        ));
    }

    #[test]
    fn later_versions_are_named() {
        let mut page = Page::encode(&[Entry { id: id(1), tag: 0 }]);
        page[4] = 9;
        assert_eq!(
            Page::decode(&page),
            Err(ManifestFault::Version {
                what: "page",
                found: 9,
                newest: VERSION
            })
        );
    }

    #[test]
    fn the_builder_cuts_at_full_pages() {
        let mut builder = PageBuilder::new();
        let mut pages = Vec::new();
        for n in 0..PAGE_ENTRIES * 2 + 5 {
            pages.extend(builder.push(id(u8::try_from(n % 7).unwrap()), 0));
        }
        pages.extend(builder.finish());
        assert_eq!(builder.finish(), None);
        let lengths: Vec<_> = pages
            .iter()
            .map(|page| Page::decode(page).unwrap().len())
            .collect();
        assert_eq!(lengths, [PAGE_ENTRIES, PAGE_ENTRIES, 5]);
        assert_eq!(Manifest::pages_for(PAGE_ENTRIES as u64 * 2 + 5), Some(3));
        assert_eq!(Manifest::pages_for(0), Some(0));
    }
}

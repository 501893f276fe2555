//! Reading packs and records back. Nothing is handed out unchecked, except frames to a caller that checks them itself.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::TryStreamExt;
use object_store::path::Path;
use object_store::{GetOptions, GetRange, ObjectStoreExt};

use super::error::trouble;
use super::{Damage, ListError, ReadError, RecordKind, Repository, names};
use crate::chunk::{ChunkId, ChunkPlace, chunk_in};
use crate::frame::FrameFault;
use crate::pack::{Footer, FrameEntry, HEADER_LEN, PackName, Tail, check_header, locate_footer};

/// So much of the end of a pack is read at once: nearly always all of the footer.
const END_LEN: u64 = 64 << 10;

impl Repository {
    /// The table of contents of a pack, checked; the ones read last are remembered.
    pub async fn footer(&self, name: &PackName) -> Result<Arc<Footer>, ReadError> {
        if let Some(footer) = self.shared.footers.get(name) {
            return Ok(footer);
        }
        let footer = Arc::new(self.read_footer(name).await?);
        self.shared.footers.put(*name, footer.clone());
        Ok(footer)
    }

    /// The table of contents of a pack as it lies in the store now, and its header checked: for verifying.
    pub async fn read_footer(&self, name: &PackName) -> Result<Footer, ReadError> {
        let path = names::pack(name);
        let options = GetOptions {
            range: Some(GetRange::Suffix(END_LEN)),
            ..GetOptions::default()
        };
        let got = self
            .store()
            .get_opts(&path, options)
            .await
            .map_err(|source| self.unreadable(&path, source))?;
        let size = got.meta.size;
        let end = got
            .bytes()
            .await
            .map_err(|source| self.unreadable(&path, source))?;
        let tail = locate_footer(&end, size).map_err(|fault| self.damaged(&path, size, fault))?;
        let footer = match tail.within(&end) {
            Some(footer) => self.parse_footer(&path, &tail, footer, name)?,
            None => {
                let from = tail.footer_at;
                let bytes = self
                    .read_range(&path, from..from + tail.footer_len as u64)
                    .await?;
                self.parse_footer(&path, &tail, &bytes, name)?
            }
        };
        let start = self.read_range(&path, 0..HEADER_LEN).await?;
        check_header(&start).map_err(|fault| self.damaged(&path, 0, fault))?;
        Ok(footer)
    }

    fn parse_footer(
        &self,
        path: &Path,
        tail: &Tail,
        bytes: &[u8],
        name: &PackName,
    ) -> Result<Footer, ReadError> {
        tail.read(bytes, name)
            .map_err(|fault| self.damaged(path, tail.footer_at, fault))
    }

    /// The stored bytes of a frame, checked against the footer, for a caller that expands them elsewhere with
    /// [`FrameCodec::decompress`](crate::FrameCodec::decompress).
    pub async fn fetch_frame(&self, pack: &PackName, entry: &FrameEntry) -> Result<Bytes, ReadError> {
        let stored = self.fetch_frames(pack, std::slice::from_ref(entry)).await?;
        self.check_frame(pack, entry, &stored)?;
        Ok(stored)
    }

    /// The stored bytes of neighbouring frames, behind each other and in one read. They are not checked yet: that is
    /// work for a processor, and [`Repository::check_frame`] does it wherever the caller expands them.
    pub async fn fetch_frames(&self, pack: &PackName, entries: &[FrameEntry]) -> Result<Bytes, ReadError> {
        let (Some(first), Some(last)) = (entries.first(), entries.last()) else {
            return Ok(Bytes::new());
        };
        let range = first.offset..last.offset.saturating_add(u64::from(last.stored_len));
        self.read_range(&names::pack(pack), range).await
    }

    /// Checks the stored bytes of one frame against the footer.
    pub fn check_frame(&self, pack: &PackName, entry: &FrameEntry, stored: &[u8]) -> Result<(), ReadError> {
        match crc32fast::hash(stored) {
            found if found == entry.crc => Ok(()),
            found => {
                let fault = FrameFault::Checksum {
                    len: stored.len(),
                    expected: entry.crc,
                    found,
                };
                Err(self.damaged(&names::pack(pack), entry.offset, fault))
            }
        }
    }

    /// Fetches, checks and expands a frame into `out`, whose memory is used again. The checksum is the frame's; a chunk
    /// in it is to be trusted only through [`chunk_in`].
    pub async fn read_frame_into(
        &self,
        pack: &PackName,
        entry: &FrameEntry,
        out: &mut Vec<u8>,
    ) -> Result<(), ReadError> {
        let stored = self.fetch_frame(pack, entry).await?;
        self.with_codec(|codec| codec.decompress(&stored, entry.codec, entry.plain_len, out))
            .map_err(|fault| self.damaged(&names::pack(pack), entry.offset, fault))
    }

    /// Frame number `frame` of a pack, expanded.
    pub async fn read_frame(&self, pack: &PackName, frame: u32) -> Result<Vec<u8>, ReadError> {
        let footer = self.footer(pack).await?;
        let mut plain = Vec::new();
        self.read_frame_into(pack, self.entry(pack, &footer, frame)?, &mut plain)
            .await?;
        Ok(plain)
    }

    fn entry<'a>(
        &self,
        pack: &PackName,
        footer: &'a Footer,
        frame: u32,
    ) -> Result<&'a FrameEntry, ReadError> {
        let entry = usize::try_from(frame)
            .ok()
            .and_then(|number| footer.frames().get(number));
        entry.ok_or_else(|| {
            let damage = Damage::NoSuchFrame {
                frame,
                frames: footer.frames().len(),
            };
            self.damaged(&names::pack(pack), 0, damage)
        })
    }

    /// The chunks at these places, in the order asked for; each frame is read once, each chunk is checked against its
    /// name. All of them are in memory at once: meant for pages and manifests, not for whole volumes.
    pub async fn read_chunks(&self, wanted: &[(ChunkId, ChunkPlace)]) -> Result<Vec<Vec<u8>>, ReadError> {
        let mut by_frame: BTreeMap<(PackName, u32), Vec<usize>> = BTreeMap::new();
        for (index, (_, place)) in wanted.iter().enumerate() {
            by_frame.entry((place.pack, place.frame)).or_default().push(index);
        }
        let mut chunks = vec![Vec::new(); wanted.len()];
        let mut plain = Vec::new();
        for ((pack, frame), indices) in by_frame {
            let footer = self.footer(&pack).await?;
            let entry = self.entry(&pack, &footer, frame)?;
            self.read_frame_into(&pack, entry, &mut plain).await?;
            for index in indices {
                let (id, place) = &wanted[index];
                let chunk = chunk_in(&plain, place.offset, place.len, id);
                let chunk = chunk.map_err(|fault| self.damaged(&names::pack(&pack), entry.offset, fault))?;
                chunks[index] = chunk.to_vec();
            }
        }
        Ok(chunks)
    }

    /// The names of all packs, sorted. Objects that are no packs are passed over.
    pub async fn packs(&self) -> Result<Vec<PackName>, ListError> {
        self.list(names::packs(), names::pack_at).await
    }

    /// A record as it was stored. What it holds is checked by [`wire::decode`](crate::wire::decode).
    pub async fn get_record(&self, kind: RecordKind, name: &str) -> Result<Bytes, ReadError> {
        let path = names::record(kind, name).ok_or_else(|| ReadError::BadName {
            name: name.to_owned(),
        })?;
        let got = self
            .store()
            .get(&path)
            .await
            .map_err(|source| self.unreadable(&path, source))?;
        got.bytes().await.map_err(|source| self.unreadable(&path, source))
    }

    /// The names of all records of a kind, sorted.
    pub async fn list_records(&self, kind: RecordKind) -> Result<Vec<String>, ListError> {
        self.list(names::records(kind), |path| names::record_at(kind, path))
            .await
    }

    async fn list<T: Ord>(
        &self,
        folder: Path,
        parse: impl Fn(&Path) -> Option<T>,
    ) -> Result<Vec<T>, ListError> {
        let metas: Result<Vec<_>, _> = self.store().list(Some(&folder)).try_collect().await;
        let metas = metas.map_err(|source| ListError {
            place: self.place(),
            folder: folder.to_string(),
            source: trouble(source),
        })?;
        let mut found: Vec<T> = metas.iter().filter_map(|meta| parse(&meta.location)).collect();
        found.sort_unstable();
        Ok(found)
    }

    /// Exactly the bytes of `range`. Stores disagree about ranges that reach beyond the end, so a failure is looked into:
    /// an object that is too short is damage, anything else the store's own trouble.
    async fn read_range(&self, path: &Path, range: Range<u64>) -> Result<Bytes, ReadError> {
        let expected = range.end.saturating_sub(range.start);
        let got = self.store().get_ranges(path, std::slice::from_ref(&range)).await;
        match got.map(|mut parts| parts.pop().unwrap_or_default()) {
            Ok(bytes) if bytes.len() as u64 == expected => Ok(bytes),
            Ok(bytes) => {
                let found = bytes.len() as u64;
                Err(self.damaged(path, range.start, Damage::Cut { expected, found }))
            }
            Err(source @ object_store::Error::NotFound { .. }) => Err(self.unreadable(path, source)),
            Err(source) => match self.store().head(path).await {
                Ok(meta) if meta.size < range.end => {
                    let found = meta.size.saturating_sub(range.start);
                    Err(self.damaged(path, range.start, Damage::Cut { expected, found }))
                }
                _ => Err(self.unreadable(path, source)),
            },
        }
    }

    fn damaged(&self, path: &Path, offset: u64, damage: impl Into<Damage>) -> ReadError {
        ReadError::Damaged {
            place: self.place(),
            object: path.to_string(),
            offset,
            damage: Box::new(damage.into()),
        }
    }

    fn unreadable(&self, path: &Path, source: object_store::Error) -> ReadError {
        let (place, object) = (self.place(), path.to_string());
        match source {
            object_store::Error::NotFound { .. } => ReadError::Missing { place, object },
            source => ReadError::Unreadable {
                place,
                object,
                source: trouble(source),
            },
        }
    }
}

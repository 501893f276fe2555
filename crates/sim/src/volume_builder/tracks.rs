//! Fills a CKD volume, one cylinder at a time.

use dasd::{BadTrack, CkdGeometry, Cylinder, Head, Run, TrackAddr, TrackBuilder, TrackNo, Volume};

use super::{Area, AreaLayout, FillError, Vocabularies, VolumeContent, area::AreaBlocks};
use crate::{
    content::{BLOCK, Kind, Words, paint},
    seed::Seed,
};

/// Length of a key and of the data behind it, as in a table of contents of a volume.
const KEY: usize = 44;
const KEYED_DATA: usize = 96;

/// Card images in blocks of 39.
const CARDS: usize = 3120;

/// Writes everything but track 0, where label and allocation map are.
pub(super) fn fill(
    volume: &Volume,
    geometry: &CkdGeometry,
    content: &VolumeContent,
    seed: Seed,
    words: &Vocabularies,
    written: &mut dyn FnMut(u64),
) -> Result<(), FillError> {
    let slot = geometry.slot_len();
    let mut cylinder_image = vec![0; slot * usize::from(geometry.heads)];
    let bytes = u64::try_from(cylinder_image.len()).unwrap_or(u64::MAX);
    behind_the_label(volume, geometry, &mut cylinder_image)?;
    let mut areas = content.areas.iter().peekable();
    let mut current: Option<Painter<'_>> = None;
    for cylinder in 1..geometry.cylinders.get() {
        if current.as_ref().is_some_and(|painter| cylinder >= painter.end) {
            current = None;
        }
        if let Some(area) =
            areas.next_if(|area| matches!(area.run, Run::Cylinders { first, .. } if first.get() <= cylinder))
        {
            current = Painter::new(geometry, area, seed, words);
        }
        for (head, track) in (0..geometry.heads).zip(cylinder_image.chunks_exact_mut(slot)) {
            let at = TrackAddr {
                cylinder: Cylinder::new(cylinder),
                head: Head::new(head),
            };
            let laid = match &mut current {
                Some(painter) => painter.track(track, at),
                None => TrackBuilder::new(track, at).map(|empty| {
                    empty.finish();
                }),
            };
            laid.map_err(|source| FillError::Layout {
                volume: volume.name().to_owned(),
                at,
                source,
            })?;
        }
        volume.write_tracks(first_track(geometry, cylinder), &cylinder_image)?;
        written(bytes);
    }
    Ok(())
}

/// Empty pages on the tracks of cylinder 0 that the label leaves over.
fn behind_the_label(
    volume: &Volume,
    geometry: &CkdGeometry,
    cylinder_image: &mut [u8],
) -> Result<(), FillError> {
    let slot = geometry.slot_len();
    let pages = u8::try_from(geometry.device.records_per_track(0, 4096)).unwrap_or(u8::MAX);
    for (head, track) in (0..geometry.heads).zip(cylinder_image.chunks_exact_mut(slot)) {
        let at = TrackAddr {
            cylinder: Cylinder::new(0),
            head: Head::new(head),
        };
        let mut lay_out = || {
            let mut builder = TrackBuilder::new(track, at)?;
            for record in 1..=pages {
                builder.record(record, &[], &[0; BLOCK])?;
            }
            builder.finish();
            Ok(())
        };
        lay_out().map_err(|source| FillError::Layout {
            volume: volume.name().to_owned(),
            at,
            source,
        })?;
    }
    if geometry.heads > 1 {
        volume.write_tracks(TrackNo::new(1), &cylinder_image[slot..])?;
    }
    Ok(())
}

fn first_track(geometry: &CkdGeometry, cylinder: u32) -> TrackNo {
    geometry.number(TrackAddr {
        cylinder: Cylinder::new(cylinder),
        head: Head::new(0),
    })
}

/// Lays out the tracks of one area.
struct Painter<'c> {
    area: &'c Area,
    end: u32,
    words: &'c Words,
    blocks: AreaBlocks,
    seed: Seed,
    /// Records of 4096 bytes, of card blocks, and of keyed entries that a track has room for.
    per_track: u8,
    card_blocks: u8,
    entries: u8,
    tracks_done: u64,
}

impl<'c> Painter<'c> {
    /// None when the area has no cylinders.
    fn new(
        geometry: &CkdGeometry,
        area: &'c Area,
        site: Seed,
        words: &'c Vocabularies,
    ) -> Option<Painter<'c>> {
        let Run::Cylinders { first, count } = area.run else {
            return None;
        };
        let room = |key: usize, data: usize| {
            let (key, data) = (
                u8::try_from(key).unwrap_or(u8::MAX),
                u16::try_from(data).unwrap_or(u16::MAX),
            );
            u8::try_from(geometry.device.records_per_track(key, data)).unwrap_or(u8::MAX)
        };
        let per_track = room(0, BLOCK);
        let blocks = u64::from(count.get()) * u64::from(geometry.heads) * u64::from(per_track);
        Some(Painter {
            area,
            end: first.get().saturating_add(count.get()),
            words: words.of(area.layout),
            blocks: AreaBlocks::new(site, area, blocks),
            seed: site.split(&area.content),
            per_track,
            card_blocks: room(0, CARDS),
            entries: room(KEY, KEYED_DATA),
            tracks_done: 0,
        })
    }

    fn track(&mut self, slot: &mut [u8], at: TrackAddr) -> Result<(), BadTrack> {
        let mut track = TrackBuilder::new(slot, at)?;
        let address = match self.area.layout {
            AreaLayout::Pages => at.cylinder.get(),
            AreaLayout::Cms | AreaLayout::Linux | AreaLayout::Records => {
                at.cylinder.get().saturating_sub(self.area.origin)
            }
        };
        let address = u16::try_from(address).map_err(|_| BadTrack::Address(at))?;
        match self.area.layout {
            AreaLayout::Records => self.records(&mut track, address, at)?,
            AreaLayout::Cms | AreaLayout::Linux | AreaLayout::Pages => {
                for record in 1..=self.per_track {
                    let block = self.blocks.next(self.words);
                    track.record_addressed(address, at.head.get(), record, &[], block)?;
                }
            }
        }
        track.finish();
        self.tracks_done += 1;
        Ok(())
    }

    /// A table of contents with keys on the first track of each cylinder, files of card blocks behind it; one file
    /// in eight tracks ends, with the record of length 0 that says so.
    fn records(&self, track: &mut TrackBuilder<'_>, address: u16, at: TrackAddr) -> Result<(), BadTrack> {
        let head = at.head.get();
        let file = self.seed.number(self.tracks_done / 8);
        let offset = self.tracks_done * 100_000;
        if head == 0 {
            let (mut key, mut data) = ([0; KEY], [0; KEYED_DATA]);
            for record in 1..=self.entries {
                paint(
                    Kind::Text,
                    file,
                    offset + u64::from(record) * 80,
                    self.words,
                    &mut key,
                );
                paint(
                    Kind::Module,
                    file,
                    offset + u64::from(record),
                    self.words,
                    &mut data,
                );
                track.record_addressed(address, head, record, &key, &data)?;
            }
            return Ok(());
        }
        let ends = self.tracks_done % 8 == 7;
        let full = if ends {
            self.card_blocks / 2
        } else {
            self.card_blocks
        };
        let mut cards = [0; CARDS];
        for record in 1..=full {
            paint(
                Kind::Text,
                file,
                offset + u64::from(record) * 3120,
                self.words,
                &mut cards,
            );
            track.record_addressed(address, head, record, &[], &cards)?;
        }
        if ends {
            track.record_addressed(address, head, full + 1, &[], &[])?;
        }
        Ok(())
    }
}

//! How `image extract` shows tracks and blocks. They are read while they are shown, so a stretch may be as long as
//! the volume. The field names are those of the JSON document.

use std::cell::Cell;
use std::io::{self, Write};
use std::path::Path;

use dasd::{BLOCK_SIZE, BlockNo, Record, Track, TrackNo, TrackReader, Volume};
use serde::ser::{Serialize, SerializeStruct, Serializer};

use super::dump::{dump, hex, text};
use super::extract::Stretch;
use crate::output::View;

pub(super) struct ExtractView<'a> {
    file: &'a Path,
    volume: &'a Volume,
    stretch: Stretch,
    /// Set when something could not be read while it was shown.
    damaged: Cell<bool>,
}

impl<'a> ExtractView<'a> {
    pub(super) fn new(file: &'a Path, volume: &'a Volume, stretch: Stretch) -> Self {
        Self {
            file,
            volume,
            stretch,
            damaged: Cell::new(false),
        }
    }

    /// Whether something that was shown could not be read.
    pub(super) fn damaged(&self) -> bool {
        self.damaged.get()
    }

    fn fault<E: ToString>(&self, error: &E) -> String {
        self.damaged.set(true);
        error.to_string()
    }

    fn reader(&self) -> Option<TrackReader<'a>> {
        TrackReader::new(self.volume)
    }

    fn block(&self, number: u32) -> Result<[u8; BLOCK_SIZE], String> {
        let mut block = [0; BLOCK_SIZE];
        match self.volume.read_blocks(BlockNo::new(number), &mut block) {
            Ok(()) => Ok(block),
            Err(error) => Err(self.fault(&error.fault)),
        }
    }
}

impl View for ExtractView<'_> {
    fn human(&self, out: &mut dyn Write) -> io::Result<()> {
        match self.stretch {
            Stretch::Tracks(first, count) => {
                let Some(mut reader) = self.reader() else {
                    return Ok(());
                };
                for number in first..first + count {
                    match reader.read(TrackNo::new(number)) {
                        Ok(track) => show_track(out, number, &track)?,
                        Err(error) => {
                            let (at, why) = (error.at, self.fault(&error.fault));
                            writeln!(out, "{at} (track {number}): cannot be read: {why}")?;
                        }
                    }
                }
            }
            Stretch::Blocks(first, count) => {
                for number in first..first + count {
                    match self.block(number) {
                        Ok(block) => {
                            writeln!(out, "block {number}")?;
                            dump(out, "  ", &block)?;
                        }
                        Err(why) => writeln!(out, "block {number}: cannot be read: {why}")?,
                    }
                }
            }
        }
        Ok(())
    }
}

fn show_track(out: &mut dyn Write, number: u32, track: &Track<'_>) -> io::Result<()> {
    let records = track.records().count();
    let noun = if records == 1 { "record" } else { "records" };
    writeln!(
        out,
        "{} (track {number}): {records} {noun} behind record 0, {} bytes in all",
        track.at(),
        track.length()
    )?;
    show_record(out, track, &track.record_zero())?;
    for record in track.records() {
        show_record(out, track, &record)?;
    }
    Ok(())
}

fn show_record(out: &mut dyn Write, track: &Track<'_>, record: &Record<'_>) -> io::Result<()> {
    let count = &record.count;
    let mut remarks = String::new();
    if count.is_end_of_file() {
        remarks.push_str(", end of file");
    }
    if count.overflows(track.at()) {
        remarks.push_str(", goes on in the next track");
    }
    writeln!(
        out,
        "  R{} count {}, key {} bytes, data {} bytes{remarks}",
        count.record,
        count_field(record),
        count.key_len,
        count.data_len
    )?;
    if !record.key.is_empty() {
        writeln!(out, "    key")?;
        dump(out, "      ", record.key)?;
    }
    if !record.data.is_empty() {
        writeln!(out, "    data")?;
        dump(out, "      ", record.data)?;
    }
    Ok(())
}

/// The count field as a channel program has it: CC HH R KL DL.
fn count_field(record: &Record<'_>) -> String {
    let count = &record.count;
    format!(
        "{:04X} {:04X} {:02X} {:02X} {:04X}",
        count.cylinder, count.head, count.record, count.key_len, count.data_len
    )
}

impl Serialize for ExtractView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut view = serializer.serialize_struct("extract", 2)?;
        view.serialize_field("file", self.file)?;
        match self.stretch {
            Stretch::Tracks(first, count) => view.serialize_field("tracks", &Tracks(self, first, count))?,
            Stretch::Blocks(first, count) => view.serialize_field("blocks", &Blocks(self, first, count))?,
        }
        view.end()
    }
}

struct Tracks<'a>(&'a ExtractView<'a>, u32, u32);
struct Blocks<'a>(&'a ExtractView<'a>, u32, u32);

impl Serialize for Tracks<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(view, first, count) = self;
        let mut reader = view.reader();
        let tracks = (*first..first + count).filter_map(|number| {
            let read = reader.as_mut()?.read(TrackNo::new(number));
            Some(match read {
                Ok(track) => TrackView::of(number, &track),
                Err(error) => TrackView {
                    track: number,
                    cylinder: error.at.cylinder.get(),
                    head: error.at.head.get(),
                    error: Some(view.fault(&error.fault)),
                    records: Vec::new(),
                },
            })
        });
        serializer.collect_seq(tracks)
    }
}

impl Serialize for Blocks<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(view, first, count) = self;
        let blocks = (*first..first + count).map(|number| {
            let (data, error) = match view.block(number) {
                Ok(block) => (Some(block), None),
                Err(error) => (None, Some(error)),
            };
            BlockView {
                block: number,
                error,
                data: data.map(|block| hex(&block)),
                text: data.map(|block| text(&block)),
            }
        });
        serializer.collect_seq(blocks)
    }
}

#[derive(serde::Serialize)]
struct BlockView {
    block: u32,
    error: Option<String>,
    /// Hexadecimal.
    data: Option<String>,
    text: Option<String>,
}

#[derive(serde::Serialize)]
struct TrackView {
    track: u32,
    cylinder: u32,
    head: u16,
    error: Option<String>,
    records: Vec<RecordView>,
}

impl TrackView {
    fn of(number: u32, track: &Track<'_>) -> Self {
        let zero = RecordView::of(track, &track.record_zero());
        let others = track.records().map(|record| RecordView::of(track, &record));
        Self {
            track: number,
            cylinder: track.at().cylinder.get(),
            head: track.at().head.get(),
            error: None,
            records: std::iter::once(zero).chain(others).collect(),
        }
    }
}

#[derive(serde::Serialize)]
struct RecordView {
    /// The count field, as it is stored.
    cylinder: u16,
    head: u16,
    record: u8,
    key_length: u8,
    data_length: u16,
    overflows: bool,
    /// Hexadecimal.
    key: String,
    key_text: String,
    data: String,
    data_text: String,
}

impl RecordView {
    fn of(track: &Track<'_>, record: &Record<'_>) -> Self {
        let count = record.count;
        Self {
            cylinder: count.cylinder,
            head: count.head,
            record: count.record,
            key_length: count.key_len,
            data_length: count.data_len,
            overflows: count.overflows(track.at()),
            key: hex(record.key),
            key_text: text(record.key),
            data: hex(record.data),
            data_text: text(record.data),
        }
    }
}

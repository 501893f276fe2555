//! Checks compressed images: headers, tables, every image, and that what lies in the file adds up.

use std::sync::Arc;

use zerocopy::{FromZeros, IntoBytes};

use super::blocks::read_group;
use super::decode::{Decoder, LONGEST};
use super::header::{HEADER_AT, Header, L1_AT, L2_ENTRIES};
use super::open::units;
use super::spaces::{Space, Spaces, Thing};
use super::tables::{Entry, Found, ImageFault, Place, Tables};
use super::tracks::{ImageOrTrack, read_image};
use super::{Compressed, GROUP_LEN};
use crate::address::TrackNo;
use crate::check::{FaultPlace, Findings};
use crate::format::{Source, within};
use crate::geometry::Geometry;
use crate::layout::cckd::{CompressedHeader, OPTION_OPENED, OPTION_SPACE_ERRORS};

pub(super) fn check(
    format: &'static Compressed,
    source: &Source<'_>,
    findings: &mut Findings,
    progress: &mut dyn FnMut(u64),
) {
    let Some((geometry, tables)) = check_headers(format, source, findings) else {
        return;
    };
    findings.geometry = Some(geometry.clone());
    let room = match &geometry {
        Geometry::Ckd(geometry) => geometry.slot_len(),
        Geometry::Fba(_) => GROUP_LEN,
    };
    let mut checker = Checker {
        spaces: Spaces::new(format.width, &tables),
        longest: match &geometry {
            Geometry::Ckd(geometry) => geometry.slot_len(),
            Geometry::Fba(_) => LONGEST,
        },
        format,
        geometry: &geometry,
        tables: &tables,
        findings,
        decoder: Decoder::default(),
        room: vec![0; room],
    };
    let units = units(&geometry);
    for group in 0..units.div_ceil(L2_ENTRIES) {
        checker.check_table(group, units);
        progress(u64::from(units.min((group + 1) * L2_ENTRIES)));
    }
    let Checker {
        mut spaces, findings, ..
    } = checker;
    let place = |thing, offset| place(&geometry, thing, offset);
    spaces.check(&tables, findings, &place);
}

/// Checks both headers; tells shape and tables if they can be used.
fn check_headers(
    format: &'static Compressed,
    source: &Source<'_>,
    findings: &mut Findings,
) -> Option<(Geometry, Tables)> {
    let header_fault = |offset| FaultPlace::Header { offset };
    let length = source.bytes.len().ok()?;
    let mut raw = CompressedHeader::new_zeroed();
    let device = source.device_header(format.name);
    let read = source.bytes.read_at(HEADER_AT, raw.as_mut_bytes());
    let (Ok(device), Ok(())) = (device, read) else {
        let text = format!("the file has only {length} bytes, its headers need {L1_AT}");
        findings.error(header_fault(length), text);
        return None;
    };
    let header = Header::decode(&raw, format.width);
    check_options(&header, findings);
    let role = format.role(&device.id)?;
    if header.l2_entries != L2_ENTRIES {
        let text = format!("tables of {} entries, they have {L2_ENTRIES}", header.l2_entries);
        findings.error(header_fault(HEADER_AT + 8), text);
    }
    let geometry = match format.geometry(&device, &header) {
        Ok(geometry) => geometry,
        Err((offset, text)) => {
            findings.error(header_fault(offset), text);
            return None;
        }
    };
    if header.file_size > length {
        let text = format!(
            "the file was cut off: it has {length} bytes, its header says {}",
            header.file_size
        );
        findings.error(header_fault(HEADER_AT + format.file_size_at()), text);
    }
    if let Err((offset, text)) = format.check_l1(&geometry, &header, length) {
        findings.error(header_fault(offset), text);
        return None;
    }
    let bytes = Arc::clone(&source.bytes);
    let tables = Tables::new(source.name, bytes, length, header, format.width, role);
    Some((geometry, tables))
}

fn check_options(header: &Header, findings: &mut Findings) {
    let place = FaultPlace::Header {
        offset: HEADER_AT + 3,
    };
    if header.options & OPTION_OPENED != 0 {
        let text = "the image is marked as open: a program is writing to it, or stopped without closing it";
        findings.warning(place, text);
    }
    if header.options & OPTION_SPACE_ERRORS != 0 {
        findings.warning(
            place,
            "a program found errors in the free space and marked the image so",
        );
    }
    if header.null_format > 2 {
        let text = format!("null format {} is unknown and taken for 0", header.null_format);
        findings.warning(place, text);
    }
    if header.compression > 2 {
        let text = format!(
            "compression {} is unknown; each image says its own",
            header.compression
        );
        findings.warning(place, text);
    }
}

fn place(geometry: &Geometry, thing: Thing, offset: u64) -> FaultPlace {
    match (thing, geometry) {
        (Thing::Table(index), _) => FaultPlace::SecondTable { index, offset },
        (Thing::Image(number), Geometry::Ckd(geometry)) => FaultPlace::Track {
            track: TrackNo::new(number),
            at: geometry.address(TrackNo::new(number)),
            offset,
        },
        (Thing::Image(group), Geometry::Fba(_)) => FaultPlace::Group { group, offset },
    }
}

struct Checker<'a> {
    format: &'static Compressed,
    geometry: &'a Geometry,
    tables: &'a Tables,
    findings: &'a mut Findings,
    spaces: Spaces,
    decoder: Decoder,
    longest: usize,
    /// A slot or a group.
    room: Vec<u8>,
}

impl Checker<'_> {
    fn check_table(&mut self, group: u32, units: u32) {
        let l1_at = self.tables.l1_at(group);
        let (at, entries) = match self.tables.read_table(group) {
            Ok(Found::Table { at, entries }) => (at, entries),
            Ok(Found::Null | Found::Absent) => return,
            Err(fault) => {
                let (offset, text) = words(fault, l1_at);
                let last = units.min((group + 1) * L2_ENTRIES) - 1;
                let text = format!(
                    "{text}: tracks or groups {} to {last} cannot be read",
                    group * L2_ENTRIES
                );
                self.spaces.incomplete();
                self.findings
                    .error(FaultPlace::FirstTable { index: group, offset }, text);
                return;
            }
        };
        let space = Space::new(at, self.format.width.table_len(), Thing::Table(group));
        if !self.spaces.add_table(space) {
            let text = format!("the table at byte {at} is that of other tracks already");
            self.findings.error(
                FaultPlace::FirstTable {
                    index: group,
                    offset: l1_at,
                },
                text,
            );
            return;
        }
        for (index, entry) in (0..).zip(entries.iter()) {
            let number = group * L2_ENTRIES + index;
            let entry_at = at + u64::from(index) * self.format.width.entry_len();
            if number < units {
                self.check_entry(number, entry_at, *entry);
            } else if entry.offset != 0 && entry.offset != self.format.width.absent() {
                let text = format!("an entry for track or group {number}, of which there are {units}");
                self.spaces.incomplete();
                self.findings.warning(
                    FaultPlace::SecondTable {
                        index: group,
                        offset: entry_at,
                    },
                    text,
                );
            }
        }
    }

    fn check_entry(&mut self, number: u32, entry_at: u64, entry: Entry) {
        let place = |offset| place(self.geometry, Thing::Image(number), offset);
        match self.tables.judge(entry_at, entry, self.longest) {
            Ok(Place::Absent) => {}
            Ok(Place::Null(code)) => {
                if let Some(code) = code.filter(|&code| code > 2) {
                    let text = format!("null format {code} is unknown and taken for 0");
                    self.findings.warning(place(entry_at), text);
                }
            }
            Ok(Place::At { offset, length }) => {
                let size = u64::from(entry.size);
                let mut space = Space::new(offset, size, Thing::Image(number));
                space.length = u64::from(length);
                self.spaces.add(space);
                if let Err((offset, text)) = self.check_image(number, (offset, length)) {
                    self.findings.error(place(offset), text);
                }
            }
            Err(fault) => {
                let (offset, text) = words(fault, entry_at);
                self.spaces.incomplete();
                self.findings.error(place(offset), text);
            }
        }
    }

    /// Expands an image as a reader does.
    fn check_image(&mut self, number: u32, span: (u64, u16)) -> Result<(), (u64, String)> {
        match self.geometry {
            Geometry::Ckd(geometry) => {
                let at = geometry.address(TrackNo::new(number));
                read_image(self.tables, at, span, &mut self.decoder, &mut self.room).map_err(|fault| {
                    match fault {
                        ImageOrTrack::Image(fault) => words(fault, span.0),
                        ImageOrTrack::Track(fault) => {
                            (span.0, format!("{fault} (byte {} of the track)", within(&fault)))
                        }
                    }
                })
            }
            Geometry::Fba(_) => read_group(self.tables, number, span, &mut self.decoder, &mut self.room)
                .map_err(|fault| words(fault, span.0)),
        }
    }
}

fn words(fault: ImageFault, offset: u64) -> (u64, String) {
    match fault {
        ImageFault::Io(what) => (offset, format!("input/output error: {what}")),
        ImageFault::Damaged { offset, what } => (offset, what),
    }
}

impl Compressed {
    const fn file_size_at(&self) -> u64 {
        match self.width {
            super::Width::Four => 12,
            super::Width::Eight => 16,
        }
    }
}

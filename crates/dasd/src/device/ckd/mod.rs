//! The count-key-data device while it runs one channel program: where the heads are, what was found, what may be done.
//!
//! Every field passes under the heads in the order of the track: home address, record 0, records, index point again.
//! A command works on the field that comes next, or on the record that a search has just found.

mod read;
mod search;
mod write;

use zerocopy::FromBytes;

use super::attach::{Attachment, Hold, Transcript};
use super::command::{Command, RecordId};
use super::condition::{Condition, Reject};
use super::limits::{FileMask, Limits, Seeks};
use super::service::Step;
use crate::address::{TrackAddr, TrackNo};
use crate::geometry::CkdGeometry;
use crate::layout::ckd::{COUNT_LEN, CountArea, END_MARK, HOME_LEN};
use crate::record::{Count, OVERFLOW};
use crate::track::{Track, TrackFault};

/// A record of the loaded track: where its count field is, and what it says with its overflow bit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Area {
    offset: usize,
    count: Count,
}

impl Area {
    const fn key_at(self) -> usize {
        self.offset + COUNT_LEN
    }

    fn data_at(self) -> usize {
        self.key_at() + usize::from(self.count.key_len)
    }

    fn end(self) -> usize {
        self.data_at() + usize::from(self.count.data_len)
    }

    /// The count field as programs see it.
    fn shown(self, at: TrackAddr) -> Count {
        let mut count = self.count;
        if count.overflows(at) {
            count.cylinder &= !OVERFLOW;
        }
        count
    }
}

/// What passed under the heads last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Index,
    Home,
    Count(Area),
    Key(Area),
    Data(Area),
}

/// What a search has found: writes need it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Found {
    Nothing,
    Home,
    Record,
}

/// Which kind of seek, as file masks tell them apart.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Seek {
    Any,
    Cylinder,
    Head,
}

/// One channel program on a CKD device.
pub(super) struct Ckd<'d> {
    attachment: &'d Attachment,
    geometry: &'d CkdGeometry,
    hold: Hold<'d>,
    /// The track under the heads; stays where it is from program to program.
    at: &'d mut TrackAddr,
    place: Place,
    found: Found,
    index_passed: bool,
    mask: Option<FileMask>,
    limits: Option<Limits>,
    slot: &'d mut Vec<u8>,
    loaded: Option<TrackNo>,
    modified: bool,
    record: Option<u8>,
    transcript: &'d mut Transcript,
}

impl<'d> Ckd<'d> {
    pub(super) fn new(
        attachment: &'d Attachment,
        geometry: &'d CkdGeometry,
        hold: Hold<'d>,
        at: &'d mut TrackAddr,
        slot: &'d mut Vec<u8>,
        transcript: &'d mut Transcript,
    ) -> Ckd<'d> {
        slot.resize(geometry.slot_len(), 0);
        Ckd {
            attachment,
            geometry,
            hold,
            at,
            place: Place::Index,
            found: Found::Nothing,
            index_passed: false,
            mask: None,
            limits: None,
            slot,
            loaded: None,
            modified: false,
            record: None,
            transcript,
        }
    }

    /// Where the heads are, for sense data.
    pub(super) const fn spot(&self) -> (TrackAddr, Option<u8>) {
        (*self.at, self.record)
    }

    /// Whether the last command met an end-of-file record, which breaks the chain.
    pub(super) const fn met_end_of_file(&self) -> bool {
        self.transcript.exception
    }

    pub(super) fn run(&mut self, command: &Command<'_>, first: bool) -> Result<(), Condition> {
        match *command {
            Command::DefineExtent(extent) => {
                self.set_mask(extent.mask, first)?;
                self.set_limits(extent.limits)
            }
            Command::SetFileMask(mask) => self.set_mask(mask, self.mask.is_none()),
            Command::Seek(to) => self.seek(to, Seek::Any),
            Command::SeekCylinder(to) => self.seek(to, Seek::Cylinder),
            Command::SeekHead(head) => {
                let cylinder = self.at.cylinder;
                self.seek(TrackAddr { cylinder, head }, Seek::Head)
            }
            Command::Search(argument, relation, mode) => self.search(argument, relation, mode),
            Command::ReadHomeAddress => self.read_home_address(),
            Command::ReadRecordZero => self.read_record_zero(),
            Command::ReadCount(mode) => self.read_count(mode),
            Command::ReadData(mode) => self.read_data(mode),
            Command::ReadKeyData(mode) => self.read_key_data(mode),
            Command::ReadCkd(mode) => self.read_ckd(mode),
            Command::ReadMultipleCkd => self.read_multiple_ckd(),
            Command::ReadTrack => self.read_track(),
            Command::ReadTracks(count) => self.read_tracks(count),
            Command::WriteData(data) => self.write_data(data),
            Command::WriteKeyData(data) => self.write_key_data(data),
            Command::WriteCkd(count, payload) => self.write_ckd(count, payload),
            Command::WriteSpecialCkd(count, payload) => self.write_special_ckd(count, payload),
            Command::WriteRecordZero(count, data) => self.write_record_zero(count, data),
            Command::Erase => self.erase(),
            Command::Locate(..) | Command::ReadBlocks | Command::WriteBlocks(_) => {
                Err(Condition::CommandReject(Reject::Command))
            }
        }
    }

    fn set_mask(&mut self, mask: FileMask, allowed: bool) -> Result<(), Condition> {
        if !allowed {
            return Err(Condition::CommandReject(Reject::Sequence));
        }
        self.mask = Some(mask);
        Ok(())
    }

    fn set_limits(&mut self, limits: Limits) -> Result<(), Condition> {
        let valid = match limits {
            Limits::Tracks { first, last } => self.exists(first) && self.exists(last) && first <= last,
            Limits::Blocks { .. } => false,
        };
        if !valid {
            return Err(Condition::CommandReject(Reject::Parameter));
        }
        self.limits = Some(limits);
        Ok(())
    }

    fn seeks(&self) -> Seeks {
        self.mask.unwrap_or_default().seeks
    }

    fn seek(&mut self, to: TrackAddr, kind: Seek) -> Result<(), Condition> {
        let allowed = match self.seeks() {
            Seeks::All => true,
            Seeks::CylinderAndHead => kind != Seek::Any,
            Seeks::Head => kind == Seek::Head,
            Seeks::None => false,
        };
        if !self.exists(to) {
            return Err(Condition::CommandReject(Reject::Parameter));
        }
        if !allowed || !self.inside(to) {
            return Err(Condition::FileProtected);
        }
        self.move_to(to)?;
        self.index_passed = false;
        Ok(())
    }

    fn exists(&self, at: TrackAddr) -> bool {
        at.cylinder.get() < self.geometry.cylinders.get() && at.head.get() < self.geometry.heads
    }

    fn inside(&self, at: TrackAddr) -> bool {
        self.limits.is_none_or(|limits| limits.has_track(at))
    }

    /// Puts the heads before the index point of a track.
    fn move_to(&mut self, to: TrackAddr) -> Result<(), Condition> {
        self.flush()?;
        let (from, cylinder) = (self.at.cylinder.get(), to.cylinder.get());
        if from != cylinder {
            self.transcript.steps.push(Step::Seek { from, to: cylinder });
        }
        *self.at = to;
        self.place = Place::Index;
        self.found = Found::Nothing;
        self.record = None;
        Ok(())
    }

    /// Goes on to the next track of the cylinder, as a multi-track operation does.
    fn advance(&mut self) -> Result<(), Condition> {
        if self.seeks() == Seeks::None {
            return Err(Condition::FileProtected);
        }
        let head = self.at.head.get() + 1;
        if head >= self.geometry.heads {
            return Err(Condition::EndOfCylinder);
        }
        let next = TrackAddr::new(self.at.cylinder.get(), head);
        if !self.inside(next) {
            return Err(Condition::FileProtected);
        }
        self.move_to(next)
    }

    /// Reads the track under the heads and walks over it, unless that was done already.
    fn load(&mut self) -> Result<(), Condition> {
        let track = self.geometry.number(*self.at);
        if self.loaded == Some(track) {
            return Ok(());
        }
        self.flush()?;
        self.loaded = None;
        if !self.exists(*self.at) || !self.inside(*self.at) {
            return Err(Condition::FileProtected);
        }
        self.transcript.steps.push(Step::Wait);
        let at = *self.at;
        let volume = self.attachment.spindle.volume();
        volume
            .read_track(track, self.slot)
            .map_err(|error| condition(error.fault, at))?;
        Track::parse(self.slot, at).map_err(|fault| condition(fault, at))?;
        self.loaded = Some(track);
        Ok(())
    }

    /// Writes the loaded track if it was changed.
    pub(super) fn flush(&mut self) -> Result<(), Condition> {
        if !self.modified {
            return Ok(());
        }
        self.modified = false;
        let Hold::Writing(busy) = &mut self.hold else {
            unreachable!("a program with a write holds the spindle for writing");
        };
        let track = self.loaded.expect("a changed track was loaded");
        // Whatever happens, what is in memory is not known to be what is on the volume any more.
        let written = self.attachment.spindle.write_tracks_held(busy, track, self.slot);
        if written.is_err() {
            self.loaded = None;
        }
        written.map_err(|error| condition(error.fault, error.at))
    }

    /// The record whose count field is at that place; none at the end mark.
    fn area_at(&self, offset: usize) -> Option<Area> {
        let rest = &self.slot[offset..];
        if rest.starts_with(&END_MARK) {
            return None;
        }
        let (area, _) = CountArea::ref_from_prefix(rest).expect("the track was walked over");
        Some(Area {
            offset,
            count: Count::from(area),
        })
    }

    /// Where the next count field or the end mark is.
    fn next_offset(&self) -> usize {
        match self.place {
            Place::Index | Place::Home => HOME_LEN,
            Place::Count(area) | Place::Key(area) | Place::Data(area) => area.end(),
        }
    }

    fn id(&self, area: Area) -> RecordId {
        let Count {
            cylinder,
            head,
            record,
            ..
        } = area.shown(*self.at);
        RecordId {
            cylinder,
            head,
            record,
        }
    }
}

/// What the device reports for a fault of the volume.
fn condition(fault: TrackFault, at: TrackAddr) -> Condition {
    match fault {
        TrackFault::ReadOnly => Condition::WriteInhibited,
        TrackFault::BeyondVolume { .. } | TrackFault::NoTracks => Condition::CommandReject(Reject::Parameter),
        TrackFault::Io(why) => Condition::EquipmentCheck(why),
        TrackFault::Image { .. } => Condition::DataCheck(fault.to_string()),
        TrackFault::HomeAddress { found } => {
            let cylinder = u32::from(found[1]) << 8 | u32::from(found[2]);
            let head = u16::from(found[3]) << 8 | u16::from(found[4]);
            if found[0] != 0 && TrackAddr::new(cylinder, head) == at {
                Condition::TrackCondition(format!(
                    "the home address has flag X'{:02X}': the track is defective or an alternate track",
                    found[0]
                ))
            } else {
                Condition::EquipmentCheck(fault.to_string())
            }
        }
        malformed => Condition::InvalidTrackFormat(malformed.to_string()),
    }
}

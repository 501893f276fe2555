//! Reading: fields, records, tracks.

use zerocopy::IntoBytes;

use super::{Area, Ckd, Found, Place};
use crate::address::{TrackAddr, TrackCount, TrackNo};
use crate::device::command::Mode;
use crate::device::condition::{Condition, Reject};
use crate::device::service::Step;
use crate::layout::ckd::{CountArea, HOME_LEN, R1_OFFSET};

impl Ckd<'_> {
    pub(super) fn read_home_address(&mut self) -> Result<(), Condition> {
        self.load()?;
        self.place = Place::Home;
        self.found = Found::Nothing;
        self.index_passed = false;
        self.transcript.read(self.slot[..HOME_LEN].to_vec());
        Ok(())
    }

    pub(super) fn read_record_zero(&mut self) -> Result<(), Condition> {
        self.load()?;
        self.place = Place::Index;
        let area = self.next_area(Mode::SingleTrack, true, false)?;
        let bytes = self.ckd_of(area);
        self.transcript.read(bytes);
        self.end_record(area);
        Ok(())
    }

    pub(super) fn read_count(&mut self, mode: Mode) -> Result<(), Condition> {
        let area = self.next_area(mode, false, false)?;
        let count = CountArea::from(area.shown(*self.at));
        self.transcript.read(count.as_bytes().to_vec());
        Ok(())
    }

    pub(super) fn read_data(&mut self, mode: Mode) -> Result<(), Condition> {
        let area = match self.place {
            Place::Count(area) | Place::Key(area) => area,
            _ => self.next_area(mode, false, false)?,
        };
        let data = self.slot[area.data_at()..area.end()].to_vec();
        self.read_rest(area, data)
    }

    pub(super) fn read_key_data(&mut self, mode: Mode) -> Result<(), Condition> {
        let area = match self.place {
            Place::Count(area) => area,
            _ => self.next_area(mode, false, false)?,
        };
        let bytes = self.slot[area.key_at()..area.end()].to_vec();
        self.read_rest(area, bytes)
    }

    pub(super) fn read_ckd(&mut self, mode: Mode) -> Result<(), Condition> {
        let area = self.next_area(mode, false, false)?;
        let bytes = self.ckd_of(area);
        self.read_rest(area, bytes)
    }

    pub(super) fn read_multiple_ckd(&mut self) -> Result<(), Condition> {
        self.load()?;
        let from = self.next_offset().max(R1_OFFSET);
        let (bytes, last) = self.ckd_from(from);
        if let Some(last) = last {
            self.end_record(last);
        }
        self.found = Found::Nothing;
        self.transcript.read(bytes);
        Ok(())
    }

    pub(super) fn read_track(&mut self) -> Result<(), Condition> {
        self.load()?;
        self.take_track();
        Ok(())
    }

    pub(super) fn read_tracks(&mut self, count: TrackCount) -> Result<(), Condition> {
        if count.get() == 0 {
            return Err(Condition::CommandReject(Reject::Parameter));
        }
        for done in 0..count.get() {
            if done > 0 {
                let next = self.track_after()?;
                self.move_to(next)?;
                self.load()?;
                // The next track begins where the last one ended: no wait for its index point.
                let waits = self.transcript.steps.pop();
                debug_assert_eq!(waits, Some(Step::Wait));
            } else {
                self.load()?;
            }
            self.take_track();
        }
        Ok(())
    }

    /// The track behind this one in the order of the volume, in the next cylinder if need be.
    fn track_after(&self) -> Result<TrackAddr, Condition> {
        let number = self.geometry.number(*self.at).get() + 1;
        let next = self.geometry.address(TrackNo::new(number));
        if self.exists(next) && self.inside(next) {
            Ok(next)
        } else {
            Err(Condition::FileProtected)
        }
    }

    fn take_track(&mut self) {
        let (bytes, last) = self.ckd_from(HOME_LEN);
        if let Some(last) = last {
            self.end_record(last);
        }
        self.found = Found::Nothing;
        self.transcript.read_whole_track(bytes);
    }

    /// All records from that place on, and the last of them.
    fn ckd_from(&self, offset: usize) -> (Vec<u8>, Option<Area>) {
        let (mut bytes, mut last, mut offset) = (Vec::new(), None, offset);
        while let Some(area) = self.area_at(offset) {
            bytes.extend(self.ckd_of(area));
            last = Some(area);
            offset = area.end();
        }
        (bytes, last)
    }

    fn ckd_of(&self, area: Area) -> Vec<u8> {
        let count = CountArea::from(area.shown(*self.at));
        let mut bytes = count.as_bytes().to_vec();
        bytes.extend_from_slice(&self.slot[area.key_at()..area.end()]);
        bytes
    }

    /// Adds what an overflow record has on the following tracks, and hands it all over.
    fn read_rest(&mut self, first: Area, mut bytes: Vec<u8>) -> Result<(), Condition> {
        let found = self.found;
        let mut area = first;
        self.end_record(area);
        while let Some(next) = self.next_segment(area)? {
            bytes.extend_from_slice(&self.slot[next.data_at()..next.end()]);
            area = next;
        }
        self.found = found;
        self.transcript.exception |= first.count.is_end_of_file() && !first.count.overflows(*self.at);
        self.transcript.read(bytes);
        Ok(())
    }

    /// The segment with which an overflow record goes on: the first record of the next track.
    pub(super) fn next_segment(&mut self, area: Area) -> Result<Option<Area>, Condition> {
        if !area.count.overflows(*self.at) {
            return Ok(None);
        }
        let incomplete = |cause| Condition::OverflowIncomplete(Box::new(cause));
        self.advance().and_then(|()| self.load()).map_err(incomplete)?;
        match self.area_at(R1_OFFSET) {
            Some(next) if next.count.record == area.count.record => {
                self.end_record(next);
                Ok(Some(next))
            }
            other => Err(incomplete(Condition::InvalidTrackFormat(match other {
                None => "the track has no record".to_owned(),
                Some(next) => format!(
                    "its first record is {} instead of {}",
                    next.count.record, area.count.record
                ),
            }))),
        }
    }

    /// The heads are behind the data of this record.
    pub(super) fn end_record(&mut self, area: Area) {
        self.place = Place::Data(area);
        self.record = Some(area.count.record);
        self.index_passed = false;
    }
}

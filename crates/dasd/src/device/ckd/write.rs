//! Writing: in place, and format writes that erase what came behind.

use zerocopy::IntoBytes;

use super::{Area, Ckd, Found, Place};
use crate::device::attach::Capacity;
use crate::device::condition::{Condition, Reject};
use crate::device::limits::WriteKind;
use crate::layout::ckd::{COUNT_LEN, CountArea, END_MARK, HOME_LEN, R0_DATA_LEN, R1_OFFSET};
use crate::record::{Count, OVERFLOW};
use crate::volume::Access;

impl Ckd<'_> {
    pub(super) fn write_data(&mut self, data: &[u8]) -> Result<(), Condition> {
        self.may_write(WriteKind::Update)?;
        match (self.found, self.place) {
            (Found::Record, Place::Count(area) | Place::Key(area)) => self.update(area, area.data_at(), data),
            _ => Err(Condition::CommandReject(Reject::Sequence)),
        }
    }

    pub(super) fn write_key_data(&mut self, data: &[u8]) -> Result<(), Condition> {
        self.may_write(WriteKind::Update)?;
        match (self.found, self.place) {
            (Found::Record, Place::Count(area)) => self.update(area, area.key_at(), data),
            _ => Err(Condition::CommandReject(Reject::Sequence)),
        }
    }

    pub(super) fn write_ckd(&mut self, count: Count, payload: &[u8]) -> Result<(), Condition> {
        self.may_write(WriteKind::Format)?;
        self.append(count, payload)
    }

    pub(super) fn write_special_ckd(&mut self, count: Count, payload: &[u8]) -> Result<(), Condition> {
        self.may_write(WriteKind::Format)?;
        // Volumes with that many cylinders use the bit for the cylinder.
        if self.geometry.cylinders.get() > u32::from(OVERFLOW) || count.cylinder & OVERFLOW != 0 {
            return Err(Condition::CommandReject(Reject::Parameter));
        }
        let cylinder = count.cylinder | OVERFLOW;
        self.append_stored(Count { cylinder, ..count }, payload)
    }

    pub(super) fn write_record_zero(
        &mut self,
        count: Count,
        data: [u8; R0_DATA_LEN],
    ) -> Result<(), Condition> {
        self.may_write(WriteKind::RecordZero)?;
        if (self.found, self.place) != (Found::Home, Place::Home) {
            return Err(Condition::CommandReject(Reject::Sequence));
        }
        // Images have room for this one form of record 0.
        if (count.record, count.key_len, usize::from(count.data_len)) != (0, 0, R0_DATA_LEN) {
            return Err(Condition::CommandReject(Reject::Parameter));
        }
        self.slot[HOME_LEN..HOME_LEN + COUNT_LEN].copy_from_slice(CountArea::from(count).as_bytes());
        self.slot[HOME_LEN + COUNT_LEN..R1_OFFSET].copy_from_slice(&data);
        let zero = Area {
            offset: HOME_LEN,
            count,
        };
        self.end_track_behind(zero);
        self.transcript.wrote(COUNT_LEN + R0_DATA_LEN);
        Ok(())
    }

    pub(super) fn erase(&mut self) -> Result<(), Condition> {
        self.may_write(WriteKind::Format)?;
        let area = self.found_record()?;
        self.end_track_behind(area);
        self.transcript.wrote(0);
        Ok(())
    }

    fn may_write(&self, kind: WriteKind) -> Result<(), Condition> {
        if self.attachment.access == Access::Read {
            return Err(Condition::WriteInhibited);
        }
        if self.mask.unwrap_or_default().allows(kind) {
            Ok(())
        } else {
            Err(Condition::CommandReject(Reject::Mask))
        }
    }

    /// The record behind which a format write may go.
    fn found_record(&self) -> Result<Area, Condition> {
        match (self.found, self.place) {
            (Found::Record, Place::Count(area) | Place::Key(area) | Place::Data(area)) => Ok(area),
            _ => Err(Condition::CommandReject(Reject::Sequence)),
        }
    }

    /// Replaces what a record has from that byte on, and the further segments if it overflows.
    fn update(&mut self, first: Area, from: usize, data: &[u8]) -> Result<(), Condition> {
        let begin = *self.at;
        let mut segments = vec![(begin, from..first.end())];
        let mut last = first;
        while let Some(next) = self.next_segment(last)? {
            segments.push((*self.at, next.data_at()..next.end()));
            last = next;
        }
        let room: usize = segments.iter().map(|(_, part)| part.len()).sum();
        if data.len() > room {
            let why = format!(
                "{} bytes were sent for a record that has room for {room}",
                data.len()
            );
            return Err(Condition::InvalidTrackFormat(why));
        }
        let mut rest = data;
        for (at, part) in segments {
            if at != *self.at {
                self.move_to(at)?;
                self.load()?;
            }
            let (now, later) = rest.split_at(part.len().min(rest.len()));
            let target = &mut self.slot[part];
            target[..now.len()].copy_from_slice(now);
            target[now.len()..].fill(0);
            self.modified = true;
            rest = later;
        }
        self.end_record(last);
        self.found = Found::Record;
        self.transcript.exception |= first.count.is_end_of_file() && first == last;
        self.transcript.wrote(room);
        Ok(())
    }

    fn append(&mut self, count: Count, payload: &[u8]) -> Result<(), Condition> {
        if count.overflows(*self.at) {
            return Err(Condition::CommandReject(Reject::Parameter));
        }
        self.append_stored(count, payload)
    }

    fn append_stored(&mut self, count: Count, payload: &[u8]) -> Result<(), Condition> {
        let before = self.found_record()?;
        if count.record == 0 {
            return Err(Condition::CommandReject(Reject::Parameter));
        }
        if payload.len() > count.payload_len() {
            return Err(Condition::CommandReject(Reject::Length));
        }
        let area = Area {
            offset: before.end(),
            count,
        };
        self.check_room(area)?;
        self.slot[area.offset..area.key_at()].copy_from_slice(CountArea::from(count).as_bytes());
        let (sent, padding) = self.slot[area.key_at()..area.end()].split_at_mut(payload.len());
        sent.copy_from_slice(payload);
        padding.fill(0);
        self.end_track_behind(area);
        self.transcript.wrote(COUNT_LEN + count.payload_len());
        Ok(())
    }

    /// Whether a new record fits: into the slot, and on the real device behind the records before it.
    fn check_room(&self, new: Area) -> Result<(), Condition> {
        let invalid = |why: String| Err(Condition::InvalidTrackFormat(why));
        let end = new.end() + COUNT_LEN;
        if end > self.slot.len() {
            let left = self.slot.len().saturating_sub(new.offset + COUNT_LEN);
            return invalid(format!(
                "record {} needs {} bytes, {left} are left in the slot of the track",
                new.count.record,
                end - new.offset - COUNT_LEN
            ));
        }
        if self.attachment.capacity == Capacity::Slot {
            return Ok(());
        }
        let mut shapes = Vec::new();
        let mut offset = R1_OFFSET;
        while offset < new.offset {
            let area = self.area_at(offset).expect("records lie before the new one");
            shapes.push((area.count.key_len, area.count.data_len));
            offset = area.end();
        }
        shapes.push((new.count.key_len, new.count.data_len));
        if self.geometry.device.holds(shapes.iter().copied()) {
            Ok(())
        } else {
            invalid(format!(
                "record {} is one more than a track of a {} has room for",
                new.count.record, self.geometry.device.name
            ))
        }
    }

    /// Puts the end mark behind a record; what came there is erased.
    fn end_track_behind(&mut self, area: Area) {
        let end = area.end();
        self.slot[end..end + COUNT_LEN].copy_from_slice(&END_MARK);
        self.slot[end + COUNT_LEN..].fill(0);
        self.modified = true;
        self.end_record(area);
        self.found = Found::Record;
    }
}

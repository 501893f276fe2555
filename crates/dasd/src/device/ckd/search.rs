//! Going on from field to field until one compares as asked.

use std::cmp::Ordering;

use super::{Area, Ckd, Found, Place};
use crate::address::TrackAddr;
use crate::device::command::{Argument, Mode, RecordId, Relation};
use crate::device::condition::Condition;
use crate::device::service::Step;
use crate::layout::ckd::HOME_LEN;

impl Relation {
    const fn holds(self, field: Ordering) -> bool {
        match self {
            Relation::Equal => field.is_eq(),
            Relation::High => field.is_gt(),
            Relation::EqualOrHigh => field.is_ge(),
        }
    }
}

impl Ckd<'_> {
    pub(super) fn search(
        &mut self,
        argument: Argument<'_>,
        relation: Relation,
        mode: Mode,
    ) -> Result<(), Condition> {
        let found = match argument {
            Argument::HomeAddress(wanted) => self.search_home_address(wanted, relation, mode)?,
            Argument::Id(wanted) => self.search_id(wanted, relation, mode)?,
            Argument::Key(wanted) => self.search_key(wanted, relation, mode)?,
        };
        // Only the very field that was asked for may be written behind.
        if relation == Relation::Equal {
            self.found = found;
        }
        Ok(())
    }

    fn search_home_address(
        &mut self,
        wanted: TrackAddr,
        relation: Relation,
        mode: Mode,
    ) -> Result<Found, Condition> {
        loop {
            self.load()?;
            self.place = Place::Home;
            self.found = Found::Nothing;
            if relation.holds((*self.at).cmp(&wanted)) {
                return Ok(Found::Home);
            }
            self.pass_index(mode, true)?;
        }
    }

    fn search_id(&mut self, wanted: RecordId, relation: Relation, mode: Mode) -> Result<Found, Condition> {
        loop {
            let area = self.next_area(mode, true, true)?;
            if relation.holds(self.id(area).cmp(&wanted)) {
                return Ok(Found::Record);
            }
        }
    }

    fn search_key(&mut self, wanted: &[u8], relation: Relation, mode: Mode) -> Result<Found, Condition> {
        // After a search of the count field the key of the same record comes next.
        let mut next = match self.place {
            Place::Count(area) => Some(area),
            _ => None,
        };
        self.found = Found::Nothing;
        loop {
            let area = match next.take() {
                Some(area) => area,
                None => self.next_area(mode, false, true)?,
            };
            let key = &self.slot[area.key_at()..area.data_at()];
            let length = key.len().min(wanted.len());
            if length > 0 && relation.holds(key[..length].cmp(&wanted[..length])) {
                self.place = Place::Key(area);
                return Ok(Found::Record);
            }
        }
    }

    /// The next record, record 0 only if it is wanted.
    pub(super) fn next_area(&mut self, mode: Mode, zero: bool, search: bool) -> Result<Area, Condition> {
        self.found = Found::Nothing;
        loop {
            self.load()?;
            let offset = self.next_offset();
            match self.area_at(offset) {
                Some(area) if offset == HOME_LEN && !zero => self.place = Place::Data(area),
                Some(area) => {
                    self.place = Place::Count(area);
                    self.record = Some(area.count.record);
                    return Ok(area);
                }
                None => self.pass_index(mode, search)?,
            }
        }
    }

    /// Goes on from the end of the track. A search over several tracks ends at the end of the cylinder; everything
    /// else when the index point has gone by twice.
    fn pass_index(&mut self, mode: Mode, search: bool) -> Result<(), Condition> {
        if mode == Mode::MultiTrack && search {
            return self.advance();
        }
        if self.index_passed {
            return Err(Condition::NoRecordFound);
        }
        match mode {
            Mode::SingleTrack => {
                self.transcript.steps.push(Step::Rotation);
                self.place = Place::Index;
            }
            Mode::MultiTrack => self.advance()?,
        }
        self.index_passed = true;
        Ok(())
    }
}

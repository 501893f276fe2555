//! One walk over the count fields: is the track regular, and what shape does it have?

use zerocopy::byteorder::{LE, U16};

use super::{Origin, RUN_OVERFLOW, RUN_ZERO, RUNS_MAX, Run, is_zero};
use crate::address::TrackAddr;
use crate::layout::ckd::{COUNT_LEN, HOME_LEN, R1_OFFSET};
use crate::record::{Count, OVERFLOW};
use crate::track::{TrackFault, Walk};

pub(super) enum Finding {
    /// Position, origin and shape say all about the count fields.
    Regular,
    /// They do not; the end mark is at `end`.
    Odd { end: usize },
}

/// What the descriptor says.
pub(super) struct Shape {
    pub(super) origin: Origin,
    /// The address of record 0 where nothing predicts it.
    pub(super) r0_address: Option<[u8; 4]>,
    pub(super) r0_data: [u8; 8],
    runs: [Run; RUNS_MAX],
    used: usize,
}

impl Shape {
    pub(super) fn new() -> Shape {
        let runs = [Run::default(); RUNS_MAX];
        Shape {
            origin: Origin::REAL,
            r0_address: None,
            r0_data: [0; 8],
            runs,
            used: 0,
        }
    }

    pub(super) fn runs(&self) -> &[Run] {
        &self.runs[..self.used]
    }

    /// Adds a record to the last run or begins another; false when there are too many.
    #[inline]
    fn add(&mut self, count: &Count, flags: u8) -> bool {
        if let Some(last) = self.used.checked_sub(1).and_then(|last| self.runs.get_mut(last))
            && last.flags == flags
            && last.key_len == count.key_len
            && last.data_len.get() == count.data_len
            && u16::from(last.first) + u16::from(last.count) == u16::from(count.record)
        {
            last.count += 1;
            return true;
        }
        let Some(next) = self.runs.get_mut(self.used) else {
            return false;
        };
        let data_len = U16::<LE>::new(count.data_len);
        *next = Run {
            flags,
            key_len: count.key_len,
            data_len,
            first: count.record,
            count: 1,
        };
        self.used += 1;
        true
    }
}

/// Fills in the shape. Walks over the whole track, so that a damaged one is found even behind something odd.
pub(super) fn survey(slot: &[u8], at: TrackAddr, shape: &mut Shape) -> Result<Finding, TrackFault> {
    let (r0, mut walk) = Walk::begin(slot, at)?;
    let real = u16::try_from(at.cylinder.get()).expect("the home address has the cylinder in two bytes");
    shape.r0_data = r0_data(slot);
    let mut base = None;
    let mut regular = true;
    while let Some(step) = walk.next_record()? {
        if !regular {
            continue;
        }
        let count = step.count;
        let base = *base.get_or_insert_with(|| base_of(count.cylinder, real));
        let overflow = count.cylinder ^ base;
        let payload = &slot[step.payload..walk.offset()];
        let zero = if is_zero(payload) { RUN_ZERO } else { 0 };
        let flags = zero | if overflow == OVERFLOW { RUN_OVERFLOW } else { 0 };
        regular = base <= real
            && overflow & !OVERFLOW == 0
            && count.head == at.head.get()
            && shape.add(&count, flags);
    }
    if !regular {
        return Ok(Finding::Odd { end: walk.offset() });
    }
    (shape.origin, shape.r0_address) = predict(&r0, base, real, at);
    if shape.r0_address.is_some() {
        let mut address = [0; 4];
        address.copy_from_slice(&slot[HOME_LEN..HOME_LEN + 4]);
        shape.r0_address = Some(address);
    }
    Ok(Finding::Regular)
}

fn r0_data(slot: &[u8]) -> [u8; 8] {
    let mut data = [0; 8];
    data.copy_from_slice(&slot[HOME_LEN + COUNT_LEN..R1_OFFSET]);
    data
}

/// The cylinder of record 1 without its overflow bit. A cylinder above the track's own can only be one with the
/// bit; if it is still above without it, it is odd.
fn base_of(stored: u16, real: u16) -> u16 {
    if stored > real && stored ^ OVERFLOW <= real {
        stored ^ OVERFLOW
    } else {
        stored
    }
}

/// The origin that explains record 0 and the cylinder of the other records, if there are any. The address of
/// record 0 is asked for where no origin explains it.
fn predict(r0: &Count, base: Option<u16>, real: u16, at: TrackAddr) -> (Origin, Option<[u8; 4]>) {
    let same_head = r0.head == at.head.get();
    let r0_real = same_head && r0.cylinder == real;
    let distance = |cylinder: u16| i32::from(real) - i32::from(cylinder);
    match base.filter(|&base| base != real) {
        Some(base) if r0_real => (Origin::mixed(distance(base), true, false), None),
        Some(base) if same_head && r0.cylinder == base => (Origin::relative_to(distance(base)), None),
        Some(base) => (Origin::relative_to(distance(base)), Some([0; 4])),
        None if r0_real => (Origin::REAL, None),
        // Nothing to say about other records where there are none: record 0 alone decides.
        None if same_head && r0.cylinder < real => {
            (Origin::mixed(distance(r0.cylinder), false, base.is_some()), None)
        }
        None => (Origin::REAL, Some([0; 4])),
    }
}

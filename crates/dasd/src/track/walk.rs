//! The one walk over the count fields of a track, bounded by the slot.

use zerocopy::byteorder::{BE, U16};
use zerocopy::{FromBytes, IntoBytes};

use super::TrackFault;
use crate::address::TrackAddr;
use crate::layout::ckd::{
    COUNT_LEN, CountArea, END_MARK, HOME_LEN, HomeAddress, R0_DATA_LEN, R1_OFFSET, TRACK_LEN_MIN,
};
use crate::record::Count;

/// The home address of a track; none where the address does not fit into two bytes.
pub(crate) fn home_address(at: TrackAddr) -> Option<HomeAddress> {
    let cylinder = u16::try_from(at.cylinder.get()).ok()?;
    Some(HomeAddress {
        flag: 0,
        cylinder: U16::<BE>::new(cylinder),
        head: U16::<BE>::new(at.head.get()),
    })
}

/// Splits the count field off the front of `bytes`.
pub(super) fn split_count(bytes: &[u8]) -> Option<(&CountArea, &[u8])> {
    CountArea::ref_from_prefix(bytes).ok()
}

/// A position in a track, on a count field or the end mark.
pub(crate) struct Walk<'a> {
    bytes: &'a [u8],
    offset: usize,
}

/// A record as the walk sees it: its count field and where key and data begin.
pub(crate) struct Step {
    pub(crate) count: Count,
    pub(crate) payload: usize,
}

impl<'a> Walk<'a> {
    /// Checks home address and record 0 and stands before record 1.
    pub(crate) fn begin(bytes: &'a [u8], at: TrackAddr) -> Result<(Count, Walk<'a>), TrackFault> {
        if bytes.len() < TRACK_LEN_MIN {
            return Err(TrackFault::TooShort { length: bytes.len() });
        }
        let mut found = [0; HOME_LEN];
        found.copy_from_slice(&bytes[..HOME_LEN]);
        if home_address(at).is_none_or(|home| home.as_bytes() != found) {
            return Err(TrackFault::HomeAddress { found });
        }
        let (area, _) = split_count(&bytes[HOME_LEN..]).expect("the shortest track has a record 0");
        let count = Count::from(area);
        if count.record != 0 || count.key_len != 0 || usize::from(count.data_len) != R0_DATA_LEN {
            let Count {
                record,
                key_len,
                data_len,
                ..
            } = count;
            return Err(TrackFault::RecordZero {
                record,
                key_len,
                data_len,
            });
        }
        Ok((
            count,
            Walk {
                bytes,
                offset: R1_OFFSET,
            },
        ))
    }

    /// Steps over the next record; none at the end mark.
    #[inline]
    pub(crate) fn next_record(&mut self) -> Result<Option<Step>, TrackFault> {
        let offset = self.offset;
        let rest = &self.bytes[offset..];
        let Some((area, behind)) = split_count(rest) else {
            return Err(TrackFault::NoEndMark { offset });
        };
        if rest[..COUNT_LEN] == END_MARK {
            return Ok(None);
        }
        let count = Count::from(area);
        if count.record == 0 {
            return Err(TrackFault::SecondRecordZero { offset });
        }
        let length = count.payload_len();
        if length > behind.len() {
            let needed = COUNT_LEN + length;
            return Err(TrackFault::Overrun {
                record: count.record,
                offset,
                needed,
                left: rest.len(),
            });
        }
        self.offset = offset + COUNT_LEN + length;
        Ok(Some(Step {
            count,
            payload: offset + COUNT_LEN,
        }))
    }

    /// Where the walk stands: at the end, the place of the end mark.
    pub(crate) const fn offset(&self) -> usize {
        self.offset
    }
}

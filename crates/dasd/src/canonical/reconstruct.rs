//! Canonical form -> track. The form may come from anywhere, so everything is checked before it is used.

use zerocopy::byteorder::{BE, U16};
use zerocopy::{FromBytes, IntoBytes};

use super::{
    CanonicalFault, FLAG_R0_ADDRESS, FLAG_R0_DATA, FLAG_VERBATIM, Origin, RUN_LEN, RUN_OVERFLOW, RUN_ZERO,
    Run, TRAILER_LEN, Trailer, VERSION,
};
use crate::address::TrackAddr;
use crate::layout::ckd::{CountArea, END_MARK, HOME_LEN};
use crate::record::OVERFLOW;
use crate::track::{Track, home_address};

/// Writes the track of a canonical form for this address and origin into `slot`, zeros behind its end mark.
///
/// # Errors
/// The form is not one of this version, or its track does not fit into the slot; the slot's content is then
/// unspecified.
pub fn reconstruct(
    canonical: &[u8],
    at: TrackAddr,
    origin: Origin,
    slot: &mut [u8],
) -> Result<(), CanonicalFault> {
    let Ok((body, trailer)) = Trailer::read_from_suffix(canonical) else {
        return Err(CanonicalFault::TooShort(canonical.len()));
    };
    let descriptor = usize::from(trailer.descriptor_len.get());
    if trailer.flags == VERSION << 4 | FLAG_VERBATIM && descriptor == 0 {
        return place_verbatim(body, at, origin, slot);
    }
    if trailer.flags & !(FLAG_R0_ADDRESS | FLAG_R0_DATA) != VERSION << 4 {
        return Err(CanonicalFault::Flags(trailer.flags));
    }
    let parts = Parts::split(body, descriptor, trailer.flags).ok_or(CanonicalFault::Descriptor {
        descriptor,
        canonical: canonical.len(),
    })?;
    parts.place(at, origin, slot)
}

/// A canonical form taken apart.
struct Parts<'a> {
    payload: &'a [u8],
    runs: &'a [Run],
    r0_address: Option<&'a [u8]>,
    r0_data: &'a [u8],
}

impl<'a> Parts<'a> {
    fn split(body: &'a [u8], descriptor: usize, flags: u8) -> Option<Parts<'a>> {
        let (payload, descriptor) = body.split_at_checked(body.len().checked_sub(descriptor)?)?;
        let split_end =
            |bytes: &'a [u8], length: usize| bytes.split_at_checked(bytes.len().checked_sub(length)?);
        let (descriptor, r0_data) = if flags & FLAG_R0_DATA != 0 {
            split_end(descriptor, 8)?
        } else {
            (descriptor, &[0; 8][..])
        };
        let (descriptor, r0_address) = if flags & FLAG_R0_ADDRESS != 0 {
            let (rest, address) = split_end(descriptor, 4)?;
            (rest, Some(address))
        } else {
            (descriptor, None)
        };
        if !descriptor.len().is_multiple_of(RUN_LEN) {
            return None;
        }
        let runs = <[Run]>::ref_from_bytes(descriptor).ok()?;
        Some(Parts {
            payload,
            runs,
            r0_address,
            r0_data,
        })
    }

    fn place(&self, at: TrackAddr, origin: Origin, slot: &mut [u8]) -> Result<(), CanonicalFault> {
        let no_address = CanonicalFault::Address { at, origin };
        let home = home_address(at).ok_or_else(|| no_address.clone())?;
        let real = home.cylinder.get();
        let mut out = Output { slot, length: 0 };
        out.put(home.as_bytes())?;
        if let Some(address) = self.r0_address {
            out.put(address)?;
        } else {
            let cylinder = origin.r0_cylinder(real).ok_or_else(|| no_address.clone())?;
            out.put(U16::<BE>::new(cylinder).as_bytes())?;
            out.put(home.head.as_bytes())?;
        }
        out.put(&[0, 0, 0, 8])?;
        out.put(self.r0_data)?;
        let mut payload = self.payload;
        if !self.runs.is_empty() {
            let cylinder = origin.record_cylinder(real).ok_or(no_address)?;
            for (index, run) in self.runs.iter().enumerate() {
                let numbers = u16::from(run.first) + u16::from(run.count);
                let known = run.flags & !(RUN_ZERO | RUN_OVERFLOW) == 0;
                if run.first == 0 || run.count == 0 || numbers > 256 || !known {
                    return Err(CanonicalFault::Run(index));
                }
                payload = self.place_run(run, cylinder, home.head, payload, &mut out)?;
            }
        }
        if !payload.is_empty() {
            let described = self.payload.len() - payload.len();
            return Err(CanonicalFault::Payload {
                stored: self.payload.len(),
                described,
            });
        }
        out.finish()
    }

    /// Writes the records of one run and returns the payload that is left.
    fn place_run<'p>(
        &self,
        run: &Run,
        cylinder: u16,
        head: U16<BE>,
        mut payload: &'p [u8],
        out: &mut Output<'_>,
    ) -> Result<&'p [u8], CanonicalFault> {
        let length = usize::from(run.key_len) + usize::from(run.data_len.get());
        let overflow = if run.flags & RUN_OVERFLOW != 0 {
            OVERFLOW
        } else {
            0
        };
        let mut area = CountArea {
            cylinder: U16::new(cylinder ^ overflow),
            head,
            record: run.first,
            key_len: run.key_len,
            data_len: U16::new(run.data_len.get()),
        };
        for number in run.first..=run.first.saturating_add(run.count - 1) {
            area.record = number;
            out.put(area.as_bytes())?;
            if run.flags & RUN_ZERO != 0 {
                out.put_zeros(length)?;
                continue;
            }
            let Some((record, rest)) = payload.split_at_checked(length) else {
                let described = self.payload.len() - payload.len() + length;
                return Err(CanonicalFault::Payload {
                    stored: self.payload.len(),
                    described,
                });
            };
            out.put(record)?;
            payload = rest;
        }
        Ok(payload)
    }
}

/// The home address is that of the target; whatever else made the track odd stays as it was.
fn place_verbatim(body: &[u8], at: TrackAddr, origin: Origin, slot: &mut [u8]) -> Result<(), CanonicalFault> {
    let home = home_address(at).ok_or(CanonicalFault::Address { at, origin })?;
    let mut out = Output { slot, length: 0 };
    out.put(home.as_bytes())?;
    out.put(body)?;
    out.finish()?;
    let track = Track::parse(slot, at).map_err(CanonicalFault::Verbatim)?;
    let (stored, described) = (body.len(), track.content().len() - HOME_LEN);
    if stored == described {
        Ok(())
    } else {
        Err(CanonicalFault::Payload { stored, described })
    }
}

/// A slot that is being filled and refuses to be overfilled.
struct Output<'a> {
    slot: &'a mut [u8],
    length: usize,
}

impl Output<'_> {
    #[inline]
    fn take(&mut self, length: usize) -> Result<&mut [u8], CanonicalFault> {
        let size = self.slot.len();
        let end = self.length.saturating_add(length);
        let place = self
            .slot
            .get_mut(self.length..end)
            .ok_or(CanonicalFault::SlotTooShort(size))?;
        self.length = end;
        Ok(place)
    }

    #[inline]
    fn put(&mut self, bytes: &[u8]) -> Result<(), CanonicalFault> {
        self.take(bytes.len())?.copy_from_slice(bytes);
        Ok(())
    }

    fn put_zeros(&mut self, length: usize) -> Result<(), CanonicalFault> {
        self.take(length)?.fill(0);
        Ok(())
    }

    fn finish(&mut self) -> Result<(), CanonicalFault> {
        self.put(&END_MARK)?;
        self.slot[self.length..].fill(0);
        Ok(())
    }
}

const _: () = assert!(TRAILER_LEN == 3);

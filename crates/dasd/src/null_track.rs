//! Tracks that nobody has written yet.

use crate::address::TrackAddr;
use crate::track::{BadTrack, TrackBuilder};

/// How an unformatted track looks. Hercules knows three forms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NullFormat {
    /// Record 1 is an end-of-file record; older tools wrote this.
    EndOfFile,
    /// No record but record 0; what `dasdinit` writes.
    #[default]
    Empty,
    /// Twelve records of 4096 zero bytes, as Linux formats a 3390.
    Linux,
}

impl NullFormat {
    /// The form with that number in a compressed image.
    pub(crate) const fn from_code(code: u16) -> Option<NullFormat> {
        match code {
            0 => Some(NullFormat::EndOfFile),
            1 => Some(NullFormat::Empty),
            2 => Some(NullFormat::Linux),
            _ => None,
        }
    }

    /// Fills the slot with an unformatted track, zeros behind it, and tells the length of the track.
    ///
    /// # Errors
    /// The slot is too short for the form, or the address has no two-byte cylinder.
    pub fn fill(self, slot: &mut [u8], at: TrackAddr) -> Result<usize, BadTrack> {
        let mut track = TrackBuilder::new(slot, at)?;
        match self {
            NullFormat::EndOfFile => track.record(1, b"", b"")?,
            NullFormat::Empty => {}
            NullFormat::Linux => {
                for record in 1..=12 {
                    track.record(record, b"", &[0; 4096])?;
                }
            }
        }
        Ok(track.finish())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_those_of_the_other_tools() {
        let mut slot = vec![0xAA; 56_832];
        for (format, length) in [
            (NullFormat::EndOfFile, 37),
            (NullFormat::Empty, 29),
            (NullFormat::Linux, 29 + 12 * 4104),
        ] {
            assert_eq!(format.fill(&mut slot, TrackAddr::new(1, 2)).unwrap(), length);
            assert!(slot[length..].iter().all(|&byte| byte == 0));
        }
        assert!(
            NullFormat::Linux
                .fill(&mut slot[..19_456], TrackAddr::new(1, 2))
                .is_err()
        );
    }
}

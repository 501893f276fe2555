//! What a file looks like from outside, to see whether it was written or exchanged.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;

/// A file that changed this many microseconds ago or less may change again without looking different: times of change
/// come in ticks, of up to two seconds on some file systems.
const TICK_MICROS: i64 = 2_000_000;

const MICROS: i64 = 1_000_000;

/// Length, times of change, inode and device of a file, or of several. What was only read keeps its stamp.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    look: u64,
    /// The latest time of change, in microseconds since 1970.
    changed: i64,
}

impl Stamp {
    /// The stamp of a file.
    pub fn of(file: &Metadata) -> Stamp {
        let signed = [file.mtime(), file.mtime_nsec(), file.ctime(), file.ctime_nsec()];
        let parts = [file.len(), file.ino(), file.dev()].into_iter();
        let changed = file.mtime().max(file.ctime());
        Stamp {
            look: parts.chain(signed.map(i64::cast_unsigned)).fold(BASIS, mix),
            changed: changed.saturating_add(1).saturating_mul(MICROS),
        }
    }

    /// The stamp of several files, of which this is the one of those before.
    #[must_use]
    pub fn and(self, next: Stamp) -> Stamp {
        Stamp {
            look: mix(self.look, next.look),
            changed: self.changed.max(next.changed),
        }
    }

    /// All that it says, as one number.
    pub fn look(&self) -> u64 {
        self.look
    }

    /// The same, if what is written from `now` on (microseconds since 1970) is sure to look different.
    pub fn settled(&self, now: i64) -> Option<u64> {
        (now.saturating_sub(self.changed) >= TICK_MICROS).then_some(self.look)
    }
}

const BASIS: u64 = 0xcbf2_9ce4_8422_2325;

/// FNV-1a, for the next eight bytes.
fn mix(hash: u64, part: u64) -> u64 {
    let bytes = (0..64).step_by(8).map(|shift| part >> shift & 0xff);
    bytes.fold(hash, |hash, byte| (hash ^ byte).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOOK: u64 = 0x0123_4567_89ab_cdef;

    #[test]
    fn what_changed_just_now_is_not_settled() {
        let stamp = Stamp {
            look: LOOK,
            changed: 10 * MICROS,
        };
        assert_eq!(stamp.settled(11 * MICROS), None);
        assert_eq!(stamp.settled(12 * MICROS), Some(LOOK));
        assert_eq!(stamp.settled(9 * MICROS), None);
        let later = Stamp {
            look: !LOOK,
            changed: 20 * MICROS,
        };
        let both = stamp.and(later);
        assert_eq!(both.settled(21 * MICROS), None);
        assert_ne!(both.look(), later.and(stamp).look());
    }
}

//! A limit on how much is read in a second.

use std::num::NonZeroU64;
use std::time::Duration;

use catalog::Timestamp;

use crate::env::Span;

/// Time that was not used may be made up for as far as this: a clock that wakes a little late costs nothing, and a pause
/// is no reason for a flood.
const MEMORY_MICROS: i64 = 100_000;

/// What a worker may still read.
#[derive(Debug)]
pub(super) struct Allowance {
    per_second: NonZeroU64,
    /// When everything that was read is paid for, in microseconds.
    paid: Option<i64>,
}

impl Allowance {
    pub(super) fn new(per_second: NonZeroU64) -> Self {
        Self {
            per_second,
            paid: None,
        }
    }

    /// How long to wait before reading `bytes` bytes, which are then as good as read.
    pub(super) fn take(&mut self, now: Timestamp, bytes: u64) -> Span {
        let now = now.as_micros();
        let paid = self.paid.map_or(now, |paid| paid.max(now - MEMORY_MICROS));
        let price = u128::from(bytes) * 1_000_000 / u128::from(self.per_second.get());
        self.paid = Some(paid.saturating_add(i64::try_from(price).unwrap_or(i64::MAX)));
        Duration::from_micros(u64::try_from(paid - now).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// However the pieces come and however late the clock wakes: never faster than the limit but for what may be
        /// made up for, and never slower than the limit and the waking.
        #[test]
        fn no_more_than_the_limit(
            rate in 1_000_u64..=1_000_000_000,
            pieces in proptest::collection::vec((0_u64..=1_000_000, 0_i64..=3_000), 1..200),
        ) {
            let mut allowance = Allowance::new(NonZeroU64::new(rate).unwrap());
            let (mut now, mut read, mut late) = (0_i64, 0_u64, 0_i64);
            for (bytes, wakes) in pieces {
                let wait = allowance.take(Timestamp::from_micros(now), bytes);
                let limit = i128::from(rate) * i128::from(now + MEMORY_MICROS) / 1_000_000 + 200;
                if wait.is_zero() {
                    prop_assert!(i128::from(read) <= limit, "{read} bytes in {now} µs");
                }
                if !wait.is_zero() {
                    now += i64::try_from(wait.as_micros()).unwrap() + wakes;
                    late += wakes;
                }
                read += bytes;
            }
            let needed = i64::try_from(u128::from(read) * 1_000_000 / u128::from(rate)).unwrap();
            prop_assert!(now <= needed + late, "{now} µs for what takes {needed}");
        }
    }
}

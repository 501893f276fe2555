//! The clock of a world: tokio's, which stands still until everybody waits.

use std::time::Duration;

use catalog::Timestamp;
use engine::{Clock, Span};
use futures_util::future::BoxFuture;
use tokio::time::Instant;

/// The moment at which every world begins: 2026-01-05 01:00:00 UTC, a Monday night.
const BEGIN_MICROS: i64 = 1_767_574_800_000_000;

/// Time as tokio's paused clock has it, at a grain of one millisecond.
pub(super) struct PausedClock {
    begun: Instant,
}

impl PausedClock {
    #[allow(
        clippy::disallowed_methods,
        reason = "the simulator owns time; its runtime is paused"
    )]
    pub(super) fn start() -> Self {
        Self {
            begun: Instant::now(),
        }
    }

    #[allow(
        clippy::disallowed_methods,
        reason = "the simulator owns time; its runtime is paused"
    )]
    fn passed(&self) -> Duration {
        Instant::now().duration_since(self.begun)
    }
}

impl Clock for PausedClock {
    fn now(&self) -> Timestamp {
        let passed = i64::try_from(self.passed().as_micros()).unwrap_or(i64::MAX);
        Timestamp::from_micros(BEGIN_MICROS.saturating_add(passed))
    }

    #[allow(
        clippy::disallowed_methods,
        reason = "the simulator owns time; its runtime is paused"
    )]
    fn sleep(&self, span: Span) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(span))
    }
}

//! Time, as the engine sees it.

use std::time::Duration;

use catalog::Timestamp;
use futures_util::future::BoxFuture;

/// A length of time.
pub type Span = Duration;

/// Tells the time and waits.
pub trait Clock: Send + Sync {
    /// Now, in microseconds since 1970.
    fn now(&self) -> Timestamp;

    /// Returns after `span` has passed on this clock.
    fn sleep(&self, span: Span) -> BoxFuture<'static, ()>;
}

/// The clock of the machine.
#[derive(Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(
        clippy::disallowed_methods,
        reason = "this is the one place where a production run reads the time"
    )]
    fn now(&self) -> Timestamp {
        let since = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap_or_default();
        Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    }

    #[allow(
        clippy::disallowed_methods,
        reason = "this is the one place where a production run waits"
    )]
    fn sleep(&self, span: Span) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(span))
    }
}

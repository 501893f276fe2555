//! Where the work goes that waits for a disk.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures_util::future::BoxFuture;
use rustix::time::{ClockId, clock_gettime};

/// A piece of work that waits for a disk.
pub type Work = Box<dyn FnOnce() + Send + 'static>;

/// Runs work that waits for a disk somewhere it does not hold up the tasks. The future ends when the work has ended,
/// or was lost because it panicked.
pub trait Blocking: Send + Sync + 'static {
    /// Runs the work to its end.
    fn run(&self, work: Work) -> BoxFuture<'static, ()>;
}

/// Runs the work at once, in the task that asks. For the simulator, where nothing may depend on a second thread.
#[derive(Clone, Copy, Debug, Default)]
pub struct Inline;

impl Blocking for Inline {
    fn run(&self, work: Work) -> BoxFuture<'static, ()> {
        Box::pin(async move { work() })
    }
}

/// Runs the work on the runtime's threads for blocking work, and notes how long it takes. Clones share what they note.
#[derive(Clone, Debug, Default)]
pub struct Pool {
    spent: Arc<Micros>,
}

#[derive(Debug, Default)]
struct Micros {
    busy: AtomicU64,
    processor: AtomicU64,
}

/// What work took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spent {
    /// From begin to end, waiting for the disk included.
    pub busy: Duration,
    /// Of that, the time of a processor.
    pub processor: Duration,
}

impl Pool {
    /// What all work so far took together.
    pub fn spent(&self) -> Spent {
        let of = |micros: &AtomicU64| Duration::from_micros(micros.load(Ordering::Relaxed));
        Spent {
            busy: of(&self.spent.busy),
            processor: of(&self.spent.processor),
        }
    }
}

impl Micros {
    fn add(to: &AtomicU64, time: Duration) {
        let micros = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        to.fetch_add(micros, Ordering::Relaxed);
    }
}

/// What this thread has had of a processor.
fn processor_time() -> Duration {
    Duration::try_from(clock_gettime(ClockId::ThreadCPUTime)).unwrap_or_default()
}

impl Blocking for Pool {
    #[allow(
        clippy::disallowed_methods,
        reason = "this is the one place through which blocking work goes and where it is timed; the simulator uses \
                  `Inline` instead"
    )]
    fn run(&self, work: Work) -> BoxFuture<'static, ()> {
        let spent = Arc::clone(&self.spent);
        let done = tokio::task::spawn_blocking(move || {
            let (begun, processor) = (Instant::now(), processor_time());
            work();
            Micros::add(&spent.busy, begun.elapsed());
            Micros::add(&spent.processor, processor_time().saturating_sub(processor));
        });
        // A panic of the work is seen by `offload`: its slot stays empty.
        Box::pin(async move { drop(done.await) })
    }
}

/// Runs `work` and hands back what it returns; `None` if it panicked or the runtime is shutting down.
pub(crate) async fn offload<T: Send + 'static>(
    blocking: &dyn Blocking,
    work: impl FnOnce() -> T + Send + 'static,
) -> Option<T> {
    let slot = Arc::new(Mutex::new(None));
    let filled = Arc::clone(&slot);
    let work = move || {
        let result = work();
        *filled.lock().unwrap_or_else(PoisonError::into_inner) = Some(result);
    };
    blocking.run(Box::new(work)).await;
    slot.lock().unwrap_or_else(PoisonError::into_inner).take()
}

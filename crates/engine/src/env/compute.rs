//! Where work that needs a processor is done: off the runtime in production, inline in the simulator.

use std::num::{NonZeroU32, NonZeroUsize};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::thread::JoinHandle;
use std::time::Instant;

use tokio::sync::oneshot;

use super::turns::{LaneId, Turns};

/// One piece of work.
pub type Work = Box<dyn FnOnce() + Send>;

/// Runs pieces of work. Those of one lane begin in the order in which they were handed in.
pub trait Compute: Send + Sync {
    /// Hands in one piece; it is run even when nobody waits for it.
    fn submit(&self, work: Work);

    /// How many pieces run at the same time.
    fn width(&self) -> usize;

    /// The same threads, for somebody who shares them with others: as long as several have work, each gets as much of
    /// the time as its weight is of theirs together.
    fn lane(self: Arc<Self>, weight: NonZeroU32) -> Arc<dyn Compute>;
}

/// Hands in `work` now; what comes back is a future of its result.
pub fn compute<T: Send + 'static>(
    on: &dyn Compute,
    work: impl FnOnce() -> T + Send + 'static,
) -> Computed<T> {
    let (answer, result) = oneshot::channel();
    on.submit(Box::new(move || {
        // Nobody waits any more when the member that asked has gone; the result is then of no use.
        drop(answer.send(work()));
    }));
    Computed(result)
}

/// The result of a piece of work, when it is there.
///
/// # Panics
/// Awaiting it panics when the work panicked.
pub struct Computed<T>(oneshot::Receiver<T>);

impl<T> Future for Computed<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        let result = Pin::new(&mut self.0).poll(context);
        result.map(|result| result.expect("work handed to the compute pool did not panic"))
    }
}

/// Runs every piece at once, on the caller's thread.
#[derive(Debug, Default)]
pub struct Inline;

impl Compute for Inline {
    fn submit(&self, work: Work) {
        work();
    }

    fn width(&self) -> usize {
        1
    }

    fn lane(self: Arc<Self>, _weight: NonZeroU32) -> Arc<dyn Compute> {
        self
    }
}

/// A fixed set of threads that share their time between the lanes of the queue. Dropping it waits for them.
pub struct Threads {
    shared: Arc<Shared>,
    lane: LaneId,
    crew: Vec<JoinHandle<()>>,
}

struct Shared {
    queue: Mutex<Queue>,
    ready: Condvar,
    width: usize,
}

struct Queue {
    turns: Turns<Work>,
    ended: bool,
}

impl Threads {
    /// Starts `width` threads.
    ///
    /// # Errors
    /// When the system refuses another thread.
    pub fn start(width: NonZeroUsize) -> std::io::Result<Self> {
        let mut turns = Turns::new();
        let lane = turns.open(NonZeroU32::MIN);
        let ended = false;
        let shared = Arc::new(Shared {
            queue: Mutex::new(Queue { turns, ended }),
            ready: Condvar::new(),
            width: width.get(),
        });
        let mut threads = Self {
            shared,
            lane,
            crew: Vec::with_capacity(width.get()),
        };
        for number in 0..width.get() {
            let shared = Arc::clone(&threads.shared);
            let thread = std::thread::Builder::new().name(format!("compute-{number}"));
            threads.crew.push(thread.spawn(move || shared.work())?);
        }
        Ok(threads)
    }
}

impl Shared {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A piece that comes when the threads have ended is dropped; whoever waits for it notices.
    fn submit(&self, lane: LaneId, work: Work) {
        let mut queue = self.queue();
        if !queue.ended {
            queue.turns.push(lane, work);
            drop(queue);
            self.ready.notify_one();
        }
    }

    /// Takes pieces until there are none and no more will come.
    #[allow(
        clippy::disallowed_methods,
        reason = "what a piece costs is the time of the machine that it took; nothing else is told"
    )]
    fn work(&self) {
        let mut queue = self.queue();
        loop {
            if let Some(turn) = queue.turns.take() {
                drop(queue);
                let (piece, lane, charged) = turn.parts();
                let begun = Instant::now();
                // A panic in a piece is seen by whoever waits for its result; the thread goes on.
                drop(catch_unwind(AssertUnwindSafe(piece)));
                let cost = u64::try_from(begun.elapsed().as_nanos()).unwrap_or(u64::MAX);
                queue = self.queue();
                queue.turns.settle(lane, charged, cost);
            } else if queue.ended {
                return;
            } else {
                queue = self.ready.wait(queue).unwrap_or_else(PoisonError::into_inner);
            }
        }
    }
}

impl Compute for Threads {
    fn submit(&self, work: Work) {
        self.shared.submit(self.lane, work);
    }

    fn width(&self) -> usize {
        self.shared.width
    }

    fn lane(self: Arc<Self>, weight: NonZeroU32) -> Arc<dyn Compute> {
        Lane::open(&self.shared, weight)
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        self.shared.queue().ended = true;
        self.shared.ready.notify_all();
        for thread in self.crew.drain(..) {
            drop(thread.join());
        }
    }
}

/// One lane of the queue of some threads.
struct Lane {
    shared: Arc<Shared>,
    id: LaneId,
}

impl Lane {
    fn open(shared: &Arc<Shared>, weight: NonZeroU32) -> Arc<dyn Compute> {
        let id = shared.queue().turns.open(weight);
        let shared = Arc::clone(shared);
        Arc::new(Self { shared, id })
    }
}

impl Compute for Lane {
    fn submit(&self, work: Work) {
        self.shared.submit(self.id, work);
    }

    fn width(&self) -> usize {
        self.shared.width
    }

    fn lane(self: Arc<Self>, weight: NonZeroU32) -> Arc<dyn Compute> {
        Self::open(&self.shared, weight)
    }
}

impl Drop for Lane {
    fn drop(&mut self) {
        self.shared.queue().turns.close(self.id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn results_come_back_from_the_threads() {
        let pool = Threads::start(NonZeroUsize::new(2).unwrap()).unwrap();
        let answers: Vec<_> = (0..50_u32).map(|n| compute(&pool, move || n * n)).collect();
        for (n, answer) in (0_u32..).zip(answers) {
            assert_eq!(answer.await, n * n);
        }
        assert_eq!(pool.width(), 2);
    }

    #[tokio::test]
    async fn lanes_share_the_threads_and_end_without_harm() {
        let pool = Arc::new(Threads::start(NonZeroUsize::new(2).unwrap()).unwrap());
        let lanes: Vec<_> = [1, 3]
            .map(|weight| Arc::clone(&pool).lane(NonZeroU32::new(weight).unwrap()))
            .into();
        let answers: Vec<_> = (0..50_u32)
            .flat_map(|n| lanes.iter().map(move |lane| compute(&**lane, move || n)))
            .collect();
        // What waits in a lane is done even when nobody can hand in more.
        drop(lanes);
        for (n, answer) in (0_u32..).zip(answers) {
            assert_eq!(answer.await, n / 2);
        }
        assert_eq!(compute(&*pool, || 7).await, 7);
    }

    #[tokio::test]
    async fn a_piece_that_panics_takes_no_thread_with_it() {
        let pool = Threads::start(NonZeroUsize::MIN).unwrap();
        pool.submit(Box::new(|| panic!("a piece of this test")));
        assert_eq!(compute(&pool, || 7).await, 7);
    }

    #[tokio::test]
    async fn inline_work_is_done_when_it_was_handed_in() {
        let done = Arc::new(Mutex::new(false));
        let seen = Arc::clone(&done);
        let answer = compute(&Inline, move || *seen.lock().unwrap() = true);
        assert!(*done.lock().unwrap());
        answer.await;
    }
}

//! Where work that needs a processor is done: off the runtime in production, inline in the simulator.

use std::num::NonZeroUsize;
use std::pin::Pin;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::thread::JoinHandle;

use tokio::sync::oneshot;

/// One piece of work.
pub type Work = Box<dyn FnOnce() + Send>;

/// Runs pieces of work. They begin in the order in which they were handed in.
pub trait Compute: Send + Sync {
    /// Hands in one piece; it is run even when nobody waits for it.
    fn submit(&self, work: Work);

    /// How many pieces run at the same time.
    fn width(&self) -> usize;
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
}

/// A fixed set of threads that take work from one queue. Dropping it waits for them.
pub struct Threads {
    queue: Option<Sender<Work>>,
    crew: Vec<JoinHandle<()>>,
}

impl Threads {
    /// Starts `width` threads.
    ///
    /// # Errors
    /// When the system refuses another thread.
    pub fn start(width: NonZeroUsize) -> std::io::Result<Self> {
        let (queue, work) = channel::<Work>();
        let work = Arc::new(Mutex::new(work));
        let crew = (0..width.get())
            .map(|number| {
                let work = Arc::clone(&work);
                std::thread::Builder::new()
                    .name(format!("compute-{number}"))
                    .spawn(move || take_work(&work))
            })
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self {
            queue: Some(queue),
            crew,
        })
    }
}

fn take_work(work: &Mutex<Receiver<Work>>) {
    loop {
        // The lock is held only while waiting for the next piece: whoever gets one lets the others wait.
        let next = work.lock().unwrap_or_else(PoisonError::into_inner).recv();
        match next {
            Ok(piece) => piece(),
            Err(_) => return,
        }
    }
}

impl Compute for Threads {
    fn submit(&self, work: Work) {
        let queue = self.queue.as_ref().expect("the queue is taken away only on drop");
        // The threads end only when the queue does; a panic in a piece is seen by whoever waits for its result.
        drop(queue.send(work));
    }

    fn width(&self) -> usize {
        self.crew.len()
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        drop(self.queue.take());
        for thread in self.crew.drain(..) {
            drop(thread.join());
        }
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
    async fn inline_work_is_done_when_it_was_handed_in() {
        let done = Arc::new(Mutex::new(false));
        let seen = Arc::clone(&done);
        let answer = compute(&Inline, move || *seen.lock().unwrap() = true);
        assert!(*done.lock().unwrap());
        answer.await;
    }
}

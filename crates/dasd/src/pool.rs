//! Workers that are lent out and come back, so that what they own is allocated once per thread and not per call.

use std::sync::{Mutex, PoisonError};

/// Idle workers. There are never more than were in use at the same time.
pub(crate) struct Pool<T> {
    idle: Mutex<Vec<T>>,
}

impl<T> Default for Pool<T> {
    fn default() -> Pool<T> {
        Pool {
            idle: Mutex::new(Vec::new()),
        }
    }
}

impl<T> Pool<T> {
    /// Runs `work` with an idle worker, or with a new one.
    pub(crate) fn with<R>(&self, new: impl FnOnce() -> T, work: impl FnOnce(&mut T) -> R) -> R {
        let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = idle().pop();
        let mut worker = taken.unwrap_or_else(new);
        let result = work(&mut worker);
        idle().push(worker);
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_worker_comes_back() {
        let pool = Pool::default();
        pool.with(|| 1, |number| *number += 1);
        assert_eq!(pool.with(|| 1, |number| *number), 2);
        pool.with(
            || unreachable!("one is idle"),
            |_| assert_eq!(pool.with(|| 7, |number| *number), 7),
        );
    }
}

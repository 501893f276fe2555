//! What happened, in order, a line each.

use std::fmt::Write;
use std::sync::{Arc, Mutex, PoisonError};

use engine::{Clock, Event, Progress};

/// A growing text of events with their simulated times.
#[derive(Default)]
pub struct Trace(Mutex<String>);

impl Trace {
    /// Adds a line.
    pub fn line(&self, clock: &dyn Clock, what: &str) {
        let mut text = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        writeln!(text, "{} {what}", clock.now().as_micros()).expect("a string takes every text");
    }

    /// All lines so far.
    pub fn text(&self) -> String {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Writes the events of a run into a trace.
pub(super) struct Watch {
    trace: Arc<Trace>,
    clock: Arc<dyn Clock>,
}

impl Watch {
    pub(super) fn new(trace: Arc<Trace>, clock: Arc<dyn Clock>) -> Self {
        Self { trace, clock }
    }
}

impl Progress for Watch {
    fn event(&self, event: Event) {
        self.trace.line(&*self.clock, &format!("{event:?}"));
    }
}

//! Progress bars on a terminal: one for each member, or one for work with a known total.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use engine::{Event, Progress};
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use zvm::MemberName;

/// Draws bars on standard error when that is a terminal, and nothing otherwise.
pub(crate) struct Bars {
    screen: MultiProgress,
    bars: Mutex<BTreeMap<Option<MemberName>, ProgressBar>>,
}

impl Bars {
    pub(crate) fn new(quiet: bool) -> Self {
        let target = if quiet {
            ProgressDrawTarget::hidden()
        } else {
            ProgressDrawTarget::stderr_with_hz(10)
        };
        Self {
            screen: MultiProgress::with_draw_target(target),
            bars: Mutex::default(),
        }
    }

    /// Takes the bars off the screen.
    pub(crate) fn clear(&self) {
        let mut bars = self.bars.lock().unwrap_or_else(PoisonError::into_inner);
        for bar in bars.values() {
            bar.finish_and_clear();
        }
        bars.clear();
    }

    fn grow(&self, who: Option<MemberName>, name: &str, bytes: u64) {
        let mut bars = self.bars.lock().unwrap_or_else(PoisonError::into_inner);
        let bar = bars.entry(who).or_insert_with(|| {
            let style = ProgressStyle::with_template(
                "{prefix:12} [{bar:32}] {percent:>3}% {decimal_bytes:>10}/{decimal_total_bytes:10} {decimal_bytes_per_sec:>12} {eta:>4}",
            )
            .expect("the template of the progress bar is valid")
            .progress_chars("=> ");
            self.screen.add(ProgressBar::new(0).with_style(style))
        });
        bar.set_prefix(name.to_owned());
        bar.inc_length(bytes);
    }

    fn advance(&self, who: Option<&MemberName>, bytes: u64) {
        let bars = self.bars.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bar) = bars.get(&who.cloned()) {
            bar.inc(bytes);
        }
    }
}

impl Progress for Bars {
    fn event(&self, event: Event) {
        match event {
            Event::JobBegan {
                member,
                instance,
                bytes,
                ..
            } => {
                self.grow(Some(member), instance.job.as_str(), bytes);
            }
            Event::Read { member, bytes } => self.advance(Some(&member), bytes),
            Event::Total { bytes } => self.grow(None, "", bytes),
            Event::Done { bytes } => self.advance(None, bytes),
            Event::PackStored { .. }
            | Event::DomainClosed { .. }
            | Event::JobEnded { .. }
            | Event::JobFailed { .. } => {}
        }
    }
}

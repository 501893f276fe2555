//! The footers of the packs that were read last.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use crate::pack::{Footer, PackName};

/// A footer of 8 MiB of tracks has 12 to 50 KiB, so this is at most a few megabytes.
const FOOTERS_MAX: usize = 64;

/// Keeps the youngest [`FOOTERS_MAX`] footers; packs are immutable, so what is kept stays true.
#[derive(Debug, Default)]
pub(super) struct FooterCache {
    kept: Mutex<VecDeque<(PackName, Arc<Footer>)>>,
}

impl FooterCache {
    pub(super) fn get(&self, name: &PackName) -> Option<Arc<Footer>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter()
            .find(|(kept, _)| kept == name)
            .map(|(_, footer)| footer.clone())
    }

    pub(super) fn put(&self, name: PackName, footer: Arc<Footer>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.iter().any(|(kept, _)| *kept == name) {
            return;
        }
        if kept.len() == FOOTERS_MAX {
            kept.pop_front();
        }
        kept.push_back((name, footer));
    }
}

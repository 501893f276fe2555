//! The engine's chance, drawn from the seed of the world.

use std::sync::{Mutex, PoisonError};

use crate::seed::{Chance, Seed};

/// One stream of the seed.
pub(super) struct SeededChance(Mutex<Chance>);

impl SeededChance {
    pub(super) fn new(seed: Seed) -> Self {
        Self(Mutex::new(seed.split("engine").chance()))
    }
}

impl engine::Chance for SeededChance {
    fn draw(&self) -> u64 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).bits()
    }
}

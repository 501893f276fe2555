//! Chance: the engine draws it only to choose a sample, never to decide what is stored.

/// A source of random numbers.
pub trait Chance: Send + Sync {
    /// The next number; all 64 bits are equally likely to be set.
    fn draw(&self) -> u64;

    /// A number below `bound`, or 0 when `bound` is 0. The small bias of the remainder does not matter for samples.
    fn below(&self, bound: u64) -> u64 {
        if bound == 0 { 0 } else { self.draw() % bound }
    }
}

/// Chance from the keys that the standard library draws from the operating system.
#[derive(Debug, Default)]
pub struct SystemChance;

impl Chance for SystemChance {
    fn draw(&self) -> u64 {
        use std::hash::{BuildHasher, RandomState};
        RandomState::new().hash_one(0_u8)
    }
}

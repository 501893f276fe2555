//! What the bench targets beside this file measure with: content like that of real volumes, the same in every run.
//!
//! `cargo bench -p benches --bench sha256` measures; without `--bench` each target runs once, to see that it works.

pub mod content;
pub mod cylinder;
pub mod large_site;

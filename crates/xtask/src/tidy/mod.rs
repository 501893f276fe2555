//! The rules of the house, as functions over the source tree that return what breaks them.

mod layers;
mod sources;

pub use layers::{LAYERS, upward_dependencies};
pub use sources::{leftovers, long_files};

use std::path::{Path, PathBuf};

/// The top of the source tree.
///
/// # Panics
/// When this crate does not lie where it was built.
pub fn top() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .expect("xtask lies in crates/xtask")
        .to_owned()
}

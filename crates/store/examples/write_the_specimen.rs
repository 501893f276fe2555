//! Makes the specimen of the current version of the pack format, when there is a new one:
//! `cargo run -p store --example write_the_specimen -- sim-fixtures/packs/version-2.pack`.
//!
//! Specimens are never made anew, so a file that is there is left as it is. The name that is printed belongs into
//! `tests/specimen.rs` and into `ORIGIN.md` beside the file.
#![allow(clippy::unwrap_used, reason = "the helpers are those of the tests")]
#![allow(clippy::print_stdout, reason = "a program of its own, run by hand")]

#[path = "../tests/support/mod.rs"]
mod support;

use std::error::Error;
use std::fs::File;
use std::io::Write;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args_os()
        .nth(1)
        .ok_or("where should the specimen be written?")?;
    let pack = support::pack_of(&support::specimen());
    let mut file = File::create_new(path)?;
    for piece in pack.payload() {
        file.write_all(piece)?;
    }
    println!("{}", pack.name);
    Ok(())
}

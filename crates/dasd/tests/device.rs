//! The emulated device: every command by itself, and any sequence of them against a plain list of tracks.

#![allow(
    clippy::unwrap_used,
    clippy::little_endian_bytes,
    reason = "the functions that make volumes and run programs belong to tests, and the specimens are made of bytes"
)]

#[path = "device/anything.rs"]
mod anything;
#[path = "device/blocks.rs"]
mod blocks;
#[path = "device/commands.rs"]
mod commands;
#[path = "device/frozen.rs"]
mod frozen;
#[path = "device/made.rs"]
mod made;
#[path = "device/model.rs"]
mod model;
mod specimen;
#[path = "device/together.rs"]
mod together;

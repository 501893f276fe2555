//! A world made from a seed: sites, volumes, members that fail, and the clock they live by.
//!
//! * [`seed`]: the one number, and the streams of chance that are split off it by label;
//! * [`site_builder`]: complete site files for a cluster of one to eight members;
//! * [`volume_builder`]: the volumes of a site, generated or written by hand, with realistic content;
//! * [`mutate`]: a day's work on a volume;
//! * [`world`]: the engine's `Env` with everything simulated.
//!
//! The builders know no file system: texts are returned, and volumes are written through [`dasd::Volume`].

mod content;
pub mod mutate;
pub mod seed;
pub mod site_builder;
pub mod volume_builder;
pub mod world;

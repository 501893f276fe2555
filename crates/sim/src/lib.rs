//! A world made from a seed: sites, volumes, members that fail, and the clock they live by.

pub mod seed;
pub mod site_builder;

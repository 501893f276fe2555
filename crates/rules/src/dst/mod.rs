//! Rules about DISTRIBUTE, without which IDENTITY users cannot command servers on other members.

use crate::rule::Rule;

/// In the order of their codes.
pub(crate) static RULES: &[&dyn Rule] = &[];

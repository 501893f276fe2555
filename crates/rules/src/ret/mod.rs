//! Rules about retention: what a copy depends on must live as long as the copy.

use crate::rule::Rule;

/// In the order of their codes.
pub(crate) static RULES: &[&dyn Rule] = &[];

//! Rules about coverage: what no job copies, or several do.

use crate::rule::Rule;

/// In the order of their codes.
pub(crate) static RULES: &[&dyn Rule] = &[];

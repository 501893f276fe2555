//! Rules about the state of the cluster while backups run.

use crate::rule::Rule;

/// In the order of their codes.
pub(crate) static RULES: &[&dyn Rule] = &[];

//! Rules about the set-up of IBM Backup and Restore Manager.

use crate::rule::Rule;

/// In the order of their codes.
pub(crate) static RULES: &[&dyn Rule] = &[];

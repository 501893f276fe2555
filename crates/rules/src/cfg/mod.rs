//! Rules about SYSTEM CONFIG: the cluster and its members.

use crate::rule::Rule;

/// In the order of their codes.
pub(crate) static RULES: &[&dyn Rule] = &[];

//! Rules about where minidisks lie.

mod local_minidisk_elsewhere;
mod local_minidisk_not_private;
mod user_minidisk_not_shared;

use crate::rule::Rule;

/// In the order of their codes.
pub(crate) static RULES: &[&dyn Rule] = &[
    &user_minidisk_not_shared::RULE,
    &local_minidisk_not_private::RULE,
    &local_minidisk_elsewhere::RULE,
];

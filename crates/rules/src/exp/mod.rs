//! Rules about EXPIRE.

mod catalog_never_purged;
mod common;
mod never_purged;
mod purge_during_restore;
mod purge_on_several_members;
mod purge_without_preview;

use crate::rule::Rule;

/// In the order of their codes.
pub(crate) static RULES: &[&dyn Rule] = &[
    &purge_on_several_members::RULE,
    &never_purged::RULE,
    &catalog_never_purged::RULE,
    &purge_without_preview::RULE,
    &purge_during_restore::RULE,
];

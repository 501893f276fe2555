//! Rules about retention: what a copy depends on must live as long as the copy.

mod base_expires_first;
mod base_is_missing;
mod base_without_catalog;
mod change_test_differs;
mod cmsalloc_incremental;
mod common;
mod condense_within_the_cycle;
mod discard_of_base_first;
mod gone_before_the_next_full;
mod incremental_of_images;
mod too_many_incrementals;

use crate::rule::Rule;

/// In the order of their codes.
pub(crate) static RULES: &[&dyn Rule] = &[
    &base_expires_first::RULE,
    &discard_of_base_first::RULE,
    &condense_within_the_cycle::RULE,
    &base_is_missing::RULE,
    &incremental_of_images::RULE,
    &base_without_catalog::RULE,
    &change_test_differs::RULE,
    &cmsalloc_incremental::RULE,
    &gone_before_the_next_full::RULE,
    &too_many_incrementals::RULE,
];

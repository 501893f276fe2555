//! Rules about tapes and their catalogs.

mod catalog_node_down_at_backup;
mod catalog_node_not_one;
mod common;
mod library_name_differs;
mod request_node_incomplete;
mod tape_catalogs_dedicated;
mod tape_expires_before_backup;
mod volser_ranges_overlap;

use crate::rule::Rule;

/// In the order of their codes.
pub(crate) static RULES: &[&dyn Rule] = &[
    &tape_catalogs_dedicated::RULE,
    &catalog_node_not_one::RULE,
    &request_node_incomplete::RULE,
    &volser_ranges_overlap::RULE,
    &catalog_node_down_at_backup::RULE,
    &tape_expires_before_backup::RULE,
    &library_name_differs::RULE,
];

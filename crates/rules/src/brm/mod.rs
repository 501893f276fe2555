//! Rules about the set-up of IBM Backup and Restore Manager.

mod administrator_is_identity;
mod catalog_not_shared;
mod catalog_server_is_identity;
mod common;
mod product_level_too_low;
mod server_not_identity;
mod server_not_on_every_member;
mod several_catalogs;
mod worker_cannot_link;
mod worker_missing_or_not_local;

use crate::rule::Rule;

/// In the order of their codes.
pub(crate) static RULES: &[&dyn Rule] = &[
    &server_not_on_every_member::RULE,
    &server_not_identity::RULE,
    &administrator_is_identity::RULE,
    &catalog_server_is_identity::RULE,
    &several_catalogs::RULE,
    &catalog_not_shared::RULE,
    &worker_missing_or_not_local::RULE,
    &product_level_too_low::RULE,
    &worker_cannot_link::RULE,
];

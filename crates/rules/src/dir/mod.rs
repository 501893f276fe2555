//! Rules about the structure of the user directory.

mod build_on_any;
mod build_on_unknown_member;
mod built_twice_on_a_member;
mod common;
mod default_storage_above_maximum;
mod general_statement_behind_minidisks;
mod id_not_allowed;
mod id_twice;
mod identity_not_on_a_member;
mod link_target_missing;
mod link_to_local_minidisk;
mod object_directories_differ;
mod profile_missing;
mod records_not_plain_text;
mod subconfig_missing;
mod subconfig_not_built;
mod subconfig_of_two_identities;

pub(crate) use identity_not_on_a_member::{add_build, subconfigs};

use crate::rule::Rule;

/// In the order of their codes.
pub(crate) static RULES: &[&dyn Rule] = &[
    &subconfig_missing::RULE,
    &subconfig_not_built::RULE,
    &built_twice_on_a_member::RULE,
    &identity_not_on_a_member::RULE,
    &id_twice::RULE,
    &subconfig_of_two_identities::RULE,
    &build_on_unknown_member::RULE,
    &build_on_any::RULE,
    &link_target_missing::RULE,
    &link_to_local_minidisk::RULE,
    &profile_missing::RULE,
    &id_not_allowed::RULE,
    &default_storage_above_maximum::RULE,
    &general_statement_behind_minidisks::RULE,
    &object_directories_differ::RULE,
    &records_not_plain_text::RULE,
];

//! Rules about SYSTEM CONFIG: the cluster and its members.

mod block_not_balanced;
mod continuation_dangling;
mod identifier_behind_ssi;
mod member_unknown;
mod member_without_identifier;
mod name_not_alphanumeric;
mod pdr_volume_not_eckd;
mod pdr_volume_not_listed;
mod pdr_volume_not_shared;
mod qualifier_of_no_member;
mod ssi_slot_not_usable;
mod ssi_statement_not_one;

use crate::rule::Rule;

/// In the order of their codes.
pub(crate) static RULES: &[&dyn Rule] = &[
    &ssi_statement_not_one::RULE,
    &ssi_slot_not_usable::RULE,
    &member_without_identifier::RULE,
    &identifier_behind_ssi::RULE,
    &pdr_volume_not_listed::RULE,
    &pdr_volume_not_shared::RULE,
    &pdr_volume_not_eckd::RULE,
    &qualifier_of_no_member::RULE,
    &block_not_balanced::RULE,
    &continuation_dangling::RULE,
    &name_not_alphanumeric::RULE,
    &member_unknown::RULE,
];

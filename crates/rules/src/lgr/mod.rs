//! Rules about live guest relocation.

mod chosen_by_logon;
mod guest_cannot_move;
mod identity_in_relocation_plan;
mod member_left_during_job;
mod relocated_during_copy;

use crate::rule::Rule;

/// In the order of their codes.
pub(crate) static RULES: &[&dyn Rule] = &[
    &chosen_by_logon::RULE,
    &guest_cannot_move::RULE,
    &relocated_during_copy::RULE,
    &member_left_during_job::RULE,
    &identity_in_relocation_plan::RULE,
];

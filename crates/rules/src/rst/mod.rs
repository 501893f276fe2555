//! Rules about restores.

mod between_members_in_one_step;
mod chain_broken;
mod common;
mod local_disk_restored_elsewhere;
mod owner_of_copy_ambiguous;
mod restore_over_another_minidisk;
mod restore_target_does_not_fit;
mod restore_target_in_use;
mod tape_out_of_reach;

use crate::rule::Rule;

/// In the order of their codes.
pub(crate) static RULES: &[&dyn Rule] = &[
    &owner_of_copy_ambiguous::RULE,
    &local_disk_restored_elsewhere::RULE,
    &restore_over_another_minidisk::RULE,
    &restore_target_in_use::RULE,
    &restore_target_does_not_fit::RULE,
    &between_members_in_one_step::RULE,
    &tape_out_of_reach::RULE,
    &chain_broken::RULE,
];

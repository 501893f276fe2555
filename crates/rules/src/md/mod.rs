//! Rules about where minidisks lie.

mod allocation_unresolved;
mod common;
mod device_minidisk_ambiguous;
mod device_number_twice;
mod extent_over_the_label;
mod extent_past_the_end;
mod extents_overlap;
mod identity_minidisk_not_shared;
mod identity_minidisk_written_by_all;
mod local_minidisk_elsewhere;
mod local_minidisk_not_private;
mod overlay_selected_with_contents;
mod space_map_can_log_on;
mod temporary_space_selected;
mod user_minidisk_not_shared;
mod v_disk_in_identity;
mod write_shared_without_reserve;

pub(crate) use extents_overlap::to_part;

use crate::rule::Rule;

/// In the order of their codes.
pub(crate) static RULES: &[&dyn Rule] = &[
    &user_minidisk_not_shared::RULE,
    &local_minidisk_not_private::RULE,
    &local_minidisk_elsewhere::RULE,
    &identity_minidisk_not_shared::RULE,
    &identity_minidisk_written_by_all::RULE,
    &extents_overlap::RULE,
    &extent_past_the_end::RULE,
    &device_number_twice::RULE,
    &write_shared_without_reserve::RULE,
    &allocation_unresolved::RULE,
    &device_minidisk_ambiguous::RULE,
    &temporary_space_selected::RULE,
    &overlay_selected_with_contents::RULE,
    &space_map_can_log_on::RULE,
    &v_disk_in_identity::RULE,
    &extent_over_the_label::RULE,
];

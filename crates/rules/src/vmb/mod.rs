//! Rules about VM:Backup.

mod cms_format_for_guest_disk;
mod command_module_not_shared;
mod common;
mod exception_for_excluded_data;
mod exception_of_another_type;
mod exception_shadowed;
mod exclusion_screen_full;
mod file_pool_elsewhere;
mod private_server_elsewhere;
mod private_server_takes_shared_volume;
mod private_volume_not_excluded;
mod server_is_identity;
mod server_on_several_members;
mod streams_or_copies_beyond_limit;
mod unwanted_user_not_excluded;
mod volume_of_two_servers;

use crate::rule::Rule;

/// In the order of their codes.
pub(crate) static RULES: &[&dyn Rule] = &[
    &server_on_several_members::RULE,
    &private_volume_not_excluded::RULE,
    &exclusion_screen_full::RULE,
    &private_server_takes_shared_volume::RULE,
    &private_server_elsewhere::RULE,
    &server_is_identity::RULE,
    &unwanted_user_not_excluded::RULE,
    &command_module_not_shared::RULE,
    &volume_of_two_servers::RULE,
    &exception_shadowed::RULE,
    &exception_of_another_type::RULE,
    &file_pool_elsewhere::RULE,
    &streams_or_copies_beyond_limit::RULE,
    &exception_for_excluded_data::RULE,
    &cms_format_for_guest_disk::RULE,
];

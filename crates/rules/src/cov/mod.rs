//! Rules about coverage: what no job copies, or several do.

mod catalog_not_copied;
mod cms_files_as_image;
mod control_data_not_copied;
mod copied_twice;
mod copy_of_nothing;
mod copy_older_than_wanted;
mod coverage;
mod created_while_job_ran;
mod dead_data_copied;
mod file_pool_as_image;
mod guest_in_several_jobs;
mod minidisk_in_no_job;
mod moved_since_full;
mod no_image_of_residence_volume;
mod only_in_volume_image;
mod only_incrementals;
mod only_job_on_member_that_is_down;
mod running_guest_copied;
pub(crate) mod sysres;
mod volume_job_copies_little;

use crate::rule::Rule;

/// In the order of their codes.
pub(crate) static RULES: &[&dyn Rule] = &[
    &minidisk_in_no_job::RULE,
    &copied_twice::RULE,
    &only_incrementals::RULE,
    &copy_older_than_wanted::RULE,
    &cms_files_as_image::RULE,
    &only_job_on_member_that_is_down::RULE,
    &created_while_job_ran::RULE,
    &copy_of_nothing::RULE,
    &moved_since_full::RULE,
    &guest_in_several_jobs::RULE,
    &only_in_volume_image::RULE,
    &file_pool_as_image::RULE,
    &control_data_not_copied::RULE,
    &no_image_of_residence_volume::RULE,
    &catalog_not_copied::RULE,
    &dead_data_copied::RULE,
    &volume_job_copies_little::RULE,
    &running_guest_copied::RULE,
];

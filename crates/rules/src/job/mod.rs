//! Rules about backup jobs.

mod any_member_for_local_minidisks;
mod common;
mod exclude_cancels_include;
mod identity_job_name_not_unique;
mod include_matches_nothing;
mod job_run_elsewhere;
mod jobs_at_the_same_time;
mod member_not_joined;
mod member_without_identity_job;
mod new_jobs;
mod output_on_copied_volume;
mod scopes_mixed;
mod single_job_at_several_members;
mod single_job_changes_member;
mod space_map_selected;
mod volume_not_at_the_member;

pub(crate) use new_jobs::add as add_jobs;

use crate::rule::Rule;

/// In the order of their codes.
pub(crate) static RULES: &[&dyn Rule] = &[
    &scopes_mixed::RULE,
    &single_job_at_several_members::RULE,
    &single_job_changes_member::RULE,
    &identity_job_name_not_unique::RULE,
    &job_run_elsewhere::RULE,
    &member_without_identity_job::RULE,
    &volume_not_at_the_member::RULE,
    &include_matches_nothing::RULE,
    &exclude_cancels_include::RULE,
    &jobs_at_the_same_time::RULE,
    &output_on_copied_volume::RULE,
    &member_not_joined::RULE,
    &any_member_for_local_minidisks::RULE,
    &space_map_selected::RULE,
];

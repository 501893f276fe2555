//! Rules about the state of the cluster while backups run.

mod declared_down_while_writing;
mod heartbeat_stale;
mod not_stable_at_job_start;
mod two_members_change_at_once;
mod two_writers;
mod user_logged_on_twice;

use crate::rule::Rule;

/// In the order of their codes.
pub(crate) static RULES: &[&dyn Rule] = &[
    &not_stable_at_job_start::RULE,
    &declared_down_while_writing::RULE,
    &heartbeat_stale::RULE,
    &two_members_change_at_once::RULE,
    &user_logged_on_twice::RULE,
    &two_writers::RULE,
];

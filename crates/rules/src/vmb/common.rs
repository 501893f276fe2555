//! What several rules about VM:Backup ask.

use std::collections::BTreeMap;

use zvm::{Data, Job, Layout, Mask, MinidiskKind, UserId};

use crate::subject::{Selected, Subject};

/// Whether the site follows the layout of VM:Backup.
pub(super) fn applies(subject: &Subject<'_>) -> bool {
    subject.site.layout == Layout::VmBackup
}

/// The jobs over minidisks, by the server that runs them.
pub(super) fn by_server<'s, 'a>(subject: &'s Subject<'a>) -> BTreeMap<UserId, Vec<&'s Selected<'a>>> {
    let mut servers: BTreeMap<UserId, Vec<&Selected<'a>>> = BTreeMap::new();
    for selected in subject
        .jobs()
        .iter()
        .filter(|selected| selected.job.data != Data::Volumes)
    {
        if let Some(server) = selected.job.server {
            servers.entry(server).or_default().push(selected);
        }
    }
    servers
}

/// Whether the job is one with Include DASD: every include names volumes. What is chosen by user is another kind of job.
pub(super) fn includes_by_volume(job: &Job) -> bool {
    job.include.iter().all(|include| include.volser.as_str() != "*")
}

/// The users that own space maps which the job selects.
pub(super) fn space_maps(selected: &Selected<'_>) -> Vec<UserId> {
    let maps = selected
        .named
        .iter()
        .filter(|disk| disk.kind == MinidiskKind::SpaceMap);
    let mut users: Vec<UserId> = maps.map(|disk| disk.user).collect();
    users.sort_unstable();
    users.dedup();
    users
}

/// Whether every name that fits `narrow` fits `wide`. The answer `false` may be too careful: with `%` in one and `*`
/// in the other it is not worked out.
pub(super) fn covers(wide: &Mask, narrow: &Mask) -> bool {
    let mixed = wide.as_str().contains('%') && narrow.as_str().contains('*');
    !mixed && wide.matches(narrow.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_that_cover_masks() {
        for (wide, narrow, is) in [
            ("*", "SQL*", true),
            ("SQL*", "SQL", true),
            ("SQL*", "SQL*A", true),
            ("SQL%", "SQL*", false),
            ("SQL%", "SQLA", true),
            ("SQLA", "SQL%", false),
        ] {
            assert_eq!(
                covers(&Mask::new(wide), &Mask::new(narrow)),
                is,
                "{wide} {narrow}"
            );
        }
    }
}

//! Files of real installations. They are never part of this repository; without them the tests say that they were
//! skipped.

use std::path::PathBuf;

use zvm::{
    Complaint, ConfigKind, Severity, Site, SiteFiles, Source, parse_directory, parse_extent_control,
    parse_system_config,
};

/// Reads one of the real files; None, visibly, where they are not there.
#[allow(
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "a test reads its own input, and says when it is not there"
)]
fn real(name: &str) -> Option<Source> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/directories");
    match std::fs::read(root.join(name)) {
        Ok(bytes) => Some(Source::new(name, bytes)),
        Err(_) => {
            eprintln!("SKIPPED: {name} of ../shared/data/directories is not there");
            None
        }
    }
}

fn shown(complaints: &[Complaint]) -> Vec<String> {
    complaints.iter().map(ToString::to_string).collect()
}

#[test]
fn a_system_config_of_6_3() {
    let Some(source) = real("zvm630-system.config") else {
        return;
    };
    let parsed = parse_system_config(&source);
    assert_eq!(shown(&parsed.complaints), [""; 0]);
    let count = |wanted: fn(&ConfigKind) -> bool| {
        parsed
            .value
            .statements
            .iter()
            .filter(|statement| wanted(&statement.kind))
            .count()
    };
    assert_eq!(count(|kind| matches!(kind, ConfigKind::CpOwned { .. })), 4);
    assert_eq!(
        count(|kind| matches!(kind, ConfigKind::Ssi(ssi) if ssi.slots.len() == 1)),
        1
    );
    assert_eq!(
        count(|kind| matches!(kind, ConfigKind::UserVolumeList(list) if list.len() == 3)),
        1
    );
    assert_eq!(
        count(|kind| matches!(kind, ConfigKind::UserVolumeInclude(masks) if masks[0].as_str() == "LNX*")),
        1
    );
    assert_eq!(count(|kind| matches!(kind, ConfigKind::DistributeIucv(_))), 0);
}

#[test]
fn an_extent_control_of_6_3() {
    let Some(source) = real("zvm630-extent.control") else {
        return;
    };
    let parsed = parse_extent_control(&source);
    assert_eq!(shown(&parsed.complaints), [""; 0]);
    assert_eq!(parsed.value.excludes.len(), 10);
}

#[test]
fn a_directory_of_linux_guests() {
    let Some(source) = real("dirmaint-linux-guests.direct") else {
        return;
    };
    let parsed = parse_directory(&source);
    assert_eq!(parsed.value.entries.len(), 6);
    let unresolved = parsed
        .complaints
        .iter()
        .filter(|complaint| complaint.text.contains("AUTOG"))
        .count();
    assert_eq!(
        (unresolved, parsed.complaints.len()),
        (5, 5),
        "{:?}",
        shown(&parsed.complaints)
    );
}

#[test]
fn the_real_files_together() {
    let (Some(config), Some(directory), Some(control)) = (
        real("zvm630-system.config"),
        real("dirmaint-linux-guests.direct"),
        real("zvm630-extent.control"),
    ) else {
        return;
    };
    let parsed = Site::resolve(&SiteFiles {
        site_toml: Source::new("site.toml", ""),
        system_config: config,
        directory,
        directory_parts: Vec::new(),
        extent_control: Some(control),
        jobs: Vec::new(),
    });
    let site = &parsed.value;
    assert_eq!(
        (site.users.len(), site.minidisks.len(), site.cluster.members.len()),
        (4, 8, 1)
    );
    let missing: Vec<_> = parsed
        .complaints
        .iter()
        .filter(|complaint| complaint.text.contains("no PROFILE"))
        .collect();
    assert_eq!(missing.len(), 2, "LINDFLT and TCPCMSU");
    assert!(
        parsed
            .complaints
            .iter()
            .all(|complaint| complaint.severity < Severity::Error)
    );
}

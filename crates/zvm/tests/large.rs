//! A directory of 100,000 records, and small files that would like to be large.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::fmt::Write;

use zvm::{MinidiskKind, Parsed, Site, SiteFiles, Source};

fn resolve(config: String, directory: String) -> Parsed<Site> {
    Site::resolve(&SiteFiles {
        site_toml: Source::new("site.toml", ""),
        system_config: Source::new("SYSTEM.CONFIG", config),
        directory: Source::new("USER.DIRECT", directory),
        directory_parts: Vec::new(),
        extent_control: None,
        jobs: Vec::new(),
    })
}

#[test]
fn a_hundred_thousand_records() {
    let mut config = String::from("SSI BIG ");
    for slot in 1..=8 {
        write!(config, "SLOT {slot} BIG{slot} ").unwrap();
    }
    config.push_str("\nUser_Volume_Include V*\nUser_Volume_Exclude VZ*\n");
    let mut directory = String::from("PROFILE P\n SPOOL 000C 2540 READER *\n LINK MAINT 0190 0190 RR\n");
    for user in 0..12_500 {
        writeln!(
            directory,
            "USER U{user} SECRET 1G 2G G\n INCLUDE P\n IPL CMS\n MACHINE ESA 4"
        )
        .unwrap();
        for disk in 0..4 {
            let (pack, start) = (user / 10, user % 10 * 400 + disk * 100 + 1);
            writeln!(
                directory,
                " MDISK 010{disk} 3390 {start:04} 0100 V{pack:05} MR READ WRITE MULT"
            )
            .unwrap();
        }
    }
    assert!(directory.lines().count() > 100_000);
    let Parsed {
        value: site,
        complaints,
    } = resolve(config, directory);
    assert!(complaints.is_empty(), "{:?}", complaints.first());
    assert_eq!((site.users.len(), site.minidisks.len()), (12_500, 50_000));
    assert!(site.minidisks.iter().all(|disk| disk.kind == MinidiskKind::Data));
    let last = site.minidisks.last().unwrap();
    assert_eq!(site.ownership(&last.volser.unwrap()), zvm::Ownership::Shared);
}

#[test]
fn a_profile_included_by_everybody_has_an_end() {
    let mut directory = String::from("PROFILE P\n");
    for disk in 0..4000 {
        writeln!(directory, "MDISK {disk:04X} 3390 1 1 V00001").unwrap();
    }
    for user in 0..2000 {
        writeln!(directory, "USER U{user}\nINCLUDE P").unwrap();
    }
    let parsed = resolve(String::from("SSI X SLOT 1 A"), directory);
    assert!(parsed.has_errors());
    assert!(
        parsed.value.minidisks.len() <= 1_010_000,
        "{}",
        parsed.value.minidisks.len()
    );
}

//! A site of 8 members, 5,000 users and 20,000 minidisks is checked in less than two seconds.

#![allow(clippy::unwrap_used, reason = "a test may fail")]
#![allow(clippy::disallowed_methods, reason = "this test is about time")]

use std::{fmt::Write, time::Instant};

use rules::{Selection, Subject, check_all};
use zvm::{Site, SiteFiles, Source};

const MEMBERS: usize = 8;
const USERS: usize = 5_000;
const DISKS_OF_USER: usize = 4;
/// Cylinders of a pack of the site.
const PACK: usize = 10_017;
/// Unoptimised builds on a busy machine may take so many times longer.
const PATIENCE: u128 = 5;

fn config(packs: usize) -> String {
    let mut text = String::new();
    for member in 0..MEMBERS {
        writeln!(text, "System_Identifier LPAR LP{member} GRID{member}").unwrap();
    }
    let slots: Vec<_> = (0..MEMBERS)
        .map(|member| format!("SLOT {} GRID{member}", member + 1))
        .collect();
    writeln!(text, "SSI GRIDSSI PDR_VOLume GSCOM1 , {}", slots.join(" , ")).unwrap();
    writeln!(text, "Distribute IUCV TOLERATE\nCP_Owned Slot 5 GSCOM1").unwrap();
    for member in 0..MEMBERS {
        writeln!(
            text,
            "CP_Owned Slot {} G{member}S001\nGRID{member}: CP_Owned Slot 1 G{member}RES",
            10 + member
        )
        .unwrap();
    }
    for pack in 0..packs {
        writeln!(text, "User_Volume_List P{pack:05}").unwrap();
    }
    text
}

fn directory() -> (String, usize) {
    let (mut text, mut next) = (String::new(), 0);
    for user in 0..USERS {
        writeln!(text, "USER U{user:05} LBYONLY 512M 2G G").unwrap();
        for disk in 0..DISKS_OF_USER {
            let (pack, start) = (next / (PACK - 17), next % (PACK - 17) + 1);
            writeln!(text, " MDISK {:04X} 3390 {start} 10 P{pack:05} MR", 0x100 + disk).unwrap();
            next += 10;
        }
    }
    (text, next / (PACK - 17) + 1)
}

#[test]
fn a_large_site_is_checked_quickly() {
    let (directory, packs) = directory();
    let mut toml = String::new();
    for pack in 0..packs {
        writeln!(toml, "[[volume]]\nvolser = \"P{pack:05}\"\ncylinders = {PACK}").unwrap();
    }
    let job = |number: usize| {
        let text = format!(
            "name = \"JOB{number}\"\nmember = \"GRID{number}\"\nretention = \"35 days\"\nschedule = \"SAT 01:00\"\n\
             [[include]]\nuser = \"U%%{number}%%\"\nscope = \"single\"\n"
        );
        Source::new(format!("jobs/JOB{number}.toml"), text)
    };
    let site = Site::resolve(&SiteFiles {
        site_toml: Source::new("site.toml", toml),
        system_config: Source::new("SYSTEM.CONFIG", config(packs)),
        directory: Source::new("USER.DIRECT", directory),
        directory_parts: Vec::new(),
        extent_control: None,
        jobs: (0..MEMBERS).map(job).collect(),
    })
    .value;
    assert_eq!(site.minidisks.len(), USERS * DISKS_OF_USER);
    let start = Instant::now();
    let findings = check_all(&Subject::new(&site), &Selection::default());
    let taken = start.elapsed().as_millis();
    assert!(
        taken < 2_000 * PATIENCE,
        "{taken} ms for {} findings",
        findings.len()
    );
}

//! A site of 8 members and any number of users with four minidisks each, as the files of an installation have it.

use std::fmt::Write;

use zvm::{Site, SiteFiles, Source};

const MEMBERS: usize = 8;
const DISKS_OF_USER: usize = 4;
/// Cylinders of a pack, and those that minidisks may have.
const PACK: usize = 10_017;
const USED: usize = 10_000;

/// The files of the site.
pub fn files(users: usize) -> SiteFiles {
    let packs = (users * DISKS_OF_USER * 10).div_ceil(USED);
    SiteFiles {
        site_toml: Source::new("site.toml", volumes(packs)),
        system_config: Source::new("SYSTEM.CONFIG", config(packs)),
        directory: Source::new("USER.DIRECT", directory(users)),
        directory_parts: Vec::new(),
        extent_control: None,
        jobs: (0..MEMBERS).map(job).collect(),
    }
}

/// The site as it is understood.
pub fn site(users: usize) -> Site {
    Site::resolve(&files(users)).value
}

fn line(text: &mut String, line: std::fmt::Arguments<'_>) {
    writeln!(text, "{line}").expect("memory takes what is written to it");
}

fn volumes(packs: usize) -> String {
    let mut text = String::new();
    for pack in 0..packs {
        line(
            &mut text,
            format_args!("[[volume]]\nvolser = \"P{pack:05}\"\ncylinders = {PACK}"),
        );
    }
    text
}

fn config(packs: usize) -> String {
    let mut text = String::new();
    for member in 0..MEMBERS {
        line(
            &mut text,
            format_args!("System_Identifier LPAR LP{member} GRID{member}"),
        );
    }
    let slots: Vec<_> = (0..MEMBERS)
        .map(|member| format!("SLOT {} GRID{member}", member + 1))
        .collect();
    line(
        &mut text,
        format_args!("SSI GRIDSSI PDR_VOLume GSCOM1 , {}", slots.join(" , ")),
    );
    line(
        &mut text,
        format_args!("Distribute IUCV TOLERATE\nCP_Owned Slot 5 GSCOM1"),
    );
    for member in 0..MEMBERS {
        let slot = 10 + member;
        line(
            &mut text,
            format_args!("CP_Owned Slot {slot} G{member}S001\nGRID{member}: CP_Owned Slot 1 G{member}RES"),
        );
    }
    for pack in 0..packs {
        line(&mut text, format_args!("User_Volume_List P{pack:05}"));
    }
    text
}

/// A directory of that many users: five records for each.
pub fn directory(users: usize) -> String {
    let (mut text, mut next) = (String::new(), 0);
    for user in 0..users {
        line(&mut text, format_args!("USER U{user:05} LBYONLY 512M 2G G"));
        for disk in 0..DISKS_OF_USER {
            let (pack, start, vdev) = (next / USED, next % USED + 1, 0x100 + disk);
            line(
                &mut text,
                format_args!(" MDISK {vdev:04X} 3390 {start} 10 P{pack:05} MR"),
            );
            next += 10;
        }
    }
    text
}

fn job(number: usize) -> Source {
    let text = format!(
        "name = \"JOB{number}\"\nmember = \"GRID{number}\"\nretention = \"35 days\"\nschedule = \"SAT 01:00\"\n\
         [[include]]\nuser = \"U%%{number}%%\"\nscope = \"single\"\n"
    );
    Source::new(format!("jobs/JOB{number}.toml"), text)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use rules::{Selection, Subject, check_all};

    use super::*;

    /// Findings differ in number, not in kind: what is large about a large site is no mistake.
    #[test]
    fn a_large_site_has_the_findings_of_a_small_one() {
        let codes = |users: usize| -> BTreeSet<String> {
            let site = site(users);
            assert_eq!(site.minidisks.len(), users * DISKS_OF_USER);
            let findings = check_all(&Subject::new(&site), &Selection::default());
            findings.iter().map(|finding| finding.code.to_string()).collect()
        };
        let small = codes(1_000);
        assert!(!small.is_empty());
        assert_eq!(codes(5_000), small);
    }
}

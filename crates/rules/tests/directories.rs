//! Directories as they are out there: one of a system without SSI gives no findings about minidisks and entries, and
//! real files give those that their content implies. Real files are never part of this repository; without them the
//! test says that it was skipped.

use std::{collections::BTreeMap, path::PathBuf};

use rules::{Selection, Subject, check_all};
use zvm::{Site, SiteFiles, Source};

fn files(directory: Source) -> SiteFiles {
    SiteFiles {
        site_toml: Source::new("site.toml", ""),
        system_config: Source::new("SYSTEM.CONFIG", ""),
        directory,
        directory_parts: Vec::new(),
        extent_control: None,
        jobs: Vec::new(),
    }
}

/// The findings of the four areas that look at a directory by itself.
fn found(files: &SiteFiles) -> Vec<String> {
    let site = Site::resolve(files).value;
    let areas = Selection::new(["SSI-MD-*", "SSI-DIR-*", "SSI-BRM-*", "SSI-JOB-*"], []);
    let findings = check_all(&Subject::new(&site), &areas);
    findings.iter().map(ToString::to_string).collect()
}

/// Space maps, full-pack minidisks of users and of maintenance, sequence numbers left out, three-digit numbers: the
/// habits of VM/370.
const VM370: &str = "\
* A system of the seventies
DIRECTORY 148 3350 MVSYS1
USER $ALLOC$ NOLOG
 ACCOUNT SYSTEM
 MDISK A01 3350 000 001 MVSYS1 R
 MDISK B01 3350 000 001 MVUSR1 R
USER $TEMP$ NOLOG
 ACCOUNT SYSTEM
 MDISK A09 3350 500 055 MVSYS1 R
USER MAINT CPCMS 1M 16M ABCDEFG
 ACCOUNT 1 SYSPROG
 OPTION ECMODE REALTIMER
 IPL 190
 CONSOLE 009 3215
 SPOOL 00C 2540 READER *
 MDISK 123 3350 000 555 MVSYS1 MW
 MDISK 124 3350 000 555 MVUSR1 MW
 MDISK 190 3350 001 085 MVSYS1 MW ALL WRITE MULT
 MDISK 191 3350 086 010 MVSYS1 WR READ WRITE
 MDISK 6B1 3350 000 555 MVRES1 MR
USER CMSUSER CMSUSER 1M 16M G
 ACCOUNT ACTNO BIN2
 IPL CMS
 CONSOLE 009 3215
 LINK MAINT 190 190 RR
 MDISK 191 3350 001 010 MVUSR1 WR READ WRITE
USER DOSSTART DOSSTART 512K 1M G
 CONSOLE 01F 3215
 LINK MAINT 190 190 RR
 MDISK 148 3350 000 555 DOSRES MW
USER S0W1 S0W1 256M 1G G
 MDISK 0A80 3390 DEVNO 0A80 MWV NBCREAD
";

#[test]
fn a_directory_without_ssi_is_in_order() {
    assert_eq!(found(&files(Source::new("USER.DIRECT", VM370))), [""; 0]);
}

#[test]
fn an_overlap_beside_overlays_is_found() {
    let text = format!("{VM370}USER OTHER NOPASS 1M 1M G\n MDISK 191 3350 010 003 MVUSR1 MR\n");
    let found = found(&files(Source::new("USER.DIRECT", text)));
    let codes: Vec<_> = found
        .iter()
        .map(|finding| finding.contains("SSI-MD-006"))
        .collect();
    assert_eq!(codes, [true], "{found:#?}");
}

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

#[test]
fn a_real_directory_gives_what_it_implies() {
    let (Some(directory), Some(config), Some(control)) = (
        real("dirmaint-linux-guests.direct"),
        real("zvm630-system.config"),
        real("zvm630-extent.control"),
    ) else {
        return;
    };
    let found = found(&SiteFiles {
        system_config: config,
        extent_control: Some(control),
        ..files(directory)
    });
    let mut codes: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in &found {
        let code = finding.split(['[', ']']).nth(1).unwrap_or(finding);
        *codes.entry(code).or_default() += 1;
    }
    // Five prototypes' allocations; MAINT and TCPMAINT, whom the fragment leaves out, linked by two profiles and two
    // users; the profiles LINDFLT and TCPCMSU.
    let expected = BTreeMap::from([("SSI-MD-010", 5), ("SSI-DIR-009", 14), ("SSI-DIR-011", 2)]);
    assert_eq!(codes, expected, "{found:#?}");
}

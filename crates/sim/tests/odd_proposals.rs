//! Proposals for sites whose volumes and profiles are not where they should be: what some member can read is copied, the
//! rest is said, and no server gets what only guests have.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod common;

use common::resolve;
use engine::{Situation, Status, coverage};
use proptest::prelude::*;
use rules::{How, Proposal, Selection, Severity, Subject};
use sim::seed::Seed;
use sim::site_builder::{self, Layout, Scale, SitePlan, SiteText};
use zvm::Site;

/// The site with a proposal for the layout of Backup and Restore Manager put in.
fn followed(text: &SiteText, proposal: &Proposal) -> Site {
    let mut changed = text.clone();
    for part in &proposal.parts {
        let file = match part.file.as_str() {
            "SYSTEM.CONFIG" => &mut changed.system_config,
            "USER.DIRECT" => &mut changed.user_direct,
            job => {
                assert_eq!(part.how, How::New, "{job}");
                changed.jobs.push((job.replace("jobs/", ""), part.text.clone()));
                continue;
            }
        };
        file.push_str(&part.text);
    }
    resolve(&changed).value
}

/// Minidisks that no job copies, by name.
fn uncovered(site: &Site) -> Vec<String> {
    let disks = coverage(site, &Situation::sound(site)).disks;
    let uncovered = disks
        .iter()
        .filter(|disk| matches!(disk.status, Status::Uncovered { .. }));
    uncovered.map(|disk| disk.name.to_string()).collect()
}

fn findings_of_jobs(site: &Site) -> Vec<String> {
    rules::check_all(&Subject::new(site), &Selection::default())
        .iter()
        .filter(|finding| finding.severity >= Severity::Warning && finding.code.starts_with("SSI-JOB-"))
        .map(|finding| format!("{} {}", finding.code, finding.message))
        .collect()
}

/// Gives each guest volume a home: one member, or none at all.
fn scatter(text: &mut SiteText, homes: &[Option<usize>]) {
    let site = resolve(text).value;
    let masks = |line: &&str| !line.contains("User_Volume_Include") && !line.contains("User_Volume_Exclude");
    let kept = text.system_config.lines().filter(masks);
    text.system_config = kept.map(|line| format!("{line}\n")).collect();
    let volsers = site.volumes.iter().map(|volume| volume.key.volser.to_string());
    let guests = volsers.filter(|volser| ["GSU", "GSL", "GSF"].iter().any(|stem| volser.starts_with(stem)));
    for (volser, home) in guests.zip(homes.iter().cycle()) {
        if let Some(home) = home {
            let member = site.cluster.members[home % site.cluster.members.len()].name;
            text.system_config
                .push_str(&format!("  {member}: User_Volume_List {volser}\n"));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..Default::default() })]

    #[test]
    fn what_is_not_copied_is_said(
        members in 2_u8..=8,
        seed: u64,
        homes in prop::collection::vec(prop::option::weighted(0.7, 0_usize..8), 8),
    ) {
        let plan = SitePlan::new("grid", members, Layout::Brm, Scale::Small, Seed(seed));
        let mut text = site_builder::write(&plan).unwrap();
        text.jobs.clear();
        scatter(&mut text, &homes);
        let proposal = rules::propose(&resolve(&text).value, zvm::Layout::Brm);
        let site = followed(&text, &proposal);
        for disk in uncovered(&site) {
            let said = |open: &String| open.starts_with(&format!("{disk} cannot be copied"));
            prop_assert!(proposal.open.iter().any(said), "{} is not in {:#?}", disk, proposal.open);
        }
        prop_assert_eq!(findings_of_jobs(&site), [""; 0]);
    }
}

/// A cluster of two that share one volume; each has one of its own, and the second a device that minidisks name.
fn odd(directory: &str) -> SiteText {
    SiteText {
        site_toml: "level = \"7.3\"\n[[volume]]\nvolser = \"DEVPK1\"\nrdev = \"0A00\"\nmember = \"MEMB\"\ncylinders = 100\n"
            .to_owned(),
        system_config: "System_Identifier * * MEMA\nSystem_Identifier * * MEMB\n\
                        SSI ODD PDR_VOLUME COMVOL SLOT 1 MEMA SLOT 2 MEMB\nCP_Owned Slot 5 COMVOL\n\
                        User_Volume_List SHARE1\nMEMA: User_Volume_List ONLYA1\n\
                        MEMB: User_Volume_List ONLYB1 DEVPK1\nDistribute IUCV TOLERATE\n"
            .to_owned(),
        user_direct: directory.to_owned(),
        extent_control: String::new(),
        jobs: Vec::new(),
    }
}

#[test]
fn users_on_volumes_of_other_members_get_a_job_there() {
    let text = odd(
        "USER LNX1 LBYONLY 1G 2G G\n MDISK 0191 3390 0001 0010 ONLYA1 MR\n MDISK 0192 3390 0011 0010 ONLYA1 MR\n \
         MDISK 0193 3390 0021 0010 ONLYA1 MR\n\
         USER LNX2 LBYONLY 1G 2G G\n MDISK 0191 3390 0001 0010 ONLYB1 MR\n MDISK 0192 3390 0001 0010 SHARE1 MR\n\
         USER LNX3 LBYONLY 1G 2G G\n MDISK 0200 3390 DEVNO 0A00 MR\n MDISK 0201 3390 0001 0010 NOWHER MR\n\
         IDENTITY OP1 NOLOG\n BUILD ON MEMA USING SUBCONFIG OP1-1\n BUILD ON MEMB USING SUBCONFIG OP1-2\n\
         SUBCONFIG OP1-1\n MDISK 0191 3390 0031 0001 ONLYA1 MR\n\
         SUBCONFIG OP1-2\n MDISK 0191 3390 0031 0001 ONLYB1 MR\n",
    );
    let proposal = rules::propose(&resolve(&text).value, zvm::Layout::Brm);
    let member_of = |job: &str| {
        let part = proposal
            .parts
            .iter()
            .find(|part| part.file == format!("jobs/{job}.toml"));
        let text = &part.unwrap_or_else(|| panic!("{job} is not proposed")).text;
        text.lines()
            .find_map(|line| line.strip_prefix("member = "))
            .unwrap()
            .to_owned()
    };
    assert_eq!(
        (member_of("SINGLE"), member_of("SINGLE2")),
        ("\"MEMA\"".to_owned(), "\"MEMB\"".to_owned())
    );
    let site = followed(&text, &proposal);
    assert_eq!(uncovered(&site), ["LNX3 0200", "LNX3 0201"]);
    for disk in ["LNX3 0200", "LNX3 0201"] {
        let said = |open: &String| open.starts_with(&format!("{disk} cannot be copied"));
        assert!(
            proposal.open.iter().any(said),
            "{disk} is not in {:#?}",
            proposal.open
        );
    }
    assert_eq!(coverage(&site, &Situation::sound(&site)).duplicates, []);
    assert_eq!(findings_of_jobs(&site), [""; 0]);
}

#[test]
fn a_profile_of_guests_is_for_no_server() {
    let plain = "IPL CMS\n MACHINE ESA\n CONSOLE 0009 3215 T\n SPOOL 000C 2540 READER *\n";
    let card = " NICDEF 0600 TYPE QDIO LAN SYSTEM VSW\n";
    for (case, profile, more, included) in [
        ("of a server", plain.to_owned(), "", true),
        ("with options", format!("{plain} OPTION CHPIDV ONE\n"), "", false),
        ("with a network card", format!("{plain}{card}"), "", false),
        (
            "without a console",
            "IPL CMS\n MACHINE ESA\n".to_owned(),
            "",
            false,
        ),
        ("of guests with cards of their own", plain.to_owned(), card, false),
        (
            "of guests that IPL a disk",
            plain.to_owned(),
            " IPL 0150\n",
            false,
        ),
    ] {
        let text = odd(&format!(
            "PROFILE DFLT\n {profile}USER SRV1 AUTOONLY 32M 32M G\n INCLUDE DFLT\n{more} MDISK 0191 3390 0001 0001 SHARE1 MR\n"
        ));
        let proposal = rules::propose(&resolve(&text).value, zvm::Layout::VmBackup);
        let server = |part: &&rules::Part| part.text.starts_with("USER VMBACKUP");
        let entry = &proposal.parts.iter().find(server).unwrap().text;
        assert_eq!(entry.contains("INCLUDE DFLT"), included, "{case}: {entry}");
        assert_eq!(entry.contains("CONSOLE 0009"), !included, "{case}: {entry}");
    }
}

//! Coverage of small sites whose answer is known.

mod random;

use dasd::{Run, Volser};
use zvm::{MemberName, Site, SiteFiles, Source, VolumeKey};

use super::*;
use crate::env::MemberState;

const TOML: &str = r#"level = "7.2"
[[volume]]
volser = "GSU001"
image = "a"
device = "3390"
cylinders = 100
[[volume]]
volser = "GA1W01"
image = "b"
device = "3390"
cylinders = 100
member = "GRIDA"
[[volume]]
volser = "SCRAT"
image = "c"
device = "3390"
cylinders = 100
member = "GRIDA"
[[volume]]
volser = "SCRAT"
image = "d"
device = "3390"
cylinders = 100
member = "GRIDB"
"#;

const CONFIG: &str = "System_Identifier 8561 012345 GRIDA
System_Identifier 8561 067890 GRIDB
SSI GRIDSSI PDR_VOLume GSU001 ,
  SLOT 1 GRIDA ,
  SLOT 2 GRIDB
User_Volume_List GSU001
GRIDA: User_Volume_List GA1W01 SCRAT
GRIDB: User_Volume_List SCRAT
";

const DIRECTORY: &str = "USER LNX1 PW 1G 1G G
 MDISK 0100 3390 1 10 GSU001 MR
 MDISK 0101 3390 11 10 GSU001 MR
 MDISK 0102 3390 T-DISK 5
IDENTITY MAINT PW 1G 1G G
 BUILD ON GRIDA USING SUBCONFIG MAINT-1
 BUILD ON GRIDB USING SUBCONFIG MAINT-2
SUBCONFIG MAINT-1
 MDISK 0191 3390 1 5 SCRAT MR
 MDISK 0192 3390 1 5 GA1W01 MR
SUBCONFIG MAINT-2
 MDISK 0191 3390 1 5 SCRAT MR
";

fn source(name: &str, text: &str) -> Source {
    Source::new(name, text.as_bytes().to_vec())
}

fn files(directory: &str, jobs: &[&str]) -> SiteFiles {
    let jobs = jobs.iter().enumerate();
    SiteFiles {
        site_toml: source("site.toml", TOML),
        system_config: source("SYSTEM.CONFIG", CONFIG),
        directory: source("USER.DIRECT", directory),
        directory_parts: Vec::new(),
        extent_control: None,
        jobs: jobs
            .map(|(nth, job)| source(&format!("jobs/{nth}.toml"), job))
            .collect(),
    }
}

fn site(directory: &str, jobs: &[&str]) -> Site {
    Site::resolve(&files(directory, jobs)).value
}

fn proven(site: &Site) -> Coverage {
    coverage(site, &Situation::sound(site))
}

fn disk<'c>(coverage: &'c Coverage, name: &str) -> &'c DiskCoverage {
    let found = coverage.disks.iter().find(|disk| disk.name.to_string() == name);
    found.unwrap_or_else(|| panic!("no {name} in {:#?}", coverage.disks))
}

fn jobs_of(disk: &DiskCoverage) -> Vec<String> {
    match &disk.status {
        Status::Covered { copies, .. } => copies.iter().map(|copy| copy.job.to_string()).collect(),
        Status::Uncovered { .. } | Status::Exempt { .. } => Vec::new(),
    }
}

fn why(disk: &DiskCoverage) -> &Counterexample {
    match &disk.status {
        Status::Uncovered { counterexample } => counterexample,
        other => panic!("{} is {other:?}", disk.name),
    }
}

fn member(name: &str) -> MemberName {
    MemberName::new(name).unwrap()
}

fn pack(volser: &str, of: Option<&str>) -> VolumeKey {
    VolumeKey {
        volser: Volser::named(volser).unwrap(),
        member: of.map(member),
    }
}

const SINGLE: &str = r#"name = "SINGLE"
member = "GRIDA"
schedule = "daily 01:00"
window_minutes = 60
retention = "14 days"
[[include]]
user = "*"
scope = "single"
[[exclude]]
vdev = "0101"
"#;

const LOCALA: &str = "name = \"LOCALA\"\nmember = \"GRIDA\"\n[[include]]\nuser = \"MAINT\"\n";
const VOLUMES: &str = "name = \"DRVOL\"\nmember = \"GRIDA\"\ndata = \"volumes\"\nschedule = \"SAT 01:00\"\n[[include]]\nvolser = \"GSU*\"\n";

#[test]
fn every_minidisk_has_its_jobs_or_a_counterexample() {
    let proof = proven(&site(DIRECTORY, &[SINGLE, LOCALA]));
    let covered = disk(&proof, "LNX1 0100");
    assert_eq!(jobs_of(covered), ["SINGLE"]);
    let Status::Covered { worst, .. } = &covered.status else {
        unreachable!()
    };
    // A day between two runs and the hour of the run itself.
    assert_eq!(
        (worst.age_hours, worst.without_copy_hours, worst.kept_days),
        (Some(25), 0, Some(14))
    );
    let excluded = why(disk(&proof, "LNX1 0101"));
    assert_eq!(excluded.because[0].why, Why::Excluded);
    assert_eq!(
        (&*excluded.because[0].place.file, excluded.because[0].place.line),
        ("jobs/0.toml", 9)
    );
    assert_eq!(excluded.missing.unwrap().run, Run::cylinders(11, 10));
    assert!(matches!(disk(&proof, "LNX1 0102").status, Status::Exempt { .. }));
    // The private pack of GRIDB has the serial of the one of GRIDA, and is another.
    assert_eq!(jobs_of(disk(&proof, "MAINT 0191 at GRIDA")), ["LOCALA"]);
    let elsewhere = why(disk(&proof, "MAINT 0191 at GRIDB"));
    assert_eq!(elsewhere.because[0].why, Why::OutOfReach);
    assert_eq!(elsewhere.missing.unwrap().pack, pack("SCRAT", Some("GRIDB")));
    let tally = proof.tally();
    assert_eq!((tally.covered, tally.uncovered, tally.exempt), (3, 2, 1));
}

#[test]
fn the_plan_and_the_proof_say_the_same_of_what_no_job_copies() {
    let site = site(DIRECTORY, &[SINGLE, LOCALA]);
    let plan = crate::plan(&site, &crate::Choice::default(), &Situation::sound(&site).cluster).unwrap();
    let told: Vec<String> = plan.uncovered.iter().map(|left| left.name.to_string()).collect();
    assert_eq!(told, ["LNX1 0101", "MAINT 0191 at GRIDB"]);
    assert!(
        plan.uncovered[0].reason.contains("excludes"),
        "{:?}",
        plan.uncovered
    );
}

#[test]
fn a_volume_job_covers_what_lies_on_its_packs_and_counts_as_a_second_copy() {
    let proof = proven(&site(DIRECTORY, &[SINGLE, VOLUMES]));
    assert_eq!(jobs_of(disk(&proof, "LNX1 0100")), ["SINGLE", "DRVOL"]);
    assert_eq!(jobs_of(disk(&proof, "LNX1 0101")), ["DRVOL"]);
    let [twice] = proof.duplicates.as_slice() else {
        panic!("{:?}", proof.duplicates)
    };
    assert_eq!(
        (twice.kind, twice.count, twice.run),
        (DuplicateKind::VolumeImage, 1, Some(Run::cylinders(1, 10)))
    );
    let local = why(disk(&proof, "MAINT 0192 at GRIDA"));
    assert_eq!(local.because[0].why, Why::NotIncluded);
}

#[test]
fn a_pack_that_only_system_config_names_is_planned_as_the_rules_see_it() {
    let config = format!("{CONFIG}User_Volume_List GSU002\n");
    let directory = "USER LNX1 PW 1G 1G G\n MDISK 0100 3390 1 10 GSU002 MR\n";
    let files = SiteFiles {
        system_config: source("SYSTEM.CONFIG", &config),
        ..files(directory, &[VOLUMES])
    };
    let site = Site::resolve(&files).value;
    assert_eq!(jobs_of(disk(&proven(&site), "LNX1 0100")), ["DRVOL"]);
}

#[test]
fn what_a_restore_has_to_be_told() {
    let twice = SINGLE.replace("SINGLE", "AGAIN");
    let everywhere = LOCALA.replace("LOCALA", "LOCALB").replace("GRIDA", "GRIDB");
    let proof = proven(&site(DIRECTORY, &[SINGLE, &twice, LOCALA, &everywhere]));
    let told: Vec<(AmbiguityKind, &str)> = proof
        .ambiguous
        .iter()
        .map(|one| (one.kind, one.subject.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            (AmbiguityKind::SeveralJobs, "LNX1 0100"),
            (AmbiguityKind::SeveralMembers, "MAINT 0191"),
        ]
    );
    // The copies of a member that is down are still there.
    let site = site(DIRECTORY, &[SINGLE, &twice, LOCALA, &everywhere]);
    let mut down = Situation::sound(&site);
    down.cluster.set(&member("GRIDA"), MemberState::Down);
    assert_eq!(coverage(&site, &down).ambiguous, proof.ambiguous);
    let kinds: Vec<DuplicateKind> = proof.duplicates.iter().map(|one| one.kind).collect();
    assert_eq!(kinds, [DuplicateKind::SameDomain]);
}

#[test]
fn a_member_that_is_down_takes_its_jobs_along() {
    let site = site(DIRECTORY, &[SINGLE, LOCALA]);
    let mut down = Situation::sound(&site);
    down.cluster.set(&member("GRIDA"), MemberState::Down);
    let change = what_if((&site, &Situation::sound(&site)), (&site, &down));
    let lost: Vec<(String, bool)> = change
        .lost
        .iter()
        .map(|lost| (lost.disk.name.to_string(), lost.frozen))
        .collect();
    assert_eq!(
        lost,
        [
            ("LNX1 0100".to_owned(), false),
            ("MAINT 0191 at GRIDA".to_owned(), true),
            ("MAINT 0192 at GRIDA".to_owned(), true),
        ]
    );
    assert_eq!(change.held.len(), 2);
    assert_eq!((change.before.uncovered, change.after.uncovered), (2, 5));
    assert!(change.is_loss());
}

#[test]
fn a_job_for_any_member_moves() {
    let any = SINGLE.replace("member = \"GRIDA\"\n", "");
    let site = site(DIRECTORY, &[&any]);
    let mut down = Situation::sound(&site);
    down.cluster.set(&member("GRIDA"), MemberState::Down);
    let change = what_if((&site, &Situation::sound(&site)), (&site, &down));
    let [moved] = change.moved.as_slice() else {
        panic!("{change:?}")
    };
    assert_eq!((moved.from, moved.to), (member("GRIDA"), member("GRIDB")));
    assert!(!change.is_loss());
}

#[test]
fn a_lost_pack_comes_back_from_its_jobs_or_not_at_all() {
    let site = site(DIRECTORY, &[SINGLE, LOCALA]);
    let mut without = Situation::sound(&site);
    without.lost = vec![pack("GSU001", None)];
    let change = what_if((&site, &Situation::sound(&site)), (&site, &without));
    let back: Vec<(String, usize)> = change
        .destroyed
        .iter()
        .map(|disk| (disk.name.to_string(), disk.copies.len()))
        .collect();
    assert_eq!(back, [("LNX1 0100".to_owned(), 1), ("LNX1 0101".to_owned(), 0)]);
    assert!(change.lost.is_empty(), "{change:?}");
}

#[test]
fn one_member_more_brings_minidisks_that_nobody_copies() {
    let directory = DIRECTORY.replace(
        "BUILD ON GRIDB USING SUBCONFIG MAINT-2",
        "BUILD ON * USING SUBCONFIG MAINT-2",
    );
    let files = files(&directory, &[SINGLE, LOCALA]);
    let (before, after) = (
        Site::resolve(&files).value,
        Site::resolve_with(&files, Some(&member("GRIDC"))).value,
    );
    assert_eq!(after.cluster.members.len(), 3);
    let change = what_if(
        (&before, &Situation::sound(&before)),
        (&after, &Situation::sound(&after)),
    );
    let arrived: Vec<String> = change
        .arrived_uncovered
        .iter()
        .map(|disk| disk.name.to_string())
        .collect();
    assert_eq!(arrived, ["MAINT 0191 at GRIDC"], "{change:#?}");
    assert!(change.lost.is_empty(), "{change:#?}");
}

#[test]
fn a_copy_that_depends_on_a_logon_proves_nothing() {
    let by_logon = SINGLE.replace("scope = \"single\"", "scope = \"single\"\nlogged_on = true");
    let proof = proven(&site(DIRECTORY, &[&by_logon]));
    let reason = &why(disk(&proof, "LNX1 0100")).because[0];
    assert_eq!((reason.why, reason.place.line), (Why::ByLogon, 6));
    assert!(
        reason.text.contains("only while LNX1 is logged on at GRIDA"),
        "{reason:?}"
    );
    let also = SINGLE.replace("SINGLE", "ALWAYS");
    let proof = proven(&site(DIRECTORY, &[&by_logon, &also]));
    assert_eq!(jobs_of(disk(&proof, "LNX1 0100")), ["ALWAYS"]);
}

#[test]
fn copies_on_a_lost_pack_bring_nothing_back() {
    let pools = "[[pool]]\nname = \"DISKS\"\nvolumes = [\"GA1W01\"]\n";
    let to_pool = LOCALA.replace("[[include]]", "output = { disk = \"DISKS\" }\n[[include]]");
    let again = LOCALA.replace("LOCALA", "OTHER");
    for (jobs, left) in [
        (vec![to_pool.as_str()], 0),
        (vec![to_pool.as_str(), again.as_str()], 1),
    ] {
        let files = SiteFiles {
            site_toml: source("site.toml", &format!("{TOML}{pools}")),
            ..files(DIRECTORY, &jobs)
        };
        let site = Site::resolve(&files).value;
        let mut without = Situation::sound(&site);
        without.lost = vec![pack("GA1W01", Some("GRIDA")), pack("SCRAT", Some("GRIDA"))];
        let change = what_if((&site, &Situation::sound(&site)), (&site, &without));
        let told: Vec<String> = change.pools[0].jobs.iter().map(ToString::to_string).collect();
        assert_eq!(told, ["LOCALA"]);
        let destroyed = change
            .destroyed
            .iter()
            .find(|disk| disk.name.to_string() == "MAINT 0191 at GRIDA");
        assert_eq!(destroyed.unwrap().copies.len(), left, "{change:#?}");
    }
}

#[test]
fn a_minidisk_that_is_a_whole_device_is_covered_by_its_pack() {
    let toml = TOML.replacen("device = \"3390\"", "device = \"3390\"\nrdev = \"0200\"", 1);
    let directory = "USER LNX1 PW 1G 1G G\n MDISK 0100 3390 DEVNO 0200 MR\n";
    for (job, covered) in [(VOLUMES, true), (SINGLE, false)] {
        let files = SiteFiles {
            site_toml: source("site.toml", &toml),
            ..files(directory, &[job])
        };
        let proof = proven(&Site::resolve(&files).value);
        let disk = disk(&proof, "LNX1 0100");
        assert_eq!(disk.pack, Some(pack("GSU001", None)));
        if covered {
            assert_eq!(jobs_of(disk), ["DRVOL"]);
        } else {
            let reason = &why(disk).because[0].text;
            assert!(
                reason.contains("whole of GSU001, which a job over volumes copies"),
                "{reason}"
            );
        }
    }
}

/// A global minidisk on a serial of which each member has its own pack means two places, and a job copies one of them.
#[test]
fn a_global_minidisk_on_private_packs_has_to_be_covered_on_each() {
    let directory = "USER LNX1 PW 1G 1G G\n MDISK 0100 3390 1 10 SCRAT MR\n";
    let proof = proven(&site(directory, &[SINGLE]));
    let told: Vec<(Option<VolumeKey>, bool)> = proof
        .disks
        .iter()
        .map(|disk| (disk.pack, matches!(disk.status, Status::Covered { .. })))
        .collect();
    let packs = ["GRIDA", "GRIDB"].map(|name| Some(pack("SCRAT", Some(name))));
    assert_eq!(told, [(packs[0], true), (packs[1], false)]);
    let elsewhere = SINGLE.replace("SINGLE", "OTHER").replace("GRIDA", "GRIDB");
    let proof = proven(&site(directory, &[SINGLE, &elsewhere]));
    assert_eq!(proof.tally().uncovered, 0);
    assert_eq!(proof.ambiguous[0].kind, AmbiguityKind::SeveralPlaces);
    // Two places are no duplicates of each other.
    assert!(proof.duplicates.is_empty(), "{:?}", proof.duplicates);
}

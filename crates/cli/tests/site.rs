//! A site from its making to a restore, as a person and as a program see it.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "tests read and write files and run the program"
)]

mod support;

use serde_json::Value;
use support::{Folder, tiny};

/// The job of that name in the document of a backup.
#[track_caller]
fn job<'a>(run: &'a Value, name: &str) -> &'a Value {
    let jobs = run["jobs"].as_array().unwrap();
    jobs.iter()
        .find(|job| job["job"] == name)
        .unwrap_or_else(|| panic!("no job {name} in {run}"))
}

#[test]
fn the_demo_for_a_person() {
    let folder = Folder::new();
    let ran = folder.ok("demo --dir tour");
    let ran = ran.prints(&[
        "[1/9]",
        "[9/9]",
        "Summary",
        "4 members",
        "identical with the source",
        "all chunk lists and places agree",
    ]);
    for line in ran.out.lines() {
        assert!(!line.contains("failed"), "{line}");
    }
    // What the tour leaves behind is a site like any other.
    folder
        .ok("check tour/gridsite")
        .prints(&["no errors, no warnings"]);
    folder.ok("verify tour/gridsite");
}

#[test]
fn the_demo_for_a_program_leaves_nothing_behind() {
    let folder = Folder::new();
    let mut command = folder.command("demo --format json --seed 5");
    command.env("TMPDIR", folder.path());
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let summary: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(summary["members"], 4);
    assert_eq!(summary["restored"].as_array().unwrap().len(), 3, "{summary}");
    let number = |name: &str| summary[name].as_u64().unwrap();
    assert!(number("stored_full") * 2 < number("read_full"), "{summary}");
    assert!(
        number("stored_incremental") * 5 < number("stored_full"),
        "{summary}"
    );
    assert!(number("new_chunks_incremental") > 0, "{summary}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_site_from_new_to_verify() {
    let folder = Folder::new();
    folder
        .ok("site new grid --members 2 --seed 11")
        .prints(&["site build grid"]);
    folder.ok("check grid").prints(&["no errors, no warnings"]);
    folder.ok("site build grid").prints(&["made"]);
    folder.ok("site build grid").prints(&["0 volumes"]);
    folder.ok("plan grid").prints(&["SINGLE on ", "MAINT 0190"]);
    folder.ok("backup grid --all").prints(&["SINGLE/1", "complete"]);
    folder
        .ok("site mutate grid --percent 5 --seed 2")
        .prints(&["changed"]);
    folder
        .ok("backup grid --all --incremental")
        .prints(&["SINGLE/2", "incremental"]);
    folder.ok("list grid").prints(&["SINGLE/1", "SINGLE/2"]);
    folder
        .ok("list grid --user MAINT")
        .prints(&["MAINT 0190", "copied"]);
    folder
        .ok("restore grid --latest --user PMAINT --vdev 551 --to out.ckd")
        .prints(&["PMAINT 0551", "out.ckd"]);
    folder.ok("verify grid --read-data").prints(&["agree", "hashed"]);
    let before = folder.json("list grid");
    folder.ok("catalog rebuild grid").prints(&["packs", "is kept as"]);
    assert_eq!(
        folder.json("list grid"),
        before,
        "a rebuilt catalog knows the same"
    );
    folder.ok("verify grid");
    folder.ok("restore grid --latest --user PMAINT --vdev 551 --to again.ckd");
    assert!(folder.read("out.ckd") == folder.read("again.ckd"));
}

#[test]
fn the_same_seed_makes_the_same_site() {
    let folder = Folder::new();
    for (name, seed) in [("a/grid", 4), ("b/grid", 4), ("c/grid", 5)] {
        folder.ok(&format!(
            "site new {name} --members 1 --layout vmbackup --seed {seed}"
        ));
        folder.ok(&format!("site build {name}"));
    }
    let all = |name: &str| {
        let top = folder.file(name);
        let files = folder.files_below(name);
        let relative = |path: &std::path::PathBuf| path.strip_prefix(&top).unwrap().to_owned();
        files
            .iter()
            .map(|path| (relative(path), std::fs::read(path).unwrap()))
            .collect::<Vec<_>>()
    };
    let (a, b, c) = (all("a/grid"), all("b/grid"), all("c/grid"));
    assert!(a == b);
    assert!(a != c);
    assert!(a.len() > 8);
}

/// Every command once with `--format json`: one document each, with what a program would look for.
#[test]
fn documents_for_programs() {
    let folder = Folder::new();
    tiny::make(&folder);
    let check = folder.json(tiny::CHECK);
    assert_eq!(
        (&check["errors"], &check["warnings"]),
        (&0.into(), &0.into()),
        "{check}"
    );
    let plan = folder.json("plan site");
    assert_eq!(plan["jobs"].as_array().unwrap().len(), 3, "{plan}");
    assert_eq!(plan["uncovered"].as_array().unwrap().len(), 0, "{plan}");
    let run = folder.json("backup site --all");
    assert_eq!(job(&run, "SINGLE")["copied"], 3);
    assert_eq!(job(&run, "IDENTB")["member"], "GRIDB");
    assert_eq!(job(&run, "IDENTB")["failed"].as_array().unwrap().len(), 0);
    let list = folder.json("list site");
    assert_eq!(list["instances"].as_array().unwrap().len(), 3, "{list}");
    let copies = folder.json("list site --user MAINT --vdev 190");
    assert_eq!(copies["copies"].as_array().unwrap().len(), 2, "{copies}");
    let restored = folder.json("restore site --latest --user LNX00001 --to one.ckd");
    assert_eq!(restored["units"], 30, "{restored}");
    let verify = folder.json("verify site --read-data");
    assert_eq!(verify["copies"], 9, "{verify}");
    assert_eq!(verify["damage"].as_array().unwrap().len(), 0);
    let mutated = folder.json("site mutate site --percent 10 --seed 1");
    assert_eq!(mutated["volumes"].as_array().unwrap().len(), 7, "{mutated}");
    let rebuilt = folder.json("catalog rebuild site");
    assert_eq!(
        (&rebuilt["instances"], &rebuilt["domains"]),
        (&3.into(), &9.into()),
        "{rebuilt}"
    );
    let image = folder.json("image info site/volumes/GSU001.ckd site/volumes/GSF001.fba");
    assert_eq!(image["images"][0]["label"]["volser"], "GSU001", "{image}");
    assert_eq!(image["images"][1]["blocks"], 1024, "{image}");
}

#[test]
fn incremental_backups_say_what_is_unchanged() {
    let folder = Folder::new();
    tiny::make(&folder);
    let first = folder.json("backup site --job SINGLE --incremental");
    // Without a base an incremental backup copies everything.
    assert_eq!(job(&first, "SINGLE")["copied"], 3, "{first}");
    let second = folder.json("backup site --job SINGLE --incremental");
    assert_eq!(job(&second, "SINGLE")["unchanged"], 3, "{second}");
    assert_eq!(job(&second, "SINGLE")["stored_bytes"], 0, "{second}");
    // One bit of one record of one disk.
    let mut image = folder.read("site/volumes/GSU001.ckd");
    let cylinder = tiny::place("GSU001.ckd", 3, 1);
    // Behind the home address, record 0 and the count of record 1.
    image[cylinder.start + 5 + 16 + 8 + 100] ^= 1;
    folder.write("site/volumes/GSU001.ckd", &image);
    let third = folder.json("backup site --job SINGLE --incremental");
    assert_eq!(job(&third, "SINGLE")["unchanged"], 2, "{third}");
    assert_eq!(job(&third, "SINGLE")["copied"], 1, "{third}");
    assert_eq!(job(&third, "SINGLE")["new_chunks"], 1, "{third}");
    let copies = folder.json("list site --user LNX00002");
    let statuses: Vec<_> = copies["copies"]
        .as_array()
        .unwrap()
        .iter()
        .map(|copy| copy["status"].clone())
        .collect();
    assert_eq!(statuses, ["Copied", "Unchanged", "Copied"], "{copies}");
    // A full backup never says unchanged, and stores nothing twice.
    let full = folder.json("backup site --job SINGLE --full");
    assert_eq!(
        (
            &job(&full, "SINGLE")["copied"],
            &job(&full, "SINGLE")["new_bytes"]
        ),
        (&3.into(), &0.into()),
        "{full}"
    );
}

#[test]
fn in_place_gives_back_the_bytes() {
    let folder = Folder::new();
    tiny::make(&folder);
    folder.ok("backup site --all");
    let image = |name: &str| folder.read(&format!("site/volumes/{name}"));
    let before: Vec<_> = tiny::DISKS.iter().map(|(_, name, ..)| image(name)).collect();
    folder.ok("site mutate site --percent 50 --seed 77");
    for (number, (select, name, first, count)) in tiny::DISKS.iter().enumerate() {
        let place = tiny::place(name, *first, *count);
        let changed = image(name);
        assert!(
            changed[place.clone()] != before[number][place.clone()],
            "{select} was to be changed"
        );
        folder
            .ok(&format!("restore site --latest {select} --in-place"))
            .prints(&["seen by"]);
        let back = image(name);
        assert!(back[place.clone()] == before[number][place.clone()], "{select}");
        // Its neighbours are none of a restore's business.
        assert!(
            back[..place.start] == changed[..place.start] && back[place.end..] == changed[place.end..],
            "{select}"
        );
    }
}

/// Both members have a disk of the same user, address and volume name; what comes back is the member's own.
#[test]
fn a_private_disk_is_restored_for_its_member() {
    let folder = Folder::new();
    tiny::make(&folder);
    folder.ok("backup site --all");
    folder
        .run("restore site --latest --user MAINT --vdev 192 --to out.ckd")
        .ends(2)
        .complains(&["MAINT 0192 at GRIDA", "MAINT 0192 at GRIDB", "--member"]);
    let whole = |member: &str| folder.read(&format!("site/volumes/GSCRAT-{member}.ckd"));
    for member in ["A", "B"] {
        folder.ok(&format!(
            "restore site/repository --latest --user MAINT --vdev 192 --member GRID{member} --to {member}.ckd"
        ));
        let restored = folder.read(&format!("{member}.ckd"));
        // The restored file begins at cylinder 0, the disk on its pack at cylinder 1: the home addresses differ, the
        // data of the records does not. In place the bytes are compared as they are.
        assert_eq!(restored.len(), tiny::HEADER + tiny::CYLINDER);
        let place = tiny::place("GSCRAT.ckd", 1, 1);
        let original = whole(member);
        let same = restored[tiny::HEADER..]
            .iter()
            .zip(&original[place])
            .filter(|(a, b)| a != b)
            .count();
        assert!(
            same < 15 * 64,
            "{same} bytes differ, more than the addresses on 15 tracks have"
        );
    }
    assert!(folder.read("A.ckd") != folder.read("B.ckd"));
}

#[test]
fn ambiguous_selections_name_the_candidates() {
    let folder = Folder::new();
    tiny::make(&folder);
    folder.ok("backup site --all");
    let ran = folder.run("restore site --latest --to out.ckd").ends(2);
    ran.complains(&["9 disks match", "--user", "--vdev", "--volser", "--member"]);
    let ran = folder
        .run("restore site --latest --user MAINT --member GRIDA --to out.ckd")
        .ends(2);
    let ran = ran.complains(&[
        "3 disks match",
        "MAINT 0190 at GRIDA",
        "MAINT 0191 at GRIDA",
        "MAINT 0192 at GRIDA",
    ]);
    assert!(!ran.err.contains("GRIDB"), "{}", ran.describe());
    assert!(!folder.file("out.ckd").exists());
}

#[test]
fn a_job_runs_where_it_was_asked() {
    let folder = Folder::new();
    tiny::make(&folder);
    let run = folder.json("backup site --all --member GRIDB");
    let jobs = run["jobs"].as_array().unwrap();
    assert_eq!(jobs.len(), 1, "{run}");
    assert_eq!(jobs[0]["job"], "IDENTB");
    let run = folder.json("backup site --job SINGLE --job IDENTA --repo elsewhere");
    assert_eq!(run["jobs"].as_array().unwrap().len(), 2, "{run}");
    assert!(folder.file("elsewhere/ssibackup.repo").is_file());
    folder.ok("restore elsewhere --latest --user LNX00003 --to fba.image");
    let place = tiny::place("GSF001.fba", 16, 1000);
    assert!(folder.read("fba.image") == folder.read("site/volumes/GSF001.fba")[place]);
}

//! `plan --coverage`, its what-if options, and what `check --against` says of DISTRIBUTE.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "tests read and write files and run the program"
)]

mod support;

use support::Folder;

fn names(list: &serde_json::Value) -> Vec<String> {
    let all = list.as_array().unwrap().iter();
    all.map(|disk| {
        let name = &disk.get("disk").unwrap_or(disk)["name"]["Minidisk"];
        format!(
            "{} {}",
            name["user"].as_str().unwrap(),
            name["vdev"].as_str().unwrap()
        )
    })
    .collect()
}

#[test]
fn generated_sites_are_covered() {
    let folder = Folder::new();
    for layout in ["brm", "vmbackup"] {
        for members in [1, 2, 8] {
            let name = format!("{layout}{members}");
            folder.ok(&format!("site new {name} --members {members} --layout {layout}"));
            let proof = folder.json(&format!("plan {name} --coverage"));
            assert_eq!(proof["tally"]["uncovered"], 0, "{proof}");
            assert!(proof["tally"]["covered"].as_u64().unwrap() > 10, "{proof}");
            let states = proof["disks"].as_array().unwrap().iter();
            assert!(states.into_iter().all(|disk| disk["state"] != "uncovered"));
        }
    }
    folder
        .ok("plan brm2 --coverage")
        .prints(&["AGE AT WORST", "; 0 are not", "needs no copy"]);
}

#[test]
fn a_new_minidisk_in_no_job_is_a_counterexample() {
    let folder = Folder::new();
    folder.ok("site new grid --members 2 --layout brm");
    let job = String::from_utf8(folder.read("grid/jobs/SINGLE.toml")).unwrap();
    let exclude = "\n[[exclude]]\nuser = \"PMAINT\"\nvdev = \"0CF0\"\n";
    for name in ["SINGLE", "SINGLEI"] {
        let job = String::from_utf8(folder.read(&format!("grid/jobs/{name}.toml"))).unwrap();
        folder.write(&format!("grid/jobs/{name}.toml"), format!("{job}{exclude}"));
    }
    let line = job.lines().count() + 2;
    folder.run("plan grid --coverage").ends(1).prints(&[
        "PMAINT 0CF0 is not copied",
        "in no job: cylinder",
        &format!("jobs/SINGLE.toml:{line}:1: SINGLE excludes it"),
        "; 1 is not",
    ]);
    let plan = folder.json("plan grid");
    assert_eq!(names(&plan["uncovered"]), ["PMAINT 0CF0"]);
}

#[test]
fn what_if_a_member_is_down_or_a_volume_is_lost() {
    let folder = Folder::new();
    folder.ok("site new grid --members 2 --layout brm");
    let down = folder
        .run("plan grid --member-down grida --format json")
        .ends(1)
        .json();
    let change = &down["what_if"];
    assert_eq!(change["before"]["uncovered"], 0);
    let lost = change["lost"].as_array().unwrap();
    assert_eq!(change["after"]["uncovered"], lost.len());
    let maint = lost
        .iter()
        .find(|lost| lost["disk"]["name"]["Minidisk"]["user"] == "MAINT")
        .unwrap();
    assert_eq!(maint["frozen"], true, "{maint}");
    assert_eq!(maint["disk"]["counterexample"]["because"][0]["why"], "held");
    folder.run("plan grid --member-down GRIDA").ends(1).prints(&[
        "cannot run: member GRIDA is not joined",
        "NOT COPIED NOW",
        "before: ",
        "after: ",
    ]);
    let lost = folder
        .run("plan grid --volume-lost GA1W01 --format json")
        .ends(1)
        .json();
    let destroyed = lost["what_if"]["destroyed"].as_array().unwrap();
    assert!(
        destroyed.iter().all(|disk| disk["pack"]["volser"] == "GA1W01"),
        "{lost}"
    );
    assert!(
        destroyed
            .iter()
            .all(|disk| !disk["copies"].as_array().unwrap().is_empty())
    );
    assert!(!destroyed.is_empty());
    folder
        .run("plan grid --volume-lost GA1W01:GRIDA")
        .ends(1)
        .prints(&["COMES BACK FROM"]);
    folder
        .run("plan grid --coverage --volume-lost GA1W01")
        .ends(1)
        .prints(&["volume GA1W01 of GRIDA is lost"]);
}

#[test]
fn what_if_a_member_is_added() {
    let folder = Folder::new();
    folder.ok("site new grid --members 2 --layout brm");
    let added = folder
        .run("plan grid --add-member GRIDC --format json")
        .ends(1)
        .json();
    let told: Vec<&str> = added["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|told| told["code"].as_str().unwrap())
        .collect();
    assert!(told.contains(&"SSI-CFG-003"), "{added}");
    assert!(told.contains(&"SSI-DIR-004"), "{added}");
    assert_eq!(added["what_if"]["lost"].as_array().unwrap().len(), 0);
    folder
        .run("plan grid --add-member GRIDA")
        .ends(2)
        .complains(&["already"]);
    folder.ok("site new full --members 4 --layout brm");
    folder
        .run("plan full --add-member FULLX")
        .ends(2)
        .complains(&["4 members", "no slot"]);
}

#[test]
fn names_that_the_site_has_not_are_wrong_usage() {
    let folder = Folder::new();
    folder.ok("site new grid --members 2 --layout brm");
    for (line, says) in [
        (
            "--member-down GRIDX",
            "no member GRIDX; the cluster has GRIDA, GRIDB",
        ),
        ("--volume-lost NOSUCH", "no volume NOSUCH"),
        ("--volume-lost GA1W01:GRIDB", "GRIDB has no volume GA1W01"),
        ("--volume-lost GA1W01:GRIDX", "no member GRIDX"),
        ("--volume-lost TOOLONGX", "TOOLONGX"),
        ("--add-member A/B", "A/B"),
        ("--coverage --job SINGLE", "--job"),
    ] {
        folder
            .run(&format!("plan grid {line}"))
            .ends(2)
            .complains(&[says]);
    }
}

#[test]
fn another_distribute_needs_all_members_down() {
    let folder = Folder::new();
    for when in ["old", "new"] {
        folder.ok(&format!("site new {when}/grid --members 2 --layout vmbackup"));
    }
    folder
        .ok("check new/grid --against old/grid")
        .prints(&["the same findings"]);
    let config = String::from_utf8(folder.read("old/grid/SYSTEM.CONFIG")).unwrap();
    let without = config.lines().filter(|line| !line.contains("Distribute IUCV"));
    folder.write(
        "new/grid/SYSTEM.CONFIG",
        without.map(|line| format!("{line}\n")).collect::<String>(),
    );
    folder.run("check new/grid --against old/grid").ends(1).prints(&[
        "+ ",
        "SSI-DST-003",
        "from TOLERATE to NO",
        "shut all members down",
        "Isolated",
    ]);
    let back = folder
        .run("check old/grid --against new/grid --format json")
        .ends(1)
        .json();
    assert_eq!(back["transition"]["code"], "SSI-DST-003", "{back}");
    assert_eq!(back["disappear"][0]["code"], "SSI-DST-001", "{back}");
}

/// The rule about minidisks in no job and the proof of the engine find the same, whichever job is taken away.
#[test]
fn the_rules_and_the_proof_agree() {
    let folder = Folder::new();
    let mut gaps = 0;
    for layout in ["brm", "vmbackup"] {
        folder.ok(&format!("site new {layout} --members 2 --layout {layout}"));
        for job in folder.files_below(&format!("{layout}/jobs")) {
            let text = std::fs::read(&job).unwrap();
            std::fs::remove_file(&job).unwrap();
            // What the full job of a family copies, its incremental one would copy too.
            let stem = job.file_stem().unwrap().to_str().unwrap().to_owned();
            let partner = job.with_file_name(format!("{stem}I.toml"));
            let partner_text = std::fs::read(&partner).ok();
            if partner_text.is_some() {
                std::fs::remove_file(&partner).unwrap();
            }
            let check = folder
                .run(&format!("check {layout} --only SSI-COV-001 --format json"))
                .json();
            let plan = folder.json(&format!("plan {layout}"));
            let mut found: Vec<u64> = lines(&check["findings"], "primary");
            found.dedup();
            let proof = folder
                .run(&format!("plan {layout} --coverage --format json"))
                .json();
            let open = proof["disks"].as_array().unwrap().iter();
            let open: Vec<_> = open.filter(|disk| disk["state"] == "uncovered").collect();
            let mut proven: Vec<u64> = open.iter().map(|disk| line(&disk["place"])).collect();
            proven.sort_unstable();
            proven.dedup();
            assert!(
                found.iter().all(|line| proven.contains(line)),
                "{layout} without {stem}"
            );
            // Two other rules speak of what the cluster and the backups themselves are made from.
            for disk in open.iter().filter(|disk| !found.contains(&line(&disk["place"]))) {
                let name = &disk["name"]["Minidisk"];
                let special = ["PMAINT", "DIRMAINT", "BKRSVSFS"].map(serde_json::Value::from);
                assert!(
                    special.contains(&name["user"]) || name["vdev"] == "01B0",
                    "{disk}"
                );
                let others = "check {} --only SSI-COV-013,SSI-COV-015".replace("{}", layout);
                folder.run(&others).ends(1);
            }
            assert_eq!(plan["uncovered"].as_array().unwrap().len(), proven.len());
            gaps += proven.len();
            std::fs::write(&job, text).unwrap();
            if let Some(text) = partner_text {
                std::fs::write(&partner, text).unwrap();
            }
        }
    }
    assert!(gaps > 20, "taking jobs away leaves gaps: {gaps}");
}

/// The lines of USER.DIRECT that a list of findings points at, sorted.
fn lines(list: &serde_json::Value, place: &str) -> Vec<u64> {
    let all = list.as_array().unwrap().iter();
    let mut lines: Vec<u64> = all.map(|one| line(&one[place])).collect();
    lines.sort_unstable();
    lines
}

fn line(place: &serde_json::Value) -> u64 {
    place["line"].as_u64().unwrap()
}

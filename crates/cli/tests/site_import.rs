//! `site import`: images that somebody has become a site that is checked, backed up and restored at once.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "tests read and write files and run the program"
)]

mod support;

use support::Folder;

/// Two volumes with something on them.
fn images(folder: &Folder) {
    folder.ok("site new grid --members 2 --seed 3");
    folder.ok("site build grid");
    std::fs::copy(folder.file("grid/volumes/GSU001.ckd"), folder.file("one.ckd")).unwrap();
    folder.ok("image convert grid/volumes/GSCOM1.ckd two.cckd");
}

#[test]
fn images_alone_become_a_site_that_works() {
    let folder = Folder::new();
    images(&folder);
    folder
        .ok("site import mine --image one.ckd BACKUP=two.cckd")
        .prints(&["BACKUP", "GSU001", "2 minidisks"]);
    folder.ok("check mine").prints(&["no errors"]);
    folder
        .ok("plan mine --coverage")
        .prints(&["2 minidisks are copied; 0 are not"]);
    folder.ok("backup mine --all");
    for (volser, image) in [("GSU001", "one.ckd"), ("BACKUP", "two.cckd")] {
        folder.ok(&format!(
            "restore mine --latest --volser {volser} --to back.ckd --force"
        ));
        folder
            .ok(&format!("image compare back.ckd {image}"))
            .prints(&["the same"]);
    }
    folder.ok("verify mine --read-data");
}

#[test]
fn with_the_files_of_the_system_jobs_are_proposed_for_its_minidisks() {
    let folder = Folder::new();
    images(&folder);
    let every: String = folder
        .files_below("grid/volumes")
        .iter()
        .map(|path| format!(" {}", path.display()))
        .collect();
    let view = folder.json(&format!(
        "site import mine --copy --directory grid/USER.DIRECT --system-config grid/SYSTEM.CONFIG \
         --extent-control grid/EXTENT.CONTROL --image{every}"
    ));
    assert_eq!(view["complaints"], 0, "{view}");
    for file in ["USER.DIRECT", "SYSTEM.CONFIG", "EXTENT.CONTROL"] {
        assert!(
            folder.read(&format!("mine/{file}")) == folder.read(&format!("grid/{file}")),
            "{file}"
        );
    }
    // The copies are the site's own.
    std::fs::remove_dir_all(folder.file("grid")).unwrap();
    let jobs = folder.files_below("mine/jobs");
    assert!(jobs.len() > 2, "{jobs:?}");
    let run = folder.json("backup mine --all");
    let states: Vec<_> = run["jobs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|job| &job["state"])
        .collect();
    assert!(states.iter().all(|state| *state == "Complete"), "{states:?}");
    folder.ok("verify mine --read-data");
}

#[test]
fn what_cannot_become_a_site_leaves_nothing_behind() {
    let folder = Folder::new();
    images(&folder);
    let refused = |line: &str, words: &[&str]| {
        folder.run(line).ends(3).complains(words);
        let left = std::fs::read_dir(folder.path()).unwrap();
        let left: Vec<_> = left.map(|entry| entry.unwrap().file_name()).collect();
        assert!(
            !left.iter().any(|name| name.to_string_lossy().starts_with("mine")),
            "{left:?}"
        );
    };
    refused("site import mine --image none.ckd", &["none.ckd"]);
    refused(
        "site import mine --image A=one.ckd A=two.cckd",
        &["both named A", "--image NAME="],
    );
    refused(
        "site import mine --image one.ckd --directory one.ckd",
        &["no minidisk"],
    );
    refused("site import mine --image one.ckd --directory none", &["none"]);
    folder.ok("image create unlabelled-pack.3390 --device 3390 --cylinders 1");
    folder
        .run("site import mine --image unlabelled-pack.3390")
        .ends(2)
        .complains(&["no label", "--image NAME=unlabelled-pack.3390"]);
    folder.write("parts/index.direct", "LOAD ../EVIL DIRECT\n");
    folder.write("EVIL.DIRECT", "USER A NOLOG\n MDISK 191 3390 1 1 GSU001 MR\n");
    refused(
        "site import sites/mine --image one.ckd --directory parts/index.direct",
        &["../EVIL.DIRECT"],
    );
    assert!(!folder.file("sites/EVIL.DIRECT").exists());
    folder
        .run("site import grid --image one.ckd")
        .ends(3)
        .complains(&["is not empty"]);
}

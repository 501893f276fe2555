//! `site suggest`: what it proposes, put into the site, passes `check`.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "tests read and write files and run the program"
)]

mod support;

use std::path::Path;

use support::Folder;

/// A generated site of one layout without its jobs, service machines and DISTRIBUTE.
fn stripped(members: u8, layout: &str) -> Folder {
    let folder = Folder::new();
    folder.ok(&format!("site new grid --members {members} --layout {layout}"));
    std::fs::remove_dir_all(folder.file("grid/jobs")).unwrap();
    let text = |name: &str| String::from_utf8(folder.read(name)).unwrap();
    let config = text("grid/SYSTEM.CONFIG");
    let kept = config.lines().filter(|line| !line.contains("Distribute IUCV"));
    folder.write(
        "grid/SYSTEM.CONFIG",
        kept.map(|line| format!("{line}\n")).collect::<String>(),
    );
    let directory = text("grid/USER.DIRECT");
    let mut keep = true;
    let mut kept = String::new();
    for line in directory.lines() {
        let mut words = line.split_whitespace();
        if let (Some("USER" | "IDENTITY" | "SUBCONFIG" | "PROFILE"), Some(id)) = (words.next(), words.next())
        {
            keep = !["BKR", "VMB", "5697"].iter().any(|stem| id.starts_with(stem));
        }
        if keep {
            kept.push_str(&format!("{line}\n"));
        }
    }
    folder.write("grid/USER.DIRECT", kept);
    folder
}

#[test]
fn a_stripped_site_is_in_order_again() {
    for stripped_of in ["brm", "vmbackup"] {
        for wanted in ["brm", "vmbackup"] {
            for members in [2, 4, 8] {
                let folder = stripped(members, stripped_of);
                let line = format!("site suggest grid --layout {wanted} --out new");
                folder.ok(&line).prints(&["why: ", "jobs/RECOV1.toml"]);
                folder.ok("check new --deny warnings");
            }
        }
    }
}

#[test]
fn the_same_site_gives_the_same_proposal() {
    let folder = stripped(4, "brm");
    let first = folder.json("site suggest grid --layout vmbackup");
    assert_eq!(
        first,
        folder
            .json("site suggest grid --layout vmbackup --out one")
            .as_object()
            .map(|view| {
                let mut view = view.clone();
                view.insert("out".to_owned(), serde_json::Value::Null);
                serde_json::Value::Object(view)
            })
            .unwrap()
    );
    let parts = first["parts"].as_array().unwrap();
    assert!(
        parts
            .iter()
            .any(|part| part["file"] == "SYSTEM.CONFIG" && part["how"] == "append")
    );
    assert!(
        parts
            .iter()
            .all(|part| !part["reason"].as_str().unwrap().is_empty())
    );
    // A site that has everything gets jobs only, and one that is not there is an error.
    folder.ok("site new whole --members 2");
    let whole = folder.json("site suggest whole");
    let parts = whole["parts"].as_array().unwrap();
    assert!(parts.iter().all(|part| part["how"] == "new"), "{whole}");
    assert_eq!(whole["open"].as_array().unwrap().len(), 0, "{whole}");
    folder
        .run("site suggest nothing")
        .ends(3)
        .complains(&["nothing", "site.toml"]);
    folder
        .run("site suggest grid --out whole")
        .ends(3)
        .complains(&["not empty"]);
}

#[test]
fn a_real_directory_gets_jobs_without_findings_of_jobs_and_coverage() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/directories");
    let real = |name: &str| std::fs::read(root.join(name)).ok();
    let (Some(directory), Some(config), Some(control)) = (
        real("dirmaint-linux-guests.direct"),
        real("zvm630-system.config"),
        real("zvm630-extent.control"),
    ) else {
        eprintln!("SKIPPED: the files of ../shared/data/directories are not there");
        return;
    };
    let folder = Folder::new();
    folder.write("real/site.toml", "level = \"6.3\"\n");
    folder.write("real/USER.DIRECT", directory);
    folder.write("real/SYSTEM.CONFIG", config);
    folder.write("real/EXTENT.CONTROL", control);
    for layout in ["brm", "vmbackup"] {
        folder.ok(&format!("site suggest real --layout {layout} --out {layout}"));
        let areas = "SSI-JOB-*,SSI-COV-*,SSI-RET-*,SSI-VMB-*";
        folder
            .run(&format!("check {layout} --only {areas} --format json"))
            .json()["findings"]
            .as_array()
            .map(|findings| assert!(findings.is_empty(), "{layout}: {findings:#?}"))
            .unwrap();
    }
}

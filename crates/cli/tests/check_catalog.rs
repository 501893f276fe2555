//! `check` with the catalog of the backups: mistakes that no file of the site shows.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "tests read and write files and run the program"
)]

mod support;

use serde_json::Value;
use support::Folder;

/// A site whose policy allows a day, with its volumes.
fn site() -> Folder {
    let folder = Folder::new();
    folder.ok("site new grid --members 2");
    folder.ok("site build grid");
    let toml = String::from_utf8(folder.read("grid/site.toml")).unwrap();
    folder.write("grid/site.toml", format!("policy = {{ rpo_hours = 24 }}\n{toml}"));
    folder
}

fn messages(document: &Value, code: &str) -> Vec<String> {
    let findings = document["findings"].as_array().unwrap().iter();
    let of_code = findings.filter(|finding| finding["code"] == code);
    of_code
        .map(|finding| finding["message"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn what_only_the_catalog_shows_is_found() {
    let folder = site();
    folder.ok("check grid");
    folder.ok("backup grid --job SINGLE");
    folder.ok("check grid --catalog");

    // A month later: the copies of SINGLE are old, and the members' own disks were never copied at all.
    folder.write("grid/FACTS.toml", "now = \"2099-01-01 00:00\"\n");
    folder.ok("check grid");
    let ran = folder
        .run("check grid --catalog --only SSI-COV-* --format json")
        .ends(1);
    let found = messages(&ran.json(), "SSI-COV-004");
    let count = |words: &str| found.iter().filter(|message| message.contains(words)).count();
    assert!(count("hours old; 24 are allowed") > 3, "{found:#?}");
    let never = "there is no copy of minidisk MAINT 0190 in the catalog";
    assert_eq!(count(never), 2, "one on each member: {found:#?}");
    // The row of the catalog is quoted.
    folder
        .run("check grid --repo grid/repository --only SSI-COV-004")
        .ends(1)
        .prints(&["catalog:", "SINGLE/1 ", "SINGLE/1 has it"]);
    assert_eq!(
        ran.json(),
        folder
            .run("check grid --catalog --only SSI-COV-* --format json")
            .json()
    );
}

#[test]
fn a_run_that_did_not_succeed_is_no_copy() {
    let folder = site();
    let volume = folder.file("grid/volumes");
    let hidden = folder.file("hidden");
    std::fs::rename(&volume, &hidden).unwrap();
    std::fs::create_dir(&volume).unwrap();
    let ran = folder.run("backup grid --job SINGLE");
    std::fs::remove_dir(&volume).unwrap();
    std::fs::rename(&hidden, &volume).unwrap();
    assert_ne!(ran.code(), Some(0), "{}", ran.describe());
    folder.ok("backup grid --job IDENTA");
    folder.write("grid/FACTS.toml", "now = \"2099-01-01 00:00\"\n");
    let ran = folder
        .run("check grid --catalog --only SSI-COV-004 --format json")
        .ends(1);
    let found = messages(&ran.json(), "SSI-COV-004");
    let never = "there is no copy of minidisk PMAINT 0CF0 in the catalog";
    assert!(found.iter().any(|message| message == never), "{found:#?}");
}

#[test]
fn a_catalog_that_is_not_there_is_an_error() {
    let folder = site();
    folder
        .run("check grid --catalog")
        .ends(3)
        .complains(&["repository"]);
    folder
        .run("check grid --repo nowhere")
        .ends(3)
        .complains(&["nowhere"]);
    folder.run("check grid --catalog --against grid").ends(2);
}

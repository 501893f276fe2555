//! Exit codes and messages: 0 done, 1 errors found, 2 wrong usage, 3 could not run. Nothing panics (every run of
//! these tests looks for that), and every refusal names what it refuses.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "tests write files and run the program"
)]

mod support;

use support::{Folder, tiny};

/// A command line, the exit code, and words that must stand on standard error.
type Case = (&'static str, i32, &'static [&'static str]);

fn all_end(folder: &Folder, cases: &[Case]) {
    for (line, code, words) in cases {
        let ran = folder.run(line).ends(*code).complains(words);
        assert!(ran.out.is_empty() || *code < 2, "{}", ran.describe());
        assert!(!ran.err.trim().is_empty(), "{}", ran.describe());
    }
}

#[test]
fn arguments_that_make_no_sense() {
    all_end(
        &Folder::new(),
        &[
            ("", 2, &["usage"]),
            ("frobnicate", 2, &["frobnicate"]),
            ("demo --seed many", 2, &["many", "--seed"]),
            ("site", 2, &["usage"]),
            ("site new", 2, &["<DIR>"]),
            ("site new x --members 9", 2, &["9", "--members"]),
            ("site new x --members 0", 2, &["0", "--members"]),
            ("site new x --scale huge", 2, &["huge", "large"]),
            ("site mutate x --percent 101", 2, &["101"]),
            ("check", 2, &["<SITE>"]),
            ("check x --only NO-SUCH-1", 2, &["NO-SUCH-1"]),
            ("check x --deny errors", 2, &["errors", "warnings"]),
            ("plan", 2, &["<SITE>"]),
            ("backup", 2, &["--all"]),
            ("backup x", 2, &["--all", "--job"]),
            ("backup x --all --job A", 2, &["--all", "--job"]),
            ("backup --all", 2, &["SITE"]),
            ("backup --image a", 2, &["--repo"]),
            ("backup x --image a --repo r", 2, &["--image"]),
            ("backup x --all --full --incremental", 2, &["--full"]),
            ("backup x --all --threads 0", 2, &["0", "--threads"]),
            ("backup x --all --level 40", 2, &["40"]),
            ("list", 2, &["<WHERE>"]),
            ("restore x", 2, &["--latest"]),
            ("restore x --latest", 2, &["--to"]),
            ("restore x --latest --instance A/1 --to f", 2, &["--latest"]),
            ("restore x --latest --to f --in-place", 2, &["--in-place"]),
            ("restore x --latest --in-place --force", 2, &["--to"]),
            ("restore x --latest --to f --volser A?B", 2, &["A?B"]),
            ("restore x --latest --to f --vdev XYZW", 2, &["XYZW"]),
            (
                "restore x --latest --to f --user WAYTOOLONGNAME",
                2,
                &["WAYTOOLONGNAME"],
            ),
            ("restore x --instance NONSENSE --to f", 2, &["NONSENSE"]),
            ("verify x --read-data --sample 5", 2, &["--sample"]),
            ("verify x --sample 0", 2, &["0"]),
            ("catalog", 2, &["usage"]),
            ("catalog rebuild", 2, &["<WHERE>"]),
            ("image info", 2, &["<FILE>"]),
            ("list x --format yaml", 2, &["yaml", "json"]),
            ("list x --as-of yesterday", 2, &["yesterday", "2026-"]),
        ],
    );
}

#[test]
fn places_that_are_not_what_they_should_be() {
    let folder = Folder::new();
    std::fs::create_dir(folder.file("empty")).unwrap();
    folder.write("file.txt", "not a disk, and not a site");
    folder.write("full/file.txt", "something");
    let cases: &[Case] = &[
        ("site new full", 3, &["full", "not empty"]),
        ("site new file.txt", 3, &["file.txt"]),
        ("site build missing", 3, &["missing", "site.toml"]),
        ("site build empty", 3, &["empty", "site.toml", "site new"]),
        ("site build file.txt", 3, &["file.txt"]),
        ("site mutate empty", 3, &["empty", "site.toml"]),
        ("check missing", 3, &["missing", "site.toml"]),
        ("check file.txt", 3, &["file.txt"]),
        ("plan missing", 3, &["missing", "site.toml"]),
        ("plan empty", 3, &["empty", "site.toml"]),
        ("backup missing --all", 3, &["missing", "site.toml"]),
        ("backup --image missing.ckd --repo r", 3, &["missing.ckd"]),
        ("backup --image empty --repo r", 3, &["empty"]),
        ("backup --image file.txt --repo r", 3, &["file.txt"]),
        ("list missing", 3, &["missing"]),
        ("list empty", 3, &["empty"]),
        ("list file.txt", 3, &["file.txt"]),
        ("list s3://bucket/there", 3, &["s3://bucket/there"]),
        ("restore missing --latest --to out", 3, &["missing"]),
        ("restore empty --latest --to out", 3, &["empty"]),
        ("verify missing", 3, &["missing"]),
        ("verify empty", 3, &["empty"]),
        ("verify file.txt", 3, &["file.txt"]),
        ("catalog rebuild missing", 3, &["missing"]),
        ("catalog rebuild empty", 3, &["empty"]),
        ("image info missing.ckd", 3, &["missing.ckd"]),
        ("image info empty", 3, &["empty"]),
        ("image info file.txt", 3, &["file.txt"]),
    ];
    all_end(&folder, cases);
    folder
        .run("demo --dir full/file.txt")
        .ends(3)
        .complains(&["full/file.txt"]);
    assert!(!folder.file("r").exists(), "a refused backup makes no repository");
    assert!(!folder.file("missing").exists());
    let left = std::fs::read_dir(folder.file("empty")).unwrap().count();
    assert_eq!(left, 0, "looking at a folder leaves nothing in it");
}

#[test]
fn names_that_a_site_and_its_repository_do_not_have() {
    let folder = Folder::new();
    tiny::make(&folder);
    let before: &[Case] = &[
        ("list site", 3, &["repository"]),
        ("verify site", 3, &["repository"]),
        ("restore site --latest --user MAINT --to f", 3, &["repository"]),
    ];
    all_end(&folder, before);
    folder.ok("backup site --all");
    folder.write("there.ckd", "kept");
    let after: &[Case] = &[
        ("plan site --job NOSUCH", 3, &["NOSUCH", "SINGLE"]),
        ("plan site --member NOSUCH", 3, &["NOSUCH", "GRIDA"]),
        ("backup site --job NOSUCH", 3, &["NOSUCH", "SINGLE"]),
        ("backup site --all --member NOSUCH", 3, &["NOSUCH", "GRIDB"]),
        ("restore site --latest --volser NOSUCH --to f", 2, &["list"]),
        ("restore site --latest --user NOBODY --to f", 2, &["list"]),
        (
            "restore site --latest --user MAINT --vdev 999 --to f",
            2,
            &["list"],
        ),
        (
            "restore site --instance SINGLE/9 --user LNX00001 --to f",
            2,
            &["SINGLE/9"],
        ),
        (
            "restore site --instance NOSUCH/1 --user LNX00001 --to f",
            2,
            &["NOSUCH/1"],
        ),
        (
            "restore site --latest --user LNX00001 --to there.ckd",
            3,
            &["there.ckd", "--force"],
        ),
        (
            "restore site --latest --user LNX00001 --to no/such/folder",
            3,
            &["no/such/folder"],
        ),
        (
            "restore site --latest --user LNX00001 --to site --force",
            3,
            &["site"],
        ),
        (
            "restore site/repository --latest --user LNX00001 --in-place",
            2,
            &["--in-place", "--to"],
        ),
    ];
    all_end(&folder, after);
    assert_eq!(folder.read("there.ckd"), b"kept");
    folder.ok("restore site --latest --user LNX00001 --to there.ckd --force");
    assert!(folder.read("there.ckd") != b"kept");
    let left: Vec<_> = folder
        .files_below(".")
        .into_iter()
        .filter(|path| path.to_string_lossy().contains("partial"))
        .collect();
    assert_eq!(left, Vec::<std::path::PathBuf>::new());
    // A filter that matches nothing is no error for a list.
    folder.ok("list site --user NOBODY").prints(&["nothing matches"]);
}

#[test]
fn two_at_once_on_one_catalog() {
    let folder = Folder::new();
    tiny::make(&folder);
    folder.ok("backup site --all");
    // Held by whoever has the file open: the file lock of the catalog.
    let held = std::fs::File::options()
        .read(true)
        .write(true)
        .open(folder.file("site/repository/catalog.redb"))
        .unwrap();
    held.lock().unwrap();
    for line in ["list site", "backup site --all", "verify site"] {
        folder.run(line).ends(3).complains(&["catalog.redb"]);
    }
    held.unlock().unwrap();
    folder.ok("list site");
}

#[test]
fn every_command_explains_itself() {
    let folder = Folder::new();
    for (command, says) in [
        ("", "Back up z/VM SSI clusters"),
        ("demo", "tour"),
        ("site", "volumes"),
        ("site new", "SYSTEM CONFIG"),
        ("site build", "volumes"),
        ("site mutate", "Change a share"),
        ("check", "rules"),
        ("plan", "who copies what"),
        ("backup", "Back up a site"),
        ("list", "List what was backed up"),
        ("restore", "Restore a minidisk"),
        ("verify", "Prove"),
        ("catalog", "catalog"),
        ("catalog rebuild", "packs and records"),
        ("image", "DASD image"),
        ("image info", "geometry"),
    ] {
        let ran = folder
            .ok(&format!("{command} --help"))
            .prints(&[says, "Usage:", "--format"]);
        let longest = ran.out.lines().map(|line| line.chars().count()).max().unwrap();
        assert!(longest <= 100, "{command}: a line of {longest} characters");
    }
    folder.ok("--version").prints(&["ssibackup "]);
}

#[test]
fn quiet_means_quiet() {
    let folder = Folder::new();
    tiny::make(&folder);
    for line in [
        tiny::CHECK,
        "plan site",
        "backup site --all",
        "list site",
        "verify site",
    ] {
        let ran = folder.ok(&format!("{line} --quiet"));
        assert!(ran.out.is_empty() && ran.err.is_empty(), "{}", ran.describe());
    }
}

#[test]
fn a_reader_that_has_seen_enough() {
    use std::io::Read;
    let folder = Folder::new();
    tiny::make(&folder);
    let mut child = folder
        .command("plan site --format json")
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = [0; 1];
    let mut out = child.stdout.take().unwrap();
    out.read_exact(&mut first).unwrap();
    drop(out);
    let ended = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&ended.stderr).into_owned();
    assert!(
        ended.status.success() && said.is_empty(),
        "{:?} {said}",
        ended.status
    );
}

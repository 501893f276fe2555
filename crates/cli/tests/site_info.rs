//! `site info` counts sites, and directories without one.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "tests read and write files and run the program"
)]

mod support;

use support::Folder;

#[test]
fn a_site_and_its_directory_alone_have_the_same_figures() {
    let folder = Folder::new();
    folder.ok("site new grid --members 3");
    let site = folder.json("site info grid");
    let alone = folder.json("site info grid/USER.DIRECT");
    let text = String::from_utf8(folder.read("grid/USER.DIRECT")).unwrap();
    let first = |word: &str| {
        let lines = text
            .lines()
            .filter(|line| line.split_whitespace().next() == Some(word));
        lines.count()
    };
    for counted in [&site, &alone] {
        let entries = &counted["entries"];
        assert_eq!(entries["users"], first("USER"), "{counted:#}");
        assert_eq!(entries["identities"], first("IDENTITY"));
        assert_eq!(entries["subconfigs"], first("SUBCONFIG"));
        assert_eq!(entries["profiles"], first("PROFILE"));
        assert_eq!(counted["links"]["count"], first("LINK"));
        let number = |at: &str| counted[at].as_u64().unwrap();
        let disks = counted["minidisks"]["count"].as_u64().unwrap();
        let all = disks + number("temporary") + number("virtual") + number("unallocated");
        assert_eq!(all, first("MDISK") as u64);
        assert_eq!(counted["links"]["dangling"], 0);
        assert_eq!(counted["overlaps"]["without_full_pack"], 0);
    }
    assert_eq!((&site["members"], &alone["members"]), (&3.into(), &0.into()));
}

#[test]
fn mistakes_are_counted_and_shown() {
    let folder = Folder::new();
    folder.write(
        "old.direct",
        "USER A NOLOG\n MDISK 191 3350 1 10 V00001\n MDISK 192 3350 10 5 V00001\n LINK B 191 193\n LINK A 19F 19F\n\
         USER C NOLOG\n MDISK 123 3350 0 555 V00001\n",
    );
    folder.ok("site info old.direct").prints(&[
        "users (USER)             2",
        "minidisks                3  3 extents, 0 of them space maps; 0 by DEVNO",
        "full-pack minidisks      1  1 overlays",
        "overlapping pairs        3  1 without a full-pack minidisk",
        "dangling                 2  1 no such owner, 1 no such minidisk",
        "complaints               0",
    ]);
}

#[test]
fn parts_lie_beside_the_index_and_other_files_are_refused() {
    let folder = Folder::new();
    folder.write("d/INDEX.DIRECT", "LOAD PART1 DIRECT A\nLOAD PART2 DIRECT A\n");
    folder.write("d/PART1.DIRECT", "USER A NOLOG\n");
    folder.write("d/PART2.DIRECT", "USER B NOLOG\n LINK A 191\n");
    let counted = folder.json("site info d/INDEX.DIRECT");
    assert_eq!(
        (&counted["entries"]["users"], &counted["links"]["dangling"]),
        (&2.into(), &1.into())
    );
    folder.write("notes", "nothing of the kind\n");
    let ran = folder.run("site info notes");
    assert!(
        ran.code() != Some(0) && ran.err.contains("is it a user directory?"),
        "{}",
        ran.describe()
    );
}

//! The figures of directories, against counters that know nothing of the parsers.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::collections::BTreeSet;

use zvm::{Census, Site, SiteFiles, Source};

fn census(directory: &[u8]) -> Census {
    let files = SiteFiles {
        site_toml: Source::new("site.toml", ""),
        system_config: Source::new("SYSTEM.CONFIG", ""),
        directory: Source::new("USER.DIRECT", directory),
        directory_parts: Vec::new(),
        extent_control: None,
        jobs: Vec::new(),
    };
    Site::resolve(&files).value.census()
}

/// Counts by lines and words alone, and compares every pair of extents.
fn counted(text: &str, sizes: &[(&str, u64)]) -> Census {
    let mut census = Census::default();
    let mut entry = String::new();
    let mut extents: Vec<(String, u64, u64, bool, bool)> = Vec::new();
    let (mut ids, mut disks, mut links) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
    for line in text.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words[..] {
            ["USER" | "PROFILE", id, ..] => {
                entry = id.to_owned();
                if words[0] == "USER" {
                    census.users += 1;
                    ids.insert(entry.clone());
                } else {
                    census.profiles += 1;
                }
            }
            ["MDISK", vdev, _, "DEVNO", ..] => {
                census.devices += 1;
                disks.insert((entry.clone(), u32::from_str_radix(vdev, 16).unwrap()));
            }
            ["MDISK", _, _, "T-DISK", ..] => census.temporary += 1,
            ["MDISK", vdev, device, start, length, volume, ..] => {
                census.extents += 1;
                disks.insert((entry.clone(), u32::from_str_radix(vdev, 16).unwrap()));
                let size = sizes.iter().find(|(name, _)| *name == device).unwrap().1;
                let first: u64 = start.parse().unwrap();
                let end = first + length.parse::<u64>().unwrap();
                let map = entry.starts_with('$');
                census.space_maps += usize::from(map);
                extents.push((volume.to_owned(), first, end, first == 0 && end == size, map));
            }
            ["LINK", owner, vdev, ..] => {
                links.push((owner.to_owned(), u32::from_str_radix(vdev, 16).unwrap()))
            }
            _ => {}
        }
    }
    census.instances = census.extents + census.devices + census.temporary;
    census.packs = extents
        .iter()
        .map(|extent| &extent.0)
        .collect::<BTreeSet<_>>()
        .len();
    for (at, (pack, first, end, full, _)) in extents.iter().enumerate() {
        census.full_packs += usize::from(*full);
        let others = extents
            .iter()
            .any(|other| other.0 == *pack && !other.3 && !other.4);
        census.overlays += usize::from(*full && others);
        for other in &extents[..at] {
            let common = other.0 == *pack && other.1 < *end && *first < other.2;
            census.overlapping_pairs += usize::from(common);
            census.overlaps += usize::from(common && !full && !other.3);
        }
    }
    census.links = links.len();
    for (owner, vdev) in links {
        let known = ids.contains(&owner);
        census.links_without_owner += usize::from(!known);
        census.links_without_minidisk += usize::from(known && !disks.contains(&(owner, vdev)));
    }
    census
}

/// The habits of VM/370: space maps, full packs over others and alone, an overlap, links that lead nowhere.
fn seventies() -> String {
    let mut text = String::from(
        "DIRECTORY 148 3350 SYS001\nPROFILE P\n LINK MAINT 190 190 RR\n LINK GONE 190 190 RR\n\
         USER $ALLOC$ NOLOG\n MDISK A01 3350 000 001 SYS001 R\n MDISK A02 3350 000 001 DOS001 R\n\
         USER MAINT CPCMS 1M 16M ABCDEFG\n MDISK 123 3350 000 555 SYS001 MW\n MDISK 124 3350 000 555 USR001 MW\n\
         \n* MDISK 999 3350 0 555 USR001\n MDISK 190 3350 001 085 SYS001 MW ALL WRITE MULT\n\
         USER DOSSTART X\n MDISK 148 3350 000 555 DOS001 MW\n MDISK 149 3390 DEVNO 5A80 MWV\n\
         MDISK 14A 3350 T-DISK 005 MR\n LINK MAINT 777 777 RR\n",
    );
    for user in 0..40 {
        // Every seventh reaches one cylinder into the next.
        let length = if user % 7 == 0 { 11 } else { 10 };
        text += &format!("USER U{user} X\n INCLUDE P\n LINK MAINT 190 190\n");
        text += &format!(" MDISK 191 3350 {:03} {length:03} USR001 WR\n", user * 10 + 1);
        text += &format!(" MDISK 192 3330 {:03} 010 OLD001 WR\n", user * 10 + 1);
    }
    text
}

#[test]
fn an_independent_counter_agrees() {
    let text = seventies();
    let expected = counted(&text, &[("3350", 555), ("3330", 404)]);
    assert_eq!(census(text.as_bytes()), expected);
    assert_eq!(
        (
            expected.users,
            expected.minidisks(),
            expected.full_packs,
            expected.overlays
        ),
        (43, 87, 3, 2)
    );
    // Users 0, 7, 14, 21, 28, 35 reach into the next one.
    assert_eq!(
        (expected.overlaps, expected.dangling_links(), expected.links),
        (6, 2, 43)
    );
}

#[test]
fn the_form_of_the_file_does_not_matter() {
    let text = seventies();
    let expected = census(text.as_bytes());
    let fixed: String = text.lines().map(|line| format!("{line:<80}")).collect();
    let numbered: String = text
        .lines()
        .zip(1..)
        .map(|(line, number)| format!("{line:<72}{:08}\n", number * 10))
        .collect();
    for other in [
        text.replace('\n', "\r\n"),
        text.replace(' ', "\t"),
        text.to_lowercase(),
        fixed,
        numbered,
        text.replace("MDISK", "M")
            .replace("LINK", "L")
            .replace("USER ", "U "),
    ] {
        assert_eq!(census(other.as_bytes()), expected, "{}", &other[..200]);
    }
}

#[test]
fn a_cluster_counts_statements_and_instances() {
    let text = "PROFILE P\n LINK * 191 192\nIDENTITY MAINT X\n BUILD ON A USING SUBCONFIG MAINT-1\n \
                BUILD ON B USING SUBCONFIG MAINT-1\n BUILD ON C USING SUBCONFIG MAINT-2\nSUBCONFIG MAINT-1\n \
                MDISK 191 3390 1 10 W00001 MR\nSUBCONFIG MAINT-2\n MDISK 191 3390 5 10 W00001 MR\n \
                MDISK 192 3390 AUTOG 5 POOL\n MDISK 123 3390 0 END &SYSRES MR\n MDISK 124 3390 0 10017 W00001 MR\n\
                USER U X\n LINK MAINT 191 191\n MDISK 102 FB-512 V-DISK 100\n";
    let found = census(text.as_bytes());
    let expected = Census {
        profiles: 1,
        users: 1,
        identities: 1,
        subconfigs: 2,
        builds: 3,
        extents: 4,
        virtual_disks: 1,
        unallocated: 1,
        instances: 7,
        packs: 2,
        full_packs: 2,
        overlays: 1,
        overlapping_pairs: 3,
        overlaps: 1,
        links: 2,
        ..Census::default()
    };
    assert_eq!(found, expected);
}

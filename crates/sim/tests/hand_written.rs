//! Volumes for a site that nobody generated: placement follows the files, whatever they say.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use dasd::Run;
use sim::volume_builder::{AreaLayout, UnknownShape, VolumeContent, missing_volumes};
use zvm::{Site, SiteFiles, Source};

const CONFIG: &str = "
System_Identifier LPAR LP1 ONE
System_Identifier LPAR LP2 TWO
SSI HAND PDR_VOLume COMMON SLOT 1 ONE, SLOT 2 TWO
CP_Owned Slot 1 COMMON
User_Volume_List PACK01 PACK02 BLOCKS
ONE: User_Volume_List LOCAL1
TWO: User_Volume_List LOCAL1
";

const DIRECTORY: &str = "
DIRECTORY 0123 3390 COMMON
USER ALPHA NOPASS 64M 64M G
 MDISK 0191 3390 5 10 PACK01 MR
 MDISK 0192 3390 10 10 PACK01 MR
 MDISK 0193 3390 90 50 PACK01 MR
 MDISK 0194 3390 200 5 PACK01 MR
 MDISK 0200 FB-512 100 1000 BLOCKS MR
USER FULLPACK NOPASS 64M 64M G
 MDISK 0300 3390 0 END PACK02 MR
USER LNX1 NOPASS 64M 64M G
 MDISK 0150 3390 3 2 COMMON MR
IDENTITY MAINT NOPASS 64M 64M G
 BUILD ON ONE USING SUBCONFIG MAINT-1
 BUILD ON TWO USING SUBCONFIG MAINT-2
SUBCONFIG MAINT-1
 MDISK 0191 3390 1 5 LOCAL1 MR
SUBCONFIG MAINT-2
 MDISK 0191 3390 1 5 LOCAL1 MR
";

fn site(volumes: &str) -> Site {
    let source = |name: &str, text: &str| Source::new(name, text);
    let files = SiteFiles {
        site_toml: source("site.toml", volumes),
        system_config: source("SYSTEM.CONFIG", CONFIG),
        directory: source("USER.DIRECT", DIRECTORY),
        directory_parts: Vec::new(),
        extent_control: None,
        jobs: Vec::new(),
    };
    Site::resolve(&files).value
}

fn volume(volser: &str, rest: &str) -> String {
    format!("[[volume]]\nvolser = \"{volser}\"\n{rest}\n")
}

fn content(rest: &str, volser: &str) -> VolumeContent {
    let site = site(&volume(volser, rest));
    missing_volumes(&site, |volume| volume.key.volser.as_str() != volser)
        .unwrap()
        .remove(0)
}

fn runs(content: &VolumeContent) -> Vec<Run> {
    content.areas.iter().map(|area| area.run).collect()
}

#[test]
fn overlapping_and_overlong_minidisks_are_cut() {
    let content = content("device = \"3390\"\ncylinders = 100", "PACK01");
    assert_eq!(
        runs(&content),
        [
            Run::cylinders(5, 10),
            Run::cylinders(15, 5),
            Run::cylinders(90, 10)
        ]
    );
    // What is left of the second minidisk still counts its cylinders from its own beginning.
    assert_eq!(content.areas[1].origin, 10);
}

#[test]
fn a_minidisk_that_begins_with_the_label_leaves_it_alone() {
    let content = content("device = \"3390\"\ncylinders = 20", "PACK02");
    assert_eq!(runs(&content), [Run::cylinders(1, 19)]);
    assert_eq!(content.areas[0].origin, 0);
}

#[test]
fn the_rest_of_an_owned_volume_belongs_to_cp() {
    let content = content(
        "device = \"3390\"\ncylinders = 10\nowner = \"HAND.NOSYS\"",
        "COMMON",
    );
    assert_eq!(
        runs(&content),
        [Run::cylinders(1, 2), Run::cylinders(3, 2), Run::cylinders(5, 5)]
    );
    let layouts: Vec<AreaLayout> = content.areas.iter().map(|area| area.layout).collect();
    assert_eq!(layouts, [AreaLayout::Pages, AreaLayout::Linux, AreaLayout::Pages]);
    assert_eq!(content.minidisk_runs(), [Run::cylinders(3, 2)]);
}

#[test]
fn blocks_are_placed_as_cylinders_are() {
    let content = content("device = \"9336\"\nblocks = 500", "BLOCKS");
    assert_eq!(runs(&content), [Run::blocks(100, 400)]);
}

#[test]
fn each_members_pack_holds_its_own_minidisks() {
    let pack = |member: &str| {
        volume(
            "LOCAL1",
            &format!("cylinders = 9\nimage = \"{member}\"\nmember = \"{member}\""),
        )
    };
    let site = site(&format!("{}{}", pack("ONE"), pack("TWO")));
    let packs = missing_volumes(&site, |volume| volume.key.volser.as_str() != "LOCAL1").unwrap();
    let areas: Vec<&str> = packs.iter().map(|pack| pack.areas[0].content.as_str()).collect();
    assert_eq!(areas, ["minidisk MAINT 0191 ONE", "minidisk MAINT 0191 TWO"]);
}

#[test]
fn a_model_says_its_size_and_a_bare_type_does_not() {
    let known = content("device = \"3390-3\"", "PACK01");
    assert_eq!(known.geometry.as_ckd().unwrap().cylinders.get(), 3339);
    for (rest, wanted) in [
        ("device = \"3390\"", "cylinders or blocks"),
        ("device = \"3399\"\ncylinders = 5", "a 3399 of 5 cylinders"),
        ("device = \"3390\"\nblocks = 5", "a 3390 of 5 blocks"),
    ] {
        let site = site(&volume("PACK01", rest));
        let error: UnknownShape =
            missing_volumes(&site, |volume| volume.key.volser.as_str() != "PACK01").unwrap_err();
        assert!(error.to_string().contains(wanted), "{rest}: {error}");
    }
}

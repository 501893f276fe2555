//! The `image` commands on images that are made here, on real ones, and beside the Hercules tools.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "tests read files, run tools and look at the environment themselves"
)]

mod support;

use support::oracle::{assert_same_image, real_images, tool, tools};
use support::{Folder, tiny};

const KINDS: &[(&str, &str)] = &[
    ("plain", ""),
    ("split", ""),
    ("cckd", "--compress none"),
    ("cckd", "--compress zlib --level 9"),
    ("cckd", "--compress bzip2"),
    ("cckd64", "--compress zlib"),
];

/// Names below a folder, so that a test can say that nothing was left behind.
fn names(folder: &Folder) -> Vec<String> {
    let name = |path: std::path::PathBuf| path.file_name().unwrap().to_str().unwrap().to_owned();
    folder.files_below("").into_iter().map(name).collect()
}

fn remove(folder: &Folder, names: &[&str]) {
    for name in names {
        std::fs::remove_file(folder.file(name)).unwrap();
    }
}

#[test]
fn volumes_of_every_kind_are_made_and_sound() {
    let folder = Folder::new();
    for (number, (kind, compress)) in KINDS.iter().enumerate() {
        for (device, size, what) in [
            ("3390", "--cylinders 3", ""),
            ("3380-K", "--cylinders 2", "--volser LAB001"),
            ("3390-3", "--cylinders 3", "--volser CPV001 --format-cp"),
            ("3380", "--cylinders 2", "--volser CPV002 --format-cp"),
            ("3390", "--cylinders 2", "--null-format 0"),
            ("3390", "--cylinders 2", "--null-format 2 --volser LNX001"),
            ("9336-20", "--blocks 1000", ""),
            ("3370", "--blocks 1000", "--volser FBA001"),
            ("9336", "--blocks 1000", "--volser CPF001 --format-cp"),
        ] {
            let blocks = size.starts_with("--blocks");
            let file = format!("v{number}");
            let line =
                format!("image create {file} --device {device} {size} {what} --kind {kind} {compress}");
            if blocks && *kind == "split" {
                folder.run(&line).ends(2).complains(&["only CKD volumes"]);
                continue;
            }
            let made = folder.json(&line);
            let checked = folder.ok(&format!("image check {file}"));
            checked.prints(&["sound"]);
            let info = folder.json(&format!("image info {file} --count"));
            let image = &info["images"][0];
            let volser = what
                .split_whitespace()
                .skip_while(|word| *word != "--volser")
                .nth(1);
            assert_eq!(image["label"]["volser"].as_str(), volser, "{line}: {info}");
            assert_eq!(
                image["label"]["marker"].as_str().is_some(),
                what.contains("--format-cp"),
                "{line}"
            );
            assert_eq!(image["content"]["unreadable"], 0, "{line}");
            assert_eq!(made["files"][0], file.as_str());
            std::fs::remove_file(folder.file(&file)).unwrap();
        }
    }
    assert!(names(&folder).is_empty(), "{:?}", names(&folder));
}

#[test]
fn a_volume_formatted_for_cp_is_that_of_the_library_whatever_the_kind() {
    let folder = Folder::new();
    for device in ["3390", "3380", "3350"] {
        let line = |file: &str| {
            format!("image create {file} --device {device} --cylinders 2 --volser CPV001 --format-cp")
        };
        folder.ok(&line("a.ckd"));
        folder.ok(&line("a.cckd"));
        folder.ok("image compare a.ckd a.cckd").prints(&["the same"]);
        let info = folder.json("image info a.cckd --count");
        let tracks = info["images"][0]["heads"].as_u64().unwrap() * 2;
        assert_eq!(info["images"][0]["content"]["formatted"], tracks, "{info}");
        remove(&folder, &["a.ckd", "a.cckd"]);
    }
}

#[test]
fn create_refuses_and_leaves_nothing_behind() {
    let folder = Folder::new();
    folder.write("there.ckd", "mine");
    for (line, code, words) in [
        (
            "there.ckd --device 3390 --cylinders 1",
            3,
            &["there.ckd", "exists"][..],
        ),
        ("new.ckd --device 3391", 2, &["3391", "3390-3"]),
        (
            "new.ckd --device 3390 --cylinders 0",
            2,
            &["at least one cylinder"],
        ),
        ("new.ckd --device 3390 --cylinders 65537", 2, &["65536"]),
        (
            "new.ckd --device 3390 --blocks 5",
            2,
            &["--blocks", "--cylinders"],
        ),
        (
            "new.fba --device 3370 --cylinders 5",
            2,
            &["--cylinders", "--blocks"],
        ),
        ("new.ckd --device 3390 --cylinders 1 --blocks 1", 2, &["--blocks"]),
        ("new.ckd --device 3390 --format-cp", 2, &["--volser"]),
        ("new.ckd --device 3390 --volser TOOLONG1", 2, &["TOOLONG1"]),
        (
            "new.ckd --device 3390 --cylinders 1 --compress zlib",
            2,
            &["--kind cckd"],
        ),
        (
            "new.ckd --device 3380 --cylinders 1 --null-format 2",
            2,
            &["unformatted"],
        ),
        ("new.ckd --device 3390 --null-format 3", 2, &["3"]),
        (
            "no/folder/new.ckd --device 3390 --cylinders 1",
            3,
            &["no/folder/new.ckd"],
        ),
        ("new.ckd", 2, &["--device"]),
    ] {
        let ran = folder
            .run(&format!("image create {line}"))
            .ends(code)
            .complains(words);
        assert!(!ran.err.contains(".partial"), "{}", ran.describe());
    }
    assert_eq!(names(&folder), ["there.ckd"]);
    assert_eq!(folder.read("there.ckd"), b"mine");
}

#[test]
fn every_kind_converts_to_every_other() {
    let folder = Folder::new();
    tiny::make(&folder);
    for (image, split) in [
        ("site/volumes/GSU001.ckd", true),
        ("site/volumes/GSF001.fba", false),
    ] {
        for (kind, compress) in KINDS.iter().filter(|(kind, _)| split || *kind != "split") {
            folder.ok(&format!("image convert {image} one --kind {kind} {compress}"));
            folder.ok("image check one").prints(&["sound"]);
            for (kind, compress) in KINDS.iter().filter(|(kind, _)| split || *kind != "split") {
                folder.ok(&format!("image convert one two --kind {kind} {compress} --force"));
                folder
                    .ok(&format!("image compare {image} two"))
                    .prints(&["the same"]);
            }
            folder.ok("image convert two back.ckd --kind plain --force");
            assert_same_image(&folder, image, "back.ckd");
            std::fs::remove_file(folder.file("one")).unwrap();
        }
    }
}

#[test]
fn convert_refuses_to_overwrite() {
    let folder = Folder::new();
    folder.ok("image create a.ckd --device 3390 --cylinders 2 --volser AAA001");
    folder.write("b.cckd", "mine");
    folder
        .run("image convert a.ckd b.cckd")
        .ends(3)
        .complains(&["b.cckd", "--force"]);
    assert_eq!(folder.read("b.cckd"), b"mine");
    let before = folder.read("a.ckd");
    folder
        .run("image convert a.ckd a.ckd --force")
        .ends(2)
        .complains(&["being read"]);
    folder
        .run("image convert a.ckd ./a.ckd --force")
        .ends(2)
        .complains(&["being read"]);
    assert_eq!(folder.read("a.ckd"), before);
    folder
        .run("image convert b.cckd c.ckd")
        .ends(3)
        .complains(&["b.cckd"]);
    folder
        .run("image convert missing.ckd c.ckd")
        .ends(3)
        .complains(&["missing.ckd"]);
    folder
        .run("image convert a.ckd c.ckd --shadows auto")
        .ends(3)
        .complains(&["shadow", "a.ckd"]);
    folder
        .run("image convert a.ckd c.ckd --compress bzip2")
        .ends(2)
        .complains(&["--kind cckd"]);
    folder
        .run("image convert a.ckd c.cckd --level 10")
        .ends(2)
        .complains(&["10"]);
    folder.ok("image convert a.ckd b.cckd --force");
    folder.ok("image compare a.ckd b.cckd");
    assert_eq!(names(&folder), ["a.ckd", "b.cckd"]);
}

#[test]
fn a_damaged_volume_is_not_converted_and_its_copy_is_repaired() {
    let folder = Folder::new();
    tiny::make(&folder);
    std::fs::copy(folder.file("site/volumes/GSU001.ckd"), folder.file("a.ckd")).unwrap();
    let mut bytes = folder.read("a.ckd");
    // The home address of cylinder 2 head 3.
    bytes[tiny::HEADER + 2 * tiny::CYLINDER + 3 * 56_832 + 4] = 9;
    folder.write("a.ckd", &bytes);
    folder
        .run("image convert a.ckd b.cckd")
        .ends(3)
        .complains(&["cylinder 2 head 3"]);
    assert!(!folder.file("b.cckd").exists());
    let found = folder
        .run("image check a.ckd --repair c.ckd --format json")
        .ends(1)
        .json();
    let fault = &found["images"][0]["faults"][0];
    assert_eq!(
        (&fault["cylinder"], &fault["head"]),
        (&2.into(), &3.into()),
        "{found}"
    );
    assert_eq!(fault["severity"], "error");
    let lost = &found["repair"]["lost"][0];
    assert_eq!(
        (&lost["cylinder"], &lost["head"]),
        (&2.into(), &3.into()),
        "{found}"
    );
    assert_eq!(found["repair"]["sound"], true);
    assert_eq!(folder.read("a.ckd"), bytes, "the original is never touched");
    folder.ok("image check c.ckd").prints(&["sound"]);
    folder
        .run("image check a.ckd --repair c.ckd")
        .ends(3)
        .complains(&["c.ckd", "exists"]);
    folder
        .run("image check a.ckd c.ckd --repair d.ckd")
        .ends(2)
        .complains(&["--repair"]);
    let none = folder.ok("image check c.ckd --repair d.ckd");
    none.prints(&["nothing to repair"]);
    assert!(!folder.file("d.ckd").exists());
    // Too much for a repair: what was found is shown all the same.
    folder.ok("image convert site/volumes/GSU001.ckd whole.cckd");
    folder.write("cut.cckd", &folder.read("whole.cckd")[..700]);
    folder
        .run("image check cut.cckd --repair d.cckd")
        .ends(3)
        .prints(&["error: header"])
        .complains(&["d.cckd", "cut.cckd"]);
    assert!(!folder.file("d.cckd").exists());
    let compared = folder
        .run("image compare a.ckd site/volumes/GSU001.ckd --format json")
        .ends(1)
        .json();
    assert_eq!(compared["differing_units"], 1, "{compared}");
    assert_eq!(compared["differences"][0]["track"], 33, "{compared}");
    folder
        .run("image extract a.ckd --tracks 2/2-2/4")
        .ends(1)
        .prints(&["cylinder 2 head 3", "cannot be read"]);
    let info = folder.json("image info a.ckd --count --map");
    assert_eq!(info["images"][0]["content"]["unreadable"], 1, "{info}");
    assert!(
        info["images"][0]["map"]["rows"][0]
            .as_str()
            .unwrap()
            .contains('?')
    );
}

#[test]
fn differences_are_listed_up_to_a_limit() {
    let folder = Folder::new();
    tiny::make(&folder);
    folder.ok("image convert site/volumes/GSU001.ckd before.cckd");
    let changed = folder.json("site mutate site --percent 50 --seed 4");
    assert!(changed.is_object());
    folder.ok("image compare site/volumes/GSU001.ckd site/volumes/GSU001.ckd");
    let compared = folder
        .run("image compare before.cckd site/volumes/GSU001.ckd --limit 2 --format json")
        .ends(1)
        .json();
    assert_eq!(compared["differences"].as_array().unwrap().len(), 2, "{compared}");
    assert!(compared["omitted"].as_u64().unwrap() > 0 && compared["same"] == false);
    folder
        .run("image compare before.cckd site/volumes/GSU001.ckd --limit 2")
        .ends(1)
        .prints(&["more; --limit", "different:"]);
    folder
        .run("image compare before.cckd site/volumes/GSF001.fba")
        .ends(1)
        .prints(&["the first is a 3390", "the second a FBA"]);
}

#[test]
fn records_and_blocks_are_shown_and_extracted() {
    let folder = Folder::new();
    folder.ok("image create a.ckd --device 3390 --cylinders 2 --volser AAA001");
    folder
        .ok("image extract a.ckd --track 0/0")
        .prints(&["R3", "*VOL1AAA001", "E5D6D3F1"]);
    let shown = folder.json("image extract a.ckd --tracks 0/0-1/0");
    assert_eq!(shown["tracks"].as_array().unwrap().len(), 16);
    let label = &shown["tracks"][0]["records"][3];
    assert_eq!(
        (&label["key_text"], &label["data_length"]),
        (&"VOL1".into(), &80.into())
    );
    assert!(label["data_text"].as_str().unwrap().starts_with("VOL1AAA001"));
    assert!(
        label["data"]
            .as_str()
            .unwrap()
            .starts_with("e5d6d3f1c1c1c1f0f0f1")
    );
    folder.ok("image extract a.ckd --track 0/0 --raw --to track");
    let track = folder.read("track");
    assert_eq!(track, folder.read("a.ckd")[512..512 + track.len()]);
    assert!(track.ends_with(&[0xFF; 8]));
    let streamed = folder
        .command("image extract a.ckd --track 0/0 --raw")
        .output()
        .unwrap();
    assert_eq!(streamed.stdout, track);
    folder.ok("image create f.fba --device 3370 --blocks 200 --volser FBA001");
    folder
        .ok("image extract f.fba --block 1")
        .prints(&["block 1", "*VOL1FBA001"]);
    folder.ok("image extract f.fba --block 0 --count 3 --raw --to blocks");
    assert_eq!(folder.read("blocks"), folder.read("f.fba")[..3 * 512]);
    for (line, words) in [
        ("a.ckd", &["--track"][..]),
        ("a.ckd --block 0", &["--track"]),
        ("f.fba --track 0/0", &["--block"]),
        ("a.ckd --track 2/0", &["cylinder 2 head 0", "0 to 1"]),
        ("a.ckd --track 0/15", &["heads 0 to 14"]),
        ("a.ckd --track 0", &["12/3"]),
        ("a.ckd --track 0/x", &["12/3"]),
        ("a.ckd --track -1/0", &["-1"]),
        ("a.ckd --tracks 0/0", &["0/0-0/14"]),
        ("a.ckd --tracks 1/0-0/0", &["behind"]),
        ("f.fba --block 199 --count 2", &["block 200", "200 blocks"]),
        ("f.fba --block 4294967295 --count 4294967295", &["200 blocks"]),
        ("f.fba --block 0 --count 0", &["0"]),
        ("a.ckd --track 0/0 --to x", &["--raw"]),
        ("a.ckd --track 0/0 --raw --format json", &["--to"]),
        ("a.ckd --track 0/0 --raw --to a.ckd --force", &["being read"]),
    ] {
        folder
            .run(&format!("image extract {line}"))
            .ends(2)
            .complains(words);
    }
    folder
        .run("image extract a.ckd --track 0/0 --raw --to track")
        .ends(3)
        .complains(&["exists", "--force"]);
}

#[test]
fn minidisks_of_a_directory_and_the_picture() {
    let folder = Folder::new();
    tiny::make(&folder);
    let info = folder.json("image info site/volumes/GSU001.ckd --directory site/USER.DIRECT --map --count");
    let image = &info["images"][0];
    let disks = image["minidisks"]["disks"].as_array().unwrap();
    let shown: Vec<_> = disks
        .iter()
        .map(|disk| (disk["user"].as_str().unwrap(), disk["first"].as_u64().unwrap()))
        .collect();
    assert_eq!(shown, [("LNX00001", 1), ("LNX00002", 3)]);
    assert_eq!(
        image["minidisks"]["gaps"][0],
        serde_json::json!({"first": 0, "count": 1})
    );
    assert_eq!(image["minidisks"]["free"], 1);
    assert_eq!(image["map"]["rows"].as_array().unwrap().len(), 1, "{info}");
    let row = image["map"]["rows"][0].as_str().unwrap();
    assert_eq!((row.len(), &row[..1]), (4, "L"), "{info}");
    assert!(row[1..].chars().all(|cell| "Mm".contains(cell)), "{row}");
    folder
        .ok("image info site/volumes/GSU001.ckd --directory site/USER.DIRECT --map")
        .prints(&["LNX00001 0100", "cylinders 1-2", "free", "M minidisk", "owner"]);
    folder.write(
        "OVERLAP.DIRECT",
        "USER A NOLOG 1M 1M G\n MDISK 191 3390 1 2 GSU001 MR\n MDISK 192 3390 2 9 GSU001 MR\n",
    );
    folder
        .ok("image info site/volumes/GSU001.ckd --directory OVERLAP.DIRECT --map")
        .prints(&[
            "overlap",
            "A 0191 and A 0192",
            "beyond the end",
            "! minidisks overlap",
        ]);
    folder
        .run("image info site/volumes/GSU001.ckd --directory missing.direct")
        .ends(3)
        .complains(&["missing.direct"]);
    folder.ok("image create empty.ckd --device 3390 --cylinders 2");
    folder
        .ok("image info empty.ckd --directory site/USER.DIRECT --map")
        .prints(&["without a label", "."]);
    folder
        .ok("image info site/volumes/GSF001.fba --map --count --directory site/USER.DIRECT")
        .prints(&["LNX00003 0200"]);
}

#[test]
fn shadows_are_merged_named_and_never_taken_for_images() {
    if !tools(&["dasdinit"]) {
        return;
    }
    let folder = Folder::new();
    folder.ok("image create vm.cckd --device 3390 --cylinders 2 --volser BASE01");
    // A shadow file without a changed track: a header that says so, and a table that points to the base everywhere.
    let mut shadow = folder.read("vm.cckd")[..1024 + 4].to_vec();
    shadow[..8].copy_from_slice(b"CKD_S370");
    shadow[1024..].fill(0xFF);
    assert_eq!(shadow.len(), 0x0404);
    let length = [4, 4, 0, 0];
    shadow[512 + 24..512 + 28].copy_from_slice(&length);
    shadow[512 + 28..512 + 32].copy_from_slice(&length);
    folder.write("vm_1.cckd", &shadow);
    folder
        .ok("image merge vm.cckd --to merged.cckd")
        .prints(&["vm_1.cckd"]);
    folder.ok("image compare vm.cckd merged.cckd");
    folder
        .ok("image convert vm.cckd auto.ckd --shadows auto")
        .prints(&["vm_1.cckd"]);
    folder.ok("image convert vm.cckd named.ckd --shadows vm_1.cckd");
    folder.ok("image compare auto.ckd named.ckd");
    for line in [
        "image info vm_1.cckd",
        "image convert vm_1.cckd x.ckd",
        "backup --image vm_1.cckd --repo r",
    ] {
        folder
            .run(line)
            .ends(3)
            .complains(&["vm_1.cckd", "shadow", "ssibackup image merge"]);
    }
    // Whoever reads the base alone is told.
    folder
        .ok("image info vm.cckd")
        .complains(&["vm_1.cckd", "--shadows"]);
    folder.ok("backup --image vm.cckd --shadows --repo repository");
    folder
        .run("image merge merged.cckd --to x.ckd")
        .ends(3)
        .complains(&["merged.cckd", "no shadow files"]);
    folder
        .run("image merge missing.cckd --to x.ckd")
        .ends(3)
        .complains(&["missing.cckd"]);
    folder
        .run("image merge vm.cckd --to vm_1.cckd --force")
        .ends(2)
        .complains(&["being read"]);
    folder
        .run("image merge vm.cckd merged.cckd --to x.ckd")
        .ends(3)
        .complains(&["merged.cckd"]);
}

#[test]
fn images_of_ours_are_right_for_the_tools() {
    if !tools(&["cckd2ckd", "ckd2cckd", "cckdcdsk"]) {
        return;
    }
    let folder = Folder::new();
    tiny::make(&folder);
    let source = "site/volumes/GSU001.ckd";
    for compress in ["none", "zlib", "bzip2"] {
        folder.ok(&format!(
            "image convert {source} ours.cckd --compress {compress} --force"
        ));
        let copy = folder.file("copy.cckd");
        std::fs::copy(folder.file("ours.cckd"), copy).unwrap();
        tool(&folder, "cckdcdsk -ro -2 copy.cckd");
        tool(&folder, "cckd2ckd -q ours.cckd theirs.ckd");
        assert_same_image(&folder, source, "theirs.ckd");
        tool(&folder, "ckd2cckd -q theirs.ckd theirs.cckd");
        folder.ok("image check theirs.cckd");
        folder.ok("image convert theirs.cckd back.ckd --force");
        assert_same_image(&folder, source, "back.ckd");
        remove(&folder, &["theirs.ckd", "theirs.cckd"]);
    }
}

#[test]
fn real_images_are_read_checked_and_converted() {
    let Some(originals) = real_images() else { return };
    if !tools(&["cckd2ckd", "cckdcdsk"]) {
        return;
    }
    let folder = Folder::new();
    for image in ["vm50u1.cckd", "vsamin.cckd", "emx370-gcc202.3350.ckd"] {
        std::fs::copy(originals.join(image), folder.file(image)).unwrap();
        let ran = folder.ok(&format!("image check {image}"));
        assert!(!ran.out.contains("error:"), "{}", ran.describe());
        folder
            .ok(&format!("image info {image} --count --map"))
            .prints(&["content", "map"]);
        folder.ok(&format!("image convert {image} small.cckd --force"));
        tool(&folder, "cckdcdsk -ro -2 small.cckd");
        folder.ok("image convert small.cckd large.ckd --force");
        folder
            .ok(&format!("image compare {image} large.ckd"))
            .prints(&["the same"]);
        if image.ends_with(".cckd") {
            tool(&folder, &format!("cckd2ckd -q {image} theirs.ckd"));
            assert_same_image(&folder, "large.ckd", "theirs.ckd");
            std::fs::remove_file(folder.file("theirs.ckd")).unwrap();
        }
    }
    // The real shadow over the blank base that it was made for.
    std::fs::copy(
        originals.join("vm3350-6_1.shadow"),
        folder.file("vm3350-6_1.cckd"),
    )
    .unwrap();
    folder.ok("image create vm3350-6.cckd --device 3350 --cylinders 555");
    folder
        .ok("image merge vm3350-6.cckd --to merged.cckd")
        .prints(&["vm3350-6_1.cckd"]);
    tool(&folder, "cckdcdsk -ro -2 merged.cckd");
    folder.ok("image check merged.cckd").prints(&["sound"]);
    let merged = folder.json("image info merged.cckd --count");
    assert_eq!(merged["images"][0]["label"]["volser"], "VM50-6", "{merged}");
    assert_eq!(merged["images"][0]["content"]["formatted"], 437, "{merged}");
    // The shadow is checked as it is, and refused where a whole volume is needed.
    let shadow = originals.join("vm3350-6_1.shadow");
    folder.ok(&format!("image check {}", shadow.display()));
    folder
        .run(&format!("image info {}", shadow.display()))
        .ends(3)
        .complains(&["ssibackup image merge"]);
}

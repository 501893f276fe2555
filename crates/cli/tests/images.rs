//! Plain DASD images without a site: real volumes and volumes of the Hercules tools go into a repository and come
//! back as the tools themselves would expand them.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "tests read files, run tools and look at the environment themselves"
)]

mod support;

use support::oracle::{assert_same_image, real_images, tool, tools};
use support::{Folder, tiny};

/// Backs `images` (file, volser) up into one repository, lists them, verifies them, and restores each to
/// `VOLSER.back`.
fn there_and_back(folder: &Folder, images: &[(&str, &str)]) {
    for (image, _) in images {
        folder.ok(&format!("backup --image {image} --repo repository"));
    }
    let listed = folder.json("list repository --domains");
    let copies = listed["copies"].as_array().unwrap();
    for (image, volser) in images {
        let named = copies.iter().any(|copy| copy["volser"] == *volser);
        assert!(named, "{image} is not listed as {volser}: {listed}");
        let back = folder.ok(&format!(
            "restore repository --volser {volser} --latest --to {volser}.back"
        ));
        back.prints(&[volser, "restored"]);
    }
    folder.ok("verify repository --read-data");
}

#[test]
fn real_volumes_come_back_as_the_tools_expand_them() {
    let Some(originals) = real_images() else { return };
    if !tools(&["cckd2ckd"]) {
        return;
    }
    let folder = Folder::new();
    let volumes = [
        ("vm50u1.cckd", "VM50U1"),
        ("vsamin.cckd", "VSAMIN"),
        // It has no label and goes by its file.
        ("emx370-gcc202.3350.ckd", "EMX370-GCC202.3350"),
    ];
    for (image, _) in volumes {
        std::fs::copy(originals.join(image), folder.file(image)).unwrap();
    }
    there_and_back(&folder, &volumes);
    for (image, volser) in volumes {
        let back = format!("{volser}.back");
        if image.ends_with(".cckd") {
            tool(&folder, &format!("cckd2ckd -q {image} {volser}.theirs"));
            assert_same_image(&folder, &back, &format!("{volser}.theirs"));
            std::fs::remove_file(folder.file(&format!("{volser}.theirs"))).unwrap();
        } else {
            assert_same_image(&folder, &back, image);
        }
        std::fs::remove_file(folder.file(&back)).unwrap();
    }
}

/// Every disk image beside the repository is either backed up or refused with a reason; none is forgotten here.
#[test]
fn no_real_image_is_passed_over() {
    let Some(originals) = real_images() else { return };
    let folder = Folder::new();
    let mut seen = Vec::new();
    for entry in std::fs::read_dir(originals).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if name.ends_with(".aws") || name.ends_with(".het") {
            continue;
        }
        let ran = folder.run(&format!(
            "backup --image {} --repo {name}.repository",
            path.display()
        ));
        if name.ends_with(".shadow") {
            ran.ends(3).complains(&[&name, "shadow", "base image"]);
        } else {
            ran.ends(0);
        }
        seen.push(name);
    }
    assert!(seen.len() >= 4, "{seen:?}");
}

#[test]
fn volumes_of_dasdinit() {
    if !tools(&["dasdinit", "cckd2ckd", "cfba2fba"]) {
        return;
    }
    let folder = Folder::new();
    for line in [
        "dasdinit a.3390 3390 PLN390 3",
        "dasdinit a.3380 3380 PLN380 3",
        "dasdinit a.3350 3350 PLN350 3",
        "dasdinit -z z.cckd 3390 ZLB390 3",
        "dasdinit -bz2 b.cckd 3390 BZP390 3",
        "dasdinit -linux -z l.cckd 3390 LNX390 3",
        "dasdinit a.3310 3310 FBA310 1200",
    ] {
        tool(&folder, line);
    }
    let volumes = [
        ("a.3390", "PLN390"),
        ("a.3380", "PLN380"),
        ("a.3350", "PLN350"),
        ("z.cckd", "ZLB390"),
        ("b.cckd", "BZP390"),
        ("l.cckd", "LNX390"),
        // The label of an FBA volume is not read; the image goes by its file.
        ("FBA310=a.3310", "FBA310"),
    ];
    there_and_back(&folder, &volumes);
    for (image, volser) in volumes {
        let back = format!("{volser}.back");
        match image {
            "FBA310=a.3310" => assert_same_image(&folder, &back, "a.3310"),
            _ if image.ends_with(".cckd") => {
                tool(&folder, &format!("cckd2ckd -q {image} {volser}.theirs"));
                assert_same_image(&folder, &back, &format!("{volser}.theirs"));
            }
            _ => assert_same_image(&folder, &back, image),
        }
    }
}

#[test]
fn volumes_of_dasdload() {
    if !tools(&["dasdload", "ckd2cckd", "cckd2ckd", "dasdseq"]) {
        return;
    }
    let folder = Folder::new();
    let cards: Vec<u8> = (0..500_usize * 80)
        .map(|at| 0x40 + u8::try_from(at * 7 % 150).unwrap())
        .collect();
    folder.write("cards.ebc", &cards);
    folder.write(
        "load.ctl",
        "LOAD01 3390 4\n*\nSYS1.VTOC VTOC TRK 10\nTEST.SEQ SEQ cards.ebc TRK 5 1 0 PS FB 80 800 0\n\
         TEST.EMPTY EMPTY CYL 1 1 0 PS F 80 800 0\n",
    );
    tool(&folder, "dasdload load.ctl load.3390 2");
    tool(&folder, "ckd2cckd -q load.3390 load.cckd");
    there_and_back(
        &folder,
        &[("load.3390", "LOAD01"), ("CMP001=load.cckd", "CMP001")],
    );
    assert_same_image(&folder, "LOAD01.back", "load.3390");
    assert_same_image(&folder, "CMP001.back", "load.3390");
    // The second image holds what the first does: nothing of it is stored a second time.
    let listed = folder.json("list repository --volser CMP001");
    assert_eq!(listed["copies"][0]["totals"]["new_chunks"], 0, "{listed}");
    tool(&folder, "dasdseq LOAD01.back TEST.SEQ");
    assert!(folder.read("TEST.SEQ") == cards);
}

#[test]
fn a_volume_of_ours_passes_the_tools_unchanged() {
    if !tools(&["ckd2cckd", "cckd2ckd", "cckdcdsk"]) {
        return;
    }
    let folder = Folder::new();
    tiny::make(&folder);
    std::fs::copy(folder.file("site/volumes/GSU001.ckd"), folder.file("ours.ckd")).unwrap();
    tool(&folder, "ckd2cckd -q ours.ckd theirs.cckd");
    tool(&folder, "cckd2ckd -q theirs.cckd theirs.ckd");
    assert_same_image(&folder, "ours.ckd", "theirs.ckd");
    // And what we restore of their compressed form is what we had written.
    folder.ok("backup --image theirs.cckd --repo repository");
    folder.ok("restore repository --latest --to back.ckd");
    assert_same_image(&folder, "ours.ckd", "back.ckd");
}

#[test]
fn two_images_of_one_name_are_told_apart() {
    let folder = Folder::new();
    tiny::make(&folder);
    for member in ["A", "B"] {
        std::fs::copy(
            folder.file(&format!("site/volumes/GSCRAT-{member}.ckd")),
            folder.file(&format!("{member}.ckd")),
        )
        .unwrap();
    }
    folder
        .run("backup --image A.ckd B.ckd --repo repository")
        .ends(3)
        .complains(&["A.ckd", "B.ckd", "GSCRAT", "--image NAME="]);
    assert!(
        !folder.file("repository").exists(),
        "a refused backup leaves nothing"
    );
    folder.ok("backup --image A.ckd OTHER=B.ckd --repo repository");
    folder.ok("restore repository --volser GSCRAT --latest --to A.back");
    folder.ok("restore repository --volser OTHER --latest --to B.back");
    assert_same_image(&folder, "A.back", "A.ckd");
    assert_same_image(&folder, "B.back", "B.ckd");
    assert!(folder.read("A.ckd") != folder.read("B.ckd"));
    // With two volumes in it the repository asks which is meant.
    folder
        .run("restore repository --latest --to C.back")
        .ends(2)
        .complains(&["GSCRAT", "OTHER", "--volser"]);
    assert!(!folder.file("C.back").exists());
}

#[test]
fn a_repository_of_one_volume_needs_no_selector() {
    let folder = Folder::new();
    tiny::make(&folder);
    folder.ok("backup --image site/volumes/GSU001.ckd --repo repository");
    folder.ok("restore repository --latest --to first.ckd");
    assert_same_image(&folder, "first.ckd", "site/volumes/GSU001.ckd");
    // A second backup of the changed volume is another version of the same volume: still no selector.
    folder.ok("site mutate site --percent 20 --seed 9");
    let run = folder.json("backup --image site/volumes/GSU001.ckd --repo repository");
    assert_eq!(run["jobs"][0]["copied"], 1, "{run}");
    folder.ok("restore repository --latest --to second.ckd");
    assert_same_image(&folder, "second.ckd", "site/volumes/GSU001.ckd");
    folder.ok("restore repository --instance IMAGES/1 --to again.ckd");
    assert_same_image(&folder, "again.ckd", "first.ckd");
    assert!(folder.read("first.ckd") != folder.read("second.ckd"));
    let run = folder.json("backup --image site/volumes/GSU001.ckd --repo repository");
    assert_eq!(run["jobs"][0]["unchanged"], 1, "{run}");
    assert_eq!(run["jobs"][0]["stored_bytes"], 0, "{run}");
}

#[test]
fn split_images_of_the_tools() {
    if !tools(&["dasdinit"]) {
        return;
    }
    let folder = Folder::new();
    // Two halves of a volume, as the tools split one that is too large for a file.
    tool(&folder, "dasdinit whole.3390 3390 SPLIT1 4");
    let whole = folder.read("whole.3390");
    let mut first = whole[..tiny::HEADER + 2 * tiny::CYLINDER].to_vec();
    let mut second = whole[..tiny::HEADER].to_vec();
    second.extend_from_slice(&whole[tiny::HEADER + 2 * tiny::CYLINDER..]);
    // Byte 17 of the header counts the files, bytes 18 and 19 are the last cylinder of all but the last.
    (first[17], first[18]) = (1, 1);
    second[17] = 2;
    folder.write("part_1.3390", first);
    folder.write("part_2.3390", second);
    folder.ok("backup --image part_1.3390 --repo repository");
    folder.ok("restore repository --latest --to back.3390");
    assert_same_image(&folder, "back.3390", "whole.3390");
}

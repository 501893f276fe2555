//! Tapes: real ones are listed and taken apart, and the Hercules tools read those that the program makes.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "tests read files, run tools and look at the environment themselves"
)]

mod support;

use std::path::Path;
use std::process::Command;

use support::Folder;
use support::oracle::{real_images, tool, tools};

/// A folder with copies of the two real tapes as `sl.het` and `cms.aws`.
fn real_tapes() -> Option<Folder> {
    let images = real_images()?;
    let folder = Folder::new();
    for (image, name) in [("j90009.het", "sl.het"), ("cms-cp-help.vmfplc2.aws", "cms.aws")] {
        folder.write(name, std::fs::read(images.join(image)).unwrap());
    }
    Some(folder)
}

/// What a Hercules tool prints.
fn printed(folder: &Folder, line: &str) -> String {
    let mut words = line.split_whitespace();
    let output = Command::new(words.next().unwrap())
        .args(words)
        .current_dir(folder.path())
        .output()
        .unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn names(folder: &Folder, below: &str) -> Vec<String> {
    let name = |path: &std::path::PathBuf| path.file_name().unwrap().to_string_lossy().into_owned();
    folder.files_below(below).iter().map(name).collect()
}

#[test]
fn a_real_labelled_tape_is_listed_and_taken_apart() {
    let Some(folder) = real_tapes() else { return };
    let info = folder.json("tape info sl.het");
    let tape = &info["tapes"][0];
    assert_eq!(tape["format"], "HET, zlib");
    assert_eq!(tape["label"]["volser"], "J90009");
    assert_eq!(tape["datasets"][0]["name"], "SMPMCS");
    assert_eq!(tape["datasets"][0]["lrecl"], 80);
    assert_eq!(tape["datasets"][2]["blocks"], 7);
    assert_eq!(tape["sound"], true);
    folder
        .ok("tape info sl.het")
        .prints(&["J90009", "PUBLIC", "M023000.F2", "VS"]);

    folder.ok("tape extract sl.het --all --to out");
    assert_eq!(names(&folder, "out"), ["M023000.F1", "M023000.F2", "SMPMCS"]);
    folder.ok("tape extract sl.het --file 2 --to out");
    assert_eq!(folder.read("out/file0002"), folder.read("out/SMPMCS"));
    folder.ok("tape extract sl.het --dataset smpmcs --text --to text");
    let text = String::from_utf8(folder.read("text/SMPMCS")).unwrap();
    assert!(text.starts_with("++USERMOD(M023000) /* EDM1102"), "{text}");
    assert_eq!(text.lines().count(), 886);
    folder
        .run("tape extract sl.het --dataset NIX --to text")
        .ends(3)
        .complains(&["NIX", "SMPMCS"]);
    folder
        .run("tape extract sl.het --file 11 --to text")
        .ends(3)
        .complains(&["no tape file 11", "tape info"]);
}

/// The tool takes the same dataset apart into the same records.
#[test]
fn hetget_agrees_about_a_real_dataset() {
    let Some(folder) = real_tapes() else { return };
    if !tools(&["hetget"]) {
        return;
    }
    tool(&folder, "hetget sl.het theirs 1 FB 80 7200");
    folder.ok("tape extract sl.het --dataset SMPMCS --records --to out");
    assert!(folder.read("theirs") == folder.read("out/SMPMCS"));
}

#[test]
fn real_cms_files_come_out_readable() {
    let Some(folder) = real_tapes() else { return };
    let info = folder.json("tape info cms.aws");
    let files = info["tapes"][0]["cms"].as_array().unwrap();
    assert_eq!((files.len(), &files[0]["name"]), (46, &"BISON".into()));
    folder.ok("tape extract cms.aws --all --to all");
    assert_eq!(folder.files_below("all").len(), 46);
    let mut command = folder.command("tape extract cms.aws --to text --text --cms");
    let output = command.arg("p* helpcmd").output().unwrap();
    assert!(output.status.success());
    assert_eq!(names(&folder, "text").len(), 7);
    let text = String::from_utf8(folder.read("text/PASCAL.HELPCMD")).unwrap();
    assert!(
        text.starts_with("PASCAL ") && text.lines().count() == 19,
        "{text}"
    );
    folder
        .run("tape extract cms.aws --cms NOSUCH --to text")
        .ends(3)
        .complains(&["NOSUCH", "tape info"]);
    folder
        .run("tape extract sl.het --cms PROFILE --to text")
        .ends(3)
        .complains(&["no CMS files"]);
}

/// Text in records of the form that an option asks for.
const LINES: &str = "ALPHA\n\nbeta = {1}\n";

#[test]
fn text_goes_to_a_tape_and_comes_back() {
    let folder = Folder::new();
    folder.write("notes.txt", LINES);
    folder.write("B", "second\n");
    for (name, options) in [
        ("a.aws", ""),
        ("b.het", "--recfm FB --lrecl 20 --blksize 40"),
        ("c.het", "--compress bzip2 --recfm V --lrecl 84 --blksize 88"),
        ("d.aws", "--compress zlib --recfm F"),
        ("e.aws", "--recfm U"),
    ] {
        folder.ok(&format!(
            "tape create {name} --volser TST001 --owner ME {options} --text notes.txt OTHER.NAME=B"
        ));
        let to = format!("{name}.out");
        folder.ok(&format!("tape extract {name} --all --text --to {to}"));
        assert_eq!(names(&folder, &to), ["NOTES.TXT", "OTHER.NAME"], "{name}");
        let back = String::from_utf8(folder.read(&format!("{to}/NOTES.TXT"))).unwrap();
        assert_eq!(back, LINES, "{name}");
        let info = folder.json(&format!("tape info {name}"));
        assert_eq!(info["tapes"][0]["sound"], true, "{name}");
        assert_eq!(info["tapes"][0]["label"]["owner"], "ME", "{name}");
    }
}

#[test]
fn records_come_back_byte_for_byte() {
    let folder = Folder::new();
    folder.write("lines", LINES);
    folder.write("bytes", (0..=255u8).cycle().take(100_000).collect::<Vec<_>>());
    folder.ok("tape create v.aws --volser V --text --recfm VB --lrecl 84 --blksize 3120 lines");
    folder.ok("tape extract v.aws --all --records --to v");
    folder.ok("tape create w.aws --volser V --recfm VB --lrecl 84 --blksize 3120 v/LINES");
    assert_eq!(folder.read("v.aws"), folder.read("w.aws"));
    for options in ["", "--blksize 1000", "--recfm FB --lrecl 100", "--compress zlib"] {
        folder.ok(&format!("tape create u.aws --force --volser U {options} bytes"));
        folder.ok("tape extract u.aws --dataset BYTES --to u --force");
        assert_eq!(folder.read("u/BYTES"), folder.read("bytes"), "{options}");
    }
}

#[test]
fn the_hercules_tools_read_what_is_made() {
    if !tools(&["hetmap", "hetget"]) {
        return;
    }
    let folder = Folder::new();
    let cards: Vec<u8> = (0..100u8).flat_map(|card| [card; 80]).collect();
    folder.write("cards", &cards);
    for compress in ["none", "zlib", "bzip2"] {
        let (name, out) = (format!("{compress}.tape"), format!("{compress}.out"));
        folder.ok(&format!(
            "tape create {name} --volser HERC01 --compress {compress} --recfm FB --blksize 3200 cards FIRST.TWO=cards"
        ));
        let map = printed(&folder, &format!("hetmap -t {name}"));
        for line in [
            "VOL1HERC01",
            "HDR1CARDS",
            "HDR2F0320000080",
            "HDR1FIRST.TWO",
            "EOF1CARDS",
        ] {
            assert!(map.contains(line), "{compress}: {line} in {map}");
        }
        assert!(
            map.contains("File 2: Blocks=3, block size min=1600, max=3200"),
            "{map}"
        );
        // On labelled tapes the tool counts datasets.
        for dataset in [1, 2] {
            tool(&folder, &format!("hetget {name} {out} {dataset} FB 80 3200"));
            assert!(folder.read(&out) == cards, "{compress}, dataset {dataset}");
        }
        folder.ok(&format!(
            "tape create {name} --force --label nl --compress {compress} --recfm FB --blksize 3200 cards"
        ));
        tool(&folder, &format!("hetget -n {name} {out} 1 FB 80 3200"));
        assert!(folder.read(&out) == cards, "{compress} without labels");
    }
}

#[test]
fn an_initialised_tape_is_that_of_hercules() {
    if !tools(&["hetinit"]) {
        return;
    }
    let folder = Folder::new();
    folder.ok("tape create ours --volser TAP001 --owner OWNER");
    tool(&folder, "hetinit -d theirs TAP001 OWNER");
    assert_eq!(folder.read("ours"), folder.read("theirs"));
    folder.ok("tape create ours --force --label nl");
    tool(&folder, "hetinit -n nolabel");
    assert_eq!(folder.read("ours"), folder.read("nolabel"));
}

#[test]
fn damage_is_found_and_what_is_sound_comes_out() {
    let folder = Folder::new();
    folder.write("ONE", [0x40; 200]);
    folder.write("TWO", [0x41; 200]);
    folder.ok("tape create good.aws --volser DAM001 --blksize 100 ONE TWO");
    let good = folder.read("good.aws");

    // The second block of the first dataset gets flags that mean nothing.
    let at = good
        .windows(6)
        .position(|header| header == [100, 0, 100, 0, 0xA0, 0])
        .unwrap();
    let mut bad = good.clone();
    bad[at + 4] = 0xFF;
    folder.write("flags.aws", &bad);
    let run = folder.run("tape info flags.aws --format json").ends(1);
    let damage = &run.json()["tapes"][0]["damages"][0];
    assert_eq!((&damage["file"], &damage["block"]), (&2.into(), &2.into()));
    assert_eq!(damage["offset"], at);
    folder
        .run("tape info flags.aws")
        .ends(1)
        .prints(&["damage", "file 2, block 2", "X'FF00'"]);
    folder
        .run("tape extract flags.aws --dataset ONE --to out")
        .ends(3)
        .complains(&["file 2, block 2"]);
    assert!(!folder.file("out/ONE").exists() && !folder.file("out/.ONE.partial").exists());

    // Its trailer counts three blocks: the next dataset is still sound.
    let mut counted = good.clone();
    let label = good
        .windows(4)
        .position(|label| label == [0xC5, 0xD6, 0xC6, 0xF1])
        .unwrap();
    counted[label + 59] = 0xF3;
    folder.write("count.aws", &counted);
    folder
        .run("tape info count.aws")
        .ends(1)
        .prints(&["problem", "counts 3 blocks, 2 were read"]);
    folder
        .run("tape extract count.aws --all --to out")
        .ends(1)
        .prints(&["FAILED dataset ONE", "dataset TWO ->"]);
    assert_eq!(names(&folder, "out"), ["TWO"]);

    folder.write("cut.aws", &good[..good.len() - 40]);
    folder.run("tape info cut.aws").ends(1).prints(&["cut short"]);
    folder.write("noise", b"this is no tape at all");
    folder
        .run("tape info noise")
        .ends(3)
        .complains(&["noise", "no tape image"]);
    folder
        .run("tape info missing")
        .ends(3)
        .complains(&["cannot open missing"]);
    folder.write("blank.aws", b"");
    folder.ok("tape info blank.aws").prints(&["blank"]);
}

#[test]
fn names_on_a_tape_lead_nowhere() {
    let folder = Folder::new();
    folder.write("ONE", [0x40; 10]);
    folder.ok("tape create good.aws --volser EVIL01 NAME1234.DATA.X=ONE");
    let mut image = folder.read("good.aws");
    let name: Vec<u8> = "NAME1234.DATA.X".bytes().map(ebcdic).collect();
    let evil: Vec<u8> = "../../../evil/x".bytes().map(ebcdic).collect();
    while let Some(at) = image.windows(name.len()).position(|text| text == name) {
        image[at..at + name.len()].copy_from_slice(&evil);
    }
    folder.write("evil.aws", &image);
    folder.ok("tape extract evil.aws --all --to deep/out");
    assert_eq!(names(&folder, "deep"), ["_.._.._.._evil_x"]);
}

fn ebcdic(letter: u8) -> u8 {
    let table: [(&[u8], u8); 7] = [
        (b"ABCDEFGHI", 0xC1),
        (b"JKLMNOPQR", 0xD1),
        (b"STUVWXYZ", 0xE2),
        (b"0123456789", 0xF0),
        (b"abcdefghi", 0x81),
        (b"jklmnopqr", 0x91),
        (b"stuvwxyz", 0xA2),
    ];
    for (letters, first) in table {
        if let Some(at) = letters.iter().position(|&other| other == letter) {
            return first + u8::try_from(at).unwrap();
        }
    }
    if letter == b'.' { 0x4B } else { 0x61 }
}

#[test]
fn nothing_is_overwritten_without_force() {
    let folder = Folder::new();
    folder.write("A", "text\n");
    folder.ok("tape create t.aws --volser T A");
    let before = folder.read("t.aws");
    folder
        .run("tape create t.aws --volser U A")
        .ends(3)
        .complains(&["t.aws exists", "--force"]);
    assert_eq!(folder.read("t.aws"), before);
    folder.write("out/A", "precious");
    folder
        .run("tape extract t.aws --all --to out")
        .ends(3)
        .complains(&["A exists", "--force"]);
    assert_eq!(folder.read("out/A"), b"precious");
    folder.ok("tape extract t.aws --all --to out --force");
    assert_eq!(folder.read("out/A"), b"text\n");
    folder
        .run("tape create v.aws --volser V MISSING")
        .ends(3)
        .complains(&["MISSING"]);
    folder.write("long", "x".repeat(100));
    folder
        .run("tape create v.aws --volser V --text --recfm FB long")
        .ends(3)
        .complains(&["long", "line 1", "100 bytes"]);
    folder.write("foreign", "\u{20AC}\n");
    folder
        .run("tape create v.aws --volser V --text foreign")
        .ends(3)
        .complains(&["line 1", "code page 037"]);
    assert!(!Path::new(&folder.file("v.aws")).exists() && !folder.file(".v.aws.partial").exists());
}

#[test]
fn wrong_use_is_told_from_failure() {
    let folder = Folder::new();
    folder.write("A", "text\n");
    for line in [
        "tape create t.aws A",
        "tape create t.aws --volser TOOLONG1 A",
        "tape create t.aws --label nl --volser T A",
        "tape create t.aws --volser T --recfm X A",
        "tape create t.aws --volser T --recfm FB --lrecl 80 --blksize 100 A",
        "tape create t.aws --volser T --lrecl 80 A",
        "tape create t.aws --volser T A A",
        "tape create t.aws --volser T ??=A",
        "tape extract t.aws --to out",
        "tape extract t.aws --all --file 1 --to out",
        "tape extract t.aws --file 0 --to out",
        "tape extract t.aws --all --raw --text --to out",
        "tape extract t.aws --all --recfm ZZ --to out",
        "tape info",
    ] {
        let ran = folder.run(line);
        assert_eq!(ran.code(), Some(2), "{}", ran.describe());
    }
    assert_eq!(names(&folder, "."), ["A"]);
}

/// Damage that leaves every block in its place shows in the records of the CMS file that has it.
#[test]
fn damage_within_a_cms_file_is_listed() {
    let Some(folder) = real_tapes() else { return };
    folder.ok("tape info cms.aws");
    let mut tape = folder.read("cms.aws");
    let middle = tape.len() / 2;
    tape[middle..middle + 64].fill(0xFF);
    folder.write("torn.aws", tape);
    let info = folder.run("tape info torn.aws").ends(1).prints(&["records"]);
    let extracted = folder.run("tape extract torn.aws --all --to out").ends(1);
    assert!(
        info.out.contains("missing") == extracted.describe().contains("missing"),
        "{}",
        info.out
    );
}

/// What is on a tape apart from how its image stores it: every tape file, and how often a tapemark ends one.
fn content(folder: &Folder, name: &str) -> Vec<(serde_json::Value, Vec<u8>)> {
    let info = folder.json(&format!("tape info {name}"));
    let mut files = info["tapes"][0]["files"].as_array().unwrap().clone();
    for file in &mut files {
        file.as_object_mut().unwrap().remove("image_bytes").unwrap();
    }
    let to = format!("{name}.content");
    let bytes = |number: usize| {
        folder.ok(&format!("tape extract {name} --file {number} --force --to {to}"));
        folder.read(&format!("{to}/file{number:04}"))
    };
    (1..)
        .zip(files)
        .map(|(number, file)| (file, bytes(number)))
        .collect()
}

#[test]
fn real_tapes_keep_every_block_and_tapemark_in_every_format() {
    let Some(folder) = real_tapes() else { return };
    for real in ["sl.het", "cms.aws"] {
        let expected = content(&folder, real);
        let mut from = real.to_owned();
        for (to, options, format) in [
            ("a.aws", "", "AWSTAPE"),
            ("b.het", "", "HET, zlib"),
            ("c.tape", "--compress bzip2", "HET, bzip2"),
            ("d.tape", "--strict", "AWSTAPE"),
            ("e.aws", "--compress zlib --strict", "HET, zlib"),
            ("f.aws", "", "AWSTAPE"),
        ] {
            let view = folder.json(&format!("tape convert {from} {to} --force {options}"));
            assert_eq!(view["format"], format, "{real} to {to}");
            assert!(content(&folder, to) == expected, "{real}: {from} to {to}");
            to.clone_into(&mut from);
        }
        // The same blocks in the same format are the same image, whichever way they went.
        assert!(folder.read("a.aws") == folder.read("f.aws"), "{real}");
    }
}

#[test]
fn the_hercules_tools_convert_tapes_to_the_same_bytes() {
    let Some(folder) = real_tapes() else { return };
    if !tools(&["hetupd", "hetmap"]) {
        return;
    }
    for real in ["sl.het", "cms.aws"] {
        folder.ok(&format!("tape convert {real} ours.aws --force"));
        tool(&folder, &format!("hetupd -d {real} theirs.aws"));
        assert!(folder.read("ours.aws") == folder.read("theirs.aws"), "{real}");
        for (options, flag) in [("--compress zlib", "-z"), ("--compress bzip2", "-b")] {
            // Ours through the tool, theirs through us: both are the plain tape again.
            folder.ok(&format!("tape convert {real} ours.het --force {options}"));
            tool(&folder, "hetupd -d ours.het back.aws");
            assert!(
                folder.read("back.aws") == folder.read("theirs.aws"),
                "{real} {options}"
            );
            tool(&folder, &format!("hetupd {flag} theirs.aws theirs.het"));
            folder.ok("tape convert theirs.het again.aws --force");
            assert!(
                folder.read("again.aws") == folder.read("theirs.aws"),
                "{real} {flag}"
            );
            std::fs::remove_file(folder.path().join("theirs.het")).unwrap();
            std::fs::remove_file(folder.path().join("back.aws")).unwrap();
        }
        std::fs::remove_file(folder.path().join("theirs.aws")).unwrap();
    }
}

#[test]
fn damaged_tapes_are_not_converted_and_harmless_faults_go() {
    let folder = Folder::new();
    folder.write("cards", [7; 8000]);
    folder.ok("tape create t.aws --volser T --blksize 800 cards");
    let sound = folder.read("t.aws");

    // The link of the second chunk: no forward reader looks at it.
    let mut linked = sound.clone();
    linked[6 + 80 + 2] ^= 0x11;
    folder.write("linked.aws", &linked);
    folder
        .ok("tape convert linked.aws mended.aws")
        .prints(&["1 fault "]);
    assert_eq!(folder.read("mended.aws"), sound);

    folder.write("cut.aws", &sound[..sound.len() - 500]);
    folder.run("tape convert cut.aws new.aws").ends(3).complains(&[
        "cut.aws",
        "damaged at file",
        "offset",
        "tape info",
    ]);
    assert!(!folder.path().join("new.aws").exists());
    folder
        .run("tape convert t.aws mended.aws")
        .ends(3)
        .complains(&["mended.aws exists", "--force"]);
    folder
        .run("tape convert t.aws ./t.aws --force")
        .ends(2)
        .complains(&["into itself"]);
    folder
        .run("tape convert cards x.aws")
        .ends(3)
        .complains(&["no tape image"]);
    assert_eq!(folder.read("t.aws"), sound);
}

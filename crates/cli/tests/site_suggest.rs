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

/// A site in which everything is odd that a proposal may stumble over: a guest profile that IPLs CMS, a member without
/// private data, a VMBACKUP without a 0192, and a volume that the first member does not have.
fn odd() -> Folder {
    let folder = Folder::new();
    folder.write("odd/site.toml", "level = \"7.3\"\n");
    folder.write(
        "odd/SYSTEM.CONFIG",
        "SSI ODD PDR_VOLUME COMVOL SLOT 1 MEMA SLOT 2 MEMB\n\
         System_Identifier * * MEMA\n\
         System_Identifier * * MEMB\n\
         CP_Owned Slot 1 COMVOL\n\
         User_Volume_List SHARE1\n\
         MEMA: BEGIN\n User_Volume_List PRIV01\nMEMA: END\n\
         MEMB: BEGIN\n User_Volume_List ONLYB1\nMEMB: END\n\
         Distribute IUCV TOLERATE\n",
    );
    folder.write(
        "odd/USER.DIRECT",
        "PROFILE LNXDFLT\n IPL CMS\n MACHINE ESA 4\n OPTION CHPIDV ONE\n\
         USER LNX1 LBYONLY 1G 2G G\n INCLUDE LNXDFLT\n MDISK 0191 3390 0001 0010 SHARE1 MR\n\
         USER LNX2 LBYONLY 1G 2G G\n INCLUDE LNXDFLT\n MDISK 0191 3390 0011 0010 SHARE1 MR\n\
         USER VMBACKUP AUTOONLY 128M 512M BDEG\n IPL CMS\n OPTION LNKNOPAS\n IUCV ALLOW\n\
         \x20MDISK 0191 3390 0021 0010 SHARE1 MR\n\
         IDENTITY MAINT AUTOONLY 128M 512M ABCDEFG\n BUILD ON MEMA USING SUBCONFIG MAINT-1\n\
         \x20BUILD ON MEMB USING SUBCONFIG MAINT-2\n IPL CMS\n\
         SUBCONFIG MAINT-1\n MDISK 0191 3390 0001 0010 PRIV01 MR\nSUBCONFIG MAINT-2\n",
    );
    folder
}

#[test]
fn odd_sites_get_no_odd_proposals() {
    let folder = odd();
    let view = folder.json("site suggest odd --layout vmbackup");
    let texts: Vec<&str> = view["parts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|part| part["text"].as_str().unwrap())
        .collect();
    let all = texts.concat();
    assert!(all.contains("USER VMBKUP01"), "{all}");
    assert!(!all.contains("VMBKUP02"), "a member without private data: {all}");
    assert!(
        !all.contains("LINK VMBACKUP 0192"),
        "a disk that is not there: {all}"
    );
    assert!(!all.contains("LNXDFLT"), "a profile of guests: {all}");
    let open = view["open"].to_string();
    assert!(open.contains("VMBACKUP has no 0192"), "{open}");
}

/// The job for single-configuration users runs where most of their disks can be read.
#[test]
fn users_are_copied_where_their_volumes_are() {
    let folder = odd();
    let mut directory = folder.read("odd/USER.DIRECT");
    directory.extend(b"USER ONB AUTOONLY 32M 32M G\n MDISK 0191 3390 0001 0010 ONLYB1 MR\n");
    folder.write("odd/USER.DIRECT", directory);
    folder.ok("site suggest odd --layout brm --out new");
    let single = String::from_utf8(folder.read("new/jobs/SINGLE.toml")).unwrap();
    assert!(single.contains("member = \"MEMB\""), "{single}");
    let coverage = folder.json("plan new --coverage");
    let disk = coverage["disks"]
        .as_array()
        .unwrap()
        .iter()
        .find(|disk| disk["pack"]["volser"] == "ONLYB1")
        .unwrap();
    assert_eq!(disk["state"], "covered", "{disk}");
}

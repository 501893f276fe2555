//! Whatever the bytes, a parser returns; and it returns the same twice.

use proptest::prelude::*;
use zvm::{Site, SiteFiles, Source};

/// Words that lead deep into the parsers, with bytes around them that lead out again.
const PIECES: &[&str] = &[
    "SSI",
    "SLOT",
    "PDR_VOL",
    "&SYSRES",
    "CP_Owned",
    "User_Volume_Include",
    "User_Volume_List",
    "User_Volume_Exclude",
    "A:",
    "BEGIN",
    "END",
    ",",
    "/*",
    "*/",
    "\n",
    "\r\n",
    " ",
    "USER",
    "IDENTITY",
    "SUBCONFIG",
    "PROFILE",
    "INCLUDE",
    "BUILD ON A USING SUBCONFIG",
    "BUILD ON * USING SUBCONFIG",
    "MDISK",
    "191 3390",
    "0 END",
    "1 4294967295",
    "DEVNO",
    "T-DISK",
    "V-DISK",
    "FB-512",
    "AUTOG 1 X",
    "LINK A 191",
    "MINIOPT",
    "*",
    "%",
    "X",
    "VOL001",
    "1",
    "0",
    "99999999999",
    ":REGIONS.",
    ":EXCLUDE.",
    ":END.",
    "LOAD",
    "name = \"A\"",
    "[[volume]]",
    "[[include]]",
    "volser = \"VOL001\"",
    "retention = {",
    "}",
    "\"",
    "'",
    "=",
    "System_Identifier LPAR X",
    "Distribute IUCV",
    "System_Residence Volid",
];

fn files(bytes: &[u8]) -> SiteFiles {
    let source = |name: &str| Source::new(name, bytes);
    SiteFiles {
        site_toml: source("site.toml"),
        system_config: source("SYSTEM.CONFIG"),
        directory: source("USER.DIRECT"),
        directory_parts: vec![source("X"), source("VOL001 X")],
        extent_control: Some(source("EXTENT.CONTROL")),
        jobs: vec![source("jobs/a.toml")],
    }
}

fn survives(bytes: &[u8]) {
    let first = Site::resolve(&files(bytes));
    let second = Site::resolve(&files(bytes));
    assert_eq!(first.complaints, second.complaints);
    assert_eq!(first.value.minidisks, second.value.minidisks);
    for member in &first.value.cluster.members {
        for minidisk in &first.value.minidisks {
            let _ = first.value.can_read(&member.name, minidisk);
        }
    }
    for line in String::from_utf8_lossy(bytes).lines() {
        assert_eq!(zvm::cover_passwords(line).chars().count(), line.chars().count());
    }
}

proptest! {
    #[test]
    fn random_bytes(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        survives(&bytes);
    }

    #[test]
    fn random_sentences(
        pieces in prop::collection::vec((prop::sample::select(PIECES), prop::option::weighted(0.1, any::<u8>())), 0..80)
    ) {
        let mut bytes = Vec::new();
        for (piece, noise) in pieces {
            bytes.extend_from_slice(piece.as_bytes());
            bytes.push(b' ');
            bytes.extend(noise);
        }
        survives(&bytes);
    }

    #[test]
    fn damaged_fixtures(at in 0_usize..4000, byte in any::<u8>(), cut in any::<bool>()) {
        let fixture: &[u8] = include_bytes!("../../../sim-fixtures/directories/gridssi.user.direct");
        let mut bytes = [fixture, include_bytes!("../../../sim-fixtures/directories/gridssi.system.config")].concat();
        let at = at.min(bytes.len() - 1);
        bytes[at] = byte;
        if cut { bytes.truncate(at); }
        survives(&bytes);
    }
}

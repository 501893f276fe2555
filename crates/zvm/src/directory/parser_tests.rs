use super::*;
use crate::directory::entry::{Length, LinkPassword, Mdisk, MdiskSpace, MdiskVolume};

fn parse(text: &[u8]) -> (Directory, Vec<String>) {
    let Parsed { value, complaints } = parse_directory(&Source::new("USER.DIRECT", text));
    (value, complaints.iter().map(ToString::to_string).collect())
}

fn mdisk(statement: &str) -> Mdisk {
    let (directory, complaints) = parse(format!("USER A\n{statement}\n").as_bytes());
    assert!(
        complaints.iter().all(|text| text.contains("never resolved")),
        "{statement}: {complaints:?}"
    );
    match directory.entries[0].statements.as_slice() {
        [Statement::Mdisk(mdisk)] => (**mdisk).clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_form_of_mdisk() {
    let plain = mdisk("M 191 3390 0415 0175 ga1w01 mr read ALL");
    assert_eq!(plain.vdev.value, Vdev::new(0x191));
    assert_eq!(
        plain.passwords,
        [LinkPassword::Secret, LinkPassword::All, LinkPassword::None]
    );
    assert_eq!(plain.mode.to_string(), "MR");
    assert_eq!(plain.place.to_string(), "USER.DIRECT:2:1");
    assert!(
        matches!(plain.space, MdiskSpace::Extent { start: 415, length: Length::Units(175), volume: MdiskVolume::Volume(volser) } if volser.as_str() == "GA1W01")
    );

    let sysres = mdisk(" MDISK 0122 3390 0000 END &SYSRES");
    assert_eq!(sysres.mode.to_string(), "W", "the default");
    assert!(matches!(
        sysres.space,
        MdiskSpace::Extent {
            length: Length::ToEnd,
            volume: MdiskVolume::Sysres(_),
            ..
        }
    ));

    assert!(matches!(
        mdisk("MDISK 200 3390 DEVNO 5A80 MWV").space,
        MdiskSpace::Devno(0x5a80)
    ));
    assert!(matches!(
        mdisk("MDISK 555 3390 T-DISK 50 MR").space,
        MdiskSpace::TDisk(50)
    ));
    let vdisk = mdisk("MDISK 0102 FB-512 V-DISK 2097152 MWV NBCREAD");
    assert!(matches!(vdisk.space, MdiskSpace::VDisk(2_097_152)));
    assert!(vdisk.mode.virtual_reserve);
    assert_eq!(vdisk.passwords[0], LinkPassword::Secret);
    let auto = mdisk("MDISK 0100 3390 AUTOG 1600 LINUX MR READ WRITE MULTIPLE");
    assert!(matches!(auto.space, MdiskSpace::Allocation { ref word, .. } if word.value == "AUTOG"));
    assert_eq!(auto.mode.to_string(), "MR");
}

#[test]
fn options_extend_the_mdisk_before_them() {
    let disk = mdisk("MDISK 191 3390 1 2 VOL001\n MINIOPT NOCACHE\n DASDOPT WRKALLEG");
    assert_eq!(disk.minidisk_options, ["NOCACHE"]);
    assert_eq!(disk.dasd_options, ["WRKALLEG"]);
    let (_, complaints) = parse(b"USER A\nMINIOPT CACHE\n");
    assert_eq!(complaints.len(), 1);
}

#[test]
fn identities_build_subconfigs() {
    let (directory, complaints) = parse(
        b"IDENTITY MAINT SECRET 256M 1000M ABCDEFG\n INCLUDE IBMDFLT\n BUILD ON GRIDA USING SUBCONFIG MAINT-1\n \
          BUILD ON * USING SUBCONFIG MAINT-2\nSUBCONFIG MAINT-1\n LINK PMAINT 551 551 RR\nUSER X NOLOG\n",
    );
    assert!(complaints.is_empty(), "{complaints:?}");
    let [identity, subconfig, user] = directory.entries.as_slice() else {
        panic!()
    };
    assert_eq!(
        (identity.kind, subconfig.kind, user.kind),
        (EntryKind::Identity, EntryKind::Subconfig, EntryKind::User)
    );
    assert_eq!(identity.storage[1].value, "1000M");
    assert_eq!(user.logon, Logon::NoLog);
    let builds: Vec<_> = identity
        .statements
        .iter()
        .filter_map(|statement| match statement {
            Statement::Build(build) => Some((build.on.is_some(), build.subconfig.as_str().to_owned())),
            _ => None,
        })
        .collect();
    assert_eq!(
        builds,
        [(true, "MAINT-1".to_owned()), (false, "MAINT-2".to_owned())]
    );
}

#[test]
fn binary_bytes_abbreviations_and_the_unknown() {
    let (directory, complaints) = parse(
        b"DIRECTORY 123 3390 M01RES\nGLOBALDEFS\n POSIXGROUP system 0\nPROFILE P\nU LNX3 PSWD 1G 2G G\nMACH ESA 4\n\
          OPTION LNKNOPAS\nWHATISIT 3\n*DVHOPT LNK0 PWC20121011 CRC\xe9\x01\n",
    );
    assert_eq!(directory.directory.len(), 1);
    assert_eq!(directory.entries.len(), 2);
    assert_eq!(directory.entries[1].statements.len(), 3);
    assert_eq!(
        complaints,
        ["USER.DIRECT:8:1: note: the statement WHATISIT is not known; it is kept but not used"]
    );
}

#[test]
fn an_index_of_parts() {
    let (directory, complaints) = parse(b"LOAD USERA DIRECT A\nload userb direct a\n");
    assert!(complaints.is_empty());
    assert_eq!(directory.loads[1].value, "USERB DIRECT A");
}

#[test]
fn mistakes_have_their_place_and_the_rest_is_kept() {
    for (line, place, part) in [
        ("MDISK 191 3390", "2:1", "needs a device number"),
        ("MDISK 19X 3390 1 2 V", "2:7", "1 to 4 hexadecimal"),
        ("MDISK 191 3390 1 0 V", "2:18", "above 0"),
        ("MDISK 191 3390 1 2", "2:1", "volume of this MDISK is missing"),
        ("MDISK 191 3390 FIRST 2 V", "2:16", "neither a start"),
        ("MDISK 191 3390 4294967295 1 V", "2:27", "larger than any volume"),
        ("MDISK 191 3390 99999999999999 1 V", "2:16", "neither a start"),
        ("MDISK 191 3390 1 2 TOOLONGV", "2:20", "the volume"),
        ("MDISK 191 3390 1 2 V SECRETPW", "2:22", "no access mode"),
        ("LINK A", "2:1", "LINK needs"),
        ("LINK A.B 191", "2:6", "cannot hold the character '.'"),
        ("BUILD ON A USING B", "2:1", "BUILD is written"),
        ("INCLUDE", "2:1", "INCLUDE needs"),
    ] {
        let (directory, complaints) = parse(format!("USER A\n{line}\nIPL CMS\n").as_bytes());
        assert_eq!(complaints.len(), 1, "{line}: {complaints:?}");
        assert!(
            complaints[0].starts_with(&format!("USER.DIRECT:{place}: ")),
            "{complaints:?}"
        );
        assert!(
            complaints[0].contains(part) && !complaints[0].contains("SECRETPW"),
            "{complaints:?}"
        );
        assert!(matches!(
            directory.entries[0].statements.last(),
            Some(Statement::Other { .. })
        ));
    }
    let (directory, complaints) = parse(b"IPL CMS\nUSER\n MDISK 1\nUSER TOOLONGNAME\nSUBCONFIG A-1 X\n");
    assert_eq!(
        (directory.entries.len(), complaints.len()),
        (1, 4),
        "{complaints:?}"
    );
}

#[test]
fn operands_that_rules_need_are_kept_and_no_others() {
    let text =
        b"USER A\nipl 0100 parm x\nIUCV *IDENT RESANY GLOBAL\nCOMMAND SET VMRELOCATE * ON\nVMRELO OFF\n\
                 COMMAND LINK B 191 191 RR SECRETPW\nAPPCPASS G L U SECRETPW\n";
    let (directory, _) = parse(text);
    let kept: Vec<&str> = directory.entries[0]
        .statements
        .iter()
        .filter_map(|statement| match statement {
            Statement::Other { operands, .. } => Some(operands.as_str()),
            _ => None,
        })
        .collect();
    let wanted = [
        "0100 PARM X",
        "*IDENT RESANY GLOBAL",
        "SET VMRELOCATE * ON",
        "OFF",
        "",
        "",
    ];
    assert_eq!(kept, wanted);
}

/// EBCDIC in records of 80 bytes, the last of which is not all there.
#[test]
fn a_directory_that_was_cut_off_is_complained_of_at_its_last_line() {
    let records: String = ["USER A NOLOG", "USER B NOLOG"]
        .iter()
        .map(|line| format!("{line:80}"))
        .collect();
    let whole = dasd::ebcdic::to_ebcdic(&records);
    for (kept, wanted) in [(160, None), (100, Some((2, 20))), (81, Some((2, 1)))] {
        let source = Source::received("USER.DIRECT", whole[..kept].to_vec());
        let complaints = parse_directory(&source).complaints;
        let cut = complaints
            .iter()
            .find(|complaint| complaint.text.contains("was cut off"));
        assert_eq!(cut.map(|cut| (cut.place.line, cut.place.len)), wanted);
        assert!(cut.is_none_or(|cut| cut.severity == crate::Severity::Error));
    }
}

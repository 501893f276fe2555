use super::*;
use crate::{
    names::MemberName,
    system_config::statement::{Distribute, PdrVolume},
};

fn parse(text: &str) -> (Vec<ConfigStatement>, Vec<String>) {
    let Parsed { value, complaints } = parse_system_config(&Source::new("SYSTEM.CONFIG", text));
    (
        value.statements,
        complaints.iter().map(ToString::to_string).collect(),
    )
}

fn one(text: &str) -> ConfigKind {
    let (mut statements, complaints) = parse(text);
    assert_eq!(
        (statements.len(), complaints.len()),
        (1, 0),
        "{text}: {complaints:?}"
    );
    statements.remove(0).kind
}

#[test]
fn the_ssi_statement() {
    let text =
        "SSI gridssi pdr_vol GSCOM1 ,\n SLOT 1 GRIDA , /* one */\n SLOT 2 AVAILABLE ,\n SLOT 3 gridc\n";
    let ConfigKind::Ssi(ssi) = one(text) else { panic!() };
    assert_eq!(ssi.name.value, "GRIDSSI");
    assert!(matches!(&ssi.pdr, Some(PdrVolume::Volume(volser)) if volser.as_str() == "GSCOM1"));
    let slots: Vec<_> = ssi
        .slots
        .iter()
        .map(|slot| (slot.number.value, slot.member.as_ref()))
        .collect();
    assert_eq!(slots.len(), 3);
    assert!(slots[1].1.is_none());
    assert_eq!(slots[2].1.unwrap().place.to_string(), "SYSTEM.CONFIG:4:9");
    let ConfigKind::Ssi(ssi) = one("SSI X PDR_VOLUME &SYSPARM SLOT 1 A") else {
        panic!()
    };
    assert!(matches!(ssi.pdr, Some(PdrVolume::Sysparm(_))));
}

#[test]
fn volumes_of_cp_and_of_users() {
    let ConfigKind::CpOwned { slot, volume } = one("cp_owned slot 10 m01s01 DUMP") else {
        panic!()
    };
    assert_eq!((slot.value, volume.unwrap().as_str()), (10, "M01S01"));
    assert!(matches!(
        one("CP_Owned Slot 9 RESERVED"),
        ConfigKind::CpOwned { volume: None, .. }
    ));
    assert!(matches!(one("User_Volume_List A B, C"), ConfigKind::UserVolumeList(list) if list.len() == 3));
    assert!(
        matches!(one("User_Volume_Include LNX* %A"), ConfigKind::UserVolumeInclude(list) if list[1].as_str() == "%A")
    );
    assert!(matches!(
        one("User_Volume_RDEV ABC RDEV 5A80"),
        ConfigKind::UserVolumeRdev { rdev: Some(_), .. }
    ));
}

#[test]
fn the_other_statements() {
    assert!(
        matches!(one("Distribute IUCV TOLERATE"), ConfigKind::DistributeIucv(value) if value.value == Distribute::Tolerate)
    );
    let ConfigKind::Rdevice {
        devices,
        eqid,
        shared,
    } = one("RDEVice 5A00-5A03 TYPE DASD EQID X SHARED NO")
    else {
        panic!()
    };
    assert_eq!(
        (devices.value, eqid.unwrap().value, shared),
        ((0x5a00, 0x5a03), "X".into(), Some(false))
    );
    let text = "System_Residence ,\n Checkpoint Volid A From 1 For 9 ,\n Warmstart Volid B From 2 For 9";
    let ConfigKind::SystemResidence {
        checkpoint,
        warmstart,
    } = one(text)
    else {
        panic!()
    };
    assert_eq!(
        (checkpoint.unwrap().as_str(), warmstart.unwrap().as_str()),
        ("A", "B")
    );
    assert!(
        matches!(one("Relocation_Domain D MEMBERS A B"), ConfigKind::RelocationDomain { members, .. } if members.len() == 2)
    );
    assert!(matches!(
        one("System_Identifier * * ZVMWSXX"),
        ConfigKind::SystemIdentifier { lpar: None, .. }
    ));
    assert!(matches!(
        one("System_Identifier LPAR L1 A"),
        ConfigKind::SystemIdentifier { lpar: Some(_), .. }
    ));
}

#[test]
fn blocks_qualify_what_they_hold() {
    let (statements, complaints) =
        parse("A: BEGIN\nUser_Volume_List X\nA: END\nB: User_Volume_List Y\nUser_Volume_List Z\n");
    assert!(complaints.is_empty(), "{complaints:?}");
    let member = |name| MemberName::new(name).unwrap();
    let on_a: Vec<_> = statements
        .iter()
        .map(|statement| statement.applies_to(&member("A")))
        .collect();
    let on_b: Vec<_> = statements
        .iter()
        .map(|statement| statement.applies_to(&member("B")))
        .collect();
    assert_eq!((on_a, on_b), (vec![true, false, true], vec![false, true, true]));
}

#[test]
fn unbalanced_blocks_are_told() {
    for (text, column) in [
        ("A: BEGIN\nFeatures x\n", "SYSTEM.CONFIG:1:1: error"),
        ("A: END\n", "SYSTEM.CONFIG:1:1: error"),
        ("BEGIN\n", "SYSTEM.CONFIG:1:1: error"),
        ("A: BEGIN\nB: BEGIN\nB: END\n", "SYSTEM.CONFIG:2:1: error"),
        ("A: BEGIN\nB: END\n", "SYSTEM.CONFIG:2:1: error"),
    ] {
        let (_, complaints) = parse(text);
        assert_eq!(complaints.len(), 1, "{text}: {complaints:?}");
        assert!(complaints[0].starts_with(column), "{text}: {complaints:?}");
    }
}

#[test]
fn mistakes_have_their_place_and_the_rest_is_kept() {
    let (statements, complaints) =
        parse("CP_Owned Slot ten A\nUser_Volume_List TOOLONGNAME B\nFrobnicate 1\nDistribute NO\nX:\n");
    assert_eq!(statements.len(), 2);
    assert!(
        complaints[0].starts_with("SYSTEM.CONFIG:1:15: error: the slot number: \"TEN\""),
        "{complaints:?}"
    );
    assert!(
        complaints[1].starts_with("SYSTEM.CONFIG:2:18: error: the volume"),
        "{complaints:?}"
    );
    assert!(
        complaints[2].starts_with("SYSTEM.CONFIG:3:1: note: the statement FROBNICATE"),
        "{complaints:?}"
    );
    assert_eq!(complaints.len(), 5);
}

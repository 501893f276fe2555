//! SYSTEM CONFIG: one file that all members read at IPL.

use super::{
    draft::Draft,
    names::Names,
    packs::{Pack, Role},
};

/// Slots of CP-owned volumes: spool counts up from 10, page down from 255.
const SLOT_RESIDENCE: usize = 1;
const SLOT_COMMON: usize = 5;
const SLOT_SPOOL: usize = 10;
const SLOT_PAGE: usize = 255;

pub(super) fn text(draft: &Draft<'_>) -> String {
    let mut text = String::new();
    let mut line = |line: String| {
        text.push_str(&line);
        text.push('\n');
    };
    let cluster = draft.names.cluster();
    line(format!(
        "/* SYSTEM CONFIG - cluster {cluster}, z/VM {} */",
        draft.names.level()
    ));
    line(String::new());
    for member in draft.members() {
        let (letter, name) = (Names::letter(member), draft.names.member(member));
        line(format!("  System_Identifier LPAR LP{letter}1 {name}"));
    }
    line(String::new());
    ssi(draft, &mut line);
    line(String::new());
    line(
        "  Distribute IUCV TOLERATE      /* the same on all members; a change needs a full IPL */".to_owned(),
    );
    line(String::new());
    residence(draft, &mut line);
    line(String::new());
    cp_owned(draft, &mut line);
    line(String::new());
    user_volumes(draft, &mut line);
    line(String::new());
    line("  Features ,".to_owned());
    line("    Disconnect_Timeout off ,    /* guests stay up when their console goes */".to_owned());
    line("    MaxUsers noLimit ,".to_owned());
    line("    Passwords_on_Cmds Autolog no Link no Logon no".to_owned());
    text
}

fn ssi(draft: &Draft<'_>, line: &mut impl FnMut(String)) {
    let pdr = draft.names.shared("COM1");
    line(format!("  SSI {}  PDR_VOLume {pdr} ,", draft.names.cluster()));
    for member in draft.members() {
        let comma = if member + 1 == draft.members().end {
            ""
        } else {
            " ,"
        };
        line(format!(
            "      SLOT {} {}{comma}",
            member + 1,
            draft.names.member(member)
        ));
    }
}

/// Cylinders 2 and 3 of every residence volume, in front of its minidisks.
fn residence(draft: &Draft<'_>, line: &mut impl FnMut(String)) {
    for member in draft.members() {
        let (name, volser) = (draft.names.member(member), draft.names.private(member, "RES"));
        line(format!(
            "  {name}: System_Residence , Checkpoint Volid {volser} From 2 For 1 ,"
        ));
        line(format!(
            "                            Warmstart  Volid {volser} From 3 For 1"
        ));
    }
}

fn cp_owned(draft: &Draft<'_>, line: &mut impl FnMut(String)) {
    for member in draft.members() {
        let (name, volser) = (draft.names.member(member), draft.names.private(member, "RES"));
        line(format!("  {name}: CP_Owned Slot {SLOT_RESIDENCE:3}  {volser}"));
    }
    line(format!(
        "  CP_Owned Slot {SLOT_COMMON:3}  {}",
        draft.names.shared("COM1")
    ));
    for member in draft.members() {
        let remark = if member == 0 {
            "        /* spool: all members, same slots */"
        } else {
            ""
        };
        line(format!(
            "  CP_Owned Slot {:3}  {}{remark}",
            SLOT_SPOOL + member,
            draft.names.private(member, "S01")
        ));
    }
    for member in draft.members() {
        let (name, volser) = (draft.names.member(member), draft.names.private(member, "P01"));
        let remark = if member == 0 {
            " /* page and T-disk: private */"
        } else {
            ""
        };
        line(format!("  {name}: CP_Owned Slot {SLOT_PAGE}  {volser}{remark}"));
    }
}

fn user_volumes(draft: &Draft<'_>, line: &mut impl FnMut(String)) {
    let essential: Vec<&str> = volsers(draft, |pack| pack.role == Role::Essential);
    let masks = ["U*", "L*", "F*"].map(|mask| draft.names.shared(mask)).join(" ");
    line(format!("  User_Volume_List     {}", essential.join(" ")));
    line(format!("  User_Volume_Include  {masks}      /* guest packs */"));
    line(format!(
        "  User_Volume_Exclude  {}      /* spares */",
        draft.names.shared("L99%")
    ));
    for member in draft.members() {
        let private =
            |pack: &Pack| matches!(pack.role, Role::Work | Role::Scratch) && pack.member == Some(member);
        let name = draft.names.member(member);
        line(format!(
            "  {name}: User_Volume_List   {}",
            volsers(draft, private).join(" ")
        ));
    }
}

fn volsers<'d>(draft: &'d Draft<'_>, wanted: impl Fn(&Pack) -> bool) -> Vec<&'d str> {
    draft
        .packs
        .iter()
        .map(|(_, pack)| pack)
        .filter(|pack| wanted(pack))
        .map(|pack| pack.volser.as_str())
        .collect()
}

/// The owner that CPFMTXA writes on a CP-owned volume; user volumes have none.
pub(super) fn owner(draft: &Draft<'_>, pack: &Pack, member: Option<usize>) -> Option<String> {
    let cluster = draft.names.cluster();
    match (pack.role, member) {
        (Role::Residence | Role::Spool | Role::Page, Some(member)) => {
            Some(format!("{cluster}.{}", draft.names.member(member)))
        }
        (Role::Common, _) => Some(format!("{cluster}.NOSYS")),
        _ => None,
    }
}

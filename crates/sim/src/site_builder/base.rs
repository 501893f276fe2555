//! What every z/VM SSI cluster has: profiles, MAINT, PMAINT, the release owner, and the first servers.

use super::{
    draft::{Draft, subconfig_id},
    entry::Entry,
    packs::{PackId, Role},
};

/// Read, write and multiple-write passwords of disks that everybody may read.
pub(super) const READ_BY_ALL: &str = "ALL WRITE MULT";

pub(super) fn add(draft: &mut Draft<'_>) {
    add_profiles(draft);
    add_maint(draft);
    add_pmaint(draft);
    add_release_owner(draft);
    for (id, stem, sizes) in [("OPERATOR", "OPER", [1, 2, 4]), ("TCPIP", "TCPIP", [1, 2, 4])] {
        let identity = Entry::identity(id, "AUTOONLY 64M 256M ABCDEFG")
            .include("IBMDFLT")
            .general("MACHINE ESA");
        draft.add_identity(identity, stem);
        add_work_disks(draft, stem, draft.size(sizes));
    }
}

/// Gives each member's SUBCONFIG a 0191 of its own on that member's work volume.
pub(super) fn add_work_disks(draft: &mut Draft<'_>, stem: &str, size: u32) {
    for member in draft.members() {
        let work = private_pack(draft, member, Role::Work);
        let mut subconfig = Entry::subconfig(&subconfig_id(stem, member));
        draft.mdisk(&mut subconfig, 0x0191, work, size, "MR READ WRITE MULT");
        draft.add(subconfig);
    }
}

fn private_pack(draft: &Draft<'_>, member: usize, role: Role) -> PackId {
    draft
        .packs
        .private(member, role)
        .expect("every member has a volume for each role")
}

/// Members share no CMS system disk: an IDENTITY links its own member's copy. A USER must not, or it could run
/// (and relocate) only where that copy is; it links the release owner's instead.
fn add_profiles(draft: &mut Draft<'_>) {
    let console = |profile: Entry| {
        profile
            .device("CONSOLE 0009 3215 T")
            .device("SPOOL 000C 2540 READER *")
            .device("SPOOL 000D 2540 PUNCH A")
            .device("SPOOL 000E 1403 A")
    };
    let release = draft.names.release_owner();
    draft.add_profile(console(
        Entry::profile("SYSDFLT")
            .general("IPL CMS")
            .general("MACHINE ESA"),
    ));
    let identity = console(Entry::profile("IBMDFLT").general("IPL CMS"));
    draft.add_profile(
        identity
            .device("LINK MAINT 0190 0190 RR")
            .device("LINK MAINT 019E 019E RR"),
    );
    let single = console(
        Entry::profile("CMSDFLT")
            .general("IPL CMS")
            .general("MACHINE ESA"),
    );
    draft.add_profile(
        single
            .device(format!("LINK {release} 0490 0190 RR"))
            .device(format!("LINK {release} 049E 019E RR")),
    );
    let guest = Entry::profile("LNXGST")
        .general("IPL 0100")
        .general("MACHINE ESA 4");
    let guest = guest
        .device("CONSOLE 0009 3215 T")
        .device("NICDEF 0600 TYPE QDIO LAN SYSTEM VSWG");
    draft.add_profile(guest);
}

fn add_maint(draft: &mut Draft<'_>) {
    let identity = Entry::identity("MAINT", "AUTOONLY 256M 1000M ABCDEFG").include("SYSDFLT");
    draft.add_identity(identity.general("OPTION MAINTCCW LNKS LNKE LNKNOPAS"), "MAINT");
    for member in draft.members() {
        let residence = private_pack(draft, member, Role::Residence);
        let work = private_pack(draft, member, Role::Work);
        let volser = draft.packs.get(residence).volser.clone();
        let mut subconfig = Entry::subconfig(&subconfig_id("MAINT", member))
            .device("LINK PMAINT 0551 0551 RR")
            .device(format!("MDISK 0122 3390   0000 END  {volser} MR"));
        draft.mdisk(
            &mut subconfig,
            0x0190,
            residence,
            draft.size([3, 18, 80]),
            &format!("MR {READ_BY_ALL}"),
        );
        draft.mdisk(
            &mut subconfig,
            0x019E,
            residence,
            draft.size([1, 7, 34]),
            &format!("MR {READ_BY_ALL}"),
        );
        draft.mdisk(
            &mut subconfig,
            0x0191,
            work,
            draft.size([1, 4, 20]),
            "MR READ WRITE MULT",
        );
        if let Some(scratch) = draft.packs.private(member, Role::Scratch) {
            let size = draft.packs.get(scratch).left();
            draft.mdisk(&mut subconfig, 0x0199, scratch, size, "MR READ WRITE MULT");
        }
        draft.add(subconfig);
    }
}

fn add_pmaint(draft: &mut Draft<'_>) {
    let (common, essential) = (draft.names.shared("COM1"), draft.names.shared("COM2"));
    let pack = draft.packs.named(&common);
    let mut entry = Entry::user("PMAINT", "AUTOONLY 128M 1000M BEG")
        .include("CMSDFLT")
        .device(format!("MDISK 0141 3390   0000 END  {common} MR"))
        .device(format!("MDISK 0142 3390   0000 END  {essential} MR"));
    draft.mdisk(
        &mut entry,
        0x0CF0,
        pack,
        draft.size([2, 4, 20]),
        "MR READ WRITE MULT",
    );
    draft.mdisk(
        &mut entry,
        0x02CC,
        pack,
        draft.size([1, 2, 10]),
        "MR READ WRITE MULT",
    );
    draft.mdisk(
        &mut entry,
        0x0551,
        pack,
        draft.size([3, 8, 40]),
        &format!("MR {READ_BY_ALL}"),
    );
    draft.add(entry);
}

fn add_release_owner(draft: &mut Draft<'_>) {
    let volser = draft.names.shared("REL1");
    let pack = draft.packs.named(&volser);
    let mut entry = Entry::user(&draft.names.release_owner(), "AUTOONLY 256M 1000M BCEG")
        .include("SYSDFLT")
        .device("LINK PMAINT 0551 0551 RR")
        .device(format!("MDISK 0131 3390   0000 END  {volser} MR"));
    draft.mdisk(
        &mut entry,
        0x0490,
        pack,
        draft.size([3, 18, 80]),
        &format!("MR {READ_BY_ALL}"),
    );
    draft.mdisk(
        &mut entry,
        0x049E,
        pack,
        draft.size([1, 7, 34]),
        &format!("MR {READ_BY_ALL}"),
    );
    draft.mdisk(
        &mut entry,
        0x05E5,
        pack,
        draft.size([2, 10, 50]),
        "MR READ WRITE MULT",
    );
    draft.add(entry);
}

//! The service machines of VM:Backup: all of them USERs with disks on shared volumes.

use super::{draft::Draft, entry::Entry};

pub(super) fn add(draft: &mut Draft<'_>) {
    let server = |id: &str| {
        Entry::user(id, "AUTOONLY 128M 512M BDEG")
            .include("CMSDFLT")
            .general("OPTION LNKNOPAS")
            .general("IUCV ALLOW")
            .general("IUCV ANY")
    };
    let essential = draft.packs.named(&draft.names.shared("COM2"));
    let mut shared = server("VMBACKUP");
    draft.mdisk(
        &mut shared,
        0x0191,
        essential,
        draft.size([1, 2, 8]),
        "MR READ WRITE MULT",
    );
    // The command modules of all servers; they must be found on every member.
    draft.mdisk(
        &mut shared,
        0x0192,
        essential,
        draft.size([1, 2, 4]),
        "MR ALL WRITE MULT",
    );
    draft.mdisk(
        &mut shared,
        0x01B0,
        essential,
        draft.size([2, 6, 40]),
        "MR READ WRITE MULT",
    );
    draft.add(shared);
    let pack = draft.packs.named(&draft.names.shared("U001"));
    for member in draft.members() {
        let mut entry = server(&server_of(member)).device("LINK VMBACKUP 0192 0192 RR");
        draft.mdisk(
            &mut entry,
            0x0191,
            pack,
            draft.size([1, 2, 8]),
            "MR READ WRITE MULT",
        );
        draft.mdisk(
            &mut entry,
            0x01B0,
            pack,
            draft.size([1, 2, 8]),
            "MR READ WRITE MULT",
        );
        draft.add(entry);
    }
}

/// The server for the private volumes of a member; it must be logged on there.
pub(super) fn server_of(member: usize) -> String {
    format!("VMBKUP{:02}", member + 1)
}

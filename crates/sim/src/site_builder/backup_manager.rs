//! The service machines of IBM Backup and Restore Manager.
//!
//! The master server, the catalog server and the workers are IDENTITYs, because a file-level backup of a
//! multiconfiguration user needs the member that sees its disks. Code owner, administrator and the SFS server of the
//! one catalog are USERs.

use super::{base::add_work_disks, draft::Draft, entry::Entry};

/// Each member has so many workers.
const WORKERS: u32 = 2;

pub(super) fn add(draft: &mut Draft<'_>) {
    add_owner(draft);
    add_administrator(draft);
    add_catalog(draft);
    let server = |id: &str| {
        Entry::identity(id, "AUTOONLY 128M 512M BDEG")
            .include("IBMDFLT")
            .general("MACHINE XA")
            .general("IUCV ALLOW")
            .general("IUCV ANY")
    };
    let size = draft.size([1, 3, 12]);
    for (id, stem) in [("BKRBKUP", "BKRBK"), ("BKRCATLG", "BKRCA")] {
        draft.add_identity(server(id), stem);
        add_work_disks(draft, stem, size);
    }
    for number in 1..=WORKERS {
        let stem = format!("BKRW{number}");
        // A worker links whatever its job names, without knowing any disk's password.
        draft.add_identity(
            server(&format!("BKRWRK{number:02}")).general("OPTION LNKNOPAS"),
            &stem,
        );
        add_work_disks(draft, &stem, size);
    }
}

fn add_owner(draft: &mut Draft<'_>) {
    let pack = draft.packs.named(&draft.names.shared("REL1"));
    let mut entry = Entry::user("5697J06C", "AUTOONLY 64M 256M G").include("CMSDFLT");
    draft.mdisk(
        &mut entry,
        0x0191,
        pack,
        draft.size([1, 3, 10]),
        "MR READ WRITE MULT",
    );
    draft.add(entry);
}

fn add_administrator(draft: &mut Draft<'_>) {
    let pack = draft.packs.named(&draft.names.shared("U001"));
    let mut entry = Entry::user("BKRADMIN", "AUTOONLY 64M 256M G").include("CMSDFLT");
    draft.mdisk(
        &mut entry,
        0x0191,
        pack,
        draft.size([1, 2, 4]),
        "MR READ WRITE MULT",
    );
    draft.add(entry);
}

/// One file pool for the whole cluster: the server runs on any member, so all its disks lie on shared volumes.
fn add_catalog(draft: &mut Draft<'_>) {
    let pack = draft.packs.named(&draft.names.shared("COM2"));
    let mut entry = Entry::user("BKRSVSFS", "AUTOONLY 128M 512M BG")
        .include("CMSDFLT")
        .general("IUCV ALLOW")
        .general("IUCV *IDENT RESANY GLOBAL");
    for (vdev, sizes) in [
        (0x0191, [1, 1, 4]),
        (0x0301, [1, 2, 4]),
        (0x0302, [1, 2, 8]),
        (0x0303, [1, 2, 8]),
        (0x0310, [2, 6, 40]),
    ] {
        draft.mdisk(&mut entry, vdev, pack, draft.size(sizes), "MR READ WRITE MULT");
    }
    draft.add(entry);
}

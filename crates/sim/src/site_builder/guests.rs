//! CMS users and Linux guests, all single-configuration, so that they can run on any member.

use super::{
    draft::Draft,
    entry::Entry,
    packs::{PackId, linux_packs},
};
use crate::seed::Chance;

/// What guests are for; a guest is named after it.
const PURPOSES: [&str; 8] = ["PAY", "WEB", "APP", "DBS", "LOG", "MQS", "CRM", "GIS"];

/// The most guests of one purpose: two digits of a user id.
const NUMBER_MAX: u32 = 99;

pub(super) fn add(draft: &mut Draft<'_>) {
    let mut chance = draft.plan.seed.split("guests").chance();
    add_cms_users(draft, &mut chance);
    add_linux_guests(draft, &mut chance);
}

fn add_cms_users(draft: &mut Draft<'_>, chance: &mut Chance) {
    let pack = draft.packs.named(&draft.names.shared("U001"));
    for number in 1..=draft.size([2, 8, 24]) {
        let mut entry = Entry::user(&format!("DEVEL{number:02}"), "LBYONLY 64M 256M G")
            .include("CMSDFLT")
            .general("LOGONBY MAINT");
        let most = draft.size([2, 4, 8]);
        draft.mdisk(
            &mut entry,
            0x0191,
            pack,
            chance.range(1, most),
            "MR READ WRITE MULT",
        );
        draft.add(entry);
    }
    // A guest with an operating system of its own brings disks that CMS cannot read.
    let mut entry = Entry::user("VSEPROD", "LBYONLY 64M 256M G")
        .include("CMSDFLT")
        .general("LOGONBY MAINT");
    draft.mdisk(
        &mut entry,
        0x0140,
        pack,
        draft.size([2, 5, 24]),
        "MR READ WRITE MULT",
    );
    draft.add(entry);
}

/// Fills the Linux packs with guests of one to three minidisks, with a gap here and there.
fn add_linux_guests(draft: &mut Draft<'_>, chance: &mut Chance) {
    let packs: Vec<PackId> = (1..=linux_packs(draft.plan.scale))
        .map(|number| draft.packs.named(&draft.names.shared(&format!("L{number:03}"))))
        .collect();
    let boot = draft.size([3, 12, 50]);
    for (number, purpose) in (0_u32..).zip(PURPOSES.iter().cycle()) {
        let serial = number / 8 + 1;
        let Some(pack) = roomiest(draft, &packs, boot) else {
            return;
        };
        if serial > NUMBER_MAX {
            return;
        }
        let mut entry = Entry::user(&format!("LNX{purpose}{serial:02}"), "LBYONLY 512M 2G G")
            .include("LNXGST")
            .general("LOGONBY MAINT");
        // A temporary disk holds its guest on the member where it was made.
        entry = entry.general(if number % 8 == 0 {
            "VMRELOCATE OFF"
        } else {
            "VMRELOCATE ON"
        });
        draft.mdisk(&mut entry, 0x0100, pack, boot, "MR");
        for vdev in 0x0101..0x0101 + chance.below(3) {
            let size = chance.range(draft.size([1, 4, 20]), draft.size([3, 16, 90]));
            let Some(pack) = roomiest(draft, &packs, size) else {
                break;
            };
            draft.mdisk(
                &mut entry,
                u16::try_from(vdev).unwrap_or(0x0101),
                pack,
                size,
                "MR",
            );
        }
        add_special_disk(draft, &mut entry, number);
        if chance.percent(20) {
            draft.packs.skip(pack, draft.size([0, 2, 6]));
        }
        draft.add(entry);
    }
}

/// Of each eight guests one has a temporary disk, one a disk in storage, and one a disk on the FBA volume.
fn add_special_disk(draft: &mut Draft<'_>, entry: &mut Entry, number: u32) {
    match number % 8 {
        0 => entry.push_device("MDISK 0555 3390   T-DISK 1 MR".to_owned()),
        1 => entry.push_device("MDISK 0300 FB-512 V-DISK 65536 MR".to_owned()),
        2 => {
            let pack = draft.packs.named(&draft.names.shared("F001"));
            let size = draft.size([8_192, 16_384, 32_768]);
            if draft.packs.get(pack).left() >= size {
                draft.mdisk(entry, 0x0200, pack, size, "MR");
            }
        }
        _ => {}
    }
}

/// The pack with the most room, when that is enough.
fn roomiest(draft: &Draft<'_>, packs: &[PackId], size: u32) -> Option<PackId> {
    let left = |id: &PackId| draft.packs.get(*id).left();
    let best = packs
        .iter()
        .copied()
        .reduce(|best, id| if left(&id) > left(&best) { id } else { best })?;
    (left(&best) >= size).then_some(best)
}

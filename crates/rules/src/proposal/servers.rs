//! Directory entries of the service machines that a layout needs and the directory does not have.

use std::collections::{BTreeMap, BTreeSet};

use dasd::Volser;
use zvm::{Layout, Member, MemberName, Minidisk, Ownership, Site, Vdev, entry::EntryKind};

use super::{How, Part, jobs::private_volumes, profile};
use crate::{cov::sysres, room::Room};

/// The entries, and the private volumes on which they put disks.
#[derive(Default)]
pub(super) struct Servers {
    pub(super) parts: Vec<Part>,
    pub(super) private: BTreeMap<MemberName, BTreeSet<Volser>>,
    open: Vec<String>,
}

const MASTER_REASON: &str = "the master server reads jobs and gives out work; as an IDENTITY it runs on every member, \
                             because only a member itself sees the minidisks that its IDENTITYs have there";
const CATALOG_REASON: &str =
    "the catalog server records what was copied; as an IDENTITY it answers on every member";
const WORKER_REASON: &str = "a worker links minidisks and moves the data; each member needs one with a work disk of its \
                             own, and OPTION LNKNOPAS, because it knows no password";
const POOL_REASON: &str =
    "the file pool of the one catalog; as a USER on shared volumes it can run on any member";
const ADMIN_REASON: &str =
    "the administrator of all members; a USER, so that administration is not there several times";
const OWNER_REASON: &str = "the owner of the product's code, which is installed once for the cluster";
const SHARED_REASON: &str = "the server for everything on shared volumes; a USER that may run on any member. 0192 holds \
                             the command modules of all servers, 01B0 its catalog";

/// Cylinders of a work disk and of a disk with data, where there is so much.
const WORK: u32 = 2;
const DATA: u32 = 4;

/// The entries that are missing. Where there is not enough room for disks of the usual size, all get one cylinder.
pub(super) fn missing(site: &Site, layout: Layout, open: &mut Vec<String>) -> Servers {
    let usual = with_disks(site, layout, u32::MAX);
    let chosen = match usual.open.is_empty() {
        true => usual,
        false => {
            let small = with_disks(site, layout, 1);
            if small.open.len() < usual.open.len() {
                small
            } else {
                usual
            }
        }
    };
    open.extend(chosen.open.iter().cloned());
    chosen
}

fn with_disks(site: &Site, layout: Layout, largest: u32) -> Servers {
    let mut maker = Maker {
        site,
        room: Room::of(site),
        found: Servers::default(),
        largest,
        placed: BTreeSet::new(),
    };
    match layout {
        Layout::Brm => {
            maker.identity("BKRBKUP", "BKRBK", "", MASTER_REASON);
            maker.identity("BKRCATLG", "BKRCA", "", CATALOG_REASON);
            maker.identity("BKRWRK01", "BKRW1", " OPTION LNKNOPAS\n", WORKER_REASON);
            let pool = [
                (0x191, WORK),
                (0x301, WORK),
                (0x302, WORK),
                (0x303, WORK),
                (0x310, DATA),
            ];
            maker.user(
                "BKRSVSFS",
                " IUCV ALLOW\n IUCV *IDENT RESANY GLOBAL\n",
                &pool,
                "",
                POOL_REASON,
            );
            maker.user("BKRADMIN", "", &[(0x191, WORK)], "", ADMIN_REASON);
            maker.user("5697J06C", "", &[(0x191, WORK)], "", OWNER_REASON);
        }
        Layout::VmBackup => {
            let general = " OPTION LNKNOPAS\n IUCV ALLOW\n IUCV ANY\n";
            let disks = [(0x191, WORK), (0x192, WORK), (0x1B0, DATA)];
            maker.user("VMBACKUP", general, &disks, "", SHARED_REASON);
            let modules = maker.has_disk("VMBACKUP", 0x192);
            for member in site
                .cluster
                .members
                .iter()
                .filter(|member| needs_own_server(site, member))
            {
                let reason = format!(
                    "the server for the private volumes of {0}; a USER with disks on shared volumes, which must be logged \
                     on at {0}",
                    member.name
                );
                let link = if modules {
                    " LINK VMBACKUP 0192 0192 RR\n"
                } else {
                    ""
                };
                let disks = [(0x191, WORK), (0x1B0, DATA)];
                maker.user(&private_server(member), general, &disks, link, &reason);
            }
            if !modules {
                maker.found.open.push(
                    "VMBACKUP has no 0192: put the command modules on a shared disk, and let every VMBKUPnn link it"
                        .to_owned(),
                );
            }
        }
    }
    maker.found
}

/// The server of VM:Backup for the private volumes of a member.
pub(super) fn private_server(member: &Member) -> String {
    format!("VMBKUP{:02}", member.slot)
}

/// Whether a member has data that only a server of its own can copy: minidisks on its private volumes, or a private
/// residence volume.
pub(super) fn needs_own_server(site: &Site, member: &Member) -> bool {
    let residence = sysres::of(site).into_iter().any(|(home, volser, _)| {
        home == member.name
            && matches!(
                site.ownership(&volser),
                Ownership::Private(_) | Ownership::PrivateEach(_)
            )
    });
    residence || private_volumes(site).data.contains_key(&member.name)
}

struct Maker<'a> {
    site: &'a Site,
    room: Room<'a>,
    found: Servers,
    largest: u32,
    /// The disks of proposed entries.
    placed: BTreeSet<(String, u16)>,
}

impl Maker<'_> {
    fn is_there(&self, id: &str) -> bool {
        let entries = &self.site.directory.entries;
        entries
            .iter()
            .any(|entry| entry.kind != EntryKind::Profile && entry.id.value.as_str() == id)
    }

    /// Whether a user has this minidisk, in the directory or as proposed.
    fn has_disk(&self, id: &str, vdev: u16) -> bool {
        let there = |disk: &Minidisk| disk.user.as_str() == id && disk.vdev == Vdev::new(vdev);
        self.site.minidisks.iter().any(there) || self.placed.contains(&(id.to_owned(), vdev))
    }

    fn add(&mut self, text: String, reason: &str) {
        self.found.parts.push(Part {
            file: "USER.DIRECT".to_owned(),
            how: How::Append,
            reason: reason.to_owned(),
            text,
        });
    }

    /// An MDISK statement on a pack of this ownership.
    fn disk(
        &mut self,
        whose: &str,
        vdev: u16,
        wanted: u32,
        ownership: &Ownership,
    ) -> Option<(String, Volser)> {
        let Some(piece) = self.room.take(ownership, wanted.min(self.largest)) else {
            self.found.open.push(format!(
                "{whose} {vdev:04X} has no place: site.toml lists no user volume with free cylinders that is {ownership}; \
                 give the volume its cylinders there, or add one"
            ));
            return None;
        };
        self.placed.insert((whose.to_owned(), vdev));
        let line = format!(
            " MDISK {vdev:04X} {} {:04} {:04} {} MR\n",
            piece.device, piece.start, piece.length, piece.volser
        );
        Some((line, piece.volser))
    }

    fn user(&mut self, id: &str, general: &str, disks: &[(u16, u32)], links: &str, reason: &str) {
        if self.is_there(id) {
            return;
        }
        let mut text = format!("USER {id:8} AUTOONLY 128M 512M BDEG\n");
        let devices = profile::add(self.site, EntryKind::User, &mut text);
        text.push_str(general);
        text.push_str(devices);
        text.push_str(links);
        for (vdev, wanted) in disks {
            if let Some((line, _)) = self.disk(id, *vdev, *wanted, &Ownership::Shared) {
                text.push_str(&line);
            }
        }
        self.add(text, reason);
    }

    fn identity(&mut self, id: &str, stem: &str, general: &str, reason: &str) {
        if self.is_there(id) {
            return;
        }
        let members: Vec<(MemberName, String)> = self
            .site
            .cluster
            .members
            .iter()
            .map(|member| (member.name, format!("{stem}-{}", member.slot)))
            .collect();
        let mut text = format!("IDENTITY {id:8} AUTOONLY 128M 512M BDEG\n");
        let devices = profile::add(self.site, EntryKind::Identity, &mut text);
        for (member, subconfig) in &members {
            text.push_str(&format!(" BUILD ON {member} USING SUBCONFIG {subconfig}\n"));
        }
        text.push_str(general);
        text.push_str(" IUCV ALLOW\n IUCV ANY\n");
        text.push_str(devices);
        for (member, subconfig) in &members {
            if self.is_there(subconfig) {
                self.found.open.push(format!(
                    "SUBCONFIG {subconfig} is there already; see whether {id} can use it"
                ));
                continue;
            }
            text.push_str(&format!("*\nSUBCONFIG {subconfig}\n"));
            // In a cluster of one member every volume is one that all members have.
            let ownership = match members.len() {
                1 => Ownership::Shared,
                _ => Ownership::Private(*member),
            };
            if let Some((line, volser)) = self.disk(subconfig, 0x191, WORK, &ownership) {
                text.push_str(&line);
                self.found.private.entry(*member).or_default().insert(volser);
            }
        }
        self.add(text, reason);
    }
}

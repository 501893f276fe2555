//! A site half written: its names, its volumes with what is given away of them, and the directory so far.

use super::{
    SitePlan,
    entry::Entry,
    names::Names,
    packs::{Device, PackId, Packs},
};

/// What the parts of the builder add to.
pub(super) struct Draft<'a> {
    pub(super) plan: &'a SitePlan,
    pub(super) names: Names,
    pub(super) packs: Packs,
    profiles: Vec<Entry>,
    entries: Vec<Entry>,
}

impl<'a> Draft<'a> {
    pub(super) fn new(plan: &'a SitePlan) -> Draft<'a> {
        let names = Names::new(plan);
        let packs = Packs::new(plan, &names);
        Draft {
            plan,
            names,
            packs,
            profiles: Vec::new(),
            entries: Vec::new(),
        }
    }

    /// The members, by the order of their slots, counted from 0.
    pub(super) fn members(&self) -> std::ops::Range<usize> {
        0..usize::from(self.plan.members)
    }

    /// The figure of the plan's scale.
    pub(super) fn size(&self, sizes: [u32; 3]) -> u32 {
        self.plan.scale.of(sizes)
    }

    pub(super) fn add_profile(&mut self, profile: Entry) {
        self.profiles.push(profile);
    }

    pub(super) fn add(&mut self, entry: Entry) {
        self.entries.push(entry);
    }

    /// Adds an IDENTITY entry with a BUILD for every member. The SUBCONFIGs are named `stem-1`, `stem-2`, ...;
    /// their ids have at most eight characters, as all ids of the directory.
    pub(super) fn add_identity(&mut self, identity: Entry, stem: &str) {
        let build =
            |entry: Entry, member| entry.build(&self.names.member(member), &subconfig_id(stem, member));
        let entry = self.members().fold(identity, build);
        self.entries.push(entry);
    }

    /// Places a minidisk on the next free cylinders or blocks of a volume and writes its MDISK statement.
    pub(super) fn mdisk(&mut self, entry: &mut Entry, vdev: u16, pack: PackId, size: u32, access: &str) {
        let start = self.packs.take(pack, size);
        let pack = self.packs.get(pack);
        let device = match pack.device {
            Device::Ckd => "3390  ",
            Device::Fba => "FB-512",
        };
        let volser = &pack.volser;
        entry.push_device(format!(
            "MDISK {vdev:04X} {device} {start:04} {size:04} {volser} {access}"
        ));
    }

    /// The complete USER DIRECT. The space map comes first, because it names every volume in its final size.
    pub(super) fn directory(&self) -> String {
        let mut text = String::new();
        text.push_str(&format!("* USER DIRECT of cluster {}\n", self.names.cluster()));
        text.push_str(&format!(
            "DIRECTORY 0123 3390 {}\n*\n",
            self.names.private(0, "RES")
        ));
        for profile in &self.profiles {
            profile.render(&mut text);
        }
        for entry in std::iter::once(&self.space_map()).chain(&self.entries) {
            text.push_str("*\n");
            entry.render(&mut text);
        }
        text
    }

    /// `$ALLOC$` keeps the cylinders with label and allocation map out of everybody's reach.
    fn space_map(&self) -> Entry {
        let mut entry = Entry::user("$ALLOC$", "NOLOG");
        let mapped = self
            .packs
            .iter()
            .map(|(_, pack)| pack)
            .filter(|pack| pack.holds_minidisks());
        // A USER cannot say which of two packs with one name it means, so scratch packs stay out of the map.
        let mapped = mapped.filter(|pack| pack.role != super::packs::Role::Scratch);
        for (number, pack) in (0x0A01_u32..).zip(mapped) {
            let (device, reserved) = match pack.device {
                Device::Ckd => ("3390  ", 1),
                Device::Fba => ("FB-512", super::packs::FBA_RESERVED),
            };
            entry.push_device(format!(
                "MDISK {number:04X} {device} 0000 {reserved:04} {} R",
                pack.volser
            ));
        }
        entry
    }
}

/// The id of the SUBCONFIG for a member.
pub(super) fn subconfig_id(stem: &str, member: usize) -> String {
    format!("{stem}-{}", member + 1)
}

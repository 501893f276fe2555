//! The volumes of a site, and who gets which cylinders of them.

use super::{Scale, SitePlan, names::Names};

/// What a volume is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// System residence of one member: checkpoint, warm start, object directory, its CMS system disks.
    Residence,
    /// Spool space: owned by one member, attached to all, in the same slot everywhere.
    Spool,
    /// Page and temporary-disk space of one member.
    Page,
    /// Minidisks of SUBCONFIG entries.
    Work,
    /// A private pack that has the same name on every member.
    Scratch,
    /// The persistent data record and the configuration: CP-owned by the cluster.
    Common,
    /// What every member must have: in the user volume list.
    Essential,
    /// Minidisks of CMS users and Linux guests: found by an include mask.
    Guests,
}

/// How a volume is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Device {
    /// A 3390, counted in cylinders.
    Ckd,
    /// A 9336, counted in blocks of 512 bytes.
    Fba,
}

/// One volume.
#[derive(Debug, Clone)]
pub(super) struct Pack {
    pub(super) volser: String,
    /// The name of the image without its folder.
    pub(super) file: String,
    pub(super) eqid: String,
    pub(super) role: Role,
    pub(super) device: Device,
    /// The member to which the pack is private.
    pub(super) member: Option<usize>,
    /// The size that the scale gives it; it is made larger when its minidisks need more.
    at_least: u32,
    /// The first cylinder or block that nobody has.
    next: u32,
}

impl Pack {
    /// Cylinders or blocks.
    pub(super) fn size(&self) -> u32 {
        self.at_least.max(self.next)
    }

    /// What is left before the pack must grow.
    pub(super) fn left(&self) -> u32 {
        self.at_least.saturating_sub(self.next)
    }

    /// Whether the pack holds minidisks, so that a space map is kept for it.
    pub(super) fn holds_minidisks(&self) -> bool {
        !matches!(self.role, Role::Spool | Role::Page)
    }
}

/// The place of a volume in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct PackId(usize);

/// All volumes of the site, in the order in which they are listed.
#[derive(Debug, Clone)]
pub(super) struct Packs {
    packs: Vec<Pack>,
}

/// Cylinders 0 to 3 of a residence volume: label and allocation map, object directory, checkpoint, warm start.
const RESIDENCE_RESERVED: u32 = 4;

/// The first blocks of an FBA volume hold the label and CP's map; minidisks begin behind them.
pub(super) const FBA_RESERVED: u32 = 16;

impl Packs {
    pub(super) fn new(plan: &SitePlan, names: &Names) -> Packs {
        let mut packs = Packs { packs: Vec::new() };
        for member in 0..usize::from(plan.members) {
            packs.add_private(plan, names, member);
        }
        let scale = plan.scale;
        packs.add_shared(names, "COM1", Role::Common, scale.of([8, 24, 120]));
        packs.add_shared(names, "COM2", Role::Essential, scale.of([8, 20, 100]));
        packs.add_shared(names, "REL1", Role::Essential, scale.of([8, 40, 180]));
        for number in 1..=scale.of([1, 1, 2]) {
            packs.add_shared(
                names,
                &format!("U{number:03}"),
                Role::Guests,
                scale.of([8, 50, 200]),
            );
        }
        for number in 1..=linux_packs(scale) {
            packs.add_shared(
                names,
                &format!("L{number:03}"),
                Role::Guests,
                scale.of([14, 75, 400]),
            );
        }
        let blocks = scale.of([12_288, 40_960, 204_800]);
        let volser = names.shared("F001");
        packs.add(
            volser.clone(),
            volser,
            Role::Guests,
            Device::Fba,
            None,
            blocks,
            FBA_RESERVED,
        );
        packs
    }

    fn add_private(&mut self, plan: &SitePlan, names: &Names, member: usize) {
        for (role, name, sizes, reserved) in [
            (Role::Residence, "RES", [8, 30, 120], RESIDENCE_RESERVED),
            (Role::Spool, "S01", [2, 6, 30], 1),
            (Role::Page, "P01", [4, 8, 30], 1),
            (Role::Work, "W01", [8, 24, 100], 1),
        ] {
            let volser = names.private(member, name);
            // All members read each other's spool, so that volume is private in nothing but its owner.
            let private = (role != Role::Spool).then_some(member);
            self.add(
                volser.clone(),
                volser,
                role,
                Device::Ckd,
                private,
                plan.scale.of(sizes),
                reserved,
            );
        }
        if plan.same_private_volser {
            let (volser, file) = (
                names.scratch(),
                format!("{}-{}", names.scratch(), Names::letter(member)),
            );
            self.add(
                volser,
                file,
                Role::Scratch,
                Device::Ckd,
                Some(member),
                plan.scale.of([4, 8, 20]),
                1,
            );
        }
    }

    fn add_shared(&mut self, names: &Names, name: &str, role: Role, cylinders: u32) {
        let volser = names.shared(name);
        self.add(volser.clone(), volser, role, Device::Ckd, None, cylinders, 1);
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "the columns of the list of volumes, filled in three places above"
    )]
    fn add(
        &mut self,
        volser: String,
        file: String,
        role: Role,
        device: Device,
        member: Option<usize>,
        at_least: u32,
        next: u32,
    ) {
        // An equivalence id has at most eight characters and tells every pack from every other.
        let eqid = match (role, member) {
            (Role::Scratch, Some(member)) => format!("EQ{}{}", Names::letter(member), &volser[1..]),
            _ => format!("EQ{volser}"),
        };
        let suffix = match device {
            Device::Ckd => "ckd",
            Device::Fba => "fba",
        };
        let file = format!("{file}.{suffix}");
        self.packs.push(Pack {
            volser,
            file,
            eqid,
            role,
            device,
            member,
            at_least,
            next,
        });
    }

    /// Every volume with its place.
    pub(super) fn iter(&self) -> impl Iterator<Item = (PackId, &Pack)> {
        self.packs
            .iter()
            .enumerate()
            .map(|(place, pack)| (PackId(place), pack))
    }

    pub(super) fn get(&self, id: PackId) -> &Pack {
        &self.packs[id.0]
    }

    /// The volume that this member has for a role of its own.
    pub(super) fn private(&self, member: usize, role: Role) -> Option<PackId> {
        self.iter()
            .find(|(_, pack)| pack.role == role && pack.member == Some(member))
            .map(|(id, _)| id)
    }

    /// The volume of this name; every name that the builder asks for is in the list.
    pub(super) fn named(&self, volser: &str) -> PackId {
        let found = self
            .iter()
            .find(|(_, pack)| pack.volser == volser)
            .map(|(id, _)| id);
        found.expect("the builder asks only for volumes that it has listed")
    }

    /// Gives away the next cylinders or blocks and says where they begin.
    pub(super) fn take(&mut self, id: PackId, count: u32) -> u32 {
        let pack = &mut self.packs[id.0];
        let first = pack.next;
        pack.next += count;
        first
    }

    /// Leaves so many cylinders or blocks unused, as deleted minidisks do.
    pub(super) fn skip(&mut self, id: PackId, count: u32) {
        let pack = &mut self.packs[id.0];
        pack.next = (pack.next + count).min(pack.at_least.max(pack.next));
    }
}

/// How many packs of Linux guests a site of this scale has.
pub(super) fn linux_packs(scale: Scale) -> u32 {
    scale.of([2, 4, 4])
}

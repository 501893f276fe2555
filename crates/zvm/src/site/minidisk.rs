//! Minidisks as the resolved site has them: one for each virtual machine that owns one.

use std::fmt;

use dasd::{Extent, Volser};

use crate::{
    link_mode::Mode,
    names::{MemberName, UserId, Vdev},
    place::Place,
};

/// One minidisk of one user; a SUBCONFIG disk belongs to the one member its SUBCONFIG is built for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Minidisk {
    /// The owner as people name it: the USER, or the IDENTITY of a SUBCONFIG disk.
    pub user: UserId,
    /// Whether the owner is an IDENTITY.
    pub multi: bool,
    /// The SUBCONFIG that holds the statement.
    pub subconfig: Option<UserId>,
    /// The PROFILE that holds the statement.
    pub profile: Option<UserId>,
    /// The virtual device number.
    pub vdev: Vdev,
    /// The device type as written, in upper case.
    pub device: String,
    /// The volume that the statement means, also where the extent on it is not known.
    pub volser: Option<Volser>,
    /// What backs it.
    pub space: Space,
    /// Who can link it.
    pub scope: Scope,
    /// The mode of the MDISK statement.
    pub mode: Mode,
    /// Whether its content is a user's data at all.
    pub kind: MinidiskKind,
    /// Whether it covers a whole pack that also holds other minidisks. All but one of these are overlays in `kind`
    /// where only such minidisks lie on a pack: one must stand for the content, or nothing would.
    pub covers_others: bool,
    /// The MDISK statement.
    pub place: Place,
}

impl Minidisk {
    /// The extent, when the minidisk lies on one of known length.
    pub fn extent(&self) -> Option<&Extent> {
        match &self.space {
            Space::Extent(extent) => Some(extent),
            _ => None,
        }
    }
}

/// What backs a minidisk.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Space {
    /// A run on one volume; an `END` is already replaced by the length up to the end of the volume.
    Extent(Extent),
    /// A whole device by its real device number.
    Devno {
        /// The number.
        rdev: u16,
    },
    /// Temporary space, given at logon.
    TDisk {
        /// How much, in cylinders or blocks.
        size: u32,
    },
    /// Space in memory.
    VDisk {
        /// How much, in 512-byte blocks.
        blocks: u32,
    },
    /// The files do not say which extent it is.
    Unresolved {
        /// Why not, to follow "its extent is not known: ".
        reason: String,
    },
}

/// Who can link a minidisk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Every member: the disk of a USER entry or of an IDENTITY body.
    Global,
    /// Users on this member only: the disk of a SUBCONFIG that is built there.
    Local(MemberName),
    /// Nobody beyond a logon: T-DISK and V-DISK, and the disks of a SUBCONFIG that no BUILD names.
    None,
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Scope::Global => f.pad("global"),
            Scope::Local(member) => f.pad(&format!("local to {member}")),
            Scope::None => f.pad("none"),
        }
    }
}

/// Whether the content of a minidisk is a user's data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MinidiskKind {
    /// Data of its own.
    Data,
    /// A window over a whole pack that also holds other minidisks; it has no data of its own.
    Overlay,
    /// An area that is described so that nothing else is put there, such as the disks of `$ALLOC$`.
    SpaceMap,
}

impl fmt::Display for MinidiskKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            MinidiskKind::Data => "data",
            MinidiskKind::Overlay => "overlay",
            MinidiskKind::SpaceMap => "space map",
        })
    }
}

//! The statements of SYSTEM CONFIG that bear on who shares what; the others are kept by their keyword.

use dasd::Volser;

use crate::{
    names::MemberName,
    place::{Located, Place},
    text::mask::Mask,
};

/// One statement and the members it holds for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigStatement {
    /// The record qualifier, its own or that of the BEGIN/END block around it. None: every member.
    pub qualifier: Option<Located<Mask>>,
    /// What it says.
    pub kind: ConfigKind,
    /// Its keyword.
    pub place: Place,
}

impl ConfigStatement {
    /// Whether the statement holds for the member.
    pub fn applies_to(&self, member: &MemberName) -> bool {
        self.qualifier
            .as_ref()
            .is_none_or(|mask| mask.matches(member.as_str()))
    }
}

/// What a statement says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConfigKind {
    /// SYSTEM_IDENTIFIER: the system name of a machine or logical partition.
    SystemIdentifier {
        /// The logical partition, in the LPAR form.
        lpar: Option<String>,
        /// The name it gives.
        name: Located<MemberName>,
    },
    /// SYSTEM_IDENTIFIER_DEFAULT: the name where no other statement gives one.
    SystemIdentifierDefault(Located<MemberName>),
    /// SSI.
    Ssi(Ssi),
    /// CP_OWNED.
    CpOwned {
        /// The slot, 1 to 255.
        slot: Located<u32>,
        /// The volume; None for RESERVED.
        volume: Option<Located<Volser>>,
    },
    /// USER_VOLUME_LIST.
    UserVolumeList(Vec<Located<Volser>>),
    /// USER_VOLUME_INCLUDE.
    UserVolumeInclude(Vec<Located<Mask>>),
    /// USER_VOLUME_EXCLUDE.
    UserVolumeExclude(Vec<Located<Mask>>),
    /// USER_VOLUME_RDEV: a user volume by its serial and device.
    UserVolumeRdev {
        /// The volume.
        volume: Located<Volser>,
        /// Its real device number.
        rdev: Option<Located<u16>>,
    },
    /// DISTRIBUTE IUCV.
    DistributeIucv(Located<Distribute>),
    /// RDEVICE for disks.
    Rdevice {
        /// First and last real device number.
        devices: Located<(u16, u16)>,
        /// The equivalence id.
        eqid: Option<Located<String>>,
        /// SHARED YES or NO.
        shared: Option<bool>,
    },
    /// SYSTEM_RESIDENCE: where CP keeps its checkpoint and warm start areas, which is the sysres pack.
    SystemResidence {
        /// The checkpoint volume.
        checkpoint: Option<Located<Volser>>,
        /// The warm start volume.
        warmstart: Option<Located<Volser>>,
    },
    /// RELOCATION_DOMAIN.
    RelocationDomain {
        /// Its name.
        name: Located<String>,
        /// The members in it.
        members: Vec<Located<MemberName>>,
    },
    /// IMBED: another file that CP reads at this point. It is not read here.
    Imbed(String),
    /// A statement that does not bear on sharing, or that is not known.
    Other {
        /// Its keyword in upper case.
        keyword: String,
        /// Its operands in upper case.
        operands: Vec<String>,
    },
}

/// The SSI statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ssi {
    /// The name of the cluster.
    pub name: Located<String>,
    /// The volume with the persistent data record.
    pub pdr: Option<PdrVolume>,
    /// The slots in the order of the statement.
    pub slots: Vec<Slot>,
}

/// Where the persistent data record lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PdrVolume {
    /// On this volume.
    Volume(Located<Volser>),
    /// `&SYSPARM`: on the volume of the active parm disk.
    Sysparm(Place),
}

/// One slot of the SSI statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    /// Its number.
    pub number: Located<u32>,
    /// The member in it; None for AVAILABLE.
    pub member: Option<Located<MemberName>>,
}

/// The operand of DISTRIBUTE IUCV.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Distribute {
    /// The default.
    No,
    /// What a cluster needs whose IDENTITY users command servers on other members.
    Tolerate,
    /// Fully distributed.
    Yes,
}

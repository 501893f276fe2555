//! Packs: which there are, and who has them.

use std::fmt;

use dasd::Volser;
use serde::{Deserialize, Serialize};

use crate::{names::MemberName, place::Place};

/// Which pack: two members may each have a private pack of the same serial, and these are two volumes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct VolumeKey {
    /// The serial on the label.
    pub volser: Volser,
    /// The member to which the pack is private.
    pub member: Option<MemberName>,
}

impl fmt::Display for VolumeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.member {
            Some(member) => f.pad(&format!("{} of {member}", self.volser)),
            None => f.pad(self.volser.as_str()),
        }
    }
}

/// One pack of the site, as site.toml lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteVolume {
    /// Serial, and member if private.
    pub key: VolumeKey,
    /// The image file, relative to the site folder.
    pub image: String,
    /// The device type, such as `3390` or `9336`.
    pub device: String,
    /// How large it is, as far as the files say.
    pub size: Option<VolumeSize>,
    /// The owner on the label: cluster and member, or NOSYS.
    pub owner: Option<String>,
    /// The equivalence id of the device.
    pub eqid: Option<String>,
    /// The real device number, by which DEVNO minidisks find it.
    pub rdev: Option<u16>,
    /// The entry in site.toml.
    pub place: Place,
}

/// The size of a volume.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum VolumeSize {
    /// Cylinders of a CKD volume.
    Cylinders(u32),
    /// 512-byte blocks of an FBA volume.
    Blocks(u32),
}

/// Who has the volumes of one serial.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ownership {
    /// Attached to every member.
    Shared,
    /// Attached to this member only.
    Private(MemberName),
    /// Attached to these members, more than one but not all.
    Partial(Vec<MemberName>),
    /// Several packs of one serial, each private to one of these members.
    PrivateEach(Vec<MemberName>),
    /// Attached nowhere.
    Unlisted,
}

impl fmt::Display for Ownership {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |members: &[MemberName]| {
            members
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join(", ")
        };
        match self {
            Ownership::Shared => f.write_str("shared"),
            Ownership::Private(member) => write!(f, "private to {member}"),
            Ownership::Partial(members) => write!(f, "attached only to {}", list(members)),
            Ownership::PrivateEach(members) => write!(f, "a private pack on each of {}", list(members)),
            Ownership::Unlisted => f.write_str("attached to no member"),
        }
    }
}

/// One reason why members have a volume.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// The one member it holds for; None means all.
    pub member: Option<MemberName>,
    /// Which statement.
    pub by: ListedBy,
    /// Where it stands.
    pub place: Place,
}

/// The statement that makes members have a volume.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ListedBy {
    /// CP_OWNED with its slot.
    CpOwned(u32),
    /// USER_VOLUME_LIST.
    UserList,
    /// A mask of USER_VOLUME_INCLUDE that no USER_VOLUME_EXCLUDE takes back.
    UserInclude,
}

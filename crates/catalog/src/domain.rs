//! A domain: one minidisk or volume as one instance copied it.

use std::fmt;

use dasd::{Geometry, Run, Volser};
use serde::{Deserialize, Serialize};
use store::ChunkId;
use zvm::{MemberName, UserId, Vdev};

use crate::ids::{InstanceId, Timestamp};

/// What a domain is a copy of. Two members may each have a MAINT 0190, and two packs may bear one volser, so the
/// member is part of the name wherever the thing exists once per member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum DomainName {
    /// A minidisk, by the user that people know it by.
    Minidisk {
        /// The owner: for a disk of a SUBCONFIG the IDENTITY it belongs to.
        user: UserId,
        /// The member whose disk it is; `None` for a disk that is one and the same on the whole cluster.
        member: Option<MemberName>,
        /// The virtual device number.
        vdev: Vdev,
    },
    /// A whole pack.
    Volume {
        /// The label, or for an unlabelled image the stem of its file name.
        volser: Volser,
        /// The member to which the pack is private; `None` for a shared pack or a plain image.
        member: Option<MemberName>,
    },
}

impl DomainName {
    /// The member whose own disk or pack it is; `None` where all members share it.
    pub fn member(&self) -> Option<MemberName> {
        match *self {
            DomainName::Minidisk { member, .. } | DomainName::Volume { member, .. } => member,
        }
    }

    /// The key under which a store sorts the name. No name holds a `/` and no member name is `*`, so that different
    /// names have different keys.
    pub(crate) fn key(&self) -> String {
        let member = self.member();
        let member = member.as_ref().map_or("*", MemberName::as_str);
        match self {
            DomainName::Minidisk { user, vdev, .. } => format!("M/{user}/{vdev}/{member}"),
            DomainName::Volume { volser, .. } => format!("V/{volser}/{member}"),
        }
    }
}

/// `MAINT 0190 at GRIDA`, `volume M01RES at GRIDA`.
impl fmt::Display for DomainName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DomainName::Minidisk { user, vdev, .. } => write!(f, "{user} {vdev}")?,
            DomainName::Volume { volser, .. } => write!(f, "volume {volser}")?,
        }
        match self.member() {
            Some(member) => write!(f, " at {member}"),
            None => Ok(()),
        }
    }
}

/// How a domain ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DomainStatus {
    /// Copied; the manifest holds its content.
    Copied,
    /// Nothing changed since the base; the manifest is that of the base.
    Unchanged,
    /// Not read at all, for the reason given.
    Skipped(String),
    /// Begun and not finished, for the reason given.
    Failed(String),
}

impl DomainStatus {
    /// Whether the content of the domain can be had back from it.
    pub fn is_restorable(&self) -> bool {
        matches!(self, DomainStatus::Copied | DomainStatus::Unchanged)
    }

    /// The status in one word, as tables and JSON show it.
    pub fn word(&self) -> &'static str {
        match self {
            DomainStatus::Copied => "copied",
            DomainStatus::Unchanged => "unchanged",
            DomainStatus::Skipped(_) => "skipped",
            DomainStatus::Failed(_) => "failed",
        }
    }

    /// Why the domain cannot be restored; `None` if it can.
    pub fn reason(&self) -> Option<&str> {
        match self {
            DomainStatus::Copied | DomainStatus::Unchanged => None,
            DomainStatus::Skipped(reason) | DomainStatus::Failed(reason) => Some(reason),
        }
    }
}

/// The form in which the content was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum DataType {
    /// Every track or block of the extent.
    Image,
}

/// The geometry of the device as a record can keep it: names and numbers instead of a reference into the device table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum GeometryRecord {
    /// A count-key-data device.
    Ckd {
        /// Device type, such as `3390`.
        device: String,
        /// Cylinders of the whole device.
        cylinders: u32,
        /// Tracks per cylinder.
        heads: u16,
        /// Bytes that one track takes in an image.
        slot: u32,
    },
    /// A fixed-block device.
    Fba {
        /// 512-byte blocks of the whole device.
        blocks: u32,
    },
}

impl From<&Geometry> for GeometryRecord {
    fn from(geometry: &Geometry) -> GeometryRecord {
        match geometry {
            Geometry::Ckd(ckd) => GeometryRecord::Ckd {
                device: ckd.device.name.to_owned(),
                cylinders: ckd.cylinders.get(),
                heads: ckd.heads,
                slot: ckd.slot,
            },
            Geometry::Fba(fba) => GeometryRecord::Fba {
                blocks: fba.blocks.get(),
            },
        }
    }
}

/// What a copy cost. A unit is a track of a CKD device or a block group of an FBA device.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// Units of the extent.
    pub units: u64,
    /// Bytes read from the device.
    pub bytes_read: u64,
    /// Chunks that the repository did not have before.
    pub new_chunks: u64,
    /// Their plain bytes.
    pub new_bytes: u64,
    /// Units whose content differs from the base; all of them without a base.
    pub changed_units: u64,
}

impl Totals {
    /// The sum of both. A sum that no longer fits stays at the largest number, which no real run reaches.
    pub fn plus(self, other: Totals) -> Totals {
        Totals {
            units: self.units.saturating_add(other.units),
            bytes_read: self.bytes_read.saturating_add(other.bytes_read),
            new_chunks: self.new_chunks.saturating_add(other.new_chunks),
            new_bytes: self.new_bytes.saturating_add(other.new_bytes),
            changed_units: self.changed_units.saturating_add(other.changed_units),
        }
    }
}

/// One closed domain: whose it is, where it lay, who copied it and where its chunk list is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DomainRecord {
    /// What was copied.
    pub name: DomainName,
    /// The member that copied it.
    pub member: MemberName,
    /// The pack it lay on.
    pub volser: Volser,
    /// The member to which that pack is private.
    pub volume_member: Option<MemberName>,
    /// The cylinders or blocks of the pack.
    pub run: Run,
    /// The device type as the directory writes it.
    pub device: String,
    /// The geometry of the pack.
    pub geometry: GeometryRecord,
    /// The form in which the content was read.
    pub data: DataType,
    /// How it ended.
    pub status: DomainStatus,
    /// The chunk that holds the manifest; always there when the status is Copied or Unchanged.
    pub manifest: Option<ChunkId>,
    /// What it cost.
    pub totals: Totals,
    /// The instance against which changes were counted.
    pub base: Option<InstanceId>,
    /// When reading began.
    pub started: Timestamp,
    /// When the domain was closed.
    pub ended: Timestamp,
}

impl DomainRecord {
    /// Turns the record into that of a domain that failed: there is nothing to restore, so it names no manifest.
    pub fn fail(&mut self, reason: impl Into<String>) {
        self.status = DomainStatus::Failed(reason.into());
        self.manifest = None;
    }
}

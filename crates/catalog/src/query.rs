//! Questions to the catalog and what answers them.

use dasd::Volser;
use zvm::{JobName, MemberName, UserId, Vdev};

use crate::domain::{DomainName, DomainRecord};
use crate::ids::{InstanceId, Timestamp};
use crate::instance::{InstanceRecord, InstanceState};

/// Which instances are wanted; a field that is `None` lets everything through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct InstanceFilter {
    /// Runs of this job.
    pub job: Option<JobName>,
    /// Runs that this member began.
    pub member: Option<MemberName>,
    /// Runs in this state.
    pub state: Option<InstanceState>,
    /// Runs that had begun by then.
    pub as_of: Option<Timestamp>,
}

impl InstanceFilter {
    /// Whether the instance is wanted.
    pub fn admits(&self, record: &InstanceRecord) -> bool {
        self.job.is_none_or(|job| job == record.id.job)
            && self.member.is_none_or(|member| member == record.member)
            && self.state.is_none_or(|state| state == record.state)
            && self.as_of.is_none_or(|moment| record.started <= moment)
    }
}

/// Which versions of which domains are wanted; a field that is `None` lets everything through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct VersionFilter {
    /// Copies of exactly this minidisk or volume.
    pub name: Option<DomainName>,
    /// Minidisks of this user.
    pub user: Option<UserId>,
    /// Minidisks with this device number.
    pub vdev: Option<Vdev>,
    /// Copies of this volume, and of minidisks that lay on it.
    pub volser: Option<Volser>,
    /// Only whole volumes (`true`) or only minidisks (`false`).
    pub whole_volumes: Option<bool>,
    /// The member's own disks and packs and, since it sees them as well, those that all members share.
    pub seen_by: Option<MemberName>,
    /// Copies made by this job.
    pub job: Option<JobName>,
    /// Copies that were closed by then.
    pub as_of: Option<Timestamp>,
    /// Only copies that can be restored.
    pub restorable: bool,
}

impl VersionFilter {
    /// All versions of exactly one minidisk or volume.
    pub fn of(name: &DomainName) -> VersionFilter {
        VersionFilter {
            name: Some(*name),
            ..VersionFilter::default()
        }
    }

    /// Whether the version is wanted.
    pub fn admits(&self, instance: &InstanceId, record: &DomainRecord) -> bool {
        self.admits_name(record)
            && self.job.is_none_or(|job| job == instance.job)
            && self.as_of.is_none_or(|moment| record.ended <= moment)
            && (!self.restorable || record.status.is_restorable() && record.manifest.is_some())
    }

    fn admits_name(&self, record: &DomainRecord) -> bool {
        let name = &record.name;
        let (whole, volser, by_device) = match *name {
            DomainName::Minidisk { user, vdev, .. } => (
                false,
                record.volser,
                self.user.is_none_or(|wanted| wanted == user)
                    && self.vdev.is_none_or(|wanted| wanted == vdev),
            ),
            DomainName::Volume { volser, .. } => (true, volser, self.user.is_none() && self.vdev.is_none()),
        };
        by_device
            && self.name.is_none_or(|wanted| wanted == *name)
            && self.volser.is_none_or(|wanted| wanted == volser)
            && self.whole_volumes.is_none_or(|wanted| wanted == whole)
            && self
                .seen_by
                .is_none_or(|member| name.member().is_none_or(|own| own == member))
    }

    /// What the keys of all wanted domains begin with, so that a store looks at no others.
    pub(crate) fn key_prefix(&self) -> String {
        if let Some(name) = &self.name {
            return name.key();
        }
        match (self.user, self.vdev, self.whole_volumes, self.volser) {
            (Some(user), Some(vdev), _, _) => format!("M/{user}/{vdev}/"),
            (Some(user), None, _, _) => format!("M/{user}/"),
            (None, _, Some(true), Some(volser)) => format!("V/{volser}/"),
            (None, _, Some(true), None) => "V/".to_owned(),
            (None, Some(_), _, _) | (None, None, Some(false), _) => "M/".to_owned(),
            (None, None, None, _) => String::new(),
        }
    }
}

/// One copy of a minidisk or volume among all that were ever made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DomainVersion {
    /// The instance that made it.
    pub instance: InstanceId,
    /// The copy.
    pub record: DomainRecord,
}

impl DomainVersion {
    /// Versions are in the order in which they were closed; the instance only breaks a tie, so that it is one order.
    pub(crate) fn age(&self) -> (Timestamp, InstanceId) {
        (self.record.ended, self.instance)
    }
}

/// Of every minidisk and volume among `versions` the one that was closed last, sorted by name. Two results mean that
/// the question was ambiguous.
pub fn latest_of_each(versions: Vec<DomainVersion>) -> Vec<DomainVersion> {
    let mut latest = std::collections::BTreeMap::<DomainName, DomainVersion>::new();
    for version in versions {
        let name = version.record.name;
        if latest.get(&name).is_none_or(|known| known.age() <= version.age()) {
            latest.insert(name, version);
        }
    }
    latest.into_values().collect()
}

/// How much the catalog knows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CatalogTotals {
    /// Instances, in whatever state.
    pub instances: u64,
    /// Closed domains of all of them.
    pub domains: u64,
    /// Packs that hold chunks or once were recorded.
    pub packs: u64,
    /// Different chunks.
    pub chunks: u64,
    /// The plain bytes of those chunks.
    pub chunk_bytes: u64,
}

//! What a job that runs on a member copies of a minidisk, if anything: the one answer that the engine, the rules and
//! the proof of coverage share.

use dasd::{Extent, Volser};

use crate::{
    job::Job,
    names::MemberName,
    site::{
        Site,
        minidisk::{Minidisk, MinidiskKind, Scope, Space},
        ownership::Reach,
        volume::VolumeKey,
    },
};

impl Site {
    /// The extent, and the pack with it, that a job on `member` copies of a minidisk it selects.
    ///
    /// # Errors
    /// Why it copies nothing: a clause about the minidisk, in an operator's words.
    pub fn copy_at(&self, member: &MemberName, minidisk: &Minidisk) -> Result<(Extent, VolumeKey), String> {
        if let Some(reason) = no_data(minidisk) {
            return Err(reason.to_owned());
        }
        let extent = match &minidisk.space {
            Space::Extent(extent) => *extent,
            Space::TDisk { .. } => return Err("a temporary disk is empty after every logon".to_owned()),
            Space::VDisk { .. } => return Err("a virtual disk in storage is gone after logoff".to_owned()),
            Space::Devno { rdev } => {
                return Err(match self.home_pack(minidisk) {
                    Some(pack) => format!("it is the whole of {pack}, which a job over volumes copies"),
                    None => format!("device {rdev:04X} is outside the volumes of site.toml"),
                });
            }
            Space::Unresolved { reason } => return Err(reason.clone()),
        };
        match self.can_read(member, minidisk) {
            Reach::Readable(key) => Ok((extent, key)),
            Reach::Unreachable(reason) => Err(reason),
        }
    }

    /// The packs that a job over volumes copies when it runs on `member`, by serial: those whose serial it selects and
    /// that the member has, whether or not site.toml lists them.
    pub fn packs_copied(&self, job: &Job, member: &MemberName) -> Vec<VolumeKey> {
        self.volsers()
            .filter(|volser| job.selects_volume(volser))
            .filter_map(|volser| self.pack_at(member, &volser))
            .collect()
    }

    /// Why a minidisk needs no copy of its own; None for one that does.
    pub fn needs_no_copy(&self, minidisk: &Minidisk) -> Option<&'static str> {
        if let Some(reason) = no_data(minidisk) {
            return Some(reason);
        }
        match minidisk.space {
            Space::TDisk { .. } => return Some("a temporary disk is empty after every logon"),
            Space::VDisk { .. } => return Some("a virtual disk in storage is gone after logoff"),
            Space::Extent(_) | Space::Devno { .. } | Space::Unresolved { .. } => {}
        }
        if minidisk.scope == Scope::None {
            return Some("no BUILD statement names its SUBCONFIG");
        }
        let holds_copies = |volser: Volser| {
            let mut pools = self.pools.iter().filter(|pool| !pool.catalog);
            pools.any(|pool| pool.volumes.contains(&volser))
        };
        minidisk
            .volser
            .is_some_and(holds_copies)
            .then_some("its volume is room for the copies themselves")
    }
}

fn no_data(minidisk: &Minidisk) -> Option<&'static str> {
    match minidisk.kind {
        MinidiskKind::Data => None,
        MinidiskKind::Overlay => Some("it lies over other minidisks, which are copied themselves"),
        MinidiskKind::SpaceMap => Some("it only marks space and holds no data of its own"),
    }
}

//! Coverage as a proof: for each minidisk the jobs that copy it, and how old its newest copy is at worst; or a
//! counter-example, which says what part of it no job holds, and why each job that might does not.
//!
//! Everything here is derived from the plan of the engine itself. A minidisk is covered when a planned job copies it
//! under its own name, or its pack as a whole: these are the two things that a restore can find.

mod age;
mod ambiguity;
mod counter;
mod duplicates;
mod planned;
mod proof;
mod what_if;

pub use age::Worst;
pub use ambiguity::{Ambiguity, AmbiguityKind};
pub use counter::{CopiedAs, Counterexample, Missing, Reason, Why};
pub use duplicates::{Duplicate, DuplicateKind};
pub use proof::{CopyBy, Coverage, DiskCoverage, Status, Tally, Via, coverage};
pub use what_if::{Destroyed, JobMove, Lost, LostPool, Thinner, WhatIf, what_if};

use zvm::{Site, VolumeKey};

use crate::env::ClusterState;
use crate::plan::LeftOut;

/// In which state of the installation coverage is asked for.
#[derive(Clone, Debug, Default)]
pub struct Situation {
    /// Which members are joined.
    pub cluster: ClusterState,
    /// Packs that cannot be read any more.
    pub lost: Vec<VolumeKey>,
}

impl Situation {
    /// All members are joined and all packs are well.
    pub fn sound(site: &Site) -> Self {
        Self {
            cluster: ClusterState::all_joined(site.cluster.members.iter().map(|member| member.name)),
            lost: Vec::new(),
        }
    }
}

/// What no job of the site copies while all members are joined, with the first reason of its counter-example.
pub(crate) fn in_no_job(site: &Site) -> Vec<LeftOut> {
    proof::disks(site, &Situation::sound(site))
        .into_iter()
        .filter_map(|disk| match disk.status {
            Status::Uncovered { counterexample } => Some(LeftOut {
                name: disk.name,
                reason: counterexample.summary(),
            }),
            Status::Covered { .. } | Status::Exempt { .. } => None,
        })
        .collect()
}

#[cfg(test)]
mod tests;

//! A proposal: what a site needs so that every minidisk is copied once, in the layout of a backup product.
//!
//! Jobs replace those of the site. Directory entries are proposed for service machines that are not there; what is
//! there stays as it is. Everything follows from the site alone, in a fixed order.

mod homes;
mod jobs;
mod profile;
mod servers;

pub(crate) use jobs::{of_member as jobs_of_member, recovery as recovery_job};
use serde::Serialize;
use zvm::{Layout, Site};

use crate::dst;

/// What is proposed for a site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Proposal {
    /// The layout that it follows.
    pub layout: Layout,
    /// The parts, in the order in which people read them: SYSTEM CONFIG, directory, jobs.
    pub parts: Vec<Part>,
    /// Jobs of the site that the proposed ones replace, by their files.
    pub replaces: Vec<String>,
    /// What the proposal cannot settle, in sentences.
    pub open: Vec<String>,
}

/// One part of a proposal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Part {
    /// The file of the site.
    pub file: String,
    /// What happens to it.
    pub how: How,
    /// Why.
    pub reason: String,
    /// The lines.
    pub text: String,
}

/// What a part does to its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum How {
    /// The lines are the whole file.
    New,
    /// The lines stand at the end of the file.
    Append,
}

/// Proposes jobs, service machines and statements for a site.
pub fn propose(site: &Site, layout: Layout) -> Proposal {
    let mut parts = Vec::new();
    let mut open = Vec::new();
    if site.cluster.members.len() > 1 && dst::distribute(site).next().is_none() {
        parts.push(Part {
            file: "SYSTEM.CONFIG".to_owned(),
            how: How::Append,
            reason: "users with one logon on each member can then command a server on another member; the statement \
                     must be the same on all members, and takes effect when all of them were down at the same time: \
                     shut down the whole cluster, then IPL it. After a rolling IPL members stay isolated"
                .to_owned(),
            text: "  Distribute IUCV TOLERATE\n".to_owned(),
        });
    }
    let servers = servers::missing(site, layout, &mut open);
    parts.extend(servers.parts);
    parts.extend(jobs::all(site, layout, &servers.private, &mut open));
    if site.cluster.members.is_empty() {
        open.push("SYSTEM CONFIG names no member of a cluster, so no job has a place to run".to_owned());
    }
    Proposal {
        layout,
        parts,
        replaces: site.jobs.iter().map(|job| job.place.file.to_string()).collect(),
        open,
    }
}

//! The resolved site: what the files of an installation mean together.

mod attach;
pub(crate) mod census;
mod copying;
mod device;
mod expand;
pub(crate) mod minidisk;
mod overlay;
pub(crate) mod ownership;
pub(crate) mod resolve;
mod space;
pub(crate) mod user;
pub(crate) mod volume;

use std::collections::{BTreeMap, BTreeSet};

use dasd::Volser;

use crate::{
    directory::Directory,
    extent_control::ExtentControl,
    job::Job,
    names::{MemberName, UserId},
    place::{Located, Place},
    site::{
        minidisk::Minidisk,
        user::User,
        volume::{Listing, SiteVolume},
    },
    site_toml::{CommandModule, Layout, Level, Policy, Pool, Suppression, TapeNode, WorkerShare},
    system_config::SystemConfig,
};

/// An installation as its files describe it. Everything is in a fixed order: the order of the files, or sorted.
#[derive(Debug, Clone)]
pub struct Site {
    /// The name from site.toml, or the name of the cluster.
    pub name: String,
    /// The z/VM level.
    pub level: Level,
    /// The cluster and its members.
    pub cluster: Cluster,
    /// Which backup product's layout the site follows.
    pub layout: Layout,
    /// Every pack that the files name, sorted by key.
    pub volumes: Vec<SiteVolume>,
    /// Every minidisk of every virtual machine, in the order of the directory.
    pub minidisks: Vec<Minidisk>,
    /// USER and IDENTITY entries, in the order of the directory.
    pub users: Vec<User>,
    /// The jobs, sorted by name and then place.
    pub jobs: Vec<Job>,
    /// Where backups go, as written in site.toml.
    pub repository: Option<String>,
    /// The seed from which the volumes of a generated site are made.
    pub seed: Option<u64>,
    /// What the installation wants of its backups.
    pub policy: Policy,
    /// Findings that the installation accepts.
    pub suppressions: Vec<Suppression>,
    /// Disk pools that backups are written to.
    pub pools: Vec<Pool>,
    /// How each member's tape manager is set up.
    pub tape_nodes: Vec<TapeNode>,
    /// Where the command modules of VM:Backup's servers lie.
    pub modules: Vec<CommandModule>,
    /// What the backups of each member may have of the machine that they run on: at most one entry for each.
    pub workers: Vec<WorkerShare>,
    /// The level of the backup product.
    pub product_level: Option<Located<Level>>,
    /// SYSTEM CONFIG as it was read.
    pub config: SystemConfig,
    /// The directory as it was read, all parts together.
    pub directory: Directory,
    /// EXTENT CONTROL as it was read; empty when there is none.
    pub extent_control: ExtentControl,
    listings: BTreeMap<Volser, Vec<Listing>>,
    user_at: BTreeMap<UserId, usize>,
}

impl Site {
    /// The USER or IDENTITY entry of this id; the first, should there be several.
    pub fn user(&self, id: &UserId) -> Option<&User> {
        self.users.get(*self.user_at.get(id)?)
    }

    /// The serial of every pack that the files name, sorted.
    pub fn volsers(&self) -> impl Iterator<Item = Volser> {
        let packs = self.volumes.iter().map(|volume| volume.key.volser);
        let all: BTreeSet<Volser> = self.listings.keys().copied().chain(packs).collect();
        all.into_iter()
    }
}

/// The cluster as the SSI statement describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cluster {
    /// Its name; empty when there is no SSI statement.
    pub name: String,
    /// Its members, by slot.
    pub members: Vec<Member>,
    /// The volume with the persistent data record.
    pub pdr_volume: Option<Volser>,
    /// The SSI statement.
    pub place: Option<Place>,
}

/// One member of the cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its system name.
    pub name: MemberName,
    /// Its slot in the SSI statement.
    pub slot: u32,
    /// Its name in the SSI statement.
    pub place: Place,
}

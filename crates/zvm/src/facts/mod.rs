//! Plain facts: what was run, when, and what happened in the cluster.
//!
//! The files of an installation say what shall happen; facts say what did. They come from the catalog, from a scenario,
//! or from a file `FACTS.toml`. Every list may be empty: what nobody recorded is not known, and a rule that would need
//! it says nothing.

mod moment;
mod parser;
mod row;

use dasd::Volser;

pub use moment::{BadMoment, Moment};
pub use parser::parse_facts;

use crate::{
    job::JobKind,
    link_mode::LinkMode,
    names::{JobName, MemberName, UserId, Vdev},
    place::Place,
};

/// All facts that are known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// `now`: the time at which ages are counted.
    pub now: Option<Moment>,
    /// `history`: the time that was watched. Only within it, what is not recorded did not happen.
    pub history: Option<History>,
    /// Since when a catalog has kept every run of every job; not a key of the file. A catalog knows nothing else of
    /// the time.
    pub recorded: Option<Moment>,
    /// `[[instance]]`: runs of jobs.
    pub instances: Vec<Instance>,
    /// `[[domain]]`: what these runs copied.
    pub domains: Vec<Domain>,
    /// `[[state]]`: state changes of members.
    pub states: Vec<StateChange>,
    /// `[[mode]]`: mode changes of the cluster.
    pub modes: Vec<ModeChange>,
    /// `[[change]]`: changes of the installation's files.
    pub changes: Vec<Change>,
    /// `[[running]]`: which level of its files a member runs with.
    pub running: Vec<Running>,
    /// `[[heartbeat]]`: the stamps of the members.
    pub heartbeats: Vec<Heartbeat>,
    /// `[[command]]`: commands that were issued.
    pub commands: Vec<Command>,
    /// `[[logon]]`: who was logged on where and when.
    pub logons: Vec<Logon>,
    /// `[[link]]`: minidisk links that are held.
    pub links: Vec<HeldLink>,
    /// `[[relocation]]`: live guest relocations, done or planned.
    pub relocations: Vec<Relocation>,
    /// `[[restore]]`: restores that are asked for.
    pub restores: Vec<Restore>,
    /// `[[tape_volume]]`: tapes that hold backups.
    pub tape_volumes: Vec<TapeVolume>,
}

/// The time that was watched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct History {
    /// From when.
    pub from: Moment,
    /// Until when.
    pub to: Moment,
    /// Where it stands.
    pub place: Place,
}

/// A run of a job: `JOB/12`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InstanceName {
    /// The job.
    pub job: JobName,
    /// Its number.
    pub number: u32,
}

/// One run of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instance {
    /// Its name.
    pub name: InstanceName,
    /// The member that ran it; None in a catalog that does not keep it.
    pub member: Option<MemberName>,
    /// Full or incremental.
    pub kind: JobKind,
    /// What an incremental was compared with.
    pub base: Option<InstanceName>,
    /// When it started, which is when the job expanded its list.
    pub started: Moment,
    /// When it ended; None while it runs.
    pub ended: Option<Moment>,
    /// When it may be purged; None means never.
    pub expires: Option<Moment>,
    /// How it ended.
    pub state: InstanceState,
    /// The tapes that hold it.
    pub tapes: Vec<Volser>,
    /// Where it stands.
    pub place: Place,
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum InstanceState {
    /// It runs.
    Open,
    /// All was copied.
    Complete,
    /// Some was not.
    CompleteWithErrors,
    /// The run was cut off.
    Incomplete,
    /// Nothing was copied.
    Failed,
    /// It is gone from the catalog.
    Purged,
}

/// What a run copied of one minidisk or volume.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Domain {
    /// The run.
    pub instance: InstanceName,
    /// Whose minidisk; None for a volume as a whole.
    pub user: Option<UserId>,
    /// Which minidisk.
    pub vdev: Option<Vdev>,
    /// The member to which the minidisk was local; None for a global one, or when the catalog does not say.
    pub member: Option<MemberName>,
    /// The volume.
    pub volser: Volser,
    /// First cylinder or block.
    pub start: Option<u32>,
    /// How many.
    pub length: Option<u32>,
    /// Whether there is a copy: it was copied, or found unchanged.
    pub copied: bool,
    /// Whether single files can be restored from the copy.
    pub files: bool,
    /// When it was copied; the start of the run if not given.
    pub at: Option<Moment>,
    /// Where it stands.
    pub place: Place,
}

/// The states of a member, as the cluster knows them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MemberState {
    /// Not running.
    Down,
    /// IPL in progress.
    Joining,
    /// The normal one.
    Joined,
    /// Orderly shutdown.
    Leaving,
    /// Runs outside of the cluster.
    Isolated,
    /// Lost contact with the others.
    Suspended,
    /// The others cannot tell.
    Unknown,
}

/// A member comes into another state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateChange {
    /// When.
    pub at: Moment,
    /// Which member.
    pub member: MemberName,
    /// Into which state. [`MemberState::Joining`] is an IPL.
    pub state: MemberState,
    /// Where it stands.
    pub place: Place,
}

/// The modes of a cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ClusterMode {
    /// All members are joined or down.
    Stable,
    /// A member joins or leaves.
    InFlux,
    /// The state of a member cannot be told.
    Safe,
}

/// The cluster comes into another mode.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModeChange {
    /// When.
    pub at: Moment,
    /// Into which mode.
    pub mode: ClusterMode,
    /// Where it stands.
    pub place: Place,
}

/// Someone changed a file of the installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// When.
    pub at: Moment,
    /// The file, as `SYSTEM.CONFIG` or `USER.DIRECT`.
    pub file: String,
    /// The statement in upper case, such as `DISTRIBUTE` or `MDISK`.
    pub statement: Option<String>,
    /// The entry of the directory that was changed.
    pub user: Option<UserId>,
    /// The minidisk that was added or changed.
    pub vdev: Option<Vdev>,
    /// The member whose own copy of the file was changed; None for the one file of all.
    pub member: Option<MemberName>,
    /// Where it stands.
    pub place: Place,
}

/// With which level of its files a member runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Running {
    /// The member.
    pub member: MemberName,
    /// A digest, date or version of the source directory from which its object directory was made.
    pub directory: Option<String>,
    /// The same of the SYSTEM CONFIG it was IPLed with.
    pub config: Option<String>,
    /// The setting of DISTRIBUTE IUCV that it runs with, in upper case.
    pub distribute: Option<String>,
    /// Where it stands.
    pub place: Place,
}

/// The two stamps of a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heartbeat {
    /// The member.
    pub member: MemberName,
    /// The stamp it wrote into the persistent data record.
    pub pdr: Option<Moment>,
    /// The stamp the others received last.
    pub received: Option<Moment>,
    /// Where it stands.
    pub place: Place,
}

/// A command that was issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// When; None when only the habit is known.
    pub at: Option<Moment>,
    /// Who.
    pub user: UserId,
    /// The member on which the user is logged on.
    pub member: MemberName,
    /// The server that is commanded.
    pub server: Option<UserId>,
    /// The member on which the server is logged on.
    pub server_member: Option<MemberName>,
    /// The command in upper case.
    pub text: String,
    /// Where it stands.
    pub place: Place,
}

/// Someone was, or is, logged on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logon {
    /// Who.
    pub user: UserId,
    /// Where.
    pub member: MemberName,
    /// Since when; None means since always.
    pub from: Option<Moment>,
    /// Until when; None means still.
    pub until: Option<Moment>,
    /// Where it stands.
    pub place: Place,
}

/// A minidisk link that is held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldLink {
    /// Who holds it.
    pub user: UserId,
    /// The member on which the holder is logged on.
    pub member: MemberName,
    /// Whose minidisk.
    pub owner: UserId,
    /// Which one.
    pub vdev: Vdev,
    /// The mode that was granted.
    pub mode: LinkMode,
    /// Where it stands.
    pub place: Place,
}

/// A live guest relocation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relocation {
    /// The guest.
    pub user: UserId,
    /// From this member.
    pub from: Option<MemberName>,
    /// To this member.
    pub to: MemberName,
    /// When it started; None for one that is planned.
    pub started: Option<Moment>,
    /// When it ended.
    pub ended: Option<Moment>,
    /// Where it stands.
    pub place: Place,
}

/// A restore that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restore {
    /// From this run; None means the newest that has it.
    pub instance: Option<InstanceName>,
    /// From this job; the job of the run when not given.
    pub job: Option<JobName>,
    /// Whose minidisk.
    pub user: UserId,
    /// Which one.
    pub vdev: Vdev,
    /// Whose instance of an IDENTITY, by its member.
    pub member: Option<MemberName>,
    /// The member on which the restore runs.
    pub at_member: MemberName,
    /// When.
    pub at: Option<Moment>,
    /// To this user's minidisk; the owner's own when not given.
    pub to_user: Option<UserId>,
    /// To this device; the same when not given.
    pub to_vdev: Option<Vdev>,
    /// To the instance of this member.
    pub to_member: Option<MemberName>,
    /// Where it stands.
    pub place: Place,
}

/// A tape that holds a backup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TapeVolume {
    /// Its serial.
    pub volser: Volser,
    /// What it holds.
    pub instance: Option<InstanceName>,
    /// When it may be used again.
    pub expires: Option<Moment>,
    /// The member whose tape catalog has it; None for the one catalog of all.
    pub member: Option<MemberName>,
    /// Where it stands.
    pub place: Place,
}

impl std::fmt::Display for InstanceName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&format!("{}/{}", self.job, self.number))
    }
}

impl std::str::FromStr for InstanceName {
    type Err = String;
    fn from_str(word: &str) -> Result<InstanceName, String> {
        let parts = word.split_once('/').and_then(|(job, number)| {
            Some(InstanceName {
                job: JobName::new(job).ok()?,
                number: number.parse().ok()?,
            })
        });
        parts.ok_or_else(|| format!("{word:?} is no run of a job such as \"SINGLE/12\""))
    }
}

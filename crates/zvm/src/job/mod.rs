//! Job definitions: `jobs/*.toml`, one job per file.
//!
//! The language is our own, because no public text gives the products' template syntax. What a job selects follows one
//! sentence: a minidisk is selected when at least one `[[include]]` fits it and no `[[exclude]]` does.

mod parser;
mod schedule;
mod template;

use dasd::Volser;

pub use parser::parse_job;
pub use schedule::Schedule;
pub use template::{BackupFormat, ChangeTest, Exception, ExclusionFile, RecordType, Template};

use crate::{
    names::{JobName, MemberName, UserId},
    place::Place,
    site::minidisk::Minidisk,
    text::{keys::Keys, mask::Mask},
};

/// One backup job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// The name under which its instances are numbered.
    pub name: JobName,
    /// Where it runs.
    pub member: JobMember,
    /// Whether it copies everything or what has changed.
    pub kind: JobKind,
    /// The job whose newest instance an incremental is compared with; without it, the job itself.
    pub base: Option<JobName>,
    /// How the content of a minidisk is copied.
    pub data: Data,
    /// What an incremental run need not read.
    pub shortcuts: Shortcuts,
    /// What is selected.
    pub include: Vec<Selector>,
    /// What is left out again; beats every include.
    pub exclude: Vec<Selector>,
    /// How long an instance is kept; None means for ever.
    pub retention: Option<Retention>,
    /// When the job runs, as written.
    pub schedule: Option<String>,
    /// Where the copies go.
    pub output: Option<Output>,
    /// The service machine that runs the job.
    pub server: Option<UserId>,
    /// `window_minutes`: how long a run is expected to take.
    pub window_minutes: Option<u32>,
    /// The template of a VM:Backup job.
    pub template: Option<Template>,
    /// Where the name stands.
    pub place: Place,
    /// Where the member stands, or the name when no member is given.
    pub member_place: Place,
    /// Where its other values stand.
    pub keys: Keys,
    /// Where the retention stands: the string, or the number in its table.
    pub retention_place: Option<Place>,
}

/// Where a job runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum JobMember {
    /// On any member that is up; right only for what all members can reach.
    Any,
    /// On this member and no other.
    At(MemberName),
}

/// What an incremental job believes instead of reading.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shortcuts {
    /// What it makes of the maps of changes beside the images.
    pub changes: Changes,
    /// Whether it passes over what lies in image files that look as they did when its base was copied: by length, times of
    /// change, inode and device.
    pub skip_unchanged: bool,
}

/// What an incremental job makes of the map of a volume's changes that may lie beside its image.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Changes {
    /// Everything is read.
    #[default]
    Ignored,
    /// What the map calls unchanged is not read, but for a sample. If that has changed, everything is read.
    Sampled,
    /// What the map calls unchanged is not read.
    Trusted,
}

impl std::str::FromStr for Changes {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        match word {
            "ignored" => Ok(Changes::Ignored),
            "sampled" => Ok(Changes::Sampled),
            "trusted" => Ok(Changes::Trusted),
            other => Err(format!(
                "{other:?} is not known; use \"ignored\", \"sampled\" or \"trusted\""
            )),
        }
    }
}

/// Whether a job copies everything or what has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum JobKind {
    /// Everything that is selected.
    Full,
    /// What differs from the base.
    Incremental,
}

/// How the content of a minidisk is copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Data {
    /// The engine chooses what fits the content.
    Auto,
    /// Every track or block of the extent.
    Image,
    /// Whole volumes instead of minidisks, as a disaster recovery job does: includes and excludes are matched on the
    /// volser only, and the domains are the volumes that the job's member reaches.
    Volumes,
}

/// How long an instance is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Retention {
    /// Days after its end.
    Days(u32),
    /// So many newer complete instances.
    Instances(u32),
}

/// Where the copies of a job go.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Output {
    /// Disk or tape.
    pub medium: Medium,
    /// The disk or tape pool, when one is named.
    pub pool: Option<String>,
    /// How many copies are written, at least 1.
    pub copies: u32,
}

/// What copies are written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Medium {
    /// A disk pool.
    Disk,
    /// Tapes.
    Tape,
}

/// One `[[include]]` or `[[exclude]]`: all four conditions must hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selector {
    /// The owner, as people name it.
    pub user: Mask,
    /// The device number in its four-digit form; a mask of one to four hexadecimal digits is padded with zeros.
    pub vdev: Mask,
    /// The volume; a minidisk that lies on no volume fits only `*`.
    pub volser: Mask,
    /// The kind of owner.
    pub scope: OwnerScope,
    /// `logged_on = true`: only users that are logged on at the job's member when it starts.
    pub logged_on: bool,
    /// Where the selector starts.
    pub place: Place,
    /// Where its values stand.
    pub keys: Keys,
}

/// Which kind of owner a selector means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum OwnerScope {
    /// Every minidisk.
    Any,
    /// Minidisks of single-configuration users (USER entries).
    Single,
    /// Minidisks of multiconfiguration users (IDENTITY entries and their SUBCONFIGs).
    Identity,
}

impl Selector {
    /// Whether the minidisk fits.
    pub fn matches(&self, minidisk: &Minidisk) -> bool {
        let scope = match self.scope {
            OwnerScope::Any => true,
            OwnerScope::Single => !minidisk.multi,
            OwnerScope::Identity => minidisk.multi,
        };
        scope
            && self.user.matches(minidisk.user.as_str())
            && self.vdev.matches(&minidisk.vdev.to_string())
            && self
                .volser
                .matches(minidisk.volser.as_ref().map_or("", Volser::as_str))
    }
}

impl Job {
    /// The schedule, when it is written as [`Schedule`] understands it.
    pub fn times(&self) -> Option<Schedule> {
        self.schedule.as_ref()?.parse().ok()
    }

    /// Whether the job selects the minidisk: an include fits and no exclude does. Whether there is anything to copy
    /// is not asked, so a mask may well select a T-DISK.
    pub fn selects(&self, minidisk: &Minidisk) -> bool {
        let fits = |selector: &Selector| selector.matches(minidisk);
        self.include.iter().any(fits) && !self.exclude.iter().any(fits)
    }

    /// Whether the job selects the minidisk only while its user is logged on at the job's member: every include that
    /// fits it has `logged_on`.
    pub fn selects_by_logon(&self, minidisk: &Minidisk) -> bool {
        let mut fitting = self.include.iter().filter(|include| include.matches(minidisk));
        self.selects(minidisk) && fitting.all(|include| include.logged_on)
    }

    /// Whether the volser masks of a job with [`Data::Volumes`] select the volume.
    pub fn selects_volume(&self, volser: &Volser) -> bool {
        let fits = |selector: &Selector| selector.volser.matches(volser.as_str());
        self.include.iter().any(fits) && !self.exclude.iter().any(fits)
    }
}

//! The files of a z/VM installation, resolved into a site: members, users, minidisks, ownership, jobs.
//!
//! The crate opens no file, reads no clock and starts nothing. Its parsers take bytes and cannot fail: they return
//! what they understood and their complaints, each with file, line and column. [`Site::resolve`] puts the files
//! together.

mod directory;
mod extent_control;
pub mod facts;
mod job;
mod link_mode;
mod names;
mod parsed;
mod place;
mod site;
mod site_toml;
mod system_config;
mod text;

pub use directory::{Directory, Oddity, OddityKind, cover_passwords, entry, parse_directory};
pub use extent_control::{Exclude, ExtentControl, Region, SsiVolume, parse_extent_control};
pub use facts::{Facts, Moment, parse_facts};
pub use job::{
    BackupFormat, ChangeTest, Changes, Data, Exception, ExclusionFile, Job, JobKind, JobMember, Medium,
    Output, OwnerScope, RecordType, Retention, Schedule, Selector, Shortcuts, Template, parse_job,
};
pub use link_mode::{LinkMode, Mode};
pub use names::{BadName, BadVdev, JobName, MemberName, UserId, Vdev};
pub use parsed::{Complaint, Parsed, Severity};
pub use place::{Located, Place};
pub use site::census::Census;
pub use site::minidisk::{Minidisk, MinidiskKind, Scope, Space};
pub use site::ownership::Reach;
pub use site::resolve::SiteFiles;
pub use site::user::{Build, User, UserLink};
pub use site::volume::{ListedBy, Listing, Ownership, SiteVolume, VolumeKey, VolumeSize};
pub use site::{Cluster, Member, Site};
pub use site_toml::{
    CommandModule, Layout, Level, Policy, Pool, SiteToml, Suppression, TapeCatalog, TapeNode, VolumeEntry,
    WorkerShare, parse_site_toml,
};
pub use system_config::statement::{ConfigKind, ConfigStatement, Distribute, PdrVolume, Slot, Ssi};
pub use system_config::{ConfigFault, ConfigFaultKind, SystemConfig, parse_system_config};
pub use text::keys::Keys;
pub use text::mask::Mask;
pub use text::source::Source;

//! The entries of a source directory.

use dasd::Volser;

use crate::{
    link_mode::{LinkMode, Mode},
    names::{MemberName, UserId, Vdev},
    place::{Located, Place},
};

/// What stands between two USER, IDENTITY, SUBCONFIG or PROFILE statements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Which of the four statements starts it.
    pub kind: EntryKind,
    /// The id of that statement.
    pub id: Located<UserId>,
    /// How one logs on; irrelevant for PROFILE and SUBCONFIG.
    pub logon: Logon,
    /// The word that says so, a password perhaps.
    pub logon_place: Option<Place>,
    /// Default and maximum storage as written.
    pub storage: Vec<Located<String>>,
    /// The statements of the entry.
    pub statements: Vec<Statement>,
    /// The statement that starts the entry.
    pub place: Place,
}

/// The kinds of entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EntryKind {
    /// Statements shared by entries that INCLUDE them.
    Profile,
    /// A single-configuration user.
    User,
    /// A multiconfiguration user.
    Identity,
    /// What an IDENTITY has on one member only.
    Subconfig,
}

/// How one logs on. Passwords themselves are never kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Logon {
    /// With a password, or there is no operand at all.
    Password,
    /// NOLOG: nobody can.
    NoLog,
    /// NOPASS: without a password.
    NoPass,
    /// AUTOONLY: by AUTOLOG only.
    AutoOnly,
    /// LBYONLY: by the users of LOGONBY only.
    LbyOnly,
}

/// A statement within an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Statement {
    /// INCLUDE of a profile.
    Include(Located<UserId>),
    /// BUILD ON member USING SUBCONFIG id.
    Build(Build),
    /// MDISK with the options that extend it.
    Mdisk(Box<Mdisk>),
    /// LINK.
    Link(Link),
    /// OPTION and its words.
    Options {
        /// The words in upper case.
        words: Vec<String>,
        /// The statement.
        place: Place,
    },
    /// Every other statement, by its keyword as written, in upper case.
    Other {
        /// The keyword.
        keyword: String,
        /// The operands of IPL, IUCV, VMRELOCATE and COMMAND SET VMRELOCATE in upper case, parted by one blank; those of
        /// other statements may be secret and are not kept.
        operands: String,
        /// The statement.
        place: Place,
    },
}

/// BUILD.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Build {
    /// The member; None for `*`, the system on which the directory is compiled.
    pub on: Option<Located<MemberName>>,
    /// The SUBCONFIG.
    pub subconfig: Located<UserId>,
    /// The statement.
    pub place: Place,
}

/// LINK.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Whose minidisk; `*` is replaced by the id of the entry.
    pub owner: Located<UserId>,
    /// The owner's number.
    pub vdev: Located<Vdev>,
    /// The number here; that of the owner when none is given.
    pub as_vdev: Vdev,
    /// The mode; None when none is given.
    pub mode: Option<LinkMode>,
    /// The statement.
    pub place: Place,
}

/// MDISK.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mdisk {
    /// The virtual device number.
    pub vdev: Located<Vdev>,
    /// The device type in upper case.
    pub device: String,
    /// What backs it.
    pub space: MdiskSpace,
    /// The words of `space`, for those who want to put others there; None where they go over several lines.
    pub space_place: Option<Place>,
    /// The mode.
    pub mode: Mode,
    /// The word of the mode; None where none is given.
    pub mode_place: Option<Place>,
    /// Read, write and multiple password.
    pub passwords: [LinkPassword; 3],
    /// The words of MINIOPT statements that follow.
    pub minidisk_options: Vec<String>,
    /// The words of DASDOPT statements that follow.
    pub dasd_options: Vec<String>,
    /// The statement, all of it.
    pub place: Place,
}

/// What backs a minidisk, as the statement says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MdiskSpace {
    /// A run on a volume.
    Extent {
        /// First cylinder or block.
        start: u32,
        /// How much, or up to the end.
        length: Length,
        /// The volume.
        volume: MdiskVolume,
    },
    /// DEVNO: a whole device.
    Devno(u16),
    /// T-DISK.
    TDisk(u32),
    /// V-DISK.
    VDisk(u32),
    /// An allocation word of a directory manager in place of the start.
    Allocation {
        /// The word, such as `AUTOG`.
        word: Located<String>,
        /// Its operands: size and group.
        operands: String,
    },
}

/// The length operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Length {
    /// So many cylinders or blocks.
    Units(u32),
    /// `END`: to the end of the volume.
    ToEnd,
}

/// The volume operand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MdiskVolume {
    /// This volume.
    Volume(Located<Volser>),
    /// `&SYSRES`: the system residence volume of the system that compiles the directory.
    Sysres(Place),
}

/// What is known of a link password. The password itself is never kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LinkPassword {
    /// None: links with this mode need authority from elsewhere.
    None,
    /// ALL: no password needed.
    All,
    /// There is one.
    Secret,
}

//! The owners of minidisks: USER and IDENTITY entries.

use crate::{
    link_mode::LinkMode,
    names::{MemberName, UserId, Vdev},
    place::Place,
};

/// A USER or IDENTITY entry with its profile merged in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Its id.
    pub id: UserId,
    /// Whether it is an IDENTITY: one logon on each member instead of one in the cluster.
    pub multi: bool,
    /// Whether anybody can log on to it (NOLOG means nobody).
    pub can_log_on: bool,
    /// For an IDENTITY, what is built where; empty for a USER.
    pub builds: Vec<Build>,
    /// Its LINK statements, those of its profile and its SUBCONFIGs among them.
    pub links: Vec<UserLink>,
    /// The words of its OPTION statements.
    pub options: Vec<String>,
    /// The statement that starts the entry.
    pub place: Place,
}

/// One BUILD statement, expanded: `BUILD ON *` is one for each member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Build {
    /// Where the SUBCONFIG is built.
    pub member: MemberName,
    /// Its id; there may be no such entry.
    pub subconfig: UserId,
    /// The BUILD statement.
    pub place: Place,
}

/// A LINK statement of a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserLink {
    /// Whose minidisk.
    pub owner: UserId,
    /// Under which number the owner has it.
    pub vdev: Vdev,
    /// Under which number the linking user sees it.
    pub as_vdev: Vdev,
    /// How; None means the default.
    pub mode: Option<LinkMode>,
    /// The member for which the link holds, when it stands in a SUBCONFIG.
    pub member: Option<MemberName>,
    /// The LINK statement.
    pub place: Place,
}

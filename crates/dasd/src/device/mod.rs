//! The emulated device: what a channel program of a member would do on a volume.
//!
//! A [`Spindle`] is the volume as its drive has it, shared by all that are attached to it; a [`Device`] is one
//! attachment, which runs channel programs of [`Command`]s. They end normally ([`Ended`]) or with a unit check
//! ([`UnitCheck`]) whose [`Sense`] says why. Beside every write, its change is marked in a [`ChangeMap`], and views
//! that were frozen before keep the old state ([`FrozenView`]). [`service`] says how long a program takes.
//!
//! Nothing here knows time, threads or files of its own: one program after the other, each as a whole.

mod attach;
pub mod change_map;
mod ckd;
mod command;
mod condition;
mod fba;
mod freeze;
mod limits;
mod sense;
pub mod service;
mod spindle;
mod units;

pub use attach::{Capacity, Device, Ended, UnitCheck};
pub use change_map::{Beside, ChangeMap, Changed, Generation, Opening};
pub use command::{Argument, Command, Mode, Operation, RecordId, Relation};
pub use condition::{Condition, Reject};
pub use freeze::{FreezeError, FreezeSpace, FrozenError, FrozenView};
pub use limits::{DefineExtent, FileMask, Limits, Seeks, Writes};
pub use sense::{Sense, Spot};
pub use spindle::{ChangesError, Spindle};
pub use units::{UnitError, units};

//! DASD images: geometry, labels, allocation maps, tracks and blocks, and every image format.
//!
//! The crate turns the bytes of an image into volumes, and volumes into tracks and blocks. It knows no member,
//! user or job. [`Volume`] is what other crates open; [`canonical`] is the form in which tracks are stored.
//!
//! Byte order: headers and tables of an image file are little-endian, whatever a channel program would see
//! (home addresses, count fields, labels) is big-endian, text on the volume is EBCDIC. The byte order stands in
//! the field types of the private `layout` modules and nowhere else.

mod address;
pub mod allocation;
pub mod bytes;
pub mod canonical;
pub mod check;
pub mod compare;
pub mod convert;
pub mod cp;
pub mod device;
pub mod ebcdic;
mod error;
mod extent;
pub mod format;
mod geometry;
mod label;
mod layout;
mod null_track;
mod pool;
mod record;
pub mod repair;
mod stamp;
mod track;
mod volser;
mod volume;

pub use address::{BlockCount, BlockNo, Cylinder, CylinderCount, Head, TrackAddr, TrackCount, TrackNo};
pub use compare::compare;
pub use error::{BlockError, BlockFault, ConvertError, CreateError, MountError, TrackError};
pub use extent::{Extent, Run};
pub use format::{Creation, FORMATS};
pub use geometry::{
    BLOCK_SIZE, CKD_DEVICES, CkdDevice, CkdGeometry, CkdModel, FBA_DEVICES, FbaDevice, FbaGeometry, Geometry,
    UnknownDevice,
};
pub use label::{CpMarker, VolumeLabel, VtocPointer};
pub use null_track::NullFormat;
pub use record::{Count, Record};
pub use repair::repair;
pub use stamp::Stamp;
pub use track::{BadTrack, Records, Track, TrackBuilder, TrackFault};
pub use volser::{BadVolser, Volser};
pub use volume::{Access, PART_BYTES_MAX, TrackReader, Volume};

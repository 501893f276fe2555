//! The image formats: one file or folder per format behind [`ImageFormat`], one line per format in [`FORMATS`].

mod ckd;
mod compressed;
mod fba;
mod mend;

pub(crate) use ckd::{check_shape, create_split, within};
pub use compressed::{Compression, Compressor, Packed, PackedFormat, PackedImage, Packer};
pub(crate) use mend::{mend, packed_kind};

use std::io;
use std::sync::Arc;

use zerocopy::{FromZeros, IntoBytes};

use crate::address::{BlockNo, TrackNo};
use crate::bytes::RandomBytes;
use crate::check::Findings;
use crate::error::{BlockFault, CreateError, MountError};
use crate::geometry::Geometry;
use crate::layout::ckd::DeviceHeader;
use crate::null_track::NullFormat;
use crate::track::TrackFault;
use crate::volume::Access;

/// All formats, in the order in which they are asked whether an image is theirs. Plain FBA has no header and takes
/// what is left.
pub static FORMATS: &[&dyn ImageFormat] = &[
    &ckd::PlainCkd,
    &compressed::CCKD,
    &compressed::CCKD64,
    &compressed::CFBA,
    &compressed::CFBA64,
    &fba::PlainFba,
];

/// One way to lay a volume into files.
pub trait ImageFormat: Sync {
    /// The name of the format, for people.
    fn name(&self) -> &'static str;

    /// Whether the beginning of a file looks like this format.
    fn claims(&self, head: &Beginning) -> bool;

    /// Whether the format has this eye-catcher.
    fn is_named(&self, id: &[u8; 8]) -> bool {
        let _ = id;
        false
    }

    /// Reads headers and tables.
    ///
    /// # Errors
    /// The image is damaged, or the format cannot be mounted this way.
    fn open(&self, source: &Source<'_>) -> Result<Box<dyn Image>, MountError>;

    /// Reads headers and tables of a base image and of the shadow files over it, the first shadow first.
    ///
    /// # Errors
    /// As [`ImageFormat::open`]; the format has no shadow files, or these are not those of the base.
    fn open_chain(&self, base: &Source<'_>, shadows: &[Source<'_>]) -> Result<Box<dyn Image>, MountError> {
        if shadows.is_empty() {
            return self.open(base);
        }
        Err(MountError::Chain {
            image: base.name.to_owned(),
            what: format!(
                "{} images have no shadow files, only compressed images do",
                self.name()
            ),
        })
    }

    /// Looks for everything that is wrong with an image of this format.
    fn check(&'static self, source: &Source<'_>, findings: &mut Findings, progress: &mut dyn FnMut(u64));

    /// Makes a new image in `target`, if the format can be written and has such volumes.
    fn create(&self, target: &Target<'_>) -> Option<Result<Box<dyn Image>, CreateError>> {
        let _ = target;
        None
    }
}

/// A volume inside an image. [`crate::Volume`] checks what it passes on: tracks and blocks are on the volume,
/// buffers have whole slots and blocks, what is written is well formed.
pub trait Image: Send + Sync {
    /// The shape of the volume.
    fn geometry(&self) -> &Geometry;

    /// What an operator should know although the volume can be used.
    fn notes(&self) -> &[String] {
        &[]
    }

    /// Reads tracks into their slots. What fails is reported and the other tracks are delivered.
    fn read_tracks(&self, first: TrackNo, slots: &mut [u8], failed: &mut dyn FnMut(TrackNo, TrackFault)) {
        let _ = slots;
        failed(first, TrackFault::NoTracks);
    }

    /// Writes whole slots.
    ///
    /// # Errors
    /// The first track that could not be written, and why.
    fn write_tracks(&self, first: TrackNo, slots: &[u8]) -> Result<(), (TrackNo, TrackFault)> {
        let _ = slots;
        Err((first, TrackFault::ReadOnly))
    }

    /// Reads blocks.
    ///
    /// # Errors
    /// The blocks cannot be read, and why.
    fn read_blocks(&self, first: BlockNo, into: &mut [u8]) -> Result<(), BlockFault> {
        let _ = (first, into);
        Err(BlockFault::NoBlocks)
    }

    /// Writes blocks.
    ///
    /// # Errors
    /// The blocks cannot be written, and why.
    fn write_blocks(&self, first: BlockNo, from: &[u8]) -> Result<(), BlockFault> {
        let _ = (first, from);
        Err(BlockFault::ReadOnly)
    }

    /// Returns when everything written would survive a crash.
    ///
    /// # Errors
    /// Whatever the system says.
    fn sync(&self) -> io::Result<()>;
}

/// The beginning of a file, from which formats know their own.
pub struct Beginning {
    bytes: [u8; BEGINNING_LEN],
    length: u64,
}

/// Two headers, or the first two blocks of an FBA volume.
const BEGINNING_LEN: usize = 1024;

impl Beginning {
    /// Reads the first bytes; what a short file does not have is zero.
    pub(crate) fn read(bytes: &dyn RandomBytes) -> io::Result<Beginning> {
        let length = bytes.len()?;
        let mut head = Beginning {
            bytes: [0; BEGINNING_LEN],
            length,
        };
        let present = usize::try_from(length)
            .unwrap_or(BEGINNING_LEN)
            .min(BEGINNING_LEN);
        bytes.read_at(0, &mut head.bytes[..present])?;
        Ok(head)
    }

    /// The eye-catcher, unless block 1 is the label of an FBA volume whose block 0 happens to begin with one: no
    /// image with a header has VOL1 in EBCDIC there, because a home address or a version stands there.
    pub(crate) fn id(&self) -> Option<&[u8; 8]> {
        let label = self.bytes[512..].starts_with(&crate::label::VOL1);
        self.bytes.first_chunk().filter(|_| !label)
    }

    /// What looks like an eye-catcher but is none of ours.
    pub(crate) fn unknown_id(&self) -> Option<String> {
        let id = self.id()?;
        let alike = id.starts_with(b"CKD_") || id.starts_with(b"FBA_");
        let known = FORMATS.iter().any(|format| format.is_named(id));
        (alike && !known).then(|| String::from_utf8_lossy(id).into_owned())
    }

    pub(crate) const fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Length of the file.
    pub(crate) const fn length(&self) -> u64 {
        self.length
    }
}

/// An image that is to be opened.
pub struct Source<'a> {
    /// Its name, for messages.
    pub name: &'a str,
    /// Its bytes.
    pub bytes: Arc<dyn RandomBytes>,
    /// What it is opened for.
    pub access: Access,
    /// Where the other parts of a split volume are.
    pub parts: &'a dyn Parts,
}

impl Source<'_> {
    pub(crate) fn io_error(&self, source: io::Error) -> MountError {
        MountError::Io {
            image: self.name.to_owned(),
            source,
        }
    }

    /// Reads the device header that every format but plain FBA begins with.
    pub(crate) fn device_header(&self, format: &'static str) -> Result<DeviceHeader, MountError> {
        let mut header = DeviceHeader::new_zeroed();
        self.bytes
            .read_at(0, header.as_mut_bytes())
            .map_err(|error| match error.kind() {
                io::ErrorKind::UnexpectedEof => {
                    self.damaged(format, 0, "the file is shorter than its 512-byte header")
                }
                _ => self.io_error(error),
            })?;
        Ok(header)
    }

    pub(crate) fn damaged(&self, format: &'static str, offset: u64, what: impl Into<String>) -> MountError {
        MountError::Damaged {
            image: self.name.to_owned(),
            format,
            offset,
            what: what.into(),
        }
    }
}

/// Finds the parts of a split volume by their number.
pub trait Parts {
    /// Opens part 2 and up.
    ///
    /// # Errors
    /// There is no such part, or it cannot be opened.
    fn open(&self, part: u32) -> io::Result<Arc<dyn RandomBytes>>;
}

/// For images that are not files.
pub(crate) struct NoParts;

impl Parts for NoParts {
    fn open(&self, _: u32) -> io::Result<Arc<dyn RandomBytes>> {
        Err(io::Error::new(
            io::ErrorKind::NotFound,
            "this image has no other parts; mount the volume by its file name",
        ))
    }
}

/// An image that is to be made.
pub struct Target<'a> {
    /// Its name, for messages.
    pub name: &'a str,
    /// Where to; empty.
    pub bytes: Arc<dyn RandomBytes>,
    /// Its shape.
    pub geometry: &'a Geometry,
    /// What to put on its tracks.
    pub creation: Creation,
}

/// What a new image has on its tracks. New blocks are always zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Creation {
    /// Unformatted tracks of that kind.
    Formatted(NullFormat),
    /// Nothing: a hole in the file. Only for a volume of which every track is written before it is used.
    Unformatted,
}

impl Default for Creation {
    fn default() -> Creation {
        Creation::Formatted(NullFormat::default())
    }
}

//! Makes images of tracks and groups: null where nobody has written them, compressed where that makes them shorter.

use bzip2::{Action as BzipAction, Compress as Bzip2, Status as BzipStatus};
use flate2::{Compress as Zlib, FlushCompress, Status as ZlibStatus};
use zerocopy::IntoBytes;
use zerocopy::byteorder::{BE, U32};

use super::GROUP_LEN;
use crate::address::TrackAddr;
use crate::canonical::is_zero;
use crate::layout::cckd::GroupHeader;
use crate::layout::ckd::{COUNT_LEN, HOME_LEN};
use crate::null_track::NullFormat;
use crate::track::{Track, TrackFault};

/// How the payload of images is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// Not at all; unformatted tracks still take no room.
    None,
    /// zlib, of level 1 (fast) to 9 (small).
    Zlib(u8),
    /// bzip2, of level 1 to 9.
    Bzip2(u8),
}

impl Default for Compression {
    fn default() -> Compression {
        Compression::Zlib(6)
    }
}

impl Compression {
    /// The code in headers.
    pub(super) const fn code(self) -> u8 {
        match self {
            Compression::None => 0,
            Compression::Zlib(_) => 1,
            Compression::Bzip2(_) => 2,
        }
    }

    /// The level as the header stores it.
    pub(super) fn parameter(self) -> u16 {
        match self {
            Compression::None => u16::MAX,
            Compression::Zlib(level) | Compression::Bzip2(level) => u16::from(level.clamp(1, 9)),
        }
    }
}

/// The image of a track or of a group of blocks, ready to be written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PackedImage {
    /// Code, address, payload; empty where the track is unformatted or the blocks are zero.
    pub(super) bytes: Vec<u8>,
    /// The form of an unformatted track.
    pub(super) null_format: u16,
}

impl PackedImage {
    /// That of an unformatted track, as new volumes have them.
    pub const fn unformatted() -> PackedImage {
        PackedImage {
            bytes: Vec::new(),
            null_format: 1,
        }
    }
}

/// Hercules does not compress shorter images either.
const COMPRESS_MIN: usize = 512;

/// Makes images one after the other. One for each thread that compresses.
pub struct Compressor {
    compression: Compression,
    zlib: Zlib,
    payload: Vec<u8>,
    null: Vec<u8>,
}

impl Compressor {
    /// A compressor of that kind.
    pub fn new(compression: Compression) -> Compressor {
        let level = match compression {
            Compression::Zlib(level) => u32::from(level.clamp(1, 9)),
            Compression::None | Compression::Bzip2(_) => 1,
        };
        Compressor {
            compression,
            zlib: Zlib::new(flate2::Compression::new(level), true),
            payload: Vec::new(),
            null: Vec::new(),
        }
    }

    /// Makes the image of the track that begins with `slot`; what stands behind its end mark is left out.
    ///
    /// # Errors
    /// The track is malformed.
    pub fn track(&mut self, slot: &[u8], at: TrackAddr, image: &mut PackedImage) -> Result<(), TrackFault> {
        let length = Track::parse(slot, at)?.length();
        let track = &slot[..length];
        image.bytes.clear();
        if let Some(code) = self.null_format(track, at) {
            image.null_format = code;
            return Ok(());
        }
        // The home address is not compressed; its first byte gives way to the code.
        image.bytes.extend_from_slice(&track[..HOME_LEN]);
        self.compress(&track[HOME_LEN..], image);
        Ok(())
    }

    /// Makes the image of the group of 120 blocks with that number, of which those beyond the volume are zero.
    ///
    /// # Panics
    /// `blocks` is longer than a group.
    pub fn group(&mut self, blocks: &[u8], number: u32, image: &mut PackedImage) {
        image.bytes.clear();
        image.null_format = 0;
        if is_zero(blocks) {
            return;
        }
        let header = GroupHeader {
            code: 0,
            group: U32::<BE>::new(number),
        };
        image.bytes.extend_from_slice(header.as_bytes());
        let mut group = std::mem::take(&mut self.null);
        group.clear();
        group.extend_from_slice(blocks);
        assert!(group.len() <= GROUP_LEN, "a group has 120 blocks");
        group.resize(GROUP_LEN, 0);
        self.compress(&group, image);
        self.null = group;
    }

    /// The form of an unformatted track, if it is exactly one: nothing that a volume has gets lost.
    fn null_format(&mut self, track: &[u8], at: TrackAddr) -> Option<u16> {
        let code = match track.len() {
            37 => 0,
            29 => 1,
            length if length == LINUX_LEN => 2,
            _ => return None,
        };
        self.null.resize(track.len(), 0);
        NullFormat::from_code(code)?.fill(&mut self.null, at).ok()?;
        (self.null == track).then_some(code)
    }

    /// Appends the payload to the image as it is shortest.
    fn compress(&mut self, payload: &[u8], image: &mut PackedImage) {
        self.payload.clear();
        self.payload.resize(payload.len(), 0);
        let long_enough = HOME_LEN + payload.len() >= COMPRESS_MIN;
        // The room is that of the raw payload: a stream that does not end in it is no gain.
        let length = match self.compression {
            Compression::Zlib(_) if long_enough => zlib(&mut self.zlib, payload, &mut self.payload),
            Compression::Bzip2(level) if long_enough => bzip2(level, payload, &mut self.payload),
            Compression::None | Compression::Zlib(_) | Compression::Bzip2(_) => None,
        };
        match length.filter(|&length| length < payload.len()) {
            Some(length) => {
                image.bytes[0] = self.compression.code();
                image.bytes.extend_from_slice(&self.payload[..length]);
            }
            None => image.bytes.extend_from_slice(payload),
        }
    }
}

/// Length of a track with twelve records of 4096 bytes.
const LINUX_LEN: usize = 29 + 12 * (COUNT_LEN + 4096);

fn zlib(stream: &mut Zlib, payload: &[u8], out: &mut [u8]) -> Option<usize> {
    stream.reset();
    let status = stream.compress(payload, out, FlushCompress::Finish).ok()?;
    (status == ZlibStatus::StreamEnd)
        .then(|| usize::try_from(stream.total_out()).ok())
        .flatten()
}

fn bzip2(level: u8, payload: &[u8], out: &mut [u8]) -> Option<usize> {
    let mut stream = Bzip2::new(bzip2::Compression::new(u32::from(level.clamp(1, 9))), 0);
    loop {
        let before = (stream.total_in(), stream.total_out());
        let input = payload.get(usize::try_from(before.0).ok()?..)?;
        let room = out.get_mut(usize::try_from(before.1).ok()?..)?;
        match stream.compress(input, room, BzipAction::Finish).ok()? {
            BzipStatus::StreamEnd => return usize::try_from(stream.total_out()).ok(),
            _ if before == (stream.total_in(), stream.total_out()) => return None,
            _ => {}
        }
    }
}

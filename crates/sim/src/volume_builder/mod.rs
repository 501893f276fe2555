//! Makes the volumes of a site: label, allocation map, and content for every minidisk.
//!
//! Which file holds a volume is the caller's business: [`fill`] writes to a [`dasd::Volume`] that was just created
//! with the geometry of its [`VolumeContent`].

mod area;
mod blocks;
mod placement;
mod tracks;

use dasd::{
    BadTrack, BlockError, CpMarker, Geometry, TrackAddr, TrackError, Volume,
    cp::{self, CpFormat, CpFormatError},
};

pub use placement::{Area, AreaLayout, UnknownShape, VolumeContent, content_of, missing_volumes};

use crate::{
    content::{Script, Words},
    seed::Seed,
};

/// Why a volume could not be filled.
#[derive(Debug, thiserror::Error)]
pub enum FillError {
    /// The volume has another shape than its content.
    #[error("volume {volume} is a {found}, its content is made for a {wanted}")]
    Geometry {
        /// The name of the volume.
        volume: String,
        /// The shape it has.
        found: String,
        /// The shape that the site gives it.
        wanted: String,
    },
    /// Label and allocation map could not be written.
    #[error(transparent)]
    Format(#[from] CpFormatError),
    /// A track cannot hold what was meant for it.
    #[error("volume {volume}, {at}: the track cannot be laid out")]
    Layout {
        /// The name of the volume.
        volume: String,
        /// Which track.
        at: TrackAddr,
        /// Why.
        source: BadTrack,
    },
    /// The image file refuses a track.
    #[error(transparent)]
    Track(#[from] TrackError),
    /// The image file refuses blocks.
    #[error(transparent)]
    Block(#[from] BlockError),
}

/// The two vocabularies that disks are written in.
#[derive(Debug)]
struct Vocabularies {
    ebcdic: Words,
    ascii: Words,
}

impl Vocabularies {
    fn of(&self, layout: AreaLayout) -> &Words {
        match layout {
            AreaLayout::Linux => &self.ascii,
            AreaLayout::Cms | AreaLayout::Records | AreaLayout::Pages => &self.ebcdic,
        }
    }
}

/// Writes label, allocation map and content. `seed` is that of the site; the same seed and content give the same
/// volume, byte for byte. `written` hears how many bytes of the image each step has laid down.
///
/// # Errors
/// The volume has another geometry, or its image cannot be written.
pub fn fill(
    volume: &Volume,
    content: &VolumeContent,
    seed: Seed,
    written: &mut dyn FnMut(u64),
) -> Result<(), FillError> {
    if *volume.geometry() != content.geometry {
        return Err(FillError::Geometry {
            volume: volume.name().to_owned(),
            found: volume.geometry().to_string(),
            wanted: content.geometry.to_string(),
        });
    }
    let format = CpFormat {
        volser: content.volser(),
        marker: CpMarker::CpVol,
        allocation: content.allocation(),
        fill: false,
    };
    cp::format_volume(volume, &format)?;
    let words = Vocabularies {
        ebcdic: Words::new(Script::Ebcdic),
        ascii: Words::new(Script::Ascii),
    };
    match &content.geometry {
        Geometry::Ckd(geometry) => tracks::fill(volume, geometry, content, seed, &words, written),
        Geometry::Fba(_) => blocks::fill(volume, content, seed, &words, written),
    }
}

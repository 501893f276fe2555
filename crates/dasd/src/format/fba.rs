//! Plain FBA images: 512-byte blocks from byte 0, no header. The file says nothing about its device, so whatever
//! no other format knows and has whole blocks is one.

use std::io;
use std::sync::Arc;

use super::{Beginning, Image, ImageFormat, Source, Target};
use crate::address::{BlockCount, BlockNo};
use crate::bytes::RandomBytes;
use crate::check::{FaultPlace, Findings};
use crate::error::{BlockFault, CreateError, MountError};
use crate::geometry::{FbaGeometry, Geometry};

/// The format.
pub(crate) struct PlainFba;

const BLOCK: u64 = 512;

impl ImageFormat for PlainFba {
    fn name(&self) -> &'static str {
        "plain FBA"
    }

    fn claims(&self, head: &Beginning) -> bool {
        head.length() > 0 && head.length().is_multiple_of(BLOCK)
    }

    fn open(&self, source: &Source<'_>) -> Result<Box<dyn Image>, MountError> {
        let length = source.bytes.len().map_err(|error| source.io_error(error))?;
        let blocks = u32::try_from(length / BLOCK).map_err(|_| {
            source.damaged(
                self.name(),
                length,
                "more than 2 TiB are more than an FBA volume can have",
            )
        })?;
        Ok(Box::new(FbaImage::new(
            Arc::clone(&source.bytes),
            BlockCount::new(blocks),
        )))
    }

    /// Whatever has whole blocks is sound: the file says nothing about itself.
    fn check(&'static self, source: &Source<'_>, findings: &mut Findings, progress: &mut dyn FnMut(u64)) {
        match self.open(source) {
            Ok(image) => {
                progress(image.geometry().size() / BLOCK);
                findings.geometry = Some(image.geometry().clone());
            }
            Err(error) => findings.error(FaultPlace::Header { offset: 0 }, error.to_string()),
        }
    }

    fn create(&self, target: &Target<'_>) -> Option<Result<Box<dyn Image>, CreateError>> {
        let geometry = target.geometry.as_fba()?;
        if geometry.blocks.get() == 0 {
            return Some(Err(CreateError::Geometry {
                image: target.name.to_owned(),
                geometry: target.geometry.clone(),
                why: "a volume has at least one block",
            }));
        }
        let io_error = |source| CreateError::Io {
            image: target.name.to_owned(),
            source,
        };
        let made = target.bytes.set_len(target.geometry.size()).map_err(io_error);
        Some(made.map(|()| -> Box<dyn Image> {
            Box::new(FbaImage::new(Arc::clone(&target.bytes), geometry.blocks))
        }))
    }
}

struct FbaImage {
    geometry: Geometry,
    bytes: Arc<dyn RandomBytes>,
}

impl FbaImage {
    fn new(bytes: Arc<dyn RandomBytes>, blocks: BlockCount) -> FbaImage {
        FbaImage {
            geometry: Geometry::Fba(FbaGeometry { blocks }),
            bytes,
        }
    }
}

impl Image for FbaImage {
    fn geometry(&self) -> &Geometry {
        &self.geometry
    }

    fn read_blocks(&self, first: BlockNo, into: &mut [u8]) -> Result<(), BlockFault> {
        self.bytes
            .read_at(u64::from(first.get()) * BLOCK, into)
            .map_err(|error| BlockFault::Io(error.to_string()))
    }

    fn write_blocks(&self, first: BlockNo, from: &[u8]) -> Result<(), BlockFault> {
        self.bytes
            .write_at(u64::from(first.get()) * BLOCK, from)
            .map_err(|error| BlockFault::Io(error.to_string()))
    }

    fn sync(&self) -> io::Result<()> {
        self.bytes.sync()
    }
}

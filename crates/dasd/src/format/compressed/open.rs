//! Reads the headers of one file of a chain and checks what must be right before anything can be read.

use std::sync::Arc;

use zerocopy::{FromZeros, IntoBytes};

use super::header::{HEADER_AT, Header, L1_AT, L2_ENTRIES};
use super::tables::Tables;
use super::{Compressed, Content, GROUP_BLOCKS, Role};
use crate::address::{BlockCount, CylinderCount};
use crate::error::MountError;
use crate::format::Source;
use crate::format::ckd::Shape;
use crate::geometry::{CYLINDERS_MAX, CkdGeometry, FbaGeometry, Geometry};
use crate::layout::cckd::{CompressedHeader, OPTION_OPENED};
use crate::layout::ckd::DeviceHeader;

/// A file whose headers are sound.
pub(super) struct Opened {
    pub(super) geometry: Geometry,
    pub(super) tables: Tables,
    pub(super) notes: Vec<String>,
}

impl Compressed {
    /// Opens one file of this format, base or shadow.
    pub(super) fn open_one(&self, source: &Source<'_>) -> Result<Opened, MountError> {
        let device = source.device_header(self.name)?;
        let role = self.role(&device.id).ok_or_else(|| {
            let what = format!(
                "the eye-catcher {} is that of another format",
                String::from_utf8_lossy(&device.id)
            );
            source.damaged(self.name, 0, what)
        })?;
        let length = source.bytes.len().map_err(|error| source.io_error(error))?;
        if length < L1_AT {
            let what = format!("the file has only {length} bytes, its headers need {L1_AT}");
            return Err(source.damaged(self.name, length, what));
        }
        let mut raw = CompressedHeader::new_zeroed();
        source
            .bytes
            .read_at(HEADER_AT, raw.as_mut_bytes())
            .map_err(|error| source.io_error(error))?;
        let header = Header::decode(&raw, self.width);
        let damaged = |(offset, what): (u64, String)| source.damaged(self.name, offset, what);
        if header.l2_entries != L2_ENTRIES {
            let what = format!("tables of {} entries, they have {L2_ENTRIES}", header.l2_entries);
            return Err(damaged((HEADER_AT + 8, what)));
        }
        let geometry = self.geometry(&device, &header).map_err(damaged)?;
        self.check_l1(&geometry, &header, length).map_err(damaged)?;
        let notes = notes(&header, length);
        let bytes = Arc::clone(&source.bytes);
        Ok(Opened {
            geometry,
            tables: Tables::new(source.name, bytes, length, header, self.width, role),
            notes,
        })
    }

    pub(super) fn role(&self, id: &[u8; 8]) -> Option<Role> {
        match id {
            id if id == self.base => Some(Role::Base),
            id if id == self.shadow => Some(Role::Shadow),
            _ => None,
        }
    }

    /// The shape of the volume; an error tells offset and reason.
    pub(super) fn geometry(&self, device: &DeviceHeader, header: &Header) -> Result<Geometry, (u64, String)> {
        match self.content {
            Content::Tracks => {
                let Shape { device, heads, slot } = Shape::of_compressed(device)?;
                let cylinders = header.volume_size;
                if !(1..=CYLINDERS_MAX).contains(&cylinders) {
                    let what = format!(
                        "{cylinders} cylinders are impossible, a CKD volume has 1 to {CYLINDERS_MAX}"
                    );
                    return Err((HEADER_AT + self.volume_size_at(), what));
                }
                Ok(Geometry::Ckd(CkdGeometry {
                    device,
                    cylinders: CylinderCount::new(cylinders),
                    heads,
                    slot,
                }))
            }
            // The device header of a CFBA file says nothing that can be relied on.
            Content::Blocks => match header.volume_size {
                0 => Err((
                    HEADER_AT + self.volume_size_at(),
                    "a volume of no blocks".to_owned(),
                )),
                blocks => Ok(Geometry::Fba(FbaGeometry {
                    blocks: BlockCount::new(blocks),
                })),
            },
        }
    }

    const fn volume_size_at(&self) -> u64 {
        match self.width {
            super::Width::Four => 40,
            super::Width::Eight => 12,
        }
    }

    /// Checks the number of L1 entries against what the volume needs, and that the file has them.
    pub(super) fn check_l1(
        &self,
        geometry: &Geometry,
        header: &Header,
        length: u64,
    ) -> Result<(), (u64, String)> {
        let needed = l1_entries(geometry);
        let entries = header.l1_entries;
        if entries != needed {
            let what = format!("{entries} entries in the first table, a volume of this size has {needed}");
            return Err((HEADER_AT + 4, what));
        }
        let end = L1_AT + u64::from(entries) * self.width.offset_len();
        if end > length {
            let what = format!("the first table ends at byte {end}, the file at {length}");
            return Err((L1_AT, what));
        }
        Ok(())
    }
}

/// How many tracks, or groups of blocks, a volume has.
pub(super) fn units(geometry: &Geometry) -> u32 {
    match geometry {
        Geometry::Ckd(geometry) => geometry.tracks().get(),
        Geometry::Fba(geometry) => geometry.blocks.get() / GROUP_BLOCKS + 1,
    }
}

pub(super) fn l1_entries(geometry: &Geometry) -> u32 {
    units(geometry).div_ceil(L2_ENTRIES)
}

/// What does not keep the volume from being read, but should be known.
fn notes(header: &Header, length: u64) -> Vec<String> {
    let mut notes = Vec::new();
    if header.options & OPTION_OPENED != 0 {
        let note = "the image is marked as open: a program is writing to it, or stopped without closing it. Tracks \
                    it had not written yet are missing; detach the volume cleanly or check the image";
        notes.push(note.to_owned());
    }
    if header.file_size > length {
        notes.push(format!(
            "the header says the file has {} bytes, it has {length}: it was cut off, and tracks behind its end cannot \
             be read",
            header.file_size
        ));
    }
    notes
}

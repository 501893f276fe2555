//! Reading and writing the file of a change map, so that a crash at any point is seen afterwards.

use std::io;
use std::sync::Arc;

use fixedbitset::FixedBitSet;
use zerocopy::byteorder::{U32, U64};
use zerocopy::{FromZeros, IntoBytes};

use super::layout::{AREAS_AT, FLAG_DIRTY, HEADER_LEN, HEADERS_AT, Header, LAYERS_MAX, MAGIC, VERSION};
use super::{Identity, Layer};
use crate::bytes::RandomBytes;

/// The file, and the header that counts.
pub(super) struct MapFile {
    bytes: Arc<dyn RandomBytes>,
    identity: Identity,
    header: Header,
    /// Which of the two places the newest header is in.
    place: usize,
    /// A header was begun and not confirmed: nobody knows which one the file has.
    unsure: bool,
}

/// What was found in a file.
pub(super) enum Found {
    /// Nothing at all.
    Nothing,
    /// Both headers are whole and the newer one says that the bit maps are complete.
    Complete(MapFile, Vec<Layer>),
    /// It was in use when it was left, or is damaged; why, and the last epoch it is known to have had.
    Unusable { why: String, epoch: Option<u64> },
}

impl MapFile {
    /// Reads the file of a map.
    pub(super) fn read(bytes: Arc<dyn RandomBytes>, identity: Identity) -> io::Result<Found> {
        if bytes.is_empty()? {
            return Ok(Found::Nothing);
        }
        // What is read now may not have reached the disk, if the one who wrote it failed to make it durable. From
        // here on at most one header is on its way, so that a crash damages no more than one.
        bytes.sync()?;
        let headers = [
            read_header(&*bytes, HEADERS_AT[0])?,
            read_header(&*bytes, HEADERS_AT[1])?,
        ];
        let epoch = headers.iter().flatten().map(|header| header.epoch.get()).max();
        let unusable = |why: &str| {
            let why = why.to_owned();
            Ok(Found::Unusable { why, epoch })
        };
        // With one header damaged nobody knows whether the other one is the newer: the damaged one may have said
        // that changes were on their way.
        let [Some(first), Some(second)] = headers else {
            return unusable("a header is damaged");
        };
        if first.sequence == second.sequence || first.epoch != second.epoch {
            return unusable("the two headers do not belong together");
        }
        let (place, header) = if first.sequence.get() > second.sequence.get() {
            (0, first)
        } else {
            (1, second)
        };
        if header.flags.get() & FLAG_DIRTY != 0 {
            return unusable("it was in use when the system went down");
        }
        if header.image_length.get() != identity.image_length || header.units.get() != identity.units {
            return unusable("the image was written or exchanged without it");
        }
        let file = MapFile {
            bytes,
            identity,
            header,
            place,
            unsure: false,
        };
        match file.read_layers()? {
            Some(layers) => Ok(Found::Complete(file, layers)),
            None => unusable("its bit maps are damaged"),
        }
    }

    /// Begins a file anew with these layers, whatever was in it. The epoch is greater than any that is known to have
    /// been in it: a crash in the middle leaves headers that do not belong together, never a wrong map.
    pub(super) fn create(
        bytes: Arc<dyn RandomBytes>,
        identity: Identity,
        epoch: u64,
        layers: &[Layer],
    ) -> io::Result<MapFile> {
        let mut header = Header::new_zeroed();
        header.epoch = U64::new(epoch);
        let mut file = MapFile {
            bytes,
            identity,
            header,
            place: 1,
            unsure: false,
        };
        file.save(layers)?;
        file.save(layers)?;
        Ok(file)
    }

    /// Writes the bit maps into the area that is not in use, and then a header that says they are complete.
    pub(super) fn save(&mut self, layers: &[Layer]) -> io::Result<()> {
        let area = 1 - self.header.area.get();
        let mut content = Vec::new();
        for layer in layers {
            append_bits(&mut content, &layer.bits);
        }
        self.bytes.write_at(self.area_at(area), &content)?;
        self.bytes.sync()?;
        let mut first = [U64::ZERO; LAYERS_MAX];
        for (place, layer) in first.iter_mut().zip(layers) {
            *place = U64::new(layer.first);
        }
        let current = layers.last().map_or(0, |layer| layer.first);
        let count = u32::try_from(layers.len()).map_err(io::Error::other)?;
        let header = Header {
            magic: MAGIC,
            version: U32::new(VERSION),
            flags: U32::ZERO,
            image_length: U64::new(self.identity.image_length),
            units: U32::new(self.identity.units),
            area: U32::new(area),
            current: U64::new(current),
            layers: U32::new(count),
            bits_crc: U32::new(crc32fast::hash(&content)),
            first,
            ..self.header.clone()
        };
        self.write_header(header)
    }

    /// Says durably that changes follow which the bit maps do not show.
    pub(super) fn set_dirty(&mut self) -> io::Result<()> {
        let mut header = self.header.clone();
        header.flags = U32::new(FLAG_DIRTY);
        self.write_header(header)
    }

    /// The headers from now on say that the image looks like this.
    pub(super) fn set_image(&mut self, stamp: u64) {
        self.identity.image_length = stamp;
    }

    /// Whether the file surely says that it is in use.
    pub(super) fn is_dirty(&self) -> bool {
        !self.unsure && self.header.flags.get() & FLAG_DIRTY != 0
    }

    pub(super) const fn epoch(&self) -> u64 {
        self.header.epoch.get()
    }

    /// Puts a header in the older one's place.
    fn write_header(&mut self, mut header: Header) -> io::Result<()> {
        let sequence = U64::new(self.header.sequence.get() + 1);
        header.sequence = sequence;
        let header = header.sealed();
        let place = 1 - self.place;
        // If this fails, the next header has to be newer than the one that may have arrived.
        self.unsure = true;
        self.header.sequence = sequence;
        self.bytes.write_at(HEADERS_AT[place], header.as_bytes())?;
        self.bytes.sync()?;
        self.header = header;
        self.place = place;
        self.unsure = false;
        Ok(())
    }

    fn read_layers(&self) -> io::Result<Option<Vec<Layer>>> {
        let count = usize::try_from(self.header.layers.get()).unwrap_or(LAYERS_MAX);
        let length = bits_len(self.identity.units);
        let mut content = vec![0; count.min(LAYERS_MAX) * length];
        match self
            .bytes
            .read_at(self.area_at(self.header.area.get()), &mut content)
        {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
            other => other?,
        }
        if crc32fast::hash(&content) != self.header.bits_crc.get() {
            return Ok(None);
        }
        let firsts = self.header.first.iter();
        let bits = content.chunks_exact(length.max(1));
        let units = usize::try_from(self.identity.units).map_err(io::Error::other)?;
        Ok(Some(
            firsts
                .zip(bits)
                .map(|(first, bits)| Layer {
                    first: first.get(),
                    bits: read_bits(bits, units),
                })
                .collect(),
        ))
    }

    fn area_at(&self, area: u32) -> u64 {
        let length =
            u64::try_from(bits_len(self.identity.units) * LAYERS_MAX).expect("eight bits for every unit");
        AREAS_AT + u64::from(area) * length
    }
}

fn read_header(bytes: &dyn RandomBytes, at: u64) -> io::Result<Option<Header>> {
    let mut header = Header::new_zeroed();
    debug_assert_eq!(header.as_bytes().len(), HEADER_LEN);
    match bytes.read_at(at, header.as_mut_bytes()) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
        Err(error) => Err(error),
        Ok(()) => Ok(header.is_whole().then_some(header)),
    }
}

/// Bytes for one bit per unit; at least one, so that a map is never nothing.
fn bits_len(units: u32) -> usize {
    usize::try_from(units.div_ceil(8).max(1)).expect("bits of a volume fit into memory")
}

/// Bit 0 of byte 0 is unit 0.
fn append_bits(content: &mut Vec<u8>, bits: &FixedBitSet) {
    let begin = content.len();
    content.resize(begin + bits.len().div_ceil(8).max(1), 0);
    for unit in bits.ones() {
        content[begin + unit / 8] |= 1 << (unit % 8);
    }
}

fn read_bits(content: &[u8], units: usize) -> FixedBitSet {
    let mut bits = FixedBitSet::with_capacity(units);
    for (index, byte) in content.iter().enumerate().filter(|(_, byte)| **byte != 0) {
        for bit in (0..8).filter(|bit| byte >> bit & 1 != 0) {
            let unit = index * 8 + bit;
            if unit < units {
                bits.insert(unit);
            }
        }
    }
    bits
}

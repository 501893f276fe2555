//! What the fuzz targets share: planting seeds, taking an input apart, and images to begin with.

use std::path::Path;

pub mod dasd_seeds;
pub mod tape_seeds;

/// Writes small valid inputs into the corpus folder that the fuzzer was started with, before it reads it. Without
/// them it would have to find every eye-catcher by chance.
pub fn plant(seeds: &[Vec<u8>]) {
    let folder = std::env::args()
        .skip(1)
        .find(|argument| Path::new(argument).is_dir());
    let Some(folder) = folder else { return };
    for (number, seed) in seeds.iter().enumerate() {
        let file = Path::new(&folder).join(format!("seed-{number:02}"));
        std::fs::write(file, seed).expect("the corpus folder can be written");
    }
}

/// Takes numbers off the front of an input; zeros when it is used up.
pub struct Cut<'a>(pub &'a [u8]);

impl<'a> Cut<'a> {
    pub fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else {
            return 0;
        };
        self.0 = rest;
        *first
    }

    pub fn half(&mut self) -> u16 {
        u16::from_be_bytes([self.byte(), self.byte()])
    }

    pub fn word(&mut self) -> u32 {
        u32::from(self.half()) << 16 | u32::from(self.half())
    }

    pub fn rest(self) -> &'a [u8] {
        self.0
    }
}

/// A record with this payload and a right checksum; `docs/formats/repository.md` has the bytes.
pub fn record(kind: u8, version: u8, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap_or(u32::MAX);
    let mut record = b"SSBR".to_vec();
    record.extend([kind, version, 0, 0]);
    record.extend(length.to_le_bytes());
    record.extend(payload);
    record.extend(crc32fast::hash(&record).to_le_bytes());
    record
}

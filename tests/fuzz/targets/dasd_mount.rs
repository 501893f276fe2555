//! Any bytes mounted as any format, every track read, checked and repaired.
#![no_main]

use std::sync::Arc;

use dasd::bytes::MemoryBytes;
use fuzz::dasd_seeds::{cckd, plain, read_all, track};
use libfuzzer_sys::fuzz_target;

/// Longer volumes only repeat themselves.
const TRACKS_MAX: u32 = 40;

fuzz_target!(
    init: {
        let mut seeds = plain();
        seeds.push(cckd(0, &track(56_832, dasd::TrackAddr::new(0, 0))[5..700]));
        seeds.push(cckd(1, b"x\x9c"));
        seeds.extend([*b"CKD_P370", *b"CKD_C064", *b"FBA_C370", *b"FBA_C064", *b"CKD_S370"].map(|id| {
            let mut image = cckd(0, b"");
            image[..8].copy_from_slice(&id);
            image
        }));
        fuzz::plant(&seeds);
    },
    |data: &[u8]| {
        read_all(data, TRACKS_MAX);
        let bytes = Arc::new(MemoryBytes::new(data.to_vec()));
        let _ = dasd::check::check("fuzz", bytes, &mut |_| {});
    }
);

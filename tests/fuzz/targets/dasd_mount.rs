//! Any bytes mounted as any format, every track read, checked, and one written to where that is possible.
#![no_main]

use std::sync::Arc;

use dasd::bytes::MemoryBytes;
use dasd::{Access, BlockNo, Geometry, TrackNo, Volume};
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
        write_one(data);
    }
);

/// What was written is read back, before and after it was settled.
fn write_one(data: &[u8]) {
    let bytes = Arc::new(MemoryBytes::new(data.to_vec()));
    let Ok(volume) = Volume::mount("fuzz", bytes, Access::Write) else {
        return;
    };
    match volume.geometry().clone() {
        Geometry::Ckd(ckd) => {
            let slot = track(ckd.slot_len(), ckd.address(TrackNo::new(0)));
            let mut back = vec![0; ckd.slot_len()];
            for _ in 0..2 {
                if volume.write_tracks(TrackNo::new(0), &slot).is_err() {
                    return;
                }
                volume
                    .read_track(TrackNo::new(0), &mut back)
                    .expect("it was just written");
                assert!(back == slot);
                drop(volume.sync());
                volume
                    .read_track(TrackNo::new(0), &mut back)
                    .expect("it was just written");
                assert!(back == slot);
            }
        }
        Geometry::Fba(_) => {
            let mut back = [0; 512];
            if volume.write_blocks(BlockNo::new(0), &[0xE5; 512]).is_ok() {
                volume
                    .read_blocks(BlockNo::new(0), &mut back)
                    .expect("it was just written");
                assert_eq!(back, [0xE5; 512]);
                drop(volume.sync());
            }
        }
    }
}

//! The stream of one compressed track: the first byte is the method, the rest what is stored.
#![no_main]

use fuzz::dasd_seeds::{cckd, read_all, track};
use libfuzzer_sys::fuzz_target;

fuzz_target!(
    init: {
        let stored = track(56_832, dasd::TrackAddr::new(0, 0))[5..700].to_vec();
        fuzz::plant(&[[vec![0], stored].concat(), b"\x01x\x9c\x03\x00\x00\x00\x00\x01".to_vec(), b"\x02BZh9".to_vec()]);
    },
    |data: &[u8]| {
        if let Some((method, stream)) = data.split_first() {
            read_all(&cckd(*method, stream), 15);
        }
    }
);

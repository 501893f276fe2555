//! Volume labels and allocation maps.
#![no_main]

use dasd::allocation::Allocation;
use dasd::{CpMarker, CylinderCount, Track, TrackAddr, VolumeLabel};
use fuzz::Cut;
use fuzz::dasd_seeds::track;
use libfuzzer_sys::fuzz_target;

fuzz_target!(
    init: {
        let mut label = vec![0, 30, 0xE5, 0xD6, 0xD3, 0xF1];
        label.extend([0xC1; 76]);
        fuzz::plant(&[label, track(4096, TrackAddr::new(0, 0)), [vec![0, 4, 0, 1, 2, 4, 0xFF], vec![0; 600]].concat()]);
    },
    |data: &[u8]| {
        let mut cut = Cut(data);
        let cylinders = CylinderCount::new(u32::from(cut.half()));
        let bytes = cut.rest();
        let _ = VolumeLabel::from_block(bytes);
        for marker in [CpMarker::CpVol, CpMarker::Cp370] {
            let _ = Allocation::parse(bytes, cylinders, marker);
        }
        if let Ok(track) = Track::parse(data, TrackAddr::new(0, 0)) {
            let _ = VolumeLabel::from_track(&track);
        }
    }
);

//! Canonical forms from anywhere are refused or give a track; blocks likewise; tracks from anywhere come back.
#![no_main]

use dasd::TrackAddr;
use dasd::canonical::{Origin, canonicalise, canonicalise_blocks, reconstruct, reconstruct_blocks};
use fuzz::Cut;
use fuzz::dasd_seeds::{take_apart, track};
use libfuzzer_sys::fuzz_target;

const SLOT: usize = 8192;

fuzz_target!(
    init: {
        let at = TrackAddr::new(1, 2);
        let mut slot = track(SLOT, at);
        let plain = slot.clone();
        let (length, _) = canonicalise(&mut slot, at).expect("the seed is a sound track");
        let header = [0, 1, 0, 2, 0, 0, 0, 0];
        fuzz::plant(&[[&header, &slot[..length]].concat(), [&header, &plain[..]].concat()]);
    },
    |data: &[u8]| {
        let mut cut = Cut(data);
        let at = TrackAddr::new(u32::from(cut.half()), cut.half());
        let origin = Origin::from_tag(cut.word());
        let bytes = cut.rest();
        let mut slot = vec![0; SLOT];
        if reconstruct(bytes, at, origin, &mut slot).is_ok() {
            // What was accepted is a track, so it goes the whole way again.
            dasd::Track::parse(&slot, at).expect("an accepted form is a sound track");
            take_apart(&slot, at);
        }
        if bytes.len() <= SLOT {
            slot.fill(0);
            slot[..bytes.len()].copy_from_slice(bytes);
            take_apart(&slot, at);
        }
        let mut group = vec![0; 32 * 512];
        if reconstruct_blocks(bytes, &mut group).is_ok() {
            let plain = group.clone();
            group.resize(group.len() + 8, 0);
            let length = canonicalise_blocks(&mut group, plain.len());
            let mut back = vec![0xAA; plain.len()];
            reconstruct_blocks(&group[..length], &mut back).expect("what canonicalise made is understood");
            assert_eq!(back, plain);
        }
    }
);

//! A cylinder of a 3390 as it comes from an image.

use dasd::{Cylinder, Head, TrackAddr, TrackBuilder};

use crate::content::{Numbers, record};

/// Tracks of a cylinder.
pub const HEADS: u16 = 15;

/// Bytes that a track takes in a CKD image.
pub const SLOT_LEN: usize = 56_832;

/// Records of 4096 bytes that fit on a track.
const RECORDS: u8 = 12;

/// The address of track `head` of the cylinder that [`slots`] builds.
pub fn address(head: u16) -> TrackAddr {
    TrackAddr {
        cylinder: Cylinder::new(100),
        head: Head::new(head),
    }
}

/// The slots of the cylinder behind each other, every track full.
pub fn slots() -> Vec<u8> {
    let mut numbers = Numbers::new(3390);
    let mut slots = vec![0; SLOT_LEN * usize::from(HEADS)];
    for (head, slot) in (0..HEADS).zip(slots.chunks_exact_mut(SLOT_LEN)) {
        let mut track = TrackBuilder::new(slot, address(head)).expect("the slot is that of a 3390");
        for number in 1..=RECORDS {
            track
                .record(number, &[], &record(&mut numbers))
                .expect("twelve records fit on a track");
        }
        track.finish();
    }
    slots
}

/// The chunks of the cylinder: its tracks in canonical form.
pub fn chunks() -> Vec<Vec<u8>> {
    let mut slots = slots();
    let canonical = |(head, slot): (u16, &mut [u8])| {
        let (len, _) =
            dasd::canonical::canonicalise(slot, address(head)).expect("the builder makes good tracks");
        slot[..len].to_vec()
    };
    (0..HEADS)
        .zip(slots.chunks_exact_mut(SLOT_LEN))
        .map(canonical)
        .collect()
}

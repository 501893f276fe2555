//! Tracks with everything that real volumes have.

use dasd::{Geometry, TrackAddr, TrackBuilder, TrackNo, Volume};

/// Writes 39 tracks: minidisk-relative addresses, overflow, keys, ends of files, numbers that repeat.
pub(crate) fn write_odd_tracks(volume: &Volume) {
    let Geometry::Ckd(geometry) = volume.geometry() else {
        panic!("a CKD volume")
    };
    let mut slot = vec![0; geometry.slot_len()];
    for number in 1..40 {
        let at: TrackAddr = geometry.address(TrackNo::new(number));
        let home = u16::try_from(at.cylinder.get()).unwrap();
        let mut track = TrackBuilder::new(&mut slot, at).unwrap();
        for record in 1..=u8::try_from(number % 7).unwrap() {
            let fill = if record % 3 == 0 {
                0
            } else {
                record.wrapping_mul(37)
            };
            let data = vec![fill; usize::from(record) * 100];
            track
                .record_addressed(home % 3, at.head.get(), record + 4, &[fill; 8], &data)
                .unwrap();
        }
        track
            .record_addressed(
                home | 0x8000,
                at.head.get(),
                200,
                b"",
                &[u8::try_from(number).unwrap(); 333],
            )
            .unwrap();
        track.record(200, b"KEY", b"").unwrap();
        track.finish();
        volume.write_tracks(TrackNo::new(number), &slot).unwrap();
    }
    volume.sync().unwrap();
}

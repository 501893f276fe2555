use proptest::prelude::*;

use super::*;
use crate::track::TrackBuilder;

const SLOT: usize = 4096;

/// How the count fields of a track are addressed.
#[derive(Clone, Copy, Debug)]
struct Addressing {
    r0: u16,
    records: u16,
}

#[derive(Clone, Debug)]
struct AnyRecord {
    number: u8,
    key_len: usize,
    data_len: usize,
    fill: u8,
    overflow: bool,
}

fn build(
    at: TrackAddr,
    addressing: Addressing,
    r0_data: [u8; 8],
    records: &[AnyRecord],
    size: usize,
) -> Vec<u8> {
    let mut slot = vec![0xEE; size];
    let mut track = TrackBuilder::new(&mut slot, at).unwrap();
    track.record_zero(addressing.r0, at.head.get(), r0_data);
    for record in records {
        let cylinder = addressing.records ^ if record.overflow { 0x8000 } else { 0 };
        let bytes = vec![record.fill; record.key_len + record.data_len];
        let (key, data) = bytes.split_at(record.key_len);
        // What has no room any more is left out: the track stays legal.
        let _ = track.record_addressed(cylinder, at.head.get(), record.number, key, data);
    }
    track.finish();
    slot
}

fn canonical(slot: &[u8], at: TrackAddr) -> (Vec<u8>, Origin) {
    let mut copy = slot.to_vec();
    // Bytes behind the end mark are not content, whatever they are.
    let length = crate::track::Track::parse(slot, at).unwrap().length();
    copy[length..].fill(0x5A);
    let (length, origin) = canonicalise(&mut copy, at).unwrap();
    copy.truncate(length);
    (copy, origin)
}

fn round_trip(slot: &[u8], at: TrackAddr) -> (Vec<u8>, Origin) {
    let (form, origin) = canonical(slot, at);
    let mut back = vec![0x77; slot.len()];
    reconstruct(&form, at, Origin::from_tag(origin.tag()), &mut back).unwrap();
    assert!(back == slot, "the track comes back as it was");
    (form, origin)
}

fn any_record() -> impl Strategy<Value = AnyRecord> {
    let length = || prop_oneof![Just(0), Just(80), 0..600_usize];
    let key = prop_oneof![3 => Just(0), 1 => 1..=255_usize];
    let fill = prop_oneof![Just(0), any::<u8>()];
    (1..=255_u8, key, length(), fill, prop::bool::weighted(0.2)).prop_map(
        |(number, key_len, data_len, fill, overflow)| AnyRecord {
            number,
            key_len,
            data_len,
            fill,
            overflow,
        },
    )
}

/// Runs of equal records with rising numbers, and records that fit nowhere.
fn any_records() -> impl Strategy<Value = Vec<AnyRecord>> {
    let run = (any_record(), 1..9_u8).prop_map(|(record, count)| {
        (0..count)
            .filter_map(|step| {
                Some(AnyRecord {
                    number: record.number.checked_add(step)?,
                    ..record.clone()
                })
            })
            .collect::<Vec<_>>()
    });
    prop::collection::vec(run, 0..6).prop_map(|runs| runs.concat())
}

proptest! {
    #[test]
    fn legal_tracks_come_back(
        cylinder in prop_oneof![0..400_u16, any::<u16>()],
        head in 0..30_u16,
        r0 in prop_oneof![Just(None), (0..400_u16).prop_map(Some)],
        base in prop_oneof![Just(None), (0..400_u16).prop_map(Some)],
        r0_data in prop_oneof![Just([0; 8]), any::<[u8; 8]>()],
        records in any_records(),
    ) {
        let at = TrackAddr::new(u32::from(cylinder), head);
        let addressing = Addressing { r0: r0.unwrap_or(cylinder), records: base.unwrap_or(cylinder) };
        let slot = build(at, addressing, r0_data, &records, SLOT);
        let (form, _) = round_trip(&slot, at);
        prop_assert!(form.len() <= SLOT);
    }

    #[test]
    fn equal_content_has_equal_bytes_anywhere(
        real in 0..1000_u16, minidisk in 1..1000_u16, within in 0..500_u16, head in 0..30_u16,
        r0_relative in any::<bool>(), r0_data in prop_oneof![Just([0; 8]), any::<[u8; 8]>()],
        records in any_records(),
    ) {
        let at_real = TrackAddr::new(u32::from(real), head);
        let as_real = build(at_real, Addressing { r0: real, records: real }, r0_data, &records, SLOT);
        let cylinder = minidisk + within;
        let at_minidisk = TrackAddr::new(u32::from(cylinder), head);
        let r0 = if r0_relative { within } else { cylinder };
        let as_minidisk = build(at_minidisk, Addressing { r0, records: within }, r0_data, &records, SLOT);
        let (first, first_origin) = round_trip(&as_real, at_real);
        let (second, second_origin) = round_trip(&as_minidisk, at_minidisk);
        prop_assert_eq!(&first, &second);
        prop_assert_eq!(first_origin, Origin::REAL);
        let nothing_relative = records.is_empty() && !r0_relative;
        let expected = if nothing_relative { 0 } else { i32::from(minidisk) };
        prop_assert_eq!(second_origin.cylinders(), expected);

        // Put into a file of its own, the minidisk has real addresses there.
        let target = TrackAddr::new(u32::from(within), head);
        let moved = second_origin.moved(Cylinder::new(u32::from(minidisk)), Cylinder::new(0));
        let mut slot = vec![0; SLOT];
        reconstruct(&second, target, moved, &mut slot).unwrap();
        prop_assert_eq!(slot, build(target, Addressing { r0: within, records: within }, r0_data, &records, SLOT));
    }

    #[test]
    fn arbitrary_bytes_never_panic(
        mut bytes in prop::collection::vec(any::<u8>(), 0..200),
        runs in prop::collection::vec((0..4_u8, 0..3_u8, 0..40_u16, any::<u8>(), any::<u8>()), 0..5),
        flags in prop_oneof![Just(0x10), Just(0x16), Just(0x11), any::<u8>()],
        tag in any::<u32>(), cylinder in any::<u32>(),
    ) {
        let at = TrackAddr::new(cylinder, 3);
        let mut slot = vec![0; 1000];
        let _ = reconstruct(&bytes, at, Origin::from_tag(tag), &mut slot);
        let begin = bytes.len();
        for (flags, key_len, data_len, first, count) in runs {
            let run = Run { flags, key_len, data_len: U16::new(data_len), first, count };
            bytes.extend_from_slice(run.as_bytes());
        }
        let descriptor_len = U16::new(u16::try_from(bytes.len() - begin).unwrap());
        bytes.extend_from_slice(Trailer { flags, descriptor_len }.as_bytes());
        let at = TrackAddr::new(cylinder % 70_000, 3);
        if reconstruct(&bytes, at, Origin::from_tag(tag % 64), &mut slot).is_ok() {
            prop_assert!(crate::track::Track::parse(&slot, at).is_ok(), "what is accepted is a track");
        }
        let _ = canonicalise(&mut bytes, at);
    }

    #[test]
    fn flipped_bits_of_a_track_never_panic(records in any_records(), flips in prop::collection::vec((0..300_usize, 0..8_u8), 1..4)) {
        let at = TrackAddr::new(7, 1);
        let mut slot = build(at, Addressing { r0: 7, records: 7 }, [0; 8], &records, SLOT);
        for (place, bit) in flips {
            slot[place] ^= 1 << bit;
        }
        let before = slot.clone();
        match canonicalise(&mut slot, at) {
            Ok(_) => { round_trip_up_to_end(&before, at); }
            Err(_) => prop_assert_eq!(slot, before, "a damaged track is left alone"),
        }
    }

    #[test]
    fn groups_come_back(count in 1..=32_usize, seeds in prop::collection::vec(prop_oneof![Just(0), any::<u8>()], 32)) {
        let len = count * 512;
        let mut group = vec![0; len + BLOCK_TRAILER];
        for (block, &seed) in group.chunks_exact_mut(512).zip(&seeds) {
            block[511] = seed;
        }
        let content = group[..len].to_vec();
        let length = canonicalise_blocks(&mut group, len);
        let mut back = vec![0x77; len];
        reconstruct_blocks(&group[..length], &mut back).unwrap();
        prop_assert_eq!(back, content);
    }

    #[test]
    fn arbitrary_groups_never_panic(mut bytes in prop::collection::vec(any::<u8>(), 0..2000), count in 0..40_u8) {
        let mut into = vec![0; usize::from(count) * 512];
        let _ = reconstruct_blocks(&bytes, &mut into);
        bytes.extend_from_slice(&[3, 0, 0, 0, count, 1]);
        let _ = reconstruct_blocks(&bytes, &mut into);
    }
}

/// As [`round_trip`], for a slot with something behind the end mark.
fn round_trip_up_to_end(slot: &[u8], at: TrackAddr) {
    let length = crate::track::Track::parse(slot, at).unwrap().length();
    let mut clean = slot.to_vec();
    clean[length..].fill(0);
    round_trip(&clean, at);
}

use crate::address::Cylinder;

fn records(count: u8, fill: u8) -> Vec<AnyRecord> {
    (1..=count)
        .map(|number| AnyRecord {
            number,
            key_len: 0,
            data_len: 4096,
            fill,
            overflow: false,
        })
        .collect()
}

#[test]
fn zeros_cost_nothing() {
    let at = TrackAddr::new(9, 4);
    let slot = build(
        at,
        Addressing { r0: 9, records: 9 },
        [0; 8],
        &records(12, 0),
        56_832,
    );
    let (form, origin) = round_trip(&slot, at);
    assert_eq!(
        form,
        [0x01, 0, 0, 0x10, 1, 12, 0x10, 6, 0],
        "one run of twelve zero records of 4096 bytes"
    );
    assert_eq!(origin, Origin::REAL);
    let full = build(
        at,
        Addressing { r0: 9, records: 9 },
        [0; 8],
        &records(12, 7),
        56_832,
    );
    assert_eq!(round_trip(&full, at).0.len(), 12 * 4096 + 9);
}

#[test]
fn odd_tracks_are_kept_as_they_are() {
    let at = TrackAddr::new(5, 1);
    let mut slot = vec![0; SLOT];
    for (cylinders, head) in [([5, 4], 1), ([6, 6], 1), ([5, 5], 2)] {
        let mut track = TrackBuilder::new(&mut slot, at).unwrap();
        for (record, cylinder) in (1..).zip(cylinders) {
            track
                .record_addressed(cylinder, head, record, b"", b"data")
                .unwrap();
        }
        track.finish();
        let (form, origin) = round_trip(&slot, at);
        assert_eq!((form.len(), origin), (16 + 24 + 3, Origin::REAL));
        let elsewhere = TrackAddr::new(300, 7);
        let mut moved = vec![0; SLOT];
        reconstruct(&form, elsewhere, Origin::REAL, &mut moved).unwrap();
        assert_eq!(
            (&moved[..5], &moved[5..]),
            (&[0, 1, 44, 0, 7][..], &slot[5..]),
            "only the home address moves"
        );
    }
    let mut track = TrackBuilder::new(&mut slot, at).unwrap();
    for number in 0..400_u16 {
        track
            .record(if number % 2 == 0 { 9 } else { 1 }, b"", b"")
            .unwrap();
    }
    track.finish();
    assert_eq!(
        round_trip(&slot, at).0.len(),
        16 + 400 * 8 + 3,
        "more shapes than a descriptor has"
    );
}

#[test]
fn a_record_zero_of_its_own_kind() {
    let at = TrackAddr::new(5, 1);
    let mut slot = vec![0; SLOT];
    let mut track = TrackBuilder::new(&mut slot, at).unwrap();
    track.record_zero(77, 9, [0xF0, 0, 0, 0, 0, 0, 0, 0]);
    track.finish();
    let (form, _) = round_trip(&slot, at);
    assert_eq!(form, [0, 77, 0, 9, 0xF0, 0, 0, 0, 0, 0, 0, 0, 0x16, 12, 0]);
}

#[test]
fn other_versions_and_bad_targets_are_refused() {
    let at = TrackAddr::new(5, 1);
    let mut slot = vec![0; SLOT];
    let plain = [0x01, 0, 0, 0x10, 1, 1, 0x10, 6, 0];
    let put = |form: &[u8], origin, slot: &mut [u8]| reconstruct(form, at, origin, slot);
    assert_eq!(
        put(&[0x20, 0, 0], Origin::REAL, &mut slot),
        Err(CanonicalFault::Flags(0x20))
    );
    assert_eq!(
        put(&[0, 0], Origin::REAL, &mut slot),
        Err(CanonicalFault::TooShort(2))
    );
    assert_eq!(
        put(&plain, Origin::REAL, &mut slot),
        Err(CanonicalFault::SlotTooShort(SLOT))
    );
    let mut large = vec![0; 2 * SLOT];
    put(&plain, Origin::REAL, &mut large).unwrap();
    let refused = put(&plain, Origin::relative_to(6), &mut large);
    assert!(
        matches!(refused, Err(CanonicalFault::Address { .. })),
        "{refused:?}"
    );
    assert_eq!(
        put(&[9, 0x10, 0, 0], Origin::REAL, &mut large),
        Err(CanonicalFault::Payload {
            stored: 1,
            described: 0
        })
    );
    let zero_number = [0x01, 0, 0, 0, 0, 1, 0x10, 6, 0];
    assert_eq!(
        put(&zero_number, Origin::REAL, &mut large),
        Err(CanonicalFault::Run(0))
    );
    let past_255 = [0x01, 0, 0, 0, 255, 2, 0x10, 6, 0];
    assert_eq!(
        put(&past_255, Origin::REAL, &mut large),
        Err(CanonicalFault::Run(0))
    );
}

#[test]
fn a_home_address_of_another_track_is_damage() {
    let mut slot = vec![0; SLOT];
    TrackBuilder::new(&mut slot, TrackAddr::new(5, 1))
        .unwrap()
        .finish();
    assert!(matches!(
        canonicalise(&mut slot, TrackAddr::new(5, 2)),
        Err(TrackFault::HomeAddress { .. })
    ));
}

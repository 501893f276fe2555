//! Any legal track.

use dasd::{NullFormat, TrackAddr, TrackBuilder};
use proptest::prelude::*;

/// A record as a program may have written it: any address, any number but 0.
#[derive(Clone, Debug)]
pub(crate) struct AnyRecord {
    pub(crate) cylinder: u16,
    pub(crate) head: u16,
    pub(crate) number: u8,
    pub(crate) key: Vec<u8>,
    pub(crate) data: Vec<u8>,
}

/// A track with any records and any record 0, or an unformatted one.
#[derive(Clone, Debug)]
pub(crate) enum AnyTrack {
    Records {
        zero: (u16, u16, [u8; 8]),
        records: Vec<AnyRecord>,
    },
    Null(NullFormat),
}

pub(crate) fn any_bytes(longest: usize) -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..longest),
        (any::<u8>(), 0..longest).prop_map(|(fill, length)| vec![fill; length]),
    ]
}

fn any_record() -> impl Strategy<Value = AnyRecord> {
    (
        any::<u16>(),
        0..20_u16,
        1..=255_u8,
        any_bytes(60),
        any_bytes(1200),
    )
        .prop_map(|(cylinder, head, number, key, data)| AnyRecord {
            cylinder,
            head,
            number,
            key,
            data,
        })
}

pub(crate) fn any_track() -> impl Strategy<Value = AnyTrack> {
    let zero = prop_oneof![
        Just((0, 0, [0; 8])),
        (any::<u16>(), any::<u16>(), any::<[u8; 8]>())
    ];
    prop_oneof![
        6 => (zero, prop::collection::vec(any_record(), 0..6))
            .prop_map(|(zero, records)| AnyTrack::Records { zero, records }),
        1 => Just(AnyTrack::Null(NullFormat::Empty)),
        1 => Just(AnyTrack::Null(NullFormat::EndOfFile)),
    ]
}

/// The slot of such a track; records that do not fit are left out.
pub(crate) fn slot_of(track: &AnyTrack, at: TrackAddr, slot_len: usize) -> Vec<u8> {
    let mut slot = vec![0; slot_len];
    match track {
        AnyTrack::Null(format) => {
            format.fill(&mut slot, at).unwrap();
        }
        AnyTrack::Records { zero, records } => {
            let mut builder = TrackBuilder::new(&mut slot, at).unwrap();
            builder.record_zero(zero.0, zero.1, zero.2);
            for AnyRecord {
                cylinder,
                head,
                number,
                key,
                data,
            } in records
            {
                let _ = builder.record_addressed(*cylinder, *head, *number, key, data);
            }
            builder.finish();
        }
    }
    slot
}

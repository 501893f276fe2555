use proptest::prelude::*;

use super::*;
use crate::{Drive, MemoryTape, WriteFormat};

/// Files of three, none and two blocks of 10 000 bytes in chunks of 4096, each chunk alone in its kind.
fn sample(format: WriteFormat) -> Vec<u8> {
    let mut drive = Drive::load("test", MemoryTape::default())
        .unwrap()
        .with_format(format);
    for blocks in [3, 0, 2] {
        for number in 0..blocks {
            let block: Vec<u8> = (number..200u8).cycle().take(10_000).collect();
            drive.write_block(&block).unwrap();
        }
        drive.write_mark().unwrap();
    }
    drive.write_mark().unwrap();
    drive.unload().into_vec()
}

fn damages(image: &[u8]) -> Vec<(u64, u32, Option<u32>, Fault)> {
    let report = check("test", &MemoryTape::new(image.to_vec())).unwrap();
    let list = |damage: Damage| {
        (
            damage.place.offset,
            damage.place.file,
            damage.place.block,
            damage.fault,
        )
    };
    report.damages.into_iter().map(list).collect()
}

const STRICT: u64 = 10_000 + 3 * 6;

#[test]
fn sound_tapes_are_sound() {
    for (format, name) in [
        (WriteFormat::AWS, "AWSTAPE"),
        (WriteFormat::STRICT_AWS, "AWSTAPE"),
        (WriteFormat::HET_ZLIB, "HET, zlib"),
        (WriteFormat::HET_BZIP2, "HET, bzip2"),
    ] {
        let report = check("test", &MemoryTape::new(sample(format))).unwrap();
        assert!(report.is_sound() && report.is_readable(), "{report:?}");
        assert_eq!((report.blocks, report.marks, report.marks_at_end), (5, 4, 2));
        assert_eq!((report.block_bytes, report.format_name()), (50_000, name));
    }
    assert!(check("blank", &MemoryTape::default()).unwrap().is_sound());
}

#[test]
fn each_seeded_damage_is_found_where_it_is_and_nothing_else() {
    let second = usize::try_from(STRICT).unwrap();
    let (offset, file) = (STRICT, 1);
    type Seed = (usize, u8);
    let cases: [(&[Seed], u64, Fault); 9] = [
        (
            &[(second + 4, 0xFF)],
            offset,
            Fault::BadFlags {
                flags1: 0xFF,
                flags2: 0,
            },
        ),
        (
            &[(second + 4, 0x83)],
            offset,
            Fault::UnknownMethod {
                flags1: 0x83,
                flags2: 0,
            },
        ),
        (&[(second + 5, 0x11)], offset, Fault::StrayFlags { flags2: 0x11 }),
        (
            &[(second + 2, 0x01)],
            offset,
            Fault::WrongLink {
                says: 0x0701,
                is: 0x0710,
            },
        ),
        (&[(second + 4, 0x00)], offset, Fault::BeginMissing),
        (&[(second + 4102 + 4, 0x01)], offset + 4102, Fault::MixedMethods),
        (&[(second + 2 * 4102 + 4, 0x00)], offset, Fault::EndMissing),
        (
            &[(second + 4, 0x81), (second + 4106, 0x01), (second + 8208, 0x21)],
            offset,
            Fault::Expand { method: Method::Zlib },
        ),
        (
            &[(second + 4, 0x40)],
            offset,
            Fault::MarkWithData { length: 4096 },
        ),
    ];
    for (seeds, offset, fault) in cases {
        let mut image = sample(WriteFormat::STRICT_AWS);
        for &(at, byte) in seeds {
            image[at] = byte;
        }
        assert_eq!(damages(&image), [(offset, file, Some(2), fault)]);
    }
}

#[test]
fn marks_inside_blocks_and_empty_blocks_are_found() {
    let image = [
        &[1, 0, 0, 0, 0x80, 0, 7][..],
        &[0, 0, 1, 0, 0x40, 0],
        &[0, 0, 0, 0, 0xA0, 0],
    ]
    .concat();
    assert_eq!(
        damages(&image),
        [
            (0, 1, Some(1), Fault::MarkInsideBlock),
            (13, 2, Some(1), Fault::Empty)
        ]
    );
}

#[test]
fn cut_images_and_garbage_behind_them_are_found() {
    let image = sample(WriteFormat::STRICT_AWS);
    let last = u64::try_from(image.len()).unwrap();
    let data_end = image.len() - 12;
    let chunk = STRICT * 5 + 12 - 1814;
    assert_eq!(
        damages(&image[..image.len() - 2]),
        [(last - 6, 4, Some(1), Fault::TruncatedHeader { left: 4 })]
    );
    assert_eq!(
        damages(&image[..data_end - 10]),
        [(
            chunk,
            3,
            Some(2),
            Fault::Truncated {
                length: 1808,
                left: 1798
            }
        )]
    );
    let garbage = [&image[..], &[0xEE; 100]].concat();
    assert_eq!(
        damages(&garbage),
        [
            (
                last,
                5,
                Some(1),
                Fault::BadFlags {
                    flags1: 0xEE,
                    flags2: 0xEE
                }
            ),
            (last, 5, Some(1), Fault::Garbage { bytes: 100 }),
        ]
    );
    let zeros = [&image[..], &[0; 6000]].concat();
    assert_eq!(
        damages(&zeros),
        [
            (last, 5, Some(1), Fault::BeginMissing),
            (last, 5, Some(1), Fault::Garbage { bytes: 6000 })
        ]
    );
    let zeros = [&image[..], &[0; 3]].concat();
    assert_eq!(
        damages(&zeros),
        [(last, 5, Some(1), Fault::TruncatedHeader { left: 3 })]
    );
}

#[test]
fn a_wrong_length_costs_one_block_and_not_the_rest_of_the_tape() {
    let mut image = sample(WriteFormat::AWS);
    image[10_006] = 0x11; // 10 001 bytes instead of 10 000
    let report = check("test", &MemoryTape::new(image)).unwrap();
    let faults: Vec<_> = report.damages.iter().map(|damage| damage.fault).collect();
    assert!(
        matches!(faults[..], [Fault::WrongLink { .. }, Fault::ChainLost { .. }]),
        "{faults:?}"
    );
    assert_eq!((report.marks, report.marks_at_end), (4, 2));
    assert!(!report.is_readable());
}

#[test]
fn a_hole_in_the_tape_is_skipped() {
    let mut image = sample(WriteFormat::STRICT_AWS);
    let first = usize::try_from(STRICT).unwrap();
    image[first..first + 100].fill(0x5A);
    let found = damages(&image);
    assert_eq!(found[0].0, STRICT);
    assert!(
        found
            .iter()
            .any(|damage| matches!(damage.3, Fault::ChainLost { .. })),
        "{found:?}"
    );
    let report = check("test", &MemoryTape::new(image)).unwrap();
    assert_eq!((report.blocks, report.marks), (4, 4));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_bytes_never_panic(image in proptest::collection::vec(prop_oneof![3 => Just(0u8), 1 => 0u8..9, 1 => any::<u8>(), 1 => Just(0xA0)], 0..500)) {
        let report = check("test", &MemoryTape::new(image)).unwrap();
        prop_assert!(report.damages.len() <= DAMAGE_MAX);
    }

    /// Whatever one changed byte does to a reader, the check must have something to say about it.
    #[test]
    fn a_changed_header_byte_never_passes(which in 0usize..15, byte in 0usize..5, change in 1u8..) {
        let image = sample(WriteFormat::STRICT_AWS);
        let mut headers = Vec::new();
        let mut at = 0;
        while at < image.len() {
            headers.push(at);
            at += 6 + usize::from(image[at]) + 256 * usize::from(image[at + 1]);
        }
        let mut damaged = image.clone();
        damaged[headers[which] + byte] ^= change;
        prop_assert!(!check("test", &MemoryTape::new(damaged)).unwrap().is_sound());
    }

    /// Drive and check agree on any damaged tape: what a check calls sound reads in both directions, what it calls
    /// readable reads forward, and what a drive cannot read is never called readable. The check may be the stricter one.
    #[test]
    fn drive_and_check_agree(
        format in prop_oneof![Just(WriteFormat::STRICT_AWS), Just(WriteFormat::HET_ZLIB), Just(WriteFormat::HET_BZIP2)],
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
        cut in prop::option::weighted(0.2, any::<prop::sample::Index>()),
    ) {
        let mut image = sample(format);
        for (at, byte) in changes {
            // Headers are few among the data: every second change is aimed at the first hundred bytes.
            let at = if byte % 2 == 0 { at.index(image.len().min(100)) } else { at.index(image.len()) };
            image[at] = byte;
        }
        if let Some(cut) = cut {
            image.truncate(cut.index(image.len()));
        }
        let report = check("test", &MemoryTape::new(image.clone())).unwrap();
        let mut drive = Drive::load("test", MemoryTape::new(image)).unwrap();
        let mut forward = 0;
        let readable = loop {
            match drive.read() {
                Ok(crate::Item::Block(block)) => forward += block.len(),
                Ok(crate::Item::Mark) => {}
                Ok(crate::Item::End) => break true,
                Err(_) => break false,
            }
        };
        prop_assert!(readable || !report.is_readable(), "{:?}", report.damages);
        if report.is_readable() {
            prop_assert_eq!(u64::try_from(forward).unwrap(), report.block_bytes);
        }
        if report.is_sound() {
            let mut backward = 0;
            loop {
                match drive.read_backward().unwrap() {
                    crate::Item::Block(block) => backward += block.len(),
                    crate::Item::Mark => {}
                    crate::Item::End => break,
                }
            }
            prop_assert_eq!(backward, forward);
        }
    }
}

/// Found by a fuzz target: a drive believes this header, whose link and flags are wrong and which nothing follows.
#[test]
fn a_header_by_chance_is_distrusted_where_a_drive_reads_it() {
    let mut image = vec![1, 0, 0, 0, 0xA0, 0, 7];
    image.extend([1, 0, 0x0E, 0xFB, 0xA0, 0x29, 8]);
    image.extend([0, 0, 0, 0, 0x40, 0]);
    let mut drive = Drive::load("test", MemoryTape::new(image.clone())).unwrap();
    for _ in 0..2 {
        assert!(matches!(drive.read(), Ok(crate::Item::Block(block)) if block.len() == 1));
    }
    let report = check("test", &MemoryTape::new(image)).unwrap();
    assert_eq!((report.blocks, report.is_readable()), (1, false));
}

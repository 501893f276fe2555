//! Every path that this processor can take, against the `sha2` crate and against published values.

use proptest::prelude::*;
use sha2::{Digest, Sha256};

use super::HashPath;
use crate::chunk::ChunkId;

fn expected(chunks: &[&[u8]]) -> Vec<ChunkId> {
    chunks
        .iter()
        .map(|chunk| ChunkId::from_bytes(Sha256::digest(chunk).into()))
        .collect()
}

/// The supported paths, and the widest one as a processor without SHA-NI takes it.
fn paths() -> impl Iterator<Item = HashPath> {
    #[cfg(target_arch = "x86_64")]
    let alone = super::avx512::Avx512::detect().map(|avx512| HashPath(super::Way::Avx512(avx512, None)));
    #[cfg(not(target_arch = "x86_64"))]
    let alone = None;
    HashPath::supported().chain(alone)
}

fn check_every_path(chunks: &[&[u8]]) {
    let expected = expected(chunks);
    for path in paths() {
        let mut ids = vec![ChunkId::from_bytes([9; 32]); 3];
        path.hash_many(chunks, &mut ids);
        for (number, (id, expected)) in ids.iter().zip(&expected).enumerate() {
            assert_eq!(
                id,
                expected,
                "{path}: chunk {number} of {} bytes",
                chunks[number].len()
            );
        }
        assert_eq!(ids.len(), expected.len(), "{path}");
    }
}

/// Bytes of which no two stretches are equal.
fn pattern(len: usize) -> Vec<u8> {
    let step = |state: &mut u32, _| {
        *state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        u8::try_from(*state >> 24).ok()
    };
    (0..len).scan(1, step).collect()
}

#[test]
fn published_values() {
    // FIPS 180-4 examples and NIST CAVP SHA256ShortMsg.
    let million = vec![b'a'; 1_000_000];
    let two_blocks = b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
    let vectors: [(&[u8], &str); 6] = [
        (
            b"",
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        ),
        (
            b"abc",
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        ),
        (
            two_blocks,
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
        ),
        (
            &million,
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
        ),
        (
            &[0xd3],
            "28969cdfa74a12c82f3bad960b0b000aca2ac329deea5c2328ebc6f2ba9802c1",
        ),
        (
            &[0x11, 0xaf],
            "5ca7133fa735326081558ac312c620eeca9970d1e70a4b95533d956f072d1f98",
        ),
    ];
    let many: Vec<_> = vectors.iter().cycle().take(40).collect();
    let chunks: Vec<&[u8]> = many.iter().map(|(message, _)| *message).collect();
    for path in HashPath::supported() {
        let mut ids = Vec::new();
        path.hash_many(&chunks, &mut ids);
        let texts: Vec<_> = ids.iter().map(ChunkId::to_string).collect();
        assert_eq!(
            texts,
            many.iter().map(|(_, digest)| *digest).collect::<Vec<_>>(),
            "{path}"
        );
    }
}

#[test]
fn every_length_around_the_borders_of_blocks() {
    let bytes = pattern(64 * 5);
    let chunks: Vec<&[u8]> = (0..bytes.len()).map(|len| &bytes[bytes.len() - len..]).collect();
    check_every_path(&chunks);
}

#[test]
fn every_number_of_messages() {
    let bytes = pattern(3000);
    let all: Vec<&[u8]> = (0..70)
        .map(|number| &bytes[number..][..700 + number * 31])
        .collect();
    for number in 0..=all.len() {
        check_every_path(&all[..number]);
    }
}

/// One long message keeps its lane while hundreds pass through the others, and is then alone.
#[test]
fn lengths_far_apart() {
    let bytes = pattern(1 << 20);
    let mut chunks: Vec<&[u8]> = (0..300)
        .map(|number| &bytes[number * 7..][..number % 130])
        .collect();
    chunks.insert(20, &bytes);
    chunks.insert(5, &bytes[1..200_000]);
    check_every_path(&chunks);
}

#[test]
fn equal_lengths_like_full_tracks() {
    let bytes = pattern(60 * 1000);
    let chunks: Vec<&[u8]> = bytes.chunks(4000).chain(bytes.chunks(4000)).collect();
    check_every_path(&chunks);
}

/// What the machine cannot do is not tested on it: say which paths were.
#[test]
fn the_paths_of_this_machine() {
    let paths: Vec<_> = HashPath::supported().map(|path| path.to_string()).collect();
    println!("SHA-256 paths tested on this machine: {}", paths.join("; "));
    assert_eq!(paths.last().map(String::as_str), Some("sha2, one by one"));
    assert_eq!(HashPath::fastest().to_string(), paths[0]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn as_the_sha2_crate_says(
        chunks in prop::collection::vec(
            prop_oneof![
                prop::collection::vec(any::<u8>(), 0..200),
                (any::<u8>(), 0..20_000usize).prop_map(|(byte, len)| vec![byte; len]),
                (1..20usize, -2..=2isize, any::<u8>())
                    .prop_map(|(blocks, off, byte)| vec![byte; (blocks * 64).saturating_add_signed(off)]),
                // Where the length no longer fits into the block.
                (0..20usize, 54..=57usize, any::<u8>()).prop_map(|(blocks, rest, byte)| vec![byte; blocks * 64 + rest]),
            ],
            0..50,
        ),
    ) {
        let chunks: Vec<&[u8]> = chunks.iter().map(Vec::as_slice).collect();
        check_every_path(&chunks);
    }
}

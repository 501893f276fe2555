//! Packs: a footer of any bytes in an otherwise sound pack, and any bytes as a whole pack.
#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{ObjectStoreExt, PutPayload};
use store::{ChunkId, PackName, Repository, RepositoryId};

const FIXTURE: &[u8] = include_bytes!("../../../sim-fixtures/packs/version-1.pack");
const HEADER: &[u8] = b"SSIBPACK\x01\0\0\0\0\0\0\0";
const TRAILER_LEN: usize = 20;

/// Where the footer of a pack is, as its trailer says.
fn footer(pack: &[u8]) -> Option<&[u8]> {
    let end = pack.len().checked_sub(TRAILER_LEN)?;
    let length = u32::from_le_bytes(pack[end..end + 4].try_into().ok()?);
    pack.get(end.checked_sub(usize::try_from(length).ok()?)?..end)
}

/// A pack around this footer, with the right checksum behind it.
fn around(frames: &[u8], footer: &[u8]) -> Vec<u8> {
    let length = u32::try_from(footer.len()).unwrap_or(u32::MAX);
    let crc = crc32fast::hash(footer);
    let mut pack = [HEADER, frames, footer].concat();
    pack.extend(length.to_le_bytes());
    pack.extend(crc.to_le_bytes());
    pack.extend(*b"\x01\0\0\0SSIBPEND");
    pack
}

async fn read(pack: Vec<u8>) {
    let name = PackName::from_bytes(*ChunkId::of(footer(&pack).unwrap_or_default()).as_bytes());
    let store = Arc::new(InMemory::new());
    let id = RepositoryId([7; 16]);
    let repository = Repository::create(store.clone(), id)
        .await
        .expect("memory can be written");
    let hex = name.to_string();
    let path = Path::from_iter(["packs", &hex[..2], &hex]);
    store
        .put(&path, PutPayload::from(pack))
        .await
        .expect("memory can be written");
    let Ok(footer) = repository.read_footer(&name).await else {
        return;
    };
    for number in 0..footer.frames().len() {
        let Ok(number) = u32::try_from(number) else { return };
        if let Ok(plain) = repository.read_frame(&name, number).await {
            for chunk in footer.chunks_of(number) {
                let _ = store::chunk_in(&plain, chunk.offset, chunk.len, &chunk.id);
            }
        }
    }
}

fuzz_target!(
    init: {
        let at = footer(FIXTURE).expect("the fixture is sound");
        let frames = &FIXTURE[HEADER.len()..FIXTURE.len() - TRAILER_LEN - at.len()];
        let length = u16::try_from(frames.len()).unwrap_or(u16::MAX).to_be_bytes();
        fuzz::plant(&[
            FIXTURE.to_vec(),
            [&length[..], frames, at].concat(),
        ]);
    },
    |data: &[u8]| {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        runtime.block_on(async {
            read(data.to_vec()).await;
            let mut cut = fuzz::Cut(data);
            let length = usize::from(cut.half());
            let rest = cut.rest();
            let (frames, footer) = rest.split_at(length.min(rest.len()));
            read(around(frames, footer)).await;
        });
    }
);

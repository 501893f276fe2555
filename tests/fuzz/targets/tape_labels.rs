//! Labelled tapes, and their datasets taken apart into records.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tape::labelled::LabelledReader;
use tape::recfm::Deblocker;
use tape::{Drive, MemoryTape};

/// Datasets that are looked at; a tape of this size has no more.
const DATASETS_MAX: usize = 1000;

fn read(mut reader: LabelledReader<MemoryTape>) {
    for _ in 0..DATASETS_MAX {
        let Ok(Some(dataset)) = reader.next_dataset() else {
            return;
        };
        let mut deblocker = dataset.format.map(|label| Deblocker::new(label.format));
        while let Ok(Some(block)) = reader.read_block() {
            if let Some(deblocker) = &mut deblocker {
                let _ = deblocker.block(block, |_| {});
            }
        }
        let _ = deblocker.map(Deblocker::finish);
    }
}

fuzz_target!(
    init: { fuzz::plant(&fuzz::tape_seeds::labelled()) },
    |data: &[u8]| {
        let load = || Drive::load("fuzz", MemoryTape::new(data.to_vec())).expect("memory can be read");
        for reader in [
            LabelledReader::open(load()),
            LabelledReader::open_alone(load()),
            LabelledReader::open_set(load(), vec![load(), load()]),
        ]
        .into_iter()
        .flatten()
        {
            read(reader);
        }
    }
);

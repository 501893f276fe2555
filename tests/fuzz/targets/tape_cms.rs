//! Tapes of CMS files, listed and extracted.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tape::cms::CmsTape;
use tape::{Drive, MemoryTape};

fuzz_target!(
    init: { fuzz::plant(&fuzz::tape_seeds::cms()) },
    |data: &[u8]| {
        let load = || Drive::load("fuzz", MemoryTape::new(data.to_vec())).expect("memory can be read");
        for mut tape in [CmsTape::new(load()), CmsTape::of_tape_file(load())] {
            while let Ok(Some(file)) = tape.next_file() {
                let mut records = 0;
                let result = tape.records(&file, |_| records += 1);
                assert!(result.is_err() || records == file.records);
            }
        }
    }
);

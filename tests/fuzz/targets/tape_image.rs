//! Any bytes as a tape image: drive forward and backward, check, survey. What one says the others must not deny.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tape::survey;
use tape::{Drive, Item, MemoryTape, check};

fuzz_target!(
    init: { fuzz::plant(&fuzz::tape_seeds::images()) },
    |data: &[u8]| {
        let tape = MemoryTape::new(data.to_vec());
        let report = check("fuzz", &tape).expect("memory can be read");
        let mut drive = Drive::load("fuzz", tape).expect("memory can be read");
        let mut forward: Vec<Option<usize>> = Vec::new();
        let sound = loop {
            match drive.read() {
                Ok(Item::Block(block)) => forward.push(Some(block.len())),
                Ok(Item::Mark) => forward.push(None),
                Ok(Item::End) => break true,
                Err(_) => break false,
            }
        };
        // The check may distrust what a drive reads: a header that only looks like one. Never the other way round.
        if report.is_readable() {
            let blocks = u64::try_from(forward.iter().flatten().count());
            assert!(sound && blocks == Ok(report.blocks), "{report:?}");
        }
        let mut backward = Vec::new();
        let back = loop {
            match drive.read_backward() {
                Ok(Item::Block(block)) => backward.push(Some(block.len())),
                Ok(Item::Mark) => backward.push(None),
                Ok(Item::End) => break true,
                Err(_) => break false,
            }
        };
        if report.is_sound() {
            assert!(back);
            backward.reverse();
            assert_eq!(forward, backward);
        }
        drive.rewind();
        while let Ok(Some(_)) = survey::next_file(&mut drive) {}
    }
);

//! EXTENT CONTROL.
#![no_main]

use libfuzzer_sys::fuzz_target;
use zvm::{Source, parse_extent_control};

fuzz_target!(
    init: {
        fuzz::plant(&[
            include_bytes!("../../../sim-fixtures/directories/gridssi.extent.control").to_vec(),
        ]);
    },
    |data: &[u8]| {
        let source = Source::new("fuzz", data);
        let parsed = parse_extent_control(&source);
        for complaint in &parsed.complaints {
            let _ = complaint.to_string();
        }
    }
);

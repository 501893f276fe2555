//! SYSTEM CONFIG.
#![no_main]

use libfuzzer_sys::fuzz_target;
use zvm::{Source, parse_system_config};

fuzz_target!(
    init: {
        fuzz::plant(&[
            include_bytes!("../../../sim-fixtures/directories/gridssi.system.config").to_vec(),
            include_bytes!("../../../sim-fixtures/directories/horrors.system.config").to_vec(),
            include_bytes!("../../../sim-fixtures/directories/threesome.system.config").to_vec(),
        ]);
    },
    |data: &[u8]| {
        let source = Source::new("fuzz", data);
        let parsed = parse_system_config(&source);
        for complaint in &parsed.complaints {
            let _ = complaint.to_string();
        }
    }
);

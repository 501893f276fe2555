//! USER DIRECT.
#![no_main]

use libfuzzer_sys::fuzz_target;
use zvm::{Source, parse_directory};

fuzz_target!(
    init: {
        fuzz::plant(&[
            include_bytes!("../../../sim-fixtures/directories/threesome.user.direct").to_vec(),
            b"GLOBALDEFS\nPROFILE P\nUSER A B 32M 64M G\nINCLUDE P\nMDISK 0191 3390 1 10 VOL001 MR ALL\n".to_vec(),
        ]);
    },
    |data: &[u8]| {
        let source = Source::new("fuzz", data);
        let parsed = parse_directory(&source);
        for complaint in &parsed.complaints {
            let _ = complaint.to_string();
        }
    }
);

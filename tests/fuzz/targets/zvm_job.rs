//! Job definitions.
#![no_main]

use libfuzzer_sys::fuzz_target;
use zvm::{Source, parse_job};

fuzz_target!(
    init: {
        fuzz::plant(&[
            b"name = \"SINGLE\"\nmember = \"ANY\"\nkind = \"full\"\ndata = \"auto\"\nretention = { days = 35 }\n[[include]]\nuser = \"*\"\nvdev = \"01%1\"\n".to_vec(),
        ]);
    },
    |data: &[u8]| {
        let source = Source::new("fuzz", data);
        let parsed = parse_job(&source);
        for complaint in &parsed.complaints {
            let _ = complaint.to_string();
        }
    }
);

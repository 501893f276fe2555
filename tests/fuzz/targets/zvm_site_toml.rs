//! site.toml.
#![no_main]

use libfuzzer_sys::fuzz_target;
use zvm::{Source, parse_site_toml};

fuzz_target!(
    init: {
        fuzz::plant(&[
            include_bytes!("../../../sim-fixtures/directories/gridssi.site.toml").to_vec(),
            include_bytes!("../../../sim-fixtures/directories/threesome.site.toml").to_vec(),
        ]);
    },
    |data: &[u8]| {
        let source = Source::new("fuzz", data);
        let parsed = parse_site_toml(&source);
        for complaint in &parsed.complaints {
            let _ = complaint.to_string();
        }
    }
);

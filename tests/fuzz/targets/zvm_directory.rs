//! USER DIRECT, in whatever form it was transferred.
#![no_main]

use dasd::ebcdic::to_ebcdic;
use libfuzzer_sys::fuzz_target;
use zvm::{Source, parse_directory};

fuzz_target!(
    init: {
        fuzz::plant(&[
            include_bytes!("../../../sim-fixtures/directories/threesome.user.direct").to_vec(),
            b"GLOBALDEFS\nPROFILE P\nUSER A B 32M 64M G\nINCLUDE P\nMDISK 0191 3390 1 10 VOL001 MR ALL\n".to_vec(),
            to_ebcdic(&format!("{:80}{:80}", "USER A B 32M 64M G", " MDISK 0191 3390 1 10 VOL001 MR ALL")),
            [&[0, 12][..], b"USER A NOLOG", &[0, 6], b" * end"].concat(),
            [&[0, 16, 0, 0][..], &to_ebcdic("USER A NOLOG"), &[0, 10, 0, 0], &to_ebcdic(" * end")].concat(),
        ]);
    },
    |data: &[u8]| {
        let source = Source::received("fuzz", data.to_vec());
        let parsed = parse_directory(&source);
        for complaint in &parsed.complaints {
            let _ = complaint.to_string();
        }
    }
);

//! Whole sites: site.toml, SYSTEM CONFIG, USER DIRECT, EXTENT CONTROL and a job, with a byte 0 between them.
#![no_main]

use libfuzzer_sys::fuzz_target;
use zvm::{Site, SiteFiles, Source};

macro_rules! fixture {
    ($name:literal) => {
        &include_bytes!(concat!("../../../sim-fixtures/directories/", $name))[..]
    };
}

fuzz_target!(
    init: {
        let job = b"name = \"SINGLE\"\nmember = \"ANY\"\nkind = \"full\"\n[[include]]\nuser = \"*\"\n";
        let site = [
            fixture!("threesome.site.toml"),
            fixture!("threesome.system.config"),
            fixture!("threesome.user.direct"),
            fixture!("gridssi.extent.control"),
            job,
        ];
        fuzz::plant(&[site.join(&0)]);
    },
    |data: &[u8]| {
        let mut parts = data.splitn(5, |&byte| byte == 0);
        let mut next = |name: &str| Source::new(name, parts.next().unwrap_or_default());
        let files = SiteFiles {
            site_toml: next("site.toml"),
            system_config: next("SYSTEM.CONFIG"),
            directory: next("USER.DIRECT"),
            directory_parts: Vec::new(),
            extent_control: Some(next("EXTENT.CONTROL")),
            jobs: vec![next("jobs/a.toml")],
        };
        let parsed = Site::resolve(&files);
        let site = &parsed.value;
        for member in &site.cluster.members {
            for minidisk in &site.minidisks {
                let _ = site.can_read(&member.name, minidisk);
            }
        }
        for job in &site.jobs {
            for minidisk in &site.minidisks {
                let _ = job.selects(minidisk);
            }
        }
    }
);

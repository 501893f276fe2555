//! What is known of the past of a generated site, when all went well.

use std::fmt::Write;

use zvm::{JobKind, JobMember, Site};

/// The last weekend of February 2026: all members are joined and run the same files, each job has run once and succeeded.
pub(super) fn quiet_weekend(site: &Site) -> String {
    let mut rows = String::new();
    for member in &site.cluster.members {
        let name = member.name;
        write!(
            rows,
            "[[state]]\nat = \"2026-02-20 06:{:02}\"\nmember = \"{name}\"\nstate = \"joined\"\n\
             [[running]]\nmember = \"{name}\"\ndirectory = \"2026-02-20\"\nconfig = \"2026-02-01\"\n",
            member.slot
        )
        .unwrap();
    }
    rows.push_str("[[mode]]\nat = \"2026-02-20 07:00\"\nmode = \"stable\"\n");
    for job in &site.jobs {
        let JobMember::At(member) = job.member else {
            continue;
        };
        let (kind, day) = match job.kind {
            JobKind::Full => ("full", "02-28"),
            JobKind::Incremental => ("incremental", "03-01"),
        };
        write!(
            rows,
            "[[instance]]\nname = \"{}/1\"\nmember = \"{member}\"\nkind = \"{kind}\"\n\
             started = \"2026-{day} 01:00\"\nended = \"2026-{day} 01:40\"\nexpires = \"2026-06-30\"\n",
            job.name
        )
        .unwrap();
        if let Some(base) = job.base {
            writeln!(rows, "base = \"{base}/1\"").unwrap();
        }
    }
    rows
}

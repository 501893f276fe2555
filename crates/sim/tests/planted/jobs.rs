//! Jobs: who copies what, when, and for how long.

use sim::site_builder::SiteText;

use super::{On, Planter, job, plant};

pub(super) const PLANTERS: &[Planter] = &[
    plant("SSI-CFG-012", |site| {
        job(site, "RECOVA.toml", "member = \"GRIDA\"", "member = \"GRIDX\"")
    })
    // Its residence volume is then copied by nobody.
    .follows(&["SSI-COV-014", "SSI-VMB-004"]),
    plant("SSI-JOB-001", |site| {
        job(site, "SINGLE.toml", "scope = \"single\"\n", "")
    })
    .at_least(2)
    .on(On::Brm)
    // The jobs of members copy the same at the same time.
    .follows(&["SSI-COV-002", "SSI-JOB-010"]),
    plant("SSI-JOB-004", |site| {
        job(site, "IDENTB.toml", "name = \"IDENTB\"", "name = \"IDENTA\"")
    })
    .at_least(2)
    .on(On::Brm)
    // The nightly job of GRIDB has lost its base.
    .follows(&["SSI-RET-004"]),
    plant("SSI-JOB-006", |site| {
        site.jobs.retain(|(name, _)| !name.starts_with("IDENTB"))
    })
    .at_least(2)
    .on(On::Brm)
    // Nobody else copies the private packs of GRIDB, or only the image of its residence volume has them.
    .follows(&["SSI-COV-001", "SSI-COV-011"]),
    plant("SSI-JOB-007", |site| {
        job(site, "RECOVA.toml", "volser = \"GA1RES\"", "volser = \"GB1RES\"")
    })
    .at_least(2)
    // The residence volume of GRIDA is then copied by nobody.
    .follows(&["SSI-COV-014", "SSI-VMB-004"]),
    plant("SSI-JOB-008", |site| {
        job(site, "RECOVA.toml", "", "\n[[include]]\nvolser = \"GSX999\"\n");
    }),
    plant("SSI-JOB-009", |site| {
        job(site, "RECOVA.toml", "", "\n[[exclude]]\nvolser = \"GA1RES\"\n");
    })
    // The residence volume is then copied by nobody.
    .follows(&["SSI-COV-014"]),
    plant("SSI-JOB-013", |site| {
        job(site, "IDENTB.toml", "member = \"GRIDB\"", "member = \"ANY\"")
    })
    .at_least(2)
    .on(On::Brm),
    plant("SSI-JOB-014", |site| {
        job(site, "SINGLE.toml", "user = \"$ALLOC$\"", "user = \"NOBODY\"")
    })
    .on(On::Brm),
    plant("SSI-VMB-002", |site| {
        job(
            site,
            "VMBACKUP.toml",
            "volser = \"G%1W01\"",
            "volser = \"GA1W01\"",
        );
    })
    .at_least(2)
    .on(On::VmBackup)
    // Two servers copy the private volumes of the others, at the same time.
    .follows(&["SSI-COV-002", "SSI-JOB-010", "SSI-VMB-009"]),
    plant("SSI-VMB-004", |site| {
        job(
            site,
            "VMBKUP01.toml",
            "volser = \"GA1W01\"",
            "volser = \"GSU001\"",
        );
    })
    .on(On::VmBackup)
    // Two servers copy it, at the same time; what it no longer copies has only incrementals.
    .follows(&["SSI-COV-002", "SSI-COV-003", "SSI-JOB-010", "SSI-VMB-009"]),
    plant("SSI-VMB-007", |site| {
        job(site, "VMBACKUP.toml", "user = \"$ALLOC$\"", "user = \"NOBODY\"");
    })
    .on(On::VmBackup),
    plant("SSI-RET-001", |site| {
        let full = site
            .jobs
            .iter_mut()
            .find(|(name, _)| name == "SINGLE.toml" || name == "VMBACKUP.toml");
        let text = &mut full.unwrap().1;
        *text = text.replace("35 days", "8 days");
    }),
    plant("SSI-RET-004", |site| {
        let nightly = site
            .jobs
            .iter_mut()
            .find(|(name, _)| name == "SINGLEI.toml" || name == "VMBINCR.toml");
        let text = &mut nightly.unwrap().1;
        *text = text.replace("base = \"", "base = \"NO");
    }),
    plant("SSI-RET-005", |site| {
        job(site, "SINGLEI.toml", "data = \"auto\"", "data = \"image\"");
    })
    .on(On::Brm)
    // The file pool server is among them.
    .follows(&["SSI-COV-012"]),
    plant("SSI-COV-014", |site| {
        site.jobs.retain(|(name, _)| name != "RECOVA.toml")
    }),
    plant("SSI-COV-001", |site| {
        without(site, &["SINGLE.toml", "SINGLEI.toml"], "DEVEL01")
    })
    .on(On::Brm),
    plant("SSI-COV-002", |site| {
        let text = "name = \"AGAIN\"\nmember = \"GRIDA\"\nkind = \"full\"\nretention = \"35 days\"\n\
                    schedule = \"SAT 05:00\"\n[[include]]\nuser = \"DEVEL01\"\nscope = \"single\"\n";
        site.jobs.push(("AGAIN.toml".to_owned(), text.to_owned()));
    })
    .on(On::Brm),
    plant("SSI-COV-003", |site| without(site, &["SINGLE.toml"], "DEVEL01")).on(On::Brm),
    plant("SSI-COV-013", |site| {
        without(site, &["SINGLE.toml", "SINGLEI.toml"], "PMAINT")
    })
    .on(On::Brm)
    // It is copied by nobody at all.
    .follows(&["SSI-COV-001"]),
    plant("SSI-COV-015", |site| {
        without(site, &["SINGLE.toml", "SINGLEI.toml"], "BKRSVSFS")
    })
    .on(On::Brm)
    // It is copied by nobody at all.
    .follows(&["SSI-COV-001"]),
    plant("SSI-VMB-003", |site| {
        for number in 1..=13 {
            let line = format!("\n[[exclude]]\nvolser = \"GSX{number:03}\"\n");
            job(site, "VMBACKUP.toml", "", &line);
        }
        job(site, "VMBACKUP.toml", "", "\n[template]\nexclusion = \"screen\"\n");
    })
    .on(On::VmBackup),
    plant("SSI-JOB-010", |site| {
        let text = "name = \"AGAIN\"\nmember = \"GRIDA\"\nschedule = \"SAT 01:00\"\n[[include]]\nuser = \"DEVEL01\"\n\
                    scope = \"single\"\n";
        site.jobs.push(("AGAIN.toml".to_owned(), text.to_owned()));
    })
    .on(On::Brm)
    // It copies what SINGLE copies.
    .follows(&["SSI-COV-002"]),
];

/// Leaves a user out of jobs.
fn without(site: &mut SiteText, jobs: &[&str], user: &str) {
    for file in jobs {
        job(site, file, "", &format!("\n[[exclude]]\nuser = \"{user}\"\n"));
    }
}

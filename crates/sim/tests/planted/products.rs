//! What the products and the tape managers are told: templates, exceptions, pools, tape catalogs, suppressions.

use super::{On, Planter, directory, job, plant, toml};

pub(super) const PLANTERS: &[Planter] = &[
    plant("SSI-RET-002", |site| {
        template(site, "VMBACKUP.toml", "exclusion = \"tpi\"\n");
        template(site, "VMBINCR.toml", "discard = 60\n");
    })
    .on(On::VmBackup),
    plant("SSI-RET-003", |site| {
        template(site, "VMBACKUP.toml", "condense = 5\n");
    })
    .on(On::VmBackup),
    plant("SSI-RET-006", |site| {
        template(site, "VMBACKUP.toml", "catalog = false\n");
    })
    .on(On::VmBackup),
    plant("SSI-RET-007", |site| {
        template(site, "VMBACKUP.toml", "change = \"date\"\n");
        template(site, "VMBINCR.toml", "change = \"hash\"\n");
    })
    .on(On::VmBackup),
    plant("SSI-RET-008", |site| {
        template(site, "VMBINCR.toml", "format = \"cmsalloc\"\n");
    })
    .on(On::VmBackup),
    plant("SSI-VMB-010", |site| {
        job(
            site,
            "VMBACKUP.toml",
            "",
            "\n[[template.exception]]\nname = \"*\"\n[[template.exception]]\nname = \"VSE*\"\nformat = \"physical\"\n",
        );
    })
    .on(On::VmBackup),
    plant("SSI-VMB-011", |site| {
        template(
            site,
            "VMBACKUP.toml",
            "record = \"account\"\n[[template.exception]]\nrecord = \"userid\"\nname = \"VSE*\"\n",
        );
    })
    .on(On::VmBackup),
    plant("SSI-VMB-013", |site| {
        template(site, "VMBACKUP.toml", "streams = 20\ncopies = 5\n");
    })
    .on(On::VmBackup),
    plant("SSI-VMB-014", |site| {
        job(
            site,
            "VMBACKUP.toml",
            "",
            "\n[[template.exception]]\nname = \"$ALLOC$\"\nformat = \"physical\"\n",
        );
    })
    .on(On::VmBackup),
    plant("SSI-VMB-015", |site| {
        let text = "name = \"LINUX\"\nmember = \"ANY\"\n\n[[include]]\nuser = \"LNXPAY01\"\n\n[template]\nformat = \"cms\"\n";
        site.jobs.push(("LINUX.toml".to_owned(), text.to_owned()));
    })
    .on(On::VmBackup),
    plant("SSI-VMB-001", |site| {
        job(
            site,
            "VMBKUP02.toml",
            "server = \"VMBKUP02\"",
            "server = \"VMBKUP01\"",
        );
    })
    .at_least(2)
    .on(On::VmBackup)
    // The nightly job of GRIDB has the other server still.
    .follows(&["SSI-VMB-009"]),
    plant("SSI-VMB-009", |site| {
        job(site, "VMBACKUP.toml", "volser = \"G%1W01\"", "volser = \"G%1W02\"");
    })
    .on(On::VmBackup)
    // The one server copies what the others do, at the same time, and does not leave their volumes out.
    .follows(&["SSI-COV-002", "SSI-JOB-010", "SSI-VMB-002"]),
    plant("SSI-TAP-001", |site| {
        job(site, "RECOVA.toml", "output = \"disk\"", "output = \"tape\"");
        tape(site, "member = \"GRIDA\"\ncatalog = \"dedicated\"\nranges = [\"VT0000-VT0999\"]\n");
        tape(site, "member = \"GRIDB\"\ncatalog = \"dedicated\"\nranges = [\"VT1000-VT1999\"]\n");
    })
    .at_least(2),
    plant("SSI-TAP-002", |site| {
        tape(site, "member = \"GRIDA\"\nnode = \"catalog\"\n");
        tape(site, "member = \"GRIDB\"\nnode = \"catalog\"\n");
    })
    .at_least(2),
    plant("SSI-TAP-003", |site| {
        tape(site, "member = \"GRIDA\"\nnode = \"catalog\"\n");
        tape(
            site,
            "member = \"GRIDB\"\nnode = \"request\"\ntmm = true\nlibrary = \"LIB1\"\n",
        );
    })
    .at_least(2),
    plant("SSI-TAP-004", |site| {
        tape(site, "member = \"GRIDA\"\ncatalog = \"dedicated\"\nranges = [\"VT0000-VT0999\"]\n");
        tape(site, "member = \"GRIDB\"\ncatalog = \"dedicated\"\nranges = [\"VT0900-VT1999\"]\n");
    })
    .at_least(2),
    plant("SSI-TAP-007", |site| {
        tape(
            site,
            "member = \"GRIDA\"\nnode = \"catalog\"\nlibrary = \"LIB1\"\nrms_library = \"LIBRARY1\"\n",
        );
    }),
    plant("SSI-SUP-001", |site| {
        toml(
            site,
            "",
            "\n[[suppress]]\ncode = \"SSI-MD-001\"\nabout = \"LNXOLD01 *\"\nreason = \"is moved in March\"\n",
        );
    }),
    plant("SSI-BRM-005", |site| {
        for (pool, volume) in [("CATA", "GSU001"), ("CATB", "GSL001")] {
            toml(
                site,
                "",
                &format!("\n[[pool]]\nname = \"{pool}\"\nvolumes = [\"{volume}\"]\ncatalog = true\n"),
            );
        }
    })
    .on(On::Brm),
    plant("SSI-BRM-006", |site| {
        directory(
            site,
            " MDISK 0310 3390   0005 0002 GSCOM2 MR READ WRITE MULT\n",
            " MDISK 0310 3390   0006 0001 GA1W01 MR READ WRITE MULT\n",
        );
    })
    .at_least(2)
    .on(On::Brm)
    // A disk of a USER on a private volume, where another is; the jobs of the member copy both.
    .follows(&["SSI-MD-001", "SSI-MD-006", "SSI-COV-002"]),
    plant("SSI-BRM-008", |site| {
        toml(
            site,
            "repository = \"repository\"\n",
            "repository = \"repository\"\nproduct = { level = \"1.2\" }\n",
        );
    })
    .on(On::Brm),
];

/// Gives a job a template of VM:Backup.
fn template(site: &mut super::Planted, file: &str, lines: &str) {
    job(site, file, "", &format!("\n[template]\n{lines}"));
}

/// Gives a member a tape manager.
fn tape(site: &mut super::Planted, lines: &str) {
    toml(site, "", &format!("\n[[tape]]\n{lines}"));
}

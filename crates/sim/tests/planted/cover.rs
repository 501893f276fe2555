//! Copies that are there, and are not what one would want.

use super::{On, Planted, Planter, directory, job, plant, toml};

pub(super) const PLANTERS: &[Planter] = &[
    plant("SSI-COV-011", |site| {
        leave_out(site, "VSEPROD");
        new_job(
            site,
            "PACKS",
            "data = \"volumes\"\nschedule = \"monthly 2 03:00\"\nretention = \"95 days\"\n\n[[include]]\nvolser = \"GSU001\"\n",
        );
    })
    .on(On::Brm),
    plant("SSI-COV-012", |site| {
        new_job(site, "SFSIMG", "data = \"image\"\n\n[[include]]\nuser = \"BKRSVSFS\"\n");
    })
    .on(On::Brm),
    plant("SSI-COV-016", |site| {
        new_pack(site);
        directory(
            site,
            "",
            "USER OLDPROD NOLOG 512M 2G G\n MDISK 0100 3390 0050 0001 GSL900 MR\n",
        );
    }),
    plant("SSI-COV-005", |site| {
        new_pack(site);
        directory(
            site,
            "",
            "USER DEVEL03 LBYONLY 64M 256M G\n IPL CMS\n MDISK 0191 3390 0050 0002 GSL900 MR\n",
        );
        leave_out(site, "DEVEL03");
        new_job(
            site,
            "DEVEL",
            "data = \"image\"\nschedule = \"SUN 03:00\"\nretention = \"35 days\"\n\n[[include]]\nuser = \"DEVEL03\"\n",
        );
    })
    .on(On::Brm),
    plant("SSI-COV-010", |site| {
        new_pack(site);
        directory(
            site,
            "",
            "USER LNXTWO01 LBYONLY 512M 2G G\n IPL 0100\n MDISK 0100 3390 0001 0001 GSL900 MR\n \
             MDISK 0101 3390 0002 0001 GSL900 MR\n",
        );
        job(
            site,
            "SINGLE.toml",
            "",
            "\n[[exclude]]\nuser = \"LNXTWO01\"\nvdev = \"0101\"\n",
        );
        new_job(
            site,
            "SECOND",
            "schedule = \"SUN 03:00\"\nretention = \"35 days\"\n\n[[include]]\nuser = \"LNXTWO01\"\nvdev = \"0101\"\n",
        );
    })
    .on(On::Brm),
    plant("SSI-COV-017", |site| {
        new_pack(site);
        directory(
            site,
            "",
            "USER LNXNEW01 LBYONLY 512M 2G G\n IPL 0100\n MDISK 0100 3390 0001 0001 GSL900 MR\n",
        );
        new_job(
            site,
            "PACKS",
            "data = \"volumes\"\nschedule = \"monthly 2 03:00\"\nretention = \"95 days\"\n\n[[include]]\nvolser = \"GSL900\"\n",
        );
    }),
    plant("SSI-JOB-011", |site| {
        toml(
            site,
            "",
            "\n[[pool]]\nname = \"POOL1\"\nvolumes = [\"GSU001\"]\n",
        );
        new_job(
            site,
            "DEVEL",
            "output = { disk = \"POOL1\" }\n\n[[include]]\nuser = \"DEVEL*\"\nscope = \"single\"\n",
        );
    }),
    plant("SSI-LGR-001", |site| {
        new_job(site, "LINUXA", "\n[[include]]\nuser = \"LNX*\"\nlogged_on = true\n");
    }),
    plant("SSI-LGR-002", |site| {
        new_pack(site);
        directory(
            site,
            "",
            "USER LNXMOV01 LBYONLY 512M 2G G\n VMRELOCATE ON\n LINK MAINT 0190 0190 RR\n \
             MDISK 0100 3390 0050 0001 GSL900 MR\n MDISK 0555 3390 T-DISK 1 MR\n",
        );
    })
    // That link is wrong for a guest that stays, too.
    .follows(&["SSI-DIR-010"]),
    plant("SSI-MD-011", |site| {
        directory(
            site,
            "",
            "USER DB2PROD  LBYONLY 512M 2G G\n INCLUDE LNXGST\n MDISK 0200 3390 DEVNO 5A80 MWV\n",
        );
    })
    .at_least(2),
    plant("SSI-MD-012", |site| {
        new_job(
            site,
            "LNXSWAP",
            "\n[[include]]\nuser = \"LNXWEB*\"\nvdev = \"0300\"\n",
        );
    }),
    plant("SSI-MD-013", |site| {
        new_job(
            site,
            "MAINTA",
            "\n[[include]]\nuser = \"MAINT\"\nvdev = \"0122\"\n\n[[include]]\nuser = \"MAINT\"\nvdev = \"019*\"\n",
        );
    }),
];

/// A pack of all members with nothing on it.
fn new_pack(site: &mut Planted) {
    let text = "\n[[volume]]\nvolser = \"GSL900\"\ncylinders = 100\neqid = \"EQGSL900\"\n";
    toml(site, "", text);
}

/// Another job of GRIDA.
fn new_job(site: &mut Planted, name: &str, lines: &str) {
    let text = format!("name = \"{name}\"\nmember = \"GRIDA\"\n{lines}");
    site.jobs.push((format!("{name}.toml"), text));
}

/// No job over minidisks copies what this user has.
fn leave_out(site: &mut Planted, user: &str) {
    for file in ["SINGLE.toml", "SINGLEI.toml"] {
        job(site, file, "", &format!("\n[[exclude]]\nuser = \"{user}\"\n"));
    }
}

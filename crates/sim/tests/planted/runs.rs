//! Runs of jobs and what they copied.

use super::{On, Planter, facts, job, plant, toml};

pub(super) const PLANTERS: &[Planter] = &[
    plant("SSI-COV-004", |site| {
        toml(
            site,
            "repository = \"repository\"\n",
            "repository = \"repository\"\npolicy = { rpo_hours = 24 }\n",
        );
        facts(site, "now = \"2026-03-09 06:00\"\n");
        run(site, "SINGLE/12", "02-28", "");
        copy(site, "SINGLE/12", "VSEPROD", "0140", "GSU001", "");
    })
    .on(On::Brm),
    plant("SSI-COV-006", |site| {
        toml(
            site,
            "repository = \"repository\"\n",
            "repository = \"repository\"\npolicy = { rpo_hours = 48 }\n",
        );
        facts(site, "now = \"2026-03-14 12:00\"\n");
        state(site, "2026-03-01 06:00", "GRIDB", "down");
    })
    .at_least(2)
    .on(On::Brm),
    plant("SSI-COV-007", |site| {
        run(site, "SINGLE/12", "03-07", "ended = \"2026-03-07 02:10\"\n");
        facts(
            site,
            "[[change]]\nat = \"2026-03-07 01:05\"\nfile = \"USER.DIRECT\"\nstatement = \"MDISK\"\nuser = \"VSEPROD\"\n\
             vdev = \"0140\"\n",
        );
    })
    .on(On::Brm),
    plant("SSI-COV-008", |site| {
        run(site, "SINGLE/12", "03-07", "");
        copy(site, "SINGLE/12", "LNXOLD01", "0100", "GSL001", "");
    })
    .on(On::Brm),
    plant("SSI-COV-009", |site| {
        run(site, "SINGLE/12", "03-07", "");
        copy(
            site,
            "SINGLE/12",
            "LNXPAY01",
            "0100",
            "GSL002",
            "start = 20\nlength = 3\n",
        );
    })
    .on(On::Brm),
    plant("SSI-COV-018", |site| {
        run(site, "SINGLE/12", "03-07", "");
        copy(
            site,
            "SINGLE/12",
            "LNXPAY01",
            "0100",
            "GSL001",
            "at = \"2026-03-07 01:10\"\n",
        );
        facts(
            site,
            "[[logon]]\nuser = \"LNXPAY01\"\nmember = \"GRIDA\"\nfrom = \"2026-03-01 08:00\"\n",
        );
    })
    .on(On::Brm),
    plant("SSI-JOB-002", |site| {
        run(site, "SINGLE/12", "03-07", "member = \"GRIDA\"\n");
        facts(
            site,
            "[[instance]]\nname = \"SINGLE/13\"\nmember = \"GRIDB\"\nstarted = \"2026-03-07 01:30\"\n",
        );
    })
    .on(On::Brm)
    // The job is for one of the two.
    .follows(&["SSI-JOB-005"]),
    plant("SSI-JOB-003", |site| {
        job(site, "SINGLE.toml", "member = \"GRIDA\"", "member = \"ANY\"");
        run(site, "SINGLE/12", "03-07", "member = \"GRIDA\"\n");
        run(site, "SINGLE/13", "03-14", "member = \"GRIDB\"\n");
    })
    .on(On::Brm),
    plant("SSI-JOB-005", |site| {
        run(site, "IDENTB/7", "03-07", "member = \"GRIDA\"\n");
    })
    .at_least(2)
    .on(On::Brm)
    // One name has then been used on two members.
    .follows(&["SSI-JOB-004"]),
    plant("SSI-JOB-012", |site| {
        facts(site, "history = { from = \"2026-02-27\", to = \"2026-03-02 12:00\" }\n");
        state(site, "2026-02-28 00:30", "GRIDB", "down");
        state(site, "2026-02-28 04:00", "GRIDB", "joined");
    })
    .at_least(2)
    .on(On::Brm),
    plant("SSI-LGR-003", |site| {
        run(site, "SINGLE/12", "03-07", "ended = \"2026-03-07 02:00\"\n");
        copy(
            site,
            "SINGLE/12",
            "LNXPAY01",
            "0100",
            "GSL001",
            "at = \"2026-03-07 01:10\"\n",
        );
        facts(
            site,
            "[[relocation]]\nuser = \"LNXPAY01\"\nfrom = \"GRIDA\"\nto = \"GRIDB\"\nstarted = \"2026-03-07 01:12\"\n\
             ended = \"2026-03-07 01:14\"\n",
        );
    })
    .on(On::Brm),
    plant("SSI-LGR-004", |site| {
        run(
            site,
            "IDENTB/12",
            "03-07",
            "member = \"GRIDB\"\nended = \"2026-03-07 01:31\"\nstate = \"incomplete\"\n",
        );
        state(site, "2026-03-07 01:30", "GRIDB", "leaving");
    })
    .on(On::Brm),
    plant("SSI-RET-009", |site| {
        job(
            site,
            "RECOVA.toml",
            "retention = \"95 days\"",
            "retention = \"28 days\"",
        );
    }),
    plant("SSI-RET-010", |site| {
        run(site, "SINGLE/12", "01-01", "");
        for number in 0..63 {
            let (month, day) = (1 + number / 28, 1 + number % 28);
            facts(
                site,
                &format!(
                    "[[instance]]\nname = \"SINGLEI/{}\"\nkind = \"incremental\"\nbase = \"SINGLE/12\"\n\
                     started = \"2026-{month:02}-{day:02} 02:00\"\n",
                    number + 12
                ),
            );
        }
    })
    .on(On::Brm),
    plant("SSI-TAP-006", |site| {
        run(
            site,
            "SINGLE/12",
            "03-07",
            "expires = \"2026-04-04\"\ntapes = [\"VT0001\"]\n",
        );
        facts(
            site,
            "[[tape_volume]]\nvolser = \"VT0001\"\nexpires = \"2026-03-20\"\n",
        );
    })
    .on(On::Brm),
    plant("SSI-EXP-001", |site| {
        purge(site, "2026-03-07 06:00", "BKRADMIN", "GRIDA", "PREVIEW");
        purge(site, "2026-03-07 06:01", "BKRADMIN", "GRIDA", "PURGE");
        purge(site, "2026-03-07 06:02", "OPERATOR", "GRIDB", "PURGE");
    })
    .on(On::Brm),
    plant("SSI-EXP-002", |site| {
        facts(site, "history = { from = \"2026-03-02\", to = \"2026-05-07\" }\n");
        run(site, "SINGLE/12", "01-03", "expires = \"2026-04-07 01:00\"\n");
    })
    .on(On::Brm),
    plant("SSI-EXP-003", |site| {
        super::directory(site, "USER BKRSVSFS AUTOONLY", "IDENTITY BKRSVSFS AUTOONLY");
        facts(site, "history = { from = \"2026-01-01\", to = \"2026-03-01\" }\n");
        facts(
            site,
            "[[command]]\nuser = \"BKRADMIN\"\nmember = \"GRIDA\"\nserver = \"BKRCATLG\"\ntext = \"EXPIRE (PURGE\"\n",
        );
    })
    .at_least(2)
    .on(On::Brm)
    // The server of the catalog is what BRM-004 and its followers are about.
    .follows(&["SSI-BRM-004", "SSI-DIR-004", "SSI-COV-001", "SSI-COV-015"]),
    plant("SSI-EXP-004", |site| {
        purge(site, "2026-03-07 06:00", "BKRADMIN", "GRIDA", "PURGE");
    })
    .on(On::Brm),
    plant("SSI-EXP-005", |site| {
        run(
            site,
            "SINGLE/12",
            "01-03",
            "member = \"GRIDA\"\nexpires = \"2026-02-07 01:00\"\n",
        );
        facts(
            site,
            "[[restore]]\ninstance = \"SINGLE/12\"\nuser = \"VSEPROD\"\nvdev = \"0140\"\nat_member = \"GRIDB\"\n\
             at = \"2026-03-07 05:50\"\n",
        );
        purge(site, "2026-03-07 05:55", "BKRADMIN", "GRIDA", "PREVIEW");
        purge(site, "2026-03-07 06:00", "BKRADMIN", "GRIDA", "PURGE");
    })
    .on(On::Brm),
];

/// A run of a job that began at one in the morning of a day of 2026.
fn run(site: &mut super::Planted, name: &str, day: &str, more: &str) {
    facts(
        site,
        &format!("[[instance]]\nname = \"{name}\"\nstarted = \"2026-{day} 01:00\"\n{more}"),
    );
}

/// What a run copied.
fn copy(site: &mut super::Planted, run: &str, user: &str, vdev: &str, volser: &str, more: &str) {
    facts(
        site,
        &format!(
            "[[domain]]\ninstance = \"{run}\"\nuser = \"{user}\"\nvdev = \"{vdev}\"\nvolser = \"{volser}\"\n{more}"
        ),
    );
}

/// A member comes into another state.
pub(super) fn state(site: &mut super::Planted, at: &str, member: &str, state: &str) {
    facts(
        site,
        &format!("[[state]]\nat = \"{at}\"\nmember = \"{member}\"\nstate = \"{state}\"\n"),
    );
}

/// EXPIRE, as somebody sends it to the catalog.
fn purge(site: &mut super::Planted, at: &str, user: &str, member: &str, how: &str) {
    facts(
        site,
        &format!(
            "[[command]]\nat = \"{at}\"\nuser = \"{user}\"\nmember = \"{member}\"\nserver = \"BKRCATLG\"\n\
             text = \"EXPIRE ({how}\"\n"
        ),
    );
}

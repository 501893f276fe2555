//! What happened in the cluster: states, logons, links, restores.

use super::runs::state;
use super::{On, Planter, config, facts, job, plant, toml};

pub(super) const PLANTERS: &[Planter] = &[
    plant("SSI-DIR-015", |site| {
        site.rows = site
            .rows
            .replacen("directory = \"2026-02-20\"", "directory = \"2026-01-18\"", 1);
    })
    .at_least(2),
    plant("SSI-DST-001", |site| {
        config(site, "Distribute IUCV TOLERATE", "Distribute IUCV NO");
        facts(
            site,
            "[[command]]\nuser = \"OPERATOR\"\nmember = \"GRIDB\"\nserver = \"BKRBKUP\"\nserver_member = \"GRIDA\"\n\
             text = \"SUBMIT SINGLE\"\n",
        );
    })
    .at_least(2),
    plant("SSI-DST-003", |site| {
        change_distribute(site, "2026-03-01 20:00");
        state(site, "2026-03-01 21:00", "GRIDA", "down");
        state(site, "2026-03-01 21:10", "GRIDA", "joining");
    })
    .at_least(2),
    plant("SSI-DST-004", |site| change_distribute(site, "2026-03-01 08:00")),
    plant("SSI-LGR-005", |site| {
        facts(site, "[[relocation]]\nuser = \"OPERATOR\"\nto = \"GRIDB\"\n");
    }),
    plant("SSI-RST-001", |site| {
        job(site, "RECOVA.toml", "", "");
        facts(
            site,
            "[[restore]]\nuser = \"MAINT\"\nvdev = \"0191\"\nat_member = \"GRIDA\"\n",
        );
    })
    .at_least(2),
    plant("SSI-RST-002", |site| {
        facts(
            site,
            "[[restore]]\nuser = \"MAINT\"\nvdev = \"0191\"\nmember = \"GRIDB\"\nat_member = \"GRIDA\"\n",
        );
    })
    .at_least(2),
    plant("SSI-RST-003", |site| {
        facts(
            site,
            "[[instance]]\nname = \"SINGLE/12\"\nmember = \"GRIDA\"\nstarted = \"2026-03-07 01:00\"\n\
             [[domain]]\ninstance = \"SINGLE/12\"\nuser = \"DEVEL02\"\nvdev = \"0191\"\nvolser = \"GSU001\"\nstart = 4\n\
             length = 3\n\
             [[restore]]\ninstance = \"SINGLE/12\"\nuser = \"DEVEL02\"\nvdev = \"0191\"\nat_member = \"GRIDA\"\n",
        );
    })
    .on(On::Brm)
    // It was smaller, or elsewhere, when the full was made.
    .follows(&["SSI-COV-009", "SSI-RST-005"]),
    plant("SSI-RST-004", |site| {
        link(site, "LNXPAY01", "GRIDB", ("LNXPAY01", "0100"), "MR");
        facts(
            site,
            "[[restore]]\nuser = \"LNXPAY01\"\nvdev = \"0100\"\nat_member = \"GRIDA\"\n",
        );
    }),
    plant("SSI-RST-005", |site| {
        facts(
            site,
            "[[restore]]\nuser = \"LNXPAY01\"\nvdev = \"0100\"\nto_user = \"LNXAPP01\"\nto_vdev = \"0200\"\n\
             at_member = \"GRIDA\"\n",
        );
    }),
    plant("SSI-RST-006", |site| {
        facts(
            site,
            "[[restore]]\nuser = \"MAINT\"\nvdev = \"0191\"\nmember = \"GRIDA\"\nto_member = \"GRIDB\"\n\
             at_member = \"GRIDB\"\n",
        );
    })
    .at_least(2),
    plant("SSI-RST-007", |site| {
        toml(
            site,
            "repository = \"repository\"\n",
            "repository = \"repository\"\n[[tape]]\nmember = \"GRIDA\"\ncatalog = \"dedicated\"\n",
        );
        facts(
            site,
            "[[instance]]\nname = \"SINGLE/12\"\nmember = \"GRIDA\"\nstarted = \"2026-03-07 01:00\"\n\
             tapes = [\"VT0001\"]\n\
             [[restore]]\ninstance = \"SINGLE/12\"\nuser = \"VSEPROD\"\nvdev = \"0140\"\nat_member = \"GRIDB\"\n",
        );
    })
    .on(On::Brm),
    plant("SSI-RST-008", |site| {
        facts(
            site,
            "[[instance]]\nname = \"SINGLE/12\"\nstarted = \"2026-02-28 01:00\"\nstate = \"purged\"\n\
             [[instance]]\nname = \"SINGLEI/40\"\nkind = \"incremental\"\nbase = \"SINGLE/12\"\n\
             started = \"2026-03-06 01:00\"\n\
             [[restore]]\ninstance = \"SINGLEI/40\"\nuser = \"VSEPROD\"\nvdev = \"0140\"\nat_member = \"GRIDA\"\n",
        );
    })
    .on(On::Brm)
    // Its base is gone before it.
    .follows(&["SSI-RET-004"]),
    plant("SSI-ST-001", |site| {
        facts(
            site,
            "[[mode]]\nat = \"2026-03-07 00:55\"\nmode = \"in-flux\"\n\
             [[mode]]\nat = \"2026-03-07 01:20\"\nmode = \"stable\"\n\
             [[instance]]\nname = \"RECOVA/12\"\nmember = \"GRIDA\"\nstarted = \"2026-03-07 01:00\"\n",
        );
    }),
    plant("SSI-ST-002", |site| {
        link(site, "LNXPAY01", "GRIDB", ("LNXPAY01", "0100"), "MR");
        facts(
            site,
            "[[command]]\nat = \"2026-03-07 03:00\"\nuser = \"OPERATOR\"\nmember = \"GRIDA\"\n\
             text = \"SET SSI GRIDB DOWN\"\n",
        );
    })
    .at_least(2),
    plant("SSI-ST-003", |site| {
        facts(
            site,
            "[[heartbeat]]\nmember = \"GRIDA\"\npdr = \"2026-03-01 06:00:50\"\nreceived = \"2026-03-01 06:00:05\"\n",
        );
    }),
    plant("SSI-ST-004", |site| {
        state(site, "2026-03-07 06:00", "GRIDB", "joining");
        state(site, "2026-03-07 06:02", "GRIDA", "joining");
        state(site, "2026-03-07 06:05", "GRIDB", "joined");
        state(site, "2026-03-07 06:06", "GRIDA", "joined");
    }),
    plant("SSI-ST-005", |site| {
        for (member, from) in [("GRIDA", "03-01 08:00"), ("GRIDB", "03-07 03:05")] {
            facts(
                site,
                &format!("[[logon]]\nuser = \"VSEPROD\"\nmember = \"{member}\"\nfrom = \"2026-{from}\"\n"),
            );
        }
    }),
    plant("SSI-ST-006", |site| {
        link(site, "OPERATOR", "GRIDA", ("PMAINT", "0CF0"), "W");
        link(site, "MAINT", "GRIDB", ("PMAINT", "0CF0"), "W");
    }),
    plant("SSI-TAP-005", |site| {
        job(site, "RECOVA.toml", "output = \"disk\"", "output = \"tape\"");
        toml(
            site,
            "repository = \"repository\"\n",
            "repository = \"repository\"\n[[tape]]\nmember = \"GRIDB\"\nnode = \"catalog\"\n",
        );
        // RECOVA runs on the first day of a month.
        facts(site, "history = { from = \"2026-02-27\", to = \"2026-03-02\" }\n");
        state(site, "2026-03-01 02:30", "GRIDB", "down");
        state(site, "2026-03-01 06:00", "GRIDB", "joining");
    })
    .at_least(2),
    plant("SSI-VMB-005", |site| {
        facts(site, "[[logon]]\nuser = \"VMBKUP02\"\nmember = \"GRIDA\"\n");
    })
    .at_least(2)
    .on(On::VmBackup),
    plant("SSI-VMB-012", |site| {
        job(
            site,
            "VMBKUP01.toml",
            "",
            "\n[template]\nfile_pools = [\"VMSYSU:VMSERVU\"]\n",
        );
        facts(site, "[[logon]]\nuser = \"VMSERVU\"\nmember = \"GRIDB\"\n");
    })
    .on(On::VmBackup),
];

fn change_distribute(site: &mut super::Planted, at: &str) {
    facts(
        site,
        "history = { from = \"2026-03-01 06:00\", to = \"2026-03-02\" }\n",
    );
    facts(
        site,
        &format!("[[change]]\nat = \"{at}\"\nfile = \"SYSTEM.CONFIG\"\nstatement = \"DISTRIBUTE\"\n"),
    );
}

fn link(site: &mut super::Planted, user: &str, member: &str, (owner, vdev): (&str, &str), mode: &str) {
    facts(
        site,
        &format!(
            "[[link]]\nuser = \"{user}\"\nmember = \"{member}\"\nowner = \"{owner}\"\nvdev = \"{vdev}\"\nmode = \"{mode}\"\n"
        ),
    );
}

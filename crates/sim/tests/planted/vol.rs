//! Who has which volume.

use super::{Planter, config, directory, edit, plant, toml};

pub(super) const PLANTERS: &[Planter] = &[
    plant("SSI-VOL-001", |site| {
        config(
            site,
            "  CP_Owned Slot  10  GA1S01",
            "  GRIDB: CP_Owned Slot  20  GA1S01\n  CP_Owned Slot  10  GA1S01",
        )
    })
    .at_least(2)
    // GRIDB has it in two slots.
    .follows(&["SSI-VOL-003"]),
    plant("SSI-VOL-002", |site| {
        config(
            site,
            "  CP_Owned Slot  10  GA1S01",
            "  GRIDA: CP_Owned Slot  10  GA1S01",
        )
    })
    .at_least(2),
    plant("SSI-VOL-003", |site| {
        config(site, "", "  CP_Owned Slot  10  GSX001\n")
    }),
    plant("SSI-VOL-004", |site| {
        config(
            site,
            "GSCOM2 GSREL1",
            "GSCOM2\n  GRIDA: User_Volume_List GSREL1\n  GRIDB: User_Volume_List GSREL1",
        )
    })
    .at_least(3)
    // It holds minidisks of a USER.
    .follows(&["SSI-MD-001"]),
    plant("SSI-VOL-005", |site| {
        config(site, "  GRIDA: CP_Owned Slot 255", "  CP_Owned Slot 254")
    })
    .at_least(2),
    plant("SSI-VOL-006", |site| config(site, "GSF*", "GSF* GA1W*")).at_least(2),
    plant("SSI-VOL-007", |site| {
        config(site, "GSCOM2 GSREL1\n", "GSCOM2\n");
        config(site, "GSF*", "GSF* GSR*");
    }),
    plant("SSI-VOL-008", |site| {
        directory(site, "GSCOM1 MR ALL", "NOWHER MR ALL")
    }),
    plant("SSI-VOL-009", |site| {
        toml(site, "owner = \"GRIDSSI.GRIDA\"", "owner = \"OTHER.GRIDA\"")
    }),
    plant("SSI-VOL-010", |site| {
        for member in ["GRIDA", "GRIDB"] {
            config(site, "", &format!("  {member}: User_Volume_List GWRK01\n"));
            let volume = "\n[[volume]]\nvolser = \"GWRK01\"\ndevice = \"3390\"\ncylinders = 8\n";
            toml(
                site,
                "",
                &format!("{volume}member = \"{member}\"\nimage = \"volumes/{member}.ckd\"\n"),
            );
        }
    })
    .at_least(2),
    plant("SSI-VOL-011", |site| {
        toml(site, "eqid = \"EQGSU001\"", "eqid = \"EQGSCOM1\"")
    }),
    plant("SSI-VOL-012", |site| {
        let line = site
            .extent_control
            .lines()
            .find(|line| line.contains("GB1W01") && line.contains("WRKVOL"))
            .unwrap()
            .to_owned();
        edit(&mut site.extent_control, &format!("{line}\n"), "");
    })
    .at_least(2),
    plant("SSI-VOL-013", |site| {
        directory(
            site,
            "",
            "USER PLANTED NOLOG\n MDISK 0191 3390 0001 0001 GA1P01 MR\n",
        )
    })
    // It is private, and nobody can log on to the user.
    .follows(&["SSI-COV-016", "SSI-MD-001", "SSI-VMB-002"]),
    plant("SSI-VOL-014", |site| config(site, "GSL99%", "GSL99% GSU001")),
];

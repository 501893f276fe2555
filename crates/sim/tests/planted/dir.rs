//! The directory.

use super::{Planter, directory, plant};

pub(super) const PLANTERS: &[Planter] = &[
    plant("SSI-DIR-001", |site| {
        directory(site, "USING SUBCONFIG MAINT-2", "USING SUBCONFIG MAINT-9")
    })
    .at_least(2)
    // The SUBCONFIG is then built nowhere, and its disks are nobody's.
    .follows(&["SSI-DIR-002", "SSI-COV-016"]),
    plant("SSI-DIR-002", |site| directory(site, "", "SUBCONFIG PLANT-1\n")),
    plant("SSI-DIR-003", |site| {
        directory(
            site,
            "ON GRIDB USING SUBCONFIG OPER-2",
            "ON GRIDA USING SUBCONFIG OPER-2",
        )
    })
    .at_least(2)
    // GRIDB has none of it any more, and GRIDA sees none of GRIDB's packs.
    .follows(&["SSI-COV-001", "SSI-DIR-004", "SSI-MD-003"]),
    plant("SSI-DIR-004", |site| {
        directory(site, " BUILD ON GRIDB USING SUBCONFIG OPER-2\n", "")
    })
    .at_least(2)
    // Nobody builds its SUBCONFIG.
    .follows(&["SSI-DIR-002"]),
    plant("SSI-DIR-005", |site| directory(site, "", "USER PMAINT NOLOG\n")),
    plant("SSI-DIR-006", |site| {
        directory(
            site,
            "ON GRIDB USING SUBCONFIG TCPIP-2",
            "ON GRIDB USING SUBCONFIG OPER-2",
        )
    })
    .at_least(2)
    // Nobody builds the SUBCONFIG that was there.
    .follows(&["SSI-DIR-002"]),
    plant("SSI-DIR-007", |site| {
        directory(
            site,
            "ON GRIDB USING SUBCONFIG MAINT-2",
            "ON GRIDX USING SUBCONFIG MAINT-2",
        )
    })
    .at_least(2)
    // GRIDB has none of it any more.
    .follows(&["SSI-DIR-004", "SSI-MD-003", "SSI-COV-001", "SSI-COV-011"]),
    plant("SSI-DIR-008", |site| {
        directory(
            site,
            "ON GRIDB USING SUBCONFIG MAINT-2",
            "ON * USING SUBCONFIG MAINT-2",
        )
    })
    .at_least(2)
    // The other members build it too, over packs that are not theirs.
    .follows(&["SSI-MD-003", "SSI-COV-001", "SSI-COV-011"]),
    plant("SSI-DIR-009", |site| {
        directory(site, "", "USER PLANTED NOLOG\n LINK PMAINT 0999 0999 RR\n")
    }),
    plant("SSI-DIR-010", |site| {
        directory(site, "", "USER PLANTED NOLOG\n LINK MAINT 0190 0190 RR\n")
    })
    .at_least(2),
    plant("SSI-DIR-011", |site| {
        directory(site, "", "USER PLANTED NOLOG\n INCLUDE NOSUCH\n")
    }),
    plant("SSI-DIR-012", |site| directory(site, "", "USER LOGN0001 NOLOG\n")),
    plant("SSI-DIR-013", |site| {
        directory(site, "", "USER PLANTED LBYONLY 8G 4G G\n")
    }),
    plant("SSI-DIR-014", |site| {
        directory(
            site,
            "",
            "USER PLANTED LBYONLY 32M 32M G\n MDISK 0333 FB-512 V-DISK 1000 MR\n IPL CMS\n",
        )
    }),
    plant("SSI-DIR-016", |site| directory(site, "", "* caf\u{e9}\n")),
];

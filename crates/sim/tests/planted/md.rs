//! Minidisks.

use super::{Planter, directory, plant};

pub(super) const PLANTERS: &[Planter] = &[
    plant("SSI-MD-001", |site| {
        directory(
            site,
            "",
            "USER PLANTED NOLOG\n MDISK 0191 3390 0003 0001 GA1W01 MR\n",
        )
    })
    // The cylinder is another's already, jobs of members copy it, and nobody links it.
    .follows(&["SSI-MD-006", "SSI-COV-002", "SSI-COV-016"]),
    plant("SSI-MD-002", |site| {
        directory(
            site,
            " MDISK 0191 3390   0001 0001 GB1W01",
            " MDISK 0191 3390   0006 0001 GSU001",
        )
    })
    .at_least(2)
    // Another disk is there already, only a mask attaches the volume, and the jobs of members do not copy it.
    .follows(&["SSI-COV-001", "SSI-JOB-013", "SSI-MD-006", "SSI-VOL-007"]),
    plant("SSI-MD-003", |site| {
        directory(
            site,
            " MDISK 0191 3390   0001 0001 GB1W01",
            " MDISK 0191 3390   0001 0001 GA1W01",
        )
    })
    .at_least(2)
    // The disk of the other member is there, and GRIDB cannot copy it.
    .follows(&["SSI-COV-001", "SSI-MD-006"]),
    plant("SSI-MD-004", |site| {
        directory(
            site,
            " OPTION MAINTCCW LNKS LNKE LNKNOPAS\n",
            " OPTION MAINTCCW LNKS LNKE LNKNOPAS\n MDISK 0777 3390 0001 0001 GA1W01 RR\n",
        )
    })
    // The disk of a SUBCONFIG is there already.
    .follows(&["SSI-MD-006"]),
    plant("SSI-MD-005", |site| {
        directory(
            site,
            " OPTION MAINTCCW LNKS LNKE LNKNOPAS\n",
            " OPTION MAINTCCW LNKS LNKE LNKNOPAS\n MDISK 0777 3390 0007 0001 GSU001 MW\n",
        )
    })
    .at_least(2)
    // Another disk is there already, only a mask attaches the volume, and the jobs of members do not copy it.
    .follows(&["SSI-COV-001", "SSI-MD-006", "SSI-VOL-007"]),
    plant("SSI-MD-006", |site| {
        directory(
            site,
            "",
            "USER PLANTED NOLOG\n MDISK 0191 3390 0004 0001 GSCOM1 MR\n",
        )
    })
    // Nobody can log on or links it.
    .follows(&["SSI-COV-016"]),
    plant("SSI-MD-007", |site| {
        directory(
            site,
            "",
            "USER PLANTED LBYONLY 32M 32M G\n MDISK 0191 3390 9000 0001 GSU001 MR\n",
        )
    }),
    plant("SSI-MD-008", |site| {
        directory(
            site,
            " MDISK 0CF0 3390   0001 0002 GSCOM1 MR READ WRITE MULT\n",
            " MDISK 0CF0 3390   0001 0001 GSCOM1 MR READ WRITE MULT\n MDISK 0CF0 3390   0002 0001 GSCOM1 MR READ WRITE MULT\n",
        )
    }),
    plant("SSI-MD-009", |site| {
        directory(site, "0001 0002 GSCOM1 MR READ", "0001 0002 GSCOM1 MW READ");
        directory(
            site,
            "",
            "USER PLANTED LBYONLY 32M 32M G\n LINK PMAINT 0CF0 0CF0 MW\n",
        );
    })
    .at_least(2),
    plant("SSI-MD-010", |site| {
        directory(
            site,
            "",
            "USER PLANTED NOLOG\n MDISK 0191 3390 AUTOG 5 LINUX MR\n",
        )
    }),
    plant("SSI-MD-014", |site| {
        directory(site, "$ALLOC$  NOLOG", "$ALLOC$  SECRET")
    }),
    plant("SSI-MD-015", |site| {
        directory(
            site,
            " OPTION MAINTCCW",
            " MDISK 0333 FB-512 V-DISK 1000 MR\n OPTION MAINTCCW",
        )
    })
    // It stands before OPTION.
    .follows(&["SSI-DIR-014"]),
    plant("SSI-MD-016", |site| {
        directory(
            site,
            "",
            "USER PLANTED LBYONLY 32M 32M G\n MDISK 0191 3390 0000 0001 GSU001 MR\n",
        )
    }),
];

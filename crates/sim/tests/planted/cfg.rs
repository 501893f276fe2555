//! SYSTEM CONFIG, and DISTRIBUTE in it.

use super::{Planter, config, plant};

pub(super) const PLANTERS: &[Planter] = &[
    plant("SSI-CFG-001", |site| config(site, "", "SSI OTHER SLOT 1 GRIDA\n")),
    plant("SSI-CFG-002", |site| config(site, "SLOT 2 GRIDB", "SLOT 1 GRIDB")).at_least(2),
    plant("SSI-CFG-003", |site| {
        config(site, "  System_Identifier LPAR LPB1 GRIDB\n", "")
    })
    .at_least(2),
    plant("SSI-CFG-004", |site| {
        config(site, "  System_Identifier LPAR LPB1 GRIDB\n", "");
        config(site, "", "  System_Identifier LPAR LPB1 GRIDB\n");
    })
    .at_least(2),
    plant("SSI-CFG-005", |site| {
        config(site, "PDR_VOLume GSCOM1", "PDR_VOLume NOWHER")
    }),
    plant("SSI-CFG-006", |site| {
        config(site, "PDR_VOLume GSCOM1", "PDR_VOLume GA1W01")
    })
    .at_least(2),
    plant("SSI-CFG-007", |site| {
        config(site, "PDR_VOLume GSCOM1", "PDR_VOLume GSF001")
    })
    // No CP_OWNED statement has it either.
    .follows(&["SSI-CFG-005"]),
    plant("SSI-CFG-008", |site| {
        config(site, "", "GRIDX: User_Volume_List GX1W01\n")
    }),
    plant("SSI-CFG-009", |site| config(site, "", "GRIDA: BEGIN\n")),
    plant("SSI-CFG-010", |site| {
        config(site, "", "Features Disable Clear_TDisk ,\n")
    }),
    plant("SSI-CFG-011", |site| config(site, "SSI GRIDSSI", "SSI GRID$SI"))
        // The labels of CP-owned volumes name the cluster.
        .follows(&["SSI-VOL-009"]),
    plant("SSI-DST-002", |site| {
        config(site, "  Distribute IUCV", "  GRIDA: Distribute IUCV")
    }),
];

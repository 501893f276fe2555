//! The service machines of both products.

use super::{On, Planter, directory, plant, toml};

pub(super) const PLANTERS: &[Planter] = &[
    plant("SSI-BRM-001", |site| {
        directory(site, " BUILD ON GRIDB USING SUBCONFIG BKRBK-2\n", "");
    })
    .at_least(2)
    .on(On::Brm)
    // The directory says so as well.
    .follows(&["SSI-DIR-002", "SSI-DIR-004"]),
    plant("SSI-BRM-009", |site| {
        directory(site, " IUCV ANY\n OPTION LNKNOPAS\n", " IUCV ANY\n");
    })
    .on(On::Brm),
    plant("SSI-VMB-008", |site| {
        toml(
            site,
            "",
            "\n[[module]]\nserver = \"VMBKUP01\"\ndisk = \"MAINT-1 0191\"\n",
        );
    })
    .on(On::VmBackup),
    plant("SSI-BRM-007", |site| {
        for worker in ["BKRW1-2", "BKRW2-2"] {
            directory(site, &format!(" BUILD ON GRIDB USING SUBCONFIG {worker}\n"), "");
        }
    })
    .at_least(2)
    .on(On::Brm)
    // The directory says so as well.
    .follows(&["SSI-DIR-002", "SSI-DIR-004"]),
    plant("SSI-BRM-002", |site| {
        let text = "USER BKRWRK03 AUTOONLY 128M 512M BDEG\n INCLUDE CMSDFLT\n OPTION LNKNOPAS\n";
        directory(site, "", text);
    })
    .at_least(2)
    .on(On::Brm),
    plant("SSI-BRM-003", |site| {
        directory(
            site,
            "USER BKRADMIN AUTOONLY 64M",
            "IDENTITY BKRADMIN AUTOONLY 64M",
        );
    })
    .on(On::Brm)
    // It has no BUILD, so that no job has its minidisk.
    .follows(&["SSI-DIR-004", "SSI-COV-001"]),
    plant("SSI-BRM-004", |site| {
        directory(site, "USER BKRSVSFS AUTOONLY", "IDENTITY BKRSVSFS AUTOONLY");
    })
    .on(On::Brm)
    // It has no BUILD, so that no job has its pool.
    .follows(&["SSI-DIR-004", "SSI-COV-001", "SSI-COV-015"]),
    plant("SSI-VMB-006", |site| {
        directory(site, "USER VMBKUP01 AUTOONLY", "IDENTITY VMBKUP01 AUTOONLY");
    })
    .on(On::VmBackup)
    // It has no BUILD.
    .follows(&["SSI-DIR-004"]),
];

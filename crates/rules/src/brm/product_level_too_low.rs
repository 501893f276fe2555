//! SSI-BRM-008

use zvm::{Level, Severity};

use crate::{
    brm::common::anchor,
    finding::Findings,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-BRM-008",
        name: "product-level-too-low",
        severity: Severity::Warning,
        expert: false,
        since: "0.1",
        source: "IBM technote, Backup and Restore Manager for z/VM in an SSI environment",
        text: "Backup and Restore Manager should be at level 1.3 or later, on z/VM 6.2 or later.",
        why: "A cluster exists from z/VM 6.2 on, and how the product works in one is described for level \
              1.3.",
        example: "product = { level = \"1.2\" }",
        repair: "Install a later level.",
    },
    check,
};

const PRODUCT: Level = Level {
    version: 1,
    release: 3,
};
const SYSTEM: Level = Level {
    version: 6,
    release: 2,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let site = subject.site;
    let Some(anchor) = anchor(site) else { return };
    if let Some(level) = site.product_level.as_ref().filter(|level| level.value < PRODUCT) {
        let message = format!("Backup and Restore Manager is at level {}", level.value);
        findings
            .report(&level.place, level.value, message)
            .help(format!("install level {PRODUCT} or later"));
    }
    if site.level < SYSTEM {
        let message = format!("z/VM is at level {}, which knows no SSI cluster", site.level);
        findings.report(&anchor, site.level, message).help(format!(
            "install z/VM {SYSTEM} or later, or state the level in site.toml"
        ));
    }
}

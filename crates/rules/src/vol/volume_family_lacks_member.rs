//! SSI-VOL-012

use std::collections::BTreeMap;

use zvm::Severity;

use crate::{
    finding::Findings,
    lookup::{list, members},
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-VOL-012",
        name: "volume-family-lacks-member",
        severity: Severity::Warning,
        expert: false,
        since: "0.1",
        source: "IBM Docs z/VM 7.2, steps for controlling where DirMaint creates minidisks",
        text: "Every family of :SSI_VOLUMES. in EXTENT CONTROL must have a volume for each member.",
        why: "When a SUBCONFIG is cloned for another member, DirMaint looks up there which volume takes its \
              minidisks. For a member that is missing it finds none.",
        example: ":SSI_VOLUMES.\n WRK GRIDA GA1W01\n WRK GRIDB GB1W01\n:END.      in a cluster with GRIDC and \
                  GRIDD",
        repair: "Add a row for each member that is missing.",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let site = subject.site;
    let mut families: BTreeMap<&str, Vec<_>> = BTreeMap::new();
    for row in &site.extent_control.ssi_volumes {
        families.entry(&row.family.value).or_default().push(row);
    }
    for (family, rows) in families {
        let lack: Vec<_> = members(site)
            .filter(|member| !rows.iter().any(|row| row.member.value == *member))
            .collect();
        if lack.is_empty() {
            continue;
        }
        let message = format!("the volume family {family} has no volume for {}", list(lack));
        findings
            .report(&rows[rows.len() - 1].family.place, family, message)
            .help("add a row with the volume of each of these members");
    }
}

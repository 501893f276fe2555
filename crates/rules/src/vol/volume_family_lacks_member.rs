//! SSI-VOL-012

use std::collections::BTreeMap;

use dasd::Volser;
use zvm::{MemberName, Severity, Site, SsiVolume};

use crate::{
    edit::Change,
    finding::Findings,
    lookup::{list, members, private},
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
        let message = format!("the volume family {family} has no volume for {}", list(&lack));
        let last = rows[rows.len() - 1];
        let finding = findings.report(&last.family.place, family, message);
        finding.help("add a row with the volume of each of these members");
        for member in lack {
            if let Some(volser) = sibling(site, &rows, member) {
                let row = format!(" {family} {member:8} {volser}");
                finding.edit(&last.family.place, Change::After(row));
            }
        }
    }
}

/// The one private volume of the member whose serial differs from those of the family in one character only.
fn sibling(site: &Site, family: &[&SsiVolume], member: MemberName) -> Option<Volser> {
    let in_one = |volser: &Volser, row: &SsiVolume| {
        let (volser, known) = (volser.as_str(), row.volser.value);
        let pairs = volser.bytes().zip(known.as_str().bytes());
        volser.len() == known.as_str().len() && pairs.filter(|(a, b)| a != b).count() == 1
    };
    let mut alike = site.volsers().filter(|volser| {
        private(site, *volser) == Some(member) && family.iter().all(|row| in_one(volser, row))
    });
    let first = alike.next()?;
    alike.next().is_none().then_some(first)
}

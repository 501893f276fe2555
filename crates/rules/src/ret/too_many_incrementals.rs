//! SSI-RET-010

use std::collections::BTreeMap;

use zvm::{
    Severity,
    facts::{Instance, InstanceName},
};

use crate::{
    finding::Findings,
    past,
    rule::{Offence, RuleMeta},
    subject::Subject,
};

pub(crate) static RULE: Offence = Offence {
    meta: RuleMeta {
        code: "SSI-RET-010",
        name: "too-many-incrementals",
        severity: Severity::Warning,
        expert: false,
        since: "0.1",
        source: "IBM Docs Backup and Restore Manager 1.3, backup types",
        text: "A full must not be the base of incrementals without end.",
        why: "Each incremental holds everything that has changed since the full, so they grow, the catalog grows \
              with them, and a restore has to search them all.",
        example: "200 instances of SINGLEI on the SINGLE of January",
        repair: "Run a full, and schedule it more often.",
    },
    check,
};

/// Two months of nightly incrementals.
const INCREMENTALS_MAX: usize = 62;

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let runs = past::runs(subject.facts);
    let mut on_base: BTreeMap<InstanceName, Vec<&Instance>> = BTreeMap::new();
    for run in subject.facts.instances.iter().filter(|run| !past::is_lost(run)) {
        if let Some(base) = run.base {
            on_base.entry(base).or_default().push(run);
        }
    }
    for (base, incrementals) in on_base.iter().filter(|(_, runs)| runs.len() > INCREMENTALS_MAX) {
        let Some(newest) = incrementals.iter().max_by_key(|run| run.started) else {
            continue;
        };
        let full = runs.get(base);
        let since = full.map_or(String::new(), |full| format!(" of {}", full.started));
        let message = format!("{} incrementals depend on {base}{since}", incrementals.len());
        let finding = findings.report(&newest.place, *base, message);
        if let Some(full) = full {
            finding.note(&full.place, "this is their base");
        }
        finding.help("run a full");
    }
}

#[cfg(test)]
mod tests {
    use zvm::{Facts, Site, SiteFiles, Source};

    use crate::{Selection, Subject, check};

    fn found(incrementals: usize) -> usize {
        let mut text = "[[instance]]\nname = \"SINGLE/1\"\nstarted = \"2026-01-01\"\n".to_owned();
        for number in 1..=incrementals {
            text.push_str(&format!(
                "[[instance]]\nname = \"SINGLEI/{number}\"\nkind = \"incremental\"\nbase = \"SINGLE/1\"\nstarted = \"2026-01-02\"\n"
            ));
        }
        let source = |name: &str| Source::new(name, "");
        let files = SiteFiles {
            site_toml: source("site.toml"),
            system_config: source("SYSTEM.CONFIG"),
            directory: source("USER.DIRECT"),
            directory_parts: Vec::new(),
            extent_control: None,
            jobs: Vec::new(),
        };
        let site = Site::resolve(&files).value;
        let facts: Facts = zvm::parse_facts(&Source::new("FACTS.toml", text)).value;
        let selection = Selection::new(["SSI-RET-010"], []);
        check(&Subject::with_facts(&site, &facts), &selection)
            .findings
            .len()
    }

    #[test]
    fn one_more_than_two_months_is_too_many() {
        assert_eq!((found(62), found(63)), (0, 1));
    }
}

//! What SSI-DST-003 means for a change that is only planned: two states of SYSTEM CONFIG are compared.

use zvm::{Distribute, MemberName, Place, Site};

use super::{distribute, distribute_changed_by_rolling_ipl::RULE};
use crate::{
    finding::{Finding, Findings},
    lookup::{list, members},
};

/// Says what it takes to go from one site to the other, when a member of both gets another DISTRIBUTE IUCV.
pub fn distribute_change(before: &Site, after: &Site) -> Option<Finding> {
    let changed: Vec<(MemberName, Distribute, Distribute)> = members(after)
        .filter(|member| members(before).any(|old| old == *member))
        .map(|member| (member, setting(before, member).0, setting(after, member).0))
        .filter(|(_, old, new)| old != new)
        .collect();
    let (member, old, new) = *changed.first()?;
    let who = match changed.len() == after.cluster.members.len() {
        true => "all members".to_owned(),
        false => list(changed.iter().map(|(member, ..)| *member)),
    };
    let place = setting(after, member).1.or(setting(before, member).1)?;
    let text = format!(
        "DISTRIBUTE IUCV changes from {} to {} for {who}: all members have to be down at the same time",
        word(old),
        word(new)
    );
    let mut findings = Findings::new(&RULE.meta);
    findings.report(place, "DISTRIBUTE IUCV", text).help(
        "shut all members down, then IPL them all; a member that is IPLed alone with the new setting cannot join \
         those that still run with the old one, and stays Isolated",
    );
    findings.take().pop()
}

/// What holds for a member, and where it stands; without a statement it is NO.
fn setting(site: &Site, member: MemberName) -> (Distribute, Option<&Place>) {
    distribute(site)
        .find(|(statement, _)| statement.applies_to(&member))
        .map_or((Distribute::No, None), |(_, iucv)| {
            (iucv.value, Some(&iucv.place))
        })
}

fn word(setting: Distribute) -> &'static str {
    match setting {
        Distribute::No => "NO",
        Distribute::Tolerate => "TOLERATE",
        Distribute::Yes => "YES",
    }
}

#[cfg(test)]
mod tests {
    use zvm::{Site, SiteFiles, Source};

    use super::*;

    fn site(distribute: &str) -> Site {
        let config = format!("SSI GRID PDR_VOLUME GSCOM1 ,\n SLOT 1 GRIDA ,\n SLOT 2 GRIDB\n{distribute}\n");
        let empty = |name: &str| Source::new(name, Vec::new());
        Site::resolve(&SiteFiles {
            site_toml: empty("site.toml"),
            system_config: Source::new("SYSTEM.CONFIG", config.into_bytes()),
            directory: empty("USER.DIRECT"),
            directory_parts: Vec::new(),
            extent_control: None,
            jobs: Vec::new(),
        })
        .value
    }

    #[test]
    fn a_planned_change_needs_an_outage() {
        let (none, tolerate) = (site(""), site("DISTRIBUTE IUCV TOLERATE"));
        let finding = distribute_change(&none, &tolerate).unwrap();
        assert_eq!(finding.code, "SSI-DST-003");
        assert!(
            finding.message.contains("from NO to TOLERATE for all members"),
            "{finding}"
        );
        assert!(finding.help.as_ref().unwrap().contains("Isolated"), "{finding}");
        assert_eq!(finding.primary.line, 4);
        let back = distribute_change(&tolerate, &none).unwrap();
        assert!(back.message.contains("from TOLERATE to NO"), "{back}");
        assert_eq!(distribute_change(&tolerate, &tolerate), None);
        // NO is what holds without a statement.
        assert_eq!(distribute_change(&none, &site("DISTRIBUTE IUCV NO")), None);
    }

    #[test]
    fn a_change_for_one_member_names_it() {
        let (none, one) = (site(""), site("GRIDB: DISTRIBUTE IUCV YES"));
        let finding = distribute_change(&none, &one).unwrap();
        assert!(finding.message.contains("from NO to YES for GRIDB:"), "{finding}");
    }
}

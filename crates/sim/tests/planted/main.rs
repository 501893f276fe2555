//! One mistake planted in a generated site gives the finding of that mistake, and beside it only what follows from
//! it, whatever the layout, the number of members and the seed.
//!
//! A planter is one entry in the file of its group of rules. Rules without one are listed in [`unplanted`], with the reason.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "../common/mod.rs"]
mod common;

mod cfg;
mod dir;
mod jobs;
mod md;
mod servers;
mod unplanted;
mod vol;

use std::collections::BTreeSet;

use common::resolve;
use proptest::prelude::*;
use sim::{
    seed::Seed,
    site_builder::{self, Layout, Scale, SitePlan, SiteText},
};

/// A mistake, the rule that must find it, and the rules that may find something because of it.
struct Planter {
    code: &'static str,
    plant: fn(&mut SiteText),
    follows: &'static [&'static str],
    /// Which sites can have it.
    on: On,
}

/// Sites that a mistake can be planted in.
#[derive(Clone, Copy, PartialEq)]
enum On {
    Any,
    Brm,
    VmBackup,
    /// Of three members or more.
    Three,
}

impl Planter {
    const fn on(self, on: On) -> Planter {
        Planter { on, ..self }
    }

    /// The rules that may also find something, because this mistake is what they look for as well.
    const fn follows(self, follows: &'static [&'static str]) -> Planter {
        Planter { follows, ..self }
    }

    fn fits(&self, plan: &SitePlan, members: u8) -> bool {
        match self.on {
            On::Any => true,
            On::Brm => plan.layout == Layout::Brm,
            On::VmBackup => plan.layout == Layout::VmBackup,
            On::Three => members >= 3,
        }
    }
}

const fn plant(code: &'static str, plant: fn(&mut SiteText)) -> Planter {
    Planter {
        code,
        plant,
        follows: &[],
        on: On::Any,
    }
}

fn planters() -> impl Iterator<Item = &'static Planter> {
    [
        cfg::PLANTERS,
        vol::PLANTERS,
        md::PLANTERS,
        dir::PLANTERS,
        servers::PLANTERS,
        jobs::PLANTERS,
    ]
    .into_iter()
    .flatten()
}

/// Every rule has a planter, or a reason why it has none, and not both.
#[test]
fn every_rule_is_planted_or_has_a_reason() {
    let planted: BTreeSet<&str> = planters().map(|planter| planter.code).collect();
    let unplanted: BTreeSet<&str> = unplanted::REASONS
        .iter()
        .flat_map(|(_, codes)| codes.iter().copied())
        .collect();
    let both: Vec<_> = planted.intersection(&unplanted).collect();
    assert!(both.is_empty(), "{both:?} have a planter and a reason for none");
    let rules: BTreeSet<&str> = rules::RULES.iter().map(|rule| rule.meta().code).collect();
    let known: BTreeSet<&str> = planted.union(&unplanted).copied().collect();
    assert_eq!(known, rules);
}

/// Replaces the first `old` of SYSTEM CONFIG; without one, `new` goes to the end.
fn config(site: &mut SiteText, old: &str, new: &str) {
    edit(&mut site.system_config, old, new);
}

/// The same in site.toml.
fn toml(site: &mut SiteText, old: &str, new: &str) {
    edit(&mut site.site_toml, old, new);
}

/// The same in the file of a job.
fn job(site: &mut SiteText, file: &str, old: &str, new: &str) {
    let found = site.jobs.iter_mut().find(|(name, _)| name == file);
    edit(&mut found.unwrap_or_else(|| panic!("no job {file}")).1, old, new);
}

/// The same in USER DIRECT.
fn directory(site: &mut SiteText, old: &str, new: &str) {
    edit(&mut site.user_direct, old, new);
}

fn edit(text: &mut String, old: &str, new: &str) {
    if old.is_empty() {
        text.push_str(new);
        return;
    }
    assert!(text.contains(old), "nothing to plant in: {old}");
    *text = text.replacen(old, new, 1);
}

fn found(text: &SiteText) -> BTreeSet<&'static str> {
    let site = resolve(text).value;
    let findings = rules::check_all(&rules::Subject::new(&site), &rules::Selection::default());
    findings.iter().map(|finding| finding.code).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_planted_mistake_is_found_and_only_what_follows_from_it(
        members in 2_u8..=8,
        brm in any::<bool>(),
        seed in any::<u64>(),
    ) {
        let layout = if brm { Layout::Brm } else { Layout::VmBackup };
        let plan = SitePlan::new("grid", members, layout, Scale::Small, Seed(seed));
        let site = site_builder::write(&plan).unwrap();
        prop_assert_eq!(found(&site), BTreeSet::new());
        for planter in planters().filter(|planter| planter.fits(&plan, members)) {
            let mut planted = site.clone();
            (planter.plant)(&mut planted);
            let mut codes = found(&planted);
            prop_assert!(codes.remove(planter.code), "{} of {plan:?}: {codes:?}", planter.code);
            codes.retain(|code| !planter.follows.contains(code));
            prop_assert!(codes.is_empty(), "{} of {plan:?} also gives {codes:?}", planter.code);
        }
    }
}

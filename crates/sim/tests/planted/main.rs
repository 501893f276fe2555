//! One mistake planted in a generated site gives the finding of that mistake, and beside it only what follows from
//! it, whatever the layout, the number of members and the seed.
//!
//! A planter is one entry in the file of its group of rules; every rule has one.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "../common/mod.rs"]
mod common;

mod cfg;
mod cluster;
mod cover;
mod dir;
mod history;
mod jobs;
mod md;
mod month;
mod products;
mod runs;
mod servers;
mod vol;

use std::collections::BTreeSet;
use std::ops::{Deref, DerefMut};

use common::resolve;
use proptest::prelude::*;
use sim::{
    seed::Seed,
    site_builder::{self, Layout, Scale, SitePlan, SiteText},
};
use zvm::Source;

/// A generated site, and what is known of its past.
#[derive(Clone)]
struct Planted {
    site: SiteText,
    /// The lines of FACTS.toml before its tables, and the tables.
    head: String,
    rows: String,
}

impl Deref for Planted {
    type Target = SiteText;
    fn deref(&self) -> &SiteText {
        &self.site
    }
}

impl DerefMut for Planted {
    fn deref_mut(&mut self) -> &mut SiteText {
        &mut self.site
    }
}

/// A mistake, the rule that must find it, and the rules that may find something because of it.
struct Planter {
    code: &'static str,
    plant: fn(&mut Planted),
    follows: &'static [&'static str],
    /// Which sites can have it.
    on: On,
    /// How many members these need; what is wrong between members cannot be wrong in a cluster of one.
    at_least: u8,
}

/// Sites that a mistake can be planted in.
#[derive(Clone, Copy, PartialEq)]
enum On {
    Any,
    Brm,
    VmBackup,
}

impl Planter {
    const fn on(self, on: On) -> Planter {
        Planter { on, ..self }
    }

    const fn at_least(self, at_least: u8) -> Planter {
        Planter { at_least, ..self }
    }

    /// The rules that may also find something, because this mistake is what they look for as well.
    const fn follows(self, follows: &'static [&'static str]) -> Planter {
        Planter { follows, ..self }
    }

    /// Plants the mistake; says what is wrong with what is found.
    fn goes_wrong(&self, site: &Planted) -> Option<String> {
        let mut planted = site.clone();
        (self.plant)(&mut planted);
        let mut codes = found(&planted);
        if !codes.remove(self.code) {
            return Some(format!("{} is not found, but {codes:?}", self.code));
        }
        codes.retain(|code| !self.follows.contains(code));
        (!codes.is_empty()).then(|| format!("{} also gives {codes:?}", self.code))
    }

    fn fits(&self, plan: &SitePlan) -> bool {
        let layout = match self.on {
            On::Any => true,
            On::Brm => plan.layout == Layout::Brm,
            On::VmBackup => plan.layout == Layout::VmBackup,
        };
        layout && plan.members >= self.at_least
    }
}

const fn plant(code: &'static str, plant: fn(&mut Planted)) -> Planter {
    Planter {
        code,
        plant,
        follows: &[],
        on: On::Any,
        at_least: 1,
    }
}

/// Mistakes in the files of a site whose past is not known.
const IN_FILES: [&[Planter]; 8] = [
    cfg::PLANTERS,
    vol::PLANTERS,
    md::PLANTERS,
    dir::PLANTERS,
    servers::PLANTERS,
    jobs::PLANTERS,
    products::PLANTERS,
    cover::PLANTERS,
];

/// Mistakes in the past of a site.
const IN_THE_PAST: [&[Planter]; 2] = [runs::PLANTERS, cluster::PLANTERS];

#[test]
fn every_rule_is_planted() {
    let planters = IN_FILES.iter().chain(&IN_THE_PAST).copied().flatten();
    let planted: BTreeSet<&str> = planters.map(|planter| planter.code).collect();
    let rules: BTreeSet<&str> = rules::RULES.iter().map(|rule| rule.meta().code).collect();
    assert_eq!(planted, rules);
}

/// A rule that is said to find something because of a mistake does so, at least in some sites.
#[test]
fn what_is_said_to_follow_does() {
    let mut idle: BTreeSet<(&str, &str)> = BTreeSet::new();
    for planter in IN_FILES.iter().chain(&IN_THE_PAST).copied().flatten() {
        idle.extend(planter.follows.iter().map(|follows| (planter.code, *follows)));
    }
    for (members, seed) in [(1, 0), (2, 1), (3, 2), (5, 3), (8, 4)] {
        for layout in [Layout::Brm, Layout::VmBackup] {
            let plan = SitePlan::new("grid", members, layout, Scale::Small, Seed(seed));
            let (young, old) = sites(&plan);
            for (site, planters) in [(&young, &IN_FILES[..]), (&old, &IN_THE_PAST)] {
                for planter in planters
                    .iter()
                    .copied()
                    .flatten()
                    .filter(|planter| planter.fits(&plan))
                {
                    let mut planted = site.clone();
                    (planter.plant)(&mut planted);
                    let codes = found(&planted);
                    idle.retain(|(code, follows)| *code != planter.code || !codes.contains(follows));
                }
            }
        }
    }
    assert!(idle.is_empty(), "{idle:?}");
}

/// The site of a plan, once with nothing known of its past and once with a quiet weekend behind it.
fn sites(plan: &SitePlan) -> (Planted, Planted) {
    let text = site_builder::write(plan).unwrap();
    let rows = history::quiet_weekend(&resolve(&text).value);
    let young = Planted {
        site: text,
        head: String::new(),
        rows: String::new(),
    };
    let old = Planted {
        rows,
        ..young.clone()
    };
    (young, old)
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

/// Adds to FACTS.toml: keys, or tables.
fn facts(site: &mut Planted, text: &str) {
    let to = if text.starts_with('[') {
        &mut site.rows
    } else {
        &mut site.head
    };
    to.push_str(text);
}

fn edit(text: &mut String, old: &str, new: &str) {
    if old.is_empty() {
        text.push_str(new);
        return;
    }
    assert!(text.contains(old), "nothing to plant in: {old}");
    *text = text.replacen(old, new, 1);
}

fn found(planted: &Planted) -> BTreeSet<&'static str> {
    let site = resolve(planted).value;
    let facts = Source::new("FACTS.toml", format!("{}{}", planted.head, planted.rows));
    let facts = zvm::parse_facts(&facts);
    assert!(facts.complaints.is_empty(), "{:?}", facts.complaints);
    let subject = rules::Subject::with_facts(&site, &facts.value);
    let findings = rules::check(&subject, &rules::Selection::default()).findings;
    findings.iter().map(|finding| finding.code).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_planted_mistake_is_found_and_only_what_follows_from_it(
        members in 1_u8..=8,
        brm in any::<bool>(),
        seed in any::<u64>(),
    ) {
        let layout = if brm { Layout::Brm } else { Layout::VmBackup };
        let plan = SitePlan::new("grid", members, layout, Scale::Small, Seed(seed));
        let (young, old) = sites(&plan);
        let mut wrong = Vec::new();
        for (site, planters) in [(&young, &IN_FILES[..]), (&old, &IN_THE_PAST)] {
            prop_assert_eq!(found(site), BTreeSet::new());
            let planters = planters.iter().copied().flatten();
            wrong.extend(planters.filter(|planter| planter.fits(&plan)).filter_map(|planter| planter.goes_wrong(site)));
        }
        prop_assert!(wrong.is_empty(), "{plan:?}: {wrong:#?}");
    }
}

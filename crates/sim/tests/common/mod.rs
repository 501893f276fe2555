//! What several tests need: plans, and the sites that they resolve to.

use sim::{
    seed::Seed,
    site_builder::{self, Layout, MEMBERS_MAX, Scale, SitePlan, SiteText},
};
use zvm::{Parsed, Site, SiteFiles, Source};

/// Every number of members, layout and scale.
#[allow(
    dead_code,
    reason = "each test file is a crate of its own and uses some of these"
)]
pub(crate) fn all_plans() -> Vec<SitePlan> {
    let mut plans = Vec::new();
    for members in 1..=MEMBERS_MAX {
        for layout in [Layout::Brm, Layout::VmBackup] {
            for scale in [Scale::Small, Scale::Medium, Scale::Large] {
                plans.push(SitePlan::new(
                    "grid",
                    members,
                    layout,
                    scale,
                    Seed(u64::from(members) * 1_000_003),
                ));
            }
        }
    }
    plans
}

#[allow(
    dead_code,
    reason = "each test file is a crate of its own and uses some of these"
)]
/// The site of a plan, with what the parsers have to say about it.
pub(crate) fn resolved(plan: &SitePlan) -> Parsed<Site> {
    resolve(&site_builder::write(plan).unwrap())
}

/// The same for a text that a test may have changed.
pub(crate) fn resolve(text: &SiteText) -> Parsed<Site> {
    Site::resolve(&files(text))
}

fn files(text: &SiteText) -> SiteFiles {
    let source = |name: &str, text: &str| Source::new(name, text);
    SiteFiles {
        site_toml: source("site.toml", &text.site_toml),
        system_config: source("SYSTEM.CONFIG", &text.system_config),
        directory: source("USER.DIRECT", &text.user_direct),
        directory_parts: Vec::new(),
        extent_control: Some(source("EXTENT.CONTROL", &text.extent_control)),
        jobs: text
            .jobs
            .iter()
            .map(|(name, text)| source(&format!("jobs/{name}"), text))
            .collect(),
    }
}

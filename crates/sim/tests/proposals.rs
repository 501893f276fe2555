//! What is proposed for a site, put into it, leaves no finding, whatever the site: its jobs, service machines and DISTRIBUTE
//! may be missing, and the proposal may follow the layout of the other product.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod common;

use common::resolve;
use proptest::prelude::*;
use rules::{How, Proposal, Selection, Subject};
use sim::seed::Seed;
use sim::site_builder::{self, Layout, Scale, SitePlan, SiteText};

/// What a site has lost.
#[derive(Clone, Copy, Debug)]
struct Lost {
    jobs: bool,
    servers: bool,
    distribute: bool,
}

fn strip(site: &mut SiteText, lost: Lost) {
    if lost.jobs {
        site.jobs.clear();
    }
    if lost.distribute {
        let lines = site.system_config.lines();
        let kept = lines.filter(|line| !line.contains("Distribute IUCV"));
        site.system_config = kept.map(|line| format!("{line}\n")).collect();
    }
    if lost.servers {
        let mut keep = true;
        let mut kept = String::new();
        for line in site.user_direct.lines() {
            let mut words = line.split_whitespace();
            let entry = words.next().zip(words.next());
            if let Some(("USER" | "IDENTITY" | "SUBCONFIG" | "PROFILE", id)) = entry {
                keep = !["BKR", "VMB", "5697"].iter().any(|stem| id.starts_with(stem));
            }
            if keep {
                kept.push_str(&format!("{line}\n"));
            }
        }
        site.user_direct = kept;
    }
}

/// Does what the proposal says.
fn follow(site: &mut SiteText, proposal: &Proposal) {
    let layout = format!("layout = \"{}\"", proposal.layout);
    for other in ["layout = \"brm\"", "layout = \"vmbackup\""] {
        site.site_toml = site.site_toml.replacen(other, &layout, 1);
    }
    site.jobs.clear();
    for part in &proposal.parts {
        if let Some(job) = part.file.strip_prefix("jobs/") {
            site.jobs.push((job.to_owned(), part.text.clone()));
            continue;
        }
        let file = match part.file.as_str() {
            "SYSTEM.CONFIG" => &mut site.system_config,
            "USER.DIRECT" => &mut site.user_direct,
            "site.toml" => &mut site.site_toml,
            other => panic!("{other} is no file of a site"),
        };
        match part.how {
            How::New => file.clone_from(&part.text),
            How::Append => file.push_str(&part.text),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_proposal_leaves_nothing_to_find(
        members in 1_u8..=8,
        brm in any::<bool>(),
        wanted_brm in any::<bool>(),
        medium in any::<bool>(),
        seed in any::<u64>(),
        (jobs, servers, distribute) in any::<(bool, bool, bool)>(),
    ) {
        let layout = if brm { Layout::Brm } else { Layout::VmBackup };
        let scale = if medium { Scale::Medium } else { Scale::Small };
        let plan = SitePlan::new("grid", members, layout, scale, Seed(seed));
        let mut site = site_builder::write(&plan).unwrap();
        let lost = Lost { jobs, servers, distribute };
        strip(&mut site, lost);
        let wanted = if wanted_brm { zvm::Layout::Brm } else { zvm::Layout::VmBackup };
        let proposal = rules::propose(&resolve(&site).value, wanted);
        // A small site may have no room for another service machine, and is told so.
        prop_assume!(!proposal.open.iter().any(|open| open.contains("has no place")));
        prop_assert!(proposal.open.is_empty(), "{plan:?}, {lost:?}, {wanted}: {:#?}", proposal.open);
        follow(&mut site, &proposal);
        let resolved = resolve(&site);
        prop_assert!(resolved.complaints.is_empty(), "{plan:?}, {lost:?}, {wanted}: {:#?}", resolved.complaints);
        let findings = rules::check_all(&Subject::new(&resolved.value), &Selection::default());
        let shown: Vec<String> = findings.iter().map(|finding| format!("{} {}", finding.code, finding.message)).collect();
        prop_assert!(shown.is_empty(), "{plan:?}, {lost:?}, {wanted}: {shown:#?}");
    }
}

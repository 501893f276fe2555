//! `plan --coverage`, and `plan` with the options that ask what if: what all jobs together copy.

mod disks;
mod what_if;

use std::io::{self, Write};

use anyhow::Result;
use dasd::Volser;
use engine::{Coverage, MemberState, Situation, Tally, WhatIf};
use rules::{Selection, Subject};
use serde::Serialize;
use zvm::{Facts, MemberName, Site, VolumeKey};

use super::difference::{Told, difference};
use crate::args::CoverageArgs;
use crate::exit::{Outcome, Usage};
use crate::format::count;
use crate::output::{Output, View};
use crate::selector;
use crate::wiring::SiteFolder;

impl CoverageArgs {
    /// Whether any of the options is there.
    pub(crate) fn is_asked(&self) -> bool {
        self.coverage || self.asks_what_if()
    }

    fn asks_what_if(&self) -> bool {
        !(self.member_down.is_empty() && self.volume_lost.is_empty() && self.add_member.is_none())
    }
}

pub(crate) fn run(out: &Output, folder: &SiteFolder, args: &CoverageArgs, left_out: bool) -> Result<Outcome> {
    let asked = args.asks_what_if();
    let added = args.add_member.as_deref().map(selector::member).transpose()?;
    let larger = added.map(|name| larger(folder, &name)).transpose()?;
    let site: &Site = larger.as_ref().unwrap_or(&folder.site);
    let situation = situation(site, args)?;
    let sound = Situation::sound(&folder.site);
    let coverage = args.coverage.then(|| engine::coverage(site, &situation));
    let view = CoverageView {
        tally: coverage.as_ref().map(Coverage::tally),
        coverage,
        what_if: asked.then(|| engine::what_if((&folder.site, &sound), (site, &situation))),
        findings: larger.as_ref().map(|larger| new_findings(folder, larger)),
    };
    out.show(&view)?;
    let hole = view.tally.is_some_and(|tally| tally.uncovered > 0);
    let loss = view.what_if.as_ref().is_some_and(WhatIf::is_loss);
    let broken = view.findings.iter().flatten().any(Told::is_error);
    Ok(Outcome::found_if(hole || loss || broken || left_out))
}

/// The site as it would be with one member more.
fn larger(folder: &SiteFolder, name: &MemberName) -> Result<Site> {
    let site = &folder.site;
    if site.cluster.members.iter().any(|member| member.name == *name) {
        return Err(Usage(format!("{name} is a member of the cluster already")).into());
    }
    let (has, most) = (site.cluster.members.len(), site.level.slots_max());
    if u32::try_from(has).is_ok_and(|has| has >= most) {
        return Err(Usage(format!(
            "the cluster has {}, and z/VM {} has no slot for another",
            count(has, "member", "members"),
            site.level
        ))
        .into());
    }
    Ok(Site::resolve_with(&folder.files, Some(name)).value)
}

fn situation(site: &Site, args: &CoverageArgs) -> Result<Situation> {
    let mut situation = Situation::sound(site);
    for word in &args.member_down {
        let down = known_member(site, word)?;
        situation.cluster.set(&down, MemberState::Down);
    }
    for word in &args.volume_lost {
        situation.lost.extend(packs(site, word)?);
    }
    Ok(situation)
}

fn known_member(site: &Site, word: &str) -> Result<MemberName, Usage> {
    let name = selector::member(word)?;
    let mut members = site.cluster.members.iter().map(|member| member.name);
    if members.clone().any(|member| member == name) {
        return Ok(name);
    }
    let all: Vec<String> = members.by_ref().map(|member| member.to_string()).collect();
    Err(Usage(format!(
        "there is no member {name}; the cluster has {}",
        all.join(", ")
    )))
}

/// The packs that a word means: those of one serial, or the one of them that a member has.
fn packs(site: &Site, word: &str) -> Result<Vec<VolumeKey>, Usage> {
    let (serial, member) = match word.split_once(':') {
        Some((serial, member)) => (serial, Some(known_member(site, member)?)),
        None => (word, None),
    };
    let volser = selector::name(serial, Volser::named)?;
    let seen = site.cluster.members.iter();
    let seen = seen
        .filter(|known| member.is_none_or(|wanted| wanted == known.name))
        .filter_map(|known| site.pack_at(&known.name, &volser));
    let mut packs: Vec<VolumeKey> = seen.collect();
    if member.is_none() {
        packs.extend(site.packs(&volser).iter().map(|volume| volume.key));
        let on_it = site
            .minidisks
            .iter()
            .filter(|minidisk| minidisk.volser == Some(volser));
        packs.extend(on_it.filter_map(|minidisk| site.home_pack(minidisk)));
    }
    packs.sort();
    packs.dedup();
    match (packs.is_empty(), member) {
        (false, _) => Ok(packs),
        (true, Some(member)) => Err(Usage(format!("{member} has no volume {volser}"))),
        (true, None) => Err(Usage(format!("the site has no volume {volser}"))),
    }
}

/// The findings that one member more brings.
fn new_findings(folder: &SiteFolder, larger: &Site) -> Vec<Told> {
    let none = Facts::default();
    let facts = folder.facts.as_ref().unwrap_or(&none);
    let found = |site| rules::check(&Subject::with_facts(site, facts), &Selection::default()).findings;
    difference(&found(larger), &found(&folder.site)).0
}

/// What is copied, and what changes.
#[derive(Serialize)]
struct CoverageView {
    #[serde(skip_serializing_if = "Option::is_none")]
    tally: Option<Tally>,
    #[serde(flatten)]
    coverage: Option<Coverage>,
    #[serde(skip_serializing_if = "Option::is_none")]
    what_if: Option<WhatIf>,
    /// Findings of the rules that come with another member.
    #[serde(skip_serializing_if = "Option::is_none")]
    findings: Option<Vec<Told>>,
}

impl View for CoverageView {
    fn human(&self, out: &mut dyn Write) -> io::Result<()> {
        if let Some(coverage) = &self.coverage {
            disks::write(out, coverage)?;
        }
        if let Some(change) = &self.what_if {
            if self.coverage.is_some() {
                writeln!(out)?;
            }
            what_if::write(out, change)?;
        }
        for told in self.findings.iter().flatten() {
            writeln!(out, "+ {told}")?;
        }
        Ok(())
    }
}

//! What rules look at.

use std::{
    collections::BTreeMap,
    sync::{LazyLock, OnceLock},
};

use dasd::Volser;
use zvm::{
    Data, Facts, Job, JobMember, MemberName, Minidisk, Place, Site,
    entry::{Mdisk, Statement},
};

use crate::moves::Moves;

/// A site and what is known of its past. A rule whose facts are absent says nothing.
#[derive(Debug)]
pub struct Subject<'a> {
    /// The resolved site.
    pub site: &'a Site,
    /// What was run, when, and what happened in the cluster.
    pub facts: &'a Facts,
    jobs: OnceLock<Vec<Selected<'a>>>,
    moves: OnceLock<Moves>,
    statements: OnceLock<BTreeMap<&'a Place, &'a Mdisk>>,
}

static NO_FACTS: LazyLock<Facts> = LazyLock::new(Facts::default);

impl<'a> Subject<'a> {
    /// A subject with nothing but the site.
    pub fn new(site: &'a Site) -> Subject<'a> {
        Subject::with_facts(site, &NO_FACTS)
    }

    /// A subject with a past.
    pub fn with_facts(site: &'a Site, facts: &'a Facts) -> Subject<'a> {
        Subject {
            site,
            facts,
            jobs: OnceLock::new(),
            moves: OnceLock::new(),
            statements: OnceLock::new(),
        }
    }

    /// Where minidisks that lie wrong can go. Worked out once for all rules, so that no two of them give the same room
    /// away.
    pub(crate) fn moves(&self) -> &Moves {
        self.moves.get_or_init(|| Moves::of(self))
    }

    /// The MDISK statement of a minidisk.
    pub(crate) fn statement(&self, minidisk: &Minidisk) -> Option<&'a Mdisk> {
        let statements = self.statements.get_or_init(|| {
            let entries = self.site.directory.entries.iter();
            let statements = entries.flat_map(|entry| &entry.statements);
            let mdisk = |statement: &'a Statement| match statement {
                Statement::Mdisk(mdisk) => Some((&mdisk.place, &**mdisk)),
                _ => None,
            };
            statements.filter_map(mdisk).collect()
        });
        statements.get(&minidisk.place).copied()
    }

    /// The jobs with what they select, sorted by name. Computed once for all rules.
    pub fn jobs(&self) -> &[Selected<'a>] {
        self.jobs.get_or_init(|| {
            self.site
                .jobs
                .iter()
                .map(|job| Selected::of(self.site, job))
                .collect()
        })
    }
}

/// A job and what its masks select.
#[derive(Debug)]
pub struct Selected<'a> {
    /// The job.
    pub job: &'a Job,
    /// The minidisks that its masks select, whatever they are: overlays, space maps and temporary disks too. Empty for
    /// a job over volumes.
    pub named: Vec<&'a Minidisk>,
    /// The volumes that its masks select, sorted; empty for a job over minidisks.
    pub volumes: Vec<Volser>,
    site: &'a Site,
}

impl<'a> Selected<'a> {
    fn of(site: &'a Site, job: &'a Job) -> Selected<'a> {
        let (mut named, mut volumes) = (Vec::new(), Vec::new());
        match job.data {
            Data::Volumes => {
                volumes = site
                    .volsers()
                    .filter(|volser| job.selects_volume(volser))
                    .collect();
            }
            Data::Auto | Data::Image => {
                named = site
                    .minidisks
                    .iter()
                    .filter(|minidisk| job.selects(minidisk))
                    .collect();
            }
        }
        Selected {
            job,
            named,
            volumes,
            site,
        }
    }

    /// The members on which the job may run: its own, or all.
    pub fn members(&self) -> Vec<MemberName> {
        let all = self.site.cluster.members.iter().map(|member| member.name);
        match self.job.member {
            JobMember::At(member) => all.filter(|name| *name == member).collect(),
            JobMember::Any => all.collect(),
        }
    }

    /// `sel(job, m)`: the minidisks that are copied when the job runs on the member. Those are data, on an extent that
    /// is known, on a pack that the member can read.
    pub fn copied_at(&self, member: &MemberName) -> impl Iterator<Item = &'a Minidisk> {
        self.named
            .iter()
            .copied()
            .filter(|minidisk| self.copies(member, minidisk))
    }

    /// Whether the minidisk, which the job selects, is copied when it runs on the member.
    pub fn copies(&self, member: &MemberName, minidisk: &Minidisk) -> bool {
        self.site.copy_at(member, minidisk).is_ok()
    }
}

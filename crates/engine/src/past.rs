//! What a catalog knows of the past, as the plain facts that rules look at.
//!
//! Each row becomes one line of a listing, and each fact has its place there: a finding can then quote the row as it
//! quotes a line of any file. Moments are in UTC.

use std::collections::BTreeSet;

use catalog::{
    BackupKind, CatalogError, CatalogHandle, DataType, DomainName, DomainRecord, InstanceFilter, InstanceId,
    InstanceRecord, InstanceState, Timestamp,
};
use dasd::Run;
use zvm::{Facts, JobKind, Moment, Place, Source, facts};

/// The name of the listing.
const LISTING: &str = "catalog";

/// What a catalog knows.
#[derive(Debug)]
pub struct Past {
    /// The same as facts.
    pub facts: Facts,
    /// Its rows, one in a line, in which the facts have their places.
    pub listing: Source,
}

impl Past {
    /// The facts of the catalog and those that somebody stated. Where both tell of a run, the catalog is believed;
    /// the time that was stated counts, because a scenario may ask how things will look later.
    #[must_use]
    pub fn and(self, mut stated: Facts) -> Past {
        let known: BTreeSet<_> = self.facts.instances.iter().map(|run| run.name).collect();
        stated.instances.retain(|run| !known.contains(&run.name));
        stated.domains.retain(|domain| !known.contains(&domain.instance));
        let mut facts = self.facts;
        facts.instances.append(&mut stated.instances);
        facts.domains.append(&mut stated.domains);
        let facts = Facts {
            now: stated.now.or(facts.now),
            recorded: facts.recorded,
            instances: facts.instances,
            domains: facts.domains,
            ..stated
        };
        Past { facts, ..self }
    }
}

/// Reads all instances and domains of a catalog. `now` is the time at which ages are counted.
pub async fn past(catalog: &CatalogHandle, now: Timestamp) -> Result<Past, CatalogError> {
    let mut told = Telling::default();
    for instance in catalog.instances(InstanceFilter::default()).await? {
        let domains = catalog.domains(&instance.id).await?;
        told.instance(&instance);
        for domain in &domains {
            told.domain(&instance.id, domain);
        }
    }
    let first = told.facts.instances.iter().map(|run| run.started).min();
    told.facts.now = Some(moment(now));
    told.facts.recorded = first;
    Ok(Past {
        facts: told.facts,
        listing: Source::new(LISTING, told.lines),
    })
}

#[derive(Default)]
struct Telling {
    facts: Facts,
    lines: String,
    count: u32,
}

impl Telling {
    /// Adds a line, and says where it stands.
    fn say(&mut self, line: &str) -> Place {
        self.lines.push_str(line);
        self.lines.push('\n');
        self.count = self.count.saturating_add(1);
        Place {
            file: LISTING.into(),
            line: self.count,
            column: 1,
            len: u32::try_from(line.len()).unwrap_or(u32::MAX).max(1),
        }
    }

    fn instance(&mut self, record: &InstanceRecord) {
        let kind = match record.kind {
            BackupKind::Full => "full",
            BackupKind::Incremental => "incremental",
        };
        let mut line = format!(
            "{} {kind} on {} from {}",
            record.id, record.member, record.started
        );
        if let Some(ended) = record.ended {
            line.push_str(&format!(" to {ended}"));
        }
        line.push_str(&format!(": {}", record.state));
        if let Some(expires) = record.expires {
            line.push_str(&format!(", expires {expires}"));
        }
        let place = self.say(&line);
        self.facts.instances.push(facts::Instance {
            name: name(&record.id),
            member: Some(record.member),
            kind: match record.kind {
                BackupKind::Full => JobKind::Full,
                BackupKind::Incremental => JobKind::Incremental,
            },
            base: record.base.as_ref().map(name),
            started: moment(record.started),
            ended: record.ended.map(moment),
            expires: record.expires.map(moment),
            state: state(record.state),
            tapes: Vec::new(),
            place,
        });
    }

    fn domain(&mut self, instance: &InstanceId, record: &DomainRecord) {
        let place = self.say(&format!(
            "{instance} {}: {} on {}, {}",
            record.name,
            record.status.word(),
            record.volser,
            record.run
        ));
        let (user, vdev) = match record.name {
            DomainName::Minidisk { user, vdev, .. } => (Some(user), Some(vdev)),
            DomainName::Volume { .. } => (None, None),
        };
        let (start, length) = match record.run {
            Run::Cylinders { first, count } => (first.get(), count.get()),
            Run::Blocks { first, count } => (first.get(), count.get()),
        };
        self.facts.domains.push(facts::Domain {
            instance: name(instance),
            user,
            vdev,
            member: record.name.member(),
            volser: record.volser,
            start: Some(start),
            length: Some(length),
            copied: record.status.is_restorable(),
            files: match record.data {
                DataType::Image => false,
            },
            at: Some(moment(record.started)),
            place,
        });
    }
}

fn name(id: &InstanceId) -> facts::InstanceName {
    facts::InstanceName {
        job: id.job,
        number: id.number,
    }
}

fn moment(at: Timestamp) -> Moment {
    const MICROS: i64 = 1_000_000;
    Moment::from_seconds(at.as_micros().div_euclid(MICROS))
}

fn state(state: InstanceState) -> facts::InstanceState {
    match state {
        InstanceState::Open => facts::InstanceState::Open,
        InstanceState::Complete => facts::InstanceState::Complete,
        InstanceState::CompleteWithErrors => facts::InstanceState::CompleteWithErrors,
        InstanceState::Incomplete => facts::InstanceState::Incomplete,
        InstanceState::Failed => facts::InstanceState::Failed,
    }
}

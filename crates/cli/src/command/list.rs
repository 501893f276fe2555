//! `list`: what was backed up.

use std::io::{self, Write};
use std::sync::Arc;

use anyhow::Result;
use catalog::{DomainRecord, InstanceFilter, InstanceId, InstanceRecord, Timestamp};
use engine::{ClusterState, ImageShelf};
use serde::Serialize;

use crate::args::ListArgs;
use crate::exit::{Outcome, Usage};
use crate::format::{bytes, kind, status, table};
use crate::output::{Output, View};
use crate::selector;
use crate::wiring::{Missing, Place, Session, runtime};

pub(crate) fn run(out: &Output, args: &ListArgs) -> Result<Outcome> {
    let (_, location) = Place::find(&args.place)?;
    let as_of = args.as_of.as_deref().map(time).transpose()?;
    let job = args.job.as_deref().map(selector::job).transpose()?;
    let mut filter = args.select.filter()?;
    filter.job = job;
    filter.as_of = as_of;
    let by_domain = args.domains
        || args.select.user.is_some()
        || args.select.vdev.is_some()
        || args.select.volser.is_some();
    let member = filter.seen_by;
    runtime()?.block_on(async {
        let disks = Arc::new(ImageShelf::default());
        let session = Session::open(&location, Missing::Refuse, disks, ClusterState::default(), None).await?;
        if by_domain {
            let versions = session.env.catalog.versions(filter).await?;
            let rows = versions
                .into_iter()
                .map(|version| CopyView::of(version.instance, version.record));
            out.show(&CopiesView {
                copies: rows.collect(),
            })?;
        } else {
            let filter = InstanceFilter {
                job,
                member,
                state: None,
                as_of,
            };
            out.show(&InstancesView {
                instances: session.env.catalog.instances(filter).await?,
            })?;
        }
        session.close().await
    })?;
    Ok(Outcome::Done)
}

/// A moment as people write it: with its zone, or in UTC.
fn time(text: &str) -> Result<Timestamp> {
    let zoned = text.parse::<jiff::Timestamp>();
    let moment = zoned.or_else(|error| {
        let civil = text.parse::<jiff::civil::DateTime>().map_err(|_| error)?;
        civil
            .to_zoned(jiff::tz::TimeZone::UTC)
            .map(|zoned| zoned.timestamp())
    });
    let moment = moment.map_err(|error| {
        Usage(format!(
            "{text:?} is no time ({error}); write 2026-11-20T03:00:00Z"
        ))
    })?;
    Ok(Timestamp::from_micros(moment.as_microsecond()))
}

#[derive(Serialize)]
struct InstancesView {
    instances: Vec<InstanceRecord>,
}

impl View for InstancesView {
    fn human(&self, out: &mut dyn Write) -> io::Result<()> {
        if self.instances.is_empty() {
            return writeln!(out, "nothing matches");
        }
        let rows = self.instances.iter().map(|instance| {
            let domains = instance.domains;
            vec![
                instance.id.to_string(),
                instance.member.to_string(),
                kind(instance.kind).to_owned(),
                instance.started.to_string(),
                instance.state.to_string(),
                format!(
                    "{}/{}",
                    domains.copied + domains.unchanged,
                    instance.expected_domains
                ),
                domains.failed.to_string(),
                bytes(instance.totals.bytes_read),
                bytes(instance.totals.new_bytes),
            ]
        });
        let header = [
            "INSTANCE", "MEMBER", "KIND", "STARTED", "STATE", "DOMAINS", "FAILED", "READ", "NEW",
        ];
        writeln!(out, "{}", table(&header, &[5, 6, 7, 8], rows.collect()))
    }
}

#[derive(Serialize)]
struct CopiesView {
    copies: Vec<CopyView>,
}

#[derive(Serialize)]
struct CopyView {
    instance: InstanceId,
    #[serde(flatten)]
    record: DomainRecord,
}

impl CopyView {
    fn of(instance: InstanceId, record: DomainRecord) -> Self {
        Self { instance, record }
    }
}

impl View for CopiesView {
    fn human(&self, out: &mut dyn Write) -> io::Result<()> {
        if self.copies.is_empty() {
            return writeln!(out, "nothing matches");
        }
        let rows = self.copies.iter().map(|copy| {
            let record = &copy.record;
            vec![
                record.name.to_string(),
                copy.instance.to_string(),
                record.member.to_string(),
                record.ended.to_string(),
                record.volser.to_string(),
                record.run.to_string(),
                status(&record.status),
                bytes(record.totals.bytes_read),
                bytes(record.totals.new_bytes),
            ]
        });
        let header = [
            "DOMAIN",
            "INSTANCE",
            "BY",
            "COPIED AT",
            "VOLUME",
            "EXTENT",
            "STATUS",
            "SIZE",
            "NEW",
        ];
        writeln!(out, "{}", table(&header, &[7, 8], rows.collect()))
    }
}

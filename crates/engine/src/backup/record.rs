//! What a job writes down: into the repository, and into the catalog.

use catalog::{
    BackupKind, DataType, DomainRecord, DomainStatus, INSTANCE_BEGIN_KIND, INSTANCE_BEGIN_VERSION,
    INSTANCE_END_KIND, INSTANCE_END_VERSION, InstanceEnd, InstanceId, InstancePlan, InstanceRecord,
    InstanceState, Timestamp, Totals,
};
use dasd::{Geometry, Run};
use store::{RecordKind, wire};
use zvm::{MemberName, Retention};

use super::BackupError;
use super::base::Base;
use crate::domain::UnitKind;
use crate::env::Env;
use crate::plan::{JobPlan, PlannedDomain};

/// Microseconds of a day.
const DAY: i64 = 86_400 * 1_000_000;

/// What the catalog is told when a job begins.
pub(super) fn plan_of(
    job: &JobPlan,
    kind: BackupKind,
    base: Option<InstanceId>,
    begun: Timestamp,
) -> InstancePlan {
    let expires = match job.retention {
        Some(Retention::Days(days)) => Some(Timestamp::from_micros(
            begun
                .as_micros()
                .saturating_add(DAY.saturating_mul(i64::from(days))),
        )),
        Some(Retention::Instances(_)) | None => None,
    };
    InstancePlan {
        job: job.job,
        member: job.member,
        kind,
        base,
        expected_domains: u32::try_from(job.domains.len()).unwrap_or(u32::MAX),
        expires,
        product: format!("ssibackup {}", env!("CARGO_PKG_VERSION")),
    }
}

/// Writes the record of a job's begin.
pub(super) async fn put_begin(env: &Env, instance: &InstanceRecord) -> Result<(), BackupError> {
    let bytes = wire::encode(INSTANCE_BEGIN_KIND, INSTANCE_BEGIN_VERSION, instance)?;
    env.repository
        .put_record(RecordKind::Instances, &name(&instance.id, "begin"), bytes)
        .await?;
    Ok(())
}

/// Writes the record of a job's end with everything needed to restore its domains, before the catalog calls the
/// instance ended: what the catalog knows of an ended instance can always be made anew from the repository.
pub(super) async fn put_end(
    env: &Env,
    begun: &InstanceRecord,
    domains: &[DomainRecord],
    ended: Timestamp,
) -> Result<(), BackupError> {
    put_end_record(env, &InstanceEnd::of(begun.clone(), domains.to_vec(), ended)).await
}

async fn put_end_record(env: &Env, end: &InstanceEnd) -> Result<(), BackupError> {
    let bytes = wire::encode(INSTANCE_END_KIND, INSTANCE_END_VERSION, end)?;
    env.repository
        .put_record(RecordKind::Instances, &name(&end.instance.id, "end"), bytes)
        .await?;
    Ok(())
}

/// The name of an instance's record: `DAILY/000012.end`.
pub(crate) fn name(instance: &InstanceId, what: &str) -> String {
    format!("{}/{:06}.{what}", instance.job, instance.number)
}

/// A record of `domain` before anything is known of it.
pub(super) fn blank(member: MemberName, domain: &PlannedDomain, begun: Timestamp) -> DomainRecord {
    DomainRecord {
        name: domain.name,
        member,
        volser: domain.volser,
        volume_member: domain.volume_member,
        run: domain.run.unwrap_or(Run::cylinders(0, 0)),
        device: domain.device.clone(),
        geometry: catalog::GeometryRecord::Fba { blocks: 0 },
        data: DataType::Image,
        status: DomainStatus::Copied,
        manifest: None,
        totals: Totals::default(),
        base: None,
        started: begun,
        ended: begun,
    }
}

/// Gives a domain up.
pub(super) fn fail(entry: &mut DomainRecord, reason: &str) {
    entry.status = DomainStatus::Failed(reason.to_owned());
    entry.manifest = None;
}

/// What became of a domain, in a word.
pub(crate) fn word(status: &DomainStatus) -> &'static str {
    match status {
        DomainStatus::Copied => "copied",
        DomainStatus::Unchanged => "unchanged",
        DomainStatus::Skipped(_) => "skipped",
        DomainStatus::Failed(_) => "failed",
    }
}

/// Notes what the pack turned out to be.
pub(super) fn describe(entry: &mut DomainRecord, geometry: &Geometry, units: &UnitKind) {
    entry.geometry = geometry.into();
    entry.run = units.run();
    entry.totals.units = u64::from(units.count());
}

/// Marks the domain as unchanged when its chunk list is that of its base. The manifests may differ all the same: by the
/// witnesses, when the domain lies somewhere else now.
pub(super) fn compare_with_base(entry: &mut DomainRecord, base: Option<&Base>) {
    entry.totals.changed_units = base.map_or(entry.totals.units, |base| base.changed);
    if let Some(base) = base {
        entry.base = Some(base.version.instance);
        if base.changed == 0 && base.version.record.totals.units == entry.totals.units {
            entry.status = DomainStatus::Unchanged;
        }
    }
}

/// Gives instances that ended without their record in the repository, because the run that made them died, the
/// record they lack, so that the repository knows all that the catalog knows.
///
/// # Errors
/// When catalog or repository do not answer.
pub async fn mend_records(env: &Env) -> Result<u64, BackupError> {
    let names = env.repository.list_records(RecordKind::Instances).await?;
    let names: std::collections::BTreeSet<String> = names.into_iter().collect();
    let mut mended = 0;
    for instance in env.catalog.instances(catalog::InstanceFilter::default()).await? {
        if instance.state == InstanceState::Open || names.contains(&name(&instance.id, "end")) {
            continue;
        }
        if let Some(end) = env.catalog.instance_end(&instance.id).await? {
            put_end_record(env, &end).await?;
            mended += 1;
        }
    }
    Ok(mended)
}

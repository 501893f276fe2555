//! `backup`: a site's jobs, or plain images.

use std::io::{self, Write};
use std::num::NonZeroU64;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use catalog::{BackupKind, DomainName, DomainStatus, InstanceId, InstanceState};
use dasd::{Access, Volser, Volume};
use engine::{
    BackupOrder, Choice, ImageShelf, JobOutcome, JobPlan, MountedVolumes, Progress, RunSummary, Share,
};
use rustix::time::{ClockId, clock_gettime};
use serde::Serialize;
use store::Effort;
use zvm::{Changes, MemberName, WorkerShare};

use super::image;
use crate::args::{BackupArgs, ChangesArg};
use crate::exit::{self, Outcome, Usage};
use crate::format::{bytes, count, kind as kind_word, table};
use crate::output::{Output, View, warn};
use crate::progress::Bars;
use crate::selector;
use crate::wiring::{Missing, Session, SiteFolder, runtime};

const MEGABYTE: NonZeroU64 = NonZeroU64::new(1_000_000).expect("a million is not zero");

pub(crate) fn run(out: &Output, args: &BackupArgs) -> Result<Outcome> {
    if args.images.is_empty() {
        of_site(out, args)
    } else {
        of_images(out, args)
    }
}

fn kind(args: &BackupArgs) -> Option<BackupKind> {
    match (args.full, args.incremental) {
        (true, _) => Some(BackupKind::Full),
        (_, true) => Some(BackupKind::Incremental),
        _ => None,
    }
}

fn of_site(out: &Output, args: &BackupArgs) -> Result<Outcome> {
    let path = args
        .site
        .as_deref()
        .expect("clap demands a site when there is no image");
    let folder = SiteFolder::load(path)?;
    let left_out = folder.warn_of_errors();
    folder.refuse_nothing()?;
    let choice = Choice {
        jobs: args
            .jobs
            .iter()
            .map(|job| selector::job(job))
            .collect::<Result<_, _>>()?,
        member: args.member.as_deref().map(selector::member).transpose()?,
        kind: kind(args),
    };
    let plan = engine::plan(&folder.site, &choice, &folder.all_joined())?;
    for held in &plan.held {
        warn(&format!("job {} is held: {}", held.job, held.reason));
    }
    if plan.jobs.is_empty() && left_out {
        bail!("no job of this site can run: its files have errors");
    }
    if plan.jobs.is_empty() {
        return Err(Usage("no job of this site runs where you asked".to_owned()).into());
    }
    let location = folder.repository(args.repo.as_deref())?;
    let disks = Arc::new(
        MountedVolumes::new(Arc::clone(&folder.site), folder.path.clone(), Access::Read)
            .with_changes(image::changes::epoch()),
    );
    let mut jobs = plan.jobs;
    jobs.iter_mut().for_each(|job| choose_shortcuts(job, args));
    let ran = runtime()?.block_on(async {
        let session = Session::open(
            &location,
            Missing::Create,
            disks,
            folder.all_joined(),
            args.threads.threads,
        )
        .await?;
        let order = order(jobs, &folder.site.workers, args);
        let ran = carry_out(&session, order, out).await;
        session.close().await?;
        anyhow::Ok(ran)
    })?;
    match finish(out, &ran)? {
        Outcome::Done => Ok(Outcome::found_if(left_out)),
        Outcome::Found => Ok(Outcome::Found),
    }
}

fn of_images(out: &Output, args: &BackupArgs) -> Result<Outcome> {
    let mut shelf = ImageShelf::default();
    for image in &args.images {
        let (name, file) = match image.split_once('=') {
            Some((name, file)) => (Some(name), file),
            None => (None, image.as_str()),
        };
        let file = Path::new(file);
        let volume = if args.shadows {
            image::open_chain(file, &Volume::shadows_of(file))?
        } else {
            image::open(file)?
        };
        let volser = match name {
            Some(name) => selector::name(name, Volser::named)?,
            None => name_of(&volume, file)?,
        };
        // A map that cannot be used is no reason not to read the image.
        let map = match image::changes::open(file, volume.geometry()) {
            Ok(map) => map.filter(|_| !args.shadows),
            Err(error) => {
                warn(&exit::chain(error.as_ref()));
                None
            }
        };
        shelf.add(volser, volume, map)?;
    }
    let mut job = engine::plan_images(&shelf, kind(args).unwrap_or(BackupKind::Incremental));
    choose_shortcuts(&mut job, args);
    let location = args
        .repo
        .clone()
        .expect("clap demands a repository beside an image");
    let cluster = engine::ClusterState::all_joined([job.member]);
    let ran = runtime()?.block_on(async {
        let session = Session::open(
            &location,
            Missing::Create,
            Arc::new(shelf),
            cluster,
            args.threads.threads,
        )
        .await?;
        let ran = carry_out(&session, order(vec![job], &[], args), out).await;
        session.close().await?;
        anyhow::Ok(ran)
    })?;
    finish(out, &ran)
}

/// What was asked for beats what the job says.
fn choose_shortcuts(job: &mut JobPlan, args: &BackupArgs) {
    let shortcuts = &mut job.shortcuts;
    shortcuts.skip_unchanged |= args.skip_unchanged;
    shortcuts.changes = match args.changes {
        Some(ChangesArg::Ignored) => Changes::Ignored,
        Some(ChangesArg::Sampled) => Changes::Sampled,
        Some(ChangesArg::Trusted) => Changes::Trusted,
        None => shortcuts.changes,
    };
}

/// An image goes by its label; without one by its file's stem in upper case.
fn name_of(volume: &Volume, file: &Path) -> Result<Volser> {
    if let Some(label) = volume.label() {
        return Ok(label.volser);
    }
    let stem = file
        .file_stem()
        .and_then(|stem| stem.to_str())
        .and_then(Volser::of_image);
    stem.with_context(|| {
        format!(
            "{0} has no label and no name; name it with --image NAME={0}",
            file.display()
        )
    })
}

/// The jobs, with what each member may have of the machine. A rate that was asked for holds for all members.
fn order(jobs: Vec<JobPlan>, workers: &[WorkerShare], args: &BackupArgs) -> BackupOrder {
    let asked = args
        .rate
        .map(|rate| NonZeroU64::from(rate).saturating_mul(MEGABYTE));
    let share = |member: MemberName| {
        let worker = workers.iter().find(|worker| worker.member == member);
        Share {
            weight: worker.map_or(Share::default().weight, |worker| worker.weight),
            rate: asked.or_else(|| worker?.rate),
        }
    };
    BackupOrder {
        shares: jobs.iter().map(|job| (job.member, share(job.member))).collect(),
        ..BackupOrder::new(jobs, Effort::new(args.level).unwrap_or(Effort::DEFAULT))
    }
}

/// Runs the jobs with progress bars.
async fn carry_out(session: &Session, order: BackupOrder, out: &Output) -> Ran {
    let bars = Arc::new(Bars::new(out.is_quiet()));
    watched(session, order, &bars).await
}

/// Runs jobs under the eyes of `bars`, and sees how much the owner of the catalog has to do meanwhile.
pub(crate) async fn watched(session: &Session, order: BackupOrder, bars: &Arc<Bars>) -> Ran {
    let (begun, spent, processors) = (session.env.clock.now(), session.catalog_spent(), processor_time());
    let summary = engine::back_up(&session.env, order, Arc::clone(bars) as Arc<dyn Progress>).await;
    let micros = session.env.clock.now().as_micros() - begun.as_micros();
    bars.clear();
    let seconds = Duration::from_micros(micros.unsigned_abs()).as_secs_f64();
    let since = session.catalog_spent();
    let busy_seconds = since.busy.saturating_sub(spent.busy).as_secs_f64();
    let processor_seconds = since.processor.saturating_sub(spent.processor).as_secs_f64();
    let processors = processor_time().saturating_sub(processors).as_secs_f64();
    let share = processor_seconds / processors.max(f64::MIN_POSITIVE);
    tracing::info!(
        "the owner of the catalog was busy for {busy_seconds:.3} s of {seconds:.3} s and took {:.1} % of the processors' time",
        share * 100.0
    );
    Ran {
        summary,
        catalog: CatalogView {
            seconds,
            busy_seconds,
            processor_seconds,
            share,
        },
    }
}

/// What a run came to, and what the catalog had to do with it.
pub(crate) struct Ran {
    pub(crate) summary: RunSummary,
    pub(crate) catalog: CatalogView,
}

/// How much of the machine the one owner of the catalog took.
#[derive(Clone, Copy, Serialize)]
pub(crate) struct CatalogView {
    /// How long the run took.
    seconds: f64,
    /// How long the owner worked, waiting for its disk included.
    busy_seconds: f64,
    /// Of that, the time of a processor.
    processor_seconds: f64,
    /// That, by what the whole program took of all processors meanwhile.
    share: f64,
}

/// What this process has had of all processors.
fn processor_time() -> Duration {
    Duration::try_from(clock_gettime(ClockId::ProcessCPUTime)).unwrap_or_default()
}

/// Shows the summary. Jobs that could not go on because of catalog or repository make the run a failed one.
fn finish(out: &Output, ran: &Ran) -> Result<Outcome> {
    let summary = &ran.summary;
    out.show(&RunView::of(ran))?;
    let trouble = summary.jobs.iter().filter_map(|job| job.error.as_ref());
    if trouble.into_iter().any(|error| !error.is_member_lost()) {
        bail!("a job could not go on");
    }
    Ok(Outcome::found_if(!summary.is_clean()))
}

/// The summary of a run, as it is shown.
#[derive(Serialize)]
pub(crate) struct RunView {
    jobs: Vec<JobView>,
    catalog: CatalogView,
}

#[derive(Serialize)]
struct JobView {
    job: String,
    member: String,
    instance: Option<InstanceId>,
    kind: Option<BackupKind>,
    state: Option<InstanceState>,
    error: Option<String>,
    seconds: f64,
    domains: usize,
    copied: u32,
    unchanged: u32,
    failed: Vec<FailedView>,
    bytes_read: u64,
    new_chunks: u64,
    new_bytes: u64,
    stored_bytes: u64,
}

#[derive(Serialize)]
struct FailedView {
    domain: DomainName,
    reason: String,
}

impl RunView {
    pub(crate) fn of(ran: &Ran) -> Self {
        Self {
            jobs: ran.summary.jobs.iter().map(JobView::of).collect(),
            catalog: ran.catalog,
        }
    }
}

impl JobView {
    fn of(outcome: &JobOutcome) -> Self {
        let mut view = Self {
            job: outcome.job.to_string(),
            member: outcome.member.to_string(),
            instance: None,
            kind: None,
            state: None,
            error: None,
            seconds: 0.0,
            domains: outcome.domains.len(),
            copied: 0,
            unchanged: 0,
            failed: Vec::new(),
            bytes_read: 0,
            new_chunks: 0,
            new_bytes: 0,
            stored_bytes: outcome.stored_bytes,
        };
        view.error = outcome.error.as_ref().map(|error| exit::chain(error));
        if let Some(instance) = &outcome.instance {
            view.instance = Some(instance.id);
            view.kind = Some(instance.kind);
            view.state = Some(instance.state);
            let span = instance
                .ended
                .map_or(0, |ended| ended.as_micros() - instance.started.as_micros());
            view.seconds = std::time::Duration::from_micros(span.unsigned_abs()).as_secs_f64();
            view.copied = instance.domains.copied;
            view.unchanged = instance.domains.unchanged;
            view.bytes_read = instance.totals.bytes_read;
            view.new_chunks = instance.totals.new_chunks;
            view.new_bytes = instance.totals.new_bytes;
            let failed = |domain: &catalog::DomainRecord| match &domain.status {
                DomainStatus::Failed(reason) => Some(FailedView {
                    domain: domain.name,
                    reason: reason.clone(),
                }),
                _ => None,
            };
            view.failed = outcome.domains.iter().filter_map(failed).collect();
        }
        view
    }
}

impl View for RunView {
    fn human(&self, out: &mut dyn Write) -> io::Result<()> {
        let rows = self.jobs.iter().map(|job| {
            let instance = job.instance.map_or_else(|| job.job.clone(), |id| id.to_string());
            let state = job.state.map_or("failed".to_owned(), |state| state.to_string());
            vec![
                instance,
                job.member.clone(),
                job.kind.map(kind_word).unwrap_or_default().to_owned(),
                state,
                job.copied.to_string(),
                job.unchanged.to_string(),
                job.failed.len().to_string(),
                bytes(job.bytes_read),
                bytes(job.new_bytes),
                bytes(job.stored_bytes),
                format!("{:.1} s", job.seconds),
            ]
        });
        let header = [
            "INSTANCE",
            "MEMBER",
            "KIND",
            "STATE",
            "COPIED",
            "UNCHANGED",
            "FAILED",
            "READ",
            "NEW",
            "STORED",
            "TIME",
        ];
        writeln!(out, "{}", table(&header, &[4, 5, 6, 7, 8, 9, 10], rows.collect()))?;
        for job in &self.jobs {
            if let Some(error) = &job.error {
                writeln!(out, "{} on {}: {error}", job.job, job.member)?;
            }
            for failed in &job.failed {
                writeln!(out, "{} failed: {}", failed.domain, failed.reason)?;
            }
        }
        let failed: usize = self.jobs.iter().map(|job| job.failed.len()).sum();
        if failed > 0 {
            let are = count(failed, "domain has", "domains have");
            writeln!(out, "{are} no copy in this run; everything else can be restored")?;
        }
        Ok(())
    }
}

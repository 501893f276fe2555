//! `backup`: a site's jobs, or plain images.

use std::num::NonZeroU64;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use catalog::BackupKind;
use dasd::{Access, Volser, Volume};
use engine::{BackupOrder, Choice, ImageShelf, JobPlan, MountedVolumes, Progress, RunSummary, Share};
use rustix::time::{ClockId, clock_gettime};
use serde::Serialize;
use store::Effort;
use zvm::{Changes, MemberName, WorkerShare};

use super::image;
use super::run_view::RunView;
use crate::args::{BackupArgs, ChangesArg};
use crate::exit::{self, Outcome, Usage};
use crate::output::{Output, warn};
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
        let (name, file) = name_and_file(image);
        let volume = if args.shadows {
            image::open_chain(file, &Volume::shadows_of(file))?
        } else {
            image::open(file)?
        };
        let volser = volser_of(&volume, name, file)?;
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

/// The parts of `[NAME=]FILE`.
pub(super) fn name_and_file(image: &str) -> (Option<&str>, &Path) {
    match image.split_once('=') {
        Some((name, file)) => (Some(name), Path::new(file)),
        None => (None, Path::new(image)),
    }
}

/// An image goes by the name that it is given, otherwise by its label; without one by its file's stem in upper case.
pub(super) fn volser_of(volume: &Volume, name: Option<&str>, file: &Path) -> Result<Volser> {
    if let Some(name) = name {
        return Ok(selector::name(name, Volser::named)?);
    }
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

//! `demo`: the whole tour on a built-in cluster.

mod place;
mod summary;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use catalog::{BackupKind, DomainName, DomainRecord, VersionFilter};
use dasd::{Access, Volume};
use engine::{
    BackupOrder, Choice, Depth, Disks, Env, MountedVolumes, RunSummary, Side, Target, VolumeDevice,
};
use rules::Selection;
use store::Effort;

use place::{Place, Stopwatch};
use summary::{DemoView, RestoredView};

use super::backup;
use super::run_view::RunView;
use super::{check, site, verify::VerifyView};
use crate::args::{DemoArgs, LayoutArg, ScaleArg, SiteBuildArgs, SiteMutateArgs, SiteNewArgs};
use crate::exit::Outcome;
use crate::format::{bytes, count};
use crate::output::{Output, View};
use crate::progress::Bars;
use crate::wiring::{Missing, Session, SiteFolder, runtime};

/// Share of the tracks that the demo changes between its two backups.
const CHANGE_PERCENT: u8 = 2;

pub(crate) fn run(out: &Output, args: &DemoArgs) -> Result<Outcome> {
    let place = Place::choose(args.dir.as_deref())?;
    let tour = Tour {
        out,
        dir: place.dir.clone(),
        seed: args.seed,
        begun: Stopwatch::start(),
    };
    let outcome = tour.go()?;
    if !place.passing {
        tour.say(&format!("Everything is kept in {}.", place.dir.display()))?;
    }
    Ok(outcome)
}

/// The tour, step by step.
struct Tour<'a> {
    out: &'a Output,
    dir: PathBuf,
    seed: u64,
    begun: Stopwatch,
}

impl Tour<'_> {
    fn say(&self, line: &str) -> Result<()> {
        Ok(self.out.say(line)?)
    }

    fn step(&self, number: u8, title: &str) -> Result<()> {
        self.say(&format!("\n[{number}/9] {title}"))
    }

    fn show(&self, view: &impl View) -> Result<()> {
        if self.out.is_human() {
            self.out.show(view)?;
        }
        Ok(())
    }

    fn go(&self) -> Result<Outcome> {
        let site = self.build()?;
        let folder = SiteFolder::load(&site)?;
        self.check(&folder)?;
        self.plan(&folder)?;
        let repository = folder.repository(None)?;
        let full = self.back_up(
            &folder,
            &repository,
            4,
            "Back up everything, all members at once",
            BackupKind::Full,
        )?;
        self.change(&site)?;
        let title = "Back up again: only what changed is new";
        let incremental = self.back_up(&folder, &repository, 6, title, BackupKind::Incremental)?;
        let restored = runtime()?.block_on(self.restore(&folder, &repository))?;
        let report = runtime()?.block_on(self.verify(&folder, &repository))?;
        let clean = report.report.damage.is_empty() && report.report.affected.is_empty();
        let outcome = Outcome::found_if(!(full.is_clean() && incremental.is_clean() && clean));
        let summary = DemoView::new(
            &folder,
            &full,
            &incremental,
            restored,
            &report,
            self.begun.elapsed(),
        );
        if self.out.is_human() {
            self.step(9, "Summary")?;
        }
        self.out.show(&summary)?;
        Ok(outcome)
    }

    fn build(&self) -> Result<PathBuf> {
        self.step(
            1,
            "Make a four-member cluster: SYSTEM CONFIG, USER DIRECT, jobs, and volumes with content",
        )?;
        let dir = self.dir.join("gridsite");
        let (members, layout, scale, seed) = (4, LayoutArg::Brm, ScaleArg::Small, self.seed);
        let made = site::make(&SiteNewArgs {
            dir: dir.clone(),
            members,
            layout,
            scale,
            seed,
        })?;
        let built = site::build(self.out, &SiteBuildArgs { dir: dir.clone() })?;
        let (volumes, size) = built.total();
        self.say(&format!(
            "wrote {} and {} of {} with EBCDIC source, modules, empty and incompressible tracks",
            count(made.files.len(), "file", "files"),
            count(volumes, "volume", "volumes"),
            bytes(size)
        ))?;
        Ok(dir)
    }

    fn check(&self, folder: &SiteFolder) -> Result<()> {
        self.step(
            2,
            "Check it: are all minidisks where the member that copies them can reach them?",
        )?;
        let report = check::CheckView::of(folder, &Selection::new([], []));
        self.show(&report)?;
        if report.errors > 0 {
            bail!("the built-in site is not free of errors");
        }
        Ok(())
    }

    fn plan(&self, folder: &SiteFolder) -> Result<()> {
        self.step(3, "Plan: who copies what")?;
        let plan = engine::plan(&folder.site, &Choice::default(), &folder.all_joined())?;
        for job in &plan.jobs {
            let size = job.domains.iter().filter_map(|domain| domain.bytes).sum();
            let left_out = if job.left_out.is_empty() {
                String::new()
            } else {
                format!(", {} left out", job.left_out.len())
            };
            self.say(&format!(
                "{:<10} on {:<8} {:>3} domains, {:>9}{left_out}",
                job.job.to_string(),
                job.member.to_string(),
                job.domains.len(),
                bytes(size)
            ))?;
        }
        if let Some((job, left_out)) = plan
            .jobs
            .iter()
            .find_map(|job| Some((job, job.left_out.first()?)))
        {
            self.say(&format!(
                "for example {} leaves out {}: {}",
                job.job, left_out.name, left_out.reason
            ))?;
        }
        Ok(())
    }

    fn back_up(
        &self,
        folder: &SiteFolder,
        repository: &str,
        number: u8,
        title: &str,
        kind: BackupKind,
    ) -> Result<RunSummary> {
        self.step(number, title)?;
        let choice = Choice {
            kind: Some(kind),
            ..Choice::default()
        };
        let mut plan = engine::plan(&folder.site, &choice, &folder.all_joined())?;
        // A site has full and incremental jobs for the same disks; one of the two is enough for a night.
        plan.jobs.retain(|job| job.base.is_none());
        let disks = Arc::new(disks_of(folder, Access::Read));
        let ran = runtime()?.block_on(async {
            let session =
                Session::open(repository, Missing::Create, disks, folder.all_joined(), None).await?;
            let bars = Arc::new(Bars::new(!self.out.is_human()));
            let order = BackupOrder::new(plan.jobs, Effort::DEFAULT);
            let ran = backup::watched(&session, order, &bars).await;
            session.close().await?;
            anyhow::Ok(ran)
        })?;
        self.show(&RunView::of(&ran))?;
        Ok(ran.summary)
    }

    fn change(&self, site: &Path) -> Result<()> {
        self.step(5, "A day passes: 2 % of the tracks change")?;
        let args = SiteMutateArgs {
            dir: site.to_owned(),
            percent: CHANGE_PERCENT,
            seed: self.seed,
        };
        let mutated = site::change(&args)?;
        self.show(&mutated)
    }

    /// Restores a shared minidisk, a private one and a whole volume, and compares each with its source.
    async fn restore(&self, folder: &SiteFolder, repository: &str) -> Result<Vec<RestoredView>> {
        self.step(
            7,
            "Restore a shared minidisk, a private one and a whole volume, and compare bit for bit",
        )?;
        let disks = Arc::new(disks_of(folder, Access::Read));
        let session = Session::open(repository, Missing::Refuse, disks, folder.all_joined(), None).await?;
        let all = session.env.catalog.latest(VersionFilter::default()).await?;
        let pick = |wanted: &dyn Fn(&DomainName) -> bool| {
            all.iter()
                .map(|version| &version.record)
                .filter(|record| wanted(&record.name))
                .max_by_key(|record| {
                    // The largest shows most; the name breaks the tie.
                    (record.totals.bytes_read, record.name)
                })
        };
        let shared = pick(&|name| matches!(name, DomainName::Minidisk { member: None, .. }));
        let private = pick(&|name| matches!(name, DomainName::Minidisk { member: Some(_), .. }));
        let volume = pick(&|name| matches!(name, DomainName::Volume { .. }));
        let mut restored = Vec::new();
        for record in [shared, private, volume].into_iter().flatten() {
            let view = self.restore_one(&session.env, record, restored.len()).await?;
            self.say(&format!(
                "{} by {}: {}, {} tracks or block groups, all identical with the source",
                view.domain,
                view.member,
                bytes(view.bytes),
                view.units
            ))?;
            restored.push(view);
        }
        if restored.len() != 3 {
            bail!(
                "the built-in site should have a shared minidisk, a private minidisk and a volume to restore"
            );
        }
        session.close().await?;
        Ok(restored)
    }

    async fn restore_one(&self, env: &Env, record: &DomainRecord, number: usize) -> Result<RestoredView> {
        let file = self.dir.join(format!("restored-{number}.image"));
        let geometry = engine::extent_geometry(record).context("the demo knows its own devices")?;
        let volume = Volume::create_unformatted_file(&file, geometry)?;
        let device = Arc::new(VolumeDevice::new(record.volser, record.volume_member, volume));
        let bars = Bars::new(!self.out.is_human());
        let target = Target {
            device: Arc::clone(&device) as _,
            first: 0,
        };
        engine::restore(env, record, &target, &bars).await?;
        bars.clear();
        let source = env.disks.attach(&record.member, &record.volser).await?;
        let compared = engine::compare(
            env,
            &Side { device, run: None },
            &Side {
                device: source,
                run: Some(record.run),
            },
        )
        .await?;
        if compared.different > 0 {
            bail!(
                "{} differs from its source in {} tracks",
                record.name,
                compared.different
            );
        }
        let (domain, member) = (record.name, record.member);
        Ok(RestoredView {
            domain,
            member,
            units: compared.units,
            bytes: record.totals.bytes_read,
        })
    }

    async fn verify(&self, folder: &SiteFolder, repository: &str) -> Result<VerifyView> {
        self.step(8, "Verify the repository: read all packs, hash every chunk")?;
        let disks = Arc::new(disks_of(folder, Access::Read));
        let session = Session::open(repository, Missing::Refuse, disks, folder.all_joined(), None).await?;
        let bars = Bars::new(!self.out.is_human());
        let report = engine::verify(&session.env, Depth::Data, &bars).await?;
        bars.clear();
        session.close().await?;
        let view = VerifyView { report };
        self.show(&view)?;
        Ok(view)
    }
}

fn disks_of(folder: &SiteFolder, access: Access) -> impl Disks + use<> {
    MountedVolumes::new(Arc::clone(&folder.site), folder.path.clone(), access)
}

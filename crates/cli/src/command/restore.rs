//! `restore`: a minidisk or a volume, to a new image file or over the place it came from.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use catalog::{
    CatalogHandle, DomainName, DomainRecord, DomainVersion, InstanceId, VersionFilter, latest_of_each,
};
use dasd::{Access, Run, Volser, Volume};
use engine::{ClusterState, Disks, Env, ImageShelf, MountedVolumes, RestoreSummary, Target, VolumeDevice};
use serde::Serialize;
use zvm::{MemberName, Scope};

use crate::args::RestoreArgs;
use crate::exit::{Outcome, Usage};
use crate::format::bytes;
use crate::output::{Output, View};
use crate::progress::Bars;
use crate::selector;
use crate::wiring::{Missing, Place, Session, SiteFolder, runtime};

pub(crate) fn run(out: &Output, args: &RestoreArgs) -> Result<Outcome> {
    let (place, location) = Place::find(&args.place)?;
    if let Some(file) = &args.to {
        refuse_existing(file, args.force)?;
    }
    let mut filter = args.select.filter()?;
    filter.restorable = true;
    let instance = args
        .instance
        .as_deref()
        .map(|text| selector::name(text, str::parse::<InstanceId>))
        .transpose()?;
    let site = match (&place, args.in_place) {
        (Place::Site(site), true) => Some(site.as_ref()),
        (Place::Repository, true) => {
            let text =
                "--in-place needs the site the backup came from; with a repository alone use --to FILE";
            return Err(Usage(text.to_owned()).into());
        }
        (_, false) => None,
    };
    let disks: Arc<dyn Disks> = match site {
        Some(site) => Arc::new(MountedVolumes::new(
            Arc::clone(&site.site),
            site.path.clone(),
            Access::Write,
        )),
        None => Arc::new(ImageShelf::default()),
    };
    let bars = Bars::new(out.is_quiet());
    let view = runtime()?.block_on(async {
        let threads = args.threads.threads;
        let session = Session::open(
            &location,
            Missing::Refuse,
            disks,
            ClusterState::default(),
            threads,
        )
        .await?;
        let version = choose(&session.env.catalog, filter, instance).await?;
        let record = &version.record;
        let (summary, target) = match (&args.to, site) {
            (Some(file), _) => (
                to_file(&session.env, record, file, &bars).await?,
                file.display().to_string(),
            ),
            (None, Some(site)) => in_place(&session.env, record, site, &bars).await?,
            (None, None) => unreachable!("clap demands --to or --in-place, and the latter was checked above"),
        };
        session.close().await?;
        let (instance, domain) = (version.instance, record.name);
        anyhow::Ok(RestoreView {
            domain,
            instance,
            copied_at: record.ended.to_string(),
            target,
            summary,
        })
    })?;
    bars.clear();
    out.show(&view)?;
    Ok(Outcome::Done)
}

fn refuse_existing(file: &Path, force: bool) -> Result<()> {
    if file.is_dir() {
        bail!("{} is a folder; name a file to restore to", file.display());
    }
    if file.exists() && !force {
        bail!(
            "{} exists; choose another name, or replace it with --force",
            file.display()
        );
    }
    Ok(())
}

/// The one copy that is meant. More than one candidate is a question back to the user, never a guess.
async fn choose(
    catalog: &CatalogHandle,
    filter: VersionFilter,
    instance: Option<InstanceId>,
) -> Result<DomainVersion> {
    let mut versions = catalog.versions(filter).await?;
    if let Some(wanted) = instance {
        versions.retain(|version| version.instance == wanted);
    }
    let mut latest = latest_of_each(versions);
    match latest.len() {
        1 => Ok(latest.remove(0)),
        0 => {
            let from = instance.map(|id| format!(" in {id}")).unwrap_or_default();
            Err(Usage(format!("no copy of what you selected can be restored{from}; `ssibackup list WHERE --domains` shows what there is")).into())
        }
        many => {
            const SHOWN: usize = 8;
            let names: Vec<_> = latest
                .iter()
                .take(SHOWN)
                .map(|version| version.record.name.to_string())
                .collect();
            let more = if many > SHOWN { ", ..." } else { "" };
            Err(Usage(format!(
                "{many} disks match: {}{more}; say which with --user, --vdev, --volser or --member",
                names.join(", ")
            ))
            .into())
        }
    }
}

/// Restores into a file beside `file`, which gets its name only when all of it is there.
async fn to_file(env: &Env, record: &DomainRecord, file: &Path, bars: &Bars) -> Result<RestoreSummary> {
    let geometry = engine::extent_geometry(record);
    let geometry = geometry
        .with_context(|| format!("{} lies on a device that this program does not know", record.name))?;
    let mut partial = file.as_os_str().to_owned();
    partial.push(".partial");
    let partial = PathBuf::from(partial);
    if partial.exists() {
        fs::remove_file(&partial)
            .with_context(|| format!("cannot remove the left-over {}", partial.display()))?;
    }
    let volume = Volume::create_unformatted_file(&partial, geometry)?;
    let target = Target {
        device: Arc::new(VolumeDevice::new(record.volser, None, volume)),
        first: 0,
    };
    let restored = engine::restore(env, record, &target, bars).await;
    drop(target);
    match restored {
        Ok(summary) => {
            fs::rename(&partial, file)
                .with_context(|| format!("cannot rename {} to {}", partial.display(), file.display()))?;
            Ok(summary)
        }
        Err(error) => {
            // The half-written file is of no use; that it stays behind is worth less than the first error.
            drop(fs::remove_file(&partial));
            Err(error.into())
        }
    }
}

/// Restores over the place where the site has the disk now. All of the copy is read and checked before the first
/// track is written.
async fn in_place(
    env: &Env,
    record: &DomainRecord,
    site: &SiteFolder,
    bars: &Bars,
) -> Result<(RestoreSummary, String)> {
    let (who, volser, run) = now_at(record, site)?;
    let device = env.disks.attach(&who, &volser).await?;
    let first = match run {
        Some(Run::Cylinders { first, .. }) => first.get(),
        Some(Run::Blocks { first, .. }) => first.get(),
        None => 0,
    };
    engine::rehearse(env, record).await?;
    let summary = engine::restore(env, record, &Target { device, first }, bars).await?;
    let place = run.map_or(String::new(), |run| format!(" {run}"));
    Ok((summary, format!("volume {volser}{place}, seen by {who}")))
}

/// Who writes it, and where it is now: directories change after a backup.
fn now_at(record: &DomainRecord, site: &SiteFolder) -> Result<(MemberName, Volser, Option<Run>)> {
    match record.name {
        DomainName::Volume { volser, member } => Ok((member.unwrap_or(record.member), volser, None)),
        DomainName::Minidisk { user, member, vdev } => {
            let scope = member.map_or(Scope::Global, Scope::Local);
            let now =
                site.site.minidisks.iter().find(|minidisk| {
                    minidisk.user == user && minidisk.vdev == vdev && minidisk.scope == scope
                });
            let Some(extent) = now.and_then(|minidisk| minidisk.extent()) else {
                bail!(
                    "the directory has no {} any more; restore it with --to FILE",
                    record.name
                );
            };
            let fits = match (extent.run, record.run) {
                (Run::Cylinders { count, .. }, Run::Cylinders { count: copied, .. }) => count == copied,
                (Run::Blocks { count, .. }, Run::Blocks { count: copied, .. }) => count == copied,
                _ => false,
            };
            if !fits {
                bail!(
                    "{} is now {}, the copy is of {}; restore it with --to FILE",
                    record.name,
                    extent.run,
                    record.run
                );
            }
            Ok((member.unwrap_or(record.member), extent.volser, Some(extent.run)))
        }
    }
}

#[derive(Serialize)]
struct RestoreView {
    domain: DomainName,
    instance: InstanceId,
    copied_at: String,
    target: String,
    #[serde(flatten)]
    summary: RestoreSummary,
}

impl View for RestoreView {
    fn human(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(
            out,
            "restored {} from {} of {} to {}, {}, every hash checked",
            self.domain,
            self.instance,
            self.copied_at,
            self.target,
            bytes(self.summary.bytes)
        )
    }
}

//! `site`: make a site and its volumes, and let time pass over them.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use dasd::{Access, Volume};
use serde::Serialize;
use sim::mutate::mutate;
use sim::seed::Seed;
use sim::site_builder::{Layout, Scale, SitePlan, write};
use sim::volume_builder::{VolumeContent, content_of, fill, missing_volumes};

use crate::args::{LayoutArg, ScaleArg, SiteBuildArgs, SiteCommand, SiteMutateArgs, SiteNewArgs};
use crate::command::{census, image, import, suggest};
use crate::exit::Outcome;
use crate::format::{bytes, count, table};
use crate::output::{Output, View};
use crate::progress::Bars;
use crate::wiring::SiteFolder;

pub(crate) fn run(out: &Output, command: SiteCommand) -> Result<Outcome> {
    match command {
        SiteCommand::New(args) => {
            let made = make(&args)?;
            out.show(&made)?;
        }
        SiteCommand::Build(args) => {
            let built = build(out, &args)?;
            out.show(&built)?;
        }
        SiteCommand::Import(args) => {
            let imported = import::import(&args)?;
            out.show(&imported)?;
        }
        SiteCommand::Info(args) => {
            let counted = census::count(&args)?;
            out.show(&counted)?;
        }
        SiteCommand::Suggest(args) => suggest::run(out, &args)?,
        SiteCommand::Mutate(args) => {
            let mutated = change(&args)?;
            out.show(&mutated)?;
        }
    }
    Ok(Outcome::Done)
}

/// Writes the files of a new site.
pub(crate) fn make(args: &SiteNewArgs) -> Result<Made> {
    let dir = &args.dir;
    if fs::read_dir(dir).is_ok_and(|mut entries| entries.next().is_some()) {
        bail!(
            "{} is not empty; a new site needs a folder of its own",
            dir.display()
        );
    }
    let name = dir.file_name().and_then(|name| name.to_str()).unwrap_or("site");
    let layout = match args.layout {
        LayoutArg::Brm => Layout::Brm,
        LayoutArg::Vmbackup => Layout::VmBackup,
    };
    let scale = match args.scale {
        ScaleArg::Small => Scale::Small,
        ScaleArg::Medium => Scale::Medium,
        ScaleArg::Large => Scale::Large,
    };
    let text = write(&SitePlan::new(name, args.members, layout, scale, Seed(args.seed)))?;
    let mut files = vec![
        ("site.toml".to_owned(), text.site_toml),
        ("SYSTEM.CONFIG".to_owned(), text.system_config),
        ("USER.DIRECT".to_owned(), text.user_direct),
        ("EXTENT.CONTROL".to_owned(), text.extent_control),
    ];
    files.extend(
        text.jobs
            .into_iter()
            .map(|(name, text)| (format!("jobs/{name}"), text)),
    );
    for folder in ["jobs", "volumes"] {
        let folder = dir.join(folder);
        fs::create_dir_all(&folder)
            .with_context(|| format!("cannot make the folder {}", folder.display()))?;
    }
    for (name, text) in &files {
        write_file(&dir.join(name), text)?;
    }
    Ok(Made {
        site: dir.clone(),
        files: files.into_iter().map(|(name, _)| name).collect(),
    })
}

#[allow(
    clippy::disallowed_methods,
    reason = "the command line writes the files of a new site"
)]
fn write_file(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}

/// The files of a new site.
#[derive(Serialize)]
pub(crate) struct Made {
    site: PathBuf,
    pub(crate) files: Vec<String>,
}

impl View for Made {
    fn human(&self, out: &mut dyn Write) -> io::Result<()> {
        let dir = self.site.display();
        writeln!(
            out,
            "wrote {} to {dir}; `ssibackup site build {dir}` makes its volumes",
            count(self.files.len(), "file", "files")
        )
    }
}

/// Makes the volumes that do not exist yet.
pub(crate) fn build(out: &Output, args: &SiteBuildArgs) -> Result<Built> {
    let folder = SiteFolder::load(&args.dir)?;
    let contents = missing_volumes(&folder.site, |volume| folder.path.join(&volume.image).exists())?;
    let present = folder.site.volumes.len() - contents.len();
    let seed = Seed(folder.site.seed.unwrap_or_default());
    let bars = Bars::new(out.is_quiet());
    let total: u64 = contents.iter().map(|content| content.geometry.size()).sum();
    engine::Progress::event(&bars, engine::Event::Total { bytes: total });
    // Two volumes at a time: each is made by one thread from its own part of the seed.
    let queue = std::sync::Mutex::new(contents.iter());
    let results: Vec<Result<()>> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..std::thread::available_parallelism().map_or(1, usize::from))
            .map(|_| {
                scope.spawn(|| {
                    loop {
                        let next = queue
                            .lock()
                            .unwrap_or_else(std::sync::PoisonError::into_inner)
                            .next();
                        let Some(content) = next else { return Ok(()) };
                        build_one(&folder.path, content, seed, &bars)?;
                    }
                })
            })
            .collect();
        workers
            .into_iter()
            .map(|worker| worker.join().expect("building a volume does not panic"))
            .collect()
    });
    bars.clear();
    results.into_iter().collect::<Result<()>>()?;
    let built = contents.iter().map(|content| BuiltVolume {
        volume: content.key.to_string(),
        image: content.image.clone(),
        geometry: content.geometry.to_string(),
        bytes: content.geometry.size(),
    });
    Ok(Built {
        built: built.collect(),
        present,
    })
}

/// Makes one volume under a passing name, so that a volume that exists is a whole one.
fn build_one(site: &Path, content: &VolumeContent, seed: Seed, bars: &Bars) -> Result<()> {
    let image = site.join(&content.image);
    let partial = image.with_extension("partial");
    if let Some(folder) = image.parent() {
        fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
    }
    if partial.exists() {
        fs::remove_file(&partial)
            .with_context(|| format!("cannot remove the left-over {}", partial.display()))?;
    }
    let volume = Volume::create_unformatted_file(&partial, content.geometry.clone())?;
    fill(&volume, content, seed, &mut |bytes| {
        engine::Progress::event(bars, engine::Event::Done { bytes })
    })?;
    volume
        .sync()
        .with_context(|| format!("cannot write {}", partial.display()))?;
    drop(volume);
    fs::rename(&partial, &image)
        .with_context(|| format!("cannot rename {} to {}", partial.display(), image.display()))
}

/// The volumes that were made.
#[derive(Serialize)]
pub(crate) struct Built {
    built: Vec<BuiltVolume>,
    present: usize,
}

#[derive(Serialize)]
struct BuiltVolume {
    volume: String,
    image: String,
    geometry: String,
    bytes: u64,
}

impl Built {
    /// How many volumes were made, and how large they are together.
    pub(crate) fn total(&self) -> (usize, u64) {
        (
            self.built.len(),
            self.built.iter().map(|volume| volume.bytes).sum(),
        )
    }
}

impl View for Built {
    fn human(&self, out: &mut dyn Write) -> io::Result<()> {
        let rows = self.built.iter().map(|volume| {
            vec![
                volume.volume.clone(),
                volume.geometry.clone(),
                bytes(volume.bytes),
                volume.image.clone(),
            ]
        });
        if !self.built.is_empty() {
            writeln!(
                out,
                "{}",
                table(&["VOLUME", "GEOMETRY", "SIZE", "IMAGE"], &[2], rows.collect())
            )?;
        }
        let (made, size) = self.total();
        writeln!(
            out,
            "made {} of {}; {} there already",
            count(made, "volume", "volumes"),
            bytes(size),
            self.present
        )
    }
}

/// Changes a share of the tracks of all volumes.
pub(crate) fn change(args: &SiteMutateArgs) -> Result<Mutated> {
    let folder = SiteFolder::load(&args.dir)?;
    let mut volumes = Vec::new();
    for volume in &folder.site.volumes {
        let content = content_of(&folder.site, volume)?;
        let image = folder.path.join(&volume.image);
        let mounted = Volume::mount_file(&image, Access::Write)?;
        let seed = Seed(args.seed).split(&format!("mutate {}", volume.key));
        let mut map = image::changes::open(&image, mounted.geometry())?;
        let mut mark = |unit| map.as_mut().map_or(Ok(()), |map| map.mark(unit));
        let report = mutate(&mounted, &content.minidisk_runs(), args.percent, seed, &mut mark)?;
        let cannot = || format!("cannot write {}", image.display());
        mounted.sync().with_context(cannot)?;
        drop(mounted);
        if let Some(map) = map {
            map.close_beside(&image).with_context(cannot)?;
        }
        volumes.push(MutatedVolume {
            volume: volume.key.to_string(),
            units: report.eligible,
            changed: report.changed,
        });
    }
    Ok(Mutated { volumes })
}

/// What was changed.
#[derive(Serialize)]
pub(crate) struct Mutated {
    volumes: Vec<MutatedVolume>,
}

#[derive(Serialize)]
struct MutatedVolume {
    volume: String,
    units: u64,
    changed: u64,
}

impl View for Mutated {
    fn human(&self, out: &mut dyn Write) -> io::Result<()> {
        let changed: u64 = self.volumes.iter().map(|volume| volume.changed).sum();
        let units: u64 = self.volumes.iter().map(|volume| volume.units).sum();
        let volumes = self.volumes.iter().filter(|volume| volume.changed > 0).count();
        writeln!(
            out,
            "changed {changed} of {units} tracks on {}",
            count(volumes, "volume", "volumes")
        )
    }
}

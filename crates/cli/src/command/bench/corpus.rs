//! What is measured with: a given pair of images, or a volume that is made; and the folder that the work is done in.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use dasd::{Access, CkdDevice, CkdGeometry, CylinderCount, Geometry, Run, Volser, Volume};
use serde::Serialize;
use sim::mutate::{mutate, unmarked};
use sim::seed::Seed;
use sim::volume_builder::{Area, AreaLayout, VolumeContent, fill};
use zvm::VolumeKey;

use crate::exit::Usage;
use crate::output::Output;
use crate::progress::Bars;

/// Share of the tracks that differ between the two images that are made.
const CHANGED_PERCENT: u8 = 2;

/// Cylinders of one minidisk of the volume that is made.
const MINIDISK_CYLINDERS: u32 = 50;

/// Two generations of one volume.
#[derive(Serialize)]
pub(super) struct Corpus {
    pub(super) first: PathBuf,
    pub(super) second: PathBuf,
    /// The volume, as people say it.
    pub(super) geometry: String,
    /// Bytes of each image.
    pub(super) bytes: u64,
}

impl Corpus {
    /// The one image that lies in `g1` and, younger, in `g2`.
    pub(super) fn find(folder: &Path) -> Result<Self> {
        let (g1, g2) = (folder.join("g1"), folder.join("g2"));
        let files = fs::read_dir(&g1).with_context(|| format!("cannot read {}", g1.display()))?;
        let mut images = Vec::new();
        for file in files {
            let file = file.with_context(|| format!("cannot read {}", g1.display()))?;
            if g2.join(file.file_name()).is_file() {
                images.push(file.file_name());
            }
        }
        match images.as_slice() {
            [name] => Self::of(g1.join(name), g2.join(name)),
            [] => Err(Usage(format!(
                "{} has no image that lies in both g1 and g2",
                folder.display()
            ))
            .into()),
            _ => Err(Usage(format!(
                "{} has several images in g1 and g2; give a folder with one",
                folder.display()
            ))
            .into()),
        }
    }

    /// A volume full of minidisks, and the same with some of it changed; beside them there has to be room for `images`
    /// more of their size.
    pub(super) fn make(out: &Output, work: &WorkFolder, cylinders: u32, images: u64) -> Result<Self> {
        let (first, second) = (work.path("g1.ckd"), work.path("g2.ckd"));
        let content = content(cylinders)?;
        work.needs_room(content.geometry.size().saturating_mul(images.saturating_add(2)))?;
        out.say(&format!(
            "making a 3390 of {cylinders} cylinders and changing {CHANGED_PERCENT} % of it"
        ))?;
        let bars = Bars::new(out.is_quiet());
        engine::Progress::event(
            &bars,
            engine::Event::Total {
                bytes: content.geometry.size(),
            },
        );
        let volume = Volume::create_unformatted_file(&first, content.geometry.clone())?;
        fill(&volume, &content, Seed(1), &mut |bytes| {
            engine::Progress::event(&bars, engine::Event::Done { bytes });
        })?;
        drop(volume);
        bars.clear();
        fs::copy(&first, &second).with_context(|| format!("cannot copy {}", first.display()))?;
        let volume = Volume::mount_file(&second, Access::Write)?;
        let minidisks: Vec<Run> = content.areas.iter().map(|area| area.run).collect();
        mutate(&volume, &minidisks, CHANGED_PERCENT, Seed(2), &mut unmarked)?;
        volume
            .sync()
            .with_context(|| format!("cannot write {}", second.display()))?;
        Self::of(first, second)
    }

    fn of(first: PathBuf, second: PathBuf) -> Result<Self> {
        let shape = |file: &Path| {
            let volume = Volume::mount_file(file, Access::Read)?;
            anyhow::Ok(volume.geometry().to_string())
        };
        let (geometry, other) = (shape(&first)?, shape(&second)?);
        if geometry != other {
            bail!(
                "{} is a {geometry}, {} is a {other}: they are not two states of one volume",
                first.display(),
                second.display()
            );
        }
        let bytes = fs::metadata(&first)
            .with_context(|| format!("cannot look at {}", first.display()))?
            .len();
        Ok(Self {
            first,
            second,
            geometry,
            bytes,
        })
    }
}

/// Minidisks side by side, of the kinds that a z/VM volume has; every fourth is a clone of the one before.
fn content(cylinders: u32) -> Result<VolumeContent> {
    let device = CkdDevice::by_name("3390").context("the 3390 is a known device")?;
    let geometry = Geometry::Ckd(CkdGeometry::new(device, CylinderCount::new(cylinders)));
    let layouts = [
        AreaLayout::Cms,
        AreaLayout::Records,
        AreaLayout::Linux,
        AreaLayout::Linux,
    ];
    let areas = (1..cylinders)
        .step_by(MINIDISK_CYLINDERS as usize)
        .zip((0_u32..).zip(layouts.into_iter().cycle()))
        .map(|(first, (number, layout))| Area {
            run: Run::cylinders(first, MINIDISK_CYLINDERS.min(cylinders - first)),
            origin: first,
            layout,
            content: format!("minidisk {number}"),
            base: (number % 4 == 3).then(|| format!("minidisk {}", number - 1)),
        })
        .collect();
    Ok(VolumeContent {
        key: VolumeKey {
            volser: Volser::new("BENCH1").context("a name of six letters")?,
            member: None,
        },
        image: "g1.ckd".to_owned(),
        geometry,
        owner: None,
        areas,
    })
}

/// A folder of our own, removed with everything in it.
pub(super) struct WorkFolder(PathBuf);

impl WorkFolder {
    /// Where this process makes its folder.
    pub(super) fn place(within: Option<&Path>) -> PathBuf {
        let within = within.map_or_else(std::env::temp_dir, Path::to_path_buf);
        within.join(format!("ssibackup-bench-{}", std::process::id()))
    }

    pub(super) fn make(folder: PathBuf) -> Result<Self> {
        fs::create_dir(&folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
        Ok(Self(folder))
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Refuses before the work begins, rather than when the disk is full.
    pub(super) fn needs_room(&self, needed: u64) -> Result<()> {
        let free = rustix::fs::statvfs(&self.0)
            .map(|disk| disk.f_bavail.saturating_mul(disk.f_frsize))
            .with_context(|| format!("cannot look at {}", self.0.display()))?;
        if free < needed {
            bail!(
                "{} has {} free, up to {} are needed; name another place with --work",
                self.0.display(),
                crate::format::bytes(free),
                crate::format::bytes(needed)
            );
        }
        Ok(())
    }
}

impl Drop for WorkFolder {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.0) {
            crate::output::warn(&format!("{} stays behind: {error}", self.0.display()));
        }
    }
}

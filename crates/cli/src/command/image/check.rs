//! `image check`: every damage with its place, and a repaired copy.

use std::path::Path;

use anyhow::{Context, Result};
use dasd::check::{Findings, check_file};
use dasd::{Access, MountError, Volume};

use super::check_view::{CheckView, ChecksView, RepairView};
use super::meter::Meter;
use super::new_image::NewImage;
use crate::args::ImageCheckArgs;
use crate::exit::{Outcome, Usage};
use crate::output::Output;
use crate::progress::Bars;

pub(super) fn run(out: &Output, args: &ImageCheckArgs) -> Result<Outcome> {
    if args.repair.is_some() && args.files.len() != 1 {
        let text = "--repair makes one copy; give one FILE with it";
        return Err(Usage(text.to_owned()).into());
    }
    let bars = Bars::new(out.is_quiet());
    let view = checks(args, &bars);
    bars.clear();
    let view = view?;
    out.show(&view)?;
    Ok(Outcome::found_if(
        view.images.iter().any(|image| image.errors != 0),
    ))
}

fn checks(args: &ImageCheckArgs, bars: &Bars) -> Result<ChecksView> {
    let mut images = Vec::new();
    let mut repair = None;
    for file in &args.files {
        let findings = check(file, bars)?;
        if let Some(copy) = args.repair.as_deref().filter(|_| !findings.is_sound()) {
            repair = Some(repaired(file, copy, bars)?);
        }
        images.push(CheckView::of(file, findings));
    }
    Ok(ChecksView {
        images,
        asked_for_repair: args.repair.is_some(),
        repair,
    })
}

fn check(file: &Path, bars: &Bars) -> Result<Findings> {
    // Whatever keeps it from being mounted is among the findings.
    let volume = Volume::mount_file(file, Access::Read).ok();
    let mut meter = Meter::for_check(bars, volume.as_ref());
    check_file(file, &mut |done| meter.reached(done))
        .with_context(|| format!("cannot read {}", file.display()))
}

fn repaired(file: &Path, copy: &Path, bars: &Bars) -> Result<RepairView> {
    let image = NewImage::begin(copy, false, &[file])?;
    let volume = Volume::mount_file(file, Access::Read);
    if let Err(MountError::Shadow { .. }) = volume {
        // The advice is that of every command that cannot take a shadow file alone.
        super::open(file)?;
    }
    let repaired = match volume {
        Ok(volume) => {
            let mut meter = Meter::new(bars, volume.geometry());
            dasd::repair(file, &image.file(), &mut |done| meter.reached(done))
        }
        Err(_) => dasd::repair(file, &image.file(), &mut |_| ()),
    };
    let repaired = repaired.with_context(|| format!("no repaired copy {} was made", copy.display()))?;
    let proof = check(&image.file(), bars)?;
    image.keep(&[file])?;
    Ok(RepairView::of(copy, repaired, &proof))
}

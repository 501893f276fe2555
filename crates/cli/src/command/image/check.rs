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
    // A place that is taken is refused before a long check and not after it.
    let copy = match (&args.repair, &args.files[..]) {
        (Some(copy), [file]) => Some(NewImage::begin(copy, false, &[file])?),
        _ => None,
    };
    let bars = Bars::new(out.is_quiet());
    let checked = checks(args, copy, &bars);
    bars.clear();
    let (view, repaired) = checked?;
    out.show(&view)?;
    // What was found is worth seeing when it is too much for a repair.
    repaired?;
    Ok(Outcome::found_if(
        view.images.iter().any(|image| image.errors != 0),
    ))
}

/// What was found, and whether the repair that was asked for could be made.
fn checks(
    args: &ImageCheckArgs,
    mut copy: Option<NewImage>,
    bars: &Bars,
) -> Result<(ChecksView, Result<()>)> {
    let mut view = ChecksView {
        images: Vec::new(),
        nothing_to_repair: false,
        repair: None,
    };
    let mut result = Ok(());
    for file in &args.files {
        let findings = check(file, bars)?;
        match copy.take() {
            Some(_) if findings.is_sound() => view.nothing_to_repair = true,
            Some(image) => match repaired(file, image, bars) {
                Ok(repair) => view.repair = Some(repair),
                Err(error) => result = Err(error),
            },
            None => {}
        }
        view.images.push(CheckView::of(file, findings));
    }
    Ok((view, result))
}

fn check(file: &Path, bars: &Bars) -> Result<Findings> {
    // Whatever keeps it from being mounted is among the findings.
    let volume = Volume::mount_file(file, Access::Read).ok();
    let mut meter = Meter::for_check(bars, volume.as_ref());
    check_file(file, &mut |done| meter.reached(done))
        .with_context(|| format!("cannot read {}", file.display()))
}

fn repaired(file: &Path, image: NewImage, bars: &Bars) -> Result<RepairView> {
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
    let repaired =
        repaired.with_context(|| format!("no repaired copy {} was made", image.target().display()))?;
    let proof = check(&image.file(), bars)?;
    let copy = image.keep(&[file])?;
    Ok(RepairView::of(copy, repaired, &proof))
}

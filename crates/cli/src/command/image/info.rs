//! `image info`: what a volume is, who owns it, and on request what is on it.

use std::path::Path;

use anyhow::Result;
use dasd::allocation::Allocation;
use dasd::{Geometry, Volume};
use zvm::Directory;

use super::info_view::{AllocationView, ImageView, ImagesView, LabelView};
use super::map::{Known, MapView, units_per_cell};
use super::meter::Meter;
use super::minidisks::{load, usage};
use super::open;
use super::survey::{survey, units};
use crate::args::ImageInfoArgs;
use crate::exit::Outcome;
use crate::output::Output;
use crate::progress::Bars;

pub(super) fn run(out: &Output, args: &ImageInfoArgs) -> Result<Outcome> {
    let directory = args.directory.as_deref().map(load).transpose()?;
    let directory = directory.as_ref().map(|parsed| &parsed.value);
    let bars = Bars::new(out.is_quiet());
    let images: Result<Vec<_>> = args
        .files
        .iter()
        .map(|file| info(file, args, directory, &bars))
        .collect();
    bars.clear();
    out.show(&ImagesView { images: images? })?;
    Ok(Outcome::Done)
}

fn info(file: &Path, args: &ImageInfoArgs, directory: Option<&Directory>, bars: &Bars) -> Result<ImageView> {
    let volume = open(file)?;
    let geometry = volume.geometry();
    let size = units(geometry);
    let allocation = Allocation::read(&volume);
    let mut notes = volume.notes().to_vec();
    let used = match (directory, volume.label()) {
        (Some(directory), Some(label)) => Some(usage(directory, label.volser, size)),
        (Some(_), None) => {
            notes.push("without a label it is not known which minidisks are on it".to_owned());
            None
        }
        (None, _) => None,
    };
    let mut view = ImageView {
        label: label(&volume),
        allocation: allocation.as_ref().map(AllocationView::of),
        notes,
        file_bytes: file.metadata()?.len(),
        ..shape(file, &volume)
    };
    if args.map || args.count {
        let mut meter = Meter::new(bars, geometry);
        let survey = survey(&volume, units_per_cell(size), &mut meter);
        let known = Known {
            unit: view.unit(),
            size,
            labelled: view.label.is_some(),
            allocation: allocation.as_ref(),
            used: used.as_ref(),
        };
        view.map = args.map.then(|| MapView::draw(&known, &survey));
        view.content = args.count.then_some(survey);
    }
    view.minidisks = used;
    Ok(view)
}

fn shape(file: &Path, volume: &Volume) -> ImageView {
    let mut view = ImageView {
        file: file.to_owned(),
        format: volume.format_name(),
        bytes: volume.geometry().size(),
        ..ImageView::default()
    };
    match volume.geometry() {
        Geometry::Ckd(ckd) => {
            view.device = Some(ckd.device.name);
            view.model = ckd.model().map(|model| model.name);
            view.cylinders = Some(ckd.cylinders.get());
            view.heads = Some(ckd.heads);
            view.slot = Some(ckd.slot);
        }
        Geometry::Fba(fba) => view.blocks = Some(fba.blocks.get()),
    }
    view
}

fn label(volume: &Volume) -> Option<LabelView> {
    volume.label().map(|label| LabelView {
        volser: label.volser.to_string(),
        marker: label.marker.map(|marker| marker.as_str()),
        owner: label.owner.clone(),
        vtoc: label.vtoc.map(|vtoc| {
            format!(
                "cylinder {} head {} record {}",
                vtoc.cylinder, vtoc.head, vtoc.record
            )
        }),
    })
}

//! `image create`: a new volume, empty, labelled or formatted for CP.

use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::{Error, Result};
use dasd::allocation::Purpose;
use dasd::convert::ImageKind;
use dasd::cp::{CpFormat, format_volume};
use dasd::ebcdic::to_ebcdic;
use dasd::{
    BlockNo, CkdGeometry, ConvertError, CpMarker, CreateError, Creation, FbaGeometry, Geometry, NullFormat,
    TrackAddr, TrackBuilder, TrackNo, Volser, Volume,
};
use serde::Serialize;

use super::convert::file_bytes;
use super::kind;
use super::meter::Meter;
use super::new_image::NewImage;
use crate::args::ImageCreateArgs;
use crate::exit::{Outcome, Usage};
use crate::format::bytes;
use crate::output::{Output, View};
use crate::progress::Bars;
use crate::selector;

pub(super) fn run(out: &Output, args: ImageCreateArgs) -> Result<Outcome> {
    let geometry = geometry(&args)?;
    let kind = kind::resolve(&args.kind, &args.file)?;
    if matches!((kind, &geometry), (ImageKind::Split, Geometry::Fba(_))) {
        return Err(Usage("only CKD volumes are split; leave out --kind split".to_owned()).into());
    }
    let order = Order {
        volser: args
            .volser
            .as_deref()
            .map(|text| selector::name(text, Volser::new))
            .transpose()?,
        format_cp: args.format_cp,
        tracks: match (args.format_cp, args.null_format) {
            // CP's page records are these, where twelve pages fit a track.
            (true, _) if pages_per_track(&geometry) == Some(12) => NullFormat::Linux,
            (true, _) | (false, 1) => NullFormat::Empty,
            (false, 0) => NullFormat::EndOfFile,
            (false, _) => NullFormat::Linux,
        },
    };
    let image = NewImage::begin(&args.file, false, &[])?;
    let bars = Bars::new(out.is_quiet());
    let made = make(&image, &geometry, kind, &order, &bars);
    bars.clear();
    made.map_err(usage)?;
    let files = image.keep(&[])?;
    out.show(&CreateView {
        volser: order.volser.map(|volser| volser.to_string()),
        format_cp: order.format_cp,
        geometry: geometry.to_string(),
        bytes: file_bytes(&files)?,
        files,
    })?;
    Ok(Outcome::Done)
}

/// The shape that was asked for.
fn geometry(args: &ImageCreateArgs) -> Result<Geometry, Usage> {
    let geometry = Geometry::named(&args.device, args.cylinders.or(args.blocks))
        .map_err(|unknown| Usage(unknown.to_string()))?;
    let (wrong, right) = match (&geometry, args.cylinders, args.blocks) {
        (Geometry::Ckd(_), _, Some(_)) => ("--blocks", "cylinders: give --cylinders"),
        (Geometry::Fba(_), Some(_), _) => ("--cylinders", "512-byte blocks: give --blocks"),
        _ => return Ok(geometry),
    };
    let device = &args.device;
    Err(Usage(format!(
        "{wrong} does not go with a {device}, which has {right}"
    )))
}

/// What a new volume gets on it.
struct Order {
    volser: Option<Volser>,
    format_cp: bool,
    tracks: NullFormat,
}

fn make(image: &NewImage, geometry: &Geometry, kind: ImageKind, order: &Order, bars: &Bars) -> Result<()> {
    let pages = pages_per_track(geometry);
    // A volume whose tracks are all alike exists in memory; one with other records on every track would not fit.
    let volume = if order.format_cp && pages != Some(12) && matches!(geometry, Geometry::Ckd(_)) {
        Volume::create_file_with(
            &image.scratch(),
            geometry.clone(),
            Creation::Formatted(NullFormat::Empty),
        )?
    } else {
        Volume::draft("the new volume", geometry.clone(), order.tracks)?
    };
    if let Some(volser) = order.volser {
        if order.format_cp {
            let format = CpFormat {
                volser,
                marker: CpMarker::CpVol,
                allocation: all_perm(geometry),
                fill: pages.is_some_and(|pages| pages != 12),
            };
            format_volume(&volume, &format)?;
        } else {
            label(&volume, geometry, volser)?;
        }
    }
    image.write(&volume, kind, &mut Meter::new(bars, geometry))
}

/// How many page records a track has; none on a volume of blocks.
fn pages_per_track(geometry: &Geometry) -> Option<u32> {
    geometry.as_ckd().map(|ckd| ckd.device.records_per_track(0, 4096))
}

/// Minidisks everywhere. A block volume says so in its map; without a run its blocks would be for nothing.
fn all_perm(geometry: &Geometry) -> Vec<(dasd::Run, Purpose)> {
    match geometry {
        Geometry::Ckd(_) => Vec::new(),
        Geometry::Fba(FbaGeometry { blocks }) => {
            vec![(
                dasd::Run::blocks(16, blocks.get().saturating_sub(16)),
                Purpose::Perm,
            )]
        }
    }
}

/// Writes a label without an owner and without a volume table of contents.
fn label(volume: &Volume, geometry: &Geometry, volser: Volser) -> Result<()> {
    let label = to_ebcdic(&format!("{:<80}", format!("VOL1{:<6}", volser.as_str())));
    match geometry {
        Geometry::Ckd(ckd) => volume.write_tracks(TrackNo::new(0), &first_track(ckd, label)?)?,
        Geometry::Fba(_) => {
            let mut block = [0; dasd::BLOCK_SIZE];
            block[..label.len()].copy_from_slice(&label);
            volume.write_blocks(BlockNo::new(1), &block)?;
        }
    }
    Ok(())
}

/// A wait state for whoever IPLs the volume: the program status word that stops with code 0F.
const WAIT_STATE: [u8; 24] = [
    0, 0x06, 0, 0, 0, 0, 0, 0x0F, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
];

/// Track 0 as other systems expect it: two records to IPL from, then the label.
fn first_track(ckd: &CkdGeometry, mut label: Vec<u8>) -> Result<Vec<u8>> {
    // The pointer to the volume table of contents: binary, and zero where there is none.
    label[11..16].fill(0);
    let mut slot = vec![0; ckd.slot_len()];
    let mut track = TrackBuilder::new(&mut slot, TrackAddr::new(0, 0))?;
    track.record(1, &to_ebcdic("IPL1"), &WAIT_STATE)?;
    track.record(2, &to_ebcdic("IPL2"), &[0; 144])?;
    track.record(3, &to_ebcdic("VOL1"), &label)?;
    track.finish();
    Ok(slot)
}

/// A volume that cannot exist was asked for wrongly; everything else went wrong.
fn usage(error: Error) -> Error {
    let impossible = |create: &CreateError| match create {
        CreateError::Geometry { geometry, why, .. } => {
            Some(format!("there can be no volume {geometry}: {why}"))
        }
        _ => None,
    };
    let text = match (error.downcast_ref(), error.downcast_ref()) {
        (Some(create), _) | (_, Some(ConvertError::Create(create))) => impossible(create),
        _ => None,
    };
    text.map_or(error, |text| Usage(text).into())
}

#[derive(Serialize)]
struct CreateView {
    files: Vec<PathBuf>,
    geometry: String,
    volser: Option<String>,
    format_cp: bool,
    bytes: u64,
}

impl View for CreateView {
    fn human(&self, out: &mut dyn Write) -> io::Result<()> {
        for file in &self.files {
            writeln!(out, "{}", file.display())?;
        }
        let content = match (&self.volser, self.format_cp) {
            (Some(volser), true) => format!("formatted for CP, label {volser}"),
            (Some(volser), false) => format!("label {volser}"),
            (None, _) => "no label".to_owned(),
        };
        writeln!(out, "  {}, {content}, {}", self.geometry, bytes(self.bytes))
    }
}

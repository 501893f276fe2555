//! `image`: look inside a DASD image.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::Result;
use dasd::{Access, Geometry, Volume};
use serde::Serialize;

use crate::args::ImageCommand;
use crate::exit::Outcome;
use crate::format::bytes;
use crate::output::{Output, View};

pub(crate) fn run(out: &Output, command: ImageCommand) -> Result<Outcome> {
    let ImageCommand::Info(args) = command;
    let images: Vec<_> = args.files.iter().map(|file| info(file)).collect::<Result<_>>()?;
    out.show(&ImagesView { images })?;
    Ok(Outcome::Done)
}

fn info(file: &Path) -> Result<ImageView> {
    let volume = Volume::mount_file(file, Access::Read)?;
    let (device, model, cylinders, heads, slot, blocks) = match volume.geometry() {
        Geometry::Ckd(ckd) => (
            Some(ckd.device.name),
            ckd.model().map(|model| model.name),
            Some(ckd.cylinders.get()),
            Some(ckd.heads),
            Some(ckd.slot),
            None,
        ),
        Geometry::Fba(fba) => (None, None, None, None, None, Some(fba.blocks.get())),
    };
    let label = volume.label().map(|label| LabelView {
        volser: label.volser.to_string(),
        marker: label.marker.map(|marker| marker.as_str()),
        owner: label.owner.clone(),
        vtoc: label.vtoc.map(|vtoc| {
            format!(
                "cylinder {} head {} record {}",
                vtoc.cylinder, vtoc.head, vtoc.record
            )
        }),
    });
    Ok(ImageView {
        file: file.to_owned(),
        format: volume.format_name(),
        device,
        model,
        cylinders,
        heads,
        slot,
        blocks,
        bytes: volume.geometry().size(),
        label,
        notes: volume.notes().to_vec(),
    })
}

#[derive(Serialize)]
struct ImagesView {
    images: Vec<ImageView>,
}

#[derive(Serialize)]
struct ImageView {
    file: PathBuf,
    format: &'static str,
    device: Option<&'static str>,
    model: Option<&'static str>,
    cylinders: Option<u32>,
    heads: Option<u16>,
    slot: Option<u32>,
    blocks: Option<u32>,
    bytes: u64,
    label: Option<LabelView>,
    notes: Vec<String>,
}

#[derive(Serialize)]
struct LabelView {
    volser: String,
    marker: Option<&'static str>,
    owner: String,
    vtoc: Option<String>,
}

impl View for ImagesView {
    fn human(&self, out: &mut dyn Write) -> io::Result<()> {
        for (number, image) in self.images.iter().enumerate() {
            if number > 0 {
                writeln!(out)?;
            }
            image.human(out)?;
        }
        Ok(())
    }
}

impl ImageView {
    fn human(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "{}", self.file.display())?;
        writeln!(out, "  format     {}", self.format)?;
        match (self.device, self.cylinders, self.heads, self.blocks) {
            (Some(device), Some(cylinders), Some(heads), _) => {
                let model = self
                    .model
                    .map(|model| format!(", the size of a {model}"))
                    .unwrap_or_default();
                writeln!(out, "  device     {device}{model}")?;
                writeln!(
                    out,
                    "  cylinders  {cylinders}, {heads} tracks each, {} in all",
                    cylinders * u32::from(heads)
                )?;
                writeln!(
                    out,
                    "  track      {} bytes of the image",
                    self.slot.unwrap_or_default()
                )?;
            }
            (_, _, _, Some(blocks)) => writeln!(out, "  blocks     {blocks} of 512 bytes")?,
            _ => {}
        }
        writeln!(out, "  size       {} as a plain image", bytes(self.bytes))?;
        match &self.label {
            None => writeln!(out, "  label      none")?,
            Some(label) => {
                writeln!(out, "  label      {}", label.volser)?;
                if let Some(marker) = &label.marker {
                    writeln!(out, "  CP         formatted by CP, {marker}")?;
                }
                if !label.owner.is_empty() {
                    writeln!(out, "  owner      {}", label.owner)?;
                }
                if let Some(vtoc) = &label.vtoc {
                    writeln!(out, "  VTOC       {vtoc}")?;
                }
            }
        }
        for note in &self.notes {
            writeln!(out, "  note       {note}")?;
        }
        Ok(())
    }
}

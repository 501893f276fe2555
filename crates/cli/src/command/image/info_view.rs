//! How `image info` shows a volume. The field names are those of the JSON document.

use std::io::{self, Write};
use std::path::PathBuf;

use dasd::allocation::Allocation;
use serde::Serialize;

use super::map::MapView;
use super::minidisks::UseView;
use super::survey::Survey;
use crate::format::{bytes, table};
use crate::output::View;

#[derive(Serialize)]
pub(super) struct ImagesView {
    pub(super) images: Vec<ImageView>,
}

#[derive(Default, Serialize)]
pub(super) struct ImageView {
    pub(super) file: PathBuf,
    pub(super) file_bytes: u64,
    pub(super) format: &'static str,
    pub(super) device: Option<&'static str>,
    pub(super) model: Option<&'static str>,
    pub(super) cylinders: Option<u32>,
    pub(super) heads: Option<u16>,
    pub(super) slot: Option<u32>,
    pub(super) blocks: Option<u32>,
    pub(super) bytes: u64,
    pub(super) label: Option<LabelView>,
    pub(super) allocation: Option<AllocationView>,
    pub(super) notes: Vec<String>,
    /// With --count.
    pub(super) content: Option<Survey>,
    /// With --directory.
    pub(super) minidisks: Option<UseView>,
    /// With --map.
    pub(super) map: Option<MapView>,
}

#[derive(Serialize)]
pub(super) struct LabelView {
    pub(super) volser: String,
    pub(super) marker: Option<&'static str>,
    pub(super) owner: String,
    pub(super) vtoc: Option<String>,
}

/// CP's allocation map.
#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum AllocationView {
    /// One purpose for each cylinder.
    Cylinders { allotments: Vec<AllotmentView> },
    /// The map of VM/ESA and later, whose entries are not published.
    Undeciphered { cylinders: u16, extents: bool },
}

#[derive(Serialize)]
pub(super) struct AllotmentView {
    first: u32,
    count: u32,
    purpose: String,
}

impl AllocationView {
    pub(super) fn of(allocation: &Allocation) -> Self {
        match allocation {
            Allocation::Cylinders(allotments) => Self::Cylinders {
                allotments: allotments
                    .iter()
                    .map(|allotment| AllotmentView {
                        first: allotment.first.get(),
                        count: allotment.count.get(),
                        purpose: allotment.purpose.to_string(),
                    })
                    .collect(),
            },
            Allocation::Undeciphered {
                cylinders, extents, ..
            } => Self::Undeciphered {
                cylinders: *cylinders,
                extents: *extents,
            },
        }
    }

    fn human(&self, out: &mut dyn Write) -> io::Result<()> {
        let allotments = match self {
            Self::Undeciphered { cylinders, extents } => {
                let kind = if *extents { "extents" } else { "cylinders" };
                return writeln!(
                    out,
                    "  allocated  a map of {kind} of VM/ESA or later for {cylinders} cylinders; its entries are not \
                     published"
                );
            }
            Self::Cylinders { allotments } => allotments,
        };
        for (number, allotment) in allotments.iter().enumerate() {
            let name = if number == 0 { "allocated" } else { "" };
            let run = run("cylinder", allotment.first, allotment.count);
            writeln!(out, "  {name:<10} {} {run}", allotment.purpose)?;
        }
        Ok(())
    }
}

/// Cylinders or blocks, as people write them.
fn run(unit: &str, first: u32, count: u32) -> String {
    match count {
        0 => format!("no {unit}s at {first}"),
        1 => format!("{unit} {first}"),
        _ => format!("{unit}s {first}-{}", u64::from(first) + u64::from(count) - 1),
    }
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
    /// What extents count.
    pub(super) fn unit(&self) -> &'static str {
        if self.blocks.is_some() {
            "block"
        } else {
            "cylinder"
        }
    }

    fn human(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "{}", self.file.display())?;
        writeln!(out, "  format     {}", self.format)?;
        self.show_shape(out)?;
        writeln!(
            out,
            "  size       {} as a plain image, {} in this file",
            bytes(self.bytes),
            bytes(self.file_bytes)
        )?;
        self.show_label(out)?;
        if let Some(allocation) = &self.allocation {
            allocation.human(out)?;
        }
        for note in &self.notes {
            writeln!(out, "  note       {note}")?;
        }
        if let Some(content) = &self.content {
            self.show_content(out, content)?;
        }
        if let Some(minidisks) = &self.minidisks {
            self.show_minidisks(out, minidisks)?;
        }
        self.map.as_ref().map_or(Ok(()), |map| map.human(out))
    }

    fn show_shape(&self, out: &mut dyn Write) -> io::Result<()> {
        if let Some(blocks) = self.blocks {
            return writeln!(out, "  blocks     {blocks} of 512 bytes");
        }
        let model = self
            .model
            .map(|model| format!(", the size of a {model}"))
            .unwrap_or_default();
        let (cylinders, heads) = (self.cylinders.unwrap_or_default(), self.heads.unwrap_or_default());
        writeln!(out, "  device     {}{model}", self.device.unwrap_or_default())?;
        writeln!(
            out,
            "  cylinders  {cylinders}, {heads} tracks each, {} in all",
            u64::from(cylinders) * u64::from(heads)
        )?;
        writeln!(
            out,
            "  track      {} bytes of a plain image",
            self.slot.unwrap_or_default()
        )
    }

    fn show_label(&self, out: &mut dyn Write) -> io::Result<()> {
        let Some(label) = &self.label else {
            return writeln!(out, "  label      none");
        };
        writeln!(out, "  label      {}", label.volser)?;
        let owner = match (&label.marker, label.owner.as_str()) {
            (Some(marker), "") => format!("CP ({marker})"),
            (Some(marker), owner) => format!("CP ({marker}), {owner}"),
            (None, "") => "not said on the label; CP does not own it".to_owned(),
            (None, owner) => format!("{owner}; CP does not own it"),
        };
        writeln!(out, "  owner      {owner}")?;
        match &label.vtoc {
            Some(vtoc) => writeln!(out, "  VTOC       {vtoc}"),
            None => Ok(()),
        }
    }

    fn show_content(&self, out: &mut dyn Write, content: &Survey) -> io::Result<()> {
        match content.records {
            Some(records) => writeln!(
                out,
                "  content    {} tracks with {records} records, {} unformatted",
                content.formatted, content.unformatted
            )?,
            None => writeln!(
                out,
                "  content    {} blocks, {} of zeros",
                content.formatted, content.unformatted
            )?,
        }
        if content.unreadable != 0 {
            writeln!(
                out,
                "  damaged    {} cannot be read; `ssibackup image check` says why",
                content.unreadable
            )?;
        }
        Ok(())
    }

    fn show_minidisks(&self, out: &mut dyn Write, minidisks: &UseView) -> io::Result<()> {
        let unit = self.unit();
        writeln!(
            out,
            "  minidisks  {}; {} {unit}s in none",
            minidisks.disks.len(),
            minidisks.free
        )?;
        let mut rows = Vec::new();
        for disk in &minidisks.disks {
            let mut remark = String::new();
            if disk.whole_pack {
                remark.push_str("the whole pack");
            }
            if disk.beyond_volume {
                remark.push_str("reaches beyond the end of the volume");
            }
            rows.push((disk.first, disk.count, disk.name(), disk.mode.clone(), remark));
        }
        for gap in &minidisks.gaps {
            rows.push((
                gap.first,
                gap.count,
                "-".to_owned(),
                String::new(),
                "free".to_owned(),
            ));
        }
        rows.sort_by_key(|row| row.0);
        let cells = rows
            .into_iter()
            .map(|(first, count, name, mode, remark)| {
                vec![run(unit, first, count), count.to_string(), name, mode, remark]
            })
            .collect();
        let header = ["EXTENT", "COUNT", "MINIDISK", "MODE", ""];
        for line in table(&header, &[1], cells).lines() {
            writeln!(out, "  {line}")?;
        }
        for overlap in &minidisks.overlaps {
            let [one, other] = &overlap.disks;
            let doubt = if overlap.of_subconfigs {
                "; on different members these may be different packs"
            } else {
                ""
            };
            writeln!(
                out,
                "  overlap    {}: {one} and {other}{doubt}",
                run(unit, overlap.first, overlap.count)
            )?;
        }
        Ok(())
    }
}

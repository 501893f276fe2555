//! How `tape info` shows a tape. The field names are those of the JSON document.

use std::io::{self, Write};
use std::path::PathBuf;

use serde::Serialize;
use tape::survey::Content;

use crate::format::{bytes, count, table};
use crate::output::View;

/// Damages that a person is shown; the JSON document has all that were listed.
const DAMAGES_SHOWN: usize = 50;

#[derive(Serialize)]
pub(super) struct TapesView {
    pub(super) tapes: Vec<TapeView>,
}

#[derive(Serialize)]
pub(super) struct TapeView {
    pub(super) file: PathBuf,
    pub(super) format: &'static str,
    pub(super) bytes: u64,
    pub(super) sound: bool,
    pub(super) blocks: u64,
    pub(super) block_bytes: u64,
    pub(super) tapemarks: u64,
    pub(super) files: Vec<FileView>,
    pub(super) label: Option<LabelView>,
    pub(super) datasets: Vec<DatasetView>,
    pub(super) cms: Vec<CmsView>,
    pub(super) damages: Vec<DamageView>,
    pub(super) unlisted_damages: u64,
    pub(super) problems: Vec<String>,
}

#[derive(Serialize)]
pub(super) struct FileView {
    pub(super) file: u32,
    pub(super) content: &'static str,
    pub(super) blocks: u64,
    pub(super) shortest: usize,
    pub(super) longest: usize,
    pub(super) bytes: u64,
    pub(super) image_bytes: u64,
    pub(super) tapemark: bool,
    pub(super) labels: Vec<String>,
}

#[derive(Serialize)]
pub(super) struct LabelView {
    pub(super) volser: String,
    pub(super) owner: String,
}

#[derive(Serialize)]
pub(super) struct DatasetView {
    pub(super) name: String,
    pub(super) sequence: u32,
    pub(super) volume_sequence: u32,
    pub(super) recfm: Option<String>,
    pub(super) lrecl: Option<u32>,
    pub(super) blksize: Option<u32>,
    pub(super) blocks: u64,
    pub(super) bytes: u64,
    pub(super) created: Option<String>,
    pub(super) expires: Option<String>,
    pub(super) continues: bool,
}

#[derive(Serialize)]
pub(super) struct CmsView {
    pub(super) name: String,
    pub(super) filetype: String,
    pub(super) mode: String,
    pub(super) recfm: &'static str,
    pub(super) lrecl: u32,
    pub(super) records: u32,
    pub(super) written: Option<String>,
    pub(super) tape_file: u32,
}

#[derive(Serialize)]
pub(super) struct DamageView {
    #[serde(flatten)]
    pub(super) place: PlaceView,
    pub(super) what: String,
    /// Whether reading forward yields the right data in spite of it.
    pub(super) data_readable: bool,
}

#[derive(Serialize)]
pub(super) struct PlaceView {
    pub(super) file: u32,
    pub(super) block: Option<u32>,
    pub(super) offset: u64,
}

pub(super) fn content_word(content: Content) -> &'static str {
    match content {
        Content::Empty => "empty",
        Content::Labels => "labels",
        Content::Vmfplc2 => "VMFPLC2",
        Content::TapeDump => "TAPE DUMP",
        Content::Data => "data",
    }
}

impl View for TapesView {
    fn human(&self, out: &mut dyn Write) -> io::Result<()> {
        for (number, tape) in self.tapes.iter().enumerate() {
            if number > 0 {
                writeln!(out)?;
            }
            tape.human(out)?;
        }
        Ok(())
    }
}

impl TapeView {
    fn human(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "{}", self.file.display())?;
        writeln!(out, "  format     {}", self.format)?;
        writeln!(out, "  size       {} of the image", bytes(self.bytes))?;
        writeln!(
            out,
            "  holds      {} in {}; {}",
            bytes(self.block_bytes),
            number(self.blocks, "block", "blocks"),
            number(self.tapemarks, "tapemark", "tapemarks")
        )?;
        match &self.label {
            None => writeln!(out, "  label      none")?,
            Some(label) => {
                writeln!(out, "  label      {}", label.volser)?;
                if !label.owner.is_empty() {
                    writeln!(out, "  owner      {}", label.owner)?;
                }
            }
        }
        self.files(out)?;
        self.datasets(out)?;
        self.cms(out)?;
        self.damages(out)
    }

    fn files(&self, out: &mut dyn Write) -> io::Result<()> {
        let rows = self.files.iter().map(|file| {
            vec![
                file.file.to_string(),
                file.content.to_owned(),
                file.blocks.to_string(),
                file.shortest.to_string(),
                file.longest.to_string(),
                file.bytes.to_string(),
            ]
        });
        let header = ["tape file", "holds", "blocks", "shortest", "longest", "bytes"];
        section(out, &header, &[0, 2, 3, 4, 5], rows.collect())
    }

    fn datasets(&self, out: &mut dyn Write) -> io::Result<()> {
        let number = |number: Option<u32>| number.map_or("-".to_owned(), |number| number.to_string());
        let rows = self.datasets.iter().map(|dataset| {
            let mut notes = Vec::new();
            if dataset.volume_sequence > 1 {
                notes.push(format!("part {}", dataset.volume_sequence));
            }
            if dataset.continues {
                notes.push("continues on the next volume".to_owned());
            }
            vec![
                dataset.name.clone(),
                dataset.recfm.clone().unwrap_or("-".to_owned()),
                number(dataset.lrecl),
                number(dataset.blksize),
                dataset.blocks.to_string(),
                dataset.bytes.to_string(),
                dataset.created.clone().unwrap_or("-".to_owned()),
                notes.join(", "),
            ]
        });
        let header = [
            "dataset", "recfm", "lrecl", "blksize", "blocks", "bytes", "created", "",
        ];
        section(out, &header, &[2, 3, 4, 5], rows.collect())
    }

    fn cms(&self, out: &mut dyn Write) -> io::Result<()> {
        let rows = self.cms.iter().map(|file| {
            vec![
                format!("{:8} {:8} {}", file.name, file.filetype, file.mode),
                file.recfm.to_owned(),
                file.lrecl.to_string(),
                file.records.to_string(),
                file.written.clone().unwrap_or("-".to_owned()),
                file.tape_file.to_string(),
            ]
        });
        let header = ["CMS file", "recfm", "lrecl", "records", "written", "tape file"];
        section(out, &header, &[2, 3, 5], rows.collect())
    }

    fn damages(&self, out: &mut dyn Write) -> io::Result<()> {
        if self.sound {
            return Ok(());
        }
        writeln!(out)?;
        for damage in self.damages.iter().take(DAMAGES_SHOWN) {
            let block = damage
                .place
                .block
                .map_or(String::new(), |block| format!(", block {block}"));
            writeln!(
                out,
                "damage     file {}{block} (offset {}): {}",
                damage.place.file, damage.place.offset, damage.what
            )?;
        }
        let hidden = u64::try_from(self.damages.len().saturating_sub(DAMAGES_SHOWN)).unwrap_or(u64::MAX);
        let hidden = hidden.saturating_add(self.unlisted_damages);
        if hidden != 0 {
            writeln!(out, "damage     and {hidden} more")?;
        }
        for problem in &self.problems {
            writeln!(out, "problem    {problem}")?;
        }
        Ok(())
    }
}

fn number(number: u64, one: &str, many: &str) -> String {
    count(usize::try_from(number).unwrap_or(usize::MAX), one, many)
}

/// A table under an empty line; nothing when it has no rows.
fn section(out: &mut dyn Write, header: &[&str], right: &[usize], rows: Vec<Vec<String>>) -> io::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{}", table(header, right, rows))
}

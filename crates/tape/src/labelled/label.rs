//! The labels themselves: VOL1, and HDR, EOV and EOF 1 and 2.

use super::date::LabelDate;
use super::text::{BadField, Fields, LABEL_LEN, Line};
use crate::recfm::{Control, Form, RecordFormat};

/// The VOL1 label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VolumeLabel {
    /// The volume serial, 1 to 6 characters.
    pub volser: String,
    /// The access code; `0` when there is none, blank on tapes that Hercules made.
    pub access: char,
    /// The owner, up to 10 characters.
    pub owner: String,
}

impl VolumeLabel {
    /// The label of a volume that anybody may read.
    pub fn new(volser: &str, owner: &str) -> VolumeLabel {
        VolumeLabel {
            volser: volser.to_owned(),
            access: ' ',
            owner: owner.to_owned(),
        }
    }

    pub(super) fn parse(block: &[u8; LABEL_LEN]) -> VolumeLabel {
        let fields = Fields(block);
        VolumeLabel {
            volser: fields.text(4, 6),
            access: fields.letter(10),
            owner: fields.text(41, 10),
        }
    }

    pub(super) fn encode(&self) -> [u8; LABEL_LEN] {
        let mut line = Line::new("VOL1");
        line.text(4, 6, &self.volser);
        line.text(10, 1, self.access.encode_utf8(&mut [0; 4]));
        line.text(41, 10, &self.owner);
        line.finish()
    }
}

/// What a dataset label stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// HDR: before the data.
    Header,
    /// EOF: after the data.
    EndOfFile,
    /// EOV: after the part of the data that is on this volume; the next volume has more.
    EndOfVolume,
}

impl Role {
    pub(super) fn prefix(self) -> &'static str {
        match self {
            Role::Header => "HDR",
            Role::EndOfFile => "EOF",
            Role::EndOfVolume => "EOV",
        }
    }

    pub(super) fn of(name: &str) -> Option<Role> {
        [Role::Header, Role::EndOfFile, Role::EndOfVolume]
            .into_iter()
            .find(|role| name.starts_with(role.prefix()))
    }
}

/// Label 1 of a dataset: what it is called and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DatasetLabel {
    /// The dataset name: its last 17 characters when it is longer.
    pub name: String,
    /// The serial of the first volume of the set.
    pub set: String,
    /// Which volume of the set this is, from 1.
    pub volume_sequence: u32,
    /// Which dataset of the set this is, from 1.
    pub dataset_sequence: u32,
    /// Generation and version of a generation data set; none when the columns are blank.
    pub generation: Option<(u32, u32)>,
    /// When it was written.
    pub created: Option<LabelDate>,
    /// Until when it must not be overwritten.
    pub expires: Option<LabelDate>,
    /// `0` when there is no protection.
    pub security: char,
    /// In EOF and EOV labels: blocks of data on this volume. In HDR labels 0.
    pub blocks: u64,
    /// The system that wrote it.
    pub system: String,
}

impl DatasetLabel {
    pub(super) fn parse(block: &[u8; LABEL_LEN]) -> Result<DatasetLabel, BadField> {
        let fields = Fields(block);
        let date = |column, field| {
            LabelDate::parse(&columns(&fields, column, 6)).map_err(|_| fields.bad(column, 6, field))
        };
        let generation = match fields.text(35, 6).as_str() {
            "" => None,
            _ => Some((
                fields.small(35, 4, "generation number")?,
                fields.small(39, 2, "version number")?,
            )),
        };
        Ok(DatasetLabel {
            name: fields.text(4, 17),
            set: fields.text(21, 6),
            volume_sequence: fields.small(27, 4, "volume sequence number")?,
            dataset_sequence: fields.small(31, 4, "dataset sequence number")?,
            generation,
            created: date(41, "creation date")?,
            expires: date(47, "expiration date")?,
            security: fields.letter(53),
            blocks: fields.number(54, 6, "block count")?
                + fields.number(76, 4, "high part of the block count")? * 1_000_000,
            system: fields.text(60, 13),
        })
    }

    pub(super) fn encode(&self, role: Role) -> [u8; LABEL_LEN] {
        let mut line = Line::new(&format!("{}1", role.prefix()));
        line.text(4, 17, &self.name);
        line.text(21, 6, &self.set);
        line.number(27, 4, u64::from(self.volume_sequence));
        line.number(31, 4, u64::from(self.dataset_sequence));
        if let Some((generation, version)) = self.generation {
            line.number(35, 4, u64::from(generation));
            line.number(39, 2, u64::from(version));
        }
        line.text(41, 6, &LabelDate::columns(self.created));
        line.text(47, 6, &LabelDate::columns(self.expires));
        line.text(53, 1, self.security.encode_utf8(&mut [0; 4]));
        line.number(54, 6, self.blocks);
        line.text(60, 13, &self.system);
        if self.blocks >= 1_000_000 {
            line.number(76, 4, self.blocks / 1_000_000);
        }
        line.finish()
    }

    /// Whether this is the dataset that is called so. Labels hold the last 17 characters of a longer name.
    pub fn is_named(&self, name: &str) -> bool {
        self.name == last_characters(name)
    }

    /// Whether two labels speak of the same dataset.
    pub(super) fn same_dataset(&self, other: &DatasetLabel) -> bool {
        self.name == other.name && self.dataset_sequence == other.dataset_sequence
    }
}

/// What a label holds of a dataset name.
pub(super) fn last_characters(name: &str) -> &str {
    let cut = name
        .char_indices()
        .rev()
        .nth(NAME_MAX - 1)
        .map_or(0, |(at, _)| at);
    &name[cut..]
}

/// Characters of a dataset name in a label.
const NAME_MAX: usize = 17;

fn columns(fields: &Fields<'_>, column: usize, length: usize) -> String {
    crate::ebcdic::from_ebcdic(&fields.0[column..column + length])
}

/// Label 2 of a dataset: how its records lie in its blocks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormatLabel {
    /// The record format.
    pub format: RecordFormat,
    /// The density code: `3` is 1600, `4` is 6250 bytes per inch; blank on cartridges.
    pub density: char,
    /// `0` on the first volume of a dataset, `1` after a volume switch.
    pub position: char,
    /// Job and step that wrote it, with a slash between.
    pub job: String,
}

impl FormatLabel {
    pub(super) fn parse(block: &[u8; LABEL_LEN]) -> Result<FormatLabel, BadField> {
        let fields = Fields(block);
        let form = match fields.letter(4) {
            'F' => Form::Fixed,
            'V' => Form::Variable,
            'U' => Form::Undefined,
            _ => return Err(fields.bad(4, 1, "record format")),
        };
        let control = match fields.letter(36) {
            'A' => Control::Asa,
            'M' => Control::Machine,
            _ => Control::None,
        };
        let (blocked, spanned) = match fields.letter(38) {
            'B' => (true, false),
            'S' => (false, true),
            'R' => (true, true),
            _ => (false, false),
        };
        let block_length = match fields.small(5, 5, "block length")? {
            // Blocks above 32,760 bytes have their length in a field of its own.
            0 => fields.number(70, 10, "large block length")?,
            length => u64::from(length),
        };
        let block_length =
            u32::try_from(block_length).map_err(|_| fields.bad(70, 10, "large block length"))?;
        let record_length = fields.small(10, 5, "record length")?;
        Ok(FormatLabel {
            format: RecordFormat {
                form,
                blocked,
                spanned,
                control,
                block_length,
                record_length,
            },
            density: fields.letter(15),
            position: fields.letter(16),
            job: fields.text(17, 17),
        })
    }

    pub(super) fn encode(&self, role: Role) -> [u8; LABEL_LEN] {
        let mut line = Line::new(&format!("{}2", role.prefix()));
        let format = &self.format;
        line.text(4, 1, format.form.letter());
        if format.block_length > 32_760 {
            line.number(5, 5, 0);
            line.number(70, 10, u64::from(format.block_length));
        } else {
            line.number(5, 5, u64::from(format.block_length));
        }
        line.number(10, 5, u64::from(format.record_length));
        line.text(15, 1, self.density.encode_utf8(&mut [0; 4]));
        line.text(16, 1, self.position.encode_utf8(&mut [0; 4]));
        line.text(17, 17, &self.job);
        line.text(36, 1, format.control.letter());
        line.text(38, 1, format.attribute());
        line.finish()
    }
}

#[cfg(test)]
#[path = "label_tests.rs"]
mod tests;

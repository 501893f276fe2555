//! Writing datasets to a set of labelled volumes.

use super::date::LabelDate;
use super::error::LabelWriteError;
use super::label::{DatasetLabel, FormatLabel, Role, VolumeLabel, last_characters};
use super::text::LABEL_LEN;
use crate::bytes::TapeBytes;
use crate::drive::Drive;
use crate::ebcdic;
use crate::recfm::RecordFormat;

/// What a dataset is to be called, and how its label describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DatasetSpec {
    /// The dataset name; labels hold its last 17 characters.
    pub name: String,
    /// The record format for label 2; without one there is no label 2.
    pub format: Option<RecordFormat>,
    /// When it is written. The crate reads no clock.
    pub created: Option<LabelDate>,
    /// Until when it must not be overwritten.
    pub expires: Option<LabelDate>,
    /// The name of the writing system, up to 13 characters.
    pub system: String,
}

/// Whether the volume has room for more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    /// It has.
    Left,
    /// The end of the volume is near, as a drive signals it: continue the dataset on the next one.
    EndOfVolume,
}

/// Writes datasets, one after the other, over the volumes of a set.
#[derive(Debug)]
pub struct LabelledWriter<B> {
    drive: Drive<B>,
    volume: VolumeLabel,
    /// The serial of the first volume.
    set: String,
    volume_sequence: u32,
    datasets: u32,
    capacity: Option<u64>,
    unfinished: bool,
}

impl<B: TapeBytes> LabelledWriter<B> {
    /// Labels a volume; whatever was on the tape is gone. `capacity` is how many bytes of image a volume may
    /// have before [`Room::EndOfVolume`] is signalled.
    ///
    /// # Errors
    /// The volume serial or the owner fit no label, or the image cannot be written.
    pub fn create(
        mut drive: Drive<B>,
        volume: VolumeLabel,
        capacity: Option<u64>,
    ) -> Result<LabelledWriter<B>, LabelWriteError> {
        label_volume(&mut drive, &volume)?;
        let set = volume.volser.clone();
        Ok(LabelledWriter {
            drive,
            volume,
            set,
            volume_sequence: 1,
            datasets: 0,
            capacity,
            unfinished: false,
        })
    }

    /// Begins a dataset. It must be finished before the next one begins.
    ///
    /// # Errors
    /// A text fits no label, the dataset before was not finished, or the image cannot be written.
    pub fn begin(&mut self, spec: &DatasetSpec) -> Result<DatasetWriter<'_, B>, LabelWriteError> {
        self.refuse_unfinished()?;
        let name = dataset_name(&spec.name)?;
        check(
            "system code",
            &spec.system,
            0,
            13,
            "it has at most 13 characters of code page 037",
        )?;
        let label = DatasetLabel {
            name,
            set: self.set.clone(),
            volume_sequence: self.volume_sequence,
            dataset_sequence: self.datasets + 1,
            generation: None,
            created: spec.created,
            expires: spec.expires,
            security: '0',
            blocks: 0,
            system: spec.system.clone(),
        };
        let format = spec.format.map(|format| FormatLabel {
            format,
            density: ' ',
            position: '0',
            job: String::new(),
        });
        let mut writer = DatasetWriter {
            tape: self,
            label,
            format,
        };
        writer.labels(Role::Header)?;
        writer.tape.datasets += 1;
        writer.tape.unfinished = true;
        Ok(writer)
    }

    /// Ends the tape with its last tapemark. A volume without datasets gets the placeholder header that
    /// initialised tapes have.
    ///
    /// # Errors
    /// A dataset was not finished, or the image cannot be written.
    pub fn finish(mut self) -> Result<Drive<B>, LabelWriteError> {
        self.refuse_unfinished()?;
        if self.datasets == 0 {
            self.drive.write_block(&placeholder())?;
        }
        self.drive.write_mark()?;
        Ok(self.drive)
    }

    fn refuse_unfinished(&self) -> Result<(), LabelWriteError> {
        match self.unfinished {
            true => Err(LabelWriteError::Unfinished {
                volser: self.volume.volser.clone(),
            }),
            false => Ok(()),
        }
    }
}

/// Writes the blocks of one dataset.
#[derive(Debug)]
pub struct DatasetWriter<'a, B> {
    tape: &'a mut LabelledWriter<B>,
    /// Its block count is that of the current volume.
    label: DatasetLabel,
    format: Option<FormatLabel>,
}

impl<B: TapeBytes> DatasetWriter<'_, B> {
    /// Writes a block, and says whether there is room for more.
    ///
    /// # Errors
    /// As [`Drive::write_block`].
    pub fn write_block(&mut self, block: &[u8]) -> Result<Room, LabelWriteError> {
        self.tape.drive.write_block(block)?;
        self.label.blocks += 1;
        let full = self
            .tape
            .capacity
            .is_some_and(|capacity| self.tape.drive.length() >= capacity);
        Ok(if full { Room::EndOfVolume } else { Room::Left })
    }

    /// Ends this volume in the middle of the dataset and continues on the next one. Returns the full volume.
    ///
    /// # Errors
    /// The labels of the next volume fit none, or an image cannot be written.
    pub fn next_volume(&mut self, next: Drive<B>, volume: VolumeLabel) -> Result<Drive<B>, LabelWriteError> {
        let mut next = next;
        label_volume(&mut next, &volume)?;
        self.tape.drive.write_mark()?;
        self.labels(Role::EndOfVolume)?;
        self.tape.drive.write_mark()?;
        let full = std::mem::replace(&mut self.tape.drive, next);
        self.tape.volume = volume;
        self.tape.volume_sequence += 1;
        self.label.volume_sequence += 1;
        self.label.blocks = 0;
        if let Some(format) = &mut self.format {
            format.position = '1';
        }
        self.labels(Role::Header)?;
        Ok(full)
    }

    /// Ends the dataset with its trailer.
    ///
    /// # Errors
    /// The image cannot be written.
    pub fn finish(mut self) -> Result<(), LabelWriteError> {
        self.tape.drive.write_mark()?;
        self.labels(Role::EndOfFile)?;
        self.tape.unfinished = false;
        Ok(())
    }

    /// Writes a group of labels and the tapemark behind it.
    fn labels(&mut self, role: Role) -> Result<(), LabelWriteError> {
        self.tape.drive.write_block(&self.label.encode(role))?;
        if let Some(format) = &self.format {
            self.tape.drive.write_block(&format.encode(role))?;
        }
        self.tape.drive.write_mark()?;
        Ok(())
    }
}

/// A dataset name for a file of this name: what names do not allow becomes a hyphen, and qualifiers that begin
/// with none of the allowed letters are given one.
pub fn dataset_name_of(file_name: &str) -> String {
    let qualifiers = file_name.to_uppercase();
    let qualifiers = qualifiers
        .split('.')
        .filter(|qualifier| !qualifier.is_empty())
        .map(|qualifier| {
            let legal = |letter: char| {
                letter.is_ascii_uppercase() || letter.is_ascii_digit() || "@#$-".contains(letter)
            };
            let text: String = qualifier
                .chars()
                .map(|letter| if legal(letter) { letter } else { '-' })
                .collect();
            let begins =
                text.starts_with(|letter: char| letter.is_ascii_uppercase() || "@#$".contains(letter));
            let text = if begins { text } else { format!("D{text}") };
            text.chars().take(8).collect::<String>()
        });
    let name = qualifiers.take(NAME_QUALIFIERS).collect::<Vec<_>>().join(".");
    if name.is_empty() { "DATA".to_owned() } else { name }
}

/// Five qualifiers of eight letters are 44 characters, the longest name.
const NAME_QUALIFIERS: usize = 5;

fn label_volume<B: TapeBytes>(drive: &mut Drive<B>, volume: &VolumeLabel) -> Result<(), LabelWriteError> {
    let rule = "it has 1 to 6 upper-case letters, digits, @, # or $";
    check("volume serial", &volume.volser, 1, 6, rule)?;
    let national =
        |letter: char| letter.is_ascii_uppercase() || letter.is_ascii_digit() || "@#$".contains(letter);
    if !volume.volser.chars().all(national) {
        return Err(LabelWriteError::Field {
            field: "volume serial",
            text: volume.volser.clone(),
            rule,
        });
    }
    check(
        "owner",
        &volume.owner,
        0,
        10,
        "it has at most 10 characters of code page 037",
    )?;
    drive.rewind();
    drive.write_block(&volume.encode())?;
    Ok(())
}

/// The name as labels hold it.
fn dataset_name(name: &str) -> Result<String, LabelWriteError> {
    let rule = "it has 1 to 44 upper-case letters, digits, @, #, $, hyphens and dots";
    check("dataset name", name, 1, 44, rule)?;
    let allowed =
        |letter: char| letter.is_ascii_uppercase() || letter.is_ascii_digit() || "@#$-.".contains(letter);
    if !name.chars().all(allowed) {
        return Err(LabelWriteError::Field {
            field: "dataset name",
            text: name.to_owned(),
            rule,
        });
    }
    Ok(last_characters(name).to_owned())
}

fn check(
    field: &'static str,
    text: &str,
    min: usize,
    max: usize,
    rule: &'static str,
) -> Result<(), LabelWriteError> {
    let letters = text.chars().count();
    let known = ebcdic::from_ebcdic(&ebcdic::to_ebcdic(text)) == text;
    if (min..=max).contains(&letters) && known && text.trim() == text {
        return Ok(());
    }
    Err(LabelWriteError::Field {
        field,
        text: text.to_owned(),
        rule,
    })
}

/// `HDR1` and zeros, as IEHINITT writes it.
fn placeholder() -> [u8; LABEL_LEN] {
    let mut label = [0xF0; LABEL_LEN];
    ebcdic::fill(&mut label[..4], "HDR1");
    label
}

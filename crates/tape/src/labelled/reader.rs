//! Reading the datasets of a set of labelled volumes.

use std::collections::VecDeque;

use super::error::LabelError;
use super::label::{DatasetLabel, FormatLabel, Role, VolumeLabel};
use super::text::{BadField, LABEL_LEN, label_name};
use crate::bytes::TapeBytes;
use crate::drive::{Drive, Fetched, Item, Position};
use crate::ebcdic::from_ebcdic;

/// A dataset as its header labels describe it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dataset {
    /// HDR1.
    pub label: DatasetLabel,
    /// HDR2; old tapes have none.
    pub format: Option<FormatLabel>,
}

/// Reads datasets, one after the other, over the volumes of a set.
#[derive(Debug)]
pub struct LabelledReader<B> {
    drive: Drive<B>,
    waiting: VecDeque<Drive<B>>,
    volume: VolumeLabel,
    state: State,
    /// Whether only this volume is of interest, whatever comes before and behind it.
    alone: bool,
    /// Whether the last dataset goes on behind the last volume.
    continues: bool,
}

#[derive(Debug)]
enum State {
    /// Before header labels, or before the tapemark that ends everything.
    Between { first: bool },
    /// In the data of a dataset.
    Inside { label: DatasetLabel, blocks: u64 },
    /// Behind the last dataset.
    Done,
}

/// A group of labels up to its tapemark.
struct Group {
    role: Role,
    dataset: Dataset,
}

impl<B: TapeBytes> LabelledReader<B> {
    /// Opens one volume.
    ///
    /// # Errors
    /// It has no VOL1 label, or cannot be read.
    pub fn open(drive: Drive<B>) -> Result<LabelledReader<B>, LabelError> {
        LabelledReader::open_set(drive, Vec::new())
    }

    /// Opens a set of volumes: the first, and those that continue it in their order.
    ///
    /// # Errors
    /// The first one has no VOL1 label, or cannot be read.
    pub fn open_set(mut first: Drive<B>, others: Vec<Drive<B>>) -> Result<LabelledReader<B>, LabelError> {
        let volume = volume_label(&mut first)?;
        let state = State::Between { first: true };
        Ok(LabelledReader {
            drive: first,
            waiting: others.into(),
            volume,
            state,
            alone: false,
            continues: false,
        })
    }

    /// Opens any one volume of a set, for a listing: datasets may begin before it and go on behind it. Block
    /// counts are those of the part that is on this volume.
    ///
    /// # Errors
    /// It has no VOL1 label, or cannot be read.
    pub fn open_alone(drive: Drive<B>) -> Result<LabelledReader<B>, LabelError> {
        let mut reader = LabelledReader::open(drive)?;
        reader.alone = true;
        Ok(reader)
    }

    /// Whether the last dataset of a volume that was opened alone goes on behind it.
    pub fn continues_behind(&self) -> bool {
        self.continues
    }

    /// The label of the volume that is being read.
    pub fn volume(&self) -> &VolumeLabel {
        &self.volume
    }

    /// Volumes that were not needed so far; after the last dataset there should be none.
    pub fn volumes_left(&self) -> usize {
        self.waiting.len()
    }

    /// The next dataset, or none behind the last one. Passes what was not read of the one before.
    ///
    /// # Errors
    /// Labels or image are damaged. [`LabelError::BlockCount`] and [`LabelError::OtherDataset`] speak of the
    /// dataset before; the call after them goes on with the next one.
    pub fn next_dataset(&mut self) -> Result<Option<Dataset>, LabelError> {
        while self.read_block()?.is_some() {}
        let State::Between { first } = self.state else {
            return Ok(None);
        };
        let Some(group) = self.group("an HDR1 label or a tapemark", &[Role::Header])? else {
            self.state = State::Done;
            return Ok(None);
        };
        let label = &group.dataset.label;
        if is_placeholder(label) {
            self.state = State::Done;
            return Ok(None);
        }
        if first && label.volume_sequence > 1 && !self.alone {
            return Err(LabelError::NotFirstVolume {
                volser: self.volume.volser.clone(),
                sequence: label.volume_sequence,
                first: label.set.clone(),
            });
        }
        self.state = State::Inside {
            label: label.clone(),
            blocks: 0,
        };
        Ok(Some(group.dataset))
    }

    /// The next block of the dataset, from the next volume where it continues there; none at its end.
    ///
    /// # Errors
    /// Image or trailer labels are damaged, the block count is wrong, or the next volume is missing or wrong.
    pub fn read_block(&mut self) -> Result<Option<&[u8]>, LabelError> {
        loop {
            let State::Inside { blocks, .. } = &mut self.state else {
                return Ok(None);
            };
            let fetched = self.drive.fetch()?;
            match &fetched {
                Fetched::Stored | Fetched::Plain => {
                    *blocks += 1;
                    let Item::Block(block) = self.drive.item(fetched) else {
                        return Ok(None);
                    };
                    return Ok(Some(block));
                }
                Fetched::Mark => self.trailer()?,
                Fetched::End => {
                    let expected = "the rest of the dataset and its trailer labels";
                    let error = self.unexpected(self.drive.position(), expected, Item::End);
                    self.state = State::Done;
                    return Err(error);
                }
            }
        }
    }

    /// Ends the search: the drive of the volume that was read last.
    pub fn into_drive(self) -> Drive<B> {
        self.drive
    }

    /// Reads the trailer and decides where the dataset goes on.
    fn trailer(&mut self) -> Result<(), LabelError> {
        let State::Inside {
            label: header,
            blocks,
        } = std::mem::replace(&mut self.state, State::Done)
        else {
            return Ok(());
        };
        let roles = [Role::EndOfFile, Role::EndOfVolume];
        let expected = "an EOF1 or EOV1 label";
        let Some(Group { role, dataset }) = self.group(expected, &roles)? else {
            let at = self.drive.position();
            return Err(self.unexpected(at, expected, Item::Mark));
        };
        let trailer = dataset.label;
        self.state = State::Between { first: false };
        let tape = self.drive.name().to_owned();
        if !header.same_dataset(&trailer) {
            return Err(LabelError::OtherDataset {
                tape,
                header: header.name,
                trailer: trailer.name,
            });
        }
        // Only the low six digits are counted by systems that know no high ones.
        let says = trailer.blocks;
        if says != blocks && !(says < 1_000_000 && says == blocks % 1_000_000) {
            return Err(LabelError::BlockCount {
                tape,
                dataset: header.name,
                says,
                is: blocks,
            });
        }
        if role == Role::EndOfVolume {
            self.state = State::Done;
            self.continues = self.alone;
            if !self.alone {
                self.next_volume(&header)?;
            }
        }
        Ok(())
    }

    /// Mounts the next volume and finds the rest of the dataset on it.
    fn next_volume(&mut self, before: &DatasetLabel) -> Result<(), LabelError> {
        let Some(drive) = self.waiting.pop_front() else {
            let (dataset, volser) = (before.name.clone(), self.volume.volser.clone());
            return Err(LabelError::NextVolumeMissing { dataset, volser });
        };
        self.drive = drive;
        self.volume = volume_label(&mut self.drive)?;
        let sequence = before.volume_sequence.saturating_add(1);
        let group = self.group("the HDR1 label of the continued dataset", &[Role::Header])?;
        let found = match group {
            Some(Group {
                dataset: Dataset { label, .. },
                ..
            }) => {
                let continues = label.same_dataset(before)
                    && label.set == before.set
                    && label.volume_sequence == sequence;
                if continues {
                    self.state = State::Inside { label, blocks: 0 };
                    return Ok(());
                }
                format!(
                    "volume {} of set {} with {}",
                    label.volume_sequence, label.set, label.name
                )
            }
            None => "no dataset".to_owned(),
        };
        Err(LabelError::WrongVolume {
            volser: self.volume.volser.clone(),
            dataset: before.name.clone(),
            set: before.set.clone(),
            sequence,
            found,
        })
    }

    /// Reads a group of labels and the tapemark behind it; none when there is a tapemark or nothing at all.
    fn group(&mut self, expected: &'static str, roles: &[Role]) -> Result<Option<Group>, LabelError> {
        let at = self.drive.position();
        let Some(first) = next_label(&mut self.drive)? else {
            return Ok(None);
        };
        let name = label_name(&first).unwrap_or_default();
        let role = Role::of(&name).filter(|role| roles.contains(role) && name.ends_with('1'));
        let (Some(role), Ok(block)) = (role, <&[u8; LABEL_LEN]>::try_from(&first[..])) else {
            self.drive.locate(at);
            return Err(self.unexpected(at, expected, Item::Block(&first)));
        };
        let label = DatasetLabel::parse(block).map_err(|source| self.bad_field(at, source))?;
        let mut dataset = Dataset { label, format: None };
        loop {
            let at = self.drive.position();
            let Some(block) = next_label(&mut self.drive)? else {
                return Ok(Some(Group { role, dataset }));
            };
            // User labels (UHL, UTL) and labels 3 to 8 tell us nothing.
            let second = label_name(&block).is_some_and(|name| name == format!("{}2", role.prefix()));
            if let (true, Ok(block)) = (second, <&[u8; LABEL_LEN]>::try_from(&block[..])) {
                let format = FormatLabel::parse(block).map_err(|source| self.bad_field(at, source))?;
                dataset.format = Some(format);
            }
        }
    }

    fn bad_field(&self, at: Position, source: BadField) -> LabelError {
        LabelError::Field {
            tape: self.drive.name().to_owned(),
            place: at.place(),
            source,
        }
    }

    fn unexpected(&self, at: Position, expected: &'static str, item: Item<'_>) -> LabelError {
        let found = match item {
            Item::End => "the end of the tape".to_owned(),
            Item::Mark => "a tapemark".to_owned(),
            Item::Block(block) => match label_name(block) {
                Some(name) => format!("{name:?}"),
                None => format!("a block of {} bytes", block.len()),
            },
        };
        LabelError::Unexpected {
            tape: self.drive.name().to_owned(),
            place: at.place(),
            expected,
            found,
        }
    }
}

/// The bytes of the next block; none at a tapemark, which is passed, or at the end. A block that is longer than
/// a label keeps only its beginning, which is enough to complain about it.
fn next_label<B: TapeBytes>(drive: &mut Drive<B>) -> Result<Option<Vec<u8>>, LabelError> {
    match drive.read()? {
        Item::Block(block) => Ok(Some(block[..block.len().min(LABEL_LEN + 1)].to_vec())),
        Item::Mark | Item::End => Ok(None),
    }
}

/// Reads VOL1 and passes the other volume labels.
fn volume_label<B: TapeBytes>(drive: &mut Drive<B>) -> Result<VolumeLabel, LabelError> {
    drive.rewind();
    let not_labelled = LabelError::NotLabelled {
        tape: drive.name().to_owned(),
    };
    let label = match drive.read()? {
        Item::Block(block) if label_name(block).is_some_and(|name| name == "VOL1") => {
            <&[u8; LABEL_LEN]>::try_from(block)
                .map(VolumeLabel::parse)
                .map_err(|_| not_labelled)?
        }
        _ => return Err(not_labelled),
    };
    loop {
        let at = drive.position();
        let more = match drive.read()? {
            Item::Block(block) => {
                label_name(block).is_some_and(|name| name.starts_with("VOL") || name.starts_with("UVL"))
            }
            Item::Mark | Item::End => false,
        };
        if !more {
            drive.locate(at);
            return Ok(label);
        }
    }
}

/// Whether this header only fills the place of one, on a volume that was initialised and never written.
fn is_placeholder(label: &DatasetLabel) -> bool {
    !label.name.is_empty() && from_zeros(&label.name) && from_zeros(&label.set)
}

fn from_zeros(text: &str) -> bool {
    text.bytes().all(|byte| byte == b'0')
}

/// The text of a label, for listings.
pub(crate) fn label_text(block: &[u8]) -> Option<String> {
    let name = label_name(block)?;
    let known = ["VOL", "UVL", "HDR", "UHL", "EOF", "EOV", "UTL"]
        .iter()
        .any(|&prefix| name.starts_with(prefix));
    let numbered = name.chars().nth(3).is_some_and(|digit| digit.is_ascii_digit());
    (known && numbered).then(|| from_ebcdic(block))
}

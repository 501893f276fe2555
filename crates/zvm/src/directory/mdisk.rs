//! The MDISK statement in all its forms.

use std::str::FromStr;

use dasd::Volser;

use crate::{
    directory::{
        entry::{Length, LinkPassword, Mdisk, MdiskSpace, MdiskVolume},
        record::Record,
    },
    link_mode::Mode,
    names::Vdev,
    parsed::Complaints,
    place::Place,
    text::{source::Source, word::Word},
};

/// Allocation words of DirMaint that may stand where the start should be.
fn is_allocation_word(word: Word<'_>) -> bool {
    let exact = ["AUTOG", "AUTOR", "AUTOV"].iter().any(|known| word.is(known));
    exact
        || word.bytes.get(..4).is_some_and(|start| {
            ["GBLK", "RBLK", "VBLK"]
                .iter()
                .any(|known| start.eq_ignore_ascii_case(known.as_bytes()))
        })
}

/// Reads the operands after MDISK; None, with an error, when there is no extent to speak of.
pub(super) fn parse(source: &Source, record: &Record<'_>, complaints: &mut Complaints) -> Option<Box<Mdisk>> {
    let operands = record.operands();
    let (Some(vdev_word), Some(device), Some(start)) = (operands.first(), operands.get(1), operands.get(2))
    else {
        complaints.error(
            record.place(source),
            "MDISK needs a device number, a device type and an extent",
        );
        return None;
    };
    let vdev = match Vdev::from_str(&vdev_word.upper()) {
        Ok(vdev) => vdev_word.located(source, vdev),
        Err(error) => {
            complaints.error(vdev_word.place(source), error.to_string());
            return None;
        }
    };
    let (space, taken) = space(source, record, *start, &operands[3..], complaints)?;
    let of_space = operands.get(2..3 + taken).unwrap_or(&operands[2..]);
    let rest = operands.get(3 + taken..).unwrap_or_default();
    let (mode, passwords) = mode_and_passwords(source, rest, complaints);
    Some(Box::new(Mdisk {
        vdev,
        device: device.upper(),
        space,
        space_place: on_one_line(source, of_space),
        mode,
        mode_place: rest.first().map(|word| word.place(source)),
        passwords,
        minidisk_options: Vec::new(),
        dasd_options: Vec::new(),
        place: record.place(source),
    }))
}

/// From the first word to the last, when they are on one line.
fn on_one_line(source: &Source, words: &[Word<'_>]) -> Option<Place> {
    let (first, last) = (words.first()?, words.last()?);
    let len = last.column + last.bytes.len() - first.column.min(last.column);
    (first.line == last.line).then(|| source.place(first.line, first.column, len))
}

/// The extent, and how many of the words after `start` belong to it.
fn space(
    source: &Source,
    record: &Record<'_>,
    start: Word<'_>,
    rest: &[Word<'_>],
    complaints: &mut Complaints,
) -> Option<(MdiskSpace, usize)> {
    if is_allocation_word(start) {
        let operands = rest.iter().take(2).map(Word::upper).collect::<Vec<_>>().join(" ");
        let text = format!(
            "{} was never resolved into an extent; the minidisk has no space",
            start.upper()
        );
        complaints.warning(start.place(source), text);
        return Some((
            MdiskSpace::Allocation {
                word: start.located(source, start.upper()),
                operands,
            },
            2,
        ));
    }
    let Some(second) = rest.first().copied() else {
        complaints.error(record.place(source), "the extent of this MDISK is not complete");
        return None;
    };
    let mut amount = |what: &str| {
        let number = second.number();
        if number.is_none() {
            complaints.error(
                second.place(source),
                format!("{what} must be a decimal number, not {:?}", second.upper()),
            );
        }
        number
    };
    if start.is("DEVNO") {
        return match second.device_number() {
            Some(rdev) => Some((MdiskSpace::Devno(rdev), 1)),
            None => {
                complaints.error(
                    second.place(source),
                    "DEVNO needs a device number of 1 to 4 hexadecimal digits",
                );
                None
            }
        };
    }
    if start.is("T-DISK") {
        return Some((MdiskSpace::TDisk(amount("the size of a T-DISK")?), 1));
    }
    if start.is("V-DISK") {
        return Some((MdiskSpace::VDisk(amount("the size of a V-DISK")?), 1));
    }
    extent(source, record, start, second, rest.get(1).copied(), complaints).map(|space| (space, 2))
}

fn extent(
    source: &Source,
    record: &Record<'_>,
    start: Word<'_>,
    length: Word<'_>,
    volume: Option<Word<'_>>,
    complaints: &mut Complaints,
) -> Option<MdiskSpace> {
    let Some(first) = start.number() else {
        let text = format!(
            "{:?} is neither a start nor DEVNO, T-DISK, V-DISK or an allocation word",
            start.upper()
        );
        complaints.error(start.place(source), text);
        return None;
    };
    let length = match length.number() {
        _ if length.is("END") => Length::ToEnd,
        Some(0) | None => {
            let text = format!(
                "the length must be END or a decimal number above 0, not {:?}",
                length.upper()
            );
            complaints.error(length.place(source), text);
            return None;
        }
        Some(units) if first.checked_add(units).is_none() => {
            complaints.error(
                length.place(source),
                "start and length together are larger than any volume",
            );
            return None;
        }
        Some(units) => Length::Units(units),
    };
    let Some(volume) = volume else {
        complaints.error(record.place(source), "the volume of this MDISK is missing");
        return None;
    };
    if volume.is("&SYSRES") {
        let volume = MdiskVolume::Sysres(volume.place(source));
        return Some(MdiskSpace::Extent {
            start: first,
            length,
            volume,
        });
    }
    match Volser::new(&volume.upper()) {
        Ok(volser) => {
            let volume = MdiskVolume::Volume(volume.located(source, volser));
            Some(MdiskSpace::Extent {
                start: first,
                length,
                volume,
            })
        }
        Err(error) => {
            complaints.error(volume.place(source), format!("the volume: {error}"));
            None
        }
    }
}

/// The mode may be missing, and so may the passwords after it. What follows them is ignored, as CP does.
fn mode_and_passwords(
    source: &Source,
    rest: &[Word<'_>],
    complaints: &mut Complaints,
) -> (Mode, [LinkPassword; 3]) {
    let mut passwords = [LinkPassword::None; 3];
    let Some((mode_word, words)) = rest.split_first() else {
        return (Mode::default(), passwords);
    };
    let mode = Mode::parse(mode_word.bytes).unwrap_or_else(|| {
        // The word is not shown: it may be a password.
        complaints.warning(
            mode_word.place(source),
            "this is no access mode; W is assumed, which is CP's default",
        );
        Mode::default()
    });
    for (slot, word) in passwords.iter_mut().zip(words) {
        *slot = if word.is("ALL") {
            LinkPassword::All
        } else {
            LinkPassword::Secret
        };
    }
    (mode, passwords)
}

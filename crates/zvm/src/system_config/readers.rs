//! How the operands of each statement are read.

use std::str::FromStr;

use crate::{
    names::{BadVdev, MemberName, Vdev},
    place::Located,
    system_config::{
        operands::Operands,
        statement::{ConfigKind, Distribute, PdrVolume, Slot, Ssi},
    },
    text::{mask::Mask, word::Word},
};

/// Reads the operands of one kind of statement. None when so much is missing that nothing is left to keep.
pub(super) type Reader = fn(&mut Operands<'_, '_>) -> Option<ConfigKind>;

/// The statements that are understood; the upper-case letters are the shortest form accepted.
pub(super) const READERS: &[(&str, Reader)] = &[
    ("SYSTEM_IDENTIFIER", system_identifier),
    ("SYSTEM_IDENTIFIER_DEFault", system_identifier_default),
    ("SSI", ssi),
    ("CP_OWned", cp_owned),
    ("USER_VOLUME_LIst", user_volume_list),
    ("USER_VOLUME_INclude", |operands| {
        Some(ConfigKind::UserVolumeInclude(masks(operands)))
    }),
    ("USER_VOLUME_EXclude", |operands| {
        Some(ConfigKind::UserVolumeExclude(masks(operands)))
    }),
    ("USER_VOLUME_RDEV", user_volume_rdev),
    ("DISTribute", distribute),
    ("RDEVice", rdevice),
    ("SYSTEM_RESidence", system_residence),
    ("RELOCATION_DOMain", relocation_domain),
    ("IMBED", imbed),
];

fn member(operands: &mut Operands<'_, '_>) -> Option<Located<MemberName>> {
    operands.parse("the system name", MemberName::new)
}

fn system_identifier(operands: &mut Operands<'_, '_>) -> Option<ConfigKind> {
    let first = operands.parse("LPAR or a machine type", |word| Ok::<_, String>(word.to_owned()))?;
    let second = operands.parse("the partition or CPU", |word| Ok::<_, String>(word.to_owned()))?;
    let lpar = (first.value == "LPAR").then_some(second.value);
    Some(ConfigKind::SystemIdentifier {
        lpar,
        name: member(operands)?,
    })
}

fn system_identifier_default(operands: &mut Operands<'_, '_>) -> Option<ConfigKind> {
    Some(ConfigKind::SystemIdentifierDefault(member(operands)?))
}

fn ssi(operands: &mut Operands<'_, '_>) -> Option<ConfigKind> {
    let name = operands.parse("the cluster name", |word| Ok::<_, String>(word.to_owned()))?;
    let mut ssi = Ssi {
        name,
        pdr: None,
        slots: Vec::new(),
    };
    while let Some(word) = operands.peek() {
        if operands.take("PDR_VOLume").is_some() {
            ssi.pdr = match operands.take("&SYSPARM") {
                Some(word) => Some(PdrVolume::Sysparm(word.place(operands.source))),
                None => operands.volume().map(PdrVolume::Volume),
            };
        } else if operands.take("SLOT").is_some() {
            let number = operands.number("the slot number");
            let available = operands.take("AVAILABLE").is_some();
            let member = if available { None } else { member(operands) };
            if let (Some(number), true) = (number, available || member.is_some()) {
                ssi.slots.push(Slot { number, member });
            }
        } else {
            operands.next();
            operands.error(
                Some(word),
                "here SLOT or PDR_VOLUME is expected; the word is ignored",
            );
        }
    }
    Some(ConfigKind::Ssi(ssi))
}

fn cp_owned(operands: &mut Operands<'_, '_>) -> Option<ConfigKind> {
    operands.take("SLOT");
    let slot = operands.number("the slot number")?;
    if !(1..=255).contains(&slot.value) {
        let place = slot.place.clone();
        operands
            .complaints
            .error(place, "CP_OWNED slots are numbered 1 to 255");
    }
    let volume = if operands.take("RESERVED").is_some() {
        None
    } else {
        Some(operands.volume()?)
    };
    while ["DUMP", "OWN", "SHARED"]
        .iter()
        .any(|word| operands.take(word).is_some())
    {}
    Some(ConfigKind::CpOwned { slot, volume })
}

fn user_volume_list(operands: &mut Operands<'_, '_>) -> Option<ConfigKind> {
    Some(ConfigKind::UserVolumeList(operands.all(Operands::volume)))
}

fn masks(operands: &mut Operands<'_, '_>) -> Vec<Located<Mask>> {
    operands.all(|operands| operands.parse("the mask", |word| Ok::<_, String>(Mask::new(word))))
}

fn device(operands: &mut Operands<'_, '_>) -> Option<Located<u16>> {
    operands.parse("the device", |word| Vdev::from_str(word).map(Vdev::get))
}

fn user_volume_rdev(operands: &mut Operands<'_, '_>) -> Option<ConfigKind> {
    let volume = operands.volume()?;
    let rdev = operands.take("RDEV").and_then(|_| device(operands));
    Some(ConfigKind::UserVolumeRdev { volume, rdev })
}

fn distribute(operands: &mut Operands<'_, '_>) -> Option<ConfigKind> {
    if operands.take("IUCV").is_none() {
        let word = operands.peek();
        operands.rest = &[];
        operands.error(word, "DISTRIBUTE is followed by IUCV and NO, TOLERATE or YES");
        return None;
    }
    let value = operands.parse("IUCV", |word| match word {
        "NO" => Ok(Distribute::No),
        "TOLERATE" => Ok(Distribute::Tolerate),
        "YES" => Ok(Distribute::Yes),
        other => Err(format!("{other:?} is none of NO, TOLERATE, YES")),
    });
    value.map(ConfigKind::DistributeIucv)
}

fn rdevice(operands: &mut Operands<'_, '_>) -> Option<ConfigKind> {
    let devices = operands.parse("the device or range", |word| {
        let (first, last) = word.split_once('-').unwrap_or((word, word));
        Ok::<_, BadVdev>((Vdev::from_str(first)?.get(), Vdev::from_str(last)?.get()))
    })?;
    let (mut eqid, mut shared) = (None, None);
    while operands.peek().is_some() {
        if operands.take("EQID").is_some() {
            eqid = operands.parse("the EQID", |word| Ok::<_, String>(word.to_owned()));
        } else if operands.take("SHARED").is_some() {
            shared = operands.parse("SHARED", |word| match word {
                "YES" => Ok(true),
                "NO" => Ok(false),
                other => Err(format!("{other:?} is neither YES nor NO")),
            });
        } else {
            operands.next();
        }
    }
    Some(ConfigKind::Rdevice {
        devices,
        eqid,
        shared: shared.map(|shared| shared.value),
    })
}

fn system_residence(operands: &mut Operands<'_, '_>) -> Option<ConfigKind> {
    let (mut checkpoint, mut warmstart) = (None, None);
    let mut in_checkpoint = true;
    while operands.peek().is_some() {
        if operands.take("CHECKpoint").is_some() {
            in_checkpoint = true;
        } else if operands.take("WARMstart").is_some() {
            in_checkpoint = false;
        } else if operands.take("VOLid").is_some() {
            let volume = operands.volume();
            *(if in_checkpoint {
                &mut checkpoint
            } else {
                &mut warmstart
            }) = volume;
        } else {
            operands.next();
        }
    }
    Some(ConfigKind::SystemResidence {
        checkpoint,
        warmstart,
    })
}

fn relocation_domain(operands: &mut Operands<'_, '_>) -> Option<ConfigKind> {
    let name = operands.parse("the domain name", |word| Ok::<_, String>(word.to_owned()))?;
    operands.take("MEMBERs");
    Some(ConfigKind::RelocationDomain {
        name,
        members: operands.all(member),
    })
}

fn imbed(operands: &mut Operands<'_, '_>) -> Option<ConfigKind> {
    let words = std::mem::take(&mut operands.rest);
    let file = words.iter().map(Word::upper).collect::<Vec<_>>().join(" ");
    operands.warning(
        None,
        format!("the imbedded file {file:?} is not read; put its statements here"),
    );
    Some(ConfigKind::Imbed(file))
}

//! SYSTEM CONFIG: which members there are, and which volumes each of them attaches at IPL.

mod lexer;
mod operands;
pub(crate) mod statement;

use std::str::FromStr;

use crate::{
    names::{MemberName, Vdev},
    parsed::{Complaints, Parsed},
    place::Located,
    system_config::{
        lexer::RawStatement,
        operands::Operands,
        statement::{ConfigKind, ConfigStatement, Distribute, PdrVolume, Slot, Ssi},
    },
    text::{keyword::abbreviates, mask::Mask, source::Source, word::Word},
};

/// SYSTEM CONFIG in the order of the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SystemConfig {
    /// Its statements.
    pub statements: Vec<ConfigStatement>,
}

/// Reads the operands of one kind of statement. None when so much is missing that nothing is left to keep.
type Reader = fn(&mut Operands<'_, '_>) -> Option<ConfigKind>;

/// The statements that are understood; the upper-case letters are the shortest form accepted.
const READERS: &[(&str, Reader)] = &[
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

/// Statements that are known to have no bearing on sharing, and are kept without a word.
const SILENT: &[&str] = &[
    "ACTIVATE",
    "ALTERNATE_OPERATORS",
    "CHARACTER_DEFAULTS",
    "CPXLOAD",
    "CRYPTO",
    "CU",
    "DEFINE",
    "DEVICES",
    "DISABLE",
    "DRAIN",
    "EMERGENCY_MESSAGE_CONSOLES",
    "ENABLE",
    "ENCRYPT",
    "ENFORCE_BY_VOLID",
    "EQUATE",
    "EXTERNAL_SYNTAX",
    "FEATURES",
    "FORM_DEFAULT",
    "HOT_IO_RATE",
    "INIT_MITIME",
    "JOURNALING",
    "LOGO_CONFIG",
    "MODIFY",
    "MULTITHREADING",
    "OPERATOR_CONSOLES",
    "PAGING",
    "PRINTER_TITLE",
    "PRIV_CLASSES",
    "PRODUCT",
    "RECOVERY",
    "REXXINIT",
    "SAY",
    "SECURE",
    "SECUSER",
    "SET",
    "SRM",
    "START",
    "STHYI-UTILIZATION",
    "STORAGE",
    "SYSTEM_3270",
    "SYSTEM_ALIAS",
    "SYSTEM_DATEFORMAT",
    "SYSTEM_USERIDS",
    "THROTTLE",
    "TIMEZONE_BOUNDARY",
    "TIMEZONE_DEFINITION",
    "TOLERATE_CONFIG_ERRORS",
    "TRANSLATE_TABLE",
    "UNDERSCORE",
    "USER_DEFAULTS",
    "USERFORM",
    "VMLAN",
    "XLINK_DEVICE_DEFAULTS",
    "XLINK_SYSTEM_EXCLUDE",
    "XLINK_SYSTEM_INCLUDE",
    "XLINK_VOLUME_EXCLUDE",
    "XLINK_VOLUME_INCLUDE",
];

/// Reads SYSTEM CONFIG. What it does not know is kept as [`ConfigKind::Other`] with a note.
pub fn parse_system_config(source: &Source) -> Parsed<SystemConfig> {
    let mut complaints = Complaints::default();
    let raw = lexer::statements(source, starts_statement, &mut complaints);
    let mut statements = Vec::with_capacity(raw.len());
    let mut block: Option<Word<'_>> = None;
    for raw in raw {
        let Some(keyword) = raw.words.first().copied() else {
            let place = raw
                .qualifier
                .map_or_else(|| source.place(1, 0, 1), |word| word.place(source));
            complaints.error(place, "a record qualifier needs a statement after it");
            continue;
        };
        if raw.words.len() == 1 && (keyword.is("BEGIN") || keyword.is("END")) {
            block_edge(source, &raw, keyword, &mut block, &mut complaints);
            continue;
        }
        if let (Some(outer), Some(own)) = (block, raw.qualifier)
            && !own.bytes.eq_ignore_ascii_case(outer.bytes)
        {
            let text = format!(
                "this stands in the block of {}, but is qualified otherwise",
                outer.text()
            );
            complaints.warning(own.place(source), text);
        }
        let qualifier = raw
            .qualifier
            .or(block)
            .map(|word| word.located(source, Mask::new(&word.upper())));
        let mut operands = Operands {
            source,
            keyword,
            rest: &raw.words[1..],
            complaints: &mut complaints,
        };
        if let Some(kind) = read(&mut operands) {
            if let Some(extra) = operands.next() {
                operands.warning(Some(extra), "this operand is not expected here and is ignored");
            }
            statements.push(ConfigStatement {
                qualifier,
                kind,
                place: keyword.place(source),
            });
        }
    }
    if let Some(name) = block {
        let text = format!(
            "the block of {0} is never closed by {0}: END; all that follows counts as its",
            name.text()
        );
        complaints.error(name.place(source), text);
    }
    complaints.with(SystemConfig { statements })
}

/// Keywords with an underscore, and the few without that cannot be operands either.
fn starts_statement(word: &[u8]) -> bool {
    let known = |diagram: &str| {
        (diagram.contains('_')
            || matches!(diagram, "SSI" | "DISTribute" | "RDEVice" | "FEATURES" | "DEVICES"))
            && diagram != "SYSTEM_3270"
            && abbreviates(word, diagram)
    };
    READERS.iter().any(|(diagram, _)| known(diagram)) || SILENT.iter().any(|diagram| known(diagram))
}

fn block_edge<'a>(
    source: &'a Source,
    raw: &RawStatement<'a>,
    keyword: Word<'a>,
    block: &mut Option<Word<'a>>,
    complaints: &mut Complaints,
) {
    let Some(name) = raw.qualifier else {
        complaints.error(
            keyword.place(source),
            "BEGIN and END need the name of a system: NAME: BEGIN",
        );
        return;
    };
    let same = block.is_some_and(|open| open.bytes.eq_ignore_ascii_case(name.bytes));
    match (keyword.is("BEGIN"), *block) {
        (true, Some(open)) => {
            let text = format!(
                "the block of {} from line {} is still open; close it with END",
                open.text(),
                open.line
            );
            complaints.error(name.place(source), text);
            *block = Some(name);
        }
        (true, None) => *block = Some(name),
        (false, Some(_)) if same => *block = None,
        (false, _) => {
            let text = format!("no block of {} is open here", name.text());
            complaints.error(name.place(source), text);
            *block = None;
        }
    }
}

fn read(operands: &mut Operands<'_, '_>) -> Option<ConfigKind> {
    let keyword = operands.keyword;
    if let Some((_, reader)) = READERS
        .iter()
        .find(|(diagram, _)| abbreviates(keyword.bytes, diagram))
    {
        return reader(operands);
    }
    if !SILENT.iter().any(|known| keyword.is(known)) {
        let place = keyword.place(operands.source);
        operands.complaints.note(
            place,
            format!(
                "the statement {} is not known; it is kept but not used",
                keyword.upper()
            ),
        );
    }
    let words = std::mem::take(&mut operands.rest);
    Some(ConfigKind::Other {
        keyword: keyword.upper(),
        operands: words.iter().map(Word::upper).collect(),
    })
}

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
    let Some(iucv) = operands.take("IUCV") else {
        let word = operands.peek();
        operands.rest = &[];
        operands.error(word, "DISTRIBUTE is followed by IUCV and NO, TOLERATE or YES");
        return None;
    };
    let value = operands.parse("IUCV", |word| match word {
        "NO" => Ok(Distribute::No),
        "TOLERATE" => Ok(Distribute::Tolerate),
        "YES" => Ok(Distribute::Yes),
        other => Err(format!("{other:?} is none of NO, TOLERATE, YES")),
    });
    value.map(|value| {
        ConfigKind::DistributeIucv(Located {
            value: value.value,
            place: iucv.place(operands.source),
        })
    })
}

fn rdevice(operands: &mut Operands<'_, '_>) -> Option<ConfigKind> {
    let devices = operands.parse("the device or range", |word| {
        let (first, last) = word.split_once('-').unwrap_or((word, word));
        Ok::<_, crate::names::BadVdev>((Vdev::from_str(first)?.get(), Vdev::from_str(last)?.get()))
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

#[cfg(test)]
mod tests;

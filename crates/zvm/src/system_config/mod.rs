//! SYSTEM CONFIG: which members there are, and which volumes each of them attaches at IPL.

mod lexer;
mod operands;
mod readers;
pub(crate) mod statement;

use crate::{
    parsed::{Complaints, Parsed},
    place::Place,
    system_config::{
        lexer::RawStatement,
        operands::Operands,
        readers::READERS,
        statement::{ConfigKind, ConfigStatement},
    },
    text::{keyword::abbreviates, mask::Mask, source::Source, word::Word},
};

/// SYSTEM CONFIG in the order of the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SystemConfig {
    /// Its statements.
    pub statements: Vec<ConfigStatement>,
    /// Mistakes of form that change what other statements mean.
    pub faults: Vec<ConfigFault>,
}

/// A mistake of form that changes what other statements mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigFault {
    /// Which mistake.
    pub kind: ConfigFaultKind,
    /// What is wrong, in a sentence.
    pub text: String,
    /// Where it stands.
    pub place: Place,
}

/// The kinds of [`ConfigFault`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ConfigFaultKind {
    /// A `NAME: BEGIN` without its END, or the other way round.
    Block,
    /// A comma that promises a continuation which does not come.
    Comma,
}

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
    source.complain_when_cut_off(&mut complaints);
    let mut faults = Vec::new();
    let raw = lexer::statements(source, starts_statement, &mut complaints, &mut faults);
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
            block_edge(source, &raw, keyword, &mut block, &mut faults);
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
        faults.push(ConfigFault::block(name.place(source), text));
    }
    faults.sort_by(|a, b| a.place.cmp(&b.place));
    for fault in &faults {
        complaints.error(fault.place.clone(), fault.text.clone());
    }
    complaints.with(SystemConfig { statements, faults })
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

impl ConfigFault {
    fn block(place: Place, text: String) -> ConfigFault {
        ConfigFault {
            kind: ConfigFaultKind::Block,
            text,
            place,
        }
    }

    fn comma(place: Place, text: String) -> ConfigFault {
        ConfigFault {
            kind: ConfigFaultKind::Comma,
            text,
            place,
        }
    }
}

fn block_edge<'a>(
    source: &'a Source,
    raw: &RawStatement<'a>,
    keyword: Word<'a>,
    block: &mut Option<Word<'a>>,
    faults: &mut Vec<ConfigFault>,
) {
    let Some(name) = raw.qualifier else {
        let text = "BEGIN and END need the name of a system: NAME: BEGIN";
        faults.push(ConfigFault::block(keyword.place(source), text.to_owned()));
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
            faults.push(ConfigFault::block(name.place(source), text));
            *block = Some(name);
        }
        (true, None) => *block = Some(name),
        (false, Some(_)) if same => *block = None,
        (false, _) => {
            let text = format!("no block of {} is open here", name.text());
            faults.push(ConfigFault::block(name.place(source), text));
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

#[cfg(test)]
mod tests;

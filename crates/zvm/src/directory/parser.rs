//! From records to entries.

use std::str::FromStr;

use crate::{
    directory::{
        Directory,
        entry::{Build, Entry, EntryKind, Link, Logon, Statement},
        mdisk, oddity,
        record::{self, Record},
    },
    link_mode::LinkMode,
    names::{BadName, MemberName, UserId, Vdev},
    parsed::{Complaints, Parsed},
    place::Located,
    text::{keyword::abbreviates, source::Source, word::Word},
};

/// What records that follow belong to.
enum Section {
    /// Before the first entry.
    Head,
    /// After GLOBALDEFS.
    Globals,
    /// In the last entry of the directory.
    Entry,
    /// In an entry whose first statement was not understood: its statements are skipped.
    Skipped,
}

/// Statements of an entry that are known and need no reading here.
const KNOWN: &[&str] = &[
    "ACCount",
    "ACIgroup",
    "ADJunct",
    "APPCpass",
    "AUtolog",
    "CLAss",
    "CONCopy",
    "CONsole",
    "COMmand",
    "CPU",
    "CRYpto",
    "D8ONECMD",
    "DATEFormat",
    "DEDicate",
    "IOPriority",
    "IPL",
    "IUcv",
    "LOADdev",
    "LOGONBy",
    "MAChine",
    "MAXSTORage",
    "NAMesave",
    "NICdef",
    "NOPdata",
    "NOTEpad",
    "POOl",
    "POSIXGlist",
    "POSIXInfo",
    "POSIXOpt",
    "SCReen",
    "SHAre",
    "SPECial",
    "SPool",
    "SPOOLFile",
    "STDEVopt",
    "STORage",
    "SYSAffin",
    "VMRELOcate",
    "XAUTOLOG",
    "XCONFIG",
    "XSTORE",
    "STGROUP",
    "LKPEADDR",
];

struct Parser<'a> {
    source: &'a Source,
    directory: Directory,
    section: Section,
}

/// Reads a source directory, or the index of a cluster-format one; the parts are read the same way, each on its own.
pub fn parse_directory(source: &Source) -> Parsed<Directory> {
    let mut complaints = Complaints::default();
    source.complain_when_cut_off(&mut complaints);
    let mut parser = Parser {
        source,
        directory: Directory::default(),
        section: Section::Head,
    };
    record::for_each(source, &mut complaints, |record, complaints| {
        parser.record(record, complaints)
    });
    parser.directory.oddities = oddity::of(source);
    complaints.with(parser.directory)
}

impl Parser<'_> {
    fn record(&mut self, record: &Record<'_>, complaints: &mut Complaints) {
        let kinds = [
            ("User", EntryKind::User),
            ("IDENTity", EntryKind::Identity),
            ("SUBCONfig", EntryKind::Subconfig),
            ("PROFile", EntryKind::Profile),
        ];
        if let Some((_, kind)) = kinds.iter().find(|(diagram, _)| record.is(diagram)) {
            return self.start_entry(*kind, record, complaints);
        }
        match self.section {
            Section::Head | Section::Globals if record.is("DIRECTory") => {
                self.directory.directory.push(record.place(self.source));
            }
            Section::Head | Section::Globals if record.is("GLOBALDefs") => self.section = Section::Globals,
            Section::Head if record.is("LOAD") => self.load(record),
            Section::Globals | Section::Skipped => {}
            Section::Head => {
                let text = format!(
                    "{} stands before the first entry; it is skipped",
                    record.keyword().upper()
                );
                complaints.warning(record.place(self.source), text);
            }
            Section::Entry => self.statement(record, complaints),
        }
    }

    fn load(&mut self, record: &Record<'_>) {
        let file = record
            .operands()
            .iter()
            .map(Word::upper)
            .collect::<Vec<_>>()
            .join(" ");
        self.directory
            .loads
            .push(Located::new(file, record.place(self.source)));
    }

    fn start_entry(&mut self, kind: EntryKind, record: &Record<'_>, complaints: &mut Complaints) {
        self.section = Section::Skipped;
        let operands = record.operands();
        let Some(id) = operands.first() else {
            let text = format!("{} needs an id; the entry is skipped", record.keyword().upper());
            return complaints.error(record.place(self.source), text);
        };
        let id = match UserId::new(&id.upper()) {
            Ok(value) => id.located(self.source, value),
            Err(error) => {
                let misnamed = id.located(self.source, id.upper());
                complaints.error(misnamed.place.clone(), format!("{error}; the entry is skipped"));
                return self.directory.misnamed.push(misnamed);
            }
        };
        let words = [
            ("NOLOG", Logon::NoLog),
            ("NOPASS", Logon::NoPass),
            ("AUTOONLY", Logon::AutoOnly),
            ("LBYONLY", Logon::LbyOnly),
        ];
        let logon = operands
            .get(1)
            .and_then(|word| words.iter().find(|(known, _)| word.is(known)));
        let owner = matches!(kind, EntryKind::User | EntryKind::Identity);
        if kind == EntryKind::Subconfig
            && let Some(extra) = operands.get(1)
        {
            complaints.error(
                extra.place(self.source),
                "SUBCONFIG takes nothing after its id; DIRECTXA refuses this",
            );
        }
        let storage = operands.iter().skip(2).take(if owner { 2 } else { 0 });
        self.directory.entries.push(Entry {
            kind,
            id,
            logon_place: operands.get(1).map(|word| word.place(self.source)),
            logon: logon.map_or(Logon::Password, |(_, logon)| *logon),
            storage: storage
                .map(|word| word.located(self.source, word.upper()))
                .collect(),
            statements: Vec::new(),
            place: record.place(self.source),
        });
        self.section = Section::Entry;
    }

    fn statement(&mut self, record: &Record<'_>, complaints: &mut Complaints) {
        let source = self.source;
        let Some(entry) = self.directory.entries.last_mut() else {
            return;
        };
        let statement = if record.is("Mdisk") {
            mdisk::parse(source, record, complaints).map(Statement::Mdisk)
        } else if record.is("Link") {
            link(source, entry.id.value, record, complaints).map(Statement::Link)
        } else if record.is("MINIOpt") || record.is("DASDOpt") {
            return extend_mdisk(source, entry, record, complaints);
        } else if record.is("INClude") {
            first(source, record, "INCLUDE needs the name of a profile", complaints).map(Statement::Include)
        } else if record.is("BUild") {
            build(source, record, complaints).map(Statement::Build)
        } else if record.is("Option") {
            let words = record.operands().iter().map(Word::upper).collect();
            Some(Statement::Options {
                words,
                place: record.place(source),
            })
        } else {
            if !KNOWN.iter().any(|diagram| record.is(diagram)) {
                let text = format!(
                    "the statement {} is not known; it is kept but not used",
                    record.keyword().upper()
                );
                complaints.note(record.place(source), text);
            }
            Some(Statement::Other {
                keyword: record.keyword().upper(),
                operands: operands(record),
                place: record.place(source),
            })
        };
        entry.statements.extend(statement);
    }
}

/// What IPL, IUCV and VMRELOCATE say, in upper case. Operands of other statements may be secret, and nobody needs them.
fn operands(record: &Record<'_>) -> String {
    let public = ["Ipl", "IUCV", "VMRELOcate"];
    let relocation = record.is("COMmand") && {
        let words = record.operands().iter().map(Word::upper);
        words.take(2).eq(["SET", "VMRELOCATE"])
    };
    if !relocation && !public.iter().any(|diagram| record.is(diagram)) {
        return String::new();
    }
    let words: Vec<String> = record.operands().iter().map(Word::upper).collect();
    words.join(" ")
}

/// MINIOPT and DASDOPT belong to the MDISK before them (DASDOPT also to a DEDICATE or LINK, which does not matter here).
fn extend_mdisk(source: &Source, entry: &mut Entry, record: &Record<'_>, complaints: &mut Complaints) {
    let words = record.operands().iter().map(Word::upper);
    match entry.statements.last_mut() {
        Some(Statement::Mdisk(mdisk)) if record.is("MINIOpt") => mdisk.minidisk_options.extend(words),
        Some(Statement::Mdisk(mdisk)) => mdisk.dasd_options.extend(words),
        _ if record.is("DASDOpt") => {
            entry.statements.push(Statement::Other {
                keyword: record.keyword().upper(),
                operands: operands(record),
                place: record.place(source),
            });
        }
        _ => complaints.error(
            record.place(source),
            "MINIOPT must follow the MDISK that it extends",
        ),
    }
}

fn id(source: &Source, word: &Word<'_>, complaints: &mut Complaints) -> Option<Located<UserId>> {
    named(source, word, UserId::new, complaints)
}

fn named<T>(
    source: &Source,
    word: &Word<'_>,
    new: impl FnOnce(&str) -> Result<T, BadName>,
    complaints: &mut Complaints,
) -> Option<Located<T>> {
    match new(&word.upper()) {
        Ok(value) => Some(word.located(source, value)),
        Err(error) => {
            complaints.error(word.place(source), error.to_string());
            None
        }
    }
}

fn first(
    source: &Source,
    record: &Record<'_>,
    text: &str,
    complaints: &mut Complaints,
) -> Option<Located<UserId>> {
    match record.operands().first() {
        Some(word) => id(source, word, complaints),
        None => {
            complaints.error(record.place(source), text);
            None
        }
    }
}

/// `BUILD ON member USING SUBCONFIG id`
fn build(source: &Source, record: &Record<'_>, complaints: &mut Complaints) -> Option<Build> {
    let [on, member, using, subconfig, name, ..] = record.operands() else {
        complaints.error(
            record.place(source),
            "BUILD is written BUILD ON member USING SUBCONFIG id",
        );
        return None;
    };
    if !on.is("ON") || !abbreviates(using.bytes, "USING") || !abbreviates(subconfig.bytes, "SUBCONfig") {
        complaints.error(
            record.place(source),
            "BUILD is written BUILD ON member USING SUBCONFIG id",
        );
        return None;
    }
    let subconfig = id(source, name, complaints)?;
    let on = if member.is("*") {
        None
    } else {
        Some(named(source, member, MemberName::new, complaints)?)
    };
    Some(Build {
        on,
        subconfig,
        place: record.place(source),
    })
}

/// `LINK owner vdev1 [vdev2 [mode]]`
fn link(source: &Source, own: UserId, record: &Record<'_>, complaints: &mut Complaints) -> Option<Link> {
    let operands = record.operands();
    let (Some(owner), Some(vdev)) = (operands.first(), operands.get(1)) else {
        complaints.error(record.place(source), "LINK needs an owner and a device number");
        return None;
    };
    let owner = if owner.is("*") {
        owner.located(source, own)
    } else {
        id(source, owner, complaints)?
    };
    let mut number = |word: &Word<'_>| match Vdev::from_str(&word.upper()) {
        Ok(value) => Some(word.located(source, value)),
        Err(error) => {
            complaints.error(word.place(source), error.to_string());
            None
        }
    };
    let vdev = number(vdev)?;
    let as_vdev = match operands.get(2) {
        Some(word) => number(word)?.value,
        None => vdev.value,
    };
    let mode = operands.get(3).and_then(|word| LinkMode::parse(word.bytes));
    if let (None, Some(word)) = (mode, operands.get(3)) {
        complaints.warning(
            word.place(source),
            "this is no access mode; the default is assumed",
        );
    }
    Some(Link {
        owner,
        vdev,
        as_vdev,
        mode,
        place: record.place(source),
    })
}

#[cfg(test)]
#[path = "parser_tests.rs"]
mod tests;

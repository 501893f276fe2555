//! Reads FACTS.toml.

use std::str::FromStr;

use crate::{
    facts::{
        Change, ClusterMode, Command, Domain, Facts, Heartbeat, HeldLink, History, Instance, InstanceState,
        Logon, MemberState, ModeChange, Relocation, Restore, Running, StateChange, TapeVolume, row::Row,
    },
    job::JobKind,
    parsed::{Complaints, Parsed},
    text::{
        fields::{self, Fields},
        source::Source,
    },
};

/// Reads a file of facts. What is missing or wrong in one table leaves out that table alone.
pub fn parse_facts(source: &Source) -> Parsed<Facts> {
    let mut complaints = Complaints::default();
    let facts = fields::text(source, &mut complaints).map(|text| {
        let table = fields::table(source, text, &mut complaints);
        read(Fields::new(source, table.get_ref(), &(0..0)), &mut complaints)
    });
    complaints.with(facts.unwrap_or_default())
}

fn read(mut file: Fields<'_, '_>, complaints: &mut Complaints) -> Facts {
    let now = file.parsed("now", complaints, FromStr::from_str);
    let history = file.table("history", complaints).and_then(|table| {
        let mut row = Row::new(table, complaints);
        let history = history(&mut row);
        row.finish();
        history
    });
    let facts = Facts {
        recorded: None,
        now: now.map(|now| now.value),
        history,
        instances: rows(&mut file, "instance", instance, complaints),
        domains: rows(&mut file, "domain", domain, complaints),
        states: rows(&mut file, "state", state, complaints),
        modes: rows(&mut file, "mode", mode, complaints),
        changes: rows(&mut file, "change", change, complaints),
        running: rows(&mut file, "running", running, complaints),
        heartbeats: rows(&mut file, "heartbeat", heartbeat, complaints),
        commands: rows(&mut file, "command", command, complaints),
        logons: rows(&mut file, "logon", logon, complaints),
        links: rows(&mut file, "link", link, complaints),
        relocations: rows(&mut file, "relocation", relocation, complaints),
        restores: rows(&mut file, "restore", restore, complaints),
        tape_volumes: rows(&mut file, "tape_volume", tape_volume, complaints),
    };
    file.finish(complaints);
    facts
}

type Reader<T> = fn(&mut Row<'_, '_, '_>) -> Option<T>;

fn rows<T>(
    file: &mut Fields<'_, '_>,
    key: &'static str,
    reader: Reader<T>,
    complaints: &mut Complaints,
) -> Vec<T> {
    let tables = file.tables(key, complaints);
    let read = |table| {
        let mut row = Row::new(table, complaints);
        let value = reader(&mut row);
        // Half a fact has not asked for all its keys, so nothing can be said of the others.
        if value.is_some() {
            row.finish();
        }
        value
    };
    tables.into_iter().filter_map(read).collect()
}

/// A word of a short list.
struct OneOf<T>(T);

trait Words: Sized + Copy + 'static {
    const WORDS: &'static [(&'static str, Self)];
}

impl<T: Words> FromStr for OneOf<T> {
    type Err = String;
    fn from_str(word: &str) -> Result<OneOf<T>, String> {
        let known = T::WORDS.iter().find(|(name, _)| name.eq_ignore_ascii_case(word));
        known.map(|(_, value)| OneOf(*value)).ok_or_else(|| {
            let names: Vec<_> = T::WORDS.iter().map(|(name, _)| *name).collect();
            format!("{word:?} is none of {}", names.join(", "))
        })
    }
}

impl Words for MemberState {
    const WORDS: &'static [(&'static str, MemberState)] = &[
        ("down", MemberState::Down),
        ("joining", MemberState::Joining),
        ("joined", MemberState::Joined),
        ("leaving", MemberState::Leaving),
        ("isolated", MemberState::Isolated),
        ("suspended", MemberState::Suspended),
        ("unknown", MemberState::Unknown),
    ];
}

impl Words for ClusterMode {
    const WORDS: &'static [(&'static str, ClusterMode)] = &[
        ("stable", ClusterMode::Stable),
        ("in-flux", ClusterMode::InFlux),
        ("safe", ClusterMode::Safe),
    ];
}

impl Words for InstanceState {
    const WORDS: &'static [(&'static str, InstanceState)] = &[
        ("open", InstanceState::Open),
        ("complete", InstanceState::Complete),
        ("complete-with-errors", InstanceState::CompleteWithErrors),
        ("incomplete", InstanceState::Incomplete),
        ("failed", InstanceState::Failed),
        ("purged", InstanceState::Purged),
    ];
}

impl Words for JobKind {
    const WORDS: &'static [(&'static str, JobKind)] =
        &[("full", JobKind::Full), ("incremental", JobKind::Incremental)];
}

/// Text in upper case, as files of CP have it.
struct Upper(String);

impl FromStr for Upper {
    type Err = String;
    fn from_str(word: &str) -> Result<Upper, String> {
        Ok(Upper(word.to_ascii_uppercase()))
    }
}

fn upper(row: &mut Row<'_, '_, '_>, key: &'static str) -> Option<String> {
    row.may::<Upper>(key).map(|text| text.0)
}

fn history(row: &mut Row<'_, '_, '_>) -> Option<History> {
    Some(History {
        from: row.must("from")?,
        to: row.must("to")?,
        place: row.place(),
    })
}

fn instance(row: &mut Row<'_, '_, '_>) -> Option<Instance> {
    Some(Instance {
        name: row.must("name")?,
        member: row.may("member"),
        kind: row.may::<OneOf<_>>("kind").map_or(JobKind::Full, |kind| kind.0),
        base: row.may("base"),
        started: row.must("started")?,
        ended: row.may("ended"),
        expires: row.may("expires"),
        state: row
            .may::<OneOf<_>>("state")
            .map_or(InstanceState::Complete, |state| state.0),
        tapes: row.list("tapes"),
        place: row.place(),
    })
}

fn domain(row: &mut Row<'_, '_, '_>) -> Option<Domain> {
    Some(Domain {
        instance: row.must("instance")?,
        user: row.may("user"),
        vdev: row.may("vdev"),
        member: row.may("member"),
        volser: row.must("volser")?,
        start: row.number("start"),
        length: row.number("length"),
        copied: row.yes("copied").unwrap_or(true),
        files: row.yes("files").unwrap_or(false),
        at: row.may("at"),
        place: row.place(),
    })
}

fn state(row: &mut Row<'_, '_, '_>) -> Option<StateChange> {
    let state = |row: &mut Row<'_, '_, '_>| row.must::<OneOf<_>>("state").map(|state| state.0);
    Some(StateChange {
        at: row.must("at")?,
        member: row.must("member")?,
        state: state(row)?,
        place: row.place(),
    })
}

fn mode(row: &mut Row<'_, '_, '_>) -> Option<ModeChange> {
    let mode = |row: &mut Row<'_, '_, '_>| row.must::<OneOf<_>>("mode").map(|mode| mode.0);
    Some(ModeChange {
        at: row.must("at")?,
        mode: mode(row)?,
        place: row.place(),
    })
}

fn change(row: &mut Row<'_, '_, '_>) -> Option<Change> {
    Some(Change {
        at: row.must("at")?,
        file: row.must("file")?,
        statement: upper(row, "statement"),
        user: row.may("user"),
        vdev: row.may("vdev"),
        member: row.may("member"),
        place: row.place(),
    })
}

fn running(row: &mut Row<'_, '_, '_>) -> Option<Running> {
    Some(Running {
        member: row.must("member")?,
        directory: row.may("directory"),
        config: row.may("config"),
        distribute: upper(row, "distribute"),
        place: row.place(),
    })
}

fn heartbeat(row: &mut Row<'_, '_, '_>) -> Option<Heartbeat> {
    Some(Heartbeat {
        member: row.must("member")?,
        pdr: row.may("pdr"),
        received: row.may("received"),
        place: row.place(),
    })
}

fn command(row: &mut Row<'_, '_, '_>) -> Option<Command> {
    Some(Command {
        at: row.may("at"),
        user: row.must("user")?,
        member: row.must("member")?,
        server: row.may("server"),
        server_member: row.may("server_member"),
        text: row.must::<Upper>("text")?.0,
        place: row.place(),
    })
}

fn logon(row: &mut Row<'_, '_, '_>) -> Option<Logon> {
    Some(Logon {
        user: row.must("user")?,
        member: row.must("member")?,
        from: row.may("from"),
        until: row.may("until"),
        place: row.place(),
    })
}

fn link(row: &mut Row<'_, '_, '_>) -> Option<HeldLink> {
    Some(HeldLink {
        user: row.must("user")?,
        member: row.must("member")?,
        owner: row.must("owner")?,
        vdev: row.must("vdev")?,
        mode: row.must("mode")?,
        place: row.place(),
    })
}

fn relocation(row: &mut Row<'_, '_, '_>) -> Option<Relocation> {
    Some(Relocation {
        user: row.must("user")?,
        from: row.may("from"),
        to: row.must("to")?,
        started: row.may("started"),
        ended: row.may("ended"),
        place: row.place(),
    })
}

fn restore(row: &mut Row<'_, '_, '_>) -> Option<Restore> {
    Some(Restore {
        instance: row.may("instance"),
        job: row.may("job"),
        user: row.must("user")?,
        vdev: row.must("vdev")?,
        member: row.may("member"),
        at_member: row.must("at_member")?,
        at: row.may("at"),
        to_user: row.may("to_user"),
        to_vdev: row.may("to_vdev"),
        to_member: row.may("to_member"),
        place: row.place(),
    })
}

fn tape_volume(row: &mut Row<'_, '_, '_>) -> Option<TapeVolume> {
    Some(TapeVolume {
        volser: row.must("volser")?,
        instance: row.may("instance"),
        expires: row.may("expires"),
        member: row.may("member"),
        place: row.place(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> (Facts, Vec<String>) {
        let Parsed { value, complaints } = parse_facts(&Source::new("FACTS.toml", text));
        (value, complaints.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn one_of_each() {
        let (facts, complaints) = parse(
            r#"
now = "2026-03-01 06:00"
history = { from = "2026-01-01", to = "2026-03-01" }
[[instance]]
name = "SINGLE/12"
member = "GRIDA"
started = "2026-02-28 01:00"
state = "complete-with-errors"
tapes = ["VT0001"]
[[domain]]
instance = "SINGLE/12"
user = "PMAINT"
vdev = "CF0"
volser = "GSCOM1"
[[state]]
at = "2026-02-01 01:00"
member = "GRIDB"
state = "leaving"
[[mode]]
at = "2026-02-01 01:00"
mode = "in-flux"
[[change]]
at = "2026-02-01"
file = "SYSTEM.CONFIG"
statement = "distribute"
[[running]]
member = "GRIDA"
directory = "d1"
[[heartbeat]]
member = "GRIDA"
pdr = "2026-03-01 05:59:50"
[[command]]
user = "OP1"
member = "GRIDB"
server = "BKRCATLG"
text = "expire (purge"
[[logon]]
user = "OP1"
member = "GRIDB"
[[link]]
user = "OP1"
member = "GRIDB"
owner = "PMAINT"
vdev = "0CF0"
mode = "mw"
[[relocation]]
user = "LNXPAY01"
to = "GRIDB"
[[restore]]
user = "MAINT"
vdev = "0191"
at_member = "GRIDA"
[[tape_volume]]
volser = "VT0001"
instance = "SINGLE/12"
"#,
        );
        assert!(complaints.is_empty(), "{complaints:#?}");
        assert_eq!(facts.instances[0].name.to_string(), "SINGLE/12");
        assert_eq!(facts.instances[0].place.to_string(), "FACTS.toml:4:1");
        assert!(facts.domains[0].copied);
        assert_eq!(facts.modes[0].mode, ClusterMode::InFlux);
        assert_eq!(facts.commands[0].text, "EXPIRE (PURGE");
        assert_eq!(facts.links[0].mode, crate::LinkMode::MW);
        assert_eq!(
            facts.tape_volumes.len() + facts.restores.len() + facts.relocations.len(),
            3
        );
    }

    #[test]
    fn half_a_fact_is_left_out_with_a_word() {
        let (facts, complaints) = parse(
            "[[state]]\nmember = \"GRIDA\"\n[[mode]]\nat = \"2026-01-01\"\nmode = \"odd\"\n[[logon]]\nuser = \"A\"\nmember = \"B\"\nwhen = 1\n",
        );
        assert_eq!(
            (facts.states.len(), facts.modes.len(), facts.logons.len()),
            (0, 0, 1)
        );
        assert_eq!(complaints.len(), 3, "{complaints:#?}");
        assert!(
            complaints[0].contains("at is missing here; this fact is left out"),
            "{complaints:#?}"
        );
        assert!(
            complaints[1].contains("mode: \"odd\" is none of stable, in-flux, safe"),
            "{complaints:#?}"
        );
    }
}

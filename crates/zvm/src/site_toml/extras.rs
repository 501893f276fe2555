//! The parts of site.toml that are lists of their own: suppressions, disk pools, tape managers, shares of the machine.

use std::num::{NonZeroU32, NonZeroU64};
use std::str::FromStr;

use dasd::Volser;

use crate::{
    names::{MemberName, UserId, Vdev},
    parsed::Complaints,
    place::{Located, Place},
    text::{fields::Fields, keys::Keys, mask::Mask},
};

const MEGABYTE: NonZeroU64 = NonZeroU64::new(1_000_000).expect("a million is not zero");

/// One `[[suppress]]`: findings that the installation accepts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppression {
    /// The code of the rule, or a mask over codes.
    pub code: Mask,
    /// A mask over what findings are about, such as `LNXPAY01 *`.
    pub about: Mask,
    /// Why it is accepted; there is always one.
    pub reason: String,
    /// Where it stands.
    pub place: Place,
    /// Where its values stand.
    pub keys: Keys,
}

/// One `[[pool]]`: a disk pool that jobs name as their output, or that holds the catalog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pool {
    /// Its name in upper case.
    pub name: String,
    /// The volumes it lies on.
    pub volumes: Vec<Volser>,
    /// Whether the catalog is kept in it.
    pub catalog: bool,
    /// Where it stands.
    pub place: Place,
}

/// One `[[module]]`: where the command module of a server lies, as VM:Backup makes one for each of its servers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandModule {
    /// The server; the module has its name.
    pub server: UserId,
    /// `disk = "VMBACKUP 0192"`: whose minidisk it lies on, by the USER, IDENTITY or SUBCONFIG.
    pub owner: UserId,
    /// Which minidisk.
    pub vdev: Vdev,
    /// Where the disk is named.
    pub place: Place,
}

/// One `[[worker]]`: what the backups of a member may have of the machine that they run on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkerShare {
    /// The member.
    pub member: MemberName,
    /// As long as several members are backed up at once, each gets as much of the processors as its weight is of the
    /// weights of all of them. 1 when the entry does not say.
    pub weight: NonZeroU32,
    /// How many bytes are read from its volumes in a second at most; `mb_per_second = 1` are a million.
    pub rate: Option<NonZeroU64>,
    /// Where the member stands.
    pub place: Place,
}

/// One `[[tape]]`: the tape manager of a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TapeNode {
    /// The member.
    pub member: MemberName,
    /// Whose catalog it uses.
    pub catalog: TapeCatalog,
    /// Whether it owns the shared catalog. False for a request node.
    pub catalog_node: bool,
    /// Whether it has a tape media manager (TMM).
    pub tmm: bool,
    /// Whether it has a device media manager (DMM).
    pub dmm: bool,
    /// Whether it has a library media manager (LMM).
    pub lmm: bool,
    /// The library as the tape manager calls it.
    pub library: Option<String>,
    /// The library as RMS calls it.
    pub rms_library: Option<String>,
    /// Ranges of volume serials, first and last.
    pub ranges: Vec<(Volser, Volser)>,
    /// Where it stands.
    pub place: Place,
    /// Where its values stand.
    pub keys: Keys,
}

/// Whose tape catalog a member uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TapeCatalog {
    /// Its own.
    Dedicated,
    /// One for several members.
    Shared,
    /// That of z/OS DFSMSrmm.
    Rmm,
}

pub(super) fn suppression(mut table: Fields<'_, '_>, complaints: &mut Complaints) -> Option<Suppression> {
    let code = table.string("code", complaints);
    let about = table.string("about", complaints);
    let reason = table.string("reason", complaints);
    let place = code
        .as_ref()
        .map_or_else(|| table.place().clone(), |code| code.place.clone());
    let keys = table.keys();
    table.finish(complaints);
    let Some(code) = code else {
        complaints.error(place, "the suppression has no code; add code = \"SSI-...\"");
        return None;
    };
    let reason = reason
        .map(|reason| reason.value)
        .filter(|reason| !reason.trim().is_empty());
    let Some(reason) = reason else {
        let text = "a suppression without a reason has no effect; add reason = \"...\"";
        complaints.error(place, text);
        return None;
    };
    let about = about.map_or_else(|| Mask::new("*"), |about| Mask::new(&about.value));
    Some(Suppression {
        code: Mask::new(&code.value),
        about,
        reason,
        place,
        keys,
    })
}

pub(super) fn pool(mut table: Fields<'_, '_>, complaints: &mut Complaints) -> Option<Pool> {
    let name = table.string("name", complaints);
    let volumes = volsers(&mut table, complaints);
    let catalog = table.boolean("catalog", complaints).unwrap_or(false);
    let place = name
        .as_ref()
        .map_or_else(|| table.place().clone(), |name| name.place.clone());
    table.finish(complaints);
    if name.is_none() {
        complaints.error(place.clone(), "the pool has no name; add name = \"...\"");
    }
    Some(Pool {
        name: name?.value.to_ascii_uppercase(),
        volumes,
        catalog,
        place,
    })
}

fn volsers(table: &mut Fields<'_, '_>, complaints: &mut Complaints) -> Vec<Volser> {
    let mut volumes = Vec::new();
    for word in table.strings("volumes", complaints) {
        match Volser::new(&word.value.to_ascii_uppercase()) {
            Ok(volser) => volumes.push(volser),
            Err(error) => complaints.error(word.place, format!("volumes: {error}")),
        }
    }
    volumes
}

pub(super) fn module(mut table: Fields<'_, '_>, complaints: &mut Complaints) -> Option<CommandModule> {
    let given = table.get("server").is_some() && table.get("disk").is_some();
    let server = table.parsed("server", complaints, UserId::new);
    let disk = table.parsed("disk", complaints, |word| {
        let (owner, vdev) = word
            .trim()
            .split_once(' ')
            .ok_or_else(|| format!("{word:?} is no minidisk such as \"VMBACKUP 0192\""))?;
        let owner = UserId::new(owner).map_err(|error| error.to_string())?;
        let vdev = Vdev::from_str(vdev.trim()).map_err(|error| error.to_string())?;
        Ok::<_, String>((owner, vdev))
    });
    let place = table.place().clone();
    table.finish(complaints);
    if !given {
        complaints.error(place, "a module needs server = \"...\" and disk = \"OWNER VDEV\"");
    }
    let (server, disk) = (server?, disk?);
    let (owner, vdev) = disk.value;
    Some(CommandModule {
        server: server.value,
        owner,
        vdev,
        place: disk.place,
    })
}

pub(super) fn worker(mut table: Fields<'_, '_>, complaints: &mut Complaints) -> Option<WorkerShare> {
    let given = table.get("member").is_some();
    let member = table.parsed("member", complaints, MemberName::from_str);
    let weight = positive(&mut table, "weight", complaints);
    let rate = positive(&mut table, "mb_per_second", complaints);
    let place = table.place().clone();
    table.finish(complaints);
    if !given {
        complaints.error(place, "the worker has no member; add member = \"...\"");
    }
    let member = member?;
    Some(WorkerShare {
        member: member.value,
        weight: weight.unwrap_or(NonZeroU32::MIN),
        rate: rate.map(|rate| NonZeroU64::from(rate).saturating_mul(MEGABYTE)),
        place: member.place,
    })
}

fn positive(
    table: &mut Fields<'_, '_>,
    key: &'static str,
    complaints: &mut Complaints,
) -> Option<NonZeroU32> {
    const WHAT: &str = "a whole number, at least 1";
    let number: Located<u32> = table.number(key, WHAT, complaints)?;
    let positive = NonZeroU32::new(number.value);
    if positive.is_none() {
        complaints.error(number.place, format!("{key} must be {WHAT}"));
    }
    positive
}

pub(super) fn tape_node(mut table: Fields<'_, '_>, complaints: &mut Complaints) -> Option<TapeNode> {
    let member = table.parsed("member", complaints, MemberName::from_str);
    let catalog = table.parsed("catalog", complaints, |word| match word {
        "dedicated" => Ok(TapeCatalog::Dedicated),
        "shared" => Ok(TapeCatalog::Shared),
        "rmm" => Ok(TapeCatalog::Rmm),
        other => Err(format!("{other:?} is none of \"dedicated\", \"shared\", \"rmm\"")),
    });
    let node = table.parsed("node", complaints, |word| match word {
        "catalog" => Ok(true),
        "request" => Ok(false),
        other => Err(format!("{other:?} is neither \"catalog\" nor \"request\"")),
    });
    let mut has = |key| table.boolean(key, complaints).unwrap_or(false);
    let (tmm, dmm, lmm) = (has("tmm"), has("dmm"), has("lmm"));
    let mut text = |key| {
        table
            .string(key, complaints)
            .map(|text| text.value.to_ascii_uppercase())
    };
    let (library, rms_library) = (text("library"), text("rms_library"));
    let ranges = ranges(&mut table, complaints);
    let place = member
        .as_ref()
        .map_or_else(|| table.place().clone(), |member| member.place.clone());
    let keys = table.keys();
    table.finish(complaints);
    if member.is_none() {
        complaints.error(
            place.clone(),
            "the tape manager has no member; add member = \"...\"",
        );
    }
    Some(TapeNode {
        member: member?.value,
        catalog: catalog.map_or(TapeCatalog::Shared, |catalog| catalog.value),
        catalog_node: node.is_some_and(|node| node.value),
        tmm,
        dmm,
        lmm,
        library,
        rms_library,
        ranges,
        place,
        keys,
    })
}

fn ranges(table: &mut Fields<'_, '_>, complaints: &mut Complaints) -> Vec<(Volser, Volser)> {
    let mut ranges = Vec::new();
    for word in table.strings("ranges", complaints) {
        let text = word.value.to_ascii_uppercase();
        let (first, last) = text.split_once('-').unwrap_or((&text, &text));
        match (Volser::new(first), Volser::new(last)) {
            (Ok(first), Ok(last)) if first <= last => ranges.push((first, last)),
            _ => complaints.error(
                word.place,
                format!("ranges: {text:?} is no range such as \"VT0000-VT0999\""),
            ),
        }
    }
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{parsed::Parsed, site_toml::parse_site_toml, text::source::Source};

    #[test]
    fn pools_tapes_and_suppressions() {
        let text = r#"
product = { level = "1.3" }
[[suppress]]
code = "SSI-MD-*"
about = "LNX* 0100"
reason = "moves in March"
[[suppress]]
code = "SSI-MD-002"
[[pool]]
name = "backup"
volumes = ["gscom2"]
catalog = true
[[tape]]
member = "GRIDA"
catalog = "dedicated"
node = "catalog"
tmm = true
library = "lib1"
ranges = ["VT0000-VT0999", "VT2000-VT1000"]
[[worker]]
member = "grida"
weight = 3
mb_per_second = 50
[[worker]]
member = "GRIDB"
weight = 0
[[module]]
server = "vmbkup01"
disk = "maint-1 191"
[[module]]
server = "VMBKUP02"
disk = "MAINT"
"#;
        let Parsed { value, complaints } = parse_site_toml(&Source::new("site.toml", text));
        let site = value.unwrap();
        assert_eq!(site.product_level.unwrap().value.to_string(), "1.3");
        assert_eq!(site.suppressions.len(), 1);
        assert!(site.suppressions[0].about.matches("LNXPAY01 0100"));
        assert!(site.pools[0].catalog && site.pools[0].name == "BACKUP");
        let node = &site.tape_nodes[0];
        assert!(node.tmm && !node.dmm && node.catalog_node && node.catalog == TapeCatalog::Dedicated);
        assert_eq!(node.ranges.len(), 1);
        let shown: Vec<_> = complaints.iter().map(ToString::to_string).collect();
        let module = &site.modules[0];
        assert_eq!(
            format!("{} {} {}", module.server, module.owner, module.vdev),
            "VMBKUP01 MAINT-1 0191"
        );
        let worker = &site.workers[0];
        assert_eq!((worker.weight.get(), worker.rate.unwrap().get()), (3, 50_000_000));
        assert_eq!(site.workers[1].weight.get(), 1);
        assert_eq!(shown.len(), 4, "{shown:#?}");
        assert!(shown[2].contains("weight must be"), "{shown:#?}");
        assert!(shown[3].contains("is no minidisk such as"), "{shown:#?}");
        assert!(
            shown[0].contains("a suppression without a reason has no effect"),
            "{shown:#?}"
        );
        assert!(shown[1].contains("is no range such as"), "{shown:#?}");
    }
}

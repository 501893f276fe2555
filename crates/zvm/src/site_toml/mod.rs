//! `site.toml`: what the files of the installation do not say, above all which image holds which volume.

mod extras;

use std::{fmt, str::FromStr};

use dasd::Volser;
use serde::{Deserialize, Serialize};

pub use extras::{CommandModule, Pool, Suppression, TapeCatalog, TapeNode, WorkerShare};

use crate::{
    names::{MemberName, Vdev},
    parsed::{Complaints, Parsed},
    place::{Located, Place},
    site::volume::VolumeSize,
    text::{
        fields::{self, Fields},
        source::Source,
    },
};

/// The content of site.toml.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SiteToml {
    /// The name of the site.
    pub name: Option<String>,
    /// The z/VM level, `7.3` when none is given.
    pub level: Level,
    /// The layout of which backup product.
    pub layout: Layout,
    /// Where backups go: a folder or a URL.
    pub repository: Option<String>,
    /// The seed of a generated site.
    pub seed: Option<u64>,
    /// What is wanted of the backups.
    pub policy: Policy,
    /// The volumes, in the order of the file.
    pub volumes: Vec<VolumeEntry>,
    /// `product = { level = "1.3" }`: the level of the backup product.
    pub product_level: Option<Located<Level>>,
    /// `[[suppress]]`.
    pub suppressions: Vec<Suppression>,
    /// `[[pool]]`.
    pub pools: Vec<Pool>,
    /// `[[tape]]`.
    pub tape_nodes: Vec<TapeNode>,
    /// `[[module]]`.
    pub modules: Vec<CommandModule>,
    /// `[[worker]]`.
    pub workers: Vec<WorkerShare>,
}

/// One `[[volume]]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VolumeEntry {
    /// Its serial.
    pub volser: Volser,
    /// The image file, relative to the site folder; `volumes/VOLSER.ckd` when the entry does not say.
    pub image: String,
    /// The device type; `3390`, or `9336` for a volume with blocks, when the entry does not say.
    pub device: String,
    /// The one member that has this pack. Needed only where several members have private packs of one serial, or
    /// where SYSTEM CONFIG lists the volume for more members than have it.
    pub member: Option<MemberName>,
    /// The owner on the label.
    pub owner: Option<String>,
    /// The equivalence id.
    pub eqid: Option<String>,
    /// The real device number.
    pub rdev: Option<u16>,
    /// How large the volume is, or is to be made.
    pub size: Option<VolumeSize>,
    /// Where the serial stands.
    pub place: Place,
}

/// A z/VM level such as 7.3. Levels compare as numbers do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Level {
    /// Version.
    pub version: u8,
    /// Release.
    pub release: u8,
}

impl Level {
    /// How many members a cluster of this level can have: four through 7.2, eight from 7.3.
    pub fn slots_max(self) -> u32 {
        if self
            >= (Level {
                version: 7,
                release: 3,
            })
        {
            8
        } else {
            4
        }
    }
}

impl Default for Level {
    fn default() -> Level {
        Level {
            version: 7,
            release: 3,
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.version, self.release)
    }
}

impl FromStr for Level {
    type Err = String;
    fn from_str(word: &str) -> Result<Level, String> {
        let level = word.split_once('.').and_then(|(version, release)| {
            Some(Level {
                version: version.parse().ok()?,
                release: release.parse().ok()?,
            })
        });
        level.ok_or_else(|| format!("{word:?} is no z/VM level such as \"7.3\""))
    }
}

/// Which backup product's layout a site follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Layout {
    /// IBM Backup and Restore Manager: IDENTITY servers on each member, one catalog.
    #[default]
    Brm,
    /// VM:Backup: one server for shared volumes, one for each member's private volumes.
    VmBackup,
}

impl fmt::Display for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Layout::Brm => "brm",
            Layout::VmBackup => "vmbackup",
        })
    }
}

/// What the installation wants of its backups.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Policy {
    /// How old the newest good copy of a minidisk may be.
    pub rpo_hours: Option<u32>,
}

/// Reads site.toml. None only when it is not text at all.
pub fn parse_site_toml(source: &Source) -> Parsed<Option<SiteToml>> {
    let mut complaints = Complaints::default();
    let site = fields::text(source, &mut complaints).map(|text| {
        let table = fields::table(source, text, &mut complaints);
        read_site(Fields::new(source, table.get_ref(), &(0..0)), &mut complaints)
    });
    complaints.with(site)
}

fn read_site(mut fields: Fields<'_, '_>, complaints: &mut Complaints) -> SiteToml {
    let name = fields.string("name", complaints);
    let level = fields.parsed("level", complaints, Level::from_str);
    let layout = fields.parsed("layout", complaints, |word| match word {
        "brm" => Ok(Layout::Brm),
        "vmbackup" => Ok(Layout::VmBackup),
        other => Err(format!("{other:?} is neither \"brm\" nor \"vmbackup\"")),
    });
    let repository = fields.string("repository", complaints);
    let seed = fields.number("seed", "a whole number", complaints);
    let policy = fields
        .table("policy", complaints)
        .map_or_else(Policy::default, |mut table| {
            let rpo_hours = table.number("rpo_hours", "a whole number of hours", complaints);
            table.finish(complaints);
            Policy {
                rpo_hours: rpo_hours.map(|hours| hours.value),
            }
        });
    let product_level = fields.table("product", complaints).and_then(|mut table| {
        let level = table.parsed("level", complaints, Level::from_str);
        table.finish(complaints);
        level
    });
    let volumes = each(&mut fields, "volume", read_volume, complaints);
    let suppressions = each(&mut fields, "suppress", extras::suppression, complaints);
    let pools = each(&mut fields, "pool", extras::pool, complaints);
    let tape_nodes = each(&mut fields, "tape", extras::tape_node, complaints);
    let modules = each(&mut fields, "module", extras::module, complaints);
    let workers = each(&mut fields, "worker", extras::worker, complaints);
    fields.finish(complaints);
    SiteToml {
        name: name.map(|name| name.value),
        level: level.map_or_else(Level::default, |level| level.value),
        layout: layout.map_or(Layout::Brm, |layout| layout.value),
        repository: repository.map(|repository| repository.value),
        seed: seed.map(|seed| seed.value),
        policy,
        volumes,
        product_level,
        suppressions,
        pools,
        tape_nodes,
        modules,
        workers,
    }
}

type Reader<T> = fn(Fields<'_, '_>, &mut Complaints) -> Option<T>;

fn each<T>(
    fields: &mut Fields<'_, '_>,
    key: &'static str,
    reader: Reader<T>,
    complaints: &mut Complaints,
) -> Vec<T> {
    let tables = fields.tables(key, complaints);
    tables
        .into_iter()
        .filter_map(|table| reader(table, complaints))
        .collect()
}

fn read_volume(mut table: Fields<'_, '_>, complaints: &mut Complaints) -> Option<VolumeEntry> {
    let given = table.get("volser").is_some();
    let volser = table.parsed("volser", complaints, |word| {
        Volser::new(&word.to_ascii_uppercase())
    });
    let mut text = |key| table.string(key, complaints).map(|text| text.value);
    let (image, device, owner, eqid) = (text("image"), text("device"), text("owner"), text("eqid"));
    let member = table.parsed("member", complaints, MemberName::new);
    let rdev = table.parsed("rdev", complaints, Vdev::from_str);
    let cylinders: Option<Located<u32>> =
        table.number("cylinders", "a whole number of cylinders", complaints);
    let blocks: Option<Located<u32>> =
        table.number("blocks", "a whole number of 512-byte blocks", complaints);
    if let (Some(_), Some(blocks)) = (&cylinders, &blocks) {
        complaints.error(
            blocks.place.clone(),
            "a volume has either cylinders or blocks; the blocks are ignored",
        );
    }
    let start = table.place().clone();
    table.finish(complaints);
    if !given {
        complaints.error(start, "the volume has no volser; add volser = \"...\"");
    }
    let cylinders = cylinders.map(|cylinders| VolumeSize::Cylinders(cylinders.value));
    let size = cylinders.or_else(|| blocks.map(|blocks| VolumeSize::Blocks(blocks.value)));
    let Located { value: volser, place } = volser?;
    let usual_device = if matches!(size, Some(VolumeSize::Blocks(_))) {
        "9336"
    } else {
        "3390"
    };
    Some(VolumeEntry {
        volser,
        image: image.unwrap_or_else(|| format!("volumes/{volser}.ckd")),
        device: device.map_or_else(|| usual_device.to_owned(), |device| device.to_ascii_uppercase()),
        member: member.map(|member| member.value),
        owner,
        eqid,
        rdev: rdev.map(|rdev| rdev.value.get()),
        size,
        place,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_with_two_volumes() {
        let text = r#"
name = "grid"
level = "7.2"
layout = "vmbackup"
repository = "backups"
seed = 42
policy = { rpo_hours = 24 }
[[volume]]
volser = "gscom1"
image = "volumes/GSCOM1.ckd"
device = "3390"
cylinders = 200
[[volume]]
volser = "GWRK01"
member = "GRIDA"
blocks = 4096
device = "9336"
rdev = "5a80"
"#;
        let Parsed { value, complaints } = parse_site_toml(&Source::new("site.toml", text));
        assert!(complaints.is_empty(), "{complaints:?}");
        let site = value.unwrap();
        assert_eq!(site.level.slots_max(), 4);
        assert_eq!(site.volumes[0].volser.as_str(), "GSCOM1");
        assert_eq!(site.volumes[0].size, Some(VolumeSize::Cylinders(200)));
        assert_eq!(site.volumes[1].member, Some(MemberName::new("GRIDA").unwrap()));
        assert_eq!(site.volumes[1].rdev, Some(0x5a80));
        assert_eq!(site.volumes[1].place.to_string(), "site.toml:14:10");
    }

    #[test]
    fn mistakes_are_told_and_the_rest_is_read() {
        let text = "level = \"seven\"\nvolume = 3\ncolour = 1\n";
        let Parsed { value, complaints } = parse_site_toml(&Source::new("site.toml", text));
        let shown: Vec<_> = complaints.iter().map(ToString::to_string).collect();
        assert_eq!(value.unwrap().level, Level::default());
        assert_eq!(shown.len(), 3, "{shown:#?}");
        assert!(shown[0].starts_with("site.toml:1:9: error: level: \"seven\" is no z/VM level"));
        assert!(shown[2].starts_with("site.toml:3:1: warning: \"colour\" is not known here"));
    }
}

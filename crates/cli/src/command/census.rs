//! `site info`: a user directory in figures.

use std::io::{self, Write};
use std::path::Path;

use anyhow::{Result, bail};
use serde::Serialize;
use zvm::{Complaint, Severity, Site, SiteFiles, Source};

use crate::args::SiteInfoArgs;
use crate::format::table;
use crate::output::View;
use crate::wiring::{SiteFolder, user_directory};

/// Counts what the directory of a site has, or a directory by itself.
pub(crate) fn count(args: &SiteInfoArgs) -> Result<Counted> {
    let path = &args.path;
    if path.is_dir() {
        let folder = SiteFolder::load(path)?;
        return Ok(Counted::of(&folder.site, &folder.complaints));
    }
    let folder = path.parent().unwrap_or(Path::new(""));
    let (directory, directory_parts) = user_directory(folder, path)?;
    let mut names: Vec<_> = directory_parts.iter().map(|part| part.name.clone()).collect();
    names.push(directory.name.clone());
    let parsed = Site::resolve(&SiteFiles {
        site_toml: Source::new("site.toml", ""),
        system_config: Source::new("SYSTEM.CONFIG", ""),
        directory,
        directory_parts,
        extent_control: None,
        jobs: Vec::new(),
    });
    let site = parsed.value;
    if site.directory.entries.is_empty() {
        bail!(
            "{} has no USER, IDENTITY, SUBCONFIG or PROFILE; is it a user directory?",
            path.display()
        );
    }
    // What the files beside it would have said is no complaint about a directory.
    let own = parsed
        .complaints
        .into_iter()
        .filter(|complaint| names.contains(&complaint.place.file));
    Ok(Counted::of(&site, &own.collect::<Vec<_>>()))
}

/// The figures.
#[derive(Serialize)]
pub(crate) struct Counted {
    members: usize,
    entries: Entries,
    minidisks: Minidisks,
    temporary: usize,
    r#virtual: usize,
    unallocated: usize,
    packs: usize,
    full_packs: usize,
    overlays: usize,
    overlaps: Overlaps,
    links: Links,
    complaints: Complaints,
}

#[derive(Serialize)]
struct Entries {
    profiles: usize,
    users: usize,
    identities: usize,
    subconfigs: usize,
    builds: usize,
}

#[derive(Serialize)]
struct Minidisks {
    count: usize,
    extents: usize,
    devices: usize,
    space_maps: usize,
    instances: usize,
}

#[derive(Serialize)]
struct Overlaps {
    pairs: usize,
    without_full_pack: usize,
}

#[derive(Serialize)]
struct Links {
    count: usize,
    dangling: usize,
    without_owner: usize,
    without_minidisk: usize,
}

#[derive(Serialize)]
struct Complaints {
    errors: usize,
    warnings: usize,
    notes: usize,
}

impl Counted {
    fn of(site: &Site, complaints: &[Complaint]) -> Self {
        let census = site.census();
        let of = |severity| {
            complaints
                .iter()
                .filter(|complaint| complaint.severity == severity)
                .count()
        };
        Self {
            members: site.cluster.members.len(),
            entries: Entries {
                profiles: census.profiles,
                users: census.users,
                identities: census.identities,
                subconfigs: census.subconfigs,
                builds: census.builds,
            },
            minidisks: Minidisks {
                count: census.minidisks(),
                extents: census.extents,
                devices: census.devices,
                space_maps: census.space_maps,
                instances: census.instances,
            },
            temporary: census.temporary,
            r#virtual: census.virtual_disks,
            unallocated: census.unallocated,
            packs: census.packs,
            full_packs: census.full_packs,
            overlays: census.overlays,
            overlaps: Overlaps {
                pairs: census.overlapping_pairs,
                without_full_pack: census.overlaps,
            },
            links: Links {
                count: census.links,
                dangling: census.dangling_links(),
                without_owner: census.links_without_owner,
                without_minidisk: census.links_without_minidisk,
            },
            complaints: Complaints {
                errors: of(Severity::Error),
                warnings: of(Severity::Warning),
                notes: of(Severity::Note),
            },
        }
    }

    fn rows(&self) -> [(&'static str, usize, String); 16] {
        let Self {
            entries,
            minidisks,
            overlaps,
            links,
            complaints,
            ..
        } = self;
        let plain = String::new;
        [
            ("members", self.members, plain()),
            ("users (USER)", entries.users, plain()),
            (
                "users (IDENTITY)",
                entries.identities,
                format!("{} BUILD", entries.builds),
            ),
            ("SUBCONFIG", entries.subconfigs, plain()),
            ("profiles", entries.profiles, plain()),
            (
                "minidisks",
                minidisks.count,
                format!(
                    "{} extents, {} of them space maps; {} by DEVNO",
                    minidisks.extents, minidisks.space_maps, minidisks.devices
                ),
            ),
            ("T-DISK", self.temporary, plain()),
            ("V-DISK", self.r#virtual, plain()),
            ("not allocated", self.unallocated, plain()),
            (
                "of all members",
                minidisks.instances,
                "each SUBCONFIG where it is built".to_owned(),
            ),
            ("packs", self.packs, plain()),
            (
                "full-pack minidisks",
                self.full_packs,
                format!("{} overlays", self.overlays),
            ),
            (
                "overlapping pairs",
                overlaps.pairs,
                format!("{} without a full-pack minidisk", overlaps.without_full_pack),
            ),
            ("LINK", links.count, plain()),
            (
                "dangling",
                links.dangling,
                format!(
                    "{} no such owner, {} no such minidisk",
                    links.without_owner, links.without_minidisk
                ),
            ),
            (
                "complaints",
                complaints.errors + complaints.warnings + complaints.notes,
                format!(
                    "{} errors, {} warnings, {} notes",
                    complaints.errors, complaints.warnings, complaints.notes
                ),
            ),
        ]
    }
}

impl View for Counted {
    fn human(&self, out: &mut dyn Write) -> io::Result<()> {
        let rows = self
            .rows()
            .map(|(what, count, more)| vec![what.to_owned(), count.to_string(), more]);
        writeln!(out, "{}", table(&["WHAT", "COUNT", ""], &[1], rows.into()))
    }
}

//! `site import`: a site around images that somebody has.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use dasd::{Geometry, Volser};
use serde::Serialize;
use zvm::{Layout, Site};

use super::{backup, image, suggest};
use crate::args::{LayoutArg, SiteImportArgs};
use crate::format::{bytes, count, table};
use crate::output::View;
use crate::selector;
use crate::wiring::{SiteFolder, user_directory};

/// The one system of a site that was given no SYSTEM CONFIG.
const SYSTEM: &str = "LOCAL";

/// Whose full-pack minidisks the volumes are where no directory was given.
const OWNER: &str = "VOLUMES";

/// Makes the site under a passing name, so that a folder of that name holds a whole one.
pub(super) fn import(args: &SiteImportArgs) -> Result<Imported> {
    let dir = &args.dir;
    if fs::read_dir(dir).is_ok_and(|mut entries| entries.next().is_some()) {
        bail!("{} is not empty; a site needs a folder of its own", dir.display());
    }
    let volumes = volumes(args)?;
    let passing = passing_name(dir)?;
    fs::create_dir_all(passing.join("jobs"))
        .with_context(|| format!("cannot make the folder {}", passing.display()))?;
    let made = fill(&passing, args, &volumes).and_then(|imported| {
        // An empty folder of that name may be there.
        drop(fs::remove_dir(dir));
        fs::rename(&passing, dir).with_context(|| format!("cannot make the folder {}", dir.display()))?;
        Ok(imported)
    });
    if made.is_err() {
        drop(fs::remove_dir_all(&passing));
    }
    made
}

fn passing_name(dir: &Path) -> Result<PathBuf> {
    let name = dir.file_name().context("a site needs a folder with a name")?;
    let mut passing = name.to_os_string();
    passing.push(format!(".partial-{}", std::process::id()));
    Ok(dir.with_file_name(passing))
}

/// An image that becomes a volume of the site.
struct Found {
    image: PathBuf,
    geometry: Geometry,
    owner: Option<String>,
    is_cp_owned: bool,
}

fn volumes(args: &SiteImportArgs) -> Result<BTreeMap<Volser, Found>> {
    let mut volumes: BTreeMap<Volser, Found> = BTreeMap::new();
    for named in &args.images {
        let (name, file) = backup::name_and_file(named);
        let volume = image::open(file)?;
        let volser = backup::volser_of(&volume, name, file)?;
        // Without a label the name of the file may be longer than a serial, which site.toml does not take.
        selector::name(volser.as_str(), Volser::new)
            .with_context(|| format!("{0} has no label; name it with --image NAME={0}", file.display()))?;
        let label = volume.label();
        let found = Found {
            image: fs::canonicalize(file).with_context(|| format!("cannot find {}", file.display()))?,
            geometry: volume.geometry().clone(),
            owner: label
                .map(|label| label.owner.clone())
                .filter(|owner| !owner.is_empty()),
            is_cp_owned: label.is_some_and(|label| label.marker.is_some()),
        };
        if let Some(first) = volumes.get(&volser) {
            bail!(
                "{} and {} are both named {volser}; tell them apart with --image NAME={}",
                file.display(),
                first.image.display(),
                file.display()
            );
        }
        volumes.insert(volser, found);
    }
    Ok(volumes)
}

fn fill(site: &Path, args: &SiteImportArgs, volumes: &BTreeMap<Volser, Found>) -> Result<Imported> {
    let name = args
        .dir
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or("site");
    let layout = match args.layout {
        LayoutArg::Brm => Layout::Brm,
        LayoutArg::Vmbackup => Layout::VmBackup,
    };
    let mut files = Vec::new();
    let mut put = |name: &str, bytes: &[u8]| {
        files.push(name.to_owned());
        write_file(&site.join(name), bytes)
    };
    match &args.system_config {
        Some(file) => put("SYSTEM.CONFIG", &read_file(file)?)?,
        None => put("SYSTEM.CONFIG", system_config(volumes).as_bytes())?,
    }
    match &args.directory {
        Some(file) => {
            let folder = file.parent().unwrap_or(Path::new("."));
            let (directory, parts) = user_directory(folder, file)?;
            put("USER.DIRECT", &directory.bytes)?;
            for part in parts {
                refuse_taken(&part.name)?;
                put(&part.name, &part.bytes)?;
            }
        }
        None => put("USER.DIRECT", full_packs(volumes).as_bytes())?,
    }
    if let Some(file) = &args.extent_control {
        put("EXTENT.CONTROL", &read_file(file)?)?;
    }
    let images = images(site, args.copy, volumes)?;
    let mut toml = site_toml(name, layout, volumes, &images);
    toml.push_str(&accepted(args));
    put("site.toml", toml.as_bytes())?;
    let folder = SiteFolder::load(site)?;
    folder.refuse_nothing()?;
    let proposal = args
        .directory
        .as_ref()
        .map(|_| rules::propose(&folder.site, layout));
    let (jobs, open) = proposal.map_or_else(Default::default, suggest::jobs_of);
    let jobs = if jobs.is_empty() {
        vec![all_volumes(&folder.site)?]
    } else {
        jobs
    };
    for (file, text) in jobs {
        put(&file, text.as_bytes())?;
    }
    Ok(Imported {
        site: args.dir.clone(),
        volumes: volumes
            .iter()
            .map(|(volser, found)| ImportedVolume::of(*volser, found))
            .collect(),
        users: folder.site.users.len(),
        minidisks: folder.site.minidisks.len(),
        complaints: folder.complaints.len(),
        files,
        open,
    })
}

/// Refuses a part that LOAD names if it lay outside the site, or over another of its files.
fn refuse_taken(part: &str) -> Result<()> {
    const TAKEN: [&str; 5] = [
        "USER.DIRECT",
        "SYSTEM.CONFIG",
        "EXTENT.CONTROL",
        "SITE.TOML",
        "FACTS.TOML",
    ];
    let name = part.to_ascii_uppercase();
    if name.contains(['/', '\\']) || name.starts_with('.') || TAKEN.contains(&name.as_str()) {
        bail!("the directory loads {part}, and no file of that name can be a part of it");
    }
    Ok(())
}

/// One system that sees all volumes.
fn system_config(volumes: &BTreeMap<Volser, Found>) -> String {
    let mut text = format!(
        "/* SYSTEM CONFIG: made for images that were imported without one */\n\n  System_Identifier LPAR {SYSTEM} {SYSTEM}\n\n"
    );
    for (slot, (volser, _)) in (1..).zip(volumes.iter().filter(|(_, found)| found.is_cp_owned)) {
        text.push_str(&format!("  CP_Owned Slot {slot:3}  {volser}\n"));
    }
    for (volser, _) in volumes.iter().filter(|(_, found)| !found.is_cp_owned) {
        text.push_str(&format!("  User_Volume_List  {volser}\n"));
    }
    text
}

/// A directory in which each volume is a full-pack minidisk.
fn full_packs(volumes: &BTreeMap<Volser, Found>) -> String {
    let mut text =
        format!("* USER DIRECT: made for images that were imported without one\nUSER {OWNER} NOLOG\n");
    for (vdev, (volser, found)) in (0x0100..).zip(volumes) {
        let device = match &found.geometry {
            Geometry::Ckd(geometry) => geometry.device.name,
            Geometry::Fba(_) => "FB-512",
        };
        text.push_str(&format!(" MDISK {vdev:04X} {device} 0 END {volser} RR\n"));
    }
    text
}

/// Where each image lies, as site.toml says it: where it was found, or in the site.
fn images(site: &Path, copy: bool, volumes: &BTreeMap<Volser, Found>) -> Result<Vec<String>> {
    let mut images = Vec::with_capacity(volumes.len());
    for (volser, found) in volumes {
        if copy {
            let extension = found
                .image
                .extension()
                .and_then(|name| name.to_str())
                .unwrap_or("ckd");
            let name = format!("volumes/{volser}.{extension}");
            let to = site.join(&name);
            fs::create_dir_all(site.join("volumes"))
                .and_then(|()| fs::copy(&found.image, &to))
                .with_context(|| format!("cannot copy {} into the site", found.image.display()))?;
            images.push(name);
        } else {
            let name = found.image.to_str();
            let name = name.with_context(|| {
                format!(
                    "{} has a name that is not UTF-8; use --copy",
                    found.image.display()
                )
            })?;
            images.push(name.to_owned());
        }
    }
    Ok(images)
}

fn site_toml(name: &str, layout: Layout, volumes: &BTreeMap<Volser, Found>, images: &[String]) -> String {
    let quoted = |text: &str| toml_string(text);
    let mut text = format!(
        "name = {}\nlayout = \"{layout}\"\nrepository = \"repository\"\n",
        quoted(name)
    );
    for ((volser, found), image) in volumes.iter().zip(images) {
        let size = match &found.geometry {
            Geometry::Ckd(geometry) => {
                format!(
                    "device = \"{}\"\ncylinders = {}",
                    geometry.device.name,
                    geometry.cylinders.get()
                )
            }
            Geometry::Fba(geometry) => format!("blocks = {}", geometry.blocks.get()),
        };
        text.push_str(&format!(
            "\n[[volume]]\nvolser = \"{volser}\"\nimage = {}\n{size}\n",
            quoted(image)
        ));
        if let Some(owner) = &found.owner {
            text.push_str(&format!("owner = {}\n", quoted(owner)));
        }
    }
    text
}

/// The findings that follow from what was made here in place of missing files.
fn accepted(args: &SiteImportArgs) -> String {
    let mut codes = Vec::new();
    if args.system_config.is_none() {
        codes.push(("SSI-CFG-001", "one system alone, not a cluster"));
    }
    if args.directory.is_none() {
        codes.push(("SSI-COV-011", "each volume is one minidisk"));
    }
    let table = |(code, reason)| format!("\n[[suppress]]\ncode = \"{code}\"\nreason = \"{reason}\"\n");
    codes.into_iter().map(table).collect()
}

/// A basic string of TOML.
fn toml_string(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            control if control.is_control() => quoted.push_str(&format!("\\u{:04X}", u32::from(control))),
            plain => quoted.push(plain),
        }
    }
    quoted.push('"');
    quoted
}

/// One job for all volumes.
fn all_volumes(site: &Site) -> Result<(String, String)> {
    let member = site
        .cluster
        .members
        .first()
        .context("the site has a member")?
        .name;
    let mut text = format!(
        "# All volumes as a whole.\nname = \"VOLUMES\"\nmember = \"{member}\"\nkind = \"full\"\ndata = \"volumes\"\n"
    );
    for volume in &site.volumes {
        text.push_str(&format!("\n[[include]]\nvolser = \"{}\"\n", volume.key.volser));
    }
    Ok(("jobs/VOLUMES.toml".to_owned(), text))
}

#[allow(
    clippy::disallowed_methods,
    reason = "the command line writes the files of a new site"
)]
fn write_file(path: &Path, bytes: &[u8]) -> Result<()> {
    fs::write(path, bytes).with_context(|| format!("cannot write {}", path.display()))
}

#[allow(
    clippy::disallowed_methods,
    reason = "the command line reads the files of an installation"
)]
fn read_file(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

/// The new site.
#[derive(Serialize)]
pub(super) struct Imported {
    site: PathBuf,
    files: Vec<String>,
    volumes: Vec<ImportedVolume>,
    users: usize,
    minidisks: usize,
    /// What `check` has to say of the files, beside the rules.
    complaints: usize,
    /// What no job can be proposed for, and why.
    open: Vec<String>,
}

#[derive(Serialize)]
struct ImportedVolume {
    volser: Volser,
    image: PathBuf,
    geometry: String,
    bytes: u64,
    owner: Option<String>,
}

impl ImportedVolume {
    fn of(volser: Volser, found: &Found) -> Self {
        Self {
            volser,
            image: found.image.clone(),
            geometry: found.geometry.to_string(),
            bytes: found.geometry.size(),
            owner: found.owner.clone(),
        }
    }
}

impl View for Imported {
    fn human(&self, out: &mut dyn Write) -> io::Result<()> {
        let rows = self.volumes.iter().map(|volume| {
            vec![
                volume.volser.to_string(),
                volume.geometry.clone(),
                bytes(volume.bytes),
                volume.owner.clone().unwrap_or_default(),
                volume.image.display().to_string(),
            ]
        });
        let header = ["VOLUME", "GEOMETRY", "SIZE", "OWNER", "IMAGE"];
        writeln!(out, "{}", table(&header, &[2], rows.collect()))?;
        for open in &self.open {
            writeln!(out, "left open: {open}")?;
        }
        let dir = self.site.display();
        writeln!(
            out,
            "wrote {} to {dir}: {}, {}; `ssibackup check {dir}` checks them, `ssibackup backup {dir} --all` backs up",
            count(self.files.len(), "file", "files"),
            count(self.users, "user", "users"),
            count(self.minidisks, "minidisk", "minidisks"),
        )
    }
}

//! From folders and URLs to the things the engine works with.

mod place;

use std::fs;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use catalog::{Catalog, CatalogStore, CatalogTask, MemoryStore, RedbStore, Spent};
use engine::{Chance, ClusterState, Disks, Env, SystemChance, SystemClock, Threads};
use store::{Repository, RepositoryId};
use zvm::{Complaint, Facts, Severity, Site, SiteFiles, Source};

use crate::exit::Usage;
use crate::output::warn;

pub(crate) use place::Place;

/// Threads that write to devices: one keeps the disk busy while the other is answered.
const WRITERS: NonZeroUsize = NonZeroUsize::new(2).expect("two is not zero");

/// The file in a repository's folder that holds the catalog.
const CATALOG_FILE: &str = "catalog.redb";

/// A site that was read and resolved.
pub(crate) struct SiteFolder {
    pub(crate) path: PathBuf,
    pub(crate) site: Arc<Site>,
    pub(crate) complaints: Vec<Complaint>,
    pub(crate) files: SiteFiles,
    /// What FACTS.toml says of the past, if the site has one.
    pub(crate) facts: Option<Facts>,
    facts_file: Option<Source>,
}

impl SiteFolder {
    /// Reads and resolves the site in `path`.
    pub(crate) fn load(path: &Path) -> Result<Self> {
        let site_toml = path.join("site.toml");
        if !site_toml.is_file() {
            bail!(
                "{} is not a site: it has no site.toml; `ssibackup site new` makes one",
                path.display()
            );
        }
        let mut jobs = Vec::new();
        for file in sorted_files(&path.join("jobs"), "toml")? {
            jobs.push(source(path, &file)?);
        }
        let (directory, directory_parts) = user_directory(path, &path.join("USER.DIRECT"))?;
        let extent_control = path.join("EXTENT.CONTROL");
        let files = SiteFiles {
            site_toml: source(path, &site_toml)?,
            system_config: source(path, &path.join("SYSTEM.CONFIG"))?,
            directory,
            directory_parts,
            extent_control: extent_control
                .is_file()
                .then(|| source(path, &extent_control))
                .transpose()?,
            jobs,
        };
        if files.site_toml.bytes.trim_ascii().is_empty() {
            bail!(
                "{} is empty; write it anew, or get it back from a copy",
                site_toml.display()
            );
        }
        let parsed = Site::resolve(&files);
        let facts_path = path.join("FACTS.toml");
        let facts_file = facts_path
            .is_file()
            .then(|| source(path, &facts_path))
            .transpose()?;
        let mut complaints = parsed.complaints;
        let facts = facts_file
            .as_ref()
            .map(|file| zvm::parse_facts(file).unload(&mut complaints));
        Ok(Self {
            path: path.to_owned(),
            site: Arc::new(parsed.value),
            complaints,
            files,
            facts,
            facts_file,
        })
    }

    /// All files that were read, for the lines that findings quote.
    pub(crate) fn sources(&self) -> Vec<&Source> {
        let files = &self.files;
        let mut all = vec![&files.site_toml, &files.system_config, &files.directory];
        all.extend(&files.directory_parts);
        all.extend(&files.extent_control);
        all.extend(&files.jobs);
        all.extend(&self.facts_file);
        all
    }

    /// Where the site's backups go: what was asked for, or what site.toml says.
    pub(crate) fn repository(&self, asked: Option<&str>) -> Result<String> {
        if let Some(asked) = asked {
            return Ok(asked.to_owned());
        }
        match &self.site.repository {
            Some(place) if place.contains("://") || Path::new(place).is_absolute() => Ok(place.clone()),
            Some(place) => Ok(self.path.join(place).to_string_lossy().into_owned()),
            None => match self
                .errors()
                .find(|error| *error.place.file == *self.files.site_toml.name)
            {
                Some(error) => bail!("site.toml names no repository: {error}"),
                None => Err(Usage("site.toml names no repository; give one with --repo".to_owned()).into()),
            },
        }
    }

    /// The complaints about things that had to be left out of the site.
    fn errors(&self) -> impl Iterator<Item = &Complaint> {
        self.complaints
            .iter()
            .filter(|complaint| complaint.severity == Severity::Error)
    }

    /// Refuses a site with nothing in it that could be backed up: its files cannot be what they should be.
    pub(crate) fn refuse_nothing(&self) -> Result<()> {
        let site = self.path.display();
        if self.site.cluster.members.is_empty() {
            bail!("{site}/SYSTEM.CONFIG names no member of a cluster; is it the right file, and whole?");
        }
        if self.site.minidisks.is_empty() {
            bail!("{site}/USER.DIRECT has no minidisk; is it the right file, and whole?");
        }
        Ok(())
    }

    /// Warns of errors in the files of the site. True when there are any: whatever is planned or copied is then not
    /// all that was meant.
    pub(crate) fn warn_of_errors(&self) -> bool {
        const SHOWN: usize = 8;
        for error in self.errors().take(SHOWN) {
            warn(&error.to_string());
        }
        let all = self.errors().count();
        if all > SHOWN {
            let site = self.path.display();
            warn(&format!(
                "{} more errors; `ssibackup check {site}` shows all",
                all - SHOWN
            ));
        }
        all > 0
    }

    /// Every member of the cluster, all of them joined.
    pub(crate) fn all_joined(&self) -> ClusterState {
        ClusterState::all_joined(self.site.cluster.members.iter().map(|member| member.name))
    }
}

/// A user directory, and the parts in its folder that its LOAD statements name.
pub(crate) fn user_directory(folder: &Path, file: &Path) -> Result<(Source, Vec<Source>)> {
    let directory = source(folder, file)?;
    let loads = zvm::parse_directory(&directory).value.loads;
    let parts = loads
        .iter()
        .map(|part| source(folder, &folder.join(file_of(&part.value))));
    let parts = parts.collect::<Result<_>>()?;
    Ok((directory, parts))
}

fn source(site: &Path, file: &Path) -> Result<Source> {
    #[allow(
        clippy::disallowed_methods,
        reason = "the command line reads the files of a site"
    )]
    let bytes = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let name = file
        .strip_prefix(site)
        .unwrap_or(file)
        .to_string_lossy()
        .into_owned();
    Ok(if name.ends_with(".toml") {
        Source::new(name, bytes)
    } else {
        Source::received(name, bytes)
    })
}

/// The file of a part that a LOAD statement names: `FN FT FM` on CMS, `FN.FT` in a site folder.
fn file_of(part: &str) -> String {
    part.split_whitespace().take(2).collect::<Vec<_>>().join(".")
}

fn sorted_files(folder: &Path, extension: &str) -> Result<Vec<PathBuf>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))? {
        let path = entry
            .with_context(|| format!("cannot list {}", folder.display()))?
            .path();
        if path
            .extension()
            .is_some_and(|found| found.eq_ignore_ascii_case(extension))
        {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// Whether a repository may be made where there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Missing {
    /// Make one, with its catalog.
    Create,
    /// Make a catalog only, which is about to be filled.
    CreateCatalog,
    /// That is an error.
    Refuse,
}

/// An open repository with its catalog and everything else the engine needs.
pub(crate) struct Session {
    pub(crate) env: Env,
    task: CatalogTask,
    /// Where the catalog's owner works.
    owner: catalog::Pool,
}

impl Session {
    /// Opens the repository at `location` and becomes the owner of its catalog.
    pub(crate) async fn open(
        location: &str,
        missing: Missing,
        disks: Arc<dyn Disks>,
        cluster: ClusterState,
        threads: Option<NonZeroUsize>,
    ) -> Result<Self> {
        let chance: Arc<dyn Chance> = Arc::new(SystemChance);
        let repository = open_repository(location, missing, &*chance).await?;
        let catalog_file = catalog_file(location)?;
        if let Some(file) = &catalog_file
            && missing != Missing::CreateCatalog
            && is_missing(file)
            && (missing == Missing::Refuse || has_records(&repository).await?)
        {
            bail!(
                "{} has no catalog: {} is missing or empty; `ssibackup catalog rebuild {location}` makes one from its \
                 packs and records",
                repository.place(),
                file.display()
            );
        }
        let catalog: Box<dyn CatalogStore> = match &catalog_file {
            Some(file) => Box::new(RedbStore::open(file)?),
            None => Box::new(MemoryStore::new()),
        };
        let owner = format!("process {}", std::process::id());
        let pool = catalog::Pool::default();
        let (catalog, task) = Catalog::start(catalog, Arc::new(pool.clone()), &owner).await?;
        let threads = threads
            .or_else(|| std::thread::available_parallelism().ok())
            .unwrap_or(NonZeroUsize::MIN);
        let env = Env {
            clock: Arc::new(SystemClock),
            disks,
            repository,
            catalog,
            compute: Arc::new(Threads::start(threads).context("cannot start threads")?),
            writers: Arc::new(Threads::start(WRITERS).context("cannot start threads")?),
            cluster: cluster.steady(),
            chance,
        };
        if missing == Missing::Create {
            tidy_up(location, &env).await?;
        }
        Ok(Self {
            env,
            task,
            owner: pool,
        })
    }

    /// Has all pages of the catalog at `location` read when it is opened next.
    pub(crate) fn distrust_catalog(location: &str) -> Result<()> {
        if let Some(file) = catalog_file(location)? {
            RedbStore::distrust(&file);
        }
        Ok(())
    }

    /// What the work of the owner of the catalog took so far.
    pub(crate) fn catalog_spent(&self) -> Spent {
        self.owner.spent()
    }

    /// Lets go of the catalog and waits until its owner has put everything away.
    pub(crate) async fn close(self) -> Result<()> {
        drop(self.env);
        self.task.join().await?;
        Ok(())
    }
}

/// Clears away what a run that died left behind. Whoever owns the catalog is the only one who writes, so every
/// passing file in the repository is such a left-over.
async fn tidy_up(location: &str, env: &Env) -> Result<()> {
    if let Some(folder) = store::folder_of(location)? {
        let now = u64::try_from(env.clock.now().as_micros()).unwrap_or_default();
        let before = std::time::UNIX_EPOCH + std::time::Duration::from_micros(now);
        let swept = folder
            .sweep(before)
            .context("cannot clear away left-over files")?;
        if swept > 0 {
            tracing::info!(swept, "removed passing files of a run that died");
        }
    }
    let mended = engine::mend_records(env).await?;
    if mended > 0 {
        tracing::info!(mended, "wrote the records of instances that a run had left open");
    }
    Ok(())
}

async fn open_repository(location: &str, missing: Missing, chance: &dyn Chance) -> Result<Repository> {
    if missing != Missing::Create {
        return Ok(Repository::open(store::locate(location)?).await?);
    }
    let fresh = folder_is_empty(location);
    let place = store::create_at(location)?;
    match Repository::open(Arc::clone(&place)).await {
        Err(store::OpenError::NoRepository { .. }) if fresh => {
            let id = std::array::from_fn(|_| u8::try_from(chance.below(256)).unwrap_or_default());
            Ok(Repository::create(place, RepositoryId(id)).await?)
        }
        Err(store::OpenError::NoRepository { place }) => {
            bail!(
                "{place} is not empty and holds no repository: there is no ssibackup.repo in it; choose an empty or a new folder"
            )
        }
        opened => Ok(opened?),
    }
}

/// True when there is no catalog in that file. An empty one is what a run leaves that died in its first moment.
fn is_missing(file: &Path) -> bool {
    fs::metadata(file).map_or(true, |meta| meta.len() == 0)
}

/// True when something was backed up: a new, empty catalog would hide it.
async fn has_records(repository: &Repository) -> Result<bool> {
    Ok(!repository
        .list_records(store::RecordKind::Instances)
        .await?
        .is_empty())
}

/// Makes sure that there is a repository before its catalog is touched.
pub(crate) async fn open_repository_for_rebuild(location: &str) -> Result<()> {
    Repository::open(store::locate(location)?).await?;
    Ok(())
}

/// True when nothing is at `location` yet that a new repository could get mixed up with.
fn folder_is_empty(location: &str) -> bool {
    let path = location.strip_prefix("file://").unwrap_or(location);
    fs::read_dir(path).map_or(true, |mut entries| entries.next().is_none())
}

/// The folder that `location` means; none for a repository in memory.
fn folder_path(location: &str) -> Result<Option<PathBuf>> {
    if store::folder_of(location)?.is_none() {
        return Ok(None);
    }
    let path = match location.split_once("://") {
        Some(_) => url::Url::parse(location)?.to_file_path().ok(),
        None => Some(PathBuf::from(location)),
    };
    Ok(path)
}

/// The file of the catalog of the repository at `location`; none for one in memory.
pub(crate) fn catalog_file(location: &str) -> Result<Option<PathBuf>> {
    Ok(folder_path(location)?.map(|folder| folder.join(CATALOG_FILE)))
}

/// A runtime for one command.
pub(crate) fn runtime() -> Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("cannot start the runtime")
}

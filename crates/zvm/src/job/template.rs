//! `[template]`: what a VM:Backup job template says beside the selection.
//!
//! The exclusion file is the `[[exclude]]` tables of the job; the template says how that file was made. The exception
//! file is `[[template.exception]]`, in the order of its records, of which the first that fits is used.

use crate::{
    parsed::Complaints,
    place::Place,
    text::{fields::Fields, keys::Keys, mask::Mask},
};

/// A VM:Backup job template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// `record`: the type of the template's include records.
    pub record: RecordType,
    /// `exclusion`: how the exclusion file was made.
    pub exclusion: Option<ExclusionFile>,
    /// `format`: BKPTYPE.
    pub format: BackupFormat,
    /// `change`: CMSCHANGE.
    pub change: Option<ChangeTest>,
    /// `phys_change = false`: PHYSCHANGE NONE.
    pub phys_change: bool,
    /// `catalog = false`: CATALOG CREATE NO.
    pub catalog: bool,
    /// `discard`: days until the catalog is removed.
    pub discard: u32,
    /// `condense`: days until a file-level catalog becomes a domain-level one.
    pub condense: u32,
    /// `streams`: how many at once.
    pub streams: u32,
    /// `copies`: beside the primary one.
    pub copies: u32,
    /// `file_pools`: the file pools that are included.
    pub file_pools: Vec<String>,
    /// `[[template.exception]]`.
    pub exceptions: Vec<Exception>,
    /// Where the template starts.
    pub place: Place,
    /// Where its values stand.
    pub keys: Keys,
}

/// The type of an include or exception record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RecordType {
    /// User id and device.
    UserId,
    /// Account number.
    Account,
    /// ACI group.
    AciGroup,
    /// SFS file space.
    FileSpace,
}

/// How an exclusion file was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ExclusionFile {
    /// On the screen, which has room for twelve volumes.
    Screen,
    /// Imported through TPI.
    Tpi,
}

/// BKPTYPE.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs, reason = "the names are the product's own")]
pub enum BackupFormat {
    Logical,
    Physical,
    Cms,
    CmsAlloc,
    Sfs,
    Archive,
}

/// CMSCHANGE: how changes are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChangeTest {
    /// By the attributes of the file.
    Date,
    /// By the content.
    Hash,
}

/// One record of the exception file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exception {
    /// Its type.
    pub record: RecordType,
    /// `name`: user, account, group or file space.
    pub name: Mask,
    /// `vdev`, for user ids.
    pub vdev: Mask,
    /// The format for what fits.
    pub format: Option<BackupFormat>,
    /// Where it stands.
    pub place: Place,
    /// Where its values stand.
    pub keys: Keys,
}

/// The days that the product takes when the template does not say.
const DISCARD: u32 = 30;
const CONDENSE: u32 = 15;

impl RecordType {
    const ALL: [RecordType; 4] = [
        RecordType::UserId,
        RecordType::Account,
        RecordType::AciGroup,
        RecordType::FileSpace,
    ];

    /// How a job file writes it.
    pub fn word(self) -> &'static str {
        match self {
            RecordType::UserId => "userid",
            RecordType::Account => "account",
            RecordType::AciGroup => "acigroup",
            RecordType::FileSpace => "filespace",
        }
    }
}

impl BackupFormat {
    const ALL: [BackupFormat; 6] = [
        BackupFormat::Logical,
        BackupFormat::Physical,
        BackupFormat::Cms,
        BackupFormat::CmsAlloc,
        BackupFormat::Sfs,
        BackupFormat::Archive,
    ];

    /// How a job file writes it.
    pub fn word(self) -> &'static str {
        match self {
            BackupFormat::Logical => "logical",
            BackupFormat::Physical => "physical",
            BackupFormat::Cms => "cms",
            BackupFormat::CmsAlloc => "cmsalloc",
            BackupFormat::Sfs => "sfs",
            BackupFormat::Archive => "archive",
        }
    }
}

fn record_type(word: &str) -> Result<RecordType, String> {
    one_of(word, RecordType::ALL, RecordType::word)
}

fn format_of(word: &str) -> Result<BackupFormat, String> {
    one_of(word, BackupFormat::ALL, BackupFormat::word)
}

fn one_of<T: Copy, const N: usize>(
    word: &str,
    all: [T; N],
    shown: fn(T) -> &'static str,
) -> Result<T, String> {
    all.into_iter().find(|one| shown(*one) == word).ok_or_else(|| {
        let known: Vec<String> = all.iter().map(|one| format!("{:?}", shown(*one))).collect();
        format!("{word:?} is none of {}", known.join(", "))
    })
}

pub(super) fn read(mut table: Fields<'_, '_>, complaints: &mut Complaints) -> Template {
    let record = table.parsed("record", complaints, record_type);
    let exclusion = table.parsed("exclusion", complaints, |word| match word {
        "screen" => Ok(ExclusionFile::Screen),
        "tpi" => Ok(ExclusionFile::Tpi),
        other => Err(format!("{other:?} is neither \"screen\" nor \"tpi\"")),
    });
    let format = table.parsed("format", complaints, format_of);
    let change = table.parsed("change", complaints, |word| match word {
        "date" => Ok(ChangeTest::Date),
        "hash" => Ok(ChangeTest::Hash),
        other => Err(format!("{other:?} is neither \"date\" nor \"hash\"")),
    });
    let phys_change = table.boolean("phys_change", complaints).unwrap_or(true);
    let catalog = table.boolean("catalog", complaints).unwrap_or(true);
    let mut number = |key, usual| {
        table
            .number(key, "a whole number", complaints)
            .map_or(usual, |number| number.value)
    };
    let (discard, condense) = (number("discard", DISCARD), number("condense", CONDENSE));
    let (streams, copies) = (number("streams", 1), number("copies", 0));
    let file_pools = table.strings("file_pools", complaints);
    let exceptions = table.tables("exception", complaints);
    let exceptions = exceptions
        .into_iter()
        .map(|table| exception(table, complaints))
        .collect();
    let (place, keys) = (table.place().clone(), table.keys());
    table.finish(complaints);
    Template {
        record: record.map_or(RecordType::UserId, |record| record.value),
        exclusion: exclusion.map(|exclusion| exclusion.value),
        format: format.map_or(BackupFormat::Logical, |format| format.value),
        change: change.map(|change| change.value),
        phys_change,
        catalog,
        discard,
        condense,
        streams,
        copies,
        file_pools: file_pools
            .into_iter()
            .map(|pool| pool.value.to_ascii_uppercase())
            .collect(),
        exceptions,
        place,
        keys,
    }
}

fn exception(mut table: Fields<'_, '_>, complaints: &mut Complaints) -> Exception {
    let record = table.parsed("record", complaints, record_type);
    let mut mask = |key| {
        table
            .string(key, complaints)
            .map_or_else(|| Mask::new("*"), |text| Mask::new(&text))
    };
    let (name, vdev) = (mask("name"), mask("vdev"));
    let format = table.parsed("format", complaints, format_of);
    let (place, keys) = (table.place().clone(), table.keys());
    table.finish(complaints);
    Exception {
        record: record.map_or(RecordType::UserId, |record| record.value),
        name,
        vdev,
        format: format.map(|format| format.value),
        place,
        keys,
    }
}

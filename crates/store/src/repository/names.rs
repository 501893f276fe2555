//! Which object lies under which name.

use object_store::path::Path;

use crate::pack::PackName;

/// The object that makes a place a repository.
pub(super) const REPOSITORY_OBJECT: &str = "ssibackup.repo";

/// Longest part of a record's name.
const PART_LEN_MAX: usize = 64;

/// The folder of the packs.
pub(super) fn packs() -> Path {
    Path::from("packs")
}

/// `packs/ab/abcd...`: two digits first, so that no folder grows without bound.
pub(super) fn pack(name: &PackName) -> Path {
    let hex = name.to_string();
    Path::from_iter(["packs", &hex[..2], &hex])
}

/// The pack that lies under this name; `None` for anything that is not where a pack lies.
pub(super) fn pack_at(path: &Path) -> Option<PackName> {
    let name: PackName = path.filename()?.parse().ok()?;
    (pack(&name) == *path).then_some(name)
}

/// What a record is about; each kind has a folder of its own under `records`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RecordKind {
    /// Begin and end of backup instances: `records/instances/JOB/000001.begin`.
    Instances,
}

impl RecordKind {
    fn folder(self) -> &'static str {
        match self {
            RecordKind::Instances => "instances",
        }
    }
}

/// The folder of a kind of records.
pub(super) fn records(kind: RecordKind) -> Path {
    Path::from_iter(["records", kind.folder()])
}

/// Where a record lies; `None` if the name cannot be that of a record.
pub(super) fn record(kind: RecordKind, name: &str) -> Option<Path> {
    let good = |byte: u8| byte.is_ascii_alphanumeric() || b"._-@$#".contains(&byte);
    let part_is_good = |part: &str| {
        (1..=PART_LEN_MAX).contains(&part.len())
            && part.bytes().all(good)
            && part.bytes().any(|byte| byte != b'.')
    };
    let folder = records(kind);
    // A path percent-encodes what is special to some store, of the characters above only `#`.
    name.split('/')
        .all(part_is_good)
        .then(|| folder.parts().chain(name.split('/').map(Into::into)).collect())
}

/// The name of the record at `path`; `None` if no record of this kind could lie there.
pub(super) fn record_at(kind: RecordKind, path: &Path) -> Option<String> {
    let parts: Vec<_> = path.prefix_match(&records(kind))?.collect();
    let parts: Vec<&str> = parts.iter().map(AsRef::as_ref).collect();
    let name = parts.join("/").replace("%23", "#");
    (record(kind, &name)? == *path).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_paths_agree() {
        let name = PackName::from_bytes([0xab; 32]);
        assert!(pack(&name).as_ref().starts_with("packs/ab/abab"));
        assert_eq!(pack_at(&pack(&name)), Some(name));
        assert_eq!(pack_at(&Path::from(format!("packs/aa/{name}"))), None);
        for good in ["NIGHTLY/000001.begin", "JOB#1/A$B@C/x", "JOB#12/#7"] {
            let path = record(RecordKind::Instances, good).unwrap();
            assert_eq!(
                record_at(RecordKind::Instances, &path).as_deref(),
                Some(good),
                "{path}"
            );
        }
    }

    #[test]
    fn names_that_could_leave_the_folder_are_refused() {
        for bad in [
            "",
            "/",
            "a//b",
            "../a",
            "a/..",
            ".",
            "a b",
            "ä",
            "a\\b",
            "a%2fb",
            &"x".repeat(65),
        ] {
            assert_eq!(record(RecordKind::Instances, bad), None, "{bad:?}");
        }
    }
}

//! The damage table: every kind of file of a site and its repository, damaged in every way, and every command that
//! may meet it. What a command needs and cannot use, it names; what it does not need, does not hold it up; and no
//! restore ever ends well with other bytes than were backed up.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "tests damage files and run the program"
)]

mod support;

use std::path::Path;
use std::sync::LazyLock;

use support::{Folder, Ran, copy_folder, tiny};

/// A tiny site, backed up.
static WHOLE: LazyLock<Folder> = LazyLock::new(|| {
    let folder = Folder::new();
    tiny::make(&folder);
    folder.ok("backup site --all");
    folder
});

/// The disk that is restored, as it comes back from a whole repository.
static TRUTH: LazyLock<Vec<u8>> = LazyLock::new(|| {
    WHOLE.ok(&format!("restore site --latest {DISK} --to truth.ckd"));
    WHOLE.read("truth.ckd")
});

const DISK: &str = "--user LNX00001 --vdev 100";

/// What may be damaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Object {
    Image,
    Pack,
    Begin,
    End,
    Catalog,
    Marker,
    SiteToml,
    SystemConfig,
    UserDirect,
    Job,
}

const OBJECTS: [Object; 10] = [
    Object::Image,
    Object::Pack,
    Object::Begin,
    Object::End,
    Object::Catalog,
    Object::Marker,
    Object::SiteToml,
    Object::SystemConfig,
    Object::UserDirect,
    Object::Job,
];

impl Object {
    /// Its files below the site.
    fn files(self, folder: &Folder) -> Vec<String> {
        let name = match self {
            Self::Image => "volumes/GSU001.ckd",
            Self::Pack => {
                let below = folder.files_below("site/repository/packs");
                let site = folder.file("site");
                let relative = |path: &Path| path.strip_prefix(&site).unwrap().to_str().unwrap().to_owned();
                return below.iter().map(|path| relative(path)).collect();
            }
            Self::Begin => "repository/records/instances/SINGLE/000001.begin",
            Self::End => "repository/records/instances/SINGLE/000001.end",
            Self::Catalog => "repository/catalog.redb",
            Self::Marker => "repository/ssibackup.repo",
            Self::SiteToml => "site.toml",
            Self::SystemConfig => "SYSTEM.CONFIG",
            Self::UserDirect => "USER.DIRECT",
            Self::Job => "jobs/SINGLE.toml",
        };
        vec![name.to_owned()]
    }

    /// True for what people write.
    fn is_text(self) -> bool {
        matches!(
            self,
            Self::SiteToml | Self::SystemConfig | Self::UserDirect | Self::Job
        )
    }

    /// What a message about it must name.
    fn named(self) -> &'static str {
        match self {
            Self::Image => "GSU001",
            Self::Pack => "pack",
            Self::Begin | Self::End => "SINGLE/000001",
            Self::Catalog => "catalog.redb",
            Self::Marker => "ssibackup.repo",
            Self::SiteToml => "site.toml",
            Self::SystemConfig => "SYSTEM.CONFIG",
            Self::UserDirect => "USER.DIRECT",
            Self::Job => "SINGLE.toml",
        }
    }
}

/// How it is damaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Damage {
    Truncated,
    /// A bit at this share of the length, in percent.
    Flipped(usize),
    Emptied,
    Nonsense,
    Removed,
}

const DAMAGES: [Damage; 8] = [
    Damage::Truncated,
    Damage::Flipped(0),
    Damage::Flipped(37),
    Damage::Flipped(64),
    Damage::Flipped(99),
    Damage::Emptied,
    Damage::Nonsense,
    Damage::Removed,
];

impl Damage {
    fn apply(self, file: &Path) {
        let mut bytes = std::fs::read(file).unwrap();
        match self {
            Self::Truncated => bytes.truncate(bytes.len() / 2),
            Self::Flipped(percent) => {
                let at = (bytes.len() * percent / 100).min(bytes.len() - 1);
                bytes[at] ^= 0x10;
            }
            Self::Emptied => bytes.clear(),
            Self::Nonsense => {
                let mut state = 0x9e37_79b9_u32;
                for byte in &mut bytes {
                    state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    *byte = (state >> 24).try_into().unwrap();
                }
            }
            Self::Removed => return std::fs::remove_file(file).unwrap(),
        }
        std::fs::write(file, bytes).unwrap();
    }
}

/// What is done next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    Check,
    Plan,
    List,
    Verify,
    Restore,
    Rebuild,
    Backup,
}

const NEXT: [Next; 7] = [
    Next::Check,
    Next::Plan,
    Next::List,
    Next::Verify,
    Next::Restore,
    Next::Rebuild,
    Next::Backup,
];

impl Next {
    fn line(self) -> String {
        match self {
            Self::Check => tiny::CHECK.to_owned(),
            Self::Plan => "plan site".to_owned(),
            Self::List => "list site".to_owned(),
            Self::Verify => "verify site --read-data".to_owned(),
            Self::Restore => format!("restore site --latest {DISK} --to out.ckd --force"),
            Self::Rebuild => "catalog rebuild site".to_owned(),
            Self::Backup => "backup site --all".to_owned(),
        }
    }
}

/// What is expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expected {
    /// It does not need the thing.
    Fine,
    /// It says what is wrong: exit code 1 or 3.
    Trouble,
    /// Either: the damage may or may not lie where it looks, or make a difference that can be known.
    Either,
}

fn expected(object: Object, damage: Damage, next: Next) -> Expected {
    use Expected::{Either, Fine, Trouble};
    let flipped = matches!(damage, Damage::Flipped(_));
    match (object, next) {
        // Data is data: a flipped bit in a record is a changed record.
        (Object::Image, Next::Backup) if flipped => Either,
        (Object::Image, Next::Backup) => Trouble,
        (Object::Image, _) => Fine,
        (Object::Pack, Next::Verify) => Trouble,
        // Some other pack may hold what is restored; a rebuild reads footers only.
        (Object::Pack, Next::Restore | Next::Rebuild) => Either,
        (Object::Pack, _) => Fine,
        // The end of an instance says all that its begin says. A removed end is one that was never written.
        (Object::End, Next::Rebuild) if damage != Damage::Removed => Trouble,
        (Object::Begin | Object::End, Next::Rebuild | Next::Verify | Next::Backup) => Either,
        (Object::Begin | Object::End, _) => Fine,
        (Object::Catalog | Object::Marker, Next::Check | Next::Plan) => Fine,
        // The catalog is made anew, whatever the old one was.
        (Object::Catalog, Next::Rebuild) => Fine,
        // redb keeps bytes that mean nothing: the rest of a page, pages that are free.
        (Object::Catalog, _) if flipped => Either,
        (Object::Catalog | Object::Marker, _) => Trouble,
        // A flipped bit may turn one good name into another one.
        (Object::SiteToml | Object::SystemConfig | Object::UserDirect | Object::Job, _) if flipped => Either,
        // Half a directory is a directory; so are half a configuration and no directory at all.
        (Object::SystemConfig | Object::UserDirect | Object::Job, _) if damage == Damage::Truncated => Either,
        (Object::UserDirect, _) if damage == Damage::Emptied => Either,
        // A site without one of its jobs is a site.
        (Object::Job, _) if damage == Damage::Removed => Either,
        (Object::SiteToml, _) if damage == Damage::Truncated => Either,
        (Object::SiteToml, _) => Trouble,
        (_, Next::Check | Next::Plan | Next::Backup) => Trouble,
        (_, _) => Either,
    }
}

/// What is wrong with how the command ended; none if nothing is.
fn judge(expected: Expected, object: Object, ran: &Ran) -> Option<String> {
    let said = format!("{}{}", ran.out, ran.err);
    let trouble = matches!(ran.code(), Some(1 | 3));
    if !trouble && ran.code() != Some(0) {
        return Some("an exit code other than 0, 1 and 3".to_owned());
    }
    match expected {
        Expected::Fine if trouble => Some("it does not need the damaged thing".to_owned()),
        Expected::Trouble if !trouble => Some("the damage was passed over".to_owned()),
        // A flipped bit in a text may have made a good name of another thing, which is then what is missing.
        Expected::Either if trouble && object.is_text() => None,
        _ if trouble && !said.contains(object.named()) => Some(format!("{} is not named", object.named())),
        _ => None,
    }
}

/// Copies the site and its repository; the volumes are linked where they stay as they are.
fn copy_of_whole(to: &Folder, object: Object) {
    let whole = WHOLE.file("site");
    for name in ["repository", "jobs"] {
        copy_folder(&whole.join(name), &to.file("site").join(name));
    }
    for name in ["site.toml", "SYSTEM.CONFIG", "USER.DIRECT"] {
        std::fs::copy(whole.join(name), to.file("site").join(name)).unwrap();
    }
    if object == Object::Image {
        return copy_folder(&whole.join("volumes"), &to.file("site/volumes"));
    }
    std::fs::create_dir(to.file("site/volumes")).unwrap();
    for entry in std::fs::read_dir(whole.join("volumes")).unwrap() {
        let entry = entry.unwrap();
        std::fs::hard_link(entry.path(), to.file("site/volumes").join(entry.file_name())).unwrap();
    }
}

fn table_of(objects: &[Object]) {
    let truth = &*TRUTH;
    let mut wrong = Vec::new();
    for object in objects {
        for damage in DAMAGES {
            for next in NEXT {
                let folder = Folder::new();
                copy_of_whole(&folder, *object);
                for file in object.files(&folder) {
                    damage.apply(&folder.file("site").join(file));
                }
                let ran = folder.run(&next.line());
                let expected = expected(*object, damage, next);
                let mut complaint = judge(expected, *object, &ran);
                if next == Next::Restore {
                    let restored = folder.file("out.ckd").is_file();
                    if restored != (ran.code() == Some(0)) {
                        complaint = Some("a file is there, or is not, against the exit code".to_owned());
                    } else if restored && folder.read("out.ckd") != *truth {
                        complaint = Some("a restored file differs from what was backed up".to_owned());
                    }
                }
                if let Some(complaint) = complaint {
                    wrong.push(format!(
                        "\n*** {object:?} {damage:?}, {next:?}, {expected:?}: {complaint}: {}",
                        ran.describe()
                    ));
                }
            }
        }
    }
    let more = if wrong.len() > 12 { "\nand more" } else { "" };
    assert!(
        wrong.is_empty(),
        "{} wrong of the table:{}{more}",
        wrong.len(),
        wrong.iter().take(12).cloned().collect::<String>()
    );
}

#[test]
fn the_table_of_what_the_repository_holds() {
    table_of(&OBJECTS[1..6]);
}

#[test]
fn the_table_of_what_the_site_holds() {
    table_of(&OBJECTS[..1]);
    table_of(&OBJECTS[6..]);
}

/// A track that cannot be read fails its domain, not the job; everything else is copied and can be restored.
#[test]
fn an_unreadable_track_fails_its_domain_only() {
    let folder = Folder::new();
    tiny::make(&folder);
    let mut image = folder.read("site/volumes/GSU001.ckd");
    // The home address of the last track of LNX00001's disk names another cylinder.
    let disk = tiny::place("GSU001.ckd", 1, 2);
    let cylinder = std::mem::replace(&mut image[disk.end - 56_832 + 2], 0x77);
    folder.write("site/volumes/GSU001.ckd", &image);
    let ran = folder.run("backup site --all").ends(1);
    let ran = ran.prints(&[
        "LNX00001 0100",
        "GSU001",
        "cylinder 2",
        "1 domain has",
        "complete with errors",
    ]);
    assert!(!ran.out.contains("LNX00002 0100 failed"), "{}", ran.describe());
    let run = folder
        .run("backup site --job SINGLE --format json")
        .ends(1)
        .json();
    let failed = run["jobs"][0]["failed"].as_array().unwrap();
    assert_eq!(failed.len(), 1, "{run}");
    assert_eq!(run["jobs"][0]["copied"], 2, "{run}");
    folder.ok("restore site --latest --user LNX00002 --to two.ckd");
    folder.ok("restore site --latest --user LNX00003 --to three.fba");
    folder.ok("restore site --latest --user MAINT --vdev 190 --member GRIDB --to maint.ckd");
    folder
        .run("restore site --latest --user LNX00001 --to one.ckd")
        .ends(2)
        .complains(&["no copy"]);
    folder.ok("verify site --read-data");
    folder.ok("list site --user LNX00001").prints(&["failed"]);
    // Repaired, the next run copies it.
    image[disk.end - 56_832 + 2] = cylinder;
    folder.write("site/volumes/GSU001.ckd", &image);
    folder.ok("backup site --all");
    folder.ok("restore site --latest --user LNX00001 --to one.ckd");
}

/// An image that ends too early loses the disks behind its end, and only these.
#[test]
fn a_short_image_and_a_missing_one() {
    let folder = Folder::new();
    tiny::make(&folder);
    std::fs::remove_file(folder.file("site/volumes/GB1W01.ckd")).unwrap();
    let ran = folder.run("backup site --all").ends(1);
    let ran = ran.prints(&[
        "MAINT 0190 at GRIDB failed",
        "MAINT 0191 at GRIDB failed",
        "GB1W01",
        "2 domains have",
    ]);
    assert!(!ran.out.contains("GRIDA failed"), "{}", ran.describe());
    folder.ok("restore site --latest --user MAINT --vdev 192 --member GRIDB --to out.ckd");
}

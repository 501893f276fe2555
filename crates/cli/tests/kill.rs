//! `kill -9` at any moment of a backup: the catalog opens, every finished instance restores, the interrupted one is
//! shown as incomplete, and the next run succeeds.
//!
//! The moments come from a seed, which a failure prints; `SSIBACKUP_SEED=N` plays them again. What a process has
//! done by then differs a little from run to run, which is the point.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "the test starts processes, waits, and kills them"
)]

mod support;

use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::Value;
use support::{Folder, copy_folder};

/// Kills that must hit a running process.
const KILLS: u32 = 24;

/// Kills over one repository before it starts anew.
const KILLS_PER_REPOSITORY: u32 = 6;

/// One thread makes a run longer, and thus its moments more.
const BACKUP: &str = "backup site --all --threads 1";

/// Numbers from a seed: splitmix64.
struct Chance(u64);

impl Chance {
    fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.draw() % u64::try_from(bound).unwrap()).unwrap()
    }

    /// From 0 to 1.
    fn share(&mut self) -> f64 {
        f64::from(u32::try_from(self.draw() >> 32).unwrap()) / f64::from(u32::MAX)
    }
}

#[test]
fn killed_at_random_moments() {
    let seed = std::env::var("SSIBACKUP_SEED").map_or(20_261_120, |seed| seed.parse().unwrap());
    eprintln!("SSIBACKUP_SEED={seed}");
    let mut chance = Chance(seed);
    let folder = Folder::new();
    folder.ok("site new site --members 2 --seed 8");
    folder.ok("site build site");
    let mut lasted = complete(&folder);
    let (mut hit, mut tried, mut shown_incomplete) = (0, 0, 0);
    while hit < KILLS {
        tried += 1;
        assert!(
            tried < 4 * KILLS,
            "runs end before they can be killed: {hit} of {tried}"
        );
        if hit % KILLS_PER_REPOSITORY == 0 {
            std::fs::remove_dir_all(folder.file("site/repository")).unwrap();
        }
        folder.ok(&format!("site mutate site --percent 25 --seed {tried}"));
        // Spread over the whole run: each kill has its own part of it, and a place by chance within that part.
        let share = (f64::from(hit * 7 % KILLS) + chance.share()) / f64::from(KILLS);
        let after = lasted.mul_f64(share);
        eprintln!("kill {hit} after {after:?} of {lasted:?}");
        let since = now();
        if !kill_after(&folder, after) {
            continue;
        }
        hit += 1;
        shown_incomplete += look(&folder, &mut chance, since);
        // Sometimes the next run is killed as well.
        if hit % 3 != 0 || hit % KILLS_PER_REPOSITORY == 0 {
            let since = now();
            lasted = complete(&folder);
            look(&folder, &mut chance, since);
        }
    }
    assert!(
        shown_incomplete > 5,
        "only {shown_incomplete} kills left an incomplete instance"
    );
}

/// Microseconds since 1970, as the catalog counts them.
fn now() -> i64 {
    let since = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    i64::try_from(since.as_micros()).unwrap()
}

/// Runs a backup to its end and tells how long it took.
fn complete(folder: &Folder) -> Duration {
    let begun = Instant::now();
    folder.ok(BACKUP);
    begun.elapsed()
}

/// Starts a backup and kills it. False when it had ended by then.
fn kill_after(folder: &Folder, after: Duration) -> bool {
    let mut command = folder.command(BACKUP);
    let mut child = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    std::thread::sleep(after);
    if child.try_wait().unwrap().is_some() {
        return false;
    }
    child.kill().unwrap();
    child.wait().unwrap();
    true
}

/// Looks at what a run that began at `since` left behind; 1 when an instance is shown as incomplete.
fn look(folder: &Folder, chance: &mut Chance, since: i64) -> u32 {
    let repository = folder.file("site/repository");
    if !repository.join("records").is_dir() {
        // It died before it had begun anything. There is nothing to list, and nothing to lose.
        let ran = folder.run("list site");
        assert!(matches!(ran.code(), Some(0 | 3)), "{}", ran.describe());
        return 0;
    }
    let listed = folder.json("list site");
    let instances = listed["instances"].as_array().unwrap();
    for instance in instances {
        let whole = instance["domains"]["copied"].as_u64().unwrap()
            + instance["domains"]["unchanged"].as_u64().unwrap()
            == instance["expected_domains"].as_u64().unwrap();
        match instance["state"].as_str().unwrap() {
            "Complete" => assert!(whole, "{instance}"),
            "Incomplete" => {}
            other => panic!("{other}: {instance}"),
        }
    }
    folder.ok("verify site --read-data");
    let copies = folder.json("list site --domains");
    let copies = copies["copies"].as_array().unwrap();
    if !copies.is_empty() {
        restores(folder, &copies[chance.below(copies.len())], false);
    }
    // The site has not changed since the run began, so a copy of that run holds what the site holds now.
    let young: Vec<&Value> = copies
        .iter()
        .filter(|copy| copy["started"].as_i64().unwrap() >= since)
        .collect();
    if !young.is_empty() {
        restores(folder, young[chance.below(young.len())], true);
    }
    u32::from(instances.iter().any(|instance| instance["state"] == "Incomplete"))
}

/// Restores one copy over a ruined copy of the site; the bytes must be those of the site itself if it is a `young`
/// copy, and anything but ruined otherwise.
fn restores(folder: &Folder, copy: &Value, young: bool) {
    let (instance, name) = (&copy["instance"], &copy["name"]);
    let select = if name["Volume"].is_object() {
        let member = name["Volume"]["member"]
            .as_str()
            .map(|member| format!("--member {member}"));
        format!(
            "--volser {} {}",
            name["Volume"]["volser"].as_str().unwrap(),
            member.unwrap_or_default()
        )
    } else {
        let disk = &name["Minidisk"];
        let member = disk["member"].as_str().map(|member| format!("--member {member}"));
        let vdev = match &disk["vdev"] {
            Value::Number(number) => format!("{:04X}", number.as_u64().unwrap()),
            text => text.as_str().unwrap().to_owned(),
        };
        format!(
            "--user {} --vdev {vdev} {}",
            disk["user"].as_str().unwrap(),
            member.unwrap_or_default()
        )
    };
    let from = match instance {
        Value::String(text) => text.clone(),
        parts => format!("{}/{}", parts["job"].as_str().unwrap(), parts["number"]),
    };
    let other = Folder::new();
    for name in ["site.toml", "SYSTEM.CONFIG", "USER.DIRECT", "EXTENT.CONTROL"] {
        other.write(name, folder.read(&format!("site/{name}")));
    }
    copy_folder(&folder.file("site/jobs"), &other.file("jobs"));
    let toml = String::from_utf8(other.read("site.toml")).unwrap();
    let there = folder.file("site/repository");
    other.write(
        "site.toml",
        toml.replace(
            "repository = \"repository\"",
            &format!("repository = \"{}\"", there.display()),
        ),
    );
    let volser = copy["volser"].as_str().unwrap();
    let files = folder.files_below("site/volumes");
    let image = files
        .iter()
        .find(|path| path.file_stem().unwrap() == volser)
        .unwrap();
    let image = image.file_name().unwrap().to_str().unwrap();
    let original = folder.read(&format!("site/volumes/{image}"));
    let place = place_of(copy, original.len());
    let mut ruined = original.clone();
    ruined[place.clone()].fill(0xA5);
    other.write(&format!("volumes/{image}"), &ruined);
    other.ok(&format!("restore . --instance {from} {select} --in-place"));
    let restored = other.read(&format!("volumes/{image}"));
    if young {
        assert!(restored == original, "{select} of {from} differs from its source");
    } else {
        assert!(
            restored[place.clone()] != ruined[place],
            "{select} of {from} was not restored"
        );
    }
}

/// Where the copy's extent lies in a plain image of that length.
fn place_of(copy: &Value, length: usize) -> std::ops::Range<usize> {
    const CYLINDER: usize = 15 * 56_832;
    let number = |value: &Value| usize::try_from(value.as_u64().unwrap()).unwrap();
    let run = &copy["run"];
    let place = if run["Blocks"].is_object() {
        let first = number(&run["Blocks"]["first"]);
        first * 512..(first + number(&run["Blocks"]["count"])) * 512
    } else {
        let first = number(&run["Cylinders"]["first"]);
        512 + first * CYLINDER..512 + (first + number(&run["Cylinders"]["count"])) * CYLINDER
    };
    assert!(place.end <= length, "{copy}");
    place
}

/// What a killed run leaves under passing names harms nobody, and the next run clears it away.
#[test]
fn left_over_files_do_no_harm() {
    let folder = Folder::new();
    support::tiny::make(&folder);
    folder.ok("backup site --all");
    let before = folder.json("list site --domains");
    for name in [
        "packs/ab/abcd.ssibackup#17",
        "packs/00/torn",
        "records/instances/SINGLE/000002.begin.ssibackup#3",
        "ssibackup.repo.ssibackup#1",
    ] {
        folder.write(&format!("site/repository/{name}"), "half of somethi");
    }
    assert_eq!(folder.json("list site --domains"), before);
    folder.ok("verify site --read-data");
    folder.ok("backup site --all");
    folder.ok("verify site --read-data");
    folder.ok("catalog rebuild site");
    folder.ok("restore site --latest --user LNX00001 --to out.ckd");
    let left: Vec<_> = folder
        .files_below("site/repository")
        .into_iter()
        .filter(|path| path.to_string_lossy().contains(".ssibackup#"))
        .collect();
    assert_eq!(left, Vec::<std::path::PathBuf>::new());
}

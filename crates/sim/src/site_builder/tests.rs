use std::collections::BTreeSet;

use super::*;

fn all_plans() -> Vec<SitePlan> {
    let mut plans = Vec::new();
    for members in 1..=MEMBERS_MAX {
        for layout in [Layout::Brm, Layout::VmBackup] {
            for scale in [Scale::Small, Scale::Medium, Scale::Large] {
                plans.push(SitePlan::new(
                    "grid",
                    members,
                    layout,
                    scale,
                    Seed(u64::from(members)),
                ));
            }
        }
    }
    plans
}

/// Every `MDISK vdev device start count volser` with numbers: volser, start, count.
fn extents(text: &SiteText) -> Vec<(String, u32, u32)> {
    let words = |line: &str| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let mdisks = text
        .user_direct
        .lines()
        .map(words)
        .filter(|words| words.first().is_some_and(|w| w == "MDISK"));
    mdisks
        .filter_map(|words| Some((words[5].clone(), words[3].parse().ok()?, words[4].parse().ok()?)))
        .collect()
}

fn volumes(text: &SiteText) -> Vec<toml::Table> {
    let site: toml::Table = text.site_toml.parse().unwrap();
    site["volume"]
        .as_array()
        .unwrap()
        .iter()
        .map(|volume| volume.as_table().unwrap().clone())
        .collect()
}

fn size(volume: &toml::Table) -> i64 {
    volume
        .get("cylinders")
        .or_else(|| volume.get("blocks"))
        .and_then(toml::Value::as_integer)
        .unwrap()
}

#[test]
fn the_same_plan_gives_the_same_text_and_another_seed_another() {
    for plan in all_plans() {
        let text = write(&plan).unwrap();
        assert_eq!(write(&plan.clone()).unwrap(), text);
        let other = SitePlan {
            seed: Seed(4711),
            ..plan
        };
        assert_ne!(write(&other).unwrap().user_direct, text.user_direct);
    }
}

#[test]
fn members_outside_the_limit_are_refused() {
    for members in [0, 9] {
        let plan = SitePlan::new("grid", members, Layout::Brm, Scale::Small, Seed(1));
        assert_eq!(write(&plan), Err(BadSitePlan::Members { members }));
    }
}

#[test]
fn every_minidisk_lies_on_a_listed_volume_and_none_overlaps() {
    for plan in all_plans() {
        let text = write(&plan).unwrap();
        let mut volumes: Vec<(String, i64)> = volumes(&text)
            .iter()
            .map(|volume| (volume["volser"].as_str().unwrap().to_owned(), size(volume)))
            .collect();
        volumes.sort();
        let mut extents = extents(&text);
        extents.sort();
        for (volser, start, count) in &extents {
            let found = volumes.iter().find(|(name, _)| name == volser);
            let (_, size) = found.unwrap_or_else(|| panic!("{volser} is not in site.toml"));
            assert!(
                *count > 0 && i64::from(start + count) <= *size,
                "{volser} {start} {count}: {plan:?}"
            );
        }
        for pair in extents.windows(2) {
            assert!(
                pair[0].0 != pair[1].0 || pair[0].1 + pair[0].2 <= pair[1].1,
                "{pair:?}: {plan:?}"
            );
        }
    }
}

#[test]
fn scales_have_their_sizes() {
    for (scale, megabytes) in [
        (Scale::Small, 60..140),
        (Scale::Medium, 500..700),
        (Scale::Large, 2_800..3_300),
    ] {
        for layout in [Layout::Brm, Layout::VmBackup] {
            let text = write(&SitePlan::new("grid", 4, layout, scale, Seed(1))).unwrap();
            let bytes = |volume: &toml::Table| match volume.contains_key("blocks") {
                true => size(volume) * 512,
                false => size(volume) * 15 * 56_832,
            };
            let total: i64 = volumes(&text).iter().map(bytes).sum();
            assert!(
                megabytes.contains(&(total / 1_000_000)),
                "{scale:?} {layout:?}: {total}"
            );
        }
    }
}

#[test]
fn names_are_unique_and_short_enough() {
    for plan in all_plans() {
        let text = write(&plan).unwrap();
        let mut ids = BTreeSet::new();
        for line in text.user_direct.lines() {
            let words: Vec<&str> = line.split_whitespace().collect();
            if matches!(
                words.first(),
                Some(&"USER" | &"IDENTITY" | &"SUBCONFIG" | &"PROFILE")
            ) {
                assert!(words[1].len() <= 8, "{line}");
                assert!(ids.insert(words[1].to_owned()), "{line}");
            }
            assert!(line.len() <= 71, "{line}");
        }
        let eqids: BTreeSet<String> = volumes(&text)
            .iter()
            .map(|volume| volume["eqid"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(eqids.len(), volumes(&text).len());
        assert!(eqids.iter().all(|eqid| eqid.len() <= 8));
        let mut jobs = BTreeSet::new();
        for (file, job) in &text.jobs {
            let job: toml::Table = job.parse().unwrap();
            assert_eq!(*file, format!("{}.toml", job["name"].as_str().unwrap()));
            assert!(job["name"].as_str().unwrap().len() <= 8);
            assert!(jobs.insert(file.clone()));
            if let Some(base) = job.get("base") {
                assert!(jobs.contains(&format!("{}.toml", base.as_str().unwrap())));
            }
        }
    }
}

#[test]
fn every_member_has_its_subconfigs_servers_and_jobs() {
    let text = write(&SitePlan::new("grid", 4, Layout::Brm, Scale::Small, Seed(1))).unwrap();
    let direct = &text.user_direct;
    for line in [
        "IDENTITY MAINT    AUTOONLY 256M 1000M ABCDEFG",
        " BUILD ON GRIDD USING SUBCONFIG MAINT-4",
        " MDISK 0122 3390   0000 END  GD1RES MR",
        " MDISK 0190 3390   0004 0003 GA1RES MR ALL WRITE MULT",
        " MDISK 0190 3390   0004 0003 GD1RES MR ALL WRITE MULT",
        " BUILD ON GRIDC USING SUBCONFIG BKRW1-3",
        " MDISK 0555 3390   T-DISK 1 MR",
    ] {
        assert!(direct.lines().any(|found| found == line), "{line}\n{direct}");
    }
    for part in [
        "USER BKRSVSFS",
        "USER BKRADMIN",
        "USER 5697J06C",
        "IDENTITY BKRCATLG",
        " V-DISK ",
        " FB-512 0016 ",
    ] {
        assert!(direct.contains(part), "{part}\n{direct}");
    }
    let names: Vec<&str> = text.jobs.iter().map(|(name, _)| name.as_str()).collect();
    for name in [
        "SINGLE.toml",
        "SINGLEI.toml",
        "IDENTA.toml",
        "IDENTDI.toml",
        "RECOVC.toml",
    ] {
        assert!(names.contains(&name), "{names:?}");
    }
    let text = write(&SitePlan::new("grid", 5, Layout::VmBackup, Scale::Small, Seed(1))).unwrap();
    assert!(text.user_direct.contains("USER VMBKUP05 AUTOONLY"));
    assert!(text.site_toml.contains("level = \"7.3\"\nlayout = \"vmbackup\""));
    assert!(!text.user_direct.contains("IDENTITY VMB"));
}

#[test]
fn a_shared_private_volser_is_two_packs_with_two_images() {
    let plan = SitePlan::new("grid", 2, Layout::Brm, Scale::Small, Seed(1));
    let text = write(&SitePlan {
        same_private_volser: true,
        ..plan
    })
    .unwrap();
    let scratch: Vec<toml::Table> = volumes(&text)
        .into_iter()
        .filter(|volume| volume["volser"].as_str() == Some("GWRK00"))
        .collect();
    let column = |key: &str| {
        scratch
            .iter()
            .map(|volume| volume[key].as_str().unwrap())
            .collect::<Vec<_>>()
    };
    assert_eq!(column("member"), ["GRIDA", "GRIDB"]);
    assert_eq!(column("image"), ["volumes/GWRK00-A.ckd", "volumes/GWRK00-B.ckd"]);
    assert_eq!(column("eqid"), ["EQAWRK00", "EQBWRK00"]);
}

#[test]
fn names_come_from_the_site() {
    let cluster = |name: &str| {
        let text = write(&SitePlan::new(name, 1, Layout::Brm, Scale::Small, Seed(1))).unwrap();
        text.system_config
            .lines()
            .find(|line| line.contains("  SSI "))
            .unwrap()
            .trim()
            .to_owned()
    };
    assert_eq!(cluster("grid"), "SSI GRIDSSI  PDR_VOLume GSCOM1 ,");
    assert_eq!(cluster("payroll"), "SSI PAYRSSI  PDR_VOLume PSCOM1 ,");
    assert_eq!(cluster("2-my site"), "SSI MYSISSI  PDR_VOLume MSCOM1 ,");
    assert_eq!(cluster("--"), "SSI GRIDSSI  PDR_VOLume GSCOM1 ,");
}

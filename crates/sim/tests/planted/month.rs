//! A month in which all went well, as a catalog and a watcher of the cluster record it: nothing is found in it.

use std::collections::BTreeMap;
use std::fmt::Write;

use dasd::Run;
use proptest::prelude::*;
use rules::Selected;
use sim::{
    seed::Seed,
    site_builder::{self, Layout, Scale, SitePlan},
};
use zvm::{Data, JobKind, JobMember, MemberName, Moment, Retention, Scope, Site, Source};

use super::{resolve, toml};

const HOUR: i64 = 3_600;
const DAYS: i64 = 38;

fn first_day() -> Moment {
    "2026-02-06".parse().unwrap()
}

/// So many days and hours after the month began.
fn at(day: i64, hour: i64) -> Moment {
    Moment::from_seconds(first_day().seconds() + (day * 24 + hour) * HOUR)
}

/// When it is judged: a Monday noon, with the night's incrementals done and what has expired purged.
fn now() -> Moment {
    at(DAYS, 12)
}

fn month(site: &Site) -> String {
    let mut text = format!(
        "now = \"{}\"\nhistory = {{ from = \"{}\", to = \"{}\" }}\n[[mode]]\nat = \"2026-02-05 10:00\"\nmode = \"stable\"\n",
        now(),
        first_day(),
        now()
    );
    members(site, &mut text);
    guests(site, &mut text);
    purges(site, &mut text);
    runs(site, &mut text);
    text
}

/// They came up one after the other on the day before, with the same files, and their servers are logged on.
fn members(site: &Site, text: &mut String) {
    let has = |id: &str| site.users.iter().any(|user| user.id.as_str() == id);
    for (nth, member) in site.cluster.members.iter().enumerate() {
        let name = member.name;
        for (minute, state) in [(0, "joining"), (10, "joined")] {
            writeln!(
                text,
                "[[state]]\nat = \"2026-02-05 0{nth}:{minute:02}\"\nmember = \"{name}\"\nstate = \"{state}\""
            )
            .unwrap();
        }
        writeln!(
            text,
            "[[running]]\nmember = \"{name}\"\ndirectory = \"1\"\nconfig = \"1\"\ndistribute = \"TOLERATE\"\n\
             [[heartbeat]]\nmember = \"{name}\"\npdr = \"{0}\"\nreceived = \"{0}\"",
            now()
        )
        .unwrap();
        let own = format!("VMBKUP{:02}", nth + 1);
        for user in ["BKRBKUP", "BKRCATLG", "BKRWRK01", "BKRWRK02", "OPERATOR", &own] {
            if has(user) {
                let since = "2026-02-05 10:00";
                writeln!(
                    text,
                    "[[logon]]\nuser = \"{user}\"\nmember = \"{name}\"\nfrom = \"{since}\""
                )
                .unwrap();
            }
        }
    }
}

/// They run in daytime, and move to the next member at noon.
fn guests(site: &Site, text: &mut String) {
    let members = &site.cluster.members;
    let guests = site
        .users
        .iter()
        .filter(|user| user.id.as_str().starts_with("LNX"));
    for (nth, user) in guests.map(|user| user.id).enumerate() {
        let (here, there) = (
            members[nth % members.len()].name,
            members[(nth + 1) % members.len()].name,
        );
        for day in 0..DAYS {
            for (member, from, until) in [(here, 8, 12), (there, 12, 20)] {
                let (from, until) = (at(day, from), at(day, until));
                writeln!(
                    text,
                    "[[logon]]\nuser = \"{user}\"\nmember = \"{member}\"\nfrom = \"{from}\"\nuntil = \"{until}\""
                )
                .unwrap();
            }
            if here != there {
                let noon = at(day, 12);
                writeln!(
                    text,
                    "[[relocation]]\nuser = \"{user}\"\nfrom = \"{here}\"\nto = \"{there}\"\nstarted = \"{noon}\"\n\
                     ended = \"{noon}\""
                )
                .unwrap();
            }
        }
    }
}

/// On Mondays, after a preview, on one member.
fn purges(site: &Site, text: &mut String) {
    let member = site.cluster.members[0].name;
    for monday in (0..=DAYS).filter(|day| at(*day, 0).weekday() == 0) {
        for (hour, how) in [(8, "PREVIEW"), (9, "PURGE")] {
            writeln!(
                text,
                "[[command]]\nat = \"{}\"\nuser = \"BKRADMIN\"\nmember = \"{member}\"\nserver = \"BKRCATLG\"\n\
                 text = \"EXPIRE ({how}\"",
                at(monday, hour)
            )
            .unwrap();
        }
    }
}

/// Each job ran as scheduled, and copied all that it selects.
fn runs(site: &Site, text: &mut String) {
    let subject = rules::Subject::new(site);
    let mut last: BTreeMap<String, u32> = BTreeMap::new();
    for day in 0..=DAYS {
        for selected in subject.jobs().iter().filter(|selected| starts(selected, day)) {
            let job = selected.job;
            let base = job.base.map(|base| (base, last.get(base.as_str())));
            // The first full is still to come.
            if matches!(base, Some((_, None))) {
                continue;
            }
            let base = base.and_then(|(base, number)| Some(format!("base = \"{base}/{}\"\n", number?)));
            let number = last.get(job.name.as_str()).map_or(1, |number| number + 1);
            last.insert(job.name.to_string(), number);
            let member = match job.member {
                JobMember::At(member) => member,
                // ANY is another one each day.
                JobMember::Any => {
                    let members = &site.cluster.members;
                    members[usize::try_from(day).unwrap() % members.len()].name
                }
            };
            let name = format!("{}/{number}", job.name);
            text.push_str(&run(selected, &name, member, day));
            text.push_str(&base.unwrap_or_default());
            copies(selected, &name, member, text);
        }
    }
}

fn starts(selected: &Selected<'_>, day: i64) -> bool {
    match (selected.job.data, selected.job.kind) {
        (Data::Volumes, _) => at(day, 0).to_string().get(8..10) == Some("01"),
        (_, JobKind::Full) => at(day, 0).weekday() == 5,
        (_, JobKind::Incremental) => at(day, 0).weekday() != 5,
    }
}

fn run(selected: &Selected<'_>, name: &str, member: MemberName, day: i64) -> String {
    let Some(Retention::Days(days)) = selected.job.retention else {
        panic!("generated jobs keep their copies for days");
    };
    let began = at(day, if selected.job.data == Data::Volumes { 3 } else { 1 });
    let ended = Moment::from_seconds(began.seconds() + HOUR / 2);
    let expires = began.plus_days(days);
    let state = if expires < at(DAYS, 9) {
        "purged"
    } else {
        "complete"
    };
    let kind = match selected.job.kind {
        JobKind::Full => "full",
        JobKind::Incremental => "incremental",
    };
    format!(
        "[[instance]]\nname = \"{name}\"\nmember = \"{member}\"\nkind = \"{kind}\"\nstarted = \"{began}\"\n\
         ended = \"{ended}\"\nexpires = \"{expires}\"\nstate = \"{state}\"\n"
    )
}

fn copies(selected: &Selected<'_>, run: &str, member: MemberName, text: &mut String) {
    for minidisk in selected.copied_at(&member) {
        let extent = minidisk.extent().unwrap();
        let (start, length) = match extent.run {
            Run::Cylinders { first, count } => (first.get(), count.get()),
            Run::Blocks { first, count } => (first.get(), count.get()),
        };
        writeln!(
            text,
            "[[domain]]\ninstance = \"{run}\"\nuser = \"{}\"\nvdev = \"{}\"\nvolser = \"{}\"\nstart = {start}\n\
             length = {length}",
            minidisk.user, minidisk.vdev, extent.volser
        )
        .unwrap();
        if let Scope::Local(member) = minidisk.scope {
            writeln!(text, "member = \"{member}\"").unwrap();
        }
    }
    for volser in &selected.volumes {
        writeln!(
            text,
            "[[domain]]\ninstance = \"{run}\"\nvolser = \"{volser}\"\nmember = \"{member}\""
        )
        .unwrap();
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn nothing_is_found_in_a_month_without_a_mistake(members in 1_u8..=8, brm in any::<bool>(), seed in any::<u64>()) {
        let layout = if brm { Layout::Brm } else { Layout::VmBackup };
        let plan = SitePlan::new("grid", members, layout, Scale::Small, Seed(seed));
        let mut text = site_builder::write(&plan).unwrap();
        // Nightly copies, and a night for one that fails.
        let policy = "repository = \"repository\"\npolicy = { rpo_hours = 48 }\n";
        toml(&mut text, "repository = \"repository\"\n", policy);
        let site = resolve(&text).value;
        let facts = zvm::parse_facts(&Source::new("FACTS.toml", month(&site)));
        prop_assert!(facts.complaints.is_empty(), "{:?}", facts.complaints);
        let subject = rules::Subject::with_facts(&site, &facts.value);
        let findings = rules::check_all(&subject, &rules::Selection::default());
        let shown: Vec<String> = findings.iter().map(ToString::to_string).collect();
        prop_assert!(shown.is_empty(), "{plan:?}\n{}", shown.join("\n"));
    }
}

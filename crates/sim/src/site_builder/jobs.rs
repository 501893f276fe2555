//! The jobs of both layouts.
//!
//! A weekly full and a nightly incremental for each set of minidisks, and a monthly copy of each member's residence
//! volume as a whole, from which the member can be rebuilt on bare hardware. No minidisk is in two sets: what all
//! members share is copied once, what belongs to a member is copied by that member.

use super::{Layout, draft::Draft, names::Names, packs::Role, vm_backup::server_of};

/// A full must outlive the incrementals that are based on it.
const FULL_DAYS: u32 = 35;
const INCREMENTAL_DAYS: u32 = 14;
/// Three monthly copies of a residence volume.
const RECOVERY_DAYS: u32 = 95;

pub(super) fn files(draft: &Draft<'_>) -> Vec<(String, String)> {
    let mut jobs = match draft.plan.layout {
        Layout::Brm => backup_manager(draft),
        Layout::VmBackup => vm_backup(draft),
    };
    jobs.extend(draft.members().map(|member| recovery(draft, member)));
    jobs.into_iter()
        .map(|job| (format!("{}.toml", job.name), job.text()))
        .collect()
}

/// One job file while it is being written.
struct JobText {
    remark: String,
    name: String,
    member: String,
    base: Option<String>,
    data: &'static str,
    days: u32,
    schedule: &'static str,
    server: String,
    include: Vec<Selector>,
    exclude: Vec<Selector>,
}

/// The conditions of one include or exclude, as key and value.
type Selector = Vec<(&'static str, String)>;

impl JobText {
    fn full(remark: &str, name: &str, member: &str, server: &str) -> JobText {
        JobText {
            remark: remark.to_owned(),
            name: name.to_owned(),
            member: member.to_owned(),
            base: None,
            data: "auto",
            days: FULL_DAYS,
            schedule: "SAT 01:00",
            server: server.to_owned(),
            include: Vec::new(),
            // Space maps are not copied as data; the name says so to those who read the job.
            exclude: vec![vec![("user", "$ALLOC$".to_owned())]],
        }
    }

    /// The incremental on top of this full: the same selection under a name of its own.
    fn nightly(&self, name: String) -> JobText {
        JobText {
            remark: format!("Nightly: what has changed since {}.", self.name),
            name,
            member: self.member.clone(),
            base: Some(self.name.clone()),
            data: self.data,
            days: INCREMENTAL_DAYS,
            schedule: "SUN-FRI 01:00",
            server: self.server.clone(),
            include: self.include.clone(),
            exclude: self.exclude.clone(),
        }
    }

    fn text(&self) -> String {
        let mut text = format!(
            "# {}\nname = \"{}\"\nmember = \"{}\"\n",
            self.remark, self.name, self.member
        );
        match &self.base {
            Some(base) => text.push_str(&format!("kind = \"incremental\"\nbase = \"{base}\"\n")),
            None => text.push_str("kind = \"full\"\n"),
        }
        text.push_str(&format!(
            "data = \"{}\"\nretention = \"{} days\"\n",
            self.data, self.days
        ));
        text.push_str(&format!("schedule = \"{}\"\noutput = \"disk\"\n", self.schedule));
        text.push_str(&format!("server = \"{}\"\n", self.server));
        for (table, selectors) in [("include", &self.include), ("exclude", &self.exclude)] {
            for selector in selectors {
                text.push_str(&format!("\n[[{table}]]\n"));
                for (key, value) in selector {
                    text.push_str(&format!("{key} = \"{value}\"\n"));
                }
            }
        }
        text
    }
}

/// One job for all single-configuration users, always on the first member, and one per member, under a name of its
/// own, for what its IDENTITYs have there: otherwise the catalog could not tell whose copy it holds.
fn backup_manager(draft: &Draft<'_>) -> Vec<JobText> {
    let first = draft.names.member(0);
    let remark = "Weekly: all minidisks of single-configuration users.";
    let mut single = JobText::full(remark, "SINGLE", &first, "BKRBKUP");
    single
        .include
        .push(vec![("user", "*".to_owned()), ("scope", "single".to_owned())]);
    let mut jobs = vec![single.nightly("SINGLEI".to_owned())];
    jobs.insert(0, single);
    for member in draft.members() {
        let (letter, name) = (Names::letter(member), draft.names.member(member));
        let remark = format!("Weekly: the minidisks that IDENTITYs have on {name}.");
        let mut identity = JobText::full(&remark, &format!("IDENT{letter}"), &name, "BKRBKUP");
        let mut masks = vec![draft.names.member_mask(member)];
        masks.extend(scratch(draft));
        for mask in masks {
            identity.include.push(vec![
                ("user", "*".to_owned()),
                ("volser", mask),
                ("scope", "identity".to_owned()),
            ]);
        }
        let nightly = identity.nightly(format!("IDENT{letter}I"));
        jobs.extend([identity, nightly]);
    }
    jobs
}

/// VMBACKUP takes the shared volumes wherever it runs; VMBKUPnn takes its member's private ones.
fn vm_backup(draft: &Draft<'_>) -> Vec<JobText> {
    let remark = "Weekly: everything on shared volumes, from any member.";
    let mut shared = JobText::full(remark, "VMBACKUP", "ANY", "VMBACKUP");
    shared.include.push(vec![("user", "*".to_owned())]);
    let private = [draft.names.private_mask("RES"), draft.names.private_mask("W01")];
    for volser in private.into_iter().chain(scratch(draft)) {
        shared.exclude.push(vec![("volser", volser)]);
    }
    let mut jobs = vec![shared.nightly("VMBINCR".to_owned())];
    jobs.insert(0, shared);
    for member in draft.members() {
        let (server, name) = (server_of(member), draft.names.member(member));
        let remark = format!("Weekly: the private volumes of {name}.");
        let mut local = JobText::full(&remark, &server, &name, &server);
        let private = [
            draft.names.private(member, "RES"),
            draft.names.private(member, "W01"),
        ];
        for volser in private.into_iter().chain(scratch(draft)) {
            local.include.push(vec![("volser", volser)]);
        }
        let nightly = local.nightly(format!("VMBINC{:02}", member + 1));
        jobs.extend([local, nightly]);
    }
    jobs
}

fn recovery(draft: &Draft<'_>, member: usize) -> JobText {
    let (letter, name) = (Names::letter(member), draft.names.member(member));
    let server = match draft.plan.layout {
        Layout::Brm => "BKRBKUP".to_owned(),
        Layout::VmBackup => server_of(member),
    };
    let remark = format!("Monthly, for disaster recovery: the residence volume of {name} as a whole.");
    JobText {
        data: "volumes",
        days: RECOVERY_DAYS,
        schedule: "monthly 1 03:00",
        include: vec![vec![("volser", draft.names.private(member, "RES"))]],
        exclude: Vec::new(),
        ..JobText::full(&remark, &format!("RECOV{letter}"), &name, &server)
    }
}

fn scratch(draft: &Draft<'_>) -> Option<String> {
    draft
        .packs
        .iter()
        .any(|(_, pack)| pack.role == Role::Scratch)
        .then(|| draft.names.scratch())
}

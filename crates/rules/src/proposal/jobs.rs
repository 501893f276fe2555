//! The jobs of both layouts: a weekly full and a nightly incremental for each set of minidisks, and a monthly image of
//! each residence volume. No minidisk is in two sets.

use std::collections::{BTreeMap, BTreeSet};

use dasd::Volser;
use zvm::{Layout, Member, MemberName, Minidisk, MinidiskKind, Ownership, Site, UserId};

use super::{
    How, Part, homes,
    servers::{needs_own_server, private_server},
};
use crate::cov::sysres;

/// Days: a full outlives the incrementals based on it; three monthly images are kept.
const FULL_DAYS: u32 = 35;
const INCREMENTAL_DAYS: u32 = 14;
const RECOVERY_DAYS: u32 = 95;
/// What does not fit on the screen for exclusion files is imported through TPI.
const SCREEN_LINES: usize = 12;

/// The job for single-configuration users, and how those of other members begin.
const SINGLE: &str = "SINGLE";

/// One include or exclude: its keys and values.
pub(super) type Selector = Vec<(&'static str, String)>;

#[derive(Clone)]
struct Job {
    name: String,
    member: String,
    server: String,
    include: Vec<Selector>,
    exclude: Vec<Selector>,
    reason: String,
}

type Volumes = BTreeMap<MemberName, BTreeSet<Volser>>;
type Disks<'a> = BTreeMap<MemberName, Vec<&'a Minidisk>>;

pub(super) fn all(site: &Site, layout: Layout, added: &Volumes, open: &mut Vec<String>) -> Vec<Part> {
    if site.cluster.members.is_empty() {
        return Vec::new();
    }
    let jobs = of_layout(site, layout, added);
    let mut parts: Vec<Part> = jobs.iter().flat_map(|job| [job.full(), job.nightly()]).collect();
    for (member, volser, _) in sysres::of(site) {
        let slot = site.cluster.members.iter().find(|known| known.name == member);
        parts.extend(slot.map(|slot| recovery(site, layout, slot, volser)));
    }
    homes::out_of_reach(site, layout, open);
    parts
}

/// The jobs for what is local to one member.
pub(crate) fn of_member(site: &Site, member: &Member) -> Vec<Part> {
    if site.cluster.members.is_empty() {
        return Vec::new();
    }
    let jobs = of_layout(site, site.layout, &Volumes::new());
    let its = jobs
        .iter()
        .filter(|job| job.member == member.name.as_str() && !job.name.starts_with(SINGLE));
    its.flat_map(|job| [job.full(), job.nightly()]).collect()
}

fn of_layout(site: &Site, layout: Layout, added: &Volumes) -> Vec<Job> {
    let mut jobs = match layout {
        Layout::Brm => backup_manager(site, added),
        Layout::VmBackup => vm_backup(site),
    };
    for job in &mut jobs {
        let maps = space_maps(site)
            .into_iter()
            .map(|user| vec![("user", user.to_string())]);
        job.exclude.splice(0..0, maps);
    }
    jobs
}

/// One job for single-configuration users, always on the same member, and one per member for its IDENTITYs. Users with
/// disks on volumes that this one member does not have get one more where the volumes are.
fn backup_manager(site: &Site, added: &Volumes) -> Vec<Job> {
    let first = homes::of_singles(site);
    let mut singles: Disks<'_> = BTreeMap::new();
    let mut identities: Disks<'_> = BTreeMap::new();
    let mut elsewhere = Vec::new();
    for disk in site
        .minidisks
        .iter()
        .filter(|disk| disk.kind == MinidiskKind::Data)
    {
        let its = homes::of_disk(site, disk, first);
        if homes::is_single(disk) && !its.is_empty() && !its.contains(&first) {
            elsewhere.push(disk);
        }
        for home in its {
            let kind = if homes::is_single(disk) {
                &mut singles
            } else {
                &mut identities
            };
            kind.entry(home).or_default().push(disk);
        }
    }
    let mut jobs = Vec::new();
    if singles.contains_key(&first) {
        jobs.push(Job {
            name: SINGLE.to_owned(),
            member: first.to_string(),
            server: "BKRBKUP".to_owned(),
            include: vec![vec![("user", "*".to_owned()), ("scope", "single".to_owned())]],
            exclude: homes::selectors(elsewhere.into_iter(), "single").into_iter().collect(),
            reason: format!(
                "users with one logon in the cluster: one job for all of them, always on the same member ({first})"
            ),
        });
    }
    for member in &site.cluster.members {
        if let Some(disks) = singles.get(&member.name).filter(|_| member.name != first) {
            jobs.push(single_elsewhere(member, first, disks));
        }
        jobs.extend(identity(
            member,
            identities.get(&member.name),
            added.get(&member.name),
        ));
    }
    jobs
}

/// The job for users whose disks lie where the job for all others cannot read them.
fn single_elsewhere(member: &Member, first: MemberName, disks: &[&Minidisk]) -> Job {
    Job {
        name: format!("{SINGLE}{}", member.slot),
        member: member.name.to_string(),
        server: "BKRBKUP".to_owned(),
        include: homes::selectors(disks.iter().copied(), "single")
            .into_iter()
            .collect(),
        exclude: Vec::new(),
        reason: format!(
            "users with one logon in the cluster whose disks lie on volumes that {first} does not have: {} has them",
            member.name
        ),
    }
}

/// The job for what IDENTITYs have on a member, proposed disks of servers among it.
fn identity(
    member: &Member,
    disks: Option<&Vec<&Minidisk>>,
    added: Option<&BTreeSet<Volser>>,
) -> Option<Job> {
    let disks = disks.into_iter().flatten().copied();
    let mut include = homes::selectors(disks, "identity");
    let volume = |volser: &Volser| {
        vec![
            ("user", "*".to_owned()),
            ("volser", volser.to_string()),
            ("scope", "identity".to_owned()),
        ]
    };
    include.extend(added.into_iter().flatten().map(volume));
    (!include.is_empty()).then(|| Job {
        name: format!("IDENT{}", member.slot),
        member: member.name.to_string(),
        server: "BKRBKUP".to_owned(),
        include: include.into_iter().collect(),
        exclude: Vec::new(),
        reason: format!(
            "what IDENTITYs have on {}: only this member sees it, and a name of its own lets the catalog tell whose copy \
             it holds",
            member.name
        ),
    })
}

/// The private volumes that hold minidisks.
#[derive(Default)]
pub(super) struct PrivateVolumes {
    /// Those of each member that hold data.
    pub(super) data: Volumes,
    /// All of them.
    pub(super) all: BTreeSet<Volser>,
}

pub(super) fn private_volumes(site: &Site) -> PrivateVolumes {
    let mut private = PrivateVolumes::default();
    let described = |disk: &&Minidisk| disk.kind != MinidiskKind::SpaceMap;
    for disk in site.minidisks.iter().filter(described) {
        let Some(volser) = disk.volser else { continue };
        let owners = match site.ownership(&volser) {
            Ownership::Private(owner) => vec![owner],
            Ownership::PrivateEach(owners) => owners,
            _ => continue,
        };
        private.all.insert(volser);
        if disk.kind == MinidiskKind::Data {
            for owner in owners {
                private.data.entry(owner).or_default().insert(volser);
            }
        }
    }
    private
}

/// VMBACKUP for what is shared, wherever it runs, and a server per member for its private volumes.
fn vm_backup(site: &Site) -> Vec<Job> {
    let PrivateVolumes {
        data: private,
        all: excluded,
    } = private_volumes(site);
    let by_volser = |volser: &Volser| vec![("volser", volser.to_string())];
    let mut jobs = Vec::new();
    let shared = |disk: &&Minidisk| {
        disk.kind == MinidiskKind::Data && disk.volser.is_none_or(|volser| !excluded.contains(&volser))
    };
    if site.minidisks.iter().any(|disk| shared(&disk)) {
        jobs.push(Job {
            name: "VMBACKUP".to_owned(),
            member: "ANY".to_owned(),
            server: "VMBACKUP".to_owned(),
            include: vec![vec![("user", "*".to_owned())]],
            exclude: excluded.iter().map(by_volser).collect(),
            reason: "everything on shared volumes, from any member; its exclusion file names every private volume that \
                     holds minidisks, and the users that only describe space"
                .to_owned(),
        });
    }
    for member in &site.cluster.members {
        if let Some(volumes) = private.get(&member.name) {
            let server = private_server(member);
            jobs.push(Job {
                name: server.clone(),
                member: member.name.to_string(),
                server,
                include: volumes.iter().map(by_volser).collect(),
                exclude: Vec::new(),
                reason: format!(
                    "the private volumes of {}, by a server that is logged on there",
                    member.name
                ),
            });
        }
    }
    jobs
}

impl Job {
    fn full(&self) -> Part {
        let head = format!(
            "kind = \"full\"\ndata = \"auto\"\nretention = \"{FULL_DAYS} days\"\nschedule = \"SAT 01:00\"\n"
        );
        self.part(
            &self.name,
            &format!("Weekly: {}.", self.reason),
            &self.reason,
            &head,
        )
    }

    /// What has changed since the full, under a name of its own.
    fn nightly(&self) -> Part {
        let name = match self.name.strip_prefix("VMBKUP") {
            Some(number) => format!("VMBINC{number}"),
            None if self.name == "VMBACKUP" => "VMBINCR".to_owned(),
            None => format!("{}I", self.name),
        };
        let head = format!(
            "kind = \"incremental\"\nbase = \"{}\"\ndata = \"auto\"\nretention = \"{INCREMENTAL_DAYS} days\"\nschedule = \
             \"SUN-FRI 01:00\"\n",
            self.name
        );
        let reason = format!(
            "every other night what has changed since {}, which is kept longer than what depends on it",
            self.name
        );
        self.part(
            &name,
            &format!("Nightly: what has changed since {}.", self.name),
            &reason,
            &head,
        )
    }

    fn part(&self, name: &str, remark: &str, reason: &str, head: &str) -> Part {
        let mut text = format!(
            "# {remark}\nname = \"{name}\"\nmember = \"{}\"\n{head}output = \"disk\"\nserver = \"{}\"\n",
            self.member, self.server
        );
        for (table, selectors) in [("include", &self.include), ("exclude", &self.exclude)] {
            for selector in selectors {
                text.push_str(&format!("\n[[{table}]]\n"));
                for (key, value) in selector {
                    text.push_str(&format!("{key} = \"{value}\"\n"));
                }
            }
        }
        let by_volume = |selector: &&Selector| selector.iter().any(|(key, _)| *key == "volser");
        if self.exclude.iter().filter(by_volume).count() > SCREEN_LINES {
            text.push_str("\n# The screen has room for twelve volumes.\n[template]\nexclusion = \"tpi\"\n");
        }
        new_job(name, reason, text)
    }
}

/// The image of a member's residence volume.
pub(crate) fn recovery(site: &Site, layout: Layout, member: &Member, volser: Volser) -> Part {
    let server = match layout {
        Layout::Brm => "BKRBKUP".to_owned(),
        Layout::VmBackup if needs_own_server(site, member) => private_server(member),
        Layout::VmBackup => "VMBACKUP".to_owned(),
    };
    let job = format!("RECOV{}", member.slot);
    let reason = format!(
        "the residence volume of {} as a whole: the member can be rebuilt from it on bare hardware",
        member.name
    );
    let text = format!(
        "# Monthly, for disaster recovery: {volser}, from which {0} is IPLed, as a whole.\nname = \"{job}\"\nmember = \
         \"{0}\"\nkind = \"full\"\ndata = \"volumes\"\nretention = \"{RECOVERY_DAYS} days\"\nschedule = \"monthly 1 \
         03:00\"\noutput = \"disk\"\nserver = \"{server}\"\n\n[[include]]\nvolser = \"{volser}\"\n",
        member.name
    );
    new_job(&job, &reason, text)
}

fn new_job(name: &str, reason: &str, text: String) -> Part {
    Part {
        file: format!("jobs/{name}.toml"),
        how: How::New,
        reason: reason.to_owned(),
        text,
    }
}

/// The users whose minidisks only describe space.
fn space_maps(site: &Site) -> BTreeSet<UserId> {
    let maps = site
        .minidisks
        .iter()
        .filter(|disk| disk.kind == MinidiskKind::SpaceMap);
    maps.map(|disk| disk.user).collect()
}

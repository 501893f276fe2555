//! From the files to the site.

use std::collections::{BTreeMap, BTreeSet};

use dasd::Volser;

use crate::{
    directory::{Directory, parse_directory},
    extent_control::{ExtentControl, parse_extent_control},
    job::{Job, parse_job},
    names::MemberName,
    parsed::{Complaint, Complaints, Parsed},
    place::Place,
    site::{
        Cluster, Member, Site, attach,
        expand::{Expanded, Expander},
        overlay,
        ownership::only_member,
        volume::{Listing, SiteVolume, VolumeKey},
    },
    site_toml::{SiteToml, VolumeEntry, WorkerShare, parse_site_toml},
    system_config::{
        SystemConfig, parse_system_config,
        statement::{ConfigKind, PdrVolume, Ssi},
    },
    text::source::Source,
};

/// The files of one site folder, already read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteFiles {
    /// site.toml.
    pub site_toml: Source,
    /// SYSTEM CONFIG.
    pub system_config: Source,
    /// USER DIRECT; the index, if the directory is in cluster format.
    pub directory: Source,
    /// The parts of a cluster-format directory, found by the last part of their file name (`FN.FT`, `FN FT`).
    pub directory_parts: Vec<Source>,
    /// EXTENT CONTROL, if there is one.
    pub extent_control: Option<Source>,
    /// The job files.
    pub jobs: Vec<Source>,
}

impl Site {
    /// Puts the files together. The site holds what could be understood; the complaints of all parsers come first,
    /// file by file, then what is wrong between the files.
    pub fn resolve(files: &SiteFiles) -> Parsed<Site> {
        Self::resolve_with(files, None)
    }

    /// The same, as if the SSI statement named one more member: in the lowest slot that is free. A name that the
    /// cluster has already changes nothing.
    pub fn resolve_with(files: &SiteFiles, added: Option<&MemberName>) -> Parsed<Site> {
        let mut parsers = Vec::new();
        let toml = parse_site_toml(&files.site_toml)
            .unload(&mut parsers)
            .unwrap_or_default();
        let config = parse_system_config(&files.system_config).unload(&mut parsers);
        let directory = whole_directory(files, &mut parsers);
        let control = files.extent_control.as_ref().map(parse_extent_control);
        let control = control.map_or_else(ExtentControl::default, |parsed| parsed.unload(&mut parsers));
        let mut jobs: Vec<Job> = files
            .jobs
            .iter()
            .filter_map(|job| parse_job(job).unload(&mut parsers))
            .collect();
        jobs.sort_by(|a, b| (a.name, &a.place).cmp(&(b.name, &b.place)));

        let mut complaints = Complaints::default();
        let mut cluster = cluster(&config, &files.system_config, &mut complaints);
        if let Some(added) = added {
            join(&mut cluster, *added, &files.system_config);
        }
        let members: Vec<MemberName> = cluster.members.iter().map(|member| member.name).collect();
        let listings = attach::listings(&config, &members, &known_volsers(&toml, &directory));
        let workers = workers(toml.workers, &members, &mut complaints);
        let site = Site {
            name: toml.name.clone().unwrap_or_else(|| cluster.name.clone()),
            level: toml.level,
            layout: toml.layout,
            volumes: volumes(&toml.volumes, &listings, members.len(), &mut complaints),
            minidisks: Vec::new(),
            users: Vec::new(),
            jobs,
            repository: toml.repository.clone(),
            seed: toml.seed,
            policy: toml.policy,
            suppressions: toml.suppressions,
            pools: toml.pools,
            tape_nodes: toml.tape_nodes,
            modules: toml.modules,
            workers,
            product_level: toml.product_level,
            cluster,
            listings,
            config: SystemConfig::default(),
            directory: Directory::default(),
            extent_control: ExtentControl::default(),
            user_at: BTreeMap::new(),
        };
        let sysres = attach::sysres(&config, &members);
        let expander = Expander::new(&site, &sysres, &directory);
        let Expanded {
            mut minidisks,
            spans,
            users,
            user_at,
        } = expander.run(&mut complaints);
        overlay::mark(&site, &control, &mut minidisks, &spans);
        let site = Site {
            minidisks,
            users,
            user_at,
            config,
            directory,
            extent_control: control,
            ..site
        };
        let mut parsed = complaints.with(site);
        parsers.append(&mut parsed.complaints);
        Parsed {
            value: parsed.value,
            complaints: parsers,
        }
    }
}

/// The directory, with the parts that LOAD statements name put in their place.
fn whole_directory(files: &SiteFiles, complaints: &mut Vec<Complaint>) -> Directory {
    let mut whole = parse_directory(&files.directory).unload(complaints);
    let parts: BTreeMap<String, &Source> = files
        .directory_parts
        .iter()
        .map(|part| (part_name(&part.name), part))
        .collect();
    let mut loaded = BTreeSet::new();
    let mut problems = Complaints::default();
    // The next LOAD is at the end; those of a part go before what follows it.
    let mut waiting: Vec<_> = whole.loads.iter().rev().cloned().collect();
    while let Some(load) = waiting.pop() {
        let name = part_name(&load.value);
        let Some(part) = parts.get(&name) else {
            let text =
                format!("the part {name} of the directory is not among the files; its users are missing");
            problems.error(load.place, text);
            continue;
        };
        if !loaded.insert(name) {
            problems.error(
                load.place,
                "this part is loaded a second time; the second time is ignored",
            );
            continue;
        }
        let part = parse_directory(part).unload(complaints);
        waiting.extend(part.loads.iter().rev().cloned());
        whole.directory.extend(part.directory);
        whole.entries.extend(part.entries);
        whole.misnamed.extend(part.misnamed);
        whole.oddities.extend(part.oddities);
    }
    problems.with(()).unload(complaints);
    whole
}

/// `parts/users.direct` and `USERS DIRECT A` are the same part `USERS.DIRECT`.
fn part_name(name: &str) -> String {
    let file = name
        .rsplit(['/', '\\'])
        .next()
        .unwrap_or(name)
        .to_ascii_uppercase();
    file.split([' ', '.'])
        .filter(|part| !part.is_empty())
        .take(2)
        .collect::<Vec<_>>()
        .join(".")
}

/// The cluster. Without an SSI statement, the systems that have an identifier are taken as its members.
fn cluster(config: &SystemConfig, source: &Source, complaints: &mut Complaints) -> Cluster {
    let mut statements = config
        .statements
        .iter()
        .filter_map(|statement| match &statement.kind {
            ConfigKind::Ssi(ssi) => Some((ssi, &statement.place)),
            _ => None,
        });
    let Some((ssi, place)) = statements.next() else {
        return without_ssi(config, source, complaints);
    };
    for (_, place) in statements {
        complaints.error(place.clone(), "this is another SSI statement; CP ignores it");
    }
    let pdr_volume = match &ssi.pdr {
        Some(PdrVolume::Volume(volser)) => Some(volser.value),
        _ => None,
    };
    let members = members(ssi, complaints);
    Cluster {
        name: ssi.name.value.clone(),
        members,
        pdr_volume,
        place: Some(place.clone()),
    }
}

fn join(cluster: &mut Cluster, added: MemberName, source: &Source) {
    if cluster.members.iter().any(|member| member.name == added) {
        return;
    }
    let taken = |slot: &u32| cluster.members.iter().any(|member| member.slot == *slot);
    let slot = (1..=u32::MAX).find(|slot| !taken(slot)).unwrap_or(u32::MAX);
    let place = cluster.place.clone().unwrap_or_else(|| source.place(1, 0, 1));
    cluster.members.push(Member {
        name: added,
        slot,
        place,
    });
    cluster.members.sort_by_key(|member| (member.slot, member.name));
}

fn members(ssi: &Ssi, complaints: &mut Complaints) -> Vec<Member> {
    let mut members: Vec<Member> = Vec::new();
    let mut seen: BTreeMap<MemberName, u32> = BTreeMap::new();
    for slot in &ssi.slots {
        let Some(member) = &slot.member else { continue };
        if let Some(first) = seen.get(&member.value) {
            let text = format!(
                "{} is in slot {first} already; this slot is ignored",
                member.value
            );
            complaints.error(member.place.clone(), text);
            continue;
        }
        seen.insert(member.value, slot.number.value);
        members.push(Member {
            name: member.value,
            slot: slot.number.value,
            place: member.place.clone(),
        });
    }
    members.sort_by_key(|member| (member.slot, member.name));
    members
}

/// One share for each member at most, and only for members that there are.
fn workers(
    entries: Vec<WorkerShare>,
    members: &[MemberName],
    complaints: &mut Complaints,
) -> Vec<WorkerShare> {
    let mut workers: Vec<WorkerShare> = Vec::with_capacity(entries.len());
    for entry in entries {
        let first = workers.iter().find(|first| first.member == entry.member);
        let wrong = match first {
            _ if !members.contains(&entry.member) => "is no member of the cluster".to_owned(),
            Some(first) => format!("has a [[worker]] in line {} already", first.place.line),
            None => {
                workers.push(entry);
                continue;
            }
        };
        let text = format!("{} {wrong}; this entry is ignored", entry.member);
        complaints.error(entry.place, text);
    }
    workers
}

fn without_ssi(config: &SystemConfig, source: &Source, complaints: &mut Complaints) -> Cluster {
    let mut members: Vec<Member> = Vec::new();
    for statement in &config.statements {
        if let ConfigKind::SystemIdentifier { name, .. } | ConfigKind::SystemIdentifierDefault(name) =
            &statement.kind
            && !members.iter().any(|member| member.name == name.value)
        {
            let slot = u32::try_from(members.len()).unwrap_or(u32::MAX).saturating_add(1);
            members.push(Member {
                name: name.value,
                slot,
                place: name.place.clone(),
            });
        }
        if members.len() == SYSTEMS_MAX {
            break;
        }
    }
    let place = members
        .first()
        .map_or_else(|| source.place(1, 0, 1), |member| member.place.clone());
    let text = match members.len() {
        0 => "there is no SSI statement and no SYSTEM_IDENTIFIER; the site has no member",
        _ => "there is no SSI statement; the systems with a SYSTEM_IDENTIFIER are taken as members",
    };
    complaints.warning(place, text);
    Cluster {
        name: String::new(),
        members,
        pdr_volume: None,
        place: None,
    }
}

/// CP's own limit of members is 8; the block that counts them leaves room for 32.
const SYSTEMS_MAX: usize = 32;

/// Every serial that a mask of USER_VOLUME_INCLUDE could meet.
fn known_volsers(toml: &SiteToml, directory: &Directory) -> BTreeSet<Volser> {
    let listed = toml.volumes.iter().map(|volume| volume.volser);
    listed.chain(directory.volsers()).collect()
}

/// The packs of site.toml. A pack that only one member has is private to it.
fn volumes(
    entries: &[VolumeEntry],
    listings: &BTreeMap<Volser, Vec<Listing>>,
    members: usize,
    complaints: &mut Complaints,
) -> Vec<SiteVolume> {
    let mut first: BTreeMap<VolumeKey, Place> = BTreeMap::new();
    let mut volumes = Vec::with_capacity(entries.len());
    for entry in entries {
        let listed = listings.get(&entry.volser).map_or(&[][..], Vec::as_slice);
        let member = entry.member.or_else(|| only_member(listed, members));
        let key = VolumeKey {
            volser: entry.volser,
            member,
        };
        if let Some(place) = first.get(&key) {
            let text = format!(
                "volume {key} stands already in line {}; this entry is ignored",
                place.line
            );
            complaints.error(entry.place.clone(), text);
            continue;
        }
        first.insert(key, entry.place.clone());
        volumes.push(SiteVolume {
            key,
            image: entry.image.clone(),
            device: entry.device.clone(),
            size: entry.size,
            owner: entry.owner.clone(),
            eqid: entry.eqid.clone(),
            rdev: entry.rdev,
            place: entry.place.clone(),
        });
    }
    volumes.sort_by_key(|volume| volume.key);
    volumes
}

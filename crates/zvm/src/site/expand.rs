//! From directory entries to minidisks: profiles merged, SUBCONFIGs given to the members that build them.

use std::collections::{BTreeMap, BTreeSet};

use dasd::Volser;

use crate::{
    directory::{
        Directory,
        entry::{Build as BuildStatement, Entry, EntryKind, Logon, Mdisk, Statement},
    },
    names::{MemberName, UserId},
    parsed::Complaints,
    place::Located,
    site::{
        Site,
        minidisk::{Minidisk, MinidiskKind, Scope, Space},
        user::{Build, User, UserLink},
    },
};

/// A site has fewer statements than this, profiles counted once for each entry that includes them. The limit keeps a
/// small file (one long profile, included by everybody) from becoming a large site.
const STATEMENTS_MAX: usize = 1_000_000;

/// What a minidisk covers, also when its end is not known: needed to find overlays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) first: u32,
    /// One past the last; None for END on a volume of unknown size.
    pub(super) end: Option<u64>,
    /// The statement says END.
    pub(super) to_end: bool,
}

#[derive(Debug)]
pub(super) struct Expanded {
    pub(super) minidisks: Vec<Minidisk>,
    /// One for each minidisk.
    pub(super) spans: Vec<Option<Span>>,
    pub(super) users: Vec<User>,
    /// Where the users stand in `users`.
    pub(super) user_at: BTreeMap<UserId, usize>,
}

pub(super) struct Expander<'a> {
    pub(super) site: &'a Site,
    pub(super) sysres: &'a BTreeMap<MemberName, Volser>,
    directory: &'a Directory,
    profiles: BTreeMap<UserId, &'a Entry>,
    /// For each SUBCONFIG, the identities and members that build it.
    builders: BTreeMap<UserId, Vec<(UserId, &'a BuildStatement)>>,
    users: Vec<User>,
    /// Where a user stands in `users`; the first of several of the same id.
    user_at: BTreeMap<UserId, usize>,
    minidisks: Vec<Minidisk>,
    spans: Vec<Option<Span>>,
    pub(super) odd_devices: BTreeSet<&'a str>,
    statements: usize,
}

/// Whose statements are being taken, and for which member.
#[derive(Clone, Copy)]
struct Taking {
    user: UserId,
    multi: bool,
    subconfig: Option<UserId>,
    scope: Scope,
}

impl<'a> Expander<'a> {
    /// `site` needs its members, volumes and listings only.
    pub(super) fn new(
        site: &'a Site,
        sysres: &'a BTreeMap<MemberName, Volser>,
        directory: &'a Directory,
    ) -> Self {
        let mut profiles = BTreeMap::new();
        let mut builders: BTreeMap<UserId, Vec<_>> = BTreeMap::new();
        for entry in &directory.entries {
            if entry.kind == EntryKind::Profile {
                profiles.entry(entry.id.value).or_insert(entry);
            }
            for statement in &entry.statements {
                if let (Statement::Build(build), EntryKind::Identity) = (statement, entry.kind) {
                    builders
                        .entry(build.subconfig.value)
                        .or_default()
                        .push((entry.id.value, build));
                }
            }
        }
        Expander {
            site,
            sysres,
            directory,
            profiles,
            builders,
            users: Vec::new(),
            user_at: BTreeMap::new(),
            minidisks: Vec::new(),
            spans: Vec::new(),
            odd_devices: BTreeSet::new(),
            statements: 0,
        }
    }

    pub(super) fn run(mut self, complaints: &mut Complaints) -> Expanded {
        let directory = self.directory;
        for entry in &directory.entries {
            if matches!(entry.kind, EntryKind::User | EntryKind::Identity) {
                self.start_user(entry);
            }
        }
        for entry in &directory.entries {
            match entry.kind {
                EntryKind::User | EntryKind::Identity => {
                    let multi = entry.kind == EntryKind::Identity;
                    let taking = Taking {
                        user: entry.id.value,
                        multi,
                        subconfig: None,
                        scope: Scope::Global,
                    };
                    self.take_entry(entry, taking, complaints);
                }
                EntryKind::Subconfig => self.subconfig(entry, complaints),
                EntryKind::Profile => {}
            }
            if self.statements >= STATEMENTS_MAX {
                let text = format!(
                    "with all profiles merged there are more than {STATEMENTS_MAX} statements; the rest is left out"
                );
                complaints.error(entry.place.clone(), text);
                break;
            }
        }
        Expanded {
            minidisks: self.minidisks,
            spans: self.spans,
            users: self.users,
            user_at: self.user_at,
        }
    }

    fn start_user(&mut self, entry: &'a Entry) {
        let mut builds = Vec::new();
        for statement in &entry.statements {
            if let (Statement::Build(build), EntryKind::Identity) = (statement, entry.kind) {
                let members = self.built_on(build);
                let built = |member| Build {
                    member,
                    subconfig: build.subconfig.value,
                    place: build.place.clone(),
                };
                builds.extend(members.into_iter().map(built));
            }
        }
        self.user_at.entry(entry.id.value).or_insert(self.users.len());
        self.users.push(User {
            id: entry.id.value,
            multi: entry.kind == EntryKind::Identity,
            can_log_on: entry.logon != Logon::NoLog,
            builds,
            links: Vec::new(),
            options: Vec::new(),
            place: entry.place.clone(),
        });
    }

    /// `BUILD ON *` builds on whatever system compiles the directory, which sooner or later is every member.
    fn built_on(&self, build: &BuildStatement) -> Vec<MemberName> {
        match &build.on {
            Some(member) => vec![member.value],
            None => self
                .site
                .cluster
                .members
                .iter()
                .map(|member| member.name)
                .collect(),
        }
    }

    fn subconfig(&mut self, entry: &'a Entry, complaints: &mut Complaints) {
        let id = entry.id.value;
        let builders = self.builders.get(&id).cloned().unwrap_or_default();
        if builders.is_empty() {
            let taking = Taking {
                user: id,
                multi: true,
                subconfig: Some(id),
                scope: Scope::None,
            };
            self.take_entry(entry, taking, complaints);
        }
        for (user, build) in builders {
            for member in self.built_on(build) {
                let taking = Taking {
                    user,
                    multi: true,
                    subconfig: Some(id),
                    scope: Scope::Local(member),
                };
                self.take_entry(entry, taking, complaints);
                if self.statements >= STATEMENTS_MAX {
                    return;
                }
            }
        }
    }

    /// The statements of an entry, those of an included profile in the place of the INCLUDE.
    fn take_entry(&mut self, entry: &'a Entry, taking: Taking, complaints: &mut Complaints) {
        for statement in &entry.statements {
            if let Statement::Include(profile) = statement {
                let Some(included) = self.profiles.get(&profile.value).copied() else {
                    self.missing_profile(profile, complaints);
                    continue;
                };
                for statement in &included.statements {
                    self.take(statement, taking, Some(profile.value), complaints);
                }
            } else {
                self.take(statement, taking, None, complaints);
            }
            if self.statements >= STATEMENTS_MAX {
                return;
            }
        }
    }

    fn missing_profile(&self, profile: &Located<UserId>, complaints: &mut Complaints) {
        let text = format!(
            "there is no PROFILE {}; what it would give is missing",
            profile.value
        );
        complaints.warning(profile.place.clone(), text);
    }

    fn take(
        &mut self,
        statement: &'a Statement,
        taking: Taking,
        profile: Option<UserId>,
        complaints: &mut Complaints,
    ) {
        self.statements += 1;
        match statement {
            Statement::Mdisk(mdisk) => self.minidisk(mdisk, taking, profile, complaints),
            Statement::Link(link) => {
                let member = match taking.scope {
                    Scope::Local(member) => Some(member),
                    _ => None,
                };
                if let Some(user) = self.user(taking.user) {
                    user.links.push(UserLink {
                        owner: link.owner.value,
                        vdev: link.vdev.value,
                        as_vdev: link.as_vdev,
                        mode: link.mode,
                        member,
                        place: link.place.clone(),
                    });
                }
            }
            Statement::Options { words, .. } => {
                if let Some(user) = self.user(taking.user) {
                    user.options.extend(words.iter().cloned());
                }
            }
            Statement::Include(_) | Statement::Build(_) | Statement::Other { .. } => {}
        }
    }

    fn user(&mut self, id: UserId) -> Option<&mut User> {
        let at = *self.user_at.get(&id)?;
        self.users.get_mut(at)
    }

    fn minidisk(
        &mut self,
        mdisk: &'a Mdisk,
        taking: Taking,
        profile: Option<UserId>,
        complaints: &mut Complaints,
    ) {
        let (volser, space, span) = self.space(mdisk, taking.scope, complaints);
        let temporary = matches!(space, Space::TDisk { .. } | Space::VDisk { .. });
        self.spans.push(span);
        self.minidisks.push(Minidisk {
            user: taking.user,
            multi: taking.multi,
            subconfig: taking.subconfig,
            profile,
            vdev: mdisk.vdev.value,
            device: mdisk.device.clone(),
            volser,
            space,
            scope: if temporary { Scope::None } else { taking.scope },
            mode: mdisk.mode,
            kind: MinidiskKind::Data,
            covers_others: false,
            place: mdisk.place.clone(),
        });
    }
}

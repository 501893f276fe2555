//! Which statements of SYSTEM CONFIG give which member which volume.

use std::collections::{BTreeMap, BTreeSet};

use dasd::Volser;

use crate::{
    names::MemberName,
    place::{Located, Place},
    site::volume::{ListedBy, Listing},
    system_config::{
        SystemConfig,
        statement::{ConfigKind, ConfigStatement},
    },
    text::mask::Mask,
};

type Listings = BTreeMap<Volser, Vec<Listing>>;

/// Every volume with the statements that attach it. Masks meet the volumes of CP_OWNED, of the lists and of `known`.
pub(super) fn listings(config: &SystemConfig, members: &[MemberName], known: &BTreeSet<Volser>) -> Listings {
    let mut listings = Listings::new();
    for statement in &config.statements {
        match &statement.kind {
            ConfigKind::CpOwned {
                slot,
                volume: Some(volume),
            } => {
                let by = ListedBy::CpOwned(slot.value);
                add(&mut listings, volume.value, statement, members, by, &volume.place);
            }
            ConfigKind::UserVolumeList(volumes) => {
                for volume in volumes {
                    add(
                        &mut listings,
                        volume.value,
                        statement,
                        members,
                        ListedBy::UserList,
                        &volume.place,
                    );
                }
            }
            ConfigKind::UserVolumeRdev { volume, .. } => {
                add(
                    &mut listings,
                    volume.value,
                    statement,
                    members,
                    ListedBy::UserList,
                    &volume.place,
                );
            }
            _ => {}
        }
    }
    let volsers: BTreeSet<Volser> = listings.keys().chain(known).copied().collect();
    let masks = Masks::of(config);
    for volser in volsers {
        include(&mut listings, volser, &masks, members);
    }
    listings
}

/// No volume is listed more often than once for each slot; more would only make every look-up long.
const LISTINGS_MAX: usize = 256;

fn add(
    listings: &mut Listings,
    volser: Volser,
    statement: &ConfigStatement,
    members: &[MemberName],
    by: ListedBy,
    place: &Place,
) {
    let holds_for: Vec<Option<MemberName>> = match &statement.qualifier {
        None => vec![None],
        Some(_) => members
            .iter()
            .filter(|member| statement.applies_to(member))
            .map(|member| Some(*member))
            .collect(),
    };
    for member in holds_for {
        let known = listings.entry(volser).or_default();
        let told = |listing: &Listing| listing.member == member;
        if known.len() < LISTINGS_MAX || !known.iter().any(told) {
            known.push(Listing {
                member,
                by,
                place: place.clone(),
            });
        }
    }
}

/// USER_VOLUME_INCLUDE without USER_VOLUME_EXCLUDE; a list always wins over an exclude, so it is not asked here.
fn include(listings: &mut Listings, volser: Volser, masks: &Masks<'_>, members: &[MemberName]) {
    let mut excluded: Option<Vec<bool>> = None;
    for (statement, include) in &masks.include {
        let Some(mask) = include.iter().find(|mask| mask.matches(volser.as_str())) else {
            continue;
        };
        let excluded = excluded.get_or_insert_with(|| masks.excluded(volser, members));
        let listing = |member| Listing {
            member,
            by: ListedBy::UserInclude,
            place: mask.place.clone(),
        };
        if statement.qualifier.is_none() && !excluded.contains(&true) {
            listings.entry(volser).or_default().push(listing(None));
            continue;
        }
        for (member, excluded) in members.iter().zip(excluded) {
            if !*excluded && statement.applies_to(member) {
                listings.entry(volser).or_default().push(listing(Some(*member)));
            }
        }
    }
}

type MaskStatement<'a> = (&'a ConfigStatement, &'a [Located<Mask>]);

/// The mask statements, found once.
struct Masks<'a> {
    include: Vec<MaskStatement<'a>>,
    exclude: Vec<MaskStatement<'a>>,
}

impl<'a> Masks<'a> {
    fn of(config: &'a SystemConfig) -> Masks<'a> {
        let mut masks = Masks {
            include: Vec::new(),
            exclude: Vec::new(),
        };
        for statement in &config.statements {
            match &statement.kind {
                ConfigKind::UserVolumeInclude(include) => masks.include.push((statement, include)),
                ConfigKind::UserVolumeExclude(exclude) => masks.exclude.push((statement, exclude)),
                _ => {}
            }
        }
        masks
    }

    /// For each member, whether an exclude takes the volume back.
    fn excluded(&self, volser: Volser, members: &[MemberName]) -> Vec<bool> {
        let fits = |masks: &[Located<Mask>]| masks.iter().any(|mask| mask.matches(volser.as_str()));
        let fitting: Vec<_> = self.exclude.iter().filter(|(_, masks)| fits(masks)).collect();
        let applies = |member| fitting.iter().any(|(statement, _)| statement.applies_to(member));
        members.iter().map(applies).collect()
    }
}

/// The system residence volume of each member: that of SYSTEM_RESIDENCE, otherwise that of CP_OWNED slot 1.
pub(super) fn sysres(config: &SystemConfig, members: &[MemberName]) -> BTreeMap<MemberName, Volser> {
    let of_member = |member: &MemberName| {
        let applicable = || {
            config
                .statements
                .iter()
                .filter(|statement| statement.applies_to(member))
        };
        let residence = applicable().find_map(|statement| match &statement.kind {
            ConfigKind::SystemResidence {
                checkpoint,
                warmstart,
            } => checkpoint.as_ref().or(warmstart.as_ref()),
            _ => None,
        });
        let slot_1 = || {
            applicable().find_map(|statement| match &statement.kind {
                ConfigKind::CpOwned { slot, volume } if slot.value == 1 => volume.as_ref(),
                _ => None,
            })
        };
        residence.or_else(slot_1).map(|volume| (*member, volume.value))
    };
    members.iter().filter_map(of_member).collect()
}

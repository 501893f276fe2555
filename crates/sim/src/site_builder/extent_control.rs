//! EXTENT CONTROL: where a directory manager places new minidisks.

use super::{
    draft::Draft,
    packs::{Device, Pack, Role},
};

pub(super) fn text(draft: &Draft<'_>) -> String {
    let mut text = format!("* EXTENT CONTROL of cluster {}\n", draft.names.cluster());
    section(&mut text, "REGIONS", regions(draft));
    let names = |device| {
        guest_packs(draft, device)
            .map(region)
            .collect::<Vec<_>>()
            .join(" ")
    };
    section(
        &mut text,
        "GROUPS",
        [
            format!("GUESTS {}", names(Device::Ckd)),
            format!("FBAGRP {}", names(Device::Fba)),
        ],
    );
    section(&mut text, "SSI_VOLUMES", ssi_volumes(draft));
    let release = draft.names.release_owner();
    section(
        &mut text,
        "EXCLUDE",
        [
            "MAINT-*  0122".to_owned(),
            format!("{release} 0131"),
            "PMAINT   0141".to_owned(),
            "PMAINT   0142".to_owned(),
            "$ALLOC$  *".to_owned(),
        ],
    );
    section(&mut text, "AUTOBLOCK", []);
    section(&mut text, "DEFAULTS", []);
    text
}

fn section(text: &mut String, name: &str, lines: impl IntoIterator<Item = String>) {
    text.push_str(&format!(":{name}.\n"));
    for line in lines {
        text.push_str(&format!(" {line}\n"));
    }
    text.push_str(":END.\n");
}

fn guest_packs<'d>(draft: &'d Draft<'_>, device: Device) -> impl Iterator<Item = &'d Pack> {
    draft
        .packs
        .iter()
        .map(|(_, pack)| pack)
        .filter(move |pack| pack.role == Role::Guests && pack.device == device)
}

fn region(pack: &Pack) -> String {
    format!("R{}", pack.volser)
}

/// RegEnd is the last cylinder or block, not a length.
fn regions(draft: &Draft<'_>) -> Vec<String> {
    let line = |pack: &Pack| {
        let (start, device) = match pack.device {
            Device::Ckd => (1, "3390"),
            Device::Fba => (super::packs::FBA_RESERVED, "9336"),
        };
        format!(
            "{} {} {start:04} {:04} {device}",
            region(pack),
            pack.volser,
            pack.size() - 1
        )
    };
    guest_packs(draft, Device::Ckd)
        .chain(guest_packs(draft, Device::Fba))
        .map(line)
        .collect()
}

/// Which volume of a family a SUBCONFIG gets when it is made for a member. Every family names every member.
fn ssi_volumes(draft: &Draft<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    for (family, role) in [
        ("RESVOL", Role::Residence),
        ("WRKVOL", Role::Work),
        ("SCRVOL", Role::Scratch),
    ] {
        for (_, pack) in draft.packs.iter().filter(|(_, pack)| pack.role == role) {
            let member = draft.names.member(pack.member.unwrap_or_default());
            lines.push(format!("{family} {member:8} {}", pack.volser));
        }
    }
    lines
}

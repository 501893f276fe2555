//! `site.toml`: the volumes and their images, and where copies go.

use super::{
    draft::Draft,
    packs::{Device, Role},
    system_config::owner,
};

pub(super) fn text(draft: &Draft<'_>) -> String {
    let plan = draft.plan;
    let mut text = format!("name = {}\n", quoted(&plan.name));
    text.push_str(&format!("level = \"{}\"\n", draft.names.level()));
    text.push_str(&format!("layout = \"{}\"\n", plan.layout.word()));
    // TOML integers end at 63 bits: the top bit of a larger seed is not recorded, so that contents stay reproducible.
    let seed = plan.seed.0 & (u64::MAX >> 1);
    text.push_str(&format!("seed = {seed}\n"));
    text.push_str("repository = \"repository\"\n");
    let mut spools = 0..;
    for (_, pack) in draft.packs.iter() {
        // Spool volumes stand in the order of their members, one for each.
        let member = if pack.role == Role::Spool {
            spools.next()
        } else {
            pack.member
        };
        text.push_str("\n[[volume]]\n");
        text.push_str(&format!(
            "volser = \"{}\"\nimage = \"volumes/{}\"\n",
            pack.volser, pack.file
        ));
        match pack.device {
            Device::Ckd => text.push_str(&format!("device = \"3390\"\ncylinders = {}\n", pack.size())),
            Device::Fba => text.push_str(&format!("device = \"9336\"\nblocks = {}\n", pack.size())),
        }
        if let Some(member) = pack.member {
            text.push_str(&format!("member = \"{}\"\n", draft.names.member(member)));
        }
        if let Some(owner) = owner(draft, pack, member) {
            text.push_str(&format!("owner = \"{owner}\"\n"));
        }
        text.push_str(&format!("eqid = \"{}\"\n", pack.eqid));
    }
    text
}

/// A TOML basic string.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            control if control.is_control() => quoted.push_str(&format!("\\u{:04X}", u32::from(control))),
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_name_is_a_toml_string() {
        for name in ["demo", "a \"b\" \\ c", "line\nbreak\u{7f}", "Grüße"] {
            let table: toml::Table = format!("name = {}", quoted(name)).parse().unwrap();
            assert_eq!(table["name"].as_str(), Some(name));
        }
    }
}

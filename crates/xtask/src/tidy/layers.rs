//! Who may use whom: the table of docs/architecture.md, held against the manifests.

use std::fs;
use std::path::Path;

/// Every crate with the crates of ours that it may use, lowest level first.
pub const LAYERS: &[(&str, &[&str])] = &[
    ("dasd", &[]),
    ("tape", &[]),
    ("store", &[]),
    ("zvm", &["dasd"]),
    ("cms", &["dasd"]),
    ("rules", &["dasd", "zvm"]),
    ("catalog", &["dasd", "zvm", "store"]),
    (
        "engine",
        &["dasd", "tape", "store", "zvm", "cms", "rules", "catalog"],
    ),
    (
        "sim",
        &[
            "dasd", "tape", "store", "zvm", "cms", "rules", "catalog", "engine",
        ],
    ),
    ("report", &["dasd", "zvm", "rules", "catalog"]),
    (
        "cli",
        &[
            "dasd", "tape", "store", "zvm", "cms", "rules", "catalog", "engine", "sim", "report",
        ],
    ),
    ("xtask", &["rules", "cli", "sim"]),
];

/// Reads every manifest under `crates` and names each dependency that the table does not allow, development
/// dependencies included.
///
/// # Panics
/// When a manifest cannot be read.
#[allow(
    clippy::disallowed_methods,
    reason = "the source tree is what this crate is about"
)]
pub fn upward_dependencies(top: &Path) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut folders: Vec<_> = fs::read_dir(top.join("crates"))
        .expect("the folder crates is there")
        .map(|entry| entry.expect("the folder crates can be listed").path())
        .collect();
    folders.sort();
    for folder in folders {
        let manifest = folder.join("Cargo.toml");
        let text = fs::read_to_string(&manifest).expect("every folder of crates has a manifest");
        let table: toml::Table = text.parse().expect("manifests are TOML");
        let name = folder
            .file_name()
            .and_then(|name| name.to_str())
            .expect("crate folders have plain names");
        let Some((_, allowed)) = LAYERS.iter().find(|(layer, _)| *layer == name) else {
            wrong.push(format!("crates/{name} has no line in LAYERS"));
            continue;
        };
        for section in ["dependencies", "dev-dependencies", "build-dependencies"] {
            let Some(used) = table.get(section).and_then(|section| section.as_table()) else {
                continue;
            };
            for dependency in used.keys() {
                let ours = LAYERS.iter().any(|(layer, _)| layer == dependency);
                if ours && !allowed.contains(&dependency.as_str()) {
                    wrong.push(format!("crates/{name} must not use {dependency}"));
                }
            }
        }
    }
    wrong
}

//! A pack is lost and the catalog rebuilt: the next incremental backup stores again what is missing.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "tests read and write files and run the program"
)]

mod support;

use support::Folder;

#[test]
fn the_next_incremental_makes_good_what_was_lost() {
    let folder = Folder::new();
    folder.ok("site new grid --members 1");
    folder.ok("site build grid");
    let packs = || {
        let mut packs = folder.files_below("attic/packs");
        packs.sort();
        packs
    };
    let images = folder.files_below("grid/volumes");
    let names: Vec<String> = images
        .iter()
        .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    let every: String = names
        .iter()
        .zip(&images)
        .fold(String::new(), |line, (name, path)| {
            format!("{line} --image {name}={}", path.display())
        });
    folder.ok(&format!("backup{every} --repo attic"));
    let first = packs();
    folder.ok("site mutate grid --percent 5");
    folder.ok(&format!("backup{every} --repo attic"));
    // Everything that the first backup stored is gone; the manifests of the second are not.
    first.iter().for_each(|pack| std::fs::remove_file(pack).unwrap());
    folder.run("catalog rebuild attic").ends(1);
    let again = folder.json(&format!("backup{every} --repo attic"));
    assert!(again["jobs"][0]["new_chunks"].as_u64().unwrap() > 0, "{again}");
    for (number, (name, path)) in names.iter().zip(&images).enumerate() {
        let copy = format!("copy{number}");
        folder.ok(&format!("restore attic --latest --volser {name} --to {copy}"));
        assert!(folder.read(&copy) == std::fs::read(path).unwrap(), "{name}");
    }
}

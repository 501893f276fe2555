//! The style guide, as a test.

use xtask::tidy;

fn none(wrong: &[String]) {
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn crates_depend_downward() {
    none(&tidy::upward_dependencies(&tidy::top()));
}

#[test]
fn files_stay_small() {
    none(&tidy::long_files(&tidy::top()));
}

#[test]
fn nothing_is_left_for_later() {
    none(&tidy::leftovers(&tidy::top()));
}

#[test]
fn a_dependency_upward_would_be_found() {
    let top = tempfile::tempdir().unwrap();
    let folder = top.path().join("crates/store");
    std::fs::create_dir_all(&folder).unwrap();
    #[allow(clippy::disallowed_methods, reason = "a test writes its own folder")]
    std::fs::write(
        folder.join("Cargo.toml"),
        "[dependencies]\ndasd.workspace = true\n",
    )
    .unwrap();
    assert_eq!(
        tidy::upward_dependencies(top.path()),
        ["crates/store must not use dasd"]
    );
}

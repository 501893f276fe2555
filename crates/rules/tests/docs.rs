//! The page of all rules is made from the rules.

use std::path::Path;

#[test]
fn the_page_of_all_rules_is_fresh() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/rules.md");
    #[allow(clippy::disallowed_methods, reason = "a test reads the page it judges")]
    let written = std::fs::read_to_string(page).unwrap_or_default();
    assert!(
        written == rules::report::markdown(),
        "docs/rules.md is out of date; write it anew with `cargo run --release -- rules --markdown > docs/rules.md`"
    );
}

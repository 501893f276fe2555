//! What `check` writes for other programs: SARIF that its schema accepts, JUnit that an XML parser reads, and both say
//! what the human form says.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "tests read and write files and run the program"
)]

mod support;

use jsonschema::Validator;
use serde_json::Value;
use support::Folder;

fn sarif_schema() -> Validator {
    // The pattern of a language in the published schema has a bracket too many, which strict readers of patterns refuse.
    let text = include_str!("fixtures/sarif-schema-2.1.0.json").replace("{2}]?$", "{2}$");
    let schema: Value = serde_json::from_str(&text).unwrap();
    jsonschema::draft7::new(&schema).unwrap()
}

/// A generated site, and what is done to its files to break it.
fn broken(members: u8, layout: &str, breaks: &[fn(&Folder)]) -> Folder {
    let folder = Folder::new();
    folder.ok(&format!("site new grid --members {members} --layout {layout}"));
    breaks.iter().for_each(|harm| harm(&folder));
    folder
}

fn edit(folder: &Folder, file: &str, change: impl Fn(&str) -> String) {
    let text = String::from_utf8(folder.read(file)).unwrap();
    folder.write(file, change(&text));
}

fn without_distribute(folder: &Folder) {
    edit(folder, "grid/SYSTEM.CONFIG", |text| {
        let kept = text.lines().filter(|line| !line.contains("Distribute IUCV"));
        kept.map(|line| format!("{line}\n")).collect()
    });
}

/// Minidisks that overlap, a link that leads nowhere, and characters that XML and JSON must not carry as they are.
fn with_odd_users(folder: &Folder) {
    edit(folder, "grid/USER.DIRECT", |text| {
        format!(
            "{text}USER ODD1 PASSW0RD 32M 64M G\n MDISK 0191 3390 0001 0010 VMCOM1 MR\n MDISK 0192 3390 0005 0010 VMCOM1 \
             MR\n LINK NOBODY 0191 0191 RR\n COMMAND <&>\"'\u{1}\u{b}\u{fffe} ]]>\nWHAT IS THIS\n"
        )
    });
}

fn without_expiration(folder: &Folder) {
    for file in folder.files_below("grid/jobs") {
        let text = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, text.replace("retention", "# retention")).unwrap();
    }
}

fn sites() -> Vec<Folder> {
    let all: [fn(&Folder); 3] = [without_distribute, with_odd_users, without_expiration];
    let mut sites = Vec::new();
    for (members, layout) in [(1, "brm"), (4, "brm"), (2, "vmbackup"), (8, "vmbackup")] {
        sites.push(broken(members, layout, &[]));
        sites.push(broken(members, layout, &all));
        sites.extend(all.map(|one| broken(members, layout, &[one])));
    }
    sites
}

#[test]
fn sarif_is_what_its_schema_wants() {
    let schema = sarif_schema();
    let wrong: Value = serde_json::json!({ "version": "2.1.0", "runs": [{ "tool": {} }] });
    assert!(!schema.is_valid(&wrong), "the schema refuses something");
    let mut results = 0;
    for site in sites() {
        let human = site.run("check grid --format json").json();
        let sarif = site.run("check grid --format sarif").json();
        let errors: Vec<String> = schema
            .iter_errors(&sarif)
            .map(|error| error.to_string())
            .collect();
        assert!(errors.is_empty(), "{errors:#?}");
        let found = sarif["runs"][0]["results"].as_array().unwrap();
        let findings = human["findings"].as_array().unwrap();
        let codes = |of: &[Value], key: &str| {
            let mut codes: Vec<String> = of
                .iter()
                .filter_map(|one| Some(one[key].as_str()?.to_owned()))
                .collect();
            codes.retain(|code| code.starts_with("SSI-"));
            codes.sort();
            codes
        };
        assert_eq!(codes(found, "ruleId"), codes(findings, "code"));
        results += found.len();
        let rules = sarif["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
        for result in found.iter().filter_map(|result| result["ruleId"].as_str()) {
            // A viewer finds the text of a rule by its name; complaints about the files themselves have none.
            let known = rules.iter().any(|rule| rule["id"] == result);
            assert!(known || !result.starts_with("SSI-"), "{result}");
        }
    }
    assert!(results > 20, "the broken sites have findings: {results}");
}

#[test]
fn junit_is_read_by_an_ordinary_parser() {
    let mut failures = 0;
    for site in sites() {
        let text = site.run("check grid --format junit").out;
        let document = roxmltree::Document::parse(&text).unwrap();
        let suites = document.root_element();
        assert_eq!(suites.tag_name().name(), "testsuites");
        let number = |node: roxmltree::Node<'_, '_>, name: &str| {
            node.attribute(name).unwrap().parse::<usize>().unwrap()
        };
        let cases = || {
            document
                .descendants()
                .filter(|node| node.has_tag_name("testcase"))
        };
        let failed = cases()
            .filter(|case| case.children().any(|child| child.has_tag_name("failure")))
            .count();
        assert_eq!(number(suites, "tests"), cases().count());
        assert_eq!(number(suites, "failures"), failed);
        for suite in suites.children().filter(|node| node.has_tag_name("testsuite")) {
            let own = suite
                .children()
                .filter(|node| node.has_tag_name("testcase"))
                .count();
            assert_eq!(number(suite, "tests"), own);
        }
        assert!(
            cases().all(|case| case.attribute("name").is_some() && case.attribute("classname").is_some())
        );
        failures += failed;
    }
    assert!(failures > 10, "the broken sites fail: {failures}");
}

use std::sync::Arc;

use zvm::Place;

use super::*;
use crate::{edit::Change, edit::Edit, finding::Note, runner::Suppressed};

fn place(file: &str, line: u32, column: u32, len: u32) -> Place {
    Place {
        file: Arc::from(file),
        line,
        column,
        len,
    }
}

fn finding() -> Finding {
    Finding {
        code: "SSI-MD-001",
        severity: Severity::Error,
        about: "A 0191".to_owned(),
        primary: place("USER.DIRECT", 2, 2, 5),
        message: "minidisk <A 0191> & more".to_owned(),
        notes: vec![Note {
            place: place("SYSTEM CONFIG", 1, 1, 4),
            text: "because of this".to_owned(),
        }],
        help: Some("move it".to_owned()),
        edits: vec![Edit {
            place: place("USER.DIRECT", 2, 27, 6),
            change: Change::Words("GSU001".to_owned()),
        }],
    }
}

fn with_report<T>(show: impl FnOnce(&Report<'_>) -> T) -> T {
    let accepted = Suppressed {
        finding: Finding {
            code: "SSI-MD-002",
            ..finding()
        },
        reason: "is \"old\"".to_owned(),
    };
    let checked = Checked {
        findings: vec![finding()],
        suppressed: vec![accepted],
    };
    let complaints = [
        Complaint {
            severity: Severity::Warning,
            place: place("USER.DIRECT", 1, 1, 4),
            text: "odd".to_owned(),
        },
        Complaint {
            severity: Severity::Error,
            place: place("USER.DIRECT", 2, 2, 5),
            text: "said".to_owned(),
        },
    ];
    let directory = Source::new(
        "USER.DIRECT",
        "USER A SECRET 1M 1M G\n MDISK 0191 3390 0001 0001 GA1W01 MR READ\n",
    );
    let selection = Selection::new(["SSI-MD-00%"], []);
    show(&Report {
        site: "grid",
        complaints: &complaints,
        checked: &checked,
        selection: &selection,
        sources: &[&directory],
    })
}

#[test]
fn people_see_carets_and_no_passwords() {
    let text = with_report(human);
    assert_eq!(
        text,
        "USER.DIRECT:1:1: warning: odd\n     1 | USER A ****** 1M 1M G\n       | ^^^^\n\
         USER.DIRECT:2:2: error[SSI-MD-001]: minidisk <A 0191> & more\n     \
         2 |  MDISK 0191 3390 0001 0001 GA1W01 MR ****\n       |  ^^^^^\n  \
         SYSTEM CONFIG:1:1: note: because of this\n  help: move it\n\
         1 error, 1 warning; 1 suppressed by site.toml\n"
    );
}

#[test]
fn sarif_has_what_the_schema_wants() {
    let text = with_report(|report| sarif(report, "0.1.0")).unwrap();
    let log: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    assert_eq!(
        run["tool"]["driver"]["rules"].as_array().unwrap().len(),
        crate::RULES.len()
    );
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 3, "a complaint, a finding, a suppressed finding");
    let found = &results[1];
    let index = usize::try_from(found["ruleIndex"].as_u64().unwrap()).unwrap();
    assert_eq!(run["tool"]["driver"]["rules"][index]["id"], found["ruleId"]);
    assert_eq!(
        found["locations"][0]["physicalLocation"]["region"]["endColumn"],
        7
    );
    let related = &found["relatedLocations"][0]["physicalLocation"]["artifactLocation"];
    assert_eq!(related["uri"], "SYSTEM%20CONFIG");
    let fix = &found["fixes"][0]["artifactChanges"][0]["replacements"][0];
    assert_eq!(fix["insertedContent"]["text"], "GSU001");
    assert_eq!(results[2]["suppressions"][0]["justification"], "is \"old\"");
    assert!(found.get("suppressions").is_none());
}

#[test]
fn junit_counts_and_escapes() {
    let text = with_report(|report| junit(report, Severity::Error));
    assert!(
        text.contains("failures=\"1\" errors=\"0\" skipped=\"1\""),
        "{text}"
    );
    assert!(text.contains("minidisk &lt;A 0191&gt; &amp; more"), "{text}");
    assert!(
        text.contains("<skipped message=\"is &quot;old&quot;\"/>"),
        "{text}"
    );
    assert!(
        text.contains("<system-out>USER.DIRECT:1:1: warning: odd</system-out>"),
        "{text}"
    );
    let denied = with_report(|report| junit(report, Severity::Warning));
    assert!(denied.contains("failures=\"2\""), "{denied}");
}

#[test]
fn the_catalogue_is_complete_as_text() {
    let (list, document) = (listing(), markdown());
    for meta in crate::RULES.iter().map(|rule| rule.meta()) {
        assert!(
            list.contains(meta.code) && document.contains(meta.text),
            "{}",
            meta.code
        );
        assert!(explain(meta).contains(meta.repair), "{}", meta.code);
    }
}

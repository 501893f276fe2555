//! SARIF 2.1.0, the format that code scanning viewers read.

use serde::Serialize;
use zvm::{Place, Severity};

use super::Report;
use crate::{
    catalogue::RULES,
    edit::{Change, Edit},
    finding::Finding,
    rule::RuleMeta,
};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// The base against which viewers resolve the files: the folder of the site.
const ROOT: &str = "SITE";

/// The report as a SARIF log. `version` is that of the program.
pub fn sarif(report: &Report<'_>, version: &str) -> Result<String, serde_json::Error> {
    let rules = RULES.iter().map(|rule| descriptor(rule.meta())).collect();
    let found = report.findings().iter().map(|finding| result(finding, None));
    let suppressed = report.checked.suppressed.iter();
    let suppressed = suppressed.map(|one| result(&one.finding, Some(&one.reason)));
    let complaints = report.complaints().into_iter().map(|complaint| SarifResult {
        level: level(complaint.severity),
        message: text(&complaint.text),
        locations: vec![location(&complaint.place, None)],
        ..SarifResult::default()
    });
    let log = Log {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: "ssibackup",
                    version,
                    rules,
                },
            },
            column_kind: "unicodeCodePoints",
            results: complaints.chain(found).chain(suppressed).collect(),
        }],
    };
    serde_json::to_string_pretty(&log)
}

fn descriptor(meta: &'static RuleMeta) -> Descriptor {
    Descriptor {
        id: meta.code,
        name: meta.name,
        short_description: text(meta.text),
        full_description: text(meta.why),
        help: text(meta.repair),
        default_configuration: Configuration {
            level: level(meta.severity),
        },
        properties: Properties {
            expert: meta.expert,
            source: meta.source,
        },
    }
}

fn result(finding: &Finding, reason: Option<&String>) -> SarifResult {
    let message = match &finding.help {
        Some(help) => format!("{} ({help})", finding.message),
        None => finding.message.clone(),
    };
    let related = finding
        .notes
        .iter()
        .map(|note| location(&note.place, Some(&note.text)));
    let index = RULES.iter().position(|rule| rule.meta().code == finding.code);
    SarifResult {
        rule_id: Some(finding.code),
        rule_index: index,
        level: level(finding.severity),
        message: text(&message),
        locations: vec![location(&finding.primary, None)],
        related_locations: related.collect(),
        partial_fingerprints: Some(Fingerprints {
            about: format!("{} {}", finding.code, finding.about),
        }),
        fixes: fix(finding).into_iter().collect(),
        suppressions: reason.map(|reason| {
            vec![Suppressed {
                kind: "external",
                justification: reason.clone(),
            }]
        }),
    }
}

/// All edits of a finding belong together.
fn fix(finding: &Finding) -> Option<Fix> {
    let changes = finding.edits.iter().map(|edit| ArtifactChange {
        artifact_location: artifact(&edit.place),
        replacements: [replacement(edit)],
    });
    let artifact_changes: Vec<_> = changes.collect();
    let description = text(finding.help.as_deref().unwrap_or("the suggested repair"));
    (!artifact_changes.is_empty()).then_some(Fix {
        description,
        artifact_changes,
    })
}

fn replacement(edit: &Edit) -> Replacement {
    let Place {
        line, column, len, ..
    } = edit.place;
    let at = |line: u32, start: u32, end: u32| Region {
        start_line: line,
        start_column: Some(start),
        end_line: None,
        end_column: Some(end),
    };
    let whole = Region {
        start_line: line,
        start_column: None,
        end_line: None,
        end_column: None,
    };
    let lines = |text: &str| Some(format!("{}\n", text.trim_end_matches('\n')));
    let (deleted_region, inserted) = match &edit.change {
        Change::Words(words) => (at(line, column, column.saturating_add(len)), Some(words.clone())),
        Change::Ahead(words) => (at(line, column, column), Some(words.clone())),
        Change::Line(text) => (whole, Some(text.trim_end_matches('\n').to_owned())),
        Change::Before(text) => (at(line, 1, 1), lines(text)),
        Change::After(text) => (at(line.saturating_add(1), 1, 1), lines(text)),
        Change::Drop => {
            let next = Some(line.saturating_add(1));
            (
                Region {
                    end_line: next,
                    ..at(line, 1, 1)
                },
                None,
            )
        }
    };
    Replacement {
        deleted_region,
        inserted_content: inserted.map(|text| Message { text }),
    }
}

fn location(place: &Place, message: Option<&String>) -> Location {
    Location {
        physical_location: PhysicalLocation {
            artifact_location: artifact(place),
            region: Region {
                start_line: place.line,
                start_column: Some(place.column),
                end_line: None,
                end_column: Some(place.column.saturating_add(place.len)),
            },
        },
        message: message.map(|message| text(message)),
    }
}

fn artifact(place: &Place) -> ArtifactLocation {
    ArtifactLocation {
        uri: uri(&place.file),
        uri_base_id: ROOT,
    }
}

/// A file name as a relative URI.
fn uri(file: &str) -> String {
    let mut uri = String::with_capacity(file.len());
    for byte in file.bytes() {
        match byte {
            b'\\' => uri.push('/'),
            b'/' | b'-' | b'.' | b'_' | b'~' => uri.push(char::from(byte)),
            byte if byte.is_ascii_alphanumeric() => uri.push(char::from(byte)),
            byte => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

fn text(text: &str) -> Message {
    Message {
        text: text.to_owned(),
    }
}

#[derive(Serialize)]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Tool<'a>,
    column_kind: &'static str,
    results: Vec<SarifResult>,
}

#[derive(Serialize)]
struct Tool<'a> {
    driver: Driver<'a>,
}

#[derive(Serialize)]
struct Driver<'a> {
    name: &'static str,
    version: &'a str,
    rules: Vec<Descriptor>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor {
    id: &'static str,
    name: &'static str,
    short_description: Message,
    full_description: Message,
    help: Message,
    default_configuration: Configuration,
    properties: Properties,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
struct Properties {
    expert: bool,
    source: &'static str,
}

#[derive(Default, Serialize)]
struct Message {
    text: String,
}

#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifResult {
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_id: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    level: &'static str,
    message: Message,
    locations: Vec<Location>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location>,
    #[serde(skip_serializing_if = "Option::is_none")]
    partial_fingerprints: Option<Fingerprints>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<Fix>,
    #[serde(skip_serializing_if = "Option::is_none")]
    suppressions: Option<Vec<Suppressed>>,
}

/// What stays the same when lines move.
#[derive(Serialize)]
struct Fingerprints {
    #[serde(rename = "about/v1")]
    about: String,
}

#[derive(Serialize)]
struct Suppressed {
    kind: &'static str,
    justification: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    physical_location: PhysicalLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Message>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    region: Region,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactLocation {
    uri: String,
    uri_base_id: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_column: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_line: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_column: Option<u32>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Fix {
    description: Message,
    artifact_changes: Vec<ArtifactChange>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactChange {
    artifact_location: ArtifactLocation,
    replacements: [Replacement; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement {
    deleted_region: Region,
    #[serde(skip_serializing_if = "Option::is_none")]
    inserted_content: Option<Message>,
}

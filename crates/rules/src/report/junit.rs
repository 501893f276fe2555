//! JUnit XML, which build servers read: every rule that ran is a test case, and so is the reading of the files.

use std::fmt::Write;

use zvm::Severity;

use super::Report;
use crate::catalogue::RULES;

/// The report as JUnit XML. Findings and complaints of at least `fails` make their test case fail; milder ones are put
/// into its output.
pub fn junit(report: &Report<'_>, fails: Severity) -> String {
    let mut cases = Cases::default();
    let complaints = report.complaints().into_iter();
    let complaints = complaints.map(|complaint| (complaint.severity, complaint.to_string()));
    cases.add(
        "files",
        "the files can be read",
        complaints.collect(),
        None,
        fails,
    );
    for meta in RULES
        .iter()
        .map(|rule| rule.meta())
        .filter(|meta| report.selection.selects(meta))
    {
        let findings = report
            .findings()
            .iter()
            .filter(|finding| finding.code == meta.code);
        let findings = findings
            .map(|finding| (finding.severity, finding.to_string()))
            .collect();
        let suppressed = report
            .checked
            .suppressed
            .iter()
            .find(|one| one.finding.code == meta.code);
        let reason = suppressed.map(|one| one.reason.as_str());
        let area = meta.code.rsplit_once('-').map_or("SSI", |(area, _)| area);
        cases.add(
            area,
            &format!("{} {}", meta.code, meta.name),
            findings,
            reason,
            fails,
        );
    }
    let Cases {
        text,
        tests,
        failures,
        skipped,
    } = cases;
    let site = escaped(report.site);
    let counts = format!("tests=\"{tests}\" failures=\"{failures}\" errors=\"0\"");
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"ssibackup check\" {counts}>\n  \
         <testsuite name=\"{site}\" {counts} skipped=\"{skipped}\">\n{text}  </testsuite>\n</testsuites>\n"
    )
}

#[derive(Default)]
struct Cases {
    text: String,
    tests: usize,
    failures: usize,
    skipped: usize,
}

impl Cases {
    fn add(
        &mut self,
        class: &str,
        name: &str,
        found: Vec<(Severity, String)>,
        suppressed: Option<&str>,
        fails: Severity,
    ) {
        self.tests += 1;
        let (failed, mild): (Vec<_>, Vec<_>) =
            found.into_iter().partition(|(severity, _)| *severity >= fails);
        let mut body = String::new();
        // Readers expect at most one failure in a test case.
        if let Some((_, first)) = failed.first() {
            self.failures += 1;
            let message = escaped(first.lines().next().unwrap_or_default());
            let all = joined(&failed);
            body = format!(
                "      <failure message=\"{message}\" type=\"{}\">{all}</failure>\n",
                escaped(class)
            );
        } else if let (Some(reason), true) = (suppressed, mild.is_empty()) {
            self.skipped += 1;
            body = format!("      <skipped message=\"{}\"/>\n", escaped(reason));
        }
        if !mild.is_empty() {
            body.push_str(&format!("      <system-out>{}</system-out>\n", joined(&mild)));
        }
        let (class, name) = (escaped(class), escaped(name));
        let head = format!("    <testcase classname=\"{class}\" name=\"{name}\" time=\"0\"");
        let written = match body.as_str() {
            "" => writeln!(self.text, "{head}/>"),
            body => write!(self.text, "{head}>\n{body}    </testcase>\n"),
        };
        written.expect("a String takes everything");
    }
}

fn joined(found: &[(Severity, String)]) -> String {
    let texts: Vec<_> = found.iter().map(|(_, text)| escaped(text)).collect();
    texts.join("\n")
}

/// Text as XML has it; characters that XML cannot have at all become question marks.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            '\n' | '\t' => escaped.push(c),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => escaped.push('?'),
            c => escaped.push(c),
        }
    }
    escaped
}

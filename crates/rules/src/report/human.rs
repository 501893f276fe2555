//! Findings as a compiler shows them: the line, carets under the words, and the places that explain it.

use zvm::{Place, Severity, Source, cover_passwords};

use super::Report;

/// The whole report as text, ending with a line of totals. Passwords are covered.
pub fn human(report: &Report<'_>) -> String {
    let mut out = String::new();
    for complaint in report.complaints() {
        out.push_str(&format!("{complaint}\n"));
        line(report.sources, &complaint.place, &mut out);
    }
    for finding in report.findings() {
        let (place, severity, code) = (&finding.primary, finding.severity, finding.code);
        out.push_str(&format!("{place}: {severity}[{code}]: {}\n", finding.message));
        line(report.sources, place, &mut out);
        for note in &finding.notes {
            out.push_str(&format!("  {}: note: {}\n", note.place, note.text));
            line(report.sources, &note.place, &mut out);
        }
        if let Some(help) = &finding.help {
            out.push_str(&format!("  help: {help}\n"));
        }
    }
    out.push_str(&totals(report));
    out
}

fn totals(report: &Report<'_>) -> String {
    let count = |severity, word: &str| match report.count(severity) {
        0 => format!("no {word}s"),
        1 => format!("1 {word}"),
        more => format!("{more} {word}s"),
    };
    let mut text = format!(
        "{}, {}",
        count(Severity::Error, "error"),
        count(Severity::Warning, "warning")
    );
    if report.count(Severity::Note) > 0 {
        text.push_str(&format!(", {}", count(Severity::Note, "note")));
    }
    match report.checked.suppressed.len() {
        0 => {}
        suppressed => text.push_str(&format!("; {suppressed} suppressed by site.toml")),
    }
    text + "\n"
}

/// The line of a place with carets under its words; nothing when the files do not have it.
fn line(sources: &[&Source], place: &Place, out: &mut String) {
    let source = sources.iter().find(|source| source.name == place.file);
    let Some(text) = source.and_then(|source| source.line(place.line)) else {
        return;
    };
    // Characters that are wider or narrower than one column would move the carets.
    let plain = |c: char| if c.is_ascii_graphic() || c == ' ' { c } else { '.' };
    let covered: String = cover_passwords(&text).chars().map(plain).collect();
    let text = covered.trim_end();
    let width = text.chars().count();
    let size = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
    let before = size(place.column.saturating_sub(1)).min(width);
    let carets = size(place.len).clamp(1, (width - before).max(1));
    out.push_str(&format!("{:>6} | {text}\n", place.line));
    out.push_str(&format!(
        "       | {}{}\n",
        " ".repeat(before),
        "^".repeat(carets)
    ));
}

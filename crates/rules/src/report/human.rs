//! Findings as a compiler shows them: the line, carets under the words, and the places that explain it.

use std::{collections::BTreeMap, sync::Arc};

use zvm::{Place, Severity, Source, cover_passwords};

use super::Report;

/// The whole report as text, ending with a line of totals. Passwords are covered.
pub fn human(report: &Report<'_>) -> String {
    let mut out = String::new();
    let mut quoted = Quoted::new(report.sources);
    for complaint in report.complaints() {
        out.push_str(&format!("{complaint}\n"));
        quoted.line(&complaint.place, &mut out);
    }
    for finding in report.findings() {
        let (place, severity, code) = (&finding.primary, finding.severity, finding.code);
        out.push_str(&format!("{place}: {severity}[{code}]: {}\n", finding.message));
        quoted.line(place, &mut out);
        for note in &finding.notes {
            out.push_str(&format!("  {}: note: {}\n", note.place, note.text));
            quoted.line(&note.place, &mut out);
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

/// The files that findings quote. Each is cut into lines once, when the first finding quotes it.
struct Quoted<'s> {
    sources: &'s [&'s Source],
    texts: BTreeMap<Arc<str>, Vec<String>>,
}

impl<'s> Quoted<'s> {
    fn new(sources: &'s [&'s Source]) -> Self {
        let texts = BTreeMap::new();
        Self { sources, texts }
    }

    fn text(&mut self, place: &Place) -> Option<&str> {
        if !self.texts.contains_key(&place.file) {
            let source = self.sources.iter().find(|source| source.name == place.file)?;
            self.texts.insert(Arc::clone(&place.file), source.texts());
        }
        let index = usize::try_from(place.line.checked_sub(1)?).ok()?;
        self.texts.get(&place.file)?.get(index).map(String::as_str)
    }

    /// The line of a place with carets under its words; nothing when the files do not have it.
    fn line(&mut self, place: &Place, out: &mut String) {
        if let Some(text) = self.text(place) {
            quote(text, place, out);
        }
    }
}

fn quote(text: &str, place: &Place, out: &mut String) {
    // Characters that are wider or narrower than one column would move the carets.
    let plain = |c: char| if c.is_ascii_graphic() || c == ' ' { c } else { '.' };
    let covered: String = cover_passwords(text).chars().map(plain).collect();
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

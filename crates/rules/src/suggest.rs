//! Suggested repairs as a diff that `patch` understands.

use std::collections::{BTreeMap, BTreeSet};

use zvm::Source;

use crate::{
    edit::{Change, Edit},
    finding::Finding,
};

/// Unchanged lines around a change.
const CONTEXT: usize = 2;

/// The edits of all findings as one unified diff over the files. Where two edits want the same words or the same whole
/// line, the one that comes first in the order of places and changes is taken.
pub fn suggestions(findings: &[Finding], sources: &[&Source]) -> String {
    let mut files: BTreeMap<&str, BTreeSet<&Edit>> = BTreeMap::new();
    for edit in findings.iter().flat_map(|finding| &finding.edits) {
        files.entry(&edit.place.file).or_default().insert(edit);
    }
    let mut diff = String::new();
    for (file, edits) in files {
        let source = sources.iter().find(|source| &*source.name == file);
        let lines = source.map_or_else(Vec::new, |source| source.texts());
        let from = if lines.is_empty() { "/dev/null" } else { file };
        diff.push_str(&format!("--- {from}\n+++ {file}\n"));
        hunks(&lines, &changed(&lines, &edits), &mut diff);
    }
    diff
}

/// A file after the edits that a finding suggests in it; none if it suggests nothing there. `source` is none for a file
/// that the edits make.
pub fn repaired(finding: &Finding, file: &str, source: Option<&Source>) -> Option<String> {
    let edits = finding.edits.iter().filter(|edit| &*edit.place.file == file);
    let edits: BTreeSet<&Edit> = edits.collect();
    if edits.is_empty() {
        return None;
    }
    let lines = source.map_or_else(Vec::new, |source| source.texts());
    let mut slots = changed(&lines, &edits);
    let mut text = String::new();
    let mut put = |line: &str| {
        text.push_str(line);
        text.push('\n');
    };
    for at in 0..lines.len().max(1) {
        let slot = slots.remove(&at).unwrap_or_default();
        slot.before.iter().for_each(|line| put(line));
        match (&slot.instead, lines.get(at)) {
            (Some(instead), _) => instead.iter().for_each(|line| put(line)),
            (None, Some(line)) => put(line),
            (None, None) => {}
        }
        slot.after.iter().for_each(|line| put(line));
    }
    Some(text)
}

/// What stands in place of a line: (before it, itself or its replacement, after it).
#[derive(Default)]
struct Slot<'e> {
    before: Vec<String>,
    instead: Option<Vec<String>>,
    after: Vec<String>,
    /// Changes within the line, apart from one another.
    words: Vec<&'e Edit>,
}

fn changed<'e>(lines: &[String], edits: &BTreeSet<&'e Edit>) -> BTreeMap<usize, Slot<'e>> {
    let mut slots: BTreeMap<usize, Slot<'e>> = BTreeMap::new();
    for edit in edits {
        let at = usize::try_from(edit.place.line.saturating_sub(1)).unwrap_or(usize::MAX);
        let at = at.min(lines.len().saturating_sub(1));
        let slot = slots.entry(at).or_default();
        let split = |text: &str| text.lines().map(ToOwned::to_owned).collect::<Vec<_>>();
        match &edit.change {
            Change::Before(text) => slot.before.extend(split(text)),
            Change::After(text) => slot.after.extend(split(text)),
            // What comes first is taken.
            Change::Line(_) | Change::Drop if !slot.words.is_empty() => {}
            Change::Line(text) => slot.instead = slot.instead.take().or_else(|| Some(split(text))),
            Change::Drop => slot.instead = slot.instead.take().or_else(|| Some(Vec::new())),
            Change::Words(_) | Change::Ahead(_) if slot.instead.is_some() => {}
            Change::Words(_) | Change::Ahead(_) => {
                let apart = slot.words.last().is_none_or(|before| {
                    before.place.column < edit.place.column && end_of(before) <= edit.place.column
                });
                if apart {
                    slot.words.push(edit);
                }
            }
        }
    }
    for (at, slot) in &mut slots {
        if !slot.words.is_empty() {
            let line = lines.get(*at).cloned().unwrap_or_default();
            // From the right, so that the columns of the others stay true.
            let line = slot
                .words
                .iter()
                .rev()
                .fold(line, |line, edit| with_words(&line, edit));
            slot.instead = Some(vec![line.trim_end().to_owned()]);
        }
    }
    slots
}

/// The column behind the words that become others.
fn end_of(edit: &Edit) -> u32 {
    match edit.change {
        Change::Words(_) => edit.place.column.saturating_add(edit.place.len),
        _ => edit.place.column,
    }
}

/// Columns count bytes of the file, and a source shows each byte as one character.
fn with_words(line: &str, edit: &Edit) -> String {
    let (Change::Words(text) | Change::Ahead(text)) = &edit.change else {
        return line.to_owned();
    };
    let at = |column: u32| usize::try_from(column.saturating_sub(1)).unwrap_or(usize::MAX);
    let head: String = line.chars().take(at(edit.place.column)).collect();
    let tail: String = line.chars().skip(at(end_of(edit))).collect();
    format!("{head}{text}{tail}")
}

/// Runs of slots whose contexts touch are one hunk.
fn hunks(lines: &[String], slots: &BTreeMap<usize, Slot<'_>>, diff: &mut String) {
    let mut grown: isize = 0;
    let mut waiting: Vec<usize> = slots.keys().rev().copied().collect();
    while let Some(first) = waiting.pop() {
        let mut last = first;
        while let Some(next) = waiting
            .last()
            .copied()
            .filter(|next| *next <= last + 2 * CONTEXT + 1)
        {
            last = next;
            waiting.pop();
        }
        let (start, end) = (
            first.saturating_sub(CONTEXT),
            (last + CONTEXT + 1).min(lines.len()),
        );
        let (mut body, mut old, mut new) = (String::new(), 0_usize, 0_usize);
        let mut put = |mark: char, line: &str| {
            old += usize::from(mark != '+');
            new += usize::from(mark != '-');
            body.push_str(&format!("{mark}{line}\n"));
        };
        for at in start..end.max(first + 1) {
            let line = lines.get(at);
            let Some(slot) = slots.get(&at) else {
                put(' ', line.map_or("", String::as_str));
                continue;
            };
            slot.before.iter().for_each(|added| put('+', added));
            match (&slot.instead, line) {
                (Some(instead), line) => {
                    line.into_iter().for_each(|line| put('-', line));
                    instead.iter().for_each(|added| put('+', added));
                }
                (None, line) => line.into_iter().for_each(|line| put(' ', line)),
            }
            slot.after.iter().for_each(|added| put('+', added));
        }
        // A side without lines is counted from the line before it, as diff does.
        let number = |count: usize, at: usize| if count == 0 { at } else { at + 1 };
        let moved = start.saturating_add_signed(grown);
        diff.push_str(&format!(
            "@@ -{},{old} +{},{new} @@\n{body}",
            number(old, start),
            number(new, moved)
        ));
        grown += isize::try_from(new).unwrap_or(0) - isize::try_from(old).unwrap_or(0);
    }
}

//! Changes of job files, as edits of a finding.

use zvm::{Job, Keys, Place, Retention, Selector, Template};

use crate::{edit::Change, finding::Finding};

/// Adds an `[[include]]` or `[[exclude]]` of these keys and values. A job that writes its tables inside a line is left
/// as it is.
pub(crate) fn add_selector(finding: &mut Finding, job: &Job, table: &str, values: &[(&str, &str)]) {
    let header = |selectors: &[Selector]| {
        selectors
            .iter()
            .find_map(|selector| selector.keys.header().cloned())
    };
    let (alike, other) = match table {
        "exclude" => (&job.exclude, &job.include),
        _ => (&job.include, &job.exclude),
    };
    let Some(header) = header(alike).or_else(|| header(other)) else {
        return;
    };
    let mut lines = format!("[[{table}]]\n");
    for (key, value) in values {
        lines.push_str(&format!("{key} = \"{value}\"\n"));
    }
    finding.edit(&header, Change::Before(lines + "\n"));
}

/// Takes the lines of a table away.
pub(crate) fn drop_table(finding: &mut Finding, keys: &Keys) {
    for line in keys.lines() {
        finding.edit(line, Change::Drop);
    }
}

/// Sets a key of the template to a value, as TOML writes it.
pub(crate) fn set_in_template(finding: &mut Finding, template: &Template, key: &str, value: &str) {
    set(
        finding,
        (template.keys.at(key), template.keys.header()),
        key,
        value,
    );
}

/// Sets a key to a value, as TOML writes it: in the place of the old value, or in a line behind another.
pub(crate) fn set(
    finding: &mut Finding,
    (old, behind): (Option<&Place>, Option<&Place>),
    key: &str,
    value: &str,
) {
    match (old, behind) {
        (Some(old), _) => finding.edit(old, Change::Words(value.to_owned())),
        (None, Some(line)) => finding.edit(line, Change::After(format!("{key} = {value}"))),
        (None, None) => finding,
    };
}

/// Gives a job another retention.
pub(crate) fn set_retention(finding: &mut Finding, job: &Job, retention: Retention) {
    let (number, unit) = match retention {
        Retention::Days(days) => (days, "days"),
        Retention::Instances(count) => (count, "instances"),
    };
    let same_unit = match job.retention {
        Some(Retention::Days(_)) => unit == "days",
        Some(Retention::Instances(_)) => unit == "instances",
        None => true,
    };
    let words = format!("\"{number} {unit}\"");
    match &job.retention_place {
        // In a table of its own only the number changes.
        Some(place) if same_unit && job.keys.at("retention").is_none() => {
            finding.edit(place, Change::Words(number.to_string()));
        }
        Some(_) => set(finding, (job.keys.at("retention"), None), "retention", &words),
        None => set(finding, (None, Some(&job.place)), "retention", &words),
    }
}

//! Sizes, times and tables, as people read them.

use comfy_table::{CellAlignment, Table, presets};

/// A size in bytes, in powers of 1000 as disks are sold.
pub(crate) fn bytes(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["B", "kB", "MB", "GB", "TB"];
    let mut unit = 0;
    let mut tenths = u128::from(bytes) * 10;
    while tenths >= 10_000 && unit + 1 < UNITS.len() {
        tenths /= 1000;
        unit += 1;
    }
    if unit == 0 {
        format!("{bytes} B")
    } else {
        format!("{}.{} {}", tenths / 10, tenths % 10, UNITS[unit])
    }
}

/// What an instance copies, in a word.
pub(crate) fn kind(kind: catalog::BackupKind) -> &'static str {
    match kind {
        catalog::BackupKind::Full => "full",
        catalog::BackupKind::Incremental => "incremental",
    }
}

/// What became of a domain, in a word or with its reason.
pub(crate) fn status(status: &catalog::DomainStatus) -> String {
    match status {
        catalog::DomainStatus::Copied => "copied".to_owned(),
        catalog::DomainStatus::Unchanged => "unchanged".to_owned(),
        catalog::DomainStatus::Skipped(reason) => format!("skipped: {reason}"),
        catalog::DomainStatus::Failed(reason) => format!("failed: {reason}"),
    }
}

/// A count with its noun.
pub(crate) fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// A table without lines; columns named in `right` hold numbers.
pub(crate) fn table(header: &[&str], right: &[usize], rows: Vec<Vec<String>>) -> String {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_header(header.iter().copied());
    table.set_content_arrangement(comfy_table::ContentArrangement::Disabled);
    for row in rows {
        table.add_row(row);
    }
    for column in right {
        if let Some(column) = table.column_mut(*column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let text: Vec<_> = table.lines().map(|line| line.trim_end().to_owned()).collect();
    text.join("\n")
}

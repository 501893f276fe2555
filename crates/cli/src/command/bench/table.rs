//! What was measured, for a person.

use std::io::{self, Write};

use engine::{Stage, StageTimes};

use super::Bench;
use super::limit::seconds;
use crate::format::{bytes, table};
use crate::output::View;

type Column = (&'static str, fn(&StageTimes) -> Stage);

/// The stages in the order of the path, one line each.
const STAGES: [Column; 13] = [
    ("read", |times| times.read),
    ("witness", |times| times.witness),
    ("canonicalise", |times| times.canonicalise),
    ("SHA-256", |times| times.hash),
    ("look up", |times| times.look_up),
    ("gather", |times| times.gather),
    ("compress", |times| times.compress),
    ("write packs", |times| times.write),
    ("read packs", |times| times.fetch),
    ("expand", |times| times.expand),
    ("SHA-256 again", |times| times.prove),
    ("put together", |times| times.put_together),
    ("write image", |times| times.restore),
];

impl View for Bench {
    fn human(&self, out: &mut dyn Write) -> io::Result<()> {
        let (image, shape) = (bytes(self.corpus.bytes), &self.corpus.geometry);
        writeln!(out, "{shape}, {image}, {} threads\n", self.threads)?;
        let passes = [
            &self.stages.full,
            &self.stages.incremental,
            &self.stages.unchanged,
        ];
        let rows = STAGES.iter().map(|(name, stage)| {
            let mut row = vec![(*name).to_owned()];
            row.extend(passes.map(|times| in_seconds(stage(times))));
            let fastest = passes.map(stage).into_iter().max_by_key(|stage| stage.bytes);
            row.push(fastest.map(rate).unwrap_or_default());
            row
        });
        let header = ["STAGE", "FULL s", "INCREMENTAL s", "UNCHANGED s", "RATE"];
        writeln!(out, "{}", table(&header, &[1, 2, 3, 4], rows.collect()))?;
        let rows = self.operations.iter().map(|operation| {
            let runs = self.runs.iter().flatten();
            let added = runs
                .rev()
                .find(|run| run.task == operation.task)
                .map(|run| run.added);
            vec![
                operation.task.name().to_owned(),
                format!("{:.3}", operation.limit_s),
                format!("{:.3}", operation.reached_s),
                format!("{:.0} %", operation.ratio * 100.0),
                added.map(bytes).unwrap_or_default(),
            ]
        });
        let header = ["WHOLE RUN", "LIMIT s", "REACHED s", "OF THE LIMIT", "ADDED"];
        writeln!(out, "{}", table(&header, &[1, 2, 3, 4], rows.collect()))?;
        if !self.many.is_empty() {
            let rows = self.many.iter().map(|many| {
                vec![
                    many.volumes.to_string(),
                    bytes(many.bytes),
                    format!("{:.3}", many.full_s),
                    format!("{:.3}", many.unchanged_s),
                ]
            });
            let header = ["VOLUMES", "READ", "FULL s", "UNCHANGED s"];
            writeln!(out, "{}", table(&header, &[0, 1, 2, 3], rows.collect()))?;
        }
        Ok(())
    }
}

fn in_seconds(stage: Stage) -> String {
    if stage.bytes == 0 {
        return "-".to_owned();
    }
    format!("{:.3}", seconds(stage.micros))
}

/// Bytes by time, on one thread.
fn rate(stage: Stage) -> String {
    let per_second = u128::from(stage.bytes) * 1_000_000 / u128::from(stage.micros.max(1));
    if stage.bytes == 0 {
        return String::new();
    }
    format!("{}/s", bytes(u64::try_from(per_second).unwrap_or(u64::MAX)))
}

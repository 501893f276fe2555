//! What was measured, for a person.

use std::io::{self, Write};

use engine::{Stage, StageTimes};
use store::ChunkId;

use super::Bench;
use super::limit::seconds;
use crate::format::{bytes, table};
use crate::output::View;

type Column = (&'static str, Rate, fn(&StageTimes) -> Stage);

/// What a stage does in a second.
#[derive(Clone, Copy)]
enum Rate {
    /// Bytes go through it.
    Bytes,
    /// Names of chunks are asked for.
    Chunks,
}

/// The stages in the order of the path, one line each.
const STAGES: [Column; 13] = [
    ("read", Rate::Bytes, |times| times.read),
    ("witness", Rate::Bytes, |times| times.witness),
    ("canonicalise", Rate::Bytes, |times| times.canonicalise),
    ("SHA-256", Rate::Bytes, |times| times.hash),
    ("look up", Rate::Chunks, |times| times.look_up),
    ("gather", Rate::Bytes, |times| times.gather),
    ("compress", Rate::Bytes, |times| times.compress),
    ("write packs", Rate::Bytes, |times| times.write),
    ("read packs", Rate::Bytes, |times| times.fetch),
    ("expand", Rate::Bytes, |times| times.expand),
    ("SHA-256 again", Rate::Bytes, |times| times.prove),
    ("put together", Rate::Bytes, |times| times.put_together),
    ("write image", Rate::Bytes, |times| times.restore),
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
        let rows = STAGES.iter().map(|(name, rate, stage)| {
            let mut row = vec![(*name).to_owned()];
            row.extend(passes.map(|times| in_seconds(stage(times))));
            let fastest = passes.map(stage).into_iter().max_by_key(|stage| stage.bytes);
            row.push(fastest.map(|stage| rate.of(stage)).unwrap_or_default());
            row
        });
        let header = ["STAGE", "FULL s", "INCREMENTAL s", "UNCHANGED s", "RATE"];
        writeln!(out, "{}", table(&header, &[1, 2, 3, 4], rows.collect()))?;
        let rows = self.operations.iter().map(|operation| {
            let runs = self.runs.iter().flatten();
            let added = runs
                .rev()
                .find(|run| run.task == operation.task && run.task.is_backup())
                .map(|run| run.added);
            vec![
                operation.task.name().to_owned(),
                format!("{:.3}", operation.limit_s),
                format!("{:.3}", operation.reached_s),
                format!("{:.0} %", operation.ratio * 100.0),
                added.map_or_else(|| "-".to_owned(), bytes),
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

impl Rate {
    /// By time, on one thread.
    fn of(self, stage: Stage) -> String {
        if stage.bytes == 0 {
            return String::new();
        }
        let per_second = u128::from(stage.bytes) * 1_000_000 / u128::from(stage.micros.max(1));
        let per_second = u64::try_from(per_second).unwrap_or(u64::MAX);
        match self {
            Rate::Bytes => format!("{}/s", bytes(per_second)),
            Rate::Chunks => format!("{} chunks/s", per_second / size_of::<ChunkId>() as u64),
        }
    }
}

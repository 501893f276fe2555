//! `bench`: the stages of the copy path, the limit that follows from them, and how close whole runs come.

mod corpus;
mod interrupt;
mod limit;
mod runs;
mod stages;
mod table;

use anyhow::Result;
use serde::Serialize;

use self::corpus::{Corpus, WorkFolder};
use self::limit::Operation;
use self::runs::{Many, Run};
use self::stages::Stages;
use crate::args::BenchArgs;
use crate::exit::Outcome;
use crate::output::Output;

pub(crate) fn run(out: &Output, args: &BenchArgs) -> Result<Outcome> {
    let place = WorkFolder::place(args.work.as_deref());
    interrupt::clears(&place)?;
    let work = WorkFolder::make(place)?;
    let ended = measure(out, args, &work);
    interrupt::wait_for_the_end();
    ended
}

fn measure(out: &Output, args: &BenchArgs, work: &WorkFolder) -> Result<Outcome> {
    let volumes = args.volumes.iter().max().map_or(1, |most| most.get());
    // Repositories that may not shrink at all, and an image that is restored.
    let images = (volumes as u64).saturating_add(2);
    let corpus = match &args.corpus {
        Some(folder) => {
            let corpus = Corpus::find(folder)?;
            work.needs_room(corpus.bytes.saturating_mul(images))?;
            corpus
        }
        None => Corpus::make(out, work, args.cylinders, images)?,
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let (mut measured, mut runs) = (Vec::new(), Vec::new());
    for round in 1..=args.rounds.get() {
        let of = format!("round {round} of {}", args.rounds);
        out.say(&format!("{of}: the stages, one after the other on one thread"))?;
        measured.push(stages::measure(&corpus, work)?);
        out.say(&format!("{of}: whole runs"))?;
        runs.push(runs::round(&corpus, work)?);
    }
    let mut many = Vec::new();
    for volumes in &args.volumes {
        out.say(&format!("{volumes} volumes in one run"))?;
        many.push(runs::many(&corpus, work, volumes.get())?);
    }
    let stages = Stages::middle(&measured);
    let operations = limit::compare(&stages, threads, &runs);
    out.show(&Bench {
        corpus,
        threads,
        rounds: args.rounds.get(),
        stages,
        operations,
        runs,
        many,
    })?;
    Ok(Outcome::Done)
}

/// What was measured.
#[derive(Serialize)]
struct Bench {
    corpus: Corpus,
    threads: usize,
    rounds: usize,
    stages: Stages,
    operations: Vec<Operation>,
    /// Every round, for whoever wants other statistics.
    runs: Vec<Vec<Run>>,
    many: Vec<Many>,
}

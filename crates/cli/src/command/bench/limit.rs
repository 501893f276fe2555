//! From the times of the stages to the least time of a whole run, and how close the runs came.

use serde::Serialize;

use super::runs::{Run, Task};
use super::stages::Stages;
use engine::{Stage, StageTimes};

/// One operation: its limit and what was reached.
#[derive(Debug, Serialize)]
pub(super) struct Operation {
    pub(super) task: Task,
    /// Seconds that all its stages need on all threads, or that the disk needs, whichever is more.
    pub(super) limit_s: f64,
    /// Median of the rounds.
    pub(super) reached_s: f64,
    /// Limit by reached: 1 would be perfect.
    pub(super) ratio: f64,
}

/// The limits, each beside the median of what the rounds reached.
pub(super) fn compare(stages: &Stages, threads: usize, rounds: &[Vec<Run>]) -> Vec<Operation> {
    Task::ALL
        .into_iter()
        .filter_map(|task| {
            let reached = rounds.iter().flatten().filter(|run| run.task == task);
            let reached_s = median(reached.map(|run| run.seconds).collect())?;
            let limit_s = limit(task, stages, threads);
            Some(Operation {
                task,
                limit_s,
                reached_s,
                ratio: limit_s / reached_s,
            })
        })
        .collect()
}

/// `max(sum of the stages that compute / threads, disk)`, in seconds.
fn limit(task: Task, stages: &Stages, threads: usize) -> f64 {
    let (compute, disk) = match task {
        Task::Full => copying(&stages.full),
        Task::Incremental => copying(&stages.incremental),
        Task::Unchanged => copying(&stages.unchanged),
        Task::Verify => (expanding(stages), 0),
        Task::Restore => {
            let last = &stages.unchanged;
            (expanding(stages) + last.put_together.micros, last.restore.micros)
        }
    };
    let compute = seconds(compute) / threads.max(1) as f64;
    compute.max(seconds(disk))
}

fn copying(times: &StageTimes) -> (u64, u64) {
    let stages = [
        times.read,
        times.witness,
        times.canonicalise,
        times.hash,
        times.look_up,
        times.gather,
        times.compress,
    ];
    (micros(&stages), times.write.micros)
}

/// All frames of the repository, whichever pass made them.
fn expanding(stages: &Stages) -> u64 {
    [&stages.full, &stages.incremental, &stages.unchanged]
        .into_iter()
        .map(|times| micros(&[times.fetch, times.expand, times.prove]))
        .sum()
}

fn micros(stages: &[Stage]) -> u64 {
    stages.iter().map(|stage| stage.micros).sum()
}

pub(super) fn seconds(micros: u64) -> f64 {
    std::time::Duration::from_micros(micros).as_secs_f64()
}

pub(super) fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len().is_multiple_of(2) {
        Some((values.get(middle.checked_sub(1)?)? + values.get(middle)?) / 2.0)
    } else {
        values.get(middle).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stage(micros: u64) -> Stage {
        Stage { bytes: 1, micros }
    }

    fn stages() -> Stages {
        let full = StageTimes {
            read: stage(1_000_000),
            compress: stage(3_000_000),
            write: stage(500_000),
            expand: stage(600_000),
            prove: stage(200_000),
            ..StageTimes::default()
        };
        let unchanged = StageTimes {
            read: stage(1_000_000),
            put_together: stage(400_000),
            restore: stage(900_000),
            ..StageTimes::default()
        };
        Stages {
            full,
            incremental: full,
            unchanged,
        }
    }

    #[test]
    fn the_limit_is_what_computes_on_all_threads_or_the_disk() {
        let close = |task, threads, wanted: f64| {
            let found = limit(task, &stages(), threads);
            assert!(
                (found - wanted).abs() < 1e-9,
                "{task:?} on {threads}: {found}, not {wanted}"
            );
        };
        close(Task::Full, 2, 2.0);
        close(Task::Full, 16, 0.5);
        close(Task::Unchanged, 2, 0.5);
        close(Task::Verify, 2, 0.8);
        close(Task::Restore, 1, 2.0);
        close(Task::Restore, 4, 0.9);
    }

    #[test]
    fn the_middle_of_an_even_number_lies_between_two() {
        assert_eq!(median(vec![3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(vec![4.0, 1.0, 2.0, 3.0]), Some(2.5));
        assert_eq!(median(Vec::new()), None);
    }

    #[test]
    fn a_task_without_a_run_is_left_out() {
        let run = Run {
            task: Task::Full,
            seconds: 4.0,
            added: 0,
        };
        let operations = compare(&stages(), 2, &[vec![run]]);
        assert_eq!(operations.len(), 1);
        assert!((operations[0].ratio - 0.5).abs() < 1e-9);
    }
}

//! The backup engine: plan, back up, restore and verify, with one worker per member.
//!
//! [`plan`] decides who copies what and touches nothing. [`back_up`], [`restore`] and [`verify`] do the work
//! and reach the world only through [`Env`]. The engine knows no image format and no directory syntax, prints
//! nothing, and does not know that a simulator exists.

mod backup;
mod compare;
mod coverage;
mod domain;
mod env;
mod frames;
mod measure;
mod past;
mod plan;
mod progress;
mod reader;
mod rebuild;
mod rehearse;
mod restore;
mod verify;

pub use backup::{BackupError, BackupOrder, JobOutcome, RunSummary, Share, back_up, mend_records};
pub use compare::{CompareError, Comparison, Side, compare};
pub use coverage::{
    Ambiguity, AmbiguityKind, CopiedAs, CopyBy, Counterexample, Coverage, Destroyed, DiskCoverage, Duplicate,
    DuplicateKind, JobMove, Lost, LostPool, Missing, Reason, Situation, Status, Tally, Thinner, Via, WhatIf,
    Why, Worst, coverage, what_if,
};
pub use domain::{UnitKind, extent_geometry};
pub use env::{
    AttachError, Chance, Clock, ClusterState, Compute, Computed, Device, Disks, Env, ImageShelf, Inline,
    MemberState, MountedVolumes, ShelfError, Span, SystemChance, SystemClock, Threads, VolumeDevice, Work,
    compute,
};
pub use measure::{MeasureError, Pass, PassUnits, Stage, StageTimes, measure};
pub use past::{Past, past};
pub use plan::{Choice, HeldJob, JobPlan, LeftOut, Plan, PlanError, PlannedDomain, Twice, plan, plan_images};
pub use progress::{Event, Progress, Silent};
pub use reader::ChunkReadError;
pub use rebuild::{RebuildError, RebuildReport, rebuild};
pub use rehearse::rehearse;
pub use restore::{RestoreError, RestoreSummary, Target, restore};
pub use verify::{Affected, Damage, Depth, VerifyError, VerifyReport, verify};

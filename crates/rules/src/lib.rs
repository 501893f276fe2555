//! The catalogue of SSI backup rules and its runner.
//!
//! A rule sees a resolved site and plain facts, never a disk. Each rule is one file, named after the offence, and one
//! line in the `RULES` of its area; `sim-fixtures/rules` has a page for each, with a bad and a good site, and the tests
//! run it.

mod brm;
mod catalogue;
mod cfg;
mod cov;
mod dir;
mod dst;
mod edit;
mod exp;
mod finding;
mod guests;
mod job;
mod job_file;
mod lgr;
mod lookup;
mod md;
mod moves;
mod past;
mod proposal;
pub mod report;
mod ret;
mod room;
mod rst;
mod rule;
mod runner;
mod st;
mod subject;
mod suggest;
mod suppression;
mod tap;
mod typing;
mod vmb;
mod vol;

pub use catalogue::{RULES, rule};
pub use dst::distribute_change;
pub use edit::{Change, Edit};
pub use finding::{Finding, Findings, Note, unsaid};
pub use proposal::{How, Part, Proposal, propose};
pub use rule::{Rule, RuleMeta};
pub use runner::{Checked, Selection, Suppressed, check, check_all};
pub use subject::{Selected, Subject};
pub use suggest::{repaired, suggestions};
pub use zvm::Severity;

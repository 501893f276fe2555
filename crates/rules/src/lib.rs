//! The catalogue of SSI backup rules and its runner.
//!
//! A rule sees a resolved site and plain facts, never a disk. Each rule is one file, named after the offence, and one
//! line in [`RULES`]; `sim-fixtures/rules` has a page for each, with a bad and a good site, and the tests run it.

mod catalogue;
mod finding;
mod minidisk;
mod rule;
mod runner;

pub use catalogue::{RULES, rule};
pub use finding::{Finding, Findings, Note};
pub use rule::{Rule, RuleMeta, Subject};
pub use runner::{Selection, check_all};
pub use zvm::Severity;

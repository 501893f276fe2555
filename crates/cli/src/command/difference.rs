//! Which findings two sites do not have in common.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Write};

use anyhow::Result;
use rules::Finding;
use serde::Serialize;
use zvm::{Severity, Site};

use crate::exit::Outcome;
use crate::output::{Output, View};

/// A site and what is wrong with it.
type Checked<'a> = (&'a Site, &'a [Finding]);

/// Shows what the first site has and the second has not, and the other way round, and what it takes to get from the
/// second to the first.
pub(super) fn show(out: &Output, new: Checked<'_>, old: Checked<'_>) -> Result<Outcome> {
    let (appear, disappear) = difference(new.1, old.1);
    let view = DifferenceView {
        appear,
        disappear,
        transition: rules::distribute_change(old.0, new.0),
    };
    out.show(&view)?;
    Ok(Outcome::found_if(
        !view.appear.is_empty() || view.transition.is_some(),
    ))
}

/// What two sites do not have in common.
#[derive(Serialize)]
struct DifferenceView {
    /// In the first site only.
    appear: Vec<Told>,
    /// In the second site only.
    disappear: Vec<Told>,
    /// What is dangerous about going from the second site to the first.
    transition: Option<Finding>,
}

/// A finding without its place: a line more or less above it does not make it another one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct Told {
    code: &'static str,
    severity: Severity,
    message: String,
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}]: {}", self.severity, self.code, self.message)
    }
}

impl Told {
    /// Whether it is an error.
    pub(super) fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    fn of(finding: &Finding) -> Self {
        Self {
            code: finding.code,
            severity: finding.severity,
            message: finding.message.clone(),
        }
    }
}

/// The findings that only the first has, and those that only the second has. The same one three times and twice
/// differs by one.
pub(super) fn difference(first: &[Finding], second: &[Finding]) -> (Vec<Told>, Vec<Told>) {
    (without(first, second), without(second, first))
}

fn without(all: &[Finding], others: &[Finding]) -> Vec<Told> {
    let mut left: BTreeMap<Told, usize> = BTreeMap::new();
    for other in others {
        *left.entry(Told::of(other)).or_default() += 1;
    }
    let is_new = |told: &Told| match left.get_mut(told) {
        Some(number) if *number > 0 => {
            *number -= 1;
            false
        }
        _ => true,
    };
    all.iter().map(Told::of).filter(is_new).collect()
}

impl View for DifferenceView {
    fn human(&self, out: &mut dyn Write) -> io::Result<()> {
        for (sign, all) in [('+', &self.appear), ('-', &self.disappear)] {
            for told in all {
                writeln!(out, "{sign} {told}")?;
            }
        }
        if self.appear.is_empty() && self.disappear.is_empty() {
            writeln!(out, "both sites have the same findings")?;
        }
        match &self.transition {
            Some(finding) => writeln!(out, "{finding}"),
            None => Ok(()),
        }
    }
}

//! How the program ends: the four exit codes, and what is said with them.

use std::fmt;
use std::io::{self, Write};
use std::process::ExitCode;

/// How a command that could run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Everything is in order: exit code 0.
    Done,
    /// The check, the run or the verification found errors: exit code 1.
    Found,
}

impl Outcome {
    /// `Found` when there is something wrong.
    pub(crate) fn found_if(wrong: bool) -> Self {
        if wrong { Self::Found } else { Self::Done }
    }
}

/// A wrong use of the program that only shows after the arguments were read: exit code 2.
#[derive(Debug)]
pub(crate) struct Usage(pub(crate) String);

impl fmt::Display for Usage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Usage {}

/// Says what went wrong, if anything, and chooses the exit code.
pub(crate) fn report(result: anyhow::Result<Outcome>) -> ExitCode {
    let error = match result {
        Ok(Outcome::Done) => return ExitCode::SUCCESS,
        Ok(Outcome::Found) => return ExitCode::from(1),
        Err(error) => error,
    };
    if is_closed_pipe(&error) {
        // Whoever read our output has seen enough, as `head` does.
        return ExitCode::SUCCESS;
    }
    // Nothing can be done when even standard error is closed.
    drop(writeln!(
        anstream::stderr(),
        "ssibackup: {}",
        chain(error.as_ref())
    ));
    ExitCode::from(if error.is::<Usage>() { 2 } else { 3 })
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause
            .downcast_ref::<io::Error>()
            .is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
    })
}

/// The error and its causes on one line; a cause that the message before it already quotes is not said twice.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let said = error.to_string();
        if !text.contains(&said) {
            text.push_str(": ");
            text.push_str(&said);
        }
        cause = error.source();
    }
    text
}

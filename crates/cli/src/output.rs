//! Standard output, standard error and the log.

use std::io::{self, Write};

use serde::Serialize;
use tracing_subscriber::EnvFilter;

use crate::args::{Color, Format, Global};

/// A result that can be shown to a person and to a program.
pub(crate) trait View: Serialize {
    /// Writes it for a person.
    fn human(&self, out: &mut dyn Write) -> io::Result<()>;
}

/// Where results go.
pub(crate) struct Output {
    format: Format,
    quiet: bool,
}

impl Output {
    pub(crate) fn new(global: &Global) -> Self {
        Self {
            format: global.format,
            quiet: global.quiet,
        }
    }

    /// True when only errors are wanted and no document was asked for.
    pub(crate) fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// How results are written.
    pub(crate) fn format(&self) -> Format {
        self.format
    }

    /// True when a person reads along.
    pub(crate) fn is_human(&self) -> bool {
        self.format == Format::Human && !self.quiet
    }

    /// Shows a result: one JSON document, or text unless quiet.
    pub(crate) fn show(&self, view: &impl View) -> io::Result<()> {
        let mut out = anstream::stdout().lock();
        match self.format {
            // SARIF and JUnit are texts that check makes itself.
            Format::Json | Format::Sarif | Format::Junit => {
                serde_json::to_writer_pretty(&mut out, view).map_err(io::Error::from)?;
                writeln!(out)?;
            }
            Format::Human if self.quiet => {}
            Format::Human => view.human(&mut out)?,
        }
        out.flush()
    }

    /// Writes a document that is text already.
    pub(crate) fn text(&self, text: &str) -> io::Result<()> {
        let mut out = anstream::stdout().lock();
        out.write_all(text.as_bytes())?;
        out.flush()
    }

    /// Says one line to a person who reads along; a program never sees it.
    pub(crate) fn say(&self, line: &str) -> io::Result<()> {
        if self.is_human() {
            writeln!(anstream::stdout().lock(), "{line}")?;
        }
        Ok(())
    }
}

/// Lets the catalog report damage that its library meets with a panic: the error that follows says more.
pub(crate) fn quiet_contained_panics() {
    let report = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !catalog::panics_are_contained() {
            report(panic);
        }
    }));
}

/// Warns on standard error.
pub(crate) fn warn(text: &str) {
    drop(writeln!(anstream::stderr(), "ssibackup: warning: {text}"));
}

/// Chooses colour for both streams; NO_COLOR and the kind of terminal decide when `color` does not.
pub(crate) fn set_color(color: Color) {
    match color {
        Color::Auto => {}
        Color::Always => anstream::ColorChoice::Always.write_global(),
        Color::Never => anstream::ColorChoice::Never.write_global(),
    }
}

/// Sends the log to standard error. SSIBACKUP_LOG takes a filter in the usual syntax and beats -v.
pub(crate) fn start_log(verbose: u8, quiet: bool) {
    let level = match (quiet, verbose) {
        (true, _) => "error",
        (false, 0) => "warn",
        (false, 1) => "info",
        (false, 2) => "debug",
        (false, _) => "trace",
    };
    let filter = EnvFilter::try_from_env("SSIBACKUP_LOG").unwrap_or_else(|_| EnvFilter::new(level));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_target(false)
        .init();
}

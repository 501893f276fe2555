//! One file for each command.

mod backup;
mod bench;
mod catalog;
mod census;
mod check;
mod coverage;
mod demo;
mod difference;
mod image;
mod import;
mod list;
mod plan;
mod restore;
mod rules;
mod run_view;
mod site;
mod suggest;
mod tape;
mod verify;

use anyhow::Result;

use crate::args::{Cli, Command, Format};
use crate::exit::{Outcome, Usage};
use crate::output::Output;

/// Runs what the arguments say.
pub(crate) fn run(cli: Cli) -> Result<Outcome> {
    let out = Output::new(&cli.global);
    let of_check_only = matches!(cli.global.format, Format::Sarif | Format::Junit);
    if of_check_only && !matches!(cli.command, Command::Check(_)) {
        return Err(Usage("only check writes SARIF and JUnit".to_owned()).into());
    }
    match cli.command {
        Command::Demo(args) => demo::run(&out, &args),
        Command::Site(args) => site::run(&out, args),
        Command::Check(args) => check::run(&out, &args),
        Command::Rules(args) => rules::run(&out, &args),
        Command::Plan(args) => plan::run(&out, &args),
        Command::Backup(args) => backup::run(&out, &args),
        Command::List(args) => list::run(&out, &args),
        Command::Restore(args) => restore::run(&out, &args),
        Command::Verify(args) => verify::run(&out, &args),
        Command::Catalog(args) => catalog::run(&out, args),
        Command::Image(args) => image::run(&out, args),
        Command::Tape(args) => tape::run(&out, args),
        Command::Bench(args) => bench::run(&out, &args),
    }
}

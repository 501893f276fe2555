//! The program `ssibackup`: arguments, wiring, output and exit codes. The only crate that prints, exits, reads
//! the environment or uses anyhow.

mod args;
mod command;
mod exit;
mod format;
mod memory;
mod output;
mod progress;
mod selector;
mod wiring;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    memory::use_one_heap();
    let cli = args::Cli::parse();
    output::quiet_contained_panics();
    output::set_color(cli.global.color);
    output::start_log(cli.global.verbose, cli.global.quiet);
    exit::report(command::run(cli))
}

//! `tape`: look inside tape images, copy files from them, make new ones.

mod create;
mod extract;
mod extract_view;
mod info;
mod info_view;
mod input;
mod loaded;
mod new_file;
mod record_format;
mod record_sink;

use anyhow::Result;

use crate::args::TapeCommand;
use crate::exit::Outcome;
use crate::output::Output;

pub(crate) fn run(out: &Output, command: TapeCommand) -> Result<Outcome> {
    match command {
        TapeCommand::Info(args) => info::run(out, &args),
        TapeCommand::Extract(args) => extract::run(out, &args),
        TapeCommand::Create(args) => create::run(out, &args),
    }
}

/// Text from a tape as a terminal may show it: control characters would move its cursor.
fn shown(text: &str) -> String {
    let visible = |letter: char| {
        if letter.is_control() {
            char::REPLACEMENT_CHARACTER
        } else {
            letter
        }
    };
    text.chars().map(visible).collect()
}

//! `tape`: look inside tape images, copy files from them, make new ones, store them otherwise.

mod convert;
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

use std::path::Path;

use anyhow::Result;
use tape::WriteFormat;

use crate::args::{CompressArg, TapeCommand};
use crate::exit::Outcome;
use crate::output::Output;

pub(crate) fn run(out: &Output, command: TapeCommand) -> Result<Outcome> {
    match command {
        TapeCommand::Info(args) => info::run(out, &args),
        TapeCommand::Extract(args) => extract::run(out, &args),
        TapeCommand::Create(args) => create::run(out, &args),
        TapeCommand::Convert(args) => convert::run(out, &args),
    }
}

/// How the blocks of a new image are stored: as was asked for, otherwise as its name says.
fn write_format(image: &Path, compress: Option<CompressArg>) -> WriteFormat {
    let het = image
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("het"));
    match compress {
        Some(CompressArg::None) => WriteFormat::AWS,
        Some(CompressArg::Zlib) => WriteFormat::HET_ZLIB,
        Some(CompressArg::Bzip2) => WriteFormat::HET_BZIP2,
        None if het => WriteFormat::HET_ZLIB,
        None => WriteFormat::AWS,
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

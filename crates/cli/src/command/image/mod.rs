//! `image`: make, check, convert, compare and look inside DASD images.

pub(crate) mod changes;
mod check;
mod check_view;
mod compare;
mod convert;
mod create;
mod dump;
mod extract;
mod extract_view;
mod info;
mod info_view;
mod kind;
mod map;
mod meter;
mod minidisks;
mod new_image;
mod open;
mod survey;

use anyhow::Result;

pub(crate) use open::{open, open_chain};

use crate::args::ImageCommand;
use crate::exit::Outcome;
use crate::output::Output;

pub(crate) fn run(out: &Output, command: ImageCommand) -> Result<Outcome> {
    match command {
        ImageCommand::Info(args) => info::run(out, &args),
        ImageCommand::Create(args) => create::run(out, args),
        ImageCommand::Check(args) => check::run(out, &args),
        ImageCommand::Convert(args) => convert::run(out, &args),
        ImageCommand::Compare(args) => compare::run(out, &args),
        ImageCommand::Extract(args) => extract::run(out, &args),
        ImageCommand::Merge(args) => convert::merge(out, &args),
        ImageCommand::Changes(args) => changes::run(out, &args),
    }
}

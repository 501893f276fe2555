//! What the file formats have in common: bytes with line numbers, words, abbreviations and masks.

pub(crate) mod fields;
pub(crate) mod keys;
pub(crate) mod keyword;
mod line_starts;
pub(crate) mod mask;
pub(crate) mod source;
mod transfer;
pub(crate) mod word;

//! Benches live in the bench targets beside this file.

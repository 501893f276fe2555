//! Housekeeping of the project itself. The style guide is a test here: who may use whom, how long a file may
//! grow, and what may not be left lying about.

pub mod tidy;

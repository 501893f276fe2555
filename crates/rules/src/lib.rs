//! The catalogue of SSI backup rules and its runner.

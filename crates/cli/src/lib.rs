//! The program ssibackup: arguments, wiring, output and exit codes.

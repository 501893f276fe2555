//! What is done when a bench is interrupted: it leaves nothing behind, neither a program nor a folder.

use std::path::Path;
use std::pin::pin;
use std::process::{Command, Output};
use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::{Context, Result};
use futures_util::future::{Either, select};
use rustix::process::{Pid, Signal, kill_process};
use tokio::signal::unix::{SignalKind, signal};

/// How often the folder is removed until nothing appears in it any more.
const TRIES: usize = 10;

/// The program that runs for us just now.
static RUNNING: Mutex<Option<Pid>> = Mutex::new(None);

/// From now on an interrupt (Ctrl-C) or a request to end removes `folder`, if it is there by then, before it ends this
/// program.
///
/// # Errors
/// When the system cannot tell of signals.
pub(super) fn clears(folder: &Path) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .build()
        .context("cannot wait for signals")?;
    let signals = {
        let _entered = runtime.enter();
        signal(SignalKind::interrupt()).and_then(|first| Ok((first, signal(SignalKind::terminate())?)))
    };
    let (mut interrupt, mut terminate) = signals.context("cannot wait for signals")?;
    let folder = folder.to_owned();
    let waits = std::thread::Builder::new().name("signals".to_owned());
    waits
        .spawn(move || {
            let (interrupt, terminate) = (pin!(interrupt.recv()), pin!(terminate.recv()));
            let signal = match runtime.block_on(select(interrupt, terminate)) {
                Either::Left(_) => Signal::INT,
                Either::Right(_) => Signal::TERM,
            };
            end(&folder, signal);
        })
        .context("cannot start a thread")?;
    Ok(())
}

fn end(folder: &Path, signal: Signal) -> ! {
    // Held to the end, so that no other program is started.
    let running = running();
    if let Some(program) = *running {
        // It may have ended by itself meanwhile.
        kill_process(program, Signal::KILL).unwrap_or_default();
    }
    // What this program writes itself just now can appear while the folder is removed.
    let gone = |_| std::fs::remove_dir_all(folder).is_ok() || !folder.exists();
    if !(0..TRIES).any(gone) {
        crate::output::warn(&format!("{} stays behind", folder.display()));
    }
    // As a shell says of a program that a signal ended.
    std::process::exit(128 + signal.as_raw())
}

/// Does not return once this program is being ended: what fails because its folder is going is no result.
pub(super) fn wait_for_the_end() {
    drop(running());
}

/// Runs a program to its end, or to ours.
pub(super) fn output(command: &mut Command) -> std::io::Result<Output> {
    let child = {
        let mut running = running();
        let child = command.spawn()?;
        *running = Some(Pid::from_child(&child));
        child
    };
    let output = child.wait_with_output();
    *running() = None;
    output
}

fn running() -> MutexGuard<'static, Option<Pid>> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

//! Builds an index, also where a command finds none.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use trialdex_engine::index::{Audit, IndexError, Store, UpdateOptions, UpdateProgress, update};
use trialdex_output::{DisplayOptions, plural};

use super::args::work::new_options;
use super::console::Console;
use super::failure::Failure;
use super::progress;
use super::rejects::name_flags;

/// Where records are read from if no path is given.
pub(crate) const DEFAULT_INPUT: &str = "corpus";

/// How long an update may take to notice that it should stop.
const PATIENCE: Duration = Duration::from_secs(5);

/// Builds or refreshes an index, with a progress bar where one can be drawn.
pub(crate) fn build(
    console: &Console,
    directory: &Path,
    inputs: &[PathBuf],
    options: &UpdateOptions,
) -> Result<Audit, Failure> {
    let watch = Arc::new(UpdateProgress::default());
    let ended = Arc::new(AtomicBool::new(false));
    let (watched, over) = (watch.clone(), ended.clone());
    // Where no handler can be set, Ctrl-C ends the process: as safe, but mute.
    let bar = console.progress;
    let _ = ctrlc::set_handler(move || stop(&watched, &over, bar));
    let work = || update(directory, inputs, options, &watch);
    let audit = if console.progress { progress::with_bar(inputs, &watch, work) } else { work() };
    ended.store(true, Ordering::Relaxed);
    let mut audit = audit?;
    name_flags(&mut audit.rejects);
    Ok(audit)
}

/// Asks the update to stop, and ends the process where the update waits for
/// input and does not notice, or is over. Nothing has to be undone: until its
/// commit, an update leaves the index as it was.
#[expect(clippy::exit, reason = "the thread that could return waits for input")]
fn stop(watch: &UpdateProgress, ended: &AtomicBool, bar: bool) {
    let failure = Failure::from(IndexError::Interrupted);
    if ended.load(Ordering::Relaxed) {
        std::process::exit(failure.code.into());
    }
    watch.stop.store(true, Ordering::Relaxed);
    std::thread::sleep(PATIENCE);
    if !watch.finishing.load(Ordering::Relaxed) {
        // The bar is on the line; if standard error cannot be written to,
        // nobody is listening.
        let clear = if bar { "\r\u{1b}[K" } else { "" };
        let _ = write!(std::io::stderr(), "{clear}{}", failure.shown(DisplayOptions::default()));
        std::process::exit(failure.code.into());
    }
}

/// What was written cannot be printed: says that it is written.
pub(crate) fn written_unprinted(error: std::io::Error, index: &Path) -> Failure {
    Failure::from(error).hint(format!(
        "the index is written: `trialdex status --index {}` shows it",
        index.display()
    ))
}

/// Opens the index; where there is none but there is a `./corpus`, builds it.
pub(crate) fn open_or_build(console: &Console, directory: &Path) -> Result<Store, Failure> {
    match Store::open(directory) {
        Err(IndexError::Missing(_) | IndexError::Unfinished(_))
            if Path::new(DEFAULT_INPUT).is_dir() =>
        {
            console.say(&format!(
                "no index in `{}` yet: building it from ./{DEFAULT_INPUT}",
                directory.display()
            ));
            let inputs = [PathBuf::from(DEFAULT_INPUT)];
            let audit = build(console, directory, &inputs, &new_options())?;
            console.say(&format!(
                "indexed {} from {}; `trialdex status` shows more\n",
                plural(audit.studies, "study", "studies"),
                plural(audit.files, "file", "files"),
            ));
            Ok(Store::open(directory)?)
        }
        opened => Ok(opened?),
    }
}

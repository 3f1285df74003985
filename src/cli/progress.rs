//! A progress bar with rate and time left.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use trialdex_engine::index::UpdateProgress;
use trialdex_output::grouped;
use trialdex_records::source::{WalkOptions, walk};

/// The message is cut to the width of the terminal.
const BAR: &str = "{bar:20} {percent:>3} %, {eta} left, {wide_msg}";

/// What is shown while it is not known how much there is.
const SPINNER: &str = "{spinner} {wide_msg}";

/// Time between two looks at the counters.
const TICK: Duration = Duration::from_millis(100);

/// Runs `work` while a bar on standard error shows how far it is.
pub(crate) fn with_bar<T>(
    inputs: &[PathBuf],
    watch: &UpdateProgress,
    work: impl FnOnce() -> T,
) -> T {
    let total = AtomicU64::new(0);
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| count(inputs, &total, &done));
        scope.spawn(|| draw(watch, &total, &done));
        let outcome = work();
        done.store(true, Ordering::Relaxed);
        outcome
    })
}

/// Adds up the sizes of all files, beside the work itself.
fn count(inputs: &[PathBuf], total: &AtomicU64, done: &AtomicBool) {
    let options = WalkOptions::default();
    for file in inputs.iter().flat_map(|input| walk(input, &options)) {
        if done.load(Ordering::Relaxed) {
            return;
        }
        total.fetch_add(file.map_or(0, |file| file.size), Ordering::Relaxed);
    }
}

fn draw(watch: &UpdateProgress, total: &AtomicU64, done: &AtomicBool) {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    let style = |template| {
        ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
    };
    while !done.load(Ordering::Relaxed) {
        std::thread::sleep(TICK);
        let records = watch.records.load(Ordering::Relaxed);
        let seconds = bar.elapsed().as_secs_f64().max(0.1);
        let message = if watch.stop.load(Ordering::Relaxed) {
            "stopping".to_owned()
        } else if watch.finishing.load(Ordering::Relaxed) {
            format!("{} records, writing the index", grouped(records))
        } else {
            let rate = (records as f64 / seconds) as u64;
            format!("{} records, {} a second", grouped(records), grouped(rate))
        };
        let total = total.load(Ordering::Relaxed);
        bar.set_style(style(if total > 0 { BAR } else { SPINNER }));
        bar.tick();
        bar.set_length(total);
        bar.set_position(watch.bytes.load(Ordering::Relaxed));
        bar.set_message(message);
    }
    bar.finish_and_clear();
}

//! Turns a panic into a message.
//!
//! Damaged files of an index can lead to one. It ends in a message that says
//! so, not in what Rust prints by itself; `RUST_BACKTRACE` adds how it came
//! about.

use std::any::Any;
use std::backtrace::{Backtrace, BacktraceStatus};
use std::io::Write as _;
use std::panic::{AssertUnwindSafe, PanicHookInfo};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use trialdex_output::DisplayOptions;

use super::failure::Failure;
use super::outcome::CommandResult;

/// The last of them.
static LAST: Mutex<Option<PanicNote>> = Mutex::new(None);

/// The message of a panic, its place, and the calls that led to it.
struct PanicNote {
    message: String,
    place: String,
    backtrace: Backtrace,
}

/// The message for a thread that panicked, when its outcome is asked for.
const OF_THREADS: &str = "a scoped thread panicked";

/// The thread in which tantivy commits. It cannot be waited for if it panics;
/// and as long as it has not committed, nothing has to be undone.
const COMMITTING: &str = "segment_updater";

/// Runs a command.
pub(crate) fn caught(index: &Path, command: impl FnOnce() -> CommandResult) -> CommandResult {
    let directory = index.to_owned();
    std::panic::set_hook(Box::new(move |info| {
        note(info);
        if std::thread::current().name() == Some(COMMITTING) {
            end(&failure(&directory, info.payload()));
        }
    }));
    std::panic::catch_unwind(AssertUnwindSafe(command))
        .unwrap_or_else(|payload| Err(failure(index, &*payload)))
}

fn note(info: &PanicHookInfo<'_>) {
    let message = message(info.payload());
    if message == OF_THREADS {
        return;
    }
    let place = info.location().map(|location| {
        let file = Path::new(location.file());
        let parts: Vec<_> = file.components().rev().take(3).collect();
        let short: std::path::PathBuf = parts.into_iter().rev().collect();
        format!("{}:{}", short.display(), location.line())
    });
    let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
    let (place, backtrace) = (place.unwrap_or_default(), Backtrace::capture());
    *last = Some(PanicNote { message, place, backtrace });
}

#[expect(clippy::exit, reason = "the thread that could return waits for this one")]
fn end(failure: &Failure) {
    let _ = write!(std::io::stderr(), "{}", failure.shown(DisplayOptions::default()));
    std::process::exit(failure.code.into());
}

fn message(payload: &dyn Any) -> String {
    let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_default()
}

fn failure(index: &Path, payload: &dyn Any) -> Failure {
    let last = LAST.lock().unwrap_or_else(PoisonError::into_inner).take();
    let (message, place) = last.map_or_else(
        || (message(payload), String::new()),
        |noted| {
            if noted.backtrace.status() == BacktraceStatus::Captured {
                let _ = writeln!(std::io::stderr(), "{}", noted.backtrace);
            }
            (noted.message, noted.place)
        },
    );
    let index = index.display();
    Failure::new(format!("{index}: the program failed within itself: {message} ({place})")).hint(
        format!(
            "a damaged index can be the cause: `trialdex check --index {index}` shows whether it is. If \
             the index is whole, please report this with what you typed"
        ),
    )
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tantivy::merge_policy::{MergeCandidate, MergePolicy};
    use tantivy::schema::Schema;
    use tantivy::{Index, IndexWriter, SegmentMeta, TantivyDocument};

    use super::*;

    #[test]
    fn the_panic_of_a_scope_is_not_the_cause() {
        let caught = std::panic::catch_unwind(|| {
            std::thread::scope(|scope| {
                scope.spawn(|| std::panic::resume_unwind(Box::new("the cause")));
            });
        });
        assert_eq!(message(&*caught.expect_err("a panic")), OF_THREADS);
    }

    #[test]
    fn the_message_of_a_panic_is_a_text_of_either_kind() {
        let said = |panics: fn()| message(&*std::panic::catch_unwind(panics).expect_err("a panic"));
        assert_eq!(said(|| std::panic::resume_unwind(Box::new("fixed"))), "fixed");
        assert_eq!(said(|| std::panic::resume_unwind(Box::new("made".to_owned()))), "made");
        assert_eq!(said(|| std::panic::resume_unwind(Box::new(7))), "");
    }

    /// Notes the thread that tantivy asks from, which is the one that commits.
    #[derive(Debug, Default)]
    struct Asked(Arc<Mutex<Vec<String>>>);

    impl MergePolicy for Asked {
        fn compute_merge_candidates(&self, _: &[SegmentMeta]) -> Vec<MergeCandidate> {
            let name = std::thread::current().name().unwrap_or_default().to_owned();
            self.0.lock().unwrap_or_else(PoisonError::into_inner).push(name);
            Vec::new()
        }
    }

    #[test]
    fn the_thread_that_commits_is_known_by_its_name() {
        let index = Index::create_in_ram(Schema::builder().build());
        let mut writer: IndexWriter =
            index.writer_with_num_threads(1, 15_000_000).expect("a writer");
        let asked = Asked::default();
        let names = Arc::clone(&asked.0);
        writer.set_merge_policy(Box::new(asked));
        writer.add_document(TantivyDocument::default()).expect("added");
        writer.commit().expect("committed");
        writer.wait_merging_threads().expect("done");
        let names = names.lock().unwrap_or_else(PoisonError::into_inner);
        assert!(!names.is_empty());
        assert!(names.iter().all(|name| name == COMMITTING), "{names:?}");
    }
}

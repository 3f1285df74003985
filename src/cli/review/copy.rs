//! `trialdex review copy`.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use trialdex_output::{clean_line, plural};

use super::review_args::CopyArgs;
use super::{CommandOutcome, Console, check_name, file, open};

pub(crate) fn run(console: &Console, arguments: &CopyArgs) -> super::super::Result {
    let review = open(&arguments.name)?;
    let to = target(review.path(), &arguments.to);
    check_name(&to.to_string_lossy())?;
    let copy = review.copy_to(&to)?;
    console.say(&clean_line(&format!(
        "{}: a copy of {} with {}",
        copy.path().display(),
        review.path().display(),
        plural(copy.events().len() as u64, "event", "events"),
    )));
    Ok(CommandOutcome::Done)
}

/// The file of the copy; in a directory it has the name of the review.
fn target(review: &Path, to: &OsStr) -> PathBuf {
    if Path::new(to).is_dir() {
        return Path::new(to).join(review.file_name().unwrap_or_default());
    }
    file(to)
}

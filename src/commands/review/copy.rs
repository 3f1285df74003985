//! `trialdex review copy`.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use clap::Args;

use trialdex_output::{clean_line, plural};

use super::session::{check_name, file, open};
use crate::cli::{CommandOutcome, CommandResult, Console};

const EXAMPLES: &str = "\
Examples:
  trialdex review copy asthma asthma-bo             mail it to Bo, and merge it later
  trialdex review copy asthma /media/stick          into a directory, with the same name";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct CopyArgs {
    /// The review: its file, with or without `.review`
    #[arg(value_name = "NAME")]
    pub(crate) name: OsString,
    /// The copy, with or without `.review`, or a directory for it
    #[arg(value_name = "TO")]
    pub(crate) to: OsString,
}

pub(crate) fn run(console: &Console, arguments: &CopyArgs) -> CommandResult {
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

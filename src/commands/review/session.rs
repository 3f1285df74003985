//! A review that a command works on.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use trialdex_engine::index::rfc3339;
use trialdex_review::{Review, StudyState, UndoGroup};

use super::reviewer::{reviewer, say_called};
use super::shared_args::NamedReview;
use super::verbs::VERBS;
use crate::cli::{Console, Failure};

/// An open review and who works on it.
pub(crate) struct ReviewSession {
    pub(crate) review: Review,
    pub(crate) reviewer: String,
}

impl ReviewSession {
    /// Says on standard error where the name of the reviewer is typed in
    /// another way than before.
    pub(crate) fn on(console: &Console, named: &NamedReview) -> Result<Self, Failure> {
        let (review, typed) = (open(&named.name)?, reviewer(&named.who)?);
        let reviewer = review.state().called(&typed).to_owned();
        say_called(console, &typed, &reviewer);
        Ok(Self { review, reviewer })
    }

    /// A command that begins now, and is taken back as a whole.
    pub(crate) fn command(&self) -> UndoGroup {
        let last = self.review.events().last().map_or(0, |event| event.seq);
        UndoGroup { first: last + 1, by: self.reviewer.clone() }
    }
}

/// The file of a review: its name with `.review`, unless it has that or is
/// there as it is.
pub(crate) fn file(name: &OsStr) -> PathBuf {
    let path = PathBuf::from(name);
    if path.extension().is_some_and(|extension| extension == "review") || path.is_file() {
        return path;
    }
    let mut name = name.to_owned();
    name.push(".review");
    name.into()
}

/// The name of a review as it can be typed in a shell.
pub(crate) fn typed_name(path: &Path) -> String {
    let review = path.extension().is_some_and(|extension| extension == "review");
    let name = if review { path.with_extension("") } else { path.to_owned() };
    let name = name.display().to_string();
    let plain = |c: char| c.is_alphanumeric() || "-_./\\:".contains(c);
    if name.chars().all(plain) { name } else { format!("'{}'", name.replace('\'', "'\\''")) }
}

pub(crate) fn open(name: &OsStr) -> Result<Review, Failure> {
    Ok(Review::open(&file(name))?)
}

/// The time of an event.
pub(crate) fn now() -> String {
    rfc3339(SystemTime::now())
}

/// Refuses names that could not be typed again.
pub(crate) fn check_name(name: &str) -> Result<(), Failure> {
    let stem = Path::new(name).file_stem().map(|stem| stem.to_string_lossy().into_owned());
    let typed = !name.starts_with('-') && !name.ends_with(std::path::is_separator);
    if stem.as_deref().is_none_or(str::is_empty) || VERBS.contains(&name) || !typed {
        return Err(Failure::new(format!("a review cannot be called `{name}`"))
            .hint("choose another name, such as `asthma`"));
    }
    Ok(())
}

pub(crate) fn title(review: &Review, study: &StudyState) -> Result<String, Failure> {
    let record = study.record.as_ref();
    let title = record.map(|record| review.title(record)).transpose()?.flatten();
    Ok(title.unwrap_or_else(|| "(no title)".to_owned()))
}

//! Errors of an index.

use std::path::{Path, PathBuf};

use crate::index::fields::schema::FORMAT;
use crate::index::lock_owner::LockOwner;
use trialdex_plan::TooMuch;
use trialdex_text::vocabulary::VocabularyError;

/// Why an index cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// There is no index in the directory.
    #[error("{}: no index here", .0.display())]
    Missing(PathBuf),
    /// The first build of an index has not come to its end.
    #[error("{}: no index yet: its first build is not finished", .0.display())]
    Unfinished(PathBuf),
    /// It was made by another version of the program.
    #[error("{}: the index was made by another version of trialdex (format {found}, this one reads {FORMAT})", .directory.display())]
    OtherFormat {
        /// The index.
        directory: PathBuf,
        /// Its format.
        found: u32,
    },
    /// Its search index was written by another version of tantivy.
    #[error("{}: the index was made by another version of trialdex (its files cannot be read)", .0.display())]
    OtherFiles(PathBuf),
    /// A file of it is missing or damaged.
    #[error("{}: the index is damaged: {problem}", .directory.display())]
    Damaged {
        /// The index.
        directory: PathBuf,
        /// The file, and its fault, as far as that is known.
        problem: String,
    },
    /// Another process is changing it.
    #[error("{}: another process is writing to the index{}", .directory.display(), told(.holder.as_deref()))]
    Locked {
        /// The index.
        directory: PathBuf,
        /// The process, where it has said who it is.
        holder: Option<Box<LockOwner>>,
    },
    /// A file of the index cannot be read or written.
    #[error("{}: {error}", .path.display())]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
    /// The search index cannot be read or written.
    #[error("{}: {error}", .directory.display())]
    Tantivy {
        /// The index.
        directory: PathBuf,
        /// What tantivy says.
        error: tantivy::TantivyError,
    },
    /// Something failed after a commit. The index is the new one.
    #[error("{}: the index is as it is after the run; then something failed: {problem}", .directory.display())]
    Committed {
        /// The index.
        directory: PathBuf,
        /// What.
        problem: String,
    },
    /// A query looks at more of it than one may.
    #[error(transparent)]
    TooMuch(#[from] TooMuch),
    /// The vocabulary of the index cannot be used.
    #[error(transparent)]
    Vocabulary(#[from] VocabularyError),
    /// Another process has written to it meanwhile.
    #[error("{}: another process has changed the index meanwhile", .0.display())]
    Changed(PathBuf),
    /// A search was stopped from outside.
    #[error("the search was stopped")]
    Stopped,
    /// The work was stopped from outside; the index is as it was.
    #[error("interrupted; the index is as it was before")]
    Interrupted,
}

impl IndexError {
    /// An error that came after a commit.
    #[must_use]
    pub fn committed(directory: &Path, error: &Self) -> Self {
        Self::Committed { directory: directory.to_owned(), problem: error.to_string() }
    }
}

fn told(holder: Option<&LockOwner>) -> String {
    holder.map(|holder| format!(": {holder}")).unwrap_or_default()
}

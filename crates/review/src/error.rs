//! Why a review cannot be read or written.

use std::io;
use std::path::PathBuf;

/// Why a review cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum ReviewError {
    /// There is no such file.
    #[error("{}: no such review", .0.display())]
    Missing(PathBuf),
    /// There is one already.
    #[error("{}: exists already", .0.display())]
    Exists(PathBuf),
    /// It is no review.
    #[error("{}: not a review", .0.display())]
    Other(PathBuf),
    /// It has another layout.
    #[error("{}: a review of version {found}", path.display())]
    OtherVersion {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: i64,
    },
    /// An event is not what it was when it was written.
    #[error("{}: the event {event} was changed since it was written", path.display())]
    Changed {
        /// The file.
        path: PathBuf,
        /// The event.
        event: String,
    },
    /// A record cannot be read.
    #[error("{}: the record {record} is damaged", path.display())]
    Record {
        /// The file.
        path: PathBuf,
        /// Its fingerprint.
        record: String,
    },
    /// It holds something that no review has and SQLite would run.
    #[error("{}: holds the {kind} `{name}`, which no review has", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
        /// `table`, `index`, `trigger` or `view`.
        kind: String,
        /// Its name.
        name: String,
    },
    /// Some of its pages are older than others.
    #[error("{}: torn: it was copied while it was written to, or is damaged", .0.display())]
    Torn(PathBuf),
    /// By its name there is another file than the one that was opened, or none.
    #[error("{}: another file has taken its place, or it was removed", .0.display())]
    Replaced(PathBuf),
    /// Something in it takes more memory than any real content.
    #[error("{}: {what} is larger than any that a review holds", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// What is.
        what: String,
    },
    /// An event has a place that none can follow.
    #[error("{}: nothing can follow the event {event}", path.display())]
    Full {
        /// The file.
        path: PathBuf,
        /// The event.
        event: String,
    },
    /// SQLite cannot read it any longer.
    #[error("{}: the file is damaged", .0.display())]
    Damaged(PathBuf),
    /// SQLite failed when all was in the file already.
    #[error("{}: written, but it may not be on the disk: {error}", path.display())]
    NotSynced {
        /// The file.
        path: PathBuf,
        /// Why.
        error: rusqlite::Error,
    },
    /// SQLite failed.
    #[error("{}: {error}", path.display())]
    Sqlite {
        /// The file.
        path: PathBuf,
        /// Why.
        error: rusqlite::Error,
    },
    /// The file cannot be made.
    #[error("{}: {error}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
}

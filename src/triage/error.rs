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
    /// SQLite cannot read it any longer.
    #[error("{}: the file is damaged", .0.display())]
    Damaged(PathBuf),
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

//! Why a dump cannot be kept current.

use std::io;
use std::path::PathBuf;

/// Why a dump cannot be kept current.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// The API cannot be reached, or goes on failing.
    #[error("{url}: {problem}, {attempts} times in a row")]
    Failing {
        /// The address.
        url: String,
        /// What happened last.
        problem: String,
        /// How often it was tried.
        attempts: u32,
    },
    /// The API refuses the request.
    #[error("{url}: refused with {status}: {message}")]
    Refused {
        /// The address.
        url: String,
        /// The status of HTTP.
        status: u16,
        /// What the API says.
        message: String,
    },
    /// The pages did not belong together.
    #[error("the pages of the API did not belong together, {0} times in a row")]
    Unsteady(u32),
    /// A file cannot be read or written.
    #[error("{}: {error}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why not.
        error: io::Error,
    },
    /// The state of the dump cannot be understood.
    #[error("{}: {problem}", path.display())]
    State {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
}

impl SyncError {
    /// Makes errors of a file.
    pub(crate) fn of(path: &std::path::Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |error| Self::Io { path, error }
    }
}

//! What tantivy says of an index, as an error of this program.

use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};

use tantivy::TantivyError;
use tantivy::directory::error::{LockError, OpenReadError};
use tantivy::error::DataCorruption;

use crate::index::error::IndexError;
use crate::index::lock_owner::holder;

/// tantivy panics where some of its files are damaged.
pub(crate) fn guarded<T>(work: impl FnOnce() -> tantivy::Result<T>) -> tantivy::Result<T> {
    std::panic::catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        let comment = "a file does not hold what it should";
        Err(DataCorruption::comment_only(comment).into())
    })
}

/// What tantivy says without the content of the file that it says it of. A
/// `DataCorruption` keeps what it says to itself, and shows it as one text.
fn short(message: &str) -> String {
    let end = message.find(". Content: ").unwrap_or(message.len());
    message[..end].to_owned()
}

pub(in crate::index) fn damaged(directory: &Path, problem: String) -> IndexError {
    IndexError::Damaged { directory: directory.to_owned(), problem }
}

pub(in crate::index) fn tantivy_error(directory: &Path, error: TantivyError) -> IndexError {
    let io = |path: PathBuf, error: &std::io::Error| IndexError::Io {
        path,
        error: std::io::Error::new(error.kind(), error.to_string()),
    };
    let cut = |error: &std::io::Error| {
        matches!(error.kind(), std::io::ErrorKind::UnexpectedEof | std::io::ErrorKind::InvalidData)
    };
    match error {
        TantivyError::LockFailure(LockError::LockBusy, _) => {
            IndexError::Locked { directory: directory.to_owned(), holder: holder(directory) }
        }
        TantivyError::LockFailure(LockError::IoError(error), _) => {
            io(directory.join("tantivy"), &error)
        }
        TantivyError::IncompatibleIndex(_)
        | TantivyError::OpenReadError(OpenReadError::IncompatibleIndex(_)) => {
            IndexError::OtherFiles(directory.to_owned())
        }
        TantivyError::OpenReadError(OpenReadError::FileDoesNotExist(path)) => {
            // tantivy gives it now with its directory, now without.
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            damaged(directory, format!("tantivy/{name} is missing"))
        }
        TantivyError::OpenReadError(OpenReadError::IoError { io_error, filepath }) => {
            let path = Path::new("tantivy").join(filepath.file_name().unwrap_or_default());
            if cut(&io_error) {
                return damaged(directory, format!("{} is cut or changed", path.display()));
            }
            io(directory.join(path), &io_error)
        }
        TantivyError::IoError(error) if cut(&error) => damaged(directory, error.to_string()),
        TantivyError::DataCorruption(error) => damaged(directory, short(&format!("{error:?}"))),
        error => IndexError::Tantivy { directory: directory.to_owned(), error },
    }
}

#[cfg(test)]
mod tests;

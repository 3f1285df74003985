//! Why an index on any engine does not answer.

use std::io;

#[cfg(feature = "cluster")]
use trialdex_cluster::ClusterError;
use trialdex_engine::index::IndexError;

/// Why an index does not answer.
#[derive(Debug, thiserror::Error)]
pub enum AnyError {
    /// The index in a directory does not.
    #[error(transparent)]
    Directory(#[from] IndexError),
    /// The cluster does not.
    #[cfg(feature = "cluster")]
    #[error(transparent)]
    Cluster(#[from] ClusterError),
    /// What was read of an index cannot be written.
    #[error(transparent)]
    Io(io::Error),
}

impl AnyError {
    /// Whether a query looks at too much of the index, or asks for what the engine cannot be asked.
    #[must_use]
    pub fn is_too_much(&self) -> bool {
        match self {
            Self::Directory(error) => matches!(error, IndexError::TooMuch(_)),
            #[cfg(feature = "cluster")]
            Self::Cluster(error) => {
                matches!(error, ClusterError::Plan(_) | ClusterError::NotYet(_))
            }
            Self::Io(_) => false,
        }
    }

    /// Whether somebody asked to stop.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        match self {
            Self::Directory(error) => matches!(error, IndexError::Stopped),
            #[cfg(feature = "cluster")]
            Self::Cluster(error) => matches!(error, ClusterError::Stopped),
            Self::Io(_) => false,
        }
    }

    /// That somebody asked to stop.
    #[must_use]
    pub fn stopped() -> Self {
        Self::Directory(IndexError::Stopped)
    }
}

impl From<io::Error> for AnyError {
    /// An error of an index that came as one of reading or writing is said as itself.
    fn from(error: io::Error) -> Self {
        let error = match error.downcast::<IndexError>() {
            Ok(error) => return Self::Directory(error),
            Err(error) => error,
        };
        #[cfg(feature = "cluster")]
        let error = match error.downcast::<ClusterError>() {
            Ok(error) => return Self::Cluster(error),
            Err(error) => error,
        };
        match error.downcast::<Self>() {
            Ok(error) => error,
            Err(error) => Self::Io(error),
        }
    }
}

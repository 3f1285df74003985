//! The identity of the file at a path.

use std::path::Path;

/// A file by its number on its disk; a renamed one keeps it, one that is put
/// in its place has another.
#[cfg(unix)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FileIdentity {
    device: u64,
    number: u64,
}

#[cfg(unix)]
impl FileIdentity {
    /// That of the file that is there now. It is not opened: to close it
    /// would free what SQLite has locked.
    pub(super) fn of(path: &Path) -> Option<Self> {
        use std::os::unix::fs::MetadataExt;
        let file = std::fs::metadata(path).ok()?;
        Some(Self { device: file.dev(), number: file.ino() })
    }
}

/// Elsewhere a file that is open can be neither replaced nor removed.
#[cfg(not(unix))]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FileIdentity;

#[cfg(not(unix))]
impl FileIdentity {
    pub(super) fn of(path: &Path) -> Option<Self> {
        path.exists().then_some(Self)
    }
}

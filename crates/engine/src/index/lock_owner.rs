//! The process that writes to an index, and its note beside the lock.
//!
//! A lock of the operating system marks a writer; it ends with its process. The
//! note beside it names the writer, and is looked at only while the lock is
//! held: the note of a run that was killed misleads nobody.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// The file with the note, in the directory of the index.
const NOTE: &str = "writer.json";

/// A process that writes to an index.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LockOwner {
    /// Number of the process.
    pub process: u32,
    /// The computer it runs on; empty where that is not known.
    pub host: String,
    /// What was typed.
    pub command: String,
    /// Since when, in RFC 3339.
    pub since: String,
}

impl fmt::Display for LockOwner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "process {}", self.process)?;
        for (word, what) in [("on", &self.host), ("since", &self.since)] {
            if !what.is_empty() {
                write!(f, " {word} {what}")?;
            }
        }
        if !self.command.is_empty() {
            write!(f, " (`{}`)", self.command)?;
        }
        Ok(())
    }
}

/// A note that lasts as long as this is kept.
#[derive(Debug)]
pub(super) struct LockNote {
    path: PathBuf,
    json: Vec<u8>,
}

impl LockNote {
    /// Writes the note. Only the process that holds the lock may call it. If
    /// the note cannot be written, a second writer gets a less precise message.
    pub(super) fn put(directory: &Path, holder: &LockOwner) -> Self {
        let path = directory.join(NOTE);
        let json = serde_json::to_vec(holder).unwrap_or_default();
        let _ = std::fs::write(&path, &json);
        Self { path, json }
    }
}

impl Drop for LockNote {
    fn drop(&mut self) {
        // The next one may have written its own.
        if std::fs::read(&self.path).is_ok_and(|json| json == self.json) {
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

/// Who holds the lock of an index that is locked.
pub(super) fn holder(directory: &Path) -> Option<Box<LockOwner>> {
    let note = std::fs::read(directory.join(NOTE)).ok()?;
    serde_json::from_slice(&note).ok().map(Box::new)
}

//! Which state of an index is open.

use std::fs;
use std::path::Path;
use std::time::SystemTime;

use crate::index::error::IndexError;
use crate::index::store::{Store, VOCABULARY_FILE};

/// Hexadecimal digits of the digest of a state.
const DIGITS: usize = 32;

/// A state of an index. Two searches of one state find the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexState {
    /// Digest of its commit and of its vocabulary, in hexadecimal. Another commit has another one,
    /// also where it holds the same studies.
    pub digest: String,
    /// When it was written, in RFC 3339.
    pub written: String,
    /// Studies in it.
    pub studies: u64,
    /// Length and time of its own vocabulary's file, where it has one.
    vocabulary: Option<(u64, SystemTime)>,
}

impl Store {
    /// The state that is open.
    ///
    /// # Errors
    ///
    /// Where files of the index cannot be read.
    pub fn state(&self) -> Result<IndexState, IndexError> {
        // Looked at before it is read: what is written meanwhile makes another state.
        let vocabulary = vocabulary_file(self.directory());
        let mut hasher = blake3::Hasher::new();
        if let Some(payload) = &self.payload {
            hasher.update(payload.written.as_bytes());
            hasher.update(&payload.ledger.to_be_bytes());
        }
        for segment in &self.segments {
            hasher.update(segment.uuid_string().as_bytes());
        }
        hasher.update(self.vocabulary()?.digest().as_bytes());
        Ok(IndexState {
            digest: hasher.finalize().to_hex()[..DIGITS].to_owned(),
            written: self.payload.as_ref().map_or_else(String::new, |it| it.written.clone()),
            studies: self.searcher()?.num_docs(),
            vocabulary,
        })
    }

    /// Whether nobody has changed the index since `state` was open, by a commit or another
    /// vocabulary.
    ///
    /// # Errors
    ///
    /// Where files of the index cannot be read.
    pub fn is_latest(&self, state: &IndexState) -> Result<bool, IndexError> {
        let vocabulary = vocabulary_file(self.directory());
        Ok(vocabulary == state.vocabulary && self.is_current(false)?)
    }
}

/// Length and time of modification of the vocabulary that an index has of its own.
fn vocabulary_file(directory: &Path) -> Option<(u64, SystemTime)> {
    let file = fs::metadata(directory.join(VOCABULARY_FILE)).ok()?;
    Some((file.len(), file.modified().ok()?))
}

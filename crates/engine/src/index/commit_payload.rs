//! What a commit of the search index says about itself.

use serde::{Deserialize, Serialize};

use crate::index::fields::schema::FORMAT;

/// Hexadecimal digits of the digest of a commit's payload.
const DIGITS: usize = 16;

/// What a commit says about itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::index) struct CommitPayload {
    pub(in crate::index) format: u32,
    /// Version of the program that wrote it.
    pub(in crate::index) program: String,
    /// Number in the name of the ledger.
    pub(in crate::index) ledger: u64,
    /// When, in RFC 3339.
    pub(in crate::index) written: String,
    /// Digest of the above; not there in commits of earlier programs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::index) digest: Option<String>,
}

impl CommitPayload {
    /// What a commit would have said that named that ledger.
    pub(in crate::index) fn numbered(ledger: u64) -> Self {
        Self::of(ledger, String::new())
    }

    /// What the next commit after `before` says.
    pub(in crate::index) fn next(before: Option<&CommitPayload>, written: String) -> Self {
        Self::of(before.map_or(1, |before| before.ledger + 1), written)
    }

    fn of(ledger: u64, written: String) -> Self {
        let program = env!("CARGO_PKG_VERSION").to_owned();
        let payload = Self { format: FORMAT, program, ledger, written, digest: None };
        Self { digest: Some(payload.digested()), ..payload }
    }

    /// Whether all is as it was written.
    pub(in crate::index) fn is_whole(&self) -> bool {
        self.digest.as_ref().is_none_or(|digest| *digest == self.digested())
    }

    fn digested(&self) -> String {
        let Self { format, program, ledger, written, digest: _ } = self;
        let text = format!("{format}\n{program}\n{ledger}\n{written}");
        blake3::hash(text.as_bytes()).to_hex()[..DIGITS].to_owned()
    }
}

/// What a commit says about itself, read and written again; `None` where it
/// is no such text. For tests outside of the crate that feed it arbitrary
/// bytes.
#[doc(hidden)]
#[must_use]
pub fn rewritten_payload(json: &str) -> Option<String> {
    serde_json::to_string(&serde_json::from_str::<CommitPayload>(json).ok()?).ok()
}

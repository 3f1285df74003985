//! Short digests of the records of studies.

use serde::{Deserialize, Serialize};

/// The first 16 hexadecimal digits of the BLAKE3 of a study's record, as
/// receipts have them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fingerprint(String);

impl Fingerprint {
    /// That of a record in JSON.
    #[must_use]
    pub fn of(json: &[u8]) -> Self {
        Self(blake3::hash(json).to_hex()[..16].to_owned())
    }

    /// One that was written down.
    #[must_use]
    pub fn written(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Its digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

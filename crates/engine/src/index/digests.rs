//! Digests of studies.

use crate::index::ledger::{Digest, first};

/// The digest of a study as it is stored.
pub(in crate::index) fn digest(bytes: &[u8]) -> Digest {
    let mut digest = Digest::default();
    digest.copy_from_slice(&blake3::hash(bytes).as_bytes()[..16]);
    digest
}

/// The first eight bytes of the digest of a study as it is stored: BLAKE3 of its JSON text.
#[must_use]
pub fn short_digest(json: &str) -> u64 {
    first(digest(json.as_bytes()))
}

//! What notes begin with that programs write for programs.

/// Notes of ASReview's RIS (`asreview/data/ris.py`, 3.0.8): the first says
/// whether a record is relevant, others are `asreview_NAME: JSON`.
pub(super) const RELEVANT: &str = "ASReview_relevant";
pub(super) const IRRELEVANT: &str = "ASReview_irrelevant";
pub(super) const NOT_SEEN: &str = "ASReview_not_seen";

/// What Covidence's table of excluded studies has among its notes:
/// `Exclusion reason: Wrong study design; `.
pub(super) const REASON: &str = "Exclusion reason:";

/// The note of RIS that has all decisions.
pub(super) const OWN: &str = "trialdex:";

/// Whether a note is none that a program wrote for itself alone.
pub(super) fn is_free(note: &str) -> bool {
    !note.starts_with(OWN) && !note.starts_with("asreview_")
}

//! The scoring model: every constant of it, with its reason.
//!
//! A word is scored by BM25F (Robertson, Zaragoza and Taylor, CIKM 2004): its
//! occurrences in all fields are added, each by the field's weight and the
//! length of its text, before the sum is saturated. A study in which a word
//! stands in title, summary and description is then hardly better than one in
//! which it stands in the title twice, which is what it should be: the three
//! say the same.

use tantivy::Score;

/// How soon further occurrences of a word stop counting; Lucene's default.
pub(super) const K1: Score = 1.2;

/// How far the length of a text discounts occurrences; Lucene's default.
pub(super) const B: Score = 0.75;

/// Worth of a synonym, of that of the word itself: the registry ranks
/// synonyms a little below.
pub(super) const SYNONYM: Score = 0.85;

/// Weight of a study's own number, above what any mention of it scores.
pub(super) const ITSELF: Score = 100.0;

/// Score of a condition that a study fulfils or not, before the weight of
/// its field: about that of a common word.
pub(super) const FULFILLED: Score = 1.0;

/// Score of a study at the low end of the field that it is tilted by, of that
/// at the high end.
pub(super) const TILT_LOW: Score = 0.5;

/// The inverse document frequency of a word that so many of the studies have.
pub(super) fn idf(with_word: u64, studies: u64) -> Score {
    let (with_word, studies) = (with_word.min(studies) as Score, studies as Score);
    (1.0 + (studies - with_word + 0.5) / (with_word + 0.5)).ln()
}

/// What the length of a text does to the occurrences in it.
pub(super) fn length_norm(length: u32, average: Score) -> Score {
    1.0 - B + B * length as Score / average.max(1.0)
}

/// The score of weighted occurrences.
pub(super) fn saturated(idf: Score, occurrences: Score) -> Score {
    idf * occurrences * (K1 + 1.0) / (occurrences + K1)
}

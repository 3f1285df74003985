//! Tags in brackets behind a word, as PubMed has them.

use super::field_codes::field;
use super::systems::Dialect;
use crate::word_list::WordList;
use trialdex_records::study::nearest_of;

/// Tags that are typed most, to find those with a wrong letter.
const USUAL: WordList = WordList(
    "tiab|title|abstract|title/abstract|mesh|mesh terms|mesh major topic|majr|text word|\
     author|publication type|all fields",
);

/// Letters of a tag at most that is like none of the usual ones.
const LONGEST: usize = 4;

/// Whether brackets behind a word hold a field of PubMed or of the retired
/// site, or what Embase.com and the Cochrane Library write there.
pub(crate) fn is_tag(inner: &str) -> bool {
    let inner = inner.trim();
    let known = |dialect| !inner.is_empty() && field(inner, dialect).is_some();
    known(Dialect::PubMed) || known(Dialect::ClinicalTrials)
}

/// The known tag that one is most like.
pub(crate) fn nearest_tag(inner: &str) -> Option<&'static str> {
    let inner = inner.trim().to_lowercase();
    let long = inner.chars().count() > 2;
    nearest_of(&inner, USUAL.into_iter()).first().copied().filter(|_| long)
}

/// Whether brackets right behind a word look like a tag, whatever is in them.
pub(crate) fn is_like_a_tag(inner: &str) -> bool {
    let letters = inner.chars().all(char::is_lowercase);
    nearest_tag(inner).is_some() || (letters && (2..=LONGEST).contains(&inner.len()))
}

//! Words that say little about the subject of a query: the little words of the
//! language, and those that any question about trials may have.

/// Little words of English, in the form that they have in the index.
#[rustfmt::skip]
const LITTLE: &[&str] = &[
    "a", "about", "after", "all", "also", "am", "an", "and", "any", "are", "as", "at", "be", "because", "been",
    "before", "being", "between", "both", "but", "by", "can", "could", "did", "do", "does", "doing", "during",
    "each", "either", "for", "from", "had", "has", "have", "having", "he", "her", "him", "his", "how", "if",
    "in", "into", "is", "it", "its", "may", "me", "might", "more", "most", "must", "my", "no", "nor", "not",
    "of", "on", "or", "other", "our", "out", "over", "per", "shall", "she", "should", "so", "some", "such",
    "than", "that", "the", "their", "them", "then", "there", "these", "they", "this", "those", "through",
    "to", "under", "up", "upon", "us", "v", "versus", "very", "via", "vs", "was", "we", "were", "what", "when",
    "where", "whether", "which", "while", "who", "whom", "whose", "why", "will", "with", "within", "without",
    "would", "you", "your",
];

/// Words of questions and of trials in general: they are in records of
/// every kind, and who types them means any trial, any treatment.
#[rustfmt::skip]
const FILLERS: &[&str] = &[
    "adult", "among", "approach", "article", "assess", "assessed", "assessing", "assessment", "associated",
    "association", "background", "benefit", "best", "case", "choice", "clinical", "compare", "compared",
    "comparing", "comparison", "currently", "design", "different", "effect", "effective", "effectiveness",
    "efficacy", "enrolled", "evaluate", "evaluated", "evaluating", "evaluation", "evidence", "examine",
    "experimental", "factor", "find", "first", "firstline", "following", "form", "guideline", "help", "however",
    "improve", "improved", "incidence", "individual", "information", "intervention", "investigate",
    "investigation", "issue", "known", "line", "literature", "long", "look", "looking", "make", "manage",
    "managed", "management", "managing", "medical", "method", "need", "new", "ongoing", "option", "outcome",
    "participant", "patient", "people", "person", "phase", "possible", "prevalence", "problem", "prognosis",
    "prognostic", "protocol", "purpose", "randomized", "recommendation", "required", "research", "result",
    "review", "risk", "safety", "sign", "standard", "strategy", "study", "subject", "symptom", "technique",
    "technology", "term", "therapeutic", "therapy", "treat", "treated", "treating", "treatment", "trial",
    "type", "use", "used", "using", "usual", "way", "year",
];

/// Whether a word, in the form that it has in the index, is a little word.
#[must_use]
pub fn is_little(word: &str) -> bool {
    LITTLE.binary_search(&word).is_ok()
}

/// Whether a word, in the form that it has in the index, may be in any
/// question about trials.
#[must_use]
pub fn is_filler(word: &str) -> bool {
    FILLERS.binary_search(&word).is_ok()
}

/// Whether a word says little about what a text is about.
#[must_use]
pub fn is_common(word: &str) -> bool {
    is_little(word) || is_filler(word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{parts_analyzer, words};

    #[test]
    fn the_lists_are_sorted_and_in_the_form_of_the_index() {
        assert!(LITTLE.is_sorted() && FILLERS.is_sorted());
        let mut analyzer = parts_analyzer();
        for word in FILLERS {
            let term = words(&mut analyzer, word).remove(0).term;
            assert_eq!(term, *word);
        }
        assert!(is_common("trial") && is_common("of") && !is_common("lupus"));
    }
}

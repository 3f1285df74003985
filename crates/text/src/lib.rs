//! Splits text into words, and finds the forms that are the same word.
//!
//! [`analyzer`] is the analysis of an index and of queries, [`vocabulary`] what MeSH calls
//! things:
//!
//! ```
//! use trialdex_text::{analyzer, words};
//!
//! let terms = |text| words(&mut analyzer(), text).into_iter().map(|word| word.term);
//! assert!(terms("Haemophilias").eq(terms("hemophilia")));
//! ```

pub mod abbreviations;
mod common;
mod compounds;
mod controls;
mod everyday;
mod forms;
mod found_words;
pub mod indexed_words;
mod letters;
mod numerals;
mod plurals;
mod spelling;
mod split;
mod stems;
pub mod vectors;
pub mod vocabulary;

use std::collections::BTreeSet;

use tantivy::tokenizer::{
    AsciiFoldingFilter, LowerCaser, RawTokenizer, RemoveLongFilter, TextAnalyzer, TokenFilter,
    Tokenizer, TokenizerManager,
};

pub use common::{is_common, is_filler, is_little};
pub use compounds::{meet, parted};
pub use controls::is_control;
pub use everyday::is_everyday;
pub use found_words::{WordReader, weighted};
pub use numerals::in_digits;
pub use split::{BOUNDARY, SITE_WIDTH, UNIT, VALUE};
pub use stems::Stems;
/// Splits texts into words of an index.
pub use tantivy::tokenizer::TextAnalyzer as Analyzer;

use forms::FormFilter;
use found_words::FoundWords;
use split::{SiteConstants, WordTokenizer};

/// Name by which an index refers to words that [`WordReader`] has found, each
/// with how it is written, see [`indexed_words`], and with [`BOUNDARY`] around
/// each value.
pub const WORDS: &str = "trialdex-en-4";

/// The words alone, without boundaries, each as often as the text's first
/// character says, see [`weighted`].
pub const WEIGHTED_WORDS: &str = "trialdex-en-4-weighted";

/// The analysis of texts at the sites of a study: values of one site end with
/// [`UNIT`], within a site with [`VALUE`].
pub const SITE_WORDS: &str = "trialdex-en-3-sites";

/// The words as they are written, at the sites of a study.
pub const SITE_SURFACES: &str = "trialdex-surfaces-1-sites";

/// Constants at the sites of a study.
pub const SITE_CONSTANTS: &str = "trialdex-constants-1-sites";

/// Bytes of a word beyond which it is read as a sequence or a data blob.
const LONGEST_WORD: usize = 200;

/// Makes the analyses known to an index.
pub fn register(tokenizers: &TokenizerManager) {
    let words = TextAnalyzer::builder(FoundWords { of_a_piece: true });
    tokenizers.register(WORDS, words.build());
    let words = TextAnalyzer::builder(FoundWords { of_a_piece: false });
    tokenizers.register(WEIGHTED_WORDS, words.build());
    let words = WordTokenizer { boundaries: true, parted: true, joined: true, sites: true };
    tokenizers.register(SITE_WORDS, folded(words));
    let sites = WordTokenizer { sites: true, ..WordTokenizer::default() };
    let surfaces = TextAnalyzer::builder(sites).filter(RemoveLongFilter::limit(LONGEST_WORD));
    tokenizers.register(SITE_SURFACES, surfaces.build());
    tokenizers.register(SITE_CONSTANTS, SiteConstants::default());
}

/// The analysis of all text that is scored: runs of letters and digits, in
/// lower case, without accents, in the singular and in American spelling.
/// Where several are joined by hyphens, or letters, digits and Greek letters
/// meet in one, the whole is there beside the parts.
#[must_use]
pub fn analyzer() -> TextAnalyzer {
    folded(WordTokenizer { parted: true, joined: true, ..WordTokenizer::default() })
}

/// The analysis of queries: as [`analyzer`], parts alone.
#[must_use]
pub fn parts_analyzer() -> TextAnalyzer {
    folded(WordTokenizer { parted: true, ..WordTokenizer::default() })
}

/// Reads words by [`parts_analyzer`], where no position counts.
pub struct PartsReader(TextAnalyzer);

impl Default for PartsReader {
    fn default() -> Self {
        Self(parts_analyzer())
    }
}

impl PartsReader {
    /// Shows the words of a text in their form in an index.
    pub fn of(&mut self, text: &str, visitor: &mut dyn FnMut(&str)) {
        self.0.token_stream(text).process(&mut |token| visitor(&token.text));
    }
}

fn folded(split: WordTokenizer) -> TextAnalyzer {
    TextAnalyzer::builder(folding(split)).build()
}

fn folding(split: WordTokenizer) -> impl Tokenizer {
    let long = RemoveLongFilter::limit(LONGEST_WORD).transform(split);
    FormFilter.transform(AsciiFoldingFilter.transform(LowerCaser.transform(long)))
}

/// The analysis up to the splitting of words, for finding them in a text that
/// is shown.
#[must_use]
pub fn splitter() -> TextAnalyzer {
    TextAnalyzer::builder(WordTokenizer::default())
        .filter(RemoveLongFilter::limit(LONGEST_WORD))
        .build()
}

/// A word as surfaces are compared: in small letters without accents.
#[must_use]
pub fn folded_surface(word: &str) -> String {
    if word.is_ascii() {
        return word.to_ascii_lowercase();
    }
    let keep = TextAnalyzer::builder(RawTokenizer::default()).filter(LowerCaser);
    let mut folding = keep.filter(AsciiFoldingFilter).build();
    let mut folded = String::new();
    folding.token_stream(word).process(&mut |token| folded.push_str(&token.text));
    folded
}

/// The prefixes of terms for words that begin with the typed text: with its
/// last part, or with all of its parts as one.
#[must_use]
pub fn beginnings(typed: &str, joined: bool) -> BTreeSet<String> {
    let split = WordTokenizer { parted: true, joined, ..WordTokenizer::default() };
    let folding = TextAnalyzer::builder(split).filter(LowerCaser);
    let mut folding = folding.filter(AsciiFoldingFilter).build();
    let words = words(&mut folding, typed);
    let whole = words.iter().rfind(|word| word.parts > 1);
    let last = whole.or(words.last());
    last.map(|word| forms::beginnings(&word.term)).unwrap_or_default()
}

/// A word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnalyzedWord {
    /// Its form in the index.
    pub term: String,
    /// Bytes of the text that it is at.
    pub span: std::ops::Range<usize>,
    /// How many words it is: one, or several that are also there by themselves.
    pub parts: usize,
}

/// The words of a text in their order.
#[must_use]
pub fn words(analyzer: &mut TextAnalyzer, text: &str) -> Vec<AnalyzedWord> {
    let mut words = Vec::new();
    let mut stream = analyzer.token_stream(text);
    stream.process(&mut |token| {
        words.push(AnalyzedWord {
            term: token.text.clone(),
            span: token.offset_from..token.offset_to,
            parts: token.position_length,
        });
    });
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(mut analyzer: TextAnalyzer, text: &str) -> Vec<String> {
        words(&mut analyzer, text).into_iter().map(|word| word.term).collect()
    }

    #[test]
    fn words_meet_in_their_form() {
        assert_eq!(terms(analyzer(), "Aplastic Anaemias"), ["aplastic", "anemia"]);
        assert_eq!(terms(analyzer(), "Sjögren's"), ["sjogren"]);
        assert_eq!(terms(analyzer(), "CD34+/HLA-DR"), ["cd", "cd34", "34", "hla", "hladr", "dr"]);
        assert_eq!(terms(parts_analyzer(), "anti-PD-1"), ["anti", "pd", "1"]);
    }

    #[test]
    fn forms_of_one_word_have_the_same_parts() {
        let parts = |text: &str| terms(parts_analyzer(), text);
        for (forms, expected) in [
            (
                &["TNF-\u{3b1}", "TNF\u{3b1}", "TNF alpha", "TNF-alpha", "TNF ALFA"][..],
                &["tnf", "alpha"][..],
            ),
            (&["\u{3b2}-blockers", "beta blocker", "\u{df}-blocker"], &["beta", "blocker"]),
            (&["stage IIIB", "Stage 3B", "stage-IIIb", "Stage \u{2162}b"], &["stage", "3", "b"]),
            (&["type II diabetes", "type two diabetes"], &["type", "2", "diabete"]),
            (&["COVID-19", "COVID19", "Covid 19"], &["covid", "19"]),
            (&["SARS-CoV-2", "SARS CoV2", "sars cov 2"], &["sars", "cov", "2"]),
            (&["anti-PD-1", "anti PD1", "anti-PD1"], &["anti", "pd", "1"]),
            (&["5 \u{b5}g", "5\u{3bc}g", "5mcg", "5 ug"], &["5", "ug"]),
            (&["IL-1\u{3b2}", "IL1beta", "IL 1 beta"], &["il", "1", "beta"]),
        ] {
            for form in forms {
                assert_eq!(parts(form), expected, "{form}");
            }
        }
    }

    #[test]
    fn a_beginning_is_of_the_last_part_or_of_all() {
        assert!(beginnings("il6", false).contains("6"));
        assert!(beginnings("il6", true).contains("il6"));
        assert!(beginnings("tnf\u{3b1}", true).contains("tnfalpha"));
        assert!(beginnings("therapie", true).contains("therapy"));
    }

    #[test]
    fn surfaces_are_kept_as_written() {
        assert_eq!(terms(splitter(), "Sjögren's MK-3475"), ["Sjögren", "MK", "3475"]);
    }
}

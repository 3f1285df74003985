//! Words: what counts as one, and which are the same.

use tantivy::tokenizer::{
    AsciiFoldingFilter, Language, LowerCaser, RemoveLongFilter, SimpleTokenizer, Stemmer,
    TextAnalyzer,
};

/// Name by which an index refers to [`analyzer`].
pub const ANALYZER: &str = "trialdex-en-1";

/// Bytes of a word beyond which it is taken for a sequence or a data blob.
const LONGEST_WORD: usize = 200;

/// The analysis of all text, in records and in queries: runs of letters and
/// digits, in lower case, without accents, reduced to their English stem
/// (Snowball).
#[must_use]
pub fn analyzer() -> TextAnalyzer {
    TextAnalyzer::builder(SimpleTokenizer::default())
        .filter(RemoveLongFilter::limit(LONGEST_WORD))
        .filter(LowerCaser)
        .filter(AsciiFoldingFilter)
        .filter(Stemmer::new(Language::English))
        .build()
}

/// The analysis up to where the words are told apart, for finding them in a
/// text that is shown.
#[must_use]
pub fn splitter() -> TextAnalyzer {
    TextAnalyzer::builder(SimpleTokenizer::default())
        .filter(RemoveLongFilter::limit(LONGEST_WORD))
        .build()
}

/// A word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// Its form in the index.
    pub term: String,
    /// Bytes of the text that it stands at.
    pub span: std::ops::Range<usize>,
}

/// The words of a text in their order.
#[must_use]
pub fn words(analyzer: &mut TextAnalyzer, text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut stream = analyzer.token_stream(text);
    stream.process(&mut |token| {
        words.push(Word { term: token.text.clone(), span: token.offset_from..token.offset_to });
    });
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_meet_in_their_stem() {
        let terms = |text: &str| -> Vec<String> {
            words(&mut analyzer(), text).into_iter().map(|word| word.term).collect()
        };
        assert_eq!(terms("Aplastic Anemias"), terms("aplastic anemia"));
        assert_eq!(terms("Sjögren's"), ["sjogren", "s"]);
        assert_eq!(terms("CD34+/HLA-DR"), ["cd34", "hla", "dr"]);
    }
}

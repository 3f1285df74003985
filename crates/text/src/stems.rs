//! Stems of English words.

use tantivy::tokenizer::{Language, RawTokenizer, Stemmer, TextAnalyzer};

/// Finds stems, by Porter's second algorithm for English.
pub struct Stems(TextAnalyzer);

impl Stems {
    /// Ready to find stems.
    #[must_use]
    pub fn new() -> Self {
        let stemmer = Stemmer::new(Language::English);
        Self(TextAnalyzer::builder(RawTokenizer::default()).filter(stemmer).build())
    }

    /// The stem of a word in lower case.
    pub fn of(&mut self, word: &str) -> String {
        let mut stream = self.0.token_stream(word);
        let stem = stream.next().map(|token| token.text.clone());
        stem.unwrap_or_else(|| word.to_owned())
    }
}

impl Default for Stems {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_one_family_have_one_stem() {
        let mut stems = Stems::new();
        assert_eq!(stems.of("infection"), stems.of("infective"));
        assert_ne!(stems.of("infection"), stems.of("inflation"));
    }
}

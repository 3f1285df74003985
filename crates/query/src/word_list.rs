//! Lists of words and short texts.

use std::str::Split;

/// Words or short texts, with a bar between two: `ti|title`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WordList(pub(crate) &'static str);

impl WordList {
    /// Whether a text is one of them.
    pub(crate) fn contains(self, text: &str) -> bool {
        self.iter().any(|known| known == text)
    }

    /// Whether a text begins with one of them.
    pub(crate) fn begins(self, text: &str) -> bool {
        self.iter().any(|known| text.starts_with(known))
    }

    /// All of them.
    pub(crate) fn iter(self) -> Split<'static, char> {
        self.0.split('|')
    }
}

impl IntoIterator for WordList {
    type Item = &'static str;
    type IntoIter = Split<'static, char>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_between_bars_are_words() {
        const WORDS: WordList = WordList("web of science|doi |-");
        assert_eq!(WORDS.iter().collect::<Vec<_>>(), ["web of science", "doi ", "-"]);
        assert!(WORDS.contains("-") && WORDS.contains("doi "));
        assert!(!WORDS.contains("doi") && !WORDS.contains("") && !WORDS.contains("|"));
        assert!(WORDS.begins("doi 10.9999/1") && !WORDS.begins("doi: 1"));
    }
}

//! Words that count several times.

use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

/// The characters that say how often the words of a text count, once to nine
/// times; no word has one in it.
const FIRST: u8 = 0x0f;

/// A text whose words count `times`, which is 1 to 9.
#[must_use]
pub fn weighted(text: &str, times: u8) -> String {
    let mut marked = String::with_capacity(text.len() + 1);
    marked.push(char::from(FIRST + times.clamp(1, 9)));
    marked.push_str(text);
    marked
}

/// How often the words of a text count.
fn times(text: &str) -> u8 {
    let first = text.bytes().next().and_then(|byte| byte.checked_sub(FIRST));
    first.filter(|times| (1..=9).contains(times)).unwrap_or(1)
}

/// Gives each word of a [`weighted`] text as often as it counts, at the same
/// position.
#[derive(Debug, Clone)]
pub(super) struct WeightTokenizer<T> {
    inner: T,
}

impl<T> WeightTokenizer<T> {
    pub(super) fn new(inner: T) -> Self {
        Self { inner }
    }
}

/// Its words.
pub(super) struct WeightedStream<S> {
    tail: S,
    times: u8,
    /// How often the current word is still to be given.
    left: u8,
}

impl<T: Tokenizer> Tokenizer for WeightTokenizer<T> {
    type TokenStream<'a> = WeightedStream<T::TokenStream<'a>>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Self::TokenStream<'a> {
        WeightedStream { times: times(text), left: 0, tail: self.inner.token_stream(text) }
    }
}

impl<S: TokenStream> TokenStream for WeightedStream<S> {
    fn advance(&mut self) -> bool {
        if self.left > 0 {
            self.left -= 1;
            return true;
        }
        self.left = self.times - 1;
        self.tail.advance()
    }

    fn token(&self) -> &Token {
        self.tail.token()
    }

    fn token_mut(&mut self) -> &mut Token {
        self.tail.token_mut()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{weighted_analyzer, words};

    #[test]
    fn words_come_as_often_as_they_count() {
        let mut analyzer = weighted_analyzer();
        let mut terms = |text: &str| -> Vec<(String, usize)> {
            let mut stream = analyzer.token_stream(text);
            let mut terms = Vec::new();
            stream.process(&mut |token| terms.push((token.text.clone(), token.position)));
            terms
        };
        let twice = [("aplastic", 0), ("aplastic", 0), ("anemia", 1), ("anemia", 1)];
        let twice: Vec<_> = twice.iter().map(|(term, at)| ((*term).to_owned(), *at)).collect();
        assert_eq!(terms(&weighted("Aplastic anaemias", 2)), twice);
        assert_eq!(terms(&weighted("a", 1)).len(), 1);
        assert_eq!(terms(""), []);
        assert_eq!(terms(&weighted("", 3)), []);
        assert_eq!(words(&mut weighted_analyzer(), "plain").len(), 1);
    }
}

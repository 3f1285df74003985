//! Words about the topic of a study, kept in a column, so that a search can
//! learn from its first hits which words all of them have.
//!
//! A word is kept as a number: its first ten letters and digits in base 37.
//! That names nearly every word of the field; of the few longer ones with the
//! same beginning, the commonest in the index is taken.

use std::collections::HashMap;

use trialdex_records::study::Study;
use trialdex_text::{self as text, is_common};

/// Words kept of a study at most. Of 24, 32, 40, 48 and 96 that were tried, 40
/// did as well as 96.
const MOST: usize = 40;

/// Letters of a word at least: shorter ones name too many things.
const SHORTEST: usize = 3;

/// Bytes of a text that are looked at: what comes later in a long description
/// is about its details.
const LONGEST_TEXT: usize = 4_000;

/// Characters of a word that are kept, which take 53 bits; with 9 or 12 the
/// ranking is the same.
pub const LETTERS: usize = 10;

/// Values that a character of a word can have, with none for its end.
const BASE: u64 = 37;

/// The pieces that are looked at, and how often their words count: by the
/// short texts of a record, since these name what it is about.
#[rustfmt::skip]
const PIECES: &[(u32, &[&str])] = &[
    (4, &["Acronym", "BriefTitle", "Condition"]),
    (3, &["InterventionName"]),
    (2, &["OfficialTitle", "InterventionOtherName", "Keyword", "BriefSummary"]),
    (1, &["DetailedDescription"]),
];

/// The words of a study that say most about it, the most frequent first, each
/// as a number.
pub(in crate::index) fn of(study: &Study) -> Vec<u64> {
    let mut analyzer = text::parts_analyzer();
    let mut counts: HashMap<String, (u32, usize)> = HashMap::new();
    for (weight, names) in PIECES {
        for text in names.iter().flat_map(|name| study.texts(name)) {
            let mut stream = analyzer.token_stream(beginning(text));
            stream.process(&mut |token| {
                if let Some((times, _)) = counts.get_mut(&token.text) {
                    *times += weight;
                } else if tells(&token.text) {
                    let order = counts.len();
                    counts.insert(token.text.clone(), (*weight, order));
                }
            });
        }
    }
    let mut words: Vec<(String, (u32, usize))> = counts.into_iter().collect();
    words.sort_unstable_by_key(|(_, (times, order))| (std::cmp::Reverse(*times), *order));
    words.truncate(MOST);
    let mut numbers: Vec<u64> = words.iter().filter_map(|(word, _)| packed(word)).collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

pub(super) fn beginning(text: &str) -> &str {
    let end = (0..=LONGEST_TEXT.min(text.len())).rev().find(|at| text.is_char_boundary(*at));
    &text[..end.unwrap_or(0)]
}

/// Whether a word can say what a study is about.
pub(super) fn tells(word: &str) -> bool {
    word.len() >= SHORTEST && word.bytes().any(|byte| byte.is_ascii_lowercase()) && !is_common(word)
}

/// The number of a word of the index; `None` where it has other characters
/// than small letters and digits among the first.
pub(crate) fn packed(word: &str) -> Option<u64> {
    let mut number = 0;
    for at in 0..LETTERS {
        let digit = match word.as_bytes().get(at) {
            None => 0,
            Some(byte @ b'0'..=b'9') => u64::from(byte - b'0') + 1,
            Some(byte @ b'a'..=b'z') => u64::from(byte - b'a') + 11,
            Some(_) => return None,
        };
        number = number * BASE + digit;
    }
    Some(number)
}

/// The first letters of the word of a number: all of them where they are
/// fewer than [`LETTERS`].
#[must_use]
pub fn unpacked(mut number: u64) -> String {
    let mut letters = Vec::with_capacity(LETTERS);
    for _ in 0..LETTERS {
        let digit = u8::try_from(number % BASE).unwrap_or(0);
        number /= BASE;
        match digit {
            0 => {}
            1..=10 => letters.push(b'0' + digit - 1),
            _ => letters.push(b'a' + digit - 11),
        }
    }
    letters.iter().rev().map(|byte| char::from(*byte)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    #[test]
    fn words_come_back_up_to_their_tenth_letter() {
        for word in ["a", "il6", "aplastic", "covid19", "erythemato"] {
            assert_eq!(packed(word).map(unpacked).as_deref(), Some(word));
        }
        assert_eq!(packed("erythematosus"), packed("erythematosuses"));
        assert_eq!(packed("ß"), None);
        let order = [packed("abc"), packed("abcd"), packed("abd")];
        assert!(order.is_sorted());
    }

    #[test]
    fn a_study_is_about_the_words_that_it_repeats() {
        let study = match json!({"protocolSection": {
            "identificationModule": {"briefTitle": "Mesenchymal cells for aplastic anemia"},
            "descriptionModule": {"briefSummary": "This study treats anemia. The 12 patients have anaemias."},
        }}) {
            Value::Object(root) => Study::from_map(root),
            other => panic!("not an object: {other}"),
        };
        let words: Vec<String> = of(&study).into_iter().map(unpacked).collect();
        assert_eq!(words, ["anemia", "aplastic", "cell", "mesenchyma"]);
    }
}

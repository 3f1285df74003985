//! The words of texts as numbers, fast.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::ops::Range;

use trialdex_text::PartsReader;

/// A map whose keys are hashes already.
pub(super) type HashKeyMap<V> = HashMap<u64, V, BuildHasherDefault<IdentityHasher>>;

/// The hash of a number that is one.
#[derive(Default)]
pub(super) struct IdentityHasher(u64);

impl Hasher for IdentityHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = hash(bytes);
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }
}

/// An odd number without a pattern: 2 to the 64th by the golden ratio.
const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// Spreads each bit over all (the finaliser of `SplitMix64`, Steele and others,
/// "Fast splittable pseudorandom number generators", OOPSLA 2014).
pub(super) fn mixed(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

/// The hash of a word. Two of a million words share one with a probability
/// below 10^-7.
pub(super) fn hash(bytes: &[u8]) -> u64 {
    let mut state = bytes.len() as u64;
    for chunk in bytes.chunks(8) {
        let mut word = [0; 8];
        word[..chunk.len()].copy_from_slice(chunk);
        state = (state.rotate_left(23) ^ u64::from_le_bytes(word)).wrapping_mul(GOLDEN);
    }
    mixed(state)
}

/// The hash of two words, one behind the other.
pub(super) fn hash_of_pair(first: u64, second: u64) -> u64 {
    mixed(first.rotate_left(17).wrapping_add(second).wrapping_mul(GOLDEN))
}

/// Reads words in the form that they have in an index, each written form once.
pub(super) struct WordHasher {
    parts: PartsReader,
    /// Where the words of a written form are in `forms`, by its hash.
    known: HashKeyMap<(u32, u32)>,
    forms: Vec<u64>,
}

impl WordHasher {
    pub(super) fn new() -> Self {
        Self { parts: PartsReader::default(), known: HashKeyMap::default(), forms: Vec::new() }
    }

    /// Shows each word of a text: its hash, the bytes that it is at, and
    /// whether a sentence or paragraph ended before it.
    pub(super) fn visit(&mut self, text: &str, visitor: &mut impl FnMut(u64, Range<usize>, bool)) {
        let (bytes, mut at, mut ended) = (text.as_bytes(), 0, true);
        while at < bytes.len() {
            let start = at;
            while at < bytes.len() && is_inner(text, at) {
                at += width(bytes[at]);
            }
            if at == start {
                ended |= ends(bytes, at);
                at += width(bytes[at]);
            } else if !is_genitive(&bytes[..start], &bytes[start..at]) {
                let (first, count) = self.forms_of(&text[start..at]);
                for form in first..first + count {
                    visitor(self.forms[form as usize], start..at, ended);
                    ended = false;
                }
            }
        }
    }

    fn forms_of(&mut self, written: &str) -> (u32, u32) {
        let (forms, parts) = (&mut self.forms, &mut self.parts);
        *self.known.entry(hash(written.as_bytes())).or_insert_with(|| {
            let first = forms.len();
            parts.of(written, &mut |word| forms.push(hash(word.as_bytes())));
            (first as u32, (forms.len() - first) as u32)
        })
    }
}

/// Whether the character there belongs to a word.
fn is_inner(text: &str, at: usize) -> bool {
    match text.as_bytes()[at] {
        byte if byte.is_ascii() => byte.is_ascii_alphanumeric(),
        _ => text[at..].chars().next().is_some_and(char::is_alphanumeric),
    }
}

/// Bytes of a character, by its first one.
fn width(byte: u8) -> usize {
    match byte {
        0..0xc0 => 1,
        0xc0..0xe0 => 2,
        0xe0..0xf0 => 3,
        _ => 4,
    }
}

/// Whether a sentence or a paragraph ends there.
fn ends(bytes: &[u8], at: usize) -> bool {
    match bytes[at] {
        b'\n' | b';' | b'?' | b'!' => true,
        b'.' => bytes.get(at + 1).is_none_or(u8::is_ascii_whitespace),
        _ => false,
    }
}

/// The `s` of `Crohn's`.
fn is_genitive(before: &[u8], word: &[u8]) -> bool {
    matches!(word, b"s" | b"S") && (before.ends_with(b"'") || before.ends_with("’".as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(text: &str) -> Vec<(&str, bool)> {
        let mut seen = Vec::new();
        WordHasher::new().visit(text, &mut |_, span, ended| seen.push((&text[span], ended)));
        seen
    }

    #[test]
    fn words_are_runs_of_letters_and_digits() {
        assert_eq!(
            seen("Crohn's disease, 2.5 mg. Ménière;x"),
            [
                ("Crohn", true),
                ("disease", false),
                ("2", false),
                ("5", false),
                ("mg", false),
                ("Ménière", true),
                ("x", true)
            ]
        );
        assert_eq!(seen("…"), []);
    }

    #[test]
    fn forms_of_a_word_are_the_same() {
        let mut words = WordHasher::new();
        let mut hashes = Vec::new();
        words.visit("Tumours tumor TUMOR tumoral", &mut |hash, _, _| hashes.push(hash));
        assert_eq!(hashes[0], hashes[1]);
        assert_eq!(hashes[1], hashes[2]);
        assert_ne!(hashes[2], hashes[3]);
    }

    #[test]
    fn the_order_of_a_pair_counts() {
        let [one, other] = [hash(b"graft"), hash(b"host")];
        assert_ne!(hash_of_pair(one, other), hash_of_pair(other, one));
        assert_ne!(hash(b"ab"), hash(b"ab\0"));
    }
}

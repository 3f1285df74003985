//! Parts of the terms of fields, as many of which are in memory as a bound allows.

use std::collections::HashMap;
use std::sync::Arc;

/// Bytes of parts in memory at most.
const MOST: usize = 128 << 20;

/// A term, and studies that have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct KnownTerm<'a> {
    pub(crate) term: &'a str,
    /// Studies that have it.
    pub(crate) studies: u64,
    /// Studies that have its word, however it is written.
    pub(crate) of_word: u64,
}

/// Terms that follow each other, without gaps between them in memory.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct TermPart {
    text: String,
    entries: Vec<Entry>,
}

#[derive(Debug, PartialEq, Eq)]
struct Entry {
    /// Where the term ends; it begins where the one before ends.
    end: u32,
    studies: u32,
    of_word: u32,
}

impl<'a> FromIterator<(&'a str, u64, u64)> for TermPart {
    fn from_iter<I: IntoIterator<Item = (&'a str, u64, u64)>>(terms: I) -> Self {
        let mut part = Self::default();
        let short = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
        for (term, studies, of_word) in terms {
            part.text.push_str(term);
            let end = short(part.text.len() as u64);
            part.entries.push(Entry { end, studies: short(studies), of_word: short(of_word) });
        }
        part.text.shrink_to_fit();
        part.entries.shrink_to_fit();
        part
    }
}

impl TermPart {
    fn known(&self, at: usize) -> KnownTerm<'_> {
        let begin = at.checked_sub(1).map_or(0, |before| self.entries[before].end);
        let Entry { end, studies, of_word } = self.entries[at];
        let term = &self.text[begin as usize..end as usize];
        KnownTerm { term, studies: studies.into(), of_word: of_word.into() }
    }

    /// The terms from one on.
    pub(crate) fn from(&self, first: &str) -> impl Iterator<Item = KnownTerm<'_>> {
        let (mut low, mut high) = (0, self.entries.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            if self.known(middle).term < first { low = middle + 1 } else { high = middle }
        }
        (low..self.entries.len()).map(|at| self.known(at))
    }

    fn bytes(&self) -> usize {
        self.text.len() + self.entries.len() * size_of::<Entry>() + size_of::<Self>()
    }
}

/// Parts that were read, by field and place. Beyond a bound, those that were not asked for longest
/// are left out.
#[derive(Default)]
pub(crate) struct PartMemory {
    parts: HashMap<(String, usize), (Arc<TermPart>, u64)>,
    bytes: usize,
    /// Counts what is asked for.
    moment: u64,
}

impl PartMemory {
    /// A part, where it is in memory.
    pub(crate) fn get(&mut self, field: &str, at: usize) -> Option<Arc<TermPart>> {
        self.moment += 1;
        let (part, last) = self.parts.get_mut(&(field.to_owned(), at))?;
        *last = self.moment;
        Some(part.clone())
    }

    pub(crate) fn keep(&mut self, field: &str, at: usize, part: Arc<TermPart>) {
        self.keep_within(MOST, (field.to_owned(), at), part);
    }

    fn keep_within(&mut self, most: usize, place: (String, usize), part: Arc<TermPart>) {
        self.moment += 1;
        self.bytes += part.bytes();
        if let Some((other, _)) = self.parts.insert(place, (part, self.moment)) {
            self.bytes -= other.bytes();
        }
        while self.bytes > most && self.parts.len() > 1 {
            let oldest = self.parts.iter().min_by_key(|(_, (_, last))| *last);
            let Some(place) = oldest.map(|(place, _)| place.clone()) else { break };
            if let Some((part, _)) = self.parts.remove(&place) {
                self.bytes -= part.bytes();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_given_from_one_on() {
        let part: TermPart = [("a", 1, 1), ("bb", 2, 3), ("c", 4, 4)].into_iter().collect();
        let from = |first| part.from(first).map(|known| known.term).collect::<Vec<_>>();
        assert_eq!(from(""), ["a", "bb", "c"]);
        assert_eq!(from("b"), ["bb", "c"]);
        assert_eq!(from("bb"), ["bb", "c"]);
        assert!(from("d").is_empty());
        let known = part.from("bb").next();
        assert_eq!(known, Some(KnownTerm { term: "bb", studies: 2, of_word: 3 }));
    }

    #[test]
    fn parts_that_were_not_asked_for_are_left_out() {
        let part = || Arc::new([("term", 1, 1)].into_iter().collect::<TermPart>());
        let (mut memory, size) = (PartMemory::default(), part().bytes());
        for at in 0..3 {
            memory.keep_within(3 * size, ("x".to_owned(), at), part());
        }
        assert!(memory.get("x", 0).is_some());
        memory.keep_within(3 * size, ("y".to_owned(), 0), part());
        assert_eq!(memory.bytes, 3 * size);
        assert!(memory.get("x", 0).is_some() && memory.get("x", 1).is_none());
        // The same again takes no more room, and one that is too large is there alone.
        memory.keep_within(3 * size, ("y".to_owned(), 0), part());
        assert_eq!(memory.bytes, 3 * size);
        memory.keep_within(0, ("z".to_owned(), 0), part());
        assert_eq!((memory.parts.len(), memory.bytes), (1, size));
    }
}

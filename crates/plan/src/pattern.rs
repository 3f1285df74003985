//! What is looked for in a field.

use trialdex_text::BOUNDARY;

/// The terms that may be at a place; one of them is enough.
pub type Slot = Vec<String>;

/// What has to be in a field.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Pattern {
    /// A term.
    Term(String),
    /// Any of many terms.
    AnyOf(Vec<String>),
    /// A term at each place, one after another.
    Phrase(Vec<Slot>),
    /// Parts that are near each other.
    Near(Stretch),
}

impl Pattern {
    /// The terms of a sequence.
    #[must_use]
    pub fn of(mut sequence: Vec<Slot>) -> Self {
        match sequence.as_mut_slice() {
            [slot] if slot.len() == 1 => Self::Term(slot.remove(0)),
            [slot] => Self::AnyOf(std::mem::take(slot)),
            _ => Self::Phrase(sequence),
        }
    }

    /// All terms in it, boundaries of values left out.
    #[must_use]
    pub fn terms(&self) -> Vec<&str> {
        self.terms_with_next().into_iter().map(|(term, _)| term).collect()
    }

    /// The same, each with the slot right after it, if there has to be one.
    #[must_use]
    pub fn terms_with_next(&self) -> Vec<(&str, Option<&Slot>)> {
        let terms: Vec<(&str, Option<&Slot>)> = match self {
            Self::Term(term) => vec![(term, None)],
            Self::AnyOf(terms) => terms.iter().map(|term| (term.as_str(), None)).collect(),
            Self::Phrase(slots) => terms_with_next(slots).collect(),
            Self::Near(stretch) => stretch.terms_with_next(),
        };
        terms.into_iter().filter(|(term, _)| *term != BOUNDARY).collect()
    }
}

/// The terms of a phrase, each with the slot right after it.
fn terms_with_next(slots: &[Slot]) -> impl Iterator<Item = (&str, Option<&Slot>)> {
    let nexts = slots.iter().skip(1).map(Some).chain([None]);
    let with_next = |(slot, next)| (slot as &Slot).iter().map(move |term| (term.as_str(), next));
    slots.iter().zip(nexts).flat_map(with_next)
}

/// What reaches in a text from one word to another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stretch {
    /// A term at each place, one after another.
    Phrase(Vec<Slot>),
    /// Any of these.
    Any(Vec<Stretch>),
    /// These, each with so many words at most between it and the one before
    /// it, in either order, within one value and without a word in common.
    Near(Vec<Stretch>, u32),
}

impl Stretch {
    /// The same with a phrase in the place of the alternatives that it is one
    /// of; `None` where it is none.
    #[must_use]
    pub fn only_with(&self, phrase: &Self) -> Option<Self> {
        let mut ways = self.ways_with(phrase);
        match ways.len() {
            0 | 1 => ways.pop(),
            _ => Some(Self::Any(ways)),
        }
    }

    fn ways_with(&self, phrase: &Self) -> Vec<Self> {
        match self {
            Self::Phrase(_) if self == phrase => vec![self.clone()],
            Self::Phrase(_) => Vec::new(),
            Self::Any(any) => any.iter().flat_map(|one| one.ways_with(phrase)).collect(),
            Self::Near(parts, distance) => {
                let replaced = parts.iter().enumerate().flat_map(|(at, part)| {
                    part.ways_with(phrase).into_iter().map(move |part| (at, part))
                });
                let whole = |(at, part): (usize, Self)| {
                    let mut parts = parts.clone();
                    parts[at] = part;
                    Self::Near(parts, *distance)
                };
                replaced.map(whole).collect()
            }
        }
    }

    /// All terms in it.
    #[must_use]
    pub fn terms(&self) -> Vec<&str> {
        self.terms_with_next().into_iter().map(|(term, _)| term).collect()
    }

    /// The same, each with the slot right after it, if there has to be one.
    fn terms_with_next(&self) -> Vec<(&str, Option<&Slot>)> {
        match self {
            Self::Phrase(slots) => terms_with_next(slots).collect(),
            Self::Any(parts) | Self::Near(parts, _) => {
                parts.iter().flat_map(Self::terms_with_next).collect()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slots(words: &[&str]) -> Vec<Slot> {
        words.iter().map(|word| vec![(*word).to_owned()]).collect()
    }

    fn term(word: &str) -> Pattern {
        Pattern::Term(word.to_owned())
    }

    fn phrase(words: &[&str]) -> Stretch {
        Stretch::Phrase(slots(words))
    }

    fn near(parts: &[Stretch], distance: u32) -> Stretch {
        Stretch::Near(parts.to_vec(), distance)
    }

    #[test]
    fn a_sequence_is_the_simplest_pattern_that_says_it() {
        assert_eq!(Pattern::of(slots(&["a"])), term("a"));
        let any = vec!["a".to_owned(), "b".to_owned()];
        assert_eq!(Pattern::of(vec![any.clone()]), Pattern::AnyOf(any));
        assert_eq!(Pattern::of(slots(&["a", "b"])), Pattern::Phrase(slots(&["a", "b"])));
        let bounded = Pattern::Phrase(slots(&[BOUNDARY, "a", "b", BOUNDARY]));
        assert_eq!(bounded.terms(), ["a", "b"]);
        let next = [slots(&["b"]), slots(&[BOUNDARY])].concat();
        assert_eq!(bounded.terms_with_next(), [("a", Some(&next[0])), ("b", Some(&next[1]))]);
        assert_eq!(term("a").terms_with_next(), [("a", None)]);
    }

    #[test]
    fn a_stretch_with_one_of_its_alternatives_has_no_other() {
        let (a, b, c) = (phrase(&["a"]), phrase(&["b"]), phrase(&["c"]));
        let stretch = near(&[Stretch::Any(vec![a.clone(), b.clone()]), c.clone()], 2);
        assert_eq!(stretch.only_with(&b), Some(near(&[b, c.clone()], 2)));
        assert_eq!(stretch.only_with(&phrase(&["z"])), None);
        let twice = near(&[a.clone(), Stretch::Any(vec![a.clone(), c])], 1);
        let both = [twice.clone(), near(&[a.clone(), a.clone()], 1)];
        assert_eq!(twice.only_with(&a), Some(Stretch::Any(both.to_vec())));
        assert_eq!(twice.terms(), ["a", "a", "c"]);
    }
}

//! Stretches of a text: phrases, and parts that stand near each other.

use tantivy::schema::Field;
use tantivy::{DocId, InvertedIndexReader, TERMINATED};

use super::occurrences::{Alternatives, Slot, starts_of, terms_of};

/// What reaches in a text from one word to another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stretch {
    /// A term at each place, one after another.
    Phrase(Vec<Slot>),
    /// Any of these.
    Any(Vec<Stretch>),
    /// These, each with so many words at most between it and the one before
    /// it, in either order, within one value and without a word in common.
    Near(Vec<Stretch>, u32),
}

impl Stretch {
    /// All terms in it.
    pub(super) fn terms(&self) -> Vec<&str> {
        match self {
            Self::Phrase(slots) => slots.iter().flatten().map(String::as_str).collect(),
            Self::Any(parts) | Self::Near(parts, _) => parts.iter().flat_map(Self::terms).collect(),
        }
    }
}

/// Stretches of a document that are looked at, at most. Only a text made for
/// it has more.
const MOST: usize = 20_000;

/// A stretch of a document.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Found {
    /// Position of the first word, and that behind the last.
    pub(super) reach: (u32, u32),
    /// The part that stands last in the pattern, as positions.
    pub(super) last: (u32, u32),
    /// Positions of all phrases in it.
    parts: Vec<(u32, u32)>,
}

impl Found {
    fn phrase(start: u32, length: u32) -> Self {
        let reach = (start, start + length);
        Self { reach, last: reach, parts: vec![reach] }
    }

    /// Whether no word belongs to both.
    fn is_apart(&self, other: &Self) -> bool {
        let meet = |one: &(u32, u32), two: &(u32, u32)| one.0 < two.1 && two.0 < one.1;
        !self.parts.iter().any(|part| other.parts.iter().any(|of_other| meet(part, of_other)))
    }

    /// Both as one, with the other as its last part.
    fn with(&self, other: &Self) -> Self {
        let (one, two) = (self.reach, other.reach);
        let parts = [self.parts.as_slice(), &other.parts].concat();
        Self { reach: (one.0.min(two.0), one.1.max(two.1)), last: two, parts }
    }
}

/// A stretch in a segment.
pub(super) enum Reading {
    Phrase(Vec<Alternatives>),
    Any(Vec<Reading>),
    Near(Vec<Reading>, u32),
}

impl Reading {
    /// `None` where no document of the segment can have it.
    pub(super) fn new(
        inverted: &InvertedIndexReader,
        field: Field,
        stretch: &Stretch,
    ) -> tantivy::Result<Option<Self>> {
        Ok(match stretch {
            Stretch::Phrase(slots) => Self::phrase(inverted, field, slots)?,
            Stretch::Any(any) => {
                let mut read = Vec::new();
                for one in any {
                    read.extend(Self::new(inverted, field, one)?);
                }
                (!read.is_empty()).then_some(Self::Any(read))
            }
            Stretch::Near(parts, distance) => {
                let mut read = Vec::with_capacity(parts.len());
                for part in parts {
                    let Some(part) = Self::new(inverted, field, part)? else { return Ok(None) };
                    read.push(part);
                }
                Some(Self::Near(read, *distance))
            }
        })
    }

    /// Terms one after another.
    pub(super) fn phrase(
        inverted: &InvertedIndexReader,
        field: Field,
        slots: &[Slot],
    ) -> tantivy::Result<Option<Self>> {
        // Whether all words occur at all is seen before any list is opened:
        // in most fields one of them does not.
        let mut known = Vec::with_capacity(slots.len());
        for slot in slots {
            match terms_of(inverted, field, slot)? {
                terms if terms.is_empty() => return Ok(None),
                terms => known.push(terms),
            }
        }
        let slots = known.iter().map(|terms| Alternatives::new(inverted, terms));
        Ok(Some(Self::Phrase(slots.collect::<tantivy::Result<Vec<_>>>()?)))
    }

    /// The first document from `target` on that has all the words of it.
    pub(super) fn seek(&mut self, target: DocId) -> DocId {
        match self {
            Self::Phrase(slots) => common(slots, target, Alternatives::seek),
            Self::Near(parts, _) => common(parts, target, Self::seek),
            Self::Any(any) => {
                any.iter_mut().map(|one| one.seek(target)).min().unwrap_or(TERMINATED)
            }
        }
    }

    pub(super) fn size_hint(&self) -> u32 {
        match self {
            Self::Phrase(slots) => {
                slots.iter().map(Alternatives::size_hint).min().unwrap_or_default()
            }
            Self::Near(parts, _) => parts.iter().map(Self::size_hint).min().unwrap_or_default(),
            Self::Any(any) => any.iter().map(Self::size_hint).fold(0, u32::saturating_add),
        }
    }

    /// Where it stands in a document that was sought, in order.
    pub(super) fn found(&mut self, doc: DocId, boundaries: &[u32]) -> Vec<Found> {
        let mut found = match self {
            Self::Phrase(slots) => {
                let length = u32::try_from(slots.len()).unwrap_or(u32::MAX);
                let starts = starts_of(slots, doc);
                starts.into_iter().map(|start| Found::phrase(start, length)).collect()
            }
            Self::Any(any) => any.iter_mut().flat_map(|one| one.found(doc, boundaries)).collect(),
            Self::Near(parts, distance) => nearby(parts, *distance, doc, boundaries),
        };
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// The first document from `target` on that all of some lists have.
fn common<T>(lists: &mut [T], mut target: DocId, seek: fn(&mut T, DocId) -> DocId) -> DocId {
    loop {
        let mut furthest = target;
        for list in lists.iter_mut() {
            furthest = furthest.max(seek(list, furthest));
            if furthest == TERMINATED {
                return TERMINATED;
            }
        }
        if furthest == target {
            return target;
        }
        target = furthest;
    }
}

/// Where parts stand near each other, each near the one before it.
fn nearby(parts: &mut [Reading], distance: u32, doc: DocId, boundaries: &[u32]) -> Vec<Found> {
    let mut reached: Option<Vec<Found>> = None;
    for part in parts {
        let found = part.found(doc, boundaries);
        reached = Some(match reached {
            None => found,
            Some(before) => pairs(before, &found, distance, boundaries),
        });
    }
    reached.unwrap_or_default()
}

/// Each of the first with each of the others that is near its last part.
fn pairs(mut before: Vec<Found>, found: &[Found], distance: u32, boundaries: &[u32]) -> Vec<Found> {
    before.sort_unstable_by_key(|one| one.last);
    let longest = before.iter().map(|one| one.last.1 - one.last.0).max().unwrap_or(0);
    let mut pairs = Vec::new();
    for other in found {
        let first = other.reach.0.saturating_sub(distance.saturating_add(longest));
        let from = before.partition_point(|one| one.last.0 < first);
        let last = other.reach.1.saturating_add(distance);
        for one in before[from..].iter().take_while(|one| one.last.0 <= last) {
            if pairs.len() == MOST {
                return pairs;
            }
            if one.is_apart(other) && near(one.last, other.reach, distance, boundaries) {
                pairs.push(one.with(other));
            }
        }
    }
    pairs
}

/// Whether so many words at most stand between two reaches, and no boundary.
/// What stands within the other is near it.
fn near(one: (u32, u32), other: (u32, u32), distance: u32, boundaries: &[u32]) -> bool {
    let (first, second) = if one.0 <= other.0 { (one, other) } else { (other, one) };
    let between = second.0.saturating_sub(first.1);
    let next = boundaries.partition_point(|at| *at < first.1);
    between <= distance && boundaries.get(next).is_none_or(|at| *at >= second.0)
}

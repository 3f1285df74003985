//! Stretches of a text: phrases, and parts that are near each other.

use std::collections::{BTreeMap, BTreeSet};

use tantivy::{DocId, TERMINATED};

use super::slot_postings::{SlotPostings, lists_before, starts_of};
use crate::index::FieldTerms;
use trialdex_plan::{Slot, Stretch};

/// A stretch of a document.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct StretchSpan {
    /// Position of the first word, and that behind the last.
    pub(super) reach: (u32, u32),
    /// The part that is last in the pattern, as positions.
    pub(super) last: (u32, u32),
    /// Positions of those words of it that could be words of another part.
    contested: Vec<u32>,
}

impl StretchSpan {
    fn phrase(start: u32, length: u32, rest: &RemainingParts) -> Self {
        let reach = (start, start + length);
        let contested = (reach.0..reach.1).filter(|at| rest.has(*at)).collect();
        Self { reach, last: reach, contested }
    }

    /// Whether no word belongs to both.
    fn is_apart(&self, other: &Self) -> bool {
        !self.contested.iter().any(|at| other.contested.binary_search(at).is_ok())
    }

    /// Both as one, with the other as its last part.
    fn with(&self, other: &Self, rest: &RemainingParts) -> Self {
        let (one, two) = (self.reach, other.reach);
        let reach = if rest.reach { (one.0.min(two.0), one.1.max(two.1)) } else { two };
        let mut contested = [self.contested.as_slice(), &other.contested].concat();
        contested.retain(|at| rest.has(*at));
        contested.sort_unstable();
        Self { reach, last: two, contested }
    }
}

/// What else has to be found beside a part.
#[derive(Debug, Clone, Default)]
struct RemainingParts {
    /// Positions of all words that it could be, in order.
    positions: Vec<u32>,
    /// How many words it has at most.
    words: usize,
    /// Whether what is found is near something as a whole.
    reach: bool,
}

impl RemainingParts {
    fn has(&self, at: u32) -> bool {
        self.positions.binary_search(&at).is_ok()
    }

    /// This and more.
    fn and<'r>(&self, more: impl Iterator<Item = &'r RemainingParts>) -> Self {
        let mut all = self.clone();
        for one in more {
            all.positions.extend_from_slice(&one.positions);
            all.words += one.words;
        }
        all.positions.sort_unstable();
        all.positions.dedup();
        all
    }
}

/// A stretch in a segment.
pub(super) enum StretchReader {
    Phrase(Vec<SlotPostings>),
    Any(Vec<StretchReader>),
    Near(Vec<StretchReader>, u32),
}

impl StretchReader {
    /// `None` where no document of the segment can have it.
    pub(super) fn new(terms: &FieldTerms, stretch: &Stretch) -> tantivy::Result<Option<Self>> {
        Ok(match stretch {
            Stretch::Phrase(slots) => Self::phrase(terms, slots)?,
            Stretch::Any(any) => {
                let mut read = Vec::new();
                for one in any {
                    read.extend(Self::new(terms, one)?);
                }
                (!read.is_empty()).then_some(Self::Any(read))
            }
            Stretch::Near(parts, distance) => {
                let mut read = Vec::with_capacity(parts.len());
                for part in parts {
                    let Some(part) = Self::new(terms, part)? else { return Ok(None) };
                    read.push(part);
                }
                Some(Self::Near(read, *distance))
            }
        })
    }

    /// The same in a text of its own, as its only document 0; `None` where it
    /// lacks a word.
    pub(super) fn of_text(stretch: &Stretch, words: &BTreeMap<String, Vec<u32>>) -> Option<Self> {
        Some(match stretch {
            Stretch::Phrase(slots) => {
                let slots = slots.iter().map(|slot| SlotPostings::of_text(slot, words));
                Self::Phrase(slots.collect::<Option<Vec<_>>>()?)
            }
            Stretch::Any(any) => {
                let read: Vec<Self> =
                    any.iter().filter_map(|one| Self::of_text(one, words)).collect();
                (!read.is_empty()).then_some(Self::Any(read))?
            }
            Stretch::Near(parts, distance) => {
                let parts = parts.iter().map(|part| Self::of_text(part, words));
                Self::Near(parts.collect::<Option<Vec<_>>>()?, *distance)
            }
        })
    }

    /// Terms one after another.
    pub(super) fn phrase(terms: &FieldTerms, slots: &[Slot]) -> tantivy::Result<Option<Self>> {
        // Whether all words occur at all is seen before any list is opened:
        // in most fields one of them does not.
        let mut known = Vec::with_capacity(slots.len());
        for (at, slot) in slots.iter().enumerate() {
            match lists_before(terms, slot, slots.get(at + 1))? {
                terms if terms.is_empty() => return Ok(None),
                terms => known.push(terms),
            }
        }
        let slots = known.iter().map(|lists| SlotPostings::new(terms, lists));
        Ok(Some(Self::Phrase(slots.collect::<tantivy::Result<Vec<_>>>()?)))
    }

    /// The first document from `target` on that has all the words of it.
    pub(super) fn seek(&mut self, target: DocId) -> DocId {
        match self {
            Self::Phrase(slots) => common(slots, target, SlotPostings::seek),
            Self::Near(parts, _) => common(parts, target, Self::seek),
            Self::Any(any) => {
                any.iter_mut().map(|one| one.seek(target)).min().unwrap_or(TERMINATED)
            }
        }
    }

    pub(super) fn size_hint(&self) -> u32 {
        match self {
            Self::Phrase(slots) => {
                slots.iter().map(SlotPostings::size_hint).min().unwrap_or_default()
            }
            Self::Near(parts, _) => parts.iter().map(Self::size_hint).min().unwrap_or_default(),
            Self::Any(any) => any.iter().map(Self::size_hint).fold(0, u32::saturating_add),
        }
    }

    /// Where it is in a document that was sought, in order: of those with
    /// the same last part, one.
    pub(super) fn found(&mut self, doc: DocId, boundaries: &[u32]) -> Vec<StretchSpan> {
        self.beside(doc, boundaries, &RemainingParts::default())
    }

    /// Where it is, in all ways that make a difference for the rest.
    fn beside(
        &mut self,
        doc: DocId,
        boundaries: &[u32],
        rest: &RemainingParts,
    ) -> Vec<StretchSpan> {
        let mut found: Vec<StretchSpan> = match self {
            Self::Phrase(slots) => {
                let length = u32::try_from(slots.len()).unwrap_or(u32::MAX);
                let starts = starts_of(slots, doc);
                starts.into_iter().map(|start| StretchSpan::phrase(start, length, rest)).collect()
            }
            Self::Any(any) => {
                any.iter_mut().flat_map(|one| one.beside(doc, boundaries, rest)).collect()
            }
            Self::Near(parts, distance) => nearby(parts, *distance, doc, boundaries, rest),
        };
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The words that it could be in a document that was sought.
    fn occupied(&mut self, doc: DocId) -> RemainingParts {
        match self {
            Self::Phrase(slots) => {
                let (length, words) = (u32::try_from(slots.len()).unwrap_or(u32::MAX), slots.len());
                let starts = starts_of(slots, doc).into_iter();
                let mut positions: Vec<u32> =
                    starts.flat_map(|start| start..start + length).collect();
                positions.sort_unstable();
                RemainingParts { positions, words, reach: false }
            }
            Self::Any(parts) | Self::Near(parts, _) => {
                let parts: Vec<RemainingParts> =
                    parts.iter_mut().map(|part| part.occupied(doc)).collect();
                RemainingParts::default().and(parts.iter())
            }
        }
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

/// Where parts are near each other, each near the one before it.
fn nearby(
    parts: &mut [StretchReader],
    distance: u32,
    doc: DocId,
    boundaries: &[u32],
    rest: &RemainingParts,
) -> Vec<StretchSpan> {
    let occupied: Vec<RemainingParts> = parts.iter_mut().map(|part| part.occupied(doc)).collect();
    let mut reached: Option<Vec<StretchSpan>> = None;
    for (at, part) in parts.iter_mut().enumerate() {
        let (before, after) = (&occupied[..at], &occupied[at + 1..]);
        let others = RemainingParts { reach: true, ..rest.and(before.iter().chain(after)) };
        let found = part.beside(doc, boundaries, &others);
        let found = found.into_iter().map(|one| StretchSpan { last: one.reach, ..one }).collect();
        reached = Some(match reached {
            None => found,
            Some(reached) => pairs(reached, found, distance, boundaries, &rest.and(after.iter())),
        });
    }
    reached.unwrap_or_default()
}

/// Each of the first with each of the others that is near its last part, as
/// far as it makes a difference for the rest.
fn pairs(
    mut before: Vec<StretchSpan>,
    mut found: Vec<StretchSpan>,
    distance: u32,
    boundaries: &[u32],
    rest: &RemainingParts,
) -> Vec<StretchSpan> {
    before.sort_unstable_by_key(|one| one.last);
    found.sort_unstable();
    let longest = before.iter().map(|one| one.last.1 - one.last.0).max().unwrap_or(0);
    let one_will_do = rest.words == 0 && !rest.reach;
    let mut pairs = Vec::new();
    for others in found.chunk_by(|one, other| one.reach == other.reach) {
        let Some(reach) = others.first().map(|other| other.reach) else { continue };
        let first = reach.0.saturating_sub(distance.saturating_add(longest));
        let from = before.partition_point(|one| one.last.0 < first);
        let last = reach.1.saturating_add(distance);
        let within = before[from..].iter().take_while(|one| one.last.0 <= last);
        let beside = within.filter(|one| near(one.last, reach, distance, boundaries));
        let mut of_reach = beside.flat_map(|one| {
            let apart = others.iter().filter(|other| one.is_apart(other));
            apart.map(|other| one.with(other, rest))
        });
        if one_will_do {
            pairs.extend(of_reach.next());
        } else {
            let all = of_reach.collect();
            pairs.extend(that_differ(all, rest.words));
        }
    }
    pairs
}

/// Those of stretches with the same last part of which one will do wherever
/// any would, whatever so many words of the rest are.
fn that_differ(mut found: Vec<StretchSpan>, words: usize) -> Vec<StretchSpan> {
    // Of the same beginning, that with the latest end comes first; of the same
    // reach, that without a contested word.
    found.sort_unstable_by(|one, other| {
        let order = |of: &StretchSpan| (of.reach.0, std::cmp::Reverse(of.reach.1));
        order(one).cmp(&order(other)).then_with(|| one.contested.cmp(&other.contested))
    });
    found.dedup();
    let (mut kept, mut covered) = (Vec::new(), 0);
    for alike in found.chunk_by(|one, other| one.reach == other.reach) {
        // What is within a longer one without a contested word is near
        // nothing that the longer one is not near.
        if alike.first().is_none_or(|one| one.reach.1 <= covered) {
            continue;
        }
        let mut chosen = BTreeSet::new();
        choose(alike, &mut Vec::new(), words, &mut chosen);
        if let [only] = chosen.iter().collect::<Vec<_>>().as_slice()
            && alike[**only].contested.is_empty()
        {
            covered = alike[**only].reach.1;
        }
        kept.extend(chosen.into_iter().map(|at| alike[at].clone()));
    }
    kept
}

/// Chooses so many of stretches with the same reach that one of them is left
/// wherever one of all is, whichever positions that many words take: the
/// first one, and for each of its words the first one without that word, and
/// so on.
fn choose(alike: &[StretchSpan], taken: &mut Vec<u32>, words: usize, chosen: &mut BTreeSet<usize>) {
    let is_free = |one: &StretchSpan| !one.contested.iter().any(|at| taken.contains(at));
    let Some(at) = alike.iter().position(is_free) else { return };
    chosen.insert(at);
    if taken.len() < words {
        for position in &alike[at].contested {
            taken.push(*position);
            choose(alike, taken, words, chosen);
            taken.pop();
        }
    }
}

/// Whether so many words at most are between two reaches, and no boundary.
/// What is within the other is near it.
fn near(one: (u32, u32), other: (u32, u32), distance: u32, boundaries: &[u32]) -> bool {
    let (first, second) = if one.0 <= other.0 { (one, other) } else { (other, one) };
    let between = second.0.saturating_sub(first.1);
    let next = boundaries.partition_point(|at| *at < first.1);
    between <= distance && boundaries.get(next).is_none_or(|at| *at >= second.0)
}

#[cfg(test)]
mod tests;

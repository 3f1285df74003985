//! Words and their synonyms, scored as one.

use tantivy::schema::Field;
use tantivy::{DocId, Score, SegmentReader, TERMINATED};

use super::bits::Bits;
use super::list_blocks::BlockBounds;
use super::part::Part;
use super::source_docs::SourceDocs;
use super::span::{Span, WINDOW};
use super::strips::StripScores;
use super::window::Window;
use crate::index::FieldTerms;
use crate::search::evidence::{Evidence, Lengths, Source};
use trialdex_plan::Model;

/// Documents of a window that have a source on average, from which on it is a common one.
const COMMON: u64 = 32;

/// What is known of those documents of a window that have a source.
enum Marks {
    /// Of a source that few have: the places of these, with their weighted occurrences.
    Few(Vec<(usize, Score)>),
    /// Of a list of the index that many have.
    Many(Box<CommonMarks>),
}

/// What is known of those documents of a window that have a common term.
struct CommonMarks {
    found: Bits,
    /// How often the documents found have it, by place; undefined elsewhere.
    times: [u32; WINDOW],
    bounds: BlockBounds,
}

/// A source in a segment.
struct SourcePart {
    /// Sources of one group are ways of writing the same in the same field.
    group: (Option<usize>, Field),
    docs: SourceDocs,
    weight: Score,
    lengths: Option<Lengths>,
    marks: Marks,
    /// What a document of the window has at most of weighted occurrences.
    most: StripScores,
}

impl SourcePart {
    fn open(
        source: &Source,
        reader: &SegmentReader,
        scored: bool,
    ) -> tantivy::Result<Option<Self>> {
        let Some(docs) = SourceDocs::open(source, reader, scored)? else { return Ok(None) };
        let lengths = if scored { Lengths::of(source, reader)? } else { None };
        let marks = match (&docs, &lengths) {
            (SourceDocs::Postings(list), Some(lengths)) if list.in_window() >= COMMON => {
                let terms = FieldTerms::open(reader, source.field)?;
                let bounds = BlockBounds::new(&terms, lengths.clone(), reader);
                let (found, times) = (Bits::none(), [0; WINDOW]);
                Marks::Many(Box::new(CommonMarks { found, times, bounds }))
            }
            _ => Marks::Few(Vec::new()),
        };
        let (group, weight) = ((source.synonym, source.field), source.weight);
        let most = StripScores::all(0.0);
        Ok(Some(Self { group, docs, weight, lengths, marks, most }))
    }

    /// Marks those documents `within` that have it.
    fn mark(&mut self, span: Span, within: &Bits, found: &mut Bits) {
        match &mut self.docs {
            SourceDocs::Postings(list) => {
                let mut of_list = Bits::none();
                list.each_slice(span, within, None, |docs, _, _| {
                    of_list.append(span, docs, |_| {})
                });
                found.add(&of_list);
            }
            docs => docs.each(span, within, |doc, _| found.insert(span.at(doc))),
        }
    }

    /// The same, to be scored.
    fn mark_scored(&mut self, span: Span, within: &Bits, found: &mut Bits) {
        self.most = StripScores::all(0.0);
        let (weight, most) = (self.weight, &mut self.most);
        match (&mut self.marks, &mut self.docs) {
            (Marks::Many(marks), SourceDocs::Postings(list)) => {
                marks.found.clear();
                list.each_slice(span, within, Some(&marks.bounds), |docs, times, at_most| {
                    let (all, mut times) = (&mut marks.times, times.iter());
                    marks
                        .found
                        .append(span, docs, |at| all[at] = times.next().copied().unwrap_or(1));
                    if let [first, .., last] | [first @ last] = docs {
                        most.raise(span.at(*first)..=span.at(*last), weight * at_most);
                    }
                });
                marks.found.keep(within);
                found.add(&marks.found);
            }
            (Marks::Few(marks), docs) => {
                marks.clear();
                docs.each(span, within, |doc, times| {
                    let at = span.at(doc);
                    if within.contains(at) {
                        let occurrences = weighted(weight, self.lengths.as_ref(), doc, times);
                        found.insert(at);
                        most.raise(at..=at, occurrences);
                        marks.push((at, occurrences));
                    }
                });
            }
            (Marks::Many(_), _) => {}
        }
    }

    /// Takes the weighted occurrences at those places that are wanted.
    fn score(&self, span: Span, wanted: &Bits, mut take: impl FnMut(usize, Score)) {
        match &self.marks {
            Marks::Few(marks) => {
                let wanted = marks.iter().filter(|(at, _)| wanted.contains(*at));
                wanted.for_each(|(at, occurrences)| take(*at, *occurrences));
            }
            Marks::Many(marks) => {
                let mut wanted = wanted.clone();
                wanted.keep(&marks.found);
                for at in wanted.iter() {
                    let (doc, times) = (span.doc(at), marks.times[at]);
                    take(at, weighted(self.weight, self.lengths.as_ref(), doc, times));
                }
            }
        }
    }
}

/// Occurrences in a document by weight and length.
fn weighted(weight: Score, lengths: Option<&Lengths>, doc: DocId, times: u32) -> Score {
    let norm = lengths.map_or(1.0, |lengths| lengths.norm(doc));
    weight * times as Score / norm
}

/// The documents of any of some sources.
pub(super) struct EvidencePart {
    /// Those of one group side by side.
    sources: Vec<SourcePart>,
    worth: Score,
    model: Model,
    scored: bool,
    /// What the best source of a group of several gives.
    best: Option<Box<[Score; WINDOW]>>,
}

impl EvidencePart {
    pub(super) fn open(
        evidence: &Evidence,
        reader: &SegmentReader,
        scored: bool,
    ) -> tantivy::Result<Self> {
        let mut sources = Vec::new();
        for source in evidence.sources.iter() {
            sources.extend(SourcePart::open(source, reader, scored)?);
        }
        sources.sort_by_key(|source| source.group);
        let several = sources.windows(2).any(|pair| pair[0].group == pair[1].group);
        let best = (several && scored).then(|| Box::new([0.0; WINDOW]));
        Ok(Self { sources, worth: evidence.worth, model: evidence.model, scored, best })
    }

    /// Adds up the occurrences in each document, of a group those of the
    /// source with most, since `MK-3475` in a text is both `mk 3475` and
    /// `mk3475`.
    fn add_up(&mut self, window: &mut Window, wanted: &Bits) {
        let (span, scores) = (Span::from(window.base), &mut window.scores);
        if let [only] = self.sources.as_slice() {
            return only.score(span, wanted, |at, times| scores[at] = times);
        }
        wanted.iter().for_each(|at| scores[at] = 0.0);
        for group in self.sources.chunk_by(|one, other| one.group == other.group) {
            match (group, &mut self.best) {
                ([only], _) => only.score(span, wanted, |at, times| scores[at] += times),
                (group, Some(best)) => {
                    wanted.iter().for_each(|at| best[at] = 0.0);
                    for source in group {
                        source.score(span, wanted, |at, times| best[at] = best[at].max(times));
                    }
                    wanted.iter().for_each(|at| scores[at] += best[at]);
                }
                (_, None) => {}
            }
        }
    }
}

impl Part for EvidencePart {
    fn next(&mut self, from: DocId) -> DocId {
        let next = self.sources.iter_mut().map(|source| source.docs.seek(from));
        next.min().unwrap_or(TERMINATED)
    }

    fn mark(&mut self, window: &mut Window, within: &Bits) {
        let span = Span::from(window.base);
        for source in &mut self.sources {
            if self.scored {
                source.mark_scored(span, within, &mut window.found);
            } else {
                source.mark(span, within, &mut window.found);
            }
        }
        window.found.keep(within);
    }

    fn score(&mut self, window: &mut Window, wanted: &Bits) {
        self.add_up(window, wanted);
        let scores = &mut window.scores;
        wanted.iter().for_each(|at| scores[at] = self.model.saturated(self.worth, scores[at]));
    }

    /// Most words are in nearly all documents in a block often enough for the
    /// bound of a block to say little, so occurrences of each are looked at.
    fn score_promising(&mut self, window: &mut Window, wanted: &Bits, bars: StripScores) -> Bits {
        let wanted = wanted.of_strips(self.most().reach(bars));
        let mut promising = Bits::none();
        if wanted.is_empty() {
            return promising;
        }
        let (model, worth) = (self.model, self.worth);
        let enough = model.saturating(worth, bars.least());
        let mut take = |scores: &mut [Score], at, times| {
            if times >= enough {
                promising.insert(at);
                scores[at] = model.saturated(worth, times);
            }
        };
        if let [only] = self.sources.as_slice() {
            let (span, scores) = (Span::from(window.base), &mut window.scores);
            only.score(span, &wanted, |at, times| take(scores, at, times));
        } else {
            self.add_up(window, &wanted);
            for at in wanted.iter() {
                let times = window.scores[at];
                take(&mut window.scores, at, times);
            }
        }
        promising
    }

    fn cost(&self) -> u64 {
        self.sources.iter().map(|source| source.docs.cost()).sum()
    }

    /// What the sources of all groups have at most, saturated.
    fn most(&self) -> StripScores {
        let mut sum = StripScores::all(0.0);
        for group in self.sources.chunk_by(|one, other| one.group == other.group) {
            let most = group.iter().map(|source| source.most);
            sum =
                sum + most.fold(StripScores::all(0.0), |one, other| one.joined(other, Score::max));
        }
        sum.map(|occurrences| self.model.saturated(self.worth, occurrences))
    }
}

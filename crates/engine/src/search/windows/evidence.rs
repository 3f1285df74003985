//! Words and their synonyms, scored as one.

use tantivy::postings::BlockSegmentPostings;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, Score, SegmentReader, TERMINATED, Term};

use super::bits::{Bits, WINDOW};
use super::part::Part;
use super::window::Window;
use crate::search::evidence::{Evidence, Lengths, Source};
use crate::search::occurrences::{DocumentList, StretchPostings};
use crate::study_lists::Docs;
use trialdex_plan::{Model, Pattern};

/// Cost of a look at positions, of that of going on to a document.
const LOOK: u64 = 10;

/// The documents of a segment that have a source, and how often.
enum SourceDocs {
    /// A list of the index, with the place within its present block.
    Postings(Box<BlockSegmentPostings>, usize),
    /// What was gathered beforehand, with the present place.
    List(Docs, usize),
    /// Terms that are at given places to each other.
    Stretch(Box<StretchPostings>),
}

impl SourceDocs {
    fn open(
        source: &Source,
        reader: &SegmentReader,
        scored: bool,
    ) -> tantivy::Result<Option<Self>> {
        if let Some(found) = &source.found {
            return Ok(found.shared_docs(reader).map(|docs| Self::List(docs, 0)));
        }
        let stretch = match &source.pattern {
            Pattern::Term(term) => {
                let option = match scored {
                    true => IndexRecordOption::WithFreqs,
                    false => IndexRecordOption::Basic,
                };
                let term = Term::from_field_text(source.field, term);
                let inverted = reader.inverted_index(source.field)?;
                let postings = inverted.read_block_postings(&term, option)?;
                return Ok(postings.map(|postings| Self::Postings(Box::new(postings), 0)));
            }
            Pattern::AnyOf(terms) => {
                let docs = DocumentList::new(reader, source.field, terms)?.docs;
                return Ok((!docs.is_empty()).then_some(Self::List(docs, 0)));
            }
            Pattern::Phrase(slots) => StretchPostings::phrase(reader, source.field, slots)?,
            Pattern::Near(stretch) => StretchPostings::new(reader, source.field, stretch)?,
        };
        Ok(stretch.map(|stretch| Self::Stretch(Box::new(stretch))))
    }

    /// The first document from `target` on.
    fn seek(&mut self, target: DocId) -> DocId {
        match self {
            Self::Postings(postings, at) => {
                if postings.docs().get(*at).is_some_and(|doc| *doc < target) {
                    *at = postings.seek(target);
                }
                postings.docs().get(*at).copied().unwrap_or(TERMINATED)
            }
            Self::List(docs, at) => {
                *at += docs[*at..].partition_point(|(doc, _)| *doc < target);
                docs.get(*at).map_or(TERMINATED, |(doc, _)| *doc)
            }
            Self::Stretch(stretch) => stretch.candidate(target),
        }
    }

    fn cost(&self) -> u64 {
        match self {
            Self::Postings(postings, _) => u64::from(postings.doc_freq()),
            Self::List(docs, _) => docs.len() as u64,
            Self::Stretch(stretch) => u64::from(stretch.size_hint()) * LOOK,
        }
    }

    /// Takes each document of a window with how often it has the source; of
    /// stretches, those `within` alone.
    fn each(&mut self, window: Span, within: &Bits, mut take: impl FnMut(DocId, u32)) {
        if !matches!(self, Self::Stretch(_)) && self.seek(window.base) >= window.end {
            return;
        }
        match self {
            Self::Postings(postings, at) => loop {
                let docs = postings.docs().get(*at..).unwrap_or_default();
                let times = postings.freqs().get(*at..).unwrap_or_default();
                let before = docs.partition_point(|doc| *doc < window.end);
                // Without frequencies, each counts once.
                if times.is_empty() {
                    docs[..before].iter().for_each(|doc| take(*doc, 1));
                } else {
                    docs[..before].iter().zip(times).for_each(|(doc, times)| take(*doc, *times));
                }
                *at += before;
                if before < docs.len() || docs.is_empty() {
                    return;
                }
                postings.advance();
                *at = 0;
            },
            Self::List(docs, at) => {
                let rest = docs[*at..].iter().take_while(|(doc, _)| *doc < window.end);
                *at += rest.map(|(doc, times)| take(*doc, *times)).count();
            }
            Self::Stretch(stretch) => {
                let mut next = within.first_from(0);
                while let Some(at) = next {
                    let doc = stretch.candidate(window.doc(at));
                    if doc >= window.end {
                        return;
                    }
                    let candidate = window.at(doc);
                    next = within.first_from(candidate + usize::from(candidate == at));
                    let times = if candidate == at { stretch.frequency_at(doc) } else { 0 };
                    if times > 0 {
                        take(doc, times);
                    }
                }
            }
        }
    }
}

/// The documents of a window.
#[derive(Clone, Copy)]
struct Span {
    base: DocId,
    end: DocId,
}

impl Span {
    fn of(window: &Window) -> Self {
        Self { base: window.base, end: window.end() }
    }

    #[expect(clippy::cast_possible_truncation, reason = "a window has some thousand places")]
    fn doc(self, at: usize) -> DocId {
        self.base + at as DocId
    }

    fn at(self, doc: DocId) -> usize {
        (doc - self.base) as usize
    }
}

/// A source in a segment.
struct SourcePart {
    /// Sources of one group are ways of writing the same in the same field.
    group: (Option<usize>, Field),
    docs: SourceDocs,
    weight: Score,
    lengths: Option<Lengths>,
    /// The places of a window that have it, and how often.
    marked: Vec<(usize, u32)>,
}

impl SourcePart {
    fn open(
        source: &Source,
        reader: &SegmentReader,
        scored: bool,
    ) -> tantivy::Result<Option<Self>> {
        let Some(docs) = SourceDocs::open(source, reader, scored)? else { return Ok(None) };
        let lengths = if scored { Lengths::of(source, reader)? } else { None };
        let group = (source.synonym, source.field);
        Ok(Some(Self { group, docs, weight: source.weight, lengths, marked: Vec::new() }))
    }

    fn mark(&mut self, span: Span, within: &Bits, found: &mut Bits) {
        self.marked.clear();
        self.docs.each(span, within, |doc, times| {
            let at = span.at(doc);
            if within.contains(at) {
                found.insert(at);
                self.marked.push((at, times));
            }
        });
    }

    /// Takes the weighted occurrences at those places that are wanted.
    fn score(&self, span: Span, wanted: &Bits, mut take: impl FnMut(usize, Score)) {
        for (at, times) in self.marked.iter().filter(|(at, _)| wanted.contains(*at)) {
            let norm = self.lengths.as_ref().map_or(1.0, |lengths| lengths.norm(span.doc(*at)));
            take(*at, self.weight * *times as Score / norm);
        }
    }
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
}

impl Part for EvidencePart {
    fn next(&mut self, from: DocId) -> DocId {
        let next = self.sources.iter_mut().map(|source| source.docs.seek(from));
        next.min().unwrap_or(TERMINATED)
    }

    fn mark(&mut self, window: &mut Window, within: &Bits) {
        let span = Span::of(window);
        for source in &mut self.sources {
            if self.scored {
                source.mark(span, within, &mut window.found);
            } else {
                source.docs.each(span, within, |doc, _| window.found.insert(span.at(doc)));
            }
        }
    }

    /// Adds up the occurrences in each document, of a group those of the
    /// source with most, since `MK-3475` in a text is both `mk 3475` and
    /// `mk3475`.
    fn score(&mut self, window: &mut Window, wanted: &Bits) {
        let (span, scores) = (Span::of(window), &mut window.scores);
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
        wanted.iter().for_each(|at| scores[at] = self.model.saturated(self.worth, scores[at]));
    }

    fn cost(&self) -> u64 {
        self.sources.iter().map(|source| source.docs.cost()).sum()
    }
}

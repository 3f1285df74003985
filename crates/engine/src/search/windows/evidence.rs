//! Words and their synonyms, scored as one.

use tantivy::postings::{BlockSegmentPostings, TermInfo};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, Score, SegmentReader, TERMINATED};

use super::bits::{Bits, WINDOW};
use super::part::Part;
use super::window::Window;
use crate::index::FieldTerms;
use crate::search::evidence::{Evidence, Lengths, Source};
use crate::search::occurrences::{DocumentList, StretchPostings};
use crate::search::slot_postings::lists_of;
use crate::study_lists::Docs;
use trialdex_plan::{Model, Pattern};

/// Cost of a look at positions, of that of going on to a document.
const LOOK: u64 = 10;

/// The documents of a segment that have a source, and how often.
enum SourceDocs {
    /// A list of the index.
    Postings(ListBlocks),
    /// Several that count as one, and how often the documents of a window have any, which is 0
    /// between windows.
    Several(Vec<ListBlocks>, Box<[u32; WINDOW]>),
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
            Pattern::Term(term) => return Self::of_term(source.field, term, reader, scored),
            Pattern::AnyOf(terms) => {
                let of_field = FieldTerms::open(reader, source.field)?;
                let lists = lists_of(&of_field, terms)?;
                let docs = DocumentList::new(&of_field, &lists)?.docs;
                return Ok((!docs.is_empty()).then_some(Self::List(docs, 0)));
            }
            Pattern::Phrase(slots) => StretchPostings::phrase(reader, source.field, slots)?,
            Pattern::Near(stretch) => StretchPostings::new(reader, source.field, stretch)?,
        };
        Ok(stretch.map(|stretch| Self::Stretch(Box::new(stretch))))
    }

    fn of_term(
        field: Field,
        term: &str,
        reader: &SegmentReader,
        scored: bool,
    ) -> tantivy::Result<Option<Self>> {
        let option = if scored { IndexRecordOption::WithFreqs } else { IndexRecordOption::Basic };
        let of_field = FieldTerms::open(reader, field)?;
        let lists = of_field.lists(term)?;
        let lists = lists.iter().map(|list| ListBlocks::open(&of_field, list, option));
        let mut lists = lists.collect::<tantivy::Result<Vec<_>>>()?;
        Ok(match lists.len() {
            0 => None,
            1 => lists.pop().map(Self::Postings),
            _ => Some(Self::Several(lists, Box::new([0; WINDOW]))),
        })
    }

    /// The first document from `target` on.
    fn seek(&mut self, target: DocId) -> DocId {
        match self {
            Self::Postings(list) => list.seek(target),
            Self::Several(lists, _) => {
                let next = lists.iter_mut().map(|list| list.seek(target));
                next.min().unwrap_or(TERMINATED)
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
            Self::Postings(list) => list.cost(),
            Self::Several(lists, _) => lists.iter().map(ListBlocks::cost).sum(),
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
            Self::Postings(list) => list.each(window.end, take),
            Self::Several(lists, counts) => {
                let mut found = Bits::none();
                for list in lists {
                    list.seek(window.base);
                    list.each(window.end, |doc, times| {
                        let at = window.at(doc);
                        found.insert(at);
                        counts[at] += times;
                    });
                }
                found.iter().for_each(|at| take(window.doc(at), std::mem::take(&mut counts[at])));
            }
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

/// A list of the index, block by block.
struct ListBlocks {
    postings: Box<BlockSegmentPostings>,
    /// The place within the present block.
    at: usize,
}

impl ListBlocks {
    fn open(
        terms: &FieldTerms,
        list: &TermInfo,
        option: IndexRecordOption,
    ) -> tantivy::Result<Self> {
        Ok(Self { postings: Box::new(terms.blocks(list, option)?), at: 0 })
    }

    /// The first document from `target` on.
    fn seek(&mut self, target: DocId) -> DocId {
        if self.postings.docs().get(self.at).is_some_and(|doc| *doc < target) {
            self.at = self.postings.seek(target);
        }
        self.postings.docs().get(self.at).copied().unwrap_or(TERMINATED)
    }

    fn cost(&self) -> u64 {
        u64::from(self.postings.doc_freq())
    }

    /// Takes each document before `end`, and how often it has the term.
    fn each(&mut self, end: DocId, mut take: impl FnMut(DocId, u32)) {
        loop {
            let docs = self.postings.docs().get(self.at..).unwrap_or_default();
            let times = self.postings.freqs().get(self.at..).unwrap_or_default();
            let before = docs.partition_point(|doc| *doc < end);
            // Without frequencies, each counts once.
            if times.is_empty() {
                docs[..before].iter().for_each(|doc| take(*doc, 1));
            } else {
                docs[..before].iter().zip(times).for_each(|(doc, times)| take(*doc, *times));
            }
            self.at += before;
            if before < docs.len() || docs.is_empty() {
                return;
            }
            self.postings.advance();
            self.at = 0;
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

    fn most(&self) -> Score {
        self.model.most(self.worth)
    }
}

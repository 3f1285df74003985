//! A query for text: everything that counts as evidence for the same words,
//! in all fields of an area, scored as one (see [`trialdex_plan::model`]).

use std::sync::Arc;

use tantivy::fieldnorm::FieldNormReader;
use tantivy::query::{EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::schema::Field;
use tantivy::{DocId, DocSet, Score, SegmentReader, TERMINATED, TantivyError};

use super::occurrences::Occurrences;
use crate::index::{FieldTerms, IndexFields};
use crate::study_lists::StudyList;
use trialdex_plan::{ListPiece, Model, Pattern};

/// Something that counts as evidence.
#[derive(Debug, Clone)]
pub(super) struct Source {
    /// What is looked for.
    pub(super) pattern: Pattern,
    /// Where.
    pub(super) field: Field,
    /// The pieces that the field holds.
    pub(super) pieces: Arc<[ListPiece]>,
    /// Worth of an occurrence.
    pub(super) weight: Score,
    /// What the lengths of the field's texts do to a score; `None` where they
    /// do not count.
    pub(super) norms: Option<Norms>,
    /// The synonym that it is, `None` for the words themselves.
    pub(super) synonym: Option<usize>,
    /// What is found, where it has been looked up already.
    pub(super) found: Option<StudyList>,
}

impl Source {
    fn occurrences(&self, reader: &SegmentReader) -> tantivy::Result<Option<Occurrences>> {
        match &self.found {
            Some(found) => Ok(found.occurrences(reader)),
            None => Occurrences::new(reader, self.field, &self.pattern),
        }
    }

    /// How many documents of a segment have it, where it is one list of the index that no refresh
    /// took any out of.
    pub(super) fn known_count(&self, reader: &SegmentReader) -> tantivy::Result<Option<u64>> {
        let (None, Pattern::Term(word), None) = (&self.found, &self.pattern, reader.alive_bitset())
        else {
            return Ok(None);
        };
        let terms = FieldTerms::open(reader, self.field)?;
        Ok(match terms.lists(word)?.as_slice() {
            [] => Some(0),
            [only] => Some(u64::from(only.doc_freq)),
            _ => None,
        })
    }
}

/// Studies with any of the sources.
#[derive(Debug, Clone)]
pub(super) struct Evidence {
    /// The words as typed.
    pub(super) label: String,
    /// What a study gains that has nothing but them.
    pub(super) worth: Score,
    pub(super) sources: Arc<Vec<Source>>,
    pub(super) model: Model,
    /// The fields of the index, to say which pieces have the words.
    pub(super) fields: Arc<IndexFields>,
}

impl Query for Evidence {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(EvidenceWeight {
            evidence: self.clone(),
            scored: scoring.is_scoring_enabled(),
        }))
    }
}

struct EvidenceWeight {
    evidence: Evidence,
    scored: bool,
}

impl EvidenceWeight {
    fn open(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<EvidenceScorer> {
        let mut opened = Vec::new();
        for (id, source) in self.evidence.sources.iter().enumerate() {
            let group = (source.synonym, source.field);
            if let Some(occurrences) = source.occurrences(reader)? {
                let lengths = if self.scored { Lengths::of(source, reader)? } else { None };
                opened.push(SegmentSource {
                    id,
                    group,
                    occurrences,
                    weight: source.weight,
                    lengths,
                });
            }
        }
        opened.sort_by_key(|source| source.group);
        let doc = opened.iter().map(|source| source.occurrences.doc()).min();
        let doc = doc.unwrap_or(TERMINATED);
        let (worth, model) = (self.evidence.worth * boost, self.evidence.model);
        Ok(EvidenceScorer { sources: opened, doc, worth, model })
    }
}

impl Weight for EvidenceWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        Ok(Box::new(self.open(reader, boost)?))
    }

    /// The score, divided among the pieces by what each adds to the sum that
    /// is saturated.
    fn explain(&self, reader: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        let mut scorer = self.open(reader, 1.0)?;
        if scorer.doc() > doc || scorer.seek(doc) != doc {
            return Err(TantivyError::InvalidArgument(format!("document {doc} does not match")));
        }
        let score = scorer.score();
        let counted = scorer.counted();
        let total: Score = counted.iter().map(|(_, occurrences)| occurrences).sum();
        let mut explanation = Explanation::new_with_string(self.evidence.label.clone(), score);
        for (opened, occurrences) in counted {
            let source = &self.evidence.sources[opened.id];
            let share = score * occurrences / total;
            let terms = source.pattern.terms().join(" ");
            for (piece, part) in pieces_with(reader, &self.evidence.fields, source, doc)? {
                let described = format!("{terms}\u{1f}{piece}");
                explanation.add_detail(Explanation::new_with_string(described, share * part));
            }
        }
        Ok(explanation)
    }
}

/// The pieces of a source that have its pattern, with how often they have it
/// where that is more than once, and their share of the occurrences.
fn pieces_with(
    reader: &SegmentReader,
    fields: &IndexFields,
    source: &Source,
    doc: DocId,
) -> tantivy::Result<Vec<(String, Score)>> {
    let mut found = Vec::new();
    for (name, field, weight) in source.pieces.iter() {
        let Some(field) = fields.named(*field) else { continue };
        let Some(mut occurrences) = Occurrences::new(reader, field, &source.pattern)? else {
            continue;
        };
        if occurrences.doc() <= doc && occurrences.seek(doc) == doc {
            let times = occurrences.frequency();
            let named = match times {
                1 => (*name).to_owned(),
                times => format!("{name} {times}×"),
            };
            found.push((named, times as Score * weight));
        }
    }
    let total: Score = found.iter().map(|(_, counted)| counted).sum();
    Ok(found.into_iter().map(|(name, counted)| (name, counted / total)).collect())
}

/// A source in a segment.
struct SegmentSource {
    id: usize,
    /// Sources of one group are ways of writing the same in the same field.
    group: (Option<usize>, Field),
    occurrences: Occurrences,
    weight: Score,
    lengths: Option<Lengths>,
}

impl SegmentSource {
    /// Occurrences in the current document, by weight and length.
    fn weighted(&self, doc: DocId) -> Score {
        let norm = self.lengths.as_ref().map_or(1.0, |lengths| lengths.norm(doc));
        self.weight * self.occurrences.frequency() as Score / norm
    }
}

/// What a text's length, as the index keeps it, does to a score.
pub(super) type Norms = Arc<[Score; 256]>;

/// What it does where texts have that many words on average.
pub(super) fn norms(model: &Model, average: Score) -> Norms {
    Arc::new(std::array::from_fn(|id| {
        let id = u8::try_from(id).unwrap_or(u8::MAX);
        model.length_norm(FieldNormReader::id_to_fieldnorm(id), average)
    }))
}

/// The lengths of a field's texts in a segment.
#[derive(Clone)]
pub(super) struct Lengths {
    reader: FieldNormReader,
    norms: Norms,
}

impl Lengths {
    /// Those that count for a source.
    pub(super) fn of(source: &Source, reader: &SegmentReader) -> tantivy::Result<Option<Self>> {
        let Some(norms) = source.norms.clone() else { return Ok(None) };
        Ok(Some(Self { reader: reader.get_fieldnorms_reader(source.field)?, norms }))
    }

    /// What the length of a document's text does to the occurrences in it.
    pub(super) fn norm(&self, doc: DocId) -> Score {
        self.norm_of(self.reader.fieldnorm_id(doc))
    }

    /// The same of a length as the index keeps it.
    pub(super) fn norm_of(&self, id: u8) -> Score {
        self.norms[usize::from(id)]
    }

    pub(super) fn reader(&self) -> &FieldNormReader {
        &self.reader
    }
}

/// Goes through the documents of a segment.
struct EvidenceScorer {
    sources: Vec<SegmentSource>,
    doc: DocId,
    worth: Score,
    model: Model,
}

impl EvidenceScorer {
    /// What counts in the current document, with its weighted occurrences: of
    /// a group the source with most of them, since `MK-3475` in a text is both
    /// `mk 3475` and `mk3475`.
    fn counted(&self) -> Vec<(&SegmentSource, Score)> {
        let mut counted: Vec<(&SegmentSource, Score)> = Vec::new();
        for source in self.sources.iter().filter(|source| source.occurrences.doc() == self.doc) {
            let occurrences = source.weighted(self.doc);
            match counted.last_mut() {
                Some(last) if last.0.group == source.group => {
                    if occurrences > last.1 {
                        *last = (source, occurrences);
                    }
                }
                _ => counted.push((source, occurrences)),
            }
        }
        counted
    }

    /// The same, added up.
    fn occurrences(&self) -> Score {
        let (mut sum, mut best, mut group) = (0.0, 0.0, None);
        for source in self.sources.iter().filter(|source| source.occurrences.doc() == self.doc) {
            let occurrences = source.weighted(self.doc);
            if group == Some(source.group) {
                best = Score::max(best, occurrences);
            } else {
                sum += best;
                (best, group) = (occurrences, Some(source.group));
            }
        }
        sum + best
    }
}

impl DocSet for EvidenceScorer {
    fn advance(&mut self) -> DocId {
        let mut next = TERMINATED;
        for source in &mut self.sources {
            let mut doc = source.occurrences.doc();
            if doc == self.doc && doc != TERMINATED {
                doc = source.occurrences.advance();
            }
            next = next.min(doc);
        }
        self.doc = next;
        next
    }

    fn seek(&mut self, target: DocId) -> DocId {
        let mut next = TERMINATED;
        for source in &mut self.sources {
            let mut doc = source.occurrences.doc();
            if doc < target {
                doc = source.occurrences.seek(target);
            }
            next = next.min(doc);
        }
        self.doc = next;
        next
    }

    fn doc(&self) -> DocId {
        self.doc
    }

    fn size_hint(&self) -> u32 {
        let hints = self.sources.iter().map(|source| source.occurrences.size_hint());
        hints.fold(0, u32::saturating_add)
    }
}

impl Scorer for EvidenceScorer {
    fn score(&mut self) -> Score {
        self.model.saturated(self.worth, self.occurrences())
    }
}

#[cfg(test)]
mod tests;

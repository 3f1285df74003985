//! Words: together, apart, by other names, in all fields of a target.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use tantivy::query::{BooleanQuery, Query, TermQuery};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{Score, Term};

use super::{Interpreted, Planner, constant, is_value, text_of, union};
use crate::index::PieceField;
use crate::index::zones::ZONES;
use crate::query::meaning::{Coverage, Expansion, Target, TargetPart, Word, WordForm, Words};
use crate::query::typed;
use crate::search::evidence::{Evidence, Norms, Source, norms};
use crate::search::model;
use crate::search::occurrences::{Pattern, Slot};
use crate::search::thesaurus::Synonym;
use crate::search::words::{Looked, anchored};
use crate::study::{NctId, fields};

/// Words of a phrase that are looked up for synonyms together at most.
const LONGEST_NAME: usize = 8;

/// Pieces with the study's own numbers.
const NUMBERS: [&str; 2] = ["NCTId", "NCTIdAlias"];

/// Terms of a truncated word that are counted for its frequency.
const MOST_COUNTED: usize = 50;

/// A field that words are looked for in.
#[derive(Debug, Clone)]
pub(super) struct List {
    field: Field,
    pieces: Arc<[(&'static str, Field)]>,
    weight: Score,
    norms: Option<Norms>,
}

/// The fields of a target: by its name and number of parts (within a site an
/// area has fewer), whether only those with synonyms, whether pieces that
/// share a zone are looked up in it.
pub(super) type Lists = BTreeMap<(String, usize, bool, bool), Rc<[List]>>;

/// Whether each of the words may stand by itself.
pub(super) fn may_stand_apart(words: &Words) -> bool {
    words.expansion >= Expansion::Relaxation
        && !words.quoted
        && words.coverage == Coverage::Contains
}

impl Planner<'_> {
    /// A clause for each part of the words that may stand apart; `None` where
    /// they have to stand together.
    pub(super) fn segments(
        &mut self,
        target: &Target,
        words: &Words,
    ) -> tantivy::Result<Option<Vec<Box<dyn Query>>>> {
        let apart = words.expansion == Expansion::Relaxation && may_stand_apart(words);
        if !apart || words.words.len() < 2 {
            return Ok(None);
        }
        let segments = self.parted(target, words)?;
        segments
            .into_iter()
            .map(|segment| self.segment(target, words, segment))
            .collect::<tantivy::Result<Vec<_>>>()
            .map(|queries| Some(queries.into_iter().flatten().collect()))
    }

    /// Studies with words in the fields of a target; `None` where nothing of
    /// it is a word.
    pub(super) fn words(
        &mut self,
        target: &Target,
        words: &Words,
    ) -> tantivy::Result<Option<Box<dyn Query>>> {
        let whole_words = words.words.iter().all(|word| word.form == WordForm::Whole);
        if words.expansion == Expansion::None && whole_words {
            return self.as_written(target, words).map(Some);
        }
        if !may_stand_apart(words) || words.words.len() < 2 {
            return self.together(target, words, &words.words);
        }
        let mut parts = Vec::new();
        for segment in self.parted(target, words)? {
            parts.extend(self.segment(target, words, segment)?);
        }
        if parts.is_empty() {
            return Ok(None);
        }
        if words.expansion == Expansion::Lossy {
            return Ok(Some(union(parts)));
        }
        Ok(Some(Box::new(BooleanQuery::intersection(parts))))
    }

    /// Parts words into names that have synonyms, values of fields that are
    /// not text (`phase 2`), two words that are also written as one (`health
    /// care`), and single words. Longer ones come first.
    fn parted<'w>(
        &mut self,
        target: &Target,
        words: &'w Words,
    ) -> tantivy::Result<Vec<&'w [Word]>> {
        let (mut segments, mut rest) = (Vec::new(), words.words.as_slice());
        while !rest.is_empty() {
            let mut length = 1;
            for longer in (2..=rest.len().min(LONGEST_NAME)).rev() {
                if self.is_name(target, &rest[..longer])? {
                    length = longer;
                    break;
                }
            }
            if length == 1 && self.meet(target, rest)? {
                length = 2;
            }
            let (segment, after) = rest.split_at(length);
            segments.push(segment);
            rest = after;
        }
        Ok(segments)
    }

    /// Whether the first two of some words are also written as one.
    fn meet(&mut self, target: &Target, words: &[Word]) -> tantivy::Result<bool> {
        let [one, other, ..] = words else { return Ok(false) };
        let lists = self.lists(target, false, true);
        let fields: Vec<Field> = lists.iter().map(|list| list.field).collect();
        self.lookup.meet(one, other, &fields)
    }

    fn is_name(&mut self, target: &Target, words: &[Word]) -> tantivy::Result<bool> {
        if words.iter().any(|word| word.form != WordForm::Whole) {
            return Ok(false);
        }
        let text = text_of(words);
        let value = target.parts.iter().any(|part| is_value(part, &text));
        let synonyms = target.parts.iter().any(|part| part.synonyms);
        let terms = self.lookup.terms(&text);
        Ok(value || synonyms && !self.thesaurus.synonyms(&terms)?.is_empty())
    }

    /// Studies with a part of the words: together, or each of them.
    fn segment(
        &mut self,
        target: &Target,
        words: &Words,
        segment: &[Word],
    ) -> tantivy::Result<Option<Box<dyn Query>>> {
        let together = self.together(target, words, segment)?;
        if segment.len() < 2 {
            return Ok(together);
        }
        let (mut each, mut rest) = (Vec::new(), segment);
        while !rest.is_empty() {
            let pair = segment.len() > 2 && self.meet(target, rest)?;
            let (part, after) = rest.split_at(if pair { 2 } else { 1 });
            each.extend(self.segment(target, words, part)?);
            rest = after;
        }
        let each: Box<dyn Query> = Box::new(BooleanQuery::intersection(each));
        Ok(Some(union([together, Some(each)].into_iter().flatten().collect())))
    }

    /// Studies with words that stand together in a field, or with synonyms of
    /// them, or with the value that they mean.
    fn together(
        &mut self,
        target: &Target,
        words: &Words,
        typed: &[Word],
    ) -> tantivy::Result<Option<Box<dyn Query>>> {
        let lists = self.lists(target, false, true);
        let fields: Vec<Field> = lists.iter().map(|list| list.field).collect();
        let looked = self.lookup.words(typed, &fields)?;
        let mut queries: Vec<Box<dyn Query>> = Vec::new();
        if !looked.sequences.is_empty() && !lists.is_empty() {
            let synonyms = self.synonyms(target, words, &looked)?;
            queries.push(self.evidence(target, words.coverage, looked, synonyms)?);
        }
        let text = text_of(typed);
        queries.extend(self.typed_parts(target, &text));
        queries.extend(self.numbered(target, &text));
        Ok((!queries.is_empty()).then(|| union(queries)))
    }

    fn synonyms(
        &mut self,
        target: &Target,
        words: &Words,
        looked: &Looked,
    ) -> tantivy::Result<Vec<Synonym>> {
        let apply =
            words.expansion >= Expansion::Concept && target.parts.iter().any(|part| part.synonyms);
        if !apply {
            return Ok(Vec::new());
        }
        // However a code is written, its synonyms are the same.
        let names = looked.names();
        let mut synonyms: Vec<Synonym> = Vec::new();
        for name in &names {
            let found = self.thesaurus.synonyms(name)?;
            let known: Vec<Vec<String>> = synonyms.iter().map(|one| one.terms.clone()).collect();
            let new = |synonym: &Synonym| {
                !names.contains(&synonym.terms) && !known.contains(&synonym.terms)
            };
            synonyms.extend(found.into_iter().filter(new));
        }
        Ok(synonyms)
    }

    /// The values that a text means in fields that are not text.
    pub(super) fn typed_parts(&self, target: &Target, text: &str) -> Vec<Box<dyn Query>> {
        let parts = target.parts.iter().filter(|part| is_value(part, text));
        let queries = parts.filter_map(|part| {
            let query = self.value(part.field, &typed(part.field, text)?)?;
            Some(constant(query, model::FULFILLED * part.weight))
        });
        queries.collect()
    }

    /// The study with the number that the text is, before those that mention
    /// it.
    fn numbered(&self, target: &Target, text: &str) -> Option<Box<dyn Query>> {
        let known = |part: &TargetPart| matches!(part.field, fields::Field::Piece(piece) if NUMBERS.contains(&piece.name));
        let nct = target.parts.iter().any(known).then(|| NctId::parse_typed(text)).flatten()?;
        let term = Term::from_field_u64(self.store.fields.nct, u64::from(nct.number()));
        let itself = TermQuery::new(term, IndexRecordOption::Basic);
        Some(constant(Box::new(itself), model::ITSELF))
    }

    fn evidence(
        &mut self,
        target: &Target,
        coverage: Coverage,
        looked: Looked,
        synonyms: Vec<Synonym>,
    ) -> tantivy::Result<Box<dyn Query>> {
        let mut sources = Vec::new();
        // Ways of writing the same are weighed against each other in each
        // piece, so that they cannot be looked up in zones.
        let zones = looked.sequences.len() == 1;
        for sequence in looked.covering(coverage) {
            self.add_sources(&mut sources, target, &sequence, None, zones);
        }
        for (at, synonym) in synonyms.iter().enumerate() {
            let sequence = synonym.terms.iter().map(|term| vec![term.clone()]).collect();
            let sequence: Vec<Slot> = anchored(sequence, coverage);
            self.add_sources(&mut sources, target, &sequence, Some(at), true);
        }
        let lists = self.lists(target, false, true);
        let idf = self.idf(&lists, &looked.sequences[0])?;
        let query = Evidence { label: looked.label.clone(), idf, sources: Arc::new(sources) };
        if !self.negated {
            let marked = looked.sequences.iter().flatten().flatten();
            self.terms.extend(marked.cloned());
            self.terms.extend(synonyms.iter().flat_map(|synonym| synonym.terms.clone()));
        }
        self.understood.push(Interpreted {
            typed: looked.label,
            area: target.name.clone(),
            terms: looked.sequences.into_iter().next().unwrap_or_default(),
            synonyms,
            cut: looked.cut,
            query: query.clone(),
        });
        Ok(Box::new(query))
    }

    fn add_sources(
        &mut self,
        sources: &mut Vec<Source>,
        target: &Target,
        sequence: &[Slot],
        synonym: Option<usize>,
        zones: bool,
    ) {
        let pattern = match sequence {
            [slot] if slot.len() == 1 => Pattern::Term(slot[0].clone()),
            [slot] => Pattern::AnyOf(slot.clone()),
            _ => Pattern::Phrase(sequence.to_vec()),
        };
        let zones = zones && sequence.len() == 1;
        let factor = if synonym.is_some() { model::SYNONYM } else { 1.0 };
        for list in self.lists(target, synonym.is_some(), zones).iter() {
            sources.push(Source {
                pattern: pattern.clone(),
                field: list.field,
                pieces: list.pieces.clone(),
                weight: list.weight * factor,
                norms: list.norms.clone(),
                synonym,
            });
        }
    }

    /// The fields with the words of a target. Where positions do not matter,
    /// pieces that share a zone are looked up in it.
    fn lists(&mut self, target: &Target, synonyms_only: bool, zones: bool) -> Rc<[List]> {
        let key = (target.name.clone(), target.parts.len(), synonyms_only, zones);
        if let Some(known) = self.lists.get(&key) {
            return known.clone();
        }
        let parts = target.parts.iter().filter(|part| part.synonyms || !synonyms_only);
        let texts =
            parts.filter_map(|part| match (part.field, self.store.fields.field(part.field)) {
                (fields::Field::Piece(piece), PieceField::Text(fields)) => {
                    Some((piece.name, fields.words, part.weight))
                }
                _ => None,
            });
        let mut pieces: Vec<(&'static str, Field, Score)> = texts.collect();
        let mut lists = Vec::new();
        for (zone, field) in ZONES.iter().zip(&self.store.fields.zones).filter(|_| zones) {
            let within = |piece: &(&str, Field, Score)| zone.pieces.contains(&piece.0);
            if pieces.iter().filter(|piece| within(piece)).count() < zone.pieces.len() {
                continue;
            }
            let of_zone: Vec<_> = pieces.extract_if(.., |piece| within(piece)).collect();
            let weight = of_zone.iter().map(|(_, _, weight)| *weight).fold(0.0, Score::max);
            let pieces = of_zone.into_iter().map(|(name, field, _)| (name, field));
            lists.push(self.list(*field, pieces.collect(), weight));
        }
        for (name, field, weight) in pieces {
            lists.push(self.list(field, Arc::new([(name, field)]), weight));
        }
        let lists: Rc<[List]> = lists.into();
        self.lists.insert(key, lists.clone());
        lists
    }

    fn list(&self, field: Field, pieces: Arc<[(&'static str, Field)]>, weight: Score) -> List {
        List { field, pieces, weight, norms: self.norms(field) }
    }

    /// What the lengths of a field's texts do to a score, where they count.
    fn norms(&self, field: Field) -> Option<Norms> {
        if !self.searcher.schema().get_field_entry(field).has_fieldnorms() {
            return None;
        }
        let readers = self.searcher.segment_readers().iter();
        let words = readers
            .filter_map(|reader| Some(reader.inverted_index(field).ok()?.total_num_tokens()))
            .sum::<u64>();
        Some(norms(words as Score / self.searcher.num_docs().max(1) as Score))
    }

    /// The inverse document frequency of words in sequence: that of a word is
    /// taken from the field where it is commonest.
    fn idf(&self, lists: &[List], sequence: &[Slot]) -> tantivy::Result<Score> {
        let mut idf = 0.0;
        for slot in sequence {
            let mut studies = 0;
            for term in slot.iter().take(MOST_COUNTED) {
                studies += self.studies_with(lists, term)?;
            }
            idf += model::idf(studies, self.searcher.num_docs());
        }
        Ok(idf)
    }

    fn studies_with(&self, lists: &[List], term: &str) -> tantivy::Result<u64> {
        let mut most = 0;
        for list in lists {
            let term = Term::from_field_text(list.field, term);
            most = most.max(self.searcher.doc_freq(&term)?);
        }
        Ok(most)
    }

    /// Words or phrases near each other.
    pub(super) fn near(
        &mut self,
        target: &Target,
        terms: &[Words],
        distance: u32,
    ) -> tantivy::Result<Box<dyn Query>> {
        let lists = self.lists(target, false, false);
        let fields: Vec<Field> = lists.iter().map(|list| list.field).collect();
        let (mut groups, mut cut) = (Vec::new(), false);
        for words in terms {
            let looked = self.lookup.words(&words.words, &fields)?;
            cut |= looked.cut;
            groups.extend(looked.sequences.into_iter().next());
        }
        let typed: Vec<String> = terms.iter().map(|words| text_of(&words.words)).collect();
        let label = typed.join(&format!(" NEAR/{distance} "));
        let terms = groups.concat();
        let idf = self.idf(&lists, &terms)?;
        if !self.negated {
            self.terms.extend(groups.iter().flatten().flatten().cloned());
        }
        let pattern = Pattern::Near(groups, distance);
        let mut sources = Vec::new();
        for List { field, pieces, weight, norms } in lists.iter() {
            let (pieces, norms, pattern) = (pieces.clone(), norms.clone(), pattern.clone());
            let (field, weight) = (*field, *weight);
            sources.push(Source { pattern, field, pieces, weight, norms, synonym: None });
        }
        let query = Evidence { label: label.clone(), idf, sources: Arc::new(sources) };
        self.understood.push(Interpreted {
            typed: label,
            area: target.name.clone(),
            terms,
            synonyms: Vec::new(),
            cut,
            query: query.clone(),
        });
        Ok(Box::new(query))
    }
}

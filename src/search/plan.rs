//! From what is asked to tantivy's queries.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::sync::Arc;

use tantivy::query::{
    AllQuery, BooleanQuery, ConstScoreQuery, EmptyQuery, Occur, Query, RangeQuery, TermQuery,
    TermSetQuery,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{Score, Searcher, Term};

use super::circle::{AnyWithin, Circle};
use super::evidence::{Evidence, Source};
use super::filtered::Filtered;
use super::model;
use super::occurrences::{Pattern, Slot};
use super::sites::{AnySite, SiteCondition};
use super::steady::Steady;
use super::surfaces::AsWritten;
use super::thesaurus::{Synonym, Thesaurus};
use super::tilted::Tilted;
use super::words::{Looked, Lookup, anchored, surfaces, word_as_typed};
use crate::index::zones::ZONES;
use crate::index::{PieceField, Store};
use crate::query::meaning::{
    Condition, Coverage, Expansion, Target, TargetPart, Test, Value, Wanted, Word, WordForm, Words,
};
use crate::query::typed;
use crate::study::fields::{self, FieldKind};
use crate::study::{NctId, pieces};

/// Words of a phrase that are looked up for synonyms together at most.
const LONGEST_NAME: usize = 6;

/// What words stand for in a search.
#[derive(Debug, Clone)]
pub struct Interpreted {
    /// The words as typed.
    pub typed: String,
    /// Where they are looked for, as in `AREA[...]`.
    pub area: String,
    /// Their terms in the index; several at one place are alternatives.
    pub terms: Vec<Vec<String>>,
    /// Names that are looked for besides.
    pub synonyms: Vec<Synonym>,
    /// More terms fit a truncated or misspelt word than are looked for.
    pub cut: bool,
    /// Studies with any of it.
    pub(super) query: Evidence,
}

impl Interpreted {
    /// The queries for the words themselves and for each synonym, with its
    /// position in [`Interpreted::synonyms`].
    pub(super) fn queries(&self) -> Vec<(Option<usize>, Evidence)> {
        let mut parts: BTreeMap<Option<usize>, Vec<Source>> = BTreeMap::new();
        for source in self.query.sources.iter() {
            parts.entry(source.synonym).or_default().push(source.clone());
        }
        let with = |sources| Evidence { sources: Arc::new(sources), ..self.query.clone() };
        parts.into_iter().map(|(synonym, sources)| (synonym, with(sources))).collect()
    }
}

/// How a question is carried out.
pub(super) struct Plan {
    /// What every hit has, ranked by: words, of which fewer may be asked for.
    clauses: Vec<Box<dyn Query>>,
    /// What else every hit has to have or lack.
    fixed: Vec<(Occur, Box<dyn Query>)>,
    /// What every hit has besides, without a part in its score.
    filters: Vec<Box<dyn Query>>,
    /// Terms to be marked in texts.
    pub(super) terms: BTreeSet<String>,
    /// What the words stand for.
    pub(super) understood: Vec<Interpreted>,
}

impl Plan {
    /// Number of clauses that have words in them.
    pub(super) fn clauses(&self) -> usize {
        self.clauses.len()
    }

    /// The query for studies that have at least `required` of the clauses.
    pub(super) fn query(&self, required: usize) -> Box<dyn Query> {
        let ranked = self.ranked(required);
        if self.filters.is_empty() {
            return ranked;
        }
        let filters = self.filters.iter().map(|query| query.box_clone());
        let filters = BooleanQuery::intersection(filters.collect());
        let filters: Box<dyn Query> = constant(Box::new(filters), 0.0);
        conjunction(vec![(Occur::Must, ranked), (Occur::Must, filters)])
    }

    /// What ranks, by itself, so that its parts are summed up in the same
    /// order whatever the filters.
    fn ranked(&self, required: usize) -> Box<dyn Query> {
        let mut all: Vec<(Occur, Box<dyn Query>)> =
            self.fixed.iter().map(|(occur, query)| (*occur, query.box_clone())).collect();
        let clauses: Vec<Box<dyn Query>> =
            self.clauses.iter().map(|query| query.box_clone()).collect();
        if required >= clauses.len() {
            all.extend(clauses.into_iter().map(|clause| (Occur::Must, clause)));
        } else {
            let some = BooleanQuery::union_with_minimum_required_clauses(clauses, required);
            all.push((Occur::Must, Box::new(some)));
        }
        conjunction(all)
    }
}

/// Everything that has to hold, and nothing that must not.
fn conjunction(mut all: Vec<(Occur, Box<dyn Query>)>) -> Box<dyn Query> {
    if !all.iter().any(|(occur, _)| *occur == Occur::Must) {
        all.push((Occur::Must, every_study()));
    }
    match all.len() {
        1 => all.remove(0).1,
        _ => Box::new(BooleanQuery::new(all)),
    }
}

fn every_study() -> Box<dyn Query> {
    Box::new(ConstScoreQuery::new(Box::new(AllQuery), 0.0))
}

fn union(mut queries: Vec<Box<dyn Query>>) -> Box<dyn Query> {
    match queries.len() {
        0 => Box::new(EmptyQuery),
        1 => queries.remove(0),
        _ => Box::new(BooleanQuery::union(queries)),
    }
}

fn constant(query: Box<dyn Query>, score: Score) -> Box<dyn Query> {
    Box::new(ConstScoreQuery::new(query, score))
}

/// Makes plans.
pub(super) struct Planner<'a> {
    store: &'a Store,
    searcher: &'a Searcher,
    thesaurus: Thesaurus<'a>,
    lookup: Lookup<'a>,
    terms: BTreeSet<String>,
    understood: Vec<Interpreted>,
    /// What is planned is not what hits have: it is negated.
    negated: bool,
    averages: BTreeMap<Field, Option<Score>>,
}

/// A field that words are looked for in.
#[derive(Debug, Clone)]
struct List {
    field: Field,
    pieces: Vec<(String, Field)>,
    weight: Score,
}

impl<'a> Planner<'a> {
    pub(super) fn new(store: &'a Store, searcher: &'a Searcher) -> Self {
        Self {
            store,
            searcher,
            thesaurus: Thesaurus::new(store, searcher),
            lookup: Lookup::new(searcher),
            terms: BTreeSet::new(),
            understood: Vec::new(),
            negated: false,
            averages: BTreeMap::new(),
        }
    }

    /// The plan of a question.
    pub(super) fn plan(
        mut self,
        ranked: &[Condition],
        filters: &[Condition],
    ) -> tantivy::Result<Plan> {
        let (mut clauses, mut fixed) = (Vec::new(), Vec::new());
        for condition in ranked {
            self.split(condition, &mut clauses, &mut fixed)?;
        }
        let filters = filters.iter().map(|condition| self.condition(condition));
        let filters = filters.collect::<tantivy::Result<Vec<_>>>()?;
        Ok(Plan { clauses, fixed, filters, terms: self.terms, understood: self.understood })
    }

    /// Parts a condition into clauses of words and what has to hold anyway.
    fn split(
        &mut self,
        condition: &Condition,
        clauses: &mut Vec<Box<dyn Query>>,
        fixed: &mut Vec<(Occur, Box<dyn Query>)>,
    ) -> tantivy::Result<()> {
        match condition {
            Condition::And(all) => {
                for condition in all {
                    self.split(condition, clauses, fixed)?;
                }
            }
            Condition::Not(inner) => fixed.push((Occur::MustNot, self.negated(inner)?)),
            Condition::Test(Test { target, wanted: Wanted::Words(words), .. }) => {
                match self.segments(target, words)? {
                    Some(segments) => clauses.extend(segments),
                    None => clauses.extend(self.words(target, words)?),
                }
            }
            other => fixed.push((Occur::Must, self.condition(other)?)),
        }
        Ok(())
    }

    fn negated(&mut self, condition: &Condition) -> tantivy::Result<Box<dyn Query>> {
        let before = std::mem::replace(&mut self.negated, true);
        let query = self.condition(condition);
        self.negated = before;
        Ok(Box::new(Steady(query?)))
    }

    fn condition(&mut self, condition: &Condition) -> tantivy::Result<Box<dyn Query>> {
        Ok(match condition {
            Condition::All => every_study(),
            Condition::And(all) => {
                let mut parts = Vec::new();
                for condition in all {
                    parts.push(match condition {
                        Condition::Not(inner) => (Occur::MustNot, self.negated(inner)?),
                        other => (Occur::Must, self.condition(other)?),
                    });
                }
                conjunction(parts)
            }
            Condition::Or(any) => {
                let parts = any.iter().map(|condition| self.condition(condition));
                union(parts.collect::<tantivy::Result<Vec<_>>>()?)
            }
            Condition::Not(inner) => conjunction(vec![(Occur::MustNot, self.negated(inner)?)]),
            Condition::OfStudy(inner) => self.condition(inner)?,
            Condition::AtSite(inner) => self.at_site(inner)?,
            Condition::Tilted(field, inner) => {
                let query = self.condition(inner)?;
                match self.store.fields.field(*field) {
                    PieceField::Number(column) => {
                        Box::new(Tilted { query, column: self.name_of(column) })
                    }
                    _ => query,
                }
            }
            Condition::Test(test) => self.test(test)?,
        })
    }

    fn test(&mut self, test: &Test) -> tantivy::Result<Box<dyn Query>> {
        match &test.wanted {
            Wanted::Words(words) => {
                Ok(self.words(&test.target, words)?.unwrap_or_else(|| Box::new(EmptyQuery)))
            }
            Wanted::Near { terms, distance } => self.near(&test.target, terms, *distance),
            Wanted::Value(value) => {
                let queries = test.target.parts.iter().filter_map(|part| {
                    Some(constant(self.value(part.field, value)?, model::FULFILLED * part.weight))
                });
                Ok(union(queries.collect()))
            }
            Wanted::Missing => {
                let present = self.present(&test.target);
                Ok(conjunction(vec![(Occur::MustNot, present)]))
            }
        }
    }

    /// Studies with a value in any field of a target.
    fn present(&self, target: &Target) -> Box<dyn Query> {
        let field = self.store.fields.present;
        let names = target.parts.iter().map(|part| match part.field {
            // A list has a length where it has elements.
            fields::Field::Size(piece) => present_name(piece),
            other => other.name(),
        });
        let terms = names.map(|name| Term::from_field_text(field, &name));
        Box::new(TermSetQuery::new(terms.collect::<BTreeSet<_>>()))
    }

    /// Studies with a value in a field that is not text.
    fn value(&self, field: fields::Field, value: &Value) -> Option<Box<dyn Query>> {
        match (self.store.fields.field(field), value) {
            (PieceField::Number(field), Value::Interval(low, high)) => {
                let bound = |number: i64| Bound::Included(Term::from_field_i64(field, number));
                let (low, high) = (low.unwrap_or(i64::MIN), high.unwrap_or(i64::MAX));
                Some(Box::new(RangeQuery::new(bound(low), bound(high))))
            }
            (PieceField::Constant { values, .. }, Value::Constants(constants)) => {
                Some(any_term(values, constants.iter().copied()))
            }
            (PieceField::Constant { values, .. }, Value::Code(code)) => {
                Some(any_term(values, [code.as_str()]))
            }
            (PieceField::Point { lat, lon }, Value::Circle { .. }) => {
                let circle = circle_of(value)?;
                let (south, north) = circle.latitudes();
                let bound = |degrees: f64| Bound::Included(Term::from_field_f64(lat, degrees));
                let check = AnyWithin { circle, lat: self.name_of(lat), lon: self.name_of(lon) };
                let candidates = Box::new(RangeQuery::new(bound(south), bound(north)));
                Some(Box::new(Filtered { candidates, check: Arc::new(check) }))
            }
            _ => None,
        }
    }

    fn name_of(&self, field: Field) -> String {
        self.store.index.schema().get_field_name(field).to_owned()
    }

    /// A clause for each part of the words that may stand apart; `None` where
    /// they have to stand together, or may also be written together.
    fn segments(
        &mut self,
        target: &Target,
        words: &Words,
    ) -> tantivy::Result<Option<Vec<Box<dyn Query>>>> {
        let apart = words.expansion == Expansion::Relaxation && may_stand_apart(words);
        if !apart || words.words.len() < 2 || self.written_together(target, words)? {
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
    fn words(&mut self, target: &Target, words: &Words) -> tantivy::Result<Option<Box<dyn Query>>> {
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
        let all: Box<dyn Query> = Box::new(BooleanQuery::intersection(parts));
        if !self.written_together(target, words)? {
            return Ok(Some(all));
        }
        let whole = self.together(target, words, &words.words)?;
        Ok(Some(union([Some(all), whole].into_iter().flatten().collect())))
    }

    /// Whether the words are also written as one somewhere (`IL 6`, `IL6`).
    fn written_together(&mut self, target: &Target, words: &Words) -> tantivy::Result<bool> {
        let lists = self.lists(target, false, false);
        let fields: Vec<Field> = lists.iter().map(|list| list.field).collect();
        let looked = self.lookup.words(&words.words, &fields)?;
        let Some(typed) = looked.sequences.first() else { return Ok(false) };
        for sequence in looked.sequences[1..].iter().filter(|other| other.len() < typed.len()) {
            let new = sequence.iter().filter(|slot| !typed.contains(slot)).flatten();
            for term in new {
                if self.studies_with(&lists, term)? > 0 {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// Parts words into names that have synonyms, values of fields that are
    /// not text (`phase 2`), and single words. Longer ones come first.
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
            let (segment, after) = rest.split_at(length);
            segments.push(segment);
            rest = after;
        }
        Ok(segments)
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
        let mut each = Vec::new();
        for word in segment {
            each.extend(self.together(target, words, std::slice::from_ref(word))?);
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
        let lists = self.lists(target, false, false);
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
    fn typed_parts(&self, target: &Target, text: &str) -> Vec<Box<dyn Query>> {
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
        let known =
            |part: &TargetPart| matches!(part.field.name().as_str(), "NCTId" | "NCTIdAlias");
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
        for sequence in looked.covering(coverage) {
            self.add_sources(&mut sources, target, &sequence, None);
        }
        for (at, synonym) in synonyms.iter().enumerate() {
            let sequence = synonym.terms.iter().map(|term| vec![term.clone()]).collect();
            self.add_sources(&mut sources, target, &anchored(sequence, coverage), Some(at));
        }
        let idf = self.idf(&self.lists(target, false, false), &looked.sequences[0])?;
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
    ) {
        let pattern = match sequence {
            [slot] if slot.len() == 1 => Pattern::Term(slot[0].clone()),
            [slot] => Pattern::AnyOf(slot.clone()),
            _ => Pattern::Phrase(sequence.to_vec()),
        };
        let single = sequence.len() == 1;
        let factor = if synonym.is_some() { model::SYNONYM } else { 1.0 };
        for list in self.lists(target, synonym.is_some(), single) {
            let average = self.average(list.field);
            sources.push(Source {
                pattern: pattern.clone(),
                field: list.field,
                pieces: list.pieces,
                weight: list.weight * factor,
                average,
                synonym,
            });
        }
    }

    /// The fields with the words of a target. Where positions do not matter,
    /// pieces that share a zone are looked up in it.
    fn lists(&self, target: &Target, synonyms_only: bool, zones: bool) -> Vec<List> {
        let parts = target.parts.iter().filter(|part| part.synonyms || !synonyms_only);
        let mut pieces: Vec<(&'static str, Field, Score)> = parts
            .filter_map(|part| match (part.field, self.store.fields.field(part.field)) {
                (fields::Field::Piece(piece), PieceField::Text(fields)) => {
                    Some((piece.name, fields.words, part.weight))
                }
                _ => None,
            })
            .collect();
        let mut lists = Vec::new();
        for (zone, field) in ZONES.iter().zip(&self.store.fields.zones).filter(|_| zones) {
            let within = |(name, _, _): &(&str, Field, Score)| zone.pieces.contains(name);
            if pieces.iter().filter(|piece| within(piece)).count() < zone.pieces.len() {
                continue;
            }
            let of_zone: Vec<_> = pieces.extract_if(.., |piece| within(piece)).collect();
            let weight = of_zone.iter().map(|(_, _, weight)| *weight).fold(0.0, Score::max);
            let pieces = of_zone.into_iter().map(|(name, field, _)| (name.to_owned(), field));
            lists.push(List { field: *field, pieces: pieces.collect(), weight });
        }
        let single = pieces.into_iter().map(|(name, field, weight)| List {
            field,
            pieces: vec![(name.to_owned(), field)],
            weight,
        });
        lists.extend(single);
        lists
    }

    /// Average length of a field's texts in words.
    fn average(&mut self, field: Field) -> Option<Score> {
        let searcher = self.searcher;
        *self.averages.entry(field).or_insert_with(|| {
            let schema = searcher.schema();
            if !schema.get_field_entry(field).has_fieldnorms() {
                return None;
            }
            let readers = searcher.segment_readers().iter();
            let words: u64 = readers
                .filter_map(|reader| Some(reader.inverted_index(field).ok()?.total_num_tokens()))
                .sum();
            Some(words as Score / searcher.num_docs().max(1) as Score)
        })
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
    fn near(
        &mut self,
        target: &Target,
        terms: &[Words],
        distance: u32,
    ) -> tantivy::Result<Box<dyn Query>> {
        let lists = self.lists(target, false, false);
        let fields: Vec<Field> = lists.iter().map(|list| list.field).collect();
        let mut groups = Vec::new();
        for words in terms {
            let looked = self.lookup.words(&words.words, &fields)?;
            groups.extend(looked.sequences.into_iter().next());
        }
        let idf = self.idf(&lists, &groups.concat())?;
        if !self.negated {
            self.terms.extend(groups.iter().flatten().flatten().cloned());
        }
        let pattern = Pattern::Near(groups, distance);
        let mut sources = Vec::new();
        for list in lists {
            let average = self.average(list.field);
            let List { field, pieces, weight } = list;
            let pattern = pattern.clone();
            sources.push(Source { pattern, field, pieces, weight, average, synonym: None });
        }
        let typed: Vec<String> = terms.iter().map(|words| text_of(&words.words)).collect();
        let label = typed.join(&format!(" NEAR/{distance} "));
        Ok(Box::new(Evidence { label, idf, sources: Arc::new(sources) }))
    }

    /// Studies with text as it was typed.
    fn as_written(&mut self, target: &Target, words: &Words) -> tantivy::Result<Box<dyn Query>> {
        let surfaces = surfaces(words);
        let simple = surfaces.len() == 1 && surfaces[0] == words.text;
        let (mut queries, mut pieces_left, mut columns) = (Vec::new(), Vec::new(), Vec::new());
        let mut candidates: Vec<Box<dyn Query>> = Vec::new();
        for part in &target.parts {
            let (fields::Field::Piece(piece), PieceField::Text(fields)) =
                (part.field, self.store.fields.field(part.field))
            else {
                continue;
            };
            let all: Vec<Box<dyn Query>> = surfaces
                .iter()
                .map(|surface| -> Box<dyn Query> {
                    let term = Term::from_field_text(fields.surfaces, surface);
                    Box::new(TermQuery::new(term, IndexRecordOption::Basic))
                })
                .collect();
            if all.is_empty() {
                continue;
            }
            let all: Box<dyn Query> = Box::new(BooleanQuery::intersection(all));
            if simple && words.coverage == Coverage::Contains {
                queries.push(constant(all, model::FULFILLED * part.weight));
            } else {
                candidates.push(all);
                match fields.column {
                    Some(column) => columns.push(self.name_of(column)),
                    None => pieces_left.push(piece.name),
                }
            }
        }
        if !candidates.is_empty() {
            let check = AsWritten {
                study: self.store.fields.study,
                pieces: pieces_left,
                columns,
                text: words.text.clone(),
                coverage: words.coverage,
            };
            let candidates = constant(union(candidates), model::FULFILLED);
            queries.push(Box::new(Filtered { candidates, check: Arc::new(check) }));
        }
        if !self.negated {
            let terms = self.lookup.terms(&words.text);
            self.terms.extend(terms);
        }
        queries.extend(self.typed_parts(target, &words.text));
        Ok(union(queries))
    }

    /// Studies with a site that fulfils a condition.
    fn at_site(&mut self, condition: &Condition) -> tantivy::Result<Box<dyn Query>> {
        let candidates = constant(self.maybe(condition)?, model::FULFILLED);
        let sites = pieces::sites();
        let Some(count) = self.store.fields.length_of(sites.id()) else {
            return Ok(Box::new(EmptyQuery));
        };
        let check = AnySite { condition: self.of_site(condition)?, count: self.name_of(count) };
        Ok(Box::new(Filtered { candidates, check: Arc::new(check) }))
    }

    /// A query for all studies that could have a site which fulfils a
    /// condition.
    fn maybe(&mut self, condition: &Condition) -> tantivy::Result<Box<dyn Query>> {
        Ok(match condition {
            Condition::And(all) => {
                let parts = all.iter().map(|part| Ok((Occur::Must, self.maybe(part)?)));
                conjunction(parts.collect::<tantivy::Result<Vec<_>>>()?)
            }
            Condition::Or(any) => {
                let parts = any.iter().map(|part| self.maybe(part));
                union(parts.collect::<tantivy::Result<Vec<_>>>()?)
            }
            Condition::All | Condition::Not(_) => every_study(),
            Condition::Test(Test { wanted: Wanted::Missing, .. }) => every_study(),
            Condition::AtSite(inner) | Condition::Tilted(_, inner) => self.maybe(inner)?,
            Condition::OfStudy(inner) => self.condition(inner)?,
            Condition::Test(_) => self.condition(condition)?,
        })
    }

    fn of_site(&mut self, condition: &Condition) -> tantivy::Result<SiteCondition> {
        let all = |planner: &mut Self, conditions: &[Condition]| {
            conditions.iter().map(|part| planner.of_site(part)).collect::<tantivy::Result<Vec<_>>>()
        };
        Ok(match condition {
            Condition::All => SiteCondition::All,
            Condition::And(conditions) => SiteCondition::And(all(self, conditions)?),
            Condition::Or(conditions) => SiteCondition::Or(all(self, conditions)?),
            Condition::Not(inner) => SiteCondition::Not(Box::new(self.of_site(inner)?)),
            Condition::AtSite(inner) | Condition::Tilted(_, inner) => self.of_site(inner)?,
            Condition::OfStudy(inner) => SiteCondition::OfStudy(self.condition(inner)?),
            Condition::Test(test) => self.site_test(test)?,
        })
    }

    fn site_test(&mut self, test: &Test) -> tantivy::Result<SiteCondition> {
        let mut any = Vec::new();
        for part in &test.target.parts {
            let field = self.store.fields.field(part.field);
            match &test.wanted {
                Wanted::Words(words) => {
                    if let Some(value) = typed(part.field, &words.text) {
                        any.extend(self.site_value(field, &value));
                    }
                }
                Wanted::Value(value) => any.extend(self.site_value(field, value)),
                Wanted::Near { .. } | Wanted::Missing => {}
            }
        }
        match &test.wanted {
            Wanted::Words(words) => any.push(self.site_words(&test.target, words)?),
            Wanted::Near { terms, distance } => {
                // Within a site the words of one value are near each other
                // by their positions in the whole study.
                let query = self.near(&test.target, terms, *distance)?;
                any.push(SiteCondition::OfStudy(query));
            }
            Wanted::Missing => {
                let present = test.target.parts.iter().filter_map(|part| self.site_present(part));
                return Ok(SiteCondition::Not(Box::new(SiteCondition::Or(present.collect()))));
            }
            Wanted::Value(_) => {}
        }
        Ok(SiteCondition::Or(any))
    }

    /// Sites that have a value in a field.
    fn site_present(&self, part: &TargetPart) -> Option<SiteCondition> {
        match self.store.fields.field(part.field) {
            PieceField::Text(fields) => {
                let boundary = vec![crate::text::BOUNDARY.to_owned()];
                Some(SiteCondition::Words(fields.words, vec![boundary]))
            }
            PieceField::Constant { sites: Some(field), .. } => {
                let fields::Field::Piece(piece) = part.field else { return None };
                let pieces::Kind::Enum(known) = piece.kind else { return None };
                let all = known.values.iter().map(|(constant, _)| (*constant).to_owned());
                Some(SiteCondition::Words(field, vec![all.collect()]))
            }
            PieceField::Point { lat, lon } => Some(SiteCondition::Within {
                lat: self.name_of(lat),
                lon: self.name_of(lon),
                circle: None,
            }),
            PieceField::Number(column) => Some(SiteCondition::Between {
                column: self.name_of(column),
                low: 1,
                high: i64::MAX,
            }),
            _ => None,
        }
    }

    fn site_value(&self, field: PieceField, value: &Value) -> Option<SiteCondition> {
        match (field, value) {
            (PieceField::Constant { sites: Some(field), .. }, Value::Constants(constants)) => {
                let constants = constants.iter().map(|constant| (*constant).to_owned()).collect();
                Some(SiteCondition::Words(field, vec![constants]))
            }
            (PieceField::Constant { sites: Some(field), .. }, Value::Code(code)) => {
                Some(SiteCondition::Words(field, vec![vec![code.clone()]]))
            }
            (PieceField::Point { lat, lon }, Value::Circle { .. }) => Some(SiteCondition::Within {
                lat: self.name_of(lat),
                lon: self.name_of(lon),
                circle: circle_of(value),
            }),
            (PieceField::Number(column), Value::Interval(low, high)) => {
                Some(SiteCondition::Between {
                    column: self.name_of(column),
                    low: low.unwrap_or(i64::MIN),
                    high: high.unwrap_or(i64::MAX),
                })
            }
            _ => None,
        }
    }

    /// Sites with words. Of single words each may stand in another field of
    /// the target.
    fn site_words(&mut self, target: &Target, words: &Words) -> tantivy::Result<SiteCondition> {
        let exact = words.expansion == Expansion::None
            && words.words.iter().all(|word| word.form == WordForm::Whole);
        let lists: Vec<(Field, Field)> = target
            .parts
            .iter()
            .filter_map(|part| match self.store.fields.field(part.field) {
                PieceField::Text(fields) => Some((fields.words, fields.surfaces)),
                _ => None,
            })
            .collect();
        let anywhere = |sequences: Vec<Vec<Slot>>, surfaces: bool| {
            let each = sequences.iter().flat_map(|sequence| {
                let fields =
                    lists.iter().map(|(words, exact)| if surfaces { *exact } else { *words });
                fields.map(|field| SiteCondition::Words(field, sequence.clone()))
            });
            SiteCondition::Or(each.collect())
        };
        if exact {
            let sequence = surfaces(words).into_iter().map(|surface| vec![surface]).collect();
            return Ok(anywhere(vec![sequence], true));
        }
        let fields: Vec<Field> = lists.iter().map(|(words, _)| *words).collect();
        let together = self.lookup.words(&words.words, &fields)?.covering(words.coverage);
        let mut any = vec![anywhere(together, false)];
        if may_stand_apart(words) && words.words.len() > 1 {
            let mut each = Vec::new();
            for word in &words.words {
                let looked = self.lookup.words(std::slice::from_ref(word), &fields)?;
                if !looked.sequences.is_empty() {
                    each.push(anywhere(looked.sequences, false));
                }
            }
            any.push(match words.expansion {
                Expansion::Lossy => SiteCondition::Or(each),
                _ => SiteCondition::And(each),
            });
        }
        Ok(SiteCondition::Or(any))
    }
}

/// Terms of a truncated word that are counted for its frequency.
const MOST_COUNTED: usize = 50;

fn circle_of(value: &Value) -> Option<Circle> {
    match value {
        Value::Circle { lat, lon, metres } => {
            Some(Circle { lat: *lat, lon: *lon, metres: *metres })
        }
        _ => None,
    }
}

fn any_term<'t>(field: Field, terms: impl IntoIterator<Item = &'t str>) -> Box<dyn Query> {
    let mut terms: Vec<Term> =
        terms.into_iter().map(|term| Term::from_field_text(field, term)).collect();
    match terms.len() {
        1 => Box::new(TermQuery::new(terms.remove(0), IndexRecordOption::Basic)),
        _ => Box::new(TermSetQuery::new(terms)),
    }
}

/// Whether each of the words may stand by itself.
fn may_stand_apart(words: &Words) -> bool {
    words.expansion >= Expansion::Relaxation
        && !words.quoted
        && words.coverage == Coverage::Contains
}

/// Whether a text is a value of a field that is not text.
fn is_value(part: &TargetPart, text: &str) -> bool {
    part.field.kind() != FieldKind::Text && typed(part.field, text).is_some()
}

fn text_of(words: &[Word]) -> String {
    words.iter().map(word_as_typed).collect::<Vec<_>>().join(" ")
}

/// The name that says that a list has elements.
fn present_name(piece: &'static pieces::Piece) -> String {
    // A list within sites has a length for every site, which may be 0.
    let list = if pieces::is_of_site(piece) { pieces::sites() } else { piece };
    list.name.to_owned()
}

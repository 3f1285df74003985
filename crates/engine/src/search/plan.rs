//! From what is asked to tantivy's queries.

mod as_written;
mod at_site;
mod lists;
mod near;
mod text;
mod worth;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::sync::Arc;

use tantivy::query::{
    AllQuery, BooleanQuery, ConstScoreQuery, EmptyQuery, Occur, Query, RangeQuery, TermQuery,
    TermSetQuery,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{Score, Searcher, Term};

pub(super) use self::lists::ListPiece;
use self::lists::Lists;
use super::circle::{AnyWithin, Circle};
use super::effort::{Effort, Looking};
use super::evidence::{Evidence, Source};
use super::filtered::Filtered;
use super::model::{self, Model};
use super::occurrences::Pattern;
use super::steady::{Steady, alternative};
use super::thesaurus::{Synonym, Thesaurus};
use super::tilted::Tilted;
use super::words::{Lookup, in_digits, word_as_typed};
use crate::index::{IndexError, PieceField, Store};
use trialdex_query::meaning::{
    Condition, Expansion, Target, TargetPart, Test, Value, Wanted, Word,
};
use trialdex_query::typed;
use trialdex_records::study::areas::WORDS;
use trialdex_records::study::criteria::PIECE as CRITERIA;
use trialdex_records::study::study_fields::{self, FieldKind};
use trialdex_text::vocabulary::OwnSynonyms;

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
    /// It is asked that studies do not have it.
    pub negated: bool,
    /// Studies with any of it in texts.
    pub(super) query: Evidence,
    /// Studies with a value, a number or characters that the words are, too.
    pub(super) besides: Vec<Arc<dyn Query>>,
    /// Where one source has the words and their synonyms: studies with the
    /// words themselves, and with each synonym.
    pub(super) apart: Vec<(Option<usize>, Arc<dyn Query>)>,
}

impl Interpreted {
    /// The queries for the words themselves and for each synonym, with its
    /// position in [`Interpreted::synonyms`].
    pub(super) fn queries(&self) -> Vec<(Option<usize>, Box<dyn Query>)> {
        if !self.apart.is_empty() {
            let apart = self.apart.iter();
            return apart.map(|(of, query)| (*of, query.box_clone())).collect();
        }
        let mut parts: BTreeMap<Option<usize>, Vec<Source>> = BTreeMap::new();
        parts.entry(None).or_default();
        for source in self.query.sources.iter() {
            parts.entry(source.synonym).or_default().push(source.clone());
        }
        let queries = parts.into_iter().map(|(synonym, sources)| {
            let with = Evidence { sources: Arc::new(sources), ..self.query.clone() };
            let mut queries: Vec<Box<dyn Query>> = vec![Box::new(with)];
            if synonym.is_none() {
                queries.extend(self.besides.iter().map(|query| query.box_clone()));
            }
            (synonym, union(queries))
        });
        queries.collect()
    }
}

/// Words that every hit has, unless fewer are asked for.
pub(super) struct Clause {
    /// The words as typed.
    pub(super) label: String,
    pub(super) query: Box<dyn Query>,
}

/// Clauses of words, and what has to hold or must not hold anyway.
pub(super) type Divided = (Vec<Clause>, Vec<(Occur, Box<dyn Query>)>);

/// How a question is carried out.
pub(super) struct Plan {
    /// What every hit has, ranked by: words, of which fewer may be asked for.
    pub(super) clauses: Vec<Clause>,
    /// What else every hit has to have or lack.
    fixed: Vec<(Occur, Box<dyn Query>)>,
    /// What every hit has besides, without a part in its score; one for each
    /// filter of the question.
    pub(super) filters: Vec<Box<dyn Query>>,
    /// Terms to be marked in texts.
    pub(super) terms: BTreeSet<String>,
    /// Names of several terms, to be marked where they are whole.
    pub(super) names: BTreeSet<Vec<String>>,
    /// What the words stand for.
    pub(super) understood: Vec<Interpreted>,
    /// All that ranks are plain words, whose first hits tell more.
    learns: bool,
    /// No words were taken together that may be apart.
    pub(super) word_by_word: bool,
}

impl Plan {
    /// Whether what the first hits have in common says something about what is
    /// asked.
    pub(super) fn learns(&self) -> bool {
        self.learns
    }

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

    /// Whether any clause is a name of several words.
    pub(super) fn has_names(&self) -> bool {
        self.understood.iter().any(|words| words.typed.contains(' '))
    }

    /// Whether hits have to fulfil more than what ranks them.
    pub(super) fn has_filters(&self) -> bool {
        !self.filters.is_empty()
    }

    /// What ranks, by itself, so that its parts are summed up in the same
    /// order whatever the filters.
    pub(super) fn ranked(&self, required: usize) -> Box<dyn Query> {
        let mut all: Vec<(Occur, Box<dyn Query>)> =
            self.fixed.iter().map(|(occur, query)| (*occur, query.box_clone())).collect();
        let clauses: Vec<Box<dyn Query>> =
            self.clauses.iter().map(|clause| clause.query.box_clone()).collect();
        if required >= clauses.len() {
            all.extend(clauses.into_iter().map(|clause| (Occur::Must, clause)));
        } else {
            let clauses = clauses.into_iter().map(alternative).collect();
            let some = BooleanQuery::union_with_minimum_required_clauses(clauses, required);
            all.push((Occur::Must, Box::new(some)));
        }
        conjunction(all)
    }
}

/// Whether a condition is words, looked for in the area of plain words.
fn is_plain_words(condition: &Condition) -> bool {
    match condition {
        Condition::And(all) | Condition::Or(all) => all.iter().all(is_plain_words),
        Condition::Test(Test { target, wanted: Wanted::Words(words), .. }) => {
            target.name == WORDS.name && words.expansion >= Expansion::Term
        }
        _ => false,
    }
}

/// Everything that has to hold, and nothing that must not.
pub(super) fn conjunction(mut all: Vec<(Occur, Box<dyn Query>)>) -> Box<dyn Query> {
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
        _ => Box::new(BooleanQuery::union(queries.into_iter().map(alternative).collect())),
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
    effort: Effort,
    /// What was typed for the part that is planned.
    part: String,
    terms: BTreeSet<String>,
    names: BTreeSet<Vec<String>>,
    understood: Vec<Interpreted>,
    /// Terms of a synonym that is not looked for, to see what it brings in.
    without: Option<Vec<String>>,
    /// What is planned is not what hits have: it is negated.
    negated: bool,
    lists: Lists,
    model: Model,
    /// Words that may be apart are looked for one by one.
    word_by_word: bool,
}

impl<'a> Planner<'a> {
    /// # Errors
    ///
    /// Where the vocabulary of the index cannot be read.
    pub(super) fn new(
        store: &'a Store,
        searcher: &'a Searcher,
        model: Model,
        own: Option<&'a OwnSynonyms>,
    ) -> Result<Self, IndexError> {
        Ok(Self {
            store,
            searcher,
            thesaurus: Thesaurus::new(store, searcher, own)?,
            lookup: Lookup::new(searcher, &store.fields),
            effort: Effort::within(searcher),
            part: String::new(),
            terms: BTreeSet::new(),
            names: BTreeSet::new(),
            understood: Vec::new(),
            without: None,
            negated: false,
            lists: Lists::new(),
            model,
            word_by_word: false,
        })
    }

    /// Leaves out a synonym.
    pub(super) fn without(mut self, terms: &[String]) -> Self {
        self.without = Some(terms.to_owned());
        self
    }

    /// Takes no words together that may be apart.
    pub(super) fn word_by_word(mut self) -> Self {
        self.word_by_word = true;
        self
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
        let learns = !ranked.is_empty() && ranked.iter().all(is_plain_words);
        let (terms, names, understood) = (self.terms, self.names, self.understood);
        let word_by_word = self.word_by_word;
        Ok(Plan { clauses, fixed, filters, terms, names, understood, learns, word_by_word })
    }

    /// A condition as clauses of words and what has to hold anyway.
    pub(super) fn divided(&mut self, condition: &Condition) -> tantivy::Result<Divided> {
        let (mut clauses, mut fixed) = (Vec::new(), Vec::new());
        self.split(condition, &mut clauses, &mut fixed)?;
        Ok((clauses, fixed))
    }

    /// Parts a condition into clauses of words and what has to hold anyway.
    fn split(
        &mut self,
        condition: &Condition,
        clauses: &mut Vec<Clause>,
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
                let words = in_digits(words);
                match self.clauses(target, &words)? {
                    Some(parts) => clauses.extend(parts),
                    None => {
                        let label = text_of(&words.words);
                        let query = self.words(target, &words)?;
                        clauses.extend(query.map(|query| Clause { label, query }));
                    }
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

    /// The query for a condition as a whole.
    pub(super) fn condition(&mut self, condition: &Condition) -> tantivy::Result<Box<dyn Query>> {
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
                let query = self.words(&test.target, &in_digits(words))?;
                Ok(query.unwrap_or_else(|| Box::new(EmptyQuery)))
            }
            Wanted::Near(near) => self.near(&test.target, near),
            Wanted::Value(value) => {
                let queries = test.target.parts.iter().filter_map(|part| {
                    Some(constant(self.value(part.field, value)?, model::FULFILLED * part.weight))
                });
                Ok(union(queries.collect()))
            }
            Wanted::Missing => {
                let present = present(self.store, &test.target);
                Ok(conjunction(vec![(Occur::MustNot, present)]))
            }
        }
    }

    /// Studies with a value in a field that is not text.
    fn value(&self, field: study_fields::StudyField, value: &Value) -> Option<Box<dyn Query>> {
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
                let bound = |at: i64| Bound::Included(Term::from_field_i64(lat, at));
                let check = AnyWithin { circle, lat: self.name_of(lat), lon: self.name_of(lon) };
                let candidates = Box::new(RangeQuery::new(bound(south), bound(north)));
                Some(Box::new(Filtered { candidates, check: Arc::new(check) }))
            }
            _ => None,
        }
    }

    /// Counts what it takes to look for a pattern.
    fn look_for(&self, field: Field, pattern: &Pattern, looking: Looking) -> tantivy::Result<()> {
        self.effort.look_for(self.searcher, (field, pattern), looking, &self.part)
    }

    fn name_of(&self, field: Field) -> String {
        self.store.index.schema().get_field_name(field).to_owned()
    }
}

/// Studies with a value in any field of a target.
pub(super) fn present(store: &Store, target: &Target) -> Box<dyn Query> {
    let field = store.fields.present;
    let names = target.parts.iter().map(|part| match part.field {
        // A list has a length where it has elements.
        study_fields::StudyField::Size(piece) => piece.name.to_owned(),
        other => other.name(),
    });
    let terms = names.map(|name| Term::from_field_text(field, &name));
    Box::new(TermSetQuery::new(terms.collect::<BTreeSet<_>>()))
}

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

/// Whether a text is a value of a field that is not text.
fn is_value(part: &TargetPart, text: &str) -> bool {
    part.field.kind() != FieldKind::Text && typed(part.field, text).is_some()
}

/// Whether all of a piece belongs to a target: of the criteria, the area of
/// plain words has those for inclusion, which no field of their own holds.
fn is_looked_in_whole(target: &Target, piece: &str) -> bool {
    target.name != WORDS.name || piece != CRITERIA
}

fn text_of(words: &[Word]) -> String {
    words.iter().map(word_as_typed).collect::<Vec<_>>().join(" ")
}

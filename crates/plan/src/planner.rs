//! From what is asked to a plan.

mod as_written;
mod at_site;
mod lists;
mod near;
mod searched_field;
#[cfg(test)]
mod tests;
mod text;
mod worth;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use trialdex_query::meaning::{
    Expansion, FieldCondition, MatchCondition, QueryWord, SearchTarget, TargetField,
    ValueCondition, ValueSet,
};
use trialdex_query::typed;
use trialdex_records::study::areas::WORDS;
use trialdex_records::study::criteria::PIECE as CRITERIA;
use trialdex_records::study::study_fields::{FieldKind, StudyField};

use self::searched_field::ListCache;
use crate::effort::Effort;
use crate::error::PlanResult;
use crate::layout::{FieldStorage, IndexField, storage_of};
use crate::lexicon::Lexicon;
use crate::model::{self, Model};
use crate::name_candidate::Synonym;
use crate::thesaurus::Thesaurus;
use crate::tree::{Circle, Evidence, Node, Source};
use crate::words::{Lookup, in_digits, word_as_typed};

/// What words stand for in a search.
#[derive(Debug, Clone)]
pub struct InterpretedWords {
    /// The words as typed.
    pub typed: String,
    /// Where they are looked for, as in `AREA[...]`.
    pub area: String,
    /// Their terms in the index; several at one place are alternatives.
    pub terms: Vec<Vec<String>>,
    /// Names that are also looked for.
    pub synonyms: Vec<Synonym>,
    /// More terms fit a truncated or misspelt word than are looked for.
    pub cut: bool,
    /// It is asked that studies do not have it.
    pub negated: bool,
    /// Studies with any of it in texts.
    pub evidence: Evidence,
    /// Studies with a value, a number or characters that the words are, too.
    pub besides: Vec<Node>,
    /// Where one source has the words and their synonyms: studies with the
    /// words themselves, and with each synonym.
    pub apart: Vec<(Option<usize>, Node)>,
}

impl InterpretedWords {
    /// The studies with the words themselves and with each synonym, with its
    /// position in [`InterpretedWords::synonyms`].
    #[must_use]
    pub fn by_name(&self) -> Vec<(Option<usize>, Node)> {
        if !self.apart.is_empty() {
            return self.apart.clone();
        }
        let mut parts: BTreeMap<Option<usize>, Vec<Source>> = BTreeMap::new();
        parts.entry(None).or_default();
        for source in self.evidence.sources.iter() {
            parts.entry(source.synonym).or_default().push(source.clone());
        }
        let by_name = parts.into_iter().map(|(synonym, sources)| {
            let with = Evidence { sources: Arc::new(sources), ..self.evidence.clone() };
            let mut nodes = vec![Node::Evidence(with)];
            if synonym.is_none() {
                nodes.extend(self.besides.iter().cloned());
            }
            (synonym, Node::any(nodes))
        });
        by_name.collect()
    }
}

/// Words that every hit has, unless fewer are asked for.
#[derive(Debug, Clone)]
pub struct Clause {
    /// The words as typed.
    pub label: String,
    /// The studies that have them.
    pub node: Node,
}

/// Clauses of words, and what has to hold or, as a [`Node::Not`], must not
/// hold anyway.
pub(crate) type Divided = (Vec<Clause>, Vec<Node>);

/// How a question is carried out.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Words that rank. Every hit has all of them, or as many as are asked for.
    pub clauses: Vec<Clause>,
    /// What else every hit has to have or lack.
    fixed: Vec<Node>,
    /// What every hit also fulfils, without a part in its score; one for each
    /// filter of the question.
    pub filters: Vec<Node>,
    /// Terms of the words and of synonyms of one word, to be marked in texts.
    pub terms: BTreeSet<String>,
    /// Synonyms of several words, to be marked where all words are together.
    pub names: BTreeSet<Vec<String>>,
    /// What the words stand for.
    pub understood: Vec<InterpretedWords>,
    /// What ranks is plain words alone, so that what the first hits have in
    /// common says something about what is asked.
    pub learns: bool,
    /// Words that may be apart were taken one by one.
    pub word_by_word: bool,
}

impl Plan {
    /// The studies that have at least `required` of the clauses, and fulfil
    /// all else.
    #[must_use]
    pub fn node(&self, required: usize) -> Node {
        let ranked = self.ranked(required);
        if self.filters.is_empty() {
            return ranked;
        }
        let filters = Node::Every(self.filters.clone()).constant(0.0);
        Node::every(vec![ranked, filters])
    }

    /// What ranks, by itself, so that its parts are summed up in the same
    /// order whatever the filters.
    #[must_use]
    pub fn ranked(&self, required: usize) -> Node {
        let mut all = self.fixed.clone();
        all.extend(these(&self.clauses, required));
        Node::every(all)
    }

    /// Whether any clause is a name of several words.
    #[must_use]
    pub fn has_names(&self) -> bool {
        self.understood.iter().any(|words| words.typed.contains(' '))
    }

    /// Whether hits have to fulfil more than what ranks them.
    #[must_use]
    pub fn has_filters(&self) -> bool {
        !self.filters.is_empty()
    }
}

/// All of some clauses, or so many at least.
fn these(clauses: &[Clause], required: usize) -> Vec<Node> {
    let nodes: Vec<Node> = clauses.iter().map(|clause| clause.node.clone()).collect();
    if required >= nodes.len() { nodes } else { vec![Node::Any(nodes, required)] }
}

/// Whether a condition is words, looked for in the area of plain words.
fn is_plain_words(condition: &MatchCondition) -> bool {
    match condition {
        MatchCondition::And(all) | MatchCondition::Or(all) => all.iter().all(is_plain_words),
        MatchCondition::Field(FieldCondition {
            target,
            wanted: ValueCondition::Words(words),
            ..
        }) => target.name == WORDS.name && words.expansion >= Expansion::Term,
        _ => false,
    }
}

/// Makes plans.
pub(crate) struct Planner<'a> {
    lexicon: &'a dyn Lexicon,
    thesaurus: Thesaurus<'a>,
    lookup: Lookup<'a>,
    effort: Effort,
    /// What was typed for the part that is planned.
    part: String,
    terms: BTreeSet<String>,
    names: BTreeSet<Vec<String>>,
    understood: Vec<InterpretedWords>,
    /// Terms of a synonym that is not looked for, to see what it brings in.
    without: Option<Vec<String>>,
    /// What is planned is not what hits have: it is negated.
    negated: bool,
    lists: ListCache,
    model: Model,
    /// Words that may be apart are looked for one by one.
    word_by_word: bool,
}

impl<'a> Planner<'a> {
    /// A planner of one question.
    pub(crate) fn new(thesaurus: Thesaurus<'a>, model: Model) -> Self {
        let lexicon = thesaurus.lexicon;
        Self {
            lexicon,
            thesaurus,
            lookup: Lookup::new(lexicon),
            effort: Effort::within(lexicon.studies()),
            part: String::new(),
            terms: BTreeSet::new(),
            names: BTreeSet::new(),
            understood: Vec::new(),
            without: None,
            negated: false,
            lists: ListCache::new(),
            model,
            word_by_word: false,
        }
    }

    /// Leaves out a synonym.
    pub(crate) fn without(mut self, terms: &[String]) -> Self {
        self.without = Some(terms.to_owned());
        self
    }

    /// Whether no words are taken together that may be apart.
    pub(crate) fn word_by_word(mut self, word_by_word: bool) -> Self {
        self.word_by_word = word_by_word;
        self
    }

    /// The plan of a question.
    ///
    /// # Errors
    ///
    /// Where the question looks at too much of the index, or the index cannot
    /// be read.
    pub(crate) fn plan(
        mut self,
        ranked: &[MatchCondition],
        filters: &[MatchCondition],
    ) -> PlanResult<Plan> {
        let (mut clauses, mut fixed) = (Vec::new(), Vec::new());
        for condition in ranked {
            self.split(condition, &mut clauses, &mut fixed)?;
        }
        let filters = filters.iter().map(|condition| self.condition(condition));
        let filters = filters.collect::<PlanResult<Vec<_>>>()?;
        let learns = !ranked.is_empty() && ranked.iter().all(is_plain_words);
        let (terms, names, understood) = (self.terms, self.names, self.understood);
        let word_by_word = self.word_by_word;
        Ok(Plan { clauses, fixed, filters, terms, names, understood, learns, word_by_word })
    }

    /// A condition as clauses of words and what has to hold anyway.
    ///
    /// # Errors
    ///
    /// As [`Self::plan`].
    pub(crate) fn divided(&mut self, condition: &MatchCondition) -> PlanResult<Divided> {
        let (mut clauses, mut fixed) = (Vec::new(), Vec::new());
        self.split(condition, &mut clauses, &mut fixed)?;
        Ok((clauses, fixed))
    }

    /// Parts a condition into clauses of words and what has to hold anyway.
    fn split(
        &mut self,
        condition: &MatchCondition,
        clauses: &mut Vec<Clause>,
        fixed: &mut Vec<Node>,
    ) -> PlanResult<()> {
        match condition {
            MatchCondition::And(all) => {
                for condition in all {
                    self.split(condition, clauses, fixed)?;
                }
            }
            MatchCondition::Not(inner) => fixed.push(self.negated(inner)?),
            MatchCondition::Field(FieldCondition {
                target,
                wanted: ValueCondition::Words(words),
                ..
            }) => {
                let words = in_digits(words);
                match self.clauses(target, &words)? {
                    Some(parts) => clauses.extend(parts),
                    None => {
                        let label = text_of(&words.words);
                        let node = self.words(target, &words)?;
                        clauses.extend(node.map(|node| Clause { label, node }));
                    }
                }
            }
            other => fixed.push(self.condition(other)?),
        }
        Ok(())
    }

    fn negated(&mut self, condition: &MatchCondition) -> PlanResult<Node> {
        let before = std::mem::replace(&mut self.negated, true);
        let node = self.condition(condition);
        self.negated = before;
        Ok(node?.negated())
    }

    /// The studies that fulfil a condition as a whole.
    ///
    /// # Errors
    ///
    /// As [`Self::plan`].
    pub(crate) fn condition(&mut self, condition: &MatchCondition) -> PlanResult<Node> {
        Ok(match condition {
            MatchCondition::All => Node::All,
            MatchCondition::And(all) => {
                let parts = all.iter().map(|condition| match condition {
                    MatchCondition::Not(inner) => self.negated(inner),
                    other => self.condition(other),
                });
                Node::every(parts.collect::<PlanResult<Vec<_>>>()?)
            }
            MatchCondition::Or(any) => {
                let parts = any.iter().map(|condition| self.condition(condition));
                Node::any(parts.collect::<PlanResult<Vec<_>>>()?)
            }
            MatchCondition::Not(inner) => Node::every(vec![self.negated(inner)?]),
            MatchCondition::OfStudy(inner) => self.condition(inner)?,
            MatchCondition::AtSite(inner) => self.at_site(inner)?,
            MatchCondition::Tilted(field, inner) => {
                let node = self.condition(inner)?;
                match storage_of(*field) {
                    FieldStorage::Numbers => {
                        Node::Tilted(Box::new(node), IndexField::Numbers(*field))
                    }
                    _ => node,
                }
            }
            MatchCondition::Field(test) => self.test(test)?,
        })
    }

    fn test(&mut self, test: &FieldCondition) -> PlanResult<Node> {
        match &test.wanted {
            ValueCondition::Words(words) => {
                Ok(self.words(&test.target, &in_digits(words))?.unwrap_or(Node::None))
            }
            ValueCondition::Near(near) => self.near(&test.target, near),
            ValueCondition::Value(value) => {
                let nodes = test.target.parts.iter().filter_map(|part| {
                    Some(with_value(part.field, value)?.constant(model::FULFILLED * part.weight))
                });
                Ok(Node::any(nodes.collect()))
            }
            ValueCondition::Missing => Ok(Node::every(vec![present(&test.target).negated()])),
        }
    }

    /// Counts what it takes to look for a source.
    fn look_for(&self, source: &Source) -> PlanResult<()> {
        self.effort.look_for(self.lexicon, source, &self.part)
    }
}

/// Studies with a value in a field that is not text.
fn with_value(field: StudyField, value: &ValueSet) -> Option<Node> {
    match (storage_of(field), value) {
        (FieldStorage::Numbers, ValueSet::Interval(low, high)) => {
            let (low, high) = (low.unwrap_or(i64::MIN), high.unwrap_or(i64::MAX));
            Some(Node::Interval(IndexField::Numbers(field), low, high))
        }
        (FieldStorage::Constants { .. }, value) => {
            Some(Node::Terms(IndexField::Constants(field), constants_of(value)?))
        }
        (FieldStorage::Points, value) => match field {
            StudyField::Piece(piece) => Some(Node::Within(piece.id(), circle_of(value)?)),
            _ => None,
        },
        _ => None,
    }
}

/// The constants that a value names.
fn constants_of(value: &ValueSet) -> Option<Vec<String>> {
    match value {
        ValueSet::Constants(constants) => {
            Some(constants.iter().map(|constant| (*constant).to_owned()).collect())
        }
        ValueSet::Code(code) => Some(vec![code.clone()]),
        _ => None,
    }
}

/// Studies with a value in any field of a target.
#[must_use]
pub fn present(target: &SearchTarget) -> Node {
    let names = target.parts.iter().map(|part| match part.field {
        // A list has a length where it has elements.
        StudyField::Size(piece) => piece.name.to_owned(),
        other => other.name(),
    });
    let names: BTreeSet<String> = names.collect();
    Node::Terms(IndexField::Present, names.into_iter().collect())
}

fn circle_of(value: &ValueSet) -> Option<Circle> {
    match value {
        ValueSet::Circle { lat, lon, metres } => {
            Some(Circle { lat: *lat, lon: *lon, metres: *metres })
        }
        _ => None,
    }
}

/// Whether a text is a value of a field that is not text.
fn is_value(part: &TargetField, text: &str) -> bool {
    part.field.kind() != FieldKind::Text && typed(part.field, text).is_some()
}

/// Whether all of a piece belongs to a target: of the criteria, the area of
/// plain words has those for inclusion, which no field of their own holds.
fn is_looked_in_whole(target: &SearchTarget, piece: &str) -> bool {
    target.name != WORDS.name || piece != CRITERIA
}

fn text_of(words: &[QueryWord]) -> String {
    words.iter().map(word_as_typed).collect::<Vec<_>>().join(" ")
}

//! From a query's clauses to tantivy's queries.

use std::collections::BTreeSet;

use tantivy::Term;
use tantivy::query::{
    BooleanQuery, BoostQuery, DisjunctionMaxQuery, EmptyQuery, PhraseQuery, Query as TantivyQuery,
    TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};

use crate::index::Store;
use crate::query::{ClauseKind, Query};
use crate::study::NctId;
use crate::study::areas::WORDS;
use crate::text;

/// Weight of a study's own number, above what any mention of it scores.
const ITSELF: f32 = 100.0;

/// What a match in a further field adds to that in the best one. The same
/// words in title, summary and description are hardly more evidence than in
/// one of them: with full sums, records lose that are short of a field.
const OTHER_FIELDS: f32 = 0.2;

/// How a query is carried out.
pub(super) struct Plan {
    clauses: Vec<Box<dyn TantivyQuery>>,
    terms: BTreeSet<String>,
}

impl Plan {
    pub(super) fn new(store: &Store, query: &Query) -> Self {
        let mut analyzer = text::analyzer();
        let mut plan = Self { clauses: Vec::new(), terms: BTreeSet::new() };
        for clause in &query.clauses {
            let words = text::words(&mut analyzer, &clause.kind.text());
            let terms: Vec<String> = words.into_iter().map(|word| word.term).collect();
            if terms.is_empty() {
                continue;
            }
            let text = in_all_fields(store, &terms);
            plan.clauses.push(match clause.kind {
                ClauseKind::Number(nct) => Box::new(numbered(store, nct, text)),
                _ => text,
            });
            plan.terms.extend(terms);
        }
        plan
    }

    /// Number of clauses that have words in them.
    pub(super) fn clauses(&self) -> usize {
        self.clauses.len()
    }

    /// The words looked for, as they stand in the index.
    pub(super) fn terms(&self) -> impl Iterator<Item = &str> {
        self.terms.iter().map(String::as_str)
    }

    /// The query for studies that have at least `required` of the clauses.
    pub(super) fn query(&self, required: usize) -> Box<dyn TantivyQuery> {
        let clauses: Vec<Box<dyn TantivyQuery>> =
            self.clauses.iter().map(|clause| clause.box_clone()).collect();
        match clauses.len() {
            0 => Box::new(EmptyQuery),
            all if all == required => Box::new(BooleanQuery::intersection(clauses)),
            _ => Box::new(BooleanQuery::union_with_minimum_required_clauses(clauses, required)),
        }
    }
}

/// A word or phrase in any of the fields that plain words are looked for in:
/// its score is that of the best field by weight, and a little for the others.
fn in_all_fields(store: &Store, terms: &[String]) -> Box<dyn TantivyQuery> {
    let parts = WORDS.parts.iter().flat_map(|part| {
        part.pieces.iter().map(|piece| (part.weight, store.fields.words_of(piece)))
    });
    let fields = parts.filter_map(|(weight, field)| {
        let query = in_field(field?, terms);
        let boosted: Box<dyn TantivyQuery> = Box::new(BoostQuery::new(query, weight));
        Some(boosted)
    });
    Box::new(DisjunctionMaxQuery::with_tie_breaker(fields.collect(), OTHER_FIELDS))
}

/// The study with that number, before those that mention it.
fn numbered(store: &Store, nct: NctId, mentions: Box<dyn TantivyQuery>) -> BooleanQuery {
    let term = Term::from_field_u64(store.fields.nct, u64::from(nct.number()));
    let itself = TermQuery::new(term, IndexRecordOption::Basic);
    BooleanQuery::union(vec![Box::new(BoostQuery::new(Box::new(itself), ITSELF)), mentions])
}

fn in_field(field: Field, terms: &[String]) -> Box<dyn TantivyQuery> {
    let mut terms: Vec<Term> =
        terms.iter().map(|term| Term::from_field_text(field, term)).collect();
    match terms.len() {
        1 => Box::new(TermQuery::new(terms.remove(0), IndexRecordOption::WithFreqs)),
        _ => Box::new(PhraseQuery::new(terms)),
    }
}

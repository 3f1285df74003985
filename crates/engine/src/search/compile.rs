//! Plans as tantivy's queries.

use std::ops::Bound;
use std::sync::Arc;

use tantivy::query::{
    AllQuery, BooleanQuery, ConstScoreQuery, DisjunctionMaxQuery, EmptyQuery, Occur, Query,
    RangeQuery, TermQuery, TermSetQuery,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{Score, TantivyError, Term};

use super::circle::{AnyWithin, latitudes};
use super::evidence::{Evidence, Norms, Source, norms};
use super::filtered::{Filtered, StudyCheck};
use super::inclusion::Inclusion;
use super::sites::{AnySite, SiteCheck};
use super::steady::{Steady, alternative};
use super::surfaces::{AsWritten, Values};
use super::tilted::Tilted;
use super::view::IndexView;
use crate::index::{PieceField, terms_of};
use trialdex_plan::layout::IndexField;
use trialdex_plan::{Circle, Counting, LookUp, Node, Pattern, SiteCondition, Source as PlanSource};
use trialdex_records::study::pieces::{self, PieceId};

impl IndexView<'_> {
    /// The query for a part of a plan.
    pub(super) fn query(&self, node: &Node) -> tantivy::Result<Box<dyn Query>> {
        Ok(match node {
            Node::All => Box::new(ConstScoreQuery::new(Box::new(AllQuery), 0.0)),
            Node::None => Box::new(EmptyQuery),
            Node::Every(parts) => Box::new(BooleanQuery::new(self.occurring(parts)?)),
            Node::Not(_) => {
                let every = Node::every(vec![node.clone()]);
                self.query(&every)?
            }
            Node::Any(parts, least) => {
                let parts = self.alternatives(parts)?;
                Box::new(BooleanQuery::union_with_minimum_required_clauses(parts, *least))
            }
            Node::Best(parts, tie) => {
                Box::new(DisjunctionMaxQuery::with_tie_breaker(self.alternatives(parts)?, *tie))
            }
            Node::Constant(inner, score) => {
                Box::new(ConstScoreQuery::new(self.query(inner)?, *score))
            }
            Node::Evidence(evidence) => Box::new(self.evidence(evidence)?),
            Node::Terms(field, terms) => {
                any_term(terms_of(&self.searcher, self.field(*field)?, terms)?)
            }
            Node::Interval(field, low, high) => interval(self.field(*field)?, *low, *high),
            Node::Within(piece, circle) => self.within(*piece, *circle)?,
            Node::AtSite(candidates, condition) => {
                let count = self.store.fields.length_of(pieces::sites().id());
                let Some(count) = count else { return Ok(Box::new(EmptyQuery)) };
                let condition = self.at_site(condition)?;
                self.filtered(candidates, AnySite { condition, count: self.name_of(count) })?
            }
            Node::AsWritten { candidates, piece, text, coverage } => {
                let values = self.values_of(*piece)?;
                let (text, coverage) = (text.clone(), *coverage);
                self.filtered(candidates, AsWritten { values, text, coverage })?
            }
            Node::Inclusion(candidates, stretch) => {
                let (study, stretch) = (self.store.fields.study, stretch.clone());
                self.filtered(candidates, Inclusion { study, stretch })?
            }
            Node::Tilted(inner, field) => {
                let column = self.name_of(self.field(*field)?);
                let range = self.ranges.get(field).copied();
                Box::new(Tilted { query: self.query(inner)?, column, range })
            }
            Node::Itself(nct) => {
                let number = u64::from(nct.number());
                let term = Term::from_field_u64(self.store.fields.nct, number);
                Box::new(TermQuery::new(term, IndexRecordOption::Basic))
            }
        })
    }

    /// Parts that hits have to have or to lack.
    fn occurring(&self, parts: &[Node]) -> tantivy::Result<Vec<(Occur, Box<dyn Query>)>> {
        let occurring = parts.iter().map(|part| -> tantivy::Result<(Occur, Box<dyn Query>)> {
            match part {
                Node::Not(inner) => Ok((Occur::MustNot, Box::new(Steady(self.query(inner)?)))),
                part => Ok((Occur::Must, self.query(part)?)),
            }
        });
        occurring.collect()
    }

    /// Parts that a hit may lack.
    fn alternatives(&self, parts: &[Node]) -> tantivy::Result<Vec<Box<dyn Query>>> {
        parts.iter().map(|part| Ok(alternative(self.query(part)?))).collect()
    }

    /// Those of some candidates that pass a check.
    fn filtered(
        &self,
        candidates: &Node,
        check: impl StudyCheck + 'static,
    ) -> tantivy::Result<Box<dyn Query>> {
        let candidates = self.query(candidates)?;
        Ok(Box::new(Filtered { candidates, check: Arc::new(check) }))
    }

    /// Studies with words.
    pub(super) fn evidence(&self, evidence: &trialdex_plan::Evidence) -> tantivy::Result<Evidence> {
        let beyond = evidence.sources.iter().any(|one| one.counting == Counting::Inclusion);
        // What lies beyond other sources is found with all of them.
        let together = beyond.then(|| {
            let look_ups: Vec<LookUp> = evidence.sources.iter().map(PlanSource::look_up).collect();
            self.found(&look_ups)
        });
        let together = together.transpose()?;
        let mut sources = Vec::with_capacity(evidence.sources.len());
        for (at, source) in evidence.sources.iter().enumerate() {
            let found = match (&together, &source.counting) {
                (Some(found), _) => Some(found[at].clone()),
                (None, Counting::Each) => match source.pattern {
                    Pattern::Phrase(_) => self.found_again(&source.look_up())?,
                    _ => None,
                },
                (None, _) => Some(self.keep_found(&source.look_up())?),
            };
            sources.push(Source {
                pattern: source.pattern.clone(),
                field: self.field(source.field)?,
                pieces: source.pieces.clone(),
                weight: source.weight,
                norms: source.average_length.map(|average| self.norms(source.field, average)),
                synonym: source.synonym,
                found,
            });
        }
        let (label, fields) = (evidence.label.clone(), self.store.fields.clone());
        let (worth, sources, model) = (evidence.worth, Arc::new(sources), self.model);
        Ok(Evidence { label, worth, sources, model, fields })
    }

    /// What the lengths of a field's texts do to a score.
    fn norms(&self, field: IndexField, average: Score) -> Norms {
        let mut known = self.norms.borrow_mut();
        known
            .entry((field, average.to_bits()))
            .or_insert_with(|| norms(&self.model, average))
            .clone()
    }

    fn within(&self, piece: PieceId, circle: Circle) -> tantivy::Result<Box<dyn Query>> {
        let (lat, lon) = self.point(piece)?;
        let (south, north) = latitudes(&circle);
        let check = AnyWithin { circle, lat: self.name_of(lat), lon: self.name_of(lon) };
        let candidates = interval(lat, south, north);
        Ok(Box::new(Filtered { candidates, check: Arc::new(check) }))
    }

    /// The fields of points, north and east.
    fn point(&self, piece: PieceId) -> tantivy::Result<(Field, Field)> {
        match self.store.fields.of(piece) {
            PieceField::Point { lat, lon } => Ok((lat, lon)),
            _ => Err(TantivyError::InvalidArgument(format!("no points of piece {piece}"))),
        }
    }

    /// Where the values of a text piece are.
    fn values_of(&self, piece: PieceId) -> tantivy::Result<Values> {
        match self.store.fields.named(IndexField::Column(piece)) {
            Some(column) => Ok(Values::Column(self.name_of(column))),
            None => {
                let name = pieces::all()[usize::from(piece)].name;
                Ok(Values::Stored(self.store.fields.study, name))
            }
        }
    }

    fn at_site(&self, condition: &SiteCondition) -> tantivy::Result<SiteCheck> {
        let all = |conditions: &[SiteCondition]| {
            let all = conditions.iter().map(|condition| self.at_site(condition));
            all.collect::<tantivy::Result<Vec<_>>>()
        };
        Ok(match condition {
            SiteCondition::All => SiteCheck::All,
            SiteCondition::And(conditions) => SiteCheck::And(all(conditions)?),
            SiteCondition::Or(conditions) => SiteCheck::Or(all(conditions)?),
            SiteCondition::Not(inner) => SiteCheck::Not(Box::new(self.at_site(inner)?)),
            SiteCondition::OfStudy(node) => SiteCheck::OfStudy(self.query(node)?),
            SiteCondition::Words(field, stretch) => {
                SiteCheck::Words(self.field(*field)?, stretch.clone())
            }
            SiteCondition::Within(piece, circle) => {
                let (lat, lon) = self.point(*piece)?;
                let (lat, lon) = (self.name_of(lat), self.name_of(lon));
                SiteCheck::Within { lat, lon, circle: *circle }
            }
            SiteCondition::Between(field, low, high) => {
                let column = self.name_of(self.field(*field)?);
                SiteCheck::Between { column, low: *low, high: *high }
            }
        })
    }

    fn name_of(&self, field: Field) -> String {
        self.store.index.schema().get_field_name(field).to_owned()
    }
}

fn interval(field: Field, low: i64, high: i64) -> Box<dyn Query> {
    let bound = |number: i64| Bound::Included(Term::from_field_i64(field, number));
    Box::new(RangeQuery::new(bound(low), bound(high)))
}

fn any_term(mut terms: Vec<Term>) -> Box<dyn Query> {
    match terms.len() {
        1 => Box::new(TermQuery::new(terms.remove(0), IndexRecordOption::Basic)),
        _ => Box::new(TermSetQuery::new(terms)),
    }
}

//! Conditions on a single site.

use trialdex_query::meaning::{
    Coverage, Expansion, FieldCondition, MatchCondition, ProximityCondition, SearchTarget,
    TargetField, ValueCondition, ValueSet, WordMatching, WordSequence,
};
use trialdex_query::typed;
use trialdex_records::study::pieces;
use trialdex_records::study::study_fields::StudyField;
use trialdex_text::BOUNDARY;

use super::text::may_stand_apart;
use super::{Planner, circle_of, constants_of};
use crate::error::PlanResult;
use crate::layout::{FieldStorage, IndexField, storage_of};
use crate::model;
use crate::pattern::{Slot, Stretch};
use crate::tree::{Node, SiteCondition};
use crate::words::{in_digits, surfaces};

impl Planner<'_> {
    /// Studies with a site that fulfils a condition.
    pub(super) fn at_site(&mut self, condition: &MatchCondition) -> PlanResult<Node> {
        let candidates = self.maybe(condition)?.constant(model::FULFILLED);
        Ok(Node::AtSite(Box::new(candidates), self.of_site(condition)?))
    }

    /// All studies that could have a site which fulfils a condition.
    fn maybe(&mut self, condition: &MatchCondition) -> PlanResult<Node> {
        Ok(match condition {
            MatchCondition::And(all) => {
                let parts = all.iter().map(|part| self.maybe(part));
                Node::every(parts.collect::<PlanResult<Vec<_>>>()?)
            }
            MatchCondition::Or(any) => {
                let parts = any.iter().map(|part| self.maybe(part));
                Node::any(parts.collect::<PlanResult<Vec<_>>>()?)
            }
            MatchCondition::All | MatchCondition::Not(_) => Node::All,
            MatchCondition::Field(FieldCondition { wanted: ValueCondition::Missing, .. }) => {
                Node::All
            }
            MatchCondition::AtSite(inner) | MatchCondition::Tilted(_, inner) => {
                self.maybe(inner)?
            }
            MatchCondition::OfStudy(inner) => self.condition(inner)?,
            MatchCondition::Field(_) => self.condition(condition)?,
        })
    }

    fn of_site(&mut self, condition: &MatchCondition) -> PlanResult<SiteCondition> {
        let all = |planner: &mut Self, conditions: &[MatchCondition]| {
            conditions.iter().map(|part| planner.of_site(part)).collect::<PlanResult<Vec<_>>>()
        };
        Ok(match condition {
            MatchCondition::All => SiteCondition::All,
            MatchCondition::And(conditions) => SiteCondition::And(all(self, conditions)?),
            MatchCondition::Or(conditions) => SiteCondition::Or(all(self, conditions)?),
            MatchCondition::Not(inner) => SiteCondition::Not(Box::new(self.of_site(inner)?)),
            MatchCondition::AtSite(inner) | MatchCondition::Tilted(_, inner) => {
                self.of_site(inner)?
            }
            MatchCondition::OfStudy(inner) => {
                SiteCondition::OfStudy(Box::new(self.condition(inner)?))
            }
            MatchCondition::Field(test) => self.site_test(test)?,
        })
    }

    fn site_test(&mut self, test: &FieldCondition) -> PlanResult<SiteCondition> {
        let mut any = Vec::new();
        for part in &test.target.parts {
            match &test.wanted {
                ValueCondition::Words(words) => {
                    if let Some(value) = typed(part.field, &words.text) {
                        any.extend(site_value(part.field, &value));
                    }
                }
                ValueCondition::Value(value) => any.extend(site_value(part.field, value)),
                ValueCondition::Near(_) | ValueCondition::Missing => {}
            }
        }
        match &test.wanted {
            ValueCondition::Words(words) => {
                any.push(self.site_words(&test.target, &in_digits(words))?)
            }
            ValueCondition::Near(near) => any.push(self.site_near(&test.target, near)?),
            ValueCondition::Missing => {
                let present = test.target.parts.iter().filter_map(site_present);
                return Ok(SiteCondition::Not(Box::new(SiteCondition::Or(present.collect()))));
            }
            ValueCondition::Value(_) => {}
        }
        Ok(SiteCondition::Or(any))
    }

    /// Sites with words. Of single words each may be in another field of
    /// the target.
    fn site_words(
        &mut self,
        target: &SearchTarget,
        words: &WordSequence,
    ) -> PlanResult<SiteCondition> {
        let exact = words.expansion == Expansion::None
            && words.words.iter().all(|word| word.matching == WordMatching::Whole);
        let lists = site_texts(target);
        let fields: Vec<IndexField> = lists.iter().map(|(words, _)| *words).collect();
        let together = self.lookup.words(&words.words, &fields)?.covering(words.coverage);
        let anywhere = |sequences: Vec<Vec<Slot>>, surfaces: bool| {
            let each = sequences.iter().flat_map(|sequence| {
                let fields =
                    lists.iter().map(|(words, exact)| if surfaces { *exact } else { *words });
                fields.map(|field| SiteCondition::Words(field, Stretch::Phrase(sequence.clone())))
            });
            SiteCondition::Or(each.collect())
        };
        if exact {
            let sequence = surfaces(words).into_iter().map(|surface| vec![surface]).collect();
            let exactly = anywhere(vec![sequence], true);
            if words.coverage == Coverage::Contains {
                return Ok(exactly);
            }
            // Only the field with the words knows where values begin and end.
            return Ok(SiteCondition::And(vec![exactly, anywhere(together, false)]));
        }
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

    /// Sites with words or phrases near each other in a value.
    fn site_near(
        &mut self,
        target: &SearchTarget,
        near: &ProximityCondition,
    ) -> PlanResult<SiteCondition> {
        let fields: Vec<IndexField> = site_texts(target).into_iter().map(|text| text.0).collect();
        let stretch = self.stretch(target, near, &fields)?;
        let everywhere = fields
            .into_iter()
            .filter_map(|field| Some(SiteCondition::Words(field, stretch.literal.clone()?)));
        Ok(SiteCondition::Or(everywhere.collect()))
    }
}

/// Sites that have a value in a field.
fn site_present(part: &TargetField) -> Option<SiteCondition> {
    let StudyField::Piece(piece) = part.field else {
        return (storage_of(part.field) == FieldStorage::Numbers).then(|| positive(part.field));
    };
    match storage_of(part.field) {
        FieldStorage::Text => {
            let boundary = vec![BOUNDARY.to_owned()];
            let field = IndexField::Words(piece.id());
            Some(SiteCondition::Words(field, Stretch::Phrase(vec![boundary])))
        }
        FieldStorage::Constants { of_sites: true } => {
            let pieces::PieceKind::Enum(known) = piece.kind else { return None };
            let all = known.values.iter().map(|(constant, _)| (*constant).to_owned());
            let field = IndexField::SiteConstants(part.field);
            Some(SiteCondition::Words(field, Stretch::Phrase(vec![all.collect()])))
        }
        FieldStorage::Points => Some(SiteCondition::Within(piece.id(), None)),
        FieldStorage::Numbers => Some(positive(part.field)),
        FieldStorage::Constants { of_sites: false } | FieldStorage::Nothing => None,
    }
}

/// Sites with a number above 0.
fn positive(field: StudyField) -> SiteCondition {
    SiteCondition::Between(IndexField::Numbers(field), 1, i64::MAX)
}

/// Sites with a value in a field that is not text.
fn site_value(field: StudyField, value: &ValueSet) -> Option<SiteCondition> {
    match (storage_of(field), value) {
        (FieldStorage::Constants { of_sites: true }, value) => {
            let constants = Stretch::Phrase(vec![constants_of(value)?]);
            Some(SiteCondition::Words(IndexField::SiteConstants(field), constants))
        }
        (FieldStorage::Points, value) => match field {
            StudyField::Piece(piece) => {
                Some(SiteCondition::Within(piece.id(), Some(circle_of(value)?)))
            }
            _ => None,
        },
        (FieldStorage::Numbers, ValueSet::Interval(low, high)) => {
            let (low, high) = (low.unwrap_or(i64::MIN), high.unwrap_or(i64::MAX));
            Some(SiteCondition::Between(IndexField::Numbers(field), low, high))
        }
        _ => None,
    }
}

/// The words and surfaces of the texts of a target.
fn site_texts(target: &SearchTarget) -> Vec<(IndexField, IndexField)> {
    let texts = target.parts.iter().filter_map(|part| match part.field {
        StudyField::Piece(piece) if storage_of(part.field) == FieldStorage::Text => {
            Some((IndexField::Words(piece.id()), IndexField::Surfaces(piece.id())))
        }
        _ => None,
    });
    texts.collect()
}

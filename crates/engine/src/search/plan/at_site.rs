//! Conditions on a single site.

use std::sync::Arc;

use tantivy::query::{EmptyQuery, Occur, Query};
use tantivy::schema::Field;

use super::text::may_stand_apart;
use super::{Planner, circle_of, conjunction, constant, every_study, union};
use crate::index::PieceField;
use crate::search::filtered::Filtered;
use crate::search::model;
use crate::search::occurrences::Slot;
use crate::search::sites::{AnySite, SiteCondition};
use crate::search::stretch::Stretch;
use crate::search::words::{in_digits, surfaces};
use trialdex_query::meaning::{
    Condition, Coverage, Expansion, Near, Target, TargetPart, Test, Value, Wanted, WordForm, Words,
};
use trialdex_query::typed;
use trialdex_records::study::{pieces, study_fields};
use trialdex_text::BOUNDARY;

impl Planner<'_> {
    /// Studies with a site that fulfils a condition.
    pub(super) fn at_site(&mut self, condition: &Condition) -> tantivy::Result<Box<dyn Query>> {
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
                Wanted::Near(_) | Wanted::Missing => {}
            }
        }
        match &test.wanted {
            Wanted::Words(words) => any.push(self.site_words(&test.target, &in_digits(words))?),
            Wanted::Near(near) => any.push(self.site_near(&test.target, near)?),
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
                let boundary = vec![BOUNDARY.to_owned()];
                Some(SiteCondition::Words(fields.words, Stretch::Phrase(vec![boundary])))
            }
            PieceField::Constant { sites: Some(field), .. } => {
                let study_fields::StudyField::Piece(piece) = part.field else { return None };
                let pieces::PieceKind::Enum(known) = piece.kind else { return None };
                let all = known.values.iter().map(|(constant, _)| (*constant).to_owned());
                Some(SiteCondition::Words(field, Stretch::Phrase(vec![all.collect()])))
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
                Some(SiteCondition::Words(field, Stretch::Phrase(vec![constants])))
            }
            (PieceField::Constant { sites: Some(field), .. }, Value::Code(code)) => {
                Some(SiteCondition::Words(field, Stretch::Phrase(vec![vec![code.clone()]])))
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

    /// Sites with words. Of single words each may be in another field of
    /// the target.
    fn site_words(&mut self, target: &Target, words: &Words) -> tantivy::Result<SiteCondition> {
        let exact = words.expansion == Expansion::None
            && words.words.iter().all(|word| word.form == WordForm::Whole);
        let lists = self.site_texts(target);
        let fields: Vec<Field> = lists.iter().map(|(words, _)| *words).collect();
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
    fn site_near(&mut self, target: &Target, near: &Near) -> tantivy::Result<SiteCondition> {
        let fields: Vec<Field> = self.site_texts(target).into_iter().map(|text| text.0).collect();
        let stretch = self.stretch(target, near, &fields)?;
        let everywhere = fields
            .into_iter()
            .filter_map(|field| Some(SiteCondition::Words(field, stretch.literal.clone()?)));
        Ok(SiteCondition::Or(everywhere.collect()))
    }

    /// The words and surfaces of the texts of a target.
    fn site_texts(&self, target: &Target) -> Vec<(Field, Field)> {
        let texts =
            target.parts.iter().filter_map(|part| match self.store.fields.field(part.field) {
                PieceField::Text(fields) => Some((fields.words, fields.surfaces)),
                _ => None,
            });
        texts.collect()
    }
}

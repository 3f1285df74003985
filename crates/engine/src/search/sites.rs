//! Conditions that one and the same site has to fulfil.
//!
//! What is at a site has positions of its own in the index, so that the
//! position of a word says which site it belongs to.

use tantivy::columnar::Column;
use tantivy::query::{EnableScoring, Query, Scorer};
use tantivy::schema::Field;
use tantivy::{DocId, DocSet, SegmentReader};

use super::circle::{Points, holds};
use super::filtered::{DocumentCheck, StudyCheck};
use super::occurrences::StretchPostings;
use trialdex_plan::{Circle, Stretch};
use trialdex_text::SITE_WIDTH;

/// What a site has to be.
#[derive(Debug)]
pub(super) enum SiteCheck {
    All,
    And(Vec<SiteCheck>),
    Or(Vec<SiteCheck>),
    Not(Box<SiteCheck>),
    /// The study fulfils a query.
    OfStudy(Box<dyn Query>),
    /// Terms are in a field, one after another or near each other.
    Words(Field, Stretch),
    /// The site's point is in a circle, `None`: anywhere.
    Within {
        lat: String,
        lon: String,
        circle: Option<Circle>,
    },
    /// The site's number in a column lies between two.
    Between {
        column: String,
        low: i64,
        high: i64,
    },
}

/// A check that a study has such a site.
#[derive(Debug)]
pub(super) struct AnySite {
    pub(super) condition: SiteCheck,
    /// Name of the column with the number of sites.
    pub(super) count: String,
}

impl StudyCheck for AnySite {
    fn looker(&self, reader: &SegmentReader) -> tantivy::Result<DocumentCheck> {
        let counts = reader.fast_fields().i64(&self.count)?;
        let mut opened = SegmentCondition::new(reader, &self.condition)?;
        Ok(Box::new(move |doc| {
            let count = counts.first(doc).and_then(|count| u32::try_from(count).ok());
            !opened.sites(doc, count.unwrap_or(0)).is_empty()
        }))
    }
}

/// A condition in a segment.
enum SegmentCondition {
    All,
    And(Vec<SegmentCondition>),
    Or(Vec<SegmentCondition>),
    Not(Box<SegmentCondition>),
    OfStudy(Box<dyn Scorer>),
    Words(Option<Box<StretchPostings>>),
    Within(Points, Option<Circle>),
    Between(Column<i64>, i64, i64),
}

impl SegmentCondition {
    fn new(reader: &SegmentReader, condition: &SiteCheck) -> tantivy::Result<Self> {
        let all = |conditions: &[SiteCheck]| -> tantivy::Result<Vec<Self>> {
            conditions.iter().map(|condition| Self::new(reader, condition)).collect()
        };
        Ok(match condition {
            SiteCheck::All => Self::All,
            SiteCheck::And(conditions) => Self::And(all(conditions)?),
            SiteCheck::Or(conditions) => Self::Or(all(conditions)?),
            SiteCheck::Not(condition) => Self::Not(Box::new(Self::new(reader, condition)?)),
            SiteCheck::OfStudy(query) => {
                let scoring = EnableScoring::disabled_from_schema(reader.schema());
                Self::OfStudy(query.weight(scoring)?.scorer(reader, 1.0)?)
            }
            SiteCheck::Words(field, Stretch::Phrase(slots)) => Self::Words(
                StretchPostings::phrase(reader, *field, slots)?
                    .map(|found| Box::new(found.at_first())),
            ),
            SiteCheck::Words(field, stretch) => Self::Words(
                StretchPostings::new(reader, *field, stretch)?
                    .map(|found| Box::new(found.at_first())),
            ),
            SiteCheck::Within { lat, lon, circle } => {
                Self::Within(Points::new(reader, lat, lon)?, *circle)
            }
            SiteCheck::Between { column, low, high } => {
                Self::Between(reader.fast_fields().i64(column)?, *low, *high)
            }
        })
    }

    /// The sites of a document that fulfil the condition, in order. Documents
    /// come in rising order.
    fn sites(&mut self, doc: DocId, count: u32) -> Vec<u32> {
        match self {
            Self::All => (0..count).collect(),
            Self::And(conditions) => of_all(conditions, doc, count),
            Self::Or(conditions) => of_any(conditions, doc, count),
            Self::Not(condition) => {
                let sites = condition.sites(doc, count);
                (0..count).filter(|site| sites.binary_search(site).is_err()).collect()
            }
            Self::OfStudy(scorer) => {
                let matches = scorer.doc() <= doc && scorer.seek(doc) == doc;
                if matches { (0..count).collect() } else { Vec::new() }
            }
            Self::Words(places) => {
                places.as_mut().map(|places| sites_with(places, doc)).unwrap_or_default()
            }
            Self::Within(points, circle) => {
                let anywhere = Circle { lat: 0.0, lon: 0.0, metres: f64::MAX };
                let circle = circle.unwrap_or(anywhere);
                let within = points.of(doc).filter(|(_, (lat, lon))| holds(&circle, *lat, *lon));
                within.map(|(site, _)| site).collect()
            }
            Self::Between(column, low, high) => {
                let numbers = (0..).zip(column.values_for_doc(doc));
                numbers
                    .filter(|(_, number)| (*low..=*high).contains(number))
                    .map(|(at, _)| at)
                    .collect()
            }
        }
    }
}

/// The sites that fulfil all of the conditions.
fn of_all(conditions: &mut [SegmentCondition], doc: DocId, count: u32) -> Vec<u32> {
    let mut left: Vec<u32> = (0..count).collect();
    for condition in conditions {
        let sites = condition.sites(doc, count);
        left.retain(|site| sites.binary_search(site).is_ok());
    }
    left
}

/// The sites that fulfil any of the conditions.
fn of_any(conditions: &mut [SegmentCondition], doc: DocId, count: u32) -> Vec<u32> {
    let all = conditions.iter_mut().flat_map(|condition| condition.sites(doc, count));
    let mut all: Vec<u32> = all.collect();
    all.sort_unstable();
    all.dedup();
    all
}

fn sites_with(places: &mut StretchPostings, doc: DocId) -> Vec<u32> {
    if places.seek(doc) != doc {
        return Vec::new();
    }
    let width = u32::try_from(SITE_WIDTH).unwrap_or(u32::MAX);
    let mut sites: Vec<u32> = places.starts().into_iter().map(|start| start / width).collect();
    sites.dedup();
    sites
}

#[cfg(test)]
mod tests;

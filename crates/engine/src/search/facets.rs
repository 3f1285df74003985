//! How many of the studies found have each value of a field.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::{Column, StrColumn};
use tantivy::error::DataCorruption;
use tantivy::schema::Field;
use tantivy::schema::document::Value as _;
use tantivy::store::StoreReader;
use tantivy::{DocId, Score, SegmentOrdinal, SegmentReader, TantivyDocument};

use super::hits::Hits;
use super::view::IndexView;
use crate::index::{IndexError, PieceField, Store, guarded, short_digest};
use trialdex_plan::{Engine as _, Model, present};
use trialdex_query::meaning::SearchTarget;
use trialdex_records::study::number_format::plural;
use trialdex_records::study::study_fields::{self, FieldKind};
use trialdex_records::study::{PartialDate, Study};

/// The values of a field among the studies found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facet {
    /// The field.
    pub field: study_fields::StudyField,
    /// Studies found.
    pub studies: u64,
    /// Those without a value.
    pub missing: u64,
    /// Each value with the studies that have it; the commonest first, ties in
    /// the order of the values. Dates are counted by year.
    pub values: Vec<(String, u64)>,
}

impl Facet {
    /// Sorts what was counted: the studies found, those without a value, and each value with the
    /// studies that have it.
    #[must_use]
    pub fn counted(
        field: study_fields::StudyField,
        studies: u64,
        missing: u64,
        values: BTreeMap<String, u64>,
    ) -> Self {
        let mut values: Vec<(String, u64)> = values.into_iter().collect();
        values.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| by_value(&one.0, &other.0)));
        Self { field, studies, missing, values }
    }
}

impl Hits<'_> {
    /// Counts all studies that were found by the values of fields, those
    /// outside of the window too.
    ///
    /// # Errors
    ///
    /// Where files of the index cannot be read.
    pub fn facets(&self, fields: &[study_fields::StudyField]) -> Result<Vec<Facet>, IndexError> {
        let IndexView { store, searcher, .. } = &self.view;
        let (study, digest) = (store.fields.study, store.fields.digest);
        let digest = searcher.schema().get_field_name(digest).to_owned();
        let counting = Counting { study, digest, columns: columns(store, fields) };
        let counted = self.view.collect(&self.plan.node(self.required), &counting);
        let counted = counted.map_err(|error| store.failed(error))?;
        let facets = fields.iter().zip(counted.fields).map(|(field, (missing, values))| {
            Facet::counted(*field, counted.studies, missing, values)
        });
        Ok(facets.collect())
    }
}

/// Number of studies with a usable value of each of some fields; of a structure, with one of any
/// field below it.
pub(super) fn studies_with(
    store: &Store,
    fields: &[study_fields::StudyField],
) -> Result<Vec<u64>, IndexError> {
    let view = IndexView::new(store, Model::default())?;
    let counted = |field: &study_fields::StudyField| {
        let target = SearchTarget::named(&field.name());
        let studies = target.map_or(Ok(0), |target| view.count(&present(&target)));
        studies.map_err(|error| store.failed_plan(error))
    };
    fields.iter().map(counted).collect()
}

/// Numbers by size before texts by letters.
fn by_value(one: &str, other: &str) -> Ordering {
    match (one.parse::<i64>(), other.parse::<i64>()) {
        (Ok(first), Ok(second)) => first.cmp(&second).then_with(|| one.cmp(other)),
        (Ok(_), Err(_)) => Ordering::Less,
        (Err(_), Ok(_)) => Ordering::Greater,
        (Err(_), Err(_)) => one.cmp(other),
    }
}

/// Where the values of a field come from.
#[derive(Debug, Clone)]
enum Origin {
    /// A column of texts.
    Texts(String),
    /// A column of numbers, and what they are.
    Numbers(String, FieldKind),
    /// The stored study.
    Stored(&'static str),
}

fn columns(store: &Store, fields: &[study_fields::StudyField]) -> Vec<Origin> {
    let schema = store.index.schema();
    let name = |field: Field| schema.get_field_name(field).to_owned();
    let is_column = |field: Field| schema.get_field_entry(field).is_fast();
    let origin = |field: &study_fields::StudyField| match store.fields.field(*field) {
        PieceField::Text(fields) if fields.column.is_some_and(is_column) => {
            fields.column.map(|column| Origin::Texts(name(column)))
        }
        PieceField::Constant { values, .. } if is_column(values) => {
            Some(Origin::Texts(name(values)))
        }
        PieceField::Number(number) if is_column(number) => {
            Some(Origin::Numbers(name(number), field.kind()))
        }
        _ => None,
    };
    let stored = |field: &study_fields::StudyField| match field {
        study_fields::StudyField::Piece(piece) => piece.name,
        _ => "",
    };
    fields.iter().map(|field| origin(field).unwrap_or(Origin::Stored(stored(field)))).collect()
}

struct Counting {
    study: Field,
    /// The name of the column of digests.
    digest: String,
    columns: Vec<Origin>,
}

/// Missing studies and counted values.
type Counts = (u64, BTreeMap<String, u64>);

#[derive(Default)]
struct Counted {
    studies: u64,
    /// Those whose stored record is not what was written.
    damaged: u64,
    fields: Vec<Counts>,
}

/// Counts in a segment.
struct SegmentCounting {
    field: Field,
    store: Option<(StoreReader, Column<u64>)>,
    studies: u64,
    damaged: u64,
    columns: Vec<(Opened, u64)>,
}

enum Opened {
    /// Counts by the position of a text in the column's dictionary.
    Texts(Option<StrColumn>, BTreeMap<u64, u64>),
    Numbers(Column<i64>, FieldKind, BTreeMap<i64, u64>),
    Stored(&'static str, BTreeMap<String, u64>),
}

impl Collector for Counting {
    type Fruit = Counted;
    type Child = SegmentCounting;

    fn for_segment(
        &self,
        _: SegmentOrdinal,
        reader: &SegmentReader,
    ) -> tantivy::Result<SegmentCounting> {
        let fast = reader.fast_fields();
        let mut store = None;
        let mut columns = Vec::new();
        for origin in &self.columns {
            let opened = match origin {
                Origin::Texts(name) => Opened::Texts(fast.str(name)?, BTreeMap::new()),
                Origin::Numbers(name, kind) => {
                    Opened::Numbers(fast.i64(name)?, *kind, BTreeMap::new())
                }
                Origin::Stored(name) => {
                    store = Some((reader.get_store_reader(1)?, fast.u64(&self.digest)?));
                    Opened::Stored(name, BTreeMap::new())
                }
            };
            columns.push((opened, 0));
        }
        Ok(SegmentCounting { field: self.study, store, studies: 0, damaged: 0, columns })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, segments: Vec<Counted>) -> tantivy::Result<Counted> {
        let fields = vec![Counts::default(); self.columns.len()];
        let mut all = Counted { studies: 0, damaged: 0, fields };
        for segment in segments {
            all.studies += segment.studies;
            all.damaged += segment.damaged;
            for (sum, (missing, values)) in all.fields.iter_mut().zip(segment.fields) {
                sum.0 += missing;
                for (value, studies) in values {
                    *sum.1.entry(value).or_default() += studies;
                }
            }
        }
        if all.damaged > 0 {
            let studies = plural(all.damaged, "study is", "studies are");
            let comment = format!("{studies} not what was stored");
            return Err(DataCorruption::comment_only(comment).into());
        }
        Ok(all)
    }
}

impl SegmentCollector for SegmentCounting {
    type Fruit = Counted;

    fn collect(&mut self, doc: DocId, _: Score) {
        self.studies += 1;
        let study = self.store.as_ref().map(|(store, digests)| {
            let digest = digests.first(doc).unwrap_or_default();
            stored(store, doc, self.field, digest)
        });
        self.damaged += u64::from(study.as_ref().is_some_and(Option::is_none));
        let study = study.flatten();
        for (column, missing) in &mut self.columns {
            if !column.count(doc, study.as_ref()) {
                *missing += 1;
            }
        }
    }

    fn harvest(self) -> Counted {
        let fields = self.columns.into_iter().map(|(column, missing)| (missing, column.values()));
        Counted { studies: self.studies, damaged: self.damaged, fields: fields.collect() }
    }
}

/// A study, where it is what was stored.
fn stored(store: &StoreReader, doc: DocId, field: Field, digest: u64) -> Option<Study> {
    let document: TantivyDocument = guarded(|| store.get(doc)).ok()?;
    let json = document.get_first(field).and_then(|value| value.as_str())?;
    if short_digest(json) != digest {
        return None;
    }
    serde_json::from_str(json).ok().map(Study::from_map)
}

impl Opened {
    /// Counts the values of a document, each once; whether there are any.
    fn count(&mut self, doc: DocId, study: Option<&Study>) -> bool {
        match self {
            Self::Texts(None, _) => false,
            Self::Texts(Some(column), counts) => {
                let ordinals: BTreeSet<u64> = column.term_ords(doc).collect();
                ordinals.iter().for_each(|ordinal| *counts.entry(*ordinal).or_default() += 1);
                !ordinals.is_empty()
            }
            Self::Numbers(column, kind, counts) => {
                let values = column.values_for_doc(doc).map(|value| counted(*kind, value));
                let values: BTreeSet<i64> = values.collect();
                values.iter().for_each(|value| *counts.entry(*value).or_default() += 1);
                !values.is_empty()
            }
            Self::Stored(name, counts) => {
                let values = study.map(|study| record_values(study, name)).unwrap_or_default();
                let any = !values.is_empty();
                values.into_iter().for_each(|value| *counts.entry(value).or_default() += 1);
                any
            }
        }
    }

    fn values(self) -> BTreeMap<String, u64> {
        match self {
            Self::Texts(None, _) => BTreeMap::new(),
            Self::Texts(Some(column), counts) => {
                let mut values = BTreeMap::new();
                for (ordinal, studies) in counts {
                    let mut value = String::new();
                    // A text that its own column does not have is no text.
                    if column.ord_to_str(ordinal, &mut value).unwrap_or(false) {
                        *values.entry(value).or_default() += studies;
                    }
                }
                values
            }
            Self::Numbers(_, kind, counts) => {
                let name = |value: i64| match kind {
                    FieldKind::Boolean if value != 0 => "true".to_owned(),
                    FieldKind::Boolean => "false".to_owned(),
                    _ => value.to_string(),
                };
                counts.into_iter().map(|(value, studies)| (name(value), studies)).collect()
            }
            Self::Stored(_, counts) => counts,
        }
    }
}

/// What a number is counted as: a date by its year, an age in years.
fn counted(kind: FieldKind, value: i64) -> i64 {
    match kind {
        FieldKind::Date => PartialDate::of_day(value).map_or(0, |date| i64::from(date.year())),
        FieldKind::Age => value / MINUTES_A_YEAR,
        _ => value,
    }
}

/// Ages are kept in minutes, and counted in years of so many.
pub const MINUTES_A_YEAR: i64 = 525_960;

/// The values of a piece of a record, each once, as facets name them.
#[must_use]
pub fn record_values(study: &Study, piece: &str) -> BTreeSet<String> {
    study.values(piece).into_iter().map(written).collect()
}

fn written(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests;

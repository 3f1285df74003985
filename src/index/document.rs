//! From a study to the document that tantivy indexes.

use std::sync::Arc;

use serde_json::Value;
use tantivy::schema::document::{CompactDocValue, Document};
use tantivy::schema::{Field, TantivyDocument};
use tantivy::{DateTime, time};

use super::flow::Permit;
use super::schema::{Fields, PieceField};
use crate::study::pieces::{Kind, Piece};
use crate::study::{Age, NctId, PartialDate, Study, Visited};

/// Years that tantivy's dates, nanoseconds in 64 bits, can hold.
const YEARS: std::ops::Range<u16> = 1678..2262;

/// The document of a study; `json` is the study as it will be stored.
#[must_use]
pub fn document(study: &Study, nct: NctId, json: &str, fields: &Fields) -> TantivyDocument {
    let mut document = TantivyDocument::with_capacity(json.len() * 2);
    document.add_u64(fields.nct, u64::from(nct.number()));
    document.add_text(fields.study, json);
    study.visit(&mut |visited| {
        if let Visited::Leaf(piece, id, value) = visited {
            match fields.of(id) {
                PieceField::None => {}
                PieceField::Words(field) => add_words(&mut document, field, value),
                PieceField::Exact(field) => add_exact(&mut document, field, piece, value),
                PieceField::Point(north, east) => add_point(&mut document, north, east, value),
            }
        }
    });
    document
}

fn add_words(document: &mut TantivyDocument, field: Field, value: &Value) {
    match value {
        Value::String(text) => document.add_text(field, text),
        other => document.add_text(field, other.to_string()),
    }
}

/// Adds a value that fits its piece's kind; what does not fit is stored with
/// the study but not found by that piece.
fn add_exact(document: &mut TantivyDocument, field: Field, piece: &Piece, value: &Value) {
    let text = value.as_str();
    match piece.kind {
        Kind::Enum(_) => {
            if let Some(constant) = text {
                document.add_text(field, constant);
            }
        }
        Kind::Boolean => {
            if let Some(known) = value.as_bool().or_else(|| text?.parse().ok()) {
                document.add_bool(field, known);
            }
        }
        Kind::Integer => {
            if let Some(number) = value.as_i64().or_else(|| text?.trim().parse().ok()) {
                document.add_i64(field, number);
            }
        }
        Kind::Age => {
            let minutes = text.and_then(Age::parse).map(Age::minutes);
            if let Some(minutes) = minutes.and_then(|minutes| i64::try_from(minutes).ok()) {
                document.add_i64(field, minutes);
            }
        }
        Kind::Date | Kind::DateTime => {
            let date = text.and_then(PartialDate::parse);
            if let Some(date) = date.filter(|date| YEARS.contains(&date.year())) {
                let midnight = date.first_day().with_time(time::Time::MIDNIGHT);
                document.add_date(field, DateTime::from_primitive(midnight));
            }
        }
        Kind::Structure | Kind::Text | Kind::Markup | Kind::GeoPoint => {}
    }
}

fn add_point(document: &mut TantivyDocument, north: Field, east: Field, value: &Value) {
    let degrees = |key| value.get(key).and_then(Value::as_f64);
    if let (Some(lat), Some(lon)) = (degrees("lat"), degrees("lon")) {
        document.add_f64(north, lat);
        document.add_f64(east, lon);
    }
}

/// A document on its way into the index, which counts as being in memory
/// until tantivy takes it.
pub(super) struct Admitted {
    pub(super) document: TantivyDocument,
    pub(super) permit: Arc<Permit>,
}

impl Document for Admitted {
    type Value<'a> = CompactDocValue<'a>;
    type FieldsValuesIter<'a> = Box<dyn Iterator<Item = (Field, CompactDocValue<'a>)> + 'a>;

    fn iter_fields_and_values(&self) -> Self::FieldsValuesIter<'_> {
        Box::new(self.document.field_values())
    }

    fn into_tantivy_document(self) -> TantivyDocument {
        drop(self.permit);
        self.document
    }
}

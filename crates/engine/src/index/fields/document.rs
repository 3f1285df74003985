//! Converts a study to the document that tantivy indexes.

use std::sync::Arc;

use serde_json::Value;
use tantivy::schema::document::{CompactDocValue, Document};
use tantivy::schema::{Field, TantivyDocument};

use crate::index::fields::schema::{IndexFields, NOWHERE, PieceField, TextFields, steps};
use crate::index::fields::{record_names, topic, vector};
use crate::index::update::flow::MemoryPermit;
use trialdex_plan::layout::zones;
use trialdex_records::study::computed::{self, ComputedValue};
use trialdex_records::study::criteria;
use trialdex_records::study::pieces::{self, Piece, PieceId, PieceKind};
use trialdex_records::study::{Age, NctId, PartialDate, Study, VisitedPiece, values_below};
use trialdex_text::{UNIT, VALUE, WordReader, weighted};

/// The document of a study; `json` is the study as it will be stored, and
/// `digest` its digest.
#[must_use]
pub fn document(
    study: &Study,
    nct: NctId,
    json: &str,
    digest: u64,
    fields: &IndexFields,
) -> TantivyDocument {
    let mut document = TantivyDocument::with_capacity(json.len() * 3);
    document.add_u64(fields.nct, u64::from(nct.number()));
    document.add_u64(fields.digest, digest);
    document.add_text(fields.study, json);
    let mut building = DocumentBuilder {
        document,
        fields,
        present: vec![false; pieces::all().len()],
        codes: Vec::new(),
        reader: WordReader::default(),
    };
    study.visit(&mut |visited| match visited {
        VisitedPiece::Leaf(piece, id, value) => building.add_leaf(piece, id, value),
        VisitedPiece::List(piece, id, length) => building.add_length(piece, id, length),
        VisitedPiece::Unknown(..) => {}
    });
    computed::visit(study, &mut |derived| building.add_derived(derived));
    building.add_sites(study);
    for synonym in record_names::of(study) {
        building.document.add_text(fields.synonyms, synonym);
    }
    for word in topic::of(study) {
        building.document.add_u64(fields.topic, word);
    }
    for numbers in vector::of(study).into_iter().flatten() {
        building.document.add_u64(fields.vector, numbers);
    }
    building.finish()
}

/// A document that is being built.
struct DocumentBuilder<'a> {
    document: TantivyDocument,
    fields: &'a IndexFields,
    /// For each piece whether the study has a usable value.
    present: Vec<bool>,
    codes: Vec<SiteCodes>,
    reader: WordReader,
}

impl DocumentBuilder<'_> {
    fn finish(mut self) -> TantivyDocument {
        for (piece, present) in pieces::all().iter().zip(&self.present) {
            if *present {
                self.document.add_text(self.fields.present, piece.name);
            }
        }
        for codes in self.codes {
            self.document.add_text(self.fields.present, computed::all()[codes.computed].name);
            self.document.add_text(codes.field, codes.text);
        }
        self.document
    }

    /// Adds a value that fits its piece's kind; what does not fit is stored
    /// with the study but not found by that piece.
    fn add_leaf(&mut self, piece: &Piece, id: PieceId, value: &Value) {
        let usable = match self.fields.of(id) {
            PieceField::None => false,
            PieceField::Text(fields) => self.add_text(piece, id, fields, value),
            PieceField::Constant { values, .. } => self.add_constant(values, value),
            PieceField::Number(field) => {
                let number = number(piece.kind, value);
                number.inspect(|number| self.document.add_i64(field, *number)).is_some()
            }
            // A place is where a site is, and is added with it.
            PieceField::Point { .. } => point(value).is_some(),
        };
        self.present[usize::from(id)] |= usable;
    }

    fn add_text(&mut self, piece: &Piece, id: PieceId, fields: TextFields, value: &Value) -> bool {
        let number;
        let text = match value {
            Value::String(text) => text.as_str(),
            other => {
                number = other.to_string();
                &number
            }
        };
        let found = self.reader.words(text).to_owned();
        if !pieces::is_of_site(piece) {
            self.document.add_text(fields.words, &found);
        }
        self.add_to_zones(piece, id, text, &found);
        if let Some(column) = fields.column {
            let blanks_are_single = !text.contains(['\n', '\t', '\r']) && !text.contains("  ");
            if blanks_are_single {
                self.document.add_text(column, text.trim());
            } else {
                let words: Vec<&str> = text.split_whitespace().collect();
                self.document.add_text(column, words.join(" "));
            }
        }
        !text.trim().is_empty()
    }

    /// Adds the words that were found in a text.
    fn add_to_zones(&mut self, piece: &Piece, id: PieceId, text: &str, found: &str) {
        for (zone, weight) in self.fields.zones_of(id) {
            let field = self.fields.zones[*zone];
            if *zone == zones::WORDS && piece.name == criteria::PIECE {
                let parts = criteria::parts(text).into_iter().filter(|part| !part.exclusion);
                for part in parts {
                    let found = self.reader.words(&text[part.span]);
                    self.document.add_text(field, weighted(found, *weight));
                }
            } else {
                self.document.add_text(field, weighted(found, *weight));
            }
        }
    }

    fn add_constant(&mut self, field: Field, value: &Value) -> bool {
        let constant = value.as_str().filter(|constant| !constant.is_empty());
        constant.inspect(|constant| self.document.add_text(field, constant)).is_some()
    }

    /// Adds the length of a list; those within sites are added with the sites.
    fn add_length(&mut self, piece: &Piece, id: PieceId, length: usize) {
        if pieces::is_of_site(piece) {
            return;
        }
        if let Some(field) = self.fields.length_of(id) {
            self.document.add_i64(field, i64::try_from(length).unwrap_or(i64::MAX));
        }
        self.present[usize::from(id)] |= length > 0;
    }

    fn add_derived(&mut self, derived: ComputedValue) {
        match derived {
            ComputedValue::Code(computed, code, site) => self.add_code(computed, code, site),
            ComputedValue::Number(computed, number) => {
                if let PieceField::Number(field) = self.fields.computed(computed) {
                    self.document.add_i64(field, number);
                    let name = computed::all()[computed].name;
                    self.document.add_text(self.fields.present, name);
                }
            }
        }
    }

    /// Adds the values at the sites: the values of a text piece as one text
    /// that marks which site each belongs to, and a point for each site.
    fn add_sites(&mut self, study: &Study) {
        let sites = study.values(pieces::sites().name);
        if sites.is_empty() {
            return;
        }
        let below = pieces::sites().path.len() + 1;
        for (id, piece) in (0..).zip(pieces::all()).filter(|(_, piece)| pieces::is_of_site(piece)) {
            let path = &piece.path[below..];
            if let Some(length) = self.fields.length_of(id) {
                self.present[usize::from(id)] |= self.add_site_lengths(length, &sites, path);
            }
            let values = sites.iter().map(|site| values_below(site, path));
            match self.fields.of(id) {
                PieceField::Text(fields) => {
                    if let Some(text) = of_sites(values) {
                        if let Some(surfaces) = fields.surfaces {
                            self.document.add_text(surfaces, &text);
                        }
                        self.document.add_text(fields.words, text);
                    }
                }
                PieceField::Constant { sites: Some(field), .. } => {
                    if let Some(text) = of_sites(values) {
                        self.document.add_text(field, text);
                    }
                }
                PieceField::Point { lat, lon } => {
                    for values in values {
                        let point = values.into_iter().find_map(point);
                        let (north, east) = point.unwrap_or((NOWHERE, NOWHERE));
                        self.document.add_i64(lat, north);
                        self.document.add_i64(lon, east);
                    }
                }
                _ => {}
            }
        }
    }

    /// Adds the length of a list of each site; where no site has any, the
    /// list lacks. Whether any has.
    fn add_site_lengths(&mut self, field: Field, sites: &[&Value], path: &str) -> bool {
        let elements = |site: &&Value| site.get(path).and_then(Value::as_array).map_or(0, Vec::len);
        let lengths: Vec<usize> = sites.iter().map(elements).collect();
        let any = lengths.iter().any(|length| *length > 0);
        for elements in lengths.into_iter().filter(|_| any) {
            self.document.add_i64(field, i64::try_from(elements).unwrap_or(i64::MAX));
        }
        any
    }

    /// Adds a code, once for the study and once for each site that has it.
    /// The sites are given in their order.
    fn add_code(&mut self, computed: usize, code: &'static str, site: usize) {
        let fields = self.fields.computed(computed);
        let PieceField::Constant { values, sites: Some(sites) } = fields else { return };
        let at = self.codes.iter().position(|codes| codes.computed == computed);
        let at = at.unwrap_or_else(|| {
            self.codes.push(SiteCodes {
                computed,
                field: sites,
                known: Vec::new(),
                text: String::new(),
                site: 0,
            });
            self.codes.len() - 1
        });
        let codes = &mut self.codes[at];
        if !codes.known.contains(&code) {
            codes.known.push(code);
            self.document.add_text(values, code);
        }
        while codes.site < site {
            codes.text.push(UNIT);
            codes.site += 1;
        }
        codes.text.push_str(code);
    }
}

/// Codes of the sites of a study.
struct SiteCodes {
    computed: usize,
    field: Field,
    /// Those that occur.
    known: Vec<&'static str>,
    /// All of them as one text, up to that site.
    text: String,
    site: usize,
}

/// The texts of all sites as one, or nothing where no site has any.
fn of_sites<'a>(sites: impl Iterator<Item = Vec<&'a Value>>) -> Option<String> {
    let (mut text, mut any) = (String::new(), false);
    for values in sites {
        for (at, value) in values.into_iter().filter_map(Value::as_str).enumerate() {
            if at > 0 {
                text.push(VALUE);
            }
            text.push_str(value);
            any = true;
        }
        text.push(UNIT);
    }
    any.then_some(text)
}

/// What a value is in the unit of its piece's kind.
pub(in crate::index) fn number(kind: PieceKind, value: &Value) -> Option<i64> {
    let text = value.as_str();
    match kind {
        PieceKind::Boolean => value.as_bool().or_else(|| text?.parse().ok()).map(i64::from),
        PieceKind::Integer => value.as_i64().or_else(|| text?.trim().parse().ok()),
        PieceKind::Age => i64::try_from(Age::parse(text?)?.minutes()).ok(),
        PieceKind::Date | PieceKind::DateTime => {
            PartialDate::parse(text?).map(|date| date.days().0)
        }
        PieceKind::Structure
        | PieceKind::Text
        | PieceKind::Markup
        | PieceKind::Enum(_)
        | PieceKind::GeoPoint => None,
    }
}

/// Where a point is, in steps north and east. What is nowhere on the globe is
/// no point.
fn point(value: &Value) -> Option<(i64, i64)> {
    let within = |key, most: f64| {
        let degrees = value.get(key).and_then(Value::as_f64)?;
        (degrees.abs() <= most).then(|| steps(degrees))
    };
    Some((within("lat", 90.0)?, within("lon", 360.0)?))
}

/// A document on its way into the index, which counts as being in memory
/// until tantivy takes it.
pub(in crate::index) struct AdmittedDocument {
    pub(in crate::index) document: TantivyDocument,
    pub(in crate::index) permit: Arc<MemoryPermit>,
}

impl Document for AdmittedDocument {
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

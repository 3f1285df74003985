//! What the index has of a study, for an engine that is sent its terms.

use std::collections::HashMap;

use tantivy::fieldnorm::FieldNormReader;
use tantivy::schema::document::Value as _;
use tantivy::schema::{Field, FieldType, OwnedValue, Schema, TantivyDocument};
use tantivy::tokenizer::{TextAnalyzer, TokenizerManager};

use crate::index::digests::short_digest;
use crate::index::fields::document::document;
use crate::index::fields::schema::{IndexFields, NOWHERE, PieceField, degrees, schema};
use trialdex_plan::layout::{IndexField, all_fields};
use trialdex_records::study::pieces;
use trialdex_records::study::{NctId, Study};

/// A term and its position in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedTerm {
    /// Words before it; of texts at sites in steps of [`trialdex_text::SITE_WIDTH`] a site.
    pub position: usize,
    /// As the index has it.
    pub term: String,
}

/// A value of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IndexedValue {
    /// A constant, a name or a value of a column.
    Constant(String),
    /// A number, in the unit of its field.
    Number(i64),
    /// A text in its terms, in the order of their positions.
    Words(Vec<PlacedTerm>),
}

/// What the index has of a study.
#[derive(Debug, Clone, PartialEq)]
pub struct IndexedStudy {
    /// Its number.
    pub nct: NctId,
    /// The first eight bytes of the digest of its record.
    pub digest: u64,
    /// All values, in the order in which the index takes them.
    pub values: Vec<(IndexField, IndexedValue)>,
    /// For each field with lengths how long its texts are together, in the steps that the index
    /// keeps lengths in.
    pub lengths: Vec<(IndexField, u32)>,
    /// Degrees north and east of each site, `None` where it has no point.
    pub points: Vec<Option<(f64, f64)>>,
    /// Sites.
    pub sites: usize,
    /// Words that tell what it is about, each as a number.
    pub topic: Vec<u64>,
    /// Its vector as [`trialdex_text::vectors::Direction::packed`] gives it; empty where it has none.
    pub vector: Vec<u64>,
}

/// Finds what an index has of studies.
pub struct StudyAnalyzer {
    schema: Schema,
    fields: IndexFields,
    named: HashMap<Field, IndexField>,
    tokenizers: TokenizerManager,
    /// By the names of tokenizers.
    analyzers: HashMap<String, TextAnalyzer>,
}

impl Default for StudyAnalyzer {
    fn default() -> Self {
        let (schema, fields) = schema();
        let all = all_fields().into_iter();
        let named = all.filter_map(|field| Some((fields.named(field)?, field))).collect();
        let tokenizers = TokenizerManager::new();
        trialdex_text::register(&tokenizers);
        Self { schema, fields, named, tokenizers, analyzers: HashMap::new() }
    }
}

impl StudyAnalyzer {
    /// What an index has of a study; `json` is its record as it is stored.
    pub fn read(&mut self, study: &Study, nct: NctId, json: &str) -> IndexedStudy {
        let digest = short_digest(json);
        let made = document(study, nct, json, digest, &self.fields);
        let mut indexed = IndexedStudy {
            nct,
            digest,
            values: Vec::new(),
            lengths: Vec::new(),
            points: self.points(&made),
            sites: study.values(pieces::sites().name).len(),
            topic: made.get_all(self.fields.topic).filter_map(|word| word.as_u64()).collect(),
            vector: made.get_all(self.fields.vector).filter_map(|part| part.as_u64()).collect(),
        };
        let mut lengths: HashMap<IndexField, usize> = HashMap::new();
        for (field, value) in made.field_values() {
            let Some(named) = self.named.get(&field).copied() else { continue };
            match OwnedValue::from(value) {
                OwnedValue::Str(text) => {
                    let value = self.text(field, text);
                    if let (IndexedValue::Words(words), true) = (&value, self.has_lengths(field)) {
                        *lengths.entry(named).or_default() += words.len();
                    }
                    indexed.values.push((named, value));
                }
                OwnedValue::I64(number) => {
                    indexed.values.push((named, IndexedValue::Number(number)));
                }
                OwnedValue::U64(number) => {
                    let number = i64::try_from(number).unwrap_or(i64::MAX);
                    indexed.values.push((named, IndexedValue::Number(number)));
                }
                _ => {}
            }
        }
        indexed.lengths = lengths.into_iter().map(|(field, words)| (field, kept(words))).collect();
        indexed.lengths.sort_unstable_by_key(|(field, _)| *field);
        indexed
    }

    fn text(&mut self, field: Field, text: String) -> IndexedValue {
        let Some(name) = tokenizer(&self.schema, field).filter(|name| *name != "raw") else {
            return IndexedValue::Constant(text);
        };
        if !self.analyzers.contains_key(name) {
            let Some(known) = self.tokenizers.get(name) else { return IndexedValue::Words(vec![]) };
            self.analyzers.insert(name.to_owned(), known);
        }
        let mut words = Vec::new();
        if let Some(analyzer) = self.analyzers.get_mut(name) {
            analyzer.token_stream(&text).process(&mut |token| {
                words.push(PlacedTerm { position: token.position, term: token.text.clone() });
            });
        }
        IndexedValue::Words(words)
    }

    fn has_lengths(&self, field: Field) -> bool {
        self.schema.get_field_entry(field).has_fieldnorms()
    }

    /// The points of the sites.
    fn points(&self, made: &TantivyDocument) -> Vec<Option<(f64, f64)>> {
        let at = pieces::all().iter().find_map(|piece| match self.fields.of(piece.id()) {
            PieceField::Point { lat, lon } => Some((lat, lon)),
            _ => None,
        });
        let Some((lat, lon)) = at else { return Vec::new() };
        let steps = |field| made.get_all(field).filter_map(|step| step.as_i64());
        let points = steps(lat).zip(steps(lon));
        points
            .map(|(north, east)| (north < NOWHERE).then(|| (degrees(north), degrees(east))))
            .collect()
    }
}

/// How texts of a field become terms; `None` where they are no terms.
fn tokenizer(schema: &Schema, field: Field) -> Option<&str> {
    match schema.get_field_entry(field).field_type() {
        FieldType::Str(options) => Some(options.get_indexing_options()?.tokenizer()),
        _ => None,
    }
}

/// A length as the index keeps it: exact up to some forty words, beyond that in steps.
fn kept(words: usize) -> u32 {
    let words = u32::try_from(words).unwrap_or(u32::MAX);
    FieldNormReader::id_to_fieldnorm(FieldNormReader::fieldnorm_to_id(words))
}

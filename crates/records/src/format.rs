//! From the bytes of one record to an API v2 study, one file a format.

mod csv;
mod derived;
mod fhir;
mod fit;
mod flat_record;
mod json_v1;
mod json_v2;
mod literal;
mod page;
mod ris;
mod tables;
mod unique;
mod xml;

use std::borrow::Cow;

use encoding_rs::UTF_8;
use serde_json::Value;

pub use tables::joined;

use crate::encoding::{DecodedText, decode_record};
use crate::source::{Record, RecordFormat, RecordPayload};
use crate::study::pieces::{self, Piece};
use crate::study::{NctId, Study, put_path};

/// A study read from a record.
#[derive(Debug, Clone)]
pub struct ConvertedRecord {
    /// The study; of a record that is a part ([`Record::is_part`]) what that has.
    pub study: Study,
    /// Its NCT number.
    pub nct_id: NctId,
    /// What happened on the way.
    pub notes: ConversionNotes,
}

/// What a conversion has to say although it went well.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConversionNotes {
    /// Fields of the record that API v2 has no place for, each named as the
    /// record names it (`clinical_study/rank`, `Rank`, `Ignite Creation
    /// Date`). A field is named once a record.
    pub unplaced: Vec<String>,
    /// The encoding that the text was found to be in, where not clean UTF-8.
    pub encoding: Option<&'static str>,
    /// Values that do not fit their piece and were kept as they are: the
    /// piece's name, and the value, cut to 100 characters.
    pub unfit: Vec<(&'static str, String)>,
    /// What of the record is not read, and why.
    pub lost: Vec<String>,
    /// The column, or element, that says which of several versions of a study a
    /// record is.
    pub version: Option<String>,
    /// Paths of pieces that the record has a place for and no value in it: it
    /// says that the study has none.
    pub empty: Vec<String>,
}

impl ConversionNotes {
    /// Names a field that API v2 has no place for, once. After
    /// [`ConversionNotes::MOST`] of a record the rest is named as one.
    pub fn unplaced(&mut self, name: &str) {
        let name = if self.unplaced.len() < Self::MOST { name } else { "(and more)" };
        let cut = name.char_indices().nth(Self::LONGEST).map(|(cut, _)| cut);
        let name = cut.map_or(name, |cut| &name[..cut]);
        if !self.unplaced.iter().any(|known| known == name) {
            self.unplaced.push(name.to_owned());
        }
    }

    /// Notes a part of the record that is not read. After [`ConversionNotes::MOST`] of a
    /// record no more are noted.
    pub(super) fn lost(&mut self, reason: String) {
        if self.lost.len() < Self::MOST && !self.lost.contains(&reason) {
            self.lost.push(reason);
        }
    }

    /// Notes a value that does not fit its piece. After [`ConversionNotes::MOST`] of a
    /// record no more are noted.
    pub(super) fn unfit(&mut self, piece: &Piece, value: &Value) {
        const LONGEST: usize = 100;
        if self.unfit.len() < Self::MOST {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            self.unfit.push((piece.name, text.chars().take(LONGEST).collect()));
        }
    }

    /// Characters of a field's name that are kept.
    const LONGEST: usize = 300;

    /// Fields of a record that are named, before the rest is named as one.
    pub const MOST: usize = 300;
}

/// Why no study could be made of a record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormatError {
    /// The text breaks the rules of its format.
    #[error("{message}")]
    Syntax {
        /// What is wrong.
        message: String,
        /// Line within the record, from 1; 0 if unknown.
        line: u64,
        /// Byte within the record, from 0.
        byte: u64,
    },
    /// The record names no study.
    #[error("no NCT number")]
    NoNctId,
    /// The record's number is not one.
    #[error("`{0}` is not an NCT number (NCT and eight digits)")]
    BadNctId(String),
}

/// The text of a record. Notes its encoding where it is not clean UTF-8.
fn text_of<'a>(bytes: &'a [u8], notes: &mut ConversionNotes) -> Cow<'a, str> {
    let DecodedText { text, encoding, broken } = decode_record(bytes);
    if broken {
        notes.encoding = Some("UTF-8 with broken bytes");
    } else if encoding != UTF_8 {
        notes.encoding = Some(encoding.name());
    }
    text
}

/// The study that a record means.
///
/// # Errors
///
/// Where the record breaks the rules of its format or has no NCT number.
pub fn convert(record: &Record) -> Result<ConvertedRecord, FormatError> {
    let mut notes = ConversionNotes::default();
    let mut study = match (&record.payload, record.format) {
        (RecordPayload::Row { header, row }, _) => csv::convert(header, row, None, &mut notes),
        (RecordPayload::Rows(tables), _) => tables::part(tables, &mut notes),
        (RecordPayload::Bytes(bytes), format) => {
            let text = text_of(bytes, &mut notes);
            match format {
                RecordFormat::ModulePage => page::convert(&text, &mut notes),
                RecordFormat::JsonV2 => json_v2::convert(&text, &mut notes)?,
                RecordFormat::JsonV1 => json_v1::convert(&text, &mut notes)?,
                RecordFormat::JsonFlat => flat_record::convert(&text, &mut notes)?,
                RecordFormat::Fhir => fhir::convert(&text, &mut notes)?,
                RecordFormat::Ris => ris::convert(&text, &mut notes),
                RecordFormat::Xml | RecordFormat::Csv => xml::convert(&text, &mut notes)?,
            }
        }
    };
    // Rows of tables are put right when they are joined.
    if !record.is_of_tables() {
        fit::fit(study.as_map_mut(), &mut notes);
    }
    let nct_id = match study.text("NCTId") {
        None => return Err(FormatError::NoNctId),
        Some(text) => match NctId::parse(text).or_else(|| NctId::parse_written(text)) {
            Some(number) => number,
            None => return Err(FormatError::BadNctId(text.to_owned())),
        },
    };
    if let Some(piece) = pieces::named("NCTId").filter(|_| study.nct_id() != Some(nct_id)) {
        put_path(study.as_map_mut(), piece.path, nct_id.to_string().into());
    }
    Ok(ConvertedRecord { study, nct_id, notes })
}

/// Notes the keys that occur twice in an object.
fn note_twice(keys: &[String], notes: &mut ConversionNotes) {
    for key in keys {
        notes.lost(format!("`{key}` occurs twice in one object; only the last one is read"));
    }
}

/// The error of a JSON text that could not be read.
fn json_error(error: &serde_json::Error, text: &str) -> FormatError {
    let line = error.line();
    let before: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    FormatError::Syntax {
        message: format!("not valid JSON: {}", without_place(error)),
        line: line as u64,
        byte: (before + error.column().saturating_sub(1)) as u64,
    }
}

/// What serde_json says of an error, without the place that it adds to it.
/// The error has no other way to ask for this.
fn without_place(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    message.strip_suffix(&place).map(str::to_owned).unwrap_or(message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_of_an_error_in_json_is_said_once() {
        for (text, expected) in [
            ("{", "EOF while parsing an object"),
            ("{\"a\" 1}", "expected `:`"),
            ("[1,\n]", "trailing comma"),
            ("\n\nnux", "expected ident"),
            ("{} x", "trailing characters"),
        ] {
            let error = serde_json::from_str::<serde_json::Value>(text).expect_err(text);
            assert!(error.to_string().contains(" at line "), "{error}");
            assert_eq!(without_place(&error), expected, "{text}");
        }
    }
}

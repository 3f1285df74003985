//! Converts the bytes of one record into an API v2 study, one file a format.

mod conversion_notes;
mod csv;
mod derived;
mod fhir;
mod fit;
mod flat_record;
mod format_error;
mod json_v1;
mod json_v2;
mod literal;
mod page;
mod ris;
mod tables;
mod unique;
mod xml;

pub use conversion_notes::ConversionNotes;
pub use format_error::FormatError;
pub use tables::joined;

use conversion_notes::text_of;

use crate::source::{Record, RecordFormat, RecordPayload};
use crate::study::pieces;
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

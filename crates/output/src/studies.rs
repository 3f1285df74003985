//! Whole studies in every format, one after another.

use std::io::{self, Write};
use std::path::Path;

use super::ris;
use super::table_writer::TableWriter;
use trialdex_engine::index::{DocumentPlace, StudyReader};
use trialdex_records::study::{NctId, Study};

/// The registry's own columns.
const TABLE: TableWriter<'_> = TableWriter { chosen: &[], tabs: false };

/// How whole studies are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StudyFormat {
    /// A study in the shape of API v2 a line.
    JsonLines,
    /// One object like a page of the API: `totalCount` and `studies`.
    Json,
    /// The registry's own columns, comma-separated.
    Csv,
    /// Reference managers' tagged format.
    Ris,
    /// NCT numbers.
    Ids,
}

impl StudyFormat {
    /// Writes whole studies of an index, which are known by their numbers, in
    /// the order of the list. Texts that are made before it is their turn wait
    /// in the directory `scratch`.
    ///
    /// # Errors
    ///
    /// Where a study cannot be read, after all before it were written, or the
    /// place cannot be written to.
    pub fn write(
        self,
        out: &mut dyn Write,
        reader: &StudyReader<'_>,
        studies: &[(NctId, DocumentPlace)],
        scratch: &Path,
    ) -> io::Result<()> {
        match self {
            Self::Json => write!(out, "{{\"totalCount\":{},\"studies\":[", studies.len())?,
            Self::Csv => TABLE.write_heading(out)?,
            Self::JsonLines | Self::Ris | Self::Ids => {}
        }
        let places: Vec<DocumentPlace> = studies.iter().map(|(_, place)| *place).collect();
        let maker = || {
            |at: usize, study: &Study, text: &mut Vec<u8>| {
                let between = if at == 0 { "\n" } else { ",\n" };
                self.write_study(text, studies[at].0, study, between)
            }
        };
        reader.texts(&places, scratch, maker, |text| out.write_all(text))?;
        if self == Self::Json {
            writeln!(out, "\n]}}")?;
        }
        out.flush()
    }

    /// Writes a study, after what is between it and the one before.
    fn write_study(
        self,
        text: &mut Vec<u8>,
        known_as: NctId,
        study: &Study,
        between: &str,
    ) -> io::Result<()> {
        let nct = study.nct_id().unwrap_or(known_as);
        match self {
            Self::Csv => TABLE.write_study(text, study),
            Self::Ris => ris::write(text, nct, study),
            Self::Ids => writeln!(text, "{nct}"),
            Self::Json => {
                text.extend_from_slice(between.as_bytes());
                Ok(serde_json::to_writer(text, study.as_map())?)
            }
            Self::JsonLines => {
                serde_json::to_writer(&mut *text, study.as_map())?;
                writeln!(text)
            }
        }
    }
}

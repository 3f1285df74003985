//! Whole studies in every format, one after another.

use std::io::{self, Write};

use super::ris;
use super::table_writer::TableWriter;
use trialdex_records::study::{NctId, Study};

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

/// Writes studies as they come.
pub struct StudyWriter<W: Write> {
    shape: StudyWriterState<W>,
    written: u64,
}

/// What a format needs to remember from study to study.
enum StudyWriterState<W: Write> {
    Plain(W, StudyFormat),
    Table(Box<TableWriter<W>>),
}

impl<W: Write> StudyWriter<W> {
    /// Writes the text before the first of `total` studies.
    ///
    /// # Errors
    ///
    /// Where the place cannot be written to; the same holds for the others.
    pub fn new(mut out: W, format: StudyFormat, total: usize) -> io::Result<Self> {
        if format == StudyFormat::Json {
            write!(out, "{{\"totalCount\":{total},\"studies\":[")?;
        }
        let shape = match format {
            StudyFormat::Csv => {
                StudyWriterState::Table(Box::new(TableWriter::new(out, false, &[])?))
            }
            format => StudyWriterState::Plain(out, format),
        };
        Ok(Self { shape, written: 0 })
    }

    /// Writes a study.
    ///
    /// # Errors
    ///
    /// See [`Self::new`].
    pub fn write(&mut self, nct: NctId, study: &Study) -> io::Result<()> {
        let first = self.written == 0;
        self.written += 1;
        match &mut self.shape {
            StudyWriterState::Table(table) => table.write_study(study),
            StudyWriterState::Plain(out, StudyFormat::Ris) => ris::write(out, nct, study),
            StudyWriterState::Plain(out, StudyFormat::Ids) => writeln!(out, "{nct}"),
            StudyWriterState::Plain(out, StudyFormat::Json) => {
                write!(out, "{}", if first { "\n" } else { ",\n" })?;
                Ok(serde_json::to_writer(out, study.as_map())?)
            }
            StudyWriterState::Plain(out, _) => {
                serde_json::to_writer(&mut *out, study.as_map())?;
                writeln!(out)
            }
        }
    }

    /// Writes the text after the last study.
    ///
    /// # Errors
    ///
    /// See [`Self::new`].
    pub fn finish(self) -> io::Result<()> {
        match self.shape {
            StudyWriterState::Table(mut table) => table.flush(),
            StudyWriterState::Plain(mut out, format) => {
                if format == StudyFormat::Json {
                    writeln!(out, "\n]}}")?;
                }
                out.flush()
            }
        }
    }
}

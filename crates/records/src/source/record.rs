//! One record of a study as it was found, and where.

use std::fmt;
use std::sync::Arc;

use csv::ByteRecord;

/// The formats that study records come in, recognised by their content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RecordFormat {
    /// A text page with one module of one study, as `Label: value` lines.
    ModulePage,
    /// A study of the registry's API v2.
    JsonV2,
    /// A study of the retired API v1.
    JsonV1,
    /// A `clinical_study` element of the retired XML download.
    Xml,
    /// A row of the download button's CSV or TSV, today's or the classic
    /// site's.
    Csv,
    /// An object of names and values, as tables are written as JSON.
    JsonFlat,
    /// A `ResearchStudy` of FHIR.
    Fhir,
    /// A record of reference managers.
    Ris,
}

impl RecordFormat {
    /// Every format.
    pub const ALL: [Self; 8] = [
        Self::ModulePage,
        Self::JsonV2,
        Self::JsonV1,
        Self::Xml,
        Self::Csv,
        Self::JsonFlat,
        Self::Fhir,
        Self::Ris,
    ];

    /// The name that audits and documentation use.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::ModulePage => "module-page",
            Self::JsonV2 => "json-v2",
            Self::JsonV1 => "json-v1",
            Self::Xml => "xml",
            Self::Csv => "csv",
            Self::JsonFlat => "json-flat",
            Self::Fhir => "fhir",
            Self::Ris => "ris",
        }
    }
}

/// Where something was found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SourceLocation {
    /// Absolute path of the file; `-` is standard input.
    pub path: Arc<str>,
    /// The member of an archive, members of archives inside it joined by
    /// `!/`.
    pub member: Option<Arc<str>>,
    /// Line of the file or member that it starts on, from 1; 0 if unknown.
    pub line: u64,
    /// Byte of the (decompressed) file or member that it starts at, from 0.
    pub byte: u64,
}

impl fmt::Display for SourceLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path)?;
        if let Some(member) = &self.member {
            write!(f, "!/{member}")?;
        }
        if self.line > 1 {
            write!(f, ":{}", self.line)?;
        }
        Ok(())
    }
}

/// The content of a record.
#[derive(Debug, Clone)]
pub enum RecordPayload {
    /// The bytes of a JSON object, an XML element or a page. Nearly always
    /// UTF-8: streams that say otherwise are converted before.
    Bytes(Vec<u8>),
    /// A row of a table with its heading.
    Row {
        /// Column names.
        header: Arc<ByteRecord>,
        /// Cells; can be fewer or more than there are names.
        row: ByteRecord,
    },
    /// Rows of tables that belong together, all of one study: a part of it.
    Rows(Vec<TableRows>),
}

/// Rows of one table of a set, all of one study.
#[derive(Debug, Clone)]
pub struct TableRows {
    /// The table, by the name that the AACT database has for it:
    /// `conditions`, `studies`.
    pub table: &'static str,
    /// Column names.
    pub columns: Arc<ByteRecord>,
    /// Cells of each row, in the order of the table.
    pub rows: Vec<ByteRecord>,
}

impl RecordPayload {
    /// Size in bytes.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Bytes(bytes) => bytes.len(),
            Self::Row { row, .. } => row.as_slice().len(),
            Self::Rows(tables) => {
                let rows = tables.iter().flat_map(|table| &table.rows);
                rows.map(|row| row.as_slice().len()).sum()
            }
        }
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// One record as it was found.
#[derive(Debug, Clone)]
pub struct Record {
    /// What its content looks like.
    pub format: RecordFormat,
    /// The content.
    pub payload: RecordPayload,
    /// Where it starts.
    pub location: SourceLocation,
}

impl Record {
    /// Whether it is a part of a study, to be joined with others: a page, or
    /// rows of tables that others belong to.
    #[must_use]
    pub fn is_part(&self) -> bool {
        self.format == RecordFormat::ModulePage || self.is_of_tables()
    }

    /// Whether it is rows of tables that others belong to.
    #[must_use]
    pub fn is_of_tables(&self) -> bool {
        matches!(self.payload, RecordPayload::Rows(_))
    }
}

//! CSV and TSV.

use std::io::{self, Write};

use super::clean;
use super::row::{Row, readable};
use crate::study::pieces::{self, Piece};

/// Columns where none were chosen, after `Rank` and `Score`.
const COLUMNS: [&str; 9] = [
    "NCTId",
    "BriefTitle",
    "OverallStatus",
    "Phase",
    "Condition",
    "InterventionName",
    "LeadSponsorName",
    "StartDate",
    "LastUpdatePostDate",
];

/// Writes rows as a table. Several values of a piece are joined by `|`, as in
/// the registry's own download.
pub(super) struct Table<W: Write> {
    writer: csv::Writer<W>,
    columns: Vec<&'static Piece>,
    tabs: bool,
}

impl<W: Write> Table<W> {
    /// Writes the heading.
    pub(super) fn new(out: W, tabs: bool, chosen: &[&'static Piece]) -> io::Result<Self> {
        let columns = if chosen.is_empty() {
            COLUMNS.iter().filter_map(|name| pieces::named(name)).collect()
        } else {
            chosen.to_vec()
        };
        let mut builder = csv::WriterBuilder::new();
        if tabs {
            builder.delimiter(b'\t').quote_style(csv::QuoteStyle::Never);
        }
        let mut writer = builder.from_writer(out);
        let names = columns.iter().map(|piece| piece.name);
        writer.write_record(["Rank", "Score"].into_iter().chain(names)).map_err(writing)?;
        Ok(Self { writer, columns, tabs })
    }

    pub(super) fn write(&mut self, row: &Row<'_>) -> io::Result<()> {
        let mut cells = vec![row.hit.rank.to_string(), format!("{:.4}", row.hit.score)];
        for piece in &self.columns {
            let values = row.study.values(piece.name);
            let values: Vec<String> =
                values.into_iter().map(|value| readable(piece, value)).collect();
            let joined = values.join("|");
            let text = if self.tabs { clean::line(&joined).into_owned() } else { joined };
            cells.push(clean::cell(&text).into_owned());
        }
        self.writer.write_record(cells).map_err(writing)
    }

    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

/// The error below the writer's, by which a broken pipe is known.
fn writing(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

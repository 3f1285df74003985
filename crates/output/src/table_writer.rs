//! CSV and TSV.

use std::io::{self, Write};

use super::clean;
use super::hit_values::{StudyHit, readable};
use super::registry_csv::COLUMNS;
use trialdex_records::study::Study;
use trialdex_records::study::pieces::Piece;

/// Writes studies as a table. Several values of a piece are joined by `|`, as
/// in the registry's own download.
pub(super) struct TableWriter<W: Write> {
    writer: csv::Writer<W>,
    /// `Rank`, `Score` and these; none for the registry's own columns.
    chosen: Vec<&'static Piece>,
    tabs: bool,
}

impl<W: Write> TableWriter<W> {
    /// Writes the heading: the registry's own where no columns were chosen.
    pub(super) fn new(out: W, tabs: bool, chosen: &[&'static Piece]) -> io::Result<Self> {
        let mut builder = csv::WriterBuilder::new();
        if tabs {
            builder.delimiter(b'\t');
        }
        let mut writer = builder.from_writer(out);
        let heading: Vec<&str> = if chosen.is_empty() {
            COLUMNS.iter().map(|(heading, _)| *heading).collect()
        } else {
            let names = chosen.iter().map(|piece| piece.name);
            ["Rank", "Score"].into_iter().chain(names).collect()
        };
        writer.write_record(heading).map_err(writing)?;
        Ok(Self { writer, chosen: chosen.to_vec(), tabs })
    }

    pub(super) fn write(&mut self, row: &StudyHit<'_>) -> io::Result<()> {
        if self.chosen.is_empty() {
            return self.write_study(row.study);
        }
        let mut cells = vec![row.hit.rank.to_string(), format!("{:.4}", row.hit.score)];
        for piece in &self.chosen {
            let values = row.study.values(piece.name);
            let values: Vec<String> =
                values.into_iter().map(|value| readable(piece, value)).collect();
            cells.push(self.safe(&values.join("|")));
        }
        self.writer.write_record(cells).map_err(writing)
    }

    /// Writes a study in the registry's own columns.
    pub(super) fn write_study(&mut self, study: &Study) -> io::Result<()> {
        let cells = COLUMNS.iter().map(|(_, cell)| self.safe(&cell(study)));
        let cells: Vec<String> = cells.collect();
        self.writer.write_record(cells).map_err(writing)
    }

    /// A cell that neither a spreadsheet nor a program that goes by lines and
    /// tabs takes for something else.
    fn safe(&self, text: &str) -> String {
        let text = if self.tabs { clean::line(text) } else { text.into() };
        clean::cell(&text).into_owned()
    }

    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

/// The error below the writer's, which shows a broken pipe.
fn writing(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

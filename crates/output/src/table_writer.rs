//! CSV and TSV.

use std::io::{self, Write};

use super::clean;
use super::hit_values::{StudyHit, readable};
use super::registry_csv::COLUMNS;
use trialdex_records::study::Study;
use trialdex_records::study::pieces::Piece;

/// Writes studies as a table. Several values of a piece are joined by `|`, as
/// in the registry's own download.
#[derive(Debug, Clone, Copy)]
pub(super) struct TableWriter<'a> {
    /// `Rank`, `Score` and these; none for the registry's own columns.
    pub(super) chosen: &'a [&'static Piece],
    pub(super) tabs: bool,
}

impl TableWriter<'_> {
    /// Writes the heading: the registry's own where no columns were chosen.
    pub(super) fn write_heading(self, out: &mut dyn Write) -> io::Result<()> {
        if self.chosen.is_empty() {
            return self.write_line(out, COLUMNS.iter().map(|(heading, _)| *heading));
        }
        let names = self.chosen.iter().map(|piece| piece.name);
        self.write_line(out, ["Rank", "Score"].into_iter().chain(names))
    }

    /// Writes a hit in the columns that were chosen.
    pub(super) fn write_hit(self, out: &mut dyn Write, row: &StudyHit<'_>) -> io::Result<()> {
        if self.chosen.is_empty() {
            return self.write_study(out, row.study);
        }
        let mut cells = vec![row.hit.rank.to_string(), format!("{:.4}", row.hit.score)];
        for piece in self.chosen {
            let values = row.study.values(piece.name);
            let values: Vec<String> =
                values.into_iter().map(|value| readable(piece, value)).collect();
            cells.push(self.safe(&values.join("|")));
        }
        self.write_line(out, cells)
    }

    /// Writes a study in the registry's own columns.
    pub(super) fn write_study(self, out: &mut dyn Write, study: &Study) -> io::Result<()> {
        self.write_line(out, COLUMNS.iter().map(|(_, cell)| self.safe(&cell(study))))
    }

    /// A cell that neither a spreadsheet nor a program that goes by lines and
    /// tabs takes for something else.
    fn safe(self, text: &str) -> String {
        let text = if self.tabs { clean::line(text) } else { text.into() };
        clean::cell(&text).into_owned()
    }

    fn write_line<T: AsRef<[u8]>>(
        self,
        out: &mut dyn Write,
        cells: impl IntoIterator<Item = T>,
    ) -> io::Result<()> {
        write_line(out, if self.tabs { b'\t' } else { b',' }, cells)
    }
}

/// Writes a line of a table.
pub(super) fn write_line<T: AsRef<[u8]>>(
    out: &mut dyn Write,
    delimiter: u8,
    cells: impl IntoIterator<Item = T>,
) -> io::Result<()> {
    let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(out);
    writer.write_record(cells).map_err(writing)?;
    writer.flush()
}

/// The error below the writer's, which shows a broken pipe.
fn writing(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

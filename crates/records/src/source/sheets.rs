//! Excel workbooks: each sheet as a table.

use std::fs::File;
use std::io::{self, Cursor, Read, Seek};
use std::ops::ControlFlow;

use super::stream_context::StreamContext;
use super::{ItemSink, SourceItem, SourcePlace, csv_splitter, table_layout};
use crate::workbook::{SheetGrid, WorkbookError, grids};

/// Bytes of the file of a workbook: it is read as a whole.
const LARGEST: u64 = 256 << 20;

/// Cells of a sheet with those that are blank.
const MOST_CELLS: usize = 64_000_000;

/// Bytes of a sheet that are looked at to tell whether it is of studies.
const HEAD: usize = 16 << 10;

/// Reads the tables of studies in the sheets of a workbook.
pub(super) fn read(
    file: &mut File,
    place: &SourcePlace,
    inside: &StreamContext<'_>,
    sink: &mut ItemSink<'_>,
) -> ControlFlow<()> {
    let mut bytes = Vec::new();
    let read = file.rewind().and_then(|()| file.take(LARGEST + 1).read_to_end(&mut bytes));
    let too_large = || "an Excel workbook that is too large to be read; save it as CSV".to_owned();
    let grids = match read {
        Err(error) => return sink(SourceItem::Unread(place.location(0, 0), cannot(&error))),
        Ok(_) if bytes.len() as u64 > LARGEST => Err(too_large()),
        Ok(_) => grids(&bytes).map_err(|error| match error {
            WorkbookError::TooLarge => too_large(),
            WorkbookError::Damaged(what) => cannot(&io::Error::other(what)),
        }),
    };
    let grids = match grids {
        Ok(grids) => grids,
        Err(reason) => return sink(SourceItem::Reject(place.location(0, 0), reason)),
    };
    drop(bytes);
    for grid in grids {
        sheet(&grid, place, inside, sink)?;
    }
    ControlFlow::Continue(())
}

fn cannot(error: &io::Error) -> String {
    format!("the Excel workbook cannot be read: {error}")
}

/// Reads a sheet as the CSV that it would be saved as.
fn sheet(
    grid: &SheetGrid,
    place: &SourcePlace,
    inside: &StreamContext<'_>,
    sink: &mut ItemSink<'_>,
) -> ControlFlow<()> {
    sink(SourceItem::Member)?;
    let place = place.member(&grid.title);
    let written = match written(grid) {
        Ok(written) => written,
        Err(error) => return sink(SourceItem::Unread(place.location(0, 0), cannot(&error))),
    };
    match table_layout::table(&written[..written.len().min(HEAD)]) {
        Some(table) => {
            csv_splitter::split(Box::new(Cursor::new(written)), table, &place, inside, sink)
        }
        None => {
            let reason = "a sheet without study records".to_owned();
            sink(SourceItem::NotStudy(place.location(0, 0), reason))
        }
    }
}

/// A sheet as CSV. Rows that it lacks are blank, so that lines are its rows,
/// as long as no cell has several.
fn written(grid: &SheetGrid) -> io::Result<Vec<u8>> {
    const GAP: u64 = 1000;
    let width = grid.rows.iter().flat_map(|(_, cells)| cells.iter().map(|(column, _)| column + 1));
    let width = width.max().unwrap_or_default();
    let mut writer = ::csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    let (mut next, mut cells_written) = (1, 0);
    for (number, cells) in &grid.rows {
        let blank = number.saturating_sub(next).min(GAP);
        for _ in 0..blank {
            writer.write_record([" "])?;
        }
        next = number.saturating_add(1);
        let end = cells.iter().map(|(column, _)| column + 1).max().unwrap_or_default();
        // The heading and rows of tables are as wide as the sheet.
        let wide = if end * 2 > width { width } else { end };
        cells_written += wide;
        if cells_written > MOST_CELLS {
            return Err(io::Error::other("its rows are wider than can be read"));
        }
        let mut row = vec![""; wide.max(1)];
        for (column, text) in cells {
            row[*column] = text;
        }
        if row == [""] {
            row = vec![" "];
        }
        writer.write_record(&row)?;
    }
    writer.into_inner().map_err(|error| io::Error::other(error.to_string()))
}

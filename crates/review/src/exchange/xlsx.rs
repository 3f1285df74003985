//! Sheets of a workbook as tables.

use super::heading::{ColumnHeading, HeadingPromise};
use super::import_fields::{ImportColumn, column};
use super::record_sheet::{RecordSheet, SheetRow};
use super::registry_numbers::numbers_in;
use super::{ColumnChoice, ImportError, ImportProblem};
use trialdex_records::workbook::{GridRow, SheetGrid, grids};

/// Rows that are searched for headings.
const LOOK: usize = 10;

/// Tables in the sheets of a workbook; sheets without headings are named.
///
/// # Errors
///
/// Where it cannot be read, no sheet has a table, or the one that was asked
/// for is not there.
pub(super) fn sheets(
    bytes: &[u8],
    choice: &ColumnChoice,
) -> Result<(Vec<RecordSheet>, Vec<ImportProblem>), ImportError> {
    let mut grids = grids(bytes)?;
    if let Some(wanted) = &choice.sheet {
        let titles: Vec<String> = grids.iter().map(|grid| grid.title.clone()).collect();
        grids.retain(|grid| grid.title.eq_ignore_ascii_case(wanted.trim()));
        if grids.is_empty() {
            return Err(ImportError::NoSheet { name: wanted.clone(), known: titles });
        }
    }
    grids.retain(|grid| grid.rows.iter().any(|(_, cells)| !cells.is_empty()));
    let several = grids.len() > 1;
    let (mut sheets, mut problems) = (Vec::new(), Vec::new());
    for grid in grids {
        match headings(&grid.rows) {
            Some(at) => sheets.push(sheet(&grid, at, several)),
            None => {
                let what = format!(
                    "the sheet `{}` is not read: no title or number is among its headings",
                    grid.title
                );
                problems.push(ImportProblem::new(1, what));
            }
        }
    }
    if sheets.is_empty() { Err(ImportError::Format) } else { Ok((sheets, problems)) }
}

/// The row of the headings: that with the most that are known.
fn headings(rows: &[GridRow]) -> Option<usize> {
    let known = |(at, (_, cells)): (usize, &GridRow)| {
        let texts = || cells.iter().map(|(_, text)| text.as_str());
        let columns: Vec<ImportColumn> = texts().filter_map(column).collect();
        let told =
            columns.contains(&ImportColumn::Title) || columns.contains(&ImportColumn::Number);
        let decides = texts().any(|text| ColumnHeading::of(text).promise == HeadingPromise::Strong);
        told.then_some((columns.len() + usize::from(decides), at))
    };
    let best = rows.iter().enumerate().take(LOOK).filter_map(known);
    let best = best.max_by_key(|(count, at)| (*count, std::cmp::Reverse(*at)));
    best.map(|(_, at)| at).or_else(|| by_rows(rows))
}

/// A first row without a number, with numbers in the row below.
fn by_rows(rows: &[GridRow]) -> Option<usize> {
    let numbered =
        |(_, cells): &GridRow| cells.iter().any(|(_, text)| !numbers_in(text).is_empty());
    let first = rows.iter().position(|(_, cells)| !cells.is_empty())?;
    let next = rows.get(first + 1)?;
    (!numbered(&rows[first]) && numbered(next)).then_some(first)
}

fn sheet(grid: &SheetGrid, headings: usize, several: bool) -> RecordSheet {
    let mut sheet = RecordSheet::default();
    sheet.title = several.then(|| grid.title.clone());
    let width = grid.rows.iter().flat_map(|(_, cells)| cells.iter().map(|(at, _)| at + 1)).max();
    let names = &grid.rows[headings].1;
    for at in 0..width.unwrap_or_default() {
        let name = names.iter().find(|(place, _)| *place == at).map(|(_, name)| name.as_str());
        sheet.add(name.unwrap_or_default(), name.and_then(column));
    }
    for (line, cells) in &grid.rows[headings + 1..] {
        let cells = cells
            .iter()
            .map(|(at, text)| (*at, trialdex_records::study::clean::uncell(text).to_owned()));
        sheet.push(SheetRow { line: *line, cells: cells.collect() });
    }
    sheet
}

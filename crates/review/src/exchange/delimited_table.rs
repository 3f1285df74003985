//! Reading CSV and TSV.

use super::ImportProblem;
use super::heading::{ColumnHeading, HeadingPromise};
use super::import_fields::{ImportColumn, column};
use super::record_sheet::{RecordSheet, SheetRow};
use super::registry_numbers::numbers_in;

/// What can part cells.
const DELIMITERS: [char; 3] = [',', '\t', ';'];

/// Lines that are searched for headings: some programs write a title above
/// them, or `sep=;`.
const LOOK: usize = 10;

/// Where the headings of a table are, and how its cells are parted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SheetLayout {
    pub(super) delimiter: char,
    /// Lines above the headings.
    pub(super) above: usize,
}

/// The layout of a table: by the line and the delimiter with the most
/// headings that are known. `None` unless a title or a number is among them,
/// or a number is in the rows below.
pub(super) fn layout(text: &str) -> Option<SheetLayout> {
    let mut best: Option<(usize, SheetLayout)> = None;
    for (above, line) in text.lines().take(LOOK).enumerate() {
        for delimiter in DELIMITERS {
            let (columns, decides) = headings(line, delimiter);
            let known =
                columns.contains(&ImportColumn::Title) || columns.contains(&ImportColumn::Number);
            let all = columns.len() + usize::from(decides);
            if known && best.is_none_or(|(most, _)| all > most) {
                best = Some((all, SheetLayout { delimiter, above }));
            }
        }
    }
    best.map(|(_, layout)| layout).or_else(|| by_rows(text))
}

/// The known headings of a line, and whether one says that decisions are
/// below.
fn headings(line: &str, delimiter: char) -> (Vec<ImportColumn>, bool) {
    let cells = line.split(delimiter).map(|cell| cell.trim().trim_matches('"'));
    let decides = |cell: &str| ColumnHeading::of(cell).promise == HeadingPromise::Strong;
    (cells.clone().filter_map(column).collect(), cells.into_iter().any(decides))
}

/// A table without known headings: its first line has no number, the next
/// ones have, and some of it is parted in the same way.
fn by_rows(text: &str) -> Option<SheetLayout> {
    let mut lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let (above, first) = lines.next()?;
    let (_, second) = lines.next()?;
    let parted = |delimiter: &char| first.contains(*delimiter) && second.contains(*delimiter);
    let delimiter = DELIMITERS.into_iter().find(parted)?;
    let numbered = numbers_in(first).is_empty() && !numbers_in(second).is_empty();
    numbered.then_some(SheetLayout { delimiter, above })
}

/// The records of a table.
pub(super) fn sheet(text: &str, layout: SheetLayout) -> (RecordSheet, Vec<ImportProblem>) {
    let skipped: usize = text.split_inclusive('\n').take(layout.above).map(str::len).sum();
    let mut builder = csv::ReaderBuilder::new();
    builder.has_headers(false).flexible(true).delimiter(layout.delimiter as u8);
    let table = &text[skipped..];
    let mut reader = builder.from_reader(table.as_bytes());
    let (mut sheet, mut problems) = (RecordSheet::default(), Vec::new());
    let mut headings = 0;
    for row in reader.records() {
        let Ok(row) = row else { continue };
        let line = row.position().map_or(0, |at| line(table, at)) + layout.above as u64;
        if headings == 0 {
            for heading in &row {
                sheet.add(heading, column(heading));
            }
            headings = row.len();
            continue;
        }
        if row.len() > headings {
            let what = format!("{} cells, but {headings} headings", row.len());
            problems.push(ImportProblem::new(line, what));
        }
        let mut cells = SheetRow::new(line);
        for (at, cell) in row.iter().enumerate() {
            while at >= sheet.names.len() {
                sheet.add("", None);
            }
            cells.cells.push((at, trialdex_records::study::clean::uncell(cell).to_owned()));
        }
        sheet.push(cells);
    }
    problems.extend(unclosed(text, sheet.rows.last()));
    (sheet, problems)
}

/// The line of a row; its position is that of the blank lines before it.
fn line(table: &str, at: &csv::Position) -> u64 {
    let rest = usize::try_from(at.byte()).ok().and_then(|at| table.get(at..)).unwrap_or_default();
    let blank = rest.chars().take_while(|c| ['\r', '\n'].contains(c));
    at.line() + blank.filter(|c| *c == '\n').count() as u64
}

/// A quotation mark that is not closed makes one cell of all that follows.
fn unclosed(text: &str, last: Option<&SheetRow>) -> Option<ImportProblem> {
    let line = last?.line;
    let at = usize::try_from(line).ok()?.checked_sub(1)?;
    let tail = text.lines().skip(at);
    let marks: usize = tail.map(|line| line.matches('"').count()).sum();
    let rows = text.lines().count();
    (marks % 2 == 1 && at + 1 < rows).then(|| {
        ImportProblem::new(line, "a quotation mark is not closed: the rest was read as one cell")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layouts_are_told_by_known_headings() {
        let found = |text| layout(text).map(|it| (it.delimiter, it.above));
        assert_eq!(found("Title,Authors,\"Published Year\"\n"), Some((',', 0)));
        assert_eq!(found("sep=;\r\ntitle;abstract, short;included\r\n"), Some((';', 1)));
        assert_eq!(found("nct_id\ttitle\n"), Some(('\t', 0)));
        assert_eq!(found("a,b\n"), None);
        assert_eq!(found("Trial;Final\nNCT90000001;in\n"), Some((';', 0)));
    }

    #[test]
    fn rows_have_their_lines() {
        let text = "title,abstract\n\"A\nB\",x\n\n'=1+1,y,z\nlast,\"open\nnext,one\n";
        let (sheet, problems) = sheet(text, SheetLayout { delimiter: ',', above: 0 });
        let lines: Vec<u64> = sheet.rows.iter().map(|row| row.line).collect();
        assert_eq!(lines, [2, 5, 6]);
        assert_eq!(sheet.rows[1].by_name()[&0][0], "=1+1");
        let told: Vec<(u64, &str)> =
            problems.iter().map(|it| (it.line, it.what.as_str())).collect();
        let unclosed = "a quotation mark is not closed: the rest was read as one cell";
        assert_eq!(told, [(5, "3 cells, but 2 headings"), (6, unclosed)]);
    }
}

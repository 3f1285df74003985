//! Reading CSV and TSV.

use super::Problem;
use super::fields::{Column, Fields, column};

/// What can part cells.
const DELIMITERS: [char; 3] = [',', '\t', ';'];

/// Lines in which the headings are looked for: some programs write a title
/// above them, or `sep=;`.
const LOOK: usize = 10;

/// Where the headings of a table are, and how its cells are parted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Layout {
    pub(super) delimiter: char,
    /// Lines above the headings.
    pub(super) above: usize,
}

/// The layout of a table: by the line and the delimiter with the most
/// headings that are known. `None` unless a title is among them.
pub(super) fn layout(text: &str) -> Option<Layout> {
    let mut best: Option<(usize, Layout)> = None;
    for (above, line) in text.lines().take(LOOK).enumerate() {
        for delimiter in DELIMITERS {
            let columns: Vec<Column> = line
                .split(delimiter)
                .filter_map(|heading| column(heading.trim().trim_matches('"')))
                .collect();
            let known = columns.contains(&Column::Title) || columns.contains(&Column::Number);
            if known && best.is_none_or(|(most, _)| columns.len() > most) {
                best = Some((columns.len(), Layout { delimiter, above }));
            }
        }
    }
    best.map(|(_, layout)| layout)
}

/// The records of a table.
pub(super) fn records(text: &str, layout: Layout) -> (Vec<Fields>, Vec<Problem>) {
    let skipped: usize = text.split_inclusive('\n').take(layout.above).map(str::len).sum();
    let mut builder = csv::ReaderBuilder::new();
    builder.has_headers(false).flexible(true).delimiter(layout.delimiter as u8);
    let table = &text[skipped..];
    let mut reader = builder.from_reader(table.as_bytes());
    let (mut records, mut problems) = (Vec::new(), Vec::new());
    let mut headings: Option<Vec<Column>> = None;
    for row in reader.records() {
        let Ok(row) = row else { continue };
        let line = row.position().map_or(0, |at| line(table, at)) + layout.above as u64;
        let Some(columns) = &headings else {
            headings = Some(row.iter().map(|it| column(it).unwrap_or(Column::Other)).collect());
            continue;
        };
        if row.len() > columns.len() {
            let what = format!("{} cells, but {} headings", row.len(), columns.len());
            problems.push(Problem::new(line, what));
        }
        let mut fields = Fields::new(line);
        for (cell, column) in
            row.iter().zip(columns.iter().chain(std::iter::repeat(&Column::Other)))
        {
            fields.put(*column, crate::study::clean::uncell(cell));
        }
        if !fields.is_empty() {
            records.push(fields);
        }
    }
    problems.extend(unclosed(text, records.last()));
    (records, problems)
}

/// The line of a row; its position is that of the blank lines before it.
fn line(table: &str, at: &csv::Position) -> u64 {
    let rest = usize::try_from(at.byte()).ok().and_then(|at| table.get(at..)).unwrap_or_default();
    let blank = rest.chars().take_while(|c| ['\r', '\n'].contains(c));
    at.line() + blank.filter(|c| *c == '\n').count() as u64
}

/// A quotation mark that is not closed makes one cell of all that follows.
fn unclosed(text: &str, last: Option<&Fields>) -> Option<Problem> {
    let line = last?.line;
    let at = usize::try_from(line).ok()?.checked_sub(1)?;
    let tail = text.lines().skip(at);
    let marks: usize = tail.map(|line| line.matches('"').count()).sum();
    let rows = text.lines().count();
    (marks % 2 == 1 && at + 1 < rows).then(|| {
        Problem::new(line, "a quotation mark is not closed: the rest was read as one cell")
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
    }

    #[test]
    fn rows_have_their_lines() {
        let text = "title,abstract\n\"A\nB\",x\n\n'=1+1,y,z\nlast,\"open\nnext,one\n";
        let (records, problems) = records(text, Layout { delimiter: ',', above: 0 });
        let lines: Vec<u64> = records.iter().map(|fields| fields.line).collect();
        assert_eq!(lines, [2, 5, 6]);
        assert_eq!(records[1].first(Column::Title), Some("=1+1"));
        let told: Vec<(u64, &str)> =
            problems.iter().map(|it| (it.line, it.what.as_str())).collect();
        let unclosed = "a quotation mark is not closed: the rest was read as one cell";
        assert_eq!(told, [(5, "3 cells, but 2 headings"), (6, unclosed)]);
    }
}

//! Histories that a system exports as a table divided by commas, such as
//! PubMed's `Search number,Query,Sort By,Filters,...` and Embase.com's
//! `No.,Query,Results`.

use super::history::{COUNT, Entry, History, PassedOver};
use crate::study::pieces;

/// Names of columns, folded, of numbers of lines.
const NUMBERS: [&str; 8] =
    ["searchnumber", "no", "number", "id", "set", "line", "searchid", "searchno"];

/// Those of searches.
const SEARCHES: [&str; 6] =
    ["query", "search", "searchquery", "searchterms", "searchstring", "searches"];

/// Those of counts of hits.
const COUNTS: [&str; 7] =
    ["results", "hits", "items", "itemsfound", "count", "records", "resultcount"];

/// Places of columns.
struct Columns {
    number: Option<usize>,
    search: usize,
    filters: Option<usize>,
    counts: Vec<usize>,
}

impl Columns {
    fn of(heading: &csv::StringRecord) -> Option<Self> {
        let names: Vec<String> = heading.iter().map(pieces::fold).collect();
        let at = |known: &[&str]| names.iter().position(|name| known.contains(&name.as_str()));
        // `#` folds to nothing.
        let number =
            at(&NUMBERS).or_else(|| names.first().filter(|name| name.is_empty()).map(|_| 0));
        let counts = (0..names.len()).filter(|at| COUNTS.contains(&names[*at].as_str())).collect();
        let columns = Self { number, search: at(&SEARCHES)?, filters: at(&["filters"]), counts };
        (names.len() > 1 && (number.is_some() || !columns.counts.is_empty())).then_some(columns)
    }
}

/// The lines of a table; `None` where a text is none.
pub(super) fn read(text: &str) -> Option<History> {
    let first = text.lines().find(|line| !line.trim().is_empty())?;
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let heading = reader.headers().ok().filter(|_| first.contains(','))?.clone();
    let columns = Columns::of(&heading)?;
    let mut history = History { numbered: true, ..History::default() };
    for row in reader.records() {
        let Ok(row) = row else { continue };
        let at = row.position().map_or(0, csv::Position::line);
        row_of(&row, usize::try_from(at).unwrap_or(0), &columns, &mut history);
    }
    history.in_order();
    (!history.entries.is_empty()).then_some(history)
}

fn row_of(row: &csv::StringRecord, at: usize, columns: &Columns, history: &mut History) {
    let cell = |at: usize| row.get(at).map_or("", str::trim);
    let mut text = cell(columns.search).split_whitespace().collect::<Vec<_>>().join(" ");
    if text.is_empty() {
        return;
    }
    let typed = columns.number.map_or("", cell);
    let digits = typed.trim_start_matches(['#', 'S', 's']);
    let next = u32::try_from(history.entries.len() + 1).unwrap_or(u32::MAX);
    let number = digits.parse().unwrap_or(next);
    if let Some(filters) = columns.filters.map(cell).filter(|filters| !filters.is_empty()) {
        text = format!("{text} Filters: {filters}");
    }
    history.entries.push(Entry { number, at, text, remarks: Vec::new() });
    for (column, value) in row.iter().enumerate() {
        let read = Some(column) == columns.number
            || column == columns.search
            || Some(column) == columns.filters;
        if read || value.trim().is_empty() {
            continue;
        }
        let why = if columns.counts.contains(&column) { COUNT } else { "another column" };
        history.passed_over.push(PassedOver { at, typed: value.trim().to_owned(), why });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_of_commas_are_read() {
        let text = "Search number,Query,Sort By,Filters,Search Details,Results,Time\n\
                    2,\"#1 AND pain[tiab]\",,\"Clinical Trial, Humans\",x,\"1,234\",05:12:11\n\
                    1,\"\"\"Gout\"\"[Mesh] OR gout[tiab]\",,,y,12000,05:10:11\n";
        let history = read(text).expect("a table");
        let lines: Vec<(u32, usize, &str)> = history
            .entries
            .iter()
            .map(|entry| (entry.number, entry.at, entry.text.as_str()))
            .collect();
        assert_eq!(
            lines,
            [
                (1, 3, "\"Gout\"[Mesh] OR gout[tiab]"),
                (2, 2, "#1 AND pain[tiab] Filters: Clinical Trial, Humans"),
            ]
        );
        let counts: Vec<&str> = history
            .passed_over
            .iter()
            .filter(|passed| passed.why == COUNT)
            .map(|passed| passed.typed.as_str())
            .collect();
        assert_eq!(counts, ["1,234", "12000"]);
        let embase = "No.,Query,Results\n#1,\"'gout'/exp\",\"300,000\"\n";
        assert_eq!(read(embase).map(|history| history.entries.len()), Some(1));
        assert!(read("gout, pain, fever\n1. gout\n").is_none());
    }
}

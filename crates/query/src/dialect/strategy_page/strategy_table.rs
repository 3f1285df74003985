//! Strategies that are printed as tables: divided by commas, semicolons,
//! tabulators or bars, or aligned by blanks. The column of searches is chosen
//! by its content and its heading.

use super::counts::{COUNT, is_count, is_labelled};
use super::page_lines::{LineRefusal, PageLine, PassedOver, StrategyEntry};
use super::{line_combinations, plain, search_signs};
use crate::dialect::additions;
use crate::dialect::systems::Dialect;
use crate::word_list::WordList;
use trialdex_records::study::pieces;

/// Names of columns, folded, of numbers of lines.
const NUMBERS: WordList = WordList(
    "searchnumber|no|number|id|set|line|searchid|searchno|lineno|linenumber|step|setno|\
     searchline",
);

/// Those of searches.
const SEARCHES: WordList = WordList(
    "query|search|searchquery|searchterms|searchterm|searchstring|searches|terms|\
     searchstrategy|queries|strategy|searchstatement|syntax|string|searchsyntax|\
     searchtermsused",
);

/// Those of counts of hits.
const COUNTS: WordList = WordList(
    "results|hits|items|itemsfound|count|records|resultcount|result|n|numberofresults|\
     noofresults|numberofhits|resultsfound|retrieved|references",
);

/// The heading of a column with limits.
const LIMITS: WordList = WordList("filters|limiters|limitersexpanders|limits");

/// Those of other things that searches have columns for.
const OTHERS: WordList = WordList(
    "concept|concepts|pico|element|topic|facet|comment|comments|notes|sortby|searchdetails|\
     time|date|lastrunvia|type|description|actions",
);

/// A row of a table.
#[derive(Debug)]
struct StrategyRow {
    at: usize,
    cells: Vec<String>,
    /// As it was.
    text: String,
}

/// A way to divide columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ColumnDivider {
    Tabs,
    Bars,
    Blanks,
}

/// The lines of a text, with each row of a table as number and search, divided
/// by a tabulator. Other columns are skipped.
pub(super) fn arranged(text: &str, of: Dialect, passed: &mut Vec<PassedOver>) -> Vec<PageLine> {
    if let Some(rows) = of_signs(text) {
        return of_rows(rows, of, passed);
    }
    let (rules, lines): (Vec<PageLine>, Vec<PageLine>) =
        plain::lines(text).into_iter().partition(is_rule_of_bars);
    let rule = |line: PageLine| PassedOver { at: line.at, typed: tidy(&line.text), why: "a rule" };
    passed.extend(rules.into_iter().map(rule));
    for divided in [ColumnDivider::Bars, ColumnDivider::Tabs, ColumnDivider::Blanks] {
        let rows: Vec<StrategyRow> = lines
            .iter()
            .map(|line| StrategyRow {
                at: line.at,
                cells: cells(&line.text, divided, of).unwrap_or_default(),
                text: line.text.clone(),
            })
            .collect();
        if is_table(&rows, divided) {
            return of_rows(rows, of, passed);
        }
    }
    lines
}

/// The rows of a text divided by commas, semicolons or, between quotes,
/// tabulators: below a heading, or where each begins with a number.
fn of_signs(text: &str) -> Option<Vec<StrategyRow>> {
    [b',', b';', b'\t'].into_iter().find_map(|sign| {
        let quoted = sign != b'\t' || text.contains("\t\"");
        if !text.contains(char::from(sign)) || !quoted {
            return None;
        }
        let mut begin = 0;
        let mut above = Vec::new();
        for (at, line) in (1..).zip(text.split_inclusive('\n')).take(LAST_HEADING) {
            let rows = records(&text[begin..], sign, at - 1);
            if is_divided(&rows) {
                above.extend(rows);
                return Some(above);
            }
            begin += line.len();
            above.push(StrategyRow { at, cells: Vec::new(), text: line.trim_end().to_owned() });
        }
        None
    })
}

/// The rows of such a table one by one, divided by tabulators.
pub(in super::super) fn rows_of_signs(text: &str) -> Option<String> {
    let rows = of_signs(text)?.into_iter().map(|row| row.text);
    Some(rows.collect::<Vec<_>>().join("\n"))
}

/// Whether a text is the name of a column.
pub(super) fn names_column(text: &str) -> bool {
    StrategyColumn::named(text).is_some()
}

/// The most lines above a table.
const LAST_HEADING: usize = 12;

/// The rows of a text, after so many lines above them.
fn records(text: &str, sign: u8, above: usize) -> Vec<StrategyRow> {
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .has_headers(false)
        .delimiter(sign)
        .from_reader(text.as_bytes());
    let records = reader.records().filter_map(Result::ok);
    let row = |record: csv::StringRecord| {
        let at = record.position().map_or(0, csv::Position::line);
        let cells: Vec<String> = record.iter().map(tidy).collect();
        let text = cells.join("\t");
        StrategyRow { at: above + usize::try_from(at).unwrap_or(0), cells, text }
    };
    records.map(row).collect()
}

/// Whether the first row is a heading, or all rows begin with numbers that
/// count on.
fn is_divided(rows: &[StrategyRow]) -> bool {
    let Some(first) = rows.first().filter(|row| row.cells.len() > 1) else { return false };
    let width = first.cells.len();
    let number = |row: &StrategyRow| {
        row.cells[0].trim_start_matches(['#', 'S']).parse().unwrap_or(usize::MAX)
    };
    let count = |from_last: bool| {
        let mut numbers = rows.iter().enumerate();
        numbers.all(|(at, row)| {
            let expected = if from_last { rows.len() - at } else { at + 1 };
            row.cells.len() == width && number(row) == expected
        })
    };
    let counted = count(false) || count(true);
    rows.len() > 1 && (is_heading(&first.cells) || (counted && width > 2))
}

fn tidy(cell: &str) -> String {
    cell.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `|---|:--:|`
fn is_rule_of_bars(line: &PageLine) -> bool {
    let text = line.text.trim();
    text.contains('|')
        && text.contains('-')
        && text.chars().all(|c| matches!(c, '|' | '-' | ':' | '+' | ' '))
}

/// The cells of a line; `None` where it is no row.
fn cells(line: &str, divided: ColumnDivider, of: Dialect) -> Option<Vec<String>> {
    let trimmed = line.trim();
    match divided {
        ColumnDivider::Tabs => line.contains('\t').then(|| line.split('\t').map(tidy).collect()),
        ColumnDivider::Bars => {
            let inner = trimmed.strip_prefix('|').and_then(|row| row.strip_suffix('|'));
            // Bars of the retired site divide parts of one search.
            let open = of != Dialect::ClinicalTrials && trimmed.contains(" | ");
            let inner = inner.or(open.then_some(trimmed))?;
            inner.contains('|').then(|| inner.split('|').map(tidy).collect())
        }
        ColumnDivider::Blanks => {
            let parts: Vec<String> =
                trimmed.split("  ").map(tidy).filter(|part| !part.is_empty()).collect();
            (parts.len() > 1).then_some(parts)
        }
    }
}

/// Whether a row names its columns.
fn is_heading(cells: &[String]) -> bool {
    let kinds: Vec<Option<StrategyColumn>> =
        cells.iter().map(|cell| StrategyColumn::named(cell)).collect();
    let named = kinds.iter().flatten().count();
    let search = kinds.iter().flatten().any(|kind| *kind == StrategyColumn::Search);
    let other = kinds.iter().flatten().any(|kind| *kind != StrategyColumn::Search);
    named > 1 && (search || other) && named * 2 >= cells.len()
}

/// Whether rows are those of a table that has more than a search and a count
/// beside each number, or no numbers.
fn is_table(rows: &[StrategyRow], divided: ColumnDivider) -> bool {
    if divided == ColumnDivider::Bars
        && rows.iter().any(|row| row.text.trim_start().starts_with('|') && row.cells.len() > 1)
    {
        return true;
    }
    let long = rows.iter().filter(|row| row.cells.len() > 2).count();
    let numbered =
        rows.iter().filter(|row| row.cells.len() > 2 && is_number(&row.cells[0])).count();
    let heading = rows.iter().any(|row| row.cells.len() > 1 && is_heading(&row.cells));
    match divided {
        ColumnDivider::Tabs => {
            let mut filled = rows.iter().filter(|row| !row.text.trim().is_empty());
            let all = rows.len() > 1 && filled.all(|row| row.cells.len() > 1);
            heading || numbered > 1 || all
        }
        ColumnDivider::Bars => (heading && long > 1) || numbered > 1,
        ColumnDivider::Blanks => {
            let cells = rows.iter().map(|row| row.cells.len()).max().unwrap_or_default();
            let same = rows.iter().filter(|row| row.cells.len() == cells).count();
            let all = rows.iter().filter(|row| !row.text.trim().is_empty()).count();
            cells > 3 && numbered > 1 && same * 4 >= all * 3
                || heading && long > 1 && same * 4 >= all * 3
        }
    }
}

fn is_number(cell: &str) -> bool {
    let digits = cell.trim_start_matches(['#', 'S', 's', ' ']).trim_end_matches(['.', ')', ':']);
    !digits.is_empty() && digits.len() < 5 && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// The content of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum StrategyColumn {
    Number,
    Search,
    Count,
    Limits,
    Other,
}

impl StrategyColumn {
    /// What a heading says.
    fn named(heading: &str) -> Option<Self> {
        let folded = pieces::fold(heading);
        let has = |known: WordList| known.contains(&folded);
        if heading.trim() == "#" || has(NUMBERS) {
            Some(Self::Number)
        } else if has(SEARCHES) {
            Some(Self::Search)
        } else if has(COUNTS) {
            Some(Self::Count)
        } else if has(LIMITS) {
            Some(Self::Limits)
        } else {
            has(OTHERS).then_some(Self::Other)
        }
    }
}

/// The columns of a table.
struct StrategyColumns {
    kinds: Vec<StrategyColumn>,
    headings: Vec<String>,
    /// `None` if it is unclear.
    search: Option<usize>,
}

/// The rows as lines.
fn of_rows(rows: Vec<StrategyRow>, of: Dialect, passed: &mut Vec<PassedOver>) -> Vec<PageLine> {
    let heading = rows.iter().position(|row| is_heading(&row.cells));
    let columns = StrategyColumns::of(&rows, heading, of);
    let mut lines = Vec::with_capacity(rows.len());
    for (place, row) in rows.into_iter().enumerate() {
        let StrategyRow { at, cells, text } = row;
        if Some(place) == heading || is_same_heading(&cells, &columns) {
            passed.push(PassedOver { at, typed: tidy(&text), why: "a heading" });
        } else if cells.len() < 2 || columns.is_apart(&cells) {
            lines.push(PageLine { at, text });
        } else {
            let text = columns.line(at, &cells, of, passed);
            lines.push(PageLine { at, text });
        }
    }
    lines
}

fn is_same_heading(cells: &[String], columns: &StrategyColumns) -> bool {
    cells.len() > 1 && cells == columns.headings.as_slice()
}

impl StrategyColumns {
    fn of(rows: &[StrategyRow], heading: Option<usize>, of: Dialect) -> Self {
        let headings = heading.map(|at| rows[at].cells.clone()).unwrap_or_default();
        let body: Vec<&StrategyRow> = rows
            .iter()
            .enumerate()
            .filter(|(at, row)| heading.is_none_or(|heading| *at > heading) && row.cells.len() > 1)
            .map(|(_, row)| row)
            .collect();
        let width = body.iter().map(|row| row.cells.len()).max().unwrap_or_default();
        let mut kinds: Vec<StrategyColumn> =
            (0..width).map(|at| kind_of(&body, at, headings.get(at), of)).collect();
        let search = chosen(&body, &kinds, &headings, of);
        if let Some(search) = search {
            for (at, kind) in kinds.iter_mut().enumerate() {
                if *kind == StrategyColumn::Search && at != search {
                    *kind = StrategyColumn::Other;
                }
            }
        }
        Self { kinds, headings, search }
    }

    /// Whether a row has something else where the others have numbers.
    fn is_apart(&self, cells: &[String]) -> bool {
        let first = &cells[0];
        self.kinds.first() == Some(&StrategyColumn::Number)
            && !first.is_empty()
            && !is_number(first)
    }

    /// A row as number and search. What else it has is skipped.
    fn line(
        &self,
        at: usize,
        cells: &[String],
        of: Dialect,
        passed: &mut Vec<PassedOver>,
    ) -> String {
        let (mut number, mut search, mut limits) = (String::new(), Vec::new(), Vec::new());
        for (place, cell) in cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
            let kind = self.kinds.get(place).copied().unwrap_or(StrategyColumn::Other);
            match kind {
                StrategyColumn::Number if number.is_empty() => number.clone_from(cell),
                StrategyColumn::Search => search.push(cell.clone()),
                _ if additions::is_addition(cell, of) => limits.push(cell.clone()),
                StrategyColumn::Limits if of == Dialect::PubMed => {
                    limits.push(format!("Filters: {cell}"))
                }
                StrategyColumn::Limits => limits.push(format!("Limiters - {cell}")),
                _ => {
                    let counts = is_count(cell) || is_labelled(cell);
                    let why = if counts { COUNT } else { "another column" };
                    passed.push(PassedOver { at, typed: cell.clone(), why });
                }
            }
        }
        let sign = if self.search.is_none() { UNCLEAR } else { " " };
        let search = search.join(sign);
        let text = std::iter::once(search).chain(limits).collect::<Vec<_>>().join(" ");
        let number = number.trim_end_matches(['.', ')', ':']);
        if number.is_empty() { format!("  {text}") } else { format!("{number}\t{text}") }
    }
}

/// Divides columns if it is unclear which one has the searches.
pub(super) const UNCLEAR: &str = "\u{e001}";

/// Refuses a line if it is unclear which column has the search.
pub(super) fn refuse_unclear(entry: &mut StrategyEntry) {
    if !entry.text.contains(UNCLEAR) {
        return;
    }
    let columns: Vec<String> =
        entry.text.split(UNCLEAR).map(|column| format!("`{}`", column.trim())).collect();
    let message = format!("it is not clear which column has the search: {}", columns.join(", "));
    entry.refuse(LineRefusal::new(
        message,
        "call its column `Query` in the heading, or delete the other",
    ));
    entry.text = entry.text.replace(UNCLEAR, " ");
}

fn kind_of(
    body: &[&StrategyRow],
    at: usize,
    heading: Option<&String>,
    of: Dialect,
) -> StrategyColumn {
    let cells = || body.iter().filter_map(|row| row.cells.get(at)).filter(|cell| !cell.is_empty());
    let some = cells().next().is_some();
    let named = heading.and_then(|heading| StrategyColumn::named(heading));
    let counts = some
        && cells()
            .all(|cell| is_count(cell) || is_labelled(cell.trim_matches(['(', ')', '[', ']'])));
    // Rows that go on from others have something else there.
    let own = || cells().filter(|cell| !additions::is_addition(cell, of));
    let numbers = own().filter(|cell| is_number(cell)).count() * 2 > own().count();
    match named {
        Some(StrategyColumn::Number) if numbers => StrategyColumn::Number,
        Some(kind @ (StrategyColumn::Limits | StrategyColumn::Other)) => kind,
        Some(StrategyColumn::Count) if counts || !some => StrategyColumn::Count,
        _ if at == 0 && numbers => StrategyColumn::Number,
        _ if counts && at > 0 => StrategyColumn::Count,
        _ if !some || cells().all(|cell| additions::is_addition(cell, of)) => StrategyColumn::Other,
        _ => StrategyColumn::Search,
    }
}

/// The column of the searches: the one that has most signs of them.
fn chosen(
    body: &[&StrategyRow],
    kinds: &[StrategyColumn],
    headings: &[String],
    of: Dialect,
) -> Option<usize> {
    let places: Vec<usize> =
        (0..kinds.len()).filter(|at| kinds[*at] == StrategyColumn::Search).collect();
    if let [only] = places.as_slice() {
        return Some(*only);
    }
    let score = |at: usize| {
        let cells = body.iter().filter_map(|row| row.cells.get(at));
        let signs = cells.filter(|cell| {
            search_signs::is_sure(cell) || line_combinations::joined(cell, of, &|_| None).is_some()
        });
        signs.count()
    };
    let named: Vec<usize> = places
        .iter()
        .copied()
        .filter(|at| {
            headings.get(*at).and_then(|name| StrategyColumn::named(name))
                == Some(StrategyColumn::Search)
        })
        .collect();
    let most = places.iter().map(|at| score(*at)).max()?;
    if let [only] = named.as_slice()
        && score(*only) * 2 >= most
    {
        return Some(*only);
    }
    let best: Vec<usize> = places.iter().copied().filter(|at| score(*at) == most).collect();
    match best.as_slice() {
        [only] if most > 0 => Some(*only),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<(usize, String)> {
        let lines = arranged(text, Dialect::Ovid, &mut Vec::new());
        lines.into_iter().map(|line| (line.at, line.text)).collect()
    }

    #[test]
    fn the_column_of_searches_is_chosen_by_what_is_in_it() {
        let expected =
            [(2, "1\texp Gout/ or gout.ti.".to_owned()), (3, "2\tcolchicine.mp.".to_owned())];
        for text in [
            "#\tConcept\tSearch terms\tResults\n1\tDisease\texp Gout/ or gout.ti.\t120\n2\tDrug\tcolchicine.mp.\t45\n",
            "# | Concept | Search terms | Results\n1 | Disease | exp Gout/ or gout.ti. | 120\n2 | Drug | colchicine.mp. | 45\n",
            "#,Concept,Search terms,Results\n1,Disease,exp Gout/ or gout.ti.,120\n2,Drug,colchicine.mp.,45\n",
            "#;Concept;Search terms;Results\n1;Disease;exp Gout/ or gout.ti.;120\n2;Drug;colchicine.mp.;45\n",
            "#   Concept   Search terms   Results\n1   Disease   exp Gout/ or gout.ti.   120\n2   Drug   colchicine.mp.   45\n",
            "#\tIdea\tWhat we typed\tResults\n1\tDisease\texp Gout/ or gout.ti.\t120\n2\tDrug\tcolchicine.mp.\t45\n",
            "#\tSearch\tQuery\tResults\n1\tDisease\texp Gout/ or gout.ti.\t120\n2\tDrug\tcolchicine.mp.\t45\n",
        ] {
            assert_eq!(of(text), expected, "{text}");
        }
        let unclear = of("#\tA\tB\n1\tdisease\tgout\n2\tdrug\tcolchicine\n");
        assert!(unclear[1..].iter().all(|(_, text)| text.contains(UNCLEAR)), "{unclear:?}");
    }
}

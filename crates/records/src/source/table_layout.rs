//! Whether a text is a table of studies, and which of its columns has their
//! numbers.

use std::collections::BTreeSet;

use csv::{ByteRecord, ReaderBuilder};

use super::banner::has_number;

/// A table that a study a row can be read of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TableLayout {
    pub(super) delimiter: u8,
    /// The columns are those of a table of publications.
    pub(super) publications: bool,
    /// The column with the NCT number, from 0.
    pub(super) number: usize,
    /// A table of Markdown, whose rows begin and end with a bar.
    pub(super) markdown: bool,
    /// Lines above the heading, such as a title.
    pub(super) above: usize,
}

impl TableLayout {
    /// The part of a text above the heading.
    pub(super) fn text_above<'a>(&self, text: &'a [u8]) -> &'a [u8] {
        let mut lines = memchr::memchr_iter(b'\n', text);
        let end = self.above.checked_sub(1).and_then(|last| lines.nth(last));
        &text[..end.map_or(0, |end| end + 1)]
    }

    /// Whether several rows follow and all of them have a number: what looks
    /// like a heading by its values alone may be text.
    fn is_numbered(&self, text: &[u8]) -> bool {
        let rows = rows(text, self.delimiter);
        let (heading, rows) =
            rows.split_first().map_or((None, &[][..]), |(h, rows)| (Some(h), rows));
        let whole = |row: &&ByteRecord| heading.is_some_and(|heading| row.len() == heading.len());
        let rows: Vec<&ByteRecord> = rows.iter().filter(whole).collect();
        rows.len() > 1 && rows.iter().all(|row| row.get(self.number).is_some_and(is_number))
    }
}

/// Headings, folded, that say that the column has the number, the surest
/// first.
const NUMBERED: [&str; 6] = [
    "nctnumber",
    "nctid",
    "nctnum",
    "nationalclinicaltrialnctidentificationnumber",
    "protocolsectionidentificationmodulenctid",
    "studyurl",
];

/// A column of whole sections, as a table of nested records has it.
const SECTION: &str = "protocolsection";

/// Parts of headings that a table of studies has, besides the number; one of
/// them has to be there where no heading says that the column has the number.
const ABOUT_STUDIES: [&str; 12] = [
    "title",
    "status",
    "phase",
    "condition",
    "sponsor",
    "enrol",
    "intervention",
    "startdate",
    "studytype",
    "summary",
    "eligib",
    "drug",
];

/// Headings of a table of publications.
const ABOUT_PUBLICATIONS: [&str; 14] = [
    "pmid",
    "pubmedid",
    "pmcid",
    "doi",
    "journal",
    "journaltitle",
    "issn",
    "volume",
    "issue",
    "authors",
    "author",
    "publicationyear",
    "pubdate",
    "citation",
];

/// Parts of headings that no table of publications has.
const NEVER_OF_PUBLICATIONS: [&str; 14] = [
    "status",
    "phase",
    "enrol",
    "startdate",
    "completion",
    "studytype",
    "sponsor",
    "gender",
    "minimumage",
    "allocation",
    "masking",
    "registrationdate",
    "firstposted",
    "eligib",
];

/// Lines below other text that are looked at as headings: a text can be made
/// of them.
pub(super) const TRIED: usize = 100;

/// The signs between the cells of a row.
const DELIMITERS: [u8; 4] = [b',', b'\t', b';', b'|'];

/// Bytes of a heading below other text at most.
const LONGEST: usize = 10_000;

/// Lines that may come before a heading whatever is below it.
const ABOVE: usize = 20;

/// Rows that are looked at.
const ROWS: usize = 50;

/// The table that a text begins with.
pub(super) fn table(text: &[u8]) -> Option<TableLayout> {
    let whole = text;
    let text = below_separator(whole);
    let separator = memchr::memchr_iter(b'\n', &whole[..whole.len() - text.len()]).count();
    table_here(text).or_else(|| {
        let lines = memchr::memchr_iter(b'\n', text).enumerate();
        let below = lines.map(|(above, end)| (above + 1, &text[end + 1..]));
        let headings = below.filter(|(above, text)| may_be_heading(text, *above > ABOVE));
        headings.take(TRIED).find_map(|(above, text)| {
            let table = table_below(text)?;
            Some(TableLayout { above: above + separator, ..table })
        })
    })
}

/// Whether a text below another one may begin with the heading of
/// a table, by its first two lines. `far`: so much is above it that a name
/// alone may be one of the words.
pub(super) fn may_be_heading(text: &[u8], far: bool) -> bool {
    let mut lines = text.split(|byte| *byte == b'\n');
    let (heading, first) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
    let divided = heading.iter().any(|byte| DELIMITERS.contains(byte));
    divided && heading.len() < LONGEST && (is_named(heading) && !far || has_number(first))
}

/// The table at the beginning of a text that is below another one.
pub(super) fn table_below(text: &[u8]) -> Option<TableLayout> {
    let heading = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
    table_here(text).filter(|table| is_named(heading) || table.is_numbered(text))
}

/// Whether the row below the heading is the line of dashes of Markdown.
fn is_markdown(rows: &[ByteRecord]) -> bool {
    let dashes = |cell: &[u8]| cell.iter().all(|byte| matches!(byte, b'-' | b':' | b' '));
    rows.first().is_some_and(|row| {
        row.get(0).is_some_and(|cell| cell.trim_ascii().is_empty())
            && row.iter().all(dashes)
            && row.iter().any(|cell| cell.contains(&b'-'))
    })
}

/// Whether the heading of the first column says that the column has the number,
/// and is alone between signs.
pub(super) fn is_named(text: &[u8]) -> bool {
    let line = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let mut cells = line.split(|byte| DELIMITERS.contains(byte));
    line.len() < LONGEST && cells.any(|cell| NUMBERED.contains(&fold(cell).as_str()))
}

/// The table whose heading a text begins with.
fn table_here(text: &[u8]) -> Option<TableLayout> {
    DELIMITERS.into_iter().find_map(|delimiter| {
        let rows = rows(text, delimiter);
        let (heading, rows) = rows.split_first()?;
        let number = number_column(heading, rows)?;
        let names: Vec<String> = heading.iter().map(fold).collect();
        Some(TableLayout {
            delimiter,
            number,
            publications: is_about_publications(&names),
            markdown: delimiter == b'|' && is_markdown(rows),
            above: 0,
        })
    })
}

fn rows(text: &[u8], delimiter: u8) -> Vec<ByteRecord> {
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text);
    reader.byte_records().map_while(Result::ok).take(ROWS).collect()
}

/// The column with the NCT numbers: that with such a heading, or else the one
/// with such values.
fn number_column(heading: &ByteRecord, rows: &[ByteRecord]) -> Option<usize> {
    if heading.len() < 2 || heading.iter().any(is_number) {
        return None;
    }
    let names: Vec<String> = heading.iter().map(fold).collect();
    let numbers = |at: usize| rows.iter().filter(|row| row.get(at).is_some_and(is_number)).count();
    let named: Vec<usize> =
        NUMBERED.iter().filter_map(|known| names.iter().position(|name| name == known)).collect();
    if let Some(full) = named.iter().find(|at| numbers(**at) > 0) {
        return Some(*full);
    }
    let filled = |at: usize| {
        let cells = rows.iter().filter_map(|row| row.get(at));
        cells.filter(|cell| !cell.trim_ascii().is_empty()).count()
    };
    // Each study has its row: a column whose numbers occur several times has
    // the numbers that the rows refer to.
    let different = |at: usize| {
        let cells = rows.iter().filter_map(|row| row.get(at)).filter(|cell| is_number(cell));
        cells.map(fold).collect::<BTreeSet<String>>().len()
    };
    let by_values = (0..heading.len())
        .filter(|at| numbers(*at) > 0 && numbers(*at) * 2 >= filled(*at))
        .max_by_key(|at| (different(*at), numbers(*at), std::cmp::Reverse(*at)));
    let about_studies = || even(heading, rows) && names.iter().any(|name| is_about_study(name));
    let section = || names.iter().position(|name| name == SECTION);
    by_values.filter(|_| about_studies()).or_else(|| named.first().copied()).or_else(section)
}

/// Whether the rows are those of a table, and not lines with commas: nearly
/// all have as many cells as the heading. The last may be cut.
fn even(heading: &ByteRecord, rows: &[ByteRecord]) -> bool {
    let uneven = rows.iter().filter(|row| row.len() != heading.len()).count();
    uneven <= 1 + rows.len() / 10
}

fn is_about_study(name: &str) -> bool {
    ABOUT_STUDIES.iter().any(|part| name.contains(part))
}

/// Whether folded names are those of a record of a study.
pub(super) fn is_about_studies(names: &[String]) -> bool {
    names.iter().any(|name| is_about_study(name)) && !is_about_publications(names)
}

/// Whether a cell is an NCT number, or the address of a study.
pub(super) fn is_number(cell: &[u8]) -> bool {
    let cell = cell.trim_ascii();
    let address = cell.len() < 200
        && cell.to_ascii_lowercase().windows(18).any(|part| part == b"clinicaltrials.gov");
    let number = |part: &[u8]| {
        part.len() >= 11
            && part[..3].eq_ignore_ascii_case(b"NCT")
            && part[3..11].iter().all(u8::is_ascii_digit)
    };
    let bare: Vec<u8> = cell
        .iter()
        .take(16)
        .filter(|byte| !matches!(byte, b' ' | b'-' | b':' | b'_' | b'#'))
        .copied()
        .collect();
    let apart =
        bare.get(11).is_none_or(|byte| !byte.is_ascii_alphanumeric()) || cell.contains(&b' ');
    number(&bare) && apart || address && cell.windows(11).any(number)
}

fn is_about_publications(names: &[String]) -> bool {
    let publications =
        names.iter().filter(|name| ABOUT_PUBLICATIONS.contains(&name.as_str())).count();
    let never = |name: &String| NEVER_OF_PUBLICATIONS.iter().any(|part| name.contains(part));
    publications >= 2 && !names.iter().any(never)
}

/// The text without the line above the heading that names the delimiter for
/// Excel.
fn below_separator(text: &[u8]) -> &[u8] {
    let end = text.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(text.len());
    let (line, below) = text.split_at(end);
    let line = line.strip_prefix(b"\"").unwrap_or(line);
    if line.len() <= 6 && is_separator(line) { below.trim_ascii_start() } else { text }
}

/// Whether a line or cell begins as the line that names the delimiter for Excel.
pub(super) fn is_separator(line: &[u8]) -> bool {
    line.get(..4).is_some_and(|start| start.eq_ignore_ascii_case(b"sep="))
}

pub(super) fn fold(name: &[u8]) -> String {
    name.iter()
        .filter(|byte| byte.is_ascii_alphanumeric())
        .map(|byte| char::from(byte.to_ascii_lowercase()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Option<usize> {
        table(text.as_bytes()).filter(|table| !table.publications).map(|table| table.number)
    }

    #[test]
    fn the_number_is_found_by_its_heading_or_its_values() {
        for (text, column) in [
            ("nct_id,title\nNCT90000001,T\n", Some(0)),
            ("NCT Number,Study Title\nNCT1,T\n", Some(0)),
            ("title,study_id\nT,NCT90000001\n", Some(1)),
            ("parent,own,phase\nNCT90000009,NCT90000001,1\nNCT90000009,NCT90000002,2\n", Some(1)),
            ("title,ctgov id\nT,NCT 90000001\nU,\n", Some(1)),
            ("id,nct_id,status\nNCT90000001,17,Completed\n", Some(0)),
            ("name,url,phase\nA,https://clinicaltrials.gov/study/NCT90000001,2\n", Some(1)),
            ("name,url\nA,https://example.com/a\n", None),
            ("note,id\nA,NCT90000001\n", None),
            ("NCT90000001,title\nNCT90000002,T\n", None),
            ("a, status\nthis, that, NCT90000001\n", None),
            (",protocolSection,hasResults\n0,\"{'a': 'b'}\",True\n", Some(1)),
        ] {
            assert_eq!(number(text), column, "{text}");
        }
    }

    #[test]
    fn a_table_of_publications_is_told_from_one_of_studies_with_publications() {
        let publications = "nct_id,pmid,title,journal\nNCT90000001,1,T,J\n";
        assert!(table(publications.as_bytes()).is_some_and(|table| table.publications));
        assert_eq!(number("id,pmid,doi,title,phase\nNCT90000001,1,2,T,3\n"), Some(0));
    }
}

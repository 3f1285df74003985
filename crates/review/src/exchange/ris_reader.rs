//! Reads RIS.

use std::borrow::Cow;

use super::ImportProblem;
use super::decision_words::is_plain_decision;
use super::import_fields::ImportColumn;
use super::record_sheet::{RecordSheet, SheetRow};

/// Tags and their values; of two of one column, the first that is there counts.
const TAGS: [(&str, ImportColumn); 29] = [
    ("TI", ImportColumn::Title),
    ("T1", ImportColumn::Title),
    ("CT", ImportColumn::Title),
    ("AB", ImportColumn::Abstract),
    ("N2", ImportColumn::Abstract),
    ("AU", ImportColumn::Authors),
    ("A1", ImportColumn::Authors),
    ("A2", ImportColumn::Authors),
    ("KW", ImportColumn::Keywords),
    ("PY", ImportColumn::Year),
    ("Y1", ImportColumn::Year),
    ("YR", ImportColumn::Year),
    ("UR", ImportColumn::Url),
    ("L2", ImportColumn::Url),
    ("LK", ImportColumn::Url),
    ("DO", ImportColumn::Doi),
    ("AN", ImportColumn::Number),
    ("ID", ImportColumn::Key),
    ("N1", ImportColumn::Notes),
    ("RN", ImportColumn::Notes),
    ("NO", ImportColumn::Notes),
    ("U1", ImportColumn::Custom),
    ("U2", ImportColumn::Custom),
    ("U3", ImportColumn::Custom),
    ("U4", ImportColumn::Custom),
    ("U5", ImportColumn::Custom),
    ("L1", ImportColumn::Attachment),
    ("L4", ImportColumn::Attachment),
    ("LB", ImportColumn::Other),
];

/// What EPPI-Reviewer writes into its references; its codes are notes there.
const EPPI: [&str; 2] = ["[EPPI-Reviewer ID]", "eppi-reviewer"];

/// What notes that are codes are called.
const CODES: &str = "N1 (codes)";

/// The tag that a line begins with, and what follows it. Two blanks are
/// before the hyphen and one behind it; not every program keeps to that.
pub(super) fn tagged(line: &str) -> Option<(&str, &str)> {
    let (tag, rest) = line.split_at_checked(2)?;
    let [first, second] = *tag.as_bytes() else { return None };
    if !first.is_ascii_uppercase() || !(second.is_ascii_uppercase() || second.is_ascii_digit()) {
        return None;
    }
    let value = rest.trim_start_matches([' ', '\t']);
    let blanks = rest.len() - value.len();
    let value = value.strip_prefix('-').filter(|_| (1..=2).contains(&blanks))?;
    (value.is_empty() || value.starts_with([' ', '\t'])).then(|| (tag, value.trim()))
}

/// The text with its tags in capitals, where none of them is.
pub(super) fn in_capitals(text: &str) -> Cow<'_, str> {
    let begins = |line: &str| line.trim_start_matches('\u{feff}').get(..2) == Some("ty");
    if !text.lines().any(begins) || first_record(text).is_some() {
        return Cow::Borrowed(text);
    }
    let raised = text.split_inclusive('\n').map(|line| {
        let bare = line.trim_start_matches('\u{feff}');
        let (tag, rest) = bare.split_at_checked(2).unwrap_or(("", bare));
        let tag = tag.to_ascii_uppercase();
        let whole = format!("{tag}{rest}");
        if tagged(whole.trim_end()).is_some() { whole } else { line.to_owned() }
    });
    Cow::Owned(raised.collect())
}

/// The line of the first record, from 0; `None` if no line has the type of a
/// record.
pub(super) fn first_record(text: &str) -> Option<usize> {
    let tag = |line: &str| tagged(line.trim_start_matches('\u{feff}')).map(|(tag, _)| tag == "TY");
    let typed = text.lines().any(|line| tag(line) == Some(true));
    typed.then(|| text.lines().position(|line| tag(line).is_some())).flatten()
}

/// A record that is being read.
struct OpenRecord {
    line: u64,
    values: Vec<(String, String)>,
}

impl OpenRecord {
    fn new(line: u64) -> Self {
        Self { line, values: Vec::new() }
    }

    fn has(&self, tag: &str) -> bool {
        self.values.iter().any(|(known, _)| known == tag)
    }
}

/// Records as they are read.
struct RisReader {
    sheet: RecordSheet,
    problems: Vec<ImportProblem>,
    open: Option<OpenRecord>,
    /// Whether notes may be codes.
    is_eppi: bool,
}

impl RisReader {
    fn close(&mut self) {
        let Some(open) = self.open.take() else { return };
        let mut row = SheetRow::new(open.line);
        for (tag, value) in open.values {
            let code = self.is_eppi && tag == "N1" && is_plain_decision(&value);
            let place = if code {
                self.sheet.place(CODES, Some(ImportColumn::Other), TAGS.len())
            } else {
                let order = TAGS.iter().position(|(known, _)| *known == tag);
                let column = order.map_or(ImportColumn::Other, |at| TAGS[at].1);
                self.sheet.place(&tag, Some(column), order.unwrap_or(TAGS.len()))
            };
            row.cells.push((place, value));
        }
        self.sheet.push(row);
    }

    /// Closes a record that does not say where it ends.
    fn close_early(&mut self) {
        if let Some(open) = &self.open {
            self.problems.push(ImportProblem::new(open.line, "a record without an end"));
        }
        self.close();
    }

    fn put(&mut self, line: u64, tag: &str, value: &str) {
        if tag == "TY" && self.open.as_ref().is_some_and(|open| open.has("TY")) {
            self.close_early();
        }
        let open = self.open.get_or_insert_with(|| OpenRecord::new(line));
        open.values.push((tag.to_owned(), value.to_owned()));
    }
}

/// The records of a file, each from the end of the one before to its own. What
/// belongs to none, and records that do not end, are named.
pub(super) fn sheet(text: &str) -> (RecordSheet, Vec<ImportProblem>) {
    let is_eppi = EPPI.iter().any(|mark| text.contains(mark));
    let (sheet, problems) = (RecordSheet::default(), Vec::new());
    let mut reading = RisReader { sheet, problems, open: None, is_eppi };
    let mut astray = false;
    for (number, line) in (1..).zip(text.split('\n')) {
        let line = line.trim_end_matches('\r');
        let was_astray = std::mem::take(&mut astray);
        match (tagged(line.trim_start_matches('\u{feff}')), &mut reading.open) {
            (Some(("ER", "")), _) => reading.close(),
            // A text may have a line that begins with `ER - `: emergency room.
            (Some(("ER", _)) | None, Some(open)) => continued(open, line),
            (Some((tag, value)), _) => reading.put(number, tag, value),
            (None, None) if line.trim().is_empty() || is_count(line) => {}
            // Text outside of records is reported once.
            (None, None) => {
                astray = true;
                if !was_astray {
                    reading.problems.push(ImportProblem::new(number, "text outside of any record"));
                }
            }
        }
    }
    reading.close_early();
    (reading.sheet, reading.problems)
}

/// The number of a record, which rispy and others write above each: `12.`
fn is_count(line: &str) -> bool {
    let digits = line.trim().trim_end_matches('.');
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// A line without a tag goes on with the value above it.
fn continued(open: &mut OpenRecord, line: &str) {
    if let Some((_, value)) = open.values.last_mut()
        && !line.trim().is_empty()
    {
        value.push('\n');
        value.push_str(line.trim());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(sheet: &RecordSheet, row: usize, tag: &str) -> Vec<String> {
        let at = sheet.names.iter().position(|name| name.text == tag);
        let row = sheet.rows[row].by_name();
        let cells = at.and_then(|at| row.get(&at)).into_iter().flatten();
        cells.map(|cell| (*cell).to_owned()).collect()
    }

    #[test]
    fn records_are_read_whatever_stands_between_them() {
        let text = "Provider: X\nDatabase: Y\n\n1.\nTY  - JOUR\r\nT1  - One\r\n  more\r\nN1  - a - b\r\nER  - \r\n\r\n\
                    TY - CTLG\nTI  - Two\nTY  - JOUR\nTI  - Three\nC3  - NCT90000003\n";
        let (sheet, problems) = sheet(text);
        assert_eq!(values(&sheet, 0, "T1"), ["One\nmore"]);
        assert_eq!(values(&sheet, 1, "TI"), ["Two"]);
        assert_eq!(values(&sheet, 0, "N1"), ["a - b"]);
        assert_eq!(values(&sheet, 2, "C3"), ["NCT90000003"]);
        let told: Vec<(u64, &str)> =
            problems.iter().map(|it| (it.line, it.what.as_str())).collect();
        let no_end = "a record without an end";
        assert_eq!(told, [(1, "text outside of any record"), (11, no_end), (13, no_end)]);
    }

    #[test]
    fn a_record_begins_where_the_one_before_ends() {
        let text = "DB  - X\nTI  - A\nTY  - JOUR\nER  - \n\nTI  - B\nAB  - b\nTY  - JOUR\nER  - \n";
        assert_eq!(first_record(text), Some(0));
        let (sheet, problems) = sheet(text);
        assert_eq!((sheet.rows.len(), problems), (2, vec![]));
        assert_eq!((sheet.rows[1].line, values(&sheet, 1, "AB")), (6, vec!["b".to_owned()]));
    }

    #[test]
    fn a_text_does_not_end_its_record() {
        let (sheet, problems) = sheet("TY  - JOUR\nAB  - x\nER - visits\nAN  - 1\nER  - \n");
        assert_eq!((sheet.rows.len(), problems.len()), (1, 0));
        assert_eq!(values(&sheet, 0, "AB"), ["x\nER - visits"]);
        assert_eq!(values(&sheet, 0, "AN"), ["1"]);
    }

    #[test]
    fn tags_are_told_from_words() {
        assert_eq!(tagged("ER  -"), Some(("ER", "")));
        assert_eq!(tagged("KW  - x"), Some(("KW", "x")));
        assert_eq!(tagged("KW\t-\tx"), Some(("KW", "x")));
        let raised = in_capitals("\u{feff}ty  - JOUR\nti  - no - x\nin all\ner  - \n");
        assert_eq!(raised, "TY  - JOUR\nTI  - no - x\nin all\nER  - \n");
        assert_eq!(tagged("A1-B"), None);
        assert_eq!(tagged("AB    - x"), None);
        assert_eq!(tagged("µg"), None);
    }
}

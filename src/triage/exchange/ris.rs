//! Reading RIS.

use super::Problem;
use super::fields::{Column, Fields};

/// Tags and what stands behind them; of two of one column, the first that is
/// there counts.
const TAGS: [(&str, Column); 22] = [
    ("TI", Column::Title),
    ("T1", Column::Title),
    ("CT", Column::Title),
    ("AB", Column::Abstract),
    ("N2", Column::Abstract),
    ("AU", Column::Authors),
    ("A1", Column::Authors),
    ("A2", Column::Authors),
    ("KW", Column::Keywords),
    ("PY", Column::Year),
    ("Y1", Column::Year),
    ("YR", Column::Year),
    ("UR", Column::Url),
    ("L2", Column::Url),
    ("LK", Column::Url),
    ("DO", Column::Doi),
    ("AN", Column::Number),
    ("ID", Column::Key),
    ("RN", Column::Notes),
    ("N1", Column::Notes),
    ("NO", Column::Notes),
    ("LB", Column::Other),
];

/// The tag that a line begins with, and what follows it. Two blanks stand
/// before the hyphen and one behind it; not every program keeps to that.
pub(super) fn tagged(line: &str) -> Option<(&str, &str)> {
    let (tag, rest) = line.split_at_checked(2)?;
    let [first, second] = *tag.as_bytes() else { return None };
    if !first.is_ascii_uppercase() || !(second.is_ascii_uppercase() || second.is_ascii_digit()) {
        return None;
    }
    let value = rest.trim_start_matches(' ');
    let blanks = rest.len() - value.len();
    let value = value.strip_prefix('-').filter(|_| (1..=2).contains(&blanks))?;
    (value.is_empty() || value.starts_with(' ')).then(|| (tag, value.trim()))
}

/// The line in which the first record begins, from 0.
pub(super) fn first_record(text: &str) -> Option<usize> {
    text.lines().position(|line| tagged(line).is_some_and(|(tag, _)| tag == "TY"))
}

/// A record that is being read.
struct Open {
    line: u64,
    values: Vec<(String, String)>,
}

impl Open {
    fn closed(self) -> Fields {
        let mut fields = Fields::new(self.line);
        for (known, column) in TAGS {
            for (_, value) in self.values.iter().filter(|(tag, _)| tag == known) {
                fields.put(column, value);
            }
        }
        let others = self.values.iter().filter(|(tag, _)| !TAGS.iter().any(|(it, _)| it == tag));
        for (_, value) in others {
            fields.put(Column::Other, value);
        }
        fields
    }
}

/// The records of a file. What belongs to none, and records that do not end,
/// are named.
pub(super) fn records(text: &str) -> (Vec<Fields>, Vec<Problem>) {
    let (mut records, mut problems) = (Vec::new(), Vec::new());
    let mut open: Option<Open> = None;
    let mut astray = false;
    for (number, line) in (1..).zip(text.split('\n')) {
        let line = line.trim_end_matches('\r');
        let was_astray = std::mem::take(&mut astray);
        match (tagged(line.trim_start_matches('\u{feff}')), &mut open) {
            (Some(("ER", "")), open) => records.extend(open.take().map(Open::closed)),
            (Some(("TY", value)), open) => {
                if let Some(before) = open.take() {
                    problems.push(Problem::new(before.line, "a record without an end"));
                    records.push(before.closed());
                }
                *open = Some(Open { line: number, values: vec![("TY".into(), value.into())] });
            }
            // A text may have a line that begins with `ER - `: emergency room.
            (Some(("ER", _)), Some(open)) => continued(open, line),
            (Some((tag, value)), Some(open)) => open.values.push((tag.into(), value.into())),
            (None, Some(open)) => continued(open, line),
            (_, None) if line.trim().is_empty() || is_count(line) => {}
            // What stands outside of records is told once.
            (_, None) => {
                astray = true;
                if !was_astray {
                    problems.push(Problem::new(number, "text outside of any record"));
                }
            }
        }
    }
    if let Some(last) = open {
        problems.push(Problem::new(last.line, "a record without an end"));
        records.push(last.closed());
    }
    (records, problems)
}

/// The number of a record, which rispy and others write above each: `12.`
fn is_count(line: &str) -> bool {
    let digits = line.trim().trim_end_matches('.');
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// A line without a tag goes on with the value above it.
fn continued(open: &mut Open, line: &str) {
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

    #[test]
    fn records_are_read_whatever_stands_between_them() {
        let text = "Provider: X\nDatabase: Y\n\n1.\nTY  - JOUR\r\nT1  - One\r\n  more\r\nN1  - a - b\r\nER  - \r\n\r\n\
                    TY - CTLG\nTI  - Two\nTY  - JOUR\nTI  - Three\nC3  - NCT90000003\n";
        let (records, problems) = records(text);
        let titles: Vec<_> = records.iter().map(|it| it.first(Column::Title)).collect();
        assert_eq!(titles, [Some("One\nmore"), Some("Two"), Some("Three")]);
        assert_eq!(records[0].first(Column::Notes), Some("a - b"));
        assert_eq!(records[2].first(Column::Other), Some("JOUR"));
        let told: Vec<(u64, &str)> =
            problems.iter().map(|it| (it.line, it.what.as_str())).collect();
        let no_end = "a record without an end";
        assert_eq!(told, [(1, "text outside of any record"), (11, no_end), (13, no_end)]);
    }

    #[test]
    fn a_text_does_not_end_its_record() {
        let (records, problems) = records("TY  - JOUR\nAB  - x\nER - visits\nAN  - 1\nER  - \n");
        assert_eq!((records.len(), problems.len()), (1, 0));
        assert_eq!(records[0].first(Column::Abstract), Some("x\nER - visits"));
        assert_eq!(records[0].first(Column::Number), Some("1"));
    }

    #[test]
    fn tags_are_told_from_words() {
        assert_eq!(tagged("ER  -"), Some(("ER", "")));
        assert_eq!(tagged("KW  - x"), Some(("KW", "x")));
        assert_eq!(tagged("A1-B"), None);
        assert_eq!(tagged("AB    - x"), None);
        assert_eq!(tagged("µg"), None);
    }
}

//! Plain lists of registry numbers.

use super::ImportProblem;
use super::import_fields::ImportColumn;
use super::record_sheet::{RecordSheet, SheetRow};
use super::registry_numbers::numbers_in;

/// What parts numbers in a line.
const BETWEEN: [char; 4] = [',', ';', '\t', ' '];

/// Whether a line has nothing but numbers, or one number and a remark.
fn is_listed(line: &str) -> bool {
    let line = line.trim().trim_start_matches(['-', '*', '•']).trim_start();
    let begins = line.get(..3).is_some_and(|head| head.eq_ignore_ascii_case("nct"));
    let address = line.starts_with("http");
    (begins || address) && !numbers_in(line).is_empty()
}

/// Whether most lines of a text are numbers.
pub(super) fn is_one(text: &str) -> bool {
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    let (all, listed) = lines
        .fold((0, 0), |(all, listed), line| (all + 1usize, listed + usize::from(is_listed(line))));
    listed > 0 && listed * 2 >= all
}

/// A record for each number; other lines are named.
pub(super) fn sheet(text: &str) -> (RecordSheet, Vec<ImportProblem>) {
    let (mut sheet, mut problems) = (RecordSheet::default(), Vec::new());
    let place = sheet.place("number", Some(ImportColumn::Number), 0);
    for (line, text) in (1..).zip(text.lines()) {
        let text = text.trim();
        let numbers = numbers_in(text);
        if !text.is_empty() && numbers.is_empty() {
            let wrong = text.get(..3).is_some_and(|head| head.eq_ignore_ascii_case("nct"));
            if wrong {
                sheet.push(SheetRow { line, cells: vec![(place, text.to_owned())] });
            } else {
                problems.push(ImportProblem::new(line, format!("no registry number in `{text}`")));
            }
        }
        for number in numbers {
            sheet.push(SheetRow { line, cells: vec![(place, number.to_string())] });
        }
    }
    (sheet, problems)
}

/// A table without headings: several cells a line, the first a number.
pub(super) fn has_cells(text: &str) -> bool {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let cells = first.split(BETWEEN).filter(|cell| !cell.trim().is_empty());
    let others = cells.filter(|cell| super::decision_words::is_plain_decision(cell));
    others.count() > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_has_numbers_and_remarks() {
        assert!(is_one("NCT90000001\nNCT90000002 (ongoing)\n"));
        assert!(is_one("Trials\nhttps://clinicaltrials.gov/study/NCT90000001\n"));
        assert!(!is_one("a text about NCT90000001\n"));
        assert!(has_cells("NCT90000001,include\n") && !has_cells("NCT90000001, NCT90000002\n"));
        let (sheet, problems) = sheet("NCT90000001, NCT90000002\n\nTrials\nNCT9000003\n");
        assert_eq!(sheet.rows.iter().map(|row| row.line).collect::<Vec<_>>(), [1, 1, 4]);
        assert_eq!(problems, [ImportProblem::new(3, "no registry number in `Trials`")]);
    }
}

//! Decisions among other words: labels and tags of reference managers.

use std::collections::HashSet;

use super::decision_words::{CellVerdict, is_plain_decision, said};
use super::import_fields::ImportColumn;

/// The cells of a column that say a decision whatever is beside them, as
/// one of several labels does; all cells where there is none.
pub(super) fn decisive<'a>(cells: &[&'a str]) -> Vec<&'a str> {
    let plain: Vec<&str> = cells.iter().copied().filter(|cell| is_plain_decision(cell)).collect();
    let others_speak = cells.iter().any(|it| is_other_decision(it));
    if plain.is_empty() || others_speak { cells.to_vec() } else { plain }
}

/// `yes` or `1`, which may mean anything, but no label.
fn is_other_decision(cell: &str) -> bool {
    !is_plain_decision(cell) && said(cell) != CellVerdict::Unread
}

/// The cells of a record in one column that are decisions, where others are
/// not.
pub(super) struct DecisionCells<'a>(Option<HashSet<&'a str>>);

impl<'a> DecisionCells<'a> {
    /// Those among all cells of a record in a column.
    pub(super) fn of(all: &[&'a str]) -> Self {
        let left = decisive(all);
        Self((left.len() < all.len()).then(|| left.into_iter().collect()))
    }

    /// What a cell is, if it is beside a decision.
    pub(super) fn beside(&self, cell: &str, column: ImportColumn) -> Option<ImportColumn> {
        self.0.as_ref().filter(|left| !left.contains(cell))?;
        Some(match column {
            ImportColumn::Notes | ImportColumn::Note | ImportColumn::Custom => ImportColumn::Note,
            _ => ImportColumn::ScreenedTags,
        })
    }
}

/// A word that is a decision, in a column that is not read as decisions.
pub(super) fn overlooked<'a>(
    column: ImportColumn,
    cells: impl Iterator<Item = &'a str>,
) -> Option<String> {
    use ImportColumn::{Custom, Keywords, Labels, Note, Notes, Other, Tags};
    if !matches!(column, Custom | Keywords | Labels | Note | Notes | Other | Tags) {
        return None;
    }
    let parts = cells.flat_map(|cell| cell.split([';', ',', '|', '\n'])).map(str::trim);
    let found = parts
        .into_iter()
        .find(|part| !part.contains(char::is_whitespace) && is_plain_decision(part));
    found.map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use crate::event::Verdict;
    use crate::exchange::{ColumnChoice, read, read_with};

    #[test]
    fn one_of_several_labels_is_the_decision() {
        let file = "<xml><records><record><titles><title>A</title></titles>\
            <accession-num>NCT90000001</accession-num><label>RCT</label><label>Include</label>\
            </record><record><titles><title>B</title></titles><accession-num>NCT90000002\
            </accession-num><label>Exclude: wrong dose</label><label>RCT</label></record>\
            </records></xml>";
        let import = read(file.as_bytes(), "a.xml").expect("records");
        assert_eq!((import.decided, import.unread), (2, 0), "{:?}", import.problems);
        let [one, other] = import.studies.as_slice() else { panic!("{import:?}") };
        let opinion = &one.decisions.opinions[0];
        assert_eq!(
            (opinion.verdict, &opinion.labels[..]),
            (Some(Verdict::Include), &["RCT".to_owned()][..])
        );
        assert_eq!(other.decisions.opinions[0].reason.as_deref(), Some("wrong dose"));
    }

    #[test]
    fn decisions_that_contradict_one_another_are_none() {
        let file = "TY  - JOUR\nTI  - A\nAN  - NCT90000001\nC1  - Include\nC1  - Exclude\nER  - \n";
        let import = read(file.as_bytes(), "a.ris").expect("records");
        assert_eq!((import.decided, import.unread), (0, 1));
    }

    #[test]
    fn a_tag_that_may_be_a_decision_is_pointed_out() {
        let file = "TY  - JOUR\nTI  - A\nAN  - NCT90000001\nKW  - stroke\nKW  - exclude\nER  - \n";
        let import = read(file.as_bytes(), "a.ris").expect("records");
        let used = import.columns.iter().find(|it| it.name == "KW").expect("a column");
        assert_eq!((used.used_for.as_str(), used.overlooked.as_deref()), {
            ("keywords", Some("exclude"))
        });
        let decisions = vec![(None, "KW".to_owned())];
        let choice = ColumnChoice { decisions, ..ColumnChoice::default() };
        let import = read_with(file.as_bytes(), "a.ris", &choice).expect("records");
        let opinion = &import.studies[0].decisions.opinions[0];
        assert_eq!((opinion.verdict, opinion.labels.len()), (Some(Verdict::Exclude), 1));
    }

    #[test]
    fn decisions_of_other_programs_may_have_the_name_of_ours() {
        let import = read(b"nct,title,decisions\nNCT90000001,A,include\n", "a.csv");
        assert_eq!(import.expect("records").decided, 1);
    }
}

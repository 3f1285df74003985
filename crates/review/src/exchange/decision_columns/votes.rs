//! What the columns of one reviewer say in a row.

use super::column_plan::{ReviewerColumns, RowCells};
use crate::exchange::ColumnChoice;
use crate::exchange::decision_words::CellVerdict;
use crate::exchange::import_fields::Vote;
use crate::exchange::mixed::decisive;
use crate::exchange::record_sheet::RecordSheet;
use crate::exchange::scale::DecisionScale;

/// What a group says in a row, which has cells in some of its columns.
pub(super) fn vote(
    sheet: &RecordSheet,
    group: &ReviewerColumns,
    choice: &ColumnChoice,
    (row, places): (&RowCells<'_>, &[usize]),
) -> Option<Vote> {
    let reason = group.reasons.iter().find_map(|at| row.get(at)?.first());
    let reason = reason.map(|text| (*text).to_owned());
    let mut said: Option<(usize, String, CellVerdict)> = None;
    for (at, scale) in places.iter().map(|place| &group.columns[*place]) {
        let cells = &row[at];
        match (all_of(cells, *scale, choice), &mut said) {
            (CellVerdict::Nothing, _) => {}
            // Of marks below several verdicts none counts.
            (_, Some((column, cell, found))) => {
                let name = &sheet.names[*column].text;
                *cell = format!("{cell}` in `{name}` and `{}", cells.join("; "));
                (*column, *found) = (*at, CellVerdict::Unread);
            }
            (found, None) => said = Some((*at, cells.join("; "), found)),
        }
        if said.is_some() && !scale.is_mark() {
            break;
        }
    }
    let said = said.or_else(|| agreed(group, choice, row));
    if said.is_none() && reason.is_none() {
        return None;
    }
    let first = group.columns.first().map_or(0, |(at, _)| *at);
    let (at, cell, said) = said.unwrap_or((first, String::new(), CellVerdict::Nothing));
    let passed_over = match said {
        CellVerdict::Verdict(..) => unread(sheet, group, choice, (row, places)),
        CellVerdict::Nothing | CellVerdict::Unread => None,
    };
    let column = sheet.names[at].text.clone();
    let reviewer = group.reviewer.clone();
    Some(Vote { reviewer, said, column, cell, reason, passed_over })
}

/// The first column of a group with a cell that is no known decision, and that
/// cell.
fn unread(
    sheet: &RecordSheet,
    group: &ReviewerColumns,
    choice: &ColumnChoice,
    (row, places): (&RowCells<'_>, &[usize]),
) -> Option<(String, String)> {
    let columns = places.iter().map(|place| &group.columns[*place]);
    let mut unread =
        columns.filter(|(at, scale)| all_of(&row[at], *scale, choice) == CellVerdict::Unread);
    unread.next().map(|(at, _)| (sheet.names[*at].text.clone(), row[at].join("; ")))
}

/// What several people say, if all of them say the same.
fn agreed(
    group: &ReviewerColumns,
    choice: &ColumnChoice,
    row: &RowCells<'_>,
) -> Option<(usize, String, CellVerdict)> {
    let mut all = group.agreeing.iter().map(|(at, scale)| {
        let cells = row.get(at)?;
        let CellVerdict::Verdict(verdict, _) = all_of(cells, *scale, choice) else { return None };
        Some((*at, cells.join("; "), verdict))
    });
    let (at, cell, verdict) = all.next()??;
    let same = all.all(|other| other.is_some_and(|(.., other)| other == verdict));
    same.then_some((at, cell, CellVerdict::Verdict(verdict, None)))
}

/// What several cells of one column say together.
pub(super) fn all_of(cells: &[&str], scale: DecisionScale, choice: &ColumnChoice) -> CellVerdict {
    let mut all: Option<CellVerdict> = None;
    for cell in &decisive(cells) {
        all = match (all, scale.read(cell, &choice.map)) {
            (all, CellVerdict::Nothing) => all,
            (None, said) => Some(said),
            (Some(CellVerdict::Verdict(one, rest)), CellVerdict::Verdict(other, more))
                if one == other =>
            {
                let rests: Vec<String> = rest.into_iter().chain(more).collect();
                let rest = (!rests.is_empty()).then(|| rests.join("; "));
                Some(CellVerdict::Verdict(one, rest))
            }
            _ => Some(CellVerdict::Unread),
        };
    }
    all.unwrap_or(CellVerdict::Nothing)
}

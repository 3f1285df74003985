//! Which columns of a file are used, and for what.

mod candidates;
mod column_plan;
mod column_uses;
mod planning;
mod votes;

use std::collections::{BTreeMap, HashMap};

use self::column_plan::{ColumnPlan, ReviewerColumns, RowCells};
use self::column_uses::uses;
use self::planning::plan;
use self::votes::vote;
use super::import_fields::{ImportColumn, ImportFields};
use super::mixed::DecisionCells;
use super::record_sheet::{RecordSheet, SheetColumn, SheetRow};
use super::{ColumnChoice, ColumnUse, ImportError, json_files, rayyan};

/// The records of a sheet, and what each of its columns was used for.
///
/// # Errors
///
/// Where several columns hold decisions that differ and nothing says which
/// counts, and where a column that was asked for is not there.
pub(super) fn understand(
    sheet: &RecordSheet,
    choice: &ColumnChoice,
) -> Result<(Vec<ImportFields>, Vec<ColumnUse>), ImportError> {
    let columns = cells_of_columns(sheet);
    let own = sheet.names.iter().zip(&columns).any(|(name, cells)| is_own(name, cells));
    let plan = if own && choice.decisions.is_empty() {
        ColumnPlan { own, ..ColumnPlan::default() }
    } else {
        plan(sheet, &columns, choice)?
    };
    let mut order: Vec<usize> = (0..sheet.names.len()).collect();
    order.sort_by_key(|at| sheet.names[*at].order);
    let mut place = vec![0; order.len()];
    for (rank, at) in order.iter().enumerate() {
        place[*at] = rank;
    }
    let records = sheet.rows.iter().map(|row| fields(sheet, &plan, choice, row, &place)).collect();
    Ok((records, uses(sheet, &columns, &plan, choice)))
}

/// Whether a column has all decisions, as this program writes them.
fn is_own(name: &SheetColumn, cells: &[&str]) -> bool {
    name.column == Some(ImportColumn::Decisions)
        && cells.iter().any(|cell| json_files::decisions(cell).is_some())
}

/// Puts the cells of a row into the fields that their columns are for.
fn fill(
    fields: &mut ImportFields,
    sheet: &RecordSheet,
    plan: &ColumnPlan,
    by_column: &RowCells<'_>,
    row: &SheetRow,
    place: &[usize],
) {
    let mut cells: Vec<&(usize, String)> = row.cells.iter().collect();
    cells.sort_by_key(|(at, _)| place[*at]);
    let mut sections: Vec<String> = Vec::new();
    let mut mixed: HashMap<usize, DecisionCells> = HashMap::new();
    for (at, text) in cells {
        if let Some(section) = rayyan::section_of(&sheet.names[*at].text) {
            sections.push(format!("{section} {text}"));
            continue;
        }
        let read = plan.readers.contains_key(at);
        let named = sheet.names[*at].column.unwrap_or(ImportColumn::Other);
        let decisive = |at| DecisionCells::of(&by_column[at]);
        let beside = match read {
            true => mixed.entry(*at).or_insert_with(|| decisive(at)).beside(text, named),
            false => None,
        };
        let column = match named {
            _ if beside.is_some() => beside.unwrap_or(named),
            _ if read || plan.passed_over.contains(at) => ImportColumn::Other,
            _ if plan.reasons.contains(at) => ImportColumn::Reason,
            column if column.is_decision() && !plan.own => ImportColumn::Other,
            column => column,
        };
        fields.put(column, text);
    }
    fields.put(ImportColumn::Notes, &sections.join(" | "));
}

/// A row of a sheet as a record.
fn fields(
    sheet: &RecordSheet,
    plan: &ColumnPlan,
    choice: &ColumnChoice,
    row: &SheetRow,
    place: &[usize],
) -> ImportFields {
    let mut fields = ImportFields::new(row.line);
    fields.sheet.clone_from(&sheet.title);
    fields.is_voted = !plan.groups.is_empty();
    let by_column = row.by_name();
    fill(&mut fields, sheet, plan, &by_column, row, place);
    // Of each group that the row has cells of, the columns of decisions.
    let mut voting: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for at in by_column.keys() {
        for (group, place) in plan.readers.get(at).into_iter().flatten() {
            voting.entry(*group).or_default().extend(place);
        }
    }
    let agreeing = |group: &ReviewerColumns| !group.agreeing.is_empty();
    if plan.groups.first().is_some_and(agreeing) {
        voting.entry(0).or_default();
    }
    for (group, mut places) in voting {
        places.sort_unstable();
        fields.votes.extend(vote(sheet, &plan.groups[group], choice, (&by_column, &places)));
    }
    fields
}

/// The cells of each column from top to bottom, in one pass over the rows: a
/// file may have as many columns as cells.
fn cells_of_columns(sheet: &RecordSheet) -> Vec<Vec<&str>> {
    let mut columns = vec![Vec::new(); sheet.names.len()];
    for (at, text) in sheet.rows.iter().flat_map(|row| &row.cells) {
        if let Some(column) = columns.get_mut(*at) {
            column.push(text.as_str());
        }
    }
    columns
}

#[cfg(test)]
mod tests;

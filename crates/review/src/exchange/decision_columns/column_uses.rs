//! What each column of a sheet was used for, in words.

use std::collections::HashSet;

use super::column_plan::{ColumnPlan, ReviewerColumns};
use crate::exchange::flat_notes::is_number_of_program;
use crate::exchange::import_fields::ImportColumn;
use crate::exchange::record_sheet::{RecordSheet, SheetColumn};
use crate::exchange::registry_numbers::numbers_in;
use crate::exchange::{ColumnChoice, ColumnUse, mixed, rayyan};

/// A group and the columns of its several people.
type SharedColumns<'a> = (&'a ReviewerColumns, HashSet<usize>);

/// What each column was used for.
pub(super) fn uses(
    sheet: &RecordSheet,
    columns: &[Vec<&str>],
    plan: &ColumnPlan,
    choice: &ColumnChoice,
) -> Vec<ColumnUse> {
    let agreeing = plan.groups.iter().find(|group| !group.agreeing.is_empty());
    let agreeing = agreeing.map(|group| {
        let columns = group.agreeing.iter().map(|(at, _)| *at).collect();
        (group, columns)
    });
    let uses = sheet.names.iter().enumerate().map(|(at, name)| ColumnUse {
        sheet: sheet.title.clone(),
        name: name.text.clone(),
        used_for: used_for(sheet, plan, agreeing.as_ref(), choice, (at, &columns[at])),
        overlooked: overlooked(name, plan, &columns[at]),
    });
    uses.collect()
}

/// A cell that may be a decision, in a file from which none are taken.
fn overlooked(name: &SheetColumn, plan: &ColumnPlan, cells: &[&str]) -> Option<String> {
    if plan.own || !plan.groups.is_empty() {
        return None;
    }
    mixed::overlooked(name.column.unwrap_or(ImportColumn::Other), cells.iter().copied())
}

/// What a column of decisions was used for; `None` where it is none.
fn voted(
    sheet: &RecordSheet,
    plan: &ColumnPlan,
    agreeing: Option<&SharedColumns<'_>>,
    choice: &ColumnChoice,
    (at, cells): (usize, &[&str]),
) -> Option<String> {
    let readers = plan.readers.get(&at).into_iter().flatten();
    if let Some((group, place)) =
        readers.filter_map(|(group, place)| place.map(|it| (group, it))).next()
    {
        let group = &plan.groups[*group];
        let scale = group.columns[place].1;
        let whose = group.reviewer.as_deref().map(|who| format!(" of `{who}`"));
        let later = match place {
            0 => "",
            _ if scale.is_mark() => "",
            _ => " where those of later stages say nothing",
        };
        let read = scale.said(cells, &choice.map);
        return Some(format!("verdict{}{later}{read}", whose.unwrap_or_default()));
    }
    let agreeing = agreeing.filter(|(_, columns)| columns.contains(&at));
    if let Some((last, _)) = agreeing.and_then(|(group, _)| group.columns.first()) {
        let last = &sheet.names[*last].text;
        return Some(format!("verdict where `{last}` says nothing and all agree"));
    }
    if plan.passed_over.contains(&at) {
        let counting = plan.groups.iter().flat_map(|group| &group.columns).next();
        let counting = counting.map(|(at, _)| format!(": `{}` counts", sheet.names[*at].text));
        return Some(format!("not used{}", counting.unwrap_or_default()));
    }
    None
}

fn used_for(
    sheet: &RecordSheet,
    plan: &ColumnPlan,
    agreeing: Option<&SharedColumns<'_>>,
    choice: &ColumnChoice,
    (at, cells): (usize, &[&str]),
) -> String {
    if let Some(what) = voted(sheet, plan, agreeing, choice, (at, cells)) {
        return what;
    }
    if plan.reasons.contains(&at) {
        return match plan.groups.is_empty() {
            true => "reason; a record with one is excluded".to_owned(),
            false => "reason".to_owned(),
        };
    }
    if rayyan::section_of(&sheet.names[at].text).is_some() {
        return "decisions of Rayyan".to_owned();
    }
    let any = |test: &dyn Fn(&str) -> bool| cells.iter().any(|cell| test(cell));
    let numbered = || any(&|text| !numbers_in(text).is_empty());
    let marks = || any(&|text| text.contains("RAYYAN-") || text.contains("ASReview_"));
    match sheet.names[at].column.unwrap_or(ImportColumn::Other) {
        ImportColumn::Notes if marks() => "decisions and notes".to_owned(),
        ImportColumn::Custom if !any(&|text| !is_number_of_program(text)) => "not used".to_owned(),
        column if column.is_decision() && plan.own => "verdict".to_owned(),
        column => match column.used_for() {
            Some(what) => what.to_owned(),
            None if numbered() => "number".to_owned(),
            None => "not used".to_owned(),
        },
    }
}

//! Which of the columns that may hold decisions count, and whose they are.

use std::collections::{HashMap, HashSet};

use super::candidates::{CandidateColumn, candidates, typed};
use super::column_plan::{ColumnPlan, ReviewerColumns, RowCells};
use super::votes::all_of;
use crate::exchange::decision_words::CellVerdict;
use crate::exchange::heading::ColumnHeading;
use crate::exchange::import_fields::ImportColumn;
use crate::exchange::record_sheet::RecordSheet;
use crate::exchange::scale::DecisionScale;
use crate::exchange::{ColumnChoice, ImportError};

/// Which columns count, and for whom.
pub(super) fn plan(
    sheet: &RecordSheet,
    columns: &[Vec<&str>],
    choice: &ColumnChoice,
) -> Result<ColumnPlan, ImportError> {
    let headings: Vec<ColumnHeading> =
        sheet.names.iter().map(|name| ColumnHeading::of(&name.text)).collect();
    let reasons = reasons(sheet, &headings, choice)?;
    let all = candidates(sheet, columns, &headings, choice, &reasons)?;
    let places: Vec<usize> = all.iter().map(|candidate| candidate.at).collect();
    let mut groups = if choice.decisions.is_empty() {
        groups(sheet, all, choice)?
    } else {
        chosen(sheet, &all, choice)
    };
    take_reasons(&mut groups, &headings, &reasons);
    let mut readers: HashMap<usize, Vec<(usize, Option<usize>)>> = HashMap::new();
    let mut used = HashSet::new();
    for (number, group) in groups.iter().enumerate() {
        for (place, (at, _)) in group.columns.iter().enumerate() {
            used.insert(*at);
            readers.entry(*at).or_default().push((number, Some(place)));
        }
        for at in &group.reasons {
            readers.entry(*at).or_default().push((number, None));
        }
    }
    let passed_over = places.into_iter().filter(|at| !used.contains(at)).collect();
    let reasons = reasons.into_iter().collect();
    Ok(ColumnPlan { own: false, groups, readers, passed_over, reasons })
}

/// Gives each reviewer the columns of reasons: its own come before those of
/// nobody, and those of another are not taken.
fn take_reasons(groups: &mut [ReviewerColumns], headings: &[ColumnHeading], reasons: &[usize]) {
    let mut by_reviewer: HashMap<Option<&str>, Vec<usize>> = HashMap::new();
    for at in reasons {
        by_reviewer.entry(headings[*at].reviewer.as_deref()).or_default().push(*at);
    }
    for group in groups {
        group.reasons = match group.reviewer.as_deref() {
            None => reasons.to_vec(),
            whose => [whose, None]
                .iter()
                .filter_map(|it| by_reviewer.get(it))
                .flatten()
                .copied()
                .collect(),
        };
        group.reasons.sort_by_key(|at| {
            (headings[*at].reviewer != group.reviewer, std::cmp::Reverse(headings[*at].stage))
        });
    }
}

fn reasons(
    sheet: &RecordSheet,
    headings: &[ColumnHeading],
    choice: &ColumnChoice,
) -> Result<Vec<usize>, ImportError> {
    if let Some(name) = &choice.reason {
        return Ok(vec![typed(sheet, name)?]);
    }
    let is_reason = |at: &usize| match sheet.names[*at].column {
        Some(column) => column == ImportColumn::Reason,
        None => headings[*at].reason,
    };
    Ok((0..sheet.names.len()).filter(is_reason).collect())
}

/// The columns that were asked for, each with its reviewer.
fn chosen(
    sheet: &RecordSheet,
    all: &[CandidateColumn],
    choice: &ColumnChoice,
) -> Vec<ReviewerColumns> {
    let of_name = |name: &str| typed(sheet, name).ok();
    let groups = choice.decisions.iter().filter_map(|(reviewer, name)| {
        let at = of_name(name)?;
        let scale = all.iter().find(|candidate| candidate.at == at)?.scale;
        let (reviewer, columns) = (reviewer.clone(), vec![(at, scale)]);
        Some(ReviewerColumns { reviewer, columns, reasons: Vec::new(), agreeing: Vec::new() })
    });
    groups.collect()
}

/// Which of the columns count, and whose they are.
fn groups(
    sheet: &RecordSheet,
    mut all: Vec<CandidateColumn>,
    choice: &ColumnChoice,
) -> Result<Vec<ReviewerColumns>, ImportError> {
    let nobodys =
        |it: &CandidateColumn| it.heading.reviewer.is_none() && it.heading.number.is_none();
    let agreeing = people(&all);
    if all.iter().any(|it| it.heading.last) {
        all.retain(|it| it.heading.last);
    } else if all.iter().any(nobodys) {
        all.retain(nobodys);
    }
    marked(&mut all);
    let mut places: HashMap<Option<&str>, usize> = HashMap::new();
    let mut by_reviewer: Vec<(Option<String>, Vec<&CandidateColumn>)> = Vec::new();
    for candidate in &all {
        let reviewer = &candidate.heading.reviewer;
        let place = *places.entry(reviewer.as_deref()).or_insert(by_reviewer.len());
        match by_reviewer.get_mut(place) {
            Some((_, columns)) => columns.push(candidate),
            None => by_reviewer.push((reviewer.clone(), vec![candidate])),
        }
    }
    let named = by_reviewer.len() > 1 && by_reviewer.iter().all(|(whose, _)| whose.is_some());
    if !named && !all.is_empty() {
        by_reviewer = vec![(None, all.iter().collect())];
    }
    let mut groups = Vec::new();
    for (reviewer, mut columns) in by_reviewer {
        columns.sort_by_key(|it| (std::cmp::Reverse(it.heading.stage), it.strays));
        if !columns.iter().all(|it| it.scale.is_mark()) {
            check(sheet, &columns, choice)?;
        }
        let columns = columns.into_iter().map(|it| (it.at, it.scale)).collect();
        let agreeing = if named { Vec::new() } else { agreeing.clone() };
        groups.push(ReviewerColumns { reviewer, columns, reasons: Vec::new(), agreeing });
    }
    Ok(groups)
}

/// The columns of several people beside one that counts in the end; none
/// where there is no such column, or one of one person alone.
fn people(all: &[CandidateColumn]) -> Vec<(usize, DecisionScale)> {
    if !all.iter().any(|it| it.heading.last) {
        return Vec::new();
    }
    let is_person = |it: &&CandidateColumn| {
        let ColumnHeading { last, reviewer, number, stage, .. } = &it.heading;
        !last && stage.is_none() && (reviewer.is_some() || number.is_some())
    };
    let people: Vec<_> = all.iter().filter(is_person).map(|it| (it.at, it.scale)).collect();
    if people.len() > 1 { people } else { Vec::new() }
}

/// Columns with a mark below the verdict that it means: `Include` beside
/// `Exclude`.
fn marked(all: &mut [CandidateColumn]) {
    let some = |test: fn(&ColumnHeading) -> bool| all.iter().any(|it| test(&it.heading));
    if some(|heading| heading.positive) && some(|heading| heading.negative) {
        for candidate in all {
            candidate.scale = candidate.scale.marked(&candidate.heading);
        }
    }
}

/// Refuses columns that differ, if nothing says which one counts.
fn check(
    sheet: &RecordSheet,
    columns: &[&CandidateColumn],
    choice: &ColumnChoice,
) -> Result<(), ImportError> {
    let staged = columns.windows(2).all(|pair| {
        pair[0].heading.stage != pair[1].heading.stage && pair[1].heading.stage.is_some()
    });
    if staged {
        return Ok(());
    }
    let scales: HashMap<usize, DecisionScale> =
        columns.iter().map(|it| (it.at, it.scale)).collect();
    let differs = |row: &RowCells<'_>| {
        let mut verdicts =
            row.iter().filter_map(|(at, cells)| match all_of(cells, *scales.get(at)?, choice) {
                CellVerdict::Verdict(verdict, _) => Some(verdict),
                CellVerdict::Nothing | CellVerdict::Unread => None,
            });
        let first = verdicts.next();
        verdicts.any(|other| Some(other) != first)
    };
    match sheet.rows.iter().find(|row| differs(&row.by_name())) {
        None => Ok(()),
        Some(row) => Err(ImportError::Ambiguous {
            line: row.line,
            columns: columns.iter().map(|it| sheet.names[it.at].text.clone()).collect(),
        }),
    }
}

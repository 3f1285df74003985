//! Which columns of a sheet may hold decisions.

use std::collections::HashSet;

use crate::exchange::decision_words::{CellVerdict, is_plain_decision, said};
use crate::exchange::heading::{ColumnHeading, HeadingPromise};
use crate::exchange::import_fields::ImportColumn;
use crate::exchange::record_sheet::{RecordSheet, SheetColumn};
use crate::exchange::scale::DecisionScale;
use crate::exchange::{ColumnChoice, ImportError, rayyan};

/// One in so many cells may be no decision in a column that no heading says
/// to hold decisions.
const STRAY: usize = 10;

/// A column that may hold decisions.
#[derive(Debug)]
pub(super) struct CandidateColumn {
    pub(super) at: usize,
    pub(super) heading: ColumnHeading,
    pub(super) scale: DecisionScale,
    /// Cells that are no decision.
    pub(super) strays: usize,
}

/// Columns of decisions: those asked for, else those recognised by their
/// headings and cells.
pub(super) fn candidates(
    sheet: &RecordSheet,
    columns: &[Vec<&str>],
    headings: &[ColumnHeading],
    choice: &ColumnChoice,
    reasons: &[usize],
) -> Result<Vec<CandidateColumn>, ImportError> {
    let reasons: HashSet<usize> = reasons.iter().copied().collect();
    let mut wanted = HashSet::new();
    for (_, name) in &choice.decisions {
        wanted.insert(typed(sheet, name)?);
    }
    let mut found = Vec::new();
    for (at, cells) in columns.iter().enumerate() {
        if reasons.contains(&at) {
            continue;
        }
        let heading = heading_of(sheet, headings, at);
        let heading = abstrackrs(sheet, at, cells).unwrap_or(heading);
        if wanted.contains(&at) || (wanted.is_empty() && holds(sheet, at, &heading, cells)) {
            let scale = DecisionScale::of(sheet, at, &heading, cells, choice)?;
            let unread = |cell: &&&str| scale.read(cell, &choice.map) == CellVerdict::Unread;
            let strays = cells.iter().filter(unread).count();
            found.push(CandidateColumn { at, heading, scale, strays });
        }
    }
    Ok(found)
}

/// A column of Abstrackr with the votes of one person, whose name it has.
fn abstrackrs(sheet: &RecordSheet, at: usize, cells: &[&str]) -> Option<ColumnHeading> {
    let SheetColumn { text, column, .. } = &sheet.names[at];
    let vote = |cell: &&str| ["-1", "0", "1", "o", "x", ""].contains(&cell.trim());
    let named = column.is_none()
        && !text.is_empty()
        && ColumnHeading::of(text).promise == HeadingPromise::None;
    let votes = named && sheet.is_abstrackr && !cells.is_empty() && cells.iter().all(vote);
    votes.then(|| ColumnHeading {
        promise: HeadingPromise::Strong,
        reviewer: Some(text.clone()),
        number: None,
        ..ColumnHeading::of("")
    })
}

/// What a heading promises, where a format says more than its words.
fn heading_of(sheet: &RecordSheet, headings: &[ColumnHeading], at: usize) -> ColumnHeading {
    let heading = headings[at].clone();
    let nobodys = |promise, last| ColumnHeading {
        promise,
        last: last || heading.last,
        reviewer: None,
        number: None,
        ..heading.clone()
    };
    match sheet.names[at].column {
        // The name of a format's own field names nobody: `custom1`.
        Some(ImportColumn::Custom | ImportColumn::Other) => nobodys(heading.promise, false),
        Some(ImportColumn::Screened) => nobodys(HeadingPromise::Strong, true),
        Some(ImportColumn::Included) if !sheet.names[at].text.eq_ignore_ascii_case("label") => {
            nobodys(HeadingPromise::Strong, false)
        }
        Some(ImportColumn::Included) => nobodys(HeadingPromise::Weak, false),
        Some(ImportColumn::Verdict) => nobodys(HeadingPromise::Strong, false),
        _ => heading,
    }
}

/// Whether a column holds decisions.
fn holds(sheet: &RecordSheet, at: usize, heading: &ColumnHeading, cells: &[&str]) -> bool {
    use ImportColumn::{Custom, Decisions, Included, Other, Reviewer, Screened, Verdict};
    let column = sheet.names[at].column;
    if rayyan::section_of(&sheet.names[at].text).is_some() {
        return false;
    }
    let open = matches!(
        column,
        None | Some(Verdict | Included | Screened | Custom | Other | Reviewer | Decisions)
    );
    let blank = |cell: &&&str| number_or(cell) == CellVerdict::Nothing;
    let filled: Vec<&&str> = cells.iter().filter(|cell| !blank(cell)).collect();
    let plain = filled.iter().filter(|cell| is_plain_decision(cell)).count();
    let read = |cell: &&&&str| matches!(number_or(cell), CellVerdict::Verdict(..));
    let read = filled.iter().filter(read).count();
    match heading.promise {
        _ if !open => false,
        HeadingPromise::Strong if column != Some(Reviewer) => true,
        HeadingPromise::Weak if column != Some(Reviewer) => read > 0 && read * 2 >= filled.len(),
        _ => plain > 0 && (filled.len() - plain) * STRAY <= filled.len(),
    }
}

/// What a cell says as a word; -1 is a decision of some programs.
fn number_or(cell: &str) -> CellVerdict {
    if cell.trim() == "-1" { said("0") } else { said(cell) }
}

/// The place of a column that was typed.
pub(super) fn typed(sheet: &RecordSheet, name: &str) -> Result<usize, ImportError> {
    let same = |text: &str| text.trim().eq_ignore_ascii_case(name.trim());
    let place = sheet.names.iter().position(|it| same(&it.text));
    place.ok_or_else(|| ImportError::Column {
        name: name.to_owned(),
        known: sheet.names.iter().map(|it| it.text.clone()).collect(),
    })
}

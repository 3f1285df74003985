//! Which columns of a file are used, and for what.

mod votes;

use std::collections::{BTreeMap, HashMap, HashSet};

use self::votes::{all_of, vote};
use super::decision_words::{CellVerdict, is_plain_decision, said};
use super::flat_notes::is_number_of_program;
use super::heading::{ColumnHeading, HeadingPromise};
use super::import_fields::{ImportColumn, ImportFields};
use super::mixed::{self, DecisionCells};
use super::record_sheet::{RecordSheet, SheetColumn, SheetRow};
use super::registry_numbers::numbers_in;
use super::scale::DecisionScale;
use super::{ColumnChoice, ColumnUse, ImportError, json_files, rayyan};

/// One in so many cells may be no decision in a column that no heading says
/// to hold decisions.
const STRAY: usize = 10;

/// A column that may hold decisions.
#[derive(Debug)]
struct CandidateColumn {
    at: usize,
    heading: ColumnHeading,
    scale: DecisionScale,
    /// Cells that are no decision.
    strays: usize,
}

/// Decisions of one reviewer: of its columns, the first that says something.
#[derive(Debug)]
struct ReviewerColumns {
    reviewer: Option<String>,
    columns: Vec<(usize, DecisionScale)>,
    /// Columns of reasons, the first that says something.
    reasons: Vec<usize>,
    /// Columns of several people, which count where none of those above says
    /// anything and all of them say the same: nobody had to decide.
    agreeing: Vec<(usize, DecisionScale)>,
}

/// What the columns of a sheet are used for.
#[derive(Default)]
struct ColumnPlan {
    /// All decisions are in one column, as this program writes them.
    own: bool,
    groups: Vec<ReviewerColumns>,
    /// The groups that read a column, each with the place of the column among
    /// those of its decisions.
    readers: HashMap<usize, Vec<(usize, Option<usize>)>>,
    /// Columns that are read as decisions, and are not used.
    passed_over: HashSet<usize>,
    reasons: HashSet<usize>,
}

/// The cells of a row by their columns.
type RowCells<'a> = HashMap<usize, Vec<&'a str>>;

/// A group and the columns of its several people.
type SharedColumns<'a> = (&'a ReviewerColumns, HashSet<usize>);

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
    let mut cells: Vec<&(usize, String)> = row.cells.iter().collect();
    cells.sort_by_key(|(at, _)| place[*at]);
    let by_column = row.by_name();
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

fn plan(
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
    let mut by_reviewer: HashMap<Option<&str>, Vec<usize>> = HashMap::new();
    for at in &reasons {
        by_reviewer.entry(headings[*at].reviewer.as_deref()).or_default().push(*at);
    }
    for group in &mut groups {
        // A reviewer's own reasons come before those of nobody, and those of
        // another are not taken.
        let mut of_group = match group.reviewer.as_deref() {
            None => reasons.clone(),
            whose => [whose, None]
                .iter()
                .filter_map(|it| by_reviewer.get(it))
                .flatten()
                .copied()
                .collect(),
        };
        of_group.sort_by_key(|at| {
            (headings[*at].reviewer != group.reviewer, std::cmp::Reverse(headings[*at].stage))
        });
        group.reasons = of_group;
    }
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

/// The place of a column that was typed.
fn typed(sheet: &RecordSheet, name: &str) -> Result<usize, ImportError> {
    let same = |text: &str| text.trim().eq_ignore_ascii_case(name.trim());
    let place = sheet.names.iter().position(|it| same(&it.text));
    place.ok_or_else(|| ImportError::Column {
        name: name.to_owned(),
        known: sheet.names.iter().map(|it| it.text.clone()).collect(),
    })
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

/// Columns of decisions: those asked for, else those recognised by their
/// headings and cells.
fn candidates(
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

/// What each column was used for.
fn uses(
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

#[cfg(test)]
mod tests;

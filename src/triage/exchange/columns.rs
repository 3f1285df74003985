//! Which columns of a file are used, and for what.

use super::fields::{Column, Fields, Vote};
use super::flat::is_number_of_program;
use super::heading::{Heading, Promise};
use super::number::numbers_in;
use super::scale::Scale;
use super::sheet::{Row, Sheet};
use super::words::{Said, is_plain_decision, said};
use super::{Choice, ColumnUse, ImportError, rayyan};

/// One in so many cells may be no decision in a column that no heading says
/// to hold decisions.
const STRAY: usize = 10;

/// A column that may hold decisions.
#[derive(Debug)]
struct Candidate {
    at: usize,
    heading: Heading,
    scale: Scale,
}

/// Decisions of one reviewer: of its columns, the first that says something.
#[derive(Debug)]
struct Group {
    reviewer: Option<String>,
    columns: Vec<(usize, Scale)>,
    /// Columns of reasons, the first that says something.
    reasons: Vec<usize>,
}

/// What the columns of a sheet are used for.
#[derive(Default)]
struct Plan {
    /// All decisions are in one column, as this program writes them.
    own: bool,
    groups: Vec<Group>,
    /// Columns that are read as decisions, and are not used.
    passed_over: Vec<usize>,
    reasons: Vec<usize>,
}

/// The records of a sheet, and what each of its columns was used for.
///
/// # Errors
///
/// Where several columns hold decisions that differ and nothing says which
/// counts, and where a column that was asked for is not there.
pub(super) fn understand(
    sheet: &Sheet,
    choice: &Choice,
) -> Result<(Vec<Fields>, Vec<ColumnUse>), ImportError> {
    let own = sheet.names.iter().any(|name| name.column == Some(Column::Decisions));
    let plan = if own && choice.decisions.is_empty() {
        Plan { own, ..Plan::default() }
    } else {
        plan(sheet, choice)?
    };
    let mut order: Vec<usize> = (0..sheet.names.len()).collect();
    order.sort_by_key(|at| sheet.names[*at].order);
    let mut place = vec![0; order.len()];
    for (rank, at) in order.iter().enumerate() {
        place[*at] = rank;
    }
    let records = sheet.rows.iter().map(|row| fields(sheet, &plan, choice, row, &place)).collect();
    Ok((records, uses(sheet, &plan, choice)))
}

fn fields(sheet: &Sheet, plan: &Plan, choice: &Choice, row: &Row, place: &[usize]) -> Fields {
    let mut fields = Fields::new(row.line);
    fields.sheet.clone_from(&sheet.title);
    fields.is_voted = !plan.groups.is_empty();
    let mut cells: Vec<&(usize, String)> = row.cells.iter().collect();
    cells.sort_by_key(|(at, _)| place[*at]);
    let mut sections: Vec<String> = Vec::new();
    for (at, text) in cells {
        if let Some(section) = rayyan::section_of(&sheet.names[*at].text) {
            sections.push(format!("{section} {text}"));
            continue;
        }
        let read = plan.groups.iter().any(|group| {
            group.columns.iter().any(|(column, _)| column == at) || group.reasons.contains(at)
        });
        let column = match sheet.names[*at].column.unwrap_or(Column::Other) {
            _ if read || plan.passed_over.contains(at) => Column::Other,
            _ if plan.reasons.contains(at) => Column::Reason,
            column if column.is_decision() && !plan.own => Column::Other,
            column => column,
        };
        fields.put(column, text);
    }
    fields.put(Column::Notes, &sections.join(" | "));
    for group in &plan.groups {
        fields.votes.extend(vote(sheet, group, choice, row));
    }
    fields
}

/// What a group says in a row.
fn vote(sheet: &Sheet, group: &Group, choice: &Choice, row: &Row) -> Option<Vote> {
    let reason = group.reasons.iter().find_map(|at| row.all(*at).next()).map(str::to_owned);
    let mut said: Option<(usize, String, Said)> = None;
    for (at, scale) in &group.columns {
        let cells: Vec<&str> = row.all(*at).collect();
        match (all_of(&cells, *scale, choice), &mut said) {
            (Said::Nothing, _) => {}
            // Of marks below several verdicts none counts.
            (_, Some((_, cell, found))) => {
                *cell = format!("{cell}` and `{}", cells.join("; "));
                *found = Said::Unread;
            }
            (found, None) => said = Some((*at, cells.join("; "), found)),
        }
        if said.is_some() && !scale.is_mark() {
            break;
        }
    }
    if said.is_none() && reason.is_none() {
        return None;
    }
    let first = group.columns.first().map_or(0, |(at, _)| *at);
    let (at, cell, said) = said.unwrap_or((first, String::new(), Said::Nothing));
    let column = sheet.names[at].text.clone();
    let reviewer = group.reviewer.clone();
    Some(Vote { reviewer, said, column, cell, reason })
}

/// What several cells of one column say together.
fn all_of(cells: &[&str], scale: Scale, choice: &Choice) -> Said {
    let mut all: Option<Said> = None;
    for cell in cells {
        all = match (all, scale.read(cell, &choice.map)) {
            (all, Said::Nothing) => all,
            (None, said) => Some(said),
            (Some(Said::Verdict(one, rest)), Said::Verdict(other, more)) if one == other => {
                let rests: Vec<String> = rest.into_iter().chain(more).collect();
                let rest = (!rests.is_empty()).then(|| rests.join("; "));
                Some(Said::Verdict(one, rest))
            }
            _ => Some(Said::Unread),
        };
    }
    all.unwrap_or(Said::Nothing)
}

fn plan(sheet: &Sheet, choice: &Choice) -> Result<Plan, ImportError> {
    let headings: Vec<Heading> = sheet.names.iter().map(|name| Heading::of(&name.text)).collect();
    let reasons = reasons(sheet, &headings, choice)?;
    let all = candidates(sheet, &headings, choice, &reasons)?;
    let places: Vec<usize> = all.iter().map(|candidate| candidate.at).collect();
    let mut groups = if choice.decisions.is_empty() {
        groups(sheet, all, choice)?
    } else {
        chosen(sheet, &all, choice)
    };
    for group in &mut groups {
        let mut of_group = reasons.clone();
        // A reviewer's own reasons come before those of nobody, and those of
        // another are not taken.
        of_group.retain(|at| {
            let whose = &headings[*at].reviewer;
            whose.is_none() || *whose == group.reviewer || group.reviewer.is_none()
        });
        of_group.sort_by_key(|at| {
            (headings[*at].reviewer != group.reviewer, std::cmp::Reverse(headings[*at].stage))
        });
        group.reasons = of_group;
    }
    let used = |at: &usize| groups.iter().any(|it| it.columns.iter().any(|(col, _)| col == at));
    let passed_over = places.iter().filter(|at| !used(at)).copied().collect();
    Ok(Plan { own: false, groups, passed_over, reasons })
}

/// The place of a column that was typed.
fn typed(sheet: &Sheet, name: &str) -> Result<usize, ImportError> {
    let same = |text: &str| text.trim().eq_ignore_ascii_case(name.trim());
    let place = sheet.names.iter().position(|it| same(&it.text));
    place.ok_or_else(|| ImportError::Column {
        name: name.to_owned(),
        known: sheet.names.iter().map(|it| it.text.clone()).collect(),
    })
}

fn reasons(
    sheet: &Sheet,
    headings: &[Heading],
    choice: &Choice,
) -> Result<Vec<usize>, ImportError> {
    if let Some(name) = &choice.reason {
        return Ok(vec![typed(sheet, name)?]);
    }
    let is_reason = |at: &usize| match sheet.names[*at].column {
        Some(column) => column == Column::Reason,
        None => headings[*at].reason,
    };
    Ok((0..sheet.names.len()).filter(is_reason).collect())
}

/// Columns of decisions: those asked for, else those that are told by their
/// headings and cells.
fn candidates(
    sheet: &Sheet,
    headings: &[Heading],
    choice: &Choice,
    reasons: &[usize],
) -> Result<Vec<Candidate>, ImportError> {
    let mut wanted = Vec::new();
    for (_, name) in &choice.decisions {
        wanted.push(typed(sheet, name)?);
    }
    let mut found = Vec::new();
    for at in 0..sheet.names.len() {
        if reasons.contains(&at) {
            continue;
        }
        let heading = heading_of(sheet, headings, at);
        let cells: Vec<&str> = sheet.rows.iter().flat_map(|row| row.all(at)).collect();
        if wanted.contains(&at) || (wanted.is_empty() && holds(sheet, at, &heading, &cells)) {
            let scale = Scale::of(sheet, at, &heading, &cells, choice)?;
            found.push(Candidate { at, heading, scale });
        }
    }
    Ok(found)
}

/// What a heading promises, where a format says more than its words.
fn heading_of(sheet: &Sheet, headings: &[Heading], at: usize) -> Heading {
    let heading = headings[at].clone();
    let nobodys = |promise, last| Heading {
        promise,
        last: last || heading.last,
        reviewer: None,
        number: None,
        ..heading.clone()
    };
    match sheet.names[at].column {
        Some(Column::Screened) => nobodys(Promise::Strong, true),
        Some(Column::Included) if !sheet.names[at].text.eq_ignore_ascii_case("label") => {
            nobodys(Promise::Strong, false)
        }
        Some(Column::Included) => nobodys(Promise::Weak, false),
        Some(Column::Verdict) => nobodys(Promise::Strong, false),
        _ => heading,
    }
}

/// Whether a column holds decisions.
fn holds(sheet: &Sheet, at: usize, heading: &Heading, cells: &[&str]) -> bool {
    use Column::{Custom, Included, Other, Reviewer, Screened, Verdict};
    let column = sheet.names[at].column;
    if rayyan::section_of(&sheet.names[at].text).is_some() {
        return false;
    }
    let open =
        matches!(column, None | Some(Verdict | Included | Screened | Custom | Other | Reviewer));
    let blank = |cell: &&&str| number_or(cell) == Said::Nothing;
    let filled: Vec<&&str> = cells.iter().filter(|cell| !blank(cell)).collect();
    let plain = filled.iter().filter(|cell| is_plain_decision(cell)).count();
    let read = |cell: &&&&str| matches!(number_or(cell), Said::Verdict(..));
    let read = filled.iter().filter(read).count();
    match heading.promise {
        _ if !open => false,
        Promise::Strong if column != Some(Reviewer) => true,
        Promise::Weak if column != Some(Reviewer) => read > 0 && read * 2 >= filled.len(),
        _ => plain > 0 && (filled.len() - plain) * STRAY <= filled.len(),
    }
}

/// What a cell says as a word; -1 is a decision of some programs.
fn number_or(cell: &str) -> Said {
    if cell.trim() == "-1" { said("0") } else { said(cell) }
}

/// The columns that were asked for, each with its reviewer.
fn chosen(sheet: &Sheet, all: &[Candidate], choice: &Choice) -> Vec<Group> {
    let of_name = |name: &str| typed(sheet, name).ok();
    let groups = choice.decisions.iter().filter_map(|(reviewer, name)| {
        let at = of_name(name)?;
        let scale = all.iter().find(|candidate| candidate.at == at)?.scale;
        Some(Group { reviewer: reviewer.clone(), columns: vec![(at, scale)], reasons: Vec::new() })
    });
    groups.collect()
}

/// Which of the columns count, and whose they are.
fn groups(
    sheet: &Sheet,
    mut all: Vec<Candidate>,
    choice: &Choice,
) -> Result<Vec<Group>, ImportError> {
    let nobodys = |it: &Candidate| it.heading.reviewer.is_none() && it.heading.number.is_none();
    if all.iter().any(|it| it.heading.last) {
        all.retain(|it| it.heading.last);
    } else if all.iter().any(nobodys) {
        all.retain(nobodys);
    }
    marked(&mut all);
    let mut reviewers: Vec<Option<String>> = Vec::new();
    for candidate in &all {
        if !reviewers.contains(&candidate.heading.reviewer) {
            reviewers.push(candidate.heading.reviewer.clone());
        }
    }
    let named = reviewers.len() > 1 && reviewers.iter().all(Option::is_some);
    if !named {
        reviewers = vec![None];
    }
    let mut groups = Vec::new();
    for reviewer in reviewers {
        let of = |it: &&Candidate| !named || it.heading.reviewer == reviewer;
        let mut columns: Vec<&Candidate> = all.iter().filter(of).collect();
        if columns.is_empty() {
            continue;
        }
        columns.sort_by_key(|it| std::cmp::Reverse(it.heading.stage));
        if !columns.iter().all(|it| it.scale.is_mark()) {
            check(sheet, &columns, choice)?;
        }
        let columns = columns.into_iter().map(|it| (it.at, it.scale)).collect();
        groups.push(Group { reviewer, columns, reasons: Vec::new() });
    }
    Ok(groups)
}

/// Columns in which a mark stands below the verdict that it means: `Include`
/// beside `Exclude`.
fn marked(all: &mut [Candidate]) {
    let some = |test: fn(&Heading) -> bool| all.iter().any(|it| test(&it.heading));
    if some(|heading| heading.positive) && some(|heading| heading.negative) {
        for candidate in all {
            candidate.scale = candidate.scale.marked(&candidate.heading);
        }
    }
}

/// Refuses columns of which nothing says which counts where they differ.
fn check(sheet: &Sheet, columns: &[&Candidate], choice: &Choice) -> Result<(), ImportError> {
    let staged = columns.windows(2).all(|pair| {
        pair[0].heading.stage != pair[1].heading.stage && pair[1].heading.stage.is_some()
    });
    if staged {
        return Ok(());
    }
    let differs = |row: &&Row| {
        let mut verdicts = columns.iter().filter_map(|it| {
            let cells: Vec<&str> = row.all(it.at).collect();
            match all_of(&cells, it.scale, choice) {
                Said::Verdict(verdict, _) => Some(verdict),
                Said::Nothing | Said::Unread => None,
            }
        });
        let first = verdicts.next();
        verdicts.any(|other| Some(other) != first)
    };
    match sheet.rows.iter().find(differs) {
        None => Ok(()),
        Some(row) => Err(ImportError::Ambiguous {
            line: row.line,
            columns: columns.iter().map(|it| sheet.names[it.at].text.clone()).collect(),
        }),
    }
}

/// What each column was used for.
fn uses(sheet: &Sheet, plan: &Plan, choice: &Choice) -> Vec<ColumnUse> {
    let uses = sheet.names.iter().enumerate().map(|(at, name)| ColumnUse {
        sheet: sheet.title.clone(),
        name: name.text.clone(),
        used_for: used_for(sheet, plan, choice, at),
    });
    uses.collect()
}

fn used_for(sheet: &Sheet, plan: &Plan, choice: &Choice, at: usize) -> String {
    for group in &plan.groups {
        let place = group.columns.iter().position(|(column, _)| *column == at);
        if let Some(place) = place {
            let whose = group.reviewer.as_deref().map(|who| format!(" of `{who}`"));
            let later = if place == 0 { "" } else { " where those of later stages say nothing" };
            let read = group.columns[place].1.said(sheet, at, &choice.map);
            return format!("verdict{}{later}{read}", whose.unwrap_or_default());
        }
    }
    if plan.passed_over.contains(&at) {
        let counting = plan.groups.iter().flat_map(|group| &group.columns).next();
        let counting = counting.map(|(at, _)| format!(": `{}` counts", sheet.names[*at].text));
        return format!("not used{}", counting.unwrap_or_default());
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
    let any = |test: &dyn Fn(&str) -> bool| sheet.rows.iter().any(|row| row.all(at).any(test));
    let numbered = || any(&|text| !numbers_in(text).is_empty());
    let marks = || any(&|text| text.contains("RAYYAN-") || text.contains("ASReview_"));
    match sheet.names[at].column.unwrap_or(Column::Other) {
        Column::Notes if marks() => "decisions and notes".to_owned(),
        Column::Custom if !any(&|text| !is_number_of_program(text)) => "not used".to_owned(),
        column if column.is_decision() && plan.own => "verdict".to_owned(),
        column => match column.used_for() {
            Some(what) => what.to_owned(),
            None if numbered() => "number".to_owned(),
            None => "not used".to_owned(),
        },
    }
}

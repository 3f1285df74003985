//! A record of any program as what it says in common words.

use std::collections::HashSet;

use super::export_row::{covidence_text, squeezed};
use super::flat_notes::{FlatNotes, flat};
use super::import_fields::{ImportColumn, ImportFields};
use super::note_marks::{OWN, is_free};
use super::opinions::OpinionList;
use super::registry_numbers::{NumberMatch, number, numbers_in};
use super::{ImportProblem, ImportedRecord, Opinion, StudyDecisions, json_files, rayyan};
use trialdex_records::study::NctId;

/// What a record says.
pub(super) struct ForeignRecord {
    /// With the first of its numbers.
    pub(super) record: ImportedRecord,
    /// Its other numbers: a report of several studies speaks of each.
    pub(super) others: Vec<NctId>,
    /// What of it could not be taken over.
    pub(super) problems: Vec<ImportProblem>,
    /// Whether it has a decision that cannot be read, so that none of its
    /// decisions are taken.
    pub(super) is_unread: bool,
}

/// What a record says, and what of it could not be taken over.
pub(super) fn imported(fields: &ImportFields) -> ForeignRecord {
    let mut problems = Vec::new();
    let mut numbers = match number(fields) {
        NumberMatch::One(nct) => vec![nct],
        NumberMatch::None => Vec::new(),
        NumberMatch::Several(numbers) => numbers,
    };
    let others = numbers.split_off(numbers.len().min(1));
    let text = |column| fields.first(column).unwrap_or_default().trim().to_owned();
    let decisions = decisions(fields, &mut problems);
    // CENTRAL gives records of registers their number as author.
    let mut authors = fields.list(ImportColumn::Authors);
    authors.retain(|author| numbers_in(author).is_empty());
    let record = ImportedRecord {
        line: fields.line,
        nct: numbers.first().copied(),
        key: fields.first(ImportColumn::Key).map(str::to_owned),
        title: text(ImportColumn::Title),
        summary: text(ImportColumn::Abstract),
        authors,
        keywords: fields.list(ImportColumn::Keywords),
        year: fields.first(ImportColumn::Year).and_then(year),
        decisions: decisions.clone().unwrap_or_default(),
    };
    ForeignRecord { record, others, problems, is_unread: decisions.is_none() }
}

/// The first four digits in a row.
fn year(text: &str) -> Option<i32> {
    let mut runs = text.split(|c: char| !c.is_ascii_digit());
    runs.find(|run| run.len() == 4)?.parse().ok()
}

/// All that was decided; `None` where a decision cannot be read.
fn decisions(fields: &ImportFields, problems: &mut Vec<ImportProblem>) -> Option<StudyDecisions> {
    let unwrapped: Vec<String> = fields.all(ImportColumn::Notes).map(unwrapped).collect();
    let mut notes: Vec<&str> = unwrapped.iter().map(String::as_str).collect();
    let own = own(fields, &notes);
    if let Some(own) = &own {
        // A reason can be any text, such as one that looks like decisions.
        let written = squeezed(&covidence_text(own));
        notes.retain(|note| squeezed(note) != written);
    }
    let known = own.is_some();
    let mut decisions = own.unwrap_or_default();
    let was = decisions.clone();
    let mut in_rayyan = false;
    for note in notes.iter().filter(|note| is_free(note)) {
        in_rayyan |= !rayyan::sections(note).is_empty();
        let left = rayyan::take(note, &mut decisions);
        problems.extend(left.what.map(|what| ImportProblem::new(fields.line, what)));
        if left.is_unread {
            return None;
        }
    }
    let said = flat(fields, &notes);
    if let Some(what) = said.unread(fields, known.then_some(&was)) {
        problems.push(ImportProblem::new(fields.line, what));
        return None;
    }
    let passed_over = FlatNotes::passed_over(fields);
    problems.extend(passed_over.map(|what| ImportProblem::new(fields.line, what)));
    problems.extend(said.lost(fields).map(|what| ImportProblem::new(fields.line, what)));
    let reviewer = fields.first(ImportColumn::Reviewer).map(str::trim);
    // What several said together is nobody's alone.
    let reviewer = reviewer.filter(|who| !known && !in_rayyan && !who.contains(';'));
    let votes = said.votes(fields);
    let mut new = if known { said.beyond(&was) } else { said.opinion() };
    if in_rayyan && !known && new.verdict.is_some() {
        // A table with both says the same twice.
        new.verdict = None;
        new.reason = None;
    }
    add_opinion(&mut decisions, reviewer, new);
    add_votes(&mut decisions, reviewer, votes, in_rayyan);
    decisions.opinions.retain(|opinion| !opinion.is_empty());
    Some(decisions)
}

/// Adds what the columns and notes without names say.
fn add_opinion(decisions: &mut StudyDecisions, reviewer: Option<&str>, new: Opinion) {
    if new.is_empty() {
        return;
    }
    let opinion = decisions.opinion_of(reviewer);
    opinion.verdict = new.verdict.or(opinion.verdict);
    opinion.reason = new.reason.or(opinion.reason.take());
    opinion.note = new.note.or(opinion.note.take());
    new.labels.iter().for_each(|label| opinion.label(label));
}

/// Adds what columns of decisions say; beside Rayyan's notes only what these do
/// not say.
fn add_votes(
    decisions: &mut StudyDecisions,
    reviewer: Option<&str>,
    votes: Vec<Opinion>,
    in_rayyan: bool,
) {
    let mut there: HashSet<_> = decisions.opinions.iter().map(|it| it.verdict).collect();
    let mut opinions = OpinionList::new(decisions);
    for vote in votes {
        if !there.insert(vote.verdict) && in_rayyan {
            continue;
        }
        let opinion = opinions.of(vote.reviewer.or_else(|| reviewer.map(str::to_owned)));
        opinion.verdict = vote.verdict;
        opinion.reason = vote.reason;
    }
}

/// Zotero makes paragraphs of notes.
fn unwrapped(note: &str) -> String {
    let note = note.trim();
    let inner = note.strip_prefix("<p>").and_then(|note| note.strip_suffix("</p>"));
    inner.map_or_else(|| note.to_owned(), |inner| inner.replace("</p>; <p>", "\n"))
}

/// All decisions as this program wrote them.
fn own(fields: &ImportFields, notes: &[&str]) -> Option<StudyDecisions> {
    if let Some(decisions) = fields.first(ImportColumn::Decisions).and_then(json_files::decisions) {
        return Some(decisions);
    }
    let noted = notes.iter().find_map(|note| json_files::decisions(note.strip_prefix(OWN)?));
    noted.or_else(|| {
        let free = notes.iter().filter(|note| is_free(note));
        free.flat_map(|note| rayyan::sections(note))
            .filter(|(name, _)| rayyan::is_own(name))
            .find_map(|(_, text)| json_files::decisions(text))
    })
}

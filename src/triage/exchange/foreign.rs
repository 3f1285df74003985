//! A record of any program as what it says in common words.

use serde_json::Value;

use super::fields::{Column, Fields};
use super::number::{Found, number};
use super::row::{
    covidence_text, labels_text, notes_text, reasons_text, relevance, squeezed, verdict_text,
};
use super::{Decisions, Imported, Opinion, Problem, json, rayyan};
use crate::triage::event::Verdict;

/// Notes of ASReview's RIS (`asreview/data/ris.py`, 3.0.8): the first says
/// whether a record is relevant, others are `asreview_NAME: JSON`.
pub(super) const RELEVANT: &str = "ASReview_relevant";
pub(super) const IRRELEVANT: &str = "ASReview_irrelevant";
pub(super) const NOT_SEEN: &str = "ASReview_not_seen";

/// What Covidence's table of excluded studies has among its notes:
/// `Exclusion reason: Wrong study design; `.
pub(super) const REASON: &str = "Exclusion reason:";

/// The note of RIS that has all decisions.
pub(super) const OWN: &str = "trialdex:";

/// What a record says, and what of it could not be taken over.
pub(super) fn imported(fields: &Fields) -> (Imported, Vec<Problem>) {
    let mut problems = Vec::new();
    let nct = match number(fields) {
        Found::One(nct) => Some(nct),
        Found::None => None,
        Found::Several(numbers) => {
            let numbers: Vec<String> = numbers.iter().map(ToString::to_string).collect();
            problems.push(Problem::new(fields.line, format!("names {}", numbers.join(", "))));
            None
        }
    };
    let text = |column| fields.first(column).unwrap_or_default().trim().to_owned();
    let record = Imported {
        line: fields.line,
        nct,
        title: text(Column::Title),
        summary: text(Column::Abstract),
        authors: fields.list(Column::Authors),
        keywords: fields.list(Column::Keywords),
        year: fields.first(Column::Year).and_then(year),
        decisions: decisions(fields, &mut problems),
    };
    (record, problems)
}

/// The first four digits in a row.
fn year(text: &str) -> Option<i32> {
    let mut runs = text.split(|c: char| !c.is_ascii_digit());
    runs.find(|run| run.len() == 4)?.parse().ok()
}

fn decisions(fields: &Fields, problems: &mut Vec<Problem>) -> Decisions {
    let mut notes: Vec<&str> = fields.all(Column::Notes).map(unwrapped).collect();
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
        problems.extend(left.map(|what| Problem::new(fields.line, what)));
    }
    let reviewer = fields.first(Column::Reviewer).map(str::trim);
    let reviewer = reviewer.filter(|_| !known && !in_rayyan);
    let said = flat(fields, &notes, problems);
    let mut new = if known { said.beyond(&was) } else { said.opinion() };
    if in_rayyan && !known && new.verdict.is_some() {
        // A table with both says the same twice.
        new.verdict = None;
        new.reason = None;
    }
    if !new.is_empty() {
        let opinion = decisions.opinion_of(reviewer);
        opinion.verdict = new.verdict.or(opinion.verdict);
        opinion.reason = new.reason.or(opinion.reason.take());
        opinion.note = new.note.or(opinion.note.take());
        new.labels.iter().for_each(|label| opinion.label(label));
    }
    decisions.opinions.retain(|opinion| !opinion.is_empty());
    decisions
}

/// Zotero makes paragraphs of notes.
fn unwrapped(note: &str) -> &str {
    let note = note.trim();
    note.strip_prefix("<p>").and_then(|note| note.strip_suffix("</p>")).unwrap_or(note)
}

/// Whether a note is none that a program wrote for itself alone.
fn is_free(note: &str) -> bool {
    !note.starts_with(OWN) && !note.starts_with("asreview_")
}

/// All decisions as this program wrote them.
fn own(fields: &Fields, notes: &[&str]) -> Option<Decisions> {
    if let Some(decisions) = fields.first(Column::Decisions).and_then(json::decisions) {
        return Some(decisions);
    }
    let noted = notes.iter().find_map(|note| json::decisions(note.strip_prefix(OWN)?));
    noted.or_else(|| {
        let free = notes.iter().filter(|note| is_free(note));
        free.flat_map(|note| rayyan::sections(note))
            .filter(|(name, _)| rayyan::is_own(name))
            .find_map(|(_, text)| json::decisions(text))
    })
}

/// What stands in columns and notes of their own, without names.
#[derive(Debug, Default)]
struct Flat {
    /// Relevant or not, wherever it is said.
    relevance: Vec<bool>,
    verdict: Option<String>,
    reason: Option<String>,
    labels: Option<String>,
    more_labels: Vec<String>,
    notes: Vec<String>,
}

fn flat(fields: &Fields, notes: &[&str], problems: &mut Vec<Problem>) -> Flat {
    let text = |column| fields.first(column).map(str::to_owned);
    let mut flat = Flat {
        verdict: text(Column::Verdict),
        reason: text(Column::Reason),
        labels: text(Column::Labels).or_else(|| text(Column::Tags)),
        ..Flat::default()
    };
    for column in [Column::Screened, Column::Included] {
        for cell in fields.all(column) {
            match relevant(cell) {
                Some(relevant) => flat.relevance.push(relevant),
                None if is_blank(cell) => {}
                None => {
                    let what = format!("`{}` says neither relevant nor not", squeezed(cell));
                    problems.push(Problem::new(fields.line, what));
                }
            }
        }
    }
    flat.notes.extend(fields.all(Column::Note).map(str::to_owned));
    flat.notes.extend(fields.all(Column::ScreenedNote).map(str::to_owned));
    flat.more_labels.extend(fields.all(Column::ScreenedTags).flat_map(tags));
    for note in notes.iter().filter(|note| !note.starts_with(OWN)) {
        flat.take_note(if is_free(note) { rayyan::before(note) } else { note });
    }
    flat
}

/// ASReview reads these, and numbers with a point since pandas writes them.
fn relevant(cell: &str) -> Option<bool> {
    match cell.trim().to_lowercase().as_str() {
        "1" | "1.0" | "yes" | "y" | "true" => Some(true),
        "0" | "0.0" | "no" | "n" | "false" => Some(false),
        _ => None,
    }
}

/// What pandas and older versions of ASReview (-1) write for nothing.
fn is_blank(cell: &str) -> bool {
    ["", "-1", "nan", "none", "na", "<na>"].contains(&cell.trim().to_lowercase().as_str())
}

/// ASReview's tags: names in JSON, those that are not checked left out.
fn tags(cell: &str) -> Vec<String> {
    fn collect(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::String(text) => found.push(text.clone()),
            Value::Array(values) => values.iter().for_each(|value| collect(value, found)),
            Value::Object(object) => {
                let off =
                    object.get("checked").is_some_and(|checked| *checked == Value::Bool(false));
                let below = object.get("values");
                let name = ["label", "name", "id"].iter().find_map(|key| object.get(*key));
                match below {
                    _ if off => {}
                    Some(values) => collect(values, found),
                    None => name.into_iter().for_each(|name| collect(name, found)),
                }
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    match serde_json::from_str(cell) {
        Ok(value) => collect(&value, &mut found),
        Err(_) => found.extend(cell.split(';').map(|tag| tag.trim().to_owned())),
    }
    found
}

impl Flat {
    fn take_note(&mut self, note: &str) {
        let json = |name: &str| note.strip_prefix(name)?.trim().strip_prefix(':').map(str::trim);
        if let Some(text) = json("asreview_note") {
            let note = serde_json::from_str(text).unwrap_or_else(|_| text.to_owned());
            self.notes.push(note);
        } else if let Some(text) = json("asreview_tags") {
            // The list is in JSON twice.
            let inner: String = serde_json::from_str(text).unwrap_or_else(|_| text.to_owned());
            self.more_labels.extend(tags(&inner));
        } else if note.contains(IRRELEVANT) {
            self.relevance.push(false);
        } else if note.contains(RELEVANT) && !note.contains(NOT_SEEN) {
            self.relevance.push(true);
        } else if let Some((_, rest)) = note.split_once(REASON) {
            let reason = rest.split(';').next().unwrap_or_default().trim();
            if !reason.is_empty() && self.reason.is_none() {
                self.reason = Some(reason.to_owned());
            }
        }
    }

    fn said(&self) -> Option<Verdict> {
        let by_relevance = self.relevance.first().map(|relevant| match relevant {
            true => Verdict::Include,
            false => Verdict::Exclude,
        });
        let excluded = self.reason.is_some().then_some(Verdict::Exclude);
        self.verdict.as_deref().and_then(verdict).or(by_relevance).or(excluded)
    }

    /// All of it, as the opinion of one reviewer.
    fn opinion(self) -> Opinion {
        let verdict = self.said();
        let mut opinion = Opinion { verdict, ..Opinion::default() };
        if verdict == Some(Verdict::Exclude) {
            opinion.reason = self.reason;
        }
        let labels = self.labels.as_deref().unwrap_or_default();
        labels.split([';', ',']).for_each(|label| opinion.label(label));
        self.more_labels.iter().for_each(|label| opinion.label(label));
        let notes: Vec<String> = self.notes;
        opinion.note = (!notes.is_empty()).then(|| notes.join("\n"));
        opinion
    }

    /// What was written by another program, or by hand, after this one wrote
    /// the file.
    fn beyond(mut self, own: &Decisions) -> Opinion {
        let same = |cell: &str, was: &str| squeezed(cell) == squeezed(was);
        let was = own.agreed();
        let known = self.verdict.as_deref().is_none_or(|cell| same(cell, verdict_text(own)));
        let relevance = self.relevance.iter().find(|it| Some(**it) != relevance(was)).copied();
        let reason = self.reason.take().filter(|it| !same_reason(it, own));
        let mut new = Opinion::default();
        if !known {
            new.verdict = self.verdict.as_deref().and_then(verdict);
        } else if let Some(relevant) = relevance {
            new.verdict = Some(if relevant { Verdict::Include } else { Verdict::Exclude });
        } else if reason.is_some() {
            new.verdict = Some(Verdict::Exclude);
        }
        new.reason = reason.filter(|_| new.verdict == Some(Verdict::Exclude));
        let labels = self.labels.take().filter(|cell| !same(cell, &labels_text(own)));
        let labels = labels.iter().flat_map(|cell| cell.split([';', ',']));
        let known: Vec<&String> = own.opinions.iter().flat_map(|it| &it.labels).collect();
        for label in labels.chain(self.more_labels.iter().map(String::as_str)) {
            if !known.iter().any(|it| it.trim() == label.trim()) {
                new.label(label);
            }
        }
        self.notes.retain(|note| !same(note, &notes_text(own)));
        new.note = (!self.notes.is_empty()).then(|| self.notes.join("\n"));
        new
    }
}

/// Whether a reason is that of the decisions, as a column or as Covidence's
/// notes have it.
fn same_reason(cell: &str, own: &Decisions) -> bool {
    let (cell, was) = (squeezed(cell), squeezed(&reasons_text(own)));
    let cut = was.split(';').next().unwrap_or_default();
    cell == was || cell == cut.trim_end()
}

/// A verdict in one of the words that programs and people use.
pub(super) fn verdict(word: &str) -> Option<Verdict> {
    match word.trim().to_lowercase().as_str() {
        "include" | "included" | "relevant" | "yes" | "1" => Some(Verdict::Include),
        "exclude" | "excluded" | "irrelevant" | "no" | "0" => Some(Verdict::Exclude),
        "maybe" | "unsure" | "unclear" => Some(Verdict::Maybe),
        _ => None,
    }
}

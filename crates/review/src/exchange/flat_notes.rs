//! What is in columns and notes of their own.

use serde_json::Value;

use super::decision_words::{CellVerdict, said, verdict};
use super::export_row::{labels_text, notes_text, reasons_text, relevance, squeezed, verdict_text};
use super::import_fields::{ImportColumn, ImportFields};
use super::note_marks::{IRRELEVANT, NOT_SEEN, OWN, REASON, RELEVANT, is_free};
use super::{Opinion, StudyDecisions, rayyan};
use crate::event::Verdict;

/// What is in columns and notes of their own, without names.
#[derive(Debug, Default)]
pub(super) struct FlatNotes {
    /// Relevant or not, from any of these places.
    relevance: Vec<bool>,
    /// What should say so, and does not.
    strange: Option<String>,
    verdict: Option<String>,
    reason: Option<String>,
    labels: Option<String>,
    more_labels: Vec<String>,
    notes: Vec<String>,
}

pub(super) fn flat(fields: &ImportFields, notes: &[&str]) -> FlatNotes {
    let text = |column| fields.first(column).map(str::to_owned);
    let mut flat = FlatNotes {
        verdict: text(ImportColumn::Verdict),
        reason: text(ImportColumn::Reason),
        labels: text(ImportColumn::Labels).or_else(|| text(ImportColumn::Tags)),
        ..FlatNotes::default()
    };
    for column in [ImportColumn::Screened, ImportColumn::Included] {
        for cell in fields.all(column) {
            match relevant(cell) {
                Some(relevant) => flat.relevance.push(relevant),
                None if is_blank(cell) => {}
                None => flat.strange = flat.strange.or_else(|| Some(squeezed(cell))),
            }
        }
    }
    flat.notes.extend(fields.all(ImportColumn::Note).map(str::to_owned));
    flat.notes.extend(fields.all(ImportColumn::ScreenedNote).map(str::to_owned));
    flat.more_labels.extend(fields.all(ImportColumn::ScreenedTags).flat_map(tags));
    for note in notes.iter().filter(|note| !note.starts_with(OWN)) {
        flat.take_note(if is_free(note) { rayyan::before(note) } else { note });
    }
    let own_words = fields.all(ImportColumn::Custom).filter(|text| !is_number_of_program(text));
    flat.notes.extend(own_words.map(str::to_owned));
    flat
}

/// What programs write into fields that are the user's own: `121000001`,
/// `32000000[pmid]`, `121000001[EPPI-Reviewer ID]`.
pub(super) fn is_number_of_program(text: &str) -> bool {
    let text = text.trim();
    let bare = text.split('[').next().unwrap_or_default().trim();
    bare.bytes().all(|byte| byte.is_ascii_digit()) && (bare == text || text.ends_with(']'))
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

impl FlatNotes {
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
            let (reason, more) = rest.split_once(';').unwrap_or((rest, ""));
            let reason = reason.trim();
            let more = more.trim_matches([';', ' ', '\n']);
            self.notes.extend((!more.is_empty()).then(|| more.to_owned()));
            if !reason.is_empty() && self.reason.is_none() {
                self.reason = Some(reason.to_owned());
            }
        } else {
            let text = note.trim_matches(['|', ';', ' ']);
            let blank = text.trim().is_empty() || note.contains(NOT_SEEN);
            self.notes.extend((!blank).then(|| text.to_owned()));
        }
    }

    /// Why nothing is taken from a record: it has a decision that cannot be
    /// read. `own` is the decision that this program wrote into it.
    pub(super) fn unread(
        &self,
        fields: &ImportFields,
        own: Option<&StudyDecisions>,
    ) -> Option<String> {
        let nothing = "nothing that was decided is taken from this record";
        for vote in &fields.votes {
            let (cell, column) = (squeezed(&vote.cell), squeezed(&vote.column));
            match (&vote.said, &vote.reason) {
                (CellVerdict::Unread, _) => {
                    return Some(format!("`{cell}` in `{column}` is no known decision: {nothing}"));
                }
                (CellVerdict::Nothing, Some(reason)) => {
                    let reason = squeezed(reason);
                    return Some(format!(
                        "the reason `{reason}`, but no decision in `{column}`: {nothing}"
                    ));
                }
                _ => {}
            }
        }
        let cell = self.verdict.as_deref().filter(|cell| said(cell) == CellVerdict::Unread);
        let cell = cell
            .map(squeezed)
            .filter(|cell| own.is_none_or(|own| squeezed(verdict_text(own)) != *cell));
        let cell = cell.or_else(|| self.strange.clone())?;
        Some(format!("`{cell}` is no known decision: {nothing}"))
    }

    /// Reasons of records that are not excluded.
    pub(super) fn lost(&self, fields: &ImportFields) -> Option<String> {
        let lost = fields.votes.iter().find_map(|vote| match &vote.said {
            CellVerdict::Verdict(verdict, _) if *verdict != Verdict::Exclude => {
                vote.reason.as_deref().map(|reason| (*verdict, reason))
            }
            _ => None,
        });
        let (verdict, reason) = lost?;
        let reason = squeezed(reason);
        Some(format!("the reason `{reason}` is not taken: the decision is {verdict}"))
    }

    /// Cells that are no known decisions, in columns that do not count.
    pub(super) fn passed_over(fields: &ImportFields) -> impl Iterator<Item = String> {
        fields.votes.iter().filter_map(|vote| {
            let (column, cell) = vote.passed_over.as_ref()?;
            let (cell, counts) = (squeezed(cell), &vote.column);
            Some(format!("`{cell}` in `{column}` is no known decision: `{counts}` counts"))
        })
    }

    fn said(&self) -> Option<Verdict> {
        let by_relevance = self.relevance.first().map(|relevant| match relevant {
            true => Verdict::Include,
            false => Verdict::Exclude,
        });
        let excluded = self.reason.is_some().then_some(Verdict::Exclude);
        self.verdict.as_deref().and_then(verdict).or(by_relevance).or(excluded)
    }

    /// What columns of decisions say.
    pub(super) fn votes(&self, fields: &ImportFields) -> Vec<Opinion> {
        let votes = fields.votes.iter().filter_map(|vote| {
            let CellVerdict::Verdict(verdict, rest) = &vote.said else { return None };
            let reason = vote.reason.clone().or_else(|| rest.clone());
            let reason = reason.or_else(|| self.reason.clone());
            Some(Opinion {
                reviewer: vote.reviewer.clone(),
                verdict: Some(*verdict),
                reason: reason.filter(|_| *verdict == Verdict::Exclude),
                ..Opinion::default()
            })
        });
        votes.collect()
    }

    /// All of it, as the opinion of one reviewer.
    pub(super) fn opinion(self) -> Opinion {
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
    pub(super) fn beyond(mut self, own: &StudyDecisions) -> Opinion {
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
fn same_reason(cell: &str, own: &StudyDecisions) -> bool {
    let (cell, was) = (squeezed(cell), squeezed(&reasons_text(own)));
    let cut = was.split(';').next().unwrap_or_default();
    cell == was || cell == cut.trim_end()
}

//! A study of a review as it is exported.

use super::note_marks::REASON;
use super::{CombinedOpinion, Opinion, StudyDecisions};
use crate::event::Verdict;
use crate::state::{CombinedVerdict, CurrentVerdict, ReviewState, StudyState};
use trialdex_records::study::person::author;
use trialdex_records::study::{NctId, PartialDate, Study, clean, markup};

/// A study with all that is written of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExportRow {
    /// Its number; `None` only where nothing was exported yet.
    pub nct: Option<NctId>,
    /// The best rank that a search gave it, from 1; `None` for none.
    pub rank: Option<usize>,
    /// Its title.
    pub title: String,
    /// Its summary.
    pub summary: String,
    /// Its officials.
    pub authors: Vec<String>,
    /// Conditions, keywords and interventions.
    pub keywords: Vec<String>,
    /// The year in which it was registered or began.
    pub year: Option<u16>,
    /// What was decided.
    pub decisions: StudyDecisions,
}

/// A study as it is, with its record; `only` one reviewer's decisions, so
/// that a blinded reviewer sees no other's.
#[must_use]
pub fn exported(
    state: &ReviewState,
    study: &StudyState,
    record: Option<&Study>,
    only: Option<&str>,
) -> ExportRow {
    let text = |pieces: &[&str]| {
        let found = pieces.iter().find_map(|piece| record?.text(piece));
        markup::unescape(found.unwrap_or_default()).into_owned()
    };
    let texts = |pieces: &[&str]| -> Vec<String> {
        let all =
            pieces.iter().flat_map(|piece| record.map(|it| it.texts(piece)).unwrap_or_default());
        all.map(|text| markup::unescape(text).into_owned()).collect()
    };
    let date = text(&["StudyFirstSubmitDate", "StartDate"]);
    ExportRow {
        nct: Some(study.nct),
        rank: (study.rank != usize::MAX).then_some(study.rank),
        title: text(&["BriefTitle", "OfficialTitle"]),
        summary: text(&["BriefSummary"]),
        authors: texts(&["OverallOfficialName"]).iter().map(|name| author(name)).collect(),
        keywords: texts(&["Condition", "Keyword", "InterventionName"]),
        year: PartialDate::parse(&date).map(|date| date.year()),
        decisions: decisions(state, study, only),
    }
}

fn decisions(state: &ReviewState, study: &StudyState, only: Option<&str>) -> StudyDecisions {
    let mut decisions = StudyDecisions::default();
    let wanted = |name: &str| only.is_none_or(|only| only == name);
    let opinion = |standing: &CurrentVerdict| {
        let decision = &standing.decision;
        Opinion {
            reviewer: Some(standing.reviewer.clone()),
            verdict: Some(decision.verdict),
            reason_key: decision.reason.clone(),
            reason: decision.reason.as_ref().map(|key| state.wording(key).to_owned()),
            at: Some(standing.at.clone()),
            ..Opinion::default()
        }
    };
    for (name, standing) in study.verdicts.iter().filter(|(name, _)| wanted(name)) {
        *decisions.opinion_of(Some(name)) = opinion(standing);
    }
    for (name, note) in study.notes.iter().filter(|(name, _)| wanted(name)) {
        decisions.opinion_of(Some(name)).note = Some(note.clone());
    }
    for (name, labels) in study.labels.iter().filter(|(name, _)| wanted(name)) {
        if !labels.is_empty() {
            decisions.opinion_of(Some(name)).labels = labels.iter().cloned().collect();
        }
    }
    decisions.settled = study.settlement().filter(|_| only.is_none()).map(opinion);
    decisions.together = match study.outcome() {
        _ if only.is_some() => None,
        CombinedVerdict::Waiting => Some(CombinedOpinion::Waiting),
        CombinedVerdict::Agreed(verdict) if decisions.agreed() != Some(verdict) => {
            Some(CombinedOpinion::Agreed(verdict))
        }
        CombinedVerdict::Agreed(_) | CombinedVerdict::Conflict | CombinedVerdict::Unread => None,
    };
    decisions
}

/// White space made alike, since spreadsheets change it, and what steers a
/// terminal replaced, as where a text is in a line.
pub(super) fn squeezed(text: &str) -> String {
    let text = clean::line(clean::uncell(text));
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether that verdict means relevant, to a program that knows no others.
pub(super) fn relevance(verdict: Option<Verdict>) -> Option<bool> {
    match verdict? {
        Verdict::Include => Some(true),
        Verdict::Exclude => Some(false),
        Verdict::Maybe => None,
    }
}

/// The verdict of all, `conflict`, or `waiting` for another reader.
pub(super) fn verdict_text(decisions: &StudyDecisions) -> &'static str {
    match decisions.agreed() {
        Some(verdict) => verdict.name(),
        None if decisions.together == Some(CombinedOpinion::Waiting) => "waiting",
        None if decisions.opinions.iter().any(|it| it.verdict.is_some()) => "conflict",
        None => "",
    }
}

/// All reasons in words; that which settled alone where there is one.
pub(super) fn reasons_text(decisions: &StudyDecisions) -> String {
    if let Some(settled) = &decisions.settled {
        return settled.reason.clone().unwrap_or_default();
    }
    joined(decisions.opinions.iter().filter_map(|it| it.reason.as_deref()), "; ")
}

/// All labels.
pub(super) fn labels_text(decisions: &StudyDecisions) -> String {
    joined(decisions.opinions.iter().flat_map(|it| it.labels.iter().map(String::as_str)), "; ")
}

/// All notes, with the names of those who wrote them where there are several.
pub(super) fn notes_text(decisions: &StudyDecisions) -> String {
    let with_notes = decisions.opinions.iter().filter(|it| it.note.is_some());
    let several = with_notes.clone().count() > 1;
    let notes = with_notes.map(|it| {
        let note = it.note.as_deref().unwrap_or_default();
        match it.reviewer.as_deref() {
            Some(name) if several => format!("{name}: {note}"),
            _ => note.to_owned(),
        }
    });
    notes.collect::<Vec<_>>().join("\n")
}

/// Covidence's note of a reason.
pub(super) fn covidence_text(decisions: &StudyDecisions) -> String {
    let excluded = decisions.agreed() == Some(Verdict::Exclude);
    let reason = reasons_text(decisions);
    if excluded && !reason.is_empty() { format!("{REASON} {reason}; ") } else { String::new() }
}

/// The names of all who decided.
pub(super) fn reviewers_text(decisions: &StudyDecisions) -> String {
    let decided = decisions.opinions.iter().chain(&decisions.settled);
    joined(decided.filter(|it| it.verdict.is_some()).filter_map(|it| it.reviewer.as_deref()), "; ")
}

/// Texts in their order, each once.
fn joined<'a>(texts: impl Iterator<Item = &'a str>, separator: &str) -> String {
    let mut once: Vec<&str> = Vec::new();
    for text in texts {
        if !once.contains(&text) {
            once.push(text);
        }
    }
    once.join(separator)
}

//! Reads the notes that Rayyan writes into a record.
//!
//! Sections parted by ` | `, behind the notes that the record came with:
//! `RAYYAN-INCLUSION: {"Ann"=>"Included", "Ben"=>"Maybe"}`, `RAYYAN-LABELS:
//! one,two`, `RAYYAN-EXCLUSION-REASONS: wrong population,wrong outcome`,
//! `USER-NOTES: {"Ann"=>["a note"]}`
//! (<https://help.rayyan.ai/hc/en-us/articles/45958666246161>). Since notes
//! that a record came with are kept, a section of our own goes there and back:
//! `TRIALDEX: {…}`.

use serde_json::Value;

use super::decision_words::verdict;
use super::export_row::squeezed;
use super::json_files::escaped;
use super::{Opinion, StudyDecisions};
use crate::event::Verdict;
use trialdex_records::study::clean;

/// Names of sections.
const INCLUSION: &str = "RAYYAN-INCLUSION:";
const LABELS: &str = "RAYYAN-LABELS:";
const REASONS: &str = "RAYYAN-EXCLUSION-REASONS:";
const NOTES: &str = "USER-NOTES:";
/// That of our own.
pub(super) const OWN: &str = "TRIALDEX:";

/// Whether a section is of our own.
pub(super) fn is_own(name: &str) -> bool {
    [OWN, OWN_NOTE].contains(&name)
}

/// That of our own in RIS, where ASReview makes one cell of all notes when it
/// writes a table.
const OWN_NOTE: &str = super::note_marks::OWN;

const SECTIONS: [&str; 6] = [INCLUSION, LABELS, REASONS, NOTES, OWN, OWN_NOTE];

/// What parts sections.
const BETWEEN: [char; 3] = [' ', '|', ';'];

/// Sections that are looked at in a note, which has six at most but where it
/// was made to keep a reader busy.
const MOST: usize = 32;

/// Who decided where the file does not say.
const NOBODY: &str = "reviewer";

/// The sections of a note, each as its name and its text.
pub(super) fn sections(note: &str) -> Vec<(&'static str, &str)> {
    let mut found = Vec::new();
    let mut rest = note;
    while found.len() < MOST
        && let Some((name, at)) = next_section(rest)
    {
        rest = rest[at + name.len()..].trim_start();
        let hash = [INCLUSION, NOTES, OWN, OWN_NOTE].contains(&name);
        let end = if hash && rest.starts_with('{') {
            closed(rest)
        } else {
            next_section(rest).map_or(rest.len(), |(_, at)| at)
        };
        found.push((name, rest[..end].trim_end_matches(BETWEEN)));
        rest = &rest[end..];
    }
    found
}

/// What is before them.
pub(super) fn before(note: &str) -> &str {
    next_section(note).map_or(note, |(_, at)| &note[..at])
}

fn next_section(text: &str) -> Option<(&'static str, usize)> {
    let places = SECTIONS.iter().filter_map(|name| Some((*name, text.find(name)?)));
    places.min_by_key(|(_, at)| *at)
}

/// Where what begins with a brace ends, texts in quotation marks aside.
fn closed(text: &str) -> usize {
    let (mut depth, mut quoted, mut escaped) = (0usize, false, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '{' if !quoted => depth += 1,
            '}' if !quoted => {
                depth -= 1;
                if depth == 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
    }
    text.len()
}

/// What was not taken over.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct RayyanRemainder {
    /// What it is.
    pub(super) what: Option<String>,
    /// Whether it is a decision, so that nothing is taken.
    pub(super) is_unread: bool,
}

/// Converts Rayyan's sections into decisions. A section about a reviewer counts
/// more than a decision that is there, since it was written later. Other
/// sections are reported.
pub(super) fn take(note: &str, decisions: &mut StudyDecisions) -> RayyanRemainder {
    let sections = sections(note);
    let was = sections_of(decisions);
    let changed = |name: &str| {
        let text = sections.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)?;
        let was = was.iter().find(|(known, _)| *known == name);
        was.is_none_or(|(_, was)| was.trim_end_matches(BETWEEN) != text).then_some(text)
    };
    if let Some(inclusion) = changed(INCLUSION)
        && let Some(strange) = take_verdicts(inclusion, decisions)
    {
        let what = format!(
            "`{}` in RAYYAN-INCLUSION is no known decision: nothing that was decided is taken \
             from this record",
            squeezed(&strange)
        );
        return RayyanRemainder { what: Some(what), is_unread: true };
    }
    for (who, notes) in changed(NOTES).and_then(pairs).unwrap_or_default() {
        let notes: Vec<&str> = match &notes {
            Value::Array(notes) => notes.iter().filter_map(Value::as_str).collect(),
            note => note.as_str().into_iter().collect(),
        };
        decisions.opinion_of(reviewer(&who)).note = Some(notes.join("\n"));
    }
    if let Some(labels) = changed(LABELS) {
        take_labels(labels, decisions);
    }
    let what = changed(REASONS).and_then(|reasons| take_reasons(reasons, decisions));
    RayyanRemainder { what, is_unread: false }
}

/// Takes the decisions of each reviewer; returns the rest.
fn take_verdicts(text: &str, decisions: &mut StudyDecisions) -> Option<String> {
    if text.is_empty() {
        return None;
    }
    let Some(pairs) = pairs(text) else { return Some(text.to_owned()) };
    let mut verdicts = Vec::new();
    for (who, said) in pairs {
        match &said {
            Value::Null => {}
            Value::Bool(included) => {
                let verdict = if *included { Verdict::Include } else { Verdict::Exclude };
                verdicts.push((who, verdict));
            }
            Value::String(word) if word.eq_ignore_ascii_case("undecided") => {}
            Value::String(word) => match verdict(word) {
                Some(verdict) => verdicts.push((who, verdict)),
                None => return Some(format!("{who}: {word}")),
            },
            other => return Some(format!("{who}: {other}")),
        }
    }
    for (who, verdict) in verdicts {
        let opinion = decisions.opinion_of(reviewer(&who));
        if opinion.verdict != Some(verdict) {
            opinion.verdict = Some(verdict);
            opinion.reason = None;
            opinion.reason_key = None;
            opinion.at = None;
        }
    }
    None
}

/// The section that equals a column of its own.
pub(super) fn section_of(heading: &str) -> Option<&'static str> {
    let name = heading.trim().trim_end_matches(':');
    let known = [INCLUSION, LABELS, REASONS, NOTES].into_iter();
    known.into_iter().find(|known| known.trim_end_matches(':').eq_ignore_ascii_case(name))
}

fn take_labels(labels: &str, decisions: &mut StudyDecisions) {
    let known: Vec<String> =
        decisions.opinions.iter().flat_map(|it| &it.labels).map(|it| flat(it)).collect();
    let new = labels.split(',').map(str::trim).filter(|it| !known.iter().any(|know| know == it));
    let new: Vec<&str> = new.filter(|label| !label.is_empty()).collect();
    if !new.is_empty() {
        // Whose they are is not said: the only reviewer's, or nobody's.
        let only = match decisions.opinions.as_slice() {
            [only] => only.reviewer.clone(),
            _ => None,
        };
        let opinion = decisions.opinion_of(only.as_deref());
        new.into_iter().for_each(|label| opinion.label(label));
    }
}

/// Reasons have no reviewer: they belong to all who exclude and have none.
fn take_reasons(reasons: &str, decisions: &mut StudyDecisions) -> Option<String> {
    let mut all = reasons.split(',').map(str::trim).filter(|reason| !reason.is_empty());
    let first = all.next()?;
    let others: Vec<&str> = all.collect();
    let excluding = decisions.opinions.iter_mut().filter(|it| it.verdict == Some(Verdict::Exclude));
    for opinion in excluding.filter(|opinion| opinion.reason.is_none()) {
        opinion.reason = Some(first.to_owned());
    }
    (!others.is_empty()).then(|| {
        format!("of several reasons the first counts, `{first}`; also `{}`", others.join(", "))
    })
}

fn reviewer(name: &str) -> Option<&str> {
    (name != NOBODY).then_some(name)
}

/// A hash as Ruby shows it, `{"Ann"=>"Included"}`; with colons and without
/// `nil`, it is JSON. `None` where it is broken.
fn pairs(text: &str) -> Option<Vec<(String, Value)>> {
    let mut json = String::with_capacity(text.len());
    let (mut quoted, mut escaped) = (false, false);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '=' if !quoted && chars.peek() == Some(&'>') => {
                chars.next();
                json.push(':');
                if chars.clone().take(3).eq("nil".chars()) {
                    chars.nth(2);
                    json.push_str("null");
                }
                continue;
            }
            // Ruby escapes what would begin an interpolation.
            '#' if escaped => drop(json.pop()),
            _ => {}
        }
        quoted ^= c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        json.push(c);
    }
    match serde_json::from_str(&json) {
        Ok(Value::Object(pairs)) => Some(pairs.into_iter().collect()),
        _ => None,
    }
}

/// A text in a list parted by commas, in a section.
fn flat(text: &str) -> String {
    let plain = text.replace(',', ";").replace(['|', ':'], "/");
    clean::line(&plain).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The sections with decisions.
pub(super) fn sections_of(decisions: &StudyDecisions) -> Vec<(&'static str, String)> {
    let verdict = |verdict: Verdict| match verdict {
        Verdict::Include => "Included",
        Verdict::Exclude => "Excluded",
        Verdict::Maybe => "Maybe",
    };
    let who =
        |opinion: &Opinion| escaped(&Value::from(opinion.reviewer.as_deref().unwrap_or(NOBODY)));
    let hash = |pairs: Vec<String>| {
        if pairs.is_empty() { String::new() } else { format!("{{{}}}", pairs.join(", ")) }
    };
    let all = &decisions.opinions;
    let verdicts = all.iter().filter_map(|it| {
        let verdict = verdict(it.verdict?);
        Some(format!("{}=>\"{verdict}\"", who(it)))
    });
    let mut labels: Vec<String> = all.iter().flat_map(|it| &it.labels).map(|it| flat(it)).collect();
    labels.dedup();
    let mut reasons: Vec<String> =
        all.iter().filter_map(|it| it.reason.as_deref()).map(flat).collect();
    reasons.dedup();
    let notes = all.iter().filter_map(|it| {
        let note = escaped(&Value::from(it.note.as_deref()?));
        Some(format!("{}=>[{note}]", who(it)))
    });
    let sections = [
        (INCLUSION, hash(verdicts.collect())),
        (LABELS, labels.join(",")),
        (REASONS, reasons.join(",")),
        (NOTES, hash(notes.collect())),
    ];
    sections.into_iter().filter(|(_, text)| !text.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(note: &str) -> (StudyDecisions, Option<String>) {
        let mut decisions = StudyDecisions::default();
        let left = take(note, &mut decisions);
        (decisions, left.what)
    }

    #[test]
    fn what_rayyan_writes_is_read() {
        let note = r#"Section: 12 p. | RAYYAN-INCLUSION: {"Ann"=>"Excluded", "Ben"=>"Maybe"} | RAYYAN-LABELS: RCT,later | RAYYAN-EXCLUSION-REASONS: wrong population,wrong outcome | USER-NOTES: {"Ann"=>["see | RAYYAN-LABELS: x", "two"]}"#;
        let (decisions, left) = taken(note);
        let [ann, ben, nobody] = decisions.opinions.as_slice() else { panic!("{decisions:?}") };
        assert_eq!(ann.verdict, Some(Verdict::Exclude));
        assert_eq!(ann.reason.as_deref(), Some("wrong population"));
        assert_eq!(ann.note.as_deref(), Some("see | RAYYAN-LABELS: x\ntwo"));
        assert_eq!((ben.verdict, ben.reason.as_deref()), (Some(Verdict::Maybe), None));
        assert_eq!((nobody.reviewer.as_deref(), nobody.labels.len()), (None, 2));
        assert!(left.expect("something").contains("wrong outcome"));
    }

    #[test]
    fn later_decisions_in_rayyan_count() {
        let note =
            r#"RAYYAN-INCLUSION: {"Ann"=>"Excluded"} | RAYYAN-EXCLUSION-REASONS: wrong dose"#;
        let (mut decisions, _) = taken(note);
        assert_eq!(take(note, &mut decisions), RayyanRemainder::default(), "nothing is new");
        assert_eq!(decisions.opinions[0].reason.as_deref(), Some("wrong dose"));
        take(r#"RAYYAN-INCLUSION: {"Ann"=>"Included"}"#, &mut decisions);
        let ann = &decisions.opinions[0];
        assert_eq!((ann.verdict, ann.reason.as_deref()), (Some(Verdict::Include), None));
    }

    #[test]
    fn older_exports_say_true_and_false() {
        let (decisions, left) =
            taken(r#"RAYYAN-INCLUSION: {"Ann"=>true, "Bo"=>false, "Cy"=>nil, "Di"=>"Undecided"}"#);
        let said: Vec<_> = decisions.opinions.iter().map(|it| it.verdict).collect();
        assert_eq!(said, [Some(Verdict::Include), Some(Verdict::Exclude)]);
        assert_eq!(left, None);
        let (decisions, left) = taken(r#"RAYYAN-INCLUSION: {"Ann"=>"Included", "Bo"=>"soon"}"#);
        assert_eq!(decisions.opinions, []);
        assert!(left.is_some_and(|left| left.contains("`Bo: soon` in RAYYAN-INCLUSION")));
    }

    #[test]
    fn broken_sections_are_no_decisions() {
        for note in ["RAYYAN-INCLUSION: {\"Ann\"=>", "RAYYAN-INCLUSION: }{", "USER-NOTES: {\"\\"] {
            assert_eq!(taken(note).0.opinions, [], "{note}");
        }
    }
}

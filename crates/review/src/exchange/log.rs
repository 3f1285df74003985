//! Rayyan's log of decisions, `customizations_log.csv`.
//!
//! `article_id,key,value,user_id,user_email,created_at`: a line for each thing
//! that was done. The key `included` has 1 for included, 0 for maybe and -1 for
//! excluded, `__EXR__wrong dose` is a reason to exclude, any other key a label;
//! 0 and `deleted` take a reason or label off again. Articles are named by
//! Rayyan's own numbers, which are keys (`rayyan-900000001`) in the file of
//! articles that is exported beside it.

use std::collections::{BTreeMap, BTreeSet};

use super::{ImportProblem, Opinion, StudyDecisions};
use crate::event::Verdict;
use trialdex_records::encoding::decode;

const HEADINGS: [&str; 3] = ["article_id", "key", "value"];

const REASON: &str = "__EXR__";

/// What Rayyan puts before its number of an article.
const PREFIX: &str = "rayyan-";

/// A log that was read.
#[derive(Debug, Default)]
pub(super) struct ScreeningLog {
    /// Lines in it.
    pub(super) lines: usize,
    /// What was decided, by article and reviewer.
    articles: BTreeMap<String, BTreeMap<String, LogDecision>>,
    pub(super) problems: Vec<ImportProblem>,
}

#[derive(Debug, Default)]
struct LogDecision {
    verdict: Option<Verdict>,
    reasons: BTreeSet<String>,
    labels: BTreeSet<String>,
}

/// A line of a log.
struct LogEntry {
    line: u64,
    article: String,
    key: String,
    value: String,
    who: String,
    at: String,
}

/// Whether a file is such a log.
pub(super) fn is_one(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(200)];
    let head = decode(head).text.to_lowercase().replace('"', "");
    let mut cells = head.trim_start().split(',');
    HEADINGS.iter().all(|heading| cells.next() == Some(heading))
}

/// Reads a log; `None` where its headings are others.
pub(super) fn read(bytes: &[u8]) -> Option<ScreeningLog> {
    let text = decode(bytes).text;
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let headings = reader.headers().ok()?.clone();
    let place = |name: &str| headings.iter().position(|it| it.trim().eq_ignore_ascii_case(name));
    let (article, key, value) = (place("article_id")?, place("key")?, place("value")?);
    let (email, user, at) = (place("user_email"), place("user_id"), place("created_at"));
    let mut entries = Vec::new();
    for row in reader.records().filter_map(Result::ok) {
        let cell = |at: usize| row.get(at).unwrap_or_default().trim().to_owned();
        let named = email.map(cell).filter(|name| !name.is_empty());
        let numbered = || format!("user {}", user.map(cell).unwrap_or_default());
        entries.push(LogEntry {
            line: row.position().map_or(0, csv::Position::line),
            article: cell(article),
            key: cell(key),
            value: cell(value),
            who: named.unwrap_or_else(numbered),
            at: at.map(cell).unwrap_or_default(),
        });
    }
    let mut log = ScreeningLog { lines: entries.len(), ..ScreeningLog::default() };
    // Times of one length, which are in order as texts.
    entries.sort_by(|one, other| one.at.cmp(&other.at));
    entries.into_iter().for_each(|entry| log.take(entry));
    log.problems.sort_by_key(|problem| problem.line);
    Some(log)
}

impl ScreeningLog {
    fn take(&mut self, entry: LogEntry) {
        let LogEntry { line, article, key, value, who, .. } = entry;
        let said = self.articles.entry(article).or_default().entry(who).or_default();
        let off = match value.as_str() {
            "1" => false,
            "0" | "-1" | "deleted" => true,
            _ => {
                let what = format!("`{value}` for `{key}` is not known: the line is not taken");
                self.problems.push(ImportProblem::new(line, what));
                return;
            }
        };
        let key = key.trim_matches('"');
        if key == "included" {
            said.verdict = match value.as_str() {
                "1" => Some(Verdict::Include),
                "0" => Some(Verdict::Maybe),
                "-1" => Some(Verdict::Exclude),
                _ => None,
            };
            return;
        }
        let (list, name) = match key.strip_prefix(REASON) {
            Some(reason) => (&mut said.reasons, reason),
            None => (&mut said.labels, key),
        };
        if off {
            list.remove(name);
        } else {
            list.insert(name.to_owned());
        }
    }

    /// What was decided on the article with that key.
    pub(super) fn decisions(&self, key: &str) -> Option<StudyDecisions> {
        let said = self.articles.get(number_of(key))?;
        let opinions = said.iter().map(|(who, said)| {
            let excluded = said.verdict == Some(Verdict::Exclude);
            let reasons: Vec<&str> = said.reasons.iter().map(String::as_str).collect();
            Opinion {
                reviewer: Some(who.clone()),
                verdict: said.verdict,
                reason: (excluded && !reasons.is_empty()).then(|| reasons.join("; ")),
                labels: said.labels.iter().cloned().collect(),
                ..Opinion::default()
            }
        });
        let opinions = opinions.filter(|opinion| !opinion.is_empty()).collect();
        Some(StudyDecisions { opinions, ..StudyDecisions::default() })
    }

    /// The articles that it names.
    pub(super) fn articles(&self) -> impl Iterator<Item = &str> {
        self.articles.keys().map(String::as_str)
    }
}

/// The number of an article with that key.
pub(super) fn number_of(key: &str) -> &str {
    let key = key.trim();
    key.strip_prefix(PREFIX).unwrap_or(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: &str = "article_id,key,value,user_id,user_email,created_at\n\
        7,included,-1,1,ann,2026-01-05 10:00:03 UTC\n\
        7,included,1,1,ann,2026-01-05 10:00:00 UTC\n\
        7,__EXR__wrong dose,1,1,ann,2026-01-05 10:00:04 UTC\n\
        7,later,1,1,ann,2026-01-05 10:00:05 UTC\n\
        7,included,0,2,,2026-01-05 10:00:06 UTC\n\
        8,included,1,1,ann,2026-01-05 10:00:07 UTC\n\
        8,included,deleted,1,ann,2026-01-05 10:00:08 UTC\n\
        8,included,5,1,ann,2026-01-05 10:00:09 UTC\n";

    #[test]
    fn the_last_word_of_each_counts() {
        assert!(is_one(LOG.as_bytes()) && !is_one(b"key,title\n"));
        let log = read(LOG.as_bytes()).expect("a log");
        let decisions = log.decisions("rayyan-7").expect("decisions");
        let said: Vec<_> = decisions
            .opinions
            .iter()
            .map(|it| (it.reviewer.as_deref(), it.verdict, it.reason.as_deref(), it.labels.len()))
            .collect();
        let ann = (Some("ann"), Some(Verdict::Exclude), Some("wrong dose"), 1);
        assert_eq!(said, [ann, (Some("user 2"), Some(Verdict::Maybe), None, 0)]);
        assert_eq!(log.decisions("8").map(|it| it.opinions), Some(vec![]));
        assert_eq!(log.problems.iter().map(|it| it.line).collect::<Vec<_>>(), [9]);
    }
}

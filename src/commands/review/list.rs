//! `trialdex review list`.

use std::collections::BTreeMap;
use std::io::Write;

use clap::Args;
use serde_json::{Value, json};

use trialdex_output::{clean_line, grouped, plural};
use trialdex_review::{
    CombinedVerdict as Together, Exclusion, ReviewState, StudyState, Verdict, given,
};

use super::blind::say_unseen;
use super::session::{ReviewSession, title};
use super::shared_args::{ListedVerdict, NamedReview, NextFormat};
use crate::cli::{CommandOutcome, CommandResult, Console, Failure};

#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    #[command(flatten)]
    pub(crate) named: NamedReview,
    /// Only studies with this verdict
    #[arg(long, value_name = "VERDICT")]
    pub(crate) verdict: Option<ListedVerdict>,
    /// Only studies with this label
    #[arg(long, value_name = "LABEL")]
    pub(crate) label: Option<String>,
    /// Only studies excluded for this reason
    #[arg(long, value_name = "KEY")]
    pub(crate) reason: Option<String>,
    /// Use the combined verdict of all reviewers instead of yours
    #[arg(long)]
    pub(crate) unblind: bool,
    /// How to write them
    #[arg(long, default_value = "text", value_name = "FORMAT")]
    pub(crate) format: NextFormat,
}

/// What is shown where readers gave different reasons.
const DIFFER: &str = "reasons differ";

pub(crate) fn run(console: &mut Console, arguments: &ListArgs) -> CommandResult {
    let work = ReviewSession::on(console, &arguments.named)?;
    let state = work.review.state();
    let view = VerdictView { reviewer: &work.reviewer, together: arguments.unblind };
    view.check(arguments.verdict)?;
    let listed = state.studies().into_iter().filter(|study| view.lists(state, study, arguments));
    let listed: Vec<&StudyState> = listed.collect();
    if arguments.format == NextFormat::Text {
        console.page();
    }
    for study in &listed {
        match arguments.format {
            NextFormat::Ids => writeln!(console.out, "{}", study.nct)?,
            NextFormat::Jsonl => writeln!(console.out, "{}", view.json(&work, study)?)?,
            NextFormat::Text => {
                let line = view.text(&work, study)?;
                writeln!(console.out, "{}  {line}", console.paint.nct_id(study.nct))?;
            }
        }
    }
    console.out.flush()?;
    console.close();
    if arguments.format == NextFormat::Text {
        let (shown, all) = (grouped(listed.len() as u64), state.len() as u64);
        console.say(&format!("{shown} of {}", plural(all, "study", "studies")));
        if !arguments.unblind {
            say_unseen(console, state, &work.reviewer);
        }
    }
    Ok(if listed.is_empty() { CommandOutcome::NothingFound } else { CommandOutcome::Done })
}

/// Whose verdicts are seen.
pub(super) struct VerdictView<'a> {
    pub(super) reviewer: &'a str,
    /// Those of all reviewers together.
    pub(super) together: bool,
}

impl VerdictView<'_> {
    fn outcome(&self, study: &StudyState) -> Together {
        match study.verdict_of(self.reviewer) {
            _ if self.together => study.outcome(),
            Some(standing) => Together::Agreed(standing.decision.verdict),
            None => Together::Unread,
        }
    }

    /// The key of the reason to exclude, or the mark for different reasons of
    /// readers.
    fn reason<'a>(&self, state: &ReviewState, study: &'a StudyState) -> Option<&'a str> {
        if !self.together {
            return study.verdict_of(self.reviewer)?.decision.reason.as_deref();
        }
        match state.exclusion(study)? {
            Exclusion::For(key) => Some(key),
            Exclusion::Disputed => Some(DIFFER),
            Exclusion::Unreasoned => None,
        }
    }

    fn labels<'a>(&self, study: &'a StudyState) -> Vec<&'a str> {
        let seen = study.labels.iter().filter(|(who, _)| self.together || *who == self.reviewer);
        let mut labels: Vec<&str> =
            seen.flat_map(|(_, labels)| labels).map(String::as_str).collect();
        labels.sort_unstable();
        labels.dedup();
        labels
    }

    fn notes<'a>(&self, study: &'a StudyState) -> BTreeMap<&'a str, &'a str> {
        let seen = study.notes.iter().filter(|(who, _)| self.together || *who == self.reviewer);
        seen.map(|(who, note)| (who.as_str(), note.as_str())).collect()
    }

    fn lists(&self, state: &ReviewState, study: &StudyState, arguments: &ListArgs) -> bool {
        let verdict = self.has(study, arguments.verdict);
        let labels = self.labels(study);
        let label = arguments.label.as_deref().is_none_or(|label| labels.contains(&label));
        let reason = self.reason(state, study);
        verdict && label && arguments.reason.as_deref().is_none_or(|wanted| reason == Some(wanted))
    }

    /// Refuses output that would unblind a reviewer.
    pub(super) fn check(&self, verdict: Option<ListedVerdict>) -> Result<(), Failure> {
        let what = match verdict {
            Some(ListedVerdict::Conflict) => "conflicts show what others decided",
            Some(ListedVerdict::Waiting) => {
                "studies that wait for another reader show what others read"
            }
            _ => return Ok(()),
        };
        if self.together { Ok(()) } else { Err(Failure::new(what).hint("add `--unblind`")) }
    }

    /// Whether a study has the verdict that was asked for.
    pub(super) fn has(&self, study: &StudyState, verdict: Option<ListedVerdict>) -> bool {
        let outcome = self.outcome(study);
        verdict.is_none_or(|listed| match listed {
            ListedVerdict::Include => outcome == Together::Agreed(Verdict::Include),
            ListedVerdict::Exclude => outcome == Together::Agreed(Verdict::Exclude),
            ListedVerdict::Maybe => outcome == Together::Agreed(Verdict::Maybe),
            ListedVerdict::Decided => !matches!(outcome, Together::Unread | Together::Waiting),
            ListedVerdict::Unread => outcome == Together::Unread,
            ListedVerdict::Waiting => outcome == Together::Waiting,
            ListedVerdict::Conflict => outcome == Together::Conflict,
            ListedVerdict::Changed => !study.stale_for(self.reviewer).is_empty(),
            ListedVerdict::Vanished => study.vanished,
        })
    }

    /// Verdict, reason, title, labels, notes.
    fn text(&self, work: &ReviewSession, study: &StudyState) -> Result<String, Failure> {
        let verdict = outcome_name(self.outcome(study));
        let reason = self.reason(work.review.state(), study);
        let mut line = format!("{verdict:<8} ");
        if let Some(reason) = reason {
            line += &format!("[{reason}] ");
        }
        line += &title(&work.review, study)?;
        for label in self.labels(study) {
            line += &format!(" #{label}");
        }
        for note in self.notes(study).values() {
            line += &format!(" — {note}");
        }
        Ok(clean_line(&line).into_owned())
    }

    fn json(&self, work: &ReviewSession, study: &StudyState) -> Result<Value, Failure> {
        let rank = (study.rank < usize::MAX).then_some(study.rank);
        let mut line = json!({
            "nctId": study.nct,
            "title": title(&work.review, study)?,
            "verdict": outcome_name(self.outcome(study)),
            "reason": self.reason(work.review.state(), study).filter(|reason| *reason != DIFFER),
            "labels": self.labels(study),
            "notes": self.notes(study),
            "searchRank": rank,
            "record": study.record,
            "vanished": study.vanished,
            "changed": study.stale_for(self.reviewer),
        });
        if self.together {
            let verdicts = study.verdicts.iter();
            let verdicts = verdicts.map(|(who, it)| (who.clone(), json!(it.decision.verdict)));
            line["verdicts"] = verdicts.collect();
            line["reasons"] = json!(given(study));
        }
        Ok(line)
    }
}

fn outcome_name(outcome: Together) -> &'static str {
    match outcome {
        Together::Unread => "unread",
        Together::Waiting => "waiting",
        Together::Agreed(verdict) => verdict.name(),
        Together::Conflict => "conflict",
    }
}

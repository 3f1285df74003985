//! `trialdex review status`.

use std::io::Write;

use clap::Args;
use serde_json::{Value, json};

use trialdex_output::{clean_line, grouped};
use trialdex_review::{QueueOrder, QueueTurn, SourceOrigin, SourceState, queue};

use super::reviewer::say_alike;
use super::reviewer_progress::ReviewerProgress;
use super::session::ReviewSession;
use super::settings;
use super::shared_args::NamedReview;
use crate::cli::args::ReportFormat;
use crate::cli::{CommandOutcome, CommandResult, Console};

#[derive(Debug, Args)]
pub(crate) struct StatusReviewArgs {
    #[command(flatten)]
    pub(crate) named: NamedReview,
    /// How to write it
    #[arg(long, default_value = "text", value_name = "FORMAT")]
    pub(crate) format: ReportFormat,
}

pub(crate) fn run(console: &mut Console, arguments: &StatusReviewArgs) -> CommandResult {
    let work = ReviewSession::on(console, &arguments.named)?;
    let state = work.review.state();
    say_alike(console, state);
    let progress = ReviewerProgress::of(state, &work.reviewer);
    if arguments.format == ReportFormat::Json {
        let json = json!({"title": state.title, "reviewer": work.reviewer,
            "reviewers": state.reviewers,
            "settings": {"readers": state.settings.readers,
                "includeAgainstMaybe": state.settings.maybe}, "progress": numbers(&work, &progress),
            "sources": state.sources.iter().map(source_json).collect::<Vec<_>>()});
        writeln!(console.out, "{json:#}")?;
        console.out.flush()?;
        return Ok(CommandOutcome::Done);
    }
    for line in lines(&work, &progress) {
        writeln!(console.out, "{}", clean_line(&line))?;
    }
    console.out.flush()?;
    Ok(CommandOutcome::Done)
}

/// The progress as programs read it.
fn numbers(work: &ReviewSession, progress: &ReviewerProgress) -> Value {
    json!({"studies": progress.studies, "include": progress.included,
        "exclude": progress.excluded, "maybe": progress.maybe, "unread": progress.left(),
        "changed": changed(work),
        "sinceLastInclude": work.review.state().since_last_include(&work.reviewer)})
}

/// Studies that changed since the reviewer decided.
fn changed(work: &ReviewSession) -> usize {
    let waiting = queue(work.review.state(), &work.reviewer, QueueOrder::Relevance, None);
    waiting.iter().filter(|queued| queued.turn == QueueTurn::Changed).count()
}

fn lines(work: &ReviewSession, progress: &ReviewerProgress) -> Vec<String> {
    let state = work.review.state();
    let ReviewerProgress { included, excluded, maybe, .. } = progress;
    let mut lines = vec![
        format!("review   {} ({})", state.title, work.review.path().display()),
        format!("studies  {}", grouped(progress.studies as u64)),
    ];
    for source in &state.sources {
        lines.push(format!("  {:<8} {}", source.name, source_text(source)));
    }
    if let Some(sentence) = settings::sentence(state) {
        lines.push(format!("settings {sentence}"));
    }
    lines.push(format!("you      {}", work.reviewer));
    lines.push(format!(
        "decided  {} ({included} include, {excluded} exclude, {maybe} maybe), {} unread",
        progress.decided(),
        progress.left()
    ));
    let changed = changed(work);
    if changed > 0 {
        lines.push(format!("changed  {changed} since you decided"));
    }
    if let Some(since) = progress.since_include {
        lines.push(format!("         {since} decided since the last include"));
    }
    let others = state.reviewers.iter().filter(|who| **who != work.reviewer);
    let others: Vec<&str> = others.map(String::as_str).collect();
    if !others.is_empty() {
        lines.push(format!("others   {}", others.join(", ")));
    }
    lines
}

fn source_text(source: &SourceState) -> String {
    let identified = grouped(source.identified as u64);
    match &source.latest.origin {
        SourceOrigin::Search(receipt) => {
            let by = match &receipt.strategy {
                Some(used) => format!("line #{} of {}", used.line, used.file),
                None => receipt.understood.clone(),
            };
            format!("{identified} found by {by} on {}", receipt.date)
        }
        SourceOrigin::File(file) => format!("{identified} in {} ({})", file.path, file.format),
    }
}

fn source_json(source: &SourceState) -> Value {
    let mut json =
        json!({"name": source.name, "identified": source.identified, "runs": source.runs});
    match &source.latest.origin {
        SourceOrigin::Search(receipt) => {
            json["query"] = receipt.understood.clone().into();
            json["typed"] = json!(receipt.typed);
            json["strategy"] = json!(receipt.strategy);
            json["date"] = receipt.date.clone().into();
        }
        SourceOrigin::File(file) => json["file"] = file.path.clone().into(),
    }
    json
}

//! `trialdex review history`.

use std::collections::HashMap;
use std::io::Write;

use clap::Args;
use serde_json::{Value, json};

use trialdex_output::clean_line;
use trialdex_records::study::NctId;
use trialdex_review::{Act, Event, EventId};

use super::session::ReviewSession;
use super::shared_args::NamedReview;
use crate::cli::args::ReportFormat;
use crate::cli::nct_input::numbers;
use crate::cli::{CommandOutcome, CommandResult, Console};

#[derive(Debug, Args)]
pub(crate) struct HistoryArgs {
    #[command(flatten)]
    pub(crate) named: NamedReview,
    /// NCT numbers [default: all that happened]
    #[arg(value_name = "NCT")]
    pub(crate) numbers: Vec<String>,
    /// Show what other reviewers did
    #[arg(long)]
    pub(crate) unblind: bool,
    /// How to write it: `json` is an event a line
    #[arg(long, default_value = "text", value_name = "FORMAT")]
    pub(crate) format: ReportFormat,
}

pub(crate) fn run(console: &mut Console, arguments: &HistoryArgs) -> CommandResult {
    let work = ReviewSession::on(console, &arguments.named)?;
    let wanted = numbers(&arguments.numbers)?;
    let events = work.review.events();
    let about: HashMap<&EventId, NctId> =
        events.iter().filter_map(|event| Some((&event.id, event.act.nct()?))).collect();
    let shown = events.iter().filter(|event| {
        let nct = match &event.act {
            Act::Undo { event } | Act::Withdraw { event } => about.get(event).copied(),
            act => act.nct(),
        };
        // What a sample was not drawn from was decided.
        let of_all = nct.is_none() && !matches!(event.act, Act::Sample(_));
        let seen = arguments.unblind
            || work.review.state().called(&event.reviewer) == work.reviewer
            || of_all;
        seen && (wanted.is_empty() || nct.is_some_and(|nct| wanted.contains(&nct)))
    });
    let shown: Vec<&Event> = shown.collect();
    if arguments.format == ReportFormat::Text {
        console.page();
    }
    for event in &shown {
        let undone = work.review.state().undone.contains(&event.id);
        let line = match arguments.format {
            ReportFormat::Json => json(event, undone).to_string(),
            ReportFormat::Text => text(event, undone),
        };
        writeln!(console.out, "{line}")?;
    }
    console.out.flush()?;
    Ok(if shown.is_empty() { CommandOutcome::NothingFound } else { CommandOutcome::Done })
}

fn json(event: &Event, undone: bool) -> Value {
    let Event { id, seq, at, reviewer, act, command } = event;
    let mut json =
        json!({"id": id, "seq": seq, "at": at, "reviewer": reviewer, "undone": undone, "act": act});
    if let Some(command) = command {
        json["command"] = json!(command);
    }
    json
}

fn text(event: &Event, undone: bool) -> String {
    let id = event.id.to_string();
    let taken_back = if undone { " (taken back)" } else { "" };
    let (at, who, what) = (&event.at, &event.reviewer, event.act.summary());
    clean_line(&format!("{}  {at}  {who}  {what}{taken_back}", &id[..8])).into_owned()
}

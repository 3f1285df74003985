//! `trialdex review settings`: how many people read each study, and what their
//! verdicts come to.

use std::io::Write;

use serde_json::json;

use trialdex_output::plural;
use trialdex_review::{AgainstMaybe, ReviewSettings, ReviewState};

use super::super::args::ReportFormat;
use super::review_args::SettingsArgs;
use super::{CommandOutcome, Console, ReviewSession, now};

pub(crate) fn run(console: &mut Console, arguments: &SettingsArgs) -> super::super::Result {
    let mut work = ReviewSession::on(console, &arguments.named)?;
    if let Some(act) = arguments.settings.act() {
        work.review.append(&now(), &work.reviewer, vec![act])?;
    }
    let ReviewSettings { readers, maybe } = work.review.state().settings;
    if arguments.format == ReportFormat::Json {
        writeln!(console.out, "{:#}", json!({"readers": readers, "includeAgainstMaybe": maybe}))?;
    } else {
        writeln!(console.out, "readers                {readers}")?;
        writeln!(console.out, "include-against-maybe  {}", maybe.name())?;
    }
    console.out.flush()?;
    Ok(CommandOutcome::Done)
}

/// What was set, as a sentence for a methods section; `None` where nothing
/// was.
pub(super) fn sentence(state: &ReviewState) -> Option<String> {
    let ReviewSettings { readers, maybe } = state.settings;
    let people = plural(readers as u64, "person", "people");
    let readers = (readers > 1).then(|| format!("Each study must be read by {people}."));
    let maybe = (maybe == AgainstMaybe::Include)
        .then(|| "An include against a maybe counts as an include.".to_owned());
    let all: Vec<String> = readers.into_iter().chain(maybe).collect();
    (!all.is_empty()).then(|| all.join(" "))
}

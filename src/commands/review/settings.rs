//! `trialdex review settings`: how many people read each study, and what their
//! verdicts come to.

use std::io::Write;

use clap::{Args, ValueEnum};
use serde_json::json;

use trialdex_output::plural;
use trialdex_review::{Act, AgainstMaybe, ReviewSettings, ReviewState};

use super::session::{ReviewSession, now};
use super::shared_args::NamedReview;
use crate::cli::args::ReportFormat;
use crate::cli::{CommandOutcome, CommandResult, Console};

const EXAMPLES: &str = "\
Examples:
  trialdex review settings asthma                   show the settings
  trialdex review settings asthma --readers 2
  trialdex review settings asthma --include-against-maybe include";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct SettingsArgs {
    #[command(flatten)]
    pub(crate) named: NamedReview,
    #[command(flatten)]
    pub(crate) settings: SettingFlags,
    /// How to write them
    #[arg(long, default_value = "text", value_name = "FORMAT")]
    pub(crate) format: ReportFormat,
}

/// What a review is set to.
#[derive(Debug, Args)]
pub(crate) struct SettingFlags {
    /// Number of people who must read each study before a combined verdict
    /// counts [default: 1]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100))]
    pub(crate) readers: Option<u32>,
    /// Combined verdict if one person includes a study and another says maybe
    /// [default: conflict]
    #[arg(long = "include-against-maybe", value_name = "WHAT")]
    pub(crate) maybe: Option<AgainstMaybeArg>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum AgainstMaybeArg {
    Conflict,
    Include,
}

impl SettingFlags {
    /// What is written down; `None` where nothing was given.
    pub(crate) fn act(&self) -> Option<Act> {
        let maybe = self.maybe.map(|maybe| match maybe {
            AgainstMaybeArg::Conflict => AgainstMaybe::Conflict,
            AgainstMaybeArg::Include => AgainstMaybe::Include,
        });
        let any = self.readers.is_some() || maybe.is_some();
        any.then_some(Act::Settings { readers: self.readers, maybe })
    }
}

pub(crate) fn run(console: &mut Console, arguments: &SettingsArgs) -> CommandResult {
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

//! `trialdex review`

mod added_search;
mod blind;
mod conduct;
mod conflicts;
mod copy;
mod decide;
mod export;
mod history;
mod import;
mod list;
mod merge;
mod new;
mod next;
mod reasons;
mod report;
mod review_failure;
pub(super) mod reviewer;
mod reviewer_progress;
mod sample;
mod screen;
mod search;
pub(super) mod session;
mod settings;
mod shared_args;
mod simulate;
mod status;
mod stopping;
mod typed_searches;
mod undo;
mod update;
pub(crate) mod verbs;
mod why;

use clap::{Args, Subcommand};

use crate::cli::args::GlobalArgs;
use crate::cli::{CommandResult, Console};
use conflicts::ConflictsArgs;
use copy::CopyArgs;
use decide::DecideArgs;
use export::ExportDecisionsArgs;
use history::HistoryArgs;
use import::ReviewImportArgs;
use list::ListArgs;
use merge::MergeArgs;
use new::NewArgs;
use next::NextArgs;
use reasons::ReasonsArgs;
use report::ReportArgs;
use sample::SampleArgs;
use screen::ScreenArgs;
use search::SearchReviewArgs;
use settings::SettingsArgs;
use simulate::SimulateArgs;
use status::StatusReviewArgs;
use stopping::StoppingArgs;
use undo::UndoArgs;
use update::UpdateArgs;
use why::WhyArgs;

#[cfg(unix)]
pub(crate) use screen::give_back_terminal;

const EXAMPLES: &str = "\
Examples:
  trialdex review new asthma --query 'asthma budesonide' --query 'AREA[Condition]asthma AND steroid'
  trialdex review asthma                            screen the studies in the terminal
  trialdex review next asthma                       the next study, for scripts
  trialdex review decide asthma NCT90000002 --exclude --reason population
  trialdex review list asthma --verdict include --format ids
  trialdex review report asthma --format markdown";

#[derive(Debug, Args)]
#[command(
    after_help = EXAMPLES,
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    disable_help_subcommand = true
)]
pub(crate) struct ReviewArgs {
    #[command(subcommand)]
    pub(crate) command: Option<ReviewCommand>,
    #[command(flatten)]
    pub(crate) screen: ScreenArgs,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ReviewCommand {
    /// Begin a review with the hits of one or more searches
    New(Box<NewArgs>),
    /// Add the hits of more searches
    Search(Box<SearchReviewArgs>),
    /// Show the progress of a review, and where its studies come from
    Status(StatusReviewArgs),
    /// Print the next studies to read
    Next(NextArgs),
    /// Decide without the screen
    Decide(DecideArgs),
    /// Take back your last command, or an event by its name
    Undo(UndoArgs),
    /// List studies with their decisions
    List(ListArgs),
    /// Show which words speak for and against a study, by your decisions
    Why(WhyArgs),
    /// List all events, or those of some studies
    History(HistoryArgs),
    /// List or add reasons to exclude studies
    Reasons(ReasonsArgs),
    /// Show or change how many people read each study, and how verdicts combine
    Settings(SettingsArgs),
    /// Draw a random sample of your unread studies
    Sample(SampleArgs),
    /// Show what speaks for and against stopping
    Stopping(StoppingArgs),
    /// List the studies on which reviewers differ, and their agreement
    Conflicts(ConflictsArgs),
    /// Settle a conflict with a third verdict
    Settle(DecideArgs),
    /// Merge the decisions of other copies of the review
    Merge(MergeArgs),
    /// Copy the review safely, even while others decide
    Copy(CopyArgs),
    /// Compare the review with the current index
    Update(UpdateArgs),
    /// Replay a finished review to measure how early the model finds the
    /// includes
    Simulate(SimulateArgs),
    /// Import decisions from other programs
    Import(ReviewImportArgs),
    /// Export studies and decisions for other programs
    Export(ExportDecisionsArgs),
    /// Report the numbers of PRISMA 2020, or draw the flow diagram
    Report(ReportArgs),
}

pub(crate) fn run(
    console: &mut Console,
    global: &GlobalArgs,
    arguments: &ReviewArgs,
) -> CommandResult {
    match &arguments.command {
        None => screen::run(console, &arguments.screen),
        Some(ReviewCommand::New(arguments)) => new::run(console, global, arguments),
        Some(ReviewCommand::Search(arguments)) => search::run(console, global, arguments),
        Some(ReviewCommand::Status(arguments)) => status::run(console, arguments),
        Some(ReviewCommand::Next(arguments)) => next::run(console, arguments),
        Some(ReviewCommand::Decide(arguments)) => decide::run(console, arguments, false),
        Some(ReviewCommand::Settle(arguments)) => decide::run(console, arguments, true),
        Some(ReviewCommand::Undo(arguments)) => undo::run(console, arguments),
        Some(ReviewCommand::List(arguments)) => list::run(console, arguments),
        Some(ReviewCommand::Why(arguments)) => why::run(console, arguments),
        Some(ReviewCommand::History(arguments)) => history::run(console, arguments),
        Some(ReviewCommand::Reasons(arguments)) => reasons::run(console, arguments),
        Some(ReviewCommand::Settings(arguments)) => settings::run(console, arguments),
        Some(ReviewCommand::Sample(arguments)) => sample::run(console, arguments),
        Some(ReviewCommand::Stopping(arguments)) => stopping::run(console, arguments),
        Some(ReviewCommand::Conflicts(arguments)) => conflicts::run(console, arguments),
        Some(ReviewCommand::Merge(arguments)) => merge::run(console, arguments),
        Some(ReviewCommand::Copy(arguments)) => copy::run(console, arguments),
        Some(ReviewCommand::Simulate(arguments)) => simulate::run(console, arguments),
        Some(ReviewCommand::Update(arguments)) => update::run(console, global, arguments),
        Some(ReviewCommand::Import(arguments)) => import::run(console, global, arguments),
        Some(ReviewCommand::Export(arguments)) => export::run(console, arguments),
        Some(ReviewCommand::Report(arguments)) => report::run(console, arguments),
    }
}

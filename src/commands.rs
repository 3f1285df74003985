//! The table of commands: what can be typed, and what runs it.

mod batch;
mod changes;
mod check;
#[cfg(feature = "cluster")]
mod cluster;
mod eval;
mod export;
mod facets;
mod fields;
mod generate;
mod index;
mod mcp;
pub(crate) mod review;
mod search;
mod serve;
mod show;
mod status;
mod sync;
mod thesaurus;
mod translate;
mod verify;
mod watch;

use std::env;
use std::io::{self, Write as _};

use clap::parser::ValueSource;
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::cli::args::GlobalArgs;
use crate::cli::config::with_settings;
use crate::cli::mistyped::explained;
use crate::cli::named_index::address_of;
use crate::cli::{CommandResult, Console, Failure};
use batch::BatchArgs;
use changes::ChangesArgs;
use check::CheckArgs;
use eval::EvalArgs;
use export::ExportArgs;
use facets::FacetsArgs;
use fields::FieldsArgs;
use generate::GenerateArgs;
use index::IndexArgs;
use mcp::McpArgs;
use review::ReviewArgs;
use review::verbs::in_order;
use search::SearchArgs;
use serve::ServeArgs;
use show::ShowArgs;
use status::StatusArgs;
use sync::SyncArgs;
use thesaurus::ThesaurusArgs;
use translate::TranslateArgs;
use verify::VerifyArgs;
use watch::WatchArgs;

const EXAMPLES: &str = "\
A flag overrides its variable (TRIALDEX_INDEX, TRIALDEX_COLOR, TRIALDEX_PAGER, \
TRIALDEX_LIMIT, TRIALDEX_FORMAT, TRIALDEX_SYNONYMS, TRIALDEX_REVIEWER), and the variable \
overrides the file ~/.config/trialdex/config.toml, or the one that TRIALDEX_CONFIG names, with \
lines such as `limit = 50`.

Examples:
  trialdex index dump.zip                           build or refresh ./index
  trialdex index ~/registry --index ~/trials        another input, another index
  trialdex search aplastic anemia mesenchymal       ranked trials from ./index
  trialdex search '\"bone marrow\" cyclosporine' --limit 5
  trialdex show NCT01305694                         one whole study
  trialdex review new anemia --query 'aplastic anemia'
  trialdex review anemia                            screen the hits in the terminal
  trialdex status                                   what the index holds";

/// Search clinical-trial records, and screen them for a systematic review.
#[derive(Debug, Parser)]
#[command(version, after_help = EXAMPLES, max_term_width = 100, arg_required_else_help = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Read the registry's API into a dump, and keep it current
    Sync(SyncArgs),
    /// Build or refresh the index from study records
    Index(IndexArgs),
    /// Find and rank the studies that match a query
    Search(SearchArgs),
    /// Answer programs over HTTP, as the registry's API does
    Serve(ServeArgs),
    /// Print whole studies
    Show(ShowArgs),
    /// Write whole studies for other programs
    Export(ExportArgs),
    /// Show what the index holds
    Status(StatusArgs),
    /// Verify the index, and repair it
    Check(CheckArgs),
    /// List the fields, or the values of one field
    Fields(FieldsArgs),
    /// Count the hits by the values of fields
    Facets(FacetsArgs),
    /// Run a search again from its receipt, and compare the hits
    Verify(VerifyArgs),
    /// Show which studies came, went and changed, and in which fields
    Changes(ChangesArgs),
    /// Say what came, went and changed in the hits of searches, and why
    Watch(WatchArgs),
    /// Run many queries, or the lines of a search strategy, from a file
    Batch(BatchArgs),
    /// Translate a search strategy written for Ovid, PubMed or another system
    Translate(TranslateArgs),
    /// Measure the ranking against relevance judgments
    Eval(EvalArgs),
    /// Screening for a systematic review: read, decide, settle conflicts, report
    Review(Box<ReviewArgs>),
    /// Show the synonyms of a term
    Thesaurus(ThesaurusArgs),
    /// Answer an assistant: tools of the Model Context Protocol on standard input and output
    Mcp(McpArgs),
    /// Write manual pages and shell completions
    Generate(GenerateArgs),
}

impl Cli {
    /// Reads the typed arguments, with the settings of the file for those that
    /// are missing.
    pub(crate) fn typed() -> Result<Self, Failure> {
        let mut command = with_settings(Self::command())?;
        let typed = in_order(&command, env::args_os().collect());
        let matches = command.try_get_matches_from_mut(&typed).map_err(|error| {
            let typed: Vec<String> =
                typed.iter().map(|word| word.to_string_lossy().into_owned()).collect();
            // What is no mistake, such as `--help`, and what clap says well.
            explained(&command, &error, &typed).unwrap_or_else(|| printed(&error))
        })?;
        let mut cli =
            Self::from_arg_matches(&matches).map_err(|error| Failure::new(error.to_string()))?;
        if let (Command::Search(search), Some(matches)) =
            (&mut cli.command, matches.subcommand_matches("search"))
        {
            search.limit_typed = matches.value_source("limit") == Some(ValueSource::CommandLine);
        }
        Ok(cli)
    }

    /// Runs the command.
    pub(crate) fn run(&self, console: &mut Console) -> CommandResult {
        let global = &self.global;
        let address = address_of(&global.index);
        if let Some(outcome) = address.and_then(|it| on_a_cluster(console, it, &self.command)) {
            return outcome;
        }
        match &self.command {
            Command::Sync(arguments) => sync::run(console, arguments),
            Command::Index(arguments) => index::run(console, global, arguments),
            Command::Search(arguments) => search::run(console, global, arguments),
            Command::Serve(arguments) => serve::run(console, global, arguments),
            Command::Show(arguments) => show::run(console, global, arguments),
            Command::Export(arguments) => export::run(console, global, arguments),
            Command::Status(arguments) => status::run(console, global, arguments),
            Command::Changes(arguments) => changes::run(console, global, arguments),
            Command::Watch(arguments) => watch::run(console, global, arguments),
            Command::Check(arguments) => check::run(console, global, arguments),
            Command::Fields(arguments) => fields::run(console, global, arguments),
            Command::Facets(arguments) => facets::run(console, global, arguments),
            Command::Verify(arguments) => verify::run(console, global, arguments),
            Command::Batch(arguments) => batch::run(console, global, arguments),
            Command::Translate(arguments) => translate::run(console, arguments),
            Command::Eval(arguments) => eval::run(console, global, arguments),
            Command::Review(arguments) => review::run(console, global, arguments),
            Command::Thesaurus(arguments) => thesaurus::run(console, global, arguments),
            Command::Mcp(arguments) => mcp::run(global, arguments),
            Command::Generate(arguments) => generate::run(console, Self::command(), arguments),
        }
    }
}

/// Runs a command on an index that is named by an address; `None` where it does the same as in a
/// directory, or needs no index.
#[cfg(feature = "cluster")]
fn on_a_cluster(console: &mut Console, address: &str, command: &Command) -> Option<CommandResult> {
    cluster::run(console, address, command)
}

/// Refuses an address, unless a command needs no index.
#[cfg(not(feature = "cluster"))]
fn on_a_cluster(_: &mut Console, _: &str, command: &Command) -> Option<CommandResult> {
    let needs_none =
        matches!(command, Command::Sync(_) | Command::Translate(_) | Command::Generate(_));
    (!needs_none).then(|| Err(crate::cli::named_index::without_clusters()))
}

/// Ends the program after what clap prints by itself, such as help; gives the
/// failure where that cannot be printed.
#[expect(clippy::exit, reason = "nothing runs yet, and clap knows the exit code")]
fn printed(error: &clap::Error) -> Failure {
    match error.print().and_then(|()| io::stdout().flush()) {
        Err(failure) if !error.use_stderr() => failure.into(),
        // Where standard error cannot be written to, nobody is listening.
        _ => std::process::exit(error.exit_code()),
    }
}

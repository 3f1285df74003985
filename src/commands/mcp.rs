//! `trialdex mcp`

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use clap::Args;

use trialdex_assistants::{DeskError, ReviewDesk, Toolbox, ToolboxOptions, serve};
use trialdex_session::Session;

use super::review::reviewer::{ReviewerArg, reviewer};
use super::review::session::file;
use crate::cli::args::GlobalArgs;
use crate::cli::named_index::opener_of;
use crate::cli::ranking::path_or_none;
use crate::cli::synonyms_file::{is_named, own_synonyms};
use crate::cli::{CommandOutcome, CommandResult, Failure};

const EXAMPLES: &str = "\
A client starts this program and speaks to it; docs/assistants.md has what to write into its \
settings.

Examples:
  trialdex mcp --index ~/trials                     tools for an assistant
  trialdex mcp --receipts ~/receipts                also keep the receipt of each search
  trialdex mcp --allow-decisions asthma --reviewer 'model A'";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct McpArgs {
    /// Directory that the receipt of each search is written to, for `verify`
    #[arg(long, value_name = "DIR")]
    pub(crate) receipts: Option<PathBuf>,
    /// Let the assistant screen this review, blind to the decisions of others
    #[arg(long, value_name = "REVIEW", requires = "reviewer")]
    pub(crate) allow_decisions: Option<OsString>,
    /// The assistant's own name in the review
    #[arg(long, value_name = "NAME", requires = "allow_decisions")]
    pub(crate) reviewer: Option<String>,
    /// File with synonyms of your own; empty for none
    #[arg(long, env = "TRIALDEX_SYNONYMS", value_name = "FILE", value_parser = path_or_none())]
    pub(crate) synonyms: Option<PathBuf>,
    /// Seconds after which a call is stopped
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub(crate) time_limit: u64,
}

pub(crate) fn run(global: &GlobalArgs, arguments: &McpArgs) -> CommandResult {
    let synonyms = arguments.synonyms.as_deref().filter(|path| is_named(path));
    let session = Session::with(opener_of(&global.index)?, own_synonyms(synonyms)?)?;
    let options = ToolboxOptions {
        now: SystemTime::now,
        synonyms: synonyms.map(|path| path.display().to_string()),
        receipts: receipts(arguments)?,
        desk: desk(arguments)?,
        time_limit: Duration::from_secs(arguments.time_limit),
    };
    let tools = Arc::new(Toolbox::new(Arc::new(session), options));
    serve(tools, tokio::io::stdin(), tokio::io::stdout())
        .map_err(|error| Failure::new(error.to_string()))?;
    Ok(CommandOutcome::Done)
}

/// The directory for receipts, made where it is not there: not to find it with the first search.
fn receipts(arguments: &McpArgs) -> Result<Option<PathBuf>, Failure> {
    let Some(directory) = &arguments.receipts else { return Ok(None) };
    trialdex_files::create_directories(directory).map_err(|error| {
        Failure::new(format!("{}: {error}", directory.display()))
            .hint("name a directory that can be written to: `--receipts DIR`")
    })?;
    Ok(Some(directory.clone()))
}

/// The review that the assistant decides in, under a name that is not that of a person here.
fn desk(arguments: &McpArgs) -> Result<Option<ReviewDesk>, Failure> {
    let Some((review, name)) = arguments.allow_decisions.as_ref().zip(arguments.reviewer.as_ref())
    else {
        return Ok(None);
    };
    let name = name.trim();
    if name.is_empty() {
        return Err(no_name("the assistant has no name"));
    }
    let desk = ReviewDesk::open(&file(review), name, &persons()).map_err(|error| match error {
        DeskError::Review(error) => error.into(),
        error @ DeskError::Person(_) => no_name(&error.to_string()),
    })?;
    Ok(Some(desk))
}

fn no_name(message: &str) -> Failure {
    Failure::new(message).hint("name the assistant: `--reviewer 'model A'`")
}

/// What people who review here are called.
fn persons() -> Vec<String> {
    let set = std::env::var("TRIALDEX_REVIEWER").ok();
    let user = reviewer(&ReviewerArg { reviewer: None }).ok();
    set.into_iter().chain(user).collect()
}

//! The program `trialdex`.
//!
//! To use it from Rust, begin with [`trialdex_engine`]: it indexes files and searches them.
//!
//! | crate | what it is for |
//! |---|---|
//! | [`trialdex_records`] | study records: the data model, and readers for every form they come in |
//! | [`trialdex_query`] | the query language, and strategies of other systems in it |
//! | [`trialdex_plan`] | searches as data, and as plans that any engine can carry out |
//! | [`trialdex_text`] | words, their forms, abbreviations, MeSH |
//! | [`trialdex_engine`] | the index and searches in it |
//! | [`trialdex_server`] | the registry's API over HTTP |
//! | [`trialdex_session`] | an open index that is asked requests, for every front end |
//! | [`trialdex_review`] | reviews: decisions, learning, samples, exchange, PRISMA |
//! | [`trialdex_evaluation`] | measures of rankings |
//! | [`trialdex_output`] | hits, studies and measures as text, JSON, CSV and RIS |
//! | [`trialdex_files`] | files that are there whole or not at all |

mod cli;
mod commands;

use std::process::ExitCode;

use cli::{CommandOutcome, Console, panics};
use commands::Cli;

/// The allocator of static programs, since that of musl is slow with several threads.
#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = match Cli::typed() {
        Ok(cli) => cli,
        Err(failure) => return Console::plain().report(&failure),
    };
    let mut console = Console::new(&cli.global);
    #[cfg(unix)]
    cli::unreadable::watch(&cli.global.index, commands::review::give_back_terminal);
    let outcome = panics::caught(&cli.global.index, || cli.run(&mut console));
    console.close();
    match outcome {
        Ok(CommandOutcome::Done) => ExitCode::SUCCESS,
        Ok(CommandOutcome::NothingFound | CommandOutcome::Differs) => ExitCode::from(1),
        Ok(CommandOutcome::Rejects) => ExitCode::from(3),
        Ok(CommandOutcome::Damaged) => ExitCode::from(4),
        Err(failure) => console.report(&failure),
    }
}

//! The program `trialdex`.
//!
//! To use it from Rust, begin with [`trialdex_engine`]: it indexes files and searches them.
//!
//! | crate | what it is for |
//! |---|---|
//! | [`trialdex_records`] | study records: the data model, and readers for every form they come in |
//! | [`trialdex_query`] | the query language, and strategies of other systems in it |
//! | [`trialdex_text`] | words, their forms, abbreviations, MeSH |
//! | [`trialdex_engine`] | the index and searches in it |
//! | [`trialdex_review`] | reviews: decisions, learning, samples, exchange, PRISMA |
//! | [`trialdex_evaluation`] | measures of rankings |
//! | [`trialdex_output`] | hits, studies and measures as text, JSON, CSV and RIS |
//! | [`trialdex_files`] | files that are there whole or not at all |

mod cli;

use std::process::ExitCode;

use cli::{Command, CommandOutcome, Console};

/// The allocator of static programs, since that of musl is slow with several threads.
#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = match cli::parse() {
        Ok(cli) => cli,
        Err(failure) => return Console::plain().report(&failure),
    };
    let mut console = Console::new(&cli.global);
    #[cfg(unix)]
    cli::unreadable::watch(&cli.global.index);
    let outcome = cli::panics::caught(&cli.global.index, || match &cli.command {
        Command::Index(arguments) => cli::index::run(&mut console, &cli.global, arguments),
        Command::Search(arguments) => cli::search::run(&mut console, &cli.global, arguments),
        Command::Show(arguments) => cli::show::run(&mut console, &cli.global, arguments),
        Command::Export(arguments) => cli::export::run(&mut console, &cli.global, arguments),
        Command::Status(arguments) => cli::status::run(&mut console, &cli.global, arguments),
        Command::Check(arguments) => cli::check::run(&mut console, &cli.global, arguments),
        Command::Fields(arguments) => cli::fields::run(&mut console, &cli.global, arguments),
        Command::Facets(arguments) => cli::facets::run(&mut console, &cli.global, arguments),
        Command::Verify(arguments) => cli::verify::run(&mut console, &cli.global, arguments),
        Command::Batch(arguments) => cli::batch::run(&mut console, &cli.global, arguments),
        Command::Translate(arguments) => cli::translate::run(&mut console, arguments),
        Command::Eval(arguments) => cli::eval::run(&mut console, &cli.global, arguments),
        Command::Review(arguments) => cli::review::run(&mut console, &cli.global, arguments),
        Command::Thesaurus(arguments) => cli::thesaurus::run(&mut console, &cli.global, arguments),
        Command::Generate(arguments) => cli::generate::run(&mut console, arguments),
    });
    console.close();
    match outcome {
        Ok(CommandOutcome::Done) => ExitCode::SUCCESS,
        Ok(CommandOutcome::NothingFound | CommandOutcome::Differs) => ExitCode::from(1),
        Ok(CommandOutcome::Rejects) => ExitCode::from(3),
        Ok(CommandOutcome::Damaged) => ExitCode::from(4),
        Err(failure) => console.report(&failure),
    }
}

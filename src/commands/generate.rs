//! `trialdex generate`

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{Args, Command, Subcommand};
use clap_complete::Shell;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, roman};

use trialdex_files as files;

use crate::cli::{CommandOutcome, CommandResult, Console, Failure};

const EXAMPLES: &str = "\
Examples:
  trialdex generate man --dir ~/.local/share/man/man1
  trialdex generate man | man -l -                  the main page alone
  trialdex generate completions --shell bash > ~/.local/share/bash-completion/completions/trialdex
  trialdex generate completions --shell fish > ~/.config/fish/completions/trialdex.fish";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct GenerateArgs {
    #[command(subcommand)]
    pub(crate) what: GenerateCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum GenerateCommand {
    /// Write manual pages
    Man {
        /// Directory for one page for each command [default: the main page, to
        /// standard output]
        #[arg(long, value_name = "DIR")]
        dir: Option<PathBuf>,
    },
    /// Write a script that completes commands and flags
    Completions {
        /// The shell [default: that of SHELL]
        #[arg(long, value_name = "SHELL")]
        shell: Option<Shell>,
    },
}

/// `program` is the command of the program as a whole.
pub(crate) fn run(
    console: &mut Console,
    program: Command,
    arguments: &GenerateArgs,
) -> CommandResult {
    match &arguments.what {
        GenerateCommand::Man { dir: None } => page(&built(program), &mut console.out)?,
        GenerateCommand::Man { dir: Some(directory) } => {
            files::create_directories(directory).map_err(|error| at(directory, &error))?;
            pages(&built(program), directory)?;
        }
        GenerateCommand::Completions { shell } => {
            let shell = shell.or_else(Shell::from_env).ok_or_else(|| {
                Failure::new("no shell is named, and `SHELL` does not name one")
                    .hint("name it: `trialdex generate completions --shell bash`")
            })?;
            // The generator panics where it cannot write.
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut program.clone(), "trialdex", &mut script);
            console.out.write_all(&script)?;
        }
    }
    console.out.flush()?;
    Ok(CommandOutcome::Done)
}

/// The command with all that clap adds to it.
fn built(program: Command) -> Command {
    let mut command = program.disable_help_subcommand(true);
    command.build();
    command
}

/// Writes a page for the command and each below it.
fn pages(command: &Command, directory: &Path) -> Result<(), Failure> {
    let path = directory.join(Man::new(command.clone()).get_filename());
    let mut text = Vec::new();
    page(command, &mut text)?;
    files::write(&path, &text).map_err(|error| at(&path, &error))?;
    command.get_subcommands().try_for_each(|below| pages(below, directory))
}

fn page(command: &Command, out: &mut dyn Write) -> io::Result<()> {
    let man = Man::new(command.clone()).manual("trialdex");
    man.render_title(out)?;
    man.render_name_section(out)?;
    man.render_synopsis_section(out)?;
    man.render_description_section(out)?;
    if command.get_arguments().any(|argument| !argument.is_hide_set()) {
        man.render_options_section(out)?;
    }
    if command.has_subcommands() {
        man.render_subcommands_section(out)?;
    }
    let end = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let (settings, examples) = end.split_once("Examples:\n").unwrap_or((&end, ""));
    let settings = settings.trim();
    if !settings.is_empty() {
        Roff::new().control("SH", ["SETTINGS"]).text([roman(settings)]).to_writer(out)?;
    }
    if !examples.is_empty() {
        examples_section(examples, out)?;
    }
    Ok(())
}

/// The examples at the end of help, line by line.
fn examples_section(examples: &str, out: &mut dyn Write) -> io::Result<()> {
    let mut roff = Roff::new();
    roff.control("SH", ["EXAMPLES"]).control("nf", []);
    for line in examples.lines() {
        roff.text([roman(line)]);
    }
    roff.control("fi", []).to_writer(out)
}

fn at(path: &Path, error: &io::Error) -> Failure {
    Failure::new(format!("{}: {error}", path.display()))
        .hint("name a directory that can be written to: `trialdex generate man --dir DIR`")
}

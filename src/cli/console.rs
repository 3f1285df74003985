//! Standard output and error, and their abilities.

use std::env;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use trialdex_output::{DisplayOptions, clean_terminal};
use trialdex_query::Spelling;

use super::args::{ColorChoice, GlobalArgs};
use super::failure::{Failure, flag};
use super::pager::{Pager, PagerOptions};
use super::terminal::CleanWriter;

/// Columns that text is wrapped at on the widest terminals: longer lines are
/// hard to read.
const WIDEST: usize = 120;

/// Where a command writes to.
pub(crate) struct Console {
    pub(crate) out: BufWriter<ConsoleOutput>,
    pub(crate) paint: DisplayOptions,
    pub(crate) error_paint: DisplayOptions,
    /// Standard error is a terminal that a progress bar can be drawn on.
    pub(crate) progress: bool,
    quiet: bool,
    /// The pager to be started for text.
    pager: Option<Vec<String>>,
}

/// Standard output, or a pager that writes to it.
pub(crate) enum ConsoleOutput {
    Standard(io::Stdout),
    Terminal(CleanWriter<io::Stdout>),
    Paged(Pager),
}

impl ConsoleOutput {
    fn new() -> Self {
        let out = io::stdout();
        if out.is_terminal() { Self::Terminal(CleanWriter::new(out)) } else { Self::Standard(out) }
    }
}

impl Write for ConsoleOutput {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Standard(out) => out.write(bytes),
            Self::Terminal(out) => out.write(bytes),
            Self::Paged(pager) => pager.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Standard(out) => out.flush(),
            Self::Terminal(out) => out.flush(),
            Self::Paged(pager) => pager.flush(),
        }
    }
}

impl Console {
    /// Where failures are reported before the arguments are known.
    pub(crate) fn plain() -> Self {
        let global = GlobalArgs {
            index: PathBuf::new(),
            color: ColorChoice::Auto,
            quiet: false,
            pager: None,
            no_pager: true,
        };
        Self::new(&global)
    }

    /// Finds out what the two can show: the flag wins over `NO_COLOR`
    /// (<https://no-color.org>), that over `TERM=dumb`, that over what kind of
    /// file they are.
    pub(crate) fn new(global: &GlobalArgs) -> Self {
        let (out, error) = (io::stdout(), io::stderr());
        let dumb = env::var_os("TERM").is_some_and(|term| term == "dumb");
        let plain = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()) || dumb;
        let color = |terminal: bool| match global.color {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => terminal && !plain,
        };
        let linked = match global.color {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => {
                !plain && supports_hyperlinks::on(supports_hyperlinks::Stream::Stdout)
            }
        };
        // A pager shows what it is given; people tell its width by `COLUMNS`.
        let columns = env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
        let width = |terminal: bool| {
            let width = if terminal { Some(textwrap::termwidth()) } else { columns };
            width.map(|width| width.clamp(40, WIDEST))
        };
        Self {
            pager: pager(global, out.is_terminal() && !dumb),
            paint: DisplayOptions {
                color: color(out.is_terminal()),
                hyperlinks: linked,
                width: width(out.is_terminal()),
                spelling: Spelling(flag),
            },
            error_paint: DisplayOptions {
                color: color(error.is_terminal()),
                hyperlinks: false,
                width: width(error.is_terminal()),
                spelling: Spelling(flag),
            },
            progress: error.is_terminal() && !dumb && !global.quiet,
            quiet: global.quiet,
            out: BufWriter::new(ConsoleOutput::new()),
        }
    }

    /// Sends the text that follows through the pager, if one is used.
    pub(crate) fn page(&mut self) {
        if let Some(pager) = self.pager.take().and_then(|command| Pager::start(&command)) {
            self.out = BufWriter::new(ConsoleOutput::Paged(pager));
        }
    }

    /// Announces data, in which no escape sequence is our own.
    pub(crate) fn data(&mut self) {
        if let ConsoleOutput::Terminal(out) = self.out.get_mut() {
            out.escapes = false;
        }
    }

    /// Ends the output; waits until the reader of a pager has quit.
    pub(crate) fn close(&mut self) {
        self.out = BufWriter::new(ConsoleOutput::new());
    }

    /// Whether standard error has errors only.
    pub(crate) fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Writes to standard error, unless quiet. Names of files may be in it.
    pub(crate) fn say(&self, text: &str) {
        self.say_painted(&clean_terminal(text, false));
    }

    /// The same of a text that is clean, with colours.
    pub(crate) fn say_painted(&self, text: &str) {
        if !self.quiet {
            // Where standard error cannot be written to, nobody is listening.
            let _ = writeln!(io::stderr(), "{text}");
        }
    }

    /// Reports a failure; gives the exit code. A reader that has had enough
    /// is no failure.
    pub(crate) fn report(&mut self, failure: &Failure) -> ExitCode {
        if failure.is_broken_pipe() {
            return ExitCode::SUCCESS;
        }
        let _ = self.out.flush();
        self.close();
        let _ = write!(io::stderr(), "{}", failure.shown(self.error_paint));
        ExitCode::from(failure.code)
    }
}

/// The pager that the flags and variables ask for.
fn pager(global: &GlobalArgs, terminal: bool) -> Option<Vec<String>> {
    let common = env::var("PAGER").ok();
    let (off, own) = (global.no_pager, global.pager.as_deref());
    PagerOptions { terminal, off, own, common: common.as_deref() }.command()
}

//! Standard output and error, and what they can show.

use std::env;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::process::ExitCode;

use trialdex::output::Paint;

use super::args::{Global, When};
use super::failure::Failure;

/// Columns that text is wrapped at on the widest terminals: longer lines are
/// hard to read.
const WIDEST: usize = 120;

/// Where a command writes to.
pub(crate) struct Console {
    pub(crate) out: BufWriter<io::Stdout>,
    pub(crate) paint: Paint,
    pub(crate) error_paint: Paint,
    /// Standard error is a terminal that a progress bar can be drawn on.
    pub(crate) progress: bool,
    quiet: bool,
}

impl Console {
    /// Finds out what the two can show: the flag wins over `NO_COLOR`
    /// (<https://no-color.org>), that over `TERM=dumb`, that over what kind of
    /// file they are.
    pub(crate) fn new(global: &Global) -> Self {
        let (out, error) = (io::stdout(), io::stderr());
        let dumb = env::var_os("TERM").is_some_and(|term| term == "dumb");
        let plain = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()) || dumb;
        let color = |terminal: bool| match global.color {
            When::Always => true,
            When::Never => false,
            When::Auto => terminal && !plain,
        };
        let linked = match global.color {
            When::Always => true,
            When::Never => false,
            When::Auto => !plain && supports_hyperlinks::on(supports_hyperlinks::Stream::Stdout),
        };
        // A pager shows what it is given; people tell its width by `COLUMNS`.
        let columns = env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
        let width = |terminal: bool| {
            let width = if terminal { Some(textwrap::termwidth()) } else { columns };
            width.map(|width| width.clamp(40, WIDEST))
        };
        Self {
            paint: Paint {
                color: color(out.is_terminal()),
                hyperlinks: linked,
                width: width(out.is_terminal()),
            },
            error_paint: Paint {
                color: color(error.is_terminal()),
                hyperlinks: false,
                width: width(error.is_terminal()),
            },
            progress: error.is_terminal() && !dumb && !global.quiet,
            quiet: global.quiet,
            out: BufWriter::new(out),
        }
    }

    /// Says something on standard error, unless told to be quiet.
    pub(crate) fn say(&self, text: &str) {
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
        let _ = write!(io::stderr(), "{}", failure.shown(self.error_paint));
        ExitCode::from(failure.code)
    }
}

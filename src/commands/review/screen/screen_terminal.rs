//! The terminal: taken over, and given back whatever happens.

use std::io::{self, IsTerminal, Stdout, stdout};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ratatui::backend::{Backend as _, CrosstermBackend};
use ratatui::crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use ratatui::crossterm::execute;
use ratatui::crossterm::style::force_color_output;
use ratatui::crossterm::terminal::{
    EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use ratatui::layout::{Position, Rect, Size};
use ratatui::{Terminal, TerminalOptions, Viewport};

use crate::cli::Failure;

/// How long the loop may take to end after a signal. Where the terminal is
/// gone, reading from it may never end.
const GRACE: Duration = Duration::from_millis(500);

/// The largest size that is drawn on, in columns and lines: a terminal may call
/// itself so large that no memory can hold it.
const LARGEST: Size = Size { width: 2000, height: 1000 };

/// Whether there is a terminal that the screen of a review can be drawn on.
pub(super) fn check(review: &str) -> Result<(), Failure> {
    let hint = format!("use `trialdex review next {review}` and `trialdex review decide {review}`");
    if !io::stdin().is_terminal() || !stdout().is_terminal() {
        return Err(Failure::new("the screen needs a terminal").hint(hint));
    }
    if std::env::var_os("TERM").is_some_and(|term| term == "dumb") {
        return Err(Failure::new("the terminal cannot show a screen (TERM=dumb)").hint(hint));
    }
    Ok(())
}

/// The terminal as a screen; when this goes, it is as it was before.
pub(super) struct TerminalScreen {
    pub(super) terminal: Terminal<CrosstermBackend<Stdout>>,
}

impl TerminalScreen {
    pub(super) fn open(color: bool) -> io::Result<Self> {
        // Who asks for colour gets it, whatever `NO_COLOR` says.
        force_color_output(color);
        take()?;
        let backend = CrosstermBackend::new(stdout());
        let terminal = drawn_on(&backend).and_then(|size| {
            let viewport = Viewport::Fixed(Rect::from((Position::ORIGIN, size)));
            Terminal::with_options(backend, TerminalOptions { viewport })
        });
        terminal.map(|terminal| Self { terminal }).inspect_err(|_| give_back())
    }

    /// The size that is drawn on, in columns and lines.
    pub(super) fn size(&self) -> io::Result<Size> {
        drawn_on(self.terminal.backend())
    }

    /// The terminal has another size.
    pub(super) fn resize(&mut self, size: Size) -> io::Result<()> {
        self.terminal.resize(Rect::from((Position::ORIGIN, size)))
    }

    /// Gives the terminal to the shell, until it is given back.
    #[cfg(unix)]
    pub(super) fn suspend(&mut self) -> io::Result<()> {
        use rustix::process::{Signal, kill_current_process_group};
        give_back();
        kill_current_process_group(Signal::TSTP)?;
        take()?;
        self.terminal.clear()
    }

    #[cfg(not(unix))]
    pub(super) fn suspend(&mut self) -> io::Result<()> {
        self.terminal.clear()
    }
}

impl Drop for TerminalScreen {
    fn drop(&mut self) {
        give_back();
    }
}

/// The size of the terminal, as far as it is drawn on.
fn drawn_on(backend: &CrosstermBackend<Stdout>) -> io::Result<Size> {
    let size = backend.size()?;
    Ok(Size::new(size.width.min(LARGEST.width), size.height.min(LARGEST.height)))
}

fn take() -> io::Result<()> {
    enable_raw_mode()?;
    execute!(stdout(), EnterAlternateScreen, EnableBracketedPaste).inspect_err(|_| give_back())
}

/// Gives the terminal back where a screen has it.
#[cfg(unix)]
pub(crate) fn give_back_if_taken() {
    if ratatui::crossterm::terminal::is_raw_mode_enabled().unwrap_or_default() {
        give_back();
    }
}

/// What fails here fails since nobody is there any longer.
fn give_back() {
    let _ = execute!(
        stdout(),
        DisableBracketedPaste,
        LeaveAlternateScreen,
        ratatui::crossterm::cursor::Show
    );
    let _ = disable_raw_mode();
}

/// Becomes true when the program should end (SIGTERM, SIGHUP, SIGINT). All
/// decisions are in the file by then.
pub(super) fn told_to_end() -> Arc<AtomicBool> {
    let told = Arc::new(AtomicBool::new(false));
    let flag = told.clone();
    // There is one already where an index was built before: it ends the
    // program, too.
    let _ = ctrlc::set_handler(move || {
        flag.store(true, Ordering::Relaxed);
        std::thread::sleep(GRACE);
        end();
    });
    told
}

#[expect(clippy::exit, reason = "the thread that could return waits for a terminal that is gone")]
fn end() {
    give_back();
    std::process::exit(EXIT_CODE);
}

/// The exit code of a program that a signal ended, as shells have it.
const EXIT_CODE: i32 = 143;

//! Starts the pager for long text.

use std::io::{self, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What is started where nobody chose: it ends by itself where the text fits
/// the screen.
const USUAL: &str = "less";

/// Options of `less` where `LESS` does not give any: end if it fits the
/// screen, show colour, leave the text on the screen. The same as git's.
const LESS: &str = "FRX";

/// What a pager is chosen by.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct PagerOptions<'a> {
    /// Standard output is a terminal that can do more than write lines.
    pub(crate) terminal: bool,
    /// `--no-pager`.
    pub(crate) off: bool,
    /// `--pager`, `TRIALDEX_PAGER` or the configuration.
    pub(crate) own: Option<&'a str>,
    /// `PAGER`.
    pub(crate) common: Option<&'a str>,
}

impl PagerOptions<'_> {
    /// The command to be started, with its arguments; `None` to write without
    /// a pager, which is also what an empty name and `cat` mean.
    pub(crate) fn command(self) -> Option<Vec<String>> {
        if !self.terminal || self.off {
            return None;
        }
        let chosen = self.own.or(self.common).unwrap_or(USUAL);
        let words: Vec<String> = chosen.split_whitespace().map(str::to_owned).collect();
        words.first().filter(|program| *program != "cat")?;
        Some(words)
    }
}

/// A pager that has been started. When this goes, the text is at its end, and
/// the reader is waited for.
pub(crate) struct Pager {
    child: Child,
    input: Option<ChildStdin>,
    interrupted: Arc<AtomicBool>,
}

impl Pager {
    /// Starts the pager; `None` if it cannot be started, so that the text is
    /// written anyway.
    pub(crate) fn start(command: &[String]) -> Option<Self> {
        let (program, arguments) = command.split_first()?;
        let mut pager = Command::new(program);
        pager.args(arguments).stdin(Stdio::piped());
        if std::env::var_os("LESS").is_none() {
            pager.env("LESS", LESS);
        }
        let mut child = pager.spawn().ok()?;
        let input = child.stdin.take();
        let interrupted = Arc::new(AtomicBool::new(false));
        let flag = interrupted.clone();
        // Ctrl-C goes to the pager too, which has a use of its own for it. To
        // end here and now would leave two readers at one keyboard. Where
        // indexing has set a handler before, that one ends nothing either.
        let _ = ctrlc::set_handler(move || flag.store(true, Ordering::Relaxed));
        Some(Self { child, input, interrupted })
    }
}

impl Write for Pager {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.interrupted.load(Ordering::Relaxed) {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        self.input.as_mut().map_or(Ok(bytes.len()), |input| input.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.input.as_mut().map_or(Ok(()), Write::flush)
    }
}

impl Drop for Pager {
    fn drop(&mut self) {
        drop(self.input.take());
        // How a pager ends says nothing about the search.
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TERMINAL: PagerOptions<'_> =
        PagerOptions { terminal: true, off: false, own: None, common: None };

    fn chosen(wishes: PagerOptions<'_>) -> String {
        wishes.command().unwrap_or_default().join(" ")
    }

    #[test]
    fn the_nearest_wish_counts() {
        assert_eq!(chosen(TERMINAL), "less");
        let common = PagerOptions { common: Some("more -s"), ..TERMINAL };
        assert_eq!(chosen(common), "more -s");
        assert_eq!(chosen(PagerOptions { own: Some("most"), ..common }), "most");
        assert_eq!(chosen(PagerOptions { own: Some(""), ..common }), "");
        assert_eq!(chosen(PagerOptions { common: Some("cat"), ..TERMINAL }), "");
    }

    #[test]
    fn without_a_terminal_or_when_told_so_there_is_none() {
        let wishes = PagerOptions { own: Some("most"), ..TERMINAL };
        assert_eq!(chosen(PagerOptions { off: true, ..wishes }), "");
        assert_eq!(chosen(PagerOptions { terminal: false, ..wishes }), "");
    }

    #[test]
    fn a_pager_that_is_not_there_is_done_without() {
        assert!(Pager::start(&["trialdex-no-such-pager".to_owned()]).is_none());
    }
}

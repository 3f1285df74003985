//! Colour and hyperlinks, where a terminal takes them.

use std::ops::Range;

use anstyle::{AnsiColor, Style};

use trialdex_query::Spelling;
use trialdex_records::study::NctId;

/// What the place that is written to can show.
#[derive(Debug, Clone, Copy, Default)]
pub struct DisplayOptions {
    /// Colour and bold type.
    pub color: bool,
    /// Hyperlinks (OSC 8).
    pub hyperlinks: bool,
    /// Columns to wrap text at; `None` to leave lines as they are.
    pub width: Option<usize>,
    /// How names of options are written, where a text says what one of them does.
    pub spelling: Spelling,
}

impl DisplayOptions {
    fn styled(self, style: Style, text: &str) -> String {
        if self.color && !text.is_empty() {
            format!("{style}{text}{style:#}")
        } else {
            text.to_owned()
        }
    }

    /// An option as it is typed.
    #[must_use]
    pub fn option(self, name: &str) -> String {
        self.spelling.of(name)
    }

    /// A title.
    #[must_use]
    pub fn title(self, text: &str) -> String {
        self.styled(Style::new().bold(), text)
    }

    /// Text that matters less.
    #[must_use]
    pub fn faint(self, text: &str) -> String {
        self.styled(Style::new().dimmed(), text)
    }

    /// What went wrong.
    #[must_use]
    pub fn error(self, text: &str) -> String {
        self.styled(AnsiColor::Red.on_default().bold(), text)
    }

    /// What can be done about it.
    #[must_use]
    pub fn hint(self, text: &str) -> String {
        self.styled(AnsiColor::Cyan.on_default(), text)
    }

    /// A study's number, which leads to its page at the registry.
    #[must_use]
    pub fn nct_id(self, nct: NctId) -> String {
        let text = self.styled(AnsiColor::Cyan.on_default(), &nct.to_string());
        if self.hyperlinks {
            format!("\u{1b}]8;;{}\u{1b}\\{text}\u{1b}]8;;\u{1b}\\", url(nct))
        } else {
            text
        }
    }

    /// The text with those bytes marked as matches, and the rest as a title or
    /// plain. The text must be clean already.
    #[must_use]
    pub fn marked(self, text: &str, matches: &[Range<usize>], title: bool) -> String {
        let rest = |text: &str| if title { self.title(text) } else { text.to_owned() };
        let mut marked = String::with_capacity(text.len() + matches.len() * 16);
        let mut from = 0;
        for span in matches {
            marked.push_str(&rest(&text[from..span.start]));
            let style = AnsiColor::Yellow.on_default().bold();
            marked.push_str(&self.styled(style, &text[span.clone()]));
            from = span.end;
        }
        marked.push_str(&rest(&text[from..]));
        marked
    }
}

/// The study's page at the registry.
#[must_use]
pub fn url(nct: NctId) -> String {
    format!("https://clinicaltrials.gov/study/{nct}")
}

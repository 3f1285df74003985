//! Styles of the screen, with colour and without.

use ratatui::style::{Color, Modifier, Style};

use trialdex_review::Verdict;

use super::highlights::MarkReason;

/// Styles; colour never carries information on its own: the kind of type has it
/// as well.
#[derive(Debug, Clone, Copy)]
pub(super) struct ScreenTheme {
    pub(super) color: bool,
}

impl ScreenTheme {
    fn style(self, color: Color, modifier: Modifier) -> Style {
        let style = Style::new().add_modifier(modifier);
        if self.color { style.fg(color) } else { style }
    }

    pub(super) fn bar(self) -> Style {
        Style::new().add_modifier(Modifier::REVERSED)
    }

    pub(super) fn title(self) -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }

    pub(super) fn heading(self) -> Style {
        self.style(Color::Cyan, Modifier::BOLD)
    }

    pub(super) fn faint(self) -> Style {
        Style::new().add_modifier(Modifier::DIM)
    }

    pub(super) fn error(self) -> Style {
        self.style(Color::Red, Modifier::BOLD)
    }

    pub(super) fn verdict(self, verdict: Verdict) -> Style {
        let color = match verdict {
            Verdict::Include => Color::Green,
            Verdict::Exclude => Color::Red,
            Verdict::Maybe => Color::Yellow,
        };
        self.style(color, Modifier::BOLD)
    }

    pub(super) fn mark(self, mark: MarkReason) -> Style {
        match mark {
            MarkReason::Query => self.style(Color::Yellow, Modifier::BOLD),
            MarkReason::Own => self.style(Color::Green, Modifier::UNDERLINED),
            MarkReason::Found => self.style(Color::Magenta, Modifier::REVERSED),
        }
    }
}

//! Every key of the screen: the one table that keys are looked up in, and
//! that the footer, the help and the documentation are made from.

use KeyGroup::{Besides, Deciding, Reading, Typing, Walking};
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// What a key does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KeyAction {
    Include,
    Exclude,
    Maybe,
    Skip,
    Undo,
    Note,
    Label,
    Next,
    Previous,
    GoTo,
    Decided,
    Filter,
    Order,
    Down,
    Up,
    PageDown,
    PageUp,
    Top,
    Bottom,
    NextSection,
    PreviousSection,
    Find,
    FindNext,
    FindPrevious,
    Highlight,
    Open,
    Help,
    Redraw,
    Suspend,
    Quit,
    Accept,
    Cancel,
    Complete,
    ItemDown,
    ItemUp,
    Left,
    Right,
    Start,
    End,
    Erase,
    EraseNext,
    EraseWord,
    EraseLine,
}

/// When a key counts; rows of one group are together in the help.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KeyGroup {
    /// Decisions, while a study is read.
    Deciding,
    /// From study to study.
    Walking,
    /// Within a study.
    Reading,
    /// Further actions while a study is read.
    Besides,
    /// In a line that is typed, and in lists.
    Typing,
}

impl KeyGroup {
    pub(super) const ALL: [Self; 5] =
        [Self::Deciding, Self::Walking, Self::Reading, Self::Besides, Self::Typing];

    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Deciding => "Decide",
            Self::Walking => "Go from study to study",
            Self::Reading => "Read a study",
            Self::Besides => "Besides",
            Self::Typing => "In lists, and where text is typed",
        }
    }
}

/// A key as it is pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct KeyStroke {
    code: KeyCode,
    control: bool,
}

const fn char(c: char) -> KeyStroke {
    KeyStroke { code: KeyCode::Char(c), control: false }
}

const fn control(c: char) -> KeyStroke {
    KeyStroke { code: KeyCode::Char(c), control: true }
}

const fn code(code: KeyCode) -> KeyStroke {
    KeyStroke { code, control: false }
}

/// A row of the table.
#[derive(Debug, Clone, Copy)]
pub(super) struct KeyRow {
    pub(super) group: KeyGroup,
    pub(super) action: KeyAction,
    strokes: &'static [KeyStroke],
    /// What the footer says after the first key; empty where it has no room.
    pub(super) short: &'static str,
    pub(super) help: &'static str,
}

const fn row(
    group: KeyGroup,
    action: KeyAction,
    strokes: &'static [KeyStroke],
    short: &'static str,
    help: &'static str,
) -> KeyRow {
    KeyRow { group, action, strokes, short, help }
}

use KeyAction as A;

#[rustfmt::skip]
pub(super) const ROWS: [KeyRow; 43] = [
    row(Deciding, A::Include, &[char('i')], "include", "include the study"),
    row(Deciding, A::Exclude, &[char('e')], "exclude", "exclude it, then choose a reason by its number, type a new one, or press Enter for none"),
    row(Deciding, A::Maybe, &[char('m')], "maybe", "decide later: it counts as decided, and is listed"),
    row(Deciding, A::Skip, &[char('s')], "skip", "put it off: it comes again after all others"),
    row(Deciding, A::Undo, &[char('u')], "undo", "take back your last command, also one that decided many studies, and show its study; again for the one before"),
    row(Deciding, A::Note, &[char('n')], "note", "write a note, or change it; an empty one is none"),
    row(Deciding, A::Label, &[char('l')], "label", "put on a label, or take it off"),
    row(Walking, A::Next, &[code(KeyCode::Right), char(']')], "next", "the next study, without a decision"),
    row(Walking, A::Previous, &[code(KeyCode::Left), char('[')], "back", "the study that was shown before"),
    row(Walking, A::GoTo, &[char('g')], "go to", "a study by its NCT number, or by its place in what is left"),
    row(Walking, A::Decided, &[char('d')], "decided", "list what you decided; Enter shows a study again"),
    row(Walking, A::Filter, &[char('f')], "filter", "read the studies with a label, decided or not"),
    row(Walking, A::Order, &[char('r')], "order", "what comes first: certainty, uncertainty, relevance or chance"),
    row(Reading, A::Down, &[char('j'), code(KeyCode::Down)], "", "a line down"),
    row(Reading, A::Up, &[char('k'), code(KeyCode::Up)], "", "a line up"),
    row(Reading, A::PageDown, &[char(' '), code(KeyCode::PageDown), control('f')], "", "a page down"),
    row(Reading, A::PageUp, &[char('b'), code(KeyCode::PageUp), control('b')], "", "a page up"),
    row(Reading, A::Top, &[code(KeyCode::Home), char('<')], "", "the beginning"),
    row(Reading, A::Bottom, &[code(KeyCode::End), char('>')], "", "the end"),
    row(Reading, A::NextSection, &[code(KeyCode::Tab)], "", "the next section: summary, inclusion, exclusion, outcomes …"),
    row(Reading, A::PreviousSection, &[code(KeyCode::BackTab)], "", "the section before"),
    row(Reading, A::Find, &[char('/')], "find", "find a text in the study"),
    row(Reading, A::FindNext, &[char(';')], "", "the next place of it"),
    row(Reading, A::FindPrevious, &[char(',')], "", "the place before"),
    row(Reading, A::Highlight, &[char('h')], "mark", "mark words of your own, as long as the screen is open; commas between phrases"),
    row(Besides, A::Open, &[char('o')], "open", "open the study's page in the browser"),
    row(Besides, A::Help, &[char('?'), code(KeyCode::F(1))], "help", "this help"),
    row(Besides, A::Redraw, &[control('l')], "", "redraw the screen"),
    row(Besides, A::Suspend, &[control('z')], "", "back to the shell for a while; `fg` goes on (not on Windows)"),
    row(Besides, A::Quit, &[char('q'), control('c')], "quit", "leave; every decision is in the file already"),
    row(Typing, A::Accept, &[code(KeyCode::Enter)], "take", "take what is typed or chosen"),
    row(Typing, A::Cancel, &[code(KeyCode::Esc), control('c')], "cancel", "leave it as it was"),
    row(Typing, A::Complete, &[code(KeyCode::Tab)], "", "type out what is chosen"),
    row(Typing, A::ItemDown, &[code(KeyCode::Down), control('n')], "", "the next of a list"),
    row(Typing, A::ItemUp, &[code(KeyCode::Up), control('p')], "", "the one before"),
    row(Typing, A::Left, &[code(KeyCode::Left)], "", "a character to the left"),
    row(Typing, A::Right, &[code(KeyCode::Right)], "", "a character to the right"),
    row(Typing, A::Start, &[code(KeyCode::Home), control('a')], "", "the beginning"),
    row(Typing, A::End, &[code(KeyCode::End), control('e')], "", "the end"),
    row(Typing, A::Erase, &[code(KeyCode::Backspace), control('h')], "", "erase the character before"),
    row(Typing, A::EraseNext, &[code(KeyCode::Delete)], "", "erase the character after"),
    row(Typing, A::EraseWord, &[control('w')], "", "erase the word before"),
    row(Typing, A::EraseLine, &[control('u')], "", "erase all before"),
];

/// What a key does while a study is read, or while something is typed.
pub(super) fn action(key: KeyEvent, typing: bool) -> Option<KeyAction> {
    if key.modifiers.intersects(KeyModifiers::ALT | KeyModifiers::SUPER | KeyModifiers::META) {
        return None;
    }
    let stroke =
        KeyStroke { code: key.code, control: key.modifiers.contains(KeyModifiers::CONTROL) };
    let rows = ROWS.iter().filter(|row| (row.group == Typing) == typing);
    let mut rows = rows.filter(|row| row.strokes.contains(&stroke));
    rows.next().map(|row| row.action)
}

impl KeyRow {
    /// Names of its keys, the first alone or all.
    pub(super) fn keys(&self, all: bool) -> String {
        let strokes = if all { self.strokes } else { &self.strokes[..1] };
        strokes.iter().map(|stroke| stroke.name()).collect::<Vec<_>>().join(" ")
    }
}

impl KeyStroke {
    fn name(self) -> String {
        let name = match self.code {
            KeyCode::Char(' ') => "Space".to_owned(),
            KeyCode::Char(c) if self.control => c.to_ascii_uppercase().to_string(),
            KeyCode::Char(c) => c.to_string(),
            KeyCode::Left => "←".to_owned(),
            KeyCode::Right => "→".to_owned(),
            KeyCode::Up => "↑".to_owned(),
            KeyCode::Down => "↓".to_owned(),
            KeyCode::PageDown => "PgDn".to_owned(),
            KeyCode::PageUp => "PgUp".to_owned(),
            KeyCode::BackTab => "Shift-Tab".to_owned(),
            KeyCode::F(number) => format!("F{number}"),
            other => format!("{other:?}"),
        };
        if self.control { format!("Ctrl-{name}") } else { name }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Write as _;
    use std::path::Path;

    const BEGIN: &str = "<!-- keys: made from src/commands/review/screen/keys.rs -->\n";
    const END: &str = "<!-- end of keys -->\n";

    #[test]
    fn a_key_does_one_thing() {
        for typing in [false, true] {
            let rows = ROWS.iter().filter(|row| (row.group == Typing) == typing);
            let strokes: Vec<KeyStroke> = rows.flat_map(|row| row.strokes).copied().collect();
            for (at, stroke) in strokes.iter().enumerate() {
                assert!(!strokes[..at].contains(stroke), "{}", stroke.name());
            }
        }
    }

    #[test]
    fn shift_and_control_are_told_apart() {
        let pressed = |code, modifiers| action(KeyEvent::new(code, modifiers), false);
        assert_eq!(pressed(KeyCode::Char('?'), KeyModifiers::SHIFT), Some(KeyAction::Help));
        assert_eq!(pressed(KeyCode::Char('f'), KeyModifiers::NONE), Some(KeyAction::Filter));
        assert_eq!(pressed(KeyCode::Char('f'), KeyModifiers::CONTROL), Some(KeyAction::PageDown));
        assert_eq!(pressed(KeyCode::Char('i'), KeyModifiers::ALT), None);
    }

    /// The table as the documentation has it.
    fn reference() -> String {
        let mut text = String::new();
        for group in KeyGroup::ALL {
            let _ = writeln!(text, "\n## {}\n\n| key | what it does |\n|---|---|", group.title());
            for row in ROWS.iter().filter(|row| row.group == group) {
                let keys = row.strokes.iter().map(|stroke| format!("`{}`", stroke.name()));
                let keys: Vec<String> = keys.collect();
                let _ = writeln!(text, "| {} | {} |", keys.join(" "), row.help);
            }
        }
        format!("{BEGIN}{text}\n{END}")
    }

    #[test]
    fn the_documentation_has_every_key() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/keys.md");
        let text = std::fs::read_to_string(&path).expect("docs/keys.md");
        let (before, rest) = text.split_once(BEGIN).expect("where keys begin");
        let (_, after) = rest.split_once(END).expect("where keys end");
        let expected = format!("{before}{}{after}", reference());
        if std::env::var_os("TRIALDEX_BLESS").is_some() {
            std::fs::write(&path, expected).expect("written");
        } else {
            assert_eq!(text, expected, "TRIALDEX_BLESS=1 writes it");
        }
    }
}

//! A line editor.

use unicode_width::UnicodeWidthChar as _;

use super::keys::KeyAction;

/// A line of text and where the cursor is in it.
#[derive(Debug, Clone, Default)]
pub(super) struct LineEditor {
    chars: Vec<char>,
    cursor: usize,
}

impl LineEditor {
    /// A line with a text in it, the cursor behind.
    pub(super) fn of(text: &str) -> Self {
        let chars: Vec<char> = text.chars().filter(|c| !c.is_control()).collect();
        Self { cursor: chars.len(), chars }
    }

    pub(super) fn text(&self) -> String {
        self.chars.iter().collect()
    }

    /// Types text; other characters become a blank.
    pub(super) fn insert(&mut self, text: &str) {
        for c in text.chars() {
            self.chars.insert(self.cursor, if c.is_control() { ' ' } else { c });
            self.cursor += 1;
        }
    }

    /// Does what a key does in a line; whether it is one of these.
    pub(super) fn edit(&mut self, action: KeyAction) -> bool {
        match action {
            KeyAction::Left => self.cursor = self.before(self.cursor),
            KeyAction::Right => self.cursor = self.after(self.cursor),
            KeyAction::Start => self.cursor = 0,
            KeyAction::End => self.cursor = self.chars.len(),
            KeyAction::Erase => {
                let from = self.before(self.cursor);
                self.erase(from, self.cursor);
            }
            KeyAction::EraseNext => self.erase(self.cursor, self.after(self.cursor)),
            KeyAction::EraseWord => {
                let before = &self.chars[..self.cursor];
                let end = before.iter().rposition(|c| !c.is_whitespace()).unwrap_or(0);
                let start = before[..end].iter().rposition(|c| c.is_whitespace());
                self.erase(start.map_or(0, |at| at + 1), self.cursor);
            }
            KeyAction::EraseLine => self.erase(0, self.cursor),
            _ => return false,
        }
        true
    }

    fn erase(&mut self, from: usize, to: usize) {
        self.chars.drain(from..to);
        self.cursor = from;
    }

    /// The start of the character before, with its combining marks.
    fn before(&self, at: usize) -> usize {
        let rest = &self.chars[..at];
        rest.iter().rposition(|c| c.width() != Some(0)).unwrap_or(0)
    }

    fn after(&self, at: usize) -> usize {
        let next = (at + 1).min(self.chars.len());
        let rest = &self.chars[next..];
        next + rest.iter().take_while(|c| c.width() == Some(0)).count()
    }

    /// As much of the line as fits into so many columns, and the column that
    /// the cursor is at.
    pub(super) fn window(&self, columns: usize) -> (String, usize) {
        let width = |chars: &[char]| chars.iter().filter_map(|c| c.width()).sum::<usize>();
        // From the cursor back, since pasted text can be long.
        let (mut from, mut used) = (self.cursor, 0);
        while from > 0 {
            let before = self.before(from);
            used += width(&self.chars[before..from]);
            if used >= columns.max(1) {
                break;
            }
            from = before;
        }
        let mut to = self.cursor;
        while to < self.chars.len() && width(&self.chars[from..=to]) < columns {
            to += 1;
        }
        (self.chars[from..to].iter().collect(), width(&self.chars[from..self.cursor]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_edited() {
        let mut line = LineEditor::of("wrong population");
        line.edit(KeyAction::EraseWord);
        assert_eq!(line.text(), "wrong ");
        line.edit(KeyAction::Start);
        line.insert("the\n");
        assert_eq!(line.text(), "the wrong ");
        line.edit(KeyAction::EraseNext);
        line.edit(KeyAction::EraseLine);
        assert_eq!(line.text(), "rong ");
    }

    #[test]
    fn accents_go_with_their_letters() {
        let mut line = LineEditor::of("ae\u{301}");
        line.edit(KeyAction::Erase);
        assert_eq!(line.text(), "a");
    }

    #[test]
    fn what_is_pasted_can_be_long() {
        let line = LineEditor::of(&"ab ".repeat(500_000));
        assert_eq!(line.window(5), (" ab ".to_owned(), 4));
    }

    #[test]
    fn a_long_line_moves_under_the_cursor() {
        let mut line = LineEditor::of("慢性疾病 abc");
        assert_eq!(line.window(6), (" abc".to_owned(), 4));
        line.edit(KeyAction::Start);
        assert_eq!(line.window(6), ("慢性".to_owned(), 0));
    }
}

//! Wraps paragraphs to lines of a certain width.

use std::ops::Range;

use textwrap::{Options, WordSplitter};
use unicode_width::UnicodeWidthStr as _;

use super::study_page::{Paragraph, ParagraphRole};

/// A line of a paragraph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct WrappedLine {
    /// Which paragraph.
    pub(super) paragraph: usize,
    /// Bytes of its text.
    pub(super) span: Range<usize>,
    /// It is its first line.
    pub(super) first: bool,
}

/// The lines of all paragraphs.
pub(super) fn rows(paragraphs: &[Paragraph], width: usize) -> Vec<WrappedLine> {
    let mut rows = Vec::new();
    for (at, paragraph) in paragraphs.iter().enumerate() {
        let hanging = paragraph.hanging.max(paragraph.lead.width());
        let spans = wrapped(&paragraph.text, width.saturating_sub(hanging).max(10));
        for (number, span) in spans.into_iter().enumerate() {
            rows.push(WrappedLine { paragraph: at, span, first: number == 0 });
        }
    }
    rows
}

/// Bytes of each line of a text, at least one line.
pub(super) fn wrapped(text: &str, width: usize) -> Vec<Range<usize>> {
    let options = Options::new(width).word_splitter(WordSplitter::NoHyphenation);
    let mut from = 0;
    let lines = textwrap::wrap(text, options);
    let spans = lines.iter().map(|line| {
        // Lines are parts of the text, with blanks at most between them.
        let start = text[from..].find(line.as_ref()).map_or(from, |at| from + at);
        from = start + line.len();
        start..from
    });
    let mut spans: Vec<Range<usize>> = spans.collect();
    if spans.is_empty() {
        spans.push(0..0);
    }
    spans
}

/// The lines that sections begin in.
pub(super) fn headings(paragraphs: &[Paragraph], rows: &[WrappedLine]) -> Vec<usize> {
    let heading =
        |row: &WrappedLine| row.first && paragraphs[row.paragraph].role == ParagraphRole::Heading;
    rows.iter().enumerate().filter(|(_, row)| heading(row)).map(|(at, _)| at).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str, width: usize) -> Vec<&str> {
        wrapped(text, width).into_iter().map(|span| &text[span]).collect()
    }

    #[test]
    fn lines_are_parts_of_the_text() {
        assert_eq!(lines("ab ab  ab abc", 5), ["ab ab", "ab", "abc"]);
        assert_eq!(lines("", 5), [""]);
        assert_eq!(lines("abcdefg", 3), ["abc", "def", "g"]);
    }

    #[test]
    fn wide_characters_take_two_columns() {
        assert_eq!(lines("慢性疾病", 5), ["慢性", "疾病"]);
        assert_eq!(lines("e\u{301}e\u{301} e\u{301}", 2), ["e\u{301}e\u{301}", "e\u{301}"]);
    }
}

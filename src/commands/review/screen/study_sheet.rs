//! A study on the screen: lines, highlights, and the visible part.

use trialdex_records::study::Study;

use super::highlights::{MarkPatterns, MarkReason, occurrences};
use super::line_wrapping::{WrappedLine, headings, rows};
use super::study_page::{self, Paragraph};

/// A study on the screen.
#[derive(Debug, Default)]
pub(super) struct StudySheet {
    pub(super) title: String,
    pub(super) paragraphs: Vec<Paragraph>,
    pub(super) rows: Vec<WrappedLine>,
    headings: Vec<usize>,
    /// Lines with a found place.
    found: Vec<usize>,
    /// The one of these that was shown last.
    place: usize,
    /// The first line that is seen.
    pub(super) scroll: usize,
}

impl StudySheet {
    /// The information about a study besides its record, and its record.
    pub(super) fn new(own: Vec<Paragraph>, study: Option<&Study>) -> Self {
        let mut paragraphs = study.map(study_page::paragraphs).unwrap_or_default();
        // Below the title.
        let at = paragraphs.len().min(1);
        paragraphs.splice(at..at, own);
        let title = study.map(study_page::title).unwrap_or_default().to_owned();
        Self { title, paragraphs, ..Self::default() }
    }

    /// Marks words, and found places.
    pub(super) fn mark(&mut self, names: &MarkPatterns, find: &str) {
        let found = names.find(self.paragraphs.iter().map(|it| it.text.as_str()));
        for (paragraph, mut marked) in self.paragraphs.iter_mut().zip(found) {
            let places = occurrences(&paragraph.text, find).into_iter();
            marked.extend(places.map(|span| (span, MarkReason::Found)));
            paragraph.marked = marked;
        }
    }

    /// Breaks lines again for so many columns; the paragraph that is seen
    /// first stays so.
    pub(super) fn lay_out(&mut self, width: usize, height: usize) {
        let first = self.rows.get(self.scroll).map_or(0, |row| row.paragraph);
        self.rows = rows(&self.paragraphs, width);
        self.headings = headings(&self.paragraphs, &self.rows);
        let places = |row: &WrappedLine| {
            let marked = self.paragraphs[row.paragraph].marked.iter();
            marked
                .filter(|(span, mark)| *mark == MarkReason::Found && row.span.contains(&span.start))
                .count()
        };
        let rows = self.rows.iter().enumerate();
        self.found = rows.flat_map(|(at, row)| std::iter::repeat_n(at, places(row))).collect();
        let scroll = match self.rows.get(self.scroll) {
            Some(row) if row.paragraph == first => self.scroll,
            _ => self.rows.iter().position(|row| row.paragraph == first).unwrap_or(0),
        };
        self.scroll_to(scroll, height);
    }

    /// Shows the lines from that one on, or the last ones.
    pub(super) fn scroll_to(&mut self, line: usize, height: usize) {
        self.scroll = line.min(self.rows.len().saturating_sub(height));
    }

    /// Shows the next section at the top, or the one before.
    pub(super) fn show_section(&mut self, forward: bool, height: usize) {
        let next = if forward {
            self.headings.iter().find(|at| **at > self.scroll).copied()
        } else {
            Some(self.headings.iter().rfind(|at| **at < self.scroll).copied().unwrap_or(0))
        };
        if let Some(line) = next {
            self.scroll_to(line, height);
        }
    }

    /// Found places.
    pub(super) fn places(&self) -> usize {
        self.found.len()
    }

    /// Shows a found place, with some lines before it; after the last comes the
    /// first. Returns its number, from 1.
    pub(super) fn show_place(&mut self, way: FindDirection, height: usize) -> Option<usize> {
        let count = self.found.len();
        let last = count.checked_sub(1)?;
        self.place = match way {
            FindDirection::Here => {
                self.found.iter().position(|line| *line >= self.scroll).unwrap_or(0)
            }
            FindDirection::Forward => (self.place.min(last) + 1) % count,
            FindDirection::Back => (self.place.min(last) + last) % count,
        };
        self.scroll_to(self.found[self.place].saturating_sub(height / 4), height);
        Some(self.place + 1)
    }
}

/// Where the next place is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FindDirection {
    Here,
    Forward,
    Back,
}

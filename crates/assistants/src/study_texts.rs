//! The texts of a study, and places in them.

use std::collections::HashMap;
use std::ops::Range;

use serde_json::{Value, json};

use crate::answer::beginning;
use trialdex_records::study::pieces::PieceKind;
use trialdex_records::study::{Study, VisitedPiece};

/// Bytes of a quotation: one fits into the smallest answer.
const LONGEST: usize = 700;

/// A text of a study.
#[derive(Debug, Clone, Copy)]
pub(crate) struct StudyText<'a> {
    /// The field that it is a value of.
    pub(crate) field: &'static str,
    /// Its position among the values of the field, from 0.
    pub(crate) n: usize,
    /// The text as the record has it.
    pub(crate) text: &'a str,
}

/// All texts of a study, in the record's order.
pub(crate) fn texts(study: &Study) -> Vec<StudyText<'_>> {
    let mut texts = Vec::new();
    let mut seen: HashMap<&'static str, usize> = HashMap::new();
    study.visit(&mut |visited| {
        let VisitedPiece::Leaf(piece, _, value) = visited else { return };
        let n = seen.entry(piece.name).or_default();
        if let (PieceKind::Text | PieceKind::Markup, Value::String(text)) = (piece.kind, value) {
            texts.push(StudyText { field: piece.name, n: *n, text });
        }
        *n += 1;
    });
    texts
}

impl StudyText<'_> {
    /// A part of it with its place, cut where it is long. Positions count characters (Unicode
    /// scalar values) of the text as the record has it, so that anybody can look it up.
    pub(crate) fn quoted(&self, span: Range<usize>) -> Value {
        self.quoted_in(span, LONGEST)
    }

    /// The same in so many bytes of JSON.
    pub(crate) fn quoted_in(&self, span: Range<usize>, most: usize) -> Value {
        let part = beginning(&self.text[span.clone()], most);
        let from = self.text[..span.start].chars().count();
        let mut quoted = json!({"field": self.field});
        if self.n > 0 {
            quoted["n"] = self.n.into();
        }
        quoted["from"] = from.into();
        quoted["to"] = (from + part.chars().count()).into();
        quoted["text"] = part.into();
        if part.len() < span.len() {
            quoted["cut"] = true.into();
        }
        quoted
    }

    /// The bytes of characters from one position on, as many as there are.
    pub(crate) fn bytes_of(&self, from: usize, length: usize) -> Range<usize> {
        let mut starts = self.text.char_indices().map(|(at, _)| at).chain([self.text.len()]);
        let start = starts.nth(from).unwrap_or(self.text.len());
        let mut ends = self.text[start..].char_indices().map(|(at, _)| start + at);
        let end = ends.nth(length).unwrap_or(self.text.len());
        start..end
    }

    /// Where the letters and digits of a quotation are in it, whatever is between them and in
    /// whatever case; nowhere where the quotation has none.
    pub(crate) fn find(&self, quotation: &str) -> Option<Range<usize>> {
        let wanted: Vec<char> = folded(quotation).map(|(_, c)| c).collect();
        let letters: Vec<(Range<usize>, char)> = folded(self.text).collect();
        if wanted.is_empty() || letters.len() < wanted.len() {
            return None;
        }
        let found = letters
            .windows(wanted.len())
            .find(|window| window.iter().map(|(_, c)| c).eq(wanted.iter()))?;
        Some(found.first()?.0.start..found.last()?.0.end)
    }
}

/// The letters and digits of a text in lower case, each with its bytes.
fn folded(text: &str) -> impl Iterator<Item = (Range<usize>, char)> {
    let letters = text.char_indices().filter(|(_, c)| c.is_alphanumeric());
    letters.flat_map(|(at, c)| {
        let span = at..at + c.len_utf8();
        c.to_lowercase().map(move |c| (span.clone(), c))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_characters_of_the_record() {
        let text =
            StudyText { field: "BriefSummary", n: 0, text: "Dose \u{2265} 5 µg, or\n* more" };
        let span = text.find("5 µg or MORE").expect("found");
        let quoted = text.quoted(span);
        assert_eq!(
            quoted,
            json!({"field": "BriefSummary", "from": 7, "to": 22,
            "text": "5 µg, or\n* more"})
        );
        assert_eq!(&text.text[text.bytes_of(7, 4)], "5 µg");
        assert_eq!(&text.text[text.bytes_of(7, 400)], "5 µg, or\n* more");
        assert_eq!(text.bytes_of(900, 4).len(), 0);
        assert_eq!(text.find("dose 6"), None);
        assert_eq!(text.find("..."), None);
    }
}

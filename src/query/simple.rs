//! Words and phrases alone, with the place each stands at.

use std::fmt;

use super::{Diagnostic, Span};
use crate::study::NctId;

/// What is looked for: everything that the clauses name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// The text as typed.
    pub typed: String,
    /// At least one.
    pub clauses: Vec<Clause>,
}

/// A word or phrase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    /// What it is.
    pub kind: ClauseKind,
    /// Where it was typed.
    pub span: Span,
}

/// What a clause looks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClauseKind {
    /// A word, or several that are joined by punctuation.
    Word(String),
    /// Words in this order, beside each other.
    Phrase(String),
    /// The study with that number.
    Number(NctId),
}

impl ClauseKind {
    /// The text to be looked for.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Word(text) | Self::Phrase(text) => text.clone(),
            Self::Number(nct) => nct.to_string(),
        }
    }
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, clause) in self.clauses.iter().enumerate() {
            if at > 0 {
                f.write_str(" ")?;
            }
            match &clause.kind {
                ClauseKind::Word(text) => f.write_str(text)?,
                ClauseKind::Phrase(text) => write!(f, "\"{text}\"")?,
                ClauseKind::Number(nct) => write!(f, "{nct}")?,
            }
        }
        Ok(())
    }
}

/// Understands what was typed: words, `"phrases"` and NCT numbers, all of
/// which are looked for. `AND` between them says just that.
///
/// # Errors
///
/// Everything that is wrong, in the order of the text.
pub fn parse(typed: &str) -> Result<Query, Vec<Diagnostic>> {
    let (mut clauses, mut diagnostics) = (Vec::new(), Vec::new());
    for (span, quoted) in split(typed) {
        let text = &typed[span.clone()];
        if quoted {
            match phrase(text, &span) {
                Ok(clause) => clauses.extend(clause),
                Err(diagnostic) => diagnostics.push(diagnostic),
            }
        } else if let Some(diagnostic) = foreign(text, &span) {
            diagnostics.push(diagnostic);
        } else if text != "AND" && text.contains(char::is_alphanumeric) {
            clauses.push(Clause { kind: word(text), span });
        }
    }
    if clauses.is_empty() && diagnostics.is_empty() {
        diagnostics.push(Diagnostic {
            span: 0..typed.len(),
            message: "no words to look for".to_owned(),
            hint: "type some, such as `trialdex search aplastic anemia`".to_owned(),
        });
    }
    if diagnostics.is_empty() {
        Ok(Query { typed: typed.to_owned(), clauses })
    } else {
        Err(diagnostics)
    }
}

/// Takes any text for words, as many tools' query files hold it: quotes and
/// operators lose their meaning.
#[must_use]
pub fn words(typed: &str) -> Query {
    let start = |word: &str| word.as_ptr() as usize - typed.as_ptr() as usize;
    let clauses = typed
        .split_whitespace()
        .filter(|word| word.contains(char::is_alphanumeric))
        .map(|text| Clause { kind: word(text), span: start(text)..start(text) + text.len() })
        .collect();
    Query { typed: typed.to_owned(), clauses }
}

/// Bare words and quoted runs (with their quotes), in order.
fn split(typed: &str) -> Vec<(Span, bool)> {
    let mut parts = Vec::new();
    let mut rest = 0;
    while let Some(offset) = typed[rest..].find(|c: char| !c.is_whitespace()) {
        let start = rest + offset;
        let quoted = is_quote(typed[start..].chars().next());
        let open = typed[start..].chars().next().map_or(1, char::len_utf8);
        rest = if quoted {
            let close = typed[start + open..].find(|c| is_quote(Some(c)));
            close.map_or(typed.len(), |at| {
                let end = start + open + at;
                end + typed[end..].chars().next().map_or(1, char::len_utf8)
            })
        } else {
            let end = typed[start..].find(|c: char| c.is_whitespace() || is_quote(Some(c)));
            end.map_or(typed.len(), |at| start + at)
        };
        parts.push((start..rest, quoted));
    }
    parts
}

/// Straight double quotes, and those that word processors make of them.
fn is_quote(c: Option<char>) -> bool {
    matches!(c, Some('"' | '\u{201c}' | '\u{201d}' | '\u{201e}'))
}

fn word(text: &str) -> ClauseKind {
    let bare = text.trim_matches(|c: char| !c.is_alphanumeric());
    match NctId::parse_typed(bare) {
        Some(nct) => ClauseKind::Number(nct),
        None => ClauseKind::Word(text.to_owned()),
    }
}

/// A phrase from text with its quotes; nothing where it holds no word.
fn phrase(text: &str, span: &Span) -> Result<Option<Clause>, Diagnostic> {
    let mut inner = text.chars();
    inner.next();
    if !is_quote(inner.next_back()) {
        return Err(Diagnostic {
            span: span.clone(),
            message: "the quote is not closed".to_owned(),
            hint: "type `\"` after the last word of the phrase".to_owned(),
        });
    }
    let words: Vec<&str> = inner.as_str().split_whitespace().collect();
    let kind = ClauseKind::Phrase(words.join(" "));
    let holds_words = inner.as_str().contains(char::is_alphanumeric);
    Ok(holds_words.then(|| Clause { kind, span: span.clone() }))
}

/// Operators of query languages that are not understood.
fn foreign(text: &str, span: &Span) -> Option<Diagnostic> {
    let (message, hint) = match text {
        "OR" => (
            "`OR` is not an operator here",
            "`--any` looks for any of the words instead of all".to_owned(),
        ),
        "NOT" => (
            "`NOT` is not an operator here",
            "leave it out, and the words that are not wanted too".to_owned(),
        ),
        _ if text.contains("AREA[") || text.contains("SEARCH[") || text.contains("RANGE[") => (
            "search areas and ranges are not understood",
            "type the words alone; they are looked for in all text fields".to_owned(),
        ),
        _ if text.starts_with('-') && text[1..].starts_with(char::is_alphanumeric) => (
            "`-` before a word does not exclude it",
            "leave it out, and the words that are not wanted too".to_owned(),
        ),
        _ if text.ends_with('*') && text.len() > 1 => (
            "truncation with `*` is not understood",
            format!(
                "type the word: `{}`; plural and other endings are found without `*`",
                text.trim_end_matches('*')
            ),
        ),
        _ => return None,
    };
    Some(Diagnostic { span: span.clone(), message: message.to_owned(), hint })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(typed: &str) -> Vec<ClauseKind> {
        parse(typed).expect(typed).clauses.into_iter().map(|clause| clause.kind).collect()
    }

    #[test]
    fn words_phrases_and_numbers_are_told_apart() {
        let expected = [
            ClauseKind::Word("anti-PD-1".to_owned()),
            ClauseKind::Phrase("bone marrow".to_owned()),
            ClauseKind::Number(NctId::parse("NCT90000001").expect("a number")),
        ];
        assert_eq!(kinds("anti-PD-1 AND \u{201c}bone  marrow\u{201d} (nct90000001)"), expected);
    }

    #[test]
    fn printing_and_parsing_are_inverse() {
        for typed in ["a b", "\"a b\" c", "anti-PD-1 NCT90000001", "d'Arcy \"x\"y"] {
            let query = parse(typed).expect(typed);
            let kinds = |query: &Query| -> Vec<ClauseKind> {
                query.clauses.iter().map(|clause| clause.kind.clone()).collect()
            };
            assert_eq!(
                kinds(&parse(&query.to_string()).expect("printed")),
                kinds(&query),
                "{typed}"
            );
        }
    }

    #[test]
    fn all_that_is_wrong_is_said_at_once() {
        let wrong = parse("a OR AREA[Phase]2 \"b c").expect_err("wrong");
        let spans: Vec<Span> = wrong.into_iter().map(|diagnostic| diagnostic.span).collect();
        assert_eq!(spans, [2..4, 5..17, 18..22]);
        assert!(parse(" + \"\" ").is_err());
    }

    #[test]
    fn any_text_can_be_taken_for_words() {
        assert_eq!(words("a OR \"b -- c").clauses.len(), 4);
    }
}

//! `RANGE[...]` and its bounds.

use super::super::Span;
use super::super::comma_lists;
use super::super::lexer::{Keyword, TokenKind};
use super::super::syntax::{ExprKind, RangeBound};
use super::super::word_syntax::is_quote;
use super::Parser;

impl Parser<'_> {
    pub(super) fn range(&mut self, inner: Span) -> Option<ExprKind> {
        let parts = split_list(self.typed, &inner);
        let [lower, upper] = &parts[..] else {
            let hint = format!("type both with a comma between: `{}`", self.meant(&inner, &parts));
            self.report.add(inner, "a range has two bounds", hint);
            return None;
        };
        let lower = self.bound(lower, "MIN", "MAX")?;
        let upper = self.bound(upper, "MAX", "MIN")?;
        Some(ExprKind::Range(lower, upper))
    }

    /// The range that a text means: commas may be part of its bounds, or
    /// another sign may be between them.
    fn meant(&self, inner: &Span, parts: &[Span]) -> String {
        let parts: Vec<&str> = parts.iter().map(|part| &self.typed[part.clone()]).collect();
        if let Some((lower, upper)) = comma_lists::bounds(&parts) {
            return format!(
                "AREA[{}]RANGE[{lower}, {upper}]",
                self.area_before().unwrap_or("StartDate")
            );
        }
        let text = self.typed[inner.clone()].trim();
        let ends = [" to ", "..", ":", "-"].iter().find_map(|sign| text.split_once(sign));
        let years = ends.filter(|(from, to)| from.trim().len() == 4 && to.trim().len() == 4);
        match years {
            Some((from, to)) => format!("AREA[StartDate]RANGE[{}, {}]", from.trim(), to.trim()),
            None => "AREA[StartDate]RANGE[2020-01-01, MAX]".to_owned(),
        }
    }

    /// The name in the `AREA[...]` right before the current token.
    fn area_before(&self) -> Option<&str> {
        match &self.tokens.get(self.at.checked_sub(1)?)?.kind {
            TokenKind::Operator(Keyword::Area, name) => Some(self.typed[name.clone()].trim()),
            _ => None,
        }
    }

    /// A bound; `open` is the word for none, `wrong` that of the other end.
    fn bound(&mut self, span: &Span, open: &str, wrong: &str) -> Option<Option<RangeBound>> {
        let text = self.typed[span.clone()].trim();
        if text == open {
            return Some(None);
        }
        let plain: String = text.chars().filter(|c| !is_quote(*c)).collect();
        let words: Vec<&str> = plain.split_whitespace().collect();
        if words.is_empty() || text == wrong {
            let message = if words.is_empty() {
                "a bound of the range is missing".to_owned()
            } else {
                format!("`{wrong}` cannot be this bound of a range")
            };
            let hint = format!("type a value, or `{open}` for an open end");
            self.report.add(span.clone(), message, hint);
            return None;
        }
        Some(Some(RangeBound { text: words.join(" "), span: span.clone() }))
    }
}

/// The parts between commas outside of quotes, without blanks around them.
fn split_list(typed: &str, inner: &Span) -> Vec<Span> {
    let (mut parts, mut start, mut quoted) = (Vec::new(), inner.start, false);
    for (offset, c) in typed[inner.clone()].char_indices() {
        let at = inner.start + offset;
        if is_quote(c) {
            quoted = !quoted;
        } else if c == ',' && !quoted {
            parts.push(start..at);
            start = at + 1;
        }
    }
    parts.push(start..inner.end);
    parts.into_iter().map(|part| trimmed(typed, part)).collect()
}

fn trimmed(typed: &str, span: Span) -> Span {
    let text = &typed[span.clone()];
    let start = span.start + (text.len() - text.trim_start().len());
    start..start + text.trim().len()
}

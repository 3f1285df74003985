//! Brackets behind a term, as in `heparin[tiab]`.

use std::collections::BTreeSet;

use super::super::Span;
use super::super::dialect::{nearest_tag, recognised};
use super::super::lexer::TokenKind;
use super::super::meaning::SearchTarget;
use super::Parser;

impl Parser<'_> {
    /// Brackets after a term, as other databases write their fields.
    pub(super) fn tag(&mut self) {
        if self.peek() == Some(&TokenKind::Bracketed) {
            let place = self.pass();
            self.bracketed(&place);
        }
    }

    /// Says what brackets without an operator may be meant for.
    pub(super) fn bracketed(&mut self, span: &Span) {
        // A diagnostic for the text as a whole is given once.
        if self.is_foreign || self.report.is_full() {
            return;
        }
        match recognised(self.typed, &BTreeSet::new(), false) {
            Some(found) => {
                self.is_foreign = true;
                self.report.push(found);
            }
            None => {
                let (message, hint) = self.unknown_tag(span);
                self.report.add(span.clone(), message, hint);
            }
        }
    }

    /// Message and hint for brackets that no system has behind a word.
    fn unknown_tag(&self, span: &Span) -> (String, String) {
        let inner = self.typed[span.clone()].trim_matches(['[', ']']).trim();
        let operand = self.at.checked_sub(2).and_then(|at| self.tokens.get(at));
        let operand = operand.map_or("word", |token| &self.typed[token.span.clone()]);
        let message = format!("`[{inner}]` is no field that is known");
        if let Some(target) = SearchTarget::named(inner) {
            return (message, format!("type `AREA[{}]{operand}`", target.name));
        }
        let tagged = nearest_tag(inner).map(|tag| (tag, format!("{operand}[{tag}]")));
        let meant = tagged.and_then(|(tag, text)| {
            let hint = recognised(&text, &BTreeSet::new(), false)?.hint;
            Some(format!("{}; the nearest tag is `{tag}`", hint.split(", or add").next()?))
        });
        let plain = || format!("type `{operand}`, or `AREA[BriefTitle]{operand}` for a field");
        (message, meant.unwrap_or_else(plain))
    }
}

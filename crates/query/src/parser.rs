//! Parses tokens into a tree, by recursive descent. Errors are reported and
//! skipped, so that all are reported at once.

use super::diagnostics::DiagnosticReport;
use super::geo_circle::GeoCircle;
use super::lexer::{Keyword, Token, TokenKind, tokens};
use super::meaning::QueryWord;
use super::syntax::{
    BracketedName, COVERAGES, EXPANSIONS, Expr, ExprKind, ExprPrefix, HIERARCHIES, SCOPES, TermExpr,
};
use super::target::name_of_today;
use super::word_syntax::holds_words;
use super::{Diagnostic, Span};
use trialdex_records::study::{NctId, nearest_of};

/// How deep parentheses and prefixes may be nested. Nobody nests them so deep,
/// and the stack has room for more.
const DEEPEST: usize = 100;

/// Words and other tests of an expression, numbers of studies included.
const MOST_SOURCES: usize = 10_000;

/// Words to be looked for. A search strategy has some hundreds; the time that
/// a search takes grows faster than their number.
pub(super) const MOST_WORDS: usize = 2_000;

/// Notices that anybody reads at a time.
pub(super) const MOST_NOTICES: usize = 20;

/// As much of an expression as can be read.
#[derive(Debug)]
pub(super) struct PartialParse {
    /// `None` if nothing could be read; the report says why.
    pub(super) expr: Option<Expr>,
    pub(super) report: DiagnosticReport,
    pub(super) notices: Vec<Diagnostic>,
    /// The first `AND`, `OR` or `NOT`.
    pub(super) operator: Option<Span>,
}

/// The tree of a text, if it is an expression; no diagnostics.
pub(super) fn tree(typed: &str) -> Option<Expr> {
    let mut report = DiagnosticReport::default();
    let tokens = tokens(typed, &mut report);
    let PartialParse { expr, report, .. } = parse(typed, tokens, report, Vec::new());
    expr.filter(|_| report.is_empty())
}

/// Parses the tokens of a text. `report` and `notices` have what is said about
/// them already, and get what the parser finds.
pub(super) fn parse(
    typed: &str,
    tokens: Vec<Token>,
    report: DiagnosticReport,
    notices: Vec<Diagnostic>,
) -> PartialParse {
    let operator = tokens.iter().find(|token| is_operator(&token.kind));
    let operator = operator.map(|token| token.span.clone());
    let mut parser = Parser {
        typed,
        is_plain: is_plain(typed, &tokens),
        tokens,
        at: 0,
        open: 0,
        depth: 0,
        sources: 0,
        words: 0,
        is_foreign: false,
        report,
        notices,
    };
    let expr = parser.or_expr();
    let (mut report, notices) = (parser.report, parser.notices);
    if expr.is_none() && report.is_empty() {
        report.push(no_words(typed));
    }
    PartialParse { expr, report, notices, operator }
}

/// The diagnostic for a text without words.
pub(super) fn no_words(typed: &str) -> Diagnostic {
    Diagnostic {
        span: 0..typed.len(),
        message: "no words to look for".to_owned(),
        hint: "type some, such as `trialdex search aplastic anemia`".to_owned(),
    }
}

/// Whether a text is several words without an operator in any case.
fn is_plain(typed: &str, tokens: &[Token]) -> bool {
    const FEWEST: usize = 3;
    const FEWEST_IN_PROSE: usize = 8;
    let words = tokens.iter().filter(|token| matches!(token.kind, TokenKind::Word(_)));
    let small = |token: &Token| ["and", "or", "not"].contains(&&typed[token.span.clone()]);
    let fewest = if words.clone().any(small) { FEWEST_IN_PROSE } else { FEWEST };
    words.count() >= fewest
        && tokens.iter().all(|token| {
            matches!(
                token.kind,
                TokenKind::Word(_)
                    | TokenKind::Open
                    | TokenKind::Close
                    | TokenKind::Comma
                    | TokenKind::All
            )
        })
}

fn is_operator(kind: &TokenKind) -> bool {
    matches!(kind, TokenKind::And | TokenKind::Or | TokenKind::Not)
}

/// The text before a source.
enum SourcePrefix {
    Not,
    Prefix(ExprPrefix),
    /// The error in it is reported.
    Wrong,
}

struct Parser<'a> {
    typed: &'a str,
    tokens: Vec<Token>,
    at: usize,
    /// Parentheses that are open.
    open: usize,
    /// Parentheses and prefixes around the current token.
    depth: usize,
    sources: usize,
    /// Words among these that are no numbers of studies.
    words: usize,
    /// A diagnostic reports that the text is written for another system.
    is_foreign: bool,
    /// The text is words without operators, in which parentheses mean nothing.
    is_plain: bool,
    report: DiagnosticReport,
    notices: Vec<Diagnostic>,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&TokenKind> {
        self.tokens.get(self.at).map(|token| &token.kind)
    }

    /// Skips a token and gives its place.
    fn pass(&mut self) -> Span {
        let span = self.tokens.get(self.at).map_or(0..0, |token| token.span.clone());
        self.at += 1;
        span
    }

    /// Whether no operand can begin here.
    fn at_end_of_operands(&self) -> bool {
        let end = [TokenKind::Or, TokenKind::And, TokenKind::Close];
        self.peek().is_none_or(|kind| end.contains(kind))
    }

    fn or_expr(&mut self) -> Option<Expr> {
        let mut parts = Vec::new();
        loop {
            let before = self.at;
            parts.extend(self.and_expr());
            let absent = self.at == before;
            if self.peek() != Some(&TokenKind::Or) {
                return Expr::any(parts);
            }
            let span = self.pass();
            self.dangling(&span, absent);
        }
    }

    fn and_expr(&mut self) -> Option<Expr> {
        let mut parts = Vec::new();
        let start = self.at;
        loop {
            match self.peek() {
                None | Some(TokenKind::Or) => break,
                Some(TokenKind::Close) if self.open > 0 => break,
                Some(TokenKind::Close) => self.stray_close(),
                Some(TokenKind::Comma) => self.at += 1,
                Some(TokenKind::And) => {
                    let absent = self.at == start;
                    let span = self.pass();
                    self.dangling(&span, absent);
                }
                Some(_) => parts.extend(self.operand()),
            }
        }
        Expr::all(parts)
    }

    /// Reports an operator, just read, that lacks an operand.
    fn dangling(&mut self, span: &Span, nothing_before: bool) {
        let side = match (nothing_before, self.at_end_of_operands()) {
            (true, _) => "before",
            (false, true) => "after",
            (false, false) => return,
        };
        let operator = &self.typed[span.clone()];
        self.report.add(
            span.clone(),
            format!("there is nothing {side} `{operator}`"),
            format!("type what to look for {side} it, or `\\{operator}` for the word"),
        );
    }

    fn stray_close(&mut self) {
        let span = self.pass();
        let hint = "type `(` where the group begins, or leave `)` out";
        self.unbalanced(span, "no parenthesis is open here", hint);
    }

    /// Reports a parenthesis without its counterpart. Among plain words, as in a
    /// title that is cut, it is a notice.
    fn unbalanced(&mut self, span: Span, message: &str, hint: &str) {
        let (message, hint) = (message.to_owned(), hint.to_owned());
        match self.is_plain {
            true if self.notices.len() >= MOST_NOTICES => {}
            true => self.notices.push(Diagnostic { span, message, hint }),
            false => self.report.push(Diagnostic { span, message, hint }),
        }
    }

    /// Prefixes and their operand.
    fn operand(&mut self) -> Option<Expr> {
        let (mut prefixes, mut last) = (Vec::new(), None);
        let depth = self.depth;
        while let Some((leading, span)) = self.leading() {
            last = Some(span.clone());
            if self.deeper(&span) {
                prefixes.push((leading, span));
            }
        }
        let absent = self.at_end_of_operands() || self.peek() == Some(&TokenKind::Comma);
        let source = match last {
            Some(span) if absent => self.nothing_after(span),
            _ => self.source(),
        };
        self.depth = depth;
        Some(prefixes.into_iter().rev().fold(source?, |inner, (leading, span)| {
            let span = span.start..inner.span.end;
            let kind = match leading {
                SourcePrefix::Prefix(prefix) => ExprKind::Within(prefix, Box::new(inner)),
                SourcePrefix::Not => ExprKind::Not(Box::new(inner)),
                SourcePrefix::Wrong => inner.kind,
            };
            Expr { kind, span }
        }))
    }

    /// Goes a level deeper, unless that is too deep.
    fn deeper(&mut self, span: &Span) -> bool {
        self.depth += 1;
        if self.depth == DEEPEST + 1 {
            self.report.add(
                span.clone(),
                format!("more than {DEEPEST} parentheses and prefixes are nested"),
                "leave out those that are not needed, or divide the query",
            );
        }
        self.depth <= DEEPEST
    }

    /// Reports a prefix without an operand.
    fn nothing_after(&mut self, span: Span) -> Option<Expr> {
        let prefix = &self.typed[span.clone()];
        let message = format!("there is nothing after `{prefix}`");
        let hint = if prefix == "NOT" {
            "type what is not wanted after it, or `\\NOT` for the word".to_owned()
        } else {
            let inner = prefix.split_once('[').map_or("", |(_, rest)| rest.trim_end_matches(']'));
            let example = super::complaints::example_in(inner.trim());
            format!("type what to look for after it, such as `{prefix}{example}`")
        };
        self.report.add(span, message, hint);
        None
    }

    /// The next prefix before a source.
    fn leading(&mut self) -> Option<(SourcePrefix, Span)> {
        let (keyword, inner) = match self.peek()? {
            TokenKind::Not => return Some((SourcePrefix::Not, self.pass())),
            TokenKind::Operator(Keyword::Range | Keyword::Distance, _) => return None,
            TokenKind::Operator(keyword, inner) => (*keyword, inner.clone()),
            _ => return None,
        };
        let span = self.pass();
        let prefix = self.prefix(keyword, inner);
        Some((prefix.map_or(SourcePrefix::Wrong, SourcePrefix::Prefix), span))
    }

    fn prefix(&mut self, keyword: Keyword, inner: Span) -> Option<ExprPrefix> {
        let text = self.typed[inner.clone()].trim().to_owned();
        let name = || BracketedName { text: name_of_today(&text), span: inner.clone() };
        match keyword {
            Keyword::Area => Some(ExprPrefix::Area(name())),
            Keyword::Tilt => Some(ExprPrefix::Tilt(name())),
            Keyword::Search => self.choice(&SCOPES, "scope", &text, &inner).map(ExprPrefix::Search),
            Keyword::Coverage => {
                self.choice(&COVERAGES, "coverage", &text, &inner).map(ExprPrefix::Coverage)
            }
            Keyword::Expansion => {
                self.choice(&EXPANSIONS, "expansion", &text, &inner).map(ExprPrefix::Expansion)
            }
            Keyword::Explode => {
                self.choice(&HIERARCHIES, "hierarchy", &text, &inner).map(ExprPrefix::Explode)
            }
            Keyword::Range | Keyword::Distance => None,
        }
    }

    /// One of a few words in brackets.
    fn choice<T: Copy>(
        &mut self,
        known: &[(&'static str, T)],
        what: &str,
        text: &str,
        span: &Span,
    ) -> Option<T> {
        if let Some((_, value)) = known.iter().find(|(name, _)| name.eq_ignore_ascii_case(text)) {
            return Some(*value);
        }
        let names: Vec<String> = known.iter().map(|(name, _)| format!("`{name}`")).collect();
        let hint = match nearest_of(text, known.iter().map(|(name, _)| *name)).first() {
            Some(name) => format!("type `{name}`; there are {}", names.join(", ")),
            None => format!("there are {}", names.join(", ")),
        };
        self.report.add(span.clone(), format!("invalid {what}: `{text}`"), hint);
        None
    }

    /// An operand, and the operands near it.
    fn source(&mut self) -> Option<Expr> {
        let first = self.single();
        if !matches!(self.peek(), Some(TokenKind::Near(_))) {
            return first;
        }
        self.nearby(first)
    }

    fn single(&mut self) -> Option<Expr> {
        self.sources += 1;
        if self.sources > MOST_SOURCES {
            let span = self.pass();
            return self.too_many(span, MOST_SOURCES);
        }
        let token = self.tokens.get(self.at)?;
        let span = token.span.clone();
        let kind = match &token.kind {
            TokenKind::Open => return self.group(),
            TokenKind::Word(_) | TokenKind::Quoted(_) => return self.lone_term(),
            TokenKind::Missing => Some(ExprKind::Missing),
            TokenKind::All => Some(ExprKind::All),
            TokenKind::Operator(Keyword::Range, inner) => self.range(inner.clone()),
            TokenKind::Operator(_, inner) => self.distance(inner.clone()),
            TokenKind::Near(_) => {
                self.lone_near(span.clone());
                None
            }
            TokenKind::Bracketed => {
                self.bracketed(&span);
                None
            }
            // Nothing else is an operand, or it is reported already.
            _ => None,
        };
        self.at += 1;
        kind.map(|kind| Expr { kind, span })
    }

    fn too_many(&mut self, span: Span, most: usize) -> Option<Expr> {
        self.report.add(
            span,
            format!("the query asks for more than {most} words and values"),
            "divide it into several queries; NCT numbers go to `{ids}`",
        );
        self.at = self.tokens.len();
        None
    }

    fn lone_near(&mut self, span: Span) {
        let message = format!("`{}` belongs between words or phrases", &self.typed[span.clone()]);
        let hint = "type words on both sides: `bone NEAR/3 marrow`, \
                    `(bone OR stem) NEAR/3 (marrow OR graft)`";
        self.report.add(span, message, hint);
    }

    /// The expression in parentheses; the opening one is next.
    fn group(&mut self) -> Option<Expr> {
        let start = self.pass();
        if !self.deeper(&start) {
            self.skip_group();
            self.depth -= 1;
            return None;
        }
        self.open += 1;
        let before = self.at;
        let inner = self.or_expr();
        let empty = self.at == before;
        self.open -= 1;
        self.depth -= 1;
        if self.peek() != Some(&TokenKind::Close) {
            let hint = "type `)` where the group ends, or leave `(` out";
            self.unbalanced(start, "the parenthesis is not closed", hint);
            return inner;
        }
        let end = self.pass();
        let span = start.start..end.end;
        if empty {
            let hint = "type what to look for in between, or leave them out";
            self.report.add(span.clone(), "there is nothing between the parentheses", hint);
        }
        inner.map(|inner| Expr { kind: inner.kind, span })
    }

    /// Passes over a group that is too deep.
    fn skip_group(&mut self) {
        let mut open = 1;
        while open > 0 && self.at < self.tokens.len() {
            match self.peek() {
                Some(TokenKind::Open) => open += 1,
                Some(TokenKind::Close) => open -= 1,
                _ => {}
            }
            self.at += 1;
        }
    }

    /// Operands near the first one, from left to right. A chain with one
    /// number is one list.
    fn nearby(&mut self, first: Option<Expr>) -> Option<Expr> {
        let mut near = first.and_then(|first| self.beside(first));
        let mut chain = None;
        while let Some(TokenKind::Near(distance)) = self.peek() {
            let distance = *distance;
            let sign = self.pass();
            let operand = match self.peek() {
                Some(TokenKind::Open | TokenKind::Word(_) | TokenKind::Quoted(_)) => self.single(),
                _ => {
                    self.lone_near(sign);
                    None
                }
            };
            let (Some(before), Some(next)) = (near.take(), operand) else { continue };
            let Some(next) = self.beside(next) else { continue };
            let span = before.span.start..next.span.end;
            let kind = match before.kind {
                ExprKind::Near(mut operands, known) if chain == Some(distance) => {
                    operands.push(next);
                    ExprKind::Near(operands, known)
                }
                kind => {
                    let before = Expr { kind, span: before.span };
                    ExprKind::Near(vec![before, next], distance)
                }
            };
            chain = Some(distance);
            near = Some(Expr { kind, span });
        }
        near
    }

    /// An operand of `NEAR`, or a word on what can be one.
    fn beside(&mut self, expr: Expr) -> Option<Expr> {
        if expr.can_be_near() {
            return Some(expr);
        }
        self.report.add(
            expr.span,
            "`NEAR` joins words, phrases, and `OR` or `NEAR` of these",
            "type `AREA` and other operators before all of it: `AREA[Condition](a NEAR/3 (b OR c))`",
        );
        None
    }

    /// Words or a phrase.
    fn lone_term(&mut self) -> Option<Expr> {
        let first = self.at;
        let (term, span) = self.term()?;
        self.sources += term.words.len() - 1;
        let words = term.words.iter().filter(|word| NctId::parse(&word.text).is_none());
        self.words += words.count();
        if self.words > MOST_WORDS {
            return self.too_many(span, MOST_WORDS);
        }
        if self.sources > MOST_SOURCES {
            return self.too_many(span, MOST_SOURCES);
        }
        self.tag();
        if !term.holds_words() {
            self.without_words(first, &term);
            return None;
        }
        Some(Expr { kind: ExprKind::Term(term), span })
    }

    /// Signs without a word are skipped in plain text, as in `S(+)`; an
    /// operator that they belong to would mean nothing.
    fn without_words(&mut self, first: usize, term: &TermExpr) {
        let plain = |token: Option<&Token>| token.is_none_or(|token| token.kind.is_plain());
        let before = first.checked_sub(1).and_then(|at| self.tokens.get(at));
        if plain(before) && plain(self.tokens.get(self.at)) && self.tokens.len() > 1 {
            return;
        }
        let place = term.words[0].span.start..term.words[term.words.len() - 1].span.end;
        let message =
            format!("`{}` has no letter or digit to look for", &self.typed[place.clone()]);
        self.report.add(place, message, "leave it out; `ALL` means every study");
    }

    /// A run of words, or a phrase.
    fn term(&mut self) -> Option<(TermExpr, Span)> {
        if let Some(TokenKind::Quoted(words)) = self.peek() {
            let words = words.clone();
            return Some((TermExpr { words, quoted: true }, self.pass()));
        }
        let start = self.at;
        let mut words: Vec<QueryWord> = Vec::new();
        while let Some(TokenKind::Word(word)) = self.peek() {
            words.push(word.clone());
            self.at += 1;
        }
        let last = self.tokens.get(self.at.checked_sub(1)?)?.span.end;
        let span = self.tokens.get(start)?.span.start..last;
        (!words.is_empty()).then_some((TermExpr { words, quoted: false }, span))
    }

    fn distance(&mut self, inner: Span) -> Option<ExprKind> {
        match GeoCircle::parse(&self.typed[inner.clone()], false) {
            Ok(place) => Some(ExprKind::Distance(place)),
            Err((message, hint)) => {
                self.report.add(inner, message, hint);
                None
            }
        }
    }
}

impl TermExpr {
    /// Whether there is anything to look for in it.
    fn holds_words(&self) -> bool {
        self.words.iter().any(|word| holds_words(&word.text))
    }
}

mod brackets;
mod ranges;
#[cfg(test)]
mod tests;

//! Splits the typed text into tokens.

use super::Span;
use super::address::{StudyAddress, address, begins_as_doi};
use super::diagnostics::DiagnosticReport;
use super::dialect::{is_like_a_tag, is_tag, nearest_tag};
use super::meaning::QueryWord;
use super::web_search::of_address;
use super::word_syntax::{
    FARTHEST, WordDraft, closes, holds_words, is_quote, is_reserved, near, opens, possessive, whole,
};

/// A token and its place.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum TokenKind {
    Word(QueryWord),
    /// The words between two quotes.
    Quoted(Vec<QueryWord>),
    And,
    Or,
    Not,
    Comma,
    Open,
    Close,
    Missing,
    All,
    /// `NEAR/3`
    Near(u32),
    /// A keyword and what its brackets hold.
    Operator(Keyword, Span),
    /// Brackets that belong to no operator.
    Bracketed,
    /// Something that is reported already, in the place of an operand.
    Broken,
}

impl TokenKind {
    /// Whether it has no meaning of its own in the language.
    pub(super) fn is_plain(&self) -> bool {
        matches!(self, Self::Word(_) | Self::Quoted(_) | Self::Open | Self::Close | Self::Comma)
    }
}

/// A word that brackets follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keyword {
    Area,
    Search,
    Coverage,
    Expansion,
    Explode,
    Tilt,
    Range,
    Distance,
}

/// Keywords, each with an example for hints.
const KEYWORDS: [(&str, Keyword, &str); 10] = [
    ("AREA", Keyword::Area, "AREA[BriefTitle]word"),
    ("SEARCH", Keyword::Search, "SEARCH[Location](AREA[LocationCity]Portland)"),
    ("COVERAGE", Keyword::Coverage, "COVERAGE[FullMatch]word"),
    ("COVER", Keyword::Coverage, "COVER[FullMatch]word"),
    ("EXPANSION", Keyword::Expansion, "EXPANSION[None]word"),
    ("EXPAND", Keyword::Expansion, "EXPAND[None]word"),
    ("EXPLODE", Keyword::Explode, "EXPLODE[MeSH]lymphoma"),
    ("TILT", Keyword::Tilt, "TILT[StudyFirstPostDate]word"),
    ("RANGE", Keyword::Range, "AREA[StartDate]RANGE[2020, MAX]"),
    ("DISTANCE", Keyword::Distance, "AREA[LocationGeoPoint]DISTANCE[39.0, -77.1, 50mi]"),
];

impl Keyword {
    /// The keyword and an example of it.
    fn named(text: &str) -> Option<(Self, &'static str)> {
        let known = KEYWORDS.iter().find(|(name, ..)| *name == text);
        known.map(|(_, keyword, example)| (*keyword, *example))
    }

    /// Whether it takes a list of numbers rather than a name.
    fn takes_list(self) -> bool {
        matches!(self, Self::Range | Self::Distance)
    }
}

/// The tokens of a text; errors in them go to the report.
pub(super) fn tokens(typed: &str, report: &mut DiagnosticReport) -> Vec<Token> {
    let is_long = is_long(typed);
    let mut lexer = Lexer { typed, at: 0, tokens: Vec::new(), is_long, report };
    while let Some(c) = lexer.peek() {
        lexer.next(c);
    }
    lexer.tokens
}

struct Lexer<'a> {
    typed: &'a str,
    at: usize,
    tokens: Vec<Token>,
    /// It is many words without operators, such as a title that was pasted.
    is_long: bool,
    report: &'a mut DiagnosticReport,
}

impl Lexer<'_> {
    fn peek(&self) -> Option<char> {
        self.typed[self.at..].chars().next()
    }

    fn push(&mut self, kind: TokenKind, span: Span) {
        self.tokens.push(Token { kind, span });
    }

    fn single(&mut self, kind: TokenKind) {
        self.push(kind, self.at..self.at + 1);
        self.at += 1;
    }

    fn next(&mut self, c: char) {
        match c {
            c if c.is_whitespace() => self.at += c.len_utf8(),
            '(' => self.single(TokenKind::Open),
            ')' => self.single(TokenKind::Close),
            ',' => self.single(TokenKind::Comma),
            '[' | ']' => self.bracketed(),
            c if is_quote(c) || self.opens_a_phrase(c) => self.quoted(c),
            _ => self.word(),
        }
    }

    /// A character after a backslash. At the end and before a blank, the
    /// backslash means nothing.
    fn escaped(&mut self, draft: &mut WordDraft) {
        self.at += 1;
        if let Some(c) = self.peek().filter(|c| !c.is_whitespace()) {
            draft.push_escaped(c);
            self.at += c.len_utf8();
        }
    }

    fn finished(&mut self, draft: WordDraft, quoted: bool) -> QueryWord {
        let (word, wrong) = draft.finish(self.at, quoted);
        if let Some((message, hint)) = wrong {
            self.report.add(word.span.clone(), message, hint);
        }
        word
    }

    fn word(&mut self) {
        let mut draft = WordDraft::at(self.at);
        let start = self.at;
        while let Some(c) = self.peek() {
            match c {
                '\\' => self.escaped(&mut draft),
                c if c.is_whitespace() => break,
                c if is_reserved(c)
                    && !is_of_doi(&self.typed[start..self.at], c)
                    && !is_of_search(&self.typed[start..self.at], c) =>
                {
                    break;
                }
                c => {
                    draft.push(c);
                    self.at += c.len_utf8();
                }
            }
        }
        if let Some(text) = draft.bare().map(str::to_owned)
            && self.operator(&text, &(start..self.at))
        {
            return;
        }
        if !draft.is_empty() {
            let word = self.finished(draft, false);
            // Of the address of a study, its number is looked for.
            let word = match address(&word.text) {
                Some(StudyAddress::Number(number)) => whole(&number, word.span),
                _ => word,
            };
            self.push(TokenKind::Word(word), start..self.at);
        }
    }

    /// Takes a word for an operator, if it is one.
    fn operator(&mut self, text: &str, span: &Span) -> bool {
        if self.keyword(text, span) {
            return true;
        }
        let kind = match text {
            "AND" => TokenKind::And,
            "OR" => TokenKind::Or,
            "NOT" => TokenKind::Not,
            "MISSING" => TokenKind::Missing,
            "ALL" => TokenKind::All,
            _ => match near(text) {
                Some(distance) => self.near(distance, span),
                None => return false,
            },
        };
        self.push(kind, span.clone());
        true
    }

    fn near(&mut self, distance: u32, span: &Span) -> TokenKind {
        if distance > FARTHEST {
            self.report.add(
                span.clone(),
                format!("the words of a `NEAR` may be {FARTHEST} words apart at most"),
                format!("type a smaller number, such as `NEAR/{FARTHEST}`, or `AND`"),
            );
        }
        TokenKind::Near(distance.min(FARTHEST))
    }

    /// Takes a word for a keyword, if it is one or if brackets follow that
    /// show that one was meant.
    fn keyword(&mut self, text: &str, span: &Span) -> bool {
        if self.peek() == Some('[') {
            let capitals = text.to_ascii_uppercase();
            let Some((keyword, _)) = Keyword::named(&capitals) else { return false };
            if text != capitals {
                self.report.add(
                    span.clone(),
                    "operators are written in capitals",
                    format!("type `{capitals}{}`", self.in_brackets(self.at)),
                );
            }
            self.brackets(keyword, span.start);
            return true;
        }
        let Some((keyword, example)) = Keyword::named(text) else { return false };
        let rest = self.typed[self.at..].trim_start();
        if rest.starts_with('[') {
            self.report.add(
                span.clone(),
                format!("there is a blank between `{text}` and its bracket"),
                format!(
                    "leave the blank out: `{text}{}`",
                    self.in_brackets(self.typed.len() - rest.len())
                ),
            );
            self.at = self.typed.len() - rest.len();
            self.brackets(keyword, span.start);
        } else {
            self.without_brackets(text, example, span);
        }
        true
    }

    /// The text from here to the end of its bracket.
    fn in_brackets(&self, from: usize) -> &str {
        self.typed[from..].split_inclusive(']').next().unwrap_or("")
    }

    /// A keyword that no brackets follow.
    fn without_brackets(&mut self, text: &str, example: &str, span: &Span) {
        let hint = format!("type it as in `{example}`, or `\\{text}` for the word");
        self.report.add(span.clone(), format!("`{text}` takes brackets after it"), hint);
        self.push(TokenKind::Broken, span.clone());
        if self.peek() == Some('(') {
            let inner = &self.typed[self.at + 1..];
            if let Some(end) = inner.find(['(', ')', '[', ']', '"']) {
                self.at += if inner[end..].starts_with(')') { end + 2 } else { 0 };
            }
        }
    }

    /// The text in the brackets of a keyword; the opening bracket is next.
    fn brackets(&mut self, keyword: Keyword, start: usize) {
        let inner = self.at + 1;
        let rest = &self.typed[inner..];
        let end = rest.find(['[', ']', '(', ')']).unwrap_or(rest.len());
        if rest[end..].starts_with(']') {
            self.at = inner + end + 1;
            self.push(TokenKind::Operator(keyword, inner..inner + end), start..self.at);
            return;
        }
        self.report.add(
            start..inner,
            "the bracket is not closed",
            "type `]` where what belongs to it ends",
        );
        self.at = inner + if keyword.takes_list() { end } else { name_length(&rest[..end]) };
        self.push(TokenKind::Operator(keyword, inner..self.at), start..self.at);
    }

    /// Brackets without a keyword: a field of another system, or signs of
    /// plain text, as in `[18F]FDG`, which are skipped.
    fn bracketed(&mut self) {
        let start = self.at;
        let rest = &self.typed[start..];
        let inner = rest.strip_prefix('[').and_then(|inner| inner.split_once([']', '[']));
        if let Some((inner, _)) = inner
            && self.names_a_field(inner)
        {
            self.at = start + inner.len() + 2;
            self.push(TokenKind::Bracketed, start..self.at);
        } else {
            self.at += 1;
        }
    }

    /// Whether the text in brackets is a field of another system after an
    /// operand, or belongs to a word in capitals that is no operator.
    fn names_a_field(&self, inner: &str) -> bool {
        let after = &self.typed[self.at + inner.len() + 1..];
        let Some(last) = self.tokens.last() else { return false };
        let operand =
            matches!(last.kind, TokenKind::Word(_) | TokenKind::Quoted(_) | TokenKind::Close);
        if !operand || !after.starts_with(']') {
            return false;
        }
        let word = &self.typed[last.span.clone()];
        let capitals = word.len() > 3 && word.bytes().all(|byte| byte.is_ascii_uppercase());
        let misnamed = capitals && last.span.end == self.at;
        let goes_on =
            after[1..].starts_with(|c: char| c.is_alphanumeric() || matches!(c, '(' | '"'));
        let like = !self.is_long
            && match last.span.end == self.at {
                true => is_like_a_tag(inner),
                false => nearest_tag(inner).is_some(),
            };
        let tag = is_tag(inner) || like;
        (misnamed && goes_on) || (!goes_on && tag)
    }

    /// Whether a quote of another language is here, with its counterpart after
    /// it; a single one is a sign.
    fn opens_a_phrase(&self, c: char) -> bool {
        const LONGEST: usize = 500;
        let mut rest = self.typed[self.at + c.len_utf8()..].chars().take(LONGEST);
        opens(c) && rest.any(|other| closes(c, other))
    }

    fn quoted(&mut self, open: char) {
        let start = self.at;
        self.at += open.len_utf8();
        let inner = self.at;
        let (words, closed) = self.quoted_words(open);
        let span = start..self.at;
        if !closed && self.is_long && !self.typed.contains('[') {
            // A stray sign of a title; a diagnostic for the text names it.
            self.at = inner;
            return;
        }
        if !closed {
            self.report.add(
                span.clone(),
                "the quote is not closed",
                "type `\"` after the last word of the phrase",
            );
        }
        if words.iter().any(|word| holds_words(&word.text)) {
            self.push(TokenKind::Quoted(words), span);
            self.at += possessive(&self.typed[self.at..]);
        } else {
            if closed {
                let hint = "type a phrase between them, or leave them out";
                self.report.add(span.clone(), "there are no words between the quotes", hint);
            }
            self.push(TokenKind::Broken, span);
        }
    }

    /// The words up to the closing quote, and whether there is one.
    fn quoted_words(&mut self, open: char) -> (Vec<QueryWord>, bool) {
        let mut words = Vec::new();
        let mut draft = WordDraft::at(self.at);
        let mut closed = false;
        while let Some(c) = self.peek() {
            let ends_word = c.is_whitespace() || closes(open, c);
            if c == '\\' {
                self.escaped(&mut draft);
            } else if !ends_word {
                draft.push(c);
                self.at += c.len_utf8();
            } else {
                let after = WordDraft::at(self.at + c.len_utf8());
                self.keep(std::mem::replace(&mut draft, after), &mut words);
                self.at += c.len_utf8();
                if closes(open, c) {
                    closed = true;
                    break;
                }
            }
        }
        self.keep(draft, &mut words);
        (words, closed)
    }

    fn keep(&mut self, draft: WordDraft, words: &mut Vec<QueryWord>) {
        if !draft.is_empty() {
            let word = self.finished(draft, true);
            words.push(word);
        }
    }
}

/// Whether a parenthesis goes on with a DOI, as in `10.9999/S01(20)3-5`.
fn is_of_doi(word: &str, c: char) -> bool {
    let open = |word: &str| word.matches('(').count() > word.matches(')').count();
    let doi = word.find("10.").is_some_and(|at| begins_as_doi(&word[at..]));
    doi && word.len() < 200
        && match c {
            '(' => !word.ends_with('/'),
            ')' => open(word),
            _ => false,
        }
}

/// Whether a sign goes on with the address of a search.
fn is_of_search(word: &str, c: char) -> bool {
    const LONGEST: usize = 2_000;
    !matches!(c, ')' | '"') && word.len() < LONGEST && of_address(word).is_some()
}

/// Whether a text is many words without operators.
fn is_long(typed: &str) -> bool {
    const FEWEST: usize = 8;
    let operator = |word: &str| matches!(word, "AND" | "OR" | "NOT") || near(word).is_some();
    let words = typed.split_whitespace();
    words.clone().count() >= FEWEST && !words.into_iter().any(operator)
}

/// Length of the name at the beginning of an unclosed bracket.
fn name_length(text: &str) -> usize {
    let blanks = text.len() - text.trim_start().len();
    let name = text[blanks..].find(|c: char| c.is_whitespace() || is_reserved(c));
    name.map_or(text.len(), |end| blanks + end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Diagnostic;

    fn read(typed: &str) -> (Vec<Token>, Vec<Diagnostic>) {
        let mut report = DiagnosticReport::default();
        let tokens = tokens(typed, &mut report);
        (tokens, report.finish())
    }

    fn shown(typed: &str) -> String {
        let (tokens, wrong) = read(typed);
        assert_eq!(wrong, [], "{typed}");
        let shown: Vec<String> = tokens
            .iter()
            .map(|token| match &token.kind {
                TokenKind::Word(word) => word.text.clone(),
                TokenKind::Quoted(words) => {
                    let words: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
                    format!("<{}>", words.join("|"))
                }
                TokenKind::Operator(keyword, inner) => {
                    format!("{keyword:?}{{{}}}", &typed[inner.clone()])
                }
                other => format!("{other:?}"),
            })
            .collect();
        shown.join(" ")
    }

    fn message(typed: &str) -> String {
        let (_, wrong) = read(typed);
        let [one] = &wrong[..] else { panic!("{typed}: {wrong:?}") };
        format!("{} {:?}: {}; {}", &typed[one.span.clone()], one.span, one.message, one.hint)
    }

    #[test]
    fn operators_are_capitals() {
        assert_eq!(shown("a AND b or NOT c"), "a And b or Not c");
        assert_eq!(shown("AREA[X] y NEAR/3 z"), "Area{X} y Near(3) z");
        assert_eq!(shown("RANGE[MIN, 16 years]"), "Range{MIN, 16 years}");
    }

    #[test]
    fn a_backslash_makes_a_word_of_anything() {
        assert_eq!(shown("\\AND \\MISSING a\\(b \\Merck x\\"), "AND MISSING a(b Merck x");
        assert_eq!(shown("\"say \\\"x\\\" MSI\\-H AND (b)\""), "<say|\"x\"|MSI-H|AND|(b)>");
    }

    #[test]
    fn curly_quotes_are_quotes() {
        assert_eq!(shown("\u{201c}bone  marrow\u{201d}x"), "<bone|marrow> x");
        assert_eq!(shown("\u{201e}a b\u{201c}"), "<a|b>");
    }

    #[test]
    fn other_signs_are_parts_of_words() {
        assert_eq!(shown("Sharp & Dohme/x 3.098km d'Arcy"), "Sharp & Dohme/x 3.098km d'Arcy");
    }

    #[test]
    fn messages() {
        for (typed, expected) in [
            (
                "a \"b c",
                "\"b c 2..6: the quote is not closed; type `\"` after the last word of the phrase",
            ),
            (
                "\" \"",
                "\" \" 0..3: there are no words between the quotes; type a phrase between them, or leave them out",
            ),
            ("area[X]y", "area 0..4: operators are written in capitals; type `AREA[X]`"),
            (
                "AREA [X]y",
                "AREA 0..4: there is a blank between `AREA` and its bracket; leave the blank out: `AREA[X]`",
            ),
            (
                "DISTANCE(1,2,3mi)",
                "DISTANCE 0..8: `DISTANCE` takes brackets after it; type it as in `AREA[LocationGeoPoint]DISTANCE[39.0, -77.1, 50mi]`, or `\\DISTANCE` for the word",
            ),
            (
                "SEARCH trial",
                "SEARCH 0..6: `SEARCH` takes brackets after it; type it as in `SEARCH[Location](AREA[LocationCity]Portland)`, or `\\SEARCH` for the word",
            ),
            (
                "AREA[Phase b",
                "AREA[ 0..5: the bracket is not closed; type `]` where what belongs to it ends",
            ),
            (
                "an*",
                "an* 0..3: `an*` would match too many words; type at least 3 letters before `*`, or `\\*` for the character",
            ),
            (
                "abc~",
                "abc~ 0..4: `abc` is too short for words like it; type a word of at least 4 letters before `~`, or `\\~` for the character",
            ),
            (
                "a NEAR/101 b",
                "NEAR/101 2..10: the words of a `NEAR` may be 100 words apart at most; type a smaller number, such as `NEAR/100`, or `AND`",
            ),
        ] {
            assert_eq!(message(typed), expected, "{typed}");
        }
    }
}

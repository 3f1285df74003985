//! A text, and a token among its neighbours.

use crate::Span;
use crate::lexer::{Token, TokenKind};
use crate::word_list::WordList;

/// From this number of words on, a text without operators is prose, such as a
/// pasted title: signs rarely have there the meaning that they have in other
/// systems.
const FEWEST_IN_PROSE: usize = 8;

/// Words of prose for each operator in small letters, at least.
const WORDS_OF_AN_OPERATOR: usize = 5;

/// Words that a title has, and that hardly any expression is made of.
const JOINING: WordList =
    WordList("in|of|for|with|to|on|the|by|from|versus|vs|after|during|without|who");

/// A text and its tokens.
#[derive(Clone, Copy)]
pub(super) struct TypedText<'a> {
    pub(super) typed: &'a str,
    pub(super) tokens: &'a [Token],
    /// It is many words and nothing of any language.
    pub(super) is_prose: bool,
    /// Hardly more than one word has small letters: in a title in capitals, no
    /// word says more by them.
    pub(super) is_in_capitals: bool,
    /// It has ASCII digits.
    pub(super) has_digits: bool,
    /// It has characters besides ASCII letters, digits and blanks.
    pub(super) has_signs: bool,
}

impl<'a> TypedText<'a> {
    pub(super) fn new(typed: &'a str, tokens: &'a [Token]) -> Self {
        let word = |token: &&Token| matches!(token.kind, TokenKind::Word(_));
        let words = tokens.iter().filter(word).count();
        let small = |token: &&Token| typed[token.span.clone()].chars().any(char::is_lowercase);
        let is_in_capitals = words > 3 && tokens.iter().filter(small).take(2).count() < 2;
        let is_prose = words >= FEWEST_IN_PROSE && tokens.iter().all(is_plain_or_all);
        let has_digits = typed.bytes().any(|byte| byte.is_ascii_digit());
        let has_signs = !typed.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b' ');
        Self { typed, tokens, is_prose, is_in_capitals, has_digits, has_signs }
    }

    /// Whether it is prose in which operators in small letters are rare, next
    /// to words that join no operands: a title, as in `treatment of relapsed or
    /// refractory ...`.
    pub(super) fn is_prose_with(self, operators: usize) -> bool {
        let joins =
            |token: &Token| JOINING.iter().any(|word| word.eq_ignore_ascii_case(self.of(token)));
        let words = self.tokens.iter().filter(|token| matches!(token.kind, TokenKind::Word(_)));
        self.is_prose
            && operators * WORDS_OF_AN_OPERATOR <= words.count()
            && self.tokens.iter().any(joins)
    }

    /// A token as typed.
    pub(super) fn of(self, token: &Token) -> &'a str {
        &self.typed[token.span.clone()]
    }

    /// A word as typed; a quoted one, or one with a backslash, is itself.
    pub(super) fn bare(self, at: usize) -> Option<&'a str> {
        let token = self.tokens.get(at)?;
        let text = self.of(token);
        let is_escaped = self.has_signs && text.contains('\\');
        (matches!(token.kind, TokenKind::Word(_)) && !is_escaped).then_some(text)
    }
}

/// `ALL` is a leukaemia in titles.
fn is_plain_or_all(token: &Token) -> bool {
    token.kind.is_plain() || token.kind == TokenKind::All
}

/// A token among its neighbours.
#[derive(Clone, Copy)]
pub(super) struct TokenPlace<'a> {
    pub(super) text: TypedText<'a>,
    pub(super) at: usize,
}

impl<'a> TokenPlace<'a> {
    pub(super) fn token(self) -> &'a Token {
        &self.text.tokens[self.at]
    }

    /// The token as typed.
    pub(super) fn typed(self) -> &'a str {
        self.text.of(self.token())
    }

    pub(super) fn next(self) -> Option<&'a Token> {
        self.text.tokens.get(self.at + 1)
    }

    pub(super) fn previous(self) -> Option<&'a Token> {
        self.text.tokens.get(self.at.checked_sub(1)?)
    }

    /// The word or phrase before or behind, as typed.
    pub(super) fn neighbour(self, token: Option<&'a Token>) -> Option<&'a str> {
        let token = token?;
        matches!(token.kind, TokenKind::Word(_) | TokenKind::Quoted(_)).then(|| self.text.of(token))
    }

    /// Whether operands precede and follow it.
    pub(super) fn is_between_words(self) -> bool {
        let is = |token: Option<&Token>, other: TokenKind| {
            token.is_some_and(|token| {
                matches!(token.kind, TokenKind::Word(_) | TokenKind::Quoted(_))
                    || token.kind == other
            })
        };
        is(self.previous(), TokenKind::Close) && is(self.next(), TokenKind::Open)
    }

    /// Whether an operand begins here.
    pub(super) fn begins_operand(self) -> bool {
        self.previous().is_none_or(|token| !ends_operand(&token.kind))
    }

    /// Whether a sign comes right before it, as in `(R)-ketamine`.
    pub(super) fn follows_at_once(self) -> bool {
        self.text.typed[..self.token().span.start].ends_with([')', ']', '"'])
    }

    /// The next token, if no blank comes before it.
    pub(super) fn touches_next(self) -> Option<&'a Token> {
        self.next().filter(|next| next.span.start == self.token().span.end)
    }

    /// The place of a group that begins at a token.
    pub(super) fn group(self, at: usize) -> Option<Span> {
        const LONGEST: usize = 500;
        let tokens = self.text.tokens;
        let mut depth = 0_usize;
        for (last, token) in tokens.iter().enumerate().skip(at).take(LONGEST) {
            match token.kind {
                TokenKind::Open => depth += 1,
                TokenKind::Close => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 {
                return Some(tokens[at].span.start..token.span.end).filter(|_| last > at);
            }
        }
        None
    }
}

/// Whether an operand may end with a token.
pub(super) fn ends_operand(kind: &TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Word(_)
            | TokenKind::Quoted(_)
            | TokenKind::Close
            | TokenKind::Bracketed
            | TokenKind::Missing
            | TokenKind::All
    )
}

/// Whether an operand may begin with a token; `NOT` joins without `AND`.
pub(super) fn begins_operand(kind: &TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Word(_)
            | TokenKind::Quoted(_)
            | TokenKind::Open
            | TokenKind::Operator(..)
            | TokenKind::Missing
            | TokenKind::All
    )
}

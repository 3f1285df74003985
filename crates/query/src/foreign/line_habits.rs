//! Names of lines of a strategy, and several operators in small letters: what
//! would be looked for as words is refused.

use super::super::Diagnostic;
use super::super::lexer::{Token, TokenKind};
use super::token_place::TypedText;
use crate::word_list::WordList;

/// The longest text, in bytes, that a hint repeats in capitals.
const LONGEST_REPEATED: usize = 300;

/// Words that titles and names of conditions join in pairs.
const PAIRED: WordList = WordList(
    "relapsed|relapsing|refractory|recurrent|resistant|advanced|metastatic|unresectable|\
     inoperable|progressive|persistent|residual|mild|moderate|severe|acute|chronic|primary|\
     secondary|with|without|no",
);

/// Digits of a line's number, at most.
const LONGEST_NUMBER: usize = 3;

/// What is wrong with an expression, or part of one, as a search of its own.
pub(super) fn refusals(text: TypedText) -> Vec<Diagnostic> {
    let TypedText { typed, tokens, .. } = text;
    let named = name_of_a_line(text).or_else(|| names_alone(typed, tokens));
    let small = if named.is_some() { None } else { small_operator(text) };
    named.into_iter().chain(small).collect()
}

/// A word as typed; a quoted one, or one with a backslash, is itself.
fn bare<'a>(typed: &'a str, token: &Token) -> Option<&'a str> {
    matches!(token.kind, TokenKind::Word(_)).then(|| &typed[token.span.clone()])
}

fn is_small_operator(typed: &str, token: &Token) -> bool {
    bare(typed, token).is_some_and(|text| capital(text).is_some())
}

/// The operator that a word in small letters may be meant for.
pub(super) fn capital(text: &str) -> Option<&'static str> {
    ["AND", "OR", "NOT"].into_iter().find(|operator| operator.eq_ignore_ascii_case(text))
}

/// A name such as `#1`, or `or/1-3`, which nothing else looks like.
fn name_of_a_line(whole: TypedText) -> Option<Diagnostic> {
    whole.tokens.iter().find_map(|token| {
        let text = bare(whole.typed, token)?;
        let names = match text.strip_prefix('#') {
            // A protocol or a case in a title.
            Some(number) if number.len() > LONGEST_NUMBER => return None,
            Some(_) if whole.is_prose && follows_a_word(whole, token) => return None,
            Some(number) => number,
            None => {
                let (operator, names) = text.split_once('/')?;
                capital(operator).map(|_| names.trim_start_matches('#'))?
            }
        };
        let list = |c: char| c.is_ascii_digit() || matches!(c, '#' | '-' | '\u{2013}' | '/' | '.');
        let is_name = names.starts_with(|c: char| c.is_ascii_digit()) && names.chars().all(list);
        is_name.then(|| {
            let digits: String = names.chars().take_while(char::is_ascii_digit).collect();
            line_named(text, token, &digits, &format!("`\\{text}` is the word"))
        })
    })
}

fn follows_a_word(text: TypedText, token: &Token) -> bool {
    let at = text.tokens.iter().position(|one| one.span == token.span);
    at.and_then(|at| at.checked_sub(1)).is_some_and(|at| text.bare(at).is_some())
}

/// `S1 OR S2`, `L1 AND L2`, `1 and 2`: numbers with operators between and nothing else.
fn names_alone(typed: &str, tokens: &[Token]) -> Option<Diagnostic> {
    let number = |token: &Token| {
        let text = bare(typed, token)?;
        let digits = text.strip_prefix(['S', 's', 'L']).unwrap_or(text);
        let few = (1..=3).contains(&digits.len());
        (few && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(digits)
    };
    let operator = |token: &Token| {
        matches!(token.kind, TokenKind::And | TokenKind::Or | TokenKind::Not)
            || is_small_operator(typed, token)
    };
    let other = |token: &Token| matches!(token.kind, TokenKind::Open | TokenKind::Close);
    let first = tokens.iter().find(|token| number(token).is_some())?;
    let names = tokens.iter().any(operator)
        && tokens.iter().all(|token| number(token).is_some() || operator(token) || other(token));
    let text = &typed[first.span.clone()];
    names
        .then(|| line_named(text, first, number(first).unwrap_or("1"), "quotes make words of them"))
}

fn line_named(text: &str, token: &Token, number: &str, otherwise: &str) -> Diagnostic {
    Diagnostic {
        span: token.span.clone(),
        message: format!("`{text}` names a line of a strategy, which is not here"),
        hint: format!(
            "name its file: `trialdex batch FILE` counts all lines, `trialdex search {{strategy}} \
             FILE#{number}` shows what one finds; {otherwise}"
        ),
    }
}

/// `a or b or c`, `(a or b) and c`: so much looks like an expression that
/// nobody means the words. A single one between words or beside parentheses
/// stays one, and so do those of a title.
fn small_operator(text: TypedText) -> Option<Diagnostic> {
    let TypedText { typed, tokens, .. } = text;
    let is = |at: usize, operator: &str| {
        bare(typed, &tokens[at]).and_then(capital).is_some_and(|known| known == operator)
    };
    let between = (0..tokens.len()).filter(|at| is_small_operator(typed, &tokens[*at]));
    let between = between.filter(|at| is_between(tokens, *at) && !is_of_a_name(text, *at));
    let between: Vec<usize> = between.collect();
    if text.is_prose_with(between.len()) {
        return None;
    }
    let capitals = tokens
        .iter()
        .any(|token| matches!(token.kind, TokenKind::And | TokenKind::Or | TokenKind::Not));
    let ors = between.iter().filter(|at| is(**at, "OR")).count();
    let several = between.len() > 1 || capitals;
    let evident = |at: &&usize| {
        let grouped = is_in_parentheses(tokens, **at) && is(**at, "OR");
        is(**at, "OR") && (ors > 1 || capitals)
            || several && (grouped || is_beside(tokens, **at, is_parenthesis))
            || is_beside(tokens, **at, is_of_an_expression)
    };
    let token = &tokens[*between.iter().find(evident)?];
    let text = &typed[token.span.clone()];
    let whole = in_capitals(typed, tokens);
    let hint = match whole.len() <= LONGEST_REPEATED {
        true => format!("type `{whole}`; `\\{text}` is the word"),
        false => {
            format!("type operators in capitals, as in `a AND (b OR c)`; `\\{text}` is the word")
        }
    };
    Some(Diagnostic {
        span: token.span.clone(),
        message: format!("`{text}` in small letters is a word, and no operator"),
        hint,
    })
}

/// Whether an operator joins two words that names of conditions and titles
/// have in pairs, and nothing else besides: `relapsed or refractory`.
fn is_of_a_name(text: TypedText, at: usize) -> bool {
    let near = |at: Option<usize>| at.and_then(|at| text.bare(at)).unwrap_or_default();
    let known = |word: &str| PAIRED.iter().any(|known| known.eq_ignore_ascii_case(word));
    let further = [at.checked_sub(2), Some(at + 2)].map(near);
    known(near(at.checked_sub(1)))
        && known(near(Some(at + 1)))
        && further.iter().all(|word| capital(word).is_none())
}

fn is_between(tokens: &[Token], at: usize) -> bool {
    let ends = |kind: &TokenKind| {
        matches!(kind, TokenKind::Word(_) | TokenKind::Quoted(_) | TokenKind::Close)
    };
    let begins = |kind: &TokenKind| {
        matches!(
            kind,
            TokenKind::Word(_) | TokenKind::Quoted(_) | TokenKind::Open | TokenKind::Operator(..)
        )
    };
    let before = at.checked_sub(1).and_then(|at| tokens.get(at));
    before.is_some_and(|token| ends(&token.kind))
        && tokens.get(at + 1).is_some_and(|token| begins(&token.kind))
}

fn is_in_parentheses(tokens: &[Token], at: usize) -> bool {
    let count = |kind: TokenKind| tokens[..at].iter().filter(|token| token.kind == kind).count();
    count(TokenKind::Open) > count(TokenKind::Close)
}

/// Whether a token of some kind is next to a word.
fn is_beside(tokens: &[Token], at: usize, is: fn(&TokenKind) -> bool) -> bool {
    let before = at.checked_sub(1).and_then(|at| tokens.get(at));
    before.is_some_and(|token| is(&token.kind))
        || tokens.get(at + 1).is_some_and(|token| is(&token.kind))
}

fn is_parenthesis(kind: &TokenKind) -> bool {
    matches!(kind, TokenKind::Open | TokenKind::Close)
}

fn is_of_an_expression(kind: &TokenKind) -> bool {
    matches!(kind, TokenKind::Quoted(_) | TokenKind::Operator(..))
}

/// The text with operators in capitals.
pub(super) fn in_capitals(typed: &str, tokens: &[Token]) -> String {
    let (mut text, mut from) = (String::with_capacity(typed.len()), 0);
    for (at, token) in tokens.iter().enumerate() {
        let operator = bare(typed, token).and_then(capital).filter(|_| is_between(tokens, at));
        if let Some(operator) = operator {
            text.push_str(&typed[from..token.span.start]);
            text.push_str(operator);
            from = token.span.end;
        }
    }
    text.push_str(&typed[from..]);
    text
}

#[cfg(test)]
mod tests {
    use crate::expression::expression;

    fn refused(typed: &str) -> Option<String> {
        let wrong = expression(typed).err()?;
        let said = wrong
            .iter()
            .map(|one| format!("{}: {}; {}", &typed[one.span.clone()], one.message, one.hint));
        Some(said.collect::<Vec<_>>().join(" | "))
    }

    #[test]
    fn names_of_lines_are_no_words() {
        for (typed, name, number) in [
            ("#1 AND #2", "#1", 1),
            ("#4", "#4", 4),
            ("(#12 OR #13) NOT heparin", "#12", 12),
            ("or/1-3", "or/1-3", 1),
            ("heparin AND or/#2-#4", "or/#2-#4", 2),
            ("S1 OR S2", "S1", 1),
            ("1 and 2", "1", 1),
            ("L1 AND L2", "L1", 1),
            ("(1 OR 2) NOT 3", "1", 1),
        ] {
            let said = refused(typed).expect(typed);
            let expected =
                format!("{name}: `{name}` names a line of a strategy, which is not here; ");
            assert!(said.starts_with(&expected), "{typed}: {said}");
            assert!(
                said.contains(&format!("search {{strategy}} FILE#{number}`")),
                "{typed}: {said}"
            );
        }
    }

    #[test]
    fn small_operators_of_an_expression_are_no_words() {
        for (typed, whole) in [
            ("aa or bb or cc", "aa OR bb OR cc"),
            ("(a or b) and c", "(a OR b) AND c"),
            ("x (a or b) or c", "x (a OR b) OR c"),
            ("\"a b\" or c", "\"a b\" OR c"),
            ("a OR b or c", "a OR b OR c"),
            ("a or b or c in d and e or f", "a OR b OR c in d AND e OR f"),
            ("AREA[BriefTitle]a and AREA[BriefTitle]b", "AREA[BriefTitle]a AND AREA[BriefTitle]b"),
        ] {
            let said = refused(typed).expect(typed);
            assert!(said.contains(&format!("type `{whole}`")), "{typed}: {said}");
            assert_eq!(refused(whole), None, "{whole}");
        }
    }

    #[test]
    fn words_stay_words() {
        for typed in [
            "pain or fever",
            "head and neck cancer",
            "HPV OR head and neck",
            "(head and neck) OR lung",
            "pain \\or fever \\or cough",
            "\"pain or fever or cough\"",
            "2019 OR 2020",
            "HPV (16 OR 18)",
            "phase 1",
            "1 2",
            "\"#1\" OR \\#2",
            "\"1\" AND \"2\"",
            "C# b#1",
            "and/or",
            "either/or choice",
            "a study of drug x in relapsed or refractory (acute or chronic) leukemia of the bone marrow",
            "a condition (mild form or other)",
            "some condition (SC) and another",
            "relapsed or refractory lymphoma, relapsed or refractory leukemia",
            "drug a in patients with acute lymphoid leukemia (ALL) or lymphoma and disease of the bone",
            "CSP #399 - effects of drug x on patients in hospitals",
            "drug x (NSC #119875) AND drug y",
            "safety of vaccine x (adults and children) in rural areas, study #706363 of the programme",
        ] {
            assert_eq!(refused(typed), None, "{typed}");
        }
    }
}

//! Lines of systems whose fields are names before a colon or a parenthesis, as
//! tokens.

use super::systems::Dialect;
use super::tokens::DialectToken;
use super::{ictrp, named_fields};

/// Bytes of a name at most.
const LONGEST: usize = 48;

/// The field before what it holds for that a text begins with, and how many
/// bytes it takes.
pub(super) fn prefix(rest: &str, dialect: Dialect) -> Option<(DialectToken, usize)> {
    match dialect {
        Dialect::ProQuest => function(rest).or_else(|| colon(rest, dialect)),
        _ if named_fields::has_names(dialect) => colon(rest, dialect),
        // `foo:(gout)` is a field of none of the others.
        _ => {
            let (name, length) = plain_name(rest)?;
            rest[length..]
                .starts_with('(')
                .then(|| (DialectToken::Unknown(format!("{name}:")), length))
        }
    }
}

/// A name without blanks before a colon, with the bytes of both.
fn plain_name(rest: &str) -> Option<(&str, usize)> {
    let part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let end = rest.find(|c| !part(c)).filter(|end| *end > 1 && *end < LONGEST)?;
    let letters = rest[..end].starts_with(|c: char| c.is_ascii_alphabetic());
    (letters && rest[end..].starts_with(':')).then_some((&rest[..end], end + 1))
}

/// `tw:(gout)`, `"All Metadata":gout`, `Any Field: gout`.
fn colon(rest: &str, dialect: Dialect) -> Option<(DialectToken, usize)> {
    let head = rest.char_indices().nth(LONGEST).map_or(rest, |(end, _)| &rest[..end]);
    if let Some(at) = head.find(':') {
        let name = head[..at].trim();
        let name = name.strip_prefix('"').map_or(name, |name| name.trim_end_matches('"'));
        let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | ' ' | '-' | '&');
        let named = !name.starts_with('-') && name.chars().all(part);
        if named && named_fields::field(name, dialect).is_some() {
            return Some((DialectToken::Prefix(vec![name.to_owned()]), at + 1));
        }
    }
    let (name, length) = plain_name(rest)?;
    let touches = rest[length..].starts_with(|c: char| c.is_alphanumeric() || "([\"{".contains(c));
    touches.then(|| (DialectToken::Unknown(format!("{name}:")), length))
}

/// ProQuest's `TI,AB(gout)`, `MESH.EXACT.EXPLODE("Gout")`.
fn function(rest: &str) -> Option<(DialectToken, usize)> {
    let part = |c: char| c.is_ascii_alphabetic() || matches!(c, '.' | ',');
    let end = rest.find(|c| !part(c)).filter(|end| *end > 1 && *end < LONGEST)?;
    if !rest[end..].starts_with('(') {
        return None;
    }
    let codes: Vec<String> = rest[..end].split(',').map(str::to_owned).collect();
    let known = codes.iter().all(|code| named_fields::field(code, Dialect::ProQuest).is_some());
    let token = if known {
        DialectToken::Prefix(codes)
    } else {
        DialectToken::Unknown(rest[..end].to_owned())
    };
    Some((token, end))
}

/// A line with what a system writes in words of its own in the form of its
/// fields.
pub(super) fn prepared(text: &str, dialect: Dialect) -> String {
    match dialect {
        Dialect::Scholar => all_in(&around(text)),
        Dialect::Ictrp => ictrp::prepared(text),
        Dialect::PsycNet => ictrp::of_psycnet(text),
        _ => text.to_owned(),
    }
}

/// In these systems a name holds for the next word alone: `TITLE:gout flare`
/// asks for `flare` anywhere.
pub(super) fn one_word_each(tokens: Vec<DialectToken>, dialect: Dialect) -> Vec<DialectToken> {
    const GROUPED: [Dialect; 5] =
        [Dialect::ProQuest, Dialect::PsycNet, Dialect::Ictrp, Dialect::Isrctn, Dialect::EuRegister];
    if GROUPED.contains(&dialect) {
        return tokens;
    }
    let mut written: Vec<DialectToken> = Vec::with_capacity(tokens.len());
    for token in tokens {
        let operand = matches!(token, DialectToken::Word(_));
        let (before, last) = (written.iter().rev().nth(1), written.last());
        let ends = matches!(last, Some(DialectToken::Word(_)))
            && matches!(before, Some(DialectToken::Prefix(_)));
        if operand && ends {
            written.push(DialectToken::And);
        }
        written.push(token);
    }
    if dialect == Dialect::Scholar { with_narrow_or(&written) } else { written }
}

/// Google Scholar's `OR` joins the two words beside it alone: `acute gout OR
/// podagra` asks for `acute`, too.
fn with_narrow_or(tokens: &[DialectToken]) -> Vec<DialectToken> {
    let is_word = |at: Option<usize>| {
        at.and_then(|at| tokens.get(at)).is_some_and(|token| matches!(token, DialectToken::Word(_)))
    };
    let is_or = |at: Option<usize>| at.and_then(|at| tokens.get(at)) == Some(&DialectToken::Or);
    let parts = |at: usize| {
        let (before, first) = (at.checked_sub(1), at.checked_sub(2));
        is_word(Some(at)) && is_word(before) && (is_or(first) || is_or(Some(at + 1)))
    };
    let mut written = Vec::with_capacity(tokens.len() * 2);
    for (at, token) in tokens.iter().enumerate() {
        if parts(at) {
            written.push(DialectToken::And);
        }
        written.push(token.clone());
    }
    written
}

/// Google's `AROUND(3)` as `NEAR/3`.
fn around(text: &str) -> String {
    let mut parts = text.split("AROUND(");
    let mut written = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let number = part.split_once(')').filter(|(number, _)| number.parse::<u32>().is_ok());
        written.push_str(&match number {
            Some((number, rest)) => format!("NEAR/{number}{rest}"),
            None => format!("AROUND({part}"),
        });
    }
    written
}

/// Google Scholar's `allintitle: gout flare` as `intitle:(gout flare)`.
fn all_in(text: &str) -> String {
    let Some((name, rest)) = text.split_once(':') else { return text.to_owned() };
    let field = match name.trim().to_ascii_lowercase().as_str() {
        "allintitle" => "intitle",
        "allintext" => "intext",
        "allinauthor" => "author",
        _ => return text.to_owned(),
    };
    format!("{field}:({})", rest.trim())
}

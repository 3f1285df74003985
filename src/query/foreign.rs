//! Habits from other databases. Where the registry takes them for plain words
//! they stay so, and a notice says what to type; where it refuses them, the
//! diagnostic does.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::lexer::{Token, TokenKind};
use super::words::holds_words;
use super::{Diagnostic, Span};
use crate::study::pieces;

/// Notices that anybody reads at a time.
const MOST: usize = 20;

/// Fields of other databases in brackets or before a colon (folded), and the
/// area that is nearest to each.
const FIELDS: [(&str, &str); 32] = [
    ("ti", "BriefTitle"),
    ("title", "BriefTitle"),
    ("tiab", "BasicSearch"),
    ("titleabstract", "BasicSearch"),
    ("ab", "BriefSummary"),
    ("abstract", "BriefSummary"),
    ("tw", "BasicSearch"),
    ("textword", "BasicSearch"),
    ("textwords", "BasicSearch"),
    ("all", "BasicSearch"),
    ("allfields", "BasicSearch"),
    ("mh", "ConditionMeshTerm"),
    ("mesh", "ConditionMeshTerm"),
    ("meshterms", "ConditionMeshTerm"),
    ("majr", "ConditionMeshTerm"),
    ("meshmajortopic", "ConditionMeshTerm"),
    ("nm", "InterventionMeshTerm"),
    ("ot", "Keyword"),
    ("kw", "Keyword"),
    ("keyword", "Keyword"),
    ("au", "OverallOfficialName"),
    ("author", "OverallOfficialName"),
    ("ad", "OverallOfficialAffiliation"),
    ("affiliation", "OverallOfficialAffiliation"),
    ("dp", "StartDate"),
    ("si", "SecondaryId"),
    ("cond", "ConditionSearch"),
    ("intr", "InterventionSearch"),
    ("sponsor", "SponsorSearch"),
    ("country", "LocationCountry"),
    ("status", "OverallStatus"),
    ("gender", "Sex"),
];

/// Field codes after a dot (`anemia.ti,ab.`), and where to look instead; none
/// means that plain words will do.
const CODES: [(&str, &str); 9] = [
    ("ti", "TitleSearch"),
    ("ab", "BriefSummary"),
    ("tw", ""),
    ("mp", ""),
    ("af", ""),
    ("kw", "Keyword"),
    ("kf", "Keyword"),
    ("sh", "ConditionMeshTerm"),
    ("hw", "ConditionMeshTerm"),
];

/// The area that a field of another database is nearest to.
fn area_of(field: &str) -> Option<&'static str> {
    let folded = pieces::fold(field.split_once(':').map_or(field, |(name, _)| name));
    if let Some((_, area)) = FIELDS.iter().find(|(name, _)| *name == folded) {
        return Some(area);
    }
    // Every word of a long text may have a colon.
    static KNOWN: LazyLock<HashMap<String, &'static str>> = LazyLock::new(|| {
        pieces::all().iter().rev().map(|piece| (pieces::fold(piece.name), piece.name)).collect()
    });
    KNOWN.get(&folded).copied()
}

/// What is said of brackets without an operator, after a term or alone.
pub(super) fn bracketed(typed: &str, span: &Span, inner: &Span, term: Option<&str>) -> Diagnostic {
    let sign = &typed[span.clone()];
    let field = typed[inner.clone()].trim();
    let area = if field.is_empty() { None } else { area_of(field) };
    let (message, hint) = match (area, term) {
        (Some(area), term) => (
            format!("fields are not named after a word: `{sign}`"),
            format!("type `AREA[{area}]{}` instead", term.unwrap_or("word")),
        ),
        (None, _) if inner.is_empty() => (
            format!("`{sign}` belongs to no operator"),
            "leave it out, or put it between quotes".to_owned(),
        ),
        (None, _) => (
            "brackets belong to operators, such as `AREA[BriefTitle]`".to_owned(),
            format!("leave them out, or put `{sign}` between quotes"),
        ),
    };
    Diagnostic { span: span.clone(), message, hint }
}

/// What of an expression may be meant otherwise than it is understood.
pub(super) fn notices(typed: &str, tokens: &[Token]) -> Vec<Diagnostic> {
    let seen = (0..tokens.len()).filter_map(|at| {
        let (message, hint) = Place { typed, tokens, at }.habit()?;
        Some(Diagnostic { span: tokens[at].span.clone(), message, hint })
    });
    seen.take(MOST).collect()
}

/// Message and hint.
type Notice = (String, String);

/// A token among its neighbours.
#[derive(Clone, Copy)]
struct Place<'a> {
    typed: &'a str,
    tokens: &'a [Token],
    at: usize,
}

impl<'a> Place<'a> {
    /// What the token may be meant for.
    fn habit(self) -> Option<Notice> {
        match self.tokens[self.at].kind {
            TokenKind::All | TokenKind::Missing => self.operator_beside_words(),
            TokenKind::Word(_) => WORDS.iter().find_map(|habit| habit(self, self.text())),
            _ => None,
        }
    }

    /// The token as typed.
    fn text(self) -> &'a str {
        &self.typed[self.tokens[self.at].span.clone()]
    }

    /// The token so many places further, as typed, if it is a word or phrase.
    fn neighbour(self, before: bool) -> Option<&'a Token> {
        let at = if before { self.at.checked_sub(1)? } else { self.at + 1 };
        let token = self.tokens.get(at)?;
        matches!(token.kind, TokenKind::Word(_) | TokenKind::Quoted(_)).then_some(token)
    }

    fn is_between_words(self) -> bool {
        let open = |before: bool, kind: &TokenKind| {
            let at = if before { self.at.checked_sub(1) } else { Some(self.at + 1) };
            at.and_then(|at| self.tokens.get(at)).is_some_and(|token| token.kind == *kind)
        };
        (self.neighbour(true).is_some() || open(true, &TokenKind::Close))
            && (self.neighbour(false).is_some() || open(false, &TokenKind::Open))
    }

    /// Whether the next token follows without a blank.
    fn touches_next(self) -> Option<&'a Token> {
        let next = self.tokens.get(self.at + 1)?;
        (next.span.start == self.tokens[self.at].span.end).then_some(next)
    }

    fn operator_beside_words(self) -> Option<Notice> {
        self.neighbour(true).or(self.neighbour(false))?;
        let text = self.text();
        let means = if text == "ALL" { "every study" } else { "studies without a value" };
        Some((
            format!("`{text}` stands for {means} here"),
            format!("type `\\{text}` or `\"{text}\"` for the word"),
        ))
    }
}

/// The habits that show in a word. The first one that is recognised is told.
const WORDS: [fn(Place, &str) -> Option<Notice>; 13] = [
    boolean_word,
    boolean_sign,
    adjacency,
    dollar,
    field_code,
    explosion,
    minus,
    plus,
    field_colon,
    wildcard,
    single_quotes,
    tilde,
    parenthesis,
];

fn boolean_word(place: Place, text: &str) -> Option<Notice> {
    let capitals = text.to_ascii_uppercase();
    let meaning = match capitals.as_str() {
        "AND" => "if both are wanted, or leave it out",
        "OR" => "for either of the two",
        "NOT" => "to exclude what follows",
        _ => return None,
    };
    place.is_between_words().then(|| {
        (
            format!("`{text}` is looked for like any other word"),
            format!("type `{capitals}` {meaning}"),
        )
    })
}

fn boolean_sign(_: Place, text: &str) -> Option<Notice> {
    let operator = match text {
        "&&" => "AND",
        "||" | "|" => "OR",
        "!" => "NOT",
        _ => return None,
    };
    Some((format!("`{text}` means nothing here"), format!("type `{operator}`")))
}

fn adjacency(place: Place, text: &str) -> Option<Notice> {
    let folded = text.to_ascii_lowercase();
    let letters = folded.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = &folded[letters.len()..];
    let known = matches!(letters, "adj" | "near/" | "n/" | "w/" | "pre/")
        || (matches!(letters, "near" | "n" | "w") && !digits.is_empty());
    if !known || digits.len() > 2 || !place.is_between_words() || is_staging(place) {
        return None;
    }
    let distance = if digits.is_empty() { "1" } else { digits };
    let span =
        |token: Option<&Token>| token.map_or("word", |token| &place.typed[token.span.clone()]);
    let (before, after) = (span(place.neighbour(true)), span(place.neighbour(false)));
    Some((
        format!("`{text}` is looked for like any other word"),
        format!("type `{before} NEAR/{distance} {after}` for words that stand near each other"),
    ))
}

/// `T2 N3 M0` is a stage of a tumour.
fn is_staging(place: Place) -> bool {
    let stage = |token: Option<&Token>| {
        let text = token.map_or("", |token| &place.typed[token.span.clone()]);
        text.len() <= 3
            && text.starts_with(['T', 'M', 't', 'm'])
            && text[1..].starts_with(|c: char| c.is_ascii_digit() || c == 'x' || c == 'X')
    };
    stage(place.neighbour(true)) || stage(place.neighbour(false))
}

fn dollar(_: Place, text: &str) -> Option<Notice> {
    let stem = text.trim_end_matches(|c: char| c == '$' || c.is_ascii_digit());
    let cut = text[stem.len()..].starts_with('$') && holds_words(stem);
    cut.then(|| {
        (
            format!("`{text}` does not stand for other endings"),
            format!("type `{stem}*` for all words that begin so"),
        )
    })
}

fn field_code(place: Place, text: &str) -> Option<Notice> {
    let (word, code) = text.strip_suffix('.').unwrap_or(text).rsplit_once('.')?;
    let (_, area) = CODES.iter().find(|(known, _)| *known == code.to_ascii_lowercase())?;
    let listed = matches!(place.touches_next(), Some(next) if next.kind == TokenKind::Comma);
    if !(text.ends_with('.') || listed) {
        return None;
    }
    let word = if word.is_empty() { "word" } else { word };
    let hint = if area.is_empty() {
        format!("type `{word}` alone; plain words are looked for in many fields")
    } else {
        format!("type `AREA[{area}]{word}`")
    };
    Some((format!("`.{code}` names no field here"), hint))
}

fn explosion(_: Place, text: &str) -> Option<Notice> {
    let (word, sign) = text.rsplit_once('/')?;
    (matches!(sign, "exp" | "de" | "br") && holds_words(word)).then(|| {
        (
            format!("`/{sign}` is not understood as a subject heading"),
            format!("type `AREA[ConditionMeshTerm]{word} OR AREA[ConditionAncestorTerm]{word}`"),
        )
    })
}

fn minus(_: Place, text: &str) -> Option<Notice> {
    let word = text.strip_prefix('-').filter(|word| word.starts_with(char::is_alphabetic))?;
    Some((format!("`-` before `{word}` does not exclude it"), format!("type `NOT {word}`")))
}

fn plus(_: Place, text: &str) -> Option<Notice> {
    let word = text.strip_prefix('+').filter(|word| word.starts_with(char::is_alphabetic))?;
    Some((
        format!("`+` before `{word}` means nothing here"),
        format!("type `{word}`; all words are looked for as it is"),
    ))
}

fn field_colon(place: Place, text: &str) -> Option<Notice> {
    let (field, value) = text.split_once(':')?;
    let value = match (value, place.touches_next()) {
        ("", Some(next)) if matches!(next.kind, TokenKind::Quoted(_)) => {
            &place.typed[next.span.clone()]
        }
        (value, _) if holds_words(value) => value,
        _ => return None,
    };
    let area = area_of(field)?;
    let value = constant(area, value);
    Some((
        format!("`{field}:` is looked for like any other word"),
        format!("type `AREA[{area}]{value}` to look in one field"),
    ))
}

/// The constant of a piece that a value of another database stands for
/// (`phase:2`), or the value.
fn constant(area: &str, value: &str) -> String {
    let kind = pieces::named(area).map(|piece| piece.kind);
    let Some(pieces::Kind::Enum(known)) = kind else { return value.to_owned() };
    let constant = known.constant(value).or_else(|| known.constant(&format!("{area}{value}")));
    constant.unwrap_or(value).to_owned()
}

fn wildcard(_: Place, text: &str) -> Option<Notice> {
    let inner = text.trim_end_matches(['?', '*']);
    let at = inner.find(['?', '*'])?;
    let stem = &inner[..at];
    let joins =
        stem.ends_with(char::is_alphanumeric) && inner[at + 1..].starts_with(char::is_alphanumeric);
    joins.then(|| {
        (
            format!("`{}` within a word stands for nothing", &inner[at..=at]),
            "type the spellings with `OR` between them, or the beginning, such as `anemi*`"
                .to_owned(),
        )
    })
}

fn single_quotes(place: Place, text: &str) -> Option<Notice> {
    if !text.starts_with(['\'', '\u{2018}']) || text.ends_with(['\'', '\u{2019}']) {
        return None;
    }
    let run = &place.tokens[place.at..];
    let words = run.iter().take(16).take_while(|token| matches!(token.kind, TokenKind::Word(_)));
    let closes = |token: &&Token| place.typed[token.span.clone()].ends_with(['\'', '\u{2019}']);
    let last = words.skip(1).find(closes)?;
    let phrase = &place.typed[run[0].span.start..last.span.end];
    let phrase = phrase.trim_matches(['\'', '\u{2018}', '\u{2019}']);
    Some((
        "single quotes do not make a phrase".to_owned(),
        format!("type double quotes: `\"{phrase}\"`"),
    ))
}

/// The API's `distance(...)`, which is none of the language.
fn parenthesis(place: Place, text: &str) -> Option<Notice> {
    let open = matches!(place.touches_next(), Some(next) if next.kind == TokenKind::Open);
    (open && text == "distance").then(|| {
        (
            "`distance(` is looked for like any other word".to_owned(),
            "type `AREA[LocationGeoPoint]DISTANCE[39.0, -77.1, 50mi]`".to_owned(),
        )
    })
}

fn tilde(place: Place, text: &str) -> Option<Notice> {
    let (word, distance) = text.rsplit_once('~')?;
    if text.contains('\\')
        || distance.is_empty()
        || !distance.bytes().all(|byte| byte.is_ascii_digit())
    {
        return None;
    }
    match (word, distance) {
        ("", _)
            if matches!(place.neighbour(true), Some(Token { kind: TokenKind::Quoted(_), .. })) =>
        {
            Some((
                format!("`{text}` after a phrase means nothing here"),
                format!("type `a NEAR/{distance} b` for words that stand near each other"),
            ))
        }
        ("", _) | (_, "1" | "2") => None,
        _ => Some((
            format!("`~{distance}` asks for words that are too different"),
            format!("type `{word}~1` or `{word}~2`"),
        )),
    }
}

#[cfg(test)]
mod tests;

//! Habits from other databases. Where the registry takes them for plain words
//! they stay so, and a notice says what to type; where it refuses them, the
//! diagnostic does.

use std::collections::HashMap;
use std::sync::LazyLock;

use self::refusals::{capital, in_capitals};
use super::lexer::{Token, TokenKind};
use super::meaning::Target;
use super::parser::tree;
use super::resolve::resolve;
use super::words::{holds_words, is_pattern};
use super::{Diagnostic, Span};
use crate::study::fields::{Field, FieldKind};
use crate::study::pieces::{self, Kind};

pub(super) mod refusals;

/// Notices that anybody reads at a time.
const MOST: usize = 20;

/// Where to look instead of in a field of another database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Near {
    /// In this area or field.
    Area(&'static str),
    /// Anywhere: plain words will do.
    Words,
    /// For a heading of MeSH and all below it.
    Mesh,
    /// Nowhere: records have nothing of the kind.
    Nothing,
}

/// Fields of other databases in brackets or before a colon (folded), and what
/// is nearest to each: PubMed's tags, and those of the registry's retired site.
#[rustfmt::skip]
const FIELDS: &[(&str, Near)] = &[
    ("ti", Near::Area("BriefTitle")),
    ("title", Near::Area("BriefTitle")),
    ("titles", Near::Area("TitleSearch")),
    ("tiab", Near::Words),
    ("titleabstract", Near::Words),
    ("ab", Near::Area("BriefSummary")),
    ("abstract", Near::Area("BriefSummary")),
    ("tw", Near::Words),
    ("textword", Near::Words),
    ("textwords", Near::Words),
    ("all", Near::Words),
    ("allfields", Near::Words),
    ("term", Near::Words),
    ("mh", Near::Mesh),
    ("mesh", Near::Mesh),
    ("meshterms", Near::Mesh),
    ("majr", Near::Mesh),
    ("meshmajortopic", Near::Mesh),
    ("nm", Near::Area("InterventionSearch")),
    ("substancename", Near::Area("InterventionSearch")),
    ("supplementaryconcept", Near::Area("InterventionSearch")),
    ("ot", Near::Area("Keyword")),
    ("kw", Near::Area("Keyword")),
    ("keyword", Near::Area("Keyword")),
    ("au", Near::Area("OverallOfficialName")),
    ("author", Near::Area("OverallOfficialName")),
    ("ad", Near::Area("OverallOfficialAffiliation")),
    ("affiliation", Near::Area("OverallOfficialAffiliation")),
    ("dp", Near::Area("StartDate")),
    ("pdat", Near::Area("StartDate")),
    ("datepublication", Near::Area("StartDate")),
    ("si", Near::Area("SecondaryId")),
    ("la", Near::Nothing),
    ("lang", Near::Nothing),
    ("language", Near::Nothing),
    ("filter", Near::Nothing),
    ("sb", Near::Nothing),
    ("sh", Near::Nothing),
    ("pt", Near::Nothing),
    ("ptyp", Near::Nothing),
    ("publicationtype", Near::Nothing),
    ("cond", Near::Area("ConditionSearch")),
    ("condition", Near::Area("ConditionSearch")),
    ("conditions", Near::Area("ConditionSearch")),
    ("disease", Near::Area("ConditionSearch")),
    ("intr", Near::Area("InterventionSearch")),
    ("intervention", Near::Area("InterventionSearch")),
    ("treatment", Near::Area("InterventionSearch")),
    ("drug", Near::Area("InterventionSearch")),
    ("outcome", Near::Area("OutcomeSearch")),
    ("outcomes", Near::Area("OutcomeSearch")),
    ("sponsor", Near::Area("SponsorSearch")),
    ("lead", Near::Area("LeadSponsorName")),
    ("eligibility", Near::Area("EligibilitySearch")),
    ("location", Near::Area("LocationSearch")),
    ("locations", Near::Area("LocationSearch")),
    ("city", Near::Area("LocationCity")),
    ("state", Near::Area("LocationState")),
    ("country", Near::Area("LocationCountry")),
    ("cntry", Near::Area("LocationCountry")),
    ("status", Near::Area("OverallStatus")),
    ("recruitment", Near::Area("OverallStatus")),
    ("gender", Near::Area("Sex")),
    ("studytypes", Near::Area("StudyType")),
    ("year", Near::Area("StartDate")),
    ("date", Near::Area("StartDate")),
    ("age", Near::Area("StdAge")),
    ("agegroup", Near::Area("StdAge")),
    ("nctid", Near::Area("NCTIdSearch")),
    ("id", Near::Area("IdSearch")),
];

/// Field codes after a dot (`anemia.ti,ab.`), and where to look instead.
const CODES: [(&str, Near); 9] = [
    ("ti", Near::Area("TitleSearch")),
    ("ab", Near::Area("BriefSummary")),
    ("tw", Near::Words),
    ("mp", Near::Words),
    ("af", Near::Words),
    ("kw", Near::Area("Keyword")),
    ("kf", Near::Area("Keyword")),
    ("sh", Near::Mesh),
    ("hw", Near::Mesh),
];

/// What a field of another database is nearest to.
fn area_of(field: &str) -> Option<Near> {
    let folded = pieces::fold(field.split_once(':').map_or(field, |(name, _)| name));
    if let Some((_, near)) = FIELDS.iter().find(|(name, _)| *name == folded) {
        return Some(*near);
    }
    // Every word of a long text may have a colon.
    static KNOWN: LazyLock<HashMap<String, &'static str>> = LazyLock::new(|| {
        pieces::all().iter().rev().map(|piece| (pieces::fold(piece.name), piece.name)).collect()
    });
    KNOWN.get(&folded).map(|name| Near::Area(name))
}

impl Near {
    /// The expression that a term with such a field means; `None` where none
    /// is understood.
    fn expression(self, field: &str, term: &str) -> Option<String> {
        let narrower = !field.to_ascii_lowercase().replace(' ', "").ends_with(":noexp");
        let text = match self {
            Self::Area(area) => format!("AREA[{area}]{}", value_in(area, term)),
            Self::Mesh if narrower => format!("EXPLODE[MeSH]{term}"),
            Self::Words | Self::Mesh => term.to_owned(),
            Self::Nothing => return None,
        };
        understood(&text).then_some(text)
    }
}

/// Whether a hint can be typed: it is an expression, and all that it names is
/// known.
fn understood(text: &str) -> bool {
    let basic = Target::named("BasicSearch");
    basic.zip(tree(text)).is_some_and(|(target, tree)| resolve(&tree, &target).is_ok())
}

/// A value of another database as it is written in an area: dates with `/`
/// and ranges with `:`, names of constants.
fn value_in(area: &str, term: &str) -> String {
    if Field::named(area).map(Field::kind) != Some(FieldKind::Date) {
        return constant(area, term);
    }
    let dates = term.trim_matches('"').replace('/', "-");
    match dates.split_once(':') {
        // PubMed writes an open end as a year that is far away.
        Some((from, to)) => {
            let to = if to.starts_with("3000") { "MAX" } else { to };
            format!("RANGE[{from}, {to}]")
        }
        None => dates,
    }
}

/// What is said of brackets without an operator, after a term or alone.
pub(super) fn bracketed(typed: &str, span: &Span, inner: &Span, term: Option<&str>) -> Diagnostic {
    let sign = &typed[span.clone()];
    let field = typed[inner.clone()].trim();
    let near = if field.is_empty() { None } else { area_of(field) };
    let term = term.map(|term| term.trim().trim_end_matches(':').trim());
    let (message, hint) = match near {
        Some(near) => (
            format!("fields are not named after a word: `{sign}`"),
            match (near, last_value(near, term.unwrap_or("word"))) {
                (Near::Nothing, _) => {
                    format!("leave `{sign}` and its word out: records have no such field")
                }
                (near, term) => match near.expression(field, term) {
                    Some(text) => format!("type `{text}` instead"),
                    None => of_no_value(near),
                },
            },
        ),
        None if inner.is_empty() => {
            (format!("`{sign}` belongs to no operator"), "leave it out".to_owned())
        }
        None => (
            "brackets belong to operators, such as `AREA[BriefTitle]word`".to_owned(),
            format!("leave `{sign}` out, or name an area before the word"),
        ),
    };
    Diagnostic { span: span.clone(), message, hint }
}

/// The part of a run of words that a field in brackets belongs to: a date is
/// the last of them.
fn last_value(near: Near, term: &str) -> &str {
    let single = match near {
        Near::Area(area) => Field::named(area).is_some_and(|field| field.kind() == FieldKind::Date),
        _ => false,
    };
    if single { term.rsplit(char::is_whitespace).next().unwrap_or(term) } else { term }
}

/// A hint for a value that an area does not have.
fn of_no_value(near: Near) -> String {
    match near {
        Near::Area(area) => format!("`trialdex fields {area}` lists its values"),
        _ => "leave it out".to_owned(),
    }
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

    /// The whole text with operators in capitals, or the operator alone where
    /// that would be long.
    fn whole_or(self, operator: &str) -> String {
        const LONGEST: usize = 80;
        let whole = in_capitals(self.typed, self.tokens);
        if whole.len() > LONGEST { operator.to_owned() } else { whole }
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

    /// Whether the token before ends where this one begins, as in
    /// `(R)-ketamine`.
    fn follows_at_once(self) -> bool {
        self.typed[..self.tokens[self.at].span.start].ends_with([')', ']', '"'])
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
    let capitals = capital(text)?;
    let meaning = match capitals {
        "AND" => "if both are wanted, or leave it out",
        "OR" => "for either of the two",
        _ => "to exclude what follows",
    };
    place.is_between_words().then(|| {
        (
            format!("`{text}` is looked for like any other word"),
            format!("type `{}` {meaning}", place.whole_or(capitals)),
        )
    })
}

fn boolean_sign(place: Place, text: &str) -> Option<Notice> {
    let operator = match text {
        "&&" => "AND",
        "||" | "|" => "OR",
        "!" => "NOT",
        _ => return None,
    };
    let (before, after) = (place.neighbour(true), place.neighbour(false));
    let span = |token: Option<&Token>| token.map_or("", |token| &place.typed[token.span.clone()]);
    let whole = format!("{} {operator} {}", span(before), span(after));
    Some((format!("`{text}` means nothing here"), format!("type `{}`", whole.trim())))
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
    cut.then(|| (format!("`{text}` does not stand for other endings"), beginning_or_all(stem)))
}

/// What to type for a truncated word.
fn beginning_or_all(stem: &str) -> String {
    match understood(&format!("{stem}*")) {
        true => format!("type `{stem}*` for all words that begin so"),
        false => "type the words that are meant, with `OR` between them".to_owned(),
    }
}

fn field_code(place: Place, text: &str) -> Option<Notice> {
    let (word, code) = text.strip_suffix('.').unwrap_or(text).rsplit_once('.')?;
    let (_, near) = CODES.iter().find(|(known, _)| *known == code.to_ascii_lowercase())?;
    let listed = matches!(place.touches_next(), Some(next) if next.kind == TokenKind::Comma);
    if !(text.ends_with('.') || listed) {
        return None;
    }
    let word = if word.is_empty() { "word" } else { word };
    let hint = match near.expression(code, word) {
        Some(text) if *near == Near::Words => {
            format!("type `{text}` alone; plain words are looked for in many fields")
        }
        Some(text) => format!("type `{text}`"),
        None => of_no_value(*near),
    };
    Some((format!("`.{code}` names no field here"), hint))
}

fn explosion(_: Place, text: &str) -> Option<Notice> {
    let (word, sign) = text.rsplit_once('/')?;
    (matches!(sign, "exp" | "de" | "br") && holds_words(word)).then(|| {
        (
            format!("`/{sign}` is not understood as a subject heading"),
            format!("type `EXPLODE[MeSH]{word}` for the heading and all below it"),
        )
    })
}

fn minus(place: Place, text: &str) -> Option<Notice> {
    let word = text.strip_prefix('-').filter(|word| word.starts_with(char::is_alphabetic))?;
    if place.follows_at_once() {
        return None;
    }
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
    let near = area_of(field)?;
    let hint = match near.expression(field, value) {
        Some(text) => format!("type `{text}` to look in one field"),
        None => of_no_value(near),
    };
    Some((format!("`{field}:` is looked for like any other word"), hint))
}

/// The constant of a piece that a value of another database stands for
/// (`phase:2`), or the value.
fn constant(area: &str, value: &str) -> String {
    let kind = pieces::named(area).map(|piece| piece.kind);
    let Some(Kind::Enum(known)) = kind else { return value.to_owned() };
    let bare = value.trim_matches('"');
    let constant = known.constant(bare).or_else(|| known.constant(&format!("{area}{bare}")));
    match constant {
        Some("ALL") => "\"ALL\"".to_owned(),
        constant => constant.unwrap_or(value).to_owned(),
    }
}

fn wildcard(_: Place, text: &str) -> Option<Notice> {
    if is_pattern(text) {
        return None;
    }
    let inner = text.trim_end_matches(['?', '*']);
    let at = inner.find(['?', '*'])?;
    let stem = &inner[..at];
    let joins =
        stem.ends_with(char::is_alphanumeric) && inner[at + 1..].starts_with(char::is_alphanumeric);
    joins.then(|| {
        (
            format!("`{}` within a word stands for nothing", &inner[at..=at]),
            match understood(&format!("{stem}*")) {
                true => {
                    format!("{}, or the spellings with `OR` between them", beginning_or_all(stem))
                }
                false => beginning_or_all(stem),
            },
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
            let words = match place.neighbour(true).map(|token| &token.kind) {
                Some(TokenKind::Quoted(words)) => words.as_slice(),
                _ => &[],
            };
            let words: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
            Some((
                format!("`{text}` after a phrase means nothing here"),
                format!(
                    "type `{}` for words that stand near each other",
                    words.join(&format!(" NEAR/{distance} "))
                ),
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

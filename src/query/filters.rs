//! Filters that are named with flags, as trees of the query language.

use super::agg;
use super::complaints::listed;
use super::parser::{expression, no_words};
use super::place::Place;
use super::syntax::{Bound, Expr, ExprKind, Name, Prefix, Term};
use super::words::whole;
use super::{Diagnostic, Span};
use crate::study::pieces::{self, Kind};
use crate::study::{Age, NctId, countries, nearest_of};

/// The area of the numbers of a study.
pub(super) const NUMBERS: &str = "NCTIdSearch";

/// Words of the longest label of a constant.
const LONGEST_LABEL: usize = 8;

/// A filter. It has no part in the rank.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filter {
    /// Recruitment status of the study.
    Status,
    /// Phases.
    Phase,
    /// Study type.
    Type,
    /// Sex of the participants.
    Sex,
    /// An age that the study admits.
    Age,
    /// `with` or `without` results.
    Results,
    /// Countries of the sites, or their codes.
    Country,
    /// A circle on the map.
    Geo,
    /// NCT numbers.
    Ids,
    /// An expression.
    Expression,
    /// The registry's short names (`aggFilters`).
    Agg,
}

/// What a filter asks for: any of some trees, and what is to be said of them.
pub(super) type Alternatives = Result<(Vec<Expr>, Vec<Diagnostic>), Vec<Diagnostic>>;

impl Filter {
    /// Every filter.
    const ALL: [Self; 11] = [
        Self::Status,
        Self::Phase,
        Self::Type,
        Self::Sex,
        Self::Age,
        Self::Results,
        Self::Country,
        Self::Geo,
        Self::Ids,
        Self::Expression,
        Self::Agg,
    ];

    /// The filter that is typed with a flag.
    #[must_use]
    pub fn of_flag(flag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|filter| filter.flag() == flag)
    }

    /// The flag that it is typed with.
    #[must_use]
    pub fn flag(self) -> &'static str {
        match self {
            Self::Status => "--status",
            Self::Phase => "--phase",
            Self::Type => "--type",
            Self::Sex => "--sex",
            Self::Age => "--age",
            Self::Results => "--results",
            Self::Country => "--country",
            Self::Geo => "--geo",
            Self::Ids => "--ids",
            Self::Expression => "--filter",
            Self::Agg => "--agg",
        }
    }

    /// Whether the filter, typed twice, asks for either rather than both.
    pub(super) fn is_list(self) -> bool {
        matches!(
            self,
            Self::Status | Self::Phase | Self::Type | Self::Sex | Self::Country | Self::Ids
        )
    }

    /// Reads what was typed.
    pub(super) fn alternatives(self, typed: &str) -> Alternatives {
        if typed.trim().is_empty() {
            let hint = format!("type a value after `{}`, or leave it out", self.flag());
            return Err(vec![wrong(0..typed.len(), "no value to filter by", hint)]);
        }
        let silent = |found: Result<Vec<Expr>, Vec<Diagnostic>>| found.map(|found| (found, vec![]));
        match self {
            Self::Status => silent(constants(typed, "OverallStatus", "status")),
            Self::Phase => silent(constants(typed, "Phase", "phase")),
            Self::Type => silent(constants(typed, "StudyType", "studyType")),
            Self::Sex => silent(constants(typed, "Sex", "sex")),
            Self::Age => silent(age(typed)),
            Self::Results => silent(results(typed)),
            Self::Country => silent(named_countries(typed)),
            Self::Geo => silent(geo(typed)),
            Self::Ids => silent(numbers(typed)),
            Self::Expression => advanced(typed),
            Self::Agg => agg::conditions(typed)
                .map(|(found, notices)| (Expr::all(found).into_iter().collect(), notices)),
        }
    }
}

fn wrong(span: Span, message: impl Into<String>, hint: impl Into<String>) -> Diagnostic {
    Diagnostic { span, message: message.into(), hint: hint.into() }
}

/// The parts of a text between separators, without blanks around them.
pub(super) fn spans_between(typed: &str, separates: impl Fn(char) -> bool) -> Vec<Span> {
    let start = |part: &str| part.as_ptr() as usize - typed.as_ptr() as usize;
    let parts = typed.split(separates).map(str::trim).filter(|part| !part.is_empty());
    parts.map(|part| start(part)..start(part) + part.len()).collect()
}

/// Any of some trees; the same area before all of them stands once.
pub(super) fn merged(mut parts: Vec<Expr>) -> Option<Expr> {
    let area = match &parts.first()?.kind {
        ExprKind::Within(Prefix::Area(name), _) => name.text.clone(),
        _ => return Expr::any(parts),
    };
    let same = |part: &Expr| matches!(&part.kind, ExprKind::Within(Prefix::Area(name), _) if name.text == area);
    if parts.len() == 1 || !parts.iter().all(same) {
        return Expr::any(parts);
    }
    let inner = parts.drain(..).map(|part| match part.kind {
        ExprKind::Within(_, inner) => *inner,
        kind => Expr { kind, span: part.span },
    });
    Expr::any(inner.collect()).map(|inner| Expr::within(&area, inner))
}

/// A constant as a word; in quotes where it would be an operator.
pub(super) fn constant_term(constant: &str, span: Span) -> Expr {
    let words = vec![whole(constant, span.clone())];
    Expr { kind: ExprKind::Term(Term { words, quoted: constant == "ALL" }), span }
}

/// Constants of a piece, their labels, or the registry's short keys. Labels
/// may have commas and blanks in them, so the longest that is known counts.
fn constants(typed: &str, piece: &str, id: &str) -> Result<Vec<Expr>, Vec<Diagnostic>> {
    let words = spans_between(typed, |c| c.is_whitespace() || matches!(c, ',' | '|'));
    let (mut found, mut unknown, mut at) = (Vec::new(), Vec::new(), 0);
    while at < words.len() {
        let most = words.len().min(at + LONGEST_LABEL);
        let known = (at + 1..=most).rev().find_map(|end| {
            let span = words[at].start..words[end - 1].end;
            Some((end, value(&typed[span.clone()], span, piece, id)?))
        });
        if let Some((end, expr)) = known {
            found.push(expr);
            at = end;
        } else {
            unknown.push(not_allowed(typed, words[at].clone(), piece, id));
            at += 1;
        }
    }
    if unknown.is_empty() && !found.is_empty() { Ok(found) } else { Err(unknown) }
}

fn value(text: &str, span: Span, piece: &str, id: &str) -> Option<Expr> {
    if let Some(expr) = agg::meaning(id, text) {
        return Some(expr);
    }
    let Kind::Enum(known) = pieces::named(piece)?.kind else { return None };
    let constant = known.constant(text)?;
    Some(Expr::within(piece, constant_term(constant, span)))
}

fn not_allowed(typed: &str, span: Span, piece: &str, id: &str) -> Diagnostic {
    let kind = pieces::named(piece).map(|piece| piece.kind);
    let constants: Vec<&str> = match kind {
        Some(Kind::Enum(known)) => known.values.iter().map(|(constant, _)| *constant).collect(),
        _ => Vec::new(),
    };
    let text = &typed[span.clone()];
    let message = format!("`{text}` is not a value of `{piece}`");
    let nearest = match nearest_of(text, constants.iter().copied()).first() {
        Some(nearest) => format!("the nearest is `{nearest}`; "),
        None => String::new(),
    };
    let (constants, keys) = (listed(constants), listed(agg::keys(id)));
    wrong(span, message, format!("{nearest}there are {constants}, in short {keys}"))
}

/// Studies without a limit on a side, or with one that admits the age.
fn age(typed: &str) -> Result<Vec<Expr>, Vec<Diagnostic>> {
    let text = typed.trim();
    let years = text.bytes().all(|byte| byte.is_ascii_digit());
    let text = if years { format!("{text} years") } else { text.to_owned() };
    if Age::parse_typed(&text).is_none() {
        return Err(vec![wrong(
            0..typed.len(),
            format!("`{}` is no age", typed.trim()),
            "type a number and a unit, such as `30 years` or `6 months`",
        )]);
    }
    let bound = || Some(Bound { text: text.clone(), span: 0..typed.len() });
    let least = limit("MinimumAge", ExprKind::Range(None, bound()));
    let most = limit("MaximumAge", ExprKind::Range(bound(), None));
    Ok(Expr::all(vec![least, most]).into_iter().collect())
}

/// No limit, or one within the range.
fn limit(piece: &str, range: ExprKind) -> Expr {
    let parts = vec![Expr::new(ExprKind::Missing), Expr::new(range)];
    let kind = ExprKind::Or(parts);
    Expr::within(piece, Expr::new(kind))
}

fn results(typed: &str) -> Result<Vec<Expr>, Vec<Diagnostic>> {
    let key = match typed.trim().to_ascii_lowercase().as_str() {
        "with" | "yes" | "true" | "y" => "with",
        "without" | "no" | "false" | "n" => "without",
        other => {
            let message = format!("`{other}` says nothing about results");
            return Err(vec![wrong(0..typed.len(), message, "type `with` or `without`")]);
        }
    };
    Ok(agg::meaning("results", key).into_iter().collect())
}

/// Names of countries, or their codes. A name may have blanks in it, so they
/// do not separate; one with a comma has to stand alone.
fn named_countries(typed: &str) -> Result<Vec<Expr>, Vec<Diagnostic>> {
    if let Some(code) = countries::code_typed(typed) {
        return Ok(vec![in_country(code, 0..typed.len())]);
    }
    let (mut found, mut unknown) = (Vec::new(), Vec::new());
    for span in spans_between(typed, |c| matches!(c, ',' | '|')) {
        match countries::code_typed(&typed[span.clone()]) {
            Some(code) => found.push(in_country(code, span)),
            None => unknown.push(no_country(typed, span)),
        }
    }
    match (found.is_empty(), unknown.is_empty()) {
        (_, false) => Err(unknown),
        (true, _) => Err(vec![no_words(typed)]),
        _ => Ok(found),
    }
}

fn in_country(code: &str, span: Span) -> Expr {
    let words = vec![whole(code, span.clone())];
    let kind = ExprKind::Term(Term { words, quoted: true });
    Expr::within("LocationCountryCode", Expr { kind, span })
}

fn no_country(typed: &str, span: Span) -> Diagnostic {
    let name = &typed[span.clone()];
    let nearest = nearest_of(name, countries::names());
    let nearest: Vec<String> = nearest.iter().map(|name| format!("`{name}`")).collect();
    let hint = match nearest.as_slice() {
        [] => format!("`--filter 'AREA[LocationCountry]{name}'` looks for the words"),
        names => format!("the nearest names are {}", names.join(", ")),
    };
    wrong(span, format!("`{name}` is no country that is known"), &hint)
}

/// `lat,lon,50mi`, or the same in the registry's `distance(...)`, where a
/// radius without unit is in metres.
fn geo(typed: &str) -> Result<Vec<Expr>, Vec<Diagnostic>> {
    let text = typed.trim();
    let inner = text.strip_prefix("distance(").and_then(|rest| rest.strip_suffix(')'));
    match Place::parse(inner.unwrap_or(text), true) {
        Ok(place) => {
            let circle = Expr { kind: ExprKind::Distance(place), span: 0..typed.len() };
            Ok(vec![Expr::within("LocationGeoPoint", circle)])
        }
        Err((message, hint)) => Err(vec![wrong(0..typed.len(), message, hint)]),
    }
}

/// NCT numbers, today's or those that were given up.
pub(super) fn numbers(typed: &str) -> Result<Vec<Expr>, Vec<Diagnostic>> {
    let (mut found, mut unknown) = (Vec::new(), Vec::new());
    for span in spans_between(typed, |c| c.is_whitespace() || matches!(c, ',' | '|')) {
        match NctId::parse_typed(&typed[span.clone()]) {
            Some(number) => {
                found.push(Expr::within(NUMBERS, constant_term(&number.to_string(), span)));
            }
            None => unknown.push(wrong(
                span.clone(),
                format!("`{}` is no NCT number", &typed[span]),
                "type `NCT` and up to eight digits, such as `NCT01305694`",
            )),
        }
    }
    if found.is_empty() && unknown.is_empty() {
        unknown.push(no_words(typed));
    }
    if unknown.is_empty() { Ok(found) } else { Err(unknown) }
}

/// An expression, whose words without an area are looked for as the registry
/// does in `filter.advanced`.
fn advanced(typed: &str) -> Alternatives {
    let parsed = expression(typed)?;
    Ok((vec![parsed.expr.in_area("BasicSearch")], parsed.notices))
}

impl Expr {
    /// The same within an area, unless every part names one.
    pub(super) fn in_area(self, area: &str) -> Self {
        if !self.needs_area() {
            return self;
        }
        let span = self.span.clone();
        let prefix = Prefix::Area(Name { text: area.to_owned(), span: 0..0 });
        Self { kind: ExprKind::Within(prefix, Box::new(self)), span }
    }

    /// Whether words or values in it are looked for where no area is named.
    fn needs_area(&self) -> bool {
        match &self.kind {
            ExprKind::And(parts) | ExprKind::Or(parts) => parts.iter().any(Self::needs_area),
            ExprKind::Not(inner) => inner.needs_area(),
            ExprKind::Within(Prefix::Area(_), _) | ExprKind::All => false,
            ExprKind::Within(_, inner) => inner.needs_area(),
            _ => true,
        }
    }
}

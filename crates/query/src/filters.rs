//! Filters by their names, as trees of the query language.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::comma_lists::{CommaDiagnostics, commas};
use super::complaints::listed;
use super::diagnostics::in_hint;
use super::expression::expression;
use super::filter_terms::{constant_term, merged, spans_between};
use super::geo_circle::GeoCircle;
use super::kindred;
use super::meaning::SearchTarget;
use super::nct_numbers::numbers_alone;
use super::parameter::{LanguageVersion, stored_by_name};
use super::parser::no_words;
use super::syntax::{BracketedName, Expr, ExprKind, ExprPrefix};
use super::{Diagnostic, Span, ages, agg, country_filter, phases};
use trialdex_records::study::pieces::{self, PieceKind};
use trialdex_records::study::{NctId, nearest_of};

/// The area of words in a filter that name none.
const BASIC: &str = "BasicSearch";

/// Words of the longest label of a constant.
const LONGEST_LABEL: usize = 8;

/// What people type for a key of the registry's filters: id, words, key.
const MEANT: [(&str, &str, &str); 20] = [
    ("status", "open", "rec"),
    ("status", "open to accrual", "rec"),
    ("status", "currently recruiting", "rec"),
    ("status", "upcoming", "not"),
    ("status", "planned", "not"),
    ("status", "not started", "not"),
    ("status", "not yet open", "not"),
    ("status", "finished", "com"),
    ("status", "complete", "com"),
    ("status", "stopped early", "ter"),
    ("status", "stopped", "ter"),
    ("status", "on hold", "sus"),
    ("status", "unknown status", "unk"),
    ("studyType", "clinical trial", "int"),
    ("studyType", "trial", "int"),
    ("studyType", "registry", "obs_patreg"),
    ("studyType", "patient registry", "obs_patreg"),
    ("studyType", "expanded", "exp"),
    ("studyType", "compassionate use", "exp"),
    ("studyType", "intervention", "int"),
];

/// What people type for a sex, and whether studies for all are meant, too.
const SEXES: [(&[&str], &[&str]); 5] = [
    (&["female", "females", "f", "w", "woman", "women", "girl", "girls"], &["FEMALE", "ALL"]),
    (&["male", "males", "m", "man", "men", "boy", "boys"], &["MALE", "ALL"]),
    (&["all", "both", "any", "all sexes"], &["ALL"]),
    (
        &["only-female", "female-only", "only female", "female only", "only women", "women only"],
        &["FEMALE"],
    ),
    (&["only-male", "male-only", "only male", "male only", "only men", "men only"], &["MALE"]),
];

/// A filter. It has no part in the rank. It is stored by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "&'static str", try_from = "String")]
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

/// The trees of a filter, any of which must hold, and the notices about them.
pub(super) type FilterAlternatives = Result<(Vec<Expr>, Vec<Diagnostic>), Vec<Diagnostic>>;

impl Filter {
    /// Every filter.
    pub const ALL: [Self; 11] = [
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

    /// The filter of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|filter| filter.name() == name)
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Phase => "phase",
            Self::Type => "type",
            Self::Sex => "sex",
            Self::Age => "age",
            Self::Results => "results",
            Self::Country => "country",
            Self::Geo => "geo",
            Self::Ids => "ids",
            Self::Expression => "filter",
            Self::Agg => "agg",
        }
    }

    /// The fields that a study must have a value of to pass, where this is
    /// known.
    pub(super) fn fields(self) -> &'static [&'static str] {
        match self {
            Self::Status => &["OverallStatus"],
            Self::Phase => &["Phase"],
            Self::Type => &["StudyType"],
            Self::Sex => &["Sex"],
            Self::Age => &["StdAge", "MinimumAge", "MaximumAge"],
            Self::Results => &["HasResults"],
            Self::Country => &["LocationCountry"],
            Self::Geo => &["LocationGeoPoint"],
            Self::Ids | Self::Expression | Self::Agg => &[],
        }
    }

    /// Whether the filter, typed twice, asks for either rather than both.
    pub(super) fn is_list(self) -> bool {
        matches!(
            self,
            Self::Status | Self::Phase | Self::Type | Self::Sex | Self::Country | Self::Ids
        )
    }

    /// Reads the typed text.
    pub(super) fn alternatives(self, typed: &str, sense: LanguageVersion) -> FilterAlternatives {
        let said = self.read(typed, sense);
        said.map_err(|wrong| match self.meant(typed) {
            Some(meant) if sense == LanguageVersion::Today => vec![meant],
            _ => wrong,
        })
    }

    /// What a value may be meant for that is not understood: all others but
    /// one, or several with other signs than commas between.
    fn meant(self, typed: &str) -> Option<Diagnostic> {
        let by_name =
            matches!(self, Self::Status | Self::Phase | Self::Type | Self::Sex | Self::Age);
        let one = |message: String, hint: String| wrong(0..typed.len(), message, hint);
        if let Some(other) = denied(typed).filter(|_| by_name) {
            let (found, _) = self.read(other, LanguageVersion::Today).ok()?;
            let others = Expr::new(ExprKind::Not(Box::new(merged(found)?)));
            let hint = format!("type `{{filter}} '{others}'` for all others");
            return Some(one(format!("`{}` leaves nothing out", typed.trim()), hint));
        }
        let list = by_name || self == Self::Country;
        let commas = [" or ", " and ", ";", " & ", "/"].iter();
        let commas = commas.fold(typed.to_owned(), |text, sign| text.replace(sign, ","));
        let several = list && commas != typed && self.read(&commas, LanguageVersion::Today).is_ok();
        several.then(|| {
            one(
                format!("`{}` is one value here", typed.trim()),
                format!("type `{commas}` for any of them"),
            )
        })
    }

    fn read(self, typed: &str, sense: LanguageVersion) -> FilterAlternatives {
        let said = |c: char| {
            c.is_alphanumeric() || (self == Self::Expression && c != ',' && !c.is_whitespace())
        };
        if !typed.contains(said) {
            let hint = format!("type a value after `{}`, or leave it out", in_hint(self.name()));
            return Err(vec![wrong(0..typed.len(), "no value to filter by", hint)]);
        }
        let silent = |found: Result<Vec<Expr>, Vec<Diagnostic>>| found.map(|found| (found, vec![]));
        match self {
            Self::Status => constants(typed, "OverallStatus", "status", sense),
            Self::Phase => phases::alternatives(typed),
            Self::Type => constants(typed, "StudyType", "studyType", sense),
            Self::Sex if sense == LanguageVersion::First => constants(typed, "Sex", "sex", sense),
            Self::Sex => sexes(typed),
            Self::Age if sense == LanguageVersion::First => silent(ages::by_limits(typed)),
            Self::Age => ages::alternatives(typed),
            Self::Results => silent(results(typed)),
            Self::Country => country_filter::alternatives(typed),
            Self::Geo => geo(typed),
            Self::Ids => numbers(typed),
            Self::Expression => advanced(typed, sense),
            Self::Agg => agg::conditions(typed)
                .map(|(found, notices)| (Expr::all(found).into_iter().collect(), notices)),
        }
    }
}

stored_by_name!(Filter, name, "filter");

/// What a text denies: `not 2`, `!completed`, `non-industry`.
pub(super) fn denied(typed: &str) -> Option<&str> {
    const SIGNS: [char; 4] = ['!', '-', '~', '\u{ac}'];
    const WORDS: [&str; 6] = ["not ", "non-", "non ", "no ", "except ", "without "];
    let text = typed.trim();
    let after = |word: &&str| {
        let (first, rest) = text.split_at_checked(word.len())?;
        first.eq_ignore_ascii_case(word).then_some(rest)
    };
    text.strip_prefix(SIGNS).or_else(|| WORDS.iter().find_map(after)).map(str::trim)
}

/// The tree of a filter's value in the area that it compares.
pub(super) fn said_by(area: &str, value: &str) -> Option<String> {
    let filter = match area {
        "Phase" => Filter::Phase,
        "OverallStatus" => Filter::Status,
        "StudyType" => Filter::Type,
        "Sex" => Filter::Sex,
        "LocationCountry" | "LocationCountryCode" => Filter::Country,
        "HasResults" => Filter::Results,
        _ => return None,
    };
    let (found, _) =
        filter.read(value.trim_matches(['"', '(', ')']), LanguageVersion::Today).ok()?;
    merged(found).map(|expr| expr.to_string())
}

fn wrong(span: Span, message: impl Into<String>, hint: impl Into<String>) -> Diagnostic {
    Diagnostic { span, message: message.into(), hint: hint.into() }
}

/// Constants of a piece, their labels, or the registry's short keys. Labels
/// may have commas and blanks in them, so the longest that is known counts. Of
/// words without a comma between, all are keys or none is: `not recruiting` is
/// neither of two statuses. At first, each word was read by itself.
fn constants(typed: &str, piece: &str, id: &str, sense: LanguageVersion) -> FilterAlternatives {
    let words = spans_between(typed, |c| c.is_whitespace() || matches!(c, ',' | '|'));
    let (mut found, mut notices, mut unknown, mut at) = (Vec::new(), Vec::new(), Vec::new(), 0);
    while at < words.len() {
        let item = item_around(typed, &words, at);
        let most = words.len().min(at + LONGEST_LABEL);
        let keys = sense == LanguageVersion::First
            || words[item.clone()].iter().all(|word| is_key(id, &typed[word.clone()]));
        let known = (at + 1..=most).rev().find_map(|end| {
            let span = words[at].start..words[end - 1].end;
            Some((end, value(&typed[span.clone()], span, piece, id, keys)?))
        });
        if let Some((end, expr)) = known {
            notices.extend(taken_for(typed, words[at].start..words[end - 1].end, id, &expr));
            found.push(expr);
            at = end;
        } else {
            let span = words[at].start..words[item.end - 1].end;
            unknown.push(not_allowed(typed, span, piece, id));
            at = item.end;
        }
    }
    if unknown.is_empty() { Ok((found, notices)) } else { Err(unknown) }
}

/// Names the meaning of a word that is no name of the registry's.
fn taken_for(typed: &str, span: Span, id: &str, expr: &Expr) -> Option<Diagnostic> {
    let text = &typed[span.clone()];
    let (.., key) = meant(id, text)?;
    let others = agg::constants(id).map(str::to_lowercase).collect::<Vec<_>>();
    let others = listed(others.iter().map(String::as_str).filter(|one| *one != "unknown"));
    let message = format!("`{text}` is read as `{expr}`, in short `{key}`");
    Some(wrong(span, message, format!("type one or more of {others} for others")))
}

fn meant(id: &str, text: &str) -> Option<&'static (&'static str, &'static str, &'static str)> {
    MEANT.iter().find(|(of, typed, _)| *of == id && typed.eq_ignore_ascii_case(text))
}

/// The words without a comma between that one of them is among.
fn item_around(typed: &str, words: &[Span], at: usize) -> Range<usize> {
    let parted = |one: &Span, other: &Span| typed[one.end..other.start].contains([',', '|']);
    let before = (1..=at).rev().find(|at| parted(&words[at - 1], &words[*at]));
    let after = (at + 1..words.len()).find(|at| parted(&words[at - 1], &words[*at]));
    before.unwrap_or(0)..after.unwrap_or(words.len())
}

/// Whether a word is a short key of the registry's filters, in small letters,
/// or a constant.
fn is_key(id: &str, word: &str) -> bool {
    agg::keys(id).any(|key| key == word) || agg::constants(id).any(|known| known == word)
}

fn value(text: &str, span: Span, piece: &str, id: &str, keys: bool) -> Option<Expr> {
    if let Some(expr) = agg::meaning(id, text).filter(|_| keys) {
        return Some(expr);
    }
    if let Some((.., key)) = meant(id, text) {
        return agg::meaning(id, key);
    }
    let PieceKind::Enum(known) = pieces::named(piece)?.kind else { return None };
    let constant = known.constant(text)?;
    Some(Expr::within(piece, constant_term(constant, span)))
}

fn not_allowed(typed: &str, span: Span, piece: &str, id: &str) -> Diagnostic {
    let kind = pieces::named(piece).map(|piece| piece.kind);
    let constants: Vec<&str> = match kind {
        Some(PieceKind::Enum(known)) => {
            known.values.iter().map(|(constant, _)| *constant).collect()
        }
        _ => Vec::new(),
    };
    let text = &typed[span.clone()];
    let message = format!("`{text}` is not a value of `{piece}`");
    if let Some(hint) = kindred::hint(id, text) {
        return wrong(span, message, hint);
    }
    let folded = text.replace([' ', '-'], "_").to_uppercase();
    let mut nearest = nearest_of(&folded, constants.iter().copied());
    if nearest.is_empty() {
        nearest = constants.iter().copied().filter(|known| known.contains(&folded)).collect();
    }
    let hint = match nearest.as_slice() {
        [] => format!("there are {}, in short {}", listed(constants), listed(agg::keys(id))),
        nearest => format!("the nearest are {}", listed(nearest.iter().copied())),
    };
    wrong(span, message, hint)
}

/// Sexes that a study admits.
fn sexes(typed: &str) -> FilterAlternatives {
    let (mut found, mut unknown) = (Vec::<(&str, Span)>::new(), Vec::new());
    let mut notices = Vec::new();
    for span in parts_of_a_list(typed, |text| sex(text).is_some()) {
        match sex(&typed[span.clone()]) {
            Some(constants) => {
                notices.extend(notice_of_sex(&typed[span.clone()], &span));
                let new = constants.iter().map(|one| (*one, span.clone()));
                let new: Vec<_> =
                    new.filter(|(one, _)| found.iter().all(|(known, _)| known != one)).collect();
                found.extend(new);
            }
            None => unknown.push(wrong(
                span.clone(),
                format!("`{}` is no sex that the registry has", &typed[span]),
                "type `female`, `male` or `all`, or `only-female` and `only-male` without studies \
                 for all sexes",
            )),
        }
    }
    let exprs = found.into_iter();
    let exprs = exprs.map(|(one, span)| Expr::within("Sex", constant_term(one, span))).collect();
    if unknown.is_empty() { Ok((exprs, notices)) } else { Err(unknown) }
}

/// Says what a word asks for besides or less than it seems to.
fn notice_of_sex(text: &str, span: &Span) -> Option<Diagnostic> {
    let (message, hint) = match text.to_lowercase().as_str() {
        "girl" | "girls" => ("this is read as `female`, of any age", "add `{age} child`"),
        "boy" | "boys" => ("this is read as `male`, of any age", "add `{age} child`"),
        "all" | "both" | "any" | "all sexes" => (
            "only studies that admit all sexes are found",
            "type `female,male` for studies of any sex",
        ),
        _ => return None,
    };
    Some(wrong(span.clone(), message, hint))
}

fn sex(text: &str) -> Option<&'static [&'static str]> {
    let text = text.to_lowercase();
    let row = SEXES.iter().find(|(names, _)| names.contains(&text.as_str()));
    row.map(|(_, constants)| *constants)
}

/// The parts of a list with commas between; where one is unknown, the words in
/// it.
fn parts_of_a_list(typed: &str, is_known: impl Fn(&str) -> bool) -> Vec<Span> {
    let parts = spans_between(typed, |c| matches!(c, ',' | '|')).into_iter();
    let parts = parts.flat_map(|part| {
        if is_known(&typed[part.clone()]) {
            return vec![part];
        }
        let words = spans_between(&typed[part.clone()], char::is_whitespace);
        words.into_iter().map(|word| word.start + part.start..word.end + part.start).collect()
    });
    parts.collect()
}

fn results(typed: &str) -> Result<Vec<Expr>, Vec<Diagnostic>> {
    let key = match typed.trim().to_ascii_lowercase().as_str() {
        "with" | "yes" | "true" | "y" | "posted" | "has results" | "with results" => "with",
        "without" | "no" | "false" | "n" | "none" | "without results" | "no results" => "without",
        other => {
            let message = format!("`{other}` says nothing about results");
            return Err(vec![wrong(0..typed.len(), message, "type `with` or `without`")]);
        }
    };
    Ok(agg::meaning("results", key).into_iter().collect())
}

/// `lat,lon,50mi`, or the same in the registry's `distance(...)`, where a
/// radius without unit is in metres.
fn geo(typed: &str) -> FilterAlternatives {
    let text = typed.trim();
    let inner = text.strip_prefix("distance(").and_then(|rest| rest.strip_suffix(')'));
    match GeoCircle::parse(inner.unwrap_or(text), true) {
        Ok(place) => {
            let circle = Expr { kind: ExprKind::Distance(place), span: 0..typed.len() };
            let unit = text.contains(['m', 'M']);
            let in_metres = inner.is_none() && !unit;
            let notice = in_metres.then(|| in_metres_of(typed));
            let found = vec![Expr::within("LocationGeoPoint", circle)];
            Ok((found, notice.into_iter().collect()))
        }
        Err(_) if !text.contains(|c: char| c.is_ascii_digit()) => Err(vec![wrong(
            0..typed.len(),
            format!("`{text}` is not a place and a radius"),
            format!(
                "type `{{locn}} '{text}'` for sites in a place of that name, or latitude, longitude \
                 and radius: `{{geo}} 39.0,-77.1,50mi`"
            ),
        )]),
        Err((message, hint)) => Err(vec![wrong(0..typed.len(), message, hint)]),
    }
}

/// Says that a radius without unit is in metres.
fn in_metres_of(typed: &str) -> Diagnostic {
    let text = typed.trim();
    let message = "a radius without unit is in metres";
    wrong(0..typed.len(), message, format!("type `{text}km` or `{text}mi`"))
}

/// NCT numbers, today's or those that were given up.
fn numbers(typed: &str) -> FilterAlternatives {
    if let Some(numbers) = numbers_alone(typed, true) {
        return Ok((numbers.trees(), numbers.notices));
    }
    let mut unknown = Vec::new();
    for span in spans_between(typed, |c| c.is_whitespace() || matches!(c, ',' | '|' | ';')) {
        match NctId::parse_typed(&typed[span.clone()]) {
            Some(_) => {}
            None => unknown.push(wrong(
                span.clone(),
                format!("`{}` is no NCT number", &typed[span]),
                "type `NCT` and up to eight digits, such as `NCT01305694`",
            )),
        }
    }
    if unknown.is_empty() {
        unknown.push(no_words(typed));
    }
    Err(unknown)
}

/// An expression, whose words without an area are looked for as the registry
/// does in `filter.advanced`.
fn advanced(typed: &str, sense: LanguageVersion) -> FilterAlternatives {
    let mut parsed = expression(typed)?;
    if let (LanguageVersion::Today, Some(target)) = (sense, SearchTarget::named(BASIC)) {
        let CommaDiagnostics { refused, notices } = commas(typed, &target);
        if !refused.is_empty() {
            return Err(refused);
        }
        parsed.notices.extend(notices);
    }
    Ok((vec![parsed.expr.in_area(BASIC)], parsed.notices))
}

impl Expr {
    /// The same within an area, unless every part names one.
    pub(super) fn in_area(self, area: &str) -> Self {
        if !self.needs_area() {
            return self;
        }
        let span = self.span.clone();
        let prefix = ExprPrefix::Area(BracketedName { text: area.to_owned(), span: 0..0 });
        Self { kind: ExprKind::Within(prefix, Box::new(self)), span }
    }

    /// Whether words or values in it are looked for where no area is named.
    fn needs_area(&self) -> bool {
        match &self.kind {
            ExprKind::And(parts) | ExprKind::Or(parts) => parts.iter().any(Self::needs_area),
            ExprKind::Not(inner) => inner.needs_area(),
            ExprKind::Within(ExprPrefix::Area(_), _) | ExprKind::All => false,
            ExprKind::Within(_, inner) => inner.needs_area(),
            _ => true,
        }
    }
}

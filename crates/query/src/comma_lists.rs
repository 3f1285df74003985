//! Commas after a value. In the registry's language a comma is `AND`, and a
//! prefix such as `AREA[Phase]` belongs to the one value behind it, so that a
//! list never means what it looks like.

use super::complaints;
use super::date_notations;
use super::diagnostics::DiagnosticReport;
use super::lexer::{Keyword, Token, TokenKind, tokens};
use super::meaning::SearchTarget;
use super::phases;
use super::resolve::alike;
use super::typed::{constants, typed as value_of};
use super::{Diagnostic, Span};
use trialdex_records::study::study_fields::{FieldKind, StudyField};

/// Diagnostics for the commas of a text.
#[derive(Debug, Default)]
pub(super) struct CommaDiagnostics {
    /// Lists of values, which are refused.
    pub(super) refused: Vec<Diagnostic>,
    /// Words after a comma that are looked for elsewhere than those before.
    pub(super) notices: Vec<Diagnostic>,
}

/// Looks at the commas of an expression, whose words without an area are
/// looked for in `initial`.
pub(super) fn commas(typed: &str, initial: &SearchTarget) -> CommaDiagnostics {
    let mut commas = CommaDiagnostics::default();
    if typed.contains(',') {
        let tokens = tokens(typed, &mut DiagnosticReport::default());
        lists(typed, &tokens).into_iter().for_each(|list| commas.judge(typed, &list, initial));
    }
    commas
}

/// Values or words with commas between.
struct CommaList<'a> {
    /// The name of their area, if not the initial one.
    area: Option<&'a str>,
    /// Whether the area comes before the first of them, rather than before
    /// parentheses around all.
    of_first: bool,
    items: Vec<Span>,
}

fn lists<'a>(typed: &'a str, tokens: &[Token]) -> Vec<CommaList<'a>> {
    let (mut scopes, mut own, mut found) = (vec![None], None, Vec::new());
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let around = scopes.last().copied().flatten();
        match &token.kind {
            TokenKind::Operator(Keyword::Area, name) => own = Some(typed[name.clone()].trim()),
            TokenKind::Operator(Keyword::Range | Keyword::Distance, _) => own = None,
            TokenKind::Operator(..) | TokenKind::Not => {}
            TokenKind::Open => scopes.push(own.take().or(around)),
            TokenKind::Close if scopes.len() > 1 => {
                scopes.pop();
            }
            TokenKind::Word(_) | TokenKind::Quoted(_) => {
                let (items, end) = items(tokens, at);
                let of_first = own.is_some();
                let area = own.take().or(around);
                if items.len() > 1 {
                    found.push(CommaList { area, of_first, items });
                }
                at = end;
                continue;
            }
            _ => own = None,
        }
        at += 1;
    }
    found
}

/// Runs of words and phrases with commas between, and where they end.
fn items(tokens: &[Token], start: usize) -> (Vec<Span>, usize) {
    let (mut items, mut at) = (Vec::new(), start);
    while let Some(end) = item(tokens, at) {
        items.push(tokens[at].span.start..tokens[end - 1].span.end);
        let comma = tokens.get(end).is_some_and(|token| token.kind == TokenKind::Comma);
        if !comma || item(tokens, end + 1).is_none() {
            return (items, end);
        }
        at = end + 1;
    }
    (items, at)
}

/// The end of the words or the phrase that begin here.
fn item(tokens: &[Token], start: usize) -> Option<usize> {
    match tokens.get(start)?.kind {
        TokenKind::Quoted(_) => Some(start + 1),
        TokenKind::Word(_) => {
            let words = tokens[start..].iter();
            let words = words.take_while(|token| matches!(token.kind, TokenKind::Word(_)));
            Some(start + words.count())
        }
        _ => None,
    }
}

impl CommaDiagnostics {
    fn judge(&mut self, typed: &str, list: &CommaList<'_>, initial: &SearchTarget) {
        let named = list.area.map(SearchTarget::named);
        let target = match &named {
            Some(Some(target)) => target,
            // What is unknown is refused in any case.
            Some(None) => return,
            None => initial,
        };
        let span = list.items[0].start..list.items[list.items.len() - 1].end;
        if target.has_text() {
            if list.of_first {
                self.notices.push(elsewhere(typed, &target.name, &list.items, span));
            }
        } else if let Some(field) = alike(target) {
            if list.of_first && is_value_and_words(typed, &target.name, field, list) {
                let hint = "`AND` in the place of the comma says the same".to_owned();
                let elsewhere = elsewhere(typed, &target.name, &list.items, span);
                self.notices.push(Diagnostic { hint, ..elsewhere });
            } else {
                self.refused.push(refusal(typed, &target.name, field, list, span));
            }
        }
    }
}

/// Whether a value is followed by something else, as in `AREA[Phase]PHASE1,
/// asthma`.
fn is_value_and_words(typed: &str, name: &str, field: StudyField, list: &CommaList<'_>) -> bool {
    let whole = &typed[list.items[0].start..list.items[list.items.len() - 1].end];
    let is_value = |item: &Span| {
        let text = typed[item.clone()].trim_matches(super::word_syntax::is_quote);
        let first = text.split_whitespace().next().unwrap_or(text);
        meant(field, text).or_else(|| meant(field, first)).is_some()
    };
    as_one(name, field, whole).is_none()
        && is_value(&list.items[0])
        && !list.items[1..].iter().any(is_value)
}

/// Words after a comma behind `AREA[...]` and one word or phrase.
fn elsewhere(typed: &str, name: &str, items: &[Span], span: Span) -> Diagnostic {
    let all = &typed[span.clone()];
    Diagnostic {
        span,
        message: format!(
            "a comma ends what `AREA[{name}]` belongs to, so `{}` is looked for outside of it",
            &typed[items[1].clone()]
        ),
        hint: format!("type `AREA[{name}]({all})` for all of it there"),
    }
}

fn refusal(
    typed: &str,
    name: &str,
    field: StudyField,
    list: &CommaList<'_>,
    span: Span,
) -> Diagnostic {
    let whole = &typed[span.clone()];
    let message =
        format!("`{whole}` is a list of values in `{name}`, and a comma between values is `AND`");
    if let Some(hint) = as_one(name, field, whole) {
        return Diagnostic { span, message, hint };
    }
    let mut values = Vec::new();
    for item in &list.items {
        let text = typed[item.clone()].trim_matches(super::word_syntax::is_quote);
        let Some(value) = meant(field, text) else {
            let (message, hint) = complaints::value(name, field, text);
            return Diagnostic { span: item.clone(), message, hint };
        };
        values.push(value);
    }
    let mut hint = format!("type `AREA[{name}]({})` for any of them", values.join(" OR "));
    if is_list(field) {
        hint.push_str(&format!(", `AREA[{name}]({})` for all at once", values.join(" AND ")));
    }
    Diagnostic { span, message, hint }
}

/// Whether a study may have several values of a field.
fn is_list(field: StudyField) -> bool {
    matches!(field, StudyField::Piece(piece) if piece.list)
}

/// What to type where the commas are part of one value, as in `1,000` or
/// `January 2, 2020`.
fn as_one(name: &str, field: StudyField, whole: &str) -> Option<String> {
    if field.kind() == FieldKind::Number {
        let number = without_separators(whole)?;
        let either: Vec<&str> = whole.split(',').collect();
        let mut hint = format!("type `AREA[{name}]{number}`");
        if either.iter().all(|part| !part.starts_with('0')) {
            hint.push_str(&format!(", or `AREA[{name}]({})`", either.join(" OR ")));
        }
        return Some(hint);
    }
    let value = match field.kind() {
        FieldKind::Date => <[String; 1]>::try_from(date_notations::readings(whole)).ok()?.concat(),
        FieldKind::Constant => constants(field)?.current(whole)?.to_owned(),
        FieldKind::Code => trialdex_records::study::country_codes::code_typed(whole)?.to_owned(),
        _ => return None,
    };
    Some(format!("type `AREA[{name}]{value}`"))
}

/// A number in groups of three digits with commas between, without these.
fn without_separators(text: &str) -> Option<String> {
    let mut groups = text.split(',');
    let digits = |group: &str| group.bytes().all(|byte| byte.is_ascii_digit());
    let first = groups.next().filter(|first| (1..=3).contains(&first.len()) && digits(first))?;
    let rest: Vec<&str> = groups.collect();
    let whole = !rest.is_empty() && rest.iter().all(|group| group.len() == 3 && digits(group));
    whole.then(|| format!("{first}{}", rest.concat()))
}

/// A value as the language writes it, from the typed one.
fn meant(field: StudyField, text: &str) -> Option<String> {
    if let Some(known) = constants(field) {
        let phase = || phases::constant(text).filter(|_| known.name == "Phase");
        return known.constant(text).or_else(phase).map(quoted);
    }
    if value_of(field, text).is_some() {
        return Some(text.to_owned());
    }
    match field.kind() {
        FieldKind::Date => {
            <[String; 1]>::try_from(date_notations::readings(text)).ok().map(|one| one.concat())
        }
        _ => complaints::meant(field, text),
    }
}

/// A constant that is an operator in quotes.
fn quoted(constant: &str) -> String {
    if constant == "ALL" { "\"ALL\"".to_owned() } else { constant.to_owned() }
}

/// The two bounds that more than two texts between commas are meant for, as in
/// `RANGE[1,000, MAX]`; `None` where there is no or more than one way.
pub(super) fn bounds(parts: &[&str]) -> Option<(String, String)> {
    const MOST: usize = 8;
    if parts.len() > MOST {
        return None;
    }
    let mut found = (1..parts.len()).filter_map(|at| {
        let (lower, upper) = parts.split_at(at);
        Some((bound(lower, "MIN")?, bound(upper, "MAX")?))
    });
    let first = found.next()?;
    found.next().is_none().then_some(first)
}

fn bound(parts: &[&str], open: &str) -> Option<String> {
    if let [text] = parts {
        let value = *text == open || text.bytes().all(|byte| byte.is_ascii_digit());
        return (value && !text.is_empty()).then(|| (*text).to_owned());
    }
    let date = || <[String; 1]>::try_from(date_notations::readings(&parts.join(" "))).ok();
    without_separators(&parts.join(",")).or_else(|| date().map(|date| date.concat()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(typed: &str) -> String {
        let basic = SearchTarget::named("BasicSearch").expect("an area");
        let CommaDiagnostics { refused, notices } = commas(typed, &basic);
        let all = refused.iter().chain(&notices);
        let all = all.map(|one| format!("{:?} {}", one.span, one.hint));
        all.collect::<Vec<_>>().join(" | ")
    }

    #[test]
    fn lists_of_values_are_named_exactly() {
        for (typed, expected) in [
            ("AREA[EnrollmentCount]1,000", "21..26 type `AREA[EnrollmentCount]1000`"),
            (
                "AREA[EnrollmentCount]100,200",
                "21..28 type `AREA[EnrollmentCount]100200`, or `AREA[EnrollmentCount](100 OR 200)`",
            ),
            (
                "AREA[EnrollmentCount]10, 20",
                "21..27 type `AREA[EnrollmentCount](10 OR 20)` for any of them",
            ),
            (
                "asthma AREA[Sex]female,male children",
                "23..36 type one of them, such as `AREA[Sex]FEMALE`",
            ),
            ("AREA[Sex]Female, All", "9..20 type `AREA[Sex](FEMALE OR \"ALL\")` for any of them"),
            (
                "AREA[Phase](PHASE1, \"phase 2\")",
                "12..29 type `AREA[Phase](PHASE1 OR PHASE2)` for any of them, \
                 `AREA[Phase](PHASE1 AND PHASE2)` for all at once",
            ),
            (
                "NOT AREA[Phase]1,III",
                "15..20 type `AREA[Phase](PHASE1 OR PHASE3)` for any of them, \
                 `AREA[Phase](PHASE1 AND PHASE3)` for all at once",
            ),
            (
                "AREA[OverallStatus]Active, not recruiting",
                "19..41 type `AREA[OverallStatus]ACTIVE_NOT_RECRUITING`",
            ),
            ("AREA[StartDate]January 2, 2020", "15..30 type `AREA[StartDate]2020-01-02`"),
            (
                "AREA[StartDate]2019, 2020/03",
                "15..28 type `AREA[StartDate](2019 OR 2020-03)` for any of them",
            ),
            (
                "AREA[MinimumAge]18, 65",
                "16..22 type `AREA[MinimumAge](\"18 years\" OR \"65 years\")` for any of them",
            ),
            (
                "AREA[LocationCountryCode]DE, France",
                "25..35 type `AREA[LocationCountryCode](DE OR France)` for any of them",
            ),
            ("AREA[Phase]PHASE1, asthma", "11..25 `AND` in the place of the comma says the same"),
            (
                "AREA[LocationCity]Portland, Maine",
                "18..33 type `AREA[LocationCity](Portland, Maine)` for all of it there",
            ),
        ] {
            let said = said(typed);
            assert!(said.starts_with(expected), "{typed}: {said}");
        }
    }

    #[test]
    fn other_commas_are_left_alone() {
        for typed in [
            "asthma, children",
            "AREA[Phase]PHASE1, AREA[Sex]MALE",
            "AREA[StartDate]RANGE[2019, 2020], asthma",
            "AREA[Condition](asthma, copd)",
            "AREA[Phase](NOT PHASE1, NOT PHASE2)",
            "AREA[Phase](PHASE1), asthma",
            "AREA[Nothing]a, b",
            "AREA[LocationGeoPoint]DISTANCE[1, 2, 3mi]",
            "AREA[BriefTitle]\"a, b\"",
        ] {
            assert_eq!(said(typed), "", "{typed}");
        }
    }

    #[test]
    fn bounds_with_commas_in_them_are_put_together() {
        let both = |text: &str| {
            let parts: Vec<&str> = text.split(',').map(str::trim).collect();
            bounds(&parts).map(|(lower, upper)| format!("{lower}..{upper}"))
        };
        assert_eq!(both("1,000, MAX").as_deref(), Some("1000..MAX"));
        assert_eq!(both("1,000, 2,500").as_deref(), Some("1000..2500"));
        assert_eq!(both("MIN, January 2, 2020").as_deref(), Some("MIN..2020-01-02"));
        assert_eq!(both("100,200,300"), None);
        assert_eq!(both("a, b, c"), None);
        assert_eq!(both("1"), None);
    }
}

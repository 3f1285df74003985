//! Countries and regions as people type them for a filter by country.

use super::filter_terms::spans_between;
use super::syntax::{Expr, ExprKind, TermExpr};
use super::word_syntax::whole;
use super::{Diagnostic, Span};
use trialdex_records::study::country_codes::{self, CountryMeaning};
use trialdex_records::study::nearest_of;
use trialdex_records::study::regions::{self, Region};

/// The field of the codes.
const CODES: &str = "LocationCountryCode";

/// Signs that people type before what they do not want.
const NEGATIONS: [char; 5] = ['!', '~', '-', '^', '\u{ac}'];

/// Words that people type before what they do not want.
const WORDS_OF_DENIAL: [&str; 7] =
    ["not", "non", "except", "without", "no", "outside", "excluding"];

/// Reads names of countries and regions, or codes of countries, with commas
/// between: any of them will do. A name may have blanks in it, so they do not
/// separate; one with a comma must be alone.
///
/// # Errors
///
/// What is neither, with what to type.
pub(super) fn alternatives(typed: &str) -> Result<(Vec<Expr>, Vec<Diagnostic>), Vec<Diagnostic>> {
    let whole = 0..typed.len();
    let one = country_codes::code_typed(typed).filter(|_| typed.contains(','));
    if let Some(code) = one.filter(|_| !typed.trim_start().starts_with(NEGATIONS)) {
        return Ok((vec![in_country(code, whole)], Vec::new()));
    }
    let (mut found, mut notices, mut wrong) = (Vec::new(), Vec::new(), Vec::new());
    for span in spans_between(typed, |c| matches!(c, ',' | '|')) {
        let name = &typed[span.clone()];
        if let Some(other) = denied(name) {
            wrong.push(negated(name, other, span));
        } else if let Some(CountryMeaning::OneOf(countries)) = country_codes::meant(name) {
            wrong.push(several(name, countries, span));
        } else if let Some(code) = country_codes::code_typed(name) {
            found.push(in_country(code, span));
        } else if let Some(region) = regions::named(name) {
            let codes = region.codes().into_iter();
            notices.push(of_region(region, span.clone()));
            found.extend(codes.map(|code| in_country(code, span.clone())));
        } else {
            match country_codes::meant(name) {
                Some(CountryMeaning::PartOf(code, country)) => {
                    notices.push(of_part(name, country, span.clone()));
                    found.push(in_country(code, span));
                }
                _ => wrong.push(unknown(name, span)),
            }
        }
    }
    if found.is_empty() && wrong.is_empty() {
        wrong.push(super::parser::no_words(typed));
    }
    if wrong.is_empty() { Ok((found, notices)) } else { Err(wrong) }
}

/// What a name denies: `not US`, `!US`.
fn denied(name: &str) -> Option<&str> {
    let after_word = |word: &str| {
        let (before, other) = name.split_once(char::is_whitespace)?;
        before.eq_ignore_ascii_case(word).then_some(other)
    };
    let prefixed = name.get(..4).filter(|first| first.eq_ignore_ascii_case("non-"));
    let other = name.strip_prefix(NEGATIONS).or(prefixed.map(|_| &name[4..]));
    let other = other.or_else(|| WORDS_OF_DENIAL.iter().find_map(|word| after_word(word)));
    other.map(str::trim)
}

fn in_country(code: &str, span: Span) -> Expr {
    let words = vec![whole(code, span.clone())];
    let kind = ExprKind::Term(TermExpr { words, quoted: true });
    Expr::within(CODES, Expr { kind, span })
}

fn of_region(region: &Region, span: Span) -> Diagnostic {
    let countries = region.codes().len();
    Diagnostic {
        span,
        message: format!("this is read as {countries} countries, after {}", region.source),
        hint: "`{explain}` lists their codes".to_owned(),
    }
}

fn of_part(name: &str, country: &str, span: Span) -> Diagnostic {
    Diagnostic {
        span,
        message: format!("this is part of the {country}, and all sites there are found"),
        hint: format!("type `{{locn}} '{name}'` for sites whose place has the word"),
    }
}

fn several(name: &str, countries: &[&str], span: Span) -> Diagnostic {
    let countries: Vec<String> = countries.iter().map(|name| format!("`{name}`")).collect();
    Diagnostic {
        span,
        message: format!("`{name}` is more than one country"),
        hint: format!("type {}, or both with a comma between", countries.join(" or ")),
    }
}

fn negated(name: &str, country: &str, span: Span) -> Diagnostic {
    let region = regions::named(country).map(|region| region.codes().join(" OR "));
    let known = region.map(|codes| format!("({codes})"));
    let code = known.or_else(|| country_codes::code_typed(country).map(str::to_owned));
    let hint = match code {
        Some(code) => {
            format!("type `{{filter}} 'NOT AREA[{CODES}]{code}'` for studies without sites there")
        }
        None => format!("type a country, as in `{{filter}} 'NOT AREA[{CODES}]US'`"),
    };
    Diagnostic { span, message: format!("`{name}` leaves no country out"), hint }
}

fn unknown(name: &str, span: Span) -> Diagnostic {
    let known = country_codes::names().chain(regions::names());
    let nearest: Vec<String> =
        nearest_of(name, known).iter().map(|name| format!("`{name}`")).collect();
    let elsewhere = format!("`{{locn}} '{name}'` looks for a city, a state or a hospital");
    let hint = match nearest.as_slice() {
        [] => elsewhere,
        names => format!("the nearest names are {}; {elsewhere}", names.join(", ")),
    };
    Diagnostic { span, message: format!("`{name}` is no country or region that is known"), hint }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::filter_terms::merged;

    fn shown(typed: &str) -> String {
        match alternatives(typed) {
            Ok((found, _)) => merged(found).expect("countries").to_string(),
            Err(wrong) => {
                let wrong = wrong.iter().map(|one| format!("{}; {}", one.message, one.hint));
                wrong.collect::<Vec<_>>().join(" | ")
            }
        }
    }

    #[test]
    fn countries_are_known_in_other_languages() {
        for (typed, code) in [
            ("deutschland", "DE"),
            ("ESPANA", "ES"),
            ("holland", "NL"),
            ("côte d'ivoire", "CI"),
            ("Österreich", "AT"),
            ("osterreich", "AT"),
            ("日本", "JP"),
            ("england", "GB"),
            ("USA", "US"),
            ("Korea, Republic of", "KR"),
        ] {
            assert_eq!(shown(typed), format!("AREA[LocationCountryCode]\"{code}\""), "{typed}");
        }
    }

    #[test]
    fn regions_are_lists_of_countries() {
        assert_eq!(
            shown("benelux, Belgium, de"),
            "AREA[LocationCountryCode](\"BE\" OR \"LU\" OR \"NL\" OR \"DE\")"
        );
        assert!(shown("Europe").contains("\"FR\"") && !shown("Europe").contains("\"US\""));
    }

    #[test]
    fn what_is_no_country_is_said() {
        for (typed, expected) in [
            (
                "korea",
                "`korea` is more than one country; type `South Korea` or `North Korea`, or both with a comma between",
            ),
            (
                "Congo",
                "`Congo` is more than one country; type `Republic of the Congo` or `Democratic Republic of the Congo`, or both with a comma between",
            ),
            (
                "!US",
                "`!US` leaves no country out; type `{filter} 'NOT AREA[LocationCountryCode]US'` for studies without sites there",
            ),
            (
                "~ Germany",
                "`~ Germany` leaves no country out; type `{filter} 'NOT AREA[LocationCountryCode]DE'` for studies without sites there",
            ),
            (
                "Germny",
                "`Germny` is no country or region that is known; the nearest names are `Germany`; `{locn} 'Germny'` looks for a city, a state or a hospital",
            ),
            (
                "Ohio",
                "`Ohio` is no country or region that is known; `{locn} 'Ohio'` looks for a city, a state or a hospital",
            ),
        ] {
            assert_eq!(shown(typed), expected, "{typed}");
        }
    }
}

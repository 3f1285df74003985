//! Codes of countries by the names that records write.
//!
//! Facts of ISO 3166-1 (alpha-2 codes of countries) and ISO 3166-3 (codes of
//! those that are no more), with the spellings that the registry has used over
//! the years. Kosovo has the code `XK` that is in use for it, though the
//! standard has none.

use std::cmp::Ordering;
use std::sync::LazyLock;

/// The alpha-2 code of a country, whatever the case and punctuation of its
/// name. `None` for a name that the registry is not known to write.
#[must_use]
pub fn code(name: &str) -> Option<&'static str> {
    let at = NAMES.binary_search_by(|(known, _)| compare(known, name)).ok()?;
    Some(NAMES[at].1)
}

/// Short names that people type and records do not have.
const SHORT: [(&str, &str); 5] =
    [("America", "US"), ("Britain", "GB"), ("UAE", "AE"), ("UK", "GB"), ("USA", "US")];

/// The code of a country as people type it: the code itself, a short name or
/// one that the registry writes, in whatever case.
#[must_use]
pub fn code_typed(text: &str) -> Option<&'static str> {
    let same = |name: &str| same_name(name, text);
    let short = SHORT.iter().find(|(name, _)| same(name)).map(|(_, code)| *code);
    let codes = || NAMES.iter().map(|(_, code)| *code).find(|code| same(code));
    let names = || names_and_codes().find(|(name, _)| same(name)).map(|(_, code)| code);
    let foreign = || FOREIGN.iter().find(|(_, names)| names.split('|').any(same));
    short.or_else(codes).or_else(names).or_else(|| foreign().map(|(code, _)| *code))
}

/// What people may type for a country that is not its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CountryMeaning {
    /// A part of the country that has this code and this name.
    PartOf(&'static str, &'static str),
    /// One of these countries.
    OneOf(&'static [&'static str]),
}

/// What is meant by a name that is not the name of one country.
#[must_use]
pub fn meant(text: &str) -> Option<CountryMeaning> {
    let parts = ["England", "Scotland", "Wales", "Northern Ireland"];
    if parts.iter().any(|part| same_name(part, text)) {
        return Some(CountryMeaning::PartOf("GB", "United Kingdom"));
    }
    let several = SEVERAL.iter().find(|(name, _)| same_name(name, text));
    several.map(|(_, countries)| CountryMeaning::OneOf(countries))
}

/// Names of several countries. Records write `Congo` for one of the two;
/// people type it for either.
const SEVERAL: [(&str, &[&str]); 4] = [
    ("Congo", &["Republic of the Congo", "Democratic Republic of the Congo"]),
    ("Korea", &["South Korea", "North Korea"]),
    ("Corea", &["South Korea", "North Korea"]),
    ("Virgin Islands", &["U.S. Virgin Islands", "Virgin Islands, British"]),
];

/// Whether two names are the same but for case, accents and punctuation.
pub fn same_name(one: &str, other: &str) -> bool {
    let plain = |name| folded(name).flat_map(without_accent);
    plain(one).eq(plain(other))
}

/// A letter of the Latin alphabet without its accent, as far as European
/// languages have it.
fn without_accent(c: char) -> impl Iterator<Item = char> {
    let plain = match c {
        'à'..='å' | 'ā' | 'ă' | 'ą' => "a",
        'ç' | 'ć' | 'č' => "c",
        'ď' | 'đ' => "d",
        'è'..='ë' | 'ē' | 'ę' | 'ě' | 'ế' | 'ệ' => "e",
        'ì'..='ï' | 'ī' | 'ı' => "i",
        'ł' => "l",
        'ñ' | 'ń' | 'ň' => "n",
        'ò'..='ö' | 'ø' | 'ō' | 'ő' => "o",
        'ř' => "r",
        'ś' | 'š' | 'ş' | 'ș' => "s",
        'ß' => "ss",
        'ť' | 'ț' => "t",
        'ù'..='ü' | 'ū' | 'ů' | 'ű' => "u",
        'ý' | 'ÿ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        _ => "",
    };
    let itself = plain.is_empty().then_some(c);
    plain.chars().chain(itself)
}

/// Every name that has a code.
pub fn names() -> impl Iterator<Item = &'static str> {
    NAMES.iter().map(|(name, _)| *name)
}

/// The same with the codes.
pub(super) fn names_and_codes() -> impl Iterator<Item = (&'static str, &'static str)> {
    NAMES.iter().copied()
}

/// The order of two names by their letters and digits in lower case.
fn compare(one: &str, other: &str) -> Ordering {
    folded(one).cmp(folded(other))
}

fn folded(name: &str) -> impl Iterator<Item = char> {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase)
}

/// Names and codes, in the order of [`compare`].
static NAMES: LazyLock<Vec<(&str, &str)>> = LazyLock::new(|| rows(include_str!("countries.tsv")));

/// Codes of countries, and what they are called in other languages than
/// English, with bars between: the countries that have the most studies, in
/// German, French, Spanish, Italian, Portuguese, Dutch and in their own
/// languages, and names of parts that people type for the whole. Written by
/// hand.
static FOREIGN: LazyLock<Vec<(&str, &str)>> =
    LazyLock::new(|| rows(include_str!("foreign_countries.tsv")));

/// The lines of a table of two columns.
fn rows(table: &'static str) -> Vec<(&'static str, &'static str)> {
    table.lines().filter_map(|line| line.split_once('\t')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_in_order_and_each_stands_once() {
        assert_eq!((NAMES.len(), FOREIGN.len()), (340, 78));
        for pair in NAMES.windows(2) {
            assert_eq!(compare(pair[0].0, pair[1].0), Ordering::Less, "{pair:?}");
        }
    }

    #[test]
    fn codes_are_two_capital_letters() {
        for (name, code) in NAMES.iter() {
            assert!(
                code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase()),
                "{name}"
            );
        }
    }

    #[test]
    fn spellings_of_all_times_lead_to_the_code() {
        for (code_of, names) in [
            ("KR", &["Korea, Republic of", "South Korea"][..]),
            ("TR", &["Turkey", "Turkey (Türkiye)", "Türkiye", "Tu\u{308}rkiye"]),
            ("CI", &["Côte D'Ivoire", "Côte d’Ivoire", "cote d'ivoire", "Ivory Coast"]),
            ("CZ", &["Czech Republic", "Czechia"]),
            ("CD", &["Congo, The Democratic Republic of the", "Democratic Republic of the Congo"]),
            ("MK", &["Macedonia, The Former Yugoslav Republic of", "North Macedonia"]),
            ("PS", &["Palestinian Territories, Occupied", "Palestinian Territory, occupied"]),
            ("CS", &["Former Serbia and Montenegro"]),
            ("XK", &["Kosovo"]),
            ("GN", &["Guinea"]),
            ("GW", &["Guinea-Bissau"]),
        ] {
            for name in names {
                assert_eq!(code(name), Some(code_of), "{name}");
            }
        }
    }

    #[test]
    fn codes_are_typed_in_any_case() {
        for (typed, known) in
            [("us", "US"), ("De", "DE"), ("USA", "US"), ("u.k.", "GB"), ("uk", "GB")]
        {
            assert_eq!(code_typed(typed), Some(known), "{typed}");
        }
        assert_eq!(code_typed("South Korea"), code_typed("Korea, Republic of"));
        for typed in ["Germny", "zz", "", "Europe"] {
            assert_eq!(code_typed(typed), None, "{typed}");
        }
    }

    #[test]
    fn other_texts_have_no_code() {
        for name in ["", "Test Country", "Republic of", "United"] {
            assert_eq!(code(name), None, "{name}");
        }
    }
}

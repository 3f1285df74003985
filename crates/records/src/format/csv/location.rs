//! A location in one cell: `Facility, City, State, Zip, Country`.

use serde_json::Value;

use super::cell_values::structure;

/// Ends of countries' names that have a comma in them (`Korea, Republic of`).
#[rustfmt::skip]
const COUNTRY_TAILS: &[&str] = &[
    "Republic of", "Democratic People's Republic of", "Islamic Republic of",
    "The Former Yugoslav Republic of", "The Democratic Republic of the", "United Republic of",
    "Bolivarian Republic of", "Plurinational State of", "Federated States of",
    "Province of China", "occupied", "U.S.", "British",
];

/// Countries whose locations the registry gives with a state, and the states.
#[rustfmt::skip]
const STATES: &[(&str, &[&str])] = &[
    ("United States", &[
        "Alabama", "Alaska", "Arizona", "Arkansas", "California", "Colorado", "Connecticut",
        "Delaware", "District of Columbia", "Florida", "Georgia", "Hawaii", "Idaho", "Illinois",
        "Indiana", "Iowa", "Kansas", "Kentucky", "Louisiana", "Maine", "Maryland",
        "Massachusetts", "Michigan", "Minnesota", "Mississippi", "Missouri", "Montana",
        "Nebraska", "Nevada", "New Hampshire", "New Jersey", "New Mexico", "New York",
        "North Carolina", "North Dakota", "Ohio", "Oklahoma", "Oregon", "Pennsylvania",
        "Rhode Island", "South Carolina", "South Dakota", "Tennessee", "Texas", "Utah",
        "Vermont", "Virginia", "Washington", "West Virginia", "Wisconsin", "Wyoming",
    ]),
    ("Canada", &[
        "Alberta", "British Columbia", "Manitoba", "New Brunswick", "Newfoundland and Labrador",
        "Northwest Territories", "Nova Scotia", "Nunavut", "Ontario", "Prince Edward Island",
        "Quebec", "Saskatchewan", "Yukon",
    ]),
    ("Australia", &[
        "Australian Capital Territory", "New South Wales", "Northern Territory", "Queensland",
        "South Australia", "Tasmania", "Victoria", "Western Australia",
    ]),
];

/// Parts of words, in the registry's most frequent languages, that tell an
/// institution or its address from a city.
#[rustfmt::skip]
const INSTITUTION_WORDS: &[&str] = &[
    "azienda", "building", "center", "centre", "centro", "chu ", "clinic", "college",
    "department", "dept", "division", "faculty", "fondaz", "fundac", "health", "hosp", "inc.",
    "institut", "klini", "laborator", "llc", "ltd", "medic", "medizin", "oncolog", "ospedal",
    "pharma", "policl", "polikl", "research", "road", "school", "service", "site", "street",
    "unit", "universi", "ward", "avenue",
];

/// Splits `Facility, City, State, Zip, Country`. All parts but the city can be
/// missing, and the facility can contain commas.
///
/// Of 7,926 locations of API v2 written this way, 97 in 100 come out as they
/// were, and one in 100 wrongly. In the rest only the country is clear, and the
/// text before it is kept as the facility.
pub(super) fn location(text: &str) -> Value {
    let parts: Vec<&str> = text.split(", ").collect();
    let tailed = parts.len() > 2 && COUNTRY_TAILS.contains(&parts[parts.len() - 1]);
    let (before, country) = parts.split_at(parts.len() - if tailed { 2 } else { 1 });
    let country = country.join(", ");
    let (place, zip) = match before.split_last() {
        None => return structure(&[("LocationFacility", text)]),
        Some((last, place)) if !place.is_empty() && is_zip(last) => (place, *last),
        Some(_) => (before, ""),
    };
    let Some([facility, city, state]) = place_parts(place, &country) else {
        let facility = before.join(", ");
        return structure(&[("LocationFacility", &facility), ("LocationCountry", &country)]);
    };
    structure(&[
        ("LocationFacility", &facility),
        ("LocationCity", &city),
        ("LocationState", &state),
        ("LocationZip", zip),
        ("LocationCountry", &country),
    ])
}

/// Facility, city and state, or `None` where it is not clear which is which.
fn place_parts(place: &[&str], country: &str) -> Option<[String; 3]> {
    let known = STATES.iter().find(|(name, _)| *name == country).map(|(_, states)| *states);
    let made = |facility: &[&str], city: &str, state: &str| {
        Some([facility.join(", "), city.to_owned(), state.to_owned()])
    };
    match place {
        [facility @ .., city, state] if known.is_some_and(|states| states.contains(state)) => {
            made(facility, city, state)
        }
        [city] => made(&[], city, ""),
        [facility, city] => made(&[facility], city, ""),
        [facility @ .., before, city] if names_institution(before) => {
            made(&[facility, &[*before]].concat(), city, "")
        }
        [facility, city, state] => made(&[facility], city, state),
        _ => None,
    }
}

fn names_institution(text: &str) -> bool {
    let lower = text.to_lowercase();
    lower.ends_with('.')
        || lower.contains(|c: char| c.is_ascii_digit() || matches!(c, ':' | '(' | '/'))
        || INSTITUTION_WORDS.iter().any(|word| lower.contains(word))
}

fn is_zip(text: &str) -> bool {
    text.len() <= 10
        && text.contains(|c: char| c.is_ascii_digit())
        && text
            .bytes()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || matches!(b, b' ' | b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locations_are_split_where_the_parts_are_clear() {
        let split = |text: &str| {
            let found = location(text);
            ["facility", "city", "state", "zip", "country"]
                .map(|key| found[key].as_str().unwrap_or("-").to_owned())
        };
        assert_eq!(
            split("Clinic, Dept. 2, Austin, Texas, 78705, United States"),
            ["Clinic, Dept. 2", "Austin", "Texas", "78705", "United States"]
        );
        assert_eq!(
            split("York, Pennsylvania, United States"),
            ["-", "York", "Pennsylvania", "-", "United States"]
        );
        assert_eq!(
            split("Site 1, Lund, 221 85, Sweden"),
            ["Site 1", "Lund", "-", "221 85", "Sweden"]
        );
        assert_eq!(
            split("A, Gera, Thuringia, Germany"),
            ["A", "Gera", "Thuringia", "-", "Germany"]
        );
        assert_eq!(
            split("A, Hospital, Gera, Germany"),
            ["A, Hospital", "Gera", "-", "-", "Germany"]
        );
        assert_eq!(
            split("B, Seoul, 05505, Korea, Republic of"),
            ["B", "Seoul", "-", "05505", "Korea, Republic of"]
        );
        assert_eq!(split("A, B, C, D, 123, Peru"), ["A, B, C, D, 123", "-", "-", "-", "Peru"]);
        assert_eq!(split("Investigational Site"), ["Investigational Site", "-", "-", "-", "-"]);
    }
}

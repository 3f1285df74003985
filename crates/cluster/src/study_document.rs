//! A study as the document that the engine is sent.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::layout::{
    BESIDE, DIGEST, GAP, Kind, NUMBER, POINT, SITES, STUDY, TOPIC, VECTOR, is_by_surface,
    is_of_site, kind, length_name, name,
};
use trialdex_engine::index::{IndexedStudy, IndexedValue, PlacedTerm};
use trialdex_plan::layout::IndexField;
use trialdex_text::indexed_words::{SIGN, word_and_surface};
use trialdex_text::{BOUNDARY, SITE_WIDTH};

/// Bytes of a value in a column at most; Lucene refuses terms of more than 32,766.
const LONGEST_VALUE: usize = 32_000;

/// The document of a study; `json` is its record.
pub(crate) fn study_document(study: &IndexedStudy, json: &str) -> Value {
    let mut document = Map::new();
    let mut sites = vec![Map::new(); study.sites];
    for (field, value) in &study.values {
        add(&mut document, &mut sites, *field, value);
    }
    add_site_numbers(&mut sites, study);
    for (field, length) in &study.lengths {
        document.insert(length_name(*field), (*length).into());
    }
    let mut points = Vec::new();
    for (site, point) in study.points.iter().enumerate() {
        let Some((lat, lon)) = point else { continue };
        let point = json!({"lat": lat, "lon": on_globe(*lon)});
        if let Some(site) = sites.get_mut(site) {
            site.insert(POINT.to_owned(), point.clone());
        }
        points.push(point);
    }
    if !points.is_empty() {
        document.insert(POINT.to_owned(), points.into());
    }
    if !sites.is_empty() {
        document.insert(SITES.to_owned(), sites.into_iter().map(Value::Object).collect());
    }
    if !study.topic.is_empty() {
        document.insert(TOPIC.to_owned(), study.topic.clone().into());
    }
    if !study.vector.is_empty() {
        let digits = study.vector.iter().map(|part| format!("{part:016x}"));
        document.insert(VECTOR.to_owned(), digits.collect::<String>().into());
    }
    document.insert(NUMBER.to_owned(), study.nct.number().into());
    document.insert(DIGEST.to_owned(), signed(study.digest).into());
    document.insert(STUDY.to_owned(), json.into());
    Value::Object(document)
}

/// Eight bytes as the number that the engine keeps.
pub(crate) fn signed(digest: u64) -> i64 {
    i64::from_ne_bytes(digest.to_ne_bytes())
}

/// The same back.
pub(crate) fn unsigned(digest: i64) -> u64 {
    u64::from_ne_bytes(digest.to_ne_bytes())
}

fn on_globe(lon: f64) -> f64 {
    match lon {
        lon if lon > 180.0 => lon - 360.0,
        lon if lon < -180.0 => lon + 360.0,
        lon => lon,
    }
}

fn add(
    document: &mut Map<String, Value>,
    sites: &mut [Map<String, Value>],
    field: IndexField,
    value: &IndexedValue,
) {
    let name = name(field);
    match (kind(field), value) {
        (Kind::Text { .. }, IndexedValue::Words(words)) => {
            let by_surface = is_by_surface(field);
            if is_of_site(field) {
                for (site, words) in by_site(words) {
                    if let Some(site) = sites.get_mut(site) {
                        site.insert(name.clone(), stream(words, by_surface).into());
                    }
                }
            }
            if !words.is_empty() {
                push(document, name, stream(words, by_surface).into());
            }
        }
        // The constants of sites, each at the position of its site.
        (Kind::Constant { .. }, IndexedValue::Words(words)) => {
            for (site, words) in by_site(words) {
                let all: BTreeSet<&str> = words.iter().map(|word| word.term.as_str()).collect();
                if let Some(site) = sites.get_mut(site) {
                    site.insert(name.clone(), all.into_iter().collect());
                }
            }
        }
        (Kind::Constant { .. }, IndexedValue::Constant(text)) => {
            push(document, name, text.as_str().into());
        }
        (Kind::Values, IndexedValue::Constant(text)) => {
            push(document, name, beginning(text).into());
        }
        (Kind::Number { .. }, IndexedValue::Number(number)) => {
            push(document, name, (*number).into());
        }
        _ => {}
    }
}

/// As much of a value as a column of the engine takes: no name is longer.
fn beginning(text: &str) -> &str {
    let mut end = text.len().min(LONGEST_VALUE);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// Numbers of which each site has one are also at the sites.
fn add_site_numbers(sites: &mut [Map<String, Value>], study: &IndexedStudy) {
    let mut at = std::collections::BTreeMap::<IndexField, usize>::new();
    for (field, value) in &study.values {
        let IndexedValue::Number(number) = value else { continue };
        if is_of_site(*field) {
            let site = at.entry(*field).or_default();
            if let Some(site) = sites.get_mut(*site) {
                site.insert(name(*field), (*number).into());
            }
            *site += 1;
        }
    }
}

fn push(document: &mut Map<String, Value>, name: String, value: Value) {
    match document.get_mut(&name) {
        Some(Value::Array(values)) => values.push(value),
        _ => {
            document.insert(name, Value::Array(vec![value]));
        }
    }
}

/// The terms of each site.
fn by_site(words: &[PlacedTerm]) -> impl Iterator<Item = (usize, &[PlacedTerm])> {
    let site = |word: &PlacedTerm| word.position / SITE_WIDTH;
    let of_sites = words.chunk_by(move |one, other| site(one) == site(other));
    of_sites.map(move |words| (site(&words[0]), words))
}

/// Terms as the engine reads them. Of a field that says how words are written, each position has
/// the word, by which it is found in every spelling, and the word with its surface.
fn stream(words: &[PlacedTerm], by_surface: bool) -> String {
    let mut stream = String::new();
    let mut before: Option<usize> = None;
    for PlacedTerm { position, term } in words {
        match before {
            None => {}
            Some(before) if before == *position => stream.push(BESIDE),
            Some(before) => {
                // A word that is too long has its position, and is not there.
                if before / SITE_WIDTH == position / SITE_WIDTH || by_surface {
                    for _ in before + 1..*position {
                        stream.push(' ');
                        stream.push_str(GAP);
                    }
                }
                stream.push(' ');
            }
        }
        before = Some(*position);
        push_term(&mut stream, term, by_surface);
    }
    stream
}

fn push_term(stream: &mut String, term: &str, by_surface: bool) {
    if !by_surface || term == BOUNDARY {
        return stream.push_str(term);
    }
    let (word, surface) = word_and_surface(term);
    stream.push_str(word);
    if let Some(surface) = surface {
        stream.push(BESIDE);
        stream.push_str(word);
        stream.push(SIGN);
        stream.push_str(surface);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn placed(words: &[(usize, &str)]) -> Vec<PlacedTerm> {
        let words = words.iter();
        words
            .map(|(position, term)| PlacedTerm { position: *position, term: (*term).to_owned() })
            .collect()
    }

    #[test]
    fn positions_are_parted_by_blanks_and_terms_by_bars() {
        let words = placed(&[(0, "mk"), (0, "mk3475"), (1, "3475"), (3, "dose")]);
        assert_eq!(stream(&words, false), "mk|mk3475 3475 \u{3} dose");
        let written = placed(&[(0, BOUNDARY), (1, "cell"), (2, "cell\u{1}Cells"), (3, "x\u{1}")]);
        assert_eq!(stream(&written, true), "\u{2} cell|cell\u{1}cell cell|cell\u{1}Cells x");
    }

    #[test]
    fn a_value_has_a_greatest_length() {
        assert_eq!(beginning("anemia"), "anemia");
        let long = beginning(&"é".repeat(LONGEST_VALUE)).to_owned();
        assert_eq!(long, "é".repeat(LONGEST_VALUE / 2));
        let shifted = format!("a{}", "é".repeat(LONGEST_VALUE));
        assert_eq!(beginning(&shifted).len(), LONGEST_VALUE - 1);
    }

    #[test]
    fn what_is_at_a_site_is_with_it() {
        let words = placed(&[(0, "ulm"), (1, "clinic"), (2 * SITE_WIDTH, "paris")]);
        let sites: Vec<_> = by_site(&words).map(|(site, words)| (site, words.len())).collect();
        assert_eq!(sites, [(0, 2), (2, 1)]);
        assert_eq!(stream(&words, false), "ulm clinic paris");
        assert_eq!((on_globe(190.0), on_globe(-200.0), on_globe(10.0)), (-170.0, 160.0, 10.0));
        assert_eq!(unsigned(signed(u64::MAX - 3)), u64::MAX - 3);
    }
}

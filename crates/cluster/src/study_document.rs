//! A study as the document that the engine is sent.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::layout::{
    BESIDE, DIGEST, GAP, Kind, NUMBER, POINT, SITES, STUDY, TOPIC, VECTOR, is_by_surface,
    is_of_site, kind, length_name, name, surfaces_beside,
};
use trialdex_engine::index::{IndexedStudy, IndexedValue, PlacedTerm};
use trialdex_plan::layout::IndexField;
use trialdex_text::indexed_words::{SIGN, word_and_surface};
use trialdex_text::{BOUNDARY, SITE_WIDTH};

/// Bytes of a value in a column at most; Lucene refuses terms of more than 32,766.
const LONGEST_VALUE: usize = 32_000;

/// A document while it is made.
#[derive(Default)]
struct Document {
    fields: Map<String, Value>,
    sites: Vec<Map<String, Value>>,
    /// What a field has once, however often it occurs.
    sets: BTreeMap<String, BTreeSet<String>>,
}

/// The document of a study; `json` is its record.
pub(crate) fn study_document(study: &IndexedStudy, json: &str) -> Value {
    let mut document = Document { sites: vec![Map::new(); study.sites], ..Document::default() };
    for (field, value) in &study.values {
        document.add(*field, value);
    }
    document.add_site_numbers(study);
    document.add_points(study);
    let Document { mut fields, sites, sets } = document;
    fields.extend(sets.into_iter().map(|(name, set)| (name, set.into_iter().collect())));
    for (field, length) in &study.lengths {
        fields.insert(length_name(*field), (*length).into());
    }
    if !sites.is_empty() {
        fields.insert(SITES.to_owned(), sites.into_iter().map(Value::Object).collect());
    }
    if !study.topic.is_empty() {
        fields.insert(TOPIC.to_owned(), study.topic.clone().into());
    }
    if !study.vector.is_empty() {
        let digits = study.vector.iter().map(|part| format!("{part:016x}"));
        fields.insert(VECTOR.to_owned(), digits.collect::<String>().into());
    }
    fields.insert(NUMBER.to_owned(), study.nct.number().into());
    fields.insert(DIGEST.to_owned(), signed(study.digest).into());
    fields.insert(STUDY.to_owned(), json.into());
    Value::Object(fields)
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

impl Document {
    fn add(&mut self, field: IndexField, value: &IndexedValue) {
        let name = name(field);
        match (kind(field), value) {
            (Kind::Text { .. }, IndexedValue::Words(words)) => {
                self.add_to_sites(field, &name, words);
                if !words.is_empty() {
                    push(&mut self.fields, name, stream(words, is_by_surface(field)).into());
                }
                if let Some(name) = surfaces_beside(field) {
                    self.sets.entry(name).or_default().extend(words.iter().filter_map(written));
                }
            }
            (Kind::Set, IndexedValue::Words(words)) => {
                self.add_to_sites(field, &name, words);
                let terms = words.iter().map(|word| word.term.clone());
                self.sets.entry(name).or_default().extend(terms);
            }
            // The constants of sites, each at the position of its site.
            (Kind::Constant { .. }, IndexedValue::Words(words)) => {
                for (site, words) in by_site(words) {
                    let all: BTreeSet<&str> = words.iter().map(|word| word.term.as_str()).collect();
                    if let Some(site) = self.sites.get_mut(site) {
                        site.insert(name.clone(), all.into_iter().collect());
                    }
                }
            }
            (Kind::Constant { .. }, IndexedValue::Constant(text)) => {
                push(&mut self.fields, name, text.as_str().into());
            }
            (Kind::Values, IndexedValue::Constant(text)) => {
                push(&mut self.fields, name, beginning(text).into());
            }
            (Kind::Number { .. }, IndexedValue::Number(number)) => {
                push(&mut self.fields, name, (*number).into());
            }
            _ => {}
        }
    }

    /// The words of each site are with it.
    fn add_to_sites(&mut self, field: IndexField, name: &str, words: &[PlacedTerm]) {
        if !is_of_site(field) {
            return;
        }
        for (site, words) in by_site(words) {
            if let Some(site) = self.sites.get_mut(site) {
                site.insert(name.to_owned(), stream(words, false).into());
            }
        }
    }

    /// Numbers of which each site has one are also at the sites.
    fn add_site_numbers(&mut self, study: &IndexedStudy) {
        let mut at = BTreeMap::<IndexField, usize>::new();
        for (field, value) in &study.values {
            let IndexedValue::Number(number) = value else { continue };
            if is_of_site(*field) {
                let site = at.entry(*field).or_default();
                if let Some(site) = self.sites.get_mut(*site) {
                    site.insert(name(*field), (*number).into());
                }
                *site += 1;
            }
        }
    }

    fn add_points(&mut self, study: &IndexedStudy) {
        let mut points = Vec::new();
        for (site, point) in study.points.iter().enumerate() {
            let Some((lat, lon)) = point else { continue };
            let point = json!({"lat": lat, "lon": on_globe(*lon)});
            if let Some(site) = self.sites.get_mut(site) {
                site.insert(POINT.to_owned(), point.clone());
            }
            points.push(point);
        }
        if !points.is_empty() {
            self.fields.insert(POINT.to_owned(), points.into());
        }
    }
}

/// A word and how it is written, as both are asked for; `None` where it is a part of what is.
fn written(PlacedTerm { term, .. }: &PlacedTerm) -> Option<String> {
    let (word, surface) = word_and_surface(term);
    let surface = surface.filter(|surface| *surface != BOUNDARY)?;
    Some(format!("{word}{SIGN}{surface}"))
}

/// As much of a value as a column of the engine takes: no name is longer.
fn beginning(text: &str) -> &str {
    let mut end = text.len().min(LONGEST_VALUE);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
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
/// the word, by which it is found in every spelling.
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
        stream.push_str(if by_surface { word_and_surface(term).0 } else { term });
    }
    stream
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
        let words = placed(&[(0, BOUNDARY), (1, "cell"), (2, "cell\u{1}Cells"), (3, "x\u{1}")]);
        assert_eq!(stream(&words, true), "\u{2} cell cell x");
        let surfaces: Vec<Option<String>> = words.iter().map(written).collect();
        let expected = [None, Some("cell\u{1}cell"), Some("cell\u{1}Cells"), None];
        assert_eq!(surfaces, expected.map(|surface| surface.map(str::to_owned)));
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

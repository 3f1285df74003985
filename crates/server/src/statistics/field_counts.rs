//! What is counted of a field.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use serde_json::Value;

use trialdex_records::study::study_fields::FieldKind;
use trialdex_session::StudyPlace;

use super::frequent_values::FrequentValues;

/// What is counted of a field.
#[derive(Debug, Default)]
pub(super) struct FieldCounts {
    /// Studies with a value.
    pub(super) present: u64,
    pub(super) values: FrequentValues<StudyPlace>,
    /// Characters of the longest value, and a study that has it.
    pub(super) longest: Option<(usize, StudyPlace)>,
    /// Least and greatest number, their sum and how many there are.
    pub(super) range: Option<(f64, f64)>,
    pub(super) sum: f64,
    pub(super) numbers: u64,
    /// Earliest and latest date, and how dates are written.
    pub(super) dates: Option<(String, String)>,
    pub(super) formats: BTreeSet<&'static str>,
    /// Studies with the value true, and with false.
    pub(super) yes: u64,
    pub(super) no: u64,
}

/// A value as it is counted and shown.
pub(super) fn written(value: &Value) -> Cow<'_, str> {
    value.as_str().map_or_else(|| Cow::Owned(value.to_string()), Cow::Borrowed)
}

/// What a value is counted by.
pub(super) fn hashed(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

impl FieldCounts {
    /// Counts the values that a study has, at least one.
    pub(super) fn add(&mut self, kind: FieldKind, values: &[Cow<'_, Value>], place: StudyPlace) {
        self.present += 1;
        match kind {
            FieldKind::Number => values.iter().for_each(|value| self.add_number(value)),
            FieldKind::Date => {
                values.iter().filter_map(|it| it.as_str()).for_each(|it| self.add_date(it));
            }
            FieldKind::Boolean => {
                let has = |wanted| values.iter().any(|value| value.as_bool() == Some(wanted));
                self.yes += u64::from(has(true));
                self.no += u64::from(has(false));
            }
            _ => {}
        }
        if !matches!(kind, FieldKind::Boolean | FieldKind::Date) {
            self.add_texts(values, place);
        }
    }

    /// Counts each different value once.
    fn add_texts(&mut self, values: &[Cow<'_, Value>], place: StudyPlace) {
        let mut seen = BTreeSet::new();
        for text in values.iter().map(|value| written(value)) {
            // Bytes are no fewer than characters.
            if self.longest.is_none_or(|(longest, _)| text.len() > longest) {
                let length = text.chars().count();
                if self.longest.is_none_or(|(longest, _)| length > longest) {
                    self.longest = Some((length, place));
                }
            }
            let hash = hashed(&text);
            if seen.insert(hash) {
                self.values.add(hash, place);
            }
        }
    }

    fn add_number(&mut self, value: &Value) {
        let number = value.as_f64().or_else(|| value.as_str().and_then(|text| text.parse().ok()));
        let Some(number) = number else { return };
        let (least, greatest) = self.range.unwrap_or((number, number));
        self.range = Some((least.min(number), greatest.max(number)));
        self.sum += number;
        self.numbers += 1;
    }

    fn add_date(&mut self, date: &str) {
        self.formats.insert(match date.len() {
            4 => "yyyy",
            7 => "yyyy-MM",
            10 => "yyyy-MM-dd",
            _ => "yyyy-MM-dd'T'HH:mm",
        });
        let dates = self.dates.get_or_insert_with(|| (date.to_owned(), date.to_owned()));
        if date < dates.0.as_str() {
            date.clone_into(&mut dates.0);
        }
        if date > dates.1.as_str() {
            date.clone_into(&mut dates.1);
        }
    }

    /// Adds what was counted of other studies.
    pub(super) fn join(&mut self, other: Self) {
        self.present += other.present;
        self.values.join(other.values);
        if other.longest.is_some_and(|(length, _)| self.longest.is_none_or(|(it, _)| length > it)) {
            self.longest = other.longest;
        }
        self.range = match (self.range, other.range) {
            (Some(one), Some(two)) => Some((one.0.min(two.0), one.1.max(two.1))),
            (one, two) => one.or(two),
        };
        self.sum += other.sum;
        self.numbers += other.numbers;
        self.dates = match (self.dates.take(), other.dates) {
            (Some(one), Some(two)) => Some((one.0.min(two.0), one.1.max(two.1))),
            (one, two) => one.or(two),
        };
        self.formats.extend(other.formats);
        self.yes += other.yes;
        self.no += other.no;
    }
}

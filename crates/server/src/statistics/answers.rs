//! Statistics in the shapes of the registry.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::{Value, json};

use trialdex_records::study::NctId;
use trialdex_records::study::study_fields::StudyField;
use trialdex_session::{AnyError, AnyReader, StudyPlace};

use super::counted_fields::{FieldPlaces, name_and_path, type_name};
use super::field_counts::{FieldCounts, hashed, written};

/// Values of a field that are named one by one at most.
const TOP: usize = 250;

/// The largest studies that are named.
const LARGEST: usize = 10;

const PERCENTILES: [usize; 8] = [5, 10, 25, 50, 75, 90, 95, 99];

/// The sizes of all studies, the smallest first.
pub(super) fn size_statistics(sizes: &[(u32, NctId)]) -> Value {
    let bytes: Vec<u64> = sizes.iter().map(|(size, _)| u64::from(*size)).collect();
    let average = bytes.iter().sum::<u64>().checked_div(bytes.len() as u64).unwrap_or_default();
    let largest = sizes.iter().rev().take(LARGEST);
    let largest = largest.map(|(size, nct)| json!({"id": nct.to_string(), "sizeBytes": size}));
    json!({
        "totalStudies": bytes.len(),
        "averageSizeBytes": average,
        "percentiles": percentiles(&bytes),
        "ranges": ranges(&bytes),
        "largestStudies": largest.collect::<Vec<_>>(),
    })
}

/// The size that so many of a hundred studies do not exceed.
fn percentiles(bytes: &[u64]) -> Value {
    let mut shown = serde_json::Map::new();
    for percent in PERCENTILES {
        if let Some(size) = bytes.get((bytes.len() * percent).div_ceil(100).saturating_sub(1)) {
            shown.insert(format!("{percent}th"), (*size).into());
        }
    }
    Value::Object(shown)
}

/// Studies by size, in ranges that double.
fn ranges(bytes: &[u64]) -> Value {
    let mut ranges: BTreeMap<u64, u64> = BTreeMap::new();
    for size in bytes {
        *ranges.entry((size / 1024 + 1).next_power_of_two()).or_default() += 1;
    }
    let shown = ranges.into_iter().map(|(end, studies)| {
        let begin = if end == 1 { 0 } else { end / 2 };
        json!({"sizeRange": format!("{begin}-{end} KB"), "studiesCount": studies})
    });
    shown.collect()
}

/// The texts of counted values, which are read from the studies that have them.
pub(super) struct ValueTexts {
    /// The commonest values of each field, by the hashes of their texts.
    common: HashMap<(StudyField, u64), String>,
    longest: HashMap<StudyField, (NctId, String)>,
}

impl ValueTexts {
    /// Reads each study once that has a value which is shown.
    pub(super) fn read(
        reader: &AnyReader<'_>,
        fields: &[StudyField],
        counts: &[FieldCounts],
    ) -> Result<Self, AnyError> {
        let mut wanted: BTreeMap<StudyPlace, HashSet<(usize, u64)>> = BTreeMap::new();
        let mut long: BTreeMap<StudyPlace, Vec<(usize, usize)>> = BTreeMap::new();
        for (at, counts) in counts.iter().enumerate() {
            for (hash, value) in counts.values.top(TOP) {
                wanted.entry(value.place).or_default().insert((at, hash));
            }
            if let Some((length, place)) = counts.longest {
                wanted.entry(place).or_default();
                long.entry(place).or_default().push((at, length));
            }
        }
        let (mut common, mut longest) = (HashMap::new(), HashMap::new());
        let places = FieldPlaces::of(fields);
        let ordered: Vec<StudyPlace> = wanted.keys().copied().collect();
        for (done, (place, wanted)) in wanted.into_iter().enumerate() {
            reader.prepare(&ordered[done..])?;
            let study = reader.study(place)?;
            let values = places.values_of(&study);
            for (at, values) in &values {
                for text in values.iter().map(|value| written(value)) {
                    let hash = hashed(&text);
                    if wanted.contains(&(*at, hash)) {
                        common.insert((fields[*at], hash), text.into_owned());
                    }
                }
            }
            for (at, length) in long.remove(&place).unwrap_or_default() {
                let mut texts = values.get(&at).into_iter().flatten().map(|value| written(value));
                let text = texts.find(|text| text.chars().count() == length);
                if let Some((nct, text)) = study.nct_id().zip(text) {
                    longest.insert(fields[at], (nct, text.into_owned()));
                }
            }
        }
        Ok(Self { common, longest })
    }

    /// The commonest values of a field, with the studies that have each.
    fn top(&self, field: StudyField, counts: &FieldCounts) -> Vec<(&str, u32)> {
        let top = counts.values.top(TOP).into_iter().filter_map(|(hash, value)| {
            self.common.get(&(field, hash)).map(|text| (text.as_str(), value.studies))
        });
        let mut top: Vec<(&str, u32)> = top.collect();
        top.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(other.0)));
        top
    }
}

/// What is said of the values of a field.
pub(super) fn value_statistics(
    field: StudyField,
    studies: u64,
    counts: &FieldCounts,
    texts: &ValueTexts,
) -> Value {
    let (piece, path) = name_and_path(field);
    let kind = type_name(field);
    let missing = studies.saturating_sub(counts.present);
    let mut shown = json!({
        "type": kind, "piece": piece, "field": path, "missingStudiesCount": missing,
    });
    match kind {
        "INTEGER" => {
            if let Some((least, greatest)) = counts.range {
                // Whole numbers of the registry are exact in this type.
                shown["min"] = json!(least as i64);
                shown["max"] = json!(greatest as i64);
                shown["avg"] = json!(counts.sum / counts.numbers as f64);
            }
        }
        "DATE" => {
            if let Some((earliest, latest)) = &counts.dates {
                shown["min"] = json!(earliest);
                shown["max"] = json!(latest);
            }
            shown["formats"] = json!(counts.formats);
        }
        "BOOLEAN" => {
            shown["trueCount"] = json!(counts.yes);
            shown["falseCount"] = json!(counts.no);
        }
        _ => {
            shown["uniqueValuesCount"] = json!(counts.values.different());
            let top = texts.top(field, counts).into_iter();
            shown["topValues"] = top
                .map(|(value, studies)| json!({"value": value, "studiesCount": studies}))
                .collect();
            if kind == "STRING"
                && let Some((nct, text)) = texts.longest.get(&field)
            {
                let length = text.chars().count();
                let nct = nct.to_string();
                shown["longest"] = json!({"length": length, "nctId": nct, "value": text});
            }
        }
    }
    shown
}

/// What is said of the lengths of a list.
pub(super) fn list_statistics(
    field: StudyField,
    counts: &FieldCounts,
    texts: &ValueTexts,
) -> Option<Value> {
    let StudyField::Size(list) = field else { return None };
    let different = counts.values.different();
    let mut shown = json!({"piece": list.name, "field": list.path, "uniqueSizesCount": different});
    if let Some((least, greatest)) = counts.range {
        shown["minSize"] = json!(least as i64);
        shown["maxSize"] = json!(greatest as i64);
        let top = texts.top(field, counts).into_iter().map(|(size, studies)| {
            json!({"size": size.parse::<u64>().unwrap_or_default(), "studiesCount": studies})
        });
        shown["topSizes"] = top.collect();
    }
    Some(shown)
}

//! In which fields two records of a study differ.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::{Map, Value};

use super::pieces::{self, Piece, PieceId};
use super::{Study, VisitedPiece};

/// The date of the registry's data that a record was downloaded with: another download has another
/// one, whether or not anybody changed the record.
const OF_DOWNLOAD: &str = "VersionHolder";

/// What differs in a field between an earlier and a later record.
#[derive(Debug, Clone)]
pub struct FieldDifference {
    /// The field; `None` for keys that the data model does not have.
    pub piece: Option<&'static Piece>,
    /// Values of the earlier record that the later one lacks, in their order.
    pub removed: Vec<String>,
    /// Values of the later record that the earlier one lacks, in their order. Where neither lacks
    /// any, the same values are in another order.
    pub added: Vec<String>,
}

impl FieldDifference {
    /// The name of the field in the data model.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.piece.map_or("keys outside of the data model", |piece| piece.name)
    }

    /// What differs between the values that a field had and has; `None` where they are the same.
    #[must_use]
    pub fn between(piece: &'static Piece, before: &[String], after: &[String]) -> Option<Self> {
        let (removed, added) = (lacking(before, after), lacking(after, before));
        (before != after).then_some(Self { piece: Some(piece), removed, added })
    }
}

/// The fields in which two records of a study differ, in the order of the data model. The date of
/// the download, `VersionHolder`, is no difference.
#[must_use]
pub fn differences(before: &Study, after: &Study) -> Vec<FieldDifference> {
    let (earlier, later) = (values_of(before), values_of(after));
    let ids: BTreeSet<PieceId> = earlier.keys().chain(later.keys()).copied().collect();
    let none = Vec::new();
    let mut found = Vec::new();
    for id in ids {
        let piece = &pieces::all()[usize::from(id)];
        let (was, is) = (earlier.get(&id).unwrap_or(&none), later.get(&id).unwrap_or(&none));
        let difference = FieldDifference::between(piece, was, is);
        found.extend(difference.filter(|_| piece.name != OF_DOWNLOAD));
    }
    if found.is_empty() && whole(before) != whole(after) {
        found.push(FieldDifference { piece: None, removed: Vec::new(), added: Vec::new() });
    }
    found
}

/// The values of a study by field, each as a text.
fn values_of(study: &Study) -> BTreeMap<PieceId, Vec<String>> {
    let mut values: BTreeMap<PieceId, Vec<String>> = BTreeMap::new();
    study.visit(&mut |visited| {
        if let VisitedPiece::Leaf(_, id, value) = visited {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            values.entry(id).or_default().push(text);
        }
    });
    values
}

/// The values that others lack, each as often as it is missing there.
fn lacking(values: &[String], others: &[String]) -> Vec<String> {
    let mut there: HashMap<&str, usize> = HashMap::new();
    for other in others {
        *there.entry(other).or_default() += 1;
    }
    let is_lacking = |value: &&String| match there.get_mut(value.as_str()) {
        Some(times) if *times > 0 => {
            *times -= 1;
            false
        }
        _ => true,
    };
    values.iter().filter(is_lacking).cloned().collect()
}

/// The first eight bytes of the BLAKE3 of a record but for the date of its download: the same for
/// two records without [`differences`].
#[must_use]
pub fn content_digest(study: &Study) -> u64 {
    let text = Value::Object(whole(study)).to_string();
    let mut first = [0; 8];
    first.copy_from_slice(&blake3::hash(text.as_bytes()).as_bytes()[..8]);
    u64::from_be_bytes(first)
}

/// The whole record but for the date of its download.
fn whole(study: &Study) -> Map<String, Value> {
    let mut whole = study.as_map().clone();
    if let Some(path) = pieces::named(OF_DOWNLOAD).map(|piece| piece.path) {
        remove(&mut whole, path);
    }
    whole
}

/// Removes what is at a path, and what is empty without it.
fn remove(object: &mut Map<String, Value>, path: &str) {
    let Some((first, rest)) = path.split_once('.') else {
        object.shift_remove(path);
        return;
    };
    if let Some(Value::Object(below)) = object.get_mut(first) {
        remove(below, rest);
        if below.is_empty() {
            object.shift_remove(first);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn study(value: Value) -> Study {
        match value {
            Value::Object(root) => Study::from_map(root),
            other => panic!("{other} is no object"),
        }
    }

    /// Each difference as `name: -removed +added`.
    fn between(before: Value, after: Value) -> Vec<String> {
        let found = differences(&study(before), &study(after));
        let line = |difference: &FieldDifference| {
            let signed = |sign: char, values: &[String]| -> String {
                values.iter().map(|value| format!(" {sign}{value}")).collect()
            };
            let (removed, added) =
                (signed('-', &difference.removed), signed('+', &difference.added));
            format!("{}:{removed}{added}", difference.name())
        };
        found.iter().map(line).collect()
    }

    fn sites(cities: &[&str]) -> Value {
        let sites: Vec<Value> = cities.iter().map(|city| json!({"city": city})).collect();
        json!({"protocolSection": {"contactsLocationsModule": {"locations": sites}}})
    }

    #[test]
    fn a_field_differs_by_the_values_that_one_record_lacks() {
        let status =
            |status| json!({"protocolSection": {"statusModule": {"overallStatus": status}}});
        assert_eq!(
            between(status("RECRUITING"), status("COMPLETED")),
            ["OverallStatus: -RECRUITING +COMPLETED"]
        );
        assert_eq!(between(json!({}), status("COMPLETED")), ["OverallStatus: +COMPLETED"]);
        assert_eq!(
            between(sites(&["Rome", "Lyon", "Rome"]), sites(&["Lyon", "Rome", "Bern"])),
            ["LocationCity: -Rome +Bern"]
        );
        assert_eq!(between(sites(&["Rome", "Lyon"]), sites(&["Lyon", "Rome"])), ["LocationCity:"]);
        assert!(between(sites(&["Rome"]), sites(&["Rome"])).is_empty());
    }

    #[test]
    fn another_download_of_the_same_record_is_no_difference() {
        let downloaded =
            |day| json!({"derivedSection": {"miscInfoModule": {"versionHolder": day}}});
        assert!(between(downloaded("2026-01-02"), downloaded("2026-03-04")).is_empty());
        assert!(between(json!({}), downloaded("2026-03-04")).is_empty());
        let digest = |value| content_digest(&study(value));
        assert_eq!(digest(downloaded("2026-01-02")), digest(downloaded("2026-03-04")));
        assert_ne!(digest(downloaded("2026-01-02")), digest(json!({"hasResults": true})));
    }

    #[test]
    fn what_the_data_model_does_not_have_differs_as_a_whole() {
        let unknown = |value| json!({"tea": {"milk": value}});
        assert_eq!(between(unknown(1), unknown(2)), ["keys outside of the data model:"]);
        assert!(between(unknown(1), unknown(1)).is_empty());
    }
}

//! A study out of several of its records: what a later record speaks of is
//! taken from it, and what it does not speak of stays.
//!
//! A list is taken from one record as a whole. A value that only says less of
//! the same (a name without its description, measure and time frame in one
//! text, a text that was cut) displaces none.

use serde_json::{Map, Value};

use super::extent::OF_EVERY_STUDY;
use super::pieces::{self, ModelNode};
use super::{Extent, Study, put_path};

/// Structures whose parts belong together: a day and whether it is actual, a
/// sponsor and its class.
const TOGETHER: [&str; 6] = [
    "enrollmentInfo",
    "leadSponsor",
    "organization",
    "orgStudyIdInfo",
    "maskingInfo",
    "responsibleParty",
];

/// How the names of structures of a date end.
const DATE: &str = "DateStruct";

/// The length in characters from which a text may have been cut by a program.
const CUT: usize = 200;

/// The most elements of lists that are compared with each other.
const COMPARED: usize = 2_000;

impl Study {
    /// Takes over what a later record speaks of. `empty` are the paths of
    /// fields that it has without a value, besides those that are null in it.
    ///
    /// `complete`: what it does not have of a module that it has, is gone.
    /// That is so for records that have all of a module or nothing.
    pub fn take_later(&mut self, mut later: Study, empty: &[String], complete: bool) {
        let status = self.text("OverallStatus").map(str::to_owned);
        let results = self.as_map().contains_key("resultsSection");
        if results && !later.as_map().contains_key("resultsSection") {
            later.root.shift_remove("hasResults");
        }
        let of_every_study = self.of_every_study();
        let speaks_of_reason = later.text("WhyStopped").is_some();
        if complete {
            self.clear_modules_of(&later);
        }
        for path in empty {
            clear(&mut self.root, path);
        }
        take(&mut self.root, later.root, pieces::root());
        // Where a record has none of these, it is the record that lacks it.
        for (name, path, value) in of_every_study {
            if self.values(name).is_empty() {
                put_path(&mut self.root, path, value);
            }
        }
        // The reason belongs to the status that it was given with.
        if !speaks_of_reason && self.text("OverallStatus").map(str::to_owned) != status {
            for name in ["WhyStopped", "LastKnownStatus"] {
                if let Some(piece) = pieces::named(name) {
                    clear(&mut self.root, piece.path);
                }
            }
        }
    }

    /// The values that no study is without.
    fn of_every_study(&self) -> Vec<(&'static str, &'static str, Value)> {
        let pieces = OF_EVERY_STUDY.iter().chain(&["NCTId"]).filter_map(|name| pieces::named(name));
        let there = pieces.filter_map(|piece| {
            let mut steps = piece.path.split('.');
            let first = self.root.get(steps.next()?);
            let value = steps.fold(first, |above, step| above?.get(step))?;
            Some((piece.name, piece.path, value.clone()))
        });
        there.collect()
    }

    /// Takes out what the modules of a complete record do not have.
    fn clear_modules_of(&mut self, later: &Study) {
        const PROTOCOL: &str = "protocolSection";
        let (Some(Value::Object(mine)), Some(Value::Object(theirs))) =
            (self.root.get_mut(PROTOCOL), later.root.get(PROTOCOL))
        else {
            return;
        };
        for (name, module) in theirs {
            if let (Some(Value::Object(mine)), Value::Object(theirs)) = (mine.get_mut(name), module)
            {
                mine.retain(|key, _| theirs.contains_key(key));
            }
        }
    }

    /// Takes out all that is at a piece, which is in no list.
    pub fn take_out(&mut self, piece: &str) {
        if let Some(piece) = pieces::named(piece) {
            clear(&mut self.root, piece.path);
        }
    }

    /// Whether the record has all of each of its modules.
    pub fn has_whole_modules(&self) -> bool {
        self.extent() > Extent::Part
    }
}

/// Takes out the value at a path, unless a list is on the way.
fn clear(object: &mut Map<String, Value>, path: &str) {
    match path.split_once('.') {
        None => {
            object.shift_remove(path);
        }
        Some((step, rest)) => {
            if let Some(Value::Object(below)) = object.get_mut(step) {
                clear(below, rest);
                if below.is_empty() {
                    object.shift_remove(step);
                }
            }
        }
    }
}

fn take(mine: &mut Map<String, Value>, later: Map<String, Value>, node: &'static ModelNode) {
    for (key, value) in later {
        let child = node.child(&key);
        let piece = child.and_then(ModelNode::piece);
        let divided = piece.is_some_and(|piece| piece.is_structure() && !piece.list)
            && !TOGETHER.contains(&key.as_str())
            && !key.ends_with(DATE);
        match (mine.get_mut(&key), value, child.filter(|_| divided)) {
            (_, value, None) if says_nothing(&value) => {
                mine.shift_remove(&key);
            }
            (Some(Value::Object(mine)), Value::Object(later), Some(child)) => {
                take(mine, later, child);
            }
            (_, Value::Object(later), Some(_)) if later.is_empty() => {}
            (Some(there), value, _) if summarises(&value, there) => {}
            (_, Value::Null, _) => {
                mine.shift_remove(&key);
            }
            (_, value, _) => {
                mine.insert(key, value);
            }
        }
    }
}

/// Whether a field is there without a value.
fn says_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(elements) => elements.iter().all(Value::is_null),
        Value::Object(object) => object.values().all(Value::is_null),
        _ => false,
    }
}

/// Whether a value says nothing that `full` does not say.
fn summarises(value: &Value, full: &Value) -> bool {
    match (value, full) {
        _ if value == full => true,
        (Value::String(one), Value::String(other)) => is_cut_or_same(one, other),
        (Value::Array(some), Value::Array(all)) => {
            some.len() == all.len() && each_summarises(some, all)
        }
        (Value::Object(some), Value::Object(all)) => {
            let part = |(key, value): (&String, &Value)| {
                all.get(key).is_some_and(|full| summarises(value, full))
            };
            some.iter().all(part) || is_joined_from(value, full)
        }
        _ => false,
    }
}

/// Whether each of some elements says nothing that one of the others, each of
/// them once, does not say.
fn each_summarises(some: &[Value], all: &[Value]) -> bool {
    if some.iter().zip(all).all(|(value, full)| summarises(value, full)) {
        return true;
    }
    if some.len() > COMPARED {
        return false;
    }
    let mut left: Vec<&Value> = all.iter().collect();
    some.iter().all(|value| {
        let found = left.iter().position(|full| summarises(value, full));
        found.map(|at| left.swap_remove(at)).is_some()
    })
}

/// The text without what formats write otherwise: blanks, escapes, and marks
/// of lists.
fn bare(text: &str) -> String {
    let words = text.split_whitespace().filter(|word| !matches!(*word, "*" | "-" | "•"));
    words.flat_map(str::chars).filter(|letter| *letter != '\\').collect()
}

/// Whether a text is the other one, or was cut out of its beginning.
fn is_cut_or_same(text: &str, full: &str) -> bool {
    let (text, full) = (bare(text), bare(full));
    let marked = text.strip_suffix("...").or_else(|| text.strip_suffix('…'));
    let cut = marked.unwrap_or(&text);
    let long = cut.chars().nth(CUT).is_some() && !cut.ends_with(['.', '!', '?', ')', ':', ';']);
    text == full || !cut.is_empty() && (marked.is_some() || long) && full.starts_with(cut)
}

/// Whether the texts of a structure are those of another one, in their order,
/// joined by commas: `Pain, by a scale, 6 months`.
fn is_joined_from(value: &Value, full: &Value) -> bool {
    let (some, all) = (texts(value), texts(full));
    let joined: String = some.iter().map(|text| bare(text)).collect();
    let mut rest = joined.as_str();
    for text in all.iter().map(|text| bare(text)).filter(|text| !text.is_empty()) {
        let after = rest.strip_prefix(text.as_str());
        rest = after.map_or(rest, |after| after.trim_start_matches(','));
    }
    !joined.is_empty() && rest.is_empty()
}

/// All texts below a value, in their order.
fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(elements) => elements.iter().flat_map(texts).collect(),
        Value::Object(object) => object.values().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn study(value: Value) -> Study {
        match value {
            Value::Object(root) => Study::from_map(root),
            other => panic!("not an object: {other}"),
        }
    }

    fn joined(older: Value, later: Value, empty: &[&str], complete: bool) -> Value {
        let mut whole = study(older);
        let empty: Vec<String> = empty.iter().map(|path| (*path).to_owned()).collect();
        whole.take_later(study(later), &empty, complete);
        Value::Object(whole.as_map().clone())
    }

    /// A study with those modules of the protocol.
    fn protocol(modules: Value) -> Value {
        let mut study = json!({});
        study["protocolSection"] = modules;
        study
    }

    #[test]
    fn what_a_later_record_speaks_of_is_taken_and_the_rest_stays() {
        let older = protocol(json!({
            "statusModule": {
                "overallStatus": "RECRUITING",
                "startDateStruct": {"date": "2020-01", "type": "ACTUAL"},
                "completionDateStruct": {"date": "2022-01", "type": "ESTIMATED"},
            },
            "designModule": {"enrollmentInfo": {"count": 40, "type": "ESTIMATED"}},
            "eligibilityModule": {"eligibilityCriteria": "Adults"},
        }));
        let later = protocol(json!({
            "statusModule": {
                "overallStatus": "COMPLETED",
                "startDateStruct": {"date": "2020-01"},
                "completionDateStruct": {"date": "2023-05"},
            },
            "designModule": {"enrollmentInfo": {"count": 31}},
        }));
        let expected = protocol(json!({
            "statusModule": {
                "overallStatus": "COMPLETED",
                "startDateStruct": {"date": "2020-01", "type": "ACTUAL"},
                "completionDateStruct": {"date": "2023-05"},
            },
            "designModule": {"enrollmentInfo": {"count": 31}},
            "eligibilityModule": {"eligibilityCriteria": "Adults"},
        }));
        assert_eq!(joined(older, later, &[], false), expected);
    }

    #[test]
    fn a_list_is_taken_as_a_whole_unless_it_says_less_of_the_same() {
        let older = protocol(json!({"armsInterventionsModule": {"interventions": [
            {"type": "DRUG", "name": "Tea", "description": "Green"},
            {"type": "OTHER", "name": "Water"},
        ]}}));
        let list = |names: &[&str]| {
            let list: Vec<Value> = names.iter().map(|name| json!({ "name": name })).collect();
            protocol(json!({"armsInterventionsModule": {"interventions": list}}))
        };
        assert_eq!(joined(older.clone(), list(&["Water", "Tea"]), &[], false), older);
        assert_eq!(joined(older.clone(), list(&["Tea"]), &[], false), list(&["Tea"]));
        assert_eq!(joined(older, list(&["Tea", "Milk"]), &[], false), list(&["Tea", "Milk"]));
    }

    #[test]
    fn texts_that_were_joined_cut_or_written_otherwise_displace_none() {
        let long = "word ".repeat(80);
        let older = protocol(json!({
            "descriptionModule": {
                "briefSummary": "Tea \\> water:\n\n* green\n* black",
                "detailedDescription": format!("{long}and more"),
            },
            "outcomesModule": {"primaryOutcomes": [
                {"measure": "Pain, mean", "description": "By a scale", "timeFrame": "6 months"},
                {"measure": "Sleep", "timeFrame": "1 year"},
            ]},
        }));
        let later = protocol(json!({
            "descriptionModule": {
                "briefSummary": "Tea > water: * green * black",
                "detailedDescription": long.trim(),
            },
            "outcomesModule": {"primaryOutcomes": [
                {"measure": "Pain, mean, By a scale, 6 months"},
                {"measure": "Sleep, 1 year"},
            ]},
        }));
        assert_eq!(joined(older.clone(), later, &[], false), older);
        let other = protocol(json!({"outcomesModule": {"primaryOutcomes": [
            {"measure": "Pain, mean, By a scale, 9 months"}, {"measure": "Sleep, 1 year"},
        ]}}));
        let taken = joined(older.clone(), other.clone(), &[], false);
        assert_eq!(
            taken["protocolSection"]["outcomesModule"],
            other["protocolSection"]["outcomesModule"]
        );
        let shorter = protocol(json!({"descriptionModule": {"briefSummary": "Tea"}}));
        let taken = joined(older, shorter, &[], false);
        assert_eq!(taken["protocolSection"]["descriptionModule"]["briefSummary"], "Tea");
    }

    #[test]
    fn a_field_that_is_there_without_a_value_is_spoken_of() {
        let older = protocol(json!({
            "identificationModule": {"acronym": "TEA", "briefTitle": "Tea"},
            "conditionsModule": {"keywords": ["tea"], "conditions": ["Ague"]},
            "sponsorCollaboratorsModule": {"collaborators": [{"name": "Acme"}]},
        }));
        let later = protocol(json!({
            "identificationModule": {"acronym": null},
            "conditionsModule": {"keywords": []},
        }));
        let collaborators = "protocolSection.sponsorCollaboratorsModule.collaborators";
        let expected = protocol(json!({
            "identificationModule": {"briefTitle": "Tea"},
            "conditionsModule": {"conditions": ["Ague"]},
        }));
        assert_eq!(joined(older, later, &[collaborators], false), expected);
    }

    #[test]
    fn a_reason_goes_with_its_status_and_results_stay() {
        let older = json!({
            "protocolSection": {"statusModule": {
                "overallStatus": "SUSPENDED", "whyStopped": "No tea",
            }},
            "resultsSection": {"moreInfoModule": {}},
            "hasResults": true,
        });
        let again = protocol(json!({"statusModule": {"overallStatus": "SUSPENDED"}}));
        assert_eq!(joined(older.clone(), again, &[], false), older);
        let later = json!({
            "protocolSection": {"statusModule": {"overallStatus": "RECRUITING"}},
            "hasResults": false,
        });
        let expected = json!({
            "protocolSection": {"statusModule": {"overallStatus": "RECRUITING"}},
            "resultsSection": {"moreInfoModule": {}},
            "hasResults": true,
        });
        assert_eq!(joined(older, later, &[], false), expected);
    }

    #[test]
    fn what_the_modules_of_a_complete_record_lack_is_gone() {
        let older = json!({
            "protocolSection": {
                "statusModule": {"overallStatus": "RECRUITING", "statusVerifiedDate": "2020-01"},
                "conditionsModule": {"conditions": ["Ague"], "keywords": ["tea"]},
                "contactsLocationsModule": {
                    "centralContacts": [{"name": "A"}], "locations": [{"city": "Lima"}],
                },
                "referencesModule": {"references": [{"pmid": "7"}]},
            },
            "resultsSection": {"moreInfoModule": {}},
        });
        let later = protocol(json!({
            "statusModule": {"overallStatus": "RECRUITING"},
            "conditionsModule": {"conditions": ["Ague"]},
            "contactsLocationsModule": {"locations": [{"city": "Lima"}]},
        }));
        let expected = json!({
            "protocolSection": {
                "statusModule": {"overallStatus": "RECRUITING", "statusVerifiedDate": "2020-01"},
                "conditionsModule": {"conditions": ["Ague"]},
                "contactsLocationsModule": {"locations": [{"city": "Lima"}]},
                "referencesModule": {"references": [{"pmid": "7"}]},
            },
            "resultsSection": {"moreInfoModule": {}},
        });
        assert_eq!(joined(older, later, &[], true), expected);
    }
}

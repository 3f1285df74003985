//! Elements of lists once they are whole, and what follows from all of them.

use serde_json::{Map, Value, json};

use super::steps::{ElementRole, ElementStep, ValuePath};
use super::{XmlConversion, at};
use crate::format::derived::{
    ARMS_MODULE, interventions_of_arms, letters_of_document, reporting_status,
};
use crate::study::{Age, put};

/// The measure that held the denominators before 2017.
const PARTICIPANTS: &str = "Number of Participants";

/// The registry's age groups, from an age to below another, in years.
const AGE_GROUPS: [(&str, u64, u64); 3] =
    [("CHILD", 0, 18), ("ADULT", 18, 65), ("OLDER_ADULT", 65, u64::MAX)];

/// Terms of the events that are sums over a group, and what the group's
/// numbers are called.
const TOTALS: [(&str, &str); 3] = [
    ("Total, serious adverse events", "serious"),
    ("Total, other adverse events", "other"),
    ("Total, all-cause mortality", "deaths"),
];

impl XmlConversion<'_> {
    /// Puts an element where it belongs once it has ended.
    pub(super) fn gathered(&mut self, step: &'static ElementStep, object: Map<String, Value>) {
        match &step.role {
            ElementRole::Element { list, given } => {
                if let Some(object) = self.completed(*list, object, given) {
                    self.put(*list, Value::Object(object));
                }
            }
            _ => self.add(object),
        }
    }

    fn completed(
        &mut self,
        list: ValuePath,
        mut object: Map<String, Value>,
        given: &[(&str, &str)],
    ) -> Option<Map<String, Value>> {
        if object.is_empty() {
            return None;
        }
        for (key, value) in given {
            object.entry(*key).or_insert_with(|| (*value).into());
        }
        match list.piece.name {
            "OutcomeMeasure" => complete_outcome(&mut object),
            "BaselineMeasure" => return self.baseline_measure(object),
            "SeriousEvent" | "OtherEvent" => return self.event(object),
            "LargeDoc" => letters_of_document(&mut object),
            _ => {}
        }
        Some(object)
    }

    /// Adds an old measure to its outcome, or the denominators that it holds.
    fn add(&mut self, measure: Map<String, Value>) {
        let path = self.path(&[]);
        let Some(outcome) = self.open.last_mut() else {
            return;
        };
        if measure.get("title").and_then(Value::as_str) == Some(PARTICIPANTS) {
            outcome.insert("denoms".to_owned(), denominators(&measure));
            return;
        }
        for (key, value) in measure {
            match outcome.get(&key) {
                None => {
                    outcome.insert(key, value);
                }
                Some(there) if *there == value => {}
                Some(_) => self.notes.unplaced(&format!("{path}/{key}")),
            }
        }
    }

    /// The measure, unless it is the old form of the denominators.
    fn baseline_measure(&mut self, measure: Map<String, Value>) -> Option<Map<String, Value>> {
        const DENOMS: &str = "resultsSection.baselineCharacteristicsModule.denoms";
        let participants = measure.get("title").and_then(Value::as_str) == Some(PARTICIPANTS);
        if !participants || at(&self.root, DENOMS).is_some() {
            return Some(measure);
        }
        put(&mut self.root, DENOMS, false, denominators(&measure));
        None
    }

    /// The event with what holds for all of its list, unless it is a sum.
    fn event(&mut self, mut event: Map<String, Value>) -> Option<Map<String, Value>> {
        let seen = &self.seen;
        if seen.event_category == "Total" {
            return if self.total(&event).is_some() { None } else { Some(event) };
        }
        let defaults = [
            (
                "organSystem",
                (!seen.event_category.is_empty()).then(|| seen.event_category.as_str().into()),
            ),
            ("sourceVocabulary", seen.event_vocabulary.clone()),
            ("assessmentType", seen.event_assessment.clone()),
        ];
        for (key, value) in defaults {
            if let (false, Some(value)) = (event.contains_key(key), value) {
                event.insert(key.to_owned(), value);
            }
        }
        Some(event)
    }

    /// Gives the numbers of a sum to the groups; `None` where it is none.
    fn total(&mut self, event: &Map<String, Value>) -> Option<()> {
        let term = event.get("term")?.as_str()?;
        let (_, kind) = TOTALS.iter().find(|(known, _)| *known == term)?;
        let module = self.root.get_mut("resultsSection")?.get_mut("adverseEventsModule")?;
        let groups = module.get_mut("eventGroups")?.as_array_mut()?;
        for count in event.get("stats").and_then(Value::as_array).into_iter().flatten() {
            let group = groups.iter_mut().find(|group| group.get("id") == count.get("groupId"));
            let group = group?.as_object_mut()?;
            for key in ["NumAffected", "NumAtRisk"] {
                if let Some(number) = count.get(format!("n{}", &key[1..])) {
                    group.insert(format!("{kind}{key}"), number.clone());
                }
            }
        }
        Some(())
    }

    /// Forgets what held for the element that ends.
    pub(super) fn left(&mut self, step: &ElementStep) {
        match step.name {
            "category" => self.seen.event_category.clear(),
            "serious_events" | "other_events" => {
                self.seen.event_vocabulary = None;
                self.seen.event_assessment = None;
            }
            _ => {}
        }
    }

    /// Adds what API v2 derives from the rest of the record.
    pub(super) fn derive(&mut self) {
        self.organization_class();
        self.phases_of_trials();
        self.age_groups();
        interventions_of_arms(&mut self.root);
        self.unmatched();
        let has_results = self.root.contains_key("resultsSection");
        self.root.insert("hasResults".to_owned(), has_results.into());
    }

    /// The class of the organization is known where it is the lead sponsor.
    fn organization_class(&mut self) {
        const SPONSOR: &str = "protocolSection.sponsorCollaboratorsModule.leadSponsor";
        const ORGANIZATION: &str = "protocolSection.identificationModule.organization";
        let lead = at(&self.root, SPONSOR).and_then(Value::as_object);
        let name =
            at(&self.root, ORGANIZATION).and_then(|organization| organization.get("fullName"));
        if let Some(lead) = lead
            && name.is_some()
            && lead.get("name") == name
            && let Some(class) = lead.get("class").cloned()
        {
            put(&mut self.root, &format!("{ORGANIZATION}.class"), false, class);
        }
    }

    /// Only interventional studies have a phase that is not applicable.
    fn phases_of_trials(&mut self) {
        let design = self
            .root
            .get_mut("protocolSection")
            .and_then(|section| section.get_mut("designModule"));
        if let Some(Value::Object(design)) = design
            && design.get("studyType").is_some_and(|kind| kind != "INTERVENTIONAL")
            && design.get("phases") == Some(&json!(["NA"]))
        {
            design.shift_remove("phases");
        }
    }

    /// The age groups that the limits leave some age of.
    fn age_groups(&mut self) {
        const MODULE: &str = "protocolSection.eligibilityModule";
        if !self.seen.age_limits {
            return;
        }
        let limit = |key: &str| {
            let text = at(&self.root, MODULE)?.get(key)?.as_str()?;
            Age::parse(text).map(Age::minutes)
        };
        let lowest = limit("minimumAge").unwrap_or(0);
        let highest = limit("maximumAge").unwrap_or(u64::MAX);
        let year = Age::parse("1 Year").map_or(1, Age::minutes);
        let groups: Vec<&str> = AGE_GROUPS
            .iter()
            .filter(|(_, from, below)| {
                lowest < below.saturating_mul(year) && highest >= from * year
            })
            .map(|(name, ..)| *name)
            .collect();
        put(&mut self.root, &format!("{MODULE}.stdAges"), false, groups.into());
    }

    /// Names values that API v2 derives and that do not follow here: countries
    /// without a location, and a number of arms other than the number of arm
    /// groups.
    fn unmatched(&mut self) {
        const LOCATIONS: &str = "protocolSection.contactsLocationsModule.locations";
        let locations = at(&self.root, LOCATIONS).and_then(Value::as_array);
        let located = |country: &str| {
            locations
                .into_iter()
                .flatten()
                .any(|location| location.get("country").and_then(Value::as_str) == Some(country))
        };
        if !self.seen.countries.iter().all(|country| located(country)) {
            self.notes.unplaced("clinical_study/location_countries/country");
        }
        let arms =
            at(&self.root, &(ARMS_MODULE.join(".") + ".armGroups")).and_then(Value::as_array);
        let arms = arms.map_or(0, Vec::len).to_string();
        for (path, _) in self.seen.arm_counts.iter().filter(|(_, count)| *count != arms) {
            self.notes.unplaced(path);
        }
    }
}

/// Results are posted where there are groups to report on.
fn complete_outcome(outcome: &mut Map<String, Value>) {
    reporting_status(outcome);
    let denoms = outcome.get("denoms").and_then(Value::as_array).into_iter().flatten();
    let mut units = denoms.filter_map(|denom| denom.get("units"));
    if let Some(unit) = units.find(|unit| *unit != "Participants").cloned() {
        outcome.insert("typeUnitsAnalyzed".to_owned(), unit);
    }
}

/// The denominators in an old measure: its first value for every group.
fn denominators(measure: &Map<String, Value>) -> Value {
    let class = measure.get("classes").and_then(|classes| classes.get(0));
    let category = class.and_then(|class| class.get("categories")).and_then(|all| all.get(0));
    let measurements = category.and_then(|category| category.get("measurements"));
    let counts: Vec<Value> = measurements
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .map(
            |measurement| json!({"groupId": measurement["groupId"], "value": measurement["value"]}),
        )
        .collect();
    json!([{"units": "Participants", "counts": counts}])
}

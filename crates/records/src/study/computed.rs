//! Values that no record holds but that follow from it.
//!
//! Facts of the API v2 metadata with `includeIndexedOnly`: names and paths.
//! How each is computed follows from its name, not from a source. Most are the
//! length of a list under a name of its own: those are [`lengths`].

use super::field_kind::FieldKind;
use super::pieces::{self, Piece};
use super::{PartialDate, Study, country_codes};

/// A value that follows from a record.
#[derive(Debug)]
pub struct ComputedField {
    /// Its name, such as `StudyFirstPostYear`.
    pub name: &'static str,
    /// Dotted path where the registry's metadata lists it.
    pub path: &'static str,
    /// What it is, as a sentence.
    pub description: &'static str,
    rule: ComputedRule,
}

/// Position of a computed value in [`all`].
pub type ComputedId = usize;

/// How a value follows from pieces of the study, given by name.
#[derive(Debug)]
enum ComputedRule {
    /// The year of a date.
    Year(&'static str),
    /// How many elements or structures there are at these pieces together.
    Elements(&'static [&'static str]),
    /// How many different texts there are.
    Distinct(&'static str),
    /// The code of the country that each site names.
    CountryCode(&'static str),
}

impl ComputedField {
    /// What its values are.
    #[must_use]
    pub fn kind(&self) -> FieldKind {
        match self.rule {
            ComputedRule::Year(_) | ComputedRule::Elements(_) | ComputedRule::Distinct(_) => {
                FieldKind::Number
            }
            ComputedRule::CountryCode(_) => FieldKind::Code,
        }
    }

    /// Its position in [`all`].
    ///
    /// # Panics
    ///
    /// Never: all values of the type are rows of that table.
    #[must_use]
    pub fn id(&self) -> ComputedId {
        COMPUTED.iter().position(|row| row.name == self.name).expect("a row of the table")
    }

    /// Hands over what the rule gives for a study.
    fn visit(&self, id: ComputedId, study: &Study, visitor: &mut dyn FnMut(ComputedValue)) {
        let number = match self.rule {
            ComputedRule::Year(piece) => year(study, piece),
            ComputedRule::Elements(lists) => {
                count(lists.iter().map(|list| study.values(list).len()).sum())
            }
            ComputedRule::Distinct(piece) => count(distinct(study, piece)),
            ComputedRule::CountryCode(piece) => {
                visit_codes(study, piece, &mut |code, site| {
                    visitor(ComputedValue::Code(id, code, site));
                });
                None
            }
        };
        if let Some(number) = number {
            visitor(ComputedValue::Number(id, number));
        }
    }
}

/// Something that follows from a study.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ComputedValue {
    /// A computed number.
    Number(ComputedId, i64),
    /// A computed code, and the position of its site among those of the study.
    Code(ComputedId, &'static str, usize),
}

/// Every computed value that is not just the length of a list.
#[must_use]
pub fn all() -> &'static [ComputedField] {
    COMPUTED
}

/// Other names of the lengths of lists, with their paths and lists.
pub fn lengths() -> impl Iterator<Item = (&'static str, String, &'static Piece)> {
    LENGTHS.iter().filter_map(|(name, key, list)| {
        let list = pieces::named(list)?;
        let (above, _) = list.path.rsplit_once('.')?;
        Some((*name, format!("{above}.{key}"), list))
    })
}

/// Goes through the computed values of a study in the order of [`all`], codes
/// in the order of the sites. The lengths of lists come with
/// [`Study::visit`], as [`super::VisitedPiece::List`].
///
/// What counts to nothing is left out, so that a study without a list and one
/// with an empty list are the same.
pub fn visit(study: &Study, visitor: &mut dyn FnMut(ComputedValue)) {
    for (id, computed) in COMPUTED.iter().enumerate() {
        computed.visit(id, study, visitor);
    }
}

fn year(study: &Study, piece: &str) -> Option<i64> {
    PartialDate::parse(study.text(piece)?).map(|date| i64::from(date.year()))
}

fn count(elements: usize) -> Option<i64> {
    i64::try_from(elements).ok().filter(|number| *number > 0)
}

fn distinct(study: &Study, piece: &str) -> usize {
    let mut texts = study.texts(piece);
    texts.sort_unstable();
    texts.dedup();
    texts.len()
}

/// The codes of the countries at a piece below the sites, with the positions
/// of the sites.
fn visit_codes(study: &Study, piece: &str, visitor: &mut dyn FnMut(&'static str, usize)) {
    let Some(key) = pieces::named(piece).map(Piece::key) else { return };
    for (position, site) in study.values(pieces::sites().name).into_iter().enumerate() {
        let country = site.get(key).and_then(|country| country.as_str());
        if let Some(code) = country.and_then(country_codes::code) {
            visitor(code, position);
        }
    }
}

const fn row(
    name: &'static str,
    path: &'static str,
    rule: ComputedRule,
    description: &'static str,
) -> ComputedField {
    ComputedField { name, path, description, rule }
}

/// The values that have a rule of their own.
#[rustfmt::skip]
static COMPUTED: &[ComputedField] = &[
    row("StudyFirstSubmitYear", "protocolSection.statusModule.studyFirstSubmitYear", ComputedRule::Year("StudyFirstSubmitDate"), "Year of the first submission."),
    row("StudyFirstPostYear", "protocolSection.statusModule.studyFirstPostDateStruct.studyFirstPostYear", ComputedRule::Year("StudyFirstPostDate"), "Year of the first posting."),
    row("ResultsFirstSubmitYear", "protocolSection.statusModule.resultsFirstSubmitYear", ComputedRule::Year("ResultsFirstSubmitDate"), "Year of the first submission of results."),
    row("ResultsFirstPostYear", "protocolSection.statusModule.resultsFirstPostDateStruct.resultsFirstPostYear", ComputedRule::Year("ResultsFirstPostDate"), "Year of the first posting of results."),
    row("DispFirstSubmitYear", "protocolSection.statusModule.dispFirstSubmitYear", ComputedRule::Year("DispFirstSubmitDate"), "Year of the first certification or request to delay results."),
    row("DispFirstPostYear", "protocolSection.statusModule.dispFirstPostDateStruct.dispFirstPostYear", ComputedRule::Year("DispFirstPostDate"), "Year of the posting of that certification or request."),
    row("LastUpdateSubmitYear", "protocolSection.statusModule.lastUpdateSubmitYear", ComputedRule::Year("LastUpdateSubmitDate"), "Year of the submission of the last update."),
    row("LastUpdatePostYear", "protocolSection.statusModule.lastUpdatePostDateStruct.lastUpdatePostYear", ComputedRule::Year("LastUpdatePostDate"), "Year of the posting of the last update."),
    row("NumCollaboratorsPlusLead", "protocolSection.sponsorCollaboratorsModule.numCollaboratorsPlusLead", ComputedRule::Elements(&["LeadSponsor", "Collaborator"]), "Number of sponsors, the lead among them."),
    row("NumOutcomes", "protocolSection.outcomesModule.numOutcomes", ComputedRule::Elements(&["PrimaryOutcome", "SecondaryOutcome", "OtherOutcome"]), "Number of planned outcomes of all kinds."),
    row("LocationCountryCode", "protocolSection.contactsLocationsModule.locations.countryCode", ComputedRule::CountryCode("LocationCountry"), "ISO 3166 code of a site's country, such as `KR`."),
    row("NumUniqueLocationCountries", "protocolSection.contactsLocationsModule.numUniqueLocationCountries", ComputedRule::Distinct("LocationCountry"), "Number of different countries with a site."),
    row("NumRetractionsAllRefs", "protocolSection.referencesModule.numRetractionsAllRefs", ComputedRule::Elements(&["Retraction"]), "Number of retractions of all references together."),
    row("NumEvents", "resultsSection.adverseEventsModule.numEvents", ComputedRule::Elements(&["SeriousEvent", "OtherEvent"]), "Number of adverse events in the results, serious and other."),
];

/// The lengths of lists that have a name: name, key beside the list, list.
#[rustfmt::skip]
static LENGTHS: &[(&str, &str, &str)] = &[
    ("NumNCTAliases", "numNctAliases", "NCTIdAlias"),
    ("NumSecondaryIds", "numSecondaryIds", "SecondaryIdInfo"),
    ("NumCollaborators", "numCollaborators", "Collaborator"),
    ("NumConditions", "numConditions", "Condition"),
    ("NumKeywords", "numKeywords", "Keyword"),
    ("NumPhases", "numPhases", "Phase"),
    ("NumDesignWhoMaskeds", "numDesignWhoMaskeds", "DesignWhoMasked"),
    ("NumArmGroupInterventionNames", "numArmGroupInterventionNames", "ArmGroupInterventionName"),
    ("NumArmGroups", "numArmGroups", "ArmGroup"),
    ("NumInterventionArmGroupLabels", "numInterventionArmGroupLabels", "InterventionArmGroupLabel"),
    ("NumInterventionOtherNames", "numInterventionOtherNames", "InterventionOtherName"),
    ("NumInterventions", "numInterventions", "Intervention"),
    ("NumPrimaryOutcomes", "numPrimaryOutcomes", "PrimaryOutcome"),
    ("NumSecondaryOutcomes", "numSecondaryOutcomes", "SecondaryOutcome"),
    ("NumOtherOutcomes", "numOtherOutcomes", "OtherOutcome"),
    ("NumStdAges", "numStdAges", "StdAge"),
    ("NumCentralContacts", "numCentralContacts", "CentralContact"),
    ("NumOverallOfficials", "numOverallOfficials", "OverallOfficial"),
    ("NumLocationContacts", "numLocationContacts", "LocationContact"),
    ("NumLocations", "numLocations", "Location"),
    ("NumRetractionsForRef", "numRetractionsForRef", "Retraction"),
    ("NumReferences", "numReferences", "Reference"),
    ("NumSeeAlsoLinks", "numSeeAlsoLinks", "SeeAlsoLink"),
    ("NumAvailIPDs", "numAvailIpDs", "AvailIPD"),
    ("NumIPDSharingInfoTypes", "numIpdSharingInfoTypes", "IPDSharingInfoType"),
    ("NumFlowGroups", "numFlowGroups", "FlowGroup"),
    ("NumFlowAchievements", "numFlowAchievements", "FlowAchievement"),
    ("NumFlowMilestones", "numFlowMilestones", "FlowMilestone"),
    ("NumFlowReasons", "numFlowReasons", "FlowReason"),
    ("NumFlowDropWithdraws", "numFlowDropWithdraws", "FlowDropWithdraw"),
    ("NumFlowPeriods", "numFlowPeriods", "FlowPeriod"),
    ("NumBaselineGroups", "numBaselineGroups", "BaselineGroup"),
    ("NumBaselineDenoms", "numBaselineDenoms", "BaselineDenom"),
    ("NumBaselineMeasureDenoms", "numBaselineMeasureDenoms", "BaselineMeasureDenom"),
    ("NumBaselineMeasurements", "numBaselineMeasurements", "BaselineMeasurement"),
    ("NumBaselineCategories", "numBaselineCategories", "BaselineCategory"),
    ("NumBaselineClasses", "numBaselineClasses", "BaselineClass"),
    ("NumBaselineMeasures", "numBaselineMeasures", "BaselineMeasure"),
    ("NumOutcomeGroups", "numOutcomeGroups", "OutcomeGroup"),
    ("NumOutcomeDenoms", "numOutcomeDenoms", "OutcomeDenom"),
    ("NumOutcomeMeasurements", "numOutcomeMeasurements", "OutcomeMeasurement"),
    ("NumOutcomeCategories", "numOutcomeCategories", "OutcomeCategory"),
    ("NumOutcomeClasses", "numOutcomeClasses", "OutcomeClass"),
    ("NumOutcomeAnalysisGroupIds", "numOutcomeAnalysisGroupIds", "OutcomeAnalysisGroupId"),
    ("NumOutcomeAnalyses", "numOutcomeAnalyses", "OutcomeAnalysis"),
    ("NumOutcomeMeasures", "numOutcomeMeasures", "OutcomeMeasure"),
    ("NumEventGroups", "numEventGroups", "EventGroup"),
    ("NumSeriousEventStatss", "numSeriousEventStatss", "SeriousEventStats"),
    ("NumSeriousEvents", "numSeriousEvents", "SeriousEvent"),
    ("NumOtherEventStatss", "numOtherEventStatss", "OtherEventStats"),
    ("NumOtherEvents", "numOtherEvents", "OtherEvent"),
    ("NumUnpostedEvents", "numUnpostedEvents", "UnpostedEvent"),
    ("NumViolationEvents", "numViolationEvents", "ViolationEvent"),
    ("NumLargeDocs", "numLargeDocs", "LargeDoc"),
    ("NumRemovedCountries", "numRemovedCountries", "RemovedCountry"),
    ("NumConditionMeshes", "numConditionMeshes", "ConditionMesh"),
    ("NumConditionAncestors", "numConditionAncestors", "ConditionAncestor"),
    ("NumConditionBrowseLeafs", "numConditionBrowseLeafs", "ConditionBrowseLeaf"),
    ("NumConditionBrowseBranches", "numConditionBrowseBranches", "ConditionBrowseBranch"),
    ("NumInterventionMeshes", "numInterventionMeshes", "InterventionMesh"),
    ("NumInterventionAncestors", "numInterventionAncestors", "InterventionAncestor"),
    ("NumInterventionBrowseLeafs", "numInterventionBrowseLeafs", "InterventionBrowseLeaf"),
    ("NumInterventionBrowseBranches", "numInterventionBrowseBranches", "InterventionBrowseBranch"),
];

#[cfg(test)]
mod tests {
    use super::super::VisitedPiece;
    use super::*;
    use serde_json::{Value, json};

    fn study(value: Value) -> Study {
        match value {
            Value::Object(root) => Study::from_map(root),
            other => panic!("not an object: {other}"),
        }
    }

    /// What follows from a study, readable.
    fn derived(value: Value) -> Vec<String> {
        let (study, mut found) = (study(value), Vec::new());
        study.visit(&mut |visited| {
            if let VisitedPiece::List(piece, _, length) = visited {
                found.push(format!("{}:size {length}", piece.name));
            }
        });
        visit(&study, &mut |derived| {
            found.push(match derived {
                ComputedValue::Number(id, number) => format!("{} {number}", all()[id].name),
                ComputedValue::Code(id, code, site) => {
                    format!("{} {code} at {site}", all()[id].name)
                }
            });
        });
        found
    }

    #[test]
    fn rules_name_pieces() {
        for computed in all() {
            let names: &[&str] = match &computed.rule {
                ComputedRule::Elements(lists) => lists,
                ComputedRule::Year(piece)
                | ComputedRule::Distinct(piece)
                | ComputedRule::CountryCode(piece) => &[*piece],
            };
            for name in names {
                assert!(pieces::named(name).is_some(), "{} names {name}", computed.name);
            }
        }
    }

    #[test]
    fn lists_have_lengths_one_for_each_outer_element() {
        let lengths = derived(json!({"protocolSection": {
            "designModule": {"phases": ["PHASE1", "PHASE2"]},
            "conditionsModule": {"conditions": [], "keywords": null},
            "armsInterventionsModule": {"armGroups": [
                {"interventionNames": ["a", "b", null]},
                {"label": "B"},
                {"interventionNames": ["c"]},
            ]},
        }}));
        let expected = [
            "Phase:size 2",
            "ArmGroup:size 3",
            "ArmGroupInterventionName:size 2",
            "ArmGroupInterventionName:size 1",
        ];
        assert_eq!(lengths, expected);
    }

    #[test]
    fn elements_of_several_lists_are_counted_together() {
        let numbers = derived(json!({"protocolSection": {
            "sponsorCollaboratorsModule": {
                "leadSponsor": {"name": "A"}, "collaborators": [{"name": "B"}],
            },
            "outcomesModule": {"primaryOutcomes": [{}], "otherOutcomes": [{}, {}]},
            "referencesModule": {"references": [
                {"retractions": [{}]}, {}, {"retractions": [{}, {}]},
            ]},
        }}));
        let numbers: Vec<&String> = numbers.iter().filter(|text| !text.contains(':')).collect();
        let expected = ["NumCollaboratorsPlusLead 2", "NumOutcomes 3", "NumRetractionsAllRefs 3"];
        assert_eq!(numbers, expected);
    }

    #[test]
    fn years_are_those_of_dates_that_can_be_read() {
        let years = derived(json!({"protocolSection": {"statusModule": {
            "studyFirstSubmitDate": "2019-04-03",
            "studyFirstPostDateStruct": {"date": "2019-05"},
            "lastUpdateSubmitDate": "soon",
        }}}));
        assert_eq!(years, ["StudyFirstSubmitYear 2019", "StudyFirstPostYear 2019"]);
    }

    #[test]
    fn countries_are_coded_by_site() {
        let codes = derived(json!({"protocolSection": {"contactsLocationsModule": {"locations": [
            {"country": "South Korea"},
            {"city": "Nowhere"},
            {"country": "Atlantis"},
            {"country": "Norway"},
            {"country": "South Korea"},
        ]}}}));
        let expected = [
            "Location:size 5",
            "LocationCountryCode KR at 0",
            "LocationCountryCode NO at 3",
            "LocationCountryCode KR at 4",
            "NumUniqueLocationCountries 3",
        ];
        assert_eq!(codes, expected);
    }
}

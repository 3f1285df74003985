//! How much of a study a record speaks of.

use serde_json::Value;

use super::Study;

/// Pieces that every registration has had from the beginning, one or more of
/// each module that a table or a page of a search leaves out.
pub(super) const OF_EVERY_STUDY: [&str; 10] = [
    "BriefTitle",
    "OrgFullName",
    "OverallStatus",
    "StatusVerifiedDate",
    "StudyFirstSubmitDate",
    "LeadSponsorName",
    "BriefSummary",
    "Condition",
    "StudyType",
    "EligibilityCriteria",
];

/// Fields that a whole protocol has at least. The shortest of 13,709 registered
/// ones has 27; a selection of fields that has those of [`OF_EVERY_STUDY`] has
/// few others.
const FEWEST: usize = 20;

/// How much of a study a record speaks of, least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Extent {
    /// Some of the fields that every study has are not in it: a row of a table,
    /// a page of a search, a module.
    Part,
    /// All modules of the protocol.
    Protocol,
    /// The protocol and results.
    Results,
}

impl Study {
    /// How much of a study the record speaks of. A record that is withheld has
    /// no more than its status.
    #[must_use]
    pub fn extent(&self) -> Extent {
        let withheld = self.text("OverallStatus") == Some("WITHHELD");
        let whole = withheld
            || OF_EVERY_STUDY.iter().all(|piece| self.text(piece).is_some())
                && self
                    .root
                    .get("protocolSection")
                    .is_some_and(|protocol| fields(protocol) >= FEWEST);
        match whole {
            false => Extent::Part,
            true if self.as_map().contains_key("resultsSection") => Extent::Results,
            true => Extent::Protocol,
        }
    }
}

/// Fields with a value: of a list those of its fullest element.
fn fields(value: &Value) -> usize {
    match value {
        Value::Null => 0,
        Value::Array(elements) => elements.iter().map(fields).max().unwrap_or(0),
        Value::Object(object) => object.values().map(fields).sum(),
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_record_is_whole_by_what_it_has() {
        let mut record = json!({"protocolSection": {
            "identificationModule": {
                "nctId": "NCT90000001", "briefTitle": "T", "organization": {"fullName": "O"},
            },
            "statusModule": {
                "overallStatus": "COMPLETED", "statusVerifiedDate": "2020-01",
                "studyFirstSubmitDate": "2019-01-02",
            },
            "conditionsModule": {"conditions": ["C"]},
            "sponsorCollaboratorsModule": {"leadSponsor": {"name": "S"}},
            "descriptionModule": {"briefSummary": "B"},
            "designModule": {"studyType": "OBSERVATIONAL"},
        }});
        let extent = |record: &serde_json::Value| {
            Study::from_map(record.as_object().cloned().unwrap_or_default()).extent()
        };
        assert_eq!(extent(&record), Extent::Part);
        record["protocolSection"]["eligibilityModule"] = json!({"eligibilityCriteria": "C"});
        assert_eq!(extent(&record), Extent::Part, "a selection of these fields");
        record["protocolSection"]["conditionsModule"]["conditions"] = json!(vec!["C"; 20]);
        assert_eq!(extent(&record), Extent::Part, "a list is one field");
        record["protocolSection"]["eligibilityModule"] = json!({
            "eligibilityCriteria": "C", "sex": "ALL", "minimumAge": "18 Years", "maximumAge": "80 Years",
            "healthyVolunteers": false, "stdAges": ["ADULT"], "genderBased": false,
            "studyPopulation": "P", "samplingMethod": "PROBABILITY_SAMPLE",
        });
        record["protocolSection"]["statusModule"]["lastUpdateSubmitDate"] = json!("2020-02-03");
        assert_eq!(extent(&record), Extent::Protocol);
        record["resultsSection"] = json!({"participantFlowModule": {"recruitmentDetails": "R"}});
        assert_eq!(extent(&record), Extent::Results);
        let withheld = json!({"protocolSection": {"statusModule": {"overallStatus": "WITHHELD"}}});
        assert_eq!(extent(&withheld), Extent::Protocol);
    }
}

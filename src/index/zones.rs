//! Fields that hold several pieces together, so that a word in a large search
//! area costs a few posting lists instead of dozens.
//!
//! A zone holds pieces that stand together in every large area, with about
//! the same weight and all with synonyms or all without.

/// Pieces whose words are indexed together, besides each by itself.
#[derive(Debug)]
pub(crate) struct Zone {
    /// Its name in explanations.
    pub(crate) name: &'static str,
    pub(crate) pieces: &'static [&'static str],
}

/// Every zone. No piece is in two.
#[rustfmt::skip]
pub(crate) static ZONES: &[Zone] = &[
    Zone { name: "Titles", pieces: &[
        "Acronym", "BriefTitle", "OfficialTitle", "Condition", "InterventionName", "InterventionOtherName",
    ] },
    Zone { name: "Summary", pieces: &[
        "PrimaryOutcomeMeasure", "Keyword", "BriefSummary", "ArmGroupLabel", "SecondaryOutcomeMeasure",
    ] },
    Zone { name: "Details", pieces: &[
        "InterventionDescription", "ArmGroupDescription", "PrimaryOutcomeDescription",
        "SecondaryOutcomeDescription", "ConditionMeshTerm", "InterventionMeshTerm",
    ] },
    Zone { name: "OtherOutcomes", pieces: &[
        "OtherOutcomeMeasure", "OutcomeMeasureTitle", "OtherOutcomeDescription", "OutcomeMeasureDescription",
    ] },
    Zone { name: "Ids", pieces: &["LeadSponsorName", "OrgStudyId", "SecondaryId", "NCTIdAlias"] },
    Zone { name: "People", pieces: &[
        "BioSpecDescription", "ResponsiblePartyInvestigatorFullName", "ResponsiblePartyInvestigatorTitle",
        "ResponsiblePartyInvestigatorAffiliation", "ResponsiblePartyOldNameTitle", "ResponsiblePartyOldOrganization",
        "OverallOfficialAffiliation", "OverallOfficialName", "CentralContactName",
        "ConditionAncestorTerm", "InterventionAncestorTerm",
    ] },
    Zone { name: "Places", pieces: &[
        "LocationFacility", "LocationState", "LocationCountry", "LocationCity", "CollaboratorName", "LocationContactName",
    ] },
];

/// The zone of a piece, by its position in [`ZONES`].
pub(crate) fn zone_of(piece: &str) -> Option<usize> {
    ZONES.iter().position(|zone| zone.pieces.contains(&piece))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::areas::{AREAS, WORDS};
    use crate::study::pieces::{self, Kind};

    #[test]
    fn zones_hold_text_each_piece_once() {
        let mut names: Vec<&str> = ZONES.iter().flat_map(|zone| zone.pieces).copied().collect();
        for name in &names {
            let kind = pieces::named(name).map(|piece| piece.kind);
            assert!(matches!(kind, Some(Kind::Text | Kind::Markup)), "{name}");
        }
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
    }

    #[test]
    fn the_largest_areas_are_made_of_zones() {
        for area in [&AREAS[0], &WORDS] {
            let pieces: Vec<&str> =
                area.parts.iter().flat_map(|part| part.pieces).copied().collect();
            for zone in ZONES {
                let within = zone.pieces.iter().filter(|piece| pieces.contains(piece)).count();
                assert!(
                    within == 0 || within == zone.pieces.len(),
                    "{} in {}",
                    zone.name,
                    area.name
                );
            }
        }
    }
}

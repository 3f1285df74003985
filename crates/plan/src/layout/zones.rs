//! Fields that hold several pieces together, so that a word in a large search
//! area costs one posting list, or a few, instead of dozens.
//!
//! A piece counts in a zone with a whole number of times: each of its words is
//! indexed so many times at the same position. What the index keeps of a word
//! in a study, and of the study's length, is then what BM25F needs: the
//! weighted frequencies of all fields as one (Robertson, Zaragoza and Taylor,
//! CIKM 2004).

/// Pieces whose words are indexed together, in addition to each by itself.
#[derive(Debug)]
pub struct Zone {
    /// Its name in explanations.
    pub name: &'static str,
    /// How many times words count, and the pieces with them.
    pub parts: &'static [(u8, &'static [&'static str])],
    /// Whether phrases can be looked for in it.
    pub positions: bool,
}

impl Zone {
    /// Every piece of it with its weight.
    pub fn pieces(&self) -> impl Iterator<Item = (&'static str, u8)> {
        let parts = self.parts.iter();
        parts.flat_map(|(weight, pieces)| pieces.iter().map(|piece| (*piece, *weight)))
    }

    /// How many times a word of a piece counts; `None` where the piece is not
    /// in the zone.
    pub fn weight(&self, piece: &str) -> Option<u8> {
        self.pieces().find(|(name, _)| *name == piece).map(|(_, weight)| weight)
    }
}

/// Every zone.
///
/// `Words` is all that plain words are looked for in; of the eligibility
/// criteria it has those for inclusion. Conditions, interventions and keywords
/// count once there, since they repeat what the title says, and many records
/// have none (`docs/ranking.md`). The others are parts of the
/// registry's large areas: no piece is in two of them.
#[rustfmt::skip]
pub static ZONES: &[Zone] = &[
    Zone { name: "Words", positions: true, parts: &[
        (6, &["Acronym", "BriefTitle"]),
        (3, &["BriefSummary"]),
        (2, &["OfficialTitle"]),
        (1, &[
            "Condition", "InterventionName", "InterventionOtherName", "Keyword",
            "PrimaryOutcomeMeasure", "ArmGroupLabel", "SecondaryOutcomeMeasure", "InterventionDescription",
            "ArmGroupDescription", "DetailedDescription", "PrimaryOutcomeDescription",
            "SecondaryOutcomeDescription", "ConditionMeshTerm", "InterventionMeshTerm", "EligibilityCriteria",
            "OtherOutcomeMeasure", "OutcomeMeasureTitle", "OtherOutcomeDescription", "OutcomeMeasureDescription",
            "LeadSponsorName", "OrgStudyId", "SecondaryId", "NCTIdAlias",
        ]),
    ] },
    Zone { name: "Study", positions: false, parts: &[
        (3, &["Acronym", "BriefTitle", "Condition"]),
        (2, &["OfficialTitle", "InterventionName", "InterventionOtherName", "Keyword", "BriefSummary"]),
        (1, &[
            "PrimaryOutcomeMeasure", "ArmGroupLabel", "SecondaryOutcomeMeasure", "InterventionDescription",
            "ArmGroupDescription", "PrimaryOutcomeDescription", "SecondaryOutcomeDescription",
            "ConditionMeshTerm", "InterventionMeshTerm",
            "OtherOutcomeMeasure", "OutcomeMeasureTitle", "OtherOutcomeDescription", "OutcomeMeasureDescription",
        ]),
    ] },
    Zone { name: "Ids", positions: false, parts: &[
        (1, &["LeadSponsorName", "OrgStudyId", "SecondaryId", "NCTIdAlias"]),
    ] },
    Zone { name: "People", positions: false, parts: &[
        (1, &[
            "BioSpecDescription", "ResponsiblePartyInvestigatorFullName", "ResponsiblePartyInvestigatorTitle",
            "ResponsiblePartyInvestigatorAffiliation", "ResponsiblePartyOldNameTitle", "ResponsiblePartyOldOrganization",
            "OverallOfficialAffiliation", "OverallOfficialName", "CentralContactName",
            "ConditionAncestorTerm", "InterventionAncestorTerm",
        ]),
    ] },
    Zone { name: "Places", positions: false, parts: &[
        (1, &[
            "LocationFacility", "LocationState", "LocationCountry", "LocationCity", "CollaboratorName", "LocationContactName",
        ]),
    ] },
];

/// The zone of plain words, by its position in [`ZONES`].
pub const WORDS: usize = 0;

#[cfg(test)]
mod tests {
    use super::*;
    use trialdex_records::study::areas::{AREAS, WORDS as AREA};
    use trialdex_records::study::pieces::{self, PieceKind};

    #[test]
    fn zones_hold_text_each_piece_once() {
        let mut names = Vec::new();
        for zone in ZONES {
            for (name, weight) in zone.pieces() {
                let kind = pieces::named(name).map(|piece| piece.kind);
                assert!(matches!(kind, Some(PieceKind::Text | PieceKind::Markup)), "{name}");
                assert!((1..=6).contains(&weight), "{name}");
                if zone.name != ZONES[WORDS].name {
                    names.push(name);
                }
            }
        }
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
    }

    #[test]
    fn plain_words_have_a_zone_of_their_own() {
        let mut area: Vec<&str> = AREA.parts.iter().flat_map(|part| part.pieces).copied().collect();
        let mut zone: Vec<&str> = ZONES[WORDS].pieces().map(|(name, _)| name).collect();
        area.sort_unstable();
        zone.sort_unstable();
        assert_eq!(zone, area);
    }

    #[test]
    fn the_largest_area_of_the_registry_is_made_of_zones() {
        let parts = AREAS[0].parts.iter();
        let pieces: Vec<&str> = parts.flat_map(|part| part.pieces).copied().collect();
        for zone in ZONES.iter().filter(|zone| zone.name != ZONES[WORDS].name) {
            assert!(zone.pieces().all(|(name, _)| pieces.contains(&name)), "{}", zone.name);
        }
    }
}

//! The registry's search areas: which pieces a search looks in, and how much
//! a match in each is worth.
//!
//! Facts of the API v2 `studies/search-areas`.

/// Pieces of an area that share a weight.
#[derive(Debug)]
pub struct AreaPart {
    /// Worth of a match, above 0 and at most 1.
    pub weight: f32,
    /// Whether synonyms apply.
    pub synonyms: bool,
    /// Piece names.
    pub pieces: &'static [&'static str],
}

/// A named search area.
#[derive(Debug)]
pub struct Area {
    /// Name as it is in `AREA[...]`.
    pub name: &'static str,
    /// What the site's form calls it, or empty.
    pub label: &'static str,
    /// The `query.*` parameter that searches it, or empty.
    pub parameter: &'static str,
    /// The parts, weightiest first.
    pub parts: &'static [AreaPart],
}

const fn part(weight: f32, synonyms: bool, pieces: &'static [&'static str]) -> AreaPart {
    AreaPart { weight, synonyms, pieces }
}

const fn area(
    name: &'static str,
    label: &'static str,
    parameter: &'static str,
    parts: &'static [AreaPart],
) -> Area {
    Area { name, label, parameter, parts }
}

/// Every search area.
#[rustfmt::skip]
pub static AREAS: &[Area] = &[
    area("BasicSearch", "Other terms", "term", &[
        part(1.0, false, &["NCTId"]),
        part(1.0, true, &["Acronym"]),
        part(0.89, true, &["BriefTitle"]),
        part(0.85, true, &["OfficialTitle"]),
        part(0.81, true, &["Condition"]),
        part(0.8, true, &["InterventionName"]),
        part(0.75, true, &["InterventionOtherName"]),
        part(0.65, false, &["Phase"]),
        part(0.65, false, &["StdAge"]),
        part(0.6, true, &["PrimaryOutcomeMeasure", "Keyword"]),
        part(0.6, true, &["BriefSummary"]),
        part(0.5, true, &["ArmGroupLabel", "SecondaryOutcomeMeasure"]),
        part(0.45, true, &["InterventionDescription", "ArmGroupDescription"]),
        part(0.4, true, &["PrimaryOutcomeDescription"]),
        part(0.4, false, &["LeadSponsorName", "OrgStudyId", "SecondaryId", "NCTIdAlias"]),
        part(0.35, false, &["InterventionType"]),
        part(0.35, false, &["ArmGroupType"]),
        part(0.35, true, &["SecondaryOutcomeDescription"]),
        part(0.35, false, &["LocationFacility", "LocationState", "LocationCountry", "LocationCity"]),
        part(0.35, false, &["LocationStatus"]),
        part(0.3, true, &["BioSpecDescription"]),
        part(0.3, true, &["ResponsiblePartyInvestigatorFullName", "ResponsiblePartyInvestigatorTitle", "ResponsiblePartyInvestigatorAffiliation", "ResponsiblePartyOldNameTitle", "ResponsiblePartyOldOrganization", "OverallOfficialAffiliation", "OverallOfficialRole", "OverallOfficialName", "CentralContactName", "ConditionMeshTerm", "InterventionMeshTerm"]),
        part(0.3, false, &["DesignAllocation"]),
        part(0.3, false, &["DesignInterventionModel"]),
        part(0.3, false, &["DesignMasking"]),
        part(0.3, false, &["DesignWhoMasked"]),
        part(0.3, false, &["DesignObservationalModel"]),
        part(0.3, false, &["DesignPrimaryPurpose"]),
        part(0.3, false, &["DesignTimePerspective"]),
        part(0.3, false, &["StudyType"]),
        part(0.25, true, &["ConditionAncestorTerm", "InterventionAncestorTerm"]),
        part(0.25, false, &["CollaboratorName"]),
        part(0.15, true, &["OtherOutcomeMeasure", "OutcomeMeasureTitle"]),
        part(0.1, true, &["OtherOutcomeDescription", "OutcomeMeasureDescription"]),
        part(0.1, false, &["LocationContactName"]),
    ]),
    area("ConditionSearch", "Conditions or disease", "cond", &[
        part(0.95, true, &["Condition"]),
        part(0.6, true, &["BriefTitle"]),
        part(0.55, true, &["OfficialTitle"]),
        part(0.5, true, &["ConditionMeshTerm"]),
        part(0.4, true, &["ConditionAncestorTerm"]),
        part(0.3, true, &["Keyword"]),
        part(0.2, false, &["NCTId"]),
    ]),
    area("InterventionSearch", "Intervention / treatment", "intr", &[
        part(0.95, true, &["InterventionName"]),
        part(0.85, false, &["InterventionType"]),
        part(0.85, false, &["ArmGroupType"]),
        part(0.75, true, &["InterventionOtherName"]),
        part(0.65, true, &["BriefTitle"]),
        part(0.6, true, &["OfficialTitle"]),
        part(0.5, true, &["ArmGroupLabel"]),
        part(0.5, true, &["InterventionMeshTerm"]),
        part(0.5, true, &["Keyword"]),
        part(0.4, true, &["InterventionAncestorTerm"]),
        part(0.4, true, &["InterventionDescription"]),
        part(0.4, true, &["ArmGroupDescription"]),
    ]),
    area("InterventionNameSearch", "", "", &[
        part(0.99, true, &["InterventionName"]),
        part(0.9, true, &["InterventionOtherName"]),
    ]),
    area("ObsoleteConditionSearch", "", "", &[
        part(0.95, true, &["Condition"]),
        part(0.8, true, &["ConditionMeshTerm"]),
        part(0.8, true, &["ConditionAncestorTerm"]),
        part(0.6, true, &["Keyword"]),
    ]),
    area("ExternalIdsSearch", "", "", &[
        part(0.9, true, &["OrgStudyId"]),
        part(0.7, true, &["SecondaryId"]),
    ]),
    area("ExternalIdTypesSearch", "", "", &[
        part(0.9, false, &["OrgStudyIdType"]),
        part(0.7, false, &["SecondaryIdType"]),
    ]),
    area("EligibilitySearch", "", "", &[
        part(0.95, true, &["EligibilityCriteria"]),
        part(0.8, true, &["StudyPopulation"]),
    ]),
    area("OutcomeSearch", "Outcome measure", "outc", &[
        part(0.9, true, &["PrimaryOutcomeMeasure"]),
        part(0.8, true, &["SecondaryOutcomeMeasure"]),
        part(0.6, true, &["PrimaryOutcomeDescription"]),
        part(0.5, true, &["SecondaryOutcomeDescription"]),
        part(0.4, true, &["OtherOutcomeMeasure"]),
        part(0.4, true, &["OutcomeMeasureTitle"]),
        part(0.3, true, &["OtherOutcomeDescription"]),
        part(0.3, true, &["OutcomeMeasureDescription"]),
        part(0.3, true, &["OutcomeMeasurePopulationDescription"]),
    ]),
    area("OutcomeNameSearch", "", "", &[
        part(0.98, true, &["PrimaryOutcomeMeasure"]),
        part(0.8, true, &["SecondaryOutcomeMeasure"]),
        part(0.5, true, &["OtherOutcomeMeasure"]),
        part(0.3, true, &["OutcomeMeasureTitle"]),
    ]),
    area("TitleSearch", "Title / acronym", "titles", &[
        part(0.99, true, &["Acronym"]),
        part(0.95, true, &["BriefTitle"]),
        part(0.8, true, &["OfficialTitle"]),
    ]),
    area("LocationSearch", "Location terms", "locn", &[
        part(0.95, false, &["LocationCity"]),
        part(0.95, false, &["LocationState"]),
        part(0.95, false, &["LocationCountry"]),
        part(0.95, false, &["LocationFacility"]),
        part(0.35, false, &["LocationZip"]),
    ]),
    area("ContactSearch", "", "", &[
        part(0.95, false, &["OverallOfficialName"]),
        part(0.9, false, &["CentralContactName"]),
        part(0.85, false, &["OverallOfficialAffiliation"]),
        part(0.8, false, &["LocationContactName"]),
    ]),
    area("NCTIdSearch", "", "", &[
        part(0.99, false, &["NCTId"]),
        part(0.9, true, &["NCTIdAlias"]),
    ]),
    area("IdSearch", "Study IDs", "id", &[
        part(0.99, false, &["NCTId"]),
        part(0.9, true, &["NCTIdAlias"]),
        part(0.85, true, &["Acronym"]),
        part(0.8, true, &["OrgStudyId"]),
        part(0.75, true, &["SecondaryId"]),
    ]),
    area("SponsorSearch", "Sponsor / collaborator", "spons", &[
        part(0.99, false, &["LeadSponsorName"]),
        part(0.9, false, &["CollaboratorName"]),
        part(0.6, false, &["OrgFullName"]),
    ]),
    area("FunderTypeSearch", "", "", &[
        part(0.99, false, &["LeadSponsorClass"]),
        part(0.9, false, &["CollaboratorClass"]),
    ]),
    area("ResponsiblePartySearch", "", "", &[
        part(0.9, true, &["ResponsiblePartyInvestigatorFullName"]),
        part(0.8, true, &["ResponsiblePartyOldNameTitle"]),
        part(0.8, true, &["ResponsiblePartyInvestigatorAffiliation"]),
        part(0.7, true, &["ResponsiblePartyOldOrganization"]),
        part(0.7, true, &["ResponsiblePartyInvestigatorTitle"]),
    ]),
    area("PatientSearch", "", "patient", &[
        part(1.0, true, &["Acronym"]),
        part(0.95, true, &["Condition"]),
        part(0.9, true, &["BriefTitle"]),
        part(0.85, true, &["OfficialTitle"]),
        part(0.8, true, &["ConditionMeshTerm"]),
        part(0.7, true, &["ConditionAncestorTerm"]),
        part(0.65, true, &["BriefSummary"]),
        part(0.6, true, &["Keyword", "InterventionName", "InterventionOtherName", "PrimaryOutcomeMeasure"]),
        part(0.6, false, &["StdAge"]),
        part(0.5, true, &["ArmGroupLabel"]),
        part(0.5, true, &["SecondaryOutcomeMeasure"]),
        part(0.45, true, &["InterventionDescription"]),
        part(0.45, true, &["ArmGroupDescription"]),
        part(0.45, true, &["PrimaryOutcomeDescription"]),
        part(0.4, false, &["LeadSponsorName"]),
        part(0.4, true, &["OrgStudyId"]),
        part(0.4, true, &["SecondaryId"]),
        part(0.4, true, &["NCTIdAlias"]),
        part(0.35, true, &["SecondaryOutcomeDescription"]),
        part(0.35, false, &["LocationFacility"]),
        part(0.35, false, &["LocationState"]),
        part(0.35, false, &["LocationCountry"]),
        part(0.35, false, &["LocationCity"]),
        part(0.3, true, &["BioSpecDescription"]),
        part(0.3, true, &["ResponsiblePartyInvestigatorFullName"]),
        part(0.3, true, &["ResponsiblePartyInvestigatorTitle"]),
        part(0.3, true, &["ResponsiblePartyInvestigatorAffiliation"]),
        part(0.3, true, &["ResponsiblePartyOldNameTitle"]),
        part(0.3, true, &["ResponsiblePartyOldOrganization"]),
        part(0.3, false, &["OverallOfficialAffiliation"]),
        part(0.3, false, &["OverallOfficialName"]),
        part(0.3, false, &["CentralContactName"]),
        part(0.3, false, &["DesignInterventionModel"]),
        part(0.3, false, &["DesignMasking"]),
        part(0.3, false, &["DesignWhoMasked"]),
        part(0.3, false, &["DesignObservationalModel"]),
        part(0.3, false, &["DesignPrimaryPurpose"]),
        part(0.3, false, &["DesignTimePerspective"]),
        part(0.3, true, &["InterventionMeshTerm"]),
        part(0.25, true, &["InterventionAncestorTerm"]),
        part(0.25, false, &["CollaboratorName"]),
        part(0.15, true, &["OtherOutcomeMeasure"]),
        part(0.1, true, &["OtherOutcomeDescription"]),
        part(0.1, false, &["LocationContactName"]),
    ]),
];

/// What plain words are looked for in: the site's BasicSearch as far as it is
/// text about the study itself, with the description and the eligibility
/// criteria, which the site leaves out.
///
/// Ours, not the registry's; weights are its own where it has them.
pub static WORDS: Area = area(
    "Words",
    "Words",
    "",
    &[
        part(1.0, true, &["Acronym"]),
        part(0.89, true, &["BriefTitle"]),
        part(0.85, true, &["OfficialTitle"]),
        part(0.81, true, &["Condition"]),
        part(0.8, true, &["InterventionName"]),
        part(0.75, true, &["InterventionOtherName"]),
        part(0.6, true, &["PrimaryOutcomeMeasure", "Keyword", "BriefSummary"]),
        part(0.5, true, &["ArmGroupLabel", "SecondaryOutcomeMeasure"]),
        part(0.45, true, &["InterventionDescription", "ArmGroupDescription"]),
        part(0.45, true, &["DetailedDescription"]),
        part(0.4, true, &["PrimaryOutcomeDescription"]),
        part(0.4, false, &["LeadSponsorName", "OrgStudyId", "SecondaryId", "NCTIdAlias"]),
        part(0.35, true, &["SecondaryOutcomeDescription"]),
        part(0.3, true, &["ConditionMeshTerm", "InterventionMeshTerm"]),
        part(0.2, true, &["EligibilityCriteria"]),
        part(0.15, true, &["OtherOutcomeMeasure", "OutcomeMeasureTitle"]),
        part(0.1, true, &["OtherOutcomeDescription", "OutcomeMeasureDescription"]),
    ],
);

//! Tables that belong together, AACT's above all: what their columns mean.

use crate::study::pieces::fold;

/// What a column of such a table means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ColumnMeaning {
    /// The piece of that name.
    Piece(&'static str),
    /// A member of the list at that piece, if the cell says so.
    Member(&'static str, &'static str),
    /// A degree of the place of a site.
    Point(&'static str),
    /// The piece of that name, which has the last part of the address.
    File(&'static str),
    /// Nothing that other columns do not say.
    Implied,
}

/// Columns by table and folded heading.
#[rustfmt::skip]
static COLUMNS: &[(&str, &str, &str)] = &[
    ("conditions", "name", "Condition"),
    ("conditions", "conditionname", "Condition"),
    ("keywords", "name", "Keyword"),
    ("countries", "country", "LocationCountry"),
    ("facilities", "name", "LocationFacility"),
    ("facilities", "facility", "LocationFacility"),
    ("facilities", "city", "LocationCity"),
    ("facilities", "state", "LocationState"),
    ("facilities", "zip", "LocationZip"),
    ("facilities", "country", "LocationCountry"),
    ("facilities", "status", "LocationStatus"),
    ("facilities", "recruitmentstatus", "LocationStatus"),
    ("interventions", "interventiontype", "InterventionType"),
    ("interventions", "type", "InterventionType"),
    ("interventions", "name", "InterventionName"),
    ("interventions", "intervention", "InterventionName"),
    ("interventions", "description", "InterventionDescription"),
    ("interventions", "othernames", "InterventionOtherName"),
    ("interventions", "armgrouplabels", "InterventionArmGroupLabel"),
    ("design_groups", "grouptype", "ArmGroupType"),
    ("design_groups", "type", "ArmGroupType"),
    ("design_groups", "title", "ArmGroupLabel"),
    ("design_groups", "label", "ArmGroupLabel"),
    ("design_groups", "description", "ArmGroupDescription"),
    ("sponsors", "sponsor", "LeadSponsorName"),
    ("sponsors", "sponsorclass", "LeadSponsorClass"),
    ("sponsors", "collaborator", "CollaboratorName"),
    ("sponsors", "collaboratorclass", "CollaboratorClass"),
    ("brief_summaries", "description", "BriefSummary"),
    ("detailed_descriptions", "description", "DetailedDescription"),
    ("eligibilities", "population", "StudyPopulation"),
    ("eligibilities", "criteria", "EligibilityCriteria"),
    ("designs", "allocation", "DesignAllocation"),
    ("designs", "interventionmodel", "DesignInterventionModel"),
    ("designs", "interventionmodeldescription", "DesignInterventionModelDescription"),
    ("designs", "observationalmodel", "DesignObservationalModel"),
    ("designs", "primarypurpose", "DesignPrimaryPurpose"),
    ("designs", "timeperspective", "DesignTimePerspective"),
    ("designs", "maskingdescription", "DesignMaskingDescription"),
    ("overall_officials", "name", "OverallOfficialName"),
    ("overall_officials", "role", "OverallOfficialRole"),
    ("overall_officials", "affiliation", "OverallOfficialAffiliation"),
    ("responsible_parties", "responsiblepartytype", "ResponsiblePartyType"),
    ("responsible_parties", "name", "ResponsiblePartyInvestigatorFullName"),
    ("responsible_parties", "title", "ResponsiblePartyInvestigatorTitle"),
    ("responsible_parties", "affiliation", "ResponsiblePartyInvestigatorAffiliation"),
    ("responsible_parties", "oldnametitle", "ResponsiblePartyOldNameTitle"),
    ("responsible_parties", "organization", "ResponsiblePartyOldOrganization"),
    ("central_contacts", "name", "CentralContactName"),
    ("central_contacts", "role", "CentralContactRole"),
    ("central_contacts", "phone", "CentralContactPhone"),
    ("central_contacts", "phoneextension", "CentralContactPhoneExt"),
    ("central_contacts", "email", "CentralContactEMail"),
    ("central_contacts", "contacttype", ""),
    ("study_references", "pmid", "ReferencePMID"),
    ("study_references", "referencetype", "ReferenceType"),
    ("study_references", "citation", "ReferenceCitation"),
    ("links", "url", "SeeAlsoLinkURL"),
    ("links", "description", "SeeAlsoLinkLabel"),
    ("ipd_information_types", "name", "IPDSharingInfoType"),
    ("documents", "documentid", "AvailIPDId"),
    ("documents", "documenttype", "AvailIPDType"),
    ("documents", "url", "AvailIPDURL"),
    ("documents", "comment", "AvailIPDComment"),
    ("provided_documents", "documenttype", "LargeDocLabel"),
    ("provided_documents", "hasprotocol", "LargeDocHasProtocol"),
    ("provided_documents", "hasicf", "LargeDocHasICF"),
    ("provided_documents", "hassap", "LargeDocHasSAP"),
    ("provided_documents", "documentdate", "LargeDocDate"),
    ("studies", "source", "OrgFullName"),
    ("studies", "baselinepopulation", "BaselinePopulationDescription"),
    ("studies", "baselinetypeunitsanalyzed", "BaselineTypeUnitsAnalyzed"),
    ("studies", "limitationsandcaveats", "LimitationsAndCaveatsDescription"),
    ("studies", "expandedaccessstatusfornctid", "ExpandedAccessStatusForNCTId"),
    ("studies", "biospecretention", "BioSpecRetention"),
    ("studies", "biospecdescription", "BioSpecDescription"),
    ("studies", "hasdmc", "OversightHasDMC"),
    ("studies", "lastupdatesubmittedqcdate", ""),
    ("studies", "nlmdownloaddatedescription", ""),
    ("id_information", "idlink", "SecondaryIdLink"),
    ("id_information", "idtypedescription", "SecondaryIdDomain"),
    ("result_contacts", "name", "PointOfContactTitle"),
    ("result_contacts", "organization", "PointOfContactOrganization"),
    ("result_contacts", "phone", "PointOfContactPhone"),
    ("result_contacts", "extension", "PointOfContactPhoneExt"),
    ("result_contacts", "email", "PointOfContactEMail"),
    ("result_agreements", "piemployee", "AgreementPISponsorEmployee"),
    ("result_agreements", "restrictiontype", "AgreementRestrictionType"),
    ("result_agreements", "restrictiveagreement", "AgreementRestrictiveAgreement"),
    ("result_agreements", "otherdetails", "AgreementOtherDetails"),
    ("participant_flows", "recruitmentdetails", "FlowRecruitmentDetails"),
    ("participant_flows", "preassignmentdetails", "FlowPreAssignmentDetails"),
    ("participant_flows", "unitsanalyzed", "FlowTypeUnitsAnalyzed"),
    ("pending_results", "event", "UnpostedEventType"),
];

/// Columns by table and folded heading that mean one of several pieces, by
/// the cell of another column: that column, the beginning of its cell, the
/// piece.
#[rustfmt::skip]
static BY_ANOTHER: &[(&str, &str, &str, &str, &str)] = &[
    ("countries", "name", "removed", "t", "RemovedCountry"),
    ("countries", "name", "removed", "", "LocationCountry"),
    ("sponsors", "name", "leadorcollaborator", "collab", "CollaboratorName"),
    ("sponsors", "name", "leadorcollaborator", "", "LeadSponsorName"),
    ("sponsors", "agencyclass", "leadorcollaborator", "collab", "CollaboratorClass"),
    ("sponsors", "agencyclass", "leadorcollaborator", "", "LeadSponsorClass"),
    ("design_outcomes", "measure", "outcometype", "p", "PrimaryOutcomeMeasure"),
    ("design_outcomes", "measure", "outcometype", "s", "SecondaryOutcomeMeasure"),
    ("design_outcomes", "measure", "outcometype", "", "OtherOutcomeMeasure"),
    ("design_outcomes", "description", "outcometype", "p", "PrimaryOutcomeDescription"),
    ("design_outcomes", "description", "outcometype", "s", "SecondaryOutcomeDescription"),
    ("design_outcomes", "description", "outcometype", "", "OtherOutcomeDescription"),
    ("design_outcomes", "timeframe", "outcometype", "p", "PrimaryOutcomeTimeFrame"),
    ("design_outcomes", "timeframe", "outcometype", "s", "SecondaryOutcomeTimeFrame"),
    ("design_outcomes", "timeframe", "outcometype", "", "OtherOutcomeTimeFrame"),
    ("id_information", "idvalue", "idsource", "org", "OrgStudyId"),
    ("id_information", "idvalue", "idsource", "nct", "NCTIdAlias"),
    ("id_information", "idvalue", "idtype", "org", "OrgStudyId"),
    ("id_information", "idvalue", "idtype", "nct", "NCTIdAlias"),
    ("id_information", "idvalue", "idtype", "", "SecondaryId"),
    ("id_information", "idlink", "idsource", "org", "OrgStudyIdLink"),
    ("id_information", "idtype", "idsource", "org", "OrgStudyIdType"),
    ("id_information", "idtype", "idsource", "sec", "SecondaryIdType"),
    ("browse_conditions", "meshterm", "meshtype", "mesh-anc", "ConditionAncestorTerm"),
    ("browse_conditions", "meshterm", "meshtype", "", "ConditionMeshTerm"),
    ("browse_interventions", "meshterm", "meshtype", "mesh-anc", "InterventionAncestorTerm"),
    ("browse_interventions", "meshterm", "meshtype", "", "InterventionMeshTerm"),
];

/// Columns that say whether a list has a member: table, column, piece, member.
#[rustfmt::skip]
static MEMBERS: &[(&str, &str, &str, &str)] = &[
    ("designs", "subjectmasked", "DesignWhoMasked", "PARTICIPANT"),
    ("designs", "caregivermasked", "DesignWhoMasked", "CARE_PROVIDER"),
    ("designs", "investigatormasked", "DesignWhoMasked", "INVESTIGATOR"),
    ("designs", "outcomesassessormasked", "DesignWhoMasked", "OUTCOMES_ASSESSOR"),
    ("eligibilities", "child", "StdAge", "CHILD"),
    ("eligibilities", "adult", "StdAge", "ADULT"),
    ("eligibilities", "olderadult", "StdAge", "OLDER_ADULT"),
];

/// Columns for a day, and those beside them that say how much of it is known:
/// of a month alone, the former have the last day. Table, column, the other
/// column, piece.
#[rustfmt::skip]
static DAYS: &[(&str, &str, &str, &str)] = &[
    ("studies", "startdate", "startmonthyear", "StartDate"),
    ("studies", "completiondate", "completionmonthyear", "CompletionDate"),
    ("studies", "primarycompletiondate", "primarycompletionmonthyear", "PrimaryCompletionDate"),
    ("studies", "verificationdate", "verificationmonthyear", "StatusVerifiedDate"),
    ("pending_results", "eventdate", "eventdatedescription", "UnpostedEventDate"),
];

/// Headings of any table that describe how other columns are read, or number
/// rows.
const IMPLIED: [&str; 10] = [
    "id",
    "downcasename",
    "downcasemeshterm",
    "removed",
    "leadorcollaborator",
    "outcometype",
    "idtype",
    "idsource",
    "meshtype",
    "ctgovgroupcode",
];

/// What a column means that has a day.
fn day<'a>(
    table: &str,
    column: &str,
    cell: &dyn Fn(&str) -> Option<&'a str>,
) -> Option<ColumnMeaning> {
    let mut days = DAYS.iter().filter(|(known, ..)| *known == table);
    days.find_map(|(_, day, known, piece)| match column {
        _ if column == *known => Some(ColumnMeaning::Piece(piece)),
        _ if column == *day && cell(known).is_some() => Some(ColumnMeaning::Implied),
        _ if column == *day => Some(ColumnMeaning::Piece(piece)),
        _ => None,
    })
}

/// What a column of a table means there; `None` where it means what it does in
/// any table. `cell` gives the row's cell below a folded heading.
pub(super) fn meaning<'a>(
    table: &str,
    column: &str,
    cell: &dyn Fn(&str) -> Option<&'a str>,
) -> Option<ColumnMeaning> {
    let column = fold(column);
    let here = |known: &str, heading: &str| known == table && heading == column;
    let mut by_another = BY_ANOTHER.iter().filter(|row| here(row.0, row.1));
    let found = by_another.find(|(_, _, other, start, _)| {
        cell(other).unwrap_or_default().to_lowercase().starts_with(start)
    });
    if let Some((_, _, _, _, piece)) = found {
        return Some(ColumnMeaning::Piece(piece));
    }
    if let Some((_, _, piece)) = COLUMNS.iter().find(|row| here(row.0, row.1)) {
        return Some(if piece.is_empty() {
            ColumnMeaning::Implied
        } else {
            ColumnMeaning::Piece(piece)
        });
    }
    if let Some((.., piece, member)) = MEMBERS.iter().find(|row| here(row.0, row.1)) {
        return Some(ColumnMeaning::Member(piece, member));
    }
    let axis = [("latitude", "lat"), ("longitude", "lon")];
    if let Some((_, axis)) = axis.iter().find(|(heading, _)| here("facilities", heading)) {
        return Some(ColumnMeaning::Point(axis));
    }
    if let Some(meaning) = day(table, &column, cell) {
        return Some(meaning);
    }
    if here("provided_documents", "url") {
        return Some(ColumnMeaning::File("LargeDocFilename"));
    }
    let implied = IMPLIED.contains(&column.as_str());
    implied.then_some(ColumnMeaning::Implied)
}

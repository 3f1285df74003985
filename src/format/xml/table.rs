//! Where the elements of the legacy XML go in an API v2 study, one row each.
//!
//! Elements and attributes are those of the registry's public.xsd, of the
//! newest download as well as of those before 2017.

use std::sync::LazyLock;

use crate::study::pieces::{self, Piece};

use Place::{Addition, Element, Implied, Piece as At, Rule as By, Unplaced};
use Rule::{
    AgeLimit, Agreement, ArmCount, Canceled, Degrees, DocumentUrl, Employment, EventAssessment,
    EventCategory, EventVocabulary, ExpandedAccess, GivenName, HealthyVolunteers, LocationCountry,
    Masking, Phase, Returned, StudyDesign, StudyType, Submitted,
};

/// What becomes of an element, as the table says it.
enum Place {
    /// Its text is a value of the piece of that name.
    Piece(&'static str),
    /// It is one element of that list, with the values that its name implies.
    Element(&'static str, &'static [(&'static str, &'static str)]),
    /// It adds to the element of that list in which it stands.
    Addition(&'static str),
    /// Its text needs more than a change of type.
    Rule(Rule),
    /// What it says follows from what stands elsewhere.
    Implied,
    /// API v2 has no place for it.
    Unplaced,
}

/// A text that needs more than a change of type.
#[derive(Debug, Clone, Copy)]
pub(super) enum Rule {
    StudyType,
    Phase,
    StudyDesign,
    Masking,
    ExpandedAccess,
    HealthyVolunteers,
    AgeLimit(&'static str),
    GivenName,
    Degrees,
    LocationCountry,
    ArmCount,
    DocumentUrl,
    Submitted,
    Canceled,
    Returned,
    EventCategory,
    EventVocabulary,
    EventAssessment,
    Employment,
    Agreement,
}

/// A place for one value: its piece, and its path below the list element
/// that it belongs to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Leaf {
    pub(super) piece: &'static Piece,
    pub(super) key: &'static str,
    /// Whether it refers to a group of participants.
    pub(super) group: bool,
}

/// What becomes of an element.
#[derive(Debug)]
pub(super) enum Role {
    /// Only its parts matter.
    Through,
    Leaf(Leaf),
    Element {
        list: Leaf,
        given: &'static [(&'static str, &'static str)],
    },
    Addition,
    Rule(Rule),
    Implied,
    Unplaced,
}

/// An element at its place in the record.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) name: &'static str,
    pub(super) role: Role,
    /// What its text is, where it is an element of a list.
    pub(super) text: Option<Leaf>,
    attributes: Vec<(&'static str, Leaf)>,
    children: Vec<Step>,
}

impl Step {
    fn new(name: &'static str) -> Self {
        Self { name, role: Role::Through, text: None, attributes: Vec::new(), children: Vec::new() }
    }

    pub(super) fn child(&self, name: &str) -> Option<&Step> {
        self.children.iter().find(|child| child.name == name)
    }

    pub(super) fn attribute(&self, name: &str) -> Option<Leaf> {
        self.attributes.iter().find(|(known, _)| *known == name).map(|(_, leaf)| *leaf)
    }

    /// Whether it gathers values of its own.
    pub(super) fn gathers(&self) -> bool {
        matches!(self.role, Role::Element { .. } | Role::Addition)
    }

    fn child_made(&mut self, name: &'static str) -> &mut Step {
        let at = self.children.iter().position(|child| child.name == name);
        let at = at.unwrap_or_else(|| {
            self.children.push(Step::new(name));
            self.children.len() - 1
        });
        &mut self.children[at]
    }
}

/// The steps below `clinical_study`.
pub(super) static ROOT: LazyLock<Step> = LazyLock::new(|| {
    let mut root = Step::new("clinical_study");
    for (path, place) in ROWS {
        add(&mut root, path, place);
    }
    root
});

/// Adds a row to the tree; the rows of a list stand before those of its parts.
fn add(root: &mut Step, path: &'static str, place: &Place) {
    let (elements, attribute) = match path.split_once('@') {
        Some((elements, attribute)) => (elements, Some(attribute)),
        None => (path, None),
    };
    let (elements, text) = match elements.strip_suffix("/text()") {
        Some(elements) => (elements, true),
        None => (elements, false),
    };
    let leaf = |name: &str, within: &str| {
        let piece = pieces::named(name).expect("a piece");
        let key = piece.path.strip_prefix(within).expect("a path below the list's");
        Leaf { piece, key: key.trim_start_matches('.'), group: path.ends_with("group_id") }
    };
    let (mut step, mut within) = (root, "");
    let mut above = "";
    for name in elements.split('/') {
        above = within;
        step = step.child_made(name);
        if let Role::Element { list, .. } = &step.role {
            within = list.piece.path;
        }
    }
    match (place, attribute) {
        (Place::Piece(name), Some(attribute)) => {
            step.attributes.push((attribute, leaf(name, within)));
        }
        (Place::Piece(name), None) if text => step.text = Some(leaf(name, within)),
        (Place::Piece(name), None) => step.role = Role::Leaf(leaf(name, above)),
        (Place::Element(name, given), _) => {
            step.role = Role::Element { list: leaf(name, above), given };
        }
        (Place::Addition(name), _) => {
            debug_assert!(leaf(name, above).key.is_empty(), "{path} adds to {name}");
            step.role = Role::Addition;
        }
        (Place::Rule(rule), _) => step.role = Role::Rule(*rule),
        (Place::Implied, _) => step.role = Role::Implied,
        (Place::Unplaced, _) => step.role = Role::Unplaced,
    }
}

#[rustfmt::skip]
static ROWS: &[(&str, Place)] = &[
    ("required_header/download_date", Unplaced),
    ("required_header/link_text", Unplaced),
    ("required_header/url", Unplaced),
    ("id_info/org_study_id", At("OrgStudyId")),
    ("id_info/org_study_id@type", At("OrgStudyIdType")),
    ("id_info/org_study_id@link", At("OrgStudyIdLink")),
    ("id_info/secondary_id", Element("SecondaryIdInfo", &[])),
    ("id_info/secondary_id/text()", At("SecondaryId")),
    ("id_info/secondary_id@type", At("SecondaryIdType")),
    ("id_info/secondary_id@domain", At("SecondaryIdDomain")),
    ("id_info/secondary_id@link", At("SecondaryIdLink")),
    ("id_info/nct_id", At("NCTId")),
    ("id_info/nct_alias", At("NCTIdAlias")),
    ("brief_title", At("BriefTitle")),
    ("acronym", At("Acronym")),
    ("official_title", At("OfficialTitle")),
    ("sponsors/lead_sponsor/agency", At("LeadSponsorName")),
    ("sponsors/lead_sponsor/agency_class", At("LeadSponsorClass")),
    ("sponsors/collaborator", Element("Collaborator", &[])),
    ("sponsors/collaborator/agency", At("CollaboratorName")),
    ("sponsors/collaborator/agency_class", At("CollaboratorClass")),
    ("source", At("OrgFullName")),
    ("oversight_info/has_dmc", At("OversightHasDMC")),
    ("oversight_info/is_fda_regulated_drug", At("IsFDARegulatedDrug")),
    ("oversight_info/is_fda_regulated_device", At("IsFDARegulatedDevice")),
    ("oversight_info/is_unapproved_device", At("IsUnapprovedDevice")),
    ("oversight_info/is_ppsd", At("IsPPSD")),
    ("oversight_info/is_us_export", At("IsUSExport")),
    ("brief_summary/textblock", At("BriefSummary")),
    ("detailed_description/textblock", At("DetailedDescription")),
    ("overall_status", At("OverallStatus")),
    ("last_known_status", At("LastKnownStatus")),
    ("why_stopped", At("WhyStopped")),
    ("start_date", At("StartDate")),
    ("start_date@type", At("StartDateType")),
    // The name of the completion date before 2008.
    ("end_date", At("CompletionDate")),
    ("end_date@type", At("CompletionDateType")),
    ("completion_date", At("CompletionDate")),
    ("completion_date@type", At("CompletionDateType")),
    ("primary_completion_date", At("PrimaryCompletionDate")),
    ("primary_completion_date@type", At("PrimaryCompletionDateType")),
    ("phase", By(Phase)),
    ("study_type", By(StudyType)),
    ("has_expanded_access", By(ExpandedAccess)),
    ("expanded_access_nctid", At("ExpandedAccessNCTId")),
    ("expanded_access_status_for_nctid", At("ExpandedAccessStatusForNCTId")),
    ("expanded_access_info/expanded_access_type_individual", At("ExpAccTypeIndividual")),
    ("expanded_access_info/expanded_access_type_intermediate", At("ExpAccTypeIntermediate")),
    ("expanded_access_info/expanded_access_type_treatment", At("ExpAccTypeTreatment")),
    ("study_design", By(StudyDesign)),
    ("study_design_info/allocation", At("DesignAllocation")),
    ("study_design_info/intervention_model", At("DesignInterventionModel")),
    ("study_design_info/intervention_model_description", At("DesignInterventionModelDescription")),
    ("study_design_info/primary_purpose", At("DesignPrimaryPurpose")),
    ("study_design_info/observational_model", At("DesignObservationalModel")),
    ("study_design_info/time_perspective", At("DesignTimePerspective")),
    ("study_design_info/masking", By(Masking)),
    ("study_design_info/masking_description", At("DesignMaskingDescription")),
    ("target_duration", At("TargetDuration")),
    ("primary_outcome", Element("PrimaryOutcome", &[])),
    ("primary_outcome/measure", At("PrimaryOutcomeMeasure")),
    ("primary_outcome/time_frame", At("PrimaryOutcomeTimeFrame")),
    ("primary_outcome/description", At("PrimaryOutcomeDescription")),
    ("secondary_outcome", Element("SecondaryOutcome", &[])),
    ("secondary_outcome/measure", At("SecondaryOutcomeMeasure")),
    ("secondary_outcome/time_frame", At("SecondaryOutcomeTimeFrame")),
    ("secondary_outcome/description", At("SecondaryOutcomeDescription")),
    ("other_outcome", Element("OtherOutcome", &[])),
    ("other_outcome/measure", At("OtherOutcomeMeasure")),
    ("other_outcome/time_frame", At("OtherOutcomeTimeFrame")),
    ("other_outcome/description", At("OtherOutcomeDescription")),
    ("number_of_arms", By(ArmCount)),
    ("number_of_groups", By(ArmCount)),
    ("enrollment", At("EnrollmentCount")),
    ("enrollment@type", At("EnrollmentType")),
    ("condition", At("Condition")),
    ("arm_group", Element("ArmGroup", &[])),
    ("arm_group/arm_group_label", At("ArmGroupLabel")),
    ("arm_group/arm_group_type", At("ArmGroupType")),
    ("arm_group/description", At("ArmGroupDescription")),
    ("intervention", Element("Intervention", &[])),
    ("intervention/intervention_type", At("InterventionType")),
    ("intervention/intervention_name", At("InterventionName")),
    ("intervention/description", At("InterventionDescription")),
    ("intervention/arm_group_label", At("InterventionArmGroupLabel")),
    ("intervention/other_name", At("InterventionOtherName")),
    ("biospec_retention", At("BioSpecRetention")),
    ("biospec_descr/textblock", At("BioSpecDescription")),
    ("eligibility/study_pop/textblock", At("StudyPopulation")),
    ("eligibility/sampling_method", At("SamplingMethod")),
    ("eligibility/criteria/textblock", At("EligibilityCriteria")),
    ("eligibility/gender", At("Sex")),
    ("eligibility/gender_based", At("GenderBased")),
    ("eligibility/gender_description", At("GenderDescription")),
    ("eligibility/minimum_age", By(AgeLimit("MinimumAge"))),
    ("eligibility/maximum_age", By(AgeLimit("MaximumAge"))),
    ("eligibility/healthy_volunteers", By(HealthyVolunteers)),
    ("overall_official", Element("OverallOfficial", &[])),
    ("overall_official/first_name", By(GivenName)),
    ("overall_official/middle_name", By(GivenName)),
    ("overall_official/last_name", By(GivenName)),
    ("overall_official/degrees", By(Degrees)),
    ("overall_official/role", At("OverallOfficialRole")),
    ("overall_official/affiliation", At("OverallOfficialAffiliation")),
    ("overall_contact", Element("CentralContact", &[("role", "CONTACT")])),
    ("overall_contact/first_name", By(GivenName)),
    ("overall_contact/middle_name", By(GivenName)),
    ("overall_contact/last_name", By(GivenName)),
    ("overall_contact/degrees", By(Degrees)),
    ("overall_contact/phone", At("CentralContactPhone")),
    ("overall_contact/phone_ext", At("CentralContactPhoneExt")),
    ("overall_contact/email", At("CentralContactEMail")),
    ("overall_contact_backup", Element("CentralContact", &[("role", "CONTACT")])),
    ("overall_contact_backup/first_name", By(GivenName)),
    ("overall_contact_backup/middle_name", By(GivenName)),
    ("overall_contact_backup/last_name", By(GivenName)),
    ("overall_contact_backup/degrees", By(Degrees)),
    ("overall_contact_backup/phone", At("CentralContactPhone")),
    ("overall_contact_backup/phone_ext", At("CentralContactPhoneExt")),
    ("overall_contact_backup/email", At("CentralContactEMail")),
    ("location", Element("Location", &[])),
    ("location/facility/name", At("LocationFacility")),
    ("location/facility/address/city", At("LocationCity")),
    ("location/facility/address/state", At("LocationState")),
    ("location/facility/address/zip", At("LocationZip")),
    ("location/facility/address/country", At("LocationCountry")),
    ("location/status", At("LocationStatus")),
    ("location/contact", Element("LocationContact", &[("role", "CONTACT")])),
    ("location/contact/first_name", By(GivenName)),
    ("location/contact/middle_name", By(GivenName)),
    ("location/contact/last_name", By(GivenName)),
    ("location/contact/degrees", By(Degrees)),
    ("location/contact/phone", At("LocationContactPhone")),
    ("location/contact/phone_ext", At("LocationContactPhoneExt")),
    ("location/contact/email", At("LocationContactEMail")),
    ("location/contact_backup", Element("LocationContact", &[("role", "CONTACT")])),
    ("location/contact_backup/first_name", By(GivenName)),
    ("location/contact_backup/middle_name", By(GivenName)),
    ("location/contact_backup/last_name", By(GivenName)),
    ("location/contact_backup/degrees", By(Degrees)),
    ("location/contact_backup/phone", At("LocationContactPhone")),
    ("location/contact_backup/phone_ext", At("LocationContactPhoneExt")),
    ("location/contact_backup/email", At("LocationContactEMail")),
    ("location/investigator", Element("LocationContact", &[])),
    ("location/investigator/first_name", By(GivenName)),
    ("location/investigator/middle_name", By(GivenName)),
    ("location/investigator/last_name", By(GivenName)),
    ("location/investigator/degrees", By(Degrees)),
    ("location/investigator/role", At("LocationContactRole")),
    ("location_countries/country", By(LocationCountry)),
    ("removed_countries/country", At("RemovedCountry")),
    ("link", Element("SeeAlsoLink", &[])),
    ("link/url", At("SeeAlsoLinkURL")),
    ("link/description", At("SeeAlsoLinkLabel")),
    ("reference", Element("Reference", &[("type", "BACKGROUND")])),
    ("reference/citation", At("ReferenceCitation")),
    ("reference/PMID", At("ReferencePMID")),
    ("reference/type", At("ReferenceType")),
    ("results_reference", Element("Reference", &[("type", "RESULT")])),
    ("results_reference/citation", At("ReferenceCitation")),
    ("results_reference/PMID", At("ReferencePMID")),
    ("verification_date", At("StatusVerifiedDate")),
    ("study_first_submitted", At("StudyFirstSubmitDate")),
    ("study_first_submitted_qc", At("StudyFirstSubmitQCDate")),
    ("study_first_posted", At("StudyFirstPostDate")),
    ("study_first_posted@type", At("StudyFirstPostDateType")),
    ("results_first_submitted", At("ResultsFirstSubmitDate")),
    ("results_first_submitted_qc", At("ResultsFirstSubmitQCDate")),
    ("results_first_posted", At("ResultsFirstPostDate")),
    ("results_first_posted@type", At("ResultsFirstPostDateType")),
    ("disposition_first_submitted", At("DispFirstSubmitDate")),
    ("disposition_first_submitted_qc", At("DispFirstSubmitQCDate")),
    ("disposition_first_posted", At("DispFirstPostDate")),
    ("disposition_first_posted@type", At("DispFirstPostDateType")),
    ("last_update_submitted", At("LastUpdateSubmitDate")),
    ("last_update_posted", At("LastUpdatePostDate")),
    ("last_update_posted@type", At("LastUpdatePostDateType")),
    // The names of these dates before 2018.
    ("firstreceived_date", At("StudyFirstSubmitDate")),
    ("firstreceived_results_date", At("ResultsFirstSubmitDate")),
    ("firstreceived_results_disposition_date", At("DispFirstSubmitDate")),
    ("lastchanged_date", At("LastUpdateSubmitDate")),
    ("responsible_party/name_title", At("ResponsiblePartyOldNameTitle")),
    ("responsible_party/organization", At("ResponsiblePartyOldOrganization")),
    ("responsible_party/responsible_party_type", At("ResponsiblePartyType")),
    ("responsible_party/investigator_affiliation", At("ResponsiblePartyInvestigatorAffiliation")),
    ("responsible_party/investigator_full_name", At("ResponsiblePartyInvestigatorFullName")),
    ("responsible_party/investigator_title", At("ResponsiblePartyInvestigatorTitle")),
    ("keyword", At("Keyword")),
    ("condition_browse/mesh_term", Element("ConditionMesh", &[])),
    ("condition_browse/mesh_term/text()", At("ConditionMeshTerm")),
    ("intervention_browse/mesh_term", Element("InterventionMesh", &[])),
    ("intervention_browse/mesh_term/text()", At("InterventionMeshTerm")),
    ("patient_data/sharing_ipd", At("IPDSharing")),
    ("patient_data/ipd_description", At("IPDSharingDescription")),
    ("patient_data/ipd_info_type", At("IPDSharingInfoType")),
    ("patient_data/ipd_time_frame", At("IPDSharingTimeFrame")),
    ("patient_data/ipd_access_criteria", At("IPDSharingAccessCriteria")),
    ("patient_data/ipd_url", At("IPDSharingURL")),
    ("study_docs/study_doc", Element("AvailIPD", &[])),
    ("study_docs/study_doc/doc_id", At("AvailIPDId")),
    ("study_docs/study_doc/doc_type", At("AvailIPDType")),
    ("study_docs/study_doc/doc_url", At("AvailIPDURL")),
    ("study_docs/study_doc/doc_comment", At("AvailIPDComment")),
    ("provided_document_section/provided_document", Element("LargeDoc", &[])),
    ("provided_document_section/provided_document/document_type", At("LargeDocLabel")),
    ("provided_document_section/provided_document/document_has_protocol", At("LargeDocHasProtocol")),
    ("provided_document_section/provided_document/document_has_icf", At("LargeDocHasICF")),
    ("provided_document_section/provided_document/document_has_sap", At("LargeDocHasSAP")),
    ("provided_document_section/provided_document/document_date", At("LargeDocDate")),
    ("provided_document_section/provided_document/document_url", By(DocumentUrl)),
    ("pending_results/submitted", By(Submitted)),
    ("pending_results/submission_canceled", By(Canceled)),
    ("pending_results/returned", By(Returned)),

    ("clinical_results/participant_flow/recruitment_details", At("FlowRecruitmentDetails")),
    ("clinical_results/participant_flow/pre_assignment_details", At("FlowPreAssignmentDetails")),
    ("clinical_results/participant_flow/group_list/group", Element("FlowGroup", &[])),
    ("clinical_results/participant_flow/group_list/group@group_id", At("FlowGroupId")),
    ("clinical_results/participant_flow/group_list/group/title", At("FlowGroupTitle")),
    ("clinical_results/participant_flow/group_list/group/description", At("FlowGroupDescription")),
    ("clinical_results/participant_flow/period_list/period", Element("FlowPeriod", &[])),
    ("clinical_results/participant_flow/period_list/period/title", At("FlowPeriodTitle")),
    ("clinical_results/participant_flow/period_list/period/milestone_list/milestone", Element("FlowMilestone", &[])),
    ("clinical_results/participant_flow/period_list/period/milestone_list/milestone/title", At("FlowMilestoneType")),
    ("clinical_results/participant_flow/period_list/period/milestone_list/milestone/participants_list/participants", Element("FlowAchievement", &[])),
    ("clinical_results/participant_flow/period_list/period/milestone_list/milestone/participants_list/participants@group_id", At("FlowAchievementGroupId")),
    ("clinical_results/participant_flow/period_list/period/milestone_list/milestone/participants_list/participants@count", At("FlowAchievementNumSubjects")),
    ("clinical_results/participant_flow/period_list/period/milestone_list/milestone/participants_list/participants/text()", At("FlowAchievementComment")),
    ("clinical_results/participant_flow/period_list/period/drop_withdraw_reason_list/drop_withdraw_reason", Element("FlowDropWithdraw", &[])),
    ("clinical_results/participant_flow/period_list/period/drop_withdraw_reason_list/drop_withdraw_reason/title", At("FlowDropWithdrawType")),
    ("clinical_results/participant_flow/period_list/period/drop_withdraw_reason_list/drop_withdraw_reason/participants_list/participants", Element("FlowReason", &[])),
    ("clinical_results/participant_flow/period_list/period/drop_withdraw_reason_list/drop_withdraw_reason/participants_list/participants@group_id", At("FlowReasonGroupId")),
    ("clinical_results/participant_flow/period_list/period/drop_withdraw_reason_list/drop_withdraw_reason/participants_list/participants@count", At("FlowReasonNumSubjects")),
    ("clinical_results/participant_flow/period_list/period/drop_withdraw_reason_list/drop_withdraw_reason/participants_list/participants/text()", At("FlowReasonComment")),

    ("clinical_results/baseline/population", At("BaselinePopulationDescription")),
    ("clinical_results/baseline/group_list/group", Element("BaselineGroup", &[])),
    ("clinical_results/baseline/group_list/group@group_id", At("BaselineGroupId")),
    ("clinical_results/baseline/group_list/group/title", At("BaselineGroupTitle")),
    ("clinical_results/baseline/group_list/group/description", At("BaselineGroupDescription")),
    ("clinical_results/baseline/analyzed_list/analyzed", Element("BaselineDenom", &[])),
    ("clinical_results/baseline/analyzed_list/analyzed/units", At("BaselineDenomUnits")),
    ("clinical_results/baseline/analyzed_list/analyzed/scope", Implied),
    ("clinical_results/baseline/analyzed_list/analyzed/count_list/count", Element("BaselineDenomCount", &[])),
    ("clinical_results/baseline/analyzed_list/analyzed/count_list/count@group_id", At("BaselineDenomCountGroupId")),
    ("clinical_results/baseline/analyzed_list/analyzed/count_list/count@value", At("BaselineDenomCountValue")),
    ("clinical_results/baseline/measure_list/measure", Element("BaselineMeasure", &[])),
    ("clinical_results/baseline/measure_list/measure/title", At("BaselineMeasureTitle")),
    ("clinical_results/baseline/measure_list/measure/description", At("BaselineMeasureDescription")),
    ("clinical_results/baseline/measure_list/measure/population", At("BaselineMeasurePopulationDescription")),
    ("clinical_results/baseline/measure_list/measure/units", At("BaselineMeasureUnitOfMeasure")),
    ("clinical_results/baseline/measure_list/measure/param", At("BaselineMeasureParamType")),
    ("clinical_results/baseline/measure_list/measure/dispersion", At("BaselineMeasureDispersionType")),
    ("clinical_results/baseline/measure_list/measure/units_analyzed", At("BaselineMeasureDenomUnitsSelected")),
    ("clinical_results/baseline/measure_list/measure/analyzed_list/analyzed", Element("BaselineMeasureDenom", &[])),
    ("clinical_results/baseline/measure_list/measure/analyzed_list/analyzed/units", At("BaselineMeasureDenomUnits")),
    ("clinical_results/baseline/measure_list/measure/analyzed_list/analyzed/scope", Implied),
    ("clinical_results/baseline/measure_list/measure/analyzed_list/analyzed/count_list/count", Element("BaselineMeasureDenomCount", &[])),
    ("clinical_results/baseline/measure_list/measure/analyzed_list/analyzed/count_list/count@group_id", At("BaselineMeasureDenomCountGroupId")),
    ("clinical_results/baseline/measure_list/measure/analyzed_list/analyzed/count_list/count@value", At("BaselineMeasureDenomCountValue")),
    ("clinical_results/baseline/measure_list/measure/class_list/class", Element("BaselineClass", &[])),
    ("clinical_results/baseline/measure_list/measure/class_list/class/title", At("BaselineClassTitle")),
    ("clinical_results/baseline/measure_list/measure/class_list/class/analyzed_list/analyzed", Element("BaselineClassDenom", &[])),
    ("clinical_results/baseline/measure_list/measure/class_list/class/analyzed_list/analyzed/units", At("BaselineClassDenomUnits")),
    ("clinical_results/baseline/measure_list/measure/class_list/class/analyzed_list/analyzed/scope", Implied),
    ("clinical_results/baseline/measure_list/measure/class_list/class/analyzed_list/analyzed/count_list/count", Element("BaselineClassDenomCount", &[])),
    ("clinical_results/baseline/measure_list/measure/class_list/class/analyzed_list/analyzed/count_list/count@group_id", At("BaselineClassDenomCountGroupId")),
    ("clinical_results/baseline/measure_list/measure/class_list/class/analyzed_list/analyzed/count_list/count@value", At("BaselineClassDenomCountValue")),
    ("clinical_results/baseline/measure_list/measure/class_list/class/category_list/category", Element("BaselineCategory", &[])),
    ("clinical_results/baseline/measure_list/measure/class_list/class/category_list/category/title", At("BaselineCategoryTitle")),
    ("clinical_results/baseline/measure_list/measure/class_list/class/category_list/category/measurement_list/measurement", Element("BaselineMeasurement", &[])),
    ("clinical_results/baseline/measure_list/measure/class_list/class/category_list/category/measurement_list/measurement@group_id", At("BaselineMeasurementGroupId")),
    ("clinical_results/baseline/measure_list/measure/class_list/class/category_list/category/measurement_list/measurement@value", At("BaselineMeasurementValue")),
    ("clinical_results/baseline/measure_list/measure/class_list/class/category_list/category/measurement_list/measurement@spread", At("BaselineMeasurementSpread")),
    ("clinical_results/baseline/measure_list/measure/class_list/class/category_list/category/measurement_list/measurement@lower_limit", At("BaselineMeasurementLowerLimit")),
    ("clinical_results/baseline/measure_list/measure/class_list/class/category_list/category/measurement_list/measurement@upper_limit", At("BaselineMeasurementUpperLimit")),
    ("clinical_results/baseline/measure_list/measure/class_list/class/category_list/category/measurement_list/measurement/text()", At("BaselineMeasurementComment")),
    // Before 2017 a measure had categories and no classes; API v2 shows the
    // categories of a baseline measure as those of one class.
    ("clinical_results/baseline/measure_list/measure/category_list", Element("BaselineClass", &[])),
    ("clinical_results/baseline/measure_list/measure/category_list/category", Element("BaselineCategory", &[])),
    ("clinical_results/baseline/measure_list/measure/category_list/category/sub_title", At("BaselineCategoryTitle")),
    ("clinical_results/baseline/measure_list/measure/category_list/category/measurement_list/measurement", Element("BaselineMeasurement", &[])),
    ("clinical_results/baseline/measure_list/measure/category_list/category/measurement_list/measurement@group_id", At("BaselineMeasurementGroupId")),
    ("clinical_results/baseline/measure_list/measure/category_list/category/measurement_list/measurement@value", At("BaselineMeasurementValue")),
    ("clinical_results/baseline/measure_list/measure/category_list/category/measurement_list/measurement@spread", At("BaselineMeasurementSpread")),
    ("clinical_results/baseline/measure_list/measure/category_list/category/measurement_list/measurement@lower_limit", At("BaselineMeasurementLowerLimit")),
    ("clinical_results/baseline/measure_list/measure/category_list/category/measurement_list/measurement@upper_limit", At("BaselineMeasurementUpperLimit")),
    ("clinical_results/baseline/measure_list/measure/category_list/category/measurement_list/measurement/text()", At("BaselineMeasurementComment")),

    ("clinical_results/outcome_list/outcome", Element("OutcomeMeasure", &[])),
    ("clinical_results/outcome_list/outcome/type", At("OutcomeMeasureType")),
    ("clinical_results/outcome_list/outcome/title", At("OutcomeMeasureTitle")),
    ("clinical_results/outcome_list/outcome/description", At("OutcomeMeasureDescription")),
    ("clinical_results/outcome_list/outcome/time_frame", At("OutcomeMeasureTimeFrame")),
    ("clinical_results/outcome_list/outcome/posting_date", At("OutcomeMeasureAnticipatedPostingDate")),
    ("clinical_results/outcome_list/outcome/population", At("OutcomeMeasurePopulationDescription")),
    ("clinical_results/outcome_list/outcome/group_list/group", Element("OutcomeGroup", &[])),
    ("clinical_results/outcome_list/outcome/group_list/group@group_id", At("OutcomeGroupId")),
    ("clinical_results/outcome_list/outcome/group_list/group/title", At("OutcomeGroupTitle")),
    ("clinical_results/outcome_list/outcome/group_list/group/description", At("OutcomeGroupDescription")),
    ("clinical_results/outcome_list/outcome/measure/title", At("OutcomeMeasureTitle")),
    ("clinical_results/outcome_list/outcome/measure/description", At("OutcomeMeasureDescription")),
    ("clinical_results/outcome_list/outcome/measure/population", At("OutcomeMeasurePopulationDescription")),
    ("clinical_results/outcome_list/outcome/measure/units", At("OutcomeMeasureUnitOfMeasure")),
    ("clinical_results/outcome_list/outcome/measure/param", At("OutcomeMeasureParamType")),
    ("clinical_results/outcome_list/outcome/measure/dispersion", At("OutcomeMeasureDispersionType")),
    ("clinical_results/outcome_list/outcome/measure/units_analyzed", At("OutcomeMeasureDenomUnitsSelected")),
    ("clinical_results/outcome_list/outcome/measure/analyzed_list/analyzed", Element("OutcomeDenom", &[])),
    ("clinical_results/outcome_list/outcome/measure/analyzed_list/analyzed/units", At("OutcomeDenomUnits")),
    ("clinical_results/outcome_list/outcome/measure/analyzed_list/analyzed/scope", Implied),
    ("clinical_results/outcome_list/outcome/measure/analyzed_list/analyzed/count_list/count", Element("OutcomeDenomCount", &[])),
    ("clinical_results/outcome_list/outcome/measure/analyzed_list/analyzed/count_list/count@group_id", At("OutcomeDenomCountGroupId")),
    ("clinical_results/outcome_list/outcome/measure/analyzed_list/analyzed/count_list/count@value", At("OutcomeDenomCountValue")),
    ("clinical_results/outcome_list/outcome/measure/class_list/class", Element("OutcomeClass", &[])),
    ("clinical_results/outcome_list/outcome/measure/class_list/class/title", At("OutcomeClassTitle")),
    ("clinical_results/outcome_list/outcome/measure/class_list/class/analyzed_list/analyzed", Element("OutcomeClassDenom", &[])),
    ("clinical_results/outcome_list/outcome/measure/class_list/class/analyzed_list/analyzed/units", At("OutcomeClassDenomUnits")),
    ("clinical_results/outcome_list/outcome/measure/class_list/class/analyzed_list/analyzed/scope", Implied),
    ("clinical_results/outcome_list/outcome/measure/class_list/class/analyzed_list/analyzed/count_list/count", Element("OutcomeClassDenomCount", &[])),
    ("clinical_results/outcome_list/outcome/measure/class_list/class/analyzed_list/analyzed/count_list/count@group_id", At("OutcomeClassDenomCountGroupId")),
    ("clinical_results/outcome_list/outcome/measure/class_list/class/analyzed_list/analyzed/count_list/count@value", At("OutcomeClassDenomCountValue")),
    ("clinical_results/outcome_list/outcome/measure/class_list/class/category_list/category", Element("OutcomeCategory", &[])),
    ("clinical_results/outcome_list/outcome/measure/class_list/class/category_list/category/title", At("OutcomeCategoryTitle")),
    ("clinical_results/outcome_list/outcome/measure/class_list/class/category_list/category/measurement_list/measurement", Element("OutcomeMeasurement", &[])),
    ("clinical_results/outcome_list/outcome/measure/class_list/class/category_list/category/measurement_list/measurement@group_id", At("OutcomeMeasurementGroupId")),
    ("clinical_results/outcome_list/outcome/measure/class_list/class/category_list/category/measurement_list/measurement@value", At("OutcomeMeasurementValue")),
    ("clinical_results/outcome_list/outcome/measure/class_list/class/category_list/category/measurement_list/measurement@spread", At("OutcomeMeasurementSpread")),
    ("clinical_results/outcome_list/outcome/measure/class_list/class/category_list/category/measurement_list/measurement@lower_limit", At("OutcomeMeasurementLowerLimit")),
    ("clinical_results/outcome_list/outcome/measure/class_list/class/category_list/category/measurement_list/measurement@upper_limit", At("OutcomeMeasurementUpperLimit")),
    ("clinical_results/outcome_list/outcome/measure/class_list/class/category_list/category/measurement_list/measurement/text()", At("OutcomeMeasurementComment")),
    // Before 2017: the participants as a measure of their own, and what are
    // the categories of an outcome there are its classes in API v2.
    ("clinical_results/outcome_list/outcome/measure_list/measure", Addition("OutcomeMeasure")),
    ("clinical_results/outcome_list/outcome/measure_list/measure/title", At("OutcomeMeasureTitle")),
    ("clinical_results/outcome_list/outcome/measure_list/measure/description", At("OutcomeMeasureDescription")),
    ("clinical_results/outcome_list/outcome/measure_list/measure/units", At("OutcomeMeasureUnitOfMeasure")),
    ("clinical_results/outcome_list/outcome/measure_list/measure/param", At("OutcomeMeasureParamType")),
    ("clinical_results/outcome_list/outcome/measure_list/measure/dispersion", At("OutcomeMeasureDispersionType")),
    ("clinical_results/outcome_list/outcome/measure_list/measure/category_list/category", Element("OutcomeClass", &[])),
    ("clinical_results/outcome_list/outcome/measure_list/measure/category_list/category/sub_title", At("OutcomeClassTitle")),
    ("clinical_results/outcome_list/outcome/measure_list/measure/category_list/category/measurement_list", Element("OutcomeCategory", &[])),
    ("clinical_results/outcome_list/outcome/measure_list/measure/category_list/category/measurement_list/measurement", Element("OutcomeMeasurement", &[])),
    ("clinical_results/outcome_list/outcome/measure_list/measure/category_list/category/measurement_list/measurement@group_id", At("OutcomeMeasurementGroupId")),
    ("clinical_results/outcome_list/outcome/measure_list/measure/category_list/category/measurement_list/measurement@value", At("OutcomeMeasurementValue")),
    ("clinical_results/outcome_list/outcome/measure_list/measure/category_list/category/measurement_list/measurement@spread", At("OutcomeMeasurementSpread")),
    ("clinical_results/outcome_list/outcome/measure_list/measure/category_list/category/measurement_list/measurement@lower_limit", At("OutcomeMeasurementLowerLimit")),
    ("clinical_results/outcome_list/outcome/measure_list/measure/category_list/category/measurement_list/measurement@upper_limit", At("OutcomeMeasurementUpperLimit")),
    ("clinical_results/outcome_list/outcome/measure_list/measure/category_list/category/measurement_list/measurement/text()", At("OutcomeMeasurementComment")),
    ("clinical_results/outcome_list/outcome/analysis_list/analysis", Element("OutcomeAnalysis", &[])),
    ("clinical_results/outcome_list/outcome/analysis_list/analysis/group_id_list/group_id", At("OutcomeAnalysisGroupId")),
    ("clinical_results/outcome_list/outcome/analysis_list/analysis/groups_desc", At("OutcomeAnalysisGroupDescription")),
    ("clinical_results/outcome_list/outcome/analysis_list/analysis/non_inferiority", At("OutcomeAnalysisTestedNonInferiority")),
    ("clinical_results/outcome_list/outcome/analysis_list/analysis/non_inferiority_type", At("OutcomeAnalysisNonInferiorityType")),
    ("clinical_results/outcome_list/outcome/analysis_list/analysis/non_inferiority_desc", At("OutcomeAnalysisNonInferiorityComment")),
    ("clinical_results/outcome_list/outcome/analysis_list/analysis/p_value", At("OutcomeAnalysisPValue")),
    ("clinical_results/outcome_list/outcome/analysis_list/analysis/p_value_desc", At("OutcomeAnalysisPValueComment")),
    ("clinical_results/outcome_list/outcome/analysis_list/analysis/method", At("OutcomeAnalysisStatisticalMethod")),
    ("clinical_results/outcome_list/outcome/analysis_list/analysis/method_desc", At("OutcomeAnalysisStatisticalComment")),
    ("clinical_results/outcome_list/outcome/analysis_list/analysis/param_type", At("OutcomeAnalysisParamType")),
    ("clinical_results/outcome_list/outcome/analysis_list/analysis/param_value", At("OutcomeAnalysisParamValue")),
    ("clinical_results/outcome_list/outcome/analysis_list/analysis/dispersion_type", At("OutcomeAnalysisDispersionType")),
    ("clinical_results/outcome_list/outcome/analysis_list/analysis/dispersion_value", At("OutcomeAnalysisDispersionValue")),
    ("clinical_results/outcome_list/outcome/analysis_list/analysis/ci_percent", At("OutcomeAnalysisCIPctValue")),
    ("clinical_results/outcome_list/outcome/analysis_list/analysis/ci_n_sides", At("OutcomeAnalysisCINumSides")),
    ("clinical_results/outcome_list/outcome/analysis_list/analysis/ci_lower_limit", At("OutcomeAnalysisCILowerLimit")),
    ("clinical_results/outcome_list/outcome/analysis_list/analysis/ci_upper_limit", At("OutcomeAnalysisCIUpperLimit")),
    ("clinical_results/outcome_list/outcome/analysis_list/analysis/ci_lower_limit_na_comment", At("OutcomeAnalysisCILowerLimitComment")),
    ("clinical_results/outcome_list/outcome/analysis_list/analysis/ci_upper_limit_na_comment", At("OutcomeAnalysisCIUpperLimitComment")),
    ("clinical_results/outcome_list/outcome/analysis_list/analysis/estimate_desc", At("OutcomeAnalysisEstimateComment")),
    ("clinical_results/outcome_list/outcome/analysis_list/analysis/other_analysis_desc", At("OutcomeAnalysisOtherAnalysisDescription")),

    ("clinical_results/reported_events/time_frame", At("EventsTimeFrame")),
    ("clinical_results/reported_events/desc", At("EventsDescription")),
    ("clinical_results/reported_events/group_list/group", Element("EventGroup", &[])),
    ("clinical_results/reported_events/group_list/group@group_id", At("EventGroupId")),
    ("clinical_results/reported_events/group_list/group/title", At("EventGroupTitle")),
    ("clinical_results/reported_events/group_list/group/description", At("EventGroupDescription")),
    ("clinical_results/reported_events/serious_events/default_vocab", By(EventVocabulary)),
    ("clinical_results/reported_events/serious_events/default_assessment", By(EventAssessment)),
    ("clinical_results/reported_events/serious_events/category_list/category/title", By(EventCategory)),
    ("clinical_results/reported_events/serious_events/category_list/category/event_list/event", Element("SeriousEvent", &[])),
    ("clinical_results/reported_events/serious_events/category_list/category/event_list/event/sub_title", At("SeriousEventTerm")),
    ("clinical_results/reported_events/serious_events/category_list/category/event_list/event/sub_title@vocab", At("SeriousEventSourceVocabulary")),
    ("clinical_results/reported_events/serious_events/category_list/category/event_list/event/assessment", At("SeriousEventAssessmentType")),
    ("clinical_results/reported_events/serious_events/category_list/category/event_list/event/description", At("SeriousEventNotes")),
    ("clinical_results/reported_events/serious_events/category_list/category/event_list/event/counts", Element("SeriousEventStats", &[])),
    ("clinical_results/reported_events/serious_events/category_list/category/event_list/event/counts@group_id", At("SeriousEventStatsGroupId")),
    ("clinical_results/reported_events/serious_events/category_list/category/event_list/event/counts@events", At("SeriousEventStatsNumEvents")),
    ("clinical_results/reported_events/serious_events/category_list/category/event_list/event/counts@subjects_affected", At("SeriousEventStatsNumAffected")),
    ("clinical_results/reported_events/serious_events/category_list/category/event_list/event/counts@subjects_at_risk", At("SeriousEventStatsNumAtRisk")),
    ("clinical_results/reported_events/other_events/frequency_threshold", At("EventsFrequencyThreshold")),
    ("clinical_results/reported_events/other_events/default_vocab", By(EventVocabulary)),
    ("clinical_results/reported_events/other_events/default_assessment", By(EventAssessment)),
    ("clinical_results/reported_events/other_events/category_list/category/title", By(EventCategory)),
    ("clinical_results/reported_events/other_events/category_list/category/event_list/event", Element("OtherEvent", &[])),
    ("clinical_results/reported_events/other_events/category_list/category/event_list/event/sub_title", At("OtherEventTerm")),
    ("clinical_results/reported_events/other_events/category_list/category/event_list/event/sub_title@vocab", At("OtherEventSourceVocabulary")),
    ("clinical_results/reported_events/other_events/category_list/category/event_list/event/assessment", At("OtherEventAssessmentType")),
    ("clinical_results/reported_events/other_events/category_list/category/event_list/event/description", At("OtherEventNotes")),
    ("clinical_results/reported_events/other_events/category_list/category/event_list/event/counts", Element("OtherEventStats", &[])),
    ("clinical_results/reported_events/other_events/category_list/category/event_list/event/counts@group_id", At("OtherEventStatsGroupId")),
    ("clinical_results/reported_events/other_events/category_list/category/event_list/event/counts@events", At("OtherEventStatsNumEvents")),
    ("clinical_results/reported_events/other_events/category_list/category/event_list/event/counts@subjects_affected", At("OtherEventStatsNumAffected")),
    ("clinical_results/reported_events/other_events/category_list/category/event_list/event/counts@subjects_at_risk", At("OtherEventStatsNumAtRisk")),
    ("clinical_results/certain_agreements/pi_employee", By(Employment)),
    ("clinical_results/certain_agreements/restrictive_agreement", By(Agreement)),
    ("clinical_results/limitations_and_caveats", At("LimitationsAndCaveatsDescription")),
    ("clinical_results/point_of_contact/name_or_title", At("PointOfContactTitle")),
    ("clinical_results/point_of_contact/organization", At("PointOfContactOrganization")),
    ("clinical_results/point_of_contact/phone", At("PointOfContactPhone")),
    ("clinical_results/point_of_contact/phone_ext", At("PointOfContactPhoneExt")),
    ("clinical_results/point_of_contact/email", At("PointOfContactEMail")),
];

#[cfg(test)]
mod tests {
    use super::*;

    /// A value below a list would make an object of the list.
    fn check(step: &Step, path: &str, within: &str) {
        let path = format!("{path}/{}", step.name);
        let of_step = match &step.role {
            Role::Leaf(leaf) => Some(leaf),
            Role::Element { list, .. } => Some(list),
            _ => None,
        };
        let below = match &step.role {
            Role::Element { list, .. } => list.piece.path,
            _ => within,
        };
        let of_parts = step.text.iter().chain(step.attributes.iter().map(|(_, leaf)| leaf));
        let leaves = of_step.map(|leaf| (leaf, within)).into_iter();
        for (leaf, within) in leaves.chain(of_parts.map(|leaf| (leaf, below))) {
            let mut above = leaf.piece.path;
            while let Some((parent, _)) =
                above.rsplit_once('.').filter(|(parent, _)| *parent != within)
            {
                assert!(pieces::at(parent).is_some_and(|piece| !piece.list), "{path}: {parent}");
                above = parent;
            }
        }
        step.children.iter().for_each(|child| check(child, &path, below));
    }

    #[test]
    fn every_value_has_its_place_in_the_list_that_is_open() {
        check(&ROOT, "", "");
        assert!(ROWS.len() > 300);
    }
}

//! The values that enumerated pieces can have, with the registry's labels.
//!
//! Facts of the API v2 `studies/enums`. Older records spell some values
//! differently; [`EnumType::constant`] knows those spellings too.

/// An enumerated type: API constants with the labels people see.
#[derive(Debug)]
pub struct EnumType {
    /// Name of the type in the data model, such as `Status`.
    pub name: &'static str,
    /// Pairs of API constant and label, such as `("PHASE2", "Phase 2")`.
    pub values: &'static [(&'static str, &'static str)],
}

/// Spellings of retired vocabularies: type, folded old value, constant.
///
/// Seen in legacy XML, API v1 and classic CSV records.
#[rustfmt::skip]
static RETIRED: &[(&str, &str, &str)] = &[
    ("Sex", "both", "ALL"),
    ("Sex", "allsexes", "ALL"),
    ("DateType", "anticipated", "ESTIMATED"),
    ("DateType", "estimate", "ESTIMATED"),
    ("EnrollmentType", "anticipated", "ESTIMATED"),
    ("EnrollmentType", "estimate", "ESTIMATED"),
    ("Phase", "n/a", "NA"),
    ("Phase", "phase0", "EARLY_PHASE1"),
    ("Phase", "earlyphase1(formerlylistedasphase0)", "EARLY_PHASE1"),
    ("InterventionType", "biological/vaccine", "BIOLOGICAL"),
    ("DesignMasking", "openlabel", "NONE"),
    ("DesignMasking", "nomasking", "NONE"),
    ("DesignMasking", "singleblind", "SINGLE"),
    ("DesignMasking", "doubleblind", "DOUBLE"),
    ("InterventionalAssignment", "singlegroup", "SINGLE_GROUP"),
    ("DesignTimePerspective", "longitudinal", "OTHER"),
    ("StudyType", "observational[patientregistry]", "OBSERVATIONAL"),
    ("AgencyClass", "u.s.fed", "FED"),
    ("AgencyClass", "nihu.s.fed", "NIH"),
    ("AgencyClass", "individual", "INDIV"),
    ("Status", "unknown", "UNKNOWN"),
    ("Status", "nolongerrecruiting", "ACTIVE_NOT_RECRUITING"),
    ("WhoMasked", "subject", "PARTICIPANT"),
    ("WhoMasked", "caregiver", "CARE_PROVIDER"),
    ("StandardAge", "senior", "OLDER_ADULT"),
    ("ArmGroupType", "placebocomparator:sham", "SHAM_COMPARATOR"),
    ("EventAssessment", "nonsystematicassessment", "NON_SYSTEMATIC_ASSESSMENT"),
];

/// Short forms that tables of other programs have: type, folded form, constant.
#[rustfmt::skip]
static SHORT: &[(&str, &str, &str)] = &[
    ("Phase", "1", "PHASE1"), ("Phase", "2", "PHASE2"), ("Phase", "3", "PHASE3"),
    ("Phase", "4", "PHASE4"), ("Phase", "0", "EARLY_PHASE1"),
    ("Phase", "1.0", "PHASE1"), ("Phase", "2.0", "PHASE2"), ("Phase", "3.0", "PHASE3"),
    ("Phase", "4.0", "PHASE4"),
    ("Phase", "p1", "PHASE1"), ("Phase", "p2", "PHASE2"), ("Phase", "p3", "PHASE3"),
    ("Phase", "p4", "PHASE4"), ("Phase", "p0", "EARLY_PHASE1"),
    ("Phase", "i", "PHASE1"), ("Phase", "ii", "PHASE2"), ("Phase", "iii", "PHASE3"),
    ("Phase", "iv", "PHASE4"),
    ("Phase", "phasei", "PHASE1"), ("Phase", "phaseii", "PHASE2"),
    ("Phase", "phaseiii", "PHASE3"), ("Phase", "phaseiv", "PHASE4"),
    ("Phase", "earlyphasei", "EARLY_PHASE1"), ("Phase", "early1", "EARLY_PHASE1"),
    ("Sex", "f", "FEMALE"), ("Sex", "m", "MALE"), ("Sex", "females", "FEMALE"),
    ("Sex", "males", "MALE"),
];

/// Lower case, without blanks, underscores and hyphens.
fn fold(value: &str) -> String {
    folded(value).collect()
}

/// The same, character by character: most values differ in the first one.
fn folded(value: &str) -> impl Iterator<Item = char> {
    let said = value.chars().filter(|c| !c.is_whitespace() && !matches!(c, '_' | '-' | ','));
    said.flat_map(char::to_lowercase)
}

impl EnumType {
    /// The API constant that `value` names: the constant itself, its label or
    /// a retired spelling, whatever the case, blanks, commas and hyphens.
    ///
    /// `None` where the type has no such value.
    #[must_use]
    pub fn constant(&self, value: &str) -> Option<&'static str> {
        self.current(value).or_else(|| {
            let folded = fold(value);
            RETIRED
                .iter()
                .find(|(name, old, _)| *name == self.name && *old == folded)
                .map(|(_, _, constant)| *constant)
        })
    }

    /// The API constant that `value` means in tables of other programs: what
    /// [`EnumType::constant`] knows, and short forms (`P2`, `II`, `F`).
    #[must_use]
    pub fn meant(&self, value: &str) -> Option<&'static str> {
        self.constant(value).or_else(|| {
            let folded = fold(value);
            let short =
                |(name, short, _): &&(&str, &str, _)| *name == self.name && *short == folded;
            SHORT.iter().find(short).map(|(_, _, constant)| *constant)
        })
    }

    /// The API constant that `value` is, or is the label of, whatever the
    /// case, blanks, commas and hyphens; retired spellings are left out.
    #[must_use]
    pub fn current(&self, value: &str) -> Option<&'static str> {
        if let Some((constant, _)) = self.values.iter().find(|(constant, _)| *constant == value) {
            return Some(constant);
        }
        let typed = fold(value);
        let same = |name: &str| folded(name).eq(typed.chars());
        let known = self.values.iter().find(|(constant, label)| same(constant) || same(label));
        known.map(|(constant, _)| *constant)
    }

    /// The label that people see for an API constant.
    #[must_use]
    pub fn label(&self, constant: &str) -> Option<&'static str> {
        self.values.iter().find(|(known, _)| *known == constant).map(|(_, label)| *label)
    }
}

#[rustfmt::skip]
pub(crate) static STATUS: EnumType = EnumType { name: "Status", values: &[("ACTIVE_NOT_RECRUITING", "Active, not recruiting"), ("COMPLETED", "Completed"), ("ENROLLING_BY_INVITATION", "Enrolling by invitation"), ("NOT_YET_RECRUITING", "Not yet recruiting"), ("RECRUITING", "Recruiting"), ("SUSPENDED", "Suspended"), ("TERMINATED", "Terminated"), ("WITHDRAWN", "Withdrawn"), ("AVAILABLE", "Available"), ("NO_LONGER_AVAILABLE", "No longer available"), ("TEMPORARILY_NOT_AVAILABLE", "Temporarily not available"), ("APPROVED_FOR_MARKETING", "Approved for marketing"), ("WITHHELD", "Withheld"), ("UNKNOWN", "Unknown status")] };
#[rustfmt::skip]
pub(crate) static STUDY_TYPE: EnumType = EnumType { name: "StudyType", values: &[("EXPANDED_ACCESS", "Expanded Access"), ("INTERVENTIONAL", "Interventional"), ("OBSERVATIONAL", "Observational")] };
#[rustfmt::skip]
pub(crate) static PHASE: EnumType = EnumType { name: "Phase", values: &[("NA", "Not Applicable"), ("EARLY_PHASE1", "Early Phase 1"), ("PHASE1", "Phase 1"), ("PHASE2", "Phase 2"), ("PHASE3", "Phase 3"), ("PHASE4", "Phase 4")] };
#[rustfmt::skip]
pub(crate) static SEX: EnumType = EnumType { name: "Sex", values: &[("FEMALE", "Female"), ("MALE", "Male"), ("ALL", "All")] };
#[rustfmt::skip]
pub(crate) static STANDARD_AGE: EnumType = EnumType { name: "StandardAge", values: &[("CHILD", "Child"), ("ADULT", "Adult"), ("OLDER_ADULT", "Older Adult")] };
#[rustfmt::skip]
pub(crate) static SAMPLING_METHOD: EnumType = EnumType { name: "SamplingMethod", values: &[("PROBABILITY_SAMPLE", "Probability Sample"), ("NON_PROBABILITY_SAMPLE", "Non-Probability Sample")] };
#[rustfmt::skip]
pub(crate) static IPD_SHARING: EnumType = EnumType { name: "IpdSharing", values: &[("YES", "Yes"), ("NO", "No"), ("UNDECIDED", "Undecided")] };
#[rustfmt::skip]
pub(crate) static IPD_SHARING_INFO_TYPE: EnumType = EnumType { name: "IpdSharingInfoType", values: &[("STUDY_PROTOCOL", "Study Protocol"), ("SAP", "Statistical Analysis Plan (SAP)"), ("ICF", "Informed Consent Form (ICF)"), ("CSR", "Clinical Study Report (CSR)"), ("ANALYTIC_CODE", "Analytic Code")] };
#[rustfmt::skip]
pub(crate) static ORG_STUDY_ID_TYPE: EnumType = EnumType { name: "OrgStudyIdType", values: &[("NIH", "U.S. NIH Grant/Contract"), ("FDA", "U.S. FDA Grant/Contract"), ("VA", "U.S. VA Grant/Contract"), ("CDC", "U.S. CDC Grant/Contract"), ("AHRQ", "U.S. AHRQ Grant/Contract"), ("SAMHSA", "U.S. SAMHSA Grant/Contract")] };
#[rustfmt::skip]
pub(crate) static SECONDARY_ID_TYPE: EnumType = EnumType { name: "SecondaryIdType", values: &[("NIH", "U.S. NIH Grant/Contract"), ("FDA", "U.S. FDA Grant/Contract"), ("VA", "U.S. VA Grant/Contract"), ("CDC", "U.S. CDC Grant/Contract"), ("AHRQ", "U.S. AHRQ Grant/Contract"), ("SAMHSA", "U.S. SAMHSA Grant/Contract"), ("OTHER_GRANT", "Other Grant/Funding Number"), ("EUDRACT_NUMBER", "EudraCT Number"), ("CTIS", "EU Trial (CTIS) Number"), ("REGISTRY", "Registry Identifier"), ("OTHER", "Other Identifier")] };
#[rustfmt::skip]
pub(crate) static AGENCY_CLASS: EnumType = EnumType { name: "AgencyClass", values: &[("NIH", "NIH"), ("FED", "FED"), ("OTHER_GOV", "OTHER_GOV"), ("INDIV", "INDIV"), ("INDUSTRY", "INDUSTRY"), ("NETWORK", "NETWORK"), ("AMBIG", "AMBIG"), ("OTHER", "OTHER"), ("UNKNOWN", "UNKNOWN")] };
#[rustfmt::skip]
pub(crate) static EXPANDED_ACCESS_STATUS: EnumType = EnumType { name: "ExpandedAccessStatus", values: &[("AVAILABLE", "Available"), ("NO_LONGER_AVAILABLE", "No longer available"), ("TEMPORARILY_NOT_AVAILABLE", "Temporarily not available"), ("APPROVED_FOR_MARKETING", "Approved for marketing")] };
#[rustfmt::skip]
pub(crate) static DATE_TYPE: EnumType = EnumType { name: "DateType", values: &[("ACTUAL", "Actual"), ("ESTIMATED", "Estimated")] };
#[rustfmt::skip]
pub(crate) static RESPONSIBLE_PARTY_TYPE: EnumType = EnumType { name: "ResponsiblePartyType", values: &[("SPONSOR", "Sponsor"), ("PRINCIPAL_INVESTIGATOR", "Principal Investigator"), ("SPONSOR_INVESTIGATOR", "Sponsor-Investigator")] };
#[rustfmt::skip]
pub(crate) static DESIGN_ALLOCATION: EnumType = EnumType { name: "DesignAllocation", values: &[("RANDOMIZED", "Randomized"), ("NON_RANDOMIZED", "Non-Randomized"), ("NA", "N/A")] };
#[rustfmt::skip]
pub(crate) static INTERVENTIONAL_ASSIGNMENT: EnumType = EnumType { name: "InterventionalAssignment", values: &[("SINGLE_GROUP", "Single Group Assignment"), ("PARALLEL", "Parallel Assignment"), ("CROSSOVER", "Crossover Assignment"), ("FACTORIAL", "Factorial Assignment"), ("SEQUENTIAL", "Sequential Assignment")] };
#[rustfmt::skip]
pub(crate) static PRIMARY_PURPOSE: EnumType = EnumType { name: "PrimaryPurpose", values: &[("TREATMENT", "Treatment"), ("PREVENTION", "Prevention"), ("DIAGNOSTIC", "Diagnostic"), ("ECT", "Educational/Counseling/Training"), ("SUPPORTIVE_CARE", "Supportive Care"), ("SCREENING", "Screening"), ("HEALTH_SERVICES_RESEARCH", "Health Services Research"), ("BASIC_SCIENCE", "Basic Science"), ("DEVICE_FEASIBILITY", "Device Feasibility"), ("OTHER", "Other")] };
#[rustfmt::skip]
pub(crate) static OBSERVATIONAL_MODEL: EnumType = EnumType { name: "ObservationalModel", values: &[("COHORT", "Cohort"), ("CASE_CONTROL", "Case-Control"), ("CASE_ONLY", "Case-Only"), ("CASE_CROSSOVER", "Case-Crossover"), ("ECOLOGIC_OR_COMMUNITY", "Ecologic or Community"), ("FAMILY_BASED", "Family-Based"), ("DEFINED_POPULATION", "Defined Population"), ("NATURAL_HISTORY", "Natural History"), ("OTHER", "Other")] };
#[rustfmt::skip]
pub(crate) static DESIGN_TIME_PERSPECTIVE: EnumType = EnumType { name: "DesignTimePerspective", values: &[("RETROSPECTIVE", "Retrospective"), ("PROSPECTIVE", "Prospective"), ("CROSS_SECTIONAL", "Cross-Sectional"), ("OTHER", "Other")] };
#[rustfmt::skip]
pub(crate) static BIO_SPEC_RETENTION: EnumType = EnumType { name: "BioSpecRetention", values: &[("NONE_RETAINED", "None Retained"), ("SAMPLES_WITH_DNA", "Samples With DNA"), ("SAMPLES_WITHOUT_DNA", "Samples Without DNA")] };
#[rustfmt::skip]
pub(crate) static ENROLLMENT_TYPE: EnumType = EnumType { name: "EnrollmentType", values: &[("ACTUAL", "Actual"), ("ESTIMATED", "Estimated")] };
#[rustfmt::skip]
pub(crate) static ARM_GROUP_TYPE: EnumType = EnumType { name: "ArmGroupType", values: &[("EXPERIMENTAL", "Experimental"), ("ACTIVE_COMPARATOR", "Active Comparator"), ("PLACEBO_COMPARATOR", "Placebo Comparator"), ("SHAM_COMPARATOR", "Sham Comparator"), ("NO_INTERVENTION", "No Intervention"), ("OTHER", "Other")] };
#[rustfmt::skip]
pub(crate) static INTERVENTION_TYPE: EnumType = EnumType { name: "InterventionType", values: &[("BEHAVIORAL", "Behavioral"), ("BIOLOGICAL", "Biological"), ("COMBINATION_PRODUCT", "Combination Product"), ("DEVICE", "Device"), ("DIAGNOSTIC_TEST", "Diagnostic Test"), ("DIETARY_SUPPLEMENT", "Dietary Supplement"), ("DRUG", "Drug"), ("GENETIC", "Genetic"), ("PROCEDURE", "Procedure"), ("RADIATION", "Radiation"), ("OTHER", "Other")] };
#[rustfmt::skip]
pub(crate) static CONTACT_ROLE: EnumType = EnumType { name: "ContactRole", values: &[("STUDY_CHAIR", "Study Chair"), ("STUDY_DIRECTOR", "Study Director"), ("PRINCIPAL_INVESTIGATOR", "Principal Investigator"), ("SUB_INVESTIGATOR", "Sub-Investigator"), ("CONTACT", "Contact")] };
#[rustfmt::skip]
pub(crate) static OFFICIAL_ROLE: EnumType = EnumType { name: "OfficialRole", values: &[("STUDY_CHAIR", "Study Chair"), ("STUDY_DIRECTOR", "Study Director"), ("PRINCIPAL_INVESTIGATOR", "Principal Investigator"), ("SUB_INVESTIGATOR", "Sub-Investigator")] };
#[rustfmt::skip]
pub(crate) static RECRUITMENT_STATUS: EnumType = EnumType { name: "RecruitmentStatus", values: &[("ACTIVE_NOT_RECRUITING", "Active, not recruiting"), ("COMPLETED", "Completed"), ("ENROLLING_BY_INVITATION", "Enrolling by invitation"), ("NOT_YET_RECRUITING", "Not yet recruiting"), ("RECRUITING", "Recruiting"), ("SUSPENDED", "Suspended"), ("TERMINATED", "Terminated"), ("WITHDRAWN", "Withdrawn"), ("AVAILABLE", "Available")] };
#[rustfmt::skip]
pub(crate) static REFERENCE_TYPE: EnumType = EnumType { name: "ReferenceType", values: &[("BACKGROUND", "background"), ("RESULT", "result"), ("DERIVED", "derived")] };
#[rustfmt::skip]
pub(crate) static MEASURE_PARAM: EnumType = EnumType { name: "MeasureParam", values: &[("GEOMETRIC_MEAN", "Geometric Mean"), ("GEOMETRIC_LEAST_SQUARES_MEAN", "Geometric Least Squares Mean"), ("LEAST_SQUARES_MEAN", "Least Squares Mean"), ("LOG_MEAN", "Log Mean"), ("MEAN", "Mean"), ("MEDIAN", "Median"), ("NUMBER", "Number"), ("COUNT_OF_PARTICIPANTS", "Count of Participants"), ("COUNT_OF_UNITS", "Count of Units")] };
#[rustfmt::skip]
pub(crate) static MEASURE_DISPERSION_TYPE: EnumType = EnumType { name: "MeasureDispersionType", values: &[("NA", "Not Applicable"), ("STANDARD_DEVIATION", "Standard Deviation"), ("STANDARD_ERROR", "Standard Error"), ("INTER_QUARTILE_RANGE", "Inter-Quartile Range"), ("FULL_RANGE", "Full Range"), ("CONFIDENCE_80", "80% Confidence Interval"), ("CONFIDENCE_90", "90% Confidence Interval"), ("CONFIDENCE_95", "95% Confidence Interval"), ("CONFIDENCE_975", "97.5% Confidence Interval"), ("CONFIDENCE_99", "99% Confidence Interval"), ("CONFIDENCE_OTHER", "Other Confidence Interval Level"), ("GEOMETRIC_COEFFICIENT", "Geometric Coefficient of Variation")] };
#[rustfmt::skip]
pub(crate) static OUTCOME_MEASURE_TYPE: EnumType = EnumType { name: "OutcomeMeasureType", values: &[("PRIMARY", "Primary"), ("SECONDARY", "Secondary"), ("OTHER_PRE_SPECIFIED", "Other Pre-specified"), ("POST_HOC", "Post-Hoc")] };
#[rustfmt::skip]
pub(crate) static REPORTING_STATUS: EnumType = EnumType { name: "ReportingStatus", values: &[("NOT_POSTED", "Not Posted"), ("POSTED", "Posted")] };
#[rustfmt::skip]
pub(crate) static EVENT_ASSESSMENT: EnumType = EnumType { name: "EventAssessment", values: &[("NON_SYSTEMATIC_ASSESSMENT", "Non-systematic Assessment"), ("SYSTEMATIC_ASSESSMENT", "Systematic Assessment")] };
#[rustfmt::skip]
pub(crate) static AGREEMENT_RESTRICTION_TYPE: EnumType = EnumType { name: "AgreementRestrictionType", values: &[("LTE60", "LTE60"), ("GT60", "GT60"), ("OTHER", "OTHER")] };
#[rustfmt::skip]
pub(crate) static BROWSE_LEAF_RELEVANCE: EnumType = EnumType { name: "BrowseLeafRelevance", values: &[("LOW", "low"), ("HIGH", "high")] };
#[rustfmt::skip]
pub(crate) static DESIGN_MASKING: EnumType = EnumType { name: "DesignMasking", values: &[("NONE", "None (Open Label)"), ("SINGLE", "Single"), ("DOUBLE", "Double"), ("TRIPLE", "Triple"), ("QUADRUPLE", "Quadruple")] };
#[rustfmt::skip]
pub(crate) static WHO_MASKED: EnumType = EnumType { name: "WhoMasked", values: &[("PARTICIPANT", "Participant"), ("CARE_PROVIDER", "Care Provider"), ("INVESTIGATOR", "Investigator"), ("OUTCOMES_ASSESSOR", "Outcomes Assessor")] };
#[rustfmt::skip]
pub(crate) static ANALYSIS_DISPERSION_TYPE: EnumType = EnumType { name: "AnalysisDispersionType", values: &[("STANDARD_DEVIATION", "Standard Deviation"), ("STANDARD_ERROR_OF_MEAN", "Standard Error of the Mean")] };
#[rustfmt::skip]
pub(crate) static CONFIDENCE_INTERVAL_NUM_SIDES: EnumType = EnumType { name: "ConfidenceIntervalNumSides", values: &[("ONE_SIDED", "1-Sided"), ("TWO_SIDED", "2-Sided")] };
#[rustfmt::skip]
pub(crate) static NON_INFERIORITY_TYPE: EnumType = EnumType { name: "NonInferiorityType", values: &[("SUPERIORITY", "Superiority"), ("NON_INFERIORITY", "Non-Inferiority"), ("EQUIVALENCE", "Equivalence"), ("OTHER", "Other"), ("NON_INFERIORITY_OR_EQUIVALENCE", "Non-Inferiority or Equivalence"), ("SUPERIORITY_OR_OTHER", "Superiority or Other"), ("NON_INFERIORITY_OR_EQUIVALENCE_LEGACY", "Non-Inferiority or Equivalence (legacy)"), ("SUPERIORITY_OR_OTHER_LEGACY", "Superiority or Other (legacy)")] };
#[rustfmt::skip]
pub(crate) static UNPOSTED_EVENT_TYPE: EnumType = EnumType { name: "UnpostedEventType", values: &[("RESET", "Reset"), ("RELEASE", "Release"), ("UNRELEASE", "Unrelease")] };
#[rustfmt::skip]
pub(crate) static VIOLATION_EVENT_TYPE: EnumType = EnumType { name: "ViolationEventType", values: &[("VIOLATION_IDENTIFIED", "Violation Identified by FDA"), ("CORRECTION_CONFIRMED", "Correction Confirmed by FDA"), ("PENALTY_IMPOSED", "Penalty Imposed by FDA"), ("ISSUES_IN_LETTER_ADDRESSED_CONFIRMED", "Issues in letter addressed; confirmed by FDA.")] };

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_are_found_by_constant_label_and_retired_spelling() {
        assert_eq!(STATUS.constant("RECRUITING"), Some("RECRUITING"));
        assert_eq!(STATUS.constant("Active, not recruiting"), Some("ACTIVE_NOT_RECRUITING"));
        assert_eq!(SEX.constant("Both"), Some("ALL"));
        assert_eq!(PHASE.constant("Phase 2"), Some("PHASE2"));
        assert_eq!(PHASE.constant("phase 9"), None);
    }

    #[test]
    fn retired_spellings_are_folded_and_lead_to_real_constants() {
        let types = [
            &SEX,
            &DATE_TYPE,
            &ENROLLMENT_TYPE,
            &PHASE,
            &DESIGN_MASKING,
            &WHO_MASKED,
            &STANDARD_AGE,
            &INTERVENTIONAL_ASSIGNMENT,
            &DESIGN_TIME_PERSPECTIVE,
            &STUDY_TYPE,
            &AGENCY_CLASS,
            &STATUS,
            &ARM_GROUP_TYPE,
            &EVENT_ASSESSMENT,
            &INTERVENTION_TYPE,
        ];
        for (name, old, constant) in RETIRED {
            assert_eq!(fold(old), *old, "{old} is not folded");
            let kind = types.iter().find(|kind| kind.name == *name).expect(name);
            assert!(kind.label(constant).is_some(), "{name} has no {constant}");
        }
    }
}

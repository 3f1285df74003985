//! What the columns of the tables of results mean, and of those whose rows
//! belong to a row of another table.

/// How a cell is read.
#[derive(Debug, Clone, Copy)]
pub(super) enum CellRule {
    /// The value of a piece.
    Piece(&'static str),
    /// The code of a group.
    Group(&'static str),
    /// A number that a database wrote: `95.0` is `95`.
    Number(&'static str),
    /// Nothing that others do not say.
    Implied,
}

use CellRule::{Group, Implied, Number, Piece};

/// Tables of lists in lists: the table, and the lists that a row has an
/// element of.
pub(super) static TREES: &[(&str, &[&str])] = &[
    ("milestones", &["FlowPeriod", "FlowMilestone", "FlowAchievement"]),
    ("drop_withdrawals", &["FlowPeriod", "FlowDropWithdraw", "FlowReason"]),
    ("baseline_counts", &["BaselineDenom", "BaselineDenomCount"]),
    (
        "baseline_measurements",
        &["BaselineMeasure", "BaselineClass", "BaselineCategory", "BaselineMeasurement"],
    ),
    ("outcomes", &["OutcomeMeasure"]),
    ("outcome_counts", &["OutcomeDenom", "OutcomeDenomCount"]),
    ("outcome_measurements", &["OutcomeClass", "OutcomeCategory", "OutcomeMeasurement"]),
    ("outcome_analyses", &["OutcomeAnalysis"]),
    ("serious events", &["SeriousEvent", "SeriousEventStats"]),
    ("other events", &["OtherEvent", "OtherEventStats"]),
    ("Participant Flow", &["FlowGroup"]),
    ("Baseline", &["BaselineGroup"]),
    ("Reported Event", &["EventGroup"]),
    ("Outcome", &["OutcomeGroup"]),
];

/// Columns by table and folded heading. Of several for one piece the first
/// that is filled counts.
#[rustfmt::skip]
pub(super) static COLUMNS: &[(&str, &str, CellRule)] = &[
    ("Participant Flow", "ctgovgroupcode", Group("FlowGroupId")),
    ("Participant Flow", "title", Piece("FlowGroupTitle")),
    ("Participant Flow", "description", Piece("FlowGroupDescription")),
    ("Baseline", "ctgovgroupcode", Group("BaselineGroupId")),
    ("Baseline", "title", Piece("BaselineGroupTitle")),
    ("Baseline", "description", Piece("BaselineGroupDescription")),
    ("Reported Event", "ctgovgroupcode", Group("EventGroupId")),
    ("Reported Event", "title", Piece("EventGroupTitle")),
    ("Reported Event", "description", Piece("EventGroupDescription")),
    ("Outcome", "ctgovgroupcode", Group("OutcomeGroupId")),
    ("Outcome", "title", Piece("OutcomeGroupTitle")),
    ("Outcome", "description", Piece("OutcomeGroupDescription")),

    ("milestones", "ctgovgroupcode", Group("FlowAchievementGroupId")),
    ("milestones", "period", Piece("FlowPeriodTitle")),
    ("milestones", "title", Piece("FlowMilestoneType")),
    ("milestones", "milestonedescription", Piece("FlowMilestoneComment")),
    ("milestones", "description", Piece("FlowAchievementComment")),
    ("milestones", "count", Piece("FlowAchievementNumSubjects")),
    ("milestones", "countunits", Piece("FlowAchievementNumUnits")),

    ("drop_withdrawals", "ctgovgroupcode", Group("FlowReasonGroupId")),
    ("drop_withdrawals", "period", Piece("FlowPeriodTitle")),
    ("drop_withdrawals", "reason", Piece("FlowDropWithdrawType")),
    ("drop_withdrawals", "dropwithdrawcomment", Piece("FlowDropWithdrawComment")),
    ("drop_withdrawals", "reasoncomment", Piece("FlowReasonComment")),
    ("drop_withdrawals", "count", Piece("FlowReasonNumSubjects")),

    ("baseline_counts", "ctgovgroupcode", Group("BaselineDenomCountGroupId")),
    ("baseline_counts", "units", Piece("BaselineDenomUnits")),
    ("baseline_counts", "count", Piece("BaselineDenomCountValue")),
    ("baseline_counts", "scope", Implied),

    ("baseline_measurements", "ctgovgroupcode", Group("BaselineMeasurementGroupId")),
    ("baseline_measurements", "title", Piece("BaselineMeasureTitle")),
    ("baseline_measurements", "description", Piece("BaselineMeasureDescription")),
    ("baseline_measurements", "populationdescription", Piece("BaselineMeasurePopulationDescription")),
    ("baseline_measurements", "paramtype", Piece("BaselineMeasureParamType")),
    ("baseline_measurements", "dispersiontype", Piece("BaselineMeasureDispersionType")),
    ("baseline_measurements", "units", Piece("BaselineMeasureUnitOfMeasure")),
    ("baseline_measurements", "calculatepercentage", Piece("BaselineMeasureCalculatePct")),
    ("baseline_measurements", "classification", Piece("BaselineClassTitle")),
    ("baseline_measurements", "category", Piece("BaselineCategoryTitle")),
    ("baseline_measurements", "paramvalue", Piece("BaselineMeasurementValue")),
    ("baseline_measurements", "paramvaluenum", Number("BaselineMeasurementValue")),
    ("baseline_measurements", "dispersionvalue", Piece("BaselineMeasurementSpread")),
    ("baseline_measurements", "dispersionvaluenum", Number("BaselineMeasurementSpread")),
    ("baseline_measurements", "dispersionlowerlimitraw", Piece("BaselineMeasurementLowerLimit")),
    ("baseline_measurements", "dispersionlowerlimit", Number("BaselineMeasurementLowerLimit")),
    ("baseline_measurements", "dispersionupperlimitraw", Piece("BaselineMeasurementUpperLimit")),
    ("baseline_measurements", "dispersionupperlimit", Number("BaselineMeasurementUpperLimit")),
    ("baseline_measurements", "explanationofna", Piece("BaselineMeasurementComment")),
    ("baseline_measurements", "numberanalyzed", Implied),
    ("baseline_measurements", "numberanalyzedunits", Implied),

    ("outcomes", "outcometype", Piece("OutcomeMeasureType")),
    ("outcomes", "title", Piece("OutcomeMeasureTitle")),
    ("outcomes", "description", Piece("OutcomeMeasureDescription")),
    ("outcomes", "timeframe", Piece("OutcomeMeasureTimeFrame")),
    ("outcomes", "population", Piece("OutcomeMeasurePopulationDescription")),
    ("outcomes", "anticipatedpostingmonthyear", Piece("OutcomeMeasureAnticipatedPostingDate")),
    ("outcomes", "anticipatedpostingdate", Piece("OutcomeMeasureAnticipatedPostingDate")),
    ("outcomes", "units", Piece("OutcomeMeasureUnitOfMeasure")),
    ("outcomes", "unitsanalyzed", Piece("OutcomeMeasureTypeUnitsAnalyzed")),
    ("outcomes", "dispersiontype", Piece("OutcomeMeasureDispersionType")),
    ("outcomes", "paramtype", Piece("OutcomeMeasureParamType")),

    ("outcome_counts", "ctgovgroupcode", Group("OutcomeDenomCountGroupId")),
    ("outcome_counts", "units", Piece("OutcomeDenomUnits")),
    ("outcome_counts", "count", Piece("OutcomeDenomCountValue")),
    ("outcome_counts", "scope", Implied),

    ("outcome_measurements", "ctgovgroupcode", Group("OutcomeMeasurementGroupId")),
    ("outcome_measurements", "classification", Piece("OutcomeClassTitle")),
    ("outcome_measurements", "category", Piece("OutcomeCategoryTitle")),
    ("outcome_measurements", "paramvalue", Piece("OutcomeMeasurementValue")),
    ("outcome_measurements", "paramvaluenum", Number("OutcomeMeasurementValue")),
    ("outcome_measurements", "dispersionvalue", Piece("OutcomeMeasurementSpread")),
    ("outcome_measurements", "dispersionvaluenum", Number("OutcomeMeasurementSpread")),
    ("outcome_measurements", "dispersionlowerlimitraw", Piece("OutcomeMeasurementLowerLimit")),
    ("outcome_measurements", "dispersionlowerlimit", Number("OutcomeMeasurementLowerLimit")),
    ("outcome_measurements", "dispersionupperlimitraw", Piece("OutcomeMeasurementUpperLimit")),
    ("outcome_measurements", "dispersionupperlimit", Number("OutcomeMeasurementUpperLimit")),
    ("outcome_measurements", "explanationofna", Piece("OutcomeMeasurementComment")),
    // Those of the outcome, again.
    ("outcome_measurements", "title", Implied),
    ("outcome_measurements", "description", Implied),
    ("outcome_measurements", "units", Implied),
    ("outcome_measurements", "paramtype", Implied),
    ("outcome_measurements", "dispersiontype", Implied),

    ("outcome_analyses", "noninferioritytype", Piece("OutcomeAnalysisNonInferiorityType")),
    ("outcome_analyses", "noninferioritydescription", Piece("OutcomeAnalysisNonInferiorityComment")),
    ("outcome_analyses", "paramtype", Piece("OutcomeAnalysisParamType")),
    ("outcome_analyses", "paramvalue", Number("OutcomeAnalysisParamValue")),
    ("outcome_analyses", "dispersiontype", Piece("OutcomeAnalysisDispersionType")),
    ("outcome_analyses", "dispersionvalue", Number("OutcomeAnalysisDispersionValue")),
    ("outcome_analyses", "pvalueraw", Piece("OutcomeAnalysisPValue")),
    ("outcome_analyses", "pvalue", Piece("OutcomeAnalysisPValue")),
    ("outcome_analyses", "pvaluemodifier", Implied),
    ("outcome_analyses", "pvaluedescription", Piece("OutcomeAnalysisPValueComment")),
    ("outcome_analyses", "cinsides", Piece("OutcomeAnalysisCINumSides")),
    ("outcome_analyses", "cipercent", Number("OutcomeAnalysisCIPctValue")),
    ("outcome_analyses", "cilowerlimitraw", Piece("OutcomeAnalysisCILowerLimit")),
    ("outcome_analyses", "cilowerlimit", Number("OutcomeAnalysisCILowerLimit")),
    ("outcome_analyses", "ciupperlimitraw", Piece("OutcomeAnalysisCIUpperLimit")),
    ("outcome_analyses", "ciupperlimit", Number("OutcomeAnalysisCIUpperLimit")),
    ("outcome_analyses", "cilowerlimitnacomment", Piece("OutcomeAnalysisCILowerLimitComment")),
    ("outcome_analyses", "ciupperlimitnacomment", Piece("OutcomeAnalysisCIUpperLimitComment")),
    ("outcome_analyses", "method", Piece("OutcomeAnalysisStatisticalMethod")),
    ("outcome_analyses", "methoddescription", Piece("OutcomeAnalysisStatisticalComment")),
    ("outcome_analyses", "estimatedescription", Piece("OutcomeAnalysisEstimateComment")),
    ("outcome_analyses", "groupsdescription", Piece("OutcomeAnalysisGroupDescription")),
    ("outcome_analyses", "otheranalysisdescription", Piece("OutcomeAnalysisOtherAnalysisDescription")),

    ("serious events", "ctgovgroupcode", Group("SeriousEventStatsGroupId")),
    ("serious events", "adverseeventterm", Piece("SeriousEventTerm")),
    ("serious events", "organsystem", Piece("SeriousEventOrganSystem")),
    ("serious events", "vocab", Piece("SeriousEventSourceVocabulary")),
    ("serious events", "defaultvocab", Piece("SeriousEventSourceVocabulary")),
    ("serious events", "assessment", Piece("SeriousEventAssessmentType")),
    ("serious events", "defaultassessment", Piece("SeriousEventAssessmentType")),
    ("serious events", "eventcount", Piece("SeriousEventStatsNumEvents")),
    ("serious events", "subjectsaffected", Piece("SeriousEventStatsNumAffected")),
    ("serious events", "subjectsatrisk", Piece("SeriousEventStatsNumAtRisk")),
    ("other events", "ctgovgroupcode", Group("OtherEventStatsGroupId")),
    ("other events", "adverseeventterm", Piece("OtherEventTerm")),
    ("other events", "organsystem", Piece("OtherEventOrganSystem")),
    ("other events", "vocab", Piece("OtherEventSourceVocabulary")),
    ("other events", "defaultvocab", Piece("OtherEventSourceVocabulary")),
    ("other events", "assessment", Piece("OtherEventAssessmentType")),
    ("other events", "defaultassessment", Piece("OtherEventAssessmentType")),
    ("other events", "eventcount", Piece("OtherEventStatsNumEvents")),
    ("other events", "subjectsaffected", Piece("OtherEventStatsNumAffected")),
    ("other events", "subjectsatrisk", Piece("OtherEventStatsNumAtRisk")),
    // What all rows of events have in common goes to the module.
    ("serious events", "timeframe", Implied),
    ("serious events", "frequencythreshold", Implied),
    ("serious events", "description", Implied),
    ("other events", "timeframe", Implied),
    ("other events", "frequencythreshold", Implied),
    ("other events", "description", Implied),

    ("intervention_other_names", "name", Piece("InterventionOtherName")),
    ("facility_contacts", "name", Piece("LocationContactName")),
    ("facility_contacts", "email", Piece("LocationContactEMail")),
    ("facility_contacts", "phone", Piece("LocationContactPhone")),
    ("facility_contacts", "phoneextension", Piece("LocationContactPhoneExt")),
    ("facility_contacts", "contacttype", Implied),
    ("facility_investigators", "name", Piece("LocationContactName")),
    ("facility_investigators", "role", Piece("LocationContactRole")),
    ("retractions", "pmid", Piece("RetractionPMID")),
    ("retractions", "source", Piece("RetractionSource")),
];

/// Headings of any table that number rows or say which belong together.
pub(super) const KEYS: [&str; 13] = [
    "id",
    "nctid",
    "nctnumber",
    "resultgroupid",
    "outcomeid",
    "outcomeanalysisid",
    "interventionid",
    "facilityid",
    "referenceid",
    "resulttype",
    "eventtype",
    "createdat",
    "updatedat",
];

/// A table whose rows belong to rows of another.
pub(super) struct ChildTable {
    pub(super) table: &'static str,
    /// The table that they belong to.
    pub(super) parent: &'static str,
    /// The column with the id of the row there.
    pub(super) column: &'static str,
    /// The list in the element that the row there is.
    pub(super) list: &'static str,
    /// A value that all have, by its key.
    pub(super) given: Option<(&'static str, &'static str)>,
}

/// Tables whose rows belong to rows of another.
pub(super) static CHILDREN: [ChildTable; 4] = [
    ChildTable {
        table: "intervention_other_names",
        parent: "interventions",
        column: "interventionid",
        list: "InterventionOtherName",
        given: None,
    },
    ChildTable {
        table: "facility_contacts",
        parent: "facilities",
        column: "facilityid",
        list: "LocationContact",
        given: Some(("role", "CONTACT")),
    },
    ChildTable {
        table: "facility_investigators",
        parent: "facilities",
        column: "facilityid",
        list: "LocationContact",
        given: None,
    },
    ChildTable {
        table: "retractions",
        parent: "study_references",
        column: "referenceid",
        list: "Retraction",
        given: None,
    },
];

/// Tables whose rows others belong to, and the list that they are.
pub(super) const PARENTS: [(&str, &str); 4] = [
    ("interventions", "Intervention"),
    ("design_groups", "ArmGroup"),
    ("facilities", "Location"),
    ("study_references", "Reference"),
];

/// Sums of events of a group: type of event, and the keys for how many were
/// affected and how many were at risk.
pub(super) const TOTALS: [(&str, &str, &str); 3] = [
    ("serious", "EventGroupSeriousNumAffected", "EventGroupSeriousNumAtRisk"),
    ("other", "EventGroupOtherNumAffected", "EventGroupOtherNumAtRisk"),
    ("deaths", "EventGroupDeathsNumAffected", "EventGroupDeathsNumAtRisk"),
];

//! What becomes of the elements of the legacy XML.

/// What becomes of an element, as the table says it.
pub(super) enum ElementTarget {
    /// Its text is a value of the piece of that name.
    Piece(&'static str),
    /// It is one element of that list, with the values that its name implies.
    Element(&'static str, &'static [(&'static str, &'static str)]),
    /// It adds to the element of that list around it.
    Addition(&'static str),
    /// Its text needs more than a change of type.
    Rule(ElementRule),
    /// Its value follows from another element.
    Implied,
    /// API v2 has no place for it.
    Unplaced,
}

/// A text that needs more than a change of type.
#[derive(Debug, Clone, Copy)]
pub(super) enum ElementRule {
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

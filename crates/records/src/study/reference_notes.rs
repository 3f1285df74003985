//! What the notes of a reference to a study (RIS) say, for those that write
//! and that read them.

/// What is before the official title in a note of its own.
pub const OFFICIAL_TITLE: &str = "Official title: ";

/// Facts without a tag of their own, each with its name in a note and its
/// piece.
pub const FACTS: [(&str, &str); 6] = [
    ("Status", "OverallStatus"),
    ("Study type", "StudyType"),
    ("Phase", "Phase"),
    ("Enrollment", "EnrollmentCount"),
    ("First submitted", "StudyFirstSubmitDate"),
    ("Last update posted", "LastUpdatePostDate"),
];

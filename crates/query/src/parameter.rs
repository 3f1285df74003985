//! What words can be asked of, and in which version of the language.

use serde::{Deserialize, Serialize};

/// The area of plain words.
const WORDS: &str = "Words";

/// What words can be asked of, as the registry's `query.*` parameters have
/// it. It is stored by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "&'static str", try_from = "String")]
pub enum Parameter {
    /// Plain words, looked for in our own area `Words`.
    Words,
    /// Condition or disease.
    Condition,
    /// Other terms.
    Term,
    /// Intervention.
    Intervention,
    /// Titles and acronym.
    Titles,
    /// Outcome measures.
    Outcome,
    /// Sponsor and collaborators.
    Sponsor,
    /// Lead sponsor's name.
    Lead,
    /// Numbers of a study.
    Id,
    /// Places of the sites.
    Location,
    /// The area for patients.
    Patient,
}

/// Each parameter with its name in the registry's `query.*` and its area.
const PARAMETERS: [(Parameter, &str, &str); 11] = [
    (Parameter::Words, "words", WORDS),
    (Parameter::Condition, "cond", "ConditionSearch"),
    (Parameter::Term, "term", "BasicSearch"),
    (Parameter::Intervention, "intr", "InterventionSearch"),
    (Parameter::Titles, "titles", "TitleSearch"),
    (Parameter::Outcome, "outc", "OutcomeSearch"),
    (Parameter::Sponsor, "spons", "SponsorSearch"),
    (Parameter::Lead, "lead", "LeadSponsorName"),
    (Parameter::Id, "id", "IdSearch"),
    (Parameter::Location, "locn", "LocationSearch"),
    (Parameter::Patient, "patient", "PatientSearch"),
];

impl Parameter {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Words,
        Self::Condition,
        Self::Term,
        Self::Intervention,
        Self::Titles,
        Self::Outcome,
        Self::Sponsor,
        Self::Lead,
        Self::Id,
        Self::Location,
        Self::Patient,
    ];

    fn row(self) -> (&'static str, &'static str) {
        let row = PARAMETERS.iter().find(|(parameter, ..)| *parameter == self);
        row.map_or(("words", WORDS), |(_, name, area)| (name, area))
    }

    /// The parameter of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let row = PARAMETERS.iter().find(|(_, known, _)| *known == name);
        row.map(|(parameter, ..)| *parameter)
    }

    /// Its name: that of the registry's `query.*`, or `words`.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().0
    }

    /// What is shown before the typed text: its name, nothing for plain words.
    pub(super) fn label(self) -> &'static str {
        if self == Self::Words { "" } else { self.name() }
    }

    /// Whether an area is that of any parameter.
    pub(super) fn has_area(name: &str) -> bool {
        PARAMETERS.iter().any(|(.., area)| *area == name)
    }

    /// Where its words are looked for unless they say otherwise.
    #[must_use]
    pub fn area(self) -> &'static str {
        self.row().1
    }
}

/// Values of a type that are stored by their names: its `ALL` has them, and a
/// method gives the name of each. `what` is in the message for an unknown name.
macro_rules! stored_by_name {
    ($values:ty, $name:ident, $what:literal) => {
        impl From<$values> for &'static str {
            fn from(value: $values) -> Self {
                value.$name()
            }
        }

        impl TryFrom<String> for $values {
            type Error = String;

            fn try_from(name: String) -> Result<Self, String> {
                let found = Self::ALL.into_iter().find(|value| value.$name() == name);
                found.ok_or_else(|| {
                    let known = crate::complaints::listed(Self::ALL.map(Self::$name));
                    format!("`{name}` is no {}; type {known}", $what)
                })
            }
        }
    };
}

pub(crate) use stored_by_name;

stored_by_name!(Parameter, name, "parameter");

/// What parameters and plain words mean. They have changed once. It is stored
/// by its number, so that a request keeps its meaning when they change again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(into = "u8", try_from = "u8")]
pub enum LanguageVersion {
    /// 2: what the documentation says.
    #[default]
    Today,
    /// 1: what they meant in the first receipts: sex `female` left out studies
    /// for all sexes, ages did not look at age groups, twenty plain words were
    /// a patient's record, and names of lines and operators in small letters
    /// were words.
    First,
}

impl From<LanguageVersion> for u8 {
    fn from(version: LanguageVersion) -> Self {
        match version {
            LanguageVersion::First => 1,
            LanguageVersion::Today => 2,
        }
    }
}

impl TryFrom<u8> for LanguageVersion {
    type Error = String;

    fn try_from(number: u8) -> Result<Self, String> {
        match number {
            1 => Ok(Self::First),
            2 => Ok(Self::Today),
            _ => Err(format!(
                "version {number} of the query language; this program knows 1 and 2: use the \
                 version that wrote it"
            )),
        }
    }
}

//! What words can be asked of, and in which version of the language.

/// The area of plain words.
const WORDS: &str = "Words";

/// What words can be asked of, as the registry's `query.*` parameters have
/// it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    (Parameter::Words, "", WORDS),
    (Parameter::Condition, "--cond", "ConditionSearch"),
    (Parameter::Term, "--term", "BasicSearch"),
    (Parameter::Intervention, "--intr", "InterventionSearch"),
    (Parameter::Titles, "--titles", "TitleSearch"),
    (Parameter::Outcome, "--outc", "OutcomeSearch"),
    (Parameter::Sponsor, "--spons", "SponsorSearch"),
    (Parameter::Lead, "--lead", "LeadSponsorName"),
    (Parameter::Id, "--id", "IdSearch"),
    (Parameter::Location, "--locn", "LocationSearch"),
    (Parameter::Patient, "--patient", "PatientSearch"),
];

impl Parameter {
    fn row(self) -> (&'static str, &'static str) {
        let row = PARAMETERS.iter().find(|(parameter, ..)| *parameter == self);
        row.map_or(("", WORDS), |(_, flag, area)| (flag, area))
    }

    /// The parameter that is typed with a flag, plain words without one.
    #[must_use]
    pub fn of_flag(flag: &str) -> Option<Self> {
        let row = PARAMETERS.iter().find(|(_, known, _)| *known == flag);
        row.map(|(parameter, ..)| *parameter)
    }

    /// The flag that it is typed with; none for plain words.
    #[must_use]
    pub fn flag(self) -> &'static str {
        self.row().0
    }

    /// The flags of all parameters.
    pub(super) fn flags() -> impl Iterator<Item = &'static str> {
        PARAMETERS.iter().map(|(_, flag, _)| *flag)
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

/// What flags and plain words mean. They have changed once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LanguageVersion {
    /// What the documentation says.
    #[default]
    Today,
    /// What they meant in the first receipts: `--sex female` left out studies
    /// for all sexes, `--age` did not look at age groups, twenty plain words
    /// were a patient's record, and names of lines and operators in small
    /// letters were words.
    First,
}

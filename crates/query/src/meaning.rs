//! What a query asks for, with all names looked up and all values checked.

use super::Span;
use trialdex_records::study::study_fields::StudyField;

/// What is asked of an index.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// What a study has to match, and is ranked by.
    pub ranked: Vec<MatchCondition>,
    /// What it has to match besides, without effect on the rank.
    pub filters: Vec<MatchCondition>,
}

/// A condition that a study matches or not.
#[derive(Debug, Clone, PartialEq)]
pub enum MatchCondition {
    /// Every study matches.
    All,
    /// All of these.
    And(Vec<MatchCondition>),
    /// At least one of these.
    Or(Vec<MatchCondition>),
    /// Not this.
    Not(Box<MatchCondition>),
    /// All of it at the same site (`SEARCH[Location]`).
    AtSite(Box<MatchCondition>),
    /// This condition inside one about a site, but about the study
    /// (`SEARCH[Study]`).
    OfStudy(Box<MatchCondition>),
    /// This; the higher the field's value, the better the rank (`TILT`).
    Tilted(StudyField, Box<MatchCondition>),
    /// A value of the study.
    Field(FieldCondition),
}

/// A condition on the values of fields.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldCondition {
    /// The fields, one of which has to match.
    pub target: SearchTarget,
    /// What a value has to be.
    pub wanted: ValueCondition,
    /// Where it was typed.
    pub span: Span,
}

/// Fields that are looked in together: a search area, or one field.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchTarget {
    /// Name as written in `AREA[...]`.
    pub name: String,
    /// The fields; structures are replaced by all that is below them.
    pub parts: Vec<TargetField>,
}

/// A field of a target.
#[derive(Debug, Clone, PartialEq)]
pub struct TargetField {
    /// Never a structure.
    pub field: StudyField,
    /// Worth of a match, above 0 and at most 1.
    pub weight: f32,
    /// Whether synonyms apply.
    pub synonyms: bool,
}

/// What a value has to be.
#[derive(Debug, Clone, PartialEq)]
pub enum ValueCondition {
    /// Text with these words; in a field of another kind, the value that the
    /// whole text means there.
    Words(WordSequence),
    /// Words or phrases near each other.
    Near(ProximityCondition),
    /// A value that is not text.
    Value(ValueSet),
    /// No value at all in any of the fields.
    Missing,
}

/// Parts of a text, each at most so many words from the one before it.
#[derive(Debug, Clone, PartialEq)]
pub struct ProximityCondition {
    /// At least two.
    pub operands: Vec<ProximityOperand>,
    /// Words between two neighbours at most.
    pub distance: u32,
}

/// An operand of nearness.
#[derive(Debug, Clone, PartialEq)]
pub enum ProximityOperand {
    /// A word or phrase.
    Words(WordSequence),
    /// Any of these.
    Any(Vec<ProximityOperand>),
    /// These near each other; it reaches from the first word to the last.
    Near(ProximityCondition),
}

impl ProximityCondition {
    /// All words and phrases in it.
    #[must_use]
    pub fn words(&self) -> Vec<&WordSequence> {
        self.operands.iter().flat_map(ProximityOperand::words).collect()
    }
}

impl ProximityOperand {
    /// All words and phrases in it.
    #[must_use]
    pub fn words(&self) -> Vec<&WordSequence> {
        match self {
            Self::Words(words) => vec![words],
            Self::Any(any) => any.iter().flat_map(Self::words).collect(),
            Self::Near(near) => near.words(),
        }
    }
}

/// A value, or many, of a field that is not text.
#[derive(Debug, Clone, PartialEq)]
pub enum ValueSet {
    /// From one number to another, both included, in the unit of the field's
    /// [`trialdex_records::study::study_fields::FieldKind`]; `None` is an open end.
    Interval(Option<i64>, Option<i64>),
    /// One of these constants.
    Constants(Vec<&'static str>),
    /// A short text that is compared whole, such as a country's code.
    Code(String),
    /// Within so many metres of a place given in degrees north and east.
    Circle {
        /// Degrees north.
        lat: f64,
        /// Degrees east.
        lon: f64,
        /// Radius.
        metres: f64,
    },
}

impl ValueSet {
    /// Whether no value at all is among these.
    pub(super) fn is_empty(&self) -> bool {
        match self {
            Self::Interval(Some(lower), Some(upper)) => lower > upper,
            Self::Constants(constants) => constants.is_empty(),
            _ => false,
        }
    }
}

/// Words that were typed side by side.
#[derive(Debug, Clone, PartialEq)]
pub struct WordSequence {
    /// The words without quotes and escapes, one blank between two.
    pub text: String,
    /// The same, one by one.
    pub words: Vec<QueryWord>,
    /// Whether they were quoted, so that they must be together.
    pub quoted: bool,
    /// How a text may match them.
    pub expansion: Expansion,
    /// How much of a value they have to be.
    pub coverage: Coverage,
    /// Whether names of all that is narrower are looked for, too.
    pub explode: bool,
}

/// A word as typed: a run of characters without blanks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryWord {
    /// Without the sign that says how it matches.
    pub text: String,
    /// The words of a text that it matches.
    pub matching: WordMatching,
    /// Where it was typed.
    pub span: Span,
}

/// The words of a text that a typed word matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WordMatching {
    /// Itself.
    Whole,
    /// All that begin with it (`anemi*`).
    Beginning,
    /// All that differ from it by at most so many letters (`word~1`).
    Similar(u8),
    /// All that it describes: `?` is one letter or none, `#` one letter, `*`
    /// any number of them (`randomi#ed`). The signs are part of the text.
    Pattern,
}

/// How a text may match words (`EXPANSION`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Expansion {
    /// The same characters.
    None,
    /// The same words, whatever case, accents, hyphens and number.
    Term,
    /// Those or synonyms of them.
    Concept,
    /// Those, or each word by itself anywhere in the target.
    #[default]
    Relaxation,
    /// Those, or some of the words.
    Lossy,
}

/// How much of a value the words have to be (`COVERAGE`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Coverage {
    /// A part of it.
    #[default]
    Contains,
    /// Its beginning.
    StartsWith,
    /// Its end.
    EndsWith,
    /// All of it.
    FullMatch,
}

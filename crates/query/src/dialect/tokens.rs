//! Tokens of a line that is written for another system.

use super::systems::Dialect;
use crate::word_syntax::FARTHEST;

/// The retired site's word for no synonyms.
pub(super) const EXACT: &str = "EXACT";

/// A token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum DialectToken {
    Open,
    Close,
    And,
    Or,
    Not,
    Near(Proximity),
    Word(String),
    Quoted(String),
    /// Fields of the text before, such as `.ti,ab.` or `[tiab]`.
    Suffix(Vec<String>),
    /// Fields of the text after, such as `TI` or `TS=`.
    Prefix(Vec<String>),
    /// A field before a text that no system has, such as `XY=`.
    Unknown(String),
    Heading(SubjectHeading),
    /// Lines above, any or all of them.
    Lines {
        all: bool,
        numbers: Vec<u32>,
    },
    /// A limit to a part of a database, such as `humans`.
    Limit(String),
    /// A limit to what it does not name, as Scopus' `EXCLUDE` is.
    Excluded(String),
    /// Between two ends of a range.
    To,
    /// Something that is skipped, and the remark about it.
    PassedOver(String),
}

/// The distance between two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Proximity {
    /// Words between them at most.
    pub(super) between: u32,
    /// The first one comes first.
    pub(super) ordered: bool,
}

impl Proximity {
    /// What a word says about nearness.
    ///
    /// Ovid counts from the first word (`adj1` is beside it); Embase and the
    /// Cochrane Library do not say, so the wider reading is taken, and so it is for
    /// `ADJ3` in the Cochrane Register of Studies.
    pub(super) fn named(typed: &str, dialect: Dialect) -> Option<Self> {
        let small = typed.to_ascii_lowercase();
        let letters = small.trim_end_matches(|c: char| c.is_ascii_digit());
        let digits = &small[letters.len()..];
        let number: Option<u32> = digits.parse().ok();
        let between = |number: u32| number.min(FARTHEST);
        let (between, ordered) = match (letters, number, dialect) {
            ("adj", Some(number), Dialect::Cochrane) => (between(number), false),
            ("adj", Some(number), _) => (between(number.saturating_sub(1)), false),
            ("adj", None, Dialect::Ovid) => (0, true),
            ("near/" | "near", Some(number), _) => (between(number), false),
            ("next/" | "next", Some(number), _) => (between(number), true),
            ("w/" | "n/", Some(number), _) => (between(number), false),
            ("pre/" | "p/" | "onear/", Some(number), _) => (between(number), true),
            ("n", Some(number), Dialect::Ebsco) => (between(number), false),
            ("w", Some(number), Dialect::Ebsco) => (between(number), true),
            ("near", None, Dialect::Cochrane) => (6, false),
            ("near", None, Dialect::WebOfScience) => (15, false),
            ("next", None, Dialect::Cochrane | Dialect::Embase) => (0, true),
            _ => return None,
        };
        Some(Self { between, ordered })
    }
}

/// A subject heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SubjectHeading {
    /// Its name, without the signs around it.
    pub(super) name: String,
    /// With all headings below it.
    pub(super) explode: bool,
    /// Only where it is the main subject of a text.
    pub(super) major: bool,
    /// Only with some aspect of it, such as `dt` for drug therapy.
    pub(super) aspects: bool,
}

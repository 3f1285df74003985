//! A line that is written for another system, as a tree.

use super::tokens::{Proximity, SubjectHeading};

/// A part of a line, as it was written.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum DialectNode {
    All(Vec<DialectNode>),
    Any(Vec<DialectNode>),
    /// The first without the second.
    Except(Box<DialectNode>, Box<DialectNode>),
    Near(Box<DialectNode>, Proximity, Box<DialectNode>),
    /// Words side by side.
    Run(Vec<String>),
    /// Words between quotes.
    Phrase(String),
    Heading(SubjectHeading),
    Lines {
        all: bool,
        numbers: Vec<u32>,
    },
    /// A part and the fields that it is looked for in.
    In(Vec<String>, Box<DialectNode>),
    Limit(String),
    /// A limit to what it does not name.
    Excluded(String),
    /// From one date to another.
    Range(String, String),
    /// A part in a field that nobody has, such as `XY=`.
    Unknown(String, Box<DialectNode>),
}

impl DialectNode {
    /// The text of words.
    pub(super) fn text(&self) -> Option<String> {
        match self {
            Self::Run(words) => Some(words.join(" ")),
            Self::Phrase(text) => Some(text.clone()),
            _ => None,
        }
    }
}

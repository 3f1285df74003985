//! A plan as a tree.

use std::sync::Arc;

use trialdex_query::meaning::Coverage;
use trialdex_records::study::NctId;
use trialdex_records::study::pieces::PieceId;

use crate::Score;
use crate::layout::IndexField;
use crate::lexicon::{Counting, LookUp};
use crate::pattern::{Pattern, Stretch};

/// Which studies are found, and what each scores.
#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    /// Every study; each scores 0.
    All,
    /// No study.
    None,
    /// Studies of all parts, and of none that is a [`Node::Not`]. They score
    /// the sum of the parts, in this order.
    Every(Vec<Node>),
    /// As a part of [`Node::Every`]: studies that are not found.
    Not(Box<Node>),
    /// Studies of so many parts at least. They score the sum of those that
    /// they have.
    Any(Vec<Node>, usize),
    /// Studies of any part. They score what the best part gives them, and of
    /// the other ones this share.
    Best(Vec<Node>, Score),
    /// The same studies, each with this score.
    Constant(Box<Node>, Score),
    /// Studies with words.
    Evidence(Evidence),
    /// Studies with any of these terms in a field.
    Terms(IndexField, Vec<String>),
    /// Studies with a number from one to another in a field, both included.
    Interval(IndexField, i64, i64),
    /// Studies with a point of a piece in a circle.
    Within(PieceId, Circle),
    /// Those of the candidates that have a site which fulfils a condition.
    AtSite(Box<Node>, SiteCondition),
    /// Those of the candidates that have a text exactly as it is typed.
    AsWritten {
        /// Studies that have its words in order.
        candidates: Box<Node>,
        /// The piece that has it.
        piece: PieceId,
        /// The text, with single blanks.
        text: String,
        /// How much of a value it is.
        coverage: Coverage,
    },
    /// Those of the candidates that have a stretch in a part of the
    /// eligibility criteria about inclusion.
    Inclusion(Box<Node>, Stretch),
    /// The same studies; the score of each is multiplied by where its number
    /// in a field lies between the least and the greatest one.
    Tilted(Box<Node>, IndexField),
    /// The study with a number.
    Itself(NctId),
}

impl Node {
    /// Studies of all parts, and of none that is a [`Node::Not`]; of every
    /// study where all are.
    #[must_use]
    pub fn every(mut parts: Vec<Self>) -> Self {
        if parts.iter().all(|part| matches!(part, Self::Not(_))) {
            parts.push(Self::All);
        }
        match parts.len() {
            1 => parts.remove(0),
            _ => Self::Every(parts),
        }
    }

    /// Studies of any part.
    #[must_use]
    pub fn any(mut parts: Vec<Self>) -> Self {
        match parts.len() {
            0 => Self::None,
            1 => parts.remove(0),
            _ => Self::Any(parts, 1),
        }
    }

    /// The same studies, each with this score.
    #[must_use]
    pub fn constant(self, score: Score) -> Self {
        Self::Constant(Box::new(self), score)
    }

    /// The studies that are not of this, as a part of [`Node::Every`].
    #[must_use]
    pub fn negated(self) -> Self {
        Self::Not(Box::new(self))
    }
}

/// A piece of a field that holds several: its name, its own field, how often
/// words count.
pub type ListPiece = (&'static str, IndexField, Score);

/// Something that counts as evidence.
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    /// What is looked for.
    pub pattern: Pattern,
    /// Where.
    pub field: IndexField,
    /// How it counts.
    pub counting: Counting,
    /// The pieces that the field holds.
    pub pieces: Arc<[ListPiece]>,
    /// Worth of an occurrence.
    pub weight: Score,
    /// Words of the field in a study on average; `None` where the lengths of
    /// its texts do not count.
    pub average_length: Option<Score>,
    /// The synonym that it is, `None` for the words themselves.
    pub synonym: Option<usize>,
}

impl Source {
    /// What it looks up.
    #[must_use]
    pub fn look_up(&self) -> LookUp {
        let (pattern, counting) = (self.pattern.clone(), self.counting.clone());
        LookUp { field: self.field, pattern, counting }
    }
}

/// Studies with any of the sources, scored as one word.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// The words as typed.
    pub label: String,
    /// What a study gains that has nothing but them.
    pub worth: Score,
    /// The sources.
    pub sources: Arc<Vec<Source>>,
}

impl Evidence {
    /// Sources that are worth nothing to a score.
    #[must_use]
    pub fn unscored(label: String, sources: Vec<Source>) -> Self {
        Self { label, worth: 0.0, sources: Arc::new(sources) }
    }
}

/// A circle on the globe.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Circle {
    /// Degrees north of its centre.
    pub lat: f64,
    /// Degrees east.
    pub lon: f64,
    /// Radius in metres.
    pub metres: f64,
}

/// What a site has to be.
#[derive(Debug, Clone, PartialEq)]
pub enum SiteCondition {
    /// A site.
    All,
    /// All of these.
    And(Vec<SiteCondition>),
    /// Any of these.
    Or(Vec<SiteCondition>),
    /// Not this.
    Not(Box<SiteCondition>),
    /// Any site of a study that is found.
    OfStudy(Box<Node>),
    /// Terms are in a field, one after another or near each other.
    Words(IndexField, Stretch),
    /// The site's point is in a circle, `None`: anywhere.
    Within(PieceId, Option<Circle>),
    /// The site's number in a field lies between two, both included.
    Between(IndexField, i64, i64),
}

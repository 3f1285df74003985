//! What a planner asks of an index.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::error::PlanResult;
use crate::layout::IndexField;
use crate::pattern::{Pattern, Slot};

/// A study, by a number that means something to its engine alone.
pub type StudyKey = u64;

/// Terms of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TermRange<'a> {
    /// All.
    All,
    /// Those that begin so.
    Beginning(&'a str),
    /// Those that begin with a character beyond ASCII.
    BeyondAscii,
    /// Those with so many letters at most added, left out, replaced or
    /// swapped.
    Similar(&'a str, u8),
}

/// What an engine looks at to find terms in a part of an index (a segment, a
/// shard).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LookUpCost {
    /// Terms that occur.
    pub terms: u64,
    /// Studies that have them, one by one: a study counts for each term.
    pub entries: u64,
    /// Studies of the part.
    pub studies: u64,
}

/// How occurrences of a pattern count.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Counting {
    /// Each, as the studies are gone through.
    Each,
    /// Each, looked up beforehand and kept.
    Beforehand,
    /// As those of a name, looked up beforehand and kept: not behind `non`
    /// (`non-small cell lung cancer` is no small cell lung cancer), and not
    /// those in these fields, each with how often its words count.
    Name(Arc<[(IndexField, u32)]>),
    /// In those parts of the eligibility criteria that are about inclusion,
    /// of studies that no other source of the same evidence finds.
    Inclusion,
}

/// A pattern in a field.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LookUp {
    /// Where.
    pub field: IndexField,
    /// What.
    pub pattern: Pattern,
    /// How it counts.
    pub counting: Counting,
}

impl LookUp {
    /// Terms one after another.
    #[must_use]
    pub fn sequence(field: IndexField, terms: &[String]) -> Self {
        let pattern = Pattern::of(slots(terms));
        Self { field, pattern, counting: Counting::Each }
    }

    /// Terms one after another, as a name.
    #[must_use]
    pub fn name(field: IndexField, terms: &[String], without: Arc<[(IndexField, u32)]>) -> Self {
        Self { counting: Counting::Name(without), ..Self::sequence(field, terms) }
    }
}

/// A term at each place.
pub(crate) fn slots(terms: &[String]) -> Vec<Slot> {
    terms.iter().map(|term| vec![term.clone()]).collect()
}

/// How many studies have one of two things, the other, and both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overlap {
    /// Studies with the first.
    pub one: u64,
    /// With the second.
    pub other: u64,
    /// With both.
    pub both: u64,
}

/// What a planner asks of an index.
///
/// Studies that a refresh took out do not count in any answer.
pub trait Lexicon {
    /// Studies in the index.
    fn studies(&self) -> u64;

    /// Studies with a term in a field.
    ///
    /// # Errors
    ///
    /// Where the index cannot be read, as in all of these.
    fn frequency(&self, field: IndexField, term: &str) -> PlanResult<u64>;

    /// Words of a field in a study on average; `None` where the lengths of
    /// its texts are not kept.
    ///
    /// # Errors
    ///
    /// As [`Self::frequency`].
    fn average_length(&self, field: IndexField) -> PlanResult<Option<f32>>;

    /// Those terms of a range that are accepted, each with the studies that
    /// have it. Terms that no study has any longer are none. Of
    /// [`IndexField::Surfaces`] beyond sites they are surfaces, and the range is one of
    /// [`trialdex_text::indexed_words`].
    ///
    /// # Errors
    ///
    /// As [`Self::frequency`].
    fn terms(
        &self,
        field: IndexField,
        range: TermRange<'_>,
        accept: &dyn Fn(&str) -> bool,
    ) -> PlanResult<BTreeMap<String, u64>>;

    /// Whether any term of a field begins so.
    ///
    /// # Errors
    ///
    /// As [`Self::frequency`].
    fn has_beginning(&self, field: IndexField, beginning: &str) -> PlanResult<bool>;

    /// What it takes to find a pattern in a field, by part of the index.
    ///
    /// # Errors
    ///
    /// As [`Self::frequency`].
    fn costs(&self, field: IndexField, pattern: &Pattern) -> PlanResult<Vec<LookUpCost>>;

    /// Studies with any of these.
    ///
    /// # Errors
    ///
    /// As [`Self::frequency`].
    fn having(&self, any: &[LookUp]) -> PlanResult<u64>;

    /// The same; what is found is kept for when the plan is carried out.
    ///
    /// # Errors
    ///
    /// As [`Self::frequency`].
    fn keep(&self, look_up: &LookUp) -> PlanResult<u64>;

    /// Studies with any of the first, with any of the second, and with both.
    ///
    /// # Errors
    ///
    /// As [`Self::frequency`].
    fn overlap(&self, one: &[LookUp], other: &[LookUp]) -> PlanResult<Overlap>;

    /// The studies of each term of a field that begins so, by what follows
    /// the beginning.
    ///
    /// # Errors
    ///
    /// As [`Self::frequency`].
    fn studies_of(
        &self,
        field: IndexField,
        beginning: &str,
    ) -> PlanResult<BTreeMap<String, BTreeSet<StudyKey>>>;

    /// How many of some studies have each of some terms in a field, added up.
    ///
    /// # Errors
    ///
    /// As [`Self::frequency`].
    fn occurrences_in(
        &self,
        field: IndexField,
        terms: &[&str],
        studies: &BTreeSet<StudyKey>,
    ) -> PlanResult<u64>;
}

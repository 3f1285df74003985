//! A field that the words of a target are looked for in.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use trialdex_query::meaning::Coverage;

use crate::Score;
use crate::layout::IndexField;
use crate::layout::zones::Zone;
use crate::lexicon::Counting;
use crate::pattern::{Pattern, Slot};
use crate::tree::{ListPiece, Source};

/// A field that words are looked for in.
#[derive(Debug, Clone)]
pub(super) struct SearchedField {
    pub(super) field: IndexField,
    pub(super) pieces: Arc<[ListPiece]>,
    pub(super) weight: Score,
    /// Words of the field in a study on average, where lengths count.
    pub(super) average_length: Option<Score>,
    /// Fields of those pieces that no other names are looked for in, each with
    /// how often its words count.
    pub(super) unnamed: Arc<[(IndexField, u32)]>,
}

impl SearchedField {
    /// A pattern in this field.
    pub(super) fn source(&self, pattern: Pattern) -> Source {
        Source {
            pattern,
            field: self.field,
            counting: Counting::Each,
            pieces: self.pieces.clone(),
            weight: self.weight,
            average_length: self.average_length,
            synonym: None,
        }
    }
}

/// Which fields of several pieces are searched in place of the pieces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum FieldReach {
    /// None: where values begin and end counts.
    Pieces,
    /// Those with positions.
    Phrases,
    /// All.
    Words,
}

impl FieldReach {
    pub(super) fn takes(self, zone: &Zone) -> bool {
        self == Self::Words || self == Self::Phrases && zone.positions
    }

    /// For words in sequences that are to be weighed against each other.
    pub(super) fn of(sequences: &[Vec<Slot>], coverage: Coverage) -> Self {
        match sequences {
            _ if coverage != Coverage::Contains => Self::Pieces,
            [only] if only.len() == 1 => Self::Words,
            _ => Self::Phrases,
        }
    }
}

/// The fields of a target: by its name and number of parts (within a site an
/// area has fewer), whether only those with synonyms, and what may stand for
/// several pieces.
pub(super) type ListCache = BTreeMap<(String, usize, bool, FieldReach), Rc<[SearchedField]>>;

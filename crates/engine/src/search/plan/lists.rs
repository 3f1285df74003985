//! The fields that the words of a target are looked for in.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use tantivy::Score;
use tantivy::schema::Field;

use super::{Planner, is_looked_in_whole};
use crate::index::PieceField;
use crate::index::fields::zones::{ZONES, Zone};
use crate::search::evidence::{Norms, norms};
use crate::search::model;
use crate::search::occurrences::Slot;
use trialdex_query::meaning::{Coverage, Target, TargetPart};
use trialdex_records::study::study_fields;

/// How the names of pieces begin that name people, organisations and places.
const NAMING_SOMEONE: [&str; 7] = [
    "LeadSponsor",
    "Collaborator",
    "OrgFullName",
    "ResponsibleParty",
    "OverallOfficial",
    "CentralContact",
    "Location",
];

/// A piece of a list: its name, its own field, how often words count.
pub(in crate::search) type ListPiece = (&'static str, Field, Score);

/// A field that words are looked for in.
#[derive(Debug, Clone)]
pub(super) struct List {
    pub(super) field: Field,
    pub(super) pieces: Arc<[ListPiece]>,
    pub(super) weight: Score,
    pub(super) norms: Option<Norms>,
    /// Fields of those pieces that no other names are looked for in, each with
    /// how often its words count.
    pub(super) unnamed: Arc<[(Field, u32)]>,
}

/// Which fields that hold several pieces may stand for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reach {
    /// None: where values begin and end counts.
    Pieces,
    /// Those with positions.
    Phrases,
    /// All.
    Words,
}

impl Reach {
    fn takes(self, zone: &Zone) -> bool {
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
pub(super) type Lists = BTreeMap<(String, usize, bool, Reach), Rc<[List]>>;

impl Planner<'_> {
    /// The fields with the words of a target, zones in the place of pieces as
    /// far as they reach.
    pub(super) fn lists(
        &mut self,
        target: &Target,
        synonyms_only: bool,
        reach: Reach,
    ) -> Rc<[List]> {
        let key = (target.name.clone(), target.parts.len(), synonyms_only, reach);
        if let Some(known) = self.lists.get(&key) {
            return known.clone();
        }
        let texts = target.parts.iter().filter_map(|part| {
            match (part.field, self.store.fields.field(part.field)) {
                (study_fields::StudyField::Piece(piece), PieceField::Text(fields)) => {
                    Some((piece.name, fields.words, part))
                }
                _ => None,
            }
        });
        let mut pieces: Vec<(&'static str, Field, &TargetPart)> = texts.collect();
        if reach == Reach::Pieces {
            pieces.retain(|(name, ..)| is_looked_in_whole(target, name));
        }
        let mut lists = Vec::new();
        for (zone, field) in ZONES.iter().zip(&self.store.fields.zones) {
            let within = |name: &str| pieces.iter().any(|(piece, ..)| *piece == name);
            if !reach.takes(zone) || !zone.pieces().all(|(name, _)| within(name)) {
                continue;
            }
            let of_zone: Vec<_> =
                pieces.extract_if(.., |(name, ..)| zone.weight(name).is_some()).collect();
            if !synonyms_only || of_zone.iter().any(|(name, _, part)| is_named(target, name, part))
            {
                lists.push(self.zone_list(target, zone, *field, &of_zone, synonyms_only));
            }
        }
        for (name, field, part) in pieces {
            if !synonyms_only || is_named(target, name, part) {
                lists.push(self.list_of_piece(name, field, part));
            }
        }
        let lists: Rc<[List]> = lists.into();
        self.lists.insert(key, lists.clone());
        lists
    }

    fn zone_list(
        &self,
        target: &Target,
        zone: &Zone,
        field: Field,
        parts: &[(&'static str, Field, &TargetPart)],
        synonyms_only: bool,
    ) -> List {
        let times = |name: &str| Score::from(zone.weight(name).unwrap_or(1));
        let shown = |(name, _, part): &&(&str, Field, &TargetPart)| {
            !synonyms_only || is_named(target, name, part)
        };
        let pieces = parts.iter().filter(shown);
        let pieces = pieces.map(|(name, field, _)| (*name, *field, times(name)));
        // Where words count as often as their pieces weigh, nothing is left
        // to be weighed.
        let weight = if zone.pieces().any(|(_, times)| times > 1) {
            1.0
        } else {
            parts.iter().map(|(.., part)| part.weight * model::SCALE).fold(0.0, Score::max)
        };
        let unnamed = parts.iter().filter(|(name, _, part)| !is_named(target, name, part));
        let count = |name: &str| u32::from(zone.weight(name).unwrap_or(1));
        let unnamed = unnamed.map(|(name, field, _)| (*field, count(name)));
        self.list(field, pieces.collect(), weight, unnamed.collect())
    }

    /// A piece by itself.
    pub(super) fn list_of_piece(
        &self,
        name: &'static str,
        field: Field,
        part: &TargetPart,
    ) -> List {
        let weight = part.weight * model::SCALE;
        self.list(field, Arc::new([(name, field, 1.0)]), weight, Arc::new([]))
    }

    fn list(
        &self,
        field: Field,
        pieces: Arc<[ListPiece]>,
        weight: Score,
        unnamed: Arc<[(Field, u32)]>,
    ) -> List {
        List { field, pieces, weight, norms: self.norms(field), unnamed }
    }

    /// What the lengths of a field's texts do to a score, where they count.
    fn norms(&self, field: Field) -> Option<Norms> {
        let counted = self.searcher.schema().get_field_entry(field).has_fieldnorms();
        let average = self.store.average_length(self.searcher, field).ok().filter(|_| counted)?;
        Some(norms(&self.model, average))
    }
}

/// Whether other names are looked for in a piece of a target: not in names of
/// people, organisations and places, but where these alone are looked in.
fn is_named(target: &Target, piece: &str, part: &TargetPart) -> bool {
    let names_someone = |name: &str| NAMING_SOMEONE.iter().any(|of| name.starts_with(of));
    let others = || {
        target.parts.iter().any(|part| match part.field {
            study_fields::StudyField::Piece(piece) => !names_someone(piece.name),
            _ => false,
        })
    };
    part.synonyms && !(names_someone(piece) && others())
}

pub(super) fn has_synonyms(target: &Target) -> bool {
    target.parts.iter().any(|part| part.synonyms)
}

//! The fields that the words of a target are looked for in.

use std::rc::Rc;
use std::sync::Arc;

use trialdex_query::meaning::{SearchTarget, TargetField};
use trialdex_records::study::pieces::Piece;
use trialdex_records::study::study_fields::StudyField;

use super::searched_field::{FieldReach, SearchedField};
use super::{Planner, is_looked_in_whole};
use crate::Score;
use crate::error::PlanResult;
use crate::layout::zones::ZONES;
use crate::layout::{FieldStorage, IndexField, storage_of};
use crate::model;

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

/// A text piece of a target.
#[derive(Debug, Clone, Copy)]
struct TextPart<'t> {
    piece: &'static Piece,
    part: &'t TargetField,
}

impl TextPart<'_> {
    fn name(&self) -> &'static str {
        self.piece.name
    }

    fn words(&self) -> IndexField {
        IndexField::Words(self.piece.id())
    }
}

impl Planner<'_> {
    /// The fields with the words of a target, zones in the place of pieces as
    /// far as they reach.
    pub(super) fn searched_fields(
        &mut self,
        target: &SearchTarget,
        synonyms_only: bool,
        reach: FieldReach,
    ) -> PlanResult<Rc<[SearchedField]>> {
        let key = (target.name.clone(), target.parts.len(), synonyms_only, reach);
        if let Some(known) = self.lists.get(&key) {
            return Ok(known.clone());
        }
        let mut texts = texts_of(target);
        if reach == FieldReach::Pieces {
            texts.retain(|text| is_looked_in_whole(target, text.name()));
        }
        let mut lists = Vec::new();
        for (at, zone) in ZONES.iter().enumerate() {
            let within = |name: &str| texts.iter().any(|text| text.name() == name);
            if !reach.takes(zone) || !zone.pieces().all(|(name, _)| within(name)) {
                continue;
            }
            let of_zone: Vec<_> =
                texts.extract_if(.., |text| zone.weight(text.name()).is_some()).collect();
            if !synonyms_only || of_zone.iter().any(|text| is_named(target, text)) {
                lists.push(self.zone_list(target, at, &of_zone, synonyms_only)?);
            }
        }
        for text in texts {
            if !synonyms_only || is_named(target, &text) {
                lists.push(self.list_of_piece(text.piece, text.part)?);
            }
        }
        let lists: Rc<[SearchedField]> = lists.into();
        self.lists.insert(key, lists.clone());
        Ok(lists)
    }

    fn zone_list(
        &self,
        target: &SearchTarget,
        at: usize,
        texts: &[TextPart<'_>],
        synonyms_only: bool,
    ) -> PlanResult<SearchedField> {
        let zone = &ZONES[at];
        let count = |name: &str| zone.weight(name).unwrap_or(1);
        let shown = texts.iter().filter(|text| !synonyms_only || is_named(target, text));
        let pieces = shown.map(|text| (text.name(), text.words(), Score::from(count(text.name()))));
        // Where words count as often as their pieces weigh, nothing is left
        // to be weighed.
        let weight = if zone.pieces().any(|(_, times)| times > 1) {
            1.0
        } else {
            texts.iter().map(|text| text.part.weight * model::SCALE).fold(0.0, Score::max)
        };
        let unnamed = texts.iter().filter(|text| !is_named(target, text));
        let unnamed = unnamed.map(|text| (text.words(), u32::from(count(text.name()))));
        let field = IndexField::Zone(at);
        Ok(SearchedField {
            field,
            pieces: pieces.collect(),
            weight,
            average_length: self.lexicon.average_length(field)?,
            unnamed: unnamed.collect(),
        })
    }

    /// A piece by itself.
    pub(super) fn list_of_piece(
        &self,
        piece: &'static Piece,
        part: &TargetField,
    ) -> PlanResult<SearchedField> {
        let field = IndexField::Words(piece.id());
        Ok(SearchedField {
            field,
            pieces: Arc::new([(piece.name, field, 1.0)]),
            weight: part.weight * model::SCALE,
            average_length: self.lexicon.average_length(field)?,
            unnamed: Arc::new([]),
        })
    }
}

/// The text pieces of a target.
fn texts_of(target: &SearchTarget) -> Vec<TextPart<'_>> {
    let texts = target.parts.iter().filter_map(|part| match part.field {
        StudyField::Piece(piece) if storage_of(part.field) == FieldStorage::Text => {
            Some(TextPart { piece, part })
        }
        _ => None,
    });
    texts.collect()
}

/// Whether other names are looked for in a piece of a target: not in names of
/// people, organisations and places, but where these alone are looked in.
fn is_named(target: &SearchTarget, text: &TextPart<'_>) -> bool {
    let names_someone = |name: &str| NAMING_SOMEONE.iter().any(|of| name.starts_with(of));
    let others = || {
        target.parts.iter().any(|part| match part.field {
            StudyField::Piece(piece) => !names_someone(piece.name),
            _ => false,
        })
    };
    text.part.synonyms && !(names_someone(text.name()) && others())
}

pub(super) fn has_synonyms(target: &SearchTarget) -> bool {
    target.parts.iter().any(|part| part.synonyms)
}

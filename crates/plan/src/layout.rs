//! The fields of an index, by what they hold.
//!
//! They follow from the data model. An engine has its own handle for each; plans name them by
//! [`IndexField`].

pub mod pairs;
pub mod zones;

use trialdex_records::study::areas::{AREAS, WORDS};
use trialdex_records::study::computed;
use trialdex_records::study::pieces::{self, Piece, PieceId, PieceKind};
use trialdex_records::study::study_fields::{FieldKind, StudyField};

/// A field of an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IndexField {
    /// The NCT number without its prefix.
    Number,
    /// Names of the fields that a study has a usable value of.
    Present,
    /// Names that mean the same, see [`pairs`].
    Pairs,
    /// The words of several pieces together: a zone, by its position in
    /// [`zones::ZONES`].
    Zone(usize),
    /// The words of a text piece, with their positions.
    Words(PieceId),
    /// The words of a text piece as they are written: at sites surfaces, elsewhere terms of
    /// [`trialdex_text::indexed_words::asked_terms`].
    Surfaces(PieceId),
    /// The values of a text piece as a column.
    Column(PieceId),
    /// The constants of a field.
    Constants(StudyField),
    /// The constants of a field with the site that each belongs to.
    SiteConstants(StudyField),
    /// The numbers of a field, in the unit of its [`FieldKind`].
    Numbers(StudyField),
}

/// What an index keeps of a field of the data model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldStorage {
    /// Nothing: it is a structure.
    Nothing,
    /// Its words and surfaces.
    Text,
    /// Its constants.
    Constants {
        /// They belong to sites, and are kept with these, too.
        of_sites: bool,
    },
    /// Its numbers.
    Numbers,
    /// Its points.
    Points,
}

/// What an index keeps of a field.
#[must_use]
pub fn storage_of(field: StudyField) -> FieldStorage {
    match field {
        StudyField::Piece(piece) => match piece.kind {
            PieceKind::Structure => FieldStorage::Nothing,
            PieceKind::Text | PieceKind::Markup => FieldStorage::Text,
            PieceKind::Enum(_) => FieldStorage::Constants { of_sites: pieces::is_of_site(piece) },
            PieceKind::Boolean
            | PieceKind::Integer
            | PieceKind::Age
            | PieceKind::Date
            | PieceKind::DateTime => FieldStorage::Numbers,
            PieceKind::GeoPoint => FieldStorage::Points,
        },
        StudyField::Size(piece) if piece.list => FieldStorage::Numbers,
        StudyField::Size(_) => FieldStorage::Nothing,
        StudyField::Computed(computed) => match computed.kind() {
            FieldKind::Code => FieldStorage::Constants { of_sites: true },
            _ => FieldStorage::Numbers,
        },
    }
}

/// Every field of an index. Of a text beyond sites, [`IndexField::Surfaces`] is in the list of
/// [`IndexField::Words`], and not named again.
#[must_use]
pub fn all_fields() -> Vec<IndexField> {
    let mut all = vec![IndexField::Number, IndexField::Present, IndexField::Pairs];
    all.extend((0..zones::ZONES.len()).map(IndexField::Zone));
    let pieces = pieces::all().iter();
    let fields = pieces.flat_map(|piece| [StudyField::Piece(piece), StudyField::Size(piece)]);
    for field in fields.chain(computed::all().iter().map(StudyField::Computed)) {
        match (storage_of(field), field) {
            (FieldStorage::Text, StudyField::Piece(piece)) => {
                all.push(IndexField::Words(piece.id()));
                all.extend(pieces::is_of_site(piece).then_some(IndexField::Surfaces(piece.id())));
                all.extend(has_column(piece).then_some(IndexField::Column(piece.id())));
            }
            (FieldStorage::Constants { of_sites }, _) => {
                all.push(IndexField::Constants(field));
                all.extend(of_sites.then_some(IndexField::SiteConstants(field)));
            }
            (FieldStorage::Numbers, _) => all.push(IndexField::Numbers(field)),
            _ => {}
        }
    }
    all
}

/// The words of the text piece of that name.
#[must_use]
pub fn words_of(name: &str) -> Option<IndexField> {
    let piece = pieces::named(name)?;
    matches!(storage_of(StudyField::Piece(piece)), FieldStorage::Text)
        .then(|| IndexField::Words(piece.id()))
}

/// Whether the lengths of a text piece's values are kept: only pieces that
/// are scored need them.
#[must_use]
pub fn has_lengths(piece: &Piece) -> bool {
    let mut areas = AREAS.iter().chain([&WORDS]).flat_map(|area| area.parts);
    areas.any(|part| part.pieces.contains(&piece.name))
}

/// Whether a text piece has a column of values: those that are counted and
/// sorted often.
#[must_use]
pub fn has_column(piece: &Piece) -> bool {
    COLUMNS.contains(&piece.name)
}

const COLUMNS: [&str; 14] = [
    "Condition",
    "ConditionAncestorTerm",
    "ConditionMeshTerm",
    "InterventionAncestorTerm",
    "InterventionMeshTerm",
    "InterventionName",
    "Keyword",
    "LeadSponsorName",
    "CollaboratorName",
    "LocationCity",
    "LocationCountry",
    "LocationState",
    "OrgFullName",
    "OverallOfficialAffiliation",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_pieces_with_text() {
        for name in COLUMNS {
            let kind = pieces::named(name).map(|piece| piece.kind);
            assert!(matches!(kind, Some(PieceKind::Text)), "{name}");
        }
    }
}

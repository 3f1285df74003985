//! The fields that are counted, as the registry has them.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::Value;

use trialdex_records::study::computed::{self, ComputedValue};
use trialdex_records::study::pieces;
use trialdex_records::study::study_fields::{FieldKind, StudyField};
use trialdex_records::study::{Study, VisitedPiece};

/// All fields with values, those that only an index has among them.
pub(crate) fn leaves() -> Vec<StudyField> {
    let pieces = pieces::leaves().map(StudyField::Piece);
    let pieces = pieces.filter(|field| field.kind() != FieldKind::Point);
    let computed = computed::all().iter().map(StudyField::Computed);
    let lengths = computed::lengths().map(|(_, _, list)| StudyField::Size(list));
    pieces.chain(computed).chain(lengths).collect()
}

/// The lengths of all lists.
pub(crate) fn lists() -> Vec<StudyField> {
    pieces::all().iter().filter(|piece| piece.list).map(StudyField::Size).collect()
}

/// The registry's name of what a field holds.
pub(crate) fn type_name(field: StudyField) -> &'static str {
    match field.kind() {
        FieldKind::Constant => "ENUM",
        FieldKind::Date => "DATE",
        FieldKind::Number => "INTEGER",
        FieldKind::Boolean => "BOOLEAN",
        _ => "STRING",
    }
}

/// The name and path of a field, as the registry gives them.
pub(super) fn name_and_path(field: StudyField) -> (String, String) {
    match field {
        StudyField::Piece(piece) => (piece.name.to_owned(), piece.path.to_owned()),
        StudyField::Computed(field) => (field.name.to_owned(), field.path.to_owned()),
        StudyField::Size(piece) => {
            let named = computed::lengths().find(|(_, _, list)| list.name == piece.name);
            named.map_or_else(
                || (field.name(), piece.path.to_owned()),
                |(name, path, _)| (name.to_owned(), path),
            )
        }
    }
}

/// Where each of some fields is among them.
pub(super) struct FieldPlaces {
    /// By piece, by piece of a list, and by computed field.
    leaves: Vec<Option<usize>>,
    lists: Vec<Option<usize>>,
    computed: Vec<Option<usize>>,
}

impl FieldPlaces {
    pub(super) fn of(fields: &[StudyField]) -> Self {
        let none = || vec![None; pieces::all().len()];
        let computed = vec![None; computed::all().len()];
        let mut places = Self { leaves: none(), lists: none(), computed };
        for (at, field) in fields.iter().enumerate() {
            match field {
                StudyField::Piece(piece) => places.leaves[usize::from(piece.id())] = Some(at),
                StudyField::Size(piece) => places.lists[usize::from(piece.id())] = Some(at),
                StudyField::Computed(field) => {
                    let id = computed::all().iter().position(|known| known.name == field.name);
                    if let Some(id) = id {
                        places.computed[id] = Some(at);
                    }
                }
            }
        }
        places
    }

    /// The values that a study has of the fields, by the places of these.
    pub(super) fn values_of<'s>(&self, study: &'s Study) -> BTreeMap<usize, Vec<Cow<'s, Value>>> {
        let mut found: BTreeMap<usize, Vec<Cow<'s, Value>>> = BTreeMap::new();
        let mut put = |at: Option<usize>, value: Cow<'s, Value>| {
            if let Some(at) = at {
                found.entry(at).or_default().push(value);
            }
        };
        study.visit(&mut |visited| match visited {
            VisitedPiece::List(_, id, length) => {
                put(self.lists[usize::from(id)], Cow::Owned(length.into()));
            }
            VisitedPiece::Leaf(_, id, value) => {
                put(self.leaves[usize::from(id)], Cow::Borrowed(value));
            }
            VisitedPiece::Unknown(..) => {}
        });
        computed::visit(study, &mut |value| match value {
            ComputedValue::Number(id, number) => {
                put(self.computed[id], Cow::Owned(number.into()));
            }
            ComputedValue::Code(id, code, _) => put(self.computed[id], Cow::Owned(code.into())),
        });
        found
    }
}

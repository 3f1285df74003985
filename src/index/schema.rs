//! The fields of an index, one or two a piece of the data model.

use tantivy::schema::{
    DateOptions, DateTimePrecision, Field, IndexRecordOption, NumericOptions, STORED, Schema,
    SchemaBuilder, TextFieldIndexing, TextOptions,
};

use crate::study::areas::WORDS;
use crate::study::pieces::{self, Kind, Piece, PieceId};
use crate::text::ANALYZER;

/// The fields of a piece.
#[derive(Debug, Clone, Copy)]
pub(crate) enum PieceField {
    /// A structure has none.
    None,
    /// Text, analysed.
    Words(Field),
    /// A constant or number, as it is.
    Exact(Field),
    /// Degrees north and east.
    Point(Field, Field),
}

/// The fields of an index.
#[derive(Debug, Clone)]
pub struct Fields {
    /// The NCT number without its prefix.
    pub(crate) nct: Field,
    /// The study as JSON.
    pub(crate) study: Field,
    of_pieces: Vec<PieceField>,
}

impl Fields {
    /// The fields of the piece at that position of the data model.
    pub(crate) fn of(&self, piece: PieceId) -> PieceField {
        self.of_pieces[usize::from(piece)]
    }

    /// The field with the analysed text of the piece of that name.
    pub(crate) fn words_of(&self, name: &str) -> Option<Field> {
        let at = pieces::all().iter().position(|piece| piece.name == name)?;
        match self.of_pieces[at] {
            PieceField::Words(field) => Some(field),
            _ => None,
        }
    }
}

/// The schema of an index, which follows from the data model.
#[must_use]
pub fn schema() -> (Schema, Fields) {
    let mut builder = Schema::builder();
    let number = NumericOptions::default().set_indexed().set_fast();
    let nct = builder.add_u64_field("nct", number);
    let study = builder.add_text_field("study", STORED);
    let of_pieces = pieces::all().iter().map(|piece| add(&mut builder, piece)).collect();
    (builder.build(), Fields { nct, study, of_pieces })
}

fn add(builder: &mut SchemaBuilder, piece: &Piece) -> PieceField {
    let number = if is_column(piece) {
        NumericOptions::default().set_indexed().set_fast()
    } else {
        NumericOptions::default().set_indexed()
    };
    match piece.kind {
        Kind::Structure => PieceField::None,
        Kind::Text | Kind::Markup => {
            PieceField::Words(builder.add_text_field(piece.name, words(piece)))
        }
        Kind::Enum(_) => PieceField::Exact(builder.add_text_field(piece.name, constant(piece))),
        Kind::Boolean => PieceField::Exact(builder.add_bool_field(piece.name, number)),
        Kind::Integer | Kind::Age => PieceField::Exact(builder.add_i64_field(piece.name, number)),
        Kind::Date | Kind::DateTime => {
            PieceField::Exact(builder.add_date_field(piece.name, date(piece)))
        }
        Kind::GeoPoint => PieceField::Point(
            builder.add_f64_field(&format!("{}.lat", piece.name), number.clone()),
            builder.add_f64_field(&format!("{}.lon", piece.name), number),
        ),
    }
}

/// Whether studies are filtered, counted or sorted by the piece: all but the
/// tables of results, which would be most of the columns and never be used.
fn is_column(piece: &Piece) -> bool {
    !piece.path.starts_with("resultsSection.")
}

/// Only pieces that are scored need the lengths of their texts.
fn words(piece: &Piece) -> TextOptions {
    let scored = WORDS.parts.iter().any(|part| part.pieces.contains(&piece.name));
    TextOptions::default().set_indexing_options(
        TextFieldIndexing::default()
            .set_tokenizer(ANALYZER)
            .set_index_option(IndexRecordOption::WithFreqsAndPositions)
            .set_fieldnorms(scored),
    )
}

fn date(piece: &Piece) -> DateOptions {
    let options = DateOptions::default().set_indexed().set_precision(DateTimePrecision::Seconds);
    if is_column(piece) { options.set_fast() } else { options }
}

fn constant(piece: &Piece) -> TextOptions {
    let indexing = TextFieldIndexing::default()
        .set_tokenizer("raw")
        .set_index_option(IndexRecordOption::Basic)
        .set_fieldnorms(false);
    let options = TextOptions::default().set_indexing_options(indexing);
    if is_column(piece) { options.set_fast("raw") } else { options }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_leaf_has_its_fields() {
        let (schema, fields) = schema();
        for (id, piece) in (0..).zip(pieces::all()) {
            let none = matches!(fields.of(id), PieceField::None);
            assert_eq!(none, piece.is_structure(), "{}", piece.name);
        }
        // 342 leaves, one of them with two fields; the number and the study.
        assert_eq!(schema.num_fields(), 345);
    }
}

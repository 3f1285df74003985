//! The fields of an index, which follow from the data model.

use tantivy::schema::{
    Field, IndexRecordOption, NumericOptions, STORED, Schema, SchemaBuilder, TextFieldIndexing,
    TextOptions,
};

use trialdex_plan::layout::zones::{ZONES, Zone};
use trialdex_plan::layout::{FieldStorage, IndexField, has_column, has_lengths, storage_of};
use trialdex_records::study::computed;
use trialdex_records::study::pieces::{self, Piece, PieceId};
use trialdex_records::study::study_fields;
use trialdex_text as text;

/// Version of the layout on disk. An index of another version is not read.
pub const FORMAT: u32 = 7;

/// The fields of a piece.
#[derive(Debug, Clone, Copy)]
pub(crate) enum PieceField {
    /// A structure has none.
    None,
    /// Text.
    Text(TextFields),
    /// A constant.
    Constant {
        /// As it is, and as a column.
        values: Field,
        /// With its site, if it is at one.
        sites: Option<Field>,
    },
    /// A number, in the unit of the piece's [`study_fields::FieldKind`].
    Number(Field),
    /// Degrees north and east, see [`steps`]; for sites one of each a site,
    /// [`NOWHERE`] where it has none.
    Point { lat: Field, lon: Field },
}

/// The fields of a text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TextFields {
    /// Its words with their positions.
    pub(crate) words: Field,
    /// Its surfaces with their positions, of texts at sites; of others, `words` says how each is
    /// written.
    pub(crate) surfaces: Option<Field>,
    /// Its values, for counting.
    pub(crate) column: Option<Field>,
}

/// Steps of a degree that points are kept in. The registry gives five places
/// after the point, about a metre.
const STEPS: f64 = 1e5;

/// Degrees as a number of steps.
pub(crate) fn steps(degrees: f64) -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "a cast saturates")]
    let steps = (degrees * STEPS).round() as i64;
    steps
}

/// Steps as degrees.
pub(crate) fn degrees(steps: i64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a globe has 36 million steps")]
    let steps = steps as f64;
    steps / STEPS
}

/// Steps where a site has no point: more than any degrees have.
pub(crate) const NOWHERE: i64 = 1 << 26;

/// The fields of an index.
#[derive(Debug, Clone)]
pub struct IndexFields {
    /// The NCT number without its prefix.
    pub(crate) nct: Field,
    /// The study as JSON.
    pub(crate) study: Field,
    /// The first eight bytes of the digest of the study as it is stored.
    pub(crate) digest: Field,
    /// Names of the fields that the study has a usable value of.
    pub(crate) present: Field,
    /// What the record says is the same, see [`crate::index::fields::record_names`].
    pub(crate) synonyms: Field,
    /// One for each of [`ZONES`].
    pub(crate) zones: Vec<Field>,
    /// Words that tell what the study is about, see [`crate::index::fields::topic`].
    pub(crate) topic: Field,
    /// The direction of the study's vector, see [`crate::index::fields::vector`].
    pub(crate) vector: Field,
    /// For each piece the zones that it is in, and its weight there.
    in_zones: Vec<Vec<(usize, u8)>>,
    of_pieces: Vec<PieceField>,
    /// For each piece the length of its list, where it is one.
    lengths: Vec<Option<Field>>,
    of_computed: Vec<PieceField>,
}

impl IndexFields {
    /// The fields of the piece at that position of the data model.
    pub(crate) fn of(&self, piece: PieceId) -> PieceField {
        self.of_pieces[usize::from(piece)]
    }

    /// The field with the words of the text piece of that name.
    pub(crate) fn words_of(&self, name: &str) -> Option<Field> {
        match self.of(pieces::named(name)?.id()) {
            PieceField::Text(fields) => Some(fields.words),
            _ => None,
        }
    }

    /// The zones that a piece is in, by their position in [`ZONES`], and how
    /// often its words count there.
    pub(crate) fn zones_of(&self, piece: PieceId) -> &[(usize, u8)] {
        &self.in_zones[usize::from(piece)]
    }

    /// The field with the lengths of a list.
    pub(crate) fn length_of(&self, piece: PieceId) -> Option<Field> {
        self.lengths[usize::from(piece)]
    }

    /// The fields of a computed value.
    pub(crate) fn computed(&self, id: usize) -> PieceField {
        self.of_computed[id]
    }

    /// The field that a plan names; `None` where the index has none such.
    pub(crate) fn named(&self, field: IndexField) -> Option<Field> {
        match field {
            IndexField::Number => Some(self.nct),
            IndexField::Present => Some(self.present),
            IndexField::Pairs => Some(self.synonyms),
            IndexField::Zone(at) => self.zones.get(at).copied(),
            IndexField::Words(piece) => self.text(piece).map(|fields| fields.words),
            IndexField::Surfaces(piece) => {
                self.text(piece).map(|fields| fields.surfaces.unwrap_or(fields.words))
            }
            IndexField::Column(piece) => self.text(piece)?.column,
            IndexField::Constants(field) => match self.field(field) {
                PieceField::Constant { values, .. } => Some(values),
                _ => None,
            },
            IndexField::SiteConstants(field) => match self.field(field) {
                PieceField::Constant { sites, .. } => sites,
                _ => None,
            },
            IndexField::Numbers(field) => match self.field(field) {
                PieceField::Number(number) => Some(number),
                _ => None,
            },
        }
    }

    fn text(&self, piece: PieceId) -> Option<TextFields> {
        match self.of(piece) {
            PieceField::Text(fields) => Some(fields),
            _ => None,
        }
    }

    /// The fields of whatever a query can look in.
    pub(crate) fn field(&self, field: study_fields::StudyField) -> PieceField {
        match field {
            study_fields::StudyField::Piece(piece) => self.of(piece.id()),
            study_fields::StudyField::Size(piece) => {
                self.length_of(piece.id()).map_or(PieceField::None, PieceField::Number)
            }
            study_fields::StudyField::Computed(computed) => self.computed(computed.id()),
        }
    }
}

/// The schema of an index.
#[must_use]
pub fn schema() -> (Schema, IndexFields) {
    let mut builder = Schema::builder();
    let number = NumericOptions::default().set_indexed().set_fast();
    let nct = builder.add_u64_field("nct", number);
    let study = builder.add_text_field("study", STORED);
    let digest = builder.add_u64_field("digest", NumericOptions::default().set_fast());
    let present = builder.add_text_field("present", raw());
    let synonyms = builder.add_text_field("synonyms", raw());
    let zones = ZONES
        .iter()
        .map(|zone| builder.add_text_field(&format!("zone {}", zone.name), zone_words(zone)))
        .collect();
    let topic = builder.add_u64_field("topic", NumericOptions::default().set_fast());
    let vector = builder.add_u64_field("vector", NumericOptions::default().set_fast());
    let in_zones = pieces::all().iter().map(zones_of).collect();
    let of_pieces = pieces::all().iter().map(|piece| add(&mut builder, piece)).collect();
    let lengths = pieces::all().iter().map(|piece| add_length(&mut builder, piece)).collect();
    let of_computed = computed::all()
        .iter()
        .map(|computed| match storage_of(study_fields::StudyField::Computed(computed)) {
            FieldStorage::Constants { of_sites } => {
                add_constant(&mut builder, computed.name, true, of_sites)
            }
            _ => {
                let options =
                    numeric(!study_fields::StudyField::Computed(computed).is_of_results());
                PieceField::Number(builder.add_i64_field(computed.name, options))
            }
        })
        .collect();
    let fields = IndexFields {
        nct,
        study,
        digest,
        present,
        synonyms,
        zones,
        topic,
        vector,
        in_zones,
        of_pieces,
        lengths,
        of_computed,
    };
    (builder.build(), fields)
}

fn zones_of(piece: &Piece) -> Vec<(usize, u8)> {
    let zones = ZONES.iter().enumerate();
    zones.filter_map(|(at, zone)| Some((at, zone.weight(piece.name)?))).collect()
}

fn add(builder: &mut SchemaBuilder, piece: &Piece) -> PieceField {
    let field = study_fields::StudyField::Piece(piece_at(piece.id()));
    let column = !field.is_of_results();
    match storage_of(field) {
        FieldStorage::Nothing => PieceField::None,
        FieldStorage::Text => PieceField::Text(add_text(builder, piece)),
        FieldStorage::Constants { of_sites } => add_constant(builder, piece.name, column, of_sites),
        FieldStorage::Numbers => {
            PieceField::Number(builder.add_i64_field(piece.name, numeric(column)))
        }
        FieldStorage::Points => PieceField::Point {
            lat: builder.add_i64_field(&format!("{}.lat", piece.name), numeric(true)),
            lon: builder.add_i64_field(&format!("{}.lon", piece.name), numeric(true)),
        },
    }
}

fn add_text(builder: &mut SchemaBuilder, piece: &Piece) -> TextFields {
    let site = pieces::is_of_site(piece);
    let positions = IndexRecordOption::WithFreqsAndPositions;
    let tokenizer = if site { text::SITE_WORDS } else { text::WORDS };
    let words = analysed(tokenizer, positions, has_lengths(piece));
    TextFields {
        words: builder.add_text_field(piece.name, words),
        surfaces: site.then(|| {
            let surfaces = analysed(text::SITE_SURFACES, positions, false);
            builder.add_text_field(&format!("{} surfaces", piece.name), surfaces)
        }),
        column: has_column(piece).then(|| {
            let column = TextOptions::default().set_fast("raw");
            builder.add_text_field(&format!("{} values", piece.name), column)
        }),
    }
}

fn add_constant(builder: &mut SchemaBuilder, name: &str, column: bool, site: bool) -> PieceField {
    let options = if column { raw().set_fast("raw") } else { raw() };
    PieceField::Constant {
        values: builder.add_text_field(name, options),
        sites: site.then(|| {
            let options =
                analysed(text::SITE_CONSTANTS, IndexRecordOption::WithFreqsAndPositions, false);
            builder.add_text_field(&format!("{name} sites"), options)
        }),
    }
}

fn add_length(builder: &mut SchemaBuilder, piece: &Piece) -> Option<Field> {
    piece.list.then(|| {
        let name = study_fields::StudyField::Size(piece_at(piece.id())).name();
        builder.add_i64_field(
            &name,
            numeric(!study_fields::StudyField::Piece(piece_at(piece.id())).is_of_results()),
        )
    })
}

fn piece_at(id: PieceId) -> &'static Piece {
    &pieces::all()[usize::from(id)]
}

fn numeric(column: bool) -> NumericOptions {
    let options = NumericOptions::default().set_indexed();
    if column { options.set_fast() } else { options }
}

fn raw() -> TextOptions {
    analysed("raw", IndexRecordOption::Basic, false)
}

fn zone_words(zone: &Zone) -> TextOptions {
    let option = if zone.positions {
        IndexRecordOption::WithFreqsAndPositions
    } else {
        IndexRecordOption::WithFreqs
    };
    analysed(text::WEIGHTED_WORDS, option, true)
}

fn analysed(tokenizer: &str, option: IndexRecordOption, lengths: bool) -> TextOptions {
    TextOptions::default().set_indexing_options(
        TextFieldIndexing::default()
            .set_tokenizer(tokenizer)
            .set_index_option(option)
            .set_fieldnorms(lengths),
    )
}

#[cfg(test)]
mod tests {
    use trialdex_records::study::pieces::PieceKind;

    use super::*;

    #[test]
    fn every_leaf_has_its_fields() {
        let (schema, fields) = schema();
        for (id, piece) in (0..).zip(pieces::all()) {
            let none = matches!(fields.of(id), PieceField::None);
            assert_eq!(none, piece.is_structure(), "{}", piece.name);
            assert_eq!(fields.length_of(id).is_some(), piece.list, "{}", piece.name);
            assert!(
                piece.is_structure()
                    || schema.get_field(piece.name).is_ok()
                    || fields_of_point(piece)
            );
        }
    }

    fn fields_of_point(piece: &Piece) -> bool {
        matches!(piece.kind, PieceKind::GeoPoint)
    }
}

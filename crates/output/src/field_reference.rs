//! The reference of all fields, as Markdown.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::fields::{FieldDescription, is_sortable, kind_name, typed_as};
use trialdex_records::study::areas::{AREAS, Area, AreaPart, WORDS};
use trialdex_records::study::computed;
use trialdex_records::study::enums::EnumType;
use trialdex_records::study::pieces::{self, Piece, PieceKind};
use trialdex_records::study::study_fields::{FieldKind, StudyField};

/// Every kind, in the order of the explanations.
const KINDS: [FieldKind; 9] = [
    FieldKind::Text,
    FieldKind::Constant,
    FieldKind::Code,
    FieldKind::Boolean,
    FieldKind::Number,
    FieldKind::Date,
    FieldKind::Age,
    FieldKind::Point,
    FieldKind::Structure,
];

const INTRODUCTION: &str = "\
# Fields

The fields that `AREA[...]` can search, `--sort` can order hits by and `--fields` can show. This page
is generated from the tables in `crates/records/src/`.

`AREA[...]` takes the name of a search area, the name of a field, one of its other names, or its
path. Capitals do not matter. The name of a structure means all values below it. The length of a
list is a field, too: `AREA[Phase:size]2`.
";

const LENGTHS: &str = "
## Lengths of lists

The name of a list with `:size` is the number of its elements. A list within a list has a length for
each element of the outer one. A study without the list has no length: `MISSING` finds it, `0` does
not. These lengths also have names of their own.
";

const COMPUTED: &str = "
## Computed values

These values are not in a record; they are computed from it. A number that would be 0 does not exist:
`MISSING` finds it.
";

const CONSTANTS: &str = "
## Constants

The values of the fields that have constants. A query takes a constant or its label, in capitals or
not.
";

/// The reference of all search areas, fields and constants, made from the
/// tables of the data model, as a Markdown page.
#[must_use]
pub fn field_reference() -> String {
    let mut page = INTRODUCTION.to_owned();
    page += &kinds();
    page += "\n## Search areas\n\nA match scores the weight of the field that it is in.\n";
    for area in AREAS.iter().chain([&WORDS]) {
        page += &of_area(area);
    }
    page += &all_pieces();
    page += LENGTHS;
    page += &named_lengths();
    page += COMPUTED;
    page += &computed_values();
    page += CONSTANTS;
    for (known, fields) in enum_types().into_values() {
        page += &of_type(known, &fields);
    }
    page
}

/// A table with a heading; cells are Markdown.
fn table<const COLUMNS: usize>(
    heading: [&str; COLUMNS],
    rows: impl Iterator<Item = [String; COLUMNS]>,
) -> String {
    let mut table = format!("\n| {} |\n|{}\n", heading.join(" | "), "---|".repeat(COLUMNS));
    for row in rows {
        // Writing to a string does not fail.
        let _ = writeln!(table, "| {} |", row.map(|cell| cell.replace('|', "\\|")).join(" | "));
    }
    table
}

fn code(name: &str) -> String {
    format!("`{name}`")
}

/// Names as code, parted by commas.
fn codes<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    names.into_iter().map(code).collect::<Vec<_>>().join(", ")
}

fn yes(condition: bool) -> String {
    if condition { "yes" } else { "" }.to_owned()
}

fn kinds() -> String {
    let row = |kind: FieldKind| {
        [kind_name(kind).to_owned(), typed_as(kind).to_owned(), yes(is_sortable(kind))]
    };
    table(["kind", "typed as", "sorts hits"], KINDS.into_iter().map(row))
}

fn of_area(area: &Area) -> String {
    let mut text = format!("\n### {}\n", code(area.name));
    if area.name == WORDS.name {
        text += "\nThe area that plain words search. It is not one of the registry's.\n";
    } else if !area.parameter.is_empty() {
        let _ = write!(text, "\nThe parameter `query.{}`", area.parameter);
        text += &match area.label {
            "" => ".\n".to_owned(),
            label => format!(", which the registry's form calls \"{label}\".\n"),
        };
    }
    let row = |part: &AreaPart| {
        [part.weight.to_string(), codes(part.pieces.iter().copied()), yes(part.synonyms)]
    };
    text + &table(["weight", "fields", "synonyms"], area.parts.iter().map(row))
}

/// The pieces, a table for each module.
fn all_pieces() -> String {
    let modules = pieces::all().iter().filter(|piece| depth(piece) == 1);
    let mut text = "\n## Fields of a study\n".to_owned();
    text += &of_pieces(pieces::all().iter().filter(|piece| depth(piece) == 0));
    for module in modules {
        let title = if module.label.is_empty() { module.name } else { module.label };
        let _ = write!(text, "\n### {title}\n\n`{}`, at `{}`.\n", module.name, module.path);
        text += &of_pieces(pieces::all().iter().filter(|piece| piece.is_below(module)));
    }
    text
}

/// How many pieces are above one.
fn depth(piece: &Piece) -> usize {
    piece.path.matches('.').count()
}

fn of_pieces(pieces: impl Iterator<Item = &'static Piece>) -> String {
    let row = |piece: &'static Piece| {
        let field = FieldDescription::of(StudyField::Piece(piece));
        let other = codes(field.other_names.iter().map(String::as_str));
        [code(&field.name), kind_with_link(&field), field.title, other, code(below_module(piece))]
    };
    table(["name", "kind", "title", "older names", "path"], pieces.map(row))
}

/// The path without what all pieces of its module share.
fn below_module(piece: &Piece) -> &'static str {
    let path = piece.path;
    path.splitn(3, '.').nth(2).unwrap_or(path)
}

fn kind_with_link(field: &FieldDescription) -> String {
    let words = field.kind_in_words();
    let words = match field.constants {
        Some(known) => words.replace(known.name, &link(known)),
        None => words,
    };
    if field.synonyms { format!("{words}, synonyms") } else { words }
}

fn link(known: &EnumType) -> String {
    format!("[{}](#{})", known.name, anchor(known))
}

/// What the heading of a type is reached by.
fn anchor(known: &EnumType) -> String {
    format!("constants-of-{}", known.name.to_lowercase())
}

fn named_lengths() -> String {
    let row = |(name, path, list): (&'static str, String, &'static Piece)| {
        [code(&StudyField::Size(list).name()), code(name), code(&path)]
    };
    table(["length", "other name", "path"], computed::lengths().map(row))
}

fn computed_values() -> String {
    let row = |computed: &'static computed::ComputedField| {
        let field = FieldDescription::of(StudyField::Computed(computed));
        let kind = field.kind_in_words();
        [field.name, kind, field.title, field.path.to_owned()]
    };
    let rows = computed::all().iter().map(row);
    let rows = rows.map(|[name, kind, title, path]| [code(&name), kind, title, code(&path)]);
    table(["name", "kind", "meaning", "path"], rows)
}

/// The types of constants by name, with the pieces that have them.
fn enum_types() -> BTreeMap<&'static str, (&'static EnumType, Vec<&'static str>)> {
    let mut types = BTreeMap::new();
    for piece in pieces::all() {
        if let PieceKind::Enum(known) = piece.kind {
            types.entry(known.name).or_insert((known, Vec::new())).1.push(piece.name);
        }
    }
    types
}

fn of_type(known: &EnumType, fields: &[&str]) -> String {
    let heading = format!("\n### Constants of {}\n", known.name);
    let row = |(constant, label): &(&str, &str)| [code(constant), (*label).to_owned()];
    let fields = format!("\nOf {}.\n", codes(fields.iter().copied()));
    heading + &fields + &table(["constant", "label"], known.values.iter().map(row))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_piece_stands_in_one_table() {
        let page = field_reference();
        for piece in pieces::all().iter().filter(|piece| depth(piece) != 1) {
            let row = format!("\n| `{}` | ", piece.name);
            let kind = kind_with_link(&FieldDescription::of(StudyField::Piece(piece)));
            assert_eq!(page.matches(&format!("{row}{kind} | ")).count(), 1, "{}", piece.name);
        }
    }

    #[test]
    fn every_link_has_its_heading() {
        let page = field_reference();
        for link in page.split("](#").skip(1) {
            let (anchor, _) = link.split_once(')').expect("the end of a link");
            let heading = |line: &str| {
                let title = line.strip_prefix("### ").unwrap_or_default();
                title.to_lowercase().replace(' ', "-") == anchor
            };
            assert!(page.lines().any(heading), "#{anchor}");
        }
    }
}

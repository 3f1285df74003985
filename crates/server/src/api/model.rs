//! The data model as the registry serves it: fields, search areas, constants. They are facts of
//! the API, not of an index.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde_json::{Map, Value, json};

use trialdex_records::study::areas::{AREAS, Area, AreaPart};
use trialdex_records::study::computed;
use trialdex_records::study::enums::EnumType;
use trialdex_records::study::pieces::{self, ModelNode, Piece, PieceKind};

/// Facts of the API's `studies/metadata`: piece, source type, type and, if it has one, the
/// greatest number of characters.
const TYPES: &str = include_str!("field_types.tsv");

/// What the registry says of a piece besides our own table.
#[derive(Debug, Clone, Copy)]
pub(super) struct FieldType {
    source: &'static str,
    pub(super) name: &'static str,
    longest: Option<u64>,
}

static FIELD_TYPES: LazyLock<HashMap<&'static str, FieldType>> = LazyLock::new(|| {
    let rows = TYPES.lines().filter_map(|line| {
        let mut cells = line.split('\t');
        let (piece, source, name) = (cells.next()?, cells.next()?, cells.next()?);
        let longest = cells.next().and_then(|cell| cell.parse().ok());
        Some((piece, FieldType { source, name, longest }))
    });
    rows.collect()
});

/// The type of a piece.
pub(super) fn field_type(piece: &str) -> Option<FieldType> {
    FIELD_TYPES.get(piece).copied()
}

/// Fields that only an index has: name, key and path of the structure above.
fn indexed_only() -> Vec<(&'static str, String, &'static str)> {
    let lengths = computed::lengths().map(|(name, path, _)| (name, path, "short"));
    let computed = computed::all().iter().map(|field| {
        let kind = if field.name == "LocationCountryCode" { "keyword" } else { "short" };
        (field.name, field.path.to_owned(), kind)
    });
    computed.chain(lengths).collect()
}

/// The tree of `/studies/metadata`.
pub(crate) fn metadata(indexed: bool) -> Value {
    let indexed = if indexed { indexed_only() } else { Vec::new() };
    let roots = pieces::root().keys().filter_map(|key| pieces::root().child(key));
    roots.filter_map(|node| field_node(node, &indexed)).collect()
}

fn field_node(node: &ModelNode, indexed: &[(&'static str, String, &'static str)]) -> Option<Value> {
    let piece = node.piece()?;
    let mut shown = described(piece);
    let below = node.keys().filter_map(|key| field_node(node.child(key)?, indexed));
    let computed = indexed.iter().filter_map(|(name, path, kind)| {
        let (above, key) = path.rsplit_once('.')?;
        (above == piece.path).then(|| {
            let source = if *kind == "keyword" { "TEXT" } else { "NUMERIC" };
            json!({
                "name": key, "piece": name, "sourceType": source, "type": kind, "indexedOnly": true,
            })
        })
    });
    let children: Vec<Value> = below.chain(computed).collect();
    if !children.is_empty() {
        shown.insert("children".to_owned(), children.into());
    }
    Some(Value::Object(shown))
}

fn described(piece: &Piece) -> Map<String, Value> {
    let kind = field_type(piece.name);
    let mut shown = Map::new();
    let mut put = |key: &str, value: Value| shown.insert(key.to_owned(), value);
    put("name", piece.key().into());
    put("piece", piece.name.into());
    if !piece.label.is_empty() {
        put("title", piece.label.into());
    }
    put("sourceType", kind.map_or("TEXT", |kind| kind.source).into());
    if let Some(longest) = kind.and_then(|kind| kind.longest) {
        put("maxChars", longest.into());
    }
    put("type", kind.map_or("text", |kind| kind.name).into());
    if matches!(piece.kind, PieceKind::Enum(_)) {
        put("isEnum", true.into());
    }
    if piece.synonyms {
        put("synonyms", true.into());
    }
    if !piece.older_names.is_empty() {
        put("altPieceNames", piece.older_names.into());
    }
    if piece.nested {
        put("nested", true.into());
    }
    shown
}

/// The answer of `/studies/search-areas`.
pub(crate) fn search_areas() -> Value {
    json!([{"name": "Study", "areas": AREAS.iter().map(search_area).collect::<Vec<_>>()}])
}

fn search_area(area: &Area) -> Value {
    let mut shown = Map::from_iter([("name".to_owned(), area.name.into())]);
    if !area.label.is_empty() {
        shown.insert("uiLabel".to_owned(), area.label.into());
    }
    if !area.parameter.is_empty() {
        shown.insert("param".to_owned(), area.parameter.into());
    }
    shown.insert("parts".to_owned(), area.parts.iter().map(search_part).collect());
    Value::Object(shown)
}

fn search_part(part: &AreaPart) -> Value {
    let first = part.pieces.first().copied().unwrap_or_default();
    let kind = field_type(first).map_or("text", |kind| kind.name.trim_end_matches("[]"));
    let constants =
        pieces::named(first).is_some_and(|piece| matches!(piece.kind, PieceKind::Enum(_)));
    // As a decimal of few digits, which the number of 32 bits is not.
    let weight: Value = part.weight.to_string().parse::<f64>().map_or(Value::Null, Value::from);
    json!({
        "pieces": part.pieces, "type": kind, "isEnum": constants, "isSynonyms": part.synonyms,
        "weight": weight,
    })
}

/// The answer of `/studies/enums`.
pub(crate) fn enums() -> Value {
    let mut types: Vec<(&'static EnumType, Vec<&'static str>)> = Vec::new();
    for piece in pieces::all() {
        let PieceKind::Enum(known) = piece.kind else { continue };
        match types.iter_mut().find(|(listed, _)| listed.name == known.name) {
            Some((_, pieces)) => pieces.push(piece.name),
            None => types.push((known, vec![piece.name])),
        }
    }
    let values = |known: &EnumType| -> Vec<Value> {
        let values = known.values.iter();
        values.map(|(value, label)| json!({"value": value, "legacyValue": label})).collect()
    };
    let shown = types.into_iter().map(
        |(known, pieces)| json!({"type": known.name, "pieces": pieces, "values": values(known)}),
    );
    shown.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_piece_has_a_type_and_no_type_is_of_none() {
        for piece in pieces::all() {
            let kind = field_type(piece.name).expect(piece.name);
            assert_eq!(kind.name.ends_with("[]"), piece.list, "{}", piece.name);
            assert_eq!(kind.source == "STRUCT", piece.is_structure(), "{}", piece.name);
        }
        assert_eq!(FIELD_TYPES.len(), pieces::all().len());
        assert_eq!(indexed_only().len(), 77);
    }

    #[test]
    fn the_tree_has_every_field_once() {
        fn nodes(tree: &Value) -> usize {
            let below = |node: &Value| node.get("children").map_or(0, nodes);
            tree.as_array().expect("a list").iter().map(|node| 1 + below(node)).sum()
        }
        assert_eq!(nodes(&metadata(false)), pieces::all().len());
        assert_eq!(nodes(&metadata(true)), pieces::all().len() + 77);
    }

    #[test]
    fn weights_have_the_digits_of_the_table() {
        let areas = search_areas();
        assert_eq!(areas[0]["areas"][0]["parts"][2]["weight"].to_string(), "0.89");
        assert_eq!(areas[0]["areas"].as_array().map(Vec::len), Some(19));
    }
}

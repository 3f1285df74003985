//! The fields of a version, as the engine is told of them.

use serde_json::{Map, Value, json};

use trialdex_engine::index::short_digest;
use trialdex_plan::layout::zones::ZONES;
use trialdex_plan::layout::{IndexField, all_fields, has_lengths};
use trialdex_records::study::pieces::{self, Piece, PieceId};
use trialdex_records::study::study_fields::StudyField;

/// Comes between the terms of one position.
pub(crate) const BESIDE: char = '|';

/// A position without a word.
pub(crate) const GAP: &str = "\u{3}";

/// The sites of a study, each with what is at it.
pub(crate) const SITES: &str = "sites";

/// The points of the sites.
pub(crate) const POINT: &str = "point";

/// The study as it is stored.
pub(crate) const STUDY: &str = "study";

/// The first eight bytes of the study's digest.
pub(crate) const DIGEST: &str = "digest";

/// Words that tell what a study is about.
pub(crate) const TOPIC: &str = "topic";

/// The vector of a study, in hexadecimal digits.
pub(crate) const VECTOR: &str = "vector";

/// The number of a study.
pub(crate) const NUMBER: &str = "nct";

/// Studies that one search names by their numbers, or gives, at most.
pub(crate) const NAMED_TOGETHER: usize = 10_000;

/// What of the engine holds a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Terms, with their positions or without.
    Text { positions: bool },
    /// Terms of which the studies are kept, and not how often they occur.
    Set,
    /// A constant, with a column or without.
    Constant { column: bool },
    /// A number.
    Number { column: bool },
    /// A column of values that are counted, and not looked for.
    Values,
}

/// The name of a field.
pub(crate) fn name(field: IndexField) -> String {
    let piece = |id: PieceId| piece(id).name;
    let of = |field: StudyField| field.name().replace(':', "_");
    match field {
        IndexField::Number => NUMBER.to_owned(),
        IndexField::Present => "present".to_owned(),
        IndexField::Pairs => "pairs".to_owned(),
        IndexField::Zone(at) => format!("zone_{}", ZONES.get(at).map_or("none", |zone| zone.name)),
        IndexField::Words(id) => format!("words_{}", piece(id)),
        IndexField::Surfaces(id) => format!("surfaces_{}", piece(id)),
        IndexField::Column(id) => format!("values_{}", piece(id)),
        IndexField::Constants(field) => format!("constants_{}", of(field)),
        IndexField::SiteConstants(field) => format!("at_sites_{}", of(field)),
        IndexField::Numbers(field) => format!("numbers_{}", of(field)),
    }
}

/// The column with the length of a field's texts.
pub(crate) fn length_name(field: IndexField) -> String {
    format!("length_{}", name(field))
}

/// The name of a field within the sites.
pub(crate) fn site_name(field: IndexField) -> String {
    format!("{SITES}.{}", name(field))
}

pub(crate) fn piece(id: PieceId) -> &'static Piece {
    &pieces::all()[usize::from(id)]
}

/// Whether the values of a field belong to sites.
pub(crate) fn is_of_site(field: IndexField) -> bool {
    match field {
        IndexField::Words(id) | IndexField::Surfaces(id) => pieces::is_of_site(piece(id)),
        IndexField::SiteConstants(_) => true,
        IndexField::Numbers(StudyField::Size(piece)) => pieces::is_of_site(piece),
        _ => false,
    }
}

/// Whether the terms of a field say how words are written.
pub(crate) fn is_by_surface(field: IndexField) -> bool {
    matches!(field, IndexField::Words(_) | IndexField::Surfaces(_)) && !is_of_site(field)
}

/// The name of the field that says how the words of a field are written, where these have it with
/// them in a directory.
pub(crate) fn surfaces_beside(field: IndexField) -> Option<String> {
    match field {
        IndexField::Words(id) if is_by_surface(field) => Some(name(IndexField::Surfaces(id))),
        _ => None,
    }
}

/// What of the engine holds a field.
pub(crate) fn kind(field: IndexField) -> Kind {
    match field {
        IndexField::Present | IndexField::SiteConstants(_) => Kind::Constant { column: false },
        IndexField::Pairs => Kind::Constant { column: true },
        IndexField::Zone(at) => {
            Kind::Text { positions: ZONES.get(at).is_some_and(|zone| zone.positions) }
        }
        IndexField::Words(_) => Kind::Text { positions: true },
        // How words are written is no matter of ranking.
        IndexField::Surfaces(_) => Kind::Set,
        IndexField::Constants(field) => Kind::Constant { column: !field.is_of_results() },
        IndexField::Numbers(field) => Kind::Number { column: !field.is_of_results() },
        IndexField::Number => Kind::Number { column: true },
        IndexField::Column(_) => Kind::Values,
    }
}

/// Whether the lengths of a field's texts are kept.
pub(crate) fn keeps_lengths(field: IndexField) -> bool {
    match field {
        IndexField::Zone(_) => true,
        IndexField::Words(id) => has_lengths(piece(id)),
        _ => false,
    }
}

/// Settings and fields of a version, for as many shards; the mark says which run makes it.
pub(crate) fn settings(shards: u64, mark: &str) -> Value {
    let (mut fields, mut of_sites) = (Map::new(), Map::new());
    for field in all_fields() {
        let (name, kind) = (name(field), kind(field));
        if is_of_site(field) {
            // Within a site, words as they are written may have to be beside each other.
            let at_site = if kind == Kind::Set { Kind::Text { positions: true } } else { kind };
            of_sites.insert(name.clone(), described(at_site));
        }
        if matches!(field, IndexField::SiteConstants(_)) {
            continue;
        }
        fields.insert(name, described(kind));
        fields.extend(surfaces_beside(field).map(|name| (name, described(Kind::Set))));
        if keeps_lengths(field) {
            fields.insert(length_name(field), json!({"type": "integer", "index": false}));
        }
    }
    of_sites.insert(POINT.to_owned(), json!({"type": "geo_point"}));
    fields.insert(
        SITES.to_owned(),
        json!({"type": "nested", "dynamic": "strict", "properties": of_sites}),
    );
    fields.insert(POINT.to_owned(), json!({"type": "geo_point"}));
    fields.insert(TOPIC.to_owned(), json!({"type": "long", "index": false}));
    fields.insert(VECTOR.to_owned(), json!({"type": "keyword", "index": false}));
    fields.insert(DIGEST.to_owned(), json!({"type": "long", "index": false}));
    let kept = json!({"type": "keyword", "index": false, "doc_values": false});
    fields.insert(STUDY.to_owned(), kept);
    json!({
        "settings": {
            "number_of_shards": shards,
            "auto_expand_replicas": "0-1",
            "refresh_interval": -1,
            "index.codec": "best_compression",
            "index.mapping.total_fields.limit": 5000,
            "index.mapping.nested_objects.limit": 100_000,
            "analysis": analysis(),
            "similarity": {"frequency": {
                "type": "scripted",
                "discount_overlaps": false,
                "script": {"source": "return query.boost * doc.freq;"},
            }},
        },
        "mappings": {
            "dynamic": "strict",
            // What it holds is said when it is whole.
            "_meta": unfinished(mark),
            "_source": {"includes": [STUDY]},
            "properties": fields,
        },
    })
}

/// What a version says of itself before it is whole.
pub(crate) fn unfinished(mark: &str) -> Value {
    json!({"trialdex": {"unfinished": true, "run": mark}})
}

/// Names the fields of a version and what the engine makes of them.
pub(crate) fn layout_digest() -> String {
    format!("{:016x}", short_digest(&settings(1, "").to_string()))
}

/// The terms arrive as they are to be indexed: blanks part positions, bars the terms of one.
fn analysis() -> Value {
    json!({
        "tokenizer": {"blanks": {"type": "whitespace", "max_token_length": 1_048_576}},
        "filter": {"beside": {
            "type": "pattern_capture",
            "preserve_original": false,
            "patterns": [format!("([^{BESIDE}]+)")],
        }},
        "analyzer": {
            "terms": {"type": "custom", "tokenizer": "blanks", "filter": ["beside"]},
            "asked": {"type": "custom", "tokenizer": "blanks"},
        },
    })
}

fn described(kind: Kind) -> Value {
    match kind {
        Kind::Text { positions } => {
            let mut described = json!({
                "type": "text",
                "analyzer": "terms",
                "search_analyzer": "asked",
                "similarity": "frequency",
                "norms": false,
                "index_options": if positions { "positions" } else { "freqs" },
            });
            if positions {
                described["position_increment_gap"] = json!(1);
            }
            described
        }
        Kind::Set => json!({"type": "keyword", "doc_values": false}),
        Kind::Constant { column } => json!({"type": "keyword", "doc_values": column}),
        Kind::Number { column } => json!({"type": "long", "doc_values": column}),
        Kind::Values => json!({"type": "keyword", "index": false}),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_field_has_a_name_of_its_own() {
        let all = all_fields();
        let names: BTreeSet<String> = all.iter().map(|field| name(*field)).collect();
        assert_eq!(names.len(), all.len());
        assert!(names.iter().all(|name| !name.contains([' ', ':', '.'])));
        let settings = settings(1, "");
        let fields = settings["mappings"]["properties"].as_object().expect("fields");
        assert!(fields.contains_key("zone_Words") && fields.contains_key("length_zone_Words"));
        let at_sites = &fields["sites"]["properties"];
        assert!(at_sites["words_LocationCity"].is_object());
        // Words as they are written have places at sites alone.
        assert_eq!(at_sites["surfaces_LocationCity"]["index_options"], "positions");
        for name in ["surfaces_LocationCity", "surfaces_BriefTitle"] {
            assert_eq!(fields[name], json!({"type": "keyword", "doc_values": false}));
        }
    }
}

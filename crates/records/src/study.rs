//! The domain: an API v2 study and the data model that it follows.

mod age;
pub mod areas;
mod chosen_pieces;
pub mod clean;
pub mod computed;
pub mod country_codes;
pub mod criteria;
mod date;
mod differences;
pub mod enums;
mod extent;
mod field_kind;
mod joining;
pub mod markup;
mod nct;
pub mod number_format;
pub mod person;
mod piece;
pub mod pieces;
pub mod reference_notes;
pub mod regions;
mod similar_names;
pub mod study_fields;
mod table;
mod values;

use serde_json::{Map, Value};

pub use age::Age;
pub use chosen_pieces::ChosenPieces;
pub use date::PartialDate;
pub use differences::{FieldDifference, content_digest, differences};
pub use extent::Extent;
pub use nct::NctId;
pub use similar_names::{nearest_areas, nearest_of, nearest_pieces};
pub use values::{is_nothing, quoted};
pub use values::{typed, typed_list, written_list};

use pieces::{ModelNode, Piece};

/// A study in the shape of the registry's API v2: sections, modules, fields.
///
/// Values that are absent are left out. The order of keys is kept as given.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Study {
    root: Map<String, Value>,
}

/// What [`Study::visit`] comes across.
#[derive(Debug, Clone, Copy)]
pub enum VisitedPiece<'a> {
    /// A list that has elements, before those; null is none.
    List(&'a Piece, pieces::PieceId, usize),
    /// A value that is neither null, an array nor an object (but for a
    /// [`pieces::PieceKind::GeoPoint`]), at a piece of the model.
    Leaf(&'a Piece, pieces::PieceId, &'a Value),
    /// A key that the model does not know, below that piece (`None`: at the
    /// top), with its value whole.
    Unknown(Option<&'a Piece>, &'a str),
}

impl Study {
    /// A study with nothing in it.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A study from the JSON object of one.
    #[must_use]
    pub fn from_map(root: Map<String, Value>) -> Self {
        Self { root }
    }

    /// The study as a JSON object.
    #[must_use]
    pub fn as_map(&self) -> &Map<String, Value> {
        &self.root
    }

    /// The same, to be put right.
    pub fn as_map_mut(&mut self) -> &mut Map<String, Value> {
        &mut self.root
    }

    /// The study's NCT number, if it has a valid one.
    #[must_use]
    pub fn nct_id(&self) -> Option<NctId> {
        self.text("NCTId").and_then(NctId::parse)
    }

    /// When the record was last updated: the day it was posted, else the day
    /// it was submitted.
    #[must_use]
    pub fn updated(&self) -> Option<PartialDate> {
        ["LastUpdatePostDate", "LastUpdateSubmitDate"]
            .iter()
            .find_map(|piece| PartialDate::parse(self.text(piece)?))
    }

    /// The first text at the piece of that name.
    #[must_use]
    pub fn text(&self, piece: &str) -> Option<&str> {
        self.values(piece).into_iter().find_map(Value::as_str)
    }

    /// Every text at the piece of that name, in the record's order.
    #[must_use]
    pub fn texts(&self, piece: &str) -> Vec<&str> {
        self.values(piece).into_iter().filter_map(Value::as_str).collect()
    }

    /// Every value at the piece of that name, lists on the way flattened.
    ///
    /// Empty for a name that the data model does not have.
    #[must_use]
    pub fn values(&self, piece: &str) -> Vec<&Value> {
        let mut found = Vec::new();
        if let Some(piece) = pieces::named(piece) {
            let mut steps = piece.path.split('.');
            if let Some(value) = steps.next().and_then(|step| self.root.get(step)) {
                collect(value, steps, &mut found);
            }
        }
        found
    }

    /// Goes through all values beside the data model, in the record's order.
    pub fn visit<'a>(&'a self, visitor: &mut dyn FnMut(VisitedPiece<'a>)) {
        visit_object(&self.root, pieces::root(), visitor);
    }

    /// Number of values, and bytes of text in them: how full the record is.
    #[must_use]
    pub fn fullness(&self) -> (usize, usize) {
        let mut full = (0, 0);
        for value in self.root.values() {
            measure(value, &mut full);
        }
        full
    }

    /// Puts a value at a piece outside of any list of structures, making the
    /// objects above it. At a piece that is itself a list the value is added.
    ///
    /// # Panics
    ///
    /// A list or a plain value is on the way, which means that the caller
    /// mistook the data model.
    pub fn put(&mut self, piece: &Piece, value: Value) {
        put(&mut self.root, piece.path, piece.list, value);
    }

    /// Adds all that `other` has and this study lacks; lists are joined
    /// without repeating an element.
    pub fn merge(&mut self, other: Study) {
        merge(&mut self.root, other.root);
    }
}

impl Study {
    /// Adds all that `other` has and this study lacks; a list that is there
    /// stays as it is.
    pub fn merge_lacking(&mut self, other: Study) {
        merge_lacking(&mut self.root, other.root);
    }

    /// Adds all that `other` has; lists get its elements, also where they have
    /// the same.
    pub fn append(&mut self, other: Study) {
        append(&mut self.root, other.root);
    }

    /// Takes the elements of a list out.
    pub fn take_list(&mut self, list: &Piece) -> Vec<Value> {
        let (above, key) = list.path.rsplit_once('.').unwrap_or(("", list.path));
        let mut object = Some(&mut self.root);
        for step in above.split('.').filter(|step| !step.is_empty()) {
            object = object.and_then(|object| object.get_mut(step)?.as_object_mut());
        }
        match object.and_then(|object| object.shift_remove(key)) {
            Some(Value::Array(elements)) => elements,
            _ => Vec::new(),
        }
    }

    /// Leaves out sites that only have a country, if another site has that
    /// country.
    pub fn drop_bare_sites(&mut self) {
        let mut steps = pieces::sites().path.split('.').peekable();
        let mut above = &mut self.root;
        while let Some(step) = steps.next() {
            match above.get_mut(step) {
                Some(Value::Object(below)) => above = below,
                Some(Value::Array(sites)) if steps.peek().is_none() => return drop_bare(sites),
                _ => return,
            }
        }
    }
}

fn append(into: &mut Map<String, Value>, from: Map<String, Value>) {
    for (key, value) in from {
        match (into.get_mut(&key), value) {
            (None, value) => {
                into.insert(key, value);
            }
            (Some(Value::Object(there)), Value::Object(more)) => append(there, more),
            (Some(Value::Array(there)), Value::Array(more)) => there.extend(more),
            _ => {}
        }
    }
}

fn drop_bare(sites: &mut Vec<Value>) {
    const COUNTRY: &str = "country";
    let bare = |site: &Value| {
        site.as_object().is_some_and(|site| site.len() == 1 && site.contains_key(COUNTRY))
    };
    let full = sites.iter().filter(|site| !bare(site)).filter_map(|site| site.get(COUNTRY));
    let full: Vec<Value> = full.cloned().collect();
    sites.retain(|site| !bare(site) || !site.get(COUNTRY).is_some_and(|it| full.contains(it)));
}

fn merge_lacking(into: &mut Map<String, Value>, from: Map<String, Value>) {
    for (key, value) in from {
        match (into.get_mut(&key), value) {
            (None, value) => {
                into.insert(key, value);
            }
            (Some(Value::Object(there)), Value::Object(more)) => merge_lacking(there, more),
            _ => {}
        }
    }
}

/// Puts a value at a dotted path below `object`, making the objects on the
/// way; with `list` it is added to the array there.
///
/// # Panics
///
/// Where something else than an object (or, with `list`, an array) is there.
pub fn put(object: &mut Map<String, Value>, path: &str, list: bool, value: Value) {
    let Some((step, rest)) = path.split_once('.') else {
        if list {
            let array = object.entry(path).or_insert_with(|| Value::Array(Vec::new()));
            array.as_array_mut().expect("a list").push(value);
        } else {
            object.insert(path.to_owned(), value);
        }
        return;
    };
    let below = object.entry(step).or_insert_with(|| Value::Object(Map::new()));
    put(below.as_object_mut().expect("an object"), rest, list, value);
}

/// Puts a value at a dotted path below `object` as [`put`] does, unless a
/// different one is there, or on the way: then `false`.
#[must_use]
pub fn place(object: &mut Map<String, Value>, path: &str, list: bool, value: Value) -> bool {
    let there = match path.split_once('.') {
        Some((step, rest)) => match object.get_mut(step) {
            Some(Value::Object(below)) => return place(below, rest, list, value),
            _ => None,
        },
        None => object.get_mut(path),
    };
    match there {
        Some(Value::Array(there)) if list => there.push(value),
        Some(there) => return *there == value,
        None => put(object, path, list, value),
    }
    true
}

/// Puts a value at a dotted path below `object`, over what may be there.
pub fn put_path(object: &mut Map<String, Value>, path: &str, value: Value) {
    match path.split_once('.') {
        None => {
            object.insert(path.to_owned(), value);
        }
        Some((step, rest)) => {
            let below = object.entry(step).or_insert_with(|| Value::Object(Map::new()));
            if !below.is_object() {
                *below = Value::Object(Map::new());
            }
            if let Value::Object(below) = below {
                put_path(below, rest, value);
            }
        }
    }
}

/// Every value at a dotted path below a value, lists on the way flattened.
#[must_use]
pub fn values_below<'a>(value: &'a Value, path: &str) -> Vec<&'a Value> {
    let mut found = Vec::new();
    collect(value, path.split('.'), &mut found);
    found
}

fn collect<'a>(value: &'a Value, steps: std::str::Split<'_, char>, found: &mut Vec<&'a Value>) {
    match value {
        Value::Null => {}
        Value::Array(elements) => {
            for element in elements {
                collect(element, steps.clone(), found);
            }
        }
        Value::Object(object) => {
            let mut rest = steps;
            match rest.next() {
                None => found.push(value),
                Some(step) => {
                    if let Some(below) = object.get(step) {
                        collect(below, rest, found);
                    }
                }
            }
        }
        scalar => found.push(scalar),
    }
}

fn visit_object<'a>(
    object: &'a Map<String, Value>,
    node: &'static ModelNode,
    visitor: &mut dyn FnMut(VisitedPiece<'a>),
) {
    for (key, value) in object {
        match node.child(key) {
            Some(child) => visit_value(value, child, visitor),
            None => visitor(VisitedPiece::Unknown(node.piece(), key)),
        }
    }
}

fn visit_value<'a>(
    value: &'a Value,
    node: &'static ModelNode,
    visitor: &mut dyn FnMut(VisitedPiece<'a>),
) {
    let (Some(piece), Some(id)) = (node.piece(), node.piece) else {
        return;
    };
    match value {
        Value::Null => {}
        Value::Array(elements) => {
            let length = elements.iter().filter(|element| !element.is_null()).count();
            if piece.list && length > 0 {
                visitor(VisitedPiece::List(piece, id, length));
            }
            for element in elements {
                visit_value(element, node, visitor);
            }
        }
        Value::Object(object) if piece.is_structure() => visit_object(object, node, visitor),
        scalar => visitor(VisitedPiece::Leaf(piece, id, scalar)),
    }
}

fn measure(value: &Value, full: &mut (usize, usize)) {
    match value {
        Value::Null => {}
        Value::Array(elements) => elements.iter().for_each(|element| measure(element, full)),
        Value::Object(object) => object.values().for_each(|below| measure(below, full)),
        Value::String(text) if text.is_empty() => {}
        Value::String(text) => *full = (full.0 + 1, full.1 + text.len()),
        _ => full.0 += 1,
    }
}

fn merge(into: &mut Map<String, Value>, from: Map<String, Value>) {
    for (key, value) in from {
        match (into.get_mut(&key), value) {
            (None, value) => {
                into.insert(key, value);
            }
            (Some(Value::Object(there)), Value::Object(more)) => merge(there, more),
            (Some(Value::Array(there)), Value::Array(more)) => {
                let new: Vec<Value> =
                    more.into_iter().filter(|element| !there.contains(element)).collect();
                there.extend(new);
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn study(value: Value) -> Study {
        match value {
            Value::Object(root) => Study::from_map(root),
            other => panic!("not an object: {other}"),
        }
    }

    fn sample() -> Study {
        study(json!({
            "protocolSection": {
                "identificationModule": {"nctId": "NCT90000001", "rank": 3},
                "conditionsModule": {"conditions": ["Anemia, Aplastic", null, "Fever"]},
                "contactsLocationsModule": {"locations": [
                    {"city": "Oslo", "geoPoint": {"lat": 59.9, "lon": 10.7}},
                    {"city": "Lima"},
                ]},
            },
            "hasResults": false,
        }))
    }

    #[test]
    fn values_are_found_through_lists() {
        assert_eq!(sample().texts("LocationCity"), ["Oslo", "Lima"]);
        assert_eq!(sample().texts("Condition"), ["Anemia, Aplastic", "Fever"]);
        assert_eq!(sample().values("LocationGeoPoint").len(), 1);
        assert_eq!(sample().values("NoSuchPiece").len(), 0);
    }

    #[test]
    fn a_visit_sees_leaves_lists_and_unknown_keys() {
        let (mut leaves, mut lists, mut unknown) = (Vec::new(), Vec::new(), Vec::new());
        sample().visit(&mut |visited| match visited {
            VisitedPiece::List(piece, _, length) => lists.push((piece.name, length)),
            VisitedPiece::Leaf(piece, _, _) => leaves.push(piece.name),
            VisitedPiece::Unknown(_, key) => unknown.push(key.to_owned()),
        });
        let expected = [
            "NCTId",
            "Condition",
            "Condition",
            "LocationCity",
            "LocationGeoPoint",
            "LocationCity",
            "HasResults",
        ];
        assert_eq!(leaves, expected);
        assert_eq!(lists, [("Condition", 2), ("Location", 2)]);
        assert_eq!(unknown, ["rank"]);
    }

    #[test]
    fn merging_adds_what_lacks_and_keeps_what_is_there() {
        let mut one = sample();
        one.merge(study(json!({"protocolSection": {
            "identificationModule": {"nctId": "NCT90000002", "briefTitle": "B"},
            "conditionsModule": {"conditions": ["Fever", "Cough"]},
        }})));
        assert_eq!(one.text("NCTId"), Some("NCT90000001"));
        assert_eq!(one.text("BriefTitle"), Some("B"));
        assert_eq!(one.texts("Condition"), ["Anemia, Aplastic", "Fever", "Cough"]);
    }

    #[test]
    fn putting_makes_the_objects_above() {
        let mut made = Study::new();
        for (name, value) in [("Condition", "Fever"), ("Condition", "Cough"), ("Sex", "ALL")] {
            made.put(pieces::named(name).expect("a piece"), value.into());
        }
        let expected = json!({"protocolSection": {
            "conditionsModule": {"conditions": ["Fever", "Cough"]},
            "eligibilityModule": {"sex": "ALL"},
        }});
        assert_eq!(made, study(expected));
    }
}

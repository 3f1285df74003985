//! Reads some pieces of a study, and passes over the rest.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::Study;
use super::pieces::{self, ModelNode};

/// Pieces of a study, each with all that is below it.
#[derive(Debug, Clone)]
pub struct ChosenPieces {
    /// By [`pieces::PieceId`].
    chosen: Vec<Choice>,
}

/// What is read of a piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Choice {
    Nothing,
    /// The chosen pieces below it.
    Below,
    Whole,
}

impl ChosenPieces {
    /// The pieces of these names; names that the data model does not have
    /// choose nothing.
    pub fn new<'n>(names: impl IntoIterator<Item = &'n str>) -> Self {
        let mut chosen = vec![Choice::Nothing; pieces::all().len()];
        for piece in names.into_iter().filter_map(pieces::named) {
            let above = piece.path.match_indices('.').map(|(end, _)| &piece.path[..end]);
            for above in above.filter_map(pieces::at) {
                let choice = &mut chosen[usize::from(above.id())];
                *choice = if *choice == Choice::Whole { Choice::Whole } else { Choice::Below };
            }
            chosen[usize::from(piece.id())] = Choice::Whole;
        }
        Self { chosen }
    }

    fn of(&self, node: &ModelNode) -> Choice {
        node.piece.map_or(Choice::Below, |piece| self.chosen[usize::from(piece)])
    }
}

impl Study {
    /// Some pieces of a study of which this is the JSON text.
    ///
    /// # Errors
    ///
    /// The text is not JSON, or no object.
    pub fn read(json: &str, chosen: &ChosenPieces) -> serde_json::Result<Self> {
        let mut reader = serde_json::Deserializer::from_str(json);
        let root = PartOfStudy { node: pieces::root(), chosen }.deserialize(&mut reader)?;
        reader.end()?;
        match root {
            Value::Object(root) => Ok(Self::from_map(root)),
            _ => Err(serde_json::Error::custom("a study is an object")),
        }
    }
}

/// A place in a study below which some pieces are chosen.
#[derive(Clone, Copy)]
struct PartOfStudy<'a> {
    node: &'a ModelNode,
    chosen: &'a ChosenPieces,
}

impl<'de> DeserializeSeed<'de> for PartOfStudy<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Value, D::Error> {
        match self.chosen.of(self.node) {
            Choice::Whole => serde::Deserialize::deserialize(reader),
            Choice::Below => reader.deserialize_any(self),
            Choice::Nothing => reader.deserialize_ignored_any(IgnoredAny).map(|_| Value::Null),
        }
    }
}

impl<'de> Visitor<'de> for PartOfStudy<'_> {
    type Value = Value;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a value of JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(below) = entries.next_key_seed(KeyBelow(self))? {
            match below.and_then(|below| Some((below.node.piece()?.key(), below))) {
                Some((key, below)) => {
                    object.insert(key.to_owned(), entries.next_value_seed(below)?);
                }
                None => {
                    entries.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(Value::Object(object))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(element) = elements.next_element_seed(self)? {
            list.push(element);
        }
        Ok(Value::Array(list))
    }

    // What is no structure counts as a value of each piece below.
    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
}

/// The place of a key below another place, if something is chosen there.
struct KeyBelow<'a>(PartOfStudy<'a>);

impl<'de, 'a> DeserializeSeed<'de> for KeyBelow<'a> {
    type Value = Option<PartOfStudy<'a>>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        reader.deserialize_str(self)
    }
}

impl<'de, 'a> Visitor<'de> for KeyBelow<'a> {
    type Value = Option<PartOfStudy<'a>>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a key")
    }

    fn visit_str<E>(self, key: &str) -> Result<Self::Value, E> {
        let PartOfStudy { node, chosen } = self.0;
        let below = node.child(key).filter(|below| chosen.of(below) != Choice::Nothing);
        Ok(below.map(|node| PartOfStudy { node, chosen }))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn chosen_pieces_are_as_in_the_whole_study() {
        let study = json!({
            "protocolSection": {
                "identificationModule": {"nctId": "NCT90000001", "briefTitle": "Tea \u{e9}\n"},
                "contactsLocationsModule": {"locations": [
                    {"city": "Oslo", "geoPoint": {"lat": 59.9, "lon": -10}}, null, "Paris",
                ]},
                "designModule": "none",
            },
            "unknown": {"a": [1, {"b": 2.5}]},
            "hasResults": false,
        });
        let Value::Object(root) = &study else { panic!("an object") };
        let whole = Study::from_map(root.clone());
        for name in ["NCTId", "LocationCity", "Location", "LocationGeoPoint", "Phase", "HasResults"]
        {
            let read = Study::read(&study.to_string(), &ChosenPieces::new([name]));
            assert_eq!(read.expect("a study").values(name), whole.values(name), "{name}");
        }
        let read = Study::read(&study.to_string(), &ChosenPieces::new(["BriefTitle", "Tea"]));
        let title = json!({"identificationModule": {"briefTitle": "Tea \u{e9}\n"}});
        let read = read.expect("a study").as_map().clone();
        assert_eq!(Value::Object(read), json!({"protocolSection": title}));
        assert!(Study::read("[]", &ChosenPieces::new([])).is_err());
        assert!(Study::read("{} x", &ChosenPieces::new([])).is_err());
    }
}

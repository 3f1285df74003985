//! The parts of a study that an answer has.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use trialdex_query::meaning::Question;
use trialdex_records::study::areas::AREAS;
use trialdex_records::study::pieces::{self, ModelNode, PieceKind};
use trialdex_records::study::{ChosenPieces, Study, markup};
use trialdex_session::{AnyError, AnyReader, StudyPlace};

use super::api_error::ApiError;
use super::patterns::is_name;
use super::request::queried;

/// What is read of studies, and how their texts are marked up.
#[derive(Debug, Clone)]
pub(crate) struct Projection {
    /// `None` for all.
    chosen: Option<ChosenPieces>,
    /// Texts are in the plain form of the classic site, not in CommonMark.
    legacy: bool,
}

/// Stands for the fields that the query looks in.
const QUERIED: &str = "@query";

impl Projection {
    /// The fields of a list: names, older names and paths of pieces, names of search areas. With
    /// the question of a search, `@query` is one, too.
    pub(crate) fn new(
        fields: Option<&[&str]>,
        question: Option<&Question>,
        legacy: bool,
    ) -> Result<Self, ApiError> {
        let Some(fields) = fields else { return Ok(Self { chosen: None, legacy }) };
        let mut names = BTreeSet::new();
        for (at, field) in fields.iter().enumerate() {
            match (*field, question) {
                (QUERIED, Some(question)) => names.extend(queried(question)),
                (field, _) if !is_name(field) => return Err(ApiError::item("fields", at + 1)),
                (field, _) => names.extend(named(field)?),
            }
        }
        Ok(Self { chosen: Some(ChosenPieces::new(names)), legacy })
    }

    /// A study as JSON, in one line.
    pub(crate) fn json(
        &self,
        reader: &AnyReader<'_>,
        place: StudyPlace,
    ) -> Result<Vec<u8>, AnyError> {
        if self.chosen.is_none() && !self.legacy {
            return Ok(reader.json(place)?.into_bytes());
        }
        let study = reader.pieces(place, self.chosen.as_ref())?;
        Ok(Value::Object(self.shaped(study)).to_string().into_bytes())
    }

    /// A study without structures that have nothing in them.
    fn shaped(&self, mut study: Study) -> Map<String, Value> {
        let mut root = std::mem::take(study.as_map_mut());
        if self.chosen.is_some() {
            drop_empty(&mut root);
        }
        if self.legacy {
            root.iter_mut().for_each(|(key, value)| plain(value, pieces::root().child(key)));
        }
        root
    }
}

/// The pieces that a name chooses.
fn named(name: &str) -> Result<Vec<&'static str>, ApiError> {
    if let Some(area) = AREAS.iter().find(|area| area.name == name) {
        return Ok(area.parts.iter().flat_map(|part| part.pieces).copied().collect());
    }
    let piece = pieces::named(name).or_else(|| pieces::at(name));
    piece.map(|piece| vec![piece.name]).ok_or_else(|| {
        ApiError::bad_request(format!("Parameter 'fields' contains invalid field name: '{name}'"))
    })
}

/// Removes structures and lists without anything in them. Elements of a list stay, so that those
/// of two fields are of one another.
fn drop_empty(object: &mut Map<String, Value>) {
    object.retain(|_, value| match value {
        Value::Object(below) => {
            drop_empty(below);
            !below.is_empty()
        }
        Value::Array(elements) => {
            elements.iter_mut().filter_map(Value::as_object_mut).for_each(drop_empty);
            !elements.is_empty()
        }
        Value::Null => false,
        _ => true,
    });
}

/// Puts the marked up texts below a place into plain form.
fn plain(value: &mut Value, node: Option<&ModelNode>) {
    match value {
        Value::Object(object) => {
            for (key, below) in object {
                plain(below, node.and_then(|node| node.child(key)));
            }
        }
        Value::Array(elements) => elements.iter_mut().for_each(|element| plain(element, node)),
        Value::String(text) => {
            let piece = node.and_then(ModelNode::piece);
            if piece.is_some_and(|piece| matches!(piece.kind, PieceKind::Markup)) {
                *text = markup::unescape(text).into_owned();
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn shown(study: &Value, fields: Option<&[&str]>, legacy: bool) -> Value {
        let projection = Projection::new(fields, None, legacy).expect("fields");
        let study = match &projection.chosen {
            Some(chosen) => Study::read(&study.to_string(), chosen).expect("a study"),
            None => Study::from_map(study.as_object().expect("an object").clone()),
        };
        Value::Object(projection.shaped(study))
    }

    #[test]
    fn a_projection_keeps_nesting_and_elements() {
        let study = json!({
            "protocolSection": {
                "identificationModule": {"nctId": "NCT90000001", "briefTitle": "One"},
                "descriptionModule": {"briefSummary": "A \\> B"},
                "contactsLocationsModule": {"locations": [{"city": "Ulm"}, {"state": "Ohio"}]},
            },
            "hasResults": false,
        });
        let fields: &[&str] = &["NCTId", "LocationCity", "IdentificationModule"];
        assert_eq!(
            shown(&study, Some(fields), false),
            json!({"protocolSection": {
                "identificationModule": {"nctId": "NCT90000001", "briefTitle": "One"},
                "contactsLocationsModule": {"locations": [{"city": "Ulm"}, {}]},
            }})
        );
        assert_eq!(shown(&study, Some(&["Keyword"]), false), json!({}));
        assert_eq!(shown(&study, Some(&["HasResults"]), false), json!({"hasResults": false}));
        assert_eq!(
            shown(&study, Some(&["TitleSearch"]), false),
            json!({"protocolSection": {"identificationModule": {"briefTitle": "One"}}})
        );
        let plain = shown(&study, None, true);
        assert_eq!(plain["protocolSection"]["descriptionModule"]["briefSummary"], "A > B");
        assert_eq!(shown(&study, None, false), study);
    }

    #[test]
    fn names_that_are_none_are_refused() {
        let refused = |field| Projection::new(Some(&[field]), None, false).expect_err(field).text;
        assert_eq!(
            refused("Nonsense"),
            "Parameter 'fields' contains invalid field name: 'Nonsense'"
        );
        assert_eq!(refused("@query"), "Item 1 in parameter `fields` has incorrect format");
        assert_eq!(refused("NCTId;"), "Item 1 in parameter `fields` has incorrect format");
    }
}

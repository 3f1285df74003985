//! XML of the registry's retired services: API v1 (`FullStudy`,
//! `StudyFields`) and its lists of search results (`study`). Resources of FHIR
//! as XML, too.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use serde_json::{Map, Value};

use super::super::{ConversionNotes, FormatError, flat_record, json_v1};
use super::{legacy_text, syntax};
use crate::study::Study;

/// Elements of a record.
const MOST: usize = 1_000_000;

/// Elements inside one another.
const DEPTH: usize = 100;

/// Elements that are a record, besides `clinical_study`.
const RECORDS: [&str; 3] = ["FullStudy", "StudyFields", "study"];

/// What a service writes where there are no results.
const NO_RESULTS: &str = "No Study Results Posted";

#[derive(Debug, Default)]
struct ServiceElement {
    name: String,
    attributes: Vec<(String, String)>,
    text: String,
    children: Vec<ServiceElement>,
}

/// Whether the element that a text begins with is one of these records.
pub(super) fn is_record(text: &str) -> bool {
    let name = text.trim_start().strip_prefix('<').unwrap_or_default();
    let end = name.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    RECORDS.contains(&&name[..end.unwrap_or(name.len())])
}

/// Reads one record.
pub(super) fn convert(text: &str, notes: &mut ConversionNotes) -> Result<Study, FormatError> {
    let root = parsed(text)?;
    match root.name.as_str() {
        "FullStudy" => {
            let study = root.children.iter().find(|child| child.called() == "Study");
            let object = study.unwrap_or(&root).object();
            Ok(json_v1::read(&object, notes))
        }
        "StudyFields" => Ok(flat_record::study(&root.field_values(), notes)),
        _ => Ok(flat_record::study(&root.result(), notes)),
    }
}

/// A resource of FHIR as its JSON has it, but for the kinds of values: all are
/// texts.
pub(in crate::format) fn resource(text: &str) -> Result<Map<String, Value>, FormatError> {
    Ok(parsed(text)?.resource())
}

fn parsed(source: &str) -> Result<ServiceElement, FormatError> {
    let mut reader = Reader::from_str(source);
    reader.config_mut().expand_empty_elements = true;
    reader.config_mut().allow_dangling_amp = true;
    let mut open: Vec<ServiceElement> = vec![ServiceElement::default()];
    let mut count = 0;
    loop {
        let event = reader.read_event();
        let at = reader.buffer_position();
        let failed = |message: String| Err(syntax(message, source, at));
        match event {
            Ok(Event::Eof) => break,
            Ok(Event::Start(tag)) => {
                count += 1;
                if count > MOST || open.len() > DEPTH {
                    return failed(format!("more than {MOST} elements, or {DEPTH} in one another"));
                }
                open.push(ServiceElement::of(&tag));
            }
            Ok(Event::End(_)) => {
                if let Some(closed) = open.pop()
                    && let Some(above) = open.last_mut()
                {
                    above.children.push(closed);
                }
            }
            Ok(event) => {
                if let Some(last) = open.last_mut() {
                    legacy_text::push(&mut last.text, &event);
                }
            }
            Err(error) => return failed(format!("not valid XML: {error}")),
        }
    }
    let root = open.into_iter().next().and_then(|root| root.children.into_iter().next());
    root.ok_or_else(|| syntax("an element is not closed".to_owned(), source, source.len() as u64))
}

impl ServiceElement {
    fn of(tag: &BytesStart<'_>) -> Self {
        let mut attributes = Vec::new();
        for attribute in tag.attributes().with_checks(false).flatten() {
            let value = legacy_text::unescape(&attribute.value).into_owned();
            attributes.push((attribute.key.as_ref().to_owned(), value));
        }
        Self { name: tag.name().as_ref().to_owned(), attributes, ..Self::default() }
    }

    fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The name that API v1 gives to an element.
    fn called(&self) -> &str {
        self.attribute("Name").unwrap_or(&self.name)
    }

    /// The values of API v1 below the element, as its JSON has them.
    fn object(&self) -> Map<String, Value> {
        let value = |child: &Self| match child.name.as_str() {
            "Field" => Value::from(child.text.trim()),
            _ => Value::Object(child.object()),
        };
        object(self.children.iter().map(|child| (child.called(), value(child))))
    }

    /// The elements of FHIR below the element: each has a value or others.
    fn resource(&self) -> Map<String, Value> {
        let value = |child: &Self| match child.attribute("value") {
            Some(value) => Value::from(value),
            None => Value::Object(child.resource()),
        };
        object(self.children.iter().map(|child| (child.name.as_str(), value(child))))
    }

    /// `FieldValues` by the name of the field.
    fn field_values(&self) -> Vec<(String, String)> {
        let each = self.children.iter().map(|field| {
            let name = field.attribute("Field").unwrap_or(&field.name);
            (
                name.to_owned(),
                joined(field.children.iter().map(|value| value.text.trim().to_owned())),
            )
        });
        each.collect()
    }

    /// The parts of a search result by their names.
    fn result(&self) -> Vec<(String, String)> {
        let each = self.children.iter().map(|part| {
            let name = if part.name == "sponsors" { "sponsor_collaborators" } else { &part.name };
            let value = if part.children.is_empty() {
                part.text.trim().to_owned()
            } else {
                joined(part.children.iter().map(Self::with_type))
            };
            (name.to_owned(), value)
        });
        each.filter(|(_, value)| value != NO_RESULTS).collect()
    }

    /// `Drug: Aspirin`.
    fn with_type(&self) -> String {
        let text = self.text.trim();
        self.attribute("type").map_or_else(|| text.to_owned(), |kind| format!("{kind}: {text}"))
    }
}

/// An object with these values; those of one name are a list.
fn object<'a>(values: impl Iterator<Item = (&'a str, Value)>) -> Map<String, Value> {
    let mut object: Map<String, Value> = Map::new();
    for (name, value) in values {
        match object.get_mut(name) {
            Some(Value::Array(several)) => several.push(value),
            Some(one) => *one = Value::Array(vec![one.take(), value]),
            None => {
                object.insert(name.to_owned(), value);
            }
        }
    }
    object
}

fn joined(values: impl Iterator<Item = String>) -> String {
    let values: Vec<String> = values.filter(|value| !value.is_empty()).collect();
    values.join("|")
}

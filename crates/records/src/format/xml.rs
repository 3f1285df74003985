//! Studies of the registry's legacy XML, `clinical_study`.

mod archive;
mod element_lists;
mod element_table;
mod element_target;
mod legacy_text;
mod rules;
pub(super) mod services;
mod steps;
#[cfg(test)]
mod tests;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use serde_json::{Map, Value};

use super::derived::group_id;
use super::{ConversionNotes, FormatError};
use crate::study::pieces::{self, PieceKind};
use crate::study::{NctId, Study, place, put, typed};
use steps::{ElementRole, ElementStep, ROOT, ValuePath};

/// The element of the registry's archive of older versions that has the day of
/// a version.
const OF_VERSION: &str = "last_release_date";

/// Reads one `clinical_study` element.
///
/// What API v2 has no place for is named in the notes. No entity is expanded
/// but the predefined ones, so a hostile document type definition does
/// nothing; unknown ones stay as text.
pub(super) fn convert(text: &str, notes: &mut ConversionNotes) -> Result<Study, FormatError> {
    if services::is_record(text) {
        return services::convert(text, notes);
    }
    let mut reader = Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    reader.config_mut().allow_dangling_amp = true;
    let mut conversion = XmlConversion::new(notes);
    loop {
        let event = match reader.read_event() {
            Ok(Event::Eof) => break,
            Ok(event) => event,
            Err(error) => {
                let message = format!("not valid XML: {error}");
                return Err(syntax(message, text, reader.error_position()));
            }
        };
        let start = reader.buffer_position();
        conversion.take(&event).map_err(|message| syntax(message, text, start))?;
    }
    match conversion.missing() {
        Some(message) => Err(syntax(message, text, text.len() as u64)),
        None => Ok(conversion.finish()),
    }
}

fn syntax(message: String, text: &str, byte: u64) -> FormatError {
    let end = usize::try_from(byte).unwrap_or(usize::MAX).min(text.len());
    let lines = text.as_bytes()[..end].iter().filter(|byte| **byte == b'\n').count();
    FormatError::Syntax { message, line: lines as u64 + 1, byte: end as u64 }
}

/// An element that is open.
struct OpenElement {
    step: &'static ElementStep,
    /// Where its text begins in [`XmlConversion::text`].
    text_from: usize,
}

/// What has been read so far.
struct XmlConversion<'n> {
    notes: &'n mut ConversionNotes,
    root: Map<String, Value>,
    /// The list elements that are open, each within the one before.
    open: Vec<Map<String, Value>>,
    frames: Vec<OpenElement>,
    /// The text of the elements that are open, one after the other.
    text: String,
    /// Number of open elements that are unknown, or inside an unknown one.
    unknown: usize,
    ended: bool,
    seen: DeferredValues,
}

/// Values that are needed after their own place.
#[derive(Default)]
struct DeferredValues {
    countries: Vec<String>,
    /// Path and text of the elements that number the arms.
    arm_counts: Vec<(String, String)>,
    age_limits: bool,
    event_category: String,
    event_vocabulary: Option<Value>,
    event_assessment: Option<Value>,
}

impl<'n> XmlConversion<'n> {
    fn new(notes: &'n mut ConversionNotes) -> Self {
        Self {
            notes,
            root: Map::new(),
            open: Vec::new(),
            frames: Vec::new(),
            text: String::new(),
            unknown: 0,
            ended: false,
            seen: DeferredValues::default(),
        }
    }

    fn take(&mut self, event: &Event<'_>) -> Result<(), String> {
        match event {
            Event::Start(tag) => self.start(tag)?,
            Event::End(_) if self.unknown > 0 => self.unknown -= 1,
            Event::End(_) => self.end(),
            _ if self.unknown > 0 => {}
            Event::Text(text) if self.frames.is_empty() && text.trim().is_empty() => {}
            Event::Text(_) | Event::CData(_) | Event::GeneralRef(_) if self.frames.is_empty() => {
                return Err("text outside of the root element".to_owned());
            }
            _ => legacy_text::push(&mut self.text, event),
        }
        Ok(())
    }

    fn start(&mut self, tag: &BytesStart<'_>) -> Result<(), String> {
        let name = tag.name();
        let name = name.as_ref();
        if self.unknown > 0 {
            self.unknown += 1;
            return Ok(());
        }
        let step = match self.frames.last() {
            Some(frame) => frame.step.child(name),
            None if self.ended => return Err(format!("a second root element, `{name}`")),
            None if name == ROOT.name => Some(&*ROOT),
            None => return Err(format!("the root element is `{name}`, not `{}`", ROOT.name)),
        };
        match step {
            Some(step) if !matches!(step.role, ElementRole::Unplaced) => {
                self.frames.push(OpenElement { step, text_from: self.text.len() });
                if step.gathers() {
                    self.open.push(Map::new());
                }
                self.attributes(step, tag)
            }
            _ => {
                self.unknown = 1;
                let path = self.path(&["/", name]);
                self.notes.unplaced(&path);
                Ok(())
            }
        }
    }

    fn attributes(
        &mut self,
        step: &'static ElementStep,
        tag: &BytesStart<'_>,
    ) -> Result<(), String> {
        // An attribute that occurs twice does not matter here, and looking for
        // one takes time that grows with the square of their number.
        for attribute in tag.attributes().with_checks(false) {
            let attribute = attribute.map_err(|error| format!("not valid XML: {error}"))?;
            let key = attribute.key.as_ref();
            match step.attribute(key) {
                Some(leaf) => self.leaf(leaf, &legacy_text::unescape(&attribute.value)),
                // Namespaces are about the document, not the study.
                None if key.starts_with("xmlns") || key.starts_with("xsi:") => {}
                None => {
                    let path = self.path(&["@", key]);
                    self.notes.unplaced(&path);
                }
            }
        }
        Ok(())
    }

    fn end(&mut self) {
        let Some(OpenElement { step, text_from }) = self.frames.last() else {
            return;
        };
        let (step, from) = (*step, *text_from);
        let mut text = std::mem::take(&mut self.text);
        self.value(step, &text[from..]);
        text.truncate(from);
        self.text = text;
        if step.gathers()
            && let Some(object) = self.open.pop()
        {
            self.gathered(step, object);
        }
        self.left(step);
        self.frames.pop();
        self.ended = self.frames.is_empty();
    }

    /// Takes the text of the element that ends.
    fn value(&mut self, step: &ElementStep, text: &str) {
        match (&step.role, step.text) {
            (ElementRole::Leaf(leaf), _) => self.leaf(*leaf, text),
            (ElementRole::Rule(rule), _) => self.apply(*rule, legacy_text::unescape(text).trim()),
            (ElementRole::Implied, _) => {}
            (_, Some(leaf)) => self.leaf(leaf, text),
            (_, None) if !text.trim_ascii().is_empty() => {
                let path = self.path(&[]);
                self.notes.unplaced(&path);
            }
            (_, None) => {}
        }
    }

    fn leaf(&mut self, leaf: ValuePath, text: &str) {
        if let Some(value) = value(leaf, text) {
            self.put(leaf, value);
        }
    }

    /// Puts a value into the list element that is open, or into the study.
    ///
    /// Some values occur twice in a record; where they differ, the second is
    /// named as unplaced.
    fn put(&mut self, leaf: ValuePath, value: Value) {
        let object = self.open.last_mut().unwrap_or(&mut self.root);
        let number = value.as_str().filter(|_| leaf.piece.name == "NCTId").and_then(NctId::parse);
        if place(object, leaf.key, leaf.piece.list, value) {
            let name = self.frames.last().map_or("", |frame| frame.step.name);
            if name == OF_VERSION {
                self.notes.version = Some(name.to_owned());
            }
            return;
        }
        match number {
            Some(number) => self.notes.lost(format!(
                "a record with a second number, `{number}`; it is read as of the first"
            )),
            None => {
                let path = self.path(&[]);
                self.notes.unplaced(&path);
            }
        }
    }

    /// Puts what a text means at a piece outside of any list.
    fn put_text(&mut self, piece: &str, text: &str) {
        if let Some(piece) = pieces::named(piece) {
            let leaf = ValuePath { piece, key: piece.path, group: false };
            if let Some(value) = value(leaf, text) {
                put(&mut self.root, piece.path, piece.list, value);
            }
        }
    }

    /// The path of the innermost open element, and the elements below it.
    fn path(&self, below: &[&str]) -> String {
        let names: Vec<&str> = self.frames.iter().map(|frame| frame.step.name).collect();
        names.join("/") + &below.concat()
    }

    /// What the record lacks to be whole.
    fn missing(&self) -> Option<String> {
        if self.ended {
            return None;
        }
        if self.frames.is_empty() {
            return Some("no element".to_owned());
        }
        Some(format!("the record ends within `{}`", self.path(&[])))
    }

    fn finish(mut self) -> Study {
        self.derive();
        Study::from_map(self.root)
    }
}

/// The API v2 value of a text at that place.
fn value(leaf: ValuePath, text: &str) -> Option<Value> {
    let text = legacy_text::unescape(text);
    if leaf.group {
        return group_id(text.trim());
    }
    let text = match leaf.piece.kind {
        PieceKind::Markup => legacy_text::paragraphs(&text),
        _ => legacy_text::one_line(&text),
    };
    match leaf.piece.kind {
        PieceKind::Text | PieceKind::Markup => (!text.is_empty()).then(|| text.into_owned().into()),
        // Today's labels need no folding, and nearly all records have them.
        PieceKind::Enum(known) => match known.values.iter().find(|(_, label)| *label == text) {
            Some((constant, _)) => Some((*constant).into()),
            None => typed(leaf.piece, &text),
        },
        _ => typed(leaf.piece, &text),
    }
}

/// The value at a dotted path.
fn at<'a>(object: &'a Map<String, Value>, path: &str) -> Option<&'a Value> {
    match path.split_once('.') {
        None => object.get(path),
        Some((step, rest)) => at(object.get(step)?.as_object()?, rest),
    }
}

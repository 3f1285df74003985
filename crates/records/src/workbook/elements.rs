//! XML as a walk over its elements.

use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};

/// Elements that may be open at once.
const DEEPEST: usize = 256;

/// An event of a walk.
pub enum XmlNode<'a> {
    /// An element begins.
    Start(&'a BytesStart<'a>),
    /// Text in it.
    Text(&'a str),
    /// The last that began ends.
    End,
}

/// Walks over a text, and gives each node with the byte that it is at. What
/// is wrong with the text is given back with the byte.
pub fn walk<'a>(
    text: &'a str,
    take: &mut dyn FnMut(&XmlNode<'_>, u64),
) -> Result<(), (u64, String)> {
    let mut reader: Reader<&'a [u8]> = Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    reader.config_mut().allow_dangling_amp = true;
    let mut depth = 0usize;
    loop {
        let at = reader.buffer_position();
        match reader.read_event() {
            Ok(Event::Eof) if depth > 0 => return Err((at, "an element is not closed".into())),
            Ok(Event::Eof) => return Ok(()),
            Ok(Event::Start(tag)) => {
                depth += 1;
                if depth > DEEPEST {
                    return Err((at, "too many elements in one another".into()));
                }
                take(&XmlNode::Start(&tag), at);
            }
            Ok(Event::End(_)) => {
                depth = depth.saturating_sub(1);
                take(&XmlNode::End, at);
            }
            Ok(Event::Text(text)) => take(&XmlNode::Text(&text), at),
            Ok(Event::CData(text)) => take(&XmlNode::Text(&text), at),
            Ok(Event::GeneralRef(name)) => {
                let meant = match (name.resolve_char_ref(), resolve_predefined_entity(&name)) {
                    (Ok(Some(meant)), _) => meant.to_string(),
                    (_, Some(meant)) => meant.to_owned(),
                    _ => format!("&{};", &*name),
                };
                take(&XmlNode::Text(&meant), at);
            }
            Ok(_) => {}
            Err(error) => return Err((reader.error_position(), error.to_string())),
        }
    }
}

/// An attribute of an element.
pub fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = tag.attributes();
    let mut read = attributes.with_checks(false).flatten();
    let found = read.find(|one| one.key.as_ref() == name)?;
    let value = quick_xml::escape::unescape(&found.value).map(|it| it.into_owned());
    Some(value.unwrap_or_else(|_| found.value.to_string()))
}

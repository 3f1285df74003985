//! NLM's XML: `desc2026.xml` for descriptors, `supp2026.xml` for supplementary
//! concepts (<https://www.nlm.nih.gov/mesh/xml_data_elements.html>).

use std::io::{self, BufRead, Read};

use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, Event};

use super::line_reader::missing;
use super::{ConceptSink, ConceptSource, SourceError};

/// Bytes of a text or a tag at most; the longest of NLM's have some thousands.
const LONGEST: usize = 8 << 20;

/// The root elements and their records.
const SETS: [(&str, &str); 2] =
    [("DescriptorRecordSet", "DescriptorRecord"), ("SupplementalRecordSet", "SupplementalRecord")];

/// Elements that a record has inside of it, at most, down to a name.
const DEEPEST: usize = 5;

pub(super) fn read(input: impl BufRead, sink: &mut ConceptSink<'_>) -> Result<(), SourceError> {
    let mut reader = Reader::from_reader(PositionReader { input, lines: 0, bytes: 0, event: 0 });
    reader.config_mut().expand_empty_elements = true;
    let mut records =
        XmlRecords { open: Vec::new(), text: String::new(), record: None, begun: false, sink };
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        reader.get_mut().event = 0;
        let event = reader.read_event_into(&mut buffer);
        let taken = match event {
            Ok(Event::Eof) => records.ended().map(|()| true),
            Ok(event) => records.take(&event).map(|()| false),
            Err(quick_xml::Error::Io(error)) => Err(format!("cannot be read: {error}")),
            Err(error) => Err(format!("not valid XML: {error}")),
        };
        let place = reader.get_ref();
        let (line, byte) = (place.lines + 1, place.bytes);
        if taken.map_err(|problem| SourceError { line, byte, problem })? {
            return Ok(());
        }
    }
}

/// Counts the bytes that are read of a stream.
struct PositionReader<R> {
    input: R,
    lines: u64,
    bytes: u64,
    /// Bytes since a text or a tag began.
    event: usize,
}

impl<R: BufRead> Read for PositionReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}

impl<R: BufRead> BufRead for PositionReader<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.event > LONGEST {
            return Err(io::Error::other("a text or a tag is longer than 8 MiB"));
        }
        self.input.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        if let Ok(filled) = self.input.fill_buf() {
            let taken = &filled[..amount.min(filled.len())];
            self.lines += memchr::memchr_iter(b'\n', taken).count() as u64;
        }
        self.bytes += amount as u64;
        self.event += amount;
        self.input.consume(amount);
    }
}

/// What has been read so far.
struct XmlRecords<'a, 's> {
    /// Names of the open elements.
    open: Vec<String>,
    /// Text since the last tag.
    text: String,
    record: Option<ConceptSource>,
    /// The root element was there.
    begun: bool,
    sink: &'a mut ConceptSink<'s>,
}

impl XmlRecords<'_, '_> {
    fn take(&mut self, event: &Event<'_>) -> Result<(), String> {
        match event {
            Event::Start(tag) => self.start(tag.name().as_ref())?,
            Event::End(_) => self.end()?,
            Event::Text(text) => self.text.push_str(text),
            Event::CData(text) => self.text.push_str(text),
            Event::GeneralRef(name) => self.entity(name)?,
            _ => {}
        }
        if self.text.len() > LONGEST {
            return Err("a text is longer than 8 MiB".to_owned());
        }
        Ok(())
    }

    fn entity(&mut self, name: &BytesRef<'_>) -> Result<(), String> {
        let unknown = || format!("the entity `&{};` is unknown", &**name);
        match name.resolve_char_ref() {
            Ok(Some(meant)) => self.text.push(meant),
            Ok(None) => self.text.push_str(resolve_predefined_entity(name).ok_or_else(unknown)?),
            Err(_) => return Err(unknown()),
        }
        Ok(())
    }

    fn start(&mut self, name: &str) -> Result<(), String> {
        self.text.clear();
        match self.open.as_slice() {
            [] if self.begun => return Err(format!("a second root element, `{name}`")),
            [] if SETS.iter().all(|(root, _)| *root != name) => {
                let [(one, _), (other, _)] = SETS;
                return Err(format!("the root element is `{name}`, not `{one}` or `{other}`"));
            }
            [] => self.begun = true,
            [root] if SETS.contains(&(root.as_str(), name)) => {
                self.record = Some(ConceptSource::default());
            }
            _ => {}
        }
        self.open.push(name.to_owned());
        Ok(())
    }

    fn end(&mut self) -> Result<(), String> {
        if let (2.., Some(record)) = (self.open.len(), &mut self.record) {
            let within = &self.open[2..];
            if within.is_empty() {
                if let Some(problem) = missing(record) {
                    return Err(problem.to_owned());
                }
                self.record.take().into_iter().for_each(&mut *self.sink);
            } else if within.len() <= DEEPEST {
                let within: Vec<&str> = within.iter().map(String::as_str).collect();
                put(record, &within, self.text.trim());
            }
        }
        self.open.pop();
        self.text.clear();
        Ok(())
    }

    fn ended(&self) -> Result<(), String> {
        match self.open.last() {
            Some(open) => Err(format!("the file ends within `{open}`")),
            None if !self.begun => Err("XML without elements".to_owned()),
            None => Ok(()),
        }
    }
}

/// Puts the text of an element to where it belongs, by the elements that it
/// is in within its record.
fn put(record: &mut ConceptSource, within: &[&str], text: &str) {
    match within {
        ["DescriptorUI" | "SupplementalRecordUI"] => text.clone_into(&mut record.id),
        ["DescriptorName" | "SupplementalRecordName", "String"] => {
            text.clone_into(&mut record.preferred);
        }
        ["TreeNumberList", "TreeNumber"] => record.trees.push(text.to_owned()),
        ["ConceptList", "Concept", "TermList", "Term", "String"] => {
            record.names.push(text.to_owned());
        }
        _ => {}
    }
}

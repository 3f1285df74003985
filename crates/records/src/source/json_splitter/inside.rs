//! What is not written as JSON around it is: texts of JSON in strings, and
//! objects that Python wrote.

use std::io;
use std::ops::ControlFlow;

use memchr::memmem;

use super::super::stream_context::too_long;
use super::super::{ItemSink, Record, RecordFormat, RecordPayload, SourceItem, SourceLocation};
use super::objects::{self, python_end};
use super::{JsonSplitter, JsonStep, SECTIONS, split};

impl JsonSplitter<'_> {
    /// Looks at a string that is a value, at that range of the window.
    pub(super) fn value(&mut self, (start, end): (usize, usize)) -> JsonStep {
        let bytes = &self.window.bytes()[start..end];
        if bytes.len() < 40 {
            let number = objects::is_number(bytes);
            if let Some(open) = self.open.last_mut().filter(|_| number) {
                open.numbered |= open.object;
            }
            return JsonStep::More;
        }
        // Answers of the registry as programs record them.
        if memmem::find(bytes, b"rotocolSection\\\"").is_none() {
            return JsonStep::More;
        }
        let whole = &self.window.bytes()[start - 1..end + 1];
        let Ok(text) = serde_json::from_slice::<String>(whole) else { return JsonStep::More };
        let (line, byte) = self.window.position(start);
        JsonStep::Text(text, self.place.location(line, byte))
    }

    /// Hands out the studies of a JSON text inside a string.
    pub(super) fn inner(
        &mut self,
        text: String,
        at: &SourceLocation,
        sink: &mut ItemSink<'_>,
    ) -> ControlFlow<()> {
        let mut studies = 0;
        let stream = Box::new(io::Cursor::new(text.into_bytes()));
        split(stream, self.place, self.limits, &mut |found| match found {
            SourceItem::Record(mut record) => {
                studies += 1;
                record.location =
                    SourceLocation { byte: at.byte + record.location.byte, ..at.clone() };
                sink(SourceItem::Record(record))
            }
            SourceItem::Reject(_, reason) => sink(SourceItem::Reject(at.clone(), reason)),
            SourceItem::Unread(_, reason) => sink(SourceItem::Unread(at.clone(), reason)),
            SourceItem::Member | SourceItem::SetAside | SourceItem::NotStudy(..) => {
                ControlFlow::Continue(())
            }
        })?;
        self.studies += studies;
        self.open.iter_mut().for_each(|open| open.wrapper = true);
        ControlFlow::Continue(())
    }

    /// Whether an object begins here as Python writes one.
    pub(super) fn is_python(&mut self) -> io::Result<bool> {
        if !self.open.is_empty() && !self.is_in_list() {
            return Ok(false);
        }
        while self.window.bytes().len() < self.at + 3 && self.extend()? {}
        let next = self.window.bytes()[self.at + 1..].trim_ascii_start();
        Ok(next.first() == Some(&b'\''))
    }

    /// Takes an object that Python wrote.
    pub(super) fn python(&mut self) -> io::Result<JsonStep> {
        let (line, byte) = self.window.position(self.at);
        let location = self.place.location(line, byte);
        loop {
            let bytes = &self.window.bytes()[self.at..];
            if let Some(end) = python_end(bytes) {
                let bytes = bytes[..end].to_vec();
                let start = self.at;
                self.at += end;
                let section = |(name, format): &(&[u8], RecordFormat)| {
                    let quoted = [b"'", *name, b"'"].concat();
                    memmem::find(&bytes, &quoted).map(|_| *format)
                };
                let Some(format) = SECTIONS.iter().find_map(section) else {
                    self.stray(start, "an object without any section of a study");
                    return Ok(JsonStep::More);
                };
                self.studies += 1;
                let payload = RecordPayload::Bytes(bytes);
                return Ok(JsonStep::Found(SourceItem::Record(Record {
                    format,
                    payload,
                    location,
                })));
            }
            if bytes.len() > self.limits.record {
                self.at = self.window.bytes().len();
                return Ok(JsonStep::Found(SourceItem::Unread(
                    location,
                    too_long(self.limits.record),
                )));
            }
            if !self.extend()? {
                self.at += 1;
                self.stray(self.at, "a line that is no JSON");
                return self.skip_line();
            }
        }
    }
}

//! JSON: every object that looks like a study is a record, wherever it is.
//!
//! An array of studies, a page of the API, one object a line, a study wrapped
//! in another object: each is a text that contains objects with the sections of
//! a study. The text is scanned once; only the object in question is kept in
//! memory. Its syntax is checked later, by a real parser: the scan has to find
//! where it ends, and to find the next one after a broken one.

mod inside;
mod nesting;
mod objects;
mod unclosed;

use std::borrow::Cow;
use std::io;
use std::ops::ControlFlow;

use memchr::{memchr, memchr_iter, memchr2};

use super::stream_context::reading;
use super::window::StreamWindow;
use super::{
    ByteStream, ItemSink, ReadLimit, ReadLimits, Record, RecordFormat, RecordPayload, SourceItem,
    SourceLocation, SourcePlace,
};

use objects::{OtherRegistry, is_action, is_flat};
use unclosed::UnclosedObject;

/// Keys that make an object a study, with the API version they belong to.
const SECTIONS: [(&[u8], RecordFormat); 12] = [
    (b"protocolSection", RecordFormat::JsonV2),
    (b"resultsSection", RecordFormat::JsonV2),
    (b"annotationSection", RecordFormat::JsonV2),
    (b"documentSection", RecordFormat::JsonV2),
    (b"derivedSection", RecordFormat::JsonV2),
    // The protocol alone, as some tools keep it.
    (b"identificationModule", RecordFormat::JsonV2),
    (b"IdentificationModule", RecordFormat::JsonV1),
    (b"ProtocolSection", RecordFormat::JsonV1),
    (b"ResultsSection", RecordFormat::JsonV1),
    (b"AnnotationSection", RecordFormat::JsonV1),
    (b"DocumentSection", RecordFormat::JsonV1),
    (b"DerivedSection", RecordFormat::JsonV1),
];

/// Arrays and objects inside each other, outside of studies.
const DEPTH: usize = 1000;

/// Objects without a study that are named one by one; a file with more of
/// them gets their number.
const STRAYS_NAMED: usize = 1000;

/// Hands out the studies of a JSON text.
pub(super) fn split(
    stream: ByteStream<'_>,
    place: &SourcePlace,
    limits: &ReadLimits,
    sink: &mut ItemSink<'_>,
) -> ControlFlow<()> {
    let mut splitter = JsonSplitter {
        window: StreamWindow::new(stream),
        at: 0,
        open: Vec::new(),
        place,
        limits,
        studies: 0,
        strays: Vec::new(),
        more_strays: 0,
        run_out: 0,
        first_key: None,
        foreign: None,
        resumed: false,
    };
    loop {
        match splitter.step() {
            Ok(JsonStep::More) => {}
            Ok(JsonStep::End) => return splitter.finish(sink),
            Ok(JsonStep::Found(found)) => sink(found)?,
            Ok(JsonStep::Text(text, at)) => splitter.inner(text, &at, sink)?,
            Err(error) => {
                let (line, byte) = splitter.window.position(splitter.at);
                sink(SourceItem::Unread(place.location(line, byte), reading(&error)))?;
                return splitter.report_strays(sink);
            }
        }
    }
}

/// An array or object that is open where the scan is.
struct OpenBracket {
    /// Where it starts in the window; 0 once the window has moved past that,
    /// which makes it a wrapper.
    start: usize,
    object: bool,
    /// The next string is a key.
    key_next: bool,
    /// A study was found inside, or it is too large to be one.
    wrapper: bool,
    /// A study was found directly inside: other values there should be studies,
    /// too.
    list: bool,
    /// A study was found somewhere inside.
    holds: bool,
    /// A value directly inside is, or is called, an NCT number.
    numbered: bool,
    /// The value that comes is the kind of a FHIR resource.
    kind_next: bool,
    /// Values directly inside that are no study, as far as they are named.
    others: Vec<SourceLocation>,
    more_others: u64,
}

struct JsonSplitter<'a> {
    window: StreamWindow<'a>,
    /// The position of the scan in the window.
    at: usize,
    open: Vec<OpenBracket>,
    place: &'a SourcePlace,
    limits: &'a ReadLimits,
    studies: u64,
    /// Objects without a study where one was expected.
    strays: Vec<(SourceLocation, &'static str)>,
    more_strays: u64,
    /// How often the text ended inside a study.
    run_out: u32,
    /// The first key of the text, to tell what it is instead.
    first_key: Option<String>,
    /// What the text is by its keys, where that is not read.
    foreign: Option<OtherRegistry>,
    /// The scan went on after something broken: the open brackets are not
    /// known.
    resumed: bool,
}

enum JsonStep {
    More,
    Found(SourceItem),
    /// A JSON text that is the value of a string, and where.
    Text(String, SourceLocation),
    End,
}

impl JsonSplitter<'_> {
    /// Looks at the next token outside of studies.
    fn step(&mut self) -> io::Result<JsonStep> {
        let Some(byte) = self.peek()? else {
            return Ok(JsonStep::End);
        };
        match byte {
            b'{' | b'[' if self.open.len() >= DEPTH => {
                return Err(io::Error::other(format!("JSON nested deeper than {DEPTH}")));
            }
            b'{' if self.is_python()? => return self.python(),
            b'{' | b'[' => self.enter(byte == b'{'),
            b'}' | b']' => return Ok(self.leave()),
            b'"' => return self.string(),
            b',' => {
                self.at += 1;
                if let Some(open) = self.open.last_mut() {
                    open.key_next = open.object;
                }
            }
            _ if self.is_in_list() && !byte.is_ascii_whitespace() => return self.other(),
            // RFC 7464 puts a record separator before each text; a file with
            // holes has zeros in them; a call or a statement ends with signs.
            _ if !self.open.is_empty()
                || byte.is_ascii_whitespace()
                || matches!(byte, 0 | 0x1e | b')' | b';') =>
            {
                self.at += 1;
            }
            _ => return self.skip_line(),
        }
        Ok(JsonStep::More)
    }

    /// Whether the scan is directly in a list that may be one of studies.
    fn is_in_list(&self) -> bool {
        self.open.len() <= 2 && self.open.last().is_some_and(|open| !open.object)
    }

    /// Notes a value in a list that is no object and no list.
    fn note_other(&mut self, at: usize) {
        let (line, byte) = self.window.position(at);
        let location = self.place.location(line, byte);
        let Some(list) = self.open.last_mut() else { return };
        if list.others.len() < STRAYS_NAMED {
            list.others.push(location);
        } else {
            list.more_others += 1;
        }
    }

    /// Moves past `null`, a number or such in a list.
    fn other(&mut self) -> io::Result<JsonStep> {
        if self.open.last().is_some_and(|list| list.others.len() < STRAYS_NAMED) {
            self.note_other(self.at);
        } else if let Some(list) = self.open.last_mut() {
            list.more_others += 1;
        }
        while let Some(byte) = self.peek()? {
            if matches!(byte, b',' | b']' | b'}' | b'[' | b'{' | b'"') {
                break;
            }
            self.at += 1;
        }
        Ok(JsonStep::More)
    }

    /// Moves past a line that is no JSON.
    fn skip_line(&mut self) -> io::Result<JsonStep> {
        let mark = b"\xef\xbb\xbf";
        if self.window.bytes()[self.at..].starts_with(mark) {
            self.at += mark.len();
            return Ok(JsonStep::More);
        }
        if !self.resumed {
            self.stray(self.at, "a line that is no JSON");
        }
        loop {
            if let Some(end) = memchr(b'\n', &self.window.bytes()[self.at..]) {
                self.at += end;
                return Ok(JsonStep::More);
            }
            self.at = self.window.bytes().len();
            if !self.extend()? {
                return Ok(JsonStep::More);
            }
        }
    }

    /// Notes something that is not a study where one was expected.
    fn stray(&mut self, at: usize, what: &'static str) {
        if self.strays.len() < STRAYS_NAMED {
            let (line, byte) = self.window.position(at);
            self.strays.push((self.place.location(line, byte), what));
        } else {
            self.more_strays += 1;
        }
    }

    /// The byte at the scan's position, reading on where needed.
    fn peek(&mut self) -> io::Result<Option<u8>> {
        while self.at >= self.window.bytes().len() {
            if !self.extend()? {
                return Ok(None);
            }
        }
        Ok(Some(self.window.bytes()[self.at]))
    }

    /// Reads on, keeping what may become a record.
    fn extend(&mut self) -> io::Result<bool> {
        let keep = self.keep_from();
        self.forget(keep);
        if self.at > self.limits.record {
            // Whatever starts here is no record of a size that is read.
            self.open.iter_mut().for_each(|open| open.wrapper = true);
            let keep = self.keep_from();
            self.forget(keep);
        }
        self.window.extend()
    }

    /// The start of the outermost object that may be a study.
    fn keep_from(&self) -> usize {
        self.open
            .iter()
            .find(|open| open.object && !open.wrapper)
            .map_or(self.at, |open| open.start)
    }

    fn forget(&mut self, count: usize) {
        self.window.forget(count);
        self.at -= count;
        for open in &mut self.open {
            open.start = open.start.saturating_sub(count);
        }
    }

    fn enter(&mut self, object: bool) {
        self.open.push(OpenBracket {
            start: self.at,
            object,
            key_next: object,
            wrapper: !object,
            list: false,
            holds: false,
            numbered: false,
            kind_next: false,
            others: Vec::new(),
            more_others: 0,
        });
        self.at += 1;
    }

    /// An array or object ends that is no study by its sections.
    fn leave(&mut self) -> JsonStep {
        self.at += 1;
        let Some(closed) = self.open.pop() else {
            return JsonStep::More;
        };
        let in_list = self.open.last().is_none_or(|above| !above.object);
        let bytes = &self.window.bytes()[closed.start..self.at];
        if closed.object && !closed.wrapper && in_list && closed.numbered && is_flat(bytes) {
            let payload = RecordPayload::Bytes(bytes.to_vec());
            let (line, byte) = self.window.position(closed.start);
            let location = self.place.location(line, byte);
            self.studies += 1;
            self.open.iter_mut().for_each(|open| open.holds = true);
            return JsonStep::Found(SourceItem::Record(Record {
                format: RecordFormat::JsonFlat,
                payload,
                location,
            }));
        }
        let among_studies = self.open.last().is_none_or(|above| !above.object && above.wrapper);
        let stray = closed.object
            && !closed.wrapper
            && !closed.holds
            && among_studies
            && self.open.len() <= 2;
        if stray && !is_action(bytes) {
            self.stray(closed.start, "an object without any section of a study");
        }
        self.take_others(closed);
        JsonStep::More
    }

    /// A value in a list of studies that is no study.
    fn take_others(&mut self, closed: OpenBracket) {
        if !closed.list {
            return;
        }
        self.more_strays += closed.more_others;
        for location in closed.others {
            if self.strays.len() < STRAYS_NAMED {
                self.strays.push((location, "a value that is no study"));
            } else {
                self.more_strays += 1;
            }
        }
    }

    /// A string outside of studies: if it is the key of a section, the object
    /// around it is a record.
    fn string(&mut self) -> io::Result<JsonStep> {
        if self.is_in_list() {
            self.note_other(self.at);
        }
        let start = self.at + 1;
        let Some(end) = self.string_end(start)? else {
            return Ok(JsonStep::More);
        };
        // The window may have moved, past the sign before the string, too.
        let text = &self.window.bytes()[end.0..end.1];
        let Some(open) = self.open.last_mut().filter(|open| open.object) else {
            return Ok(self.value(end));
        };
        if !std::mem::take(&mut open.key_next) {
            let kind = std::mem::take(&mut open.kind_next);
            if kind && !open.wrapper && text == b"ResearchStudy" {
                return Ok(JsonStep::Found(self.record(RecordFormat::Fhir)));
            }
            return Ok(self.value(end));
        }
        let key = unescaped(text);
        // Tables of nested records have paths for keys.
        let first = key.split(|byte| *byte == b'.').next().unwrap_or(&key);
        let section = SECTIONS.iter().find(|(name, _)| *name == first);
        open.numbered |= objects::is_numbered(&key);
        open.kind_next = *key == *b"resourceType";
        let wrapper = open.wrapper;
        self.foreign = self.foreign.or_else(|| OtherRegistry::of_key(&key));
        if self.first_key.is_none() {
            self.first_key = Some(String::from_utf8_lossy(&key).chars().take(40).collect());
        }
        match section {
            Some((_, format)) if !wrapper => Ok(JsonStep::Found(self.record(*format))),
            _ => Ok(JsonStep::More),
        }
    }

    /// Moves past a string that starts at `start`; gives its range, or `None`
    /// where the text ends or the string is too long to be a key.
    fn string_end(&mut self, start: usize) -> io::Result<Option<(usize, usize)>> {
        let mut length = 0;
        self.at = start;
        loop {
            let from = self.at + length;
            let bytes = self.window.bytes();
            match memchr2(b'"', b'\\', bytes.get(from..).unwrap_or_default()) {
                Some(found) if bytes[from + found] == b'"' => {
                    let range = (self.at, from + found);
                    self.at = range.1 + 1;
                    return Ok(Some(range));
                }
                Some(found) => length += found + 2,
                None => {
                    length = bytes.len().saturating_sub(self.at).max(length);
                    if length > self.limits.record {
                        self.at = (self.at + length).min(bytes.len());
                        length = 0;
                    }
                    if !self.extend()? {
                        self.at = self.window.bytes().len();
                        return Ok(None);
                    }
                }
            }
        }
    }

    /// Reads the study that the innermost open object is.
    fn record(&mut self, format: RecordFormat) -> SourceItem {
        let study = self.open.pop().map_or(0, |open| open.start);
        self.open.iter_mut().for_each(|open| open.wrapper = true);
        if let Some(list) = self.open.last_mut() {
            list.list = true;
        }
        self.studies += 1;
        self.forget(study);
        let (line, byte) = self.window.position(0);
        let location = self.place.location(line, byte);
        match self.object_end() {
            Ok(end) => {
                self.at = end;
                let bytes = &self.window.bytes()[..end];
                let most = self.limits.values;
                if memchr_iter(b',', bytes).count() > most {
                    let reason =
                        format!("a study of more than {most} values{}", ReadLimit::Values.note());
                    return SourceItem::Unread(location, reason);
                }
                let payload = RecordPayload::Bytes(bytes.to_vec());
                SourceItem::Record(Record { format, payload, location })
            }
            Err(unclosed) => {
                let again = matches!(unclosed, UnclosedObject::TooLong | UnclosedObject::Read(_));
                let reason = self.give_up(unclosed);
                if again {
                    SourceItem::Unread(location, reason)
                } else {
                    SourceItem::Reject(location, reason)
                }
            }
        }
    }

    fn finish(&mut self, sink: &mut ItemSink<'_>) -> ControlFlow<()> {
        if self.studies > 0 {
            let open = std::mem::take(&mut self.open);
            let cut = !open.is_empty() && !self.resumed;
            open.into_iter().for_each(|open| self.take_others(open));
            if cut {
                let (line, byte) = self.window.position(self.at);
                let reason = "cut: the file ends inside the list of studies".to_owned();
                sink(SourceItem::Reject(self.place.location(line, byte), reason))?;
            }
        } else {
            let what = match (&self.first_key, self.open.is_empty()) {
                (_, false) => {
                    let reason = "cut: JSON that ends inside an array or object".to_owned();
                    return sink(SourceItem::Reject(self.place.location(0, 0), reason));
                }
                (Some(_), true) if self.foreign.is_some() => {
                    let name = self.foreign.map_or("", OtherRegistry::name);
                    let reason = format!("{name}, which is not read");
                    return sink(SourceItem::Reject(self.place.location(0, 0), reason));
                }
                (Some(key), true) => format!("JSON without a study; its first key is `{key}`"),
                (None, true) => "JSON without a study".to_owned(),
            };
            return sink(SourceItem::NotStudy(self.place.location(0, 0), what));
        }
        self.report_strays(sink)
    }

    /// Names the objects among the studies that are not studies.
    fn report_strays(&mut self, sink: &mut ItemSink<'_>) -> ControlFlow<()> {
        if self.studies == 0 {
            return ControlFlow::Continue(());
        }
        for (location, what) in std::mem::take(&mut self.strays) {
            sink(SourceItem::Reject(location, what.to_owned()))?;
        }
        if self.more_strays > 0 {
            let reason =
                format!("{} more lines, objects or values that are no study", self.more_strays);
            sink(SourceItem::Reject(self.place.location(0, 0), reason))?;
        }
        ControlFlow::Continue(())
    }
}

/// A key without escapes: its letters can be written by their numbers.
fn unescaped(key: &[u8]) -> Cow<'_, [u8]> {
    if memchr(b'\\', key).is_none() {
        return Cow::Borrowed(key);
    }
    let plain = serde_json::from_slice::<String>(&[b"\"", key, b"\""].concat());
    Cow::Owned(plain.map(String::into_bytes).unwrap_or_default())
}

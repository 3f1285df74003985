//! Legacy XML: every `clinical_study` element of a stream is a record, or every
//! element that one of the registry's services delivered a study in.

mod outside;

use std::ops::ControlFlow;

use memchr::memmem;

use super::stream_context::{reading, too_long};
use super::window::StreamWindow;
use super::{
    ByteStream, ItemSink, ReadLimits, Record, RecordFormat, RecordPayload, SourceItem,
    SourceLocation, SourcePlace,
};
use outside::OutsideScan;

/// What the start and the end tag of a record begin with.
#[derive(Debug, Clone, Copy)]
struct RecordTags {
    start: &'static [u8],
    end: &'static [u8],
    format: RecordFormat,
}

impl RecordTags {
    const fn new(start: &'static [u8], end: &'static [u8], format: RecordFormat) -> Self {
        Self { start, end, format }
    }
}

const LEGACY: RecordTags =
    RecordTags::new(b"<clinical_study", b"</clinical_study", RecordFormat::Xml);

/// Records of other services: those of API v1, of a list of search results, and
/// of FHIR, by an element around or before them.
const SERVICES: [(&[u8], RecordTags); 4] = [
    (b"<FullStud", RecordTags::new(b"<FullStudy", b"</FullStudy", RecordFormat::Xml)),
    (
        b"<StudyFieldsResponse",
        RecordTags::new(b"<StudyFields", b"</StudyFields", RecordFormat::Xml),
    ),
    (b"<search_results", RecordTags::new(b"<study", b"</study", RecordFormat::Xml)),
    (b"<ResearchStudy", RecordTags::new(b"<ResearchStudy", b"</ResearchStudy", RecordFormat::Fhir)),
];

/// Roots of the XML of other registries, which is not read.
const FOREIGN: [(&str, &str); 5] = [
    ("Trials_downloaded_from_ICTRP", "an XML export of ICTRP"),
    ("allTrials", "XML of ISRCTN"),
    ("trials", "XML of trials in the form of WHO's ICTRP"),
    ("trial", "a trial as XML of another registry"),
    ("drks_studies", "XML of DRKS, the German register"),
];

/// The records of a text, by its first bytes.
fn tags(head: &[u8]) -> RecordTags {
    let has = |sign: &[u8]| memmem::find(head, sign).is_some();
    let service = SERVICES.iter().find(|(sign, _)| has(sign) && !has(LEGACY.start));
    service.map_or(LEGACY, |(_, tags)| *tags)
}

/// Sends the studies of a stream to the sink; text around them is skipped.
pub(super) fn split(
    stream: ByteStream<'_>,
    place: &SourcePlace,
    limits: &ReadLimits,
    sink: &mut ItemSink<'_>,
) -> ControlFlow<()> {
    let mut window = StreamWindow::new(stream);
    // What fails here fails again below.
    let _ = window.extend();
    let mut splitter = XmlSplitter {
        place,
        limits,
        tags: tags(window.bytes()),
        studies: 0,
        given_up: false,
        root: None,
        outside: OutsideScan::default(),
        text: None,
    };
    let failure = splitter.run(&mut window, sink)?;
    splitter.finish(failure, sink)
}

struct XmlSplitter<'a> {
    place: &'a SourcePlace,
    limits: &'a ReadLimits,
    tags: RecordTags,
    studies: u64,
    /// The bytes between the studies, and where text in them begins.
    outside: OutsideScan,
    text: Option<SourceLocation>,
    /// A study was not read to its end: what comes before the next one is the
    /// rest of it.
    given_up: bool,
    /// Name of the first element.
    root: Option<String>,
}

/// What the scan of a study ended with.
enum StudyScan {
    /// The study ends before this position.
    End(usize),
    /// Another study starts at this position.
    Cut(usize),
    TooLong,
    /// The stream ended.
    Broken(String),
    /// The stream failed.
    Failed(String),
}

impl XmlSplitter<'_> {
    /// Goes through the stream; gives the reason where it could not be read
    /// to its end.
    fn run(
        &mut self,
        window: &mut StreamWindow<'_>,
        sink: &mut ItemSink<'_>,
    ) -> ControlFlow<(), Option<String>> {
        loop {
            match self.seek_study(window) {
                Ok(NextStudy::Study) => {}
                Ok(NextStudy::Tail(_)) if self.given_up => {
                    self.given_up = false;
                    continue;
                }
                Ok(NextStudy::Tail(location)) => {
                    self.studies += 1;
                    let reason = "cut: the end of a study whose start is missing".to_owned();
                    sink(SourceItem::Reject(location, reason))?;
                    continue;
                }
                Ok(NextStudy::End) => return ControlFlow::Continue(None),
                Err(error) => return ControlFlow::Continue(Some(reading(&error))),
            }
            self.studies += 1;
            self.given_up = false;
            let found = self.study(window);
            sink(found)?;
        }
    }

    /// Takes the study that the window starts with.
    fn study(&mut self, window: &mut StreamWindow<'_>) -> SourceItem {
        let (line, byte) = window.position(0);
        let location = self.place.location(line, byte);
        match self.scan_study(window) {
            StudyScan::End(end) => {
                let payload = RecordPayload::Bytes(window.bytes()[..end].to_vec());
                window.forget(end);
                SourceItem::Record(Record { format: self.tags.format, payload, location })
            }
            StudyScan::Cut(at) => {
                window.forget(at);
                let reason = "cut: another study starts before this one ends".to_owned();
                SourceItem::Reject(location, reason)
            }
            StudyScan::TooLong => {
                self.given_up = true;
                window.forget(self.tags.start.len());
                SourceItem::Unread(location, too_long(self.limits.record))
            }
            StudyScan::Broken(reason) => {
                self.given_up = true;
                window.forget(self.tags.start.len());
                SourceItem::Reject(location, reason)
            }
            StudyScan::Failed(reason) => {
                self.given_up = true;
                window.forget(self.tags.start.len());
                SourceItem::Unread(location, reason)
            }
        }
    }

    /// Moves the window to the next study, or past the end of one.
    fn seek_study(&mut self, window: &mut StreamWindow<'_>) -> std::io::Result<NextStudy> {
        loop {
            self.note_root(window.bytes());
            match markup(window.bytes(), 0, self.tags) {
                StudyMarkup::Study(at) => {
                    self.pass(window, at);
                    return Ok(NextStudy::Study);
                }
                StudyMarkup::StudyEnd(end) => {
                    let (line, byte) = window.position(end);
                    window.forget(end);
                    return Ok(NextStudy::Tail(self.place.location(line, byte)));
                }
                StudyMarkup::Unfinished(at) => {
                    self.pass(window, at);
                    if window.bytes().len() > self.limits.record {
                        skip_hidden(window)?;
                    } else if !window.extend()? {
                        return Ok(NextStudy::End);
                    }
                }
            }
        }
    }

    /// Moves past bytes that belong to no study; text in them is noted.
    fn pass(&mut self, window: &mut StreamWindow<'_>, count: usize) {
        if self.studies > 0 && !self.given_up && self.text.is_none() {
            let text = self.outside.text(&window.bytes()[..count]);
            self.text = text.map(|at| {
                let (line, byte) = window.position(at);
                self.place.location(line, byte)
            });
        }
        window.forget(count);
    }

    fn note_root(&mut self, bytes: &[u8]) {
        if self.root.is_none() {
            let name = bytes.windows(2).position(|pair| {
                pair[0] == b'<' && (pair[1].is_ascii_alphabetic() || pair[1] == b'_')
            });
            self.root = name.map(|at| {
                let name =
                    bytes[at + 1..].split(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_');
                String::from_utf8_lossy(name.into_iter().next().unwrap_or_default()).into_owned()
            });
        }
    }

    /// Finds the end of the study that the window starts with.
    fn scan_study(&self, window: &mut StreamWindow<'_>) -> StudyScan {
        let mut from = self.tags.start.len();
        loop {
            match markup(window.bytes(), from, self.tags) {
                StudyMarkup::StudyEnd(end) => return StudyScan::End(end),
                StudyMarkup::Study(at) => return StudyScan::Cut(at),
                StudyMarkup::Unfinished(at) => {
                    from = at;
                    if window.bytes().len() > self.limits.record {
                        return StudyScan::TooLong;
                    }
                    match window.extend() {
                        Ok(true) => {}
                        Ok(false) => {
                            let length = window.bytes().len();
                            return StudyScan::Broken(format!(
                                "cut: the file ends {length} bytes into the study"
                            ));
                        }
                        Err(error) => return StudyScan::Failed(reading(&error)),
                    }
                }
            }
        }
    }

    fn finish(&self, failure: Option<String>, sink: &mut ItemSink<'_>) -> ControlFlow<()> {
        if let Some(text) = self.text.clone() {
            let reason = "text between or behind the studies that is no XML".to_owned();
            sink(SourceItem::Reject(text, reason))?;
        }
        let foreign = |root: &String| FOREIGN.iter().find(|(known, _)| known == root);
        let location = self.place.location(0, 0);
        match (failure, self.studies, &self.root) {
            (Some(reason), ..) => sink(SourceItem::Unread(location, reason)),
            (None, 0, Some(root)) if root.eq_ignore_ascii_case("html") => {
                sink(SourceItem::NotStudy(location, "an HTML page".to_owned()))
            }
            (None, 0, Some(root)) if foreign(root).is_some() => {
                let what = foreign(root).map_or("", |(_, what)| what);
                sink(SourceItem::Reject(location, format!("{what}, which is not read")))
            }
            (None, 0, Some(root)) => sink(SourceItem::NotStudy(
                location,
                format!("XML with no clinical_study in its `{root}`"),
            )),
            (None, 0, None) => {
                sink(SourceItem::NotStudy(location, "XML without elements".to_owned()))
            }
            _ => ControlFlow::Continue(()),
        }
    }
}

/// Where the search for a study stopped.
enum NextStudy {
    /// The window starts with a study.
    Study,
    /// The end of a study without its start, here.
    Tail(SourceLocation),
    End,
}

/// Moves past a comment or CDATA section, at which the window starts and which
/// is too long to be kept.
fn skip_hidden(window: &mut StreamWindow<'_>) -> std::io::Result<()> {
    let closing: &[u8] = if window.bytes().starts_with(b"<!--") { b"-->" } else { b"]]>" };
    window.forget(1);
    loop {
        if let Some(end) = memmem::find(window.bytes(), closing) {
            window.forget(end + closing.len());
            return Ok(());
        }
        let kept = window.bytes().len().saturating_sub(closing.len() - 1);
        window.forget(kept);
        if !window.extend()? {
            return Ok(());
        }
    }
}

/// A piece of markup, as far as it matters here.
enum StudyMarkup {
    /// A start tag of a study, at this position.
    Study(usize),
    /// An end tag of a study, which ends before this position.
    StudyEnd(usize),
    /// The bytes end before the markup at this position is clear.
    Unfinished(usize),
}

/// The next tag of a study from `from` on, outside of comments and CDATA.
fn markup(bytes: &[u8], mut from: usize, tags: RecordTags) -> StudyMarkup {
    while let Some(found) = memchr::memchr(b'<', &bytes[from..]) {
        let at = from + found;
        let rest = &bytes[at..];
        let hidden = if rest.starts_with(b"<!--") {
            Some((4, &b"-->"[..]))
        } else if rest.starts_with(b"<![CDATA[") {
            Some((9, &b"]]>"[..]))
        } else {
            None
        };
        if let Some((opening, closing)) = hidden {
            match memmem::find(&rest[opening..], closing) {
                Some(end) => from = at + opening + end + closing.len(),
                None => return StudyMarkup::Unfinished(at),
            }
        } else if is_tag(rest, tags.start) {
            return StudyMarkup::Study(at);
        } else if is_tag(rest, tags.end) {
            return match memchr::memchr(b'>', rest) {
                Some(close) => StudyMarkup::StudyEnd(at + close + 1),
                None => StudyMarkup::Unfinished(at),
            };
        } else if rest.len() <= tags.end.len() {
            return StudyMarkup::Unfinished(at);
        } else {
            from = at + 1;
        }
    }
    StudyMarkup::Unfinished(bytes.len())
}

fn is_tag(rest: &[u8], tag: &[u8]) -> bool {
    rest.starts_with(tag)
        && rest
            .get(tag.len())
            .is_some_and(|byte| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/'))
}

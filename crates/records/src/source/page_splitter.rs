//! Module pages: a file or member is a page, or holds several.

use std::io::Read as _;
use std::ops::ControlFlow;

use memchr::memmem;

use super::banner::beginning;
use super::ris_splitter;
use super::stream_context::reading;
use super::table_layout::{self, table_below};
use super::window::newlines;
use super::{
    ByteStream, ItemSink, ReadLimit, ReadLimits, Record, RecordFormat, RecordPayload, SourceItem,
    SourcePlace,
};

/// Ends the line that says where in the data model a page belongs.
const PATH_MARK: &[u8] = b"path is as follows:";

/// Hands out the pages of a stream, and gives what is behind them in another
/// form, with its place.
pub(super) fn split(
    stream: ByteStream<'_>,
    place: &SourcePlace,
    limits: &ReadLimits,
    sink: &mut ItemSink<'_>,
) -> ControlFlow<(), Option<(SourcePlace, Vec<u8>)>> {
    let mut text = Vec::new();
    if let Err(error) = stream.take(limits.record as u64 + 1).read_to_end(&mut text) {
        sink(SourceItem::Unread(place.location(0, 0), reading(&error)))?;
        return ControlFlow::Continue(None);
    }
    if text.len() > limits.record {
        let limit = limits.record;
        let reason =
            format!("pages of more than {limit} bytes in a file{}", ReadLimit::Record.note());
        sink(SourceItem::Unread(place.location(0, 0), reason))?;
        return ControlFlow::Continue(None);
    }
    let behind = other_text(&text).map(|(lines, at)| (place.behind(lines, at as u64), at));
    let behind = behind.map(|(place, at)| (place, text.split_off(at)));
    let starts = starts(&text);
    let mut line = 1;
    for (number, start) in starts.iter().enumerate() {
        let end = starts.get(number + 1).copied().unwrap_or(text.len());
        let page = &text[*start..end];
        sink(SourceItem::Record(Record {
            format: RecordFormat::ModulePage,
            payload: RecordPayload::Bytes(page.to_vec()),
            location: place.location(line, *start as u64),
        }))?;
        line += newlines(page);
    }
    ControlFlow::Continue(behind)
}

/// Bytes that are looked at to tell what is behind a page.
const LOOKED_AT: usize = 16 << 10;

/// The lines and bytes before the JSON, XML, RIS or table in a text that began
/// with a page.
fn other_text(text: &[u8]) -> Option<(u64, usize)> {
    let starts = memchr::memchr_iter(b'\n', text).map(|end| end + 1);
    let rests = (1..).zip(starts).map(|(lines, at)| {
        let end = text.len().min(at + LOOKED_AT);
        (lines, at, &text[at..end])
    });
    let may_begin = |rest: &[u8]| {
        matches!(rest.first(), Some(b'{' | b'[' | b'<')) || table_layout::may_be_heading(rest, true)
    };
    rests
        .filter(|(.., rest)| rest.starts_with(ris_splitter::START) || may_begin(rest))
        .take(table_layout::TRIED)
        .find(|(.., rest)| beginning(rest).is_some() || table_below(rest).is_some())
        .map(|(lines, at, _)| (lines, at))
}

/// Where the pages start: the first at 0, each further one at the title above
/// the line that ends in [`PATH_MARK`], or at that line.
fn starts(text: &[u8]) -> Vec<usize> {
    let mut starts = vec![0];
    let mut before = 0;
    for (number, mark) in memmem::find_iter(text, PATH_MARK).enumerate() {
        let line = memchr::memrchr(b'\n', &text[..mark]).map_or(0, |end| end + 1);
        // A line that says it twice is that of one page.
        if number > 0 && line >= before {
            let title = text[line..mark].trim_ascii();
            starts.push(title_start(text, before, line, title));
        }
        before = mark + PATH_MARK.len();
    }
    starts
}

/// The first of the lines from `before` to `line` that is the title, without
/// any that gives a study's number after it; `line` where there is none.
fn title_start(text: &[u8], before: usize, line: usize, title: &[u8]) -> usize {
    let (mut at, mut start) = (before, None);
    for part in text[before..line].split_inclusive(|byte| *byte == b'\n') {
        let trimmed = part.trim_ascii();
        if memmem::find(part, b": NCT").is_some() || trimmed.starts_with(b"Study Brief:") {
            start = None;
        } else if trimmed == title && start.is_none() {
            start = Some(at);
        }
        at += part.len();
    }
    start.unwrap_or(line)
}

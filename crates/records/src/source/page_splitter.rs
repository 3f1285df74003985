//! Module pages: a file or member is a page, or holds several.

use std::io::Read;
use std::ops::ControlFlow;

use memchr::memmem;

use super::container::reading;
use super::window::newlines;
use super::{
    ByteStream, ItemSink, Limits, Record, RecordFormat, RecordPayload, SourceItem, SourcePlace,
};

/// Ends the line that says where in the data model a page belongs.
const PATH_MARK: &[u8] = b"path is as follows:";

/// Hands out the pages of a stream.
pub(super) fn split(
    stream: ByteStream<'_>,
    place: &SourcePlace,
    limits: &Limits,
    sink: &mut ItemSink<'_>,
) -> ControlFlow<()> {
    let mut text = Vec::new();
    if let Err(error) = stream.take(limits.record as u64 + 1).read_to_end(&mut text) {
        return sink(SourceItem::Unread(place.location(0, 0), reading(&error)));
    }
    if text.len() > limits.record {
        let limit = limits.record;
        let reason =
            format!("pages of more than {limit} bytes in a file; `--max-record` raises the limit");
        return sink(SourceItem::Unread(place.location(0, 0), reason));
    }
    let behind = other_text(&text);
    if let Some((line, at)) = behind {
        let reason = "JSON or XML behind text pages, which is not read".to_owned();
        sink(SourceItem::Reject(place.location(line, at as u64), reason))?;
        text.truncate(at);
    }
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
    ControlFlow::Continue(())
}

/// What a line of JSON or XML with studies begins with.
const OTHER: [&[u8]; 6] =
    [b"{\"", b"[{", b"<?xml", b"<clinical_study", b"<FullStud", b"<search_results"];

/// The line, from 1, and the byte where JSON or XML begins in a text that began
/// with a page.
fn other_text(text: &[u8]) -> Option<(u64, usize)> {
    let mut at = 0;
    for (number, line) in (1..).zip(text.split_inclusive(|byte| *byte == b'\n')) {
        if at > 0 && OTHER.iter().any(|start| line.starts_with(start)) {
            return Some((number, at));
        }
        at += line.len();
    }
    None
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

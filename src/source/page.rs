//! Module pages: a file or member is a page, or holds several.

use std::io::Read;
use std::ops::ControlFlow;

use memchr::memmem;

use super::container::reading;
use super::window::newlines;
use super::{Format, Found, Limits, Payload, Place, Record, Sink, Stream};

/// Ends the line that says where in the data model a page belongs.
const PATH_MARK: &[u8] = b"path is as follows:";

/// Hands out the pages of a stream.
pub(super) fn split(
    stream: Stream<'_>,
    place: &Place,
    limits: &Limits,
    sink: &mut Sink<'_>,
) -> ControlFlow<()> {
    let mut text = Vec::new();
    if let Err(error) = stream.take(limits.record as u64 + 1).read_to_end(&mut text) {
        return sink(Found::Cut(place.location(0, 0), reading(&error)));
    }
    if text.len() > limits.record {
        let reason = format!("a page of more than {} bytes", limits.record);
        return sink(Found::Reject(place.location(0, 0), reason));
    }
    let starts = starts(&text);
    for (number, start) in starts.iter().enumerate() {
        let end = starts.get(number + 1).copied().unwrap_or(text.len());
        let line = newlines(&text[..*start]) + 1;
        sink(Found::Record(Record {
            format: Format::ModulePage,
            payload: Payload::Bytes(text[*start..end].to_vec()),
            location: place.location(line, *start as u64),
        }))?;
    }
    ControlFlow::Continue(())
}

/// Where the pages start: the first at 0, each further one at the line that
/// ends in [`PATH_MARK`].
fn starts(text: &[u8]) -> Vec<usize> {
    let marks = memmem::find_iter(text, PATH_MARK).skip(1);
    let lines = marks.map(|at| memchr::memrchr(b'\n', &text[..at]).map_or(0, |end| end + 1));
    std::iter::once(0).chain(lines).collect()
}

//! Lines of a stream, with their places.

use std::io::BufRead;

use super::{ConceptSource, SourceError};

/// The lines of a stream, one after another.
pub(super) struct LineReader<R> {
    input: R,
    buffer: Vec<u8>,
    /// Number of the last line, from 1.
    pub(super) number: u64,
    /// Bytes before it, and with it.
    pub(super) start: u64,
    end: u64,
}

impl<R: BufRead> LineReader<R> {
    pub(super) fn new(input: R) -> Self {
        Self { input, buffer: Vec::new(), number: 0, start: 0, end: 0 }
    }

    /// The next line, without what ends it; `None` after the last.
    pub(super) fn next(&mut self) -> Result<Option<&str>, SourceError> {
        self.buffer.clear();
        self.start = self.end;
        self.number += 1;
        let read = self.input.read_until(b'\n', &mut self.buffer);
        let length = read.map_err(|error| self.wrong(format!("cannot be read: {error}")))?;
        if length == 0 {
            return Ok(None);
        }
        self.end += length as u64;
        let (line, byte) = (self.number, self.start);
        let text = std::str::from_utf8(&self.buffer).map_err(|_| SourceError {
            line,
            byte,
            problem: "not UTF-8".to_owned(),
        })?;
        let text = if line == 1 { text.trim_start_matches('\u{feff}') } else { text };
        Ok(Some(text.trim_end_matches(['\n', '\r'])))
    }

    /// Something is wrong with the last line.
    pub(super) fn wrong(&self, problem: impl Into<String>) -> SourceError {
        SourceError { line: self.number, byte: self.start, problem: problem.into() }
    }
}

/// What a record lacks without which it is none.
pub(super) fn missing(concept: &ConceptSource) -> Option<&'static str> {
    if concept.id.is_empty() {
        Some("a record without an identifier")
    } else if concept.preferred.is_empty() {
        Some("a record without a name")
    } else {
        None
    }
}

//! A moving window over a stream, for finding records in it.

use std::cell::Cell;
use std::io::{self, Read};

/// Bytes asked of the stream first: archives have many small members.
const FIRST_STEP: usize = 16 << 10;

/// Bytes asked of the stream at a time, at most.
const STEP: usize = 256 << 10;

/// The part of a stream that is still of interest.
pub(super) struct StreamWindow<'a> {
    stream: Box<dyn Read + 'a>,
    bytes: Vec<u8>,
    /// Bytes to be asked for next.
    step: usize,
    /// Bytes at the front of `bytes` that are forgotten already; they are
    /// moved out only when more is read.
    forgotten: usize,
    /// Position in the stream of the first byte kept.
    start: u64,
    /// Lines that ended before the first byte kept.
    lines: u64,
    /// Byte and line that were last asked for, so that many places close to
    /// one another cost no more than a look at the bytes.
    known: Cell<(u64, u64)>,
    end_seen: bool,
    /// An error that has not been given yet.
    failure: Option<io::Error>,
}

impl<'a> StreamWindow<'a> {
    pub(super) fn new(stream: Box<dyn Read + 'a>) -> Self {
        Self {
            stream,
            bytes: Vec::new(),
            step: FIRST_STEP,
            forgotten: 0,
            start: 0,
            lines: 0,
            known: Cell::new((0, 1)),
            end_seen: false,
            failure: None,
        }
    }

    /// The bytes kept.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes[self.forgotten..]
    }

    /// Reads on; `false` at the end of the stream. An error is given once, and
    /// is the end of the stream.
    pub(super) fn extend(&mut self) -> io::Result<bool> {
        if let Some(error) = self.failure.take() {
            return Err(error);
        }
        if self.end_seen {
            return Ok(false);
        }
        self.bytes.drain(..self.forgotten);
        self.forgotten = 0;
        let before = self.bytes.len();
        self.bytes.resize(before + self.step, 0);
        self.step = STEP.min(self.step * 2);
        let (filled, outcome) = self.fill(before);
        self.end_seen = outcome.is_err() || filled < self.bytes.len();
        self.bytes.truncate(filled);
        match outcome {
            // What came before the error is looked at first.
            Err(error) if filled > before => {
                self.failure = Some(error);
                Ok(true)
            }
            Err(error) => Err(error),
            Ok(()) => Ok(filled > before),
        }
    }

    /// Reads into the bytes from `filled` on, up to their end or that of the
    /// stream; gives where it stopped.
    fn fill(&mut self, mut filled: usize) -> (usize, io::Result<()>) {
        while filled < self.bytes.len() {
            match self.stream.read(&mut self.bytes[filled..]) {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return (filled, Err(error)),
            }
        }
        (filled, Ok(()))
    }

    /// Forgets the first `count` bytes kept.
    pub(super) fn forget(&mut self, count: usize) {
        self.lines += newlines(&self.bytes()[..count]);
        self.start += count as u64;
        self.forgotten += count;
    }

    /// Line (from 1) and byte (from 0) of the stream at a position in
    /// [`StreamWindow::bytes`].
    pub(super) fn position(&self, at: usize) -> (u64, u64) {
        let (before, lines) = self.known.get();
        let from = before.checked_sub(self.start).and_then(|from| usize::try_from(from).ok());
        let (from, lines) = match from.filter(|from| *from <= at) {
            Some(from) => (from, lines),
            None => (0, self.lines + 1),
        };
        let place = (lines + newlines(&self.bytes()[from..at]), self.start + at as u64);
        self.known.set((place.1, place.0));
        place
    }
}

pub(super) fn newlines(bytes: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', bytes).count() as u64
}

//! The bytes of a table, without the part of a row that is too long.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

/// Bytes that are skipped at a time.
const STEP: usize = 1 << 16;

/// Leaves out the bytes of a row beyond `limit`, and reports where the stream
/// ends inside a quote, which the reader of the table takes for the end of the
/// row.
pub(super) struct RowLimitReader<R> {
    inner: R,
    limit: usize,
    delimiter: u8,
    quoting: QuoteState,
    /// Whether quotes mean anything.
    quotes: bool,
    /// The last byte that was read.
    last: u8,
    /// Bytes behind a row that was too long, to be handed out first.
    waiting: Vec<u8>,
    told: SharedRowState,
}

/// What is known of the bytes of a table.
#[derive(Clone, Default)]
pub(super) struct SharedRowState(Rc<RowState>);

#[derive(Default)]
struct RowState {
    /// Bytes read since the last row.
    since_row: Cell<usize>,
    /// The stream ended inside a quote.
    unclosed: Cell<bool>,
    /// The row is too long; the rest of it is left out.
    too_long: Cell<bool>,
    /// Line feeds and bytes that were left out of rows.
    left_out: Cell<(u64, u64)>,
    /// The same before the row.
    before: Cell<(u64, u64)>,
    /// Whether the first line ends in a carriage return and a line feed.
    carriage: Cell<Option<bool>>,
}

impl SharedRowState {
    /// A row is read next.
    pub(super) fn begin_row(&self) {
        self.0.since_row.set(0);
        self.0.too_long.set(false);
        self.0.before.set(self.0.left_out.get());
    }

    /// Whether a part of the row was left out.
    pub(super) fn is_too_long(&self) -> bool {
        self.0.too_long.get()
    }

    pub(super) fn is_unclosed(&self) -> bool {
        self.0.unclosed.get()
    }

    /// Whether lines end in a carriage return and a line feed.
    pub(super) fn has_carriages(&self) -> bool {
        self.0.carriage.get() == Some(true)
    }

    /// Line feeds and bytes that were left out of rows before this one.
    pub(super) fn left_out_before(&self) -> (u64, u64) {
        self.0.before.get()
    }

    fn leave_out(&self, bytes: &[u8]) {
        let (lines, count) = self.0.left_out.get();
        let feeds = memchr::memchr_iter(b'\n', bytes).count() as u64;
        self.0.left_out.set((lines + feeds, count + bytes.len() as u64));
    }
}

/// The position of the stream in a field.
#[derive(Clone, Copy, PartialEq, Eq)]
enum QuoteState {
    FieldStart,
    Plain,
    Quoted,
    /// After a quote inside a quoted field: its end, or one of a pair.
    QuoteSeen,
}

impl QuoteState {
    fn after(self, byte: u8, delimiter: u8) -> Self {
        match (self, byte) {
            (Self::Quoted, b'"') => Self::QuoteSeen,
            (Self::Quoted, _) | (Self::FieldStart | Self::QuoteSeen, b'"') => Self::Quoted,
            (_, b'\n' | b'\r') => Self::FieldStart,
            (_, byte) if byte == delimiter => Self::FieldStart,
            _ => Self::Plain,
        }
    }
}

impl<R: Read> RowLimitReader<R> {
    pub(super) fn new(
        inner: R,
        limit: usize,
        delimiter: u8,
        quotes: bool,
        told: SharedRowState,
    ) -> Self {
        let (quoting, waiting) = (QuoteState::FieldStart, Vec::new());
        Self { inner, limit, delimiter, quoting, quotes, last: 0, waiting, told }
    }

    /// Takes note of bytes that were read.
    fn note(&mut self, bytes: &[u8]) {
        let known = &self.told.0;
        known.since_row.set(known.since_row.get() + bytes.len());
        if known.carriage.get().is_none() {
            let feed = memchr::memchr(b'\n', bytes);
            let before = feed.map(|at| at.checked_sub(1).map_or(self.last, |at| bytes[at]));
            known.carriage.set(before.map(|byte| byte == b'\r'));
            self.last = bytes.last().copied().unwrap_or(self.last);
        }
        let delimiter = self.delimiter;
        let pass = |quoting: QuoteState, byte: &u8| quoting.after(*byte, delimiter);
        if self.quotes {
            self.quoting = bytes.iter().fold(self.quoting, pass);
        }
        known.unclosed.set(bytes.is_empty() && self.quoting == QuoteState::Quoted);
    }

    /// Moves on from `bytes`, inside of a row that is too long, to its end. The
    /// reader gets the end of the row, and the bytes that were read after it.
    fn leave_out_row(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.told.0.too_long.set(true);
        let mut end = Vec::new();
        if self.quotes && self.quoting == QuoteState::Quoted {
            end.push(b'"');
        }
        let mut read = bytes.to_vec();
        let mut buffer = vec![0; STEP];
        loop {
            let row = self.row_end(&read);
            let (left_out, behind) = read.split_at(row.unwrap_or(read.len()));
            self.told.leave_out(left_out);
            self.note(left_out);
            if row.is_some() {
                self.note(behind);
                end.extend_from_slice(behind);
                break;
            }
            let count = self.inner.read(&mut buffer)?;
            if count == 0 {
                end.push(b'\n');
                break;
            }
            read.clear();
            read.extend_from_slice(&buffer[..count]);
        }
        end.reverse();
        self.waiting = end;
        Ok(())
    }

    /// Where the row ends that the bytes are in: at its line feed or carriage
    /// return, which is the first byte behind.
    fn row_end(&self, bytes: &[u8]) -> Option<usize> {
        let mut quoting = self.quoting;
        bytes.iter().position(|byte| {
            let inside = self.quotes && quoting == QuoteState::Quoted;
            quoting = quoting.after(*byte, self.delimiter);
            !inside && matches!(byte, b'\n' | b'\r')
        })
    }

    /// Hands out bytes that wait.
    fn hand_out(&mut self, buffer: &mut [u8]) -> usize {
        let count = buffer.len().min(self.waiting.len());
        for place in &mut buffer[..count] {
            *place = self.waiting.pop().unwrap_or_default();
        }
        count
    }
}

impl<R: Read> Read for RowLimitReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if !self.waiting.is_empty() {
            return Ok(self.hand_out(buffer));
        }
        let read = self.inner.read(buffer)?;
        if read > 0 && self.told.0.since_row.get() + read > self.limit {
            let bytes = buffer[..read].to_vec();
            self.leave_out_row(&bytes)?;
            return Ok(self.hand_out(buffer));
        }
        self.note(&buffer[..read]);
        Ok(read)
    }
}

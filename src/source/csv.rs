//! Tables: a row is a record.

use std::cell::Cell;
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::rc::Rc;
use std::sync::Arc;

use csv::{ByteRecord, ReaderBuilder};

use super::relational::{self, Part};
use super::table::Table;
use super::{Format, Found, Limits, Payload, Place, Record, Sink, Stream};

/// Hands out the rows of a table below its heading.
pub(super) fn split(
    stream: Stream<'_>,
    table: Table,
    place: &Place,
    limits: &Limits,
    sink: &mut Sink<'_>,
) -> ControlFlow<()> {
    let delimiter = table.delimiter;
    let since_row = Rc::new(Cell::new(0));
    let unclosed = Rc::new(Cell::new(false));
    let carriage = Rc::new(Cell::new(None));
    let bounded = Bounded {
        inner: stream,
        since_row: since_row.clone(),
        limit: limits.record,
        delimiter,
        quoting: Quoting::FieldStart,
        unclosed: unclosed.clone(),
        last: 0,
        carriage: carriage.clone(),
    };
    let mut builder = ReaderBuilder::new();
    let mut reader =
        builder.has_headers(false).flexible(true).delimiter(delimiter).from_reader(bounded);
    let mut header: Option<Arc<ByteRecord>> = None;
    let mut rows = 0;
    let mut part = None;
    loop {
        let mut row = ByteRecord::new();
        since_row.set(0);
        match reader.read_byte_record(&mut row) {
            Ok(false) => break,
            Ok(true) => {}
            Err(error) => {
                let (line, byte) = (reader.position().line(), reader.position().byte());
                let reason = format!("the table cannot be read further: {error}");
                return sink(Found::Unread(place.location(line, byte), reason));
            }
        }
        let Some(header) = &header else {
            if is_separator_line(&row) {
                continue;
            }
            let names: Vec<String> = row.iter().map(super::table::fold).collect();
            part = match relational::part(place, &names) {
                Some(Part::Left(name)) => return left(name, place, sink),
                Some(Part::Read(name)) => Some(name),
                None if table.publications => {
                    let reason = "a table of publications, not of studies".to_owned();
                    return sink(Found::NotStudy(place.location(0, 0), reason));
                }
                None => None,
            };
            header = Some(Arc::new(numbered(&row, table.number)));
            continue;
        };
        if row.iter().all(<[u8]>::is_empty) {
            continue;
        }
        rows += 1;
        // A row ends at its carriage return, so the next begins with a line feed.
        let behind = u64::from(carriage.get() == Some(true));
        let (line, byte) =
            row.position().map_or((0, 0), |at| (at.line() + behind, at.byte() + behind));
        let location = place.location(line, byte);
        let found = if unclosed.get() {
            let reason = "cut: the file ends inside a quote of this row".to_owned();
            Found::Reject(location, reason)
        } else if row.len() > limits.cells {
            let reason = format!("a row of {} cells; `--max-cells` raises the limit", row.len());
            Found::Unread(location, reason)
        } else {
            let payload = Payload::Row { header: header.clone(), row, part };
            Found::Record(Record { format: Format::Csv, payload, location })
        };
        sink(found)?;
    }
    if rows == 0 {
        let reason = "a table with a heading only".to_owned();
        return sink(Found::NotStudy(place.location(0, 0), reason));
    }
    ControlFlow::Continue(())
}

/// Says that nothing of a table is read.
fn left(name: &str, place: &Place, sink: &mut Sink<'_>) -> ControlFlow<()> {
    let reason = format!("the table `{name}` of AACT, of which nothing is read");
    sink(Found::Reject(place.location(0, 0), reason))
}

/// The heading, with a name that says so over the column with the numbers.
fn numbered(heading: &ByteRecord, number: usize) -> ByteRecord {
    let said = |name: &[u8]| {
        let name = name.strip_prefix(b"\xef\xbb\xbf").unwrap_or(name);
        let letters = name.iter().filter(|byte| byte.is_ascii_alphanumeric());
        let folded: Vec<u8> = letters.map(u8::to_ascii_lowercase).collect();
        [&b"nctnumber"[..], b"nctid", b"studyurl", b"protocolsection"].contains(&folded.as_slice())
    };
    let names =
        (0..).zip(heading).map(
            |(at, name): (usize, _)| {
                if at == number && !said(name) { b"NCT Number" } else { name }
            },
        );
    names.collect()
}

/// Whether this is the line above the heading that tells Excel the delimiter:
/// `sep=;`.
fn is_separator_line(row: &ByteRecord) -> bool {
    let first = row.get(0).unwrap_or_default();
    let first = first.strip_prefix(b"\xef\xbb\xbf").unwrap_or(first);
    let rest = || row.iter().skip(1).all(<[u8]>::is_empty);
    row.len() <= 2 && first.len() <= 5 && is_separator(first) && rest()
}

/// Whether a line or cell begins as that does.
pub(super) fn is_separator(line: &[u8]) -> bool {
    line.get(..4).is_some_and(|start| start.eq_ignore_ascii_case(b"sep="))
}

/// Fails where a single row asks for more than `limit` bytes, and tells where
/// the end of the stream is reached inside a quote, which the reader of the
/// table takes for the end of the row.
struct Bounded<R> {
    inner: R,
    since_row: Rc<Cell<usize>>,
    limit: usize,
    delimiter: u8,
    quoting: Quoting,
    unclosed: Rc<Cell<bool>>,
    /// The last byte that was read.
    last: u8,
    /// Whether the first line ends in a carriage return and a line feed.
    carriage: Rc<Cell<Option<bool>>>,
}

/// Where in a field the stream stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Quoting {
    FieldStart,
    Plain,
    Quoted,
    /// After a quote inside a quoted field: its end, or one of a pair.
    QuoteSeen,
}

impl Quoting {
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

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.since_row.set(self.since_row.get() + read);
        if self.since_row.get() > self.limit {
            return Err(io::Error::other(format!(
                "a row of more than {} bytes; `--max-record` raises the limit",
                self.limit
            )));
        }
        if self.carriage.get().is_none() {
            let feed = memchr::memchr(b'\n', &buffer[..read]);
            let before = feed.map(|at| at.checked_sub(1).map_or(self.last, |at| buffer[at]));
            self.carriage.set(before.map(|byte| byte == b'\r'));
            self.last = read.checked_sub(1).map_or(self.last, |at| buffer[at]);
        }
        let delimiter = self.delimiter;
        let pass = |quoting: Quoting, byte: &u8| quoting.after(*byte, delimiter);
        self.quoting = buffer[..read].iter().fold(self.quoting, pass);
        self.unclosed.set(read == 0 && self.quoting == Quoting::Quoted);
        Ok(read)
    }
}

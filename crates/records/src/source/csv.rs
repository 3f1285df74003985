//! Tables: a row is a record.

mod bounded;
mod markdown;

use std::io::{self, BufRead, BufReader, Read as _};
use std::ops::ControlFlow;
use std::sync::Arc;

use csv::{ByteRecord, ReaderBuilder};

use bounded::{Bounded, Told};

use super::container::{Inside, reading};
use super::relational::{self, Part};
use super::sets::{self, Sets, TableId};
use super::table::Table;
use super::{Format, Found, Limits, Location, Payload, Place, Record, Sink, Stream};

/// Hands out the rows of a table below its heading.
pub(super) fn split(
    stream: Stream<'_>,
    table: Table,
    place: &Place,
    inside: &Inside<'_>,
    sink: &mut Sink<'_>,
) -> ControlFlow<()> {
    let limits = inside.limits;
    let mut stream = BufReader::new(stream);
    let before = match skip(&mut stream, table.above, limits.record) {
        Ok(bytes) => bytes,
        Err(error) => return sink(Found::Unread(place.location(1, 0), reading(&error))),
    };
    if table.above > 0 {
        let reason = format!("{} lines above the heading of the table", table.above);
        sink(Found::NotStudy(place.location(1, 0), reason))?;
    }
    let mut rows = Rows::new(Box::new(stream), before, table, place, inside);
    loop {
        match rows.next() {
            Next::Row(found) => sink(found)?,
            Next::Nothing => {}
            // Now and then, so that the reading can be stopped.
            Next::SetAside if !rows.count.is_multiple_of(1024) => {}
            Next::SetAside => sink(Found::SetAside)?,
            Next::Last(found) => return sink(found),
            Next::End if rows.count > 0 => return ControlFlow::Continue(()),
            Next::End => {
                let reason = "a table with a heading only".to_owned();
                return sink(Found::NotStudy(place.location(0, 0), reason));
            }
        }
    }
}

/// Moves past lines; gives their bytes.
fn skip(stream: &mut impl BufRead, lines: usize, most: usize) -> io::Result<u64> {
    let (mut bytes, mut line) = (0, Vec::new());
    for _ in 0..lines {
        line.clear();
        bytes += stream.take(most as u64).read_until(b'\n', &mut line)? as u64;
    }
    Ok(bytes)
}

/// A table being read.
struct Rows<'a> {
    reader: csv::Reader<Bounded<Stream<'a>>>,
    /// What the reader of the bytes tells.
    told: Told,
    table: Table,
    place: &'a Place,
    limits: &'a Limits,
    header: Option<Arc<ByteRecord>>,
    /// Where rows are set aside that belong to those of other tables.
    sets: &'a Sets,
    part: Option<TableId>,
    /// Rows below the heading.
    count: u64,
    /// Bytes above the heading.
    before: u64,
}

/// What comes next in a table.
enum Next {
    Row(Found),
    /// A line that is no row.
    Nothing,
    /// A row that is given out later.
    SetAside,
    /// Something behind which nothing is read.
    Last(Found),
    End,
}

impl<'a> Rows<'a> {
    fn new(
        stream: Stream<'a>,
        before: u64,
        table: Table,
        place: &'a Place,
        inside: &'a Inside<'_>,
    ) -> Self {
        let limits = inside.limits;
        let told = Told::default();
        let stream: Stream<'a> = match table.markdown {
            true => Box::new(markdown::Escaped::new(stream)),
            false => stream,
        };
        let quotes = !table.markdown;
        let bounded = Bounded::new(stream, limits.record, table.delimiter, quotes, told.clone());
        let reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(table.delimiter)
            .quoting(!table.markdown)
            .from_reader(bounded);
        let (sets, header, part) = (&*inside.sets, None, None);
        Self { reader, told, table, place, limits, header, sets, part, count: 0, before }
    }

    fn next(&mut self) -> Next {
        let mut row = ByteRecord::new();
        self.told.begin_row();
        match self.reader.read_byte_record(&mut row) {
            Ok(false) => return Next::End,
            Ok(true) => {}
            Err(error) => {
                let at = self.reader.position();
                let location = self.location(at.line(), at.byte());
                let reason = format!("the table cannot be read further: {error}");
                return Next::Last(Found::Unread(location, reason));
            }
        }
        let location = self.place_of(&row);
        if self.table.markdown {
            let Some(cells) = markdown::cells(&row) else { return Next::Nothing };
            row = cells;
        }
        if self.told.is_too_long() {
            let reason = format!(
                "a row of more than {} bytes; `--max-record` raises the limit",
                self.limits.record
            );
            let found = Found::Unread(location, reason);
            self.count += 1;
            return if self.header.is_some() { Next::Row(found) } else { Next::Last(found) };
        }
        let Some(header) = self.header.clone() else { return self.heading(&row) };
        if row.iter().all(<[u8]>::is_empty) {
            return Next::Nothing;
        }
        self.count += 1;
        if self.told.is_unclosed() {
            let reason = "cut: the file ends inside a quote of this row".to_owned();
            return Next::Row(Found::Reject(location, reason));
        }
        if row.len() > self.limits.cells {
            let reason = format!("a row of {} cells; `--max-cells` raises the limit", row.len());
            return Next::Row(Found::Unread(location, reason));
        }
        if let Some(part) = self.part {
            return self.set_aside(part, &row, location);
        }
        let payload = Payload::Row { header, row };
        Next::Row(Found::Record(Record { format: Format::Csv, payload, location }))
    }

    /// Sets a row of a table aside that others belong to.
    fn set_aside(&self, part: TableId, row: &ByteRecord, location: Location) -> Next {
        let cell = row.get(self.table.number).unwrap_or_default();
        let Some(number) = sets::number(cell) else {
            let text = String::from_utf8_lossy(cell);
            let reason = match text.trim() {
                "" => "no NCT number".to_owned(),
                text => format!("`{text}` is not an NCT number (NCT and eight digits)"),
            };
            return Next::Row(Found::Reject(location, reason));
        };
        let at = (location.line, location.byte);
        match self.sets.add(part, number, at, row, self.limits) {
            Ok(()) => Next::SetAside,
            Err(reason) => Next::Last(Found::Unread(location, reason)),
        }
    }

    /// Takes the heading, or a line above it that tells Excel the delimiter.
    fn heading(&mut self, row: &ByteRecord) -> Next {
        if is_separator_line(row) {
            return Next::Nothing;
        }
        let names: Vec<String> = row.iter().map(super::table::fold).collect();
        let number = self.table.number.saturating_sub(usize::from(self.table.markdown));
        let header = Arc::new(numbered(row, number));
        match relational::part(self.place, &names) {
            Some(Part::Left(name)) => return Next::Last(left(name, self.place)),
            Some(Part::Read(name)) => match self.sets.table(name, &header, self.place) {
                Ok(table) => self.part = Some(table),
                Err(reason) => {
                    return Next::Last(Found::Unread(self.place.location(0, 0), reason));
                }
            },
            None if self.table.publications => {
                let reason = "a table of publications, not of studies".to_owned();
                return Next::Last(Found::NotStudy(self.place.location(0, 0), reason));
            }
            None => {}
        }
        self.header = Some(header);
        Next::Nothing
    }

    fn place_of(&self, row: &ByteRecord) -> Location {
        // A row ends at its carriage return, so the next begins with a line feed.
        let behind = u64::from(self.told.has_carriages());
        let (lines, bytes) = self.told.left_out_before();
        let behind = |at: u64, left_out: u64| at + left_out + behind;
        let at = row.position().map_or((0, 0), |at| (at.line(), at.byte()));
        self.location(behind(at.0, lines), behind(at.1, bytes))
    }

    fn location(&self, line: u64, byte: u64) -> Location {
        self.place.location(line + self.table.above as u64, byte + self.before)
    }
}

/// Says that a table has nothing of a study that others do not have.
fn left(name: &str, place: &Place) -> Found {
    let reason = format!("the table `{name}` of AACT, which is worked out from its others");
    Found::NotStudy(place.location(0, 0), reason)
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

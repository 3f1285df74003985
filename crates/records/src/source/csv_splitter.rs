//! Tables: a row is a record.

mod markdown;
mod row_limit;

use std::io::{self, BufRead, BufReader, Read as _};
use std::ops::ControlFlow;
use std::sync::Arc;

use csv::{ByteRecord, ReaderBuilder};

use row_limit::{RowLimitReader, SharedRowState};

use super::sets::{self, TableId, TableSets};
use super::stream_context::{StreamContext, lines_above, reading};
use super::table_layout::{self, TableLayout};
use super::table_names::{self, TableRole};
use super::{
    ByteStream, ItemSink, ReadLimit, ReadLimits, Record, RecordFormat, RecordPayload, SourceItem,
    SourceLocation, SourcePlace,
};

/// Hands out the rows of a table below its heading.
pub(super) fn split(
    stream: ByteStream<'_>,
    table: TableLayout,
    place: &SourcePlace,
    inside: &StreamContext<'_>,
    sink: &mut ItemSink<'_>,
) -> ControlFlow<()> {
    let limits = inside.limits;
    let mut stream = BufReader::new(stream);
    let before = match skip(&mut stream, table.above, limits.record) {
        Ok(bytes) => bytes,
        Err(error) => return sink(SourceItem::Unread(place.location(1, 0), reading(&error))),
    };
    if table.above > 0 {
        let reason = lines_above(table.above as u64, "heading of the table");
        sink(SourceItem::NotStudy(place.location(1, 0), reason))?;
    }
    let mut rows = TableReader::new(Box::new(stream), before, table, place, inside);
    loop {
        match rows.next() {
            NextRow::Row(found) => sink(found)?,
            NextRow::Nothing => {}
            // Now and then, so that the reading can be stopped.
            NextRow::SetAside if !rows.count.is_multiple_of(1024) => {}
            NextRow::SetAside => sink(SourceItem::SetAside)?,
            NextRow::Last(found) => return sink(found),
            NextRow::End if rows.count > 0 => return ControlFlow::Continue(()),
            NextRow::End => {
                let reason = "a table with a heading only".to_owned();
                return sink(SourceItem::NotStudy(place.location(0, 0), reason));
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
struct TableReader<'a> {
    reader: csv::Reader<RowLimitReader<ByteStream<'a>>>,
    /// What the reader of the bytes reports.
    told: SharedRowState,
    table: TableLayout,
    place: &'a SourcePlace,
    limits: &'a ReadLimits,
    header: Option<Arc<ByteRecord>>,
    /// Where rows are set aside that belong to those of other tables.
    sets: &'a TableSets,
    part: Option<TableId>,
    /// Rows below the heading.
    count: u64,
    /// Bytes above the heading.
    before: u64,
}

/// A kind of item that is no record, and the reason of it.
type UnreadItem = (fn(SourceLocation, String) -> SourceItem, String);

/// What comes next in a table.
enum NextRow {
    Row(SourceItem),
    /// A line that is no row.
    Nothing,
    /// A row that is given out later.
    SetAside,
    /// Something behind which nothing is read.
    Last(SourceItem),
    End,
}

impl<'a> TableReader<'a> {
    fn new(
        stream: ByteStream<'a>,
        before: u64,
        table: TableLayout,
        place: &'a SourcePlace,
        inside: &'a StreamContext<'_>,
    ) -> Self {
        let limits = inside.limits;
        let told = SharedRowState::default();
        let stream: ByteStream<'a> = match table.markdown {
            true => Box::new(markdown::MarkdownReader::new(stream)),
            false => stream,
        };
        let quotes = !table.markdown;
        let bounded =
            RowLimitReader::new(stream, limits.record, table.delimiter, quotes, told.clone());
        let reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(table.delimiter)
            .quoting(!table.markdown)
            .from_reader(bounded);
        let (sets, header, part) = (&*inside.sets, None, None);
        Self { reader, told, table, place, limits, header, sets, part, count: 0, before }
    }

    fn next(&mut self) -> NextRow {
        let mut row = ByteRecord::new();
        self.told.begin_row();
        match self.reader.read_byte_record(&mut row) {
            Ok(false) => return NextRow::End,
            Ok(true) => {}
            Err(error) => return NextRow::Last(self.broken_off(&error)),
        }
        let location = self.place_of(&row);
        if self.table.markdown {
            let Some(cells) = markdown::cells(&row) else { return NextRow::Nothing };
            row = cells;
        }
        if self.told.is_too_long() {
            let reason = format!(
                "a row of more than {} bytes{}",
                self.limits.record,
                ReadLimit::Record.note()
            );
            let found = SourceItem::Unread(location, reason);
            self.count += 1;
            return if self.header.is_some() { NextRow::Row(found) } else { NextRow::Last(found) };
        }
        let Some(header) = self.header.clone() else { return self.heading(&row) };
        if row.iter().all(<[u8]>::is_empty) {
            return NextRow::Nothing;
        }
        self.count += 1;
        if let Some((item, reason)) = self.fault(&row, header.len()) {
            return NextRow::Row(item(location, reason));
        }
        if let Some(part) = self.part {
            return self.set_aside(part, &row, location);
        }
        let payload = RecordPayload::Row { header, row };
        NextRow::Row(SourceItem::Record(Record { format: RecordFormat::Csv, payload, location }))
    }

    /// The rest of a table that cannot be read.
    fn broken_off(&self, error: &csv::Error) -> SourceItem {
        let at = self.reader.position();
        let reason = format!("the table cannot be read further: {error}");
        SourceItem::Unread(self.location(at.line(), at.byte()), reason)
    }

    /// What a row that cannot be read is, and why.
    fn fault(&self, row: &ByteRecord, columns: usize) -> Option<UnreadItem> {
        if self.told.is_unclosed() {
            let reason = "cut: the file ends inside a quote of this row".to_owned();
            return Some((SourceItem::Reject, reason));
        }
        if is_json(row, columns) {
            let reason = "a line of JSON in a table, which is not read".to_owned();
            return Some((SourceItem::Reject, reason));
        }
        if row.len() > self.limits.cells {
            let reason = format!("a row of {} cells{}", row.len(), ReadLimit::Cells.note());
            return Some((SourceItem::Unread, reason));
        }
        None
    }

    /// Sets a row of a table aside that others belong to.
    fn set_aside(&self, part: TableId, row: &ByteRecord, location: SourceLocation) -> NextRow {
        let cell = row.get(self.table.number).unwrap_or_default();
        let Some(number) = sets::number(cell) else {
            let text = String::from_utf8_lossy(cell);
            let reason = match text.trim() {
                "" => "no NCT number".to_owned(),
                text => format!("`{text}` is not an NCT number (NCT and eight digits)"),
            };
            return NextRow::Row(SourceItem::Reject(location, reason));
        };
        let at = (location.line, location.byte);
        match self.sets.add(part, number, at, row, self.limits) {
            Ok(()) => NextRow::SetAside,
            Err(reason) => NextRow::Last(SourceItem::Unread(location, reason)),
        }
    }

    /// Takes the heading, or a line above it that names the delimiter for
    /// Excel.
    fn heading(&mut self, row: &ByteRecord) -> NextRow {
        if is_separator_line(row) {
            return NextRow::Nothing;
        }
        let names: Vec<String> = row.iter().map(table_layout::fold).collect();
        let number = self.table.number.saturating_sub(usize::from(self.table.markdown));
        let header = Arc::new(numbered(row, number));
        match table_names::part(self.place, &names) {
            Some(TableRole::Left(name)) => return NextRow::Last(left(name, self.place)),
            Some(TableRole::Read(name)) => match self.sets.table(name, &header, self.place) {
                Ok(table) => self.part = Some(table),
                Err(reason) => {
                    return NextRow::Last(SourceItem::Unread(self.place.location(0, 0), reason));
                }
            },
            None if self.table.publications => {
                let reason = "a table of publications, not of studies".to_owned();
                return NextRow::Last(SourceItem::NotStudy(self.place.location(0, 0), reason));
            }
            None => {}
        }
        self.header = Some(header);
        NextRow::Nothing
    }

    fn place_of(&self, row: &ByteRecord) -> SourceLocation {
        // A row ends at its carriage return, so the next begins with a line feed.
        let behind = u64::from(self.told.has_carriages());
        let (lines, bytes) = self.told.left_out_before();
        let behind = |at: u64, left_out: u64| at + left_out + behind;
        let at = row.position().map_or((0, 0), |at| (at.line(), at.byte()));
        self.location(behind(at.0, lines), behind(at.1, bytes))
    }

    fn location(&self, line: u64, byte: u64) -> SourceLocation {
        self.place.location(line + self.table.above as u64, byte + self.before)
    }
}

/// Whether a row is an object of JSON that commas have split, or that is
/// alone where the table has several columns.
fn is_json(row: &ByteRecord, columns: usize) -> bool {
    let first = row.get(0).unwrap_or_default();
    let parted = row.len() > 1 && !first.ends_with(b"}");
    first.starts_with(b"{\"") && (parted || row.len() == 1 && columns > 1)
}

/// Says that a table has nothing of a study that others do not have.
fn left(name: &str, place: &SourcePlace) -> SourceItem {
    let reason = format!("the table `{name}` of AACT, which is worked out from its others");
    SourceItem::NotStudy(place.location(0, 0), reason)
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

/// Whether this is the line above the heading that names the delimiter for
/// Excel: `sep=;`.
fn is_separator_line(row: &ByteRecord) -> bool {
    let first = row.get(0).unwrap_or_default();
    let first = first.strip_prefix(b"\xef\xbb\xbf").unwrap_or(first);
    let rest = || row.iter().skip(1).all(<[u8]>::is_empty);
    row.len() <= 2 && first.len() <= 5 && table_layout::is_separator(first) && rest()
}

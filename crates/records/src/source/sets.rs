//! Rows of tables that belong together, brought together by study.
//!
//! A set of tables can have a hundred million rows, in any order, and a study
//! has some in each table. The rows of a source are set aside, sorted on disk
//! by the number of their study, and given out study by study when all of the
//! source is read. Memory holds one run of rows, or one buffer a run.

mod runs;

use std::cell::RefCell;
use std::ops::ControlFlow;
use std::sync::Arc;

use csv::ByteRecord;

use self::runs::{RowKey, RowSorter};
use super::aside;
use super::{
    ItemSink, ReadLimit, ReadLimits, Record, RecordFormat, RecordPayload, SourceItem,
    SourceLocation, SourcePlace, TableRows,
};

/// Bytes of rows that are given out as one record. The rows of a study that
/// has more are several records, which are joined again.
const TOGETHER: usize = 4 << 20;

/// Bytes that the headings of all tables of a source may have.
const HEADINGS: usize = 64 << 20;

/// The rows of sets of tables in a source.
#[derive(Default)]
pub(super) struct TableSets {
    inner: RefCell<TableSetsState>,
}

#[derive(Default)]
struct TableSetsState {
    runs: RowSorter,
    headings: Vec<TableHeading>,
    heading_bytes: usize,
    /// The directories that hold sets.
    directories: Vec<String>,
}

/// A table of a set.
#[derive(Clone)]
struct TableHeading {
    table: &'static str,
    /// Number of its set.
    set: u32,
    columns: Arc<ByteRecord>,
    place: SourcePlace,
}

/// A table whose rows are set aside.
#[derive(Debug, Clone, Copy)]
pub(super) struct TableId(u32);

impl TableSets {
    /// Takes note of a table.
    pub(super) fn table(
        &self,
        table: &'static str,
        columns: &Arc<ByteRecord>,
        place: &SourcePlace,
    ) -> Result<TableId, String> {
        let inner = &mut *self.inner.borrow_mut();
        inner.heading_bytes += columns.as_slice().len() + size_of::<TableHeading>();
        if inner.heading_bytes > HEADINGS {
            return Err(format!("headings of tables of more than {HEADINGS} bytes in all"));
        }
        let path = place.member.as_deref().unwrap_or(&place.path);
        let directory = path.rsplit_once('/').map_or("", |(above, _)| above);
        let known = inner.directories.iter().position(|known| known == directory);
        let set = known.unwrap_or_else(|| {
            inner.directories.push(directory.to_owned());
            inner.directories.len() - 1
        });
        let set = u32::try_from(set).unwrap_or(u32::MAX);
        inner.headings.push(TableHeading {
            table,
            set,
            columns: columns.clone(),
            place: place.clone(),
        });
        // Each has taken more than a byte of `HEADINGS`.
        Ok(TableId(u32::try_from(inner.headings.len() - 1).unwrap_or(u32::MAX)))
    }

    /// Sets a row of a study aside.
    pub(super) fn add(
        &self,
        table: TableId,
        number: u32,
        (line, byte): (u64, u64),
        row: &ByteRecord,
        limits: &ReadLimits,
    ) -> Result<(), String> {
        let inner = &mut *self.inner.borrow_mut();
        let set = inner.headings[table.0 as usize].set;
        let added = inner.runs.add(number, set, limits.spool, &mut |body| {
            body.extend_from_slice(&table.0.to_le_bytes());
            body.extend_from_slice(&line.to_le_bytes());
            body.extend_from_slice(&byte.to_le_bytes());
            for cell in row {
                body.extend_from_slice(&u32::try_from(cell.len()).unwrap_or(0).to_le_bytes());
                body.extend_from_slice(cell);
            }
        });
        added.map_err(|error| aside::reason("the rows of this table", &error))
    }

    /// Gives out all rows, study by study.
    pub(super) fn give_out(&self, limits: &ReadLimits, sink: &mut ItemSink<'_>) -> ControlFlow<()> {
        let TableSetsState { runs, headings, .. } = std::mem::take(&mut *self.inner.borrow_mut());
        let mut study = StudyRows::new(&headings, limits);
        let sorted = runs.sorted(&mut |key, body| study.take(key, body, sink));
        match sorted {
            Ok(ControlFlow::Continue(())) => study.hand_over(sink),
            Ok(ControlFlow::Break(())) => ControlFlow::Break(()),
            Err(error) => {
                let reason = format!("rows that were set aside cannot be read: {error}");
                let place = headings.last().map(|heading| heading.place.location(0, 0));
                place.map_or(ControlFlow::Continue(()), |place| {
                    sink(SourceItem::Unread(place, reason))
                })
            }
        }
    }
}

/// The rows of one study in one set.
struct StudyRows<'a> {
    headings: &'a [TableHeading],
    limits: &'a ReadLimits,
    of: Option<(u32, u32)>,
    tables: Vec<TableRows>,
    /// The table of the last of them.
    table: Option<u32>,
    location: Option<SourceLocation>,
    /// Bytes of these rows.
    bytes: usize,
    /// Bytes of all rows of the study, but for cells that are as above.
    distinct: usize,
    full: bool,
}

impl<'a> StudyRows<'a> {
    fn new(headings: &'a [TableHeading], limits: &'a ReadLimits) -> Self {
        Self {
            headings,
            limits,
            of: None,
            tables: Vec::new(),
            table: None,
            location: None,
            bytes: 0,
            distinct: 0,
            full: false,
        }
    }

    fn take(&mut self, key: RowKey, body: &[u8], sink: &mut ItemSink<'_>) -> ControlFlow<()> {
        let Some((table, line, byte, row)) = decoded(body) else {
            return ControlFlow::Continue(());
        };
        let of = (key.number, key.set);
        if self.of != Some(of) {
            self.hand_over(sink)?;
            (self.of, self.distinct, self.full) = (Some(of), 0, false);
        } else if self.bytes > TOGETHER {
            self.hand_over(sink)?;
        }
        if self.full {
            return ControlFlow::Continue(());
        }
        let heading = &self.headings[table as usize];
        self.distinct += self.distinct_bytes(table, &row);
        if self.distinct > self.limits.record {
            self.full = true;
            let most = self.limits.record;
            let reason =
                format!("rows of one study of more than {most} bytes{}", ReadLimit::Record.note());
            return sink(SourceItem::Unread(heading.place.location(line, byte), reason));
        }
        self.bytes += row.as_slice().len() + size_of::<ByteRecord>() + 8 * row.len();
        if self.table != Some(table) {
            let (table, columns) = (heading.table, heading.columns.clone());
            self.tables.push(TableRows { table, columns, rows: Vec::new() });
        }
        self.table = Some(table);
        self.location.get_or_insert_with(|| heading.place.location(line, byte));
        if let Some(last) = self.tables.last_mut() {
            last.rows.push(row);
        }
        ControlFlow::Continue(())
    }

    /// Bytes of the cells that are not as in the row above. Each takes some
    /// more in memory.
    fn distinct_bytes(&self, table: u32, row: &ByteRecord) -> usize {
        let above = self.tables.last().filter(|_| self.table == Some(table));
        let above = above.and_then(|table| table.rows.last());
        let cells = row.iter().enumerate().filter(|(at, cell)| {
            !cell.is_empty() && above.and_then(|above| above.get(*at)) != Some(cell)
        });
        cells.map(|(_, cell)| cell.len() + 8).sum()
    }

    fn hand_over(&mut self, sink: &mut ItemSink<'_>) -> ControlFlow<()> {
        let tables = std::mem::take(&mut self.tables);
        (self.table, self.bytes) = (None, 0);
        match self.location.take() {
            Some(location) if !tables.is_empty() => {
                let payload = RecordPayload::Rows(tables);
                sink(SourceItem::Record(Record { format: RecordFormat::Csv, payload, location }))
            }
            _ => ControlFlow::Continue(()),
        }
    }
}

/// Table, line, byte and cells of a row that was set aside.
fn decoded(body: &[u8]) -> Option<(u32, u64, u64, ByteRecord)> {
    let (table, rest) = body.split_first_chunk()?;
    let (line, rest) = rest.split_first_chunk()?;
    let (byte, mut rest) = rest.split_first_chunk()?;
    let mut row = ByteRecord::new();
    while let Some((length, behind)) = rest.split_first_chunk() {
        let (cell, behind) = behind.split_at_checked(u32::from_le_bytes(*length) as usize)?;
        row.push_field(cell);
        rest = behind;
    }
    Some((u32::from_le_bytes(*table), u64::from_le_bytes(*line), u64::from_le_bytes(*byte), row))
}

/// The NCT number in a cell of the column with the numbers.
pub(super) fn number(cell: &[u8]) -> Option<u32> {
    let bytes: Vec<u8> = cell
        .iter()
        .filter(|byte| !matches!(byte, b' ' | b'-' | b':' | b'_' | b'#'))
        .map(u8::to_ascii_uppercase)
        .take(200)
        .collect();
    let starts = memchr::memmem::find_iter(&bytes, b"NCT");
    let mut numbers = starts.filter_map(|start| {
        let digits = bytes.get(start + 3..start + 11)?;
        let longer = bytes.get(start + 11).is_some_and(u8::is_ascii_digit);
        let digits = std::str::from_utf8(digits).ok().filter(|_| !longer)?;
        digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
    });
    numbers.next()
}

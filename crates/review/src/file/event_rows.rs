//! Reads and checks rows of events, in a file that may come from anybody.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension, params};

use super::failed;
use crate::error::ReviewError;
use crate::event::{Event, EventId};

/// The last place that an event may have, so that others can come after it.
pub(super) const FARTHEST: u64 = 1 << 62;

/// Bytes that the body of an event may have: a search that finds 600,000
/// studies has some 30 million.
const LONGEST: usize = 128 << 20;

/// Values that the body of an event may have, counted by its commas. Each costs
/// more memory than its two bytes.
const VALUES: usize = 8_000_000;

/// An event as it is written down.
#[derive(Debug, Clone)]
pub(super) struct EventRow {
    rowid: i64,
    pub(super) id: String,
    pub(super) seq: i64,
    at: String,
    reviewer: String,
    body: String,
}

impl EventRow {
    pub(super) fn of(event: &Event) -> Self {
        Self {
            rowid: 0,
            id: event.id.0.clone(),
            seq: event.seq.cast_signed(),
            at: event.at.clone(),
            reviewer: event.reviewer.clone(),
            body: event.body(),
        }
    }

    /// The event, if it is one that this program could have written.
    pub(super) fn event(&self, path: &Path) -> Result<Event, ReviewError> {
        let changed = || ReviewError::Changed { path: path.to_owned(), event: self.id.clone() };
        self.check_size(path)?;
        let seq = u64::try_from(self.seq).ok().filter(|seq| *seq <= FARTHEST);
        let seq = seq.ok_or_else(changed)?;
        if Event::name(seq, &self.at, &self.reviewer, &self.body).0 != self.id {
            return Err(changed());
        }
        let act = serde_json::from_str(&self.body).map_err(|_| changed())?;
        let command = Event::command_in(&self.body);
        let (id, at, reviewer) = (EventId(self.id.clone()), self.at.clone(), self.reviewer.clone());
        Ok(Event { id, seq, at, reviewer, act, command })
    }

    fn check_size(&self, path: &Path) -> Result<(), ReviewError> {
        let commas = self.body.bytes().filter(|byte| *byte == b',').count();
        if self.body.len() <= LONGEST && commas <= VALUES {
            return Ok(());
        }
        let what = format!("the event {}", self.id);
        Err(ReviewError::TooLarge { path: path.to_owned(), what })
    }

    /// Adds the row to a table; gives the number that it gets there.
    pub(super) fn insert(&self, connection: &Connection, path: &Path) -> Result<i64, ReviewError> {
        self.check_size(path)?;
        let insert = || -> rusqlite::Result<usize> {
            let mut statement = connection.prepare_cached(
                "INSERT INTO event (id, seq, at, reviewer, body) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?;
            statement.execute(params![self.id, self.seq, self.at, self.reviewer, self.body])
        };
        match insert().map_err(|error| failed(path, error))? {
            1 => Ok(connection.last_insert_rowid()),
            _ => Err(ReviewError::Torn(path.to_owned())),
        }
    }
}

/// What is known of the events in a file.
#[derive(Debug, Default, Clone)]
pub(super) struct KnownEvents {
    /// How many there are.
    count: usize,
    /// The last row and its event.
    last: Option<(i64, String)>,
}

impl KnownEvents {
    /// The same, with rows that came after those known.
    pub(super) fn and(&self, rows: &[EventRow]) -> Self {
        let last = rows.last().map(|row| (row.rowid, row.id.clone()));
        Self { count: self.count + rows.len(), last: last.or_else(|| self.last.clone()) }
    }

    /// The same, with a row that was written.
    pub(super) fn and_written(&mut self, rowid: i64, id: &EventId) {
        self.count += 1;
        self.last = Some((rowid, id.0.clone()));
    }
}

/// The rows that came after those known; all of them where none are. To be
/// called in a transaction.
///
/// # Errors
///
/// [`ReviewError::Replaced`] if the known events are no longer there.
pub(super) fn rows_after(
    connection: &Connection,
    path: &Path,
    known: &KnownEvents,
) -> Result<Vec<EventRow>, ReviewError> {
    let sql = |error| failed(path, error);
    let Some((last, id)) = &known.last else {
        let rows = rows(connection, None).map_err(sql)?;
        check_index(connection, path, EVENTS)?;
        return Ok(rows);
    };
    let still = connection.prepare_cached("SELECT id FROM event WHERE rowid = ?1");
    let still: Option<String> =
        still.and_then(|mut it| it.query_row([last], |row| row.get(0)).optional()).map_err(sql)?;
    let rows = rows(connection, Some(*last)).map_err(sql)?;
    let count = connection
        .prepare_cached("SELECT count(*) FROM event")
        .and_then(|mut it| it.query_row([], |row| row.get::<_, i64>(0)))
        .map_err(sql)?;
    if still.as_ref() != Some(id) || usize::try_from(count) != Ok(known.count + rows.len()) {
        return Err(ReviewError::Replaced(path.to_owned()));
    }
    Ok(rows)
}

/// All rows of the table, whatever their numbers, or those behind one.
fn rows(connection: &Connection, after: Option<i64>) -> rusqlite::Result<Vec<EventRow>> {
    let mut statement = connection.prepare_cached(match after {
        None => {
            "SELECT rowid, id, seq, at, reviewer, body FROM event NOT INDEXED \
             WHERE ?1 IS NULL ORDER BY rowid"
        }
        Some(_) => {
            "SELECT rowid, id, seq, at, reviewer, body FROM event \
             WHERE rowid > ?1 ORDER BY rowid"
        }
    })?;
    let rows = statement.query_map([after], |row| {
        let (rowid, id, seq) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let (at, reviewer, body) = (row.get(3)?, row.get(4)?, row.get(5)?);
        Ok(EventRow { rowid, id, seq, at, reviewer, body })
    })?;
    rows.collect()
}

/// A table with its key, and its rows by the table and by the index.
pub(super) type IndexedTable = (&'static str, &'static str);

pub(super) const EVENTS: IndexedTable = (
    "SELECT id, rowid FROM event NOT INDEXED",
    "SELECT id, rowid FROM event INDEXED BY sqlite_autoindex_event_1",
);

pub(super) const RECORDS: IndexedTable = (
    "SELECT fingerprint, rowid FROM record NOT INDEXED",
    "SELECT fingerprint, rowid FROM record INDEXED BY sqlite_autoindex_record_1",
);

/// Holds the index of a table against its rows. In a file that was copied
/// while it was written to, one of them is older than the other.
pub(super) fn check_index(
    connection: &Connection,
    path: &Path,
    (by_table, by_index): IndexedTable,
) -> Result<(), ReviewError> {
    let listed = |query: &str| -> rusqlite::Result<Vec<(String, i64)>> {
        let mut statement = connection.prepare_cached(query)?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        rows.collect()
    };
    let mut rows = listed(by_table).map_err(|error| failed(path, error))?;
    rows.sort_unstable();
    // An index with a wrong order does not find its rows.
    let indexed = listed(by_index).map_err(|error| failed(path, error))?;
    if rows == indexed { Ok(()) } else { Err(ReviewError::Torn(path.to_owned())) }
}

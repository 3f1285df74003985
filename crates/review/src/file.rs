//! A review as one SQLite file.
//!
//! Every change is one transaction that is on the disk before it is reported:
//! a kill at any moment loses nothing that was reported, and leaves nothing
//! half done. The journal is deleted after each transaction, so that between
//! two of them the review is one file that can be copied.

mod copying;
mod event_rows;
mod file_identity;
mod file_layout;
mod records;
mod review_merge;

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags, OptionalExtension, Transaction, TransactionBehavior};

use super::error::ReviewError;
use super::event::{Act, Event, EventId, UndoGroup};
use super::fingerprint::Fingerprint;
use super::state::ReviewState;
use event_rows::{EventRow, FARTHEST, KnownEvents, RECORDS, check_index, rows_after};
use file_identity::FileIdentity;
use records::PackedRecord;
pub use review_merge::MergeSummary;
use trialdex_files::DraftFile;
use trialdex_records::study::{NctId, Study};

/// The latest version of tables and events that is known; see `schema.sql`.
pub const VERSION: i64 = 2;

/// The version of a review that has nothing that came later; see
/// [`Act::version`].
const FIRST: i64 = 1;

/// An open review.
#[derive(Debug)]
pub struct Review {
    path: PathBuf,
    connection: Connection,
    /// In the order that counts.
    events: Vec<Event>,
    /// What of the file they are.
    known: KnownEvents,
    state: ReviewState,
    /// Where the file is.
    place: Option<FileIdentity>,
}

impl Review {
    /// Makes a review, into which `fill` writes what it begins with; it is
    /// there with all of that, or not at all.
    ///
    /// # Errors
    ///
    /// Where there is a file of that name, or none can be made, and those of
    /// `fill`.
    pub fn create<E: From<ReviewError>>(
        path: &Path,
        fill: impl FnOnce(&mut Self) -> Result<(), E>,
    ) -> Result<Self, E> {
        if path.exists() {
            return Err(ReviewError::Exists(path.to_owned()).into());
        }
        let draft = DraftFile::named(path, ".new-", ".review");
        let draft = draft.map_err(|error| ReviewError::Io { path: path.to_owned(), error })?;
        let mut review = Self::connect(draft.path())?;
        let set_up = file_layout::set_up(&mut review.connection, FIRST);
        set_up.map_err(|error| failed(path, error))?;
        fill(&mut review)?;
        drop(review);
        draft.add().map_err(|error| not_added(path, error))?;
        Ok(Self::open(path)?)
    }

    /// Keeps records, so that events may speak of them.
    ///
    /// # Errors
    ///
    /// Where the file cannot be written to.
    pub fn keep(&mut self, studies: &[Study]) -> Result<(), ReviewError> {
        self.append_with("", "", Vec::new(), studies).map(|_| ())
    }

    /// Whether a file is a review, as its first bytes say.
    #[must_use]
    pub fn is_one(path: &Path) -> bool {
        let mut header = [0; 72];
        let read = File::open(path).and_then(|mut file| file.read_exact(&mut header));
        // https://www.sqlite.org/fileformat.html, 1.3
        read.is_ok()
            && header.starts_with(b"SQLite format 3\0")
            && header[68..] == file_layout::APPLICATION.to_be_bytes()
    }

    /// Opens a review and reads all its events.
    ///
    /// # Errors
    ///
    /// Where it is missing, no review, of another version, damaged or torn, or
    /// holds more than a review does.
    pub fn open(path: &Path) -> Result<Self, ReviewError> {
        if !path.is_file() {
            return Err(ReviewError::Missing(path.to_owned()));
        }
        let mut review = Self::connect(path)?;
        let pragma = |name: &str| -> Result<i64, ReviewError> {
            let value = review.connection.pragma_query_value(None, name, |row| row.get(0));
            value.map_err(|error| failed(path, error))
        };
        if pragma("application_id")? != i64::from(file_layout::APPLICATION) {
            return Err(ReviewError::Other(path.to_owned()));
        }
        let found = pragma("user_version")?;
        if !(FIRST..=VERSION).contains(&found) {
            return Err(ReviewError::OtherVersion { path: path.to_owned(), found });
        }
        file_layout::check(&review.connection, path)?;
        let kept = file_layout::keep_in_one_file(&review.connection);
        kept.map_err(|error| failed(path, error))?;
        review.refresh()?;
        check_index(&review.connection, path, RECORDS)?;
        Ok(review)
    }

    fn connect(path: &Path) -> Result<Self, ReviewError> {
        let connection = file_layout::connect(path).map_err(|error| failed(path, error))?;
        let (path, place) = (path.to_owned(), FileIdentity::of(path));
        let (events, known, state) = (Vec::new(), KnownEvents::default(), ReviewState::default());
        Ok(Self { path, connection, events, known, state, place })
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// All events, in the order that counts.
    #[must_use]
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// What a reviewer did, also for others, and can take back, the last first.
    pub fn undoable<'a>(&'a self, reviewer: &'a str) -> impl Iterator<Item = &'a Event> {
        self.events.iter().rev().filter(move |event| {
            event.can_be_undone()
                && self.state.called(event.doer()) == self.state.called(reviewer)
                && !self.state.undone.contains(&event.id)
        })
    }

    /// The last command of a reviewer that still counts, its last event first;
    /// empty where there is nothing to take back.
    #[must_use]
    pub fn last_command<'a>(&'a self, reviewer: &'a str) -> Vec<&'a Event> {
        let Some(last) = self.undoable(reviewer).next() else { return Vec::new() };
        self.undoable(reviewer).filter(|event| event.is_of_command(last)).collect()
    }

    /// What they come to.
    #[must_use]
    pub fn state(&self) -> &ReviewState {
        &self.state
    }

    /// Reads what other programs wrote meanwhile; whether there was anything.
    ///
    /// # Errors
    ///
    /// Where the file cannot be read or is another one by now, or an event was
    /// changed.
    pub fn refresh(&mut self) -> Result<bool, ReviewError> {
        self.check_place()?;
        let reading = self.connection.unchecked_transaction();
        let reading = reading.map_err(|error| failed(&self.path, error))?;
        let rows = rows_after(&reading, &self.path, &self.known)?;
        let new = events_of(&rows, &self.path)?;
        drop(reading);
        Ok(self.take(self.known.and(&rows), new))
    }

    /// Looks whether the path leads to the file that was opened: programs that
    /// synchronize put another one in its place.
    fn check_place(&self) -> Result<(), ReviewError> {
        if FileIdentity::of(&self.path) == self.place {
            return Ok(());
        }
        Err(ReviewError::Replaced(self.path.clone()))
    }

    /// How many of the events known here are not in the file by that name.
    ///
    /// # Errors
    ///
    /// Where there is no file any longer, or it cannot be read.
    pub fn lost(&self) -> Result<usize, ReviewError> {
        Ok(Self::open(&self.path)?.lacking(&self.events))
    }

    /// How many of these events the review has not.
    fn lacking(&self, events: &[Event]) -> usize {
        let own: HashSet<&EventId> = self.events.iter().map(|event| &event.id).collect();
        events.iter().filter(|event| !own.contains(&event.id)).count()
    }

    /// Adds events to those known.
    fn take(&mut self, known: KnownEvents, mut new: Vec<Event>) -> bool {
        self.known = known;
        new.sort_by(|one, other| one.key().cmp(&other.key()));
        let Some(first) = new.first() else { return false };
        let follow = self.events.last().is_some_and(|last| last.key() < first.key());
        // As a rule they do, and working out all again would take longer than
        // a key may.
        let added = follow && new.iter().all(|event| self.state.add(event));
        self.events.extend(new);
        if !added {
            self.events.sort_by(|one, other| one.key().cmp(&other.key()));
            self.state = ReviewState::of(&self.events);
        }
        true
    }

    /// Writes events, all of them or none.
    ///
    /// `at` is the time in RFC 3339.
    ///
    /// # Errors
    ///
    /// Where the file cannot be written to.
    pub fn append(
        &mut self,
        at: &str,
        reviewer: &str,
        acts: Vec<Act>,
    ) -> Result<Vec<EventId>, ReviewError> {
        self.append_with(at, reviewer, acts, &[])
    }

    /// The same, with records that the events speak of.
    ///
    /// # Errors
    ///
    /// Where the file cannot be written to.
    pub fn append_with(
        &mut self,
        at: &str,
        reviewer: &str,
        acts: Vec<Act>,
        studies: &[Study],
    ) -> Result<Vec<EventId>, ReviewError> {
        let acts = acts.into_iter().map(|act| (reviewer.to_owned(), act));
        self.append_of_all(at, acts.collect(), studies, None)
    }

    /// The same, with events of several reviewers: all of them or none. They
    /// belong to `command`, or are one of their own if there is none.
    ///
    /// # Errors
    ///
    /// Where the file cannot be written to.
    pub fn append_of_all(
        &mut self,
        at: &str,
        acts: Vec<(String, Act)>,
        studies: &[Study],
        command: Option<&UndoGroup>,
    ) -> Result<Vec<EventId>, ReviewError> {
        self.check_place()?;
        let path = &self.path;
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate);
        let transaction = transaction.map_err(|error| failed(path, error))?;
        let rows = rows_after(&transaction, path, &self.known)?;
        let (mut new, mut known) = (events_of(&rows, path)?, self.known.and(&rows));
        let last = last_place(self.events.iter().chain(&new), acts.len(), path)?;
        let mut ids = Vec::with_capacity(acts.len());
        let version = acts.iter().map(|(_, act)| act.version()).max().unwrap_or(FIRST);
        raise(&transaction, version).map_err(|error| failed(path, error))?;
        let given = command.is_some();
        let goes_with =
            |act: &Act| act.can_be_undone() || act.is_reason() || (given && act.is_of_list());
        // What a review begins with is no command to be taken back.
        let begins = acts.iter().any(|(_, act)| matches!(act, Act::Begin { .. }));
        let several = !begins && acts.iter().filter(|(_, act)| goes_with(act)).count() > 1;
        let own = acts.first().filter(|_| several).map(|(by, _)| by.clone());
        let own = own.map(|by| UndoGroup { first: last + 1, by });
        let command = command.or(own.as_ref());
        for (seq, (reviewer, act)) in (last + 1..).zip(acts) {
            let command = command.filter(|_| goes_with(&act)).cloned();
            let event = Event::of(seq, at, &reviewer, act, command);
            known.and_written(EventRow::of(&event).insert(&transaction, path)?, &event.id);
            ids.push(event.id.clone());
            new.push(event);
        }
        for study in studies {
            if let Some(record) = PackedRecord::of(study, path)? {
                record.insert(&transaction, path)?;
            }
        }
        transaction.commit().map_err(|error| failed_commit(path, error, new.last()))?;
        self.take(known, new);
        Ok(ids)
    }

    /// The record with that fingerprint; `None` where the review has none.
    ///
    /// # Errors
    ///
    /// Where the file cannot be read, or the record is damaged.
    pub fn record(&self, fingerprint: &Fingerprint) -> Result<Option<Study>, ReviewError> {
        let found = records::packed(&self.connection, fingerprint);
        let found = found.map_err(|error| failed(&self.path, error))?;
        let damaged = || ReviewError::Record {
            path: self.path.clone(),
            record: fingerprint.as_str().to_owned(),
        };
        found.map(|it| records::unpacked(fingerprint, &it).ok_or_else(damaged)).transpose()
    }

    /// The title of a record; `None` where the review has not got it.
    ///
    /// # Errors
    ///
    /// Where the file cannot be read.
    pub fn title(&self, fingerprint: &Fingerprint) -> Result<Option<String>, ReviewError> {
        let query = || -> rusqlite::Result<Option<String>> {
            let mut statement = self
                .connection
                .prepare_cached("SELECT title FROM record WHERE fingerprint = ?1")?;
            statement.query_row([fingerprint.as_str()], |row| row.get(0)).optional()
        };
        query().map_err(|error| failed(&self.path, error))
    }

    /// The record of a study that counts now.
    ///
    /// # Errors
    ///
    /// See [`Self::record`].
    pub fn study(&self, nct: NctId) -> Result<Option<Study>, ReviewError> {
        let standing = self.state.study(nct).and_then(|study| study.record.as_ref());
        standing.map_or(Ok(None), |record| self.record(record))
    }

    /// Fingerprints of all records that the review has.
    ///
    /// # Errors
    ///
    /// Where the file cannot be read.
    pub fn fingerprints(&self) -> Result<HashSet<String>, ReviewError> {
        let query = || -> rusqlite::Result<HashSet<String>> {
            let mut statement = self.connection.prepare("SELECT fingerprint FROM record")?;
            let rows = statement.query_map([], |row| row.get(0))?;
            rows.collect()
        };
        query().map_err(|error| failed(&self.path, error))
    }

    /// Whether both are copies of one review.
    #[must_use]
    pub fn is_copy_of(&self, other: &Review) -> bool {
        self.begun() == other.begun()
    }

    /// The event that a review began with, the same in all its copies.
    fn begun(&self) -> Option<&EventId> {
        let begun = self.events.iter().find(|event| matches!(event.act, Act::Begin { .. }));
        begun.map(|event| &event.id)
    }
}

/// The place of the last event, after which there must be as many others.
fn last_place<'a>(
    known: impl Iterator<Item = &'a Event>,
    following: usize,
    path: &Path,
) -> Result<u64, ReviewError> {
    let Some(last) = known.max_by_key(|event| event.seq) else { return Ok(0) };
    if last.seq + following as u64 > FARTHEST {
        return Err(ReviewError::Full { path: path.to_owned(), event: last.id.0.clone() });
    }
    Ok(last.seq)
}

fn events_of(rows: &[EventRow], path: &Path) -> Result<Vec<Event>, ReviewError> {
    rows.iter().map(|row| row.event(path)).collect()
}

fn not_added(path: &Path, error: io::Error) -> ReviewError {
    match error.kind() {
        io::ErrorKind::AlreadyExists => ReviewError::Exists(path.to_owned()),
        _ => ReviewError::Io { path: path.to_owned(), error },
    }
}

/// What a failed commit came to, by a look for the last of its events.
fn failed_commit(path: &Path, error: rusqlite::Error, last: Option<&Event>) -> ReviewError {
    let is_there = |event: &Event| {
        let review = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        let sought = "SELECT 1 FROM event NOT INDEXED WHERE id = ?1";
        review.prepare(sought)?.exists([&event.id.0])
    };
    match last.map(is_there) {
        Some(Ok(true)) => ReviewError::NotSynced { path: path.to_owned(), error },
        _ => failed(path, error),
    }
}

fn failed(path: &Path, error: rusqlite::Error) -> ReviewError {
    use rusqlite::Error as Sqlite;
    match error {
        Sqlite::FromSqlConversionFailure(..)
        | Sqlite::InvalidColumnType(..)
        | Sqlite::IntegralValueOutOfRange(..)
        | Sqlite::Utf8Error(..) => return ReviewError::Damaged(path.to_owned()),
        _ => {}
    }
    match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::NotADatabase) => ReviewError::Other(path.to_owned()),
        Some(rusqlite::ErrorCode::DatabaseCorrupt) => ReviewError::Damaged(path.to_owned()),
        _ => ReviewError::Sqlite { path: path.to_owned(), error },
    }
}

/// Says that programs of earlier versions cannot read the review.
fn raise(transaction: &Transaction<'_>, version: i64) -> rusqlite::Result<()> {
    let own: i64 = transaction.pragma_query_value(None, "user_version", |it| it.get(0))?;
    if version > own {
        transaction.pragma_update(None, "user_version", version)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;

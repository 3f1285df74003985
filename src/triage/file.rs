//! A review as one SQLite file.
//!
//! Every change is one transaction that is on the disk before it is reported:
//! a kill at any moment loses nothing that was reported, and leaves nothing
//! half done. The journal is deleted after each transaction, so that between
//! two of them the review is one file that can be copied.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{
    Connection, OpenFlags, OptionalExtension, Transaction, TransactionBehavior, params,
};

use super::error::ReviewError;
use super::event::{Act, Command, Event, EventId, Fingerprint};
use super::state::State;
use crate::study::{NctId, Study};

/// The latest version of tables and events that is known; see `schema.sql`.
pub const VERSION: i64 = 2;

/// The version of a review that has nothing that came later; see
/// [`Act::version`].
const FIRST: i64 = 1;

/// `TDXR`, by which file managers can tell a review from other SQLite files.
const APPLICATION: i32 = 0x5444_5852;

const SCHEMA: &str = include_str!("schema.sql");

/// How long another program may be writing.
const PATIENCE: Duration = Duration::from_secs(10);

/// How hard records are compressed: they are written once and read a few
/// times.
const LEVEL: i32 = 9;

/// Bytes that a record may have: what was made to fill the memory has more.
const LARGEST: u64 = 1 << 30;

/// The last place that an event may have, so that others can come after it.
const FARTHEST: u64 = 1 << 62;

/// What a merge brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Merged {
    /// Events that were not there.
    pub events: usize,
    /// Records that were not there.
    pub records: usize,
    /// Both are copies of one review.
    pub same_review: bool,
}

/// An open review.
#[derive(Debug)]
pub struct Review {
    path: PathBuf,
    connection: Connection,
    /// In the order that counts.
    events: Vec<Event>,
    /// The row up to which events were read.
    read: i64,
    state: State,
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
        let io_failed = |error| ReviewError::Io { path: path.to_owned(), error };
        let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty());
        let directory = directory.unwrap_or(Path::new("."));
        let mut builder = tempfile::Builder::new();
        share(builder.prefix(".new-").suffix(".review"));
        let made = builder.tempfile_in(directory).map_err(io_failed)?;
        let mut review = Self::connect(made.path())?;
        review.set_up().map_err(|error| failed(path, error))?;
        fill(&mut review)?;
        drop(review);
        made.persist_noclobber(path).map_err(|failure| match failure.error.kind() {
            io::ErrorKind::AlreadyExists => ReviewError::Exists(path.to_owned()),
            _ => io_failed(failure.error),
        })?;
        sync_directory(directory).map_err(io_failed)?;
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
            && header[68..] == APPLICATION.to_be_bytes()
    }

    /// Opens a review and reads all its events.
    ///
    /// # Errors
    ///
    /// Where it is missing, no review, of another version, or damaged.
    pub fn open(path: &Path) -> Result<Self, ReviewError> {
        if !path.is_file() {
            return Err(ReviewError::Missing(path.to_owned()));
        }
        let mut review = Self::connect(path)?;
        let pragma = |name: &str| -> Result<i64, ReviewError> {
            let value = review.connection.pragma_query_value(None, name, |row| row.get(0));
            value.map_err(|error| failed(path, error))
        };
        if pragma("application_id")? != i64::from(APPLICATION) {
            return Err(ReviewError::Other(path.to_owned()));
        }
        let found = pragma("user_version")?;
        if !(FIRST..=VERSION).contains(&found) {
            return Err(ReviewError::OtherVersion { path: path.to_owned(), found });
        }
        review.refresh()?;
        Ok(review)
    }

    fn connect(path: &Path) -> Result<Self, ReviewError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(plain(path), flags);
        let connection = connection.map_err(|error| failed(path, error))?;
        let ready = connection.busy_timeout(PATIENCE).and_then(|()| {
            // Not only the file, but that its journal is gone is to be on the
            // disk when a decision is reported.
            connection.pragma_update(None, "synchronous", "EXTRA")
        });
        ready.map_err(|error| failed(path, error))?;
        let path = path.to_owned();
        Ok(Self { path, connection, events: Vec::new(), read: 0, state: State::default() })
    }

    fn set_up(&mut self) -> rusqlite::Result<()> {
        self.connection.pragma_update(None, "application_id", APPLICATION)?;
        let transaction = self.connection.transaction()?;
        transaction.execute_batch(SCHEMA)?;
        transaction.pragma_update(None, "user_version", FIRST)?;
        transaction.commit()
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
            event.act.can_be_undone()
                && event.doer() == reviewer
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
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Reads what other programs wrote meanwhile; whether there was anything.
    ///
    /// # Errors
    ///
    /// Where the file cannot be read, or an event was changed.
    pub fn refresh(&mut self) -> Result<bool, ReviewError> {
        let (read, new) = events_after(&self.connection, &self.path, self.read)?;
        Ok(self.take(read, new))
    }

    /// Adds events to those known.
    fn take(&mut self, read: i64, mut new: Vec<Event>) -> bool {
        self.read = read;
        new.sort_by(|one, other| one.key().cmp(&other.key()));
        let Some(first) = new.first() else { return false };
        let follow = self.events.last().is_some_and(|last| last.key() < first.key());
        // As a rule they do, and working out all anew would take longer than
        // a key may.
        let added = follow && new.iter().all(|event| self.state.add(event));
        self.events.extend(new);
        if !added {
            self.events.sort_by(|one, other| one.key().cmp(&other.key()));
            self.state = State::of(&self.events);
        }
        true
    }

    /// Writes down what was done, all of it or nothing.
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

    /// The same, with what several reviewers did: all of it or nothing. The
    /// command is that of which it is a part; its own where there is none.
    ///
    /// # Errors
    ///
    /// Where the file cannot be written to.
    pub fn append_of_all(
        &mut self,
        at: &str,
        acts: Vec<(String, Act)>,
        studies: &[Study],
        command: Option<&Command>,
    ) -> Result<Vec<EventId>, ReviewError> {
        let path = &self.path;
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate);
        let transaction = transaction.map_err(|error| failed(path, error))?;
        let (_, mut new) = events_after(&transaction, path, self.read)?;
        let known = self.events.iter().chain(&new);
        let last = known.map(|event| event.seq).max().unwrap_or(0);
        let mut ids = Vec::with_capacity(acts.len());
        let version = acts.iter().map(|(_, act)| act.version()).max().unwrap_or(FIRST);
        raise(&transaction, version).map_err(|error| failed(path, error))?;
        let several = acts.iter().filter(|(_, act)| act.can_be_undone()).count() > 1;
        let own = acts.first().filter(|_| several).map(|(by, _)| by.clone());
        let own = own.map(|by| Command { first: last + 1, by });
        let command = command.or(own.as_ref());
        for (seq, (reviewer, act)) in (last + 1..).zip(acts) {
            let command = command.filter(|_| act.can_be_undone()).cloned();
            let event = Event::of(seq, at, &reviewer, act, command);
            insert_event(&transaction, &event).map_err(|error| failed(path, error))?;
            ids.push(event.id.clone());
            new.push(event);
        }
        for study in studies {
            insert_record(&transaction, study).map_err(|error| failed(path, error))?;
        }
        let read = last_row(&transaction).map_err(|error| failed(path, error))?;
        transaction.commit().map_err(|error| failed(path, error))?;
        self.take(read, new);
        Ok(ids)
    }

    /// The record with that fingerprint; `None` where the review has none.
    ///
    /// # Errors
    ///
    /// Where the file cannot be read, or the record is damaged.
    pub fn record(&self, fingerprint: &Fingerprint) -> Result<Option<Study>, ReviewError> {
        let found = self
            .connection
            .prepare_cached("SELECT study FROM record WHERE fingerprint = ?1")
            .and_then(|mut statement| {
                let row = statement.query_row([fingerprint.as_str()], |row| row.get(0));
                row.optional()
            });
        let found: Option<Vec<u8>> = found.map_err(|error| failed(&self.path, error))?;
        found.map(|packed| self.unpacked(fingerprint, &packed)).transpose()
    }

    fn unpacked(&self, fingerprint: &Fingerprint, packed: &[u8]) -> Result<Study, ReviewError> {
        let json = json_of(fingerprint, packed);
        let root = json.and_then(|json| serde_json::from_slice(&json).ok());
        root.map(Study::from_map).ok_or_else(|| ReviewError::Record {
            path: self.path.clone(),
            record: fingerprint.as_str().to_owned(),
        })
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

    /// Takes over all events and records of another review that this one has
    /// not. What comes out is the same whichever is merged into which, in any
    /// order and however often.
    ///
    /// # Errors
    ///
    /// Where either file cannot be read, or this one not be written to.
    pub fn merge(&mut self, other: &Review) -> Result<Merged, ReviewError> {
        let same_review = self.is_copy_of(other);
        // A file cannot be waited for by itself.
        let place = |path: &Path| path.canonicalize().ok();
        if place(&self.path).is_some_and(|own| Some(own) == place(&other.path)) {
            return Ok(Merged { events: 0, records: 0, same_review });
        }
        let before = self.events.len();
        let records = self.take_over(&other.path).map_err(|error| failed(&self.path, error))?;
        self.refresh()?;
        Ok(Merged { events: self.events.len() - before, records, same_review })
    }

    /// Copies the rows of another file that are not there; the number of
    /// records among them.
    fn take_over(&mut self, other: &Path) -> rusqlite::Result<usize> {
        self.connection.execute("ATTACH ?1 AS other", [plain(other).to_string_lossy()])?;
        let copied = self.copy_attached();
        self.connection.execute("DETACH other", [])?;
        copied
    }

    fn copy_attached(&mut self) -> rusqlite::Result<usize> {
        let transaction =
            self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let records = copy_records(&transaction)?;
        let theirs =
            transaction.pragma_query_value(Some("other"), "user_version", |it| it.get(0))?;
        raise(&transaction, theirs)?;
        transaction.execute(
            "INSERT OR IGNORE INTO event (id, seq, at, reviewer, body) \
             SELECT id, seq, at, reviewer, body FROM other.event",
            [],
        )?;
        transaction.commit()?;
        Ok(records)
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

/// Temporary files are for their owner alone; a review is as any other file
/// of the user's, whose mask takes away what others may not.
#[cfg(unix)]
fn share(builder: &mut tempfile::Builder<'_, '_>) {
    use std::os::unix::fs::PermissionsExt;
    builder.permissions(std::fs::Permissions::from_mode(0o666));
}

#[cfg(not(unix))]
fn share(_: &mut tempfile::Builder<'_, '_>) {}

/// Sees to it that a new name is on the disk, too; as with SQLite, where the
/// directory can be opened.
fn sync_directory(directory: &Path) -> io::Result<()> {
    match File::open(directory) {
        Ok(directory) if cfg!(unix) => directory.sync_all(),
        _ => Ok(()),
    }
}

/// The path as SQLite takes it for no address: what begins with `file:` is one.
fn plain(path: &Path) -> PathBuf {
    Path::new(".").join(path)
}

fn failed(path: &Path, error: rusqlite::Error) -> ReviewError {
    match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::NotADatabase) => ReviewError::Other(path.to_owned()),
        Some(rusqlite::ErrorCode::DatabaseCorrupt) => ReviewError::Damaged(path.to_owned()),
        _ => ReviewError::Sqlite { path: path.to_owned(), error },
    }
}

/// Copies records of an attached review that are not there, or damaged; those
/// that are damaged over there stay behind. The number of those copied.
fn copy_records(transaction: &Transaction<'_>) -> rusqlite::Result<usize> {
    let mut differing = transaction.prepare(
        "SELECT fingerprint, theirs.study, own.study FROM other.record AS theirs \
         LEFT JOIN main.record AS own USING (fingerprint) \
         WHERE own.study IS NULL OR own.study <> theirs.study",
    )?;
    let mut copied = Vec::new();
    let mut rows = differing.query([])?;
    while let Some(row) = rows.next()? {
        let fingerprint = Fingerprint::written(row.get::<_, String>(0)?);
        let (theirs, own): (Vec<u8>, Option<Vec<u8>>) = (row.get(1)?, row.get(2)?);
        let whole = |packed: &[u8]| json_of(&fingerprint, packed).is_some();
        if whole(&theirs) && !own.is_some_and(|own| whole(&own)) {
            copied.push(fingerprint);
        }
    }
    drop(rows);
    let mut copy = transaction.prepare(
        "INSERT OR REPLACE INTO main.record (fingerprint, nct, title, study) \
         SELECT fingerprint, nct, title, study FROM other.record WHERE fingerprint = ?1",
    )?;
    copied.iter().map(|fingerprint| copy.execute([fingerprint.as_str()])).sum()
}

/// A record as it was before it was compressed; `None` where it is damaged.
fn json_of(fingerprint: &Fingerprint, packed: &[u8]) -> Option<Vec<u8>> {
    let mut json = Vec::new();
    let decoder = zstd::Decoder::new(packed).ok()?;
    decoder.take(LARGEST).read_to_end(&mut json).ok()?;
    (Fingerprint::of(&json) == *fingerprint).then_some(json)
}

/// The events in rows after that one, and the last row.
fn events_after(
    connection: &Connection,
    path: &Path,
    row: i64,
) -> Result<(i64, Vec<Event>), ReviewError> {
    let rows = rows_after(connection, row).map_err(|error| failed(path, error))?;
    let last = rows.last().map_or(row, |(last, ..)| *last);
    let events = rows.into_iter().map(|(_, id, seq, at, reviewer, body)| {
        let changed = || ReviewError::Changed { path: path.to_owned(), event: id.clone() };
        if Event::name(seq, &at, &reviewer, &body).0 != id {
            return Err(changed());
        }
        let act = serde_json::from_str(&body).map_err(|_| changed())?;
        let command = Event::command_in(&body);
        Ok(Event { id: EventId(id.clone()), seq, at, reviewer, act, command })
    });
    Ok((last, events.collect::<Result<_, _>>()?))
}

type EventRow = (i64, String, u64, String, String, String);

fn rows_after(connection: &Connection, row: i64) -> rusqlite::Result<Vec<EventRow>> {
    let mut statement = connection.prepare_cached(
        "SELECT rowid, id, seq, at, reviewer, body FROM event WHERE rowid > ?1 ORDER BY rowid",
    )?;
    let rows = statement.query_map([row], |row| {
        let seq = u64::try_from(row.get::<_, i64>(2)?).ok();
        let seq = seq.filter(|seq| *seq <= FARTHEST).unwrap_or(0);
        Ok((row.get(0)?, row.get(1)?, seq, row.get(3)?, row.get(4)?, row.get(5)?))
    })?;
    rows.collect()
}

/// Says that programs of earlier versions cannot read the review.
fn raise(transaction: &Transaction<'_>, version: i64) -> rusqlite::Result<()> {
    let own: i64 = transaction.pragma_query_value(Some("main"), "user_version", |it| it.get(0))?;
    if version > own {
        transaction.pragma_update(Some("main"), "user_version", version)?;
    }
    Ok(())
}

fn last_row(transaction: &Transaction<'_>) -> rusqlite::Result<i64> {
    transaction.query_row("SELECT coalesce(max(rowid), 0) FROM event", [], |row| row.get(0))
}

fn insert_event(transaction: &Transaction<'_>, event: &Event) -> rusqlite::Result<usize> {
    let mut statement = transaction.prepare_cached(
        "INSERT INTO event (id, seq, at, reviewer, body) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    let Event { id, seq, at, reviewer, .. } = event;
    statement.execute(params![id.0, seq.cast_signed(), at, reviewer, event.body()])
}

fn insert_record(transaction: &Transaction<'_>, study: &Study) -> rusqlite::Result<usize> {
    let Some(nct) = study.nct_id() else { return Ok(0) };
    let json = serde_json::to_vec(study.as_map()).unwrap_or_default();
    let packed = zstd::encode_all(json.as_slice(), LEVEL).unwrap_or_default();
    let title = study.text("BriefTitle").or_else(|| study.text("OfficialTitle"));
    let mut statement = transaction.prepare_cached(
        "INSERT OR IGNORE INTO record (fingerprint, nct, title, study) VALUES (?1, ?2, ?3, ?4)",
    )?;
    let fingerprint = Fingerprint::of(&json);
    statement.execute(params![
        fingerprint.as_str(),
        nct.to_string(),
        title.unwrap_or_default(),
        packed
    ])
}

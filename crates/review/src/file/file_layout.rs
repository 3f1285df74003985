//! Checks that an SQLite file has the schema of a review.
//!
//! A review may come by mail from anybody, and SQLite runs the schema of a
//! file: a trigger can swallow decisions, a view or another index can take the
//! place of a table. So nothing but our own schema is accepted, and nothing of
//! it is run (<https://www.sqlite.org/security.html>).

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::{Connection, OpenFlags};

use super::failed;
use crate::error::ReviewError;

/// `TDXR`. File managers recognise a review by it.
pub(super) const APPLICATION: i32 = 0x5444_5852;

const SCHEMA: &str = include_str!("../schema.sql");

/// How long another program may be writing.
const PATIENCE: Duration = Duration::from_secs(10);

/// Bytes that a row may have.
const LONGEST: i32 = 256 << 20;

/// Switches that keep SQLite from running or changing what a file's schema
/// says. Our own triggers are for other tools: nothing here changes a row.
const SAFE: [(DbConfig, bool); 4] = [
    (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
    (DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
    (DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false),
    (DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false),
];

/// What SQLite's `ANALYZE` leaves in a file: statistics alone.
const STATISTICS: [(&str, &str); 2] = [
    ("sqlite_stat1", "CREATE TABLE sqlite_stat1(tbl,idx,stat)"),
    ("sqlite_stat4", "CREATE TABLE sqlite_stat4(tbl,idx,neq,nlt,ndlt,sample)"),
];

/// A connection to a file that may be anybody's.
pub(super) fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(plain(path), flags)?;
    for (switch, on) in SAFE {
        connection.set_db_config(switch, on)?;
    }
    connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, LONGEST)?;
    connection.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
    connection.busy_timeout(PATIENCE)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    // When a decision is reported, the disk must have the file, and must have
    // removed its journal.
    connection.pragma_update(None, "synchronous", "EXTRA")?;
    Ok(connection)
}

/// Makes the tables of a review in an empty file.
pub(super) fn set_up(connection: &mut Connection, version: i64) -> rusqlite::Result<()> {
    connection.pragma_update(None, "application_id", APPLICATION)?;
    let transaction = connection.transaction()?;
    transaction.execute_batch(SCHEMA)?;
    transaction.pragma_update(None, "user_version", version)?;
    transaction.commit()
}

/// A table, index, trigger or view: its kind, name and definition.
type SchemaObject = (String, String, Option<String>);

/// Refuses a file whose schema has more than ours, or lacks its tables.
/// Triggers and views of ours may be missing: they are for other tools.
pub(super) fn check(connection: &Connection, path: &Path) -> Result<(), ReviewError> {
    let own = own_objects().map_err(|error| failed(path, error))?;
    let found = objects(connection).map_err(|error| failed(path, error))?;
    let is_ours = |object: &SchemaObject| own.contains(object) || is_statistics(object);
    if let Some((kind, name, _)) = found.iter().find(|object| !is_ours(object)) {
        let (kind, name) = (kind.clone(), name.clone());
        return Err(ReviewError::Foreign { path: path.to_owned(), kind, name });
    }
    let needed = |(kind, ..): &&SchemaObject| kind == "table" || kind == "index";
    if own.iter().filter(needed).all(|object| found.contains(object)) {
        Ok(())
    } else {
        Err(ReviewError::Other(path.to_owned()))
    }
}

fn is_statistics((kind, name, sql): &SchemaObject) -> bool {
    let sql = sql.as_deref().unwrap_or_default();
    kind == "table" && STATISTICS.contains(&(name.as_str(), sql))
}

fn own_objects() -> rusqlite::Result<HashSet<SchemaObject>> {
    let connection = Connection::open_in_memory()?;
    connection.execute_batch(SCHEMA)?;
    objects(&connection)
}

fn objects(connection: &Connection) -> rusqlite::Result<HashSet<SchemaObject>> {
    let mut statement = connection.prepare("SELECT type, name, sql FROM sqlite_master")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    rows.collect()
}

/// Sees to it that the review is one file between two transactions: with a
/// log beside it, it would not be.
pub(super) fn keep_in_one_file(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(()))
}

/// Looks at every page of a file and holds every index against its table.
pub(super) fn check_pages(connection: &Connection, path: &Path) -> Result<(), ReviewError> {
    let found = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0));
    let found: String = found.map_err(|error| failed(path, error))?;
    if found == "ok" { Ok(()) } else { Err(ReviewError::Torn(path.to_owned())) }
}

/// The path as SQLite takes it for no address: what begins with `file:` is one.
fn plain(path: &Path) -> PathBuf {
    Path::new(".").join(path)
}

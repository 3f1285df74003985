//! Records of studies, as they are kept in a review.

use std::io::Read;
use std::path::Path;

use rusqlite::{Connection, OptionalExtension, params};

use super::failed;
use crate::error::ReviewError;
use crate::fingerprint::Fingerprint;
use trialdex_records::study::Study;

/// How hard records are compressed: they are written once and read a few
/// times.
const LEVEL: i32 = 9;

/// Bytes that a record may have: twice the default limit of an index.
const LARGEST: u64 = 64 << 20;

/// Values that a record may have, as an index counts them by commas.
const VALUES: usize = 4_000_000;

/// How much more memory an object or a list takes than a value in it.
const NESTED: usize = 4;

/// The record of a study, ready to be written.
pub(super) struct PackedRecord {
    fingerprint: Fingerprint,
    nct: String,
    title: String,
    study: Vec<u8>,
}

impl PackedRecord {
    /// That of a study; `None` for one without a number.
    pub(super) fn of(study: &Study, path: &Path) -> Result<Option<Self>, ReviewError> {
        let Some(nct) = study.nct_id() else { return Ok(None) };
        let json = serde_json::to_vec(study.as_map()).unwrap_or_default();
        if !is_bounded(&json) {
            let what = format!("the record of {nct}");
            return Err(ReviewError::TooLarge { path: path.to_owned(), what });
        }
        let packed = zstd::encode_all(json.as_slice(), LEVEL)
            .map_err(|error| ReviewError::Io { path: path.to_owned(), error })?;
        Ok(Some(Self::named(Fingerprint::of(&json), study, packed)))
    }

    fn named(fingerprint: Fingerprint, study: &Study, packed: Vec<u8>) -> Self {
        let nct = study.nct_id().map(|nct| nct.to_string()).unwrap_or_default();
        let title = study.text("BriefTitle").or_else(|| study.text("OfficialTitle"));
        let title = title.unwrap_or_default().to_owned();
        Self { fingerprint, nct, title, study: packed }
    }

    /// Writes the record, unless it is there.
    pub(super) fn insert(&self, connection: &Connection, path: &Path) -> Result<(), ReviewError> {
        let there = packed(connection, &self.fingerprint).map_err(|error| failed(path, error))?;
        if there.is_some() {
            return Ok(());
        }
        self.write("INSERT", connection, path)
    }

    /// Writes the record in place of one that is damaged.
    fn replace(&self, connection: &Connection, path: &Path) -> Result<(), ReviewError> {
        self.write("INSERT OR REPLACE", connection, path)
    }

    fn write(&self, how: &str, connection: &Connection, path: &Path) -> Result<(), ReviewError> {
        let write = || -> rusqlite::Result<bool> {
            let mut statement = connection.prepare_cached(&format!(
                "{how} INTO record (fingerprint, nct, title, study) VALUES (?1, ?2, ?3, ?4)"
            ))?;
            let Self { fingerprint, nct, title, study } = self;
            let written = statement.execute(params![fingerprint.as_str(), nct, title, study])?;
            Ok(written == 1 && packed(connection, fingerprint)?.as_ref() == Some(study))
        };
        match write() {
            Ok(true) => Ok(()),
            Ok(false) => Err(ReviewError::Torn(path.to_owned())),
            Err(error) => Err(failed(path, error)),
        }
    }
}

/// A record as it is kept.
pub(super) fn packed(
    connection: &Connection,
    fingerprint: &Fingerprint,
) -> rusqlite::Result<Option<Vec<u8>>> {
    let mut statement =
        connection.prepare_cached("SELECT study FROM record WHERE fingerprint = ?1")?;
    statement.query_row([fingerprint.as_str()], |row| row.get(0)).optional()
}

/// The study of a record; `None` where it is damaged.
pub(super) fn unpacked(fingerprint: &Fingerprint, packed: &[u8]) -> Option<Study> {
    let json = json_of(fingerprint, packed)?;
    serde_json::from_slice(&json).ok().map(Study::from_map)
}

/// A record as it was before it was compressed; `None` where it is damaged,
/// or larger than any that is kept.
fn json_of(fingerprint: &Fingerprint, packed: &[u8]) -> Option<Vec<u8>> {
    let mut json = Vec::new();
    let decoder = zstd::Decoder::new(packed).ok()?;
    decoder.take(LARGEST + 1).read_to_end(&mut json).ok()?;
    (is_bounded(&json) && Fingerprint::of(&json) == *fingerprint).then_some(json)
}

/// Whether a record takes no more memory than a real one may.
fn is_bounded(json: &[u8]) -> bool {
    let cost = |byte: &u8| match byte {
        b',' => 1,
        b'{' | b'[' => NESTED,
        _ => 0,
    };
    json.len() as u64 <= LARGEST && json.iter().map(cost).sum::<usize>() <= VALUES
}

/// Copies records of another file that are not there, or damaged; those that
/// are damaged over there stay behind. The number of those copied.
pub(super) fn take_over(
    (own, path): (&Connection, &Path),
    (other, other_path): (&Connection, &Path),
) -> Result<usize, ReviewError> {
    let theirs = |error| failed(other_path, error);
    let mut statement =
        other.prepare("SELECT fingerprint, study FROM record NOT INDEXED").map_err(theirs)?;
    let mut rows = statement.query([]).map_err(theirs)?;
    let mut copied = 0;
    while let Some(row) = rows.next().map_err(theirs)? {
        let fingerprint = Fingerprint::written(row.get::<_, String>(0).map_err(theirs)?);
        let study: Vec<u8> = row.get(1).map_err(theirs)?;
        let there = packed(own, &fingerprint).map_err(|error| failed(path, error))?;
        let is_whole = |packed: &Vec<u8>| json_of(&fingerprint, packed).is_some();
        if there.as_ref() == Some(&study) || there.as_ref().is_some_and(is_whole) {
            continue;
        }
        let Some(read) = unpacked(&fingerprint, &study) else { continue };
        if read.nct_id().is_some() {
            PackedRecord::named(fingerprint, &read, study).replace(own, path)?;
            copied += 1;
        }
    }
    Ok(copied)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A record with an array of so many values.
    fn of_values(values: usize) -> Vec<u8> {
        format!("{{\"x\":[0{}]}}", ",0".repeat(values - 1)).into_bytes()
    }

    #[test]
    fn a_small_file_cannot_fill_the_memory() {
        let packed = |json: &[u8]| {
            let packed = zstd::encode_all(json, 3).expect("packed");
            (Fingerprint::of(json), packed)
        };
        let (whole, record) = packed(&of_values(1000));
        assert!(unpacked(&whole, &record).is_some());
        for bomb in [
            of_values(VALUES + 1),
            [b"[".repeat(VALUES / 2), b"]".repeat(VALUES / 2)].concat(),
            format!("{{\"x\":\"{}\"}}", " ".repeat(LARGEST as usize)).into_bytes(),
        ] {
            let (fingerprint, record) = packed(&bomb);
            assert!(record.len() < 100_000);
            assert!(unpacked(&fingerprint, &record).is_none());
        }
    }
}

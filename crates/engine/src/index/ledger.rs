//! The ledger: every source, record and reject that an index was made from.
//!
//! The ledger decides what a refresh has to read. It is written beside the
//! search index before each commit, and the commit names it, so that both
//! change in the same moment.

mod entries;
pub(super) mod path_key;
mod record_columns;
mod reject_list;

use std::fs::File;
use std::io::{self, BufWriter, Seek, Write};
use std::path::Path;

use serde::Deserialize;

pub use self::entries::RejectKind;
pub(super) use self::entries::{
    CONVERTERS, Digest, EntryKind, RecordEntry, RecordRank, RejectEntry, SourceChange, SourceEntry,
    SourceId, UNKNOWN, first, format_name, format_number, nanoseconds,
};
use self::record_columns::{RecordColumns, WrittenColumns};
pub(super) use self::reject_list::RejectList;
use trialdex_files::{self as files, DraftFile};

/// How the name of a ledger ends that is being written.
pub(super) const UNFINISHED: &str = ".unfinished";

/// Everything that is known about the sources of an index.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Ledger {
    /// Files, sorted by path.
    pub(super) sources: Vec<SourceEntry>,
    /// Records, sorted by source.
    pub(super) records: Vec<RecordEntry>,
    /// Sorted by source.
    pub(super) rejects: Vec<RejectEntry>,
}

/// A ledger as it is in its file.
#[derive(Deserialize)]
struct LedgerContents<'a> {
    sources: Vec<SourceEntry>,
    #[serde(borrow)]
    records: WrittenColumns<'a>,
    rejects: Vec<RejectEntry>,
}

impl Ledger {
    /// The source with that path.
    pub(super) fn source(&self, path: &str) -> Option<SourceId> {
        let found = self.sources.binary_search_by(|source| source.path.as_str().cmp(path));
        found.ok().and_then(|at| SourceId::try_from(at).ok())
    }

    /// Reads a ledger from the beginning of its file.
    pub(super) fn read(mut file: &File) -> io::Result<Self> {
        file.rewind()?;
        Self::unpacked(&zstd::stream::decode_all(file)?)
    }

    fn unpacked(bytes: &[u8]) -> io::Result<Self> {
        let invalid = |error| io::Error::new(io::ErrorKind::InvalidData, error);
        let written: LedgerContents<'_> = postcard::from_bytes(bytes).map_err(invalid)?;
        let uneven = || io::Error::new(io::ErrorKind::InvalidData, "columns of different lengths");
        let records = written.records.entries().ok_or_else(uneven)?;
        Ok(Self { sources: written.sources, records, rejects: written.rejects })
    }

    /// Writes the ledger so that the file is there whole or not at all.
    pub(super) fn write(&self, path: &Path) -> io::Result<()> {
        let file = DraftFile::named(path, "ledger-", UNFINISHED)?;
        let mut packed = zstd::stream::write::Encoder::new(BufWriter::new(file), 3)?;
        packed.include_checksum(true)?;
        self.write_to(&mut packed)?;
        let mut buffer = packed.finish()?;
        buffer.flush()?;
        let draft = buffer.into_inner().map_err(io::IntoInnerError::into_error)?;
        // The commit that names it must not get to the disk before it.
        // It counts only once a commit names it.
        draft.replace().map_err(files::cause)
    }

    fn write_to(&self, out: impl Write) -> io::Result<()> {
        let Self { sources, records, rejects } = self;
        let columns = RecordColumns::of(records);
        let mut writing = ErrorKeepingWriter { inner: out, error: None };
        match postcard::to_io(&(sources, columns.written(), rejects), &mut writing) {
            Ok(_) => Ok(()),
            Err(error) => Err(writing.error.unwrap_or_else(|| io::Error::other(error))),
        }
    }
}

/// Remembers the error of a writer; postcard only reports that there was one.
struct ErrorKeepingWriter<W> {
    inner: W,
    error: Option<io::Error>,
}

impl<W: Write> ErrorKeepingWriter<W> {
    fn noted<T>(&mut self, outcome: io::Result<T>) -> io::Result<T> {
        outcome.map_err(|error| {
            let kind = error.kind();
            self.error = Some(error);
            kind.into()
        })
    }
}

impl<W: Write> Write for ErrorKeepingWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes);
        self.noted(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        let flushed = self.inner.flush();
        self.noted(flushed)
    }
}

/// The unpacked bytes of a ledger, read and written again; `None` where they
/// are none. For tests outside of the crate that feed it arbitrary bytes.
#[doc(hidden)]
#[must_use]
pub fn rewritten_ledger(unpacked: &[u8]) -> Option<Vec<u8>> {
    let mut written = Vec::new();
    Ledger::unpacked(unpacked).ok()?.write_to(&mut written).ok()?;
    Some(written)
}

#[cfg(test)]
mod tests {
    use trialdex_records::study::Extent;

    use super::*;

    #[test]
    fn a_ledger_is_read_as_it_was_written() {
        let extent = Extent::Protocol;
        let standing =
            RecordRank { extent, updated: 738_000, values: 3, bytes: 9, digest: [7; 16] };
        let ledger = Ledger {
            sources: vec![SourceEntry {
                path: "/a/ż".to_owned(),
                size: 5,
                modified: Some(1 << 60),
                members: 0,
                converters: 1,
            }],
            records: vec![RecordEntry {
                source: 0,
                nct: 1,
                format: 2,
                kind: EntryKind::Page,
                orphan: false,
                standing,
                raw: [9; 16],
            }],
            rejects: vec![RejectEntry {
                source: 0,
                kind: RejectKind::Rejected,
                member: Some("m".repeat(70_000)),
                line: 3,
                byte: 4,
                reason: "cut".to_owned(),
            }],
        };
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("ledger");
        ledger.write(&path).expect("written");
        let read = || Ledger::read(&File::open(&path).expect("a file"));
        assert_eq!(read().expect("read"), ledger);
        let bytes = std::fs::read(&path).expect("bytes");
        std::fs::write(&path, &bytes[..bytes.len() - 3]).expect("cut");
        assert!(read().is_err());
    }
}

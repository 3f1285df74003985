//! The ledger: every source, record and reject that an index was made from.
//!
//! The ledger decides what a refresh has to read. It is written beside the
//! search index before each commit, and the commit names it, so that both
//! change in the same moment.

pub(super) mod path_key;
pub(super) mod record_columns;

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::{self, BufWriter, Seek, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::index::ledger::record_columns::{RecordColumns, WrittenColumns};
use trialdex_files::{self as files, DraftFile};
use trialdex_records::source::RecordFormat;
use trialdex_records::study::Extent;

/// How the name of a ledger ends that is being written.
pub(super) const UNFINISHED: &str = ".unfinished";

/// The path of the source of studies whose source is unknown, since their
/// ledger was damaged.
pub(super) const UNKNOWN: &str = "?";

/// Index of a source in [`Ledger::sources`].
pub(super) type SourceId = u32;

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

/// A file that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SourceEntry {
    /// Absolute path; `-` for standard input.
    pub(super) path: String,
    pub(super) size: u64,
    /// Modification time in nanoseconds since 1970; `None` where it cannot be
    /// relied on to tell whether the file changed.
    pub(super) modified: Option<i64>,
    /// Members of archives in it.
    pub(super) members: u64,
    /// Version of the converters that its records went through.
    pub(super) converters: u32,
}

/// Which record of a study is the better one: the one that speaks of more of
/// it, else the one updated later, else the fuller one; the digest makes the
/// order total.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct RecordRank {
    /// How much of the study it speaks of.
    pub(super) extent: Extent,
    /// Day of the last update, as a Julian day; 0 where the record does not say.
    pub(super) updated: i32,
    /// Values in it.
    pub(super) values: u32,
    /// Bytes of text in them.
    pub(super) bytes: u32,
    /// Digest of the study as it is stored.
    pub(super) digest: Digest,
}

/// A part of the BLAKE3 digest of a stored study, or of a page.
pub(super) type Digest = [u8; 16];

/// The first eight bytes of a digest, as the column of studies has them.
pub(super) fn first(digest: Digest) -> u64 {
    u64::from_be_bytes(std::array::from_fn(|at| digest[at]))
}

/// The kind of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum EntryKind {
    /// A record that is a study by itself.
    Whole,
    /// A page, part of a study.
    Page,
    /// The study that the pages of one NCT number were joined to. Its source
    /// is that of one of the pages.
    Joined,
    /// A study that was found in the index when its ledger was lost. It gives
    /// way to what a source has of it.
    Found,
    /// The study that several records were joined to, as the index holds it.
    /// Its source is that of the best one, and in the place of the digest of
    /// its bytes is one of all these records.
    Composed,
}

/// A record that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RecordEntry {
    pub(super) source: SourceId,
    pub(super) nct: u32,
    pub(super) format: u8,
    pub(super) kind: EntryKind,
    /// Its source has it no longer.
    pub(super) orphan: bool,
    pub(super) standing: RecordRank,
    /// Digest of the record as it was found; nothing for
    /// [`EntryKind::Joined`].
    pub(super) raw: Digest,
}

impl RecordEntry {
    /// Whether it is a record that a source has.
    pub(super) fn is_read(&self) -> bool {
        !matches!(self.kind, EntryKind::Joined | EntryKind::Composed)
    }

    /// Whether it competes for being the best record of its study.
    pub(super) fn is_of_contest(&self) -> bool {
        !matches!(self.kind, EntryKind::Page | EntryKind::Composed)
    }
}

/// Whether something was lost, or there was nothing to lose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum RejectKind {
    /// A record, or what should have been one, that could not be read.
    Rejected,
    /// A file or member that holds no study.
    NotStudy,
}

/// Something that is not in the index, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct RejectEntry {
    pub(super) source: SourceId,
    pub(super) kind: RejectKind,
    pub(super) member: Option<String>,
    pub(super) line: u64,
    pub(super) byte: u64,
    pub(super) reason: String,
}

/// Rejects that are kept one by one; beyond so many of a source with the same
/// reason they are counted, since hostile input could fill the memory with
/// them.
const KEPT_ALIKE: u64 = 100_000;

/// Characters of a reason that are kept.
const LONGEST_REASON: usize = 1_000;

/// Rejects as they are collected.
#[derive(Debug, Default)]
pub(super) struct RejectList {
    kept: Vec<RejectEntry>,
    alike: HashMap<(SourceId, String), u64>,
}

impl RejectList {
    pub(super) fn push(&mut self, mut reject: RejectEntry) {
        // A reason may quote the record.
        if let Some((cut, _)) = reject.reason.char_indices().nth(LONGEST_REASON) {
            reject.reason.replace_range(cut.., "...");
        }
        let alike = self.alike.entry((reject.source, reject.reason.clone())).or_default();
        *alike += 1;
        if *alike <= KEPT_ALIKE {
            self.kept.push(reject);
        }
    }

    /// The sources that something was rejected of.
    pub(super) fn sources(&self) -> HashSet<SourceId> {
        let rejected = self.kept.iter().filter(|reject| reject.kind == RejectKind::Rejected);
        rejected.map(|reject| reject.source).collect()
    }

    /// The sources with something that holds no study.
    pub(super) fn of_something_else(&self) -> HashSet<SourceId> {
        let others = self.kept.iter().filter(|reject| reject.kind == RejectKind::NotStudy);
        others.map(|reject| reject.source).collect()
    }

    /// Counts what holds no study in a source as lost, where `which` is true
    /// of it, and adds to its reason what becomes of the studies that were
    /// there; `false` where there is none.
    pub(super) fn hold(
        &mut self,
        source: SourceId,
        note: &str,
        which: impl Fn(&RejectEntry) -> bool,
    ) -> bool {
        let of_source = self.kept.iter_mut().filter(|reject| reject.source == source);
        let mut any = false;
        for reject in of_source.filter(|reject| which(reject)) {
            if reject.line <= 1 {
                reject.kind = RejectKind::Rejected;
                reject.reason.push_str(note);
                any = true;
            }
        }
        any
    }

    /// All rejects; those beyond [`KEPT_ALIKE`] as one with their number.
    pub(super) fn into_entries(self) -> Vec<RejectEntry> {
        let mut entries = self.kept;
        for ((source, reason), count) in self.alike {
            if count > KEPT_ALIKE {
                entries.push(RejectEntry {
                    source,
                    kind: RejectKind::Rejected,
                    member: None,
                    line: 0,
                    byte: 0,
                    reason: format!("{} more: {reason}", count - KEPT_ALIKE),
                });
            }
        }
        entries
    }
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

/// The number of a format in a [`RecordEntry`].
pub(super) fn format_number(format: RecordFormat) -> u8 {
    (0..)
        .zip(RecordFormat::ALL)
        .find(|(_, known)| *known == format)
        .map_or(u8::MAX, |(number, _)| number)
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

    #[test]
    fn the_whole_record_stands_higher_then_the_later_then_the_fuller_one() {
        let of = |extent, updated, values| RecordRank {
            extent,
            updated,
            values,
            bytes: 0,
            digest: [0; 16],
        };
        let standing = |updated, values| of(Extent::Protocol, updated, values);
        assert!(standing(2, 1) > standing(1, 9));
        assert!(standing(2, 5) > standing(2, 4));
        assert!(standing(1, 9) > of(Extent::Part, 2, 9));
        assert!(of(Extent::Results, 1, 9) > standing(2, 1));
    }
}

//! What a ledger is made of: sources, records and rejects.

use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use trialdex_records::source::{RecordFormat, SourceItem, SourceLocation};
use trialdex_records::study::Extent;

/// Version of the converters, to be raised when any of them makes another
/// study, or none, of the same record: files are then read again, and no
/// record is known by its bytes.
pub(in crate::index) const CONVERTERS: u32 = 8;

/// The path of the source of studies whose source is unknown, since their
/// ledger was damaged.
pub(in crate::index) const UNKNOWN: &str = "?";

/// Index of a source in [`Ledger::sources`](super::Ledger).
pub(in crate::index) type SourceId = u32;

/// A file that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::index) struct SourceEntry {
    /// Absolute path; `-` for standard input.
    pub(in crate::index) path: String,
    pub(in crate::index) size: u64,
    /// Modification time in nanoseconds since 1970; `None` where it cannot be
    /// relied on to tell whether the file changed.
    pub(in crate::index) modified: Option<i64>,
    /// Members of archives in it.
    pub(in crate::index) members: u64,
    /// Version of the converters that its records went through.
    pub(in crate::index) converters: u32,
}

/// How a file is beside what the ledger has of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::index) enum SourceChange {
    Same,
    /// It may have been changed within the same tick of the clock, or other
    /// studies be made of it now.
    Perhaps,
    Changed,
}

impl SourceEntry {
    /// A file that is read now.
    pub(in crate::index) fn new(path: String, size: u64, modified: Option<i64>) -> Self {
        Self { path, size, modified, members: 0, converters: CONVERTERS }
    }

    /// How the file is beside this, by its size and time of modification.
    pub(in crate::index) fn change(&self, size: u64, modified: Option<i64>) -> SourceChange {
        if size != self.size {
            SourceChange::Changed
        } else if self.modified.is_none() || self.converters != CONVERTERS {
            SourceChange::Perhaps
        } else if self.modified == modified {
            SourceChange::Same
        } else {
            SourceChange::Changed
        }
    }
}

/// A time of modification as a ledger has it.
pub(in crate::index) fn nanoseconds(modified: SystemTime) -> Option<i64> {
    let since = modified.duration_since(UNIX_EPOCH).ok()?;
    i64::try_from(since.as_nanos()).ok()
}

/// Which record of a study is the better one: the one that speaks of more of
/// it, else the one updated later, else the fuller one; the digest makes the
/// order total.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::index) struct RecordRank {
    /// How much of the study it speaks of.
    pub(in crate::index) extent: Extent,
    /// Day of the last update, as a Julian day; 0 where the record does not say.
    pub(in crate::index) updated: i32,
    /// Values in it.
    pub(in crate::index) values: u32,
    /// Bytes of text in them.
    pub(in crate::index) bytes: u32,
    /// Digest of the study as it is stored.
    pub(in crate::index) digest: Digest,
}

/// A part of the BLAKE3 digest of a stored study, or of a page.
pub(in crate::index) type Digest = [u8; 16];

/// The first eight bytes of a digest, as the column of studies has them.
pub(in crate::index) fn first(digest: Digest) -> u64 {
    u64::from_be_bytes(std::array::from_fn(|at| digest[at]))
}

/// The kind of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::index) enum EntryKind {
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
pub(in crate::index) struct RecordEntry {
    pub(in crate::index) source: SourceId,
    pub(in crate::index) nct: u32,
    pub(in crate::index) format: u8,
    pub(in crate::index) kind: EntryKind,
    /// Its source has it no longer.
    pub(in crate::index) orphan: bool,
    pub(in crate::index) standing: RecordRank,
    /// Digest of the record as it was found; nothing for
    /// [`EntryKind::Joined`].
    pub(in crate::index) raw: Digest,
}

impl RecordEntry {
    /// Whether it is a record that a source has.
    pub(in crate::index) fn is_read(&self) -> bool {
        !matches!(self.kind, EntryKind::Joined | EntryKind::Composed)
    }

    /// Whether both are of the same bytes, and make the same study of them.
    pub(in crate::index) fn is_alike(&self, other: &Self) -> bool {
        self.standing == other.standing && self.raw == other.raw
    }

    /// Whether it competes for being the best record of its study.
    pub(in crate::index) fn is_of_contest(&self) -> bool {
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
pub(in crate::index) struct RejectEntry {
    pub(in crate::index) source: SourceId,
    pub(in crate::index) kind: RejectKind,
    pub(in crate::index) member: Option<String>,
    pub(in crate::index) line: u64,
    pub(in crate::index) byte: u64,
    pub(in crate::index) reason: String,
}

impl RejectEntry {
    /// Something at that place of a source.
    pub(in crate::index) fn at(
        source: SourceId,
        kind: RejectKind,
        location: SourceLocation,
        reason: String,
    ) -> Self {
        let member = location.member.map(|member| member.to_string());
        Self { source, kind, member, line: location.line, byte: location.byte, reason }
    }

    /// A source as a whole.
    pub(in crate::index) fn of_source(source: SourceId, reason: String) -> Self {
        let kind = RejectKind::Rejected;
        Self { source, kind, member: None, line: 0, byte: 0, reason }
    }

    /// What was found in a source, if that is rejected.
    pub(in crate::index) fn of(source: SourceId, found: SourceItem) -> Option<Self> {
        let (kind, location, reason) = match found {
            SourceItem::Reject(location, reason) | SourceItem::Unread(location, reason) => {
                (RejectKind::Rejected, location, reason)
            }
            SourceItem::NotStudy(location, reason) => (RejectKind::NotStudy, location, reason),
            SourceItem::Record(_) | SourceItem::Member | SourceItem::SetAside => return None,
        };
        Some(Self::at(source, kind, location, reason))
    }
}

/// The number of a format in a [`RecordEntry`].
pub(in crate::index) fn format_number(format: RecordFormat) -> u8 {
    (0..)
        .zip(RecordFormat::ALL)
        .find(|(_, known)| *known == format)
        .map_or(u8::MAX, |(number, _)| number)
}

/// The name of a record's format.
pub(in crate::index) fn format_name(entry: &RecordEntry) -> &'static str {
    RecordFormat::ALL.get(usize::from(entry.format)).map_or("?", |format| format.name())
}

#[cfg(test)]
mod tests {
    use super::*;

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

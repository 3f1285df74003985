//! The records of a ledger as columns: like values are together, which packs
//! better and is read faster than record by record.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::entries::{Digest, EntryKind, RecordEntry, RecordRank};
use trialdex_records::study::Extent;

/// Kinds, by their numbers.
const KINDS: [EntryKind; 5] =
    [EntryKind::Whole, EntryKind::Page, EntryKind::Joined, EntryKind::Found, EntryKind::Composed];

/// Added to the number of a kind for a record that its source has no longer.
const ORPHAN: u8 = 0x80;

/// Added to the day of the last update for a record with results, and taken
/// from it for a part of a study. It is more than any day.
const EXTENT: i32 = 10_000_000;

/// The day of the last update, with the mark of the record's extent.
fn marked(extent: Extent, updated: i32) -> i32 {
    match extent {
        Extent::Part => updated - EXTENT,
        Extent::Protocol => updated,
        Extent::Results => updated + EXTENT,
    }
}

/// The two of them; `None` where no record is marked so.
fn unmarked(marked: i32) -> Option<(Extent, i32)> {
    let extent = match marked.div_euclid(EXTENT) {
        -1 => Extent::Part,
        0 => Extent::Protocol,
        1 => Extent::Results,
        _ => return None,
    };
    Some((extent, marked.rem_euclid(EXTENT)))
}

/// Bytes that are written and read in one piece.
struct ByteColumn<'a>(&'a [u8]);

impl Serialize for ByteColumn<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self.0)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for ByteColumn<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <&[u8]>::deserialize(deserializer).map(Self)
    }
}

/// The columns, ready to be written.
#[derive(Default)]
pub(in crate::index) struct RecordColumns {
    sources: Vec<u32>,
    /// Numbers of studies, each less the one before.
    steps: Vec<i32>,
    formats: Vec<u8>,
    kinds: Vec<u8>,
    updated: Vec<i32>,
    values: Vec<u32>,
    bytes: Vec<u32>,
    digests: Vec<u8>,
    raws: Vec<u8>,
}

impl RecordColumns {
    pub(in crate::index) fn of(entries: &[RecordEntry]) -> Self {
        let mut columns = Self::default();
        let mut before = 0;
        for entry in entries {
            columns.sources.push(entry.source);
            columns.steps.push(entry.nct.wrapping_sub(before).cast_signed());
            before = entry.nct;
            columns.formats.push(entry.format);
            let kind = (0..).zip(KINDS).find(|(_, kind)| *kind == entry.kind);
            let orphan = if entry.orphan { ORPHAN } else { 0 };
            columns.kinds.push(kind.map_or(0, |(number, _)| number) | orphan);
            columns.updated.push(marked(entry.standing.extent, entry.standing.updated));
            columns.values.push(entry.standing.values);
            columns.bytes.push(entry.standing.bytes);
            columns.digests.extend(entry.standing.digest);
            columns.raws.extend(entry.raw);
        }
        columns
    }

    pub(in crate::index) fn written(&self) -> impl Serialize {
        let Self { sources, steps, formats, kinds, updated, values, bytes, digests, raws } = self;
        let marks = (sources, steps, ByteColumn(formats), ByteColumn(kinds));
        (marks, (updated, values, bytes), (ByteColumn(digests), ByteColumn(raws)))
    }
}

/// Source, study, format and kind of every record.
type RecordMarks<'a> = (Vec<u32>, Vec<i32>, ByteColumn<'a>, ByteColumn<'a>);

/// The columns as they are in the file.
#[derive(Deserialize)]
pub(in crate::index) struct WrittenColumns<'a> {
    #[serde(borrow)]
    marks: RecordMarks<'a>,
    standings: (Vec<i32>, Vec<u32>, Vec<u32>),
    digests: (ByteColumn<'a>, ByteColumn<'a>),
}

impl WrittenColumns<'_> {
    /// The records; `None` where there is something else in the columns.
    pub(in crate::index) fn entries(self) -> Option<Vec<RecordEntry>> {
        let (sources, steps, formats, kinds) = self.marks;
        let (updated, values, bytes) = self.standings;
        let (digests, _) = self.digests.0.0.as_chunks::<16>();
        let (raws, _) = self.digests.1.0.as_chunks::<16>();
        let count = sources.len();
        let lengths = [steps.len(), formats.0.len(), kinds.0.len(), updated.len(), values.len()];
        let rest = [bytes.len(), digests.len(), raws.len()];
        if lengths.iter().chain(&rest).any(|length| *length != count) {
            return None;
        }
        let mut nct = 0_u32;
        let entry = |at: usize| {
            nct = nct.wrapping_add_signed(steps[at]);
            let kind = *KINDS.get(usize::from(kinds.0[at] & !ORPHAN))?;
            let digest: Digest = digests[at];
            let (extent, updated) = unmarked(updated[at])?;
            let (values, bytes) = (values[at], bytes[at]);
            Some(RecordEntry {
                source: sources[at],
                nct,
                format: formats.0[at],
                kind,
                orphan: kinds.0[at] & ORPHAN != 0,
                standing: RecordRank { extent, updated, values, bytes, digest },
                raw: raws[at],
            })
        };
        (0..count).map(entry).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries() -> Vec<RecordEntry> {
        let entry = |(source, nct, kind, orphan, extent, updated)| {
            let (values, bytes) = (7, u32::MAX);
            let standing = RecordRank { extent, updated, values, bytes, digest: [1; 16] };
            RecordEntry { source, nct, format: 4, kind, orphan, standing, raw: [2; 16] }
        };
        let marks = [
            (0, 5, EntryKind::Whole, false, Extent::Protocol, 2_460_000),
            (0, 99_999_999, EntryKind::Page, true, Extent::Part, 2_460_000),
            (3, 1, EntryKind::Joined, true, Extent::Part, 0),
            (u32::MAX, u32::MAX, EntryKind::Whole, false, Extent::Results, 5_373_484),
            (u32::MAX, 0, EntryKind::Whole, false, Extent::Protocol, 0),
        ];
        marks.into_iter().map(entry).collect()
    }

    #[test]
    fn records_are_read_as_they_were_written() {
        let bytes = postcard::to_stdvec(&RecordColumns::of(&entries()).written()).expect("written");
        let read: WrittenColumns<'_> = postcard::from_bytes(&bytes).expect("read");
        assert_eq!(read.entries(), Some(entries()));
    }

    #[test]
    fn columns_of_different_lengths_are_no_records() {
        let mut columns = RecordColumns::of(&entries());
        columns.raws.truncate(64);
        let bytes = postcard::to_stdvec(&columns.written()).expect("written");
        let read: WrittenColumns<'_> = postcard::from_bytes(&bytes).expect("read");
        assert_eq!(read.entries(), None);
    }
}

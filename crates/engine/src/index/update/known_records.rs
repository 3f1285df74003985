//! Recognises records by their bytes, so that they need not be converted again.
//!
//! What becomes of a record depends on its bytes, on its format and on the
//! converters, and on nothing else. So a record with the digest of one that the
//! ledger has, wherever that was, is the same study with the same
//! [`RecordRank`](crate::index::ledger::RecordRank).

use std::sync::LazyLock;

use csv::ByteRecord;

use crate::index::ledger::{CONVERTERS, Digest, RecordEntry, format_number};
use trialdex_records::source::{Record, RecordFormat, RecordPayload, TableRows};

/// Makes the digests those of one version of the converters.
static KEY: LazyLock<[u8; 32]> =
    LazyLock::new(|| blake3::derive_key("trialdex, bytes of a record", &CONVERTERS.to_le_bytes()));

/// The digest of all that the outcome of a record depends on.
///
/// The study that pages are joined to depends on their order too, which is
/// that of their places, so the place belongs to a page.
pub(in crate::index) fn raw_digest(record: &Record) -> Digest {
    let mut parts = PartHasher { hasher: blake3::Hasher::new_keyed(&KEY), lengths: Vec::new() };
    match &record.payload {
        RecordPayload::Bytes(bytes) => parts.add(bytes),
        RecordPayload::Row { header, row } => {
            parts.add(b"");
            parts.add_cells(row);
            parts.add_cells(header);
        }
        RecordPayload::Rows(tables) => {
            for TableRows { table, columns, rows } in tables {
                parts.add(table.as_bytes());
                parts.add_cells(columns);
                rows.iter().for_each(|row| parts.add_cells(row));
                parts.lengths.push(rows.len() as u64);
            }
        }
    }
    if record.is_part() {
        let place = &record.location;
        parts.add(place.path.as_bytes());
        parts.add(place.member.as_deref().unwrap_or_default().as_bytes());
        parts.lengths.extend([place.line, place.byte]);
    }
    parts.finish(record.format)
}

/// The digest of a record with parts that are not read: it is converted at
/// every reading, so that this is reported each time.
pub(in crate::index) fn marked(mut raw: Digest) -> Digest {
    raw[15] ^= 0xff;
    raw
}

/// Parts of a record, with the end of each.
struct PartHasher {
    hasher: blake3::Hasher,
    lengths: Vec<u64>,
}

impl PartHasher {
    fn add(&mut self, bytes: &[u8]) {
        self.hasher.update(bytes);
        self.lengths.push(bytes.len() as u64);
    }

    fn add_cells(&mut self, cells: &ByteRecord) {
        self.add(cells.as_slice());
        self.lengths.extend(cells.iter().map(|cell| cell.len() as u64));
    }

    fn finish(mut self, format: RecordFormat) -> Digest {
        self.lengths.push(u64::from(format_number(format)));
        let lengths: Vec<u8> =
            self.lengths.iter().flat_map(|length| length.to_le_bytes()).collect();
        self.hasher.update(&lengths);
        let mut digest = Digest::default();
        digest.copy_from_slice(&self.hasher.finalize().as_bytes()[..16]);
        digest
    }
}

/// Finds entries by the digests of their bytes: four to eight bytes an entry,
/// besides the entries.
#[derive(Debug)]
pub(in crate::index) struct KnownRecords {
    /// Positions of entries, each at the place that its digest asks for or the
    /// next free one after that.
    table: Vec<u32>,
}

/// The digest of studies that were joined or found and not read from a record.
pub(in crate::index) const NO_BYTES: Digest = [0; 16];

/// Stands where there is no entry.
const FREE: u32 = u32::MAX;

impl KnownRecords {
    /// A table of all entries but those that come from no bytes.
    pub(in crate::index) fn new<'a>(
        entries: impl ExactSizeIterator<Item = &'a RecordEntry>,
    ) -> Self {
        let places = (entries.len() + entries.len() / 3 + 1).next_power_of_two();
        let mut recall = Self { table: vec![FREE; places] };
        for (position, entry) in (0..FREE).zip(entries) {
            if entry.raw != NO_BYTES {
                let free = recall.places(&entry.raw).find(|at| recall.table[*at] == FREE);
                // There are more places than entries.
                if let Some(at) = free {
                    recall.table[at] = position;
                }
            }
        }
        recall
    }

    /// The position of an entry with that digest; `digest` returns that of an
    /// entry.
    pub(in crate::index) fn find<'a>(
        &self,
        raw: &Digest,
        digest: impl Fn(usize) -> Option<&'a Digest>,
    ) -> Option<usize> {
        let positions = self.places(raw).map(|at| self.table[at]);
        let taken = positions.take_while(|position| *position != FREE);
        taken.map(|position| position as usize).find(|position| digest(*position) == Some(raw))
    }

    /// All places, beginning with the one that the digest asks for.
    fn places(&self, raw: &Digest) -> impl Iterator<Item = usize> + use<> {
        let mask = self.table.len() - 1;
        let first = u32::from_le_bytes([raw[0], raw[1], raw[2], raw[3]]) as usize;
        (0..=mask).map(move |step| (first + step) & mask)
    }
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;
    use std::sync::Arc;
    use std::sync::atomic::AtomicU64;

    use super::*;
    use crate::index::ledger::{EntryKind, RecordRank};
    use trialdex_records::format::convert;
    use trialdex_records::source::{self, ReadLimits, SourceItem, SourceLocation, WalkOptions};
    use trialdex_records::study::Extent;

    /// Digest of all that version [`CONVERTERS`] makes of the sample corpus.
    const OF_SAMPLE: &str = "b39cadd25b6cf964b987de6203617fb4c3c740d686c4cf5c03d17165527c8fb3";

    #[test]
    fn a_change_of_what_converters_make_raises_their_version() {
        let sample = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus");
        let mut made = blake3::Hasher::new();
        for file in source::walk(&sample, &WalkOptions::default()) {
            let file = file.expect("a file of the sample");
            let read =
                source::read(&file, &ReadLimits::default(), &AtomicU64::new(0), &mut |found| {
                    if let SourceItem::Record(record) = found {
                        let made_of_it = convert(&record).map(|converted| {
                            (serde_json::to_string(converted.study.as_map()).ok(), converted.nct_id)
                        });
                        made.update(format!("{made_of_it:?}\n").as_bytes());
                    }
                    ControlFlow::Continue(())
                });
            assert_eq!(read, ControlFlow::Continue(()));
        }
        assert_eq!(
            made.finalize().to_hex().as_str(),
            OF_SAMPLE,
            "if a converter has changed, raise CONVERTERS; then put the left one here"
        );
    }

    fn record(format: RecordFormat, bytes: &[u8], line: u64) -> Record {
        let location = SourceLocation { path: Arc::from("/a"), member: None, line, byte: 0 };
        Record { format, payload: RecordPayload::Bytes(bytes.to_vec()), location }
    }

    fn row(header: &[&str], row: &[&str]) -> Record {
        let payload = RecordPayload::Row {
            header: Arc::new(ByteRecord::from(header.to_vec())),
            row: ByteRecord::from(row.to_vec()),
        };
        Record { payload, ..record(RecordFormat::Csv, b"", 1) }
    }

    #[test]
    fn a_record_is_the_same_by_its_bytes_and_format_wherever_it_stands() {
        let here = raw_digest(&record(RecordFormat::JsonV2, b"{}", 1));
        assert_eq!(here, raw_digest(&record(RecordFormat::JsonV2, b"{}", 7)));
        assert_ne!(here, raw_digest(&record(RecordFormat::JsonV1, b"{}", 1)));
        assert_ne!(here, raw_digest(&record(RecordFormat::JsonV2, b"{ }", 1)));
    }

    #[test]
    fn a_page_is_the_same_in_its_place_only() {
        let here = raw_digest(&record(RecordFormat::ModulePage, b"NCT ID:", 1));
        assert_eq!(here, raw_digest(&record(RecordFormat::ModulePage, b"NCT ID:", 1)));
        assert_ne!(here, raw_digest(&record(RecordFormat::ModulePage, b"NCT ID:", 2)));
    }

    #[test]
    fn a_row_is_the_same_by_its_cells_and_heading() {
        let here = raw_digest(&row(&["A", "B"], &["ab", "c"]));
        assert_eq!(here, raw_digest(&row(&["A", "B"], &["ab", "c"])));
        assert_ne!(here, raw_digest(&row(&["A", "B"], &["a", "bc"])));
        assert_ne!(here, raw_digest(&row(&["A", "C"], &["ab", "c"])));
        assert_ne!(here, raw_digest(&row(&["A"], &["B", "ab", "c"])));
    }

    #[test]
    fn entries_are_found_by_their_digests_even_where_these_ask_for_one_place() {
        let extent = Extent::Part;
        let standing = RecordRank { extent, updated: 0, values: 0, bytes: 0, digest: [0; 16] };
        let (source, format, kind) = (0, 0, EntryKind::Whole);
        let entries: Vec<RecordEntry> = (0..100)
            .map(|nct| {
                let mut raw = [7; 16];
                raw[15] = u8::try_from(nct).expect("below 256");
                RecordEntry { source, nct, format, kind, orphan: false, standing, raw }
            })
            .collect();
        let recall = KnownRecords::new(entries.iter());
        let digest = |at: usize| entries.get(at).map(|entry| &entry.raw);
        for (at, entry) in entries.iter().enumerate() {
            assert_eq!(recall.find(&entry.raw, digest), Some(at));
        }
        assert_eq!(recall.find(&[8; 16], digest), None);
        let joined = [RecordEntry { raw: NO_BYTES, ..entries[0] }];
        assert_eq!(KnownRecords::new(joined.iter()).find(&NO_BYTES, |_| Some(&NO_BYTES)), None);
    }
}

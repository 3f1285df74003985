//! A sort on disk: sorted runs in nameless temporary files, which are merged.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, Write};
use std::ops::ControlFlow;

use zstd::stream::read::Decoder;
use zstd::stream::write::Encoder;

use super::super::limits::ReadLimit;

/// Bytes that are sorted in memory.
const BUFFER: usize = 64 << 20;

/// Bytes that an entry takes beside its content.
const BESIDE: usize = size_of::<(RowKey, usize)>();

/// Runs that are merged at once: each takes a file and a buffer.
const AT_ONCE: usize = 64;

/// The window of a run's compression, as a power of two: small, since as many
/// are open as runs.
const WINDOW: u32 = 17;

/// What entries are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct RowKey {
    /// The NCT number of the study.
    pub(super) number: u32,
    /// The set of tables.
    pub(super) set: u32,
    /// When it came.
    at: u64,
}

/// Entries that are being sorted.
#[derive(Default)]
pub(super) struct RowSorter {
    bytes: Vec<u8>,
    /// Where each entry begins in `bytes`; it ends where the next begins.
    starts: Vec<(RowKey, usize)>,
    /// Entries that have come.
    count: u64,
    fresh: Vec<SortedRun>,
    /// Runs that several were merged to.
    merged: Vec<SortedRun>,
}

/// A sorted run in a file.
struct SortedRun {
    file: File,
    /// Bytes of the file.
    size: u64,
}

impl RowSorter {
    /// Adds an entry, whose content `write` appends. All runs may have `most`
    /// bytes on disk.
    pub(super) fn add(
        &mut self,
        number: u32,
        set: u32,
        most: u64,
        write: &mut dyn FnMut(&mut Vec<u8>),
    ) -> io::Result<()> {
        self.starts.push((RowKey { number, set, at: self.count }, self.bytes.len()));
        self.count += 1;
        write(&mut self.bytes);
        if self.bytes.len() + self.starts.len() * BESIDE > BUFFER {
            self.flush()?;
            let size: u64 = self.fresh.iter().chain(&self.merged).map(|run| run.size).sum();
            if size > most {
                return Err(io::Error::other(format!(
                    "more than {most} bytes{}",
                    ReadLimit::Spool.note()
                )));
            }
        }
        Ok(())
    }

    /// Writes the entries in memory to a run of their own.
    fn flush(&mut self) -> io::Result<()> {
        let mut writing = RunWriter::new()?;
        for (key, body) in self.in_memory() {
            writing.add(key, body)?;
        }
        let run = writing.finish()?;
        self.fresh.push(run);
        self.starts.clear();
        self.bytes.clear();
        if self.fresh.len() == AT_ONCE {
            let mut writing = RunWriter::new()?;
            let runs = std::mem::take(&mut self.fresh);
            let mut failed = Ok(());
            let _ = merge(runs, &mut |key, body| match writing.add(key, body) {
                Ok(()) => ControlFlow::Continue(()),
                Err(error) => {
                    failed = Err(error);
                    ControlFlow::Break(())
                }
            })?;
            failed?;
            self.merged.push(writing.finish()?);
        }
        Ok(())
    }

    /// The entries in memory, sorted.
    fn in_memory(&self) -> Vec<(RowKey, &[u8])> {
        let ends = self.starts.iter().skip(1).map(|(_, start)| *start);
        let ends = ends.chain(std::iter::once(self.bytes.len()));
        let entries = self.starts.iter().zip(ends);
        let mut sorted: Vec<(RowKey, &[u8])> =
            entries.map(|((key, start), end)| (*key, &self.bytes[*start..end])).collect();
        sorted.sort_unstable_by_key(|(key, _)| *key);
        sorted
    }

    /// Hands out all entries in their order; stops where `take` does.
    pub(super) fn sorted(
        mut self,
        take: &mut dyn FnMut(RowKey, &[u8]) -> ControlFlow<()>,
    ) -> io::Result<ControlFlow<()>> {
        if self.fresh.is_empty() && self.merged.is_empty() {
            return Ok(self.in_memory().into_iter().try_for_each(|(key, body)| take(key, body)));
        }
        self.flush()?;
        let mut runs = self.merged;
        runs.append(&mut self.fresh);
        merge(runs, take)
    }
}

/// A run being written.
struct RunWriter {
    packed: Encoder<'static, BufWriter<File>>,
}

impl RunWriter {
    fn new() -> io::Result<Self> {
        let mut packed = Encoder::new(BufWriter::new(tempfile::tempfile()?), 1)?;
        packed.window_log(WINDOW)?;
        Ok(Self { packed })
    }

    fn add(&mut self, key: RowKey, body: &[u8]) -> io::Result<()> {
        self.packed.write_all(&key.number.to_le_bytes())?;
        self.packed.write_all(&key.set.to_le_bytes())?;
        self.packed.write_all(&key.at.to_le_bytes())?;
        self.packed.write_all(&(body.len() as u64).to_le_bytes())?;
        self.packed.write_all(body)
    }

    fn finish(self) -> io::Result<SortedRun> {
        let file = self.packed.finish()?.into_inner().map_err(io::IntoInnerError::into_error);
        let mut file = file?;
        let size = file.stream_position()?;
        file.rewind()?;
        Ok(SortedRun { file, size })
    }
}

/// A run being read: the entry that is next.
struct RunReader {
    unpacked: Decoder<'static, BufReader<BufReader<File>>>,
    body: Vec<u8>,
}

impl RunReader {
    /// Moves to the next entry; gives its key.
    fn next(&mut self) -> io::Result<Option<RowKey>> {
        let mut start = [0; 24];
        let read = self.unpacked.read(&mut start)?;
        if read == 0 {
            return Ok(None);
        }
        self.unpacked.read_exact(&mut start[read..])?;
        let part =
            |from: usize| -> u64 { (0..8).map(|at| u64::from(start[from + at]) << (8 * at)).sum() };
        let first = part(0);
        let number = u32::try_from(first & u64::from(u32::MAX)).unwrap_or_default();
        let set = u32::try_from(first >> 32).unwrap_or_default();
        self.body.clear();
        (&mut self.unpacked).take(part(16)).read_to_end(&mut self.body)?;
        Ok(Some(RowKey { number, set, at: part(8) }))
    }
}

fn merge(
    runs: Vec<SortedRun>,
    take: &mut dyn FnMut(RowKey, &[u8]) -> ControlFlow<()>,
) -> io::Result<ControlFlow<()>> {
    let mut readings = Vec::new();
    let mut next = BinaryHeap::new();
    for run in runs {
        let unpacked = Decoder::new(BufReader::new(run.file))?;
        let mut reading = RunReader { unpacked, body: Vec::new() };
        if let Some(key) = reading.next()? {
            next.push(Reverse((key, readings.len())));
            readings.push(reading);
        }
    }
    while let Some(Reverse((key, at))) = next.pop() {
        if take(key, &readings[at].body).is_break() {
            return Ok(ControlFlow::Break(()));
        }
        if let Some(key) = readings[at].next()? {
            next.push(Reverse((key, at)));
        }
    }
    Ok(ControlFlow::Continue(()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_merged_in_the_order_of_studies_and_then_as_they_came() {
        let mut runs = RowSorter::default();
        for round in 0..2 * AT_ONCE as u32 + 3 {
            for number in [7, 3, 5] {
                let body = format!("{number} {round:03}");
                let mut write = |bytes: &mut Vec<u8>| bytes.extend_from_slice(body.as_bytes());
                runs.add(number, 0, u64::MAX, &mut write).expect("added");
            }
            runs.flush().expect("written");
        }
        let mut found = Vec::new();
        let ended = runs.sorted(&mut |_, body| {
            found.push(String::from_utf8_lossy(body).into_owned());
            ControlFlow::Continue(())
        });
        assert!(ended.expect("read").is_continue());
        let mut expected = found.clone();
        expected.sort();
        assert_eq!(found, expected);
        assert_eq!(found.len(), 3 * (2 * AT_ONCE + 3));
    }

    #[test]
    fn what_takes_more_of_the_disk_than_it_may_is_refused() {
        let mut runs = RowSorter::default();
        let noise = blake3::Hasher::new().finalize_xof().clone();
        let mut noise = noise;
        let mut block = vec![0; 1 << 20];
        noise.fill(&mut block);
        let mut add = |most| runs.add(1, 0, most, &mut |bytes| bytes.extend_from_slice(&block));
        let outcome: io::Result<()> = (0..70).try_for_each(|_| add(1 << 20));
        let said = outcome.expect_err("too much").to_string();
        assert_eq!(said, "more than 1048576 bytes (limit `spool`)");
    }
}

//! Bounds that hostile input runs into.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

/// What a source may ask for.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Bytes of one record. A longer one is rejected.
    pub record: usize,
    /// Values of one JSON record, told by its commas. One with more is
    /// rejected: each value costs more memory than its two bytes.
    pub values: usize,
    /// Cells of one row of a table.
    pub cells: usize,
    /// How many times its compressed size a stream may grow to, once it is
    /// larger than [`Limits::ratio_floor`].
    pub ratio: u64,
    /// Bytes that any stream may unpack to, whatever its ratio.
    pub ratio_floor: u64,
    /// Bytes that an archive inside an archive may have, where it has to be
    /// set aside in a nameless temporary file to be read (zip only).
    pub spool: u64,
    /// Containers inside containers.
    pub depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            record: 32 << 20,
            // The largest records of the registry have some 500,000.
            values: 4_000_000,
            cells: 10_000,
            // JSON and XML of real studies shrink by 5 to 30 times.
            ratio: 200,
            ratio_floor: 64 << 20,
            spool: 16 << 30,
            depth: 6,
        }
    }
}

/// Counts the bytes read through it.
pub(super) struct Counted<R> {
    inner: R,
    count: Rc<Cell<u64>>,
}

impl<R: Read> Counted<R> {
    pub(super) fn new(inner: R) -> (Self, Rc<Cell<u64>>) {
        let count = Rc::new(Cell::new(0));
        (Self { inner, count: count.clone() }, count)
    }
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.count.set(self.count.get() + read as u64);
        Ok(read)
    }
}

/// An unpacked stream that fails once it has grown out of proportion.
pub(super) struct Proportionate<R> {
    inner: R,
    packed: Rc<Cell<u64>>,
    unpacked: u64,
    limits: Limits,
}

impl<R: Read> Proportionate<R> {
    /// `packed` tells how many packed bytes have been read so far.
    pub(super) fn new(inner: R, packed: Rc<Cell<u64>>, limits: &Limits) -> Self {
        Self { inner, packed, unpacked: 0, limits: limits.clone() }
    }
}

impl<R: Read> Read for Proportionate<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.unpacked += read as u64;
        let allowed = self.packed.get().max(1).saturating_mul(self.limits.ratio);
        if self.unpacked > self.limits.ratio_floor && self.unpacked > allowed {
            return Err(io::Error::other(format!(
                "unpacks to more than {} times its size; `--max-ratio` raises the limit",
                self.limits.ratio
            )));
        }
        Ok(read)
    }
}

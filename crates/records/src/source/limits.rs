//! Bounds that hostile input runs into.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

/// What a source may ask for.
#[derive(Debug, Clone)]
pub struct ReadLimits {
    /// Bytes of one record. A longer one is rejected.
    pub record: usize,
    /// Values of one JSON record, counted by its commas. One with more is
    /// rejected: each value costs more memory than its two bytes.
    pub values: usize,
    /// Cells of one row of a table.
    pub cells: usize,
    /// How many times its compressed size a stream may grow to, once it is
    /// larger than [`ReadLimits::ratio_floor`]; and all streams of a source
    /// together, once they are larger than sixteen times that.
    pub ratio: u64,
    /// Bytes that any stream may unpack to, whatever its ratio.
    pub ratio_floor: u64,
    /// Bytes that a source may unpack to in all, at every depth.
    pub unpacked: u64,
    /// Bytes that an archive inside an archive may have, where it has to be
    /// set aside in a nameless temporary file to be read (zip only).
    pub spool: u64,
    /// Members of archives in a source. The directory of a zip is kept in
    /// memory while it is read.
    pub members: u64,
    /// Containers inside containers.
    pub depth: usize,
}

impl ReadLimits {
    /// What the registry has, and some more.
    pub const DEFAULT: Self = Self {
        record: 32 << 20,
        // The largest records of the registry have some 500,000.
        values: 4_000_000,
        cells: 10_000,
        // JSON and XML of real studies shrink by 5 to 30 times.
        ratio: 200,
        ratio_floor: 64 << 20,
        // All studies of the registry are some 15 GiB of JSON.
        unpacked: 256 << 30,
        spool: 16 << 30,
        // The registry has some 600,000 studies.
        members: 1_000_000,
        depth: 6,
    };
}

impl Default for ReadLimits {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// One of the [`ReadLimits`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadLimit {
    /// [`ReadLimits::record`].
    Record,
    /// [`ReadLimits::values`].
    Values,
    /// [`ReadLimits::cells`].
    Cells,
    /// [`ReadLimits::ratio`].
    Ratio,
    /// [`ReadLimits::unpacked`].
    Unpacked,
    /// [`ReadLimits::spool`].
    Spool,
    /// [`ReadLimits::members`].
    Members,
    /// [`ReadLimits::depth`].
    Depth,
}

impl ReadLimit {
    /// All limits that a reason can name.
    pub const ALL: [Self; 8] = [
        Self::Record,
        Self::Values,
        Self::Cells,
        Self::Ratio,
        Self::Unpacked,
        Self::Spool,
        Self::Members,
        Self::Depth,
    ];

    /// The name of its field in [`ReadLimits`].
    pub fn name(self) -> &'static str {
        match self {
            Self::Record => "record",
            Self::Values => "values",
            Self::Cells => "cells",
            Self::Ratio => "ratio",
            Self::Unpacked => "unpacked",
            Self::Spool => "spool",
            Self::Members => "members",
            Self::Depth => "depth",
        }
    }

    /// What a reason says where it is due to this limit. A program can put in
    /// its place how a user raises the limit.
    pub fn note(self) -> String {
        format!(" (limit `{}`)", self.name())
    }
}

/// What a source has taken of its limits so far.
#[derive(Debug, Default)]
pub(super) struct LimitUsage {
    /// Bytes of the source itself that were read.
    packed: Rc<Cell<u64>>,
    unpacked: Cell<u64>,
    members: Cell<u64>,
}

impl LimitUsage {
    /// For a source of which `packed` bytes are, or will have been, read.
    pub(super) fn of(packed: Rc<Cell<u64>>) -> Rc<Self> {
        Rc::new(Self { packed, ..Self::default() })
    }

    /// Counts a member; the reason where that is one too many.
    pub(super) fn member(&self, limits: &ReadLimits) -> Result<(), String> {
        self.members.set(self.members.get() + 1);
        if self.members.get() > limits.members { Err(too_many(limits)) } else { Ok(()) }
    }

    /// Streams together may grow to more than one by itself: an archive may
    /// have sound members besides those that are not.
    const STREAMS: u64 = 16;

    fn unpacked(&self, bytes: u64, limits: &ReadLimits) -> io::Result<()> {
        let all = self.unpacked.get() + bytes;
        self.unpacked.set(all);
        if all > limits.unpacked {
            return Err(io::Error::other(format!(
                "the source unpacks to more than {} bytes in all{}",
                limits.unpacked,
                ReadLimit::Unpacked.note()
            )));
        }
        let allowed = self.packed.get().max(1).saturating_mul(limits.ratio);
        if all > allowed.max(limits.ratio_floor.saturating_mul(Self::STREAMS)) {
            return Err(io::Error::other(format!(
                "the source unpacks to more than {} times its size in all{}",
                limits.ratio,
                ReadLimit::Ratio.note()
            )));
        }
        Ok(())
    }
}

/// The reason for a reject of everything after the last member that is read.
pub(super) fn too_many(limits: &ReadLimits) -> String {
    format!("more than {} members of archives{}", limits.members, ReadLimit::Members.note())
}

/// Counts the bytes read through it.
pub(super) struct CountingReader<R> {
    inner: R,
    count: Rc<Cell<u64>>,
}

impl<R: Read> CountingReader<R> {
    pub(super) fn new(inner: R) -> (Self, Rc<Cell<u64>>) {
        let count = Rc::new(Cell::new(0));
        (Self { inner, count: count.clone() }, count)
    }
}

impl<R: Read> Read for CountingReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.count.set(self.count.get() + read as u64);
        Ok(read)
    }
}

/// An unpacked stream that fails once it has grown out of proportion.
pub(super) struct RatioLimitReader<R> {
    inner: R,
    packed: Rc<Cell<u64>>,
    unpacked: u64,
    limits: ReadLimits,
    spent: Rc<LimitUsage>,
}

impl<R: Read> RatioLimitReader<R> {
    /// `packed` counts the packed bytes that have been read so far.
    pub(super) fn new(
        inner: R,
        packed: Rc<Cell<u64>>,
        limits: &ReadLimits,
        spent: &Rc<LimitUsage>,
    ) -> Self {
        Self { inner, packed, unpacked: 0, limits: limits.clone(), spent: spent.clone() }
    }
}

impl<R: Read> Read for RatioLimitReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.unpacked += read as u64;
        self.spent.unpacked(read as u64, &self.limits)?;
        let allowed = self.packed.get().max(1).saturating_mul(self.limits.ratio);
        if self.unpacked > self.limits.ratio_floor && self.unpacked > allowed {
            return Err(io::Error::other(format!(
                "unpacks to more than {} times its size{}",
                self.limits.ratio,
                ReadLimit::Ratio.note()
            )));
        }
        Ok(read)
    }
}

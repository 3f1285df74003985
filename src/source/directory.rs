//! The directory of a zip archive, which is read into memory.

use std::cell::Cell;
use std::io::{self, Read, Seek, SeekFrom};
use std::rc::Rc;

use memchr::memmem;

use super::limits::{Limits, too_many};

/// Bytes of the directory for each member: its fixed part has 46, names of
/// members some dozens.
const MEMBER: u64 = 256;

/// Bytes besides members: the search for where the directory is.
const BESIDES: u64 = 1 << 20;

/// What the record begins with that gives the number of members, where that
/// does not fit into 16 bits (APPNOTE 6.3.10, 4.3.14).
const END_64: &[u8] = b"PK\x06\x06";

/// Where the number stands in it, in 8 bytes.
const NUMBER: usize = 32;

/// A file that fails where it is opened as a zip archive and its directory is
/// larger than the limit of members allows, or says so. The reader of the
/// archive makes room for as many members as the directory promises.
pub(super) struct Directory<R> {
    inner: R,
    /// Bytes that may still be read; `None` once the archive is open.
    left: Rc<Cell<Option<u64>>>,
    members: u64,
    limits: Limits,
    /// The end of what was read last, in which a record may begin.
    tail: Vec<u8>,
}

impl<R: Read + Seek> Directory<R> {
    /// The file, and what to empty once the archive is open.
    pub(super) fn new(inner: R, limits: &Limits) -> (Self, Rc<Cell<Option<u64>>>) {
        let allowed = limits.members.saturating_mul(MEMBER).saturating_add(BESIDES);
        let left = Rc::new(Cell::new(Some(allowed)));
        let directory = Self {
            inner,
            left: left.clone(),
            members: limits.members,
            limits: limits.clone(),
            tail: Vec::new(),
        };
        (directory, left)
    }

    /// Whether a record in these bytes promises too many members.
    fn promises_too_many(&mut self, read: &[u8]) -> bool {
        self.tail.extend_from_slice(read);
        let promised = memmem::find_iter(&self.tail, END_64).filter_map(|at| {
            let number = self.tail.get(at + NUMBER..)?.first_chunk::<8>()?;
            Some(u64::from_le_bytes(*number))
        });
        let too_many = promised.max().is_some_and(|number| number > self.members);
        let kept = self.tail.len().saturating_sub(NUMBER + 8);
        self.tail.drain(..kept);
        too_many
    }
}

impl<R: Read + Seek> Read for Directory<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        let Some(left) = self.left.get() else { return Ok(read) };
        let left = left.checked_sub(read as u64);
        self.left.set(Some(left.unwrap_or(0)));
        if left.is_none() || self.promises_too_many(&buffer[..read]) {
            return Err(io::Error::other(too_many(&self.limits)));
        }
        Ok(read)
    }
}

impl<R: Seek> Seek for Directory<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        if !matches!(to, SeekFrom::Current(0)) {
            self.tail.clear();
        }
        self.inner.seek(to)
    }
}

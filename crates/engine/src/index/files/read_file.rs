//! A file that is read on demand, with some read-ahead.
//!
//! A merge goes through the postings of millions of terms, most of a few bytes,
//! in the order of the file.
//!
//! Where the system fails to read, it is asked once more. A passing error, such
//! as one of a loose cable, must not count as damage: a repair would look in the
//! sources for what the index still holds.

use std::fs::File;
use std::io;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use tantivy::HasLen;
use tantivy::directory::{FileHandle, OwnedBytes};
use tantivy_common::file_slice::WrapFile;

/// Bytes that are read when few are asked for.
const AHEAD: usize = 64 << 10;

/// More bytes than this are read alone.
const FEW: usize = 8 << 10;

/// A file that is read and not mapped.
#[derive(Debug)]
pub(in crate::index) struct ReadFile {
    file: WrapFile,
    window: Mutex<ReadAhead>,
}

/// What was read ahead.
#[derive(Debug)]
struct ReadAhead {
    from: usize,
    bytes: OwnedBytes,
}

impl ReadFile {
    pub(in crate::index) fn new(file: File) -> io::Result<Self> {
        let window = ReadAhead { from: 0, bytes: OwnedBytes::empty() };
        Ok(Self { file: WrapFile::new(file)?, window: Mutex::new(window) })
    }
}

/// Does something with a file that can be done again, once more where the
/// system fails.
///
/// # Errors
///
/// What the system says the second time; what it did not say, the first time.
pub(in crate::index) fn twice<T>(mut work: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    work().or_else(|error| {
        let passing = error.raw_os_error().is_some() && error.kind() != io::ErrorKind::NotFound;
        if passing { work() } else { Err(error) }
    })
}

impl HasLen for ReadFile {
    fn len(&self) -> usize {
        self.file.len()
    }
}

impl FileHandle for ReadFile {
    fn read_bytes(&self, range: Range<usize>) -> io::Result<OwnedBytes> {
        if range.is_empty() {
            return Ok(OwnedBytes::empty());
        }
        if range.len() > FEW || range.end > self.len() {
            return twice(|| self.file.read_bytes(range.clone()));
        }
        let mut window = self.window.lock().unwrap_or_else(PoisonError::into_inner);
        if range.start < window.from || range.end > window.from + window.bytes.len() {
            let end = self.len().min(range.start + AHEAD);
            let bytes = twice(|| self.file.read_bytes(range.start..end))?;
            *window = ReadAhead { from: range.start, bytes };
        }
        Ok(window.bytes.slice(range.start - window.from..range.end - window.from))
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn what_the_system_fails_to_do_is_tried_once_more() {
        let tries = |errors: Vec<io::Error>| {
            let (mut errors, mut tried) = (errors.into_iter(), 0);
            let done = twice(|| {
                tried += 1;
                errors.next().map_or(Ok(()), Err)
            });
            (tried, done.is_ok())
        };
        let (unread, missing) = (|| io::Error::from_raw_os_error(5), io::Error::from_raw_os_error);
        assert_eq!(tries(vec![]), (1, true));
        assert_eq!(tries(vec![unread()]), (2, true));
        assert_eq!(tries(vec![unread(), unread()]), (2, false));
        assert_eq!(tries(vec![missing(2)]), (1, false));
        assert_eq!(tries(vec![io::ErrorKind::UnexpectedEof.into()]), (1, false));
    }

    #[test]
    fn bytes_are_those_of_the_file_wherever_they_are_asked_for() {
        let bytes: Vec<u8> =
            (0..200_000_u32).map(|at| at.to_le_bytes()[(at % 3) as usize]).collect();
        let mut file = tempfile::tempfile().expect("a file");
        file.write_all(&bytes).expect("written");
        let read = ReadFile::new(file).expect("opened");
        assert_eq!(read.len(), bytes.len());
        for range in [
            0..1,
            5..5,
            1..9_000,
            0..200_000,
            199_999..200_000,
            63_000..66_000,
            64_000..64_001,
            150_000..151_000,
            2..3,
            200_000..200_000,
        ] {
            let found = read.read_bytes(range.clone()).expect("read");
            assert_eq!(found.as_slice(), &bytes[range.clone()], "{range:?}");
        }
        assert!(read.read_bytes(300_000..300_001).is_err());
    }
}

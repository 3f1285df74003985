//! Tar archives: their members as streams.

mod sparse;

use std::cell::Cell;
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::rc::Rc;

use super::stream_context::{StreamContext, reading};
use super::{ByteStream, ItemSink, SourceItem, SourcePlace};
use sparse::MemberContent;

/// Reads the members of an archive, one after the other.
pub(super) fn read(
    stream: ByteStream<'_>,
    place: &SourcePlace,
    inside: &StreamContext<'_>,
    sink: &mut ItemSink<'_>,
) -> ControlFlow<()> {
    let watched = TarHeaderReader::new(stream);
    let seen = watched.seen.clone();
    let mut archive = tar::Archive::new(watched);
    // Archives that were joined end several times.
    archive.set_ignore_zeros(true);
    let cut = |error: &io::Error| {
        let reason = format!("the tar archive cannot be read further: {error}");
        SourceItem::Unread(place.location(0, 0), reason)
    };
    let entries = match archive.entries() {
        Ok(entries) => entries,
        Err(error) => return sink(cut(&error)),
    };
    for entry in entries {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => return sink(cut(&error)),
        };
        if let Err(reason) = inside.spent.member(inside.limits) {
            return sink(SourceItem::Unread(place.location(0, 0), reason));
        }
        read_member(entry, &seen, place, inside, sink)?;
    }
    if seen.zeros.get() < TAR_BLOCK {
        let reason = "cut: the tar archive has no end".to_owned();
        return sink(SourceItem::Reject(place.location(0, 0), reason));
    }
    ControlFlow::Continue(())
}

/// Reads a member. What is of a kind that is not known is a file (POSIX,
/// IEEE Std 1003.1-2024, pax, ustar interchange format); hard links and others
/// can have content as well.
fn read_member<R: Read>(
    mut entry: tar::Entry<'_, TarHeaderReader<R>>,
    seen: &TarProgress,
    place: &SourcePlace,
    inside: &StreamContext<'_>,
    sink: &mut ItemSink<'_>,
) -> ControlFlow<()> {
    let kind = entry.header().entry_type();
    let gnu_sparse = kind.is_gnu_sparse();
    let stored = if gnu_sparse { entry.header().entry_size().unwrap_or(0) } else { entry.size() };
    seen.content(stored);
    let header = kind.is_pax_global_extensions() || kind.is_pax_local_extensions();
    if header || stored == 0 && !(kind.is_file() || gnu_sparse || kind.is_contiguous()) {
        return ControlFlow::Continue(());
    }
    let extensions = sparse::extensions(&mut entry);
    let name = extensions.name.clone();
    let name = name.unwrap_or_else(|| String::from_utf8_lossy(&entry.path_bytes()).into_owned());
    sink(SourceItem::Member)?;
    let member = place.member(&name);
    if kind.as_byte() == CONTINUED {
        let reason = "the rest of a member that begins in another volume of the archive";
        return sink(SourceItem::Reject(member.location(0, 0), reason.to_owned()));
    }
    if gnu_sparse {
        // Of its holes nothing is stored.
        let whole = Box::new(inside.bounded(entry, Rc::new(Cell::new(stored))));
        return inside.read_member(whole, &member, sink);
    }
    let whole = ExactReader { inner: entry, left: stored };
    match extensions.holes(whole) {
        Ok(MemberContent::Whole(whole)) => inside.read_member(Box::new(whole), &member, sink),
        Ok(MemberContent::Holes(filled)) => {
            let filled = inside.bounded(filled, Rc::new(Cell::new(stored)));
            inside.read_member(Box::new(filled), &member, sink)
        }
        Err(error) => sink(SourceItem::Unread(member.location(0, 0), reading(&error))),
    }
}

/// The kind of a member that GNU tar gives to the rest of a file that begins in
/// another volume.
const CONTINUED: u8 = b'M';

/// Bytes of a block of zeros. At least one such block ends a tar archive.
const TAR_BLOCK: u64 = 512;

/// Bytes that the headers of a member may have: names and attributes, which
/// are kept in memory.
const TAR_HEADERS: u64 = 1 << 20;

/// What was seen of a tar archive.
#[derive(Debug, Default)]
struct TarProgress {
    /// Zeros that it ends with, so far.
    zeros: Cell<u64>,
    /// Bytes that may come before the next member is known.
    left: Cell<u64>,
}

impl TarProgress {
    /// The content of a member of that size comes, then other headers.
    fn content(&self, size: u64) {
        let padded = size.saturating_add(TAR_BLOCK);
        self.left.set(padded.saturating_add(TAR_HEADERS));
    }
}

/// The stream of a tar archive, which fails where headers do not end.
struct TarHeaderReader<R> {
    inner: R,
    seen: Rc<TarProgress>,
}

impl<R> TarHeaderReader<R> {
    fn new(inner: R) -> Self {
        let seen = TarProgress::default();
        seen.content(0);
        Self { inner, seen: Rc::new(seen) }
    }
}

impl<R: Read> Read for TarHeaderReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        let zeros = buffer[..read].iter().rev().take_while(|byte| **byte == 0).count();
        let seen = &self.seen;
        let before = if zeros == read { seen.zeros.get() } else { 0 };
        seen.zeros.set(before + zeros as u64);
        // Blocks of zeros between archives are read one by one.
        let gap = zeros == read && buffer.len() as u64 == TAR_BLOCK;
        if !gap {
            let left = seen.left.get().checked_sub(read as u64).ok_or_else(|| {
                io::Error::other(format!("a member with headers of more than {TAR_HEADERS} bytes"))
            })?;
            seen.left.set(left);
        }
        Ok(read)
    }
}

/// A member of known size: fails where the stream ends before it.
struct ExactReader<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for ExactReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        if read == 0 && self.left > 0 && !buffer.is_empty() {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the archive ends too early"));
        }
        self.left = self.left.saturating_sub(read as u64);
        Ok(read)
    }
}

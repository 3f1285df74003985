//! Files with holes in pax archives. GNU tar stores them in three ways (GNU tar
//! manual, Storing Sparse Files): a map of the stored parts is in the headers
//! or before the content.

use std::collections::VecDeque;
use std::io::{self, Read};

/// Bytes that a map before the content may have.
const LONGEST_MAP: usize = 1 << 20;

/// Bytes that the map is padded to a multiple of.
const BLOCK: usize = 512;

/// What the headers of a member declare about its holes.
#[derive(Debug, Default)]
pub(super) struct SparseHeaders {
    /// Its name, where the other one is that of a part.
    pub(super) name: Option<String>,
    /// Bytes of the file with its holes.
    size: Option<u64>,
    /// Offset and length of each stretch that is stored.
    map: VecDeque<(u64, u64)>,
    /// Whether there is a map in the headers, perhaps an empty one.
    mapped: bool,
    /// The map comes before the content.
    before: bool,
}

/// The content of a member.
pub(super) enum MemberContent<R> {
    Whole(R),
    Holes(SparseReader<R>),
}

/// What the headers of a member say.
pub(super) fn extensions<R: Read>(entry: &mut tar::Entry<'_, R>) -> SparseHeaders {
    let mut found = SparseHeaders::default();
    let Ok(Some(records)) = entry.pax_extensions() else { return found };
    let mut offset = 0;
    for record in records.flatten() {
        let (Ok(key), Ok(value)) = (record.key(), record.value()) else { continue };
        let number = value.parse().ok();
        match key.strip_prefix("GNU.sparse.") {
            Some("name") => found.name = Some(value.to_owned()),
            Some("size" | "realsize") => found.size = number,
            Some("major") => found.before = number == Some(1),
            Some("offset") => offset = number.unwrap_or_default(),
            Some("numbytes") => found.map.push_back((offset, number.unwrap_or_default())),
            Some("numblocks") => found.mapped = true,
            Some("map") => {
                let numbers: Vec<u64> = value.split(',').flat_map(str::parse).collect();
                found.map =
                    numbers.as_chunks().0.iter().map(|[at, length]| (*at, *length)).collect();
                found.mapped = true;
            }
            _ => {}
        }
    }
    found
}

impl SparseHeaders {
    /// The content of the member, with its holes filled.
    ///
    /// # Errors
    ///
    /// Where the map before it cannot be read.
    pub(super) fn holes<R: Read>(self, mut stored: R) -> io::Result<MemberContent<R>> {
        let Some(size) = self.size.filter(|_| self.before || self.mapped) else {
            return Ok(MemberContent::Whole(stored));
        };
        let map = if self.before { map_before(&mut stored)? } else { self.map };
        Ok(MemberContent::Holes(SparseReader { stored, map, at: 0, size }))
    }
}

/// The map before the content: the number of stretches, then their offsets and
/// lengths, a number a line.
fn map_before(stored: &mut impl Read) -> io::Result<VecDeque<(u64, u64)>> {
    let wrong = || io::Error::new(io::ErrorKind::InvalidData, "a map of holes that is damaged");
    let mut text = Vec::new();
    loop {
        let mut block = [0; BLOCK];
        stored.read_exact(&mut block)?;
        text.extend(block);
        if text.len() > LONGEST_MAP {
            return Err(wrong());
        }
        let complete = memchr::memrchr(b'\n', &text).map_or(0, |end| end + 1);
        let lines = text[..complete].split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        let parsed: Option<Vec<u64>> =
            lines.map(|line| std::str::from_utf8(line).ok()?.parse().ok()).collect();
        let numbers = parsed.ok_or_else(wrong)?;
        let Some((count, stretches)) = numbers.split_first() else { continue };
        let (pairs, _) = stretches.as_chunks::<2>();
        if pairs.len() as u64 >= *count {
            return Ok(pairs.iter().map(|[at, length]| (*at, *length)).collect());
        }
    }
}

/// A file with zeros in its holes.
pub(super) struct SparseReader<R> {
    stored: R,
    /// Offset and length of the remaining parts.
    map: VecDeque<(u64, u64)>,
    at: u64,
    size: u64,
}

impl<R: Read> Read for SparseReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.map.retain(|(_, length)| *length > 0);
        let most = |bytes: u64| buffer.len().min(usize::try_from(bytes).unwrap_or(usize::MAX));
        match self.map.front_mut() {
            Some((offset, length)) if *offset <= self.at => {
                let most = most(*length);
                let read = self.stored.read(&mut buffer[..most])?;
                (*offset, *length) = (*offset + read as u64, *length - read as u64);
                self.at += read as u64;
                Ok(read)
            }
            next => {
                let end = next.map_or(self.size, |(offset, _)| *offset);
                let zeros = most(end.saturating_sub(self.at));
                buffer[..zeros].fill(0);
                self.at += zeros as u64;
                Ok(zeros)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holes_are_filled_with_zeros() {
        let mut stored = b"2\n2\n3\n8\n1\n".to_vec();
        stored.resize(BLOCK, 0);
        stored.extend(b"abcd");
        let extensions = SparseHeaders { size: Some(10), before: true, ..SparseHeaders::default() };
        let Ok(MemberContent::Holes(mut holes)) = extensions.holes(&stored[..]) else {
            panic!("no holes");
        };
        let mut read = Vec::new();
        holes.read_to_end(&mut read).expect("read");
        assert_eq!(read, b"\0\0abc\0\0\0d\0");
    }
}

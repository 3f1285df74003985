//! The beginning of a file: what it is, and where its sections are.
//!
//! ```text
//! magic     22 bytes, with the version of the format
//! length    u32
//! check     the first 16 bytes of the BLAKE3 digest of the header
//! header    as postcard writes it
//! sections  keys, concepts, trees
//! ```

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::bytes::u32_at;

/// How every version begins.
const NAME: &[u8] = b"trialdex vocabulary ";

/// What a file of this version begins with.
const MAGIC: &[u8; 22] = b"trialdex vocabulary 1\n";

/// Bytes of the digest that the header is checked by.
const CHECK: usize = 16;

/// What a file says about itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct VocabularyHeader {
    /// Where the names are from, in words.
    pub(super) source: String,
    /// BLAKE3 of the sections.
    pub(super) digest: [u8; 32],
    pub(super) concepts: u32,
    /// Names that are looked for.
    pub(super) names: u32,
    /// Words of the longest of these.
    pub(super) longest: u8,
    /// Lengths of the sections in bytes.
    pub(super) sections: [u64; 3],
}

/// Why a header cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WrongHeader {
    /// It is another file.
    Unknown,
    /// Of another version.
    OtherVersion,
    /// It is cut or changed.
    Damaged,
}

impl VocabularyHeader {
    pub(super) fn write(&self, out: &mut Vec<u8>) -> postcard::Result<()> {
        let header = postcard::to_stdvec(self)?;
        let length =
            u32::try_from(header.len()).map_err(|_| postcard::Error::SerializeBufferFull)?;
        out.extend(MAGIC);
        out.extend(length.to_le_bytes());
        out.extend(&blake3::hash(&header).as_bytes()[..CHECK]);
        out.extend(header);
        Ok(())
    }

    /// Reads the header of a file, and where its sections are there.
    pub(super) fn read(file: &[u8]) -> Result<(Self, [Range<usize>; 3]), WrongHeader> {
        let Some(rest) = file.strip_prefix(MAGIC) else {
            let other = file.starts_with(NAME);
            return Err(if other { WrongHeader::OtherVersion } else { WrongHeader::Unknown });
        };
        let header = Self::checked(rest).ok_or(WrongHeader::Damaged)?;
        let start = MAGIC.len() + 4 + CHECK + header.1;
        let sections = header.0.ranges(start, file.len()).ok_or(WrongHeader::Damaged)?;
        Ok((header.0, sections))
    }

    /// The header and its length.
    fn checked(rest: &[u8]) -> Option<(Self, usize)> {
        let length = usize::try_from(u32_at(rest, 0)?).ok()?;
        let (check, rest) = rest.get(4..)?.split_at_checked(CHECK)?;
        let header = rest.get(..length)?;
        let same = blake3::hash(header).as_bytes().starts_with(check);
        let header = postcard::from_bytes(header).ok().filter(|_| same)?;
        Some((header, length))
    }

    /// Where the sections are, which fill the file.
    fn ranges(&self, start: usize, end: usize) -> Option<[Range<usize>; 3]> {
        let mut at = start;
        let mut ranges = [0..0, 0..0, 0..0];
        for (range, length) in ranges.iter_mut().zip(self.sections) {
            let next = at.checked_add(usize::try_from(length).ok()?)?;
            *range = at..next;
            at = next;
        }
        (at == end).then_some(ranges)
    }
}

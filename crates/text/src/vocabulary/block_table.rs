//! Items that are compressed some at a time, so that little has to be unpacked
//! for one.
//!
//! ```text
//! count      u32
//! directory  count x (end u32, unpacked u32)   in bytes of what follows
//! blocks     zstd frames of items, one after the other
//! ```

use std::io;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::bytes::u32_at;

/// Bytes that a block may unpack to; the largest that is written for the
/// headings of a year has a few dozen kilobytes.
const LARGEST: u32 = 8 << 20;

/// How hard blocks are compressed: a vocabulary is written once.
const LEVEL: i32 = 19;

/// Blocks in a file.
#[derive(Debug, Clone, Copy)]
pub(super) struct BlockTable<'a> {
    count: usize,
    directory: &'a [u8],
    blocks: &'a [u8],
}

impl<'a> BlockTable<'a> {
    /// `None` where the bytes are no such blocks.
    pub(super) fn of(section: &'a [u8]) -> Option<Self> {
        let count = usize::try_from(u32_at(section, 0)?).ok()?;
        let length = count.checked_mul(8)?;
        let (directory, blocks) = section.get(4..)?.split_at_checked(length)?;
        Some(Self { count, directory, blocks })
    }

    /// Number of blocks.
    pub(super) fn count(self) -> usize {
        self.count
    }

    /// A block's bytes, unpacked; `None` where there is none, or it is
    /// damaged.
    pub(super) fn unpacked(self, block: usize) -> Option<Vec<u8>> {
        let place = block.checked_mul(2)?;
        let start = if block == 0 { 0 } else { u32_at(self.directory, place - 2)? };
        let end = u32_at(self.directory, place)?;
        let length = u32_at(self.directory, place + 1).filter(|length| *length <= LARGEST)?;
        let at = |byte: u32| usize::try_from(byte).ok();
        let packed = self.blocks.get(at(start)?..at(end)?)?;
        zstd::bulk::decompress(packed, at(length)?).ok()
    }
}

/// The items of a block, up to the first that is damaged.
pub(super) struct BlockItems<'b, T> {
    rest: &'b [u8],
    item: std::marker::PhantomData<T>,
}

/// Reads the items of an unpacked block.
pub(super) fn items<T: DeserializeOwned>(unpacked: &[u8]) -> BlockItems<'_, T> {
    BlockItems { rest: unpacked, item: std::marker::PhantomData }
}

impl<T: DeserializeOwned> Iterator for BlockItems<'_, T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        // Every item takes at least a byte, so that this ends.
        let (item, rest) = postcard::take_from_bytes(self.rest).ok()?;
        if rest.len() == self.rest.len() {
            return None;
        }
        self.rest = rest;
        Some(item)
    }
}

/// Writes items in blocks of `each`. `None` where they do not fit the format.
///
/// # Errors
///
/// Where zstd fails.
pub(super) fn write<T: Serialize>(
    all: &[T],
    each: usize,
    out: &mut Vec<u8>,
) -> io::Result<Option<()>> {
    let mut packer = zstd::bulk::Compressor::new(LEVEL)?;
    packer.include_checksum(true)?;
    let (mut directory, mut blocks, mut count) = (Vec::new(), Vec::new(), 0u32);
    for chunk in all.chunks(each) {
        let mut plain = Vec::new();
        for item in chunk {
            plain = postcard::to_extend(item, plain).map_err(io::Error::other)?;
        }
        blocks.extend(packer.compress(&plain)?);
        let (end, length) = (u32::try_from(blocks.len()), u32::try_from(plain.len()));
        let (Ok(end), Ok(length @ ..=LARGEST)) = (end, length) else { return Ok(None) };
        directory.extend([end.to_le_bytes(), length.to_le_bytes()].concat());
        count += 1;
    }
    out.extend(count.to_le_bytes());
    out.extend(directory);
    out.extend(blocks);
    Ok(Some(()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_found_in_their_block() {
        let all: Vec<String> = (0..10).map(|number| format!("item {number}")).collect();
        let mut section = Vec::new();
        write(&all, 4, &mut section).expect("zstd").expect("few items");
        let blocks = BlockTable::of(&section).expect("blocks");
        assert_eq!(blocks.count(), 3);
        let last = blocks.unpacked(2).expect("a block");
        assert_eq!(items::<String>(&last).collect::<Vec<_>>(), ["item 8", "item 9"]);
        assert!(blocks.unpacked(3).is_none());
        section.pop();
        assert!(BlockTable::of(&section).expect("blocks").unpacked(2).is_none());
    }

    #[test]
    fn a_block_that_would_unpack_to_too_much_is_not_unpacked() {
        let mut section = Vec::new();
        write(&["a".to_owned()], 1, &mut section).expect("zstd").expect("few items");
        section[8..12].copy_from_slice(&u32::MAX.to_le_bytes());
        assert!(BlockTable::of(&section).expect("blocks").unpacked(0).is_none());
    }
}

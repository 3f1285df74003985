//! Little-endian numbers in bytes.

/// The number that some bytes are; of more than four, the first four count.
pub(super) fn number(bytes: &[u8]) -> u32 {
    bytes.iter().take(4).rev().fold(0, |number, byte| number << 8 | u32::from(*byte))
}

/// One of a row of `u32`.
pub(super) fn u32_at(row: &[u8], at: usize) -> Option<u32> {
    let start = at.checked_mul(4)?;
    row.get(start..start.checked_add(4)?).map(number)
}

//! Tables of Markdown: `| a | b |`, a line of dashes below the heading, and
//! `\|` for a bar in a cell.

use std::io::{self, Read};

use csv::ByteRecord;

/// Stands for a bar in a cell while the row is taken apart.
const BAR: u8 = 0x1f;

/// A stream in which bars inside cells are distinguished from bars between
/// cells.
pub(super) struct MarkdownReader<R> {
    inner: R,
    /// A backslash ended the bytes that were read before.
    held: bool,
}

impl<R: Read> MarkdownReader<R> {
    pub(super) fn new(inner: R) -> Self {
        Self { inner, held: false }
    }
}

impl<R: Read> Read for MarkdownReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Some(room) = buffer.len().checked_sub(1) else { return Ok(0) };
        let mut bytes = vec![0; room];
        let read = self.inner.read(&mut bytes)?;
        let mut written = 0;
        let mut put = |byte: u8| {
            buffer[written] = byte;
            written += 1;
        };
        for byte in &bytes[..read] {
            match (std::mem::take(&mut self.held), byte) {
                (true, b'|') => put(BAR),
                (held, byte) => {
                    if held {
                        put(b'\\');
                    }
                    self.held = *byte == b'\\';
                    if !self.held {
                        put(*byte);
                    }
                }
            }
        }
        if read == 0 && std::mem::take(&mut self.held) {
            put(b'\\');
        }
        if written == 0 && read > 0 { self.read(buffer) } else { Ok(written) }
    }
}

/// The cells of a row, without the text outside of the first and the last bar;
/// `None` for the line of dashes.
pub(super) fn cells(row: &ByteRecord) -> Option<ByteRecord> {
    let cells: Vec<Vec<u8>> = row
        .iter()
        .map(|cell| {
            let bar = |byte: &u8| if *byte == BAR { b'|' } else { *byte };
            cell.trim_ascii().iter().map(bar).collect()
        })
        .collect();
    let inner = match cells.as_slice() {
        [first, inner @ .., last] if first.is_empty() && last.is_empty() => inner,
        [first, rest @ ..] if first.is_empty() => rest,
        all => all,
    };
    let dashes = |cell: &Vec<u8>| {
        cell.contains(&b'-') && cell.iter().all(|byte| matches!(byte, b'-' | b':' | b' '))
    };
    if !inner.is_empty() && inner.iter().all(dashes) {
        return None;
    }
    Some(inner.iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_in_cells_are_part_of_them() {
        let mut text = String::new();
        let mut escaped = MarkdownReader::new(&b"| a\\|b | c\\d |"[..]);
        escaped.read_to_string(&mut text).expect("read");
        let row: ByteRecord = text.split('|').map(str::as_bytes).collect();
        let expected: ByteRecord = [&b"a|b"[..], b"c\\d"].into_iter().collect();
        assert_eq!(cells(&row), Some(expected));
        let dashes: ByteRecord = ["", "---", ":-:", ""].into_iter().map(str::as_bytes).collect();
        assert_eq!(cells(&dashes), None);
    }
}

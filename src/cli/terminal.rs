//! A terminal that text and data are written to, which nothing in them may
//! steer.

use std::io::{self, Write};

use trialdex_output::clean_terminal;

/// Passes on the output, cleaned. Characters may come in parts.
pub(crate) struct CleanWriter<W> {
    inner: W,
    /// The beginning of a character, or of an end of a line.
    begun: Vec<u8>,
    /// Colours and links are our own: texts of records are clean already.
    pub(crate) escapes: bool,
}

impl<W: Write> CleanWriter<W> {
    pub(crate) fn new(inner: W) -> Self {
        Self { inner, begun: Vec::new(), escapes: true }
    }
}

impl<W: Write> Write for CleanWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let all = [&self.begun, bytes].concat();
        let (whole, begun) = all.split_at(whole(&all));
        let text = String::from_utf8_lossy(whole);
        self.inner.write_all(clean_terminal(&text, self.escapes).as_bytes())?;
        self.begun = begun.to_vec();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Bytes that end with a character, and not between CR and LF.
fn whole(bytes: &[u8]) -> usize {
    let end = match std::str::from_utf8(bytes) {
        Err(error) if error.error_len().is_none() => error.valid_up_to(),
        _ => bytes.len(),
    };
    end - usize::from(bytes[..end].ends_with(b"\r"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_steers_a_terminal_however_it_is_cut() {
        let text = "é\u{9b}2J\r\n\u{1b}[1mµ\u{202e}.\n";
        for (escapes, expected) in [
            (true, "é\u{fffd}2J\r\n\u{1b}[1mµ\u{fffd}.\n"),
            (false, "é\u{fffd}2J\r\n\u{fffd}[1mµ\u{fffd}.\n"),
        ] {
            for size in 1..text.len() {
                let mut steady = CleanWriter { escapes, ..CleanWriter::new(Vec::new()) };
                for part in text.as_bytes().chunks(size) {
                    steady.write_all(part).expect("written");
                }
                assert_eq!(String::from_utf8_lossy(&steady.inner), expected);
            }
        }
    }
}

//! Limits the length of lines and of the whole text.

use std::io::{self, BufRead, Read};

/// Bytes of a line at most; the longest of NLM's have some thousands.
const LONGEST_LINE: usize = 8 << 20;

/// Bytes of a text at most; the largest of NLM's has less than a fifth of
/// that.
const LARGEST: u64 = 4 << 30;

/// Reads on until a line or the whole becomes longer than any real one is.
pub(super) struct LineLimitReader<R> {
    inner: R,
    /// Bytes since the line began.
    line: usize,
    all: u64,
}

impl<R: BufRead> LineLimitReader<R> {
    pub(super) fn new(inner: R) -> Self {
        Self { inner, line: 0, all: 0 }
    }

    fn problem(&self) -> Option<&'static str> {
        match self {
            Self { line, .. } if *line > LONGEST_LINE => Some("a line is longer than 8 MiB"),
            Self { all, .. } if *all > LARGEST => Some("there are more than 4 GiB of it"),
            _ => None,
        }
    }
}

impl<R: BufRead> Read for LineLimitReader<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(bytes)?;
        self.consume(read);
        Ok(read)
    }
}

impl<R: BufRead> BufRead for LineLimitReader<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if let Some(problem) = self.problem() {
            return Err(io::Error::other(problem));
        }
        self.inner.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        // What is consumed is there already.
        let bytes = self.inner.fill_buf().unwrap_or_default();
        let bytes = &bytes[..amount.min(bytes.len())];
        self.line = match memchr::memrchr(b'\n', bytes) {
            Some(at) => bytes.len() - at - 1,
            None => self.line + bytes.len(),
        };
        self.all += bytes.len() as u64;
        self.inner.consume(amount);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_without_end_is_none() {
        let read = |text: &[u8]| {
            let mut bounded = LineLimitReader::new(io::BufReader::new(text));
            bounded.read_to_end(&mut Vec::new())
        };
        let line = vec![b'a'; LONGEST_LINE];
        let lines = [line.as_slice(), b"\n", &line].concat();
        assert_eq!(read(&lines).expect("two lines"), lines.len());
        assert!(read(&[line.as_slice(), &line].concat()).is_err());
    }
}

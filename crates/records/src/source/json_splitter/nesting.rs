//! Where a JSON object ends, found by its brackets and quotes, many bytes at a
//! time.

use memchr::memchr;

/// The brackets open in an object whose end is looked for.
#[derive(Default)]
pub(super) struct BracketNesting {
    /// `{` and `[`, outermost first.
    open: Vec<u8>,
    at: usize,
    in_string: bool,
    /// The byte before was a backslash that is not escaped itself.
    escaped: bool,
    /// A line end was seen in the object.
    lines: bool,
}

pub(super) enum NestingProgress {
    /// The object ends before this position.
    Closed(usize),
    CutLine(usize),
    Mismatch(usize),
    /// The bytes end first.
    More,
}

/// Bytes that are searched for a line end before they are looked at closely.
const SPAN: usize = 4 << 10;

/// Bytes that are looked at together, a bit each.
const BLOCK: usize = 64;

impl BracketNesting {
    /// Goes on from where the last call ended; `bytes` start with the object.
    pub(super) fn scan(&mut self, bytes: &[u8]) -> NestingProgress {
        while self.at < bytes.len() {
            let end = bytes.len().min(self.at + SPAN);
            let span = if self.lines { &[] } else { &bytes[self.at..end] };
            let line_end = memchr(b'\n', span).map(|found| self.at + found);
            let stopped = self.scan_to(line_end.unwrap_or(end), bytes);
            let stopped = match line_end {
                Some(at) if stopped.is_none() => self.end_line(at, bytes),
                _ => stopped,
            };
            if let Some(stopped) = stopped {
                return stopped;
            }
        }
        NestingProgress::More
    }

    /// Goes on up to a position, before which no line end matters.
    fn scan_to(&mut self, end: usize, bytes: &[u8]) -> Option<NestingProgress> {
        while self.at < end {
            let length = BLOCK.min(end - self.at);
            let part = &bytes[self.at..self.at + length];
            let stopped = match <&[u8; BLOCK]>::try_from(part) {
                Ok(block) => self.scan_block(block, length),
                Err(_) => {
                    // Zeros are neither brackets nor quotes.
                    let mut block = [0; BLOCK];
                    block[..length].copy_from_slice(part);
                    self.scan_block(&block, length)
                }
            };
            if stopped.is_some() {
                return stopped;
            }
            self.at += length;
        }
        None
    }

    /// Goes through the brackets outside of strings in the first `length` bytes
    /// of a block.
    fn scan_block(&mut self, block: &[u8; BLOCK], length: usize) -> Option<NestingProgress> {
        let slashes = bits(block, |byte| byte == b'\\');
        let quotes = bits(block, |byte| byte == b'"') & !self.escapes(slashes, length);
        let before = if self.in_string { u64::MAX } else { 0 };
        let strings = parity(quotes) ^ before;
        self.in_string = strings >> (BLOCK - 1) == 1;
        // `{` and `[` differ in one bit, and so do `}` and `]`.
        let brackets = bits(block, |byte| matches!(byte | 0x20, b'{' | b'}'));
        let mut left = brackets & !strings;
        while left != 0 {
            let at = left.trailing_zeros() as usize;
            left &= left - 1;
            let byte = block[at];
            if matches!(byte, b'{' | b'[') {
                self.open.push(byte);
            } else if self.open.pop() != Some(byte - 2) {
                // `{` and `[` are two less than their closing brackets.
                return Some(NestingProgress::Mismatch(self.at + at));
            } else if self.open.is_empty() {
                return Some(NestingProgress::Closed(self.at + at + 1));
            }
        }
        None
    }

    /// The bytes after a backslash that is not escaped itself.
    fn escapes(&mut self, mut slashes: u64, length: usize) -> u64 {
        let mut escaped = u64::from(std::mem::take(&mut self.escaped));
        slashes &= !escaped;
        while slashes != 0 {
            let at = slashes.trailing_zeros() as usize;
            if at + 1 == length {
                self.escaped = true;
                break;
            }
            escaped |= 2 << at;
            slashes &= !(3 << at);
        }
        escaped
    }

    /// Moves past a line end, or says why the scan has to stop there. JSON
    /// allows no line end in a string.
    fn end_line(&mut self, at: usize, bytes: &[u8]) -> Option<NestingProgress> {
        let next = &bytes[at + 1..];
        let start: &[u8] = if self.in_string { b"{\"" } else { b"{" };
        if next.len() < start.len() && start.starts_with(next) {
            return Some(NestingProgress::More);
        }
        if next.starts_with(start) && (self.in_string || !self.at_value_end(bytes)) {
            return Some(NestingProgress::CutLine(at + 1));
        }
        self.escaped = false;
        self.lines = !self.in_string;
        self.at += 1;
        None
    }

    /// Whether the first line ends where a new element may start, which makes
    /// the object one that is broken into lines without being indented.
    fn at_value_end(&self, bytes: &[u8]) -> bool {
        let before = bytes[..self.at].trim_ascii_end();
        matches!(before.last(), Some(b',' | b'[' | b':')) && before.len() < 200
    }
}

/// A bit for each byte that `is` one of those in question, the first byte's the
/// lowest.
fn bits(block: &[u8; BLOCK], is: impl Fn(u8) -> bool) -> u64 {
    let marks = block.map(|byte| u8::from(is(byte)));
    let (words, _) = marks.as_chunks::<8>();
    words.iter().rev().fold(0, |bits, word| {
        // The product has the lowest bits of the eight bytes side by side at
        // its top.
        let gathered = u64::from_le_bytes(*word).wrapping_mul(0x0102_0408_1020_4080);
        bits << 8 | gathered >> 56
    })
}

/// For each bit whether an odd number of bits is set up to there.
fn parity(mut bits: u64) -> u64 {
    for step in [1, 2, 4, 8, 16, 32] {
        bits ^= bits << step;
    }
    bits
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where an object ends, byte by byte; `None` where it does not.
    fn end_of(bytes: &[u8]) -> Option<Result<usize, usize>> {
        let (mut open, mut in_string, mut escaped) = (Vec::new(), false, false);
        for (at, byte) in bytes.iter().enumerate() {
            match byte {
                _ if std::mem::take(&mut escaped) => {}
                b'\\' => escaped = true,
                b'"' => in_string = !in_string,
                _ if in_string => {}
                b'{' | b'[' => open.push(*byte),
                b'}' | b']' if open.pop() != Some(byte - 2) => return Some(Err(at)),
                b'}' | b']' if open.is_empty() => return Some(Ok(at + 1)),
                _ => {}
            }
        }
        None
    }

    fn scanned(nesting: &mut BracketNesting, bytes: &[u8]) -> Option<Result<usize, usize>> {
        match nesting.scan(bytes) {
            NestingProgress::Closed(at) => Some(Ok(at)),
            NestingProgress::Mismatch(at) => Some(Err(at)),
            NestingProgress::More => None,
            NestingProgress::CutLine(at) => panic!("cut at {at}"),
        }
    }

    #[test]
    fn objects_end_where_they_end_byte_by_byte() {
        let mut seed = 1_u64;
        let mut random = |below: u64| {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % below
        };
        let mut ended = 0;
        for _ in 0..3000 {
            let mut text = vec![b'{'];
            for _ in 0..random(700) {
                let pieces: [&[u8]; 9] = [
                    b"{",
                    b"}",
                    b"[",
                    b"]",
                    b"\"\"",
                    b"\"}\\\"]\"",
                    b"\"\\\\\"",
                    b"words of a study",
                    b",\n ",
                ];
                text.extend(pieces[random(9) as usize]);
            }
            let expected = end_of(&text);
            ended += u32::from(matches!(expected, Some(Ok(end)) if end > BLOCK));
            let whole = scanned(&mut BracketNesting::default(), &text);
            assert_eq!(whole, expected, "{}", String::from_utf8_lossy(&text));
            let mut nesting = BracketNesting::default();
            let mut in_parts = None;
            let mut end = 0;
            while in_parts.is_none() && end < text.len() {
                end = text.len().min(end + 1 + random(150) as usize);
                in_parts = scanned(&mut nesting, &text[..end]);
            }
            assert_eq!(in_parts, expected, "{}", String::from_utf8_lossy(&text));
        }
        assert!(ended > 20, "{ended}");
    }
}

//! Streams in encodings other than UTF-8.

use std::io::{self, Read};

use encoding_rs::{Decoder, Encoding};

/// A stream converted to UTF-8.
pub(super) struct Utf8Reader<R> {
    inner: R,
    decoder: Decoder,
    raw: Vec<u8>,
    /// Converted bytes not yet handed out, from `handed_out` on.
    ready: Vec<u8>,
    handed_out: usize,
    end_seen: bool,
}

impl<R: Read> Utf8Reader<R> {
    pub(super) fn new(inner: R, encoding: &'static Encoding) -> Self {
        Self {
            inner,
            decoder: encoding.new_decoder_with_bom_removal(),
            raw: vec![0; 64 << 10],
            ready: Vec::new(),
            handed_out: 0,
            end_seen: false,
        }
    }

    fn convert_more(&mut self) -> io::Result<()> {
        let read = self.inner.read(&mut self.raw)?;
        self.end_seen = read == 0;
        let room = self.decoder.max_utf8_buffer_length(read).unwrap_or(read * 4 + 16);
        self.ready.resize(room, 0);
        let (_, _, written, _) =
            self.decoder.decode_to_utf8(&self.raw[..read], &mut self.ready, self.end_seen);
        self.ready.truncate(written);
        self.handed_out = 0;
        Ok(())
    }
}

impl<R: Read> Read for Utf8Reader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.handed_out == self.ready.len() && !self.end_seen {
            self.convert_more()?;
        }
        let ready = &self.ready[self.handed_out..];
        let count = ready.len().min(buffer.len());
        buffer[..count].copy_from_slice(&ready[..count]);
        self.handed_out += count;
        Ok(count)
    }
}

/// The encoding that the first bytes of a stream declare, unless that is
/// UTF-8: by a byte-order mark or in an XML declaration.
pub(super) fn declared(head: &[u8]) -> Option<&'static Encoding> {
    if let Some((encoding, _)) = Encoding::for_bom(head) {
        return (encoding != encoding_rs::UTF_8).then_some(encoding);
    }
    if let Some(encoding) = wide(head) {
        return Some(encoding);
    }
    let head = &head[..head.len().min(256)];
    let declaration =
        std::str::from_utf8(&head[..head.iter().position(|byte| *byte == b'>')?]).ok()?;
    if !declaration.trim_start().starts_with("<?xml") {
        return None;
    }
    let (_, label) = declaration.split_once("encoding")?;
    let label = label.trim_start().strip_prefix('=')?.trim_start();
    let quote = label.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let encoding = Encoding::for_label(label[1..].split(quote).next()?.as_bytes())?;
    // A declaration read as single bytes cannot be true of UTF-16.
    let wide = encoding == encoding_rs::UTF_16LE || encoding == encoding_rs::UTF_16BE;
    (encoding != encoding_rs::UTF_8 && !wide).then_some(encoding)
}

/// UTF-16 without a mark: JSON, XML or a table begins with two characters of
/// ASCII, so that every other byte is zero (RFC 4627, section 3).
fn wide(head: &[u8]) -> Option<&'static Encoding> {
    let text = |byte: u8| byte.is_ascii_graphic() || byte.is_ascii_whitespace();
    match *head.first_chunk::<4>()? {
        [one, 0, other, 0] if text(one) && text(other) => Some(encoding_rs::UTF_16LE),
        [0, one, 0, other] if text(one) && text(other) => Some(encoding_rs::UTF_16BE),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_declared_by_mark_or_in_xml() {
        assert_eq!(declared(b"\xff\xfe<\0"), Some(encoding_rs::UTF_16LE));
        let xml = b"<?xml version='1.0' encoding='ISO-8859-2'?><clinical_study/>";
        assert_eq!(declared(xml), Some(encoding_rs::ISO_8859_2));
        assert_eq!(declared(b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>"), None);
        assert_eq!(declared(b"{\"encoding\": 1}"), None);
        assert_eq!(declared(b"{\0\"\0"), Some(encoding_rs::UTF_16LE));
        assert_eq!(declared(b"\0[\0{"), Some(encoding_rs::UTF_16BE));
        assert_eq!(declared(b"\x01\0\x02\0"), None);
    }

    #[test]
    fn a_stream_is_converted_across_small_reads() {
        let text = "Zażółć gęślą jaźń ".repeat(40);
        let mut utf16 = vec![0xff, 0xfe];
        utf16.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
        let mut reader = Utf8Reader::new(&utf16[..], encoding_rs::UTF_16LE);
        let (mut read, mut piece) = (Vec::new(), [0; 7]);
        loop {
            match reader.read(&mut piece).expect("no error") {
                0 => break,
                count => read.extend_from_slice(&piece[..count]),
            }
        }
        assert_eq!(String::from_utf8(read).expect("UTF-8"), text);
    }
}

//! Text between and after the studies of a stream that is in no element:
//! something else was appended to it.

/// The state of the scan between studies.
#[derive(Debug, Default)]
pub(super) struct OutsideScan {
    in_tag: bool,
    /// The first byte behind `<`; 0 before it is known.
    first: u8,
    /// The last two bytes of the tag.
    last: [u8; 2],
    comment: bool,
    /// Elements that are open, besides those around the first study.
    depth: u32,
}

impl OutsideScan {
    /// Goes through the bytes between studies; returns where the first text
    /// begins that is in no element.
    pub(super) fn text(&mut self, bytes: &[u8]) -> Option<usize> {
        let mut found = None;
        for (at, byte) in bytes.iter().enumerate() {
            if self.in_tag {
                self.tag(*byte);
            } else if *byte == b'<' {
                *self = Self { in_tag: true, depth: self.depth, ..Self::default() };
            } else if self.depth == 0 && !byte.is_ascii_whitespace() && *byte != 0 {
                found = found.or(Some(at));
            }
        }
        found
    }

    fn tag(&mut self, byte: u8) {
        if self.first == 0 {
            self.first = byte;
        }
        self.comment |= self.first == b'!' && self.last == *b"--";
        let ended = byte == b'>' && (!self.comment || self.last == *b"--");
        if ended {
            self.in_tag = false;
            match (self.first, self.last[1]) {
                (b'!' | b'?', _) | (_, b'/') => {}
                (b'/', _) => self.depth = self.depth.saturating_sub(1),
                _ => self.depth += 1,
            }
        }
        self.last = [self.last[1], byte];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_outside_of_elements_is_found() {
        let found = |text: &str| OutsideScan::default().text(text.as_bytes());
        for text in ["\n</all>\n", "<a b='c'>text</a><d/> <!-- > no --> <?pi x?>", ""] {
            assert_eq!(found(text), None, "{text}");
        }
        assert_eq!(found("</all>\n{\"a\": 1}"), Some(7));
        let mut outside = OutsideScan::default();
        assert_eq!((outside.text(b"<a x='"), outside.text(b"y'>z</a> !")), (None, Some(9)));
    }
}

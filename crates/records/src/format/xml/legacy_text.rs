//! Texts of the legacy XML: entities, and paragraphs out of wrapped lines.

use std::borrow::Cow;

use quick_xml::events::Event;

/// The character that an entity means, by its name between `&` and `;`.
///
/// Only those that every XML document has, and `nbsp`, which the registry's
/// texts hold; nothing is ever expanded from a document type definition.
fn entity(name: &str) -> Option<char> {
    match name {
        "lt" => return Some('<'),
        "gt" => return Some('>'),
        "amp" => return Some('&'),
        "quot" => return Some('"'),
        "apos" => return Some('\''),
        "nbsp" => return Some('\u{a0}'),
        _ => {}
    }
    let digits = name.strip_prefix('#')?;
    let (digits, radix) = match digits.strip_prefix(['x', 'X']) {
        Some(digits) => (digits, 16),
        None => (digits, 10),
    };
    // `from_str_radix` takes a sign, which a reference cannot have.
    if !digits.starts_with(|c: char| c.is_ascii_hexdigit()) {
        return None;
    }
    let code = u32::from_str_radix(digits, radix).ok()?;
    char::from_u32(code).filter(|c| *c != '\0')
}

/// Adds the text that an event is, if it is any; an unknown entity stays as it
/// is written.
pub(super) fn push(text: &mut String, event: &Event<'_>) {
    match event {
        Event::Text(more) => text.push_str(more),
        Event::CData(more) => text.push_str(more),
        Event::GeneralRef(name) => match entity(name) {
            Some(meant) => text.push(meant),
            None => text.extend(["&", name, ";"]),
        },
        _ => {}
    }
}

/// The text with its entities resolved once; text that is no entity stays.
pub(super) fn unescape(text: &str) -> Cow<'_, str> {
    /// Digits of the longest reference, `#x10FFFF`, and some zeros.
    const LONGEST: usize = 12;
    let Some(first) = text.find('&') else {
        return Cow::Borrowed(text);
    };
    let mut plain = String::with_capacity(text.len());
    plain.push_str(&text[..first]);
    let mut rest = &text[first..];
    while let Some(after) = rest.strip_prefix('&') {
        let end = after.bytes().take(LONGEST).position(|byte| byte == b';');
        match end.and_then(|end| Some((entity(&after[..end])?, &after[end + 1..]))) {
            Some((meant, behind)) => {
                plain.push(meant);
                rest = behind;
            }
            None => {
                plain.push('&');
                rest = after;
            }
        }
        let next = rest.find('&').unwrap_or(rest.len());
        plain.push_str(&rest[..next]);
        rest = &rest[next..];
    }
    Cow::Owned(plain)
}

/// The text in one line.
pub(super) fn one_line(text: &str) -> Cow<'_, str> {
    let text = text.trim();
    // Plain bytes, because nearly every value passes here.
    if text.bytes().all(|byte| byte >= b' ') {
        return Cow::Borrowed(text);
    }
    let lines: Vec<&str> =
        text.split(['\n', '\r', '\t']).map(str::trim).filter(|line| !line.is_empty()).collect();
    Cow::Owned(lines.join(" "))
}

/// The text as CommonMark paragraphs and lists.
///
/// A text that begins with a line break was wrapped and indented by the
/// registry: its lines are joined up to the next blank line or list item. In
/// any other the line breaks are the author's and end paragraphs.
pub(super) fn paragraphs(text: &str) -> Cow<'_, str> {
    if !text.contains('\n') {
        return Cow::Borrowed(text.trim());
    }
    let wrapped = text.trim_start_matches(['\r', ' ']).starts_with('\n');
    let mut blocks =
        TextBlocks { text: String::with_capacity(text.len()), ..TextBlocks::default() };
    for line in text.split('\n') {
        blocks.line(line, wrapped);
    }
    Cow::Owned(blocks.text)
}

/// Paragraphs and list items made so far.
#[derive(Default)]
struct TextBlocks {
    text: String,
    /// Column where the text of the block begins that the next line may go
    /// on with.
    open: Option<usize>,
    /// Columns of the markers of the list item last made and those above it.
    markers: Vec<usize>,
}

impl TextBlocks {
    fn line(&mut self, line: &str, wrapped: bool) {
        let text = line.trim_ascii();
        if text.is_empty() {
            self.open = None;
            return;
        }
        let column = line.len() - line.trim_ascii_start().len();
        let item = item(text);
        let goes_on = |body: usize| item.is_none() || body == column;
        if wrapped && self.open.is_some_and(goes_on) {
            self.text.push(' ');
            self.text.push_str(text);
            return;
        }
        match item {
            Some((marker, body)) => {
                self.item(column, marker);
                self.text.push_str(body);
                self.open = Some(column + text.len() - body.len());
            }
            None => {
                self.markers.clear();
                self.separate("\n\n");
                self.text.push_str(text);
                self.open = Some(column);
            }
        }
    }

    /// Begins a list item at the depth that its column means.
    fn item(&mut self, column: usize, marker: &str) {
        self.separate(if self.markers.is_empty() { "\n\n" } else { "\n" });
        while self.markers.last().is_some_and(|last| *last >= column) {
            self.markers.pop();
        }
        self.text.extend(self.markers.iter().map(|_| "  "));
        self.markers.push(column);
        let bullet = matches!(marker, "-" | "*" | "•");
        self.text.push_str(if bullet { "*" } else { marker });
        self.text.push(' ');
    }

    fn separate(&mut self, separator: &str) {
        if !self.text.is_empty() {
            self.text.push_str(separator);
        }
    }
}

/// Marker and text of a list item: `-  text`, `* text`, `1. text`.
fn item(line: &str) -> Option<(&str, &str)> {
    let (marker, body) = line.split_once(char::is_whitespace)?;
    let number = |marker: &str| {
        let digits = marker.strip_suffix('.').unwrap_or_default();
        matches!(digits.len(), 1..=3) && digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    (matches!(marker, "-" | "*" | "•") || number(marker)).then(|| (marker, body.trim_start()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entities_are_resolved_once_and_the_rest_stays() {
        assert_eq!(unescape("a &lt; b &#956;g &#x3bc;g &amp;amp;"), "a < b μg μg &amp;");
        let kept = "R&D &foo; &#0; &#xD800; &#+5; &#99999999999; & ; &";
        assert_eq!(unescape(kept), kept);
        assert_eq!(unescape("&é&é;ééééééé&gt;"), "&é&é;ééééééé>");
    }

    #[test]
    fn wrapped_lines_become_paragraphs_and_items() {
        let wrapped = "\r\n      First line\r\n      - or so - goes on.\r\n\r\n        -  One\r\n           more\r\n\
            \r\n             1. Below\r\n\r\n        -  Two\r\n\r\n      Last.\r\n    ";
        let expected = "First line - or so - goes on.\n\n* One more\n  1. Below\n* Two\n\nLast.";
        assert_eq!(paragraphs(wrapped), expected);
    }

    #[test]
    fn line_breaks_of_the_author_end_paragraphs() {
        assert_eq!(
            paragraphs("Dose:\r\n- first\r\n- second\r\nEnd "),
            "Dose:\n\n* first\n* second\n\nEnd"
        );
        assert_eq!(paragraphs(" plain "), "plain");
        assert_eq!(one_line(" A\n      title "), "A title");
    }
}

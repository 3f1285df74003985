//! The registry's markup as people read it.

use std::borrow::Cow;

/// Text without CommonMark's backslash escapes: `\>` is `>`, `1\)` is `1)`.
///
/// A backslash before anything but ASCII punctuation stays
/// (<https://spec.commonmark.org/0.31.2/#backslash-escapes>).
#[must_use]
pub fn unescape(text: &str) -> Cow<'_, str> {
    let escapes = |at: usize| text.as_bytes().get(at + 1).is_some_and(u8::is_ascii_punctuation);
    if !text.match_indices('\\').any(|(at, _)| escapes(at)) {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        plain.push_str(&rest[..at]);
        let escaped = rest[at + 1..].chars().next().filter(char::is_ascii_punctuation);
        plain.push(escaped.unwrap_or('\\'));
        rest = &rest[at + 1 + escaped.map_or(0, char::len_utf8)..];
    }
    plain.push_str(rest);
    Cow::Owned(plain)
}

/// Gives every bullet of a list that was flattened into one line (`... are:
/// * first * second`) its own line.
///
/// Only a `*` with a blank on both sides, in a line where a colon, full stop
/// or the line's beginning introduces the first of them, counts as a bullet,
/// so that `2 * 3` stays. The headings of eligibility criteria in such a line
/// get theirs, too.
#[must_use]
pub fn unflatten_bullets(text: &str) -> Cow<'_, str> {
    if !text.contains(" * ") {
        return Cow::Borrowed(text);
    }
    let lines: Vec<String> = text.split('\n').map(unflatten_line).collect();
    Cow::Owned(lines.join("\n"))
}

fn unflatten_line(line: &str) -> String {
    let introduced = line.trim_start().starts_with("* ")
        || line.find(" * ").is_some_and(|at| line[..at].trim_end().ends_with([':', '.', ';', '?']));
    if !introduced {
        return line.to_owned();
    }
    let mut lines = line.replace(" * ", "\n* ");
    for heading in [" Inclusion Criteria:", " Exclusion Criteria:"] {
        lines = lines.replace(heading, &heading.replacen(' ', "\n", 1));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escaped_punctuation_is_plain() {
        assert_eq!(
            unescape(r"PMN \> 0.5 \[CsA\], 1\) and C:\dir"),
            r"PMN > 0.5 [CsA], 1) and C:\dir"
        );
        assert_eq!(unescape(r"back\\slash\"), r"back\slash\");
        assert!(matches!(unescape("none"), Cow::Borrowed(_)));
    }

    #[test]
    fn flattened_bullets_get_their_lines() {
        assert_eq!(unflatten_bullets("aims: * one * two"), "aims:\n* one\n* two");
        let criteria = "Inclusion Criteria: * one Exclusion Criteria: * two";
        let expected = "Inclusion Criteria:\n* one\nExclusion Criteria:\n* two";
        assert_eq!(unflatten_bullets(criteria), expected);
        assert_eq!(unflatten_bullets("2 * 3 is six"), "2 * 3 is six");
        assert_eq!(unflatten_bullets("* one * two"), "* one\n* two");
    }
}

//! Signs that word processors, web pages and PDF files put in place of plain
//! ones, and the marks of HTML and Markdown.

use super::page_lines::PageLine;

/// Where a web page breaks a line within one of the file.
const BREAK: char = '\u{b}';

/// Plain signs in place of others, each for one character.
pub(in super::super) fn plain_signs(text: &str) -> String {
    text.chars().map(plain_sign).collect()
}

fn plain_sign(c: char) -> char {
    match c {
        '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{201f}' | '\u{2033}' | '\u{ab}' | '\u{bb}' => '"',
        '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{201b}' | '\u{2032}' => '\'',
        '\u{2010}'..='\u{2013}' | '\u{2212}' | '\u{fe63}' => '-',
        '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => ' ',
        '\u{feff}' => ' ',
        // Full-width forms have the order of ASCII.
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        c => c,
    }
}

/// A text without marks, line by line as it was. Within a line, [`BREAK`]
/// divides what a web page breaks.
pub(super) fn plain(text: &str) -> String {
    let text = if text.contains('\n') { text.to_owned() } else { text.replace('\r', "\n") };
    let text = without_entities(&text);
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars().map(plain_sign).peekable();
    while let Some(c) = characters.next() {
        match c {
            // At the end of a line it says that a word goes on.
            '\u{ad}' if matches!(characters.peek(), Some('\n' | '\r')) => plain.push(c),
            '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' => {}
            '\u{fb00}' => plain.push_str("ff"),
            '\u{fb01}' => plain.push_str("fi"),
            '\u{fb02}' => plain.push_str("fl"),
            '\u{fb03}' => plain.push_str("ffi"),
            '\u{fb04}' => plain.push_str("ffl"),
            '\u{fb05}' | '\u{fb06}' => plain.push_str("st"),
            '\\' if characters.peek().is_some_and(char::is_ascii_punctuation) => {}
            c => plain.push(c),
        }
    }
    without_emphasis(&without_tags(&plain))
}

/// The lines of a text, with those that a page breaks.
pub(super) fn lines(text: &str) -> Vec<PageLine> {
    let mut lines = Vec::new();
    for (at, line) in (1..).zip(text.lines()) {
        let parts = line.split([BREAK, '\u{c}']);
        lines.extend(parts.map(|text| PageLine { at, text: text.to_owned() }));
    }
    lines
}

/// Names of characters in HTML, and what they mean.
const ENTITIES: [(&str, &str); 20] = [
    ("quot", "\""),
    ("#34", "\""),
    ("#x22", "\""),
    ("apos", "'"),
    ("#39", "'"),
    ("#x27", "'"),
    ("lt", "<"),
    ("gt", ">"),
    ("amp", "&"),
    ("nbsp", " "),
    ("#160", " "),
    ("ndash", "-"),
    ("mdash", "\u{2014}"),
    ("ldquo", "\""),
    ("rdquo", "\""),
    ("lsquo", "'"),
    ("rsquo", "'"),
    ("shy", ""),
    ("hyphen", "-"),
    ("tab", "\t"),
];

fn without_entities(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        plain.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        let known = ENTITIES.iter().find_map(|(name, sign)| {
            let found = after.get(..name.len())?.eq_ignore_ascii_case(name);
            let rest = after[name.len()..].strip_prefix(';')?;
            found.then_some((*sign, rest))
        });
        match known {
            Some((sign, after)) => {
                plain.push_str(sign);
                rest = after;
            }
            None => {
                plain.push('&');
                rest = after;
            }
        }
    }
    plain.push_str(rest);
    plain
}

/// Names of HTML's elements, and what divides what they hold.
const ELEMENTS: [(&str, &str); 22] = [
    ("br", "\u{b}"),
    ("p", "\u{b}"),
    ("div", "\u{b}"),
    ("li", "\u{b}"),
    ("tr", "\u{b}"),
    ("td", "\t"),
    ("th", "\t"),
    ("ol", ""),
    ("ul", ""),
    ("table", ""),
    ("tbody", ""),
    ("thead", ""),
    ("b", ""),
    ("i", ""),
    ("u", ""),
    ("em", ""),
    ("strong", ""),
    ("span", ""),
    ("sub", ""),
    ("sup", ""),
    ("code", ""),
    ("pre", ""),
];

fn without_tags(text: &str) -> String {
    const LONGEST: usize = 200;
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        plain.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        let end = after.bytes().take(LONGEST).position(|byte| matches!(byte, b'>' | b'\n'));
        let end = end.filter(|end| after.as_bytes()[*end] == b'>');
        let closes = after.starts_with('/');
        let known = end.and_then(|end| {
            let name = after[..end].trim_matches('/').split([' ', '/']).next()?;
            ELEMENTS.iter().find(|(known, _)| name.eq_ignore_ascii_case(known)).map(|(_, sign)| {
                // A cell or a line is divided from the next one at its end.
                (if closes || name.eq_ignore_ascii_case("br") { *sign } else { "" }, end)
            })
        });
        match known {
            Some((sign, end)) => {
                plain.push_str(sign);
                rest = &after[end + 1..];
            }
            None => {
                plain.push('<');
                rest = after;
            }
        }
    }
    plain.push_str(rest);
    plain
}

/// A text without Markdown's signs for bold letters and code, and without
/// bullets before lines.
fn without_emphasis(text: &str) -> String {
    let lines = text.split('\n').map(|line| {
        let mut line = line.replace('`', "");
        if line.matches("**").count() >= 2 && line.contains(char::is_alphanumeric) {
            line = line.replace("**", "");
        }
        let trimmed = line.trim_start();
        match trimmed.strip_prefix(['\u{2022}', '\u{25cf}', '\u{25aa}', '\u{b7}']) {
            Some(rest) => rest.trim_start().to_owned(),
            None => line,
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_of_word_processors_and_web_pages_become_plain() {
        for (typed, expected) in [
            ("\u{201c}gout\u{201d}[tiab]", "\"gout\"[tiab]"),
            ("2010\u{2013}2020", "2010-2020"),
            ("anti\u{2010}inflammatory", "anti-inflammatory"),
            ("of\u{fb01}ce \u{ff08}gout\u{ff09}", "office (gout)"),
            ("col\u{ad}chicine\u{200b}", "colchicine"),
            ("&quot;gout&quot;&nbsp;&amp; R&D", "\"gout\" & R&D"),
            ("<b>exp Gout/</b><br/>gout.ti.", "exp Gout/\u{b}gout.ti."),
            ("Embase <1974 to 2020>", "Embase <1974 to 2020>"),
            ("**exp Gout/** `gout*`", "exp Gout/ gout*"),
            ("\\#1 gout\\*", "#1 gout*"),
            ("\u{2022} gout.ti.", "gout.ti."),
        ] {
            assert_eq!(plain(typed), expected, "{typed}");
        }
        let lines: Vec<usize> = lines(&plain("a<br>b\nc")).iter().map(|line| line.at).collect();
        assert_eq!(lines, [1, 1, 2]);
    }
}

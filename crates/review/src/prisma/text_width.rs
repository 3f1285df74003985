//! Text broken into lines by how wide it is drawn.

use unicode_width::UnicodeWidthChar;

/// Widths in thousandths of the size of the font: those of Helvetica by kind
/// of character, and a fifth more, since the font that is there may be wider,
/// as DejaVu Sans is.
fn width(c: char) -> f64 {
    let helvetica = match c {
        'i' | 'j' | 'l' | '\'' | '|' => 222.0,
        ' ' | '\u{a0}' | 'f' | 't' | 'I' | '.' | ',' | ':' | ';' | '!' | '/' | '\\' | '(' | ')'
        | '[' | ']' => 290.0,
        'r' | '-' => 333.0,
        'c' | 'k' | 's' | 'v' | 'x' | 'y' | 'z' | 'J' => 500.0,
        'm' | 'M' => 833.0,
        'w' | 'C' | 'D' | 'H' | 'N' | 'R' | 'U' => 722.0,
        'G' | 'O' | 'Q' => 778.0,
        'W' | '%' | '@' => 950.0,
        'A'..='Z' | '&' => 667.0,
        ' '..='~' => 575.0,
        other => match other.width() {
            Some(0) | None => 0.0,
            Some(1) => 640.0,
            Some(_) => 1000.0,
        },
    };
    helvetica * 1.2 / 1000.0
}

/// How wide a text is at a size.
pub(super) fn measure(text: &str, size: f64) -> f64 {
    text.chars().map(width).sum::<f64>() * size
}

/// The lines of a text, none wider than `room`. A word that is wider is
/// broken where it has to be. A no-break space is part of a word.
pub(super) fn wrap(text: &str, size: f64, room: f64) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let line = lines.last().map_or("", String::as_str);
        let joined = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
        if measure(&joined, size) <= room {
            lines.pop();
            lines.push(joined);
            continue;
        }
        if line.is_empty() {
            lines.pop();
        }
        lines.extend(pieces(word, size, room));
    }
    lines
}

/// A word in pieces that fit.
fn pieces(word: &str, size: f64, room: f64) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let mut used = 0.0;
    for c in word.chars() {
        let wide = width(c) * size;
        if used + wide > room && used > 0.0 {
            pieces.push(String::new());
            used = 0.0;
        }
        used += wide;
        if let Some(piece) = pieces.last_mut() {
            piece.push(c);
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_fit_and_lose_nothing() {
        let word = "Pneumonoultramicroscopicsilicovolcanoconiosis";
        for text in
            ["Wrong population or setting, such as children", word, "日本語の理由はここに", ""]
        {
            let lines = wrap(text, 12.0, 100.0);
            assert!(lines.iter().all(|line| measure(line, 12.0) <= 100.0), "{lines:?}");
            let bare = |text: &str| text.replace(' ', "");
            assert_eq!(bare(&lines.concat()), bare(text));
        }
    }
}

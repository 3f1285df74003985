//! What registries print of their search forms: labels or lists of the form
//! each followed by the typed or chosen value, such as `Condition: gout;
//! Status: Completed`, on one line or on several.

/// Labels of a form (in small letters).
pub(super) trait Labels: Iterator<Item = &'static str> + Clone {}

impl<T: Iterator<Item = &'static str> + Clone> Labels for T {}

/// The parts of a text. Each begins with a label of a form (in small letters)
/// or follows a semicolon. All of them hold. A label after `OR` or `NOT` begins
/// no part.
pub(super) fn parts<'a>(text: &'a str, labels: &impl Labels) -> Vec<&'a str> {
    let small = text.to_ascii_lowercase();
    let (mut parts, mut from, mut after) = (Vec::new(), 0, 0);
    let mut quoted = false;
    for (at, c) in text.char_indices() {
        quoted ^= c == '"';
        if quoted || at < after {
            continue;
        }
        if c == ';' {
            parts.push(&text[from..at]);
            from = at + 1;
        } else if let Some(length) = label_at(&small, at, labels.clone()) {
            after = at + length;
            if !is_joined(&small[from..at]) {
                parts.push(&text[from..at]);
                from = at;
            }
        }
    }
    parts.push(&text[from..]);
    parts.into_iter().map(trimmed).filter(|part| !part.is_empty()).collect()
}

/// Bytes of the longest label that begins at a place.
pub(super) fn label_at(small: &str, at: usize, labels: impl Labels) -> Option<usize> {
    if at > 0 && !small[..at].ends_with([' ', '\t', ',', ';', '(']) {
        return None;
    }
    labels.filter(|label| small[at..].starts_with(label)).map(str::len).max()
}

/// Whether a label goes on from the text before it.
fn is_joined(before: &str) -> bool {
    let before = before.trim_end();
    before.ends_with('(')
        || before.split_whitespace().next_back().is_some_and(|word| ["or", "not"].contains(&word))
}

/// Whether a label is inside a text, after its beginning.
pub(super) fn has_label(text: &str, labels: &impl Labels) -> bool {
    let small = text.to_ascii_lowercase();
    let mut quoted = false;
    small.char_indices().any(|(at, c)| {
        quoted ^= c == '"';
        at > 0 && !quoted && label_at(&small, at, labels.clone()).is_some()
    })
}

fn trimmed(part: &str) -> &str {
    let part = part.trim_matches(|c: char| c.is_whitespace() || matches!(c, ';' | ','));
    let bare = part.strip_suffix(" AND").or_else(|| part.strip_suffix(" and"));
    bare.unwrap_or(part).trim_end()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_begin_parts() {
        let labels = ["condition:", "status:", "recruitment status:"].into_iter();
        assert_eq!(
            parts("Condition: gout, Recruitment status: Completed; x", &labels),
            ["Condition: gout", "Recruitment status: Completed", "x"]
        );
        assert_eq!(parts("Condition: gout AND Status: Completed", &labels).len(), 2);
        assert_eq!(parts("Condition: gout OR Status: Completed", &labels).len(), 1);
        assert_eq!(parts("\"a; status: b\"", &labels).len(), 1);
    }
}

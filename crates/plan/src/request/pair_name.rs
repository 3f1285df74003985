//! The names of stored pairs.

use trialdex_query::Parameter;

/// What is before a name.
const DASHES: &str = "--";

/// A name as it is stored.
pub(super) fn stored(name: &str) -> String {
    if name == Parameter::Words.name() { String::new() } else { format!("{DASHES}{name}") }
}

/// The name of a stored pair, without its dashes: `cond`, and `words` for plain words; `None` for
/// what is no name.
#[must_use]
pub fn pair_name(stored: &str) -> Option<&str> {
    let words = Parameter::Words.name();
    match stored.strip_prefix(DASHES) {
        None if stored.is_empty() => Some(words),
        Some(name) if name != words => Some(name),
        _ => None,
    }
}

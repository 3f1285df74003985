//! What Web of Science writes in forms of its own: counts of hits before a
//! search, and filters behind it in running text.

use super::limits::{self, Limited};

/// Names of filters, in brackets behind their values (in small letters).
const FILTERS: [&str; 7] = [
    "languages",
    "document types",
    "publication years",
    "web of science categories",
    "research areas",
    "countries/regions",
    "open access",
];

/// A line without filters such as `and English (Languages) and Article or
/// Review (Document Types)`, and these: of each, any value.
pub(super) fn filters(text: &str) -> (&str, Vec<Vec<Limited>>) {
    let (mut search, mut groups) = (text.trim_end(), Vec::new());
    while let Some((value, name)) = search.strip_suffix(')').and_then(|rest| rest.rsplit_once('('))
        && FILTERS.contains(&name.trim().to_ascii_lowercase().as_str())
        && let Some(at) = value.to_ascii_lowercase().rfind(" and ")
    {
        groups.insert(0, limits::parts(&value[at + " and ".len()..]).0);
        search = search[..at].trim_end();
    }
    (search, groups)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_are_parted_from_the_search() {
        let typed = "#1 AND #4 and English (Languages) and Article or Review (Document Types)";
        let (search, groups) = filters(typed);
        assert_eq!(search, "#1 AND #4");
        assert_eq!(groups.iter().map(Vec::len).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(filters("TS=(gout and pain (joint))").0, "TS=(gout and pain (joint))");
    }
}

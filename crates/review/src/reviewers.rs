//! Identifies reviewers by their names, which people type in several ways.

use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The reviewers of a review. Names that differ by capitals or blanks alone
/// are one reviewer, who is called by the first of them.
#[derive(Debug, Clone, Default)]
pub(super) struct Reviewers {
    called: HashMap<String, String>,
    alike: BTreeMap<String, BTreeSet<String>>,
}

impl Reviewers {
    /// Takes a name in; gives what its reviewer is called.
    pub(super) fn meet(&mut self, name: &str) -> &str {
        let called = self.called.entry(folded(name)).or_insert_with(|| name.to_owned());
        if called != name {
            self.alike.entry(called.clone()).or_default().insert(name.to_owned());
        }
        called
    }

    /// What the reviewer of a name is called; the name where nobody has it.
    pub(super) fn called<'a>(&'a self, name: &'a str) -> &'a str {
        self.called.get(&folded(name)).map_or(name, String::as_str)
    }

    /// The other names of each reviewer who has any.
    pub(super) fn alike(&self) -> &BTreeMap<String, BTreeSet<String>> {
        &self.alike
    }
}

/// A name without what does not tell people apart.
fn folded(name: &str) -> String {
    name.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capitals_and_blanks_tell_nobody_apart() {
        let mut reviewers = Reviewers::default();
        for name in ["Ann Lee", "ann lee", " Ann  Lee ", "ANN\u{a0}LEE", "Ann Lee"] {
            assert_eq!(reviewers.meet(name), "Ann Lee", "{name}");
        }
        assert_eq!(reviewers.meet("Ann B. Lee"), "Ann B. Lee");
        assert_eq!(reviewers.called("ÉVA"), "ÉVA");
        reviewers.meet("Éva");
        assert_eq!(reviewers.called("ÉVA"), "Éva");
        assert_eq!(reviewers.alike().len(), 1);
        assert_eq!(reviewers.alike()["Ann Lee"].len(), 3);
    }
}

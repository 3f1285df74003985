//! Searches that are run again and again, with what each of them gave the last time.
//!
//! A [`WatchList`] is a file of JSON. Each search has the [`Receipt`] of its last look: the search as
//! it was typed, its hits with digests of their records, and what the index held. Beside it are
//! [`HitFacts`]: what a later look needs of the hits to say what changed in them.

mod layout;

use std::collections::{BTreeMap, HashSet};

use serde::{Deserialize, Serialize};

use self::layout::to_lines;
use crate::receipt::Receipt;

/// The name and version of the layout.
pub const SCHEMA: &str = "trialdex.watch.v1";

/// Hits that a watched search may have: each takes a line of the list.
pub const MOST_HITS: usize = 100_000;

/// Searches that are run again and again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WatchList {
    /// [`SCHEMA`].
    pub schema: String,
    /// The searches, in the order in which they were added. Names differ.
    pub searches: Vec<WatchedSearch>,
}

/// A search, and what it gave when it was last looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WatchedSearch {
    /// Its name.
    pub name: String,
    /// When it was added, in RFC 3339.
    pub added: String,
    /// Whether its hits are still to be named for the first time.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unnamed: bool,
    /// The search, and what it gave the last time.
    pub look: Receipt,
    /// What is known of its hits.
    #[serde(default)]
    pub facts: HitFacts,
}

/// What is known of the hits of a search, of the fields that it looks in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HitFacts {
    /// The fields whose values are kept.
    pub kept: Vec<String>,
    /// The fields of which a digest of the values is kept.
    pub digested: Vec<String>,
    /// The hits by their number. A hit that is not here has its digest in the receipt alone.
    pub hits: BTreeMap<String, HitFact>,
}

/// What is known of a hit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HitFact {
    /// Digest of its record but for the date of the download, in hexadecimal.
    pub content: String,
    /// The values of each field of [`HitFacts::kept`]. Long ones are cut, with a digest behind.
    pub values: Vec<Vec<String>>,
    /// Four digits for each field of [`HitFacts::digested`].
    pub digests: String,
}

/// Why a text is no list of watched searches.
#[derive(Debug, thiserror::Error)]
pub enum WatchListError {
    /// It is no JSON, or has unknown fields.
    #[error("not a list of watched searches: {0}")]
    Json(#[from] serde_json::Error),
    /// It is a list of another layout.
    #[error("a list of the kind `{0}`")]
    OtherSchema(String),
    /// Two searches have the same name.
    #[error("two searches have the name `{0}`")]
    NameTwice(String),
}

impl Default for WatchList {
    fn default() -> Self {
        Self { schema: SCHEMA.to_owned(), searches: Vec::new() }
    }
}

/// What says the layout, whatever else there is.
#[derive(Deserialize)]
struct SchemaAlone {
    schema: String,
}

impl WatchList {
    /// Reads a list.
    ///
    /// # Errors
    ///
    /// What is no list, or one of another layout.
    pub fn from_json(json: &str) -> Result<Self, WatchListError> {
        let SchemaAlone { schema } = serde_json::from_str(json)?;
        if schema != SCHEMA {
            return Err(WatchListError::OtherSchema(schema));
        }
        let list: Self = serde_json::from_str(json)?;
        let mut names = HashSet::new();
        match list.searches.iter().find(|search| !names.insert(&search.name)) {
            Some(twice) => Err(WatchListError::NameTwice(twice.name.clone())),
            None => Ok(list),
        }
    }

    /// The list as a text that people can read, with a line for each hit.
    ///
    /// # Errors
    ///
    /// None that is known.
    pub fn to_json(&self) -> serde_json::Result<String> {
        to_lines(self)
    }

    /// The search of a name.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<&WatchedSearch> {
        self.searches.iter().find(|search| search.name == name)
    }
}

impl HitFacts {
    /// Four digits of a field of a hit.
    #[must_use]
    pub fn digest<'f>(&self, fact: &'f HitFact, field: usize) -> Option<&'f str> {
        let from = field.checked_mul(DIGITS)?;
        fact.digests.get(from..from.checked_add(DIGITS)?)
    }

    /// The first value of a field of a hit, where values of it are kept.
    #[must_use]
    pub fn value(&self, fact: &HitFact, field: &str) -> Option<String> {
        let at = self.kept.iter().position(|kept| kept == field)?;
        fact.values.get(at)?.first().cloned()
    }
}

/// Digits of the digest of a field.
pub const DIGITS: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::receipt::Kept;

    fn list(names: &[&str]) -> WatchList {
        let kept =
            |number: u32| Kept { nct_id: format!("NCT9000000{number}"), record: "0a".into() };
        let empty = crate::receipt::tests::receipt(&[("", "tea")], "AREA[Words]tea");
        let look = Receipt { total: 2, hits: vec![kept(1), kept(2)], ..empty };
        let fact = HitFact {
            content: "0b".to_owned(),
            values: vec![vec!["RECRUITING".to_owned()]],
            digests: "00ff1234".to_owned(),
        };
        let facts = HitFacts {
            kept: vec!["OverallStatus".to_owned()],
            digested: vec!["BriefSummary".to_owned(), "Keyword".to_owned()],
            hits: BTreeMap::from([("NCT90000001".to_owned(), fact)]),
        };
        let search = |name: &&str| WatchedSearch {
            name: (*name).to_owned(),
            added: "2026-01-02T03:04:05Z".to_owned(),
            unnamed: false,
            look: look.clone(),
            facts: facts.clone(),
        };
        WatchList { searches: names.iter().map(search).collect(), ..WatchList::default() }
    }

    #[test]
    fn a_list_is_read_as_it_was_written_with_a_line_for_each_hit() {
        let list = list(&["tea", "milk"]);
        let json = list.to_json().expect("JSON");
        assert_eq!(WatchList::from_json(&json).expect("a list"), list);
        let line = r#"          {"nctId":"NCT90000002","record":"0a"}"#;
        assert!(json.lines().any(|it| it == line), "{json}");
        let fact = json.lines().find(|line| line.contains("\"NCT90000001\":")).expect("a line");
        assert!(fact.contains("RECRUITING") && fact.contains("00ff1234"), "{json}");
        let facts = &list.searches[0].facts;
        let hit = &facts.hits["NCT90000001"];
        assert_eq!((facts.digest(hit, 1), facts.digest(hit, 2)), (Some("1234"), None));
        let none = WatchList::default();
        assert_eq!(WatchList::from_json(&none.to_json().expect("JSON")).expect("a list"), none);
    }

    #[test]
    fn what_is_no_list_is_said() {
        let said = |json: &str| WatchList::from_json(json).expect_err(json).to_string();
        let json = list(&["tea"]).to_json().expect("JSON");
        for end in 0..json.trim_end().len() {
            assert!(said(&json[..end]).starts_with("not a list of watched searches: "), "{end}");
        }
        assert_eq!(
            said(r#"{"schema": "trialdex.watch.v2", "tea": 1}"#),
            "a list of the kind `trialdex.watch.v2`"
        );
        let twice = list(&["tea", "tea"]).to_json().expect("JSON");
        assert_eq!(said(&twice), "two searches have the name `tea`");
    }
}

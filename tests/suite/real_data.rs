//! Real records, requests and judgments, which are beside the project on some
//! machines: a test without them is skipped aloud, or fails where they have to
//! be there.

use std::io::{self, Write};
use std::path::PathBuf;

use serde_json::Value;

use super::asked::{SentRequest, requests};

/// The directory beside the checkout.
const SHARED: &str = "../shared";

/// `required` or `optional`: whether a test without its data fails.
const WHETHER: &str = "TRIALDEX_REAL_DATA";

/// Set to `true` by systems that run tests by themselves. Nobody reads there
/// what was skipped, so that the data are required if nothing else is said.
const CI: &str = "CI";

/// What has to be done about a file that is not there.
#[derive(Debug, PartialEq, Eq)]
enum Absent {
    Skip,
    Fail,
}

/// The rule, by the values of the two variables.
fn absent(whether: Option<&str>, ci: Option<&str>) -> Absent {
    match (whether, ci) {
        (Some("required"), _) => Absent::Fail,
        (Some("optional"), _) => Absent::Skip,
        (None | Some(""), ci) if ci != Some("true") => Absent::Skip,
        (None | Some(""), _) => Absent::Fail,
        (Some(other), _) => panic!("{WHETHER} is `{other}`; set it to `required` or `optional`"),
    }
}

/// A dump of real records.
pub(super) fn real(name: &str) -> Option<String> {
    beside("data", name)
}

/// A file of a judged collection.
pub(super) fn judged(name: &str) -> Option<String> {
    beside("eval", name)
}

/// Requests that people have sent to the registry.
pub(super) fn real_requests() -> Option<Vec<SentRequest>> {
    let path = beside("ctgov", "real-queries.jsonl")?;
    Some(requests(path.as_ref()).expect("a file of requests"))
}

/// The values that the registry's index computes.
pub(super) fn computed_by_the_registry() -> Option<Vec<Value>> {
    let path = beside("ctgov", "indexed-only-fields.json")?;
    let text = std::fs::read_to_string(path).expect("a list of fields");
    Some(serde_json::from_str(&text).expect("an array"))
}

/// A file beside the project; `None` where the test is to be skipped.
///
/// # Panics
///
/// Where the file is not there and has to be.
pub(super) fn beside(directory: &str, name: &str) -> Option<String> {
    let shared = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(SHARED);
    let path = shared.join(directory).join(name);
    if path.exists() {
        return Some(path.display().to_string());
    }
    let path = path.display();
    let set = |variable| std::env::var(variable).ok();
    if absent(set(WHETHER).as_deref(), set(CI).as_deref()) == Absent::Fail {
        panic!("there is no {path}; `{WHETHER}=optional` skips tests that need it");
    }
    // Not by a macro, which would be heard only when the test fails.
    writeln!(io::stderr(), "SKIPPED: there is no {path}").expect("a standard error");
    None
}

#[test]
fn a_test_without_its_data_is_skipped_unless_they_are_required() {
    assert_eq!(absent(None, None), Absent::Skip);
    assert_eq!(absent(None, Some("true")), Absent::Fail);
    assert_eq!(absent(None, Some("false")), Absent::Skip);
    assert_eq!(absent(Some(""), Some("true")), Absent::Fail);
    assert_eq!(absent(Some("optional"), Some("true")), Absent::Skip);
    assert_eq!(absent(Some("required"), None), Absent::Fail);
}

//! A page of the API.

use std::collections::HashSet;

use serde::Deserialize;
use serde::de::Error as _;
use serde_json::Value;

use trialdex_records::study::NctId;

/// A page as it comes.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SentPage {
    studies: Vec<Value>,
    #[serde(default)]
    next_page_token: Option<String>,
    #[serde(default)]
    total_count: Option<u64>,
}

/// The number of a study.
fn number(study: &Value) -> Option<NctId> {
    study.pointer("/protocolSection/identificationModule/nctId")?.as_str().and_then(NctId::parse)
}

/// A page that was read.
#[derive(Debug, PartialEq)]
pub(crate) struct Page {
    /// The studies, one a line.
    pub(crate) lines: String,
    /// Their numbers.
    pub(crate) numbers: Vec<NctId>,
    /// What gives the next page; `None` at the end.
    pub(crate) next: Option<String>,
    /// Studies in all, where the page says so.
    pub(crate) total: Option<u64>,
}

impl Page {
    /// Reads the body of an answer.
    ///
    /// # Errors
    ///
    /// What is no page, such as one that was cut.
    pub(crate) fn read(body: &str) -> Result<Self, serde_json::Error> {
        let sent: SentPage = serde_json::from_str(body)?;
        let (mut lines, mut numbers) = (String::with_capacity(body.len()), Vec::new());
        for study in sent.studies {
            let number = number(&study);
            numbers
                .push(number.ok_or_else(|| serde_json::Error::custom("a study without a number"))?);
            lines += &study.to_string();
            lines.push('\n');
        }
        let next = sent.next_page_token.filter(|token| !token.is_empty());
        Ok(Self { lines, numbers, next, total: sent.total_count })
    }

    /// The number of the study in a line.
    pub(crate) fn number_in(line: &str) -> Option<NctId> {
        number(&serde_json::from_str(line).ok()?)
    }

    /// Whether a study is among those that came before, or twice on the page.
    pub(crate) fn repeats(&self, seen: &HashSet<u32>) -> bool {
        let mut own = HashSet::new();
        self.numbers.iter().any(|nct| seen.contains(&nct.number()) || !own.insert(nct.number()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn study(number: u32) -> String {
        format!(
            "{{\"protocolSection\": {{\"identificationModule\": {{\"nctId\": \"NCT9000000{number}\"}}}},\n \"hasResults\": false}}"
        )
    }

    #[test]
    fn a_page_becomes_lines() {
        let (one, two) = (study(1), study(2));
        let page = format!(
            "{{\"totalCount\": 2, \"studies\": [{one},\n{two}], \"nextPageToken\": \"x\"}}"
        );
        let page = Page::read(&page).expect("a page");
        assert_eq!(page.lines.lines().count(), 2);
        assert!(page.lines.lines().all(|line| line.starts_with('{') && line.ends_with('}')));
        assert_eq!((page.next.as_deref(), page.total), (Some("x"), Some(2)));
        assert!(!page.repeats(&HashSet::new()));
        assert!(page.repeats(&HashSet::from([90_000_002])));
        let twice = Page::read(&format!("{{\"studies\": [{one}, {one}]}}")).expect("a page");
        assert!(twice.repeats(&HashSet::new()) && twice.next.is_none());
    }

    #[test]
    fn what_is_cut_or_no_page_is_an_error() {
        let whole = format!("{{\"studies\": [{}], \"nextPageToken\": \"x\"}}", study(1));
        for end in 0..whole.len() {
            assert!(Page::read(&whole[..end]).is_err(), "{end}");
        }
        for none in [
            "null",
            "{}",
            "{\"studies\": [{}]}",
            "<html></html>",
            "{\"studies\": [{\"protocolSection\": {\"identificationModule\": {\"nctId\": \"NCT1\"}}}]}",
        ] {
            assert!(Page::read(none).is_err(), "{none}");
        }
    }
}

//! A page of the API.

use std::borrow::Cow;
use std::collections::HashSet;

use serde::Deserialize;
use serde::de::Error as _;
use serde_json::Value;

use trialdex_records::study::{NctId, PartialDate};

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

/// A line of a dump, of which the number is read alone.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct NumberedLine<'l> {
    #[serde(borrow)]
    protocol_section: NumberedSection<'l>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct NumberedSection<'l> {
    #[serde(borrow)]
    identification_module: NumberedModule<'l>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct NumberedModule<'l> {
    #[serde(borrow)]
    nct_id: Cow<'l, str>,
}

/// The day on which a study was updated, `yyyy-MM-dd`.
fn updated(study: &Value) -> Option<&str> {
    let day = study.pointer("/protocolSection/statusModule/lastUpdatePostDateStruct/date")?;
    day.as_str().filter(|day| day.len() == 10 && PartialDate::parse(day).is_some())
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
    /// The last day on which any of them was updated.
    pub(crate) latest: Option<String>,
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
        let latest = sent.studies.iter().filter_map(updated).max().map(str::to_owned);
        for study in sent.studies {
            let number = number(&study);
            numbers
                .push(number.ok_or_else(|| serde_json::Error::custom("a study without a number"))?);
            lines += &study.to_string();
            lines.push('\n');
        }
        let next = sent.next_page_token.filter(|token| !token.is_empty());
        Ok(Self { lines, numbers, next, total: sent.total_count, latest })
    }

    /// The number of the study in a line.
    pub(crate) fn number_in(line: &str) -> Option<NctId> {
        let line: NumberedLine<'_> = serde_json::from_str(line).ok()?;
        NctId::parse(&line.protocol_section.identification_module.nct_id)
    }

    /// Why the page does not belong to those before it, which gave some studies of a total. Every
    /// page that does has a new study, and no more than were announced, so that a server cannot give
    /// pages for ever.
    pub(crate) fn fault(
        &self,
        given: u64,
        total: Option<u64>,
        seen: &HashSet<u32>,
    ) -> Option<String> {
        if self.repeats(seen) {
            return Some("a page has studies of an earlier one".to_owned());
        }
        if self.numbers.is_empty() && self.next.is_some() {
            return Some("a page without studies announces another one".to_owned());
        }
        let (given, said) = (given + self.numbers.len() as u64, total?);
        (given > said).then(|| format!("{said} studies were announced, {given} came"))
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

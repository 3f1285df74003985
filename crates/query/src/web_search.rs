//! Addresses of searches on the web: the search in them.

use super::dialect::{Dialect, translate};
use super::{Filter, Parameter, Request};
use crate::word_list::WordList;

/// A search that an address holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct WebSearch {
    /// What is searched for, in the language of its system; ours of
    /// ClinicalTrials.gov.
    pub(super) text: String,
    pub(super) dialect: Dialect,
    /// Parameters that are not read, as typed.
    pub(super) left_out: Vec<String>,
}

impl WebSearch {
    /// The search in our language; `None` where nothing of it can be said.
    pub(super) fn expression(&self) -> Option<String> {
        match self.dialect {
            Dialect::ClinicalTrials => Some(self.text.clone()),
            other => translate(&self.text, other).expression(),
        }
    }
}

/// Sites with the parameter that holds a search, in the language of a system.
const SITES: [(&str, &str, Dialect); 7] = [
    ("pubmed.ncbi.nlm.nih.gov/", "term", Dialect::PubMed),
    ("ncbi.nlm.nih.gov/pubmed", "term", Dialect::PubMed),
    ("europepmc.org/search", "query", Dialect::EuropePmc),
    ("scholar.google.", "q", Dialect::Scholar),
    ("isrctn.com/search", "q", Dialect::Isrctn),
    ("clinicaltrialsregister.eu/ctr-search/search", "query", Dialect::EuRegister),
    ("search.bvsalud.org/", "q", Dialect::Bvs),
];

/// Paths of searches on ClinicalTrials.gov, of today's site, its API and the
/// retired site.
const REGISTRY: WordList = WordList(
    "clinicaltrials.gov/search|clinicaltrials.gov/api/v2/studies|\
     clinicaltrials.gov/ct2/results|classic.clinicaltrials.gov/ct2/results|\
     clinicaltrials.gov/show?",
);

/// Parameters that say how hits are shown, on any of the sites.
const SHOWN: WordList = WordList(
    "rank|viewtype|checkspell|page|limit|sort|size|format|show|tab|pagesize|pagetoken|\
     counttotal|fields|flds|markupformat|hl|lang|as_sdt|oq|start_index|searchtype|\
     totalresults|pagination|from|view|tables|locstr",
);

/// Reads the address of a search; `None` for any other word.
pub(super) fn of_address(word: &str) -> Option<WebSearch> {
    let bare = word.trim_matches(['<', '>', ',', ';', '.']);
    let rest = bare.split_once("://").map_or(bare, |(_, rest)| rest);
    let rest = rest.strip_prefix("www.").unwrap_or(rest);
    let (place, query) = rest.split_once('?')?;
    let query = query.split('#').next().unwrap_or_default();
    let parameters: Vec<(String, String)> = query
        .split('&')
        .filter_map(|part| part.split_once('='))
        .map(|(name, value)| (name.to_owned(), decoded(value).trim().to_owned()))
        .filter(|(_, value)| !value.is_empty())
        .collect();
    if REGISTRY.iter().any(|known| place.trim_end_matches('/') == known) {
        return of_registry(&parameters);
    }
    let (_, wanted, dialect) =
        SITES.iter().find(|(site, ..)| format!("{place}/").starts_with(site))?;
    let text = parameters.iter().find(|(name, _)| name == wanted)?.1.clone();
    let more = parameters.iter().filter(|(name, _)| name != wanted);
    Some(WebSearch { text, dialect: *dialect, left_out: unread(more) })
}

fn unread<'a>(parameters: impl Iterator<Item = &'a (String, String)>) -> Vec<String> {
    let says = |(name, _): &&(String, String)| !SHOWN.contains(name.to_lowercase().as_str());
    parameters.filter(says).map(|(name, value)| format!("{name}={value}")).collect()
}

/// `+` and `%5B` as the characters that they encode.
fn decoded(value: &str) -> String {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = after.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        let byte = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok());
        rest = match (first, byte) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                &after[2..]
            }
            (b'+', _) => {
                bytes.push(b' ');
                after
            }
            _ => {
                bytes.push(*first);
                after
            }
        };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Parameters of ClinicalTrials.gov as one expression.
fn of_registry(parameters: &[(String, String)]) -> Option<WebSearch> {
    let mut request = Request::default();
    let mut left_out: Vec<&(String, String)> = Vec::new();
    for parameter in parameters {
        let (name, value) = parameter;
        let name = name.rsplit('.').next().unwrap_or(name);
        let before = request.clone();
        if let Some(of) = Parameter::named(name).filter(|of| *of != Parameter::Words) {
            request.queries.push((of, value.clone()));
        } else if let Some(filter) = filter(name, value) {
            request.filters.push(filter);
        } else {
            left_out.push(parameter);
        }
        // What is not understood must not cost the rest.
        if request.understand().is_err() {
            request = before;
            left_out.push(parameter);
        }
    }
    let empty = request.queries.is_empty() && request.filters.is_empty();
    let text = request.understand().ok().filter(|_| !empty)?.text;
    let left_out = unread(left_out.into_iter());
    Some(WebSearch { text, dialect: Dialect::ClinicalTrials, left_out })
}

/// A parameter of the site that filters.
fn filter(name: &str, value: &str) -> Option<(Filter, String)> {
    let list = || value.replace('|', ",");
    Some(match name {
        "aggFilters" => (Filter::Agg, value.to_owned()),
        "overallStatus" => (Filter::Status, list()),
        "ids" => (Filter::Ids, list()),
        "geo" => (Filter::Geo, value.to_owned()),
        "advanced" => (Filter::Expression, value.to_owned()),
        "country" | "cntry" => (Filter::Country, value.to_owned()),
        "rslt" => (Filter::Results, value.to_lowercase()),
        "gndr" => (Filter::Sex, value.to_lowercase()),
        "city" => (Filter::Expression, format!("AREA[LocationCity]\"{value}\"")),
        "state" => (Filter::Expression, format!("AREA[LocationState]\"{value}\"")),
        _ => {
            let field = DATES.iter().find(|(known, _)| *known == name)?.1;
            let (from, to) = value.split_once('_')?;
            let end = |day: &str, open: &str| if day.is_empty() { open } else { day }.to_owned();
            let range = format!("RANGE[{}, {}]", end(from, "MIN"), end(to, "MAX"));
            (Filter::Expression, format!("AREA[{field}]{range}"))
        }
    })
}

/// Ranges of dates of the site, such as `start=2020-01-01_2021-12-31`.
const DATES: [(&str, &str); 6] = [
    ("start", "StartDate"),
    ("primComp", "PrimaryCompletionDate"),
    ("studyComp", "CompletionDate"),
    ("firstPost", "StudyFirstPostDate"),
    ("resFirstPost", "ResultsFirstPostDate"),
    ("lastUpdPost", "LastUpdatePostDate"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn searches_are_read_from_addresses() {
        for (address, expected) in [
            (
                "https://clinicaltrials.gov/search?cond=gout&intr=colchicine&viewType=Table",
                "AREA[ConditionSearch]gout AND AREA[InterventionSearch]colchicine",
            ),
            (
                "https://clinicaltrials.gov/search?cond=Heart%20Failure&aggFilters=phase:2,status:rec",
                "AREA[ConditionSearch]Heart Failure AND AREA[Phase]PHASE2 AND AREA[OverallStatus]RECRUITING",
            ),
            (
                "https://clinicaltrials.gov/api/v2/studies?query.term=gout&filter.overallStatus=COMPLETED&pageSize=10",
                "AREA[BasicSearch]gout AND AREA[OverallStatus]COMPLETED",
            ),
            (
                "https://clinicaltrials.gov/ct2/results?cond=gout&term=&cntry=DE",
                "AREA[ConditionSearch]gout AND AREA[LocationCountryCode]\"DE\"",
            ),
            (
                "https://clinicaltrials.gov/search?cond=gout&start=2020-01-01_",
                "AREA[ConditionSearch]gout AND AREA[StartDate]RANGE[2020-01-01, MAX]",
            ),
            (
                "https://pubmed.ncbi.nlm.nih.gov/?term=gout%5Bti%5D+AND+pain&sort=date",
                "AREA[TitleSearch]gout AND pain",
            ),
            (
                "https://scholar.google.com/scholar?q=acute+gout+OR+podagra&hl=en",
                "acute AND (gout OR podagra)",
            ),
        ] {
            let found = of_address(address).expect("a search");
            assert_eq!(found.expression().as_deref(), Some(expected), "{address}");
            assert_eq!(found.left_out, Vec::<String>::new(), "{address}");
        }
        let found = of_address("https://clinicaltrials.gov/ct2/results?cond=gout&recrs=ab")
            .expect("a search");
        assert_eq!(found.left_out, ["recrs=ab"]);
        for other in [
            "https://clinicaltrials.gov/study/NCT90000001?cond=gout",
            "https://clinicaltrials.gov/search?rank=3",
            "https://example.org/search?q=gout",
            "mg/ml?",
        ] {
            assert_eq!(of_address(other), None, "{other}");
        }
    }
}

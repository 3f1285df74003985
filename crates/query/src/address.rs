//! Addresses of studies on the web: a search for one is a search for the number
//! in it.

use crate::word_list::WordList;
use trialdex_records::study::NctId;

/// The meaning of an address of a study or of a publication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum StudyAddress {
    /// The number of a study in a registry.
    Number(String),
    /// A publication, as the expression that finds studies that name it.
    Publication(String),
}

/// Reads an address; `None` for any other word, and for an address that holds
/// no number of a study.
pub(super) fn address(word: &str) -> Option<StudyAddress> {
    if word.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        return None;
    }
    let bare = word.trim_matches(['<', '>', ',', ';', '.']);
    if let Some(found) = publication(bare) {
        return Some(found);
    }
    let rest = bare.split_once("://").map(|(_, rest)| rest);
    let rest = match rest {
        Some(rest) => rest,
        None if SITES.iter().any(|site| bare.trim_start_matches("www.").starts_with(site)) => bare,
        None => return None,
    };
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    if let Some(number) = NctId::find(path) {
        return Some(StudyAddress::Number(number.to_string()));
    }
    let parts = || path.split(['/', '?', '=', '&', '#', ':']);
    if host.ends_with("doi.org") && path.starts_with("10.") {
        return Some(of_doi(path));
    }
    if host.starts_with("pubmed.")
        || (host.ends_with("ncbi.nlm.nih.gov") && path.starts_with("pubmed/"))
    {
        let number = parts().find(|part| !part.is_empty() && is_digits(part))?;
        return Some(StudyAddress::Publication(format!("AREA[ReferencePMID]{number}")));
    }
    parts().find(|part| is_number(part)).map(|number| StudyAddress::Number(number.to_owned()))
}

/// A DOI or a PMID, as in `doi:10.9999/x.1` and `PMID:90000001`.
pub(super) fn publication(word: &str) -> Option<StudyAddress> {
    let small = word.to_ascii_lowercase();
    let behind =
        |name: &str| small.starts_with(name).then(|| word[name.len()..].trim_start_matches(':'));
    if let Some(number) = behind("pmid").filter(|it| (4..=8).contains(&it.len()) && is_digits(it)) {
        return Some(StudyAddress::Publication(format!("AREA[ReferencePMID]{number}")));
    }
    let doi = behind("doi:").unwrap_or(word);
    begins_as_doi(doi).then(|| of_doi(doi))
}

fn of_doi(doi: &str) -> StudyAddress {
    StudyAddress::Publication(format!("AREA[ReferenceCitation]\"{doi}\""))
}

/// Whether a text begins as a DOI does: `10.`, four digits or more, a slash.
pub(super) fn begins_as_doi(text: &str) -> bool {
    let Some((registrant, _)) = text.strip_prefix("10.").and_then(|rest| rest.split_once('/'))
    else {
        return false;
    };
    registrant.len() >= 4
        && registrant.starts_with(|c: char| c.is_ascii_digit())
        && registrant.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

/// Registries whose addresses are pasted without `https://`.
const SITES: WordList = WordList(
    "clinicaltrials.gov/|isrctn.com/|clinicaltrialsregister.eu/|pubmed.ncbi.nlm.nih.gov/|\
     doi.org/10.",
);

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a part of an address is a number of a registry: `ISRCTN12345678`,
/// `2014-001234-12`, `ACTRN12600000123456`.
fn is_number(part: &str) -> bool {
    let digits = part.bytes().filter(u8::is_ascii_digit).count();
    let letters = part.trim_start_matches(|c: char| c.is_ascii_uppercase());
    let registered = letters.len() + 2 < part.len() && digits >= 6 && is_digits(letters);
    let pieces: Vec<&str> = part.split('-').collect();
    let european = match pieces.as_slice() {
        [year, number, check] | [year, number, check, "00"] => {
            year.len() == 4 && number.len() == 6 && check.len() == 2
        }
        _ => false,
    };
    registered || (european && pieces.iter().all(|piece| is_digits(piece)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_from_addresses() {
        for (typed, number) in [
            ("https://clinicaltrials.gov/study/NCT90000001", "NCT90000001"),
            ("https://www.clinicaltrials.gov/ct2/show/NCT90000001?term=x&rank=1", "NCT90000001"),
            ("clinicaltrials.gov/show/nct90000001", "NCT90000001"),
            ("https://www.isrctn.com/ISRCTN90000001", "ISRCTN90000001"),
            (
                "https://www.clinicaltrialsregister.eu/ctr-search/trial/2099-000001-12/DE",
                "2099-000001-12",
            ),
            ("https://trialsearch.who.int/Trial2.aspx?TrialID=NCT90000001", "NCT90000001"),
        ] {
            assert_eq!(address(typed), Some(StudyAddress::Number(number.to_owned())), "{typed}");
        }
        for (typed, said) in [
            ("https://pubmed.ncbi.nlm.nih.gov/90000001/", "AREA[ReferencePMID]90000001"),
            ("https://doi.org/10.9999/x.1", "AREA[ReferenceCitation]\"10.9999/x.1\""),
            ("10.9999/S01(20)3-5", "AREA[ReferenceCitation]\"10.9999/S01(20)3-5\""),
            ("doi:10.9999/x.1", "AREA[ReferenceCitation]\"10.9999/x.1\""),
            ("PMID:90000001", "AREA[ReferencePMID]90000001"),
        ] {
            assert_eq!(address(typed), Some(StudyAddress::Publication(said.to_owned())), "{typed}");
        }
        for typed in [
            "http://x",
            "NCT90000001",
            "mg/ml",
            "https://www.ncbi.nlm.nih.gov/gene/7157",
            "https://example.org/about",
            "a://b",
        ] {
            assert_eq!(address(typed), None, "{typed}");
        }
    }
}

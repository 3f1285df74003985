//! RIS, the tagged format that reference managers import.

use std::io::{self, Write};

use crate::study::{NctId, PartialDate, Study, markup};

use super::clean;
use super::paint::url;

/// Tags for values that can occur several times.
const LISTS: [(&str, &str); 3] =
    [("KW", "Condition"), ("KW", "Keyword"), ("KW", "InterventionName")];

/// Writes a study as a record of the type `DBASE`, an entry of a database:
/// titles, abstract, keywords, dates, sponsor, number and address.
pub(super) fn write(out: &mut dyn Write, nct: NctId, study: &Study) -> io::Result<()> {
    let mut tag = |name: &str, value: &str| {
        let value = markup::unescape(value);
        let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
        if value.is_empty() {
            return Ok(());
        }
        write!(out, "{name}  - {}\r\n", clean::line(&value))
    };
    tag("TY", "DBASE")?;
    tag(
        "TI",
        study.text("BriefTitle").or_else(|| study.text("OfficialTitle")).unwrap_or_default(),
    )?;
    tag("ST", study.text("Acronym").unwrap_or_default())?;
    for name in study.texts("OverallOfficialName") {
        tag("AU", &author(name))?;
    }
    tag("AB", study.text("BriefSummary").unwrap_or_default())?;
    if let Some(title) = study.text("OfficialTitle") {
        tag("N1", &format!("Official title: {title}"))?;
    }
    for (name, piece) in LISTS {
        for value in study.texts(piece) {
            tag(name, value)?;
        }
    }
    if let Some(date) = study.text("StudyFirstSubmitDate").or_else(|| study.text("StartDate"))
        && let Some(date) = PartialDate::parse(date)
    {
        tag("PY", &date.year().to_string())?;
        tag("DA", &date.to_string().replace('-', "/"))?;
    }
    tag("PB", study.text("LeadSponsorName").unwrap_or_default())?;
    tag("DB", "ClinicalTrials.gov")?;
    tag("AN", &nct.to_string())?;
    tag("UR", &url(nct))?;
    write!(out, "ER  - \r\n\r\n")
}

/// A person as reference managers read names, `Last, First`. What is told from
/// an institution by its degrees, `First Last, MD`, is a person; other names
/// stay as they are.
fn author(name: &str) -> String {
    let Some((person, _degrees)) = name.split_once(',') else {
        return name.to_owned();
    };
    match person.trim().rsplit_once(' ') {
        Some((first, last)) => format!("{last}, {}", first.trim()),
        None => person.trim().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn people_are_told_from_institutions() {
        assert_eq!(author("Ana Maria Silva-Reis, MD, PhD"), "Silva-Reis, Ana Maria");
        assert_eq!(author("Acme Clinical Desk"), "Acme Clinical Desk");
    }

    #[test]
    fn a_record_has_its_tags_in_order() {
        let study = json!({"protocolSection": {
            "identificationModule": {"nctId": "NCT90000001", "briefTitle": "A \\> B"},
            "statusModule": {"startDateStruct": {"date": "2021-03"}},
            "descriptionModule": {"briefSummary": "One.\n\nTwo."},
            "conditionsModule": {"conditions": ["Fever", "Cough"]},
        }});
        let serde_json::Value::Object(root) = study else { panic!("an object") };
        let study = Study::from_map(root);
        let mut out = Vec::new();
        write(&mut out, study.nct_id().expect("a number"), &study).expect("written");
        let expected = "TY  - DBASE\r\nTI  - A > B\r\nAB  - One. Two.\r\nKW  - Fever\r\nKW  - Cough\r\n\
            PY  - 2021\r\nDA  - 2021/03\r\nDB  - ClinicalTrials.gov\r\nAN  - NCT90000001\r\n\
            UR  - https://clinicaltrials.gov/study/NCT90000001\r\nER  - \r\n\r\n";
        assert_eq!(String::from_utf8(out).expect("UTF-8"), expected);
    }
}

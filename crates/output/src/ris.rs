//! RIS, the tagged format that reference managers import.

use std::io::{self, Write};

use super::clean;
use super::hit_values::readable;
use super::paint::url;
use trialdex_records::study::person::author;
use trialdex_records::study::reference_notes::{FACTS, OFFICIAL_TITLE};
use trialdex_records::study::{NctId, PartialDate, Study, markup, pieces};

/// Tags for values that can occur several times.
const LISTS: [(&str, &str); 3] =
    [("KW", "Condition"), ("KW", "Keyword"), ("KW", "InterventionName")];

/// What a record is made of, besides [`LISTS`] and [`FACTS`].
const OTHERS: [&str; 9] = [
    "NCTId",
    "BriefTitle",
    "OfficialTitle",
    "Acronym",
    "OverallOfficialName",
    "BriefSummary",
    "StudyFirstSubmitDate",
    "StartDate",
    "LeadSponsorName",
];

/// What a record is made of.
pub(super) fn pieces() -> impl Iterator<Item = &'static str> {
    let lists = LISTS.iter().chain(&FACTS).map(|(_, piece)| *piece);
    OTHERS.into_iter().chain(lists)
}

/// The tags of a record, in their order.
pub const RIS_TAGS: [&str; 15] =
    ["TY", "ID", "TI", "ST", "AU", "AB", "N1", "KW", "PY", "PB", "DB", "DP", "AN", "UR", "ER"];

/// Writes a study as a record with these tags; `TY` and `ER` are always there. Without tags, all
/// are written.
///
/// # Errors
///
/// Where the place cannot be written to.
pub fn write_ris(
    out: &mut dyn Write,
    nct: NctId,
    study: &Study,
    tags: Option<&[&str]>,
) -> io::Result<()> {
    let mut record = Vec::new();
    write(&mut record, nct, study)?;
    let Some(tags) = tags else { return out.write_all(&record) };
    for line in String::from_utf8_lossy(&record).split_inclusive("\r\n") {
        let tag = line.split_once("  - ").map_or("", |(tag, _)| tag);
        if ["TY", "ER", ""].contains(&tag) || tags.contains(&tag) {
            out.write_all(line.as_bytes())?;
        }
    }
    Ok(())
}

/// Writes a study as a record of the type `DBASE`, an entry of a database:
/// titles, people, abstract, notes, keywords, year, sponsor, number and
/// address.
///
/// There is a year but no date (`DA`): for this type, EndNote's list of fields
/// has that as the day of access.
pub(super) fn write(out: &mut dyn Write, nct: NctId, study: &Study) -> io::Result<()> {
    let text = |piece: &str| study.text(piece).unwrap_or_default();
    let mut tag = |name: &str, value: &str| write_tag(out, name, value);
    tag("TY", "DBASE")?;
    tag("ID", &nct.to_string())?;
    tag("TI", study.text("BriefTitle").unwrap_or(text("OfficialTitle")))?;
    tag("ST", text("Acronym"))?;
    for name in study.texts("OverallOfficialName") {
        tag("AU", &author(name))?;
    }
    tag("AB", text("BriefSummary"))?;
    if let Some(title) = study.text("OfficialTitle") {
        tag("N1", &format!("{OFFICIAL_TITLE}{title}"))?;
    }
    tag("N1", &facts(study))?;
    for (name, piece) in LISTS {
        for value in study.texts(piece) {
            tag(name, value)?;
        }
    }
    let date = study.text("StudyFirstSubmitDate").or_else(|| study.text("StartDate"));
    if let Some(date) = date.and_then(PartialDate::parse) {
        tag("PY", &date.year().to_string())?;
    }
    tag("PB", text("LeadSponsorName"))?;
    tag("DB", "ClinicalTrials.gov")?;
    tag("DP", "National Library of Medicine (US)")?;
    tag("AN", &nct.to_string())?;
    tag("UR", &url(nct))?;
    write!(out, "ER  - \r\n\r\n")
}

/// Writes a value in one line, so that nothing in it can be taken for a tag;
/// nothing where it is blank.
fn write_tag(out: &mut dyn Write, name: &str, value: &str) -> io::Result<()> {
    let value = markup::unescape(value);
    let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
    if value.is_empty() {
        return Ok(());
    }
    write!(out, "{name}  - {}\r\n", clean::line(&value))
}

/// `Status: Recruiting; Phase: Phase 1, Phase 2`.
fn facts(study: &Study) -> String {
    let facts = FACTS.iter().filter_map(|(title, name)| {
        let piece = pieces::named(name)?;
        let values = study.values(name).into_iter();
        let values: Vec<String> = values.map(|value| readable(piece, value)).collect();
        (!values.is_empty()).then(|| format!("{title}: {}", values.join(", ")))
    });
    facts.collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_record_has_its_tags_in_order() {
        let study = json!({"protocolSection": {
            "identificationModule": {"nctId": "NCT90000001", "briefTitle": "A \\> B"},
            "statusModule": {"startDateStruct": {"date": "2021-03"}},
            "descriptionModule": {"briefSummary": "One.\n\nTwo.\nER  - \r\nTY  - JOUR"},
            "conditionsModule": {"conditions": ["Fever", "Cough"], "keywords": [" \n"]},
            "designModule": {"phases": ["PHASE1", "PHASE2"]},
        }});
        let serde_json::Value::Object(root) = study else { panic!("an object") };
        let study = Study::from_map(root);
        let mut out = Vec::new();
        write(&mut out, study.nct_id().expect("a number"), &study).expect("written");
        let expected = "TY  - DBASE\r\nID  - NCT90000001\r\nTI  - A > B\r\n\
            AB  - One. Two. ER - TY - JOUR\r\nN1  - Phase: Phase 1, Phase 2\r\n\
            KW  - Fever\r\nKW  - Cough\r\nPY  - 2021\r\nDB  - ClinicalTrials.gov\r\n\
            DP  - National Library of Medicine (US)\r\nAN  - NCT90000001\r\n\
            UR  - https://clinicaltrials.gov/study/NCT90000001\r\nER  - \r\n\r\n";
        assert_eq!(String::from_utf8(out).expect("UTF-8"), expected);
    }
}

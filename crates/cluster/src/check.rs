//! Whether a version is whole: compared with what it says of itself, study by study.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};

use crate::answers::{WHOLE, total, whole};
use crate::error::ClusterError;
use crate::index::{ClusterIndex, terms_of};
use crate::layout::{DIGEST, NUMBER, STUDY, name, settings};
use crate::study_document::unsigned;
use trialdex_engine::index::short_digest;
use trialdex_engine::search::receipt::contents_digest;
use trialdex_plan::layout::IndexField;
use trialdex_records::study::NctId;

/// Studies that are read at a time.
const READ_TOGETHER: usize = 200;

/// The same where only their digests are.
const DIGESTS_TOGETHER: usize = 10_000;

/// Terms of one request whose studies are counted.
const COUNTED_TOGETHER: usize = 200;

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum ClusterFault {
    /// A part of the version is on no machine.
    ShardMissing,
    /// Studies are missing, are there twice, or are none of the version.
    StudiesDiffer,
    /// Studies whose records are not what was sent.
    StudyUnreadable,
    /// A field is missing, or is another one.
    FieldDiffers,
    /// The terms beside the studies are not those of the studies.
    TermsDiffer,
}

/// Something that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ClusterFinding {
    /// What kind of thing.
    pub fault: ClusterFault,
    /// The engine's index that it was found in.
    pub place: String,
    /// What is wrong with it.
    pub problem: String,
    /// The studies that it is about, by number.
    pub studies: Vec<String>,
}

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ClusterCheck {
    /// Name and version of this structure.
    pub schema: &'static str,
    /// The address.
    pub index: String,
    /// The version that the name stands for.
    pub version: String,
    /// Nothing is wrong.
    pub whole: bool,
    /// Studies that the version should hold.
    pub studies: u64,
    /// Studies that were read and their digests compared.
    pub studies_read: u64,
    /// Fields that were compared.
    pub fields: u64,
    /// Shards of the studies and the terms, without copies.
    pub shards: u64,
    /// Copies of shards that are on no machine. Nothing is lost, until a machine is.
    pub copies_missing: u64,
    /// What is wrong.
    pub findings: Vec<ClusterFinding>,
}

/// What a check has seen so far.
struct Survey<'a> {
    index: &'a ClusterIndex,
    check: ClusterCheck,
}

impl ClusterIndex {
    /// Checks the version that is open; where `quick`, no study is read.
    ///
    /// # Errors
    ///
    /// Where the cluster does not answer, or refuses to say what is needed.
    pub fn check(&self, quick: bool) -> Result<ClusterCheck, ClusterError> {
        let check = ClusterCheck {
            schema: "trialdex.clusterCheck.v1",
            index: self.address.to_string(),
            version: self.version.clone(),
            whole: false,
            studies: self.notes.studies,
            studies_read: 0,
            fields: 0,
            shards: 0,
            copies_missing: 0,
            findings: Vec::new(),
        };
        let mut survey = Survey { index: self, check };
        survey.check_fields()?;
        if survey.check_shards()? {
            survey.check_studies(quick)?;
            survey.check_terms()?;
        }
        let Survey { mut check, .. } = survey;
        check.whole = check.findings.is_empty();
        Ok(check)
    }
}

impl Survey<'_> {
    fn found(&mut self, fault: ClusterFault, place: &str, problem: String, studies: Vec<String>) {
        let place = place.to_owned();
        self.check.findings.push(ClusterFinding { fault, place, problem, studies });
    }

    /// Whether the engine has the fields that this program sends.
    fn check_fields(&mut self) -> Result<(), ClusterError> {
        let version = &self.index.version;
        let answer = self.index.client.ask("GET", &format!("{version}/_mapping"), None)?;
        let answer = self.index.client.accepted(answer)?;
        let (there, expected) = (&answer[version]["mappings"], settings(1, ""));
        let mut differing = Vec::new();
        self.check.fields = compare_fields("", &expected["mappings"], there, &mut differing);
        if !differing.is_empty() {
            let (count, named) = (differing.len(), named(&differing));
            let problem = format!("{count} fields differ from those that were made: {named}");
            self.found(ClusterFault::FieldDiffers, &version.clone(), problem, Vec::new());
        }
        Ok(())
    }

    /// Whether all shards are somewhere; what a shard has is not looked for otherwise.
    fn check_shards(&mut self) -> Result<bool, ClusterError> {
        let version = self.index.version.clone();
        let all = [version.clone(), terms_of(&version)];
        let path = format!("_cluster/health/{}?level=indices&timeout=5s", all.join(","));
        let answer = self.index.client.ask("GET", &path, None)?;
        let answer = self.index.client.accepted(answer)?;
        let mut searchable = true;
        for place in &all {
            let health = &answer["indices"][place];
            let number = |name: &str| health[name].as_u64();
            let (Some(shards), Some(active), Some(copies)) = (
                number("number_of_shards"),
                number("active_primary_shards"),
                number("unassigned_shards"),
            ) else {
                let problem = "it is not there".to_owned();
                self.found(ClusterFault::ShardMissing, place, problem, Vec::new());
                searchable = false;
                continue;
            };
            self.check.shards += shards;
            let missing = shards.saturating_sub(active);
            self.check.copies_missing += copies.saturating_sub(missing);
            if missing > 0 {
                let problem = format!("{missing} of {shards} shards are on no machine");
                self.found(ClusterFault::ShardMissing, place, problem, Vec::new());
                searchable = false;
            }
        }
        Ok(searchable)
    }

    /// Whether the studies are those that were sent, each once, with their records.
    fn check_studies(&mut self, quick: bool) -> Result<(), ClusterError> {
        let (mut digests, mut twice, mut unreadable) = (BTreeMap::new(), Vec::new(), Vec::new());
        let (mut after, mut seen): (Option<Value>, u64) = (None, 0);
        let together = if quick { DIGESTS_TOGETHER } else { READ_TOGETHER };
        loop {
            let mut body = json!({
                "size": together,
                "sort": [{NUMBER: "asc"}, {"_id": "asc"}],
                "_source": if quick { json!(false) } else { json!([STUDY]) },
                "docvalue_fields": [NUMBER, DIGEST],
                "track_total_hits": true,
            });
            if let Some(after) = &after {
                body["search_after"] = after.clone();
            }
            let answer = self.index.search_whole(&body)?;
            let hits = answer["hits"]["hits"].as_array().map_or(&[][..], Vec::as_slice);
            for hit in hits {
                seen += 1;
                let number = hit["fields"][NUMBER][0].as_u64().unwrap_or(0);
                let digest = hit["fields"][DIGEST][0].as_i64().map_or(0, unsigned);
                if digests.insert(number, digest).is_some() {
                    twice.extend(shown(number));
                }
                let record = hit["_source"][STUDY].as_str();
                if !quick && record.map(short_digest) != Some(digest) {
                    unreadable.extend(shown(number));
                }
            }
            match hits.last() {
                Some(last) if hits.len() == together => after = Some(last["sort"].clone()),
                _ => break,
            }
        }
        self.check.studies_read = if quick { 0 } else { seen };
        let (version, notes) = (self.index.version.clone(), &self.index.notes);
        let problem = match (digests.len() as u64, contents_digest(&digests) == notes.contents) {
            (there, _) if there != notes.studies => {
                Some(format!("{there} of {} studies are there", notes.studies))
            }
            (_, false) => Some("the studies are not those that were sent".to_owned()),
            _ => None,
        };
        if let Some(problem) = problem {
            self.found(ClusterFault::StudiesDiffer, &version, problem, Vec::new());
        }
        if !twice.is_empty() {
            let problem = "studies are there more than once".to_owned();
            self.found(ClusterFault::StudiesDiffer, &version, problem, twice);
        }
        if !unreadable.is_empty() {
            let problem = "the records of studies are not what was sent".to_owned();
            self.found(ClusterFault::StudyUnreadable, &version, problem, unreadable);
        }
        Ok(())
    }

    /// Whether the terms are all there, and those of which fields have values are in as many
    /// studies as they say.
    fn check_terms(&mut self) -> Result<(), ClusterError> {
        let (index, terms) = (self.index, terms_of(&self.index.version));
        let body = json!({"size": 0, "track_total_hits": true});
        let answer = index.client.answer(&format!("{terms}/_search?{WHOLE}"), &body)?;
        whole(&terms, &answer)?;
        let (there, expected) = (total(&terms, &answer)?, index.notes.term_documents);
        if there != expected {
            let problem = format!("{there} of {expected} lists of terms are there");
            self.found(ClusterFault::TermsDiffer, &terms, problem, Vec::new());
            return Ok(());
        }
        let (field, column) = (IndexField::Present, name(IndexField::Present));
        let known =
            trialdex_plan::Lexicon::terms(index, field, trialdex_plan::TermRange::All, &|_| true)?;
        let known: Vec<(String, u64)> = known.into_iter().collect();
        let mut differing = Vec::new();
        for known in known.chunks(COUNTED_TOGETHER) {
            let each: Vec<Value> =
                known.iter().map(|(term, _)| json!({"term": {&column: term}})).collect();
            let counted = index.counts(&Value::Null, &each)?;
            let unlike = known.iter().zip(counted).filter(|((_, studies), there)| studies != there);
            differing.extend(unlike.map(|((term, _), _)| term.clone()));
        }
        if !differing.is_empty() {
            let problem = format!("as many studies as it says do not have {}", named(&differing));
            self.found(ClusterFault::TermsDiffer, &terms, problem, Vec::new());
        }
        Ok(())
    }
}

/// Compares fields with those that are there, and names those that differ. How many were compared.
fn compare_fields(
    above: &str,
    expected: &Value,
    there: &Value,
    differing: &mut Vec<String>,
) -> u64 {
    let mut compared = 0;
    for (name, field) in expected["properties"].as_object().into_iter().flatten() {
        let (path, found) = (format!("{above}{name}"), &there["properties"][name]);
        compared += 1;
        let same = |key: &str| field[key].is_null() || field[key] == found[key];
        if !["type", "analyzer", "search_analyzer", "similarity", "index"].into_iter().all(same) {
            differing.push(path.clone());
        }
        compared += compare_fields(&format!("{path}."), field, found, differing);
    }
    compared
}

/// The first of some names, and how many more there are.
fn named(all: &[String]) -> String {
    const NAMED: usize = 5;
    let first = all.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    match all.len().saturating_sub(NAMED) {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}

/// A number as it is written.
fn shown(number: u64) -> Option<String> {
    u32::try_from(number).ok().and_then(NctId::from_number).map(|nct| nct.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_that_differ_are_named() {
        let mappings = settings(1, "")["mappings"].clone();
        let mut differing = Vec::new();
        let compared = compare_fields("", &mappings, &mappings, &mut differing);
        assert!(compared > 500 && differing.is_empty(), "{compared}: {differing:?}");
        let mut there = mappings.clone();
        there["properties"]["zone_Words"]["similarity"] = "BM25".into();
        there["properties"]["sites"]["properties"]["point"] = Value::Null;
        assert_eq!(compare_fields("", &mappings, &there, &mut differing), compared);
        differing.sort();
        assert_eq!(differing, ["sites.point", "zone_Words"]);
        assert_eq!(named(&differing), "sites.point, zone_Words");
    }
}

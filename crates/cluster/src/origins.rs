//! What a version keeps of its sources: the records that each study is from, and what could not be
//! read. Both are documents beside the terms.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use serde_json::{Value, json};

use crate::answers::{WHOLE, unreadable, whole};
use crate::error::ClusterError;
use crate::index::{ClusterIndex, terms_of};
use crate::sender::Sender;
use trialdex_engine::index::{Reject, Store, StudyOrigin};
use trialdex_records::source::RecordFormat;
use trialdex_records::study::NctId;

/// Names documents with rejects in place of a field. No field has such a name.
const REJECTS: &str = ":rejects";

/// The same for documents with the origins of studies.
const ORIGINS: &str = ":origins";

/// Rejects of a document.
const REJECTS_TOGETHER: usize = 1_000;

/// Numbers of studies that one document with origins is for.
const NUMBERS_TOGETHER: u32 = 10_000;

/// Studies whose origins are in memory at a time, while they are sent.
const STUDIES_TOGETHER: usize = 100_000;

/// The origins of studies by their numbers.
pub(crate) type Origins = BTreeMap<NctId, Vec<StudyOrigin>>;

fn id(kind: &str, part: usize) -> String {
    format!("{kind}.{part}")
}

/// Sends what is not in an index, and why; the number of documents.
pub(crate) fn send_rejects(store: &Store, sender: &mut Sender<'_>) -> Result<u64, ClusterError> {
    let rejects = store.rejects()?;
    let mut documents = 0;
    for (part, rejects) in rejects.chunks(REJECTS_TOGETHER).enumerate() {
        let document = json!({"field": REJECTS, "part": part, "terms": rejects});
        sender.add(&id(REJECTS, part), &document)?;
        documents += 1;
    }
    Ok(documents)
}

/// Sends the origins of the studies of an index; those of studies that no source has any longer
/// are `kept`. The number of documents.
pub(crate) fn send_origins(
    store: &Store,
    kept: &Origins,
    sender: &mut Sender<'_>,
) -> Result<u64, ClusterError> {
    let all: Vec<NctId> = store.reading()?.all()?.into_iter().map(|(nct, _)| nct).collect();
    let (mut documents, mut from) = (0, 0);
    while from < all.len() {
        // A document has all studies of its numbers.
        let place = |nct: NctId| nct.number() / NUMBERS_TOGETHER;
        let last = place(all[(from + STUDIES_TOGETHER).min(all.len()) - 1]);
        let end = from + all[from..].partition_point(|nct| place(*nct) <= last);
        let mut origins = store.origins(&all[from..end])?;
        for (nct, origin) in &mut origins {
            if let Some(kept) = kept.get(nct) {
                origin.clone_from(kept);
            }
        }
        let origins: Vec<(NctId, Vec<StudyOrigin>)> = origins.into_iter().collect();
        for studies in origins.chunk_by(|one, other| place(one.0) == place(other.0)) {
            let part = place(studies[0].0);
            let document = json!({"field": ORIGINS, "part": part, "terms": described(studies)});
            sender.add(&id(ORIGINS, part as usize), &document)?;
            documents += 1;
        }
        from = end;
    }
    Ok(documents)
}

/// The origins of studies: each path is named once.
fn described(studies: &[(NctId, Vec<StudyOrigin>)]) -> Value {
    let mut paths: BTreeMap<&str, usize> = BTreeMap::new();
    for origin in studies.iter().flat_map(|(_, origins)| origins) {
        let next = paths.len();
        paths.entry(&origin.path).or_insert(next);
    }
    let of_origin = |origin: &StudyOrigin| {
        let StudyOrigin { path, format, updated, records, gone } = origin;
        json!([paths[path.as_str()], format, updated, records, gone])
    };
    let of_study = |(nct, origins): &(NctId, Vec<StudyOrigin>)| {
        json!([nct.number(), origins.iter().map(of_origin).collect::<Vec<Value>>()])
    };
    let studies: Vec<Value> = studies.iter().map(of_study).collect();
    let mut named: Vec<(&str, usize)> = paths.into_iter().collect();
    named.sort_by_key(|(_, at)| *at);
    let named: Vec<&str> = named.into_iter().map(|(path, _)| path).collect();
    json!({"paths": named, "studies": studies})
}

/// The same back; `None` where it is written otherwise.
fn read_origins(document: &Value) -> Option<BTreeMap<u64, Vec<StudyOrigin>>> {
    let paths = document["paths"].as_array()?;
    let origin = |row: &Value| -> Option<StudyOrigin> {
        let format = row[1].as_str()?;
        let known = RecordFormat::ALL.iter().map(|known| known.name());
        Some(StudyOrigin {
            path: paths.get(usize::try_from(row[0].as_u64()?).ok()?)?.as_str()?.to_owned(),
            format: known.into_iter().find(|name| *name == format).unwrap_or("?"),
            updated: row[2].as_str().map(str::to_owned),
            records: row[3].as_u64()?,
            gone: row[4].as_bool()?,
        })
    };
    let of_study = |row: &Value| -> Option<(u64, Vec<StudyOrigin>)> {
        let origins = row[1].as_array()?.iter().map(origin).collect::<Option<_>>()?;
        Some((row[0].as_u64()?, origins))
    };
    document["studies"].as_array()?.iter().map(of_study).collect()
}

impl ClusterIndex {
    /// Everything that the sources of the version have and it does not, and why.
    ///
    /// # Errors
    ///
    /// Where the cluster does not answer, or an earlier trialdex made the version.
    pub fn rejects(&self) -> Result<Vec<Reject>, ClusterError> {
        self.check_kept()?;
        let mut all: Vec<Reject> = Vec::new();
        for part in 0.. {
            let Some(document) = self.beside(REJECTS, part)? else { break };
            let rejects = serde_json::from_value(document);
            all.extend::<Vec<Reject>>(rejects.map_err(|error| self.unread(&error.to_string()))?);
        }
        let expected = self.notes.rejected + self.notes.not_studies;
        if all.len() as u64 != expected {
            return Err(self.unread(&format!("{} of {expected} rejects are there", all.len())));
        }
        Ok(all)
    }

    /// The records that each of some studies is from, in the order in which they are joined.
    ///
    /// # Errors
    ///
    /// Where the cluster does not answer, or an earlier trialdex made the version.
    pub fn origins(&self, numbers: &[NctId]) -> Result<Origins, ClusterError> {
        self.check_kept()?;
        let mut parts: BTreeMap<usize, BTreeMap<u64, Vec<StudyOrigin>>> = BTreeMap::new();
        let mut found = Origins::new();
        for nct in numbers {
            let part = (nct.number() / NUMBERS_TOGETHER) as usize;
            let of_part = match parts.entry(part) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(unknown) => unknown.insert(self.origins_of(part)?),
            };
            let origins = of_part.get(&nct.number().into()).cloned();
            found.insert(*nct, origins.unwrap_or_default());
        }
        Ok(found)
    }

    /// The origins of the studies of one document, by their numbers.
    fn origins_of(&self, part: usize) -> Result<BTreeMap<u64, Vec<StudyOrigin>>, ClusterError> {
        let document = self.beside(ORIGINS, part)?.unwrap_or_default();
        read_origins(&document).ok_or_else(|| self.unread("the origins of studies are missing"))
    }

    /// Refuses a version without what this module sends.
    fn check_kept(&self) -> Result<(), ClusterError> {
        match self.notes.keeps_origins {
            true => Ok(()),
            false => Err(ClusterError::WithoutOrigins(self.version.clone())),
        }
    }

    fn unread(&self, problem: &str) -> ClusterError {
        unreadable(&terms_of(&self.version), problem)
    }

    /// What a document beside the terms holds, where there is one.
    fn beside(&self, kind: &str, part: usize) -> Result<Option<Value>, ClusterError> {
        let index = terms_of(&self.version);
        let body = json!({
            "size": 1,
            "query": {"ids": {"values": [id(kind, part)]}},
            "_source": ["terms"],
        });
        let mut answer = self.client.answer(&format!("{index}/_search?{WHOLE}"), &body)?;
        whole(&index, &answer)?;
        Ok(answer["hits"]["hits"].get_mut(0).map(|hit| hit["_source"]["terms"].take()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_read_as_they_were_written() {
        let origin = |path: &str, records, gone| StudyOrigin {
            path: path.to_owned(),
            format: RecordFormat::ALL[0].name(),
            updated: (records == 1).then(|| "2026-01-02".to_owned()),
            records,
            gone,
        };
        let nct = |text| NctId::parse(text).expect("a number");
        let studies = vec![
            (nct("NCT90000001"), vec![origin("b.csv", 1, false), origin("a.json", 3, true)]),
            (nct("NCT90000002"), Vec::new()),
            (nct("NCT90000003"), vec![origin("a.json", 1, false)]),
        ];
        let written = described(&studies);
        assert_eq!(written["paths"], json!(["b.csv", "a.json"]));
        let read = read_origins(&written).expect("origins");
        let expected: BTreeMap<u64, Vec<StudyOrigin>> =
            studies.into_iter().map(|(nct, origins)| (nct.number().into(), origins)).collect();
        assert_eq!(read, expected);
        assert_eq!(read_origins(&json!({"paths": []})), None);
        assert_eq!(
            read_origins(&json!({"paths": [], "studies": [[1, [[0, "x", null, 1, true]]]]})),
            None
        );
    }
}

//! What a search gave, written down so that anybody can run it again.
//!
//! PRISMA-S (Rethlefsen et al., Systematic Reviews 2021; 10:39) asks for the
//! strategy exactly as run, its limits, the date and the number of records. A
//! receipt has those, and the records themselves by number and digest.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

use super::{Disclosure, Hits, SearchOptions, search};
use crate::index::{IndexError, Store, StudyReader};
use trialdex_query::dialect::Dialect;
use trialdex_records::study::{NctId, PartialDate, Study};
use trialdex_text::vocabulary::OwnSynonyms;

/// Version of the receipt's own layout.
pub const SCHEMA: &str = "trialdex.receipt.v1";

/// A search and its result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Receipt {
    /// [`SCHEMA`].
    pub schema: String,
    /// Version of the program.
    pub program: String,
    /// When, in RFC 3339.
    pub date: String,
    /// What was typed: pairs of parameter or flag and value, in the order of
    /// the documentation; plain words have an empty name.
    pub typed: Vec<(String, String)>,
    /// The strategy, where a line of one was run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub strategy: Option<Box<UsedStrategy>>,
    /// The whole of it as one expression.
    pub understood: String,
    /// What the index held.
    pub index: Contents,
    /// The vocabulary that names were looked up in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vocabulary: Option<VocabularyUsed>,
    /// Digest of the user's own list of synonyms, where there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub synonyms: Option<String>,
    /// What the number of hits takes in and leaves out. Older receipts do not
    /// say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disclosure: Option<Box<Disclosure>>,
    /// Clauses that every hit has, and clauses of the query: fewer where no
    /// study has all words.
    pub required: usize,
    /// See [`Receipt::required`].
    pub clauses: usize,
    /// Number of hits.
    pub total: usize,
    /// All hits in their order.
    pub hits: Vec<Kept>,
}

/// A strategy with the line that was run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UsedStrategy {
    /// The file, as typed.
    pub file: String,
    /// The first 32 hexadecimal digits of the BLAKE3 of its bytes.
    pub digest: String,
    /// The number of the line that was run.
    pub line: u32,
    /// The system that it was written for, such as `ovid`, where it was
    /// translated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// All lines of the file, in their order.
    pub lines: Vec<UsedLine>,
    /// Lines that could not be translated at all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<LeftOutLine>,
}

impl UsedStrategy {
    /// The name of the system that it was written for, where it was
    /// translated.
    #[must_use]
    pub fn system(&self) -> Option<&str> {
        let key = self.from.as_deref()?;
        Some(Dialect::of_key(key).map_or(key, |dialect| dialect.name()))
    }
}

/// A line of a strategy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UsedLine {
    /// The number that it is named by.
    pub number: u32,
    /// As typed, without its number.
    pub typed: String,
    /// In our language, with other lines named as `#3`; `None` where it was
    /// typed so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub translated: Option<String>,
    /// What changed in meaning when it was translated.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<String>,
    /// As one expression.
    pub understood: String,
    /// Studies that it finds, whatever filters were given beside the strategy.
    pub found: usize,
}

/// A line of a strategy that cannot be translated at all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LeftOutLine {
    /// The number that it is named by.
    pub number: u32,
    /// As typed, without its number.
    pub typed: String,
    /// Why.
    pub remarks: Vec<String>,
}

impl UsedLine {
    /// The line in our language.
    #[must_use]
    pub fn ours(&self) -> &str {
        self.translated.as_deref().unwrap_or(&self.typed)
    }
}

impl UsedStrategy {
    /// The strategy as a file in our language.
    #[must_use]
    pub fn text(&self) -> String {
        self.lines.iter().map(|line| format!("{}. {}\n", line.number, line.ours())).collect()
    }
}

/// A vocabulary.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct VocabularyUsed {
    /// What it is, in words.
    pub source: String,
    /// Digest of it, in hexadecimal.
    pub digest: String,
}

/// What an index holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Contents {
    /// BLAKE3 over number and digest of every study, in the order of numbers:
    /// the same for the same records, however they came in.
    pub digest: String,
    /// Number of studies.
    pub studies: u64,
    /// The last day on which any record was updated.
    pub latest_update: Option<String>,
}

/// A hit of a receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Kept {
    /// Its number.
    pub nct_id: String,
    /// The first 16 digits of the BLAKE3 of its record.
    pub record: String,
}

/// How a result differs from that of a receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Verified {
    /// The index holds the same records.
    pub same_index: bool,
    /// The query is understood in the same way.
    pub same_query: bool,
    /// The vocabulary is the same; `None` where the receipt does not say.
    pub same_vocabulary: Option<bool>,
    /// The user's own list of synonyms is the same, or there is none as there
    /// was none; `None` where the receipt does not say.
    pub same_synonyms: Option<bool>,
    /// The same hits come.
    pub same_hits: bool,
    /// They come in the same order.
    pub same_order: bool,
    /// Hits then and now.
    pub totals: (usize, usize),
    /// Hits of now that were none then.
    pub came: Vec<(String, Change)>,
    /// Hits of then that are none now.
    pub went: Vec<(String, Change)>,
    /// Hits of both whose records differ.
    pub changed: Vec<String>,
}

/// What became of a study's record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Change {
    /// It was first posted after the receipt's records.
    New,
    /// It differs from what it was.
    Changed,
    /// It is no longer in the index.
    Vanished,
    /// It is as it was: other records or another version of the program made
    /// the difference.
    Same,
    /// It is not newer than the receipt's records: it was not in that index,
    /// or did not match then.
    Unknown,
}

impl Receipt {
    /// The receipt of a search that gave all its hits. `own` are the user's
    /// own synonyms that it was made with.
    ///
    /// # Errors
    ///
    /// Where files of the index cannot be read.
    pub fn new(
        store: &Store,
        hits: &Hits<'_>,
        own: Option<&OwnSynonyms>,
        typed: Vec<(String, String)>,
        understood: String,
        date: String,
    ) -> Result<Self, IndexError> {
        let kept = hits.hits.iter().map(|hit| {
            Ok(Kept { nct_id: hit.nct_id.to_string(), record: record(hits.digest(hit)?) })
        });
        Ok(Self {
            schema: SCHEMA.to_owned(),
            program: env!("CARGO_PKG_VERSION").to_owned(),
            date,
            typed,
            strategy: None,
            understood,
            index: contents(store)?,
            vocabulary: Some(vocabulary_used(store)?),
            synonyms: own.map(|own| own.digest().to_owned()),
            disclosure: None,
            required: hits.required,
            clauses: hits.clauses,
            total: hits.total,
            hits: kept.collect::<Result<_, IndexError>>()?,
        })
    }

    /// Runs the search again, for all hits, and compares.
    ///
    /// # Errors
    ///
    /// Where files of the index cannot be read.
    pub fn verify(
        &self,
        store: &Store,
        wish: &SearchOptions<'_>,
        understood: &str,
    ) -> Result<Verified, IndexError> {
        let hits = search(store, wish)?;
        let mut now = Vec::with_capacity(hits.hits.len());
        for hit in &hits.hits {
            now.push((hit.nct_id.to_string(), record(hits.digest(hit)?)));
        }
        let then: HashMap<&str, &str> =
            self.hits.iter().map(|kept| (kept.nct_id.as_str(), kept.record.as_str())).collect();
        let changed = now
            .iter()
            .filter(|(id, record)| then.get(id.as_str()).is_some_and(|before| before != record));
        let same_order = self.hits.iter().map(|kept| &kept.nct_id).eq(now.iter().map(|(id, _)| id));
        let (came, went) = (self.came(&hits, &then)?, self.went(store, &now)?);
        Ok(Verified {
            same_index: contents(store)?.digest == self.index.digest,
            same_query: understood == self.understood,
            same_vocabulary: self.same_vocabulary(store)?,
            same_synonyms: self.same_synonyms(wish.own),
            same_hits: came.is_empty() && went.is_empty(),
            same_order,
            totals: (self.total, hits.total),
            changed: changed.map(|(id, _)| id.clone()).collect(),
            came,
            went,
        })
    }

    fn same_vocabulary(&self, store: &Store) -> Result<Option<bool>, IndexError> {
        let Some(then) = &self.vocabulary else { return Ok(None) };
        Ok(Some(vocabulary_used(store)?.digest == then.digest))
    }

    fn same_synonyms(&self, own: Option<&OwnSynonyms>) -> Option<bool> {
        // A receipt that names the vocabulary also names the list.
        self.vocabulary.as_ref().map(|_| self.synonyms.as_deref() == own.map(OwnSynonyms::digest))
    }

    /// Hits that were none then.
    fn came(
        &self,
        hits: &Hits<'_>,
        then: &HashMap<&str, &str>,
    ) -> Result<Vec<(String, Change)>, IndexError> {
        let mut came = Vec::new();
        for hit in &hits.hits {
            let id = hit.nct_id.to_string();
            if !then.contains_key(id.as_str()) {
                came.push((id, self.newcomer(&hits.study(hit)?)));
            }
        }
        Ok(came)
    }

    /// Hits of then that are none now.
    fn went(
        &self,
        store: &Store,
        now: &[(String, String)],
    ) -> Result<Vec<(String, Change)>, IndexError> {
        let now: BTreeSet<&str> = now.iter().map(|(id, _)| id.as_str()).collect();
        let reading = store.reading()?;
        let gone = self.hits.iter().filter(|kept| !now.contains(kept.nct_id.as_str()));
        gone.map(|kept| Ok((kept.nct_id.clone(), fate(&reading, kept)?))).collect()
    }

    /// Why a study is a hit that was none: by its own dates, since the
    /// receipt knows no other records than its hits.
    fn newcomer(&self, study: &Study) -> Change {
        let Some(before) = self.index.latest_update.as_deref().and_then(PartialDate::parse) else {
            return Change::Unknown;
        };
        let date = |piece| study.text(piece).and_then(PartialDate::parse);
        if date("StudyFirstPostDate").is_some_and(|posted| posted > before) {
            return Change::New;
        }
        match study.updated() {
            Some(updated) if updated > before => Change::Changed,
            _ => Change::Unknown,
        }
    }
}

/// What became of a hit that is none any longer.
fn fate(reading: &StudyReader<'_>, kept: &Kept) -> Result<Change, IndexError> {
    let Some(nct) = NctId::parse(&kept.nct_id) else { return Ok(Change::Vanished) };
    let Some(place) = reading.find(nct)? else { return Ok(Change::Vanished) };
    let same = record(reading.digest(place)?) == kept.record;
    Ok(if same { Change::Same } else { Change::Changed })
}

fn vocabulary_used(store: &Store) -> Result<VocabularyUsed, IndexError> {
    let vocabulary = store.vocabulary()?;
    let (source, digest) = (vocabulary.source().to_owned(), vocabulary.digest());
    Ok(VocabularyUsed { source, digest })
}

fn record(digest: u64) -> String {
    format!("{digest:016x}")
}

/// What an index holds.
///
/// # Errors
///
/// Where files of the index cannot be read.
pub fn contents(store: &Store) -> Result<Contents, IndexError> {
    let studies: BTreeMap<u64, u64> = store.reading()?.digests()?;
    let mut hasher = blake3::Hasher::new();
    for (nct, digest) in &studies {
        hasher.update(&nct.to_be_bytes());
        hasher.update(&digest.to_be_bytes());
    }
    Ok(Contents {
        digest: hasher.finalize().to_hex()[..32].to_owned(),
        studies: studies.len() as u64,
        latest_update: store.status()?.latest_update,
    })
}

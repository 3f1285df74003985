//! Receipts of searches: written, and compared with what is found later.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

use super::found_hits::FoundHits as _;
use super::search_options::SearchOptions;
use super::searchable_index::{IndexHits, SearchableIndex};
use crate::index::{IndexError, Store};
use trialdex_plan::UnderstoodSearch;
use trialdex_plan::model::VERSION;
use trialdex_plan::receipt::{Contents, Kept, Receipt, SCHEMA, VocabularyUsed};
use trialdex_records::study::{NctId, PartialDate, Study};
use trialdex_text::vocabulary::OwnSynonyms;

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
    /// The hits were ordered by the same version of the ranking.
    pub same_ranking: bool,
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

/// The receipt of a search that gave all its hits, without its disclosure.
/// `own` are the user's own synonyms that it was made with.
///
/// # Errors
///
/// Where the index cannot be read.
pub fn receipt_of<I: SearchableIndex>(
    index: &I,
    hits: &I::Hits<'_>,
    search: &UnderstoodSearch,
    own: Option<&OwnSynonyms>,
    date: String,
) -> Result<Receipt, I::Error> {
    let kept = hits.hits().iter().zip(hits.digests()?);
    let kept =
        kept.map(|(hit, digest)| Kept { nct_id: hit.nct_id.to_string(), record: record(digest) });
    let (strategy, counts) = (search.strategy.as_ref(), hits.counts());
    Ok(Receipt {
        schema: SCHEMA.to_owned(),
        program: env!("CARGO_PKG_VERSION").to_owned(),
        date,
        typed: search.request.pairs(),
        strategy: strategy.map(|(strategy, line)| Box::new(strategy.used(*line))),
        understood: search.understood.text.clone(),
        index: index.contents()?,
        vocabulary: Some(index.vocabulary_used()?),
        synonyms: own.map(|own| own.digest().to_owned()),
        ranking: Some(VERSION),
        disclosure: None,
        required: counts.required,
        clauses: counts.clauses,
        total: counts.total,
        hits: kept.collect(),
    })
}

/// Runs the search of a receipt again, for all hits, and compares.
///
/// # Errors
///
/// Where the index cannot be read.
pub fn verify<I: SearchableIndex>(
    receipt: &Receipt,
    index: &I,
    wish: &SearchOptions<'_>,
    understood: &str,
) -> Result<Verified, I::Error> {
    compare(receipt, index, &index.find(wish)?, wish.own, understood)
}

/// Compares a receipt with all hits of its search. `own` are the user's own synonyms that they were
/// found with, and `understood` is what the search means.
///
/// # Errors
///
/// Where the index cannot be read.
pub fn compare<I: SearchableIndex>(
    receipt: &Receipt,
    index: &I,
    hits: &I::Hits<'_>,
    own: Option<&OwnSynonyms>,
    understood: &str,
) -> Result<Verified, I::Error> {
    let now = hits.hits().iter().zip(hits.digests()?);
    let now: Vec<(String, String)> =
        now.map(|(hit, digest)| (hit.nct_id.to_string(), record(digest))).collect();
    let then: HashMap<&str, &str> =
        receipt.hits.iter().map(|kept| (kept.nct_id.as_str(), kept.record.as_str())).collect();
    let changed = now
        .iter()
        .filter(|(id, record)| then.get(id.as_str()).is_some_and(|before| before != record));
    let same_order = receipt.hits.iter().map(|kept| &kept.nct_id).eq(now.iter().map(|(id, _)| id));
    let (came, went) = (came(receipt, index, hits, &then)?, went(receipt, index, &now)?);
    let vocabulary = index.vocabulary_used()?;
    let same_vocabulary = receipt.vocabulary.as_ref().map(|then| then.digest == vocabulary.digest);
    Ok(Verified {
        same_index: index.contents()?.digest == receipt.index.digest,
        same_query: understood == receipt.understood,
        same_vocabulary,
        same_synonyms: same_synonyms(receipt, own),
        same_ranking: receipt.ranking_version() == VERSION,
        same_hits: came.is_empty() && went.is_empty(),
        same_order,
        totals: (receipt.total, hits.counts().total),
        changed: changed.map(|(id, _)| id.clone()).collect(),
        came,
        went,
    })
}

fn same_synonyms(receipt: &Receipt, own: Option<&OwnSynonyms>) -> Option<bool> {
    // A receipt that names the vocabulary also names the list.
    receipt.vocabulary.as_ref().map(|_| receipt.synonyms.as_deref() == own.map(OwnSynonyms::digest))
}

/// Hits that were none then.
fn came<I: SearchableIndex>(
    receipt: &Receipt,
    index: &I,
    hits: &I::Hits<'_>,
    then: &HashMap<&str, &str>,
) -> Result<Vec<(String, Change)>, I::Error> {
    let mut came = Vec::new();
    for hit in hits.hits() {
        let id = hit.nct_id.to_string();
        if !then.contains_key(id.as_str()) {
            let study = index.study(hit.nct_id)?.unwrap_or_default();
            came.push((id, newcomer(receipt, &study)));
        }
    }
    Ok(came)
}

/// Hits of then that are none now.
fn went<I: SearchableIndex>(
    receipt: &Receipt,
    index: &I,
    now: &[(String, String)],
) -> Result<Vec<(String, Change)>, I::Error> {
    let now: BTreeSet<&str> = now.iter().map(|(id, _)| id.as_str()).collect();
    let gone = receipt.hits.iter().filter(|kept| !now.contains(kept.nct_id.as_str()));
    gone.map(|kept| Ok((kept.nct_id.clone(), fate(index, kept)?))).collect()
}

/// Why a study is a hit that was none: by its own dates, since the
/// receipt knows no other records than its hits.
fn newcomer(receipt: &Receipt, study: &Study) -> Change {
    let Some(before) = receipt.index.latest_update.as_deref().and_then(PartialDate::parse) else {
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

/// What became of a hit that is none any longer.
fn fate<I: SearchableIndex>(index: &I, kept: &Kept) -> Result<Change, I::Error> {
    let Some(nct) = NctId::parse(&kept.nct_id) else { return Ok(Change::Vanished) };
    let Some(digest) = index.digest_of(nct)? else { return Ok(Change::Vanished) };
    Ok(if record(digest) == kept.record { Change::Same } else { Change::Changed })
}

pub(super) fn vocabulary_used(store: &Store) -> Result<VocabularyUsed, IndexError> {
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
    Ok(Contents {
        digest: contents_digest(&studies),
        studies: studies.len() as u64,
        latest_update: store.status()?.latest_update,
    })
}

/// The digest of all records of an index, by the numbers of studies and the first eight bytes of
/// their digests.
#[must_use]
pub fn contents_digest(studies: &BTreeMap<u64, u64>) -> String {
    let mut hasher = blake3::Hasher::new();
    for (nct, digest) in studies {
        hasher.update(&nct.to_be_bytes());
        hasher.update(&digest.to_be_bytes());
    }
    hasher.finalize().to_hex()[..32].to_owned()
}

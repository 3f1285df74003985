//! What became of the hits of a search since it was last looked at, and why.

mod hit_facts;
mod searched_fields;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use trialdex_engine::index::WantedRecord;
use trialdex_engine::search::receipt::{Change, Verified, compare, receipt_of};
use trialdex_engine::search::{FoundHits as _, IndexHits as _, SearchableIndex as _};
use trialdex_plan::receipt::Receipt;
use trialdex_plan::watch::{HitFacts, WatchedSearch};
use trialdex_records::study::{
    FieldDifference, NctId, PartialDate, Study, content_digest, differences,
};

use self::hit_facts::{content_of, facts_of, shown, since};
use self::searched_fields::searched_fields;
use crate::any_error::AnyError;
use crate::any_hits::AnyHits;
use crate::any_index::AnyIndex;
use crate::any_reader::AnyReader;
use crate::asked_search::AskedSearch;
use crate::strategy_counts::strategy_counts;

/// Earlier records that are read out of sources at most: each is held with all its texts.
const MOST_READ: usize = 10_000;

/// The hits that came, went and changed since the last look at a search.
#[derive(Debug)]
pub struct WatchLook {
    /// What is to be kept of this look, in place of the last one.
    pub look: Receipt,
    /// What is known of the hits now.
    pub facts: HitFacts,
    /// Hits that were none, by number.
    pub came: Vec<WatchedStudy>,
    /// Hits of then that are none, by number.
    pub went: Vec<WatchedStudy>,
    /// Hits of both looks whose records differ, by number.
    pub changed: Vec<WatchedStudy>,
    /// Hits that were downloaded again, and differ in nothing else.
    pub downloaded: usize,
    /// How the search differs from that of the last look, whatever the records.
    pub setting: SettingChange,
}

/// A study that came, went or changed, with what is known of the reason.
#[derive(Debug)]
pub struct WatchedStudy {
    /// Its number.
    pub nct_id: NctId,
    /// What became of its record.
    pub change: Change,
    /// Its title, where it is known.
    pub title: String,
    /// When it was first posted, as its record says.
    pub posted: Option<String>,
    /// When its record was updated, as it says.
    pub updated: Option<String>,
    /// In which fields it differs, where the values of both are known.
    pub fields: Vec<FieldDifference>,
    /// Fields that differ, of which only a digest was kept.
    pub unkept: Vec<String>,
    /// The parts of the search that it does not have now.
    pub unmet: Vec<String>,
    /// What is known of its record at the last look.
    pub earlier: EarlierRecord,
}

/// What is known of a record at the last look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EarlierRecord {
    /// Nothing, or a digest of the whole.
    Unknown,
    /// Values and digests of fields that the search looks in.
    Facts,
    /// All of it, in an earlier index or a source.
    Whole,
}

/// How a search is carried out otherwise than at the last look.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SettingChange {
    /// The version of the program reads it otherwise.
    pub query: bool,
    /// The vocabulary is another one.
    pub vocabulary: bool,
    /// The user's own synonyms are others.
    pub synonyms: bool,
    /// Clauses that a hit has to have, then and now.
    pub required: Option<(usize, usize)>,
}

/// Where records of the last look are, besides what is kept with the list.
#[derive(Clone, Copy)]
pub enum EarlierRecords<'a> {
    /// Nowhere.
    Nowhere,
    /// In an index of then.
    Index(&'a AnyIndex),
    /// In the sources of the index, which are read for them; an index on a cluster has none.
    Sources,
}

/// Runs a watched search, and compares its hits with those of the last look; `date` is now, in RFC
/// 3339.
///
/// # Errors
///
/// An index that cannot be read, or a query that looks at too much of it.
pub fn look_again(
    watched: &WatchedSearch,
    index: &AnyIndex,
    asked: &AskedSearch,
    earlier: EarlierRecords<'_>,
    date: String,
) -> Result<WatchLook, AnyError> {
    let hits = index.find(&asked.options())?;
    let own = asked.own.as_deref();
    let verified = compare(&watched.look, index, &hits, own, asked.expression())?;
    let (look, facts) = kept_of(index, asked, &hits, date, Some(watched))?;
    let comparison = Comparison {
        watched,
        now: index.reading()?,
        before: match earlier {
            EarlierRecords::Index(before) => Some(before.reading()?),
            EarlierRecords::Nowhere | EarlierRecords::Sources => None,
        },
        of_sources: match earlier {
            EarlierRecords::Sources => match index.directory() {
                Some(store) => store.earlier_records(&wanted(&watched.look, &verified))?,
                None => BTreeMap::new(),
            },
            EarlierRecords::Nowhere | EarlierRecords::Index(_) => BTreeMap::new(),
        },
        hits_then: numbers(&watched.look),
        unmet: unmet(asked, &hits, &verified)?,
    };
    let changed: Vec<(String, Change)> =
        verified.changed.iter().map(|id| (id.clone(), Change::Changed)).collect();
    let mut changed = comparison.all(&changed)?;
    // Another download alone is no other record.
    let all = changed.len();
    changed.retain(|study| study.change != Change::Same);
    Ok(WatchLook {
        downloaded: all - changed.len(),
        came: comparison.all(&verified.came)?,
        went: comparison.all(&verified.went)?,
        changed,
        setting: setting(watched, &verified, &hits),
        look,
        facts,
    })
}

/// What is kept of the first look at a search; `date` is now, in RFC 3339.
///
/// # Errors
///
/// See [`look_again`].
pub fn first_look(
    index: &AnyIndex,
    asked: &AskedSearch,
    date: String,
) -> Result<(Receipt, HitFacts), AnyError> {
    kept_of(index, asked, &index.find(&asked.options())?, date, None)
}

/// The receipt of hits, and what is known of them.
fn kept_of(
    index: &AnyIndex,
    asked: &AskedSearch,
    hits: &AnyHits<'_>,
    date: String,
    last: Option<&WatchedSearch>,
) -> Result<(Receipt, HitFacts), AnyError> {
    let AskedSearch { search, own, .. } = asked;
    if let Some((strategy, _)) = &search.strategy {
        strategy_counts(strategy, index, own.as_deref())?;
    }
    let look = receipt_of(index, hits, search, own.as_deref(), date)?;
    let fields = searched_fields(&search.understood.question);
    let facts = facts_of(hits, &look, fields, last)?;
    Ok((look, facts))
}

/// The records of the last look that say most: of hits, those with the digests of the receipt; of the
/// others, those of the last day on which its index had an update.
fn wanted(look: &Receipt, verified: &Verified) -> BTreeMap<NctId, WantedRecord> {
    let until = look.index.latest_update.as_deref().and_then(PartialDate::parse);
    let records: HashMap<&str, &str> =
        look.hits.iter().map(|kept| (kept.nct_id.as_str(), kept.record.as_str())).collect();
    let came = verified.came.iter().filter(|(_, change)| *change != Change::New);
    let went = verified.went.iter().map(|(id, _)| id);
    let all = came.map(|(id, _)| id).chain(went).chain(&verified.changed);
    let wanted = all.take(MOST_READ).filter_map(|id| {
        let digest = records.get(id.as_str()).and_then(|hex| u64::from_str_radix(hex, 16).ok());
        let wanted = digest.map(WantedRecord::Digest).or(until.map(WantedRecord::Until));
        Some((NctId::parse(id)?, wanted?))
    });
    wanted.collect()
}

/// The hits of a receipt.
fn numbers(look: &Receipt) -> BTreeSet<NctId> {
    look.hits.iter().filter_map(|kept| NctId::parse(&kept.nct_id)).collect()
}

/// The parts of a search that studies lack which were hits.
fn unmet(
    asked: &AskedSearch,
    hits: &AnyHits<'_>,
    verified: &Verified,
) -> Result<BTreeMap<NctId, Vec<String>>, AnyError> {
    let went: Vec<NctId> = verified.went.iter().filter_map(|(id, _)| NctId::parse(id)).collect();
    hits.unmet(&asked.options(), &asked.search.understood.parts, &went)
}

fn setting(watched: &WatchedSearch, verified: &Verified, hits: &AnyHits<'_>) -> SettingChange {
    let Receipt { required, clauses, .. } = watched.look;
    // A search that was never run has no clauses.
    let now = hits.counts();
    let then = (clauses == now.clauses).then_some(required);
    let required = then.filter(|then| *then != now.required).map(|then| (then, now.required));
    SettingChange {
        query: !verified.same_query,
        vocabulary: verified.same_vocabulary == Some(false),
        synonyms: verified.same_synonyms == Some(false),
        required,
    }
}

/// Where records of then and of now are.
struct Comparison<'a> {
    watched: &'a WatchedSearch,
    now: AnyReader<'a>,
    before: Option<AnyReader<'a>>,
    /// Earlier records that sources have.
    of_sources: BTreeMap<NctId, Study>,
    /// Hits of the last look.
    hits_then: BTreeSet<NctId>,
    unmet: BTreeMap<NctId, Vec<String>>,
}

impl Comparison<'_> {
    fn all(&self, studies: &[(String, Change)]) -> Result<Vec<WatchedStudy>, AnyError> {
        let mut all = Vec::with_capacity(studies.len());
        for (id, change) in studies {
            if let Some(nct_id) = NctId::parse(id) {
                all.push(self.study(nct_id, *change)?);
            }
        }
        all.sort_by_key(|study| study.nct_id);
        Ok(all)
    }

    fn study(&self, nct_id: NctId, change: Change) -> Result<WatchedStudy, AnyError> {
        let read = |reader: &AnyReader<'_>| {
            reader.find(nct_id)?.map(|place| reader.study(place)).transpose()
        };
        let is = read(&self.now)?;
        let was = self.before.as_ref().map(read).transpose()?.flatten();
        let was = was.or_else(|| self.of_sources.get(&nct_id).cloned());
        let fact = self.watched.facts.hits.get(&nct_id.to_string());
        let (change, fields, unkept) = match (&is, &was, fact) {
            (Some(is), Some(was), _) => {
                let same = content_digest(was) == content_digest(is);
                (resolved(same), differences(was, is), Vec::new())
            }
            (Some(is), None, Some(fact)) => {
                let (fields, unkept) = since(&self.watched.facts, fact, is);
                (resolved(fact.content == content_of(is)), fields, unkept)
            }
            // It was no hit: the earlier index has all others of then.
            (Some(_), None, None) if self.before.is_some() && !self.was_hit(nct_id) => {
                (Change::New, Vec::new(), Vec::new())
            }
            _ => (change, Vec::new(), Vec::new()),
        };
        let known = is.as_ref().or(was.as_ref());
        let text = |piece| known.and_then(|study| study.text(piece)).map(str::to_owned);
        let kept = || self.watched.facts.value(fact?, "BriefTitle").map(|title| shown(&title));
        let title = text("BriefTitle").or_else(|| text("OfficialTitle")).or_else(kept);
        Ok(WatchedStudy {
            nct_id,
            change,
            title: title.unwrap_or_default(),
            posted: text("StudyFirstPostDate"),
            updated: text("LastUpdatePostDate"),
            fields,
            unkept,
            unmet: self.unmet.get(&nct_id).cloned().unwrap_or_default(),
            earlier: match (was, fact) {
                (Some(_), _) => EarlierRecord::Whole,
                (None, Some(_)) => EarlierRecord::Facts,
                (None, None) => EarlierRecord::Unknown,
            },
        })
    }

    fn was_hit(&self, nct_id: NctId) -> bool {
        self.hits_then.contains(&nct_id)
    }
}

/// What became of a record, where the one of then is known.
fn resolved(same: bool) -> Change {
    if same { Change::Same } else { Change::Changed }
}

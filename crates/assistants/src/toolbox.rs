//! What tools work with: an open index, receipts, a review.

use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use trialdex_engine::index::rfc3339;
use trialdex_plan::SearchRequest;
use trialdex_records::study::{NctId, Study};
use trialdex_session::{AskedSearch, OpenIndex, Session};

use crate::failure::ToolFailure;
use crate::kept_receipts::KeptReceipts;
use crate::review_desk::ReviewDesk;

/// How long a call takes at most, unless the program says otherwise.
const TIME_LIMIT: Duration = Duration::from_secs(30);

/// What a toolbox is made with.
#[derive(Debug)]
pub struct ToolboxOptions {
    /// The time, which receipts and decisions are dated by.
    pub now: fn() -> SystemTime,
    /// The file with the user's own synonyms that the session has, as it was named.
    pub synonyms: Option<String>,
    /// A directory that the receipt of each search is written to.
    pub receipts: Option<PathBuf>,
    /// A review that the assistant decides in.
    pub desk: Option<ReviewDesk>,
    /// How long a call may wait and work, each, before it is stopped.
    pub time_limit: Duration,
}

impl Default for ToolboxOptions {
    /// No synonyms, no directory, no review, and no time but that of the first computers.
    fn default() -> Self {
        Self {
            now: || SystemTime::UNIX_EPOCH,
            synonyms: None,
            receipts: None,
            desk: None,
            time_limit: TIME_LIMIT,
        }
    }
}

/// The tools over an open index. Copies share all of it.
#[derive(Clone)]
pub struct Toolbox {
    session: Arc<Session>,
    now: fn() -> SystemTime,
    synonyms: Option<String>,
    pub(crate) receipts: Arc<KeptReceipts>,
    desk: Option<Arc<Mutex<ReviewDesk>>>,
    time_limit: Duration,
    /// Set by another thread to stop the searches of a call.
    stop: Arc<AtomicBool>,
}

impl Toolbox {
    /// Tools over an index.
    #[must_use]
    pub fn new(session: Arc<Session>, options: ToolboxOptions) -> Self {
        let ToolboxOptions { now, synonyms, receipts, desk, time_limit } = options;
        let receipts = Arc::new(KeptReceipts::new(receipts));
        let desk = desk.map(|desk| Arc::new(Mutex::new(desk)));
        Self { session, now, synonyms, receipts, desk, time_limit, stop: Arc::default() }
    }

    /// What stops the searches of the present call.
    pub(crate) fn stop(&self) -> &Arc<AtomicBool> {
        &self.stop
    }

    /// The same for a call that another thread can stop.
    pub(crate) fn stopped_by(&self, stop: Arc<AtomicBool>) -> Self {
        Self { stop, ..self.clone() }
    }

    /// How long a call may wait and work, each.
    pub(crate) fn time_limit(&self) -> Duration {
        self.time_limit
    }

    /// Whether the assistant decides in a review.
    pub(crate) fn decides(&self) -> bool {
        self.desk.is_some()
    }

    /// The latest state of the index.
    pub(crate) fn index(&self) -> Arc<OpenIndex> {
        // Where the latest cannot be opened, the one before goes on being used: a writer may be
        // at work, and the next call tries again.
        let _ = self.session.refresh();
        self.session.current()
    }

    /// Understands a question.
    pub(crate) fn ask(&self, request: SearchRequest) -> Result<AskedSearch, ToolFailure> {
        let mut asked = self.session.ask(request)?;
        asked.search.request.ranking.synonyms.clone_from(&self.synonyms);
        asked.stop = self.stop.clone();
        Ok(asked)
    }

    /// The time, in RFC 3339.
    pub(crate) fn now(&self) -> String {
        rfc3339((self.now)())
    }

    /// The review that the assistant decides in.
    pub(crate) fn desk(&self) -> Result<MutexGuard<'_, ReviewDesk>, ToolFailure> {
        let desk = self.desk.as_ref().ok_or_else(|| ToolFailure::new("there is no review"))?;
        Ok(desk.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The study of a number that was typed, and the number that it has now.
pub(crate) fn study_of(index: &OpenIndex, typed: &str) -> Result<(NctId, Study), ToolFailure> {
    let nct = NctId::parse_typed(typed).or_else(|| NctId::find(typed)).ok_or_else(|| {
        ToolFailure::new(format!("`{typed}` is not an NCT number"))
            .hint("give `NCT` and eight digits, as `search` has them")
    })?;
    match index.study(nct)? {
        Some(study) => Ok((study.nct_id().unwrap_or(nct), study)),
        None => Err(ToolFailure::new(format!("{nct} is not in the index"))
            .hint("`search` finds studies; numbers cannot be guessed")
            .nearest(like(index, nct)?.iter().map(NctId::to_string))),
    }
}

/// Numbers like this one that studies of the index have: one digit differs, or two are exchanged.
fn like(index: &OpenIndex, nct: NctId) -> Result<Vec<NctId>, ToolFailure> {
    const MOST: usize = 5;
    let digits: Vec<u8> = format!("{:08}", nct.number()).into_bytes();
    let exchanged = (1..digits.len()).map(|at| {
        let mut other = digits.clone();
        other.swap(at - 1, at);
        other
    });
    let changed = (0..digits.len()).flat_map(|at| {
        let digits = &digits;
        (b'0'..=b'9').map(move |digit| {
            let mut other = digits.clone();
            other[at] = digit;
            other
        })
    });
    let number = |digits: Vec<u8>| NctId::parse(&format!("NCT{}", String::from_utf8(digits).ok()?));
    let others: Vec<NctId> =
        exchanged.chain(changed).filter_map(number).filter(|other| *other != nct).collect();
    let absent = index.absent(&others)?;
    let mut like: Vec<NctId> = Vec::new();
    for other in others.into_iter().filter(|other| !absent.contains(other)) {
        if !like.contains(&other) && like.len() < MOST {
            like.push(other);
        }
    }
    Ok(like)
}

//! The best hits, in an order that depends on the studies alone.

use std::cmp::{Ordering, Reverse};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::Column;
use tantivy::{DocAddress, DocId, Score, SegmentOrdinal, SegmentReader};

use super::search_options::HitWindow;
use trialdex_plan::feedback::ScoredHit;

/// Keys that hits can be sorted by at most.
pub(super) const KEYS: usize = 2;

/// What a hit is sorted by.
#[derive(Debug, Clone)]
pub(super) enum RankKey {
    Score { descending: bool },
    Column { name: Arc<str>, descending: bool },
}

/// Collects the hits up to the end of a window by its keys, ties by NCT
/// number, and counts all.
pub(super) struct HitRanking {
    /// The columns with NCT numbers, by segment.
    pub(super) ncts: Arc<[Column<u64>]>,
    /// [`KEYS`] at most.
    pub(super) keys: Vec<RankKey>,
    pub(super) window: HitWindow,
    /// Hits that are collected at least, whatever the window.
    pub(super) fewest: usize,
    bar: SharedBar,
}

/// The keys of the worst hit that is held, where as many are held as are
/// wanted: what is worse is none of the best.
type Bar = Option<[i64; KEYS]>;

/// The same for all segments.
type SharedBar = Arc<Mutex<Bar>>;

fn lock(bar: &SharedBar) -> MutexGuard<'_, Bar> {
    bar.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What was collected.
#[derive(Debug, Default)]
pub(super) struct RankedHits {
    pub(super) total: usize,
    pub(super) best: Vec<RankedHit>,
}

/// A study and how good a hit it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct RankedHit {
    /// The greater the earlier.
    keys: [i64; KEYS],
    pub(super) score: Score,
    pub(super) nct: u32,
    pub(super) at: DocAddress,
}

/// A hit that is sorted by its score.
impl ScoredHit for RankedHit {
    fn score(&self) -> Score {
        self.score
    }

    fn rescore(&mut self, score: Score) {
        self.score = score;
        self.keys[0] = i64::from(score.to_bits());
    }
}

impl RankedHit {
    fn key(&self) -> ([i64; KEYS], Reverse<u32>) {
        (self.keys, Reverse(self.nct))
    }
}

impl PartialEq for RankedHit {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for RankedHit {}

impl PartialOrd for RankedHit {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for RankedHit {
    /// The better hit is the greater one.
    fn cmp(&self, other: &Self) -> Ordering {
        self.key().cmp(&other.key())
    }
}

impl HitRanking {
    pub(super) fn new(
        ncts: Arc<[Column<u64>]>,
        keys: Vec<RankKey>,
        window: HitWindow,
        fewest: usize,
    ) -> Self {
        Self { ncts, keys, window, fewest, bar: SharedBar::default() }
    }

    /// Hits to be held at most; `None` for all.
    fn capacity(&self) -> Option<usize> {
        let end = self.window.limit.map(|limit| limit.saturating_add(self.window.offset));
        end.map(|end| end.max(self.fewest))
    }
}

/// A key in a segment.
enum Opened {
    Score { descending: bool },
    Column { column: Column<i64>, descending: bool },
}

impl Opened {
    /// A number that is the greater the earlier a document comes.
    fn of(&self, doc: DocId, score: Score) -> i64 {
        let (number, descending) = match self {
            // Scores are never negative, so that their bits have their order.
            Self::Score { descending } => (Some(i64::from(score.to_bits())), *descending),
            Self::Column { column, descending } => {
                let values = column.values_for_doc(doc);
                (if *descending { values.max() } else { values.min() }, *descending)
            }
        };
        match number {
            Some(number) if descending => number,
            Some(number) => number.saturating_neg(),
            None => i64::MIN,
        }
    }
}

/// Collects within a segment.
pub(super) struct SegmentRanking {
    segment: SegmentOrdinal,
    ncts: Column<u64>,
    keys: Vec<Opened>,
    capacity: Option<usize>,
    total: usize,
    /// The best hits, and up to as many others.
    held: Vec<RankedHit>,
    /// As it was found to be last.
    bar: Bar,
    shared_bar: SharedBar,
}

impl SegmentRanking {
    /// Takes notice of what other segments have found meanwhile.
    pub(super) fn catch_up(&mut self) {
        self.bar = self.bar.max(*lock(&self.shared_bar));
    }

    /// Counts hits.
    pub(super) fn count(&mut self, hits: u64) {
        self.total += usize::try_from(hits).unwrap_or(usize::MAX);
    }

    /// What a hit scores at least that is among the best; `None` where it may
    /// score anything.
    pub(super) fn least(&self) -> Option<Score> {
        let Some(Opened::Score { descending: true }) = self.keys.first() else { return None };
        Some(Score::from_bits(u32::try_from(self.bar?[0]).ok()?))
    }

    /// Takes a hit, which has been counted, if it is one of the best.
    pub(super) fn offer(&mut self, doc: DocId, score: Score) {
        if self.least().is_some_and(|least| score < least) {
            return;
        }
        let mut keys = [0; KEYS];
        for (key, opened) in keys.iter_mut().zip(&self.keys) {
            *key = opened.of(doc, score);
        }
        if self.bar.is_some_and(|bar| keys < bar) {
            return;
        }
        let nct = self.ncts.first(doc).and_then(|nct| u32::try_from(nct).ok()).unwrap_or(0);
        let at = DocAddress::new(self.segment, doc);
        self.held.push(RankedHit { keys, score, nct, at });
        if let Some(capacity) = self.capacity
            && self.held.len() >= capacity.saturating_mul(2)
        {
            self.cut(capacity);
        }
    }

    /// Lets go all but so many of the best hits.
    fn cut(&mut self, capacity: usize) {
        if self.held.len() < capacity {
            return;
        }
        let Some(last) = capacity.checked_sub(1) else { return self.held.clear() };
        let (_, worst, _) = self.held.select_nth_unstable_by(last, |one, other| other.cmp(one));
        let mut shared = lock(&self.shared_bar);
        self.bar = self.bar.max(Some(worst.keys)).max(*shared);
        *shared = self.bar;
        self.held.truncate(capacity);
    }
}

impl Collector for HitRanking {
    type Fruit = RankedHits;
    type Child = SegmentRanking;

    fn for_segment(
        &self,
        segment: SegmentOrdinal,
        reader: &SegmentReader,
    ) -> tantivy::Result<SegmentRanking> {
        let columns = reader.fast_fields();
        let keys = self.keys.iter().map(|key| {
            Ok(match key {
                RankKey::Score { descending } => Opened::Score { descending: *descending },
                RankKey::Column { name, descending } => {
                    Opened::Column { column: columns.i64(name)?, descending: *descending }
                }
            })
        });
        Ok(SegmentRanking {
            segment,
            ncts: self.ncts[segment as usize].clone(),
            keys: keys.collect::<tantivy::Result<Vec<_>>>()?,
            capacity: self.capacity(),
            total: 0,
            held: Vec::new(),
            bar: *lock(&self.bar),
            shared_bar: self.bar.clone(),
        })
    }

    fn requires_scoring(&self) -> bool {
        true
    }

    fn merge_fruits(&self, segments: Vec<RankedHits>) -> tantivy::Result<RankedHits> {
        let total = segments.iter().map(|segment| segment.total).sum();
        let mut best: Vec<RankedHit> =
            segments.into_iter().flat_map(|segment| segment.best).collect();
        let capacity = self.capacity().unwrap_or(usize::MAX);
        if let Some(last) = capacity.checked_sub(1).filter(|last| *last < best.len()) {
            best.select_nth_unstable_by_key(last, |best| Reverse(*best));
        }
        best.truncate(capacity);
        best.sort_unstable_by_key(|best| Reverse(*best));
        Ok(RankedHits { total, best })
    }
}

impl SegmentCollector for SegmentRanking {
    type Fruit = RankedHits;

    fn collect(&mut self, doc: DocId, score: Score) {
        self.count(1);
        self.offer(doc, score);
    }

    fn harvest(mut self) -> RankedHits {
        if let Some(capacity) = self.capacity {
            self.cut(capacity);
        }
        RankedHits { total: self.total, best: self.held }
    }
}

#[cfg(test)]
mod tests;

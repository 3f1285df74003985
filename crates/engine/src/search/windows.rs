//! Goes through the documents of a segment by windows of some thousands.
//!
//! A part of a plan marks the documents of a window that it has in one tight
//! loop for each list of the index, and parts are joined as sets. What all of
//! a plan has is scored then, part by part. What does not say in advance how
//! long it takes (positions, stored texts, sites) is asked of those documents
//! alone that all cheaper parts have.

mod bits;
mod combined;
mod evidence;
mod list_blocks;
mod member;
mod part;
mod prepared;
mod remembered;
mod source_docs;
mod span;
mod strips;
mod sufficient;
#[cfg(test)]
mod tests;
mod timed;
mod walked;
mod window;

use std::sync::atomic::AtomicBool;

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::fastfield::AliveBitSet;
use tantivy::{DocId, Executor, Score, Searcher, SegmentOrdinal, SegmentReader, TERMINATED};

use super::profile::Profile;
use super::rank::{HitRanking, RankedHits};
use super::stop::go_on;
use super::view::IndexView;
use bits::Bits;
use part::Part;
use prepared::Prepared;
use strips::StripScores;
use trialdex_plan::Node;
use window::{Window, doc_at};

/// Part of a score by which rounding may raise it, at most: some additions of single precision.
const ROUNDING: Score = 1e-4;

/// Gives the documents of a segment, in windows.
struct SegmentWindows {
    part: Box<dyn Part>,
    window: Window,
    from: DocId,
}

impl SegmentWindows {
    fn new(part: Box<dyn Part>, scored: bool) -> Self {
        Self { part, window: Window::new(scored), from: 0 }
    }

    /// Scores what the present window has.
    fn score(&mut self) -> &Window {
        let wanted = self.window.found.clone();
        self.part.score(&mut self.window, &wanted);
        &self.window
    }

    /// Scores what the present window has that may score as much as `bar`, and gives it.
    fn score_promising(&mut self, bar: Score) -> (&Window, Bits) {
        let bars = StripScores::all(bar * (1.0 - ROUNDING));
        let wanted = self.window.found.clone();
        let promising = self.part.score_promising(&mut self.window, &wanted, bars);
        (&self.window, promising)
    }

    /// The next window with documents, those that a refresh took out among
    /// them.
    fn next(&mut self) -> Option<&Window> {
        loop {
            let base = self.part.next(self.from);
            if base == TERMINATED {
                return None;
            }
            self.window.begin(base);
            self.part.mark(&mut self.window, Bits::all());
            self.from = self.window.end();
            if !self.window.found.is_empty() {
                return Some(&self.window);
            }
        }
    }
}

impl IndexView<'_> {
    /// Collects what a part of a plan finds.
    pub(super) fn collect<C: Collector>(
        &self,
        node: &Node,
        collector: &C,
    ) -> tantivy::Result<C::Fruit> {
        let (profile, scored) = (self.profile.as_ref(), collector.requires_scoring());
        let plan = Prepared::measured(self, node, scored, profile)?;
        collect(&plan, &self.searcher, self.executor(profile), collector, self.stop.as_deref())
    }

    /// The best hits of a part of a plan, and how many there are. What cannot be one of the best is
    /// counted, and not scored.
    pub(super) fn ranked(&self, node: &Node, ranking: &HitRanking) -> tantivy::Result<RankedHits> {
        let profile = self.profile.as_ref();
        let plan = Prepared::measured(self, node, true, profile)?;
        rank(&plan, &self.searcher, self.executor(profile), ranking, self.stop.as_deref())
    }

    /// How many studies a part of a plan finds. Where the search is measured,
    /// its parts are steps.
    pub(super) fn counted(&self, node: &Node, profile: Option<&Profile>) -> tantivy::Result<u64> {
        let plan = Prepared::measured(self, node, false, profile)?;
        count(&plan, &self.searcher, self.executor(profile), self.stop.as_deref())
    }

    /// What goes through the segments: one after another where the steps are
    /// measured, so that their times add up.
    fn executor(&self, profile: Option<&Profile>) -> &Executor {
        static ONE_BY_ONE: Executor = Executor::SingleThread;
        match profile {
            Some(_) => &ONE_BY_ONE,
            None => self.store.executor(&self.searcher),
        }
    }

    /// Whether a part of a plan finds any study: the first one is enough.
    pub(super) fn finds_any(&self, node: &Node) -> tantivy::Result<bool> {
        finds(&Prepared::new(self, node, false)?, &self.searcher)
    }
}

fn collect<C: Collector>(
    plan: &Prepared,
    searcher: &Searcher,
    executor: &Executor,
    collector: &C,
    stop: Option<&AtomicBool>,
) -> tantivy::Result<C::Fruit> {
    let of_segment = |(ordinal, reader): (SegmentOrdinal, &SegmentReader)| {
        let mut collected = collector.for_segment(ordinal, reader)?;
        let alive = reader.alive_bitset();
        let scored = collector.requires_scoring();
        let mut windows = SegmentWindows::new(plan.open(reader, scored)?, scored);
        while let Some(mut window) = windows.next() {
            go_on(stop)?;
            if scored {
                window = windows.score();
            }
            for (at, doc) in window.found.iter().map(|at| (at, doc_at(window, at))) {
                if alive.is_none_or(|alive| alive.is_alive(doc)) {
                    collected.collect(doc, window.scores.get(at).copied().unwrap_or_default());
                }
            }
        }
        Ok(collected.harvest())
    };
    let fruits = executor.map(of_segment, (0..).zip(searcher.segment_readers()))?;
    collector.merge_fruits(fruits)
}

fn count(
    plan: &Prepared,
    searcher: &Searcher,
    executor: &Executor,
    stop: Option<&AtomicBool>,
) -> tantivy::Result<u64> {
    let of_segment = |reader: &SegmentReader| {
        go_on(stop)?;
        if let Some(known) = plan.known_count(reader)? {
            return Ok(known);
        }
        let mut windows = SegmentWindows::new(plan.open(reader, false)?, false);
        let mut count = 0;
        while let Some(window) = windows.next() {
            go_on(stop)?;
            count += alive_in(window, reader.alive_bitset());
        }
        Ok(count)
    };
    Ok(executor.map(of_segment, searcher.segment_readers().iter())?.into_iter().sum())
}

/// How many documents were found in a window, without those that a refresh took out.
fn alive_in(window: &Window, alive: Option<&AliveBitSet>) -> u64 {
    match alive {
        None => window.found.count(),
        Some(alive) => {
            let found = window.found.iter();
            found.filter(|at| alive.is_alive(doc_at(window, *at))).count() as u64
        }
    }
}

fn rank(
    plan: &Prepared,
    searcher: &Searcher,
    executor: &Executor,
    ranking: &HitRanking,
    stop: Option<&AtomicBool>,
) -> tantivy::Result<RankedHits> {
    let of_segment = |(ordinal, reader): (SegmentOrdinal, &SegmentReader)| {
        let mut ranked = ranking.for_segment(ordinal, reader)?;
        let alive = reader.alive_bitset();
        let mut windows = SegmentWindows::new(plan.open(reader, true)?, true);
        while let Some(window) = windows.next() {
            go_on(stop)?;
            ranked.count(alive_in(window, alive));
            ranked.catch_up();
            let bar = ranked.least().unwrap_or(0.0);
            let (window, promising) = windows.score_promising(bar);
            for (at, doc) in promising.iter().map(|at| (at, doc_at(window, at))) {
                if alive.is_none_or(|alive| alive.is_alive(doc)) {
                    ranked.offer(doc, window.scores[at]);
                }
            }
        }
        Ok(ranked.harvest())
    };
    let ranked = executor.map(of_segment, (0..).zip(searcher.segment_readers()))?;
    ranking.merge_fruits(ranked)
}

fn finds(plan: &Prepared, searcher: &Searcher) -> tantivy::Result<bool> {
    for reader in searcher.segment_readers() {
        let mut windows = SegmentWindows::new(plan.open(reader, false)?, false);
        let alive = reader.alive_bitset();
        while let Some(window) = windows.next() {
            let is_alive = |at: usize| alive.is_none_or(|alive| alive.is_alive(doc_at(window, at)));
            if window.found.iter().any(is_alive) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

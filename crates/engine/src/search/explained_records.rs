//! Why studies have their scores in an index that only gives their records.
//!
//! A plan has all numbers that a score depends on and a record does not: how much words are worth,
//! weights, average lengths. So a score is explained in an index of the record alone.

use std::collections::BTreeMap;
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::time::SystemTime;

use tempfile::TempDir;

use super::explain::{Gains, ScoreExplanation};
use super::feedback::Learned;
use super::hits::Hit;
use super::view::IndexView;
use crate::index::{IndexError, Store, UpdateError, UpdateOptions, UpdateProgress, update};
use trialdex_plan::feedback::{LearnedOrder, LearnedWord, Likeness, ScoredHit};
use trialdex_plan::layout::IndexField;
use trialdex_plan::{Model, Plan};

/// How hits of another index got their scores.
pub struct ScoreOrigin<'a, H> {
    /// What was searched.
    pub plan: &'a Plan,
    /// How many of its clauses every hit has.
    pub required: usize,
    /// How it scores.
    pub model: Model,
    /// The least and the greatest value of each column that scores depend on.
    pub ranges: &'a BTreeMap<IndexField, (i64, i64)>,
    /// What was learned from the first hits, if anything.
    pub learned: Option<LearnedScores<'a, H>>,
}

/// What was learned from first hits, and what it did to them.
pub struct LearnedScores<'a, H> {
    /// Words that the first hits share.
    pub words: &'a [LearnedWord],
    /// How like the first hits others are, where it counts.
    pub likeness: Option<&'a Likeness>,
    /// Words of a study on average, where learned words are counted.
    pub average_length: f32,
    /// The order that hits got by it.
    pub order: &'a LearnedOrder<H>,
    /// How many hits kept their place.
    pub kept: usize,
    /// How many hits gained.
    pub gaining: usize,
}

/// The records of some studies in an index of their own.
pub struct ExplainedRecords {
    store: Store,
    /// Where it is, as long as it is needed.
    _directory: TempDir,
}

impl ExplainedRecords {
    /// Makes an index of records, each the JSON text that is stored of a study.
    ///
    /// # Errors
    ///
    /// Where the directory for temporary files cannot be written to.
    pub fn new<'r>(records: impl IntoIterator<Item = &'r str>) -> Result<Self, IndexError> {
        let failed = |error| IndexError::Io { path: "temporary files".into(), error };
        let directory = tempfile::tempdir().map_err(failed)?;
        let (dump, index) =
            (directory.path().join("records.jsonl"), directory.path().join("index"));
        write(&dump, records).map_err(failed)?;
        // The time is nowhere seen.
        let options = UpdateOptions::new(SystemTime::UNIX_EPOCH);
        match update(&index, &[dump], &options, &UpdateProgress::default()) {
            Ok(_) => Ok(Self { store: Store::open(&index)?, _directory: directory }),
            Err(UpdateError::Index(error)) => Err(error),
            Err(UpdateError::Input { error, .. }) => Err(failed(error)),
        }
    }

    /// Why a hit has its score; `None` where its record is not here.
    ///
    /// # Errors
    ///
    /// Where files of the index of the records cannot be read.
    pub fn explain<H: ScoredHit>(
        &self,
        hit: &Hit,
        origin: &ScoreOrigin<'_, H>,
    ) -> Result<Option<ScoreExplanation>, IndexError> {
        let store = &self.store;
        let Some(place) = store.reading()?.find(hit.nct_id)? else { return Ok(None) };
        let view = IndexView::new(store, origin.model)?.ranging(origin.ranges.clone());
        let learned = origin.learned.as_ref().map(|scores| {
            let what = (scores.words, scores.likeness);
            let average = scores.average_length;
            let learned = Learned::elsewhere(store, &view.searcher, origin.model, what, average)?;
            Ok::<_, IndexError>((scores, learned))
        });
        let learned = learned.transpose()?;
        let gained = |words| learned.as_ref().map_or(0.0, |(scores, _)| scores.order.gained(words));
        let gains = learned.as_ref().map(|(scores, learned)| Gains {
            learned,
            kept: scores.kept,
            gaining: scores.gaining,
            lift: scores.order.lift,
            gained: &gained,
        });
        let node = origin.plan.node(origin.required);
        let explained = view.explain(&node, (hit, place.0), gains.as_ref());
        explained.map(Some).map_err(|error| store.failed(error))
    }
}

fn write<'r>(dump: &Path, records: impl IntoIterator<Item = &'r str>) -> std::io::Result<()> {
    let mut file = BufWriter::new(std::fs::File::create(dump)?);
    records.into_iter().try_for_each(|record| writeln!(file, "{record}"))?;
    file.flush()
}

#[cfg(test)]
mod tests;

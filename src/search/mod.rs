//! From a query and an index to ranked hits.

mod passages;
mod plan;
mod rank;

use std::time::{Duration, Instant};

use tantivy::collector::Count;
use tantivy::{DocAddress, Searcher};

pub use passages::{Passage, Passages};

use crate::index::{IndexError, Store};
use crate::query::Query;
use crate::study::{NctId, Study};
use plan::Plan;

/// Which studies of a result are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Hits passed over.
    pub offset: usize,
    /// Hits given at most; `None` for all.
    pub limit: Option<usize>,
}

/// How many of a query's clauses a study has to have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Matching {
    /// All.
    All,
    /// All; where no study has all, as many as any study has.
    Closest,
    /// At least one.
    Any,
}

/// A study that was found.
#[derive(Debug, Clone, Copy)]
pub struct Hit {
    /// Its place among all hits, from 1.
    pub rank: usize,
    /// Its score; higher is better.
    pub score: f32,
    /// Its number.
    pub nct_id: NctId,
    at: DocAddress,
}

/// What was found.
pub struct Hits<'a> {
    store: &'a Store,
    searcher: Searcher,
    /// Studies found in all.
    pub total: usize,
    /// Studies in the index.
    pub studies: u64,
    /// Clauses of the query that every hit has.
    pub required: usize,
    /// Clauses of the query.
    pub clauses: usize,
    /// The hits asked for: by score, ties by NCT number.
    pub hits: Vec<Hit>,
    /// How long finding and ranking took.
    pub took: Duration,
    plan: Plan,
}

/// Finds and ranks the studies that a query asks for.
///
/// # Errors
///
/// Where files of the index cannot be read.
pub fn search<'a>(
    store: &'a Store,
    query: &Query,
    matching: Matching,
    window: Window,
) -> Result<Hits<'a>, IndexError> {
    let start = Instant::now();
    let searcher = store.searcher()?;
    let plan = Plan::new(store, query);
    let clauses = plan.clauses();
    let required = match matching {
        Matching::All => clauses,
        Matching::Any => clauses.min(1),
        Matching::Closest => most_matched(&searcher, &plan).map_err(|error| store.failed(error))?,
    };
    let ranking = rank::Ranking::new(store.fields.nct, &store.index, window);
    let ranked =
        searcher.search(&*plan.query(required), &ranking).map_err(|error| store.failed(error))?;
    let hits = (window.offset + 1..)
        .zip(ranked.best)
        .filter_map(|(rank, best)| {
            let nct_id = NctId::from_number(best.nct)?;
            Some(Hit { rank, score: best.score, nct_id, at: best.at })
        })
        .collect();
    Ok(Hits {
        store,
        studies: searcher.num_docs(),
        searcher,
        total: ranked.total,
        required,
        clauses,
        hits,
        took: start.elapsed(),
        plan,
    })
}

/// The greatest number of clauses that any study has, at least one: the more
/// are asked for, the fewer studies there are, so that halving finds it.
fn most_matched(searcher: &Searcher, plan: &Plan) -> tantivy::Result<usize> {
    let found = |required: usize| -> tantivy::Result<bool> {
        Ok(searcher.search(&*plan.query(required), &Count)? > 0)
    };
    let mut most = plan.clauses();
    if most <= 1 || found(most)? {
        return Ok(most);
    }
    let mut least = 1;
    while least + 1 < most {
        let middle = least.midpoint(most);
        if found(middle)? {
            least = middle;
        } else {
            most = middle;
        }
    }
    Ok(least)
}

impl Hits<'_> {
    /// The study of a hit.
    ///
    /// # Errors
    ///
    /// Where files of the index cannot be read.
    pub fn study(&self, hit: &Hit) -> Result<Study, IndexError> {
        self.store.stored(&self.searcher, hit.at)
    }

    /// Finds the passages of texts that the query's words stand in.
    #[must_use]
    pub fn passages(&self) -> Passages {
        Passages::new(self.plan.terms().map(str::to_owned).collect())
    }
}

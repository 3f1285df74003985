//! From a query and an index to ranked hits.

mod circle;
mod compile;
mod evidence;
mod explain;
mod facets;
mod feedback;
mod filtered;
mod inclusion;
mod lacking;
mod lexicon;
mod named;
mod names;
mod occurrences;
mod passages;
mod rank;
pub mod receipt;
mod sites;
mod slot_postings;
#[cfg(test)]
mod small;
mod steady;
mod stretch;
mod surfaces;
mod tilted;
mod view;
mod windows;

use std::sync::Arc;
use std::time::{Duration, Instant};

use tantivy::DocAddress;

pub use explain::ScoreExplanation;
pub use facets::{Facet, studies_with};
pub use feedback::LearnedWord;
pub use lacking::MissingWords;
pub use named::{HitNames, WordNames};
pub use names::{doubtful, look_up, senses, short_forms};
pub use passages::{Passage, Passages};
pub use trialdex_plan::{
    Abbreviation, AlsoName, AlsoSearched, ClauseMatching, Disclosure, FilterOmission, FunnelStep,
    InterpretedWords, KnownConcept, LookedUp, Model, NameVerdict, OtherName, PairOfNames, Sense,
    SenseChoice, ShortForm, Synonym, SynonymKind, WordMatches, look_up_without_index,
};

use crate::index::{IndexError, PieceField, Store};
use feedback::Feedback;
use rank::{HitRanking, RankKey, RankedHits};
use trialdex_plan::{Plan, PlanResult, Search, SearchOutcome, UnderstoodSearch};
use trialdex_query::meaning::Question;
use trialdex_query::{RequestPart, SortBy, SortKey};
use trialdex_records::study::{NctId, Study};
use trialdex_text::vocabulary::OwnSynonyms;
use view::IndexView;

/// Which studies of a result are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HitWindow {
    /// Hits passed over.
    pub offset: usize,
    /// Hits given at most; `None` for all.
    pub limit: Option<usize>,
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
    view: IndexView<'a>,
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
    feedback: Option<Feedback>,
}

/// What is wanted of an index.
#[derive(Debug, Clone, Copy)]
pub struct SearchOptions<'a> {
    /// What is asked.
    pub question: &'a Question,
    /// How many of its clauses a hit has to have.
    pub matching: ClauseMatching,
    /// What hits are sorted by, two keys at most; empty for relevance.
    pub order: &'a [SortKey],
    /// Which hits.
    pub window: HitWindow,
    /// How they are scored.
    pub model: Model,
    /// Names that the user says mean the same.
    pub own: Option<&'a OwnSynonyms>,
}

impl<'a> SearchOptions<'a> {
    /// The same without any of the hits: only their number is wanted, which is
    /// that of studies with all that was asked for.
    #[must_use]
    pub fn counting(self) -> Self {
        let window = HitWindow { offset: 0, limit: Some(0) };
        Self { window, matching: ClauseMatching::All, ..self }
    }

    /// All studies that a search asks for, by relevance. `own` are the user's
    /// own synonyms.
    #[must_use]
    pub fn asked(search: &'a UnderstoodSearch, own: Option<&'a OwnSynonyms>) -> Self {
        let (matching, model) = (search.matching, search.request.ranking.model());
        Self { matching, model, own, ..Self::new(&search.understood.question) }
    }

    /// All studies that a question asks for, by relevance.
    #[must_use]
    pub fn new(question: &'a Question) -> Self {
        Self {
            question,
            matching: ClauseMatching::All,
            order: &[],
            window: HitWindow { offset: 0, limit: None },
            model: Model::default(),
            own: None,
        }
    }
}

/// Finds and ranks the studies that are asked for.
///
/// # Errors
///
/// Where files of the index cannot be read.
pub fn search<'a>(store: &'a Store, wish: &SearchOptions<'_>) -> Result<Hits<'a>, IndexError> {
    #[expect(clippy::disallowed_methods, reason = "hits say how long it took to find them")]
    let start = Instant::now();
    let view = IndexView::new(store, wish.model)?;
    let planned = asked(&view, wish)?.plan(wish.matching);
    let (plan, required) = planned.map_err(|error| store.failed_plan(error))?;
    let clauses = plan.clauses.len();
    let ranked = ranked_hits(&view, &plan, required, wish);
    let (ranked, feedback) = ranked.map_err(|error| store.failed(error))?;
    let end = wish.window.limit.map_or(usize::MAX, |limit| limit + wish.window.offset);
    let hits = (1..)
        .zip(ranked.best)
        .take(end)
        .skip(wish.window.offset)
        .filter_map(|(rank, best)| {
            let nct_id = NctId::from_number(best.nct)?;
            Some(Hit { rank, score: best.score, nct_id, at: best.at })
        })
        .collect();
    Ok(Hits {
        studies: view.searcher.num_docs(),
        view,
        total: ranked.total,
        required,
        clauses,
        hits,
        took: start.elapsed(),
        plan,
        feedback,
    })
}

/// What is asked of an index.
fn asked<'v>(view: &'v IndexView<'_>, wish: &SearchOptions<'v>) -> Result<Search<'v>, IndexError> {
    let (thesaurus, question) = (view.thesaurus(wish.own)?, wish.question);
    Ok(Search { engine: view, thesaurus, model: wish.model, question })
}

/// The hits up to the end of a window and the number of all, and what was
/// learned from the first ones.
fn ranked_hits(
    view: &IndexView<'_>,
    plan: &Plan,
    required: usize,
    wish: &SearchOptions<'_>,
) -> tantivy::Result<(RankedHits, Option<Feedback>)> {
    let IndexView { store, searcher, .. } = view;
    let node = plan.node(required);
    if wish.window.limit == Some(0) {
        let total = usize::try_from(view.counted(&node)?).unwrap_or(usize::MAX);
        return Ok((RankedHits { total, best: Vec::new() }, None));
    }
    let ncts: Arc<str> = store.index.schema().get_field_name(store.fields.nct).into();
    // What is learned is about words, and changes the order by relevance.
    let learns = wish.model.feedback > 0.0 && plan.learns && wish.order.is_empty();
    let fewest = if learns { feedback::REACH } else { 0 };
    let keys = keys(store, wish.order);
    let ranking = HitRanking::new(ncts.clone(), keys.clone(), wish.window, fewest);
    let mut ranked = view.collect(&node, &ranking)?;
    if !learns {
        return Ok((ranked, None));
    }
    let feedback = match plan.has_filters() {
        false => Feedback::learn(store, searcher, wish.model, &ranked.best)?,
        true => {
            // What is learned must not depend on filters, which never change
            // the ranking.
            let window = HitWindow { offset: 0, limit: Some(feedback::REACH) };
            let ranking = HitRanking::new(ncts, keys, window, fewest);
            let all = view.collect(&plan.ranked(required), &ranking)?;
            let learned = Feedback::learn(store, searcher, wish.model, &all.best)?;
            match learned {
                Some((feedback, _)) => {
                    let gains = feedback.gains(searcher, &ranked.best)?;
                    Some((feedback, gains))
                }
                None => None,
            }
        }
    };
    Ok(match feedback {
        Some((mut feedback, gains)) => {
            feedback.add(&gains, &mut ranked.best);
            (ranked, Some(feedback))
        }
        None => (ranked, None),
    })
}

/// The columns that hits are sorted by.
fn keys(store: &Store, order: &[SortKey]) -> Vec<RankKey> {
    let keys = order.iter().filter_map(|SortKey { by, descending }| match by {
        SortBy::Relevance => Some(RankKey::Score { descending: *descending }),
        SortBy::Field(field) => match store.fields.field(*field) {
            PieceField::Number(column) => {
                let name = store.index.schema().get_field_name(column).into();
                Some(RankKey::Column { name, descending: *descending })
            }
            _ => None,
        },
    });
    let mut keys: Vec<RankKey> = keys.take(rank::KEYS).collect();
    // Studies alike in all that was asked for are sorted by relevance.
    if keys.len() < rank::KEYS && !keys.iter().any(|key| matches!(key, RankKey::Score { .. })) {
        keys.push(RankKey::Score { descending: true });
    }
    keys
}

impl Hits<'_> {
    /// The study of a hit.
    ///
    /// # Errors
    ///
    /// Where files of the index cannot be read.
    pub fn study(&self, hit: &Hit) -> Result<Study, IndexError> {
        self.view.store.stored(&self.view.searcher, hit.at)
    }

    /// Words that the first hits share, by which the first thousand are also
    /// ranked; the weightiest first.
    #[must_use]
    pub fn learned(&self) -> &[LearnedWord] {
        self.feedback.as_ref().map_or(&[], |feedback| &feedback.learned)
    }

    /// What the words stand for.
    #[must_use]
    pub fn understood(&self) -> &[InterpretedWords] {
        &self.plan.understood
    }

    /// For single words that no study has, which are not looked for in another
    /// spelling either: what may be meant.
    ///
    /// # Errors
    ///
    /// Where files of the index cannot be read.
    pub fn meant(&self) -> Result<Vec<(&str, Synonym)>, IndexError> {
        let meant = trialdex_plan::meant(&self.view, &self.plan.understood);
        meant.map_err(|error| self.view.store.failed_plan(error))
    }

    /// The first eight bytes of the digest of a hit's study.
    ///
    /// # Errors
    ///
    /// Where files of the index cannot be read.
    pub fn digest(&self, hit: &Hit) -> Result<u64, IndexError> {
        self.view.store.digest(&self.view.searcher, hit.at)
    }

    /// Finds the passages of texts that the query's words are in.
    #[must_use]
    pub fn passages(&self) -> Passages {
        Passages::new(&self.plan.terms, &self.plan.names)
    }

    /// What the number of the hits takes in and leaves out. `wish` is what
    /// they were found by, and `parts` are those of its question.
    ///
    /// # Errors
    ///
    /// Where files of the index cannot be read.
    pub fn disclosure(
        &self,
        wish: &SearchOptions<'_>,
        parts: &[RequestPart],
    ) -> Result<Disclosure, IndexError> {
        self.of_outcome(wish, |outcome| outcome.disclosure(parts))
    }

    /// What each part of a question leaves, see [`SearchOutcome::funnel`].
    ///
    /// # Errors
    ///
    /// Where files of the index cannot be read.
    pub fn funnel(
        &self,
        wish: &SearchOptions<'_>,
        parts: &[RequestPart],
    ) -> Result<Vec<FunnelStep>, IndexError> {
        self.of_outcome(wish, |outcome| outcome.funnel(parts))
    }

    /// What of the words matched, see [`SearchOutcome::matched`].
    ///
    /// # Errors
    ///
    /// Where files of the index cannot be read.
    pub fn matched(&self, wish: &SearchOptions<'_>) -> Result<Vec<Vec<WordMatches>>, IndexError> {
        self.of_outcome(wish, |outcome| outcome.matched())
    }

    fn of_outcome<T>(
        &self,
        wish: &SearchOptions<'_>,
        say: impl FnOnce(&SearchOutcome<'_>) -> PlanResult<T>,
    ) -> Result<T, IndexError> {
        let (plan, required, total) = (&self.plan, self.required, self.total);
        let search = asked(&self.view, wish)?;
        say(&SearchOutcome { search, plan, required, total })
            .map_err(|error| self.view.store.failed_plan(error))
    }
}

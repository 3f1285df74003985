//! Finds the studies that are asked for, and ranks them.

use std::time::Instant;

use super::feedback::Feedback;
use super::hits::{Hit, Hits, asked};
use super::profile::measured;
use super::rank::{self, HitRanking, RankKey, RankedHit, RankedHits};
use super::search_options::{HitWindow, SearchOptions};
use super::view::IndexView;
use crate::index::{IndexError, PieceField, Store};
use trialdex_plan::feedback::REACH;
use trialdex_plan::{ClauseMatching, Plan, PlanResult};
use trialdex_query::{SortBy, SortKey};
use trialdex_records::study::NctId;

/// The step in which the first hits are learned from.
const LEARNING: &str = "first hits learned from";

/// Finds and ranks the studies that are asked for.
///
/// # Errors
///
/// Where files of the index cannot be read, a query looks at too much of it, or somebody stops it.
pub fn search<'a>(store: &'a Store, wish: &SearchOptions<'_>) -> Result<Hits<'a>, IndexError> {
    found(store, wish).map_err(|error| if wish.is_stopped() { IndexError::Stopped } else { error })
}

fn found<'a>(store: &'a Store, wish: &SearchOptions<'_>) -> Result<Hits<'a>, IndexError> {
    #[expect(clippy::disallowed_methods, reason = "hits say how long it took to find them")]
    let start = Instant::now();
    let mut view = IndexView::new(store, wish.model)?.stopped_by(wish.stop);
    view.profile = wish.profile.cloned();
    let SearchRun { plan, required, ranked, feedback } = run(&view, wish)?;
    let clauses = plan.clauses.len();
    let end =
        wish.window.limit.map_or(usize::MAX, |limit| limit.saturating_add(wish.window.offset));
    let window = (1..).zip(ranked.best).take(end).skip(wish.window.offset);
    let (mut hits, mut places) = (Vec::new(), Vec::new());
    for (rank, best) in window {
        places.push(best.at);
        let nct_id = NctId::from_number(best.nct);
        hits.extend(nct_id.map(|nct_id| Hit { rank, score: best.score, nct_id }));
    }
    Ok(Hits {
        studies: view.searcher.num_docs(),
        view,
        total: ranked.total,
        required,
        clauses,
        hits,
        places,
        first: wish.window.offset + 1,
        took: start.elapsed(),
        plan,
        feedback,
    })
}

/// A plan that was carried out.
struct SearchRun {
    plan: Plan,
    /// How many clauses a hit has to have.
    required: usize,
    ranked: RankedHits,
    feedback: Option<Feedback>,
}

/// Plans a search and carries it out; again with the clauses of the closest
/// studies, where these are wanted and no study has all.
fn run(view: &IndexView<'_>, wish: &SearchOptions<'_>) -> Result<SearchRun, IndexError> {
    let asked = asked(view, wish)?;
    let planned = |plan: &dyn Fn() -> PlanResult<(Plan, usize)>| {
        let planned = measured(wish.profile, "words and names looked up", plan);
        planned.map_err(|error| view.store.failed_plan(error))
    };
    let carried_out = |(plan, required): (Plan, usize)| {
        let ranked = measured(wish.profile, "studies joined and ranked", || {
            ranked_hits(view, &plan, required, wish)
        });
        let (ranked, feedback) = ranked.map_err(|error| view.store.failed(error))?;
        Ok(SearchRun { plan, required, ranked, feedback })
    };
    let first: SearchRun = carried_out(planned(&|| asked.first_plan(wish.matching))?)?;
    if wish.matching != ClauseMatching::Closest || first.ranked.total > 0 {
        return Ok(first);
    }
    let (plan, required) = planned(&|| asked.plan(wish.matching))?;
    if required == first.required && plan.word_by_word == first.plan.word_by_word {
        return Ok(first);
    }
    carried_out((plan, required))
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
        let total = usize::try_from(view.counted(&node, wish.profile)?).unwrap_or(usize::MAX);
        return Ok((RankedHits { total, best: Vec::new() }, None));
    }
    let ncts = store.numbers(searcher)?;
    // What is learned is about words, and changes the order by relevance.
    let learns = wish.model.learns() && plan.learns && wish.order.is_empty();
    let fewest = if learns { REACH } else { 0 };
    let keys = keys(store, wish.order);
    let ranking = HitRanking::new(ncts.clone(), keys.clone(), wish.window, fewest);
    let mut ranked = view.ranked(&node, &ranking)?;
    if !learns {
        return Ok((ranked, None));
    }
    let learn = |best: &[RankedHit]| {
        measured(wish.profile, LEARNING, || Feedback::learn(store, searcher, wish.model, best))
    };
    let feedback = match plan.has_filters() {
        false => learn(&ranked.best)?,
        true => {
            // What is learned must not depend on filters, which never change
            // the ranking.
            let window = HitWindow { offset: 0, limit: Some(REACH) };
            let ranking = HitRanking::new(ncts, keys, window, fewest);
            let all = view.ranked(&plan.ranked(required), &ranking)?;
            match learn(&all.best)? {
                Some((feedback, _)) => {
                    let gains = || feedback.gains(store, searcher, &ranked.best);
                    let gains = measured(wish.profile, LEARNING, gains)?;
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

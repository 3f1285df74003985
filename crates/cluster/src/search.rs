//! Finds the studies that are asked for, and ranks them.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::answers::{hits, total, unreadable};
use crate::error::ClusterError;
use crate::feedback::Feedback;
use crate::index::ClusterIndex;
use crate::layout::{DIGEST, NUMBER, name};
use crate::ranked_hit::RankedHit;
use crate::records::HitRecords;
use crate::study_document::unsigned;
use trialdex_engine::search::{Hit, HitWindow, SearchOptions, measured};
use trialdex_plan::feedback::REACH;
use trialdex_plan::layout::IndexField;
use trialdex_plan::{ClauseMatching, Model, Plan, PlanResult, Search, SearchOutcome, Thesaurus};
use trialdex_query::{SortBy, SortKey};
use trialdex_records::study::NctId;
use trialdex_text::vocabulary::{OwnSynonyms, Vocabulary};

/// Hits that are read at a time.
const PAGE: usize = 10_000;

/// Keys that hits can be sorted by at most.
const KEYS: usize = 2;

/// What was found.
pub struct ClusterHits<'a> {
    pub(crate) index: &'a ClusterIndex,
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
    pub(crate) plan: Plan,
    pub(crate) model: Model,
    pub(crate) feedback: Option<Feedback>,
    /// Records that were read of hits.
    pub(crate) records: Mutex<HitRecords>,
}

/// Hits in their order, and the number of all.
#[derive(Debug, Default)]
struct RankedHits {
    total: usize,
    best: Vec<RankedHit>,
    /// What was learned from the first ones.
    feedback: Option<Feedback>,
}

impl ClusterIndex {
    /// Finds and ranks the studies that are asked for.
    ///
    /// # Errors
    ///
    /// Where a part of the cluster does not answer, a query looks at too much of the index, or asks
    /// for what a cluster is not asked yet.
    pub fn search(&self, wish: &SearchOptions<'_>) -> Result<ClusterHits<'_>, ClusterError> {
        #[expect(clippy::disallowed_methods, reason = "hits say how long it took to find them")]
        let start = Instant::now();
        let (plan, required, ranked) = self.run(wish)?;
        let end =
            wish.window.limit.map_or(usize::MAX, |limit| limit.saturating_add(wish.window.offset));
        let hits = (1..).zip(ranked.best).take(end).skip(wish.window.offset);
        let hits = hits.filter_map(|(rank, best)| {
            let nct_id = NctId::from_number(best.nct)?;
            Some(Hit { rank, score: best.score, nct_id })
        });
        Ok(ClusterHits {
            index: self,
            total: ranked.total,
            studies: self.notes.studies,
            required,
            clauses: plan.clauses.len(),
            hits: hits.collect(),
            took: start.elapsed(),
            plan,
            model: wish.model,
            feedback: ranked.feedback,
            records: Mutex::default(),
        })
    }

    /// Names that mean the same.
    pub(crate) fn thesaurus<'a>(&'a self, own: Option<&'a OwnSynonyms>) -> Thesaurus<'a> {
        Thesaurus::new(self, Vocabulary::built_in(), own).remembering(&self.names)
    }

    fn asked<'a>(&'a self, wish: &SearchOptions<'a>) -> Search<'a> {
        let thesaurus = self.thesaurus(wish.own);
        Search { engine: self, thesaurus, model: wish.model, question: wish.question }
    }

    /// Plans a search and carries it out; again with the clauses of the closest studies, where
    /// these are wanted and no study has all.
    fn run(&self, wish: &SearchOptions<'_>) -> Result<(Plan, usize, RankedHits), ClusterError> {
        let asked = self.asked(wish);
        let planned = |plan: &dyn Fn() -> PlanResult<(Plan, usize)>| {
            measured(wish.profile, "words and names looked up", plan)
        };
        let ranked_hits = |plan: &Plan, required| {
            let ranked = || self.ranked_hits(plan, required, wish);
            measured(wish.profile, "studies joined and ranked", ranked)
        };
        let (plan, required) = planned(&|| asked.first_plan(wish.matching))?;
        let ranked = ranked_hits(&plan, required)?;
        if wish.matching != ClauseMatching::Closest || ranked.total > 0 {
            return Ok((plan, required, ranked));
        }
        let (closest, fewer) = planned(&|| asked.plan(wish.matching))?;
        if fewer == required && closest.word_by_word == plan.word_by_word {
            return Ok((plan, required, ranked));
        }
        let ranked = ranked_hits(&closest, fewer)?;
        Ok((closest, fewer, ranked))
    }

    /// The hits up to the end of a window and the number of all.
    fn ranked_hits(
        &self,
        plan: &Plan,
        required: usize,
        wish: &SearchOptions<'_>,
    ) -> Result<RankedHits, ClusterError> {
        let (node, compiler) = (plan.node(required), self.compiler(wish.model));
        let HitWindow { offset, limit } = wish.window;
        if limit == Some(0) {
            let total = usize::try_from(self.count_of(&node)?).unwrap_or(usize::MAX);
            return Ok(RankedHits { total, ..RankedHits::default() });
        }
        // What is learned is about words, and changes the order by relevance.
        let learns = wish.model.learns() && plan.learns && wish.order.is_empty();
        let end = limit.map(|limit| limit.saturating_add(offset));
        let wanted = end.map(|end| if learns { end.max(REACH) } else { end });
        let best = |query: &Value, order: &[SortKey], wanted| -> Result<RankedHits, ClusterError> {
            self.best(query, &sort(order)?, wanted, &|| wish.is_stopped())
        };
        let mut ranked = best(&compiler.scored(&node)?, wish.order, wanted)?;
        if !learns {
            return Ok(ranked);
        }
        let learned = match plan.has_filters() {
            false => Feedback::learn(self, wish.model, &ranked.best)?,
            true => {
                // What is learned must not depend on filters, which never change the ranking.
                let query = compiler.scored(&plan.ranked(required))?;
                let all = best(&query, &[], Some(REACH))?;
                match Feedback::learn(self, wish.model, &all.best)? {
                    Some((feedback, _)) => {
                        let gains = feedback.gains(self, &ranked.best)?;
                        Some((feedback, gains))
                    }
                    None => None,
                }
            }
        };
        if let Some((mut feedback, gains)) = learned {
            feedback.add(&gains, &mut ranked.best);
            ranked.feedback = Some(feedback);
        }
        Ok(ranked)
    }

    /// The best studies of a query in an order, so many at most, and the number of all. A version
    /// does not change, so that one page follows another.
    fn best(
        &self,
        query: &Value,
        sort: &Value,
        wanted: Option<usize>,
        is_stopped: &dyn Fn() -> bool,
    ) -> Result<RankedHits, ClusterError> {
        let mut ranked = RankedHits::default();
        let mut after: Option<Value> = None;
        loop {
            if is_stopped() {
                return Err(ClusterError::Stopped);
            }
            let left = wanted.map_or(PAGE, |wanted| (wanted - ranked.best.len()).min(PAGE));
            let mut body = json!({
                "size": left,
                "query": query,
                "sort": sort,
                "track_scores": true,
                "track_total_hits": true,
                "_source": false,
            });
            if let Some(after) = after {
                body["search_after"] = after;
            }
            let answer = self.search_whole(&body)?;
            ranked.total = usize::try_from(total(&self.version, &answer)?).unwrap_or(usize::MAX);
            let expected = left.min(ranked.total.saturating_sub(ranked.best.len()));
            let hits = hits(&self.version, &answer, expected)?;
            for hit in hits {
                ranked.best.push(self.ranked(hit)?);
            }
            let enough = wanted.is_some_and(|wanted| ranked.best.len() >= wanted);
            match hits.last() {
                Some(last) if !enough && hits.len() == left => after = Some(last["sort"].clone()),
                _ => return Ok(ranked),
            }
        }
    }

    fn ranked(&self, hit: &Value) -> Result<RankedHit, ClusterError> {
        let number = hit["sort"].as_array().and_then(|sort| sort.last()?.as_u64());
        let number = number.and_then(|number| u32::try_from(number).ok());
        match (number, hit["_score"].as_f64()) {
            #[expect(clippy::cast_possible_truncation, reason = "a score is of this size")]
            (Some(nct), Some(score)) => Ok(RankedHit { nct, score: score as f32 }),
            _ => Err(unreadable(&self.version, "a hit has no number or no score")),
        }
    }

    /// The first eight bytes of the digests of some studies, by number.
    pub(crate) fn digests(&self, numbers: &[u32]) -> Result<BTreeMap<u32, u64>, ClusterError> {
        let mut found = BTreeMap::new();
        for numbers in numbers.chunks(PAGE) {
            let body = json!({
                "size": numbers.len(),
                "query": {"bool": {"filter": [{"terms": {NUMBER: numbers}}]}},
                "_source": false,
                "docvalue_fields": [NUMBER, DIGEST],
            });
            let answer = self.search_whole(&body)?;
            for hit in answer["hits"]["hits"].as_array().into_iter().flatten() {
                let number = hit["fields"][NUMBER][0].as_u64();
                let number = number.and_then(|number| u32::try_from(number).ok());
                if let (Some(number), Some(digest)) = (number, hit["fields"][DIGEST][0].as_i64()) {
                    found.insert(number, unsigned(digest));
                }
            }
        }
        Ok(found)
    }
}

/// What hits are sorted by, at last by number.
fn sort(order: &[SortKey]) -> Result<Value, ClusterError> {
    let mut keys = Vec::new();
    let mut by_score = false;
    for SortKey { by, descending } in order.iter().take(KEYS) {
        let way = if *descending { "desc" } else { "asc" };
        match by {
            SortBy::Relevance => {
                by_score = true;
                keys.push(json!({"_score": {"order": way}}));
            }
            SortBy::Field(field) => {
                let column = name(IndexField::Numbers(*field));
                let mode = if *descending { "max" } else { "min" };
                keys.push(json!({column: {"order": way, "mode": mode, "missing": "_last"}}));
            }
        }
    }
    // Studies alike in all that was asked for are sorted by relevance.
    if keys.len() < KEYS && !by_score {
        keys.push(json!({"_score": {"order": "desc"}}));
    }
    keys.push(json!({NUMBER: {"order": "asc"}}));
    Ok(Value::Array(keys))
}

impl ClusterHits<'_> {
    /// What a plan says of its outcome.
    pub(crate) fn of_outcome<T>(
        &self,
        wish: &SearchOptions<'_>,
        say: impl FnOnce(&SearchOutcome<'_>) -> PlanResult<T>,
    ) -> Result<T, ClusterError> {
        let (plan, required, total) = (&self.plan, self.required, self.total);
        let search = self.index.asked(wish);
        Ok(say(&SearchOutcome { search, plan, required, total })?)
    }
}

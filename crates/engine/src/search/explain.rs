//! Why a study is a hit, and what the words of a query brought in.

use serde::Deserialize;
use tantivy::query::EnableScoring;

use super::feedback::Learned;
use super::{Hit, Hits, Interpreted, Wish};
use crate::index::IndexError;
use trialdex_plan::{NARROWER, Node, Synonym, VOCABULARY};

/// Synonyms of a query of which it is counted how many hits came by them
/// alone, at most.
const MOST_COUNTED: usize = 50;

/// Words and names that are planned again for these counts, at most: each
/// count plans the whole query, and a query can have a thousand names.
const MOST_PLANNED: usize = 600;

/// Where a part of a score comes from. The parts of a sum add up to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Explained {
    /// The part.
    pub score: f32,
    /// What gives it: words of the query, or a condition.
    pub label: String,
    /// The terms that match, where the part is about words.
    pub terms: String,
    /// The pieces that they are in, with how often where that is more than
    /// once.
    pub pieces: String,
    /// What it is the sum of.
    pub parts: Vec<Explained>,
}

/// What words of the query matched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matched {
    /// The words, or a synonym of them.
    pub name: String,
    /// For a synonym: who says that it is one.
    pub source: Option<&'static str>,
    /// Studies in the whole index that have it.
    pub studies: usize,
    /// Hits that have it.
    pub hits: usize,
    /// For a synonym: hits that are none without it.
    pub only: Option<usize>,
}

/// tantivy's own explanation, which can only be read as JSON.
#[derive(Deserialize)]
struct Given {
    value: f32,
    description: String,
    #[serde(default)]
    details: Vec<Given>,
}

impl Given {
    fn explained(self) -> Explained {
        let parts: Vec<Explained> = self.details.into_iter().map(Given::explained).collect();
        match self.description.split_once('\u{1f}') {
            Some((terms, pieces)) => Explained {
                score: self.value,
                label: String::new(),
                terms: terms.to_owned(),
                pieces: pieces.to_owned(),
                parts,
            },
            None => Explained { parts, ..Explained::leaf(self.value, self.description) },
        }
    }
}

/// Two readings of a name, of which the lesser counts in part: its parts are
/// made so much smaller that all add up.
fn add_up(explained: &mut Explained) {
    let sum: f32 = explained.parts.iter().map(|part| part.score).sum();
    let most = explained.parts.iter().map(|part| part.score).fold(0.0, f32::max);
    if sum - explained.score <= explained.score * 1e-4 || sum <= most {
        return;
    }
    let factor = (explained.score - most).max(0.0) / (sum - most);
    let best = explained.parts.iter().position(|part| part.score == most);
    for (at, part) in explained.parts.iter_mut().enumerate() {
        if Some(at) != best {
            part.scale(factor);
        }
    }
}

impl Explained {
    fn leaf(score: f32, label: String) -> Self {
        Self { score, label, terms: String::new(), pieces: String::new(), parts: Vec::new() }
    }

    fn scale(&mut self, factor: f32) {
        self.score *= factor;
        for part in &mut self.parts {
            part.scale(factor);
        }
    }

    /// Leaves out levels that say nothing, sums of one part and parts of no
    /// worth, and puts the weightiest first.
    fn simplified(mut self) -> Self {
        self.parts = self.parts.into_iter().map(Self::simplified).collect();
        self.parts.retain(|part| part.score != 0.0);
        self.parts.sort_by(|one, other| other.score.total_cmp(&one.score));
        if self.label.starts_with("Boolean") {
            add_up(&mut self);
        }
        let sum = self.label.starts_with("BooleanClause") || self.label.starts_with("BooleanQuery");
        if sum && self.parts.len() == 1 {
            return self.parts.remove(0);
        }
        if sum {
            self.label = "sum".to_owned();
        }
        if self.label.starts_with("Const") {
            self.label = "fulfilled".to_owned();
            self.parts.clear();
        }
        self
    }
}

/// What a hit gained by words that the first hits share, beside the rest of
/// its score.
fn with_learned(
    explained: Explained,
    score: f32,
    scale: f32,
    learned: Vec<(&Learned, Vec<f32>)>,
) -> Explained {
    let gains = learned.into_iter().map(|(learned, gains)| (learned, gains[0] * scale));
    let parts = gains.filter(|(_, gain)| *gain > 0.0).map(|(learned, gain)| {
        Explained::leaf(gain, format!("`{}`, as in the first hits", learned.word))
    });
    let mut parts: Vec<Explained> = parts.collect();
    if parts.is_empty() {
        return explained;
    }
    parts.sort_by(|one, other| other.score.total_cmp(&one.score));
    let gained = parts.iter().map(|part| part.score).sum();
    let mut shared = Explained::leaf(gained, "words that the first hits share".to_owned());
    shared.parts = parts;
    let mut sum = Explained::leaf(score, "sum".to_owned());
    sum.parts = if explained.label == "sum" { explained.parts } else { vec![explained] };
    sum.parts.push(shared);
    sum
}

impl Hits<'_> {
    /// Why a hit has its score.
    ///
    /// # Errors
    ///
    /// Where files of the index cannot be read.
    pub fn explain(&self, hit: &Hit) -> Result<Explained, IndexError> {
        let failed = |error| self.view.store.failed(error);
        let query = self.view.query(&self.plan.node(self.required)).map_err(failed)?;
        let scoring = EnableScoring::enabled_from_searcher(&self.view.searcher);
        let weight = query.weight(scoring).map_err(failed)?;
        let reader = self.view.searcher.segment_reader(hit.at.segment_ord);
        let explanation = weight.explain(reader, hit.at.doc_id).map_err(failed)?;
        let json = explanation.to_pretty_json();
        let given: Given = serde_json::from_str(&json).map_err(|error| {
            failed(tantivy::TantivyError::InternalError(format!("explanation: {error}")))
        })?;
        let explained = given.explained().simplified();
        match &self.feedback {
            Some(feedback) if hit.rank <= feedback.gaining => {
                let learned =
                    feedback.gains_by_word(&self.view.searcher, &[hit.at]).map_err(failed)?;
                Ok(with_learned(explained, hit.score, feedback.scale, learned))
            }
            _ => Ok(explained),
        }
    }

    /// For each run of words that are looked for together, what of it
    /// matched how many studies of the index, and how many hits came in by
    /// each synonym alone. `wish` is what the hits were found by.
    ///
    /// # Errors
    ///
    /// Where files of the index cannot be read.
    pub fn matched(&self, wish: &Wish<'_>) -> Result<Vec<Vec<Matched>>, IndexError> {
        let all_hits = self.plan.node(self.required);
        let (mut all, mut asked, most) = (Vec::new(), 0, self.most_counted());
        for understood in &self.plan.understood {
            let mut matched = Vec::new();
            for (synonym, node) in understood.by_name() {
                let studies = self.view.count(&node)?;
                let found = Node::Every(vec![node, all_hits.clone()]);
                let hits = if studies == 0 { 0 } else { self.view.count(&found)? };
                let synonym = synonym.map(|at| &understood.synonyms[at]);
                // Each asks for the whole query again.
                asked += usize::from(synonym.is_some());
                let counted = synonym.filter(|_| asked <= most && !understood.negated);
                let only = counted.map(|synonym| self.only_by(wish, synonym)).transpose()?;
                matched.push(Matched {
                    name: synonym.map_or_else(|| understood.typed.clone(), |s| s.written.clone()),
                    source: synonym.map(|synonym| synonym.source),
                    studies,
                    hits,
                    only,
                });
            }
            all.push(matched);
        }
        Ok(all)
    }

    /// Synonyms of which it is counted how many hits came by them alone.
    pub(super) fn most_counted(&self) -> usize {
        let size = |words: &Interpreted| 1 + words.synonyms.len();
        let planned = self.plan.understood.iter().map(size).sum::<usize>();
        (MOST_PLANNED / planned.max(1)).min(MOST_COUNTED)
    }

    /// Hits that are none without a synonym.
    pub(super) fn only_by(&self, wish: &Wish<'_>, synonym: &Synonym) -> Result<usize, IndexError> {
        if self.total == 0 {
            return Ok(0);
        }
        let planner = self.planner(wish)?.without(&synonym.terms);
        let plan = planner.plan(&wish.question.ranked, &wish.question.filters);
        let plan = plan.map_err(|error| self.view.store.failed_plan(error))?;
        Ok(self.total.saturating_sub(self.view.count(&plan.node(self.required))?))
    }

    /// What the vocabulary is, where names of it were looked for.
    ///
    /// # Errors
    ///
    /// Where the vocabulary of the index cannot be read.
    pub fn vocabulary(&self) -> Result<Option<&str>, IndexError> {
        let mut synonyms = self.plan.understood.iter().flat_map(|words| &words.synonyms);
        let used = synonyms.any(|synonym| [VOCABULARY, NARROWER].contains(&synonym.source));
        Ok(if used { Some(self.view.store.vocabulary()?.source()) } else { None })
    }
}

#[cfg(test)]
mod tests;

//! Why a study is a hit.

use serde::Deserialize;
use tantivy::query::EnableScoring;
use tantivy::{DocAddress, TantivyError};

use super::feedback::Learned;
use super::hits::{Hit, Hits};
use super::view::IndexView;
use crate::index::IndexError;
use trialdex_plan::feedback::LearnedWord;
use trialdex_plan::{NARROWER, Node, Score, VOCABULARY};

/// Where a part of a score comes from. The parts of a sum add up to it.
#[derive(Debug, Clone, PartialEq)]
pub struct ScoreExplanation {
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
    pub parts: Vec<ScoreExplanation>,
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
    fn explained(self) -> ScoreExplanation {
        let parts: Vec<ScoreExplanation> = self.details.into_iter().map(Given::explained).collect();
        match self.description.split_once('\u{1f}') {
            Some((terms, pieces)) => ScoreExplanation {
                score: self.value,
                label: String::new(),
                terms: terms.to_owned(),
                pieces: pieces.to_owned(),
                parts,
            },
            None => {
                ScoreExplanation { parts, ..ScoreExplanation::leaf(self.value, self.description) }
            }
        }
    }
}

/// Scales the parts of a name with two readings, since the lesser reading
/// counts in part: all parts add up to the score.
fn add_up(explained: &mut ScoreExplanation) {
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

impl ScoreExplanation {
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

/// Why the first hits have a greater score.
const KEPT: &str = "one of the first hits by what was typed";

/// Why hits have a greater score that are about the same.
const LIKE: &str = "like the first hits";

/// A sum with one more part, if it is worth anything.
fn added(explained: ScoreExplanation, score: f32, part: ScoreExplanation) -> ScoreExplanation {
    if part.score <= 0.0 {
        return explained;
    }
    let mut sum = ScoreExplanation::leaf(score, "sum".to_owned());
    sum.parts = if explained.label == "sum" { explained.parts } else { vec![explained] };
    sum.parts.push(part);
    sum
}

/// What a hit gained by words that the first hits share, each its part of the whole.
fn of_learned(
    gained: impl Fn(f32) -> f32,
    learned: Vec<(&LearnedWord, Vec<f32>)>,
) -> ScoreExplanation {
    let sum: f32 = learned.iter().map(|(_, gains)| gains[0]).sum();
    let scale = if sum > 0.0 { gained(sum) / sum } else { 0.0 };
    let gains = learned.into_iter().map(|(learned, gains)| (learned, gains[0] * scale));
    let parts = gains.filter(|(_, gain)| *gain > 0.0).map(|(learned, gain)| {
        ScoreExplanation::leaf(gain, format!("`{}`, as in the first hits", learned.word))
    });
    let mut parts: Vec<ScoreExplanation> = parts.collect();
    parts.sort_by(|one, other| other.score.total_cmp(&one.score));
    let gained = parts.iter().map(|part| part.score).sum();
    let mut shared = ScoreExplanation::leaf(gained, "words that the first hits share".to_owned());
    shared.parts = parts;
    shared
}

/// What the first hits gained besides.
pub(super) struct Gains<'a> {
    pub(super) learned: &'a Learned,
    /// How many of the hits kept their place.
    pub(super) kept: usize,
    /// The place of the last hit that gained.
    pub(super) gaining: usize,
    /// What is added to the hits that kept their place.
    pub(super) lift: Score,
    /// What a hit gains by learned words with such a sum.
    pub(super) gained: &'a dyn Fn(Score) -> Score,
}

impl IndexView<'_> {
    /// Why a hit of a plan, whose study is at a place, has its score.
    pub(super) fn explain(
        &self,
        node: &Node,
        (hit, at): (&Hit, DocAddress),
        gains: Option<&Gains<'_>>,
    ) -> tantivy::Result<ScoreExplanation> {
        let scoring = EnableScoring::enabled_from_searcher(&self.searcher);
        let weight = self.query(node)?.weight(scoring)?;
        let reader = self.searcher.segment_reader(at.segment_ord);
        let explanation = weight.explain(reader, at.doc_id)?;
        let given: Given = serde_json::from_str(&explanation.to_pretty_json())
            .map_err(|error| TantivyError::InternalError(format!("explanation: {error}")))?;
        let explained = given.explained().simplified();
        let Some(gains) = gains.filter(|gains| hit.rank <= gains.gaining) else {
            return Ok(explained);
        };
        let gained = ScoreExplanation::leaf(gains.learned.likeness(at), LIKE.to_owned());
        let explained = added(explained, hit.score, gained);
        if hit.rank <= gains.kept {
            let lift = ScoreExplanation::leaf(gains.lift, KEPT.to_owned());
            return Ok(added(explained, hit.score, lift));
        }
        let learned = gains.learned.gains_by_word(
            &self.searcher,
            self.store.executor(&self.searcher),
            &[at],
        )?;
        Ok(added(explained, hit.score, of_learned(gains.gained, learned)))
    }
}

impl Hits<'_> {
    /// Why a hit has its score.
    ///
    /// # Errors
    ///
    /// Where files of the index cannot be read.
    pub fn explain(&self, hit: &Hit) -> Result<ScoreExplanation, IndexError> {
        let feedback = self.feedback.as_ref();
        let gained = |words| feedback.map_or(0.0, |feedback| feedback.order.gained(words));
        let gains = feedback.map(|feedback| Gains {
            learned: &feedback.learned,
            kept: feedback.kept,
            gaining: feedback.gaining,
            lift: feedback.order.lift,
            gained: &gained,
        });
        let (node, at) = (self.plan.node(self.required), self.place(hit));
        let explained = self.view.explain(&node, (hit, at), gains.as_ref());
        explained.map_err(|error| self.view.store.failed(error))
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

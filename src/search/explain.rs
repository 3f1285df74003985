//! Why a study is a hit, and what the words of a query brought in.

use serde::Deserialize;
use tantivy::collector::Count;
use tantivy::query::{EnableScoring, Query};

use super::{Hit, Hits};
use crate::index::IndexError;

/// Where a part of a score comes from. The parts of a sum add up to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Explained {
    /// The part.
    pub score: f32,
    /// What gives it: words of the query, or a condition.
    pub label: String,
    /// The terms that match, where the part is about words.
    pub terms: String,
    /// The pieces that they stand in, with how often where that is more than
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
            None => Explained {
                score: self.value,
                label: self.description,
                terms: String::new(),
                pieces: String::new(),
                parts,
            },
        }
    }
}

impl Explained {
    /// Leaves out levels that say nothing, sums of one part and parts of no
    /// worth, and puts the weightiest first.
    fn simplified(mut self) -> Self {
        self.parts = self.parts.into_iter().map(Self::simplified).collect();
        self.parts.retain(|part| part.score != 0.0);
        self.parts.sort_by(|one, other| other.score.total_cmp(&one.score));
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

impl Hits<'_> {
    /// Why a hit has its score.
    ///
    /// # Errors
    ///
    /// Where files of the index cannot be read.
    pub fn explain(&self, hit: &Hit) -> Result<Explained, IndexError> {
        let failed = |error| self.store.failed(error);
        let query = self.plan.query(self.required);
        let scoring = EnableScoring::enabled_from_searcher(&self.searcher);
        let weight = query.weight(scoring).map_err(failed)?;
        let reader = self.searcher.segment_reader(hit.at.segment_ord);
        let explanation = weight.explain(reader, hit.at.doc_id).map_err(failed)?;
        let json = explanation.to_pretty_json();
        let given: Given = serde_json::from_str(&json).map_err(|error| {
            failed(tantivy::TantivyError::InternalError(format!("explanation: {error}")))
        })?;
        Ok(given.explained().simplified())
    }

    /// For each run of words that are looked for together, what of it
    /// matched how many studies of the index.
    ///
    /// # Errors
    ///
    /// Where files of the index cannot be read.
    pub fn matched(&self) -> Result<Vec<Vec<Matched>>, IndexError> {
        let mut all = Vec::new();
        for understood in &self.plan.understood {
            let mut matched = Vec::new();
            for (synonym, query) in understood.queries() {
                let studies = self
                    .searcher
                    .search(&query, &Count)
                    .map_err(|error| self.store.failed(error))?;
                let synonym = synonym.map(|at| &understood.synonyms[at]);
                matched.push(Matched {
                    name: synonym.map_or_else(|| understood.typed.clone(), |s| s.written.clone()),
                    source: synonym.map(|synonym| synonym.source),
                    studies,
                });
            }
            all.push(matched);
        }
        Ok(all)
    }
}

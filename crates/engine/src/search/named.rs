//! By which of the names that are looked for each hit is found.

use tantivy::query::EnableScoring;
use tantivy::{DocAddress, TERMINATED};

use super::hits::{Hit, Hits};
use crate::index::IndexError;
use trialdex_plan::{InterpretedWords, Node};

/// The names by which a hit was found, for some words of the query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WordNames<'a> {
    /// The words as typed.
    pub typed: &'a str,
    /// It has the words themselves.
    pub itself: bool,
    /// The synonyms that it has, in the order in which they are looked for.
    pub synonyms: Vec<&'a str>,
}

/// The same for all hits.
pub struct HitNames {
    words: Vec<OfWords>,
}

/// The hits that have words of the query, sorted by their places in the index.
struct OfWords {
    typed: String,
    itself: Vec<DocAddress>,
    synonyms: Vec<(String, Vec<DocAddress>)>,
}

impl HitNames {
    /// What a hit has, for all words that have synonyms.
    #[must_use]
    pub fn of(&self, hit: &Hit) -> Vec<WordNames<'_>> {
        let has = |hits: &[DocAddress]| hits.binary_search(&hit.at).is_ok();
        let words = self.words.iter().map(|words| {
            let synonyms = words.synonyms.iter().filter(|(_, hits)| has(hits));
            WordNames {
                typed: &words.typed,
                itself: has(&words.itself),
                synonyms: synonyms.map(|(name, _)| name.as_str()).collect(),
            }
        });
        words.collect()
    }
}

impl Hits<'_> {
    /// By which names the hits are found.
    ///
    /// # Errors
    ///
    /// Where files of the index cannot be read.
    pub fn names(&self) -> Result<HitNames, IndexError> {
        let mut hits: Vec<DocAddress> = self.hits.iter().map(|hit| hit.at).collect();
        hits.sort_unstable();
        let mut words: Vec<OfWords> = Vec::new();
        for (at, understood) in self.plan.understood.iter().enumerate() {
            let known = words.iter().any(|words| words.typed == understood.typed);
            if !known && !understood.synonyms.is_empty() {
                let found =
                    self.of_words(at, &hits).map_err(|error| self.view.store.failed(error))?;
                words.push(found);
            }
        }
        Ok(HitNames { words })
    }

    /// Which of some hits have the words at that place of the query.
    fn of_words(&self, at: usize, hits: &[DocAddress]) -> tantivy::Result<OfWords> {
        let understood = &self.plan.understood[at];
        let (mut itself, mut synonyms) = (Vec::new(), Vec::new());
        for (synonym, node) in understood.by_name() {
            let found = self.those_with(&node, hits)?;
            match synonym {
                Some(at) => synonyms.push((understood.synonyms[at].written.clone(), found)),
                None => itself = found,
            }
        }
        // Where the words may be apart, those that have each have them.
        if let Some(apart) = apart(&self.plan.understood[at..]) {
            let mut each = hits.to_vec();
            for words in apart {
                each = self.those_with(&Node::Evidence(words.evidence.clone()), &each)?;
            }
            itself.extend(each);
            itself.sort_unstable();
            itself.dedup();
        }
        Ok(OfWords { typed: understood.typed.clone(), itself, synonyms })
    }

    /// Those of some sorted hits that a part of a plan finds.
    pub(super) fn those_with(
        &self,
        node: &Node,
        hits: &[DocAddress],
    ) -> tantivy::Result<Vec<DocAddress>> {
        let searcher = &self.view.searcher;
        let scoring = EnableScoring::disabled_from_searcher(searcher);
        let weight = self.view.query(node)?.weight(scoring)?;
        let mut found = Vec::new();
        for of_segment in hits.chunk_by(|one, other| one.segment_ord == other.segment_ord) {
            let reader = searcher.segment_reader(of_segment[0].segment_ord);
            let mut scorer = weight.scorer(reader, 1.0)?;
            for hit in of_segment {
                if scorer.doc() < hit.doc_id && scorer.seek(hit.doc_id) == TERMINATED {
                    break;
                }
                if scorer.doc() == hit.doc_id {
                    found.push(*hit);
                }
            }
        }
        Ok(found)
    }
}

/// The single words of the first of some words, which follow it where they
/// may be apart.
fn apart(understood: &[InterpretedWords]) -> Option<Vec<&InterpretedWords>> {
    let (first, following) = understood.split_first()?;
    let typed: Vec<&str> = first.typed.split(' ').collect();
    let mut apart: Vec<&InterpretedWords> = Vec::new();
    for words in following {
        let rest = &typed[apart.len()..];
        if rest.first() == Some(&words.typed.as_str()) {
            apart.push(words);
        } else if !rest.join(" ").starts_with(&words.typed) {
            return None;
        }
        if apart.len() == typed.len() {
            break;
        }
    }
    (typed.len() > 1 && apart.len() == typed.len()).then_some(apart)
}

//! By which of the names that are looked for each hit is found.

use tantivy::query::EnableScoring;
use tantivy::{DocAddress, TERMINATED};

use super::hits::{Hit, Hits};
use crate::index::IndexError;
use trialdex_plan::{InterpretedWords, Node};
use trialdex_records::study::NctId;

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

/// The hits that have words of the query, sorted.
struct OfWords {
    typed: String,
    itself: Vec<NctId>,
    synonyms: Vec<(String, Vec<NctId>)>,
}

/// Those of some sorted hits that a part of a plan finds.
pub(super) type ThoseWith<'a, E> = &'a dyn Fn(&Node, &[NctId]) -> Result<Vec<NctId>, E>;

impl HitNames {
    /// By which names hits are found; `those_with` says which of some hits, sorted by their
    /// numbers, a part of a plan finds.
    ///
    /// # Errors
    ///
    /// Those of `those_with`.
    pub fn found<E>(
        understood: &[InterpretedWords],
        hits: &[Hit],
        those_with: ThoseWith<'_, E>,
    ) -> Result<Self, E> {
        let hits = sorted(hits);
        let mut words: Vec<OfWords> = Vec::new();
        for (at, of_word) in understood.iter().enumerate() {
            let known = words.iter().any(|words| words.typed == of_word.typed);
            if !known && !of_word.synonyms.is_empty() {
                words.push(OfWords::found(&understood[at..], of_word, &hits, those_with)?);
            }
        }
        Ok(Self { words })
    }

    /// What a hit has, for all words that have synonyms.
    #[must_use]
    pub fn of(&self, hit: &Hit) -> Vec<WordNames<'_>> {
        let has = |hits: &[NctId]| hits.binary_search(&hit.nct_id).is_ok();
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

/// The numbers of hits, sorted.
pub(super) fn sorted(hits: &[Hit]) -> Vec<NctId> {
    let mut numbers: Vec<NctId> = hits.iter().map(|hit| hit.nct_id).collect();
    numbers.sort_unstable();
    numbers
}

impl OfWords {
    /// Which of some hits have words, which others follow in the query.
    fn found<E>(
        following: &[InterpretedWords],
        understood: &InterpretedWords,
        hits: &[NctId],
        those_with: ThoseWith<'_, E>,
    ) -> Result<Self, E> {
        let (mut itself, mut synonyms) = (Vec::new(), Vec::new());
        for (synonym, node) in understood.by_name() {
            let found = those_with(&node, hits)?;
            match synonym {
                Some(at) => synonyms.push((understood.synonyms[at].written.clone(), found)),
                None => itself = found,
            }
        }
        // Where the words may be apart, those that have each have them.
        if let Some(apart) = apart(following) {
            let mut each = hits.to_vec();
            for words in apart {
                each = those_with(&Node::Evidence(words.evidence.clone()), &each)?;
            }
            itself.extend(each);
            itself.sort_unstable();
            itself.dedup();
        }
        Ok(Self { typed: understood.typed.clone(), itself, synonyms })
    }
}

impl Hits<'_> {
    /// By which names the hits are found.
    ///
    /// # Errors
    ///
    /// Where files of the index cannot be read.
    pub fn names(&self) -> Result<HitNames, IndexError> {
        HitNames::found(&self.plan.understood, &self.hits, &|node, hits| {
            self.those_with(node, hits)
        })
    }

    /// Those of some hits, sorted by their numbers, that a part of a plan finds, sorted in the same
    /// way.
    pub(super) fn those_with(&self, node: &Node, hits: &[NctId]) -> Result<Vec<NctId>, IndexError> {
        let asked = self.hits.iter().filter(|hit| hits.binary_search(&hit.nct_id).is_ok());
        let mut places: Vec<(DocAddress, NctId)> =
            asked.map(|hit| (self.place(hit), hit.nct_id)).collect();
        places.sort_unstable_by_key(|(at, _)| *at);
        let found = self.at_places(node, &places);
        let mut found = found.map_err(|error| self.view.store.failed(error))?;
        found.sort_unstable();
        Ok(found)
    }

    /// Those of some studies, sorted by their places, that a part of a plan finds.
    pub(super) fn at_places(
        &self,
        node: &Node,
        hits: &[(DocAddress, NctId)],
    ) -> tantivy::Result<Vec<NctId>> {
        let searcher = &self.view.searcher;
        let scoring = EnableScoring::disabled_from_searcher(searcher);
        let weight = self.view.query(node)?.weight(scoring)?;
        let mut found = Vec::new();
        let segment = |(at, _): &(DocAddress, NctId)| at.segment_ord;
        for of_segment in hits.chunk_by(|one, other| segment(one) == segment(other)) {
            let reader = searcher.segment_reader(segment(&of_segment[0]));
            let mut scorer = weight.scorer(reader, 1.0)?;
            for (at, nct) in of_segment {
                if scorer.doc() < at.doc_id && scorer.seek(at.doc_id) == TERMINATED {
                    break;
                }
                if scorer.doc() == at.doc_id {
                    found.push(*nct);
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

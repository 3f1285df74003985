//! Other words for those of a query that none of its first hits has, on any engine.
//!
//! Records often name a thing otherwise than a query does. Where the first hits lack a word,
//! another one in its place may find what is meant. Other words are those that the vocabulary or
//! the records give for it but that are not looked for, since it is doubted that they mean the
//! same, and those that the first hits share and that are like it by the vectors of words.
//!
//! They are proposed alone: hits and their order do not depend on them.

use serde::{Deserialize, Serialize};

use crate::error::PlanResult;
use crate::feedback::LearnedWord;
use crate::look_up::{LookedUp, look_up};
use crate::planner::InterpretedWords;
use crate::thesaurus::Thesaurus;
use crate::tree::Node;
use crate::words::terms_of;
use trialdex_records::study::areas::WORDS;
use trialdex_text::vectors::WordVectors;
use trialdex_text::{is_common, parts_analyzer};

/// First hits that are looked at, none of which has the word: as many as are learned from. With
/// the other word, recall@100 rises by 0.13 on average over the seven judged topics that this
/// holds for; where one or two of them have the word, it falls.
pub const FIRST: usize = 10;

/// Other words that are proposed at most, of all words of a query together.
const MOST: usize = 3;

/// How like a word another one is at least, by the cosine of their vectors.
const LIKE: f32 = 0.5;

/// A word of a query that none of its first hits has, and another one to type in its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OtherWording {
    /// The word as typed.
    pub typed: String,
    /// How many first hits were looked at.
    pub first: usize,
    /// The other word or name.
    pub other: String,
}

/// The words of a query that none of the first hits has, nor a synonym; `having` says how many of
/// the first hits a part of a plan finds.
///
/// # Errors
///
/// Those of `having`.
pub fn lacked_words<E>(
    understood: &[InterpretedWords],
    mut having: impl FnMut(&Node) -> Result<usize, E>,
) -> Result<Vec<&InterpretedWords>, E> {
    let mut lacked = Vec::new();
    for words in understood.iter().filter(|words| is_single_word(words)) {
        let mut nodes = vec![Node::Evidence(words.evidence.clone())];
        nodes.extend(words.besides.iter().cloned());
        if having(&Node::any(nodes))? == 0 {
            lacked.push(words);
        }
    }
    Ok(lacked)
}

/// Whether words are a single one that says something, in texts.
fn is_single_word(words: &InterpretedWords) -> bool {
    let term = words.terms.first().and_then(|slot| slot.first());
    let says = term.is_some_and(|term| !is_common(term));
    says && words.terms.len() == 1 && !words.negated && words.area == WORDS.name
}

/// Other words for those that are lacked, the surest first; `learned` are those that the first hits
/// share, and `understood` is the whole query.
///
/// # Errors
///
/// Where the index cannot be read.
pub fn other_wordings(
    thesaurus: Thesaurus<'_>,
    understood: &[InterpretedWords],
    lacked: &[&InterpretedWords],
    learned: &[LearnedWord],
) -> PlanResult<Vec<OtherWording>> {
    let known = known_terms(understood);
    let mut proposed: Vec<OtherWording> = Vec::new();
    for words in lacked {
        let looked_up = look_up(thesaurus, &words.typed, "", false)?;
        for other in doubted_names(&looked_up).into_iter().chain(like_words(words, learned)) {
            let is_new =
                !terms_of(&mut parts_analyzer(), &other).iter().all(|it| known.contains(it));
            if is_new && is_plain(&other) && proposed.iter().all(|it| it.other != other) {
                let typed = words.typed.clone();
                proposed.push(OtherWording { typed, first: FIRST, other });
            }
        }
    }
    proposed.truncate(MOST);
    Ok(proposed)
}

/// All terms that a query looks for anyway.
fn known_terms(understood: &[InterpretedWords]) -> Vec<String> {
    let typed = understood.iter().flat_map(|words| words.terms.iter().flatten());
    let synonyms = understood.iter().flat_map(|words| &words.synonyms);
    typed.chain(synonyms.flat_map(|synonym| &synonym.terms)).cloned().collect()
}

/// Names that are not looked for, since it is doubted that they mean the same, those first that
/// most studies have.
fn doubted_names(looked_up: &LookedUp) -> Vec<String> {
    let doubted = looked_up.names.iter().filter(|name| name.verdict.is_doubt() && name.studies > 0);
    let mut doubted: Vec<_> = doubted.collect();
    doubted.sort_by_key(|name| std::cmp::Reverse(name.studies));
    doubted.into_iter().map(|name| name.written.to_lowercase()).collect()
}

/// Learned words whose vectors are like that of a word, the likest first.
fn like_words(words: &InterpretedWords, learned: &[LearnedWord]) -> Vec<String> {
    let vectors = WordVectors::built_in();
    let direction = |term: &str| Some(vectors.of(term)?.0);
    let typed = words.terms.first().and_then(|slot| slot.first());
    let Some(typed) = typed.and_then(|term| direction(term)) else { return Vec::new() };
    let like = learned.iter().filter_map(|learned| {
        let likeness = direction(&learned.word)?.likeness(&typed);
        (likeness >= LIKE).then_some((likeness, &learned.word))
    });
    let mut like: Vec<(f32, &String)> = like.collect();
    like.sort_by(|one, other| other.0.total_cmp(&one.0).then_with(|| one.1.cmp(other.1)));
    like.into_iter().map(|(_, word)| word.clone()).collect()
}

/// Whether a name can be typed among plain words.
fn is_plain(name: &str) -> bool {
    name.chars().all(|c| c.is_alphanumeric() || c == ' ' || c == '-')
}

#[cfg(test)]
mod tests;

use std::convert::Infallible;

use trialdex_query::{MatchOptions, Parameter, Request};
use trialdex_text::vocabulary::Vocabulary;

use super::*;
use crate::model::Model;
use crate::search::{ClauseMatching, Search};
use crate::test_index::TestIndex;

/// The words of a query of which any will do.
fn understood(index: &TestIndex, words: &str) -> Vec<InterpretedWords> {
    let queries = vec![(Parameter::Words, words.to_owned())];
    let manner = MatchOptions { any: true, ..MatchOptions::default() };
    let request = Request { queries, manner, ..Request::default() };
    let understood = request.understand().expect("understood");
    let thesaurus = Thesaurus::new(index, Vocabulary::built_in(), None);
    let (model, question) = (Model::default(), &understood.question);
    let search = Search { engine: index, thesaurus, model, question };
    search.plan(ClauseMatching::All).expect("a plan").0.understood
}

/// Words that no first hit has, where so many have each of some words.
fn lacked<'u>(
    understood: &'u [InterpretedWords],
    having: &[(&str, usize)],
) -> Vec<&'u InterpretedWords> {
    let count = |node: &Node| -> Result<usize, Infallible> {
        let label = match node {
            Node::Evidence(evidence) => evidence.label.clone(),
            other => format!("{other:?}"),
        };
        Ok(having.iter().find(|(word, _)| label.contains(word)).map_or(FIRST, |(_, hits)| *hits))
    };
    let Ok(lacked) = lacked_words(understood, count);
    lacked
}

fn learned(words: &[&str]) -> Vec<LearnedWord> {
    let learned = |word: &&str| LearnedWord { word: (*word).to_owned(), weight: 0.1, worth: 1.0 };
    words.iter().map(learned).collect()
}

fn proposed(index: &TestIndex, words: &str, of_first: &[(&str, usize)]) -> Vec<OtherWording> {
    let understood = understood(index, words);
    let lacked = lacked(&understood, of_first);
    let thesaurus = Thesaurus::new(index, Vocabulary::built_in(), None);
    let learned = learned(&["renal", "glomerular", "tea", "insomnia", "filtration", "tubular"]);
    other_wordings(thesaurus, &understood, &lacked, &learned).expect("wordings")
}

#[test]
fn a_word_is_lacked_that_none_of_the_first_hits_has() {
    let index = TestIndex::of(&["kidney stone", "kidney pain of the patient"]);
    let words = understood(&index, "kidney stone pain patient");
    let found = lacked(&words, &[("kidney", 0), ("stone", 1), ("patient", 0)]);
    // `patient` says nothing.
    assert_eq!(found.iter().map(|it| it.typed.as_str()).collect::<Vec<_>>(), ["kidney"]);
}

#[test]
fn words_of_the_first_hits_that_are_like_a_scarce_one_are_proposed() {
    let index = TestIndex::of(&["kidney stone", "renal stone"]);
    let found = proposed(&index, "kidney stone", &[("kidney", 0)]);
    let others: Vec<&str> = found.iter().map(|it| it.other.as_str()).collect();
    assert_eq!(others.len(), MOST);
    assert!(["renal", "glomerular", "tubular"].iter().all(|it| others.contains(it)), "{others:?}");
    assert!(found.iter().all(|it| (it.typed.as_str(), it.first) == ("kidney", FIRST)));
}

#[test]
fn what_is_typed_anyway_is_not_proposed() {
    let index = TestIndex::of(&["kidney stone", "renal stone"]);
    let found = proposed(&index, "kidney renal stone", &[("kidney", 0)]);
    assert!(found.iter().all(|it| it.other != "renal"), "{found:?}");
    assert_eq!(proposed(&index, "kidney stone", &[]), []);
}

//! Searches over a few texts.

use trialdex_query::{Filter, Parameter, Request, UnderstoodRequest};
use trialdex_text::vocabulary::Vocabulary;

use super::*;
use crate::model::Model;
use crate::test_index::TestIndex;
use crate::thesaurus::Thesaurus;

fn understood(words: &str, filters: &[(Filter, &str)]) -> UnderstoodRequest {
    let filters = filters.iter().map(|(filter, typed)| (*filter, (*typed).to_owned()));
    let queries = vec![(Parameter::Words, words.to_owned())];
    let request = Request { queries, filters: filters.collect(), ..Request::default() };
    request.understand().expect("understood")
}

fn search<'a>(index: &'a TestIndex, understood: &'a UnderstoodRequest) -> Search<'a> {
    let thesaurus = Thesaurus::new(index, Vocabulary::built_in(), None);
    Search { engine: index, thesaurus, model: Model::default(), question: &understood.question }
}

/// Clauses that are asked for, of how many, and the studies found so.
fn closest(index: &TestIndex, words: &str) -> (usize, usize, u64) {
    let understood = understood(words, &[]);
    let search = search(index, &understood);
    let (plan, required) = search.plan(ClauseMatching::of(&understood)).expect("planned");
    (required, plan.clauses.len(), index.count(&plan.node(required)).expect("counted"))
}

#[test]
fn plain_words_fall_back_to_as_many_as_any_study_has() {
    let index = TestIndex::of(&["tea scones jam", "tea scones", "tea", "milk"]);
    assert_eq!(closest(&index, "tea scones jam"), (3, 3, 1));
    assert_eq!(closest(&index, "tea scones jam butter"), (3, 4, 1));
    assert_eq!(closest(&index, "butter milk"), (1, 2, 1));
    assert_eq!(closest(&index, "butter cream"), (1, 2, 0));
}

#[test]
fn expressions_find_what_they_say_or_nothing() {
    let index = TestIndex::of(&["tea scones"]);
    assert_eq!(closest(&index, "tea AND butter"), (2, 2, 0));
}

#[test]
fn a_name_that_no_study_has_is_looked_for_word_by_word() {
    let index = TestIndex::of(&["heart", "surgery"]);
    let understood = understood("heart attack", &[]);
    let search = search(&index, &understood);
    let (plan, required) = search.plan(ClauseMatching::Closest).expect("planned");
    assert!(plan.word_by_word);
    assert_eq!((required, plan.clauses.len()), (1, 2));
}

#[test]
fn a_funnel_says_what_each_part_leaves() {
    let index = TestIndex::of(&["tea scones", "tea", "scones"]);
    let understood = understood("tea AND scones AND milk", &[]);
    let search = search(&index, &understood);
    let (plan, required) = search.plan(ClauseMatching::All).expect("planned");
    let outcome = SearchOutcome { search, plan: &plan, required, total: 0 };
    let funnel = outcome.funnel(&understood.parts).expect("counted");
    let steps: Vec<(&str, usize, usize)> =
        funnel.iter().map(|step| (step.part.as_str(), step.left, step.alone)).collect();
    assert_eq!(steps, [("tea", 2, 2), ("scones", 1, 2), ("milk", 0, 0)]);
    let disclosed = outcome.disclosure(&understood.parts).expect("counted");
    assert_eq!(disclosed.funnel, funnel, "nothing was found");
}

#[test]
fn a_disclosure_says_which_names_brought_in_what() {
    let said = "scone\u{1f}i\u{1f}bakewell";
    let studies = ["scone bakewell", "scone bakewell", "scone bakewell", "bakewell", "milk"];
    let index = TestIndex::of(&studies)
        .with_pair("scone\u{1f}i", &[0, 1, 2])
        .with_pair(said, &[0, 1, 2])
        .with_pair("bakewell\u{1f}i", &[0, 1, 2]);
    let understood = understood("scone", &[]);
    let search = search(&index, &understood);
    let (plan, required) = search.plan(ClauseMatching::All).expect("planned");
    let total = usize::try_from(index.count(&plan.node(required)).expect("counted"));
    let total = total.expect("few");
    let outcome = SearchOutcome { search, plan: &plan, required, total };
    let disclosed = outcome.disclosure(&understood.parts).expect("counted");
    let names = &disclosed.also_searched[0].names;
    assert_eq!((names[0].name.as_str(), names[0].only_hits), ("bakewell", Some(1)));
    let matched = outcome.matched().expect("counted");
    let counts: Vec<(u64, u64)> = matched[0].iter().map(|one| (one.studies, one.hits)).collect();
    assert_eq!(counts, [(3, 3), (4, 4)]);
}

use tantivy::Term;
use tantivy::query::{AllQuery, Occur, TermQuery};
use tantivy::schema::IndexRecordOption;

use super::super::small::{Draft, Small, assert_near, assert_walks, only, scorer, scores};
use super::*;

fn small() -> Small {
    let texts = ["c", "a", "b", "c", "a b"];
    Small::new(&[texts.iter().map(|text| Draft::of(text)).collect()])
}

fn term(small: &Small, word: &str) -> Box<dyn Query> {
    let term = Term::from_field_text(small.text, word);
    Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs))
}

/// Documents with `a` or `b`: 1, 2 and 4.
fn either(small: &Small) -> Box<dyn Query> {
    let parts = ["a", "b"].map(|word| (Occur::Should, term(small, word)));
    Box::new(BooleanQuery::new(parts.into()))
}

#[test]
fn documents_and_scores_are_those_of_the_query() {
    let small = small();
    let searcher = small.searcher();
    let expected = scores(&searcher, only(&searcher), &*either(&small));
    assert_eq!(expected.iter().map(|(doc, _)| *doc).collect::<Vec<_>>(), [1, 2, 4]);
    let steady = Steady(either(&small));
    assert_walks(|| scorer(&searcher, only(&searcher), &steady), &expected);
}

#[test]
fn a_document_before_the_first_one_is_no_hit_that_could_be_explained() {
    let small = small();
    let searcher = small.searcher();
    let scoring = EnableScoring::enabled_from_searcher(&searcher);
    let weight = Steady(either(&small)).weight(scoring).expect("a weight");
    let expected = scores(&searcher, only(&searcher), &*either(&small));
    let explained = weight.explain(only(&searcher), 4).expect("an explanation");
    assert_near(explained.value(), expected[2].1);
    assert!(weight.explain(only(&searcher), 0).is_err());
    assert!(weight.explain(only(&searcher), 3).is_err());
}

#[test]
fn only_what_has_several_parts_is_made_steady() {
    let small = small();
    let is_steady = |query: Box<dyn Query>| alternative(query).is::<Steady>();
    assert!(is_steady(either(&small)));
    assert!(is_steady(Box::new(DisjunctionMaxQuery::new(vec![term(&small, "a")]))));
    assert!(!is_steady(term(&small, "a")) && !is_steady(Box::new(AllQuery)));
}

#[test]
fn what_is_excluded_is_only_gone_through_forwards() {
    let small = small();
    let searcher = small.searcher();
    let without: Vec<(Occur, Box<dyn Query>)> =
        vec![(Occur::Must, Box::new(AllQuery)), (Occur::MustNot, Box::new(Steady(either(&small))))];
    let found = scores(&searcher, only(&searcher), &BooleanQuery::new(without));
    assert_eq!(found.iter().map(|(doc, _)| *doc).collect::<Vec<_>>(), [0, 3]);
}

use tantivy::Term;
use tantivy::query::{AllQuery, BoostQuery, TermQuery};
use tantivy::schema::IndexRecordOption;

use super::super::small::{Draft, Small, assert_near, assert_walks, only, scorer, scores};
use super::*;

/// Every document with the score 2, tilted.
fn tilted() -> Tilted {
    let query = Box::new(BoostQuery::new(Box::new(AllQuery), 2.0));
    Tilted { query, column: "number".to_owned(), range: None }
}

fn drafts(numbers: &[&[i64]]) -> Vec<Draft> {
    numbers.iter().map(|numbers| Draft::numbered("a", numbers)).collect()
}

#[test]
fn the_greatest_value_keeps_the_score_and_the_least_half_of_it() {
    let small = Small::new(&[drafts(&[&[10], &[20], &[15], &[]])]);
    let searcher = small.searcher();
    let found = scores(&searcher, only(&searcher), &tilted());
    // 2 · (0.5 + 0.5 · place), with places 0, 1, 0.5, and 0 for no value.
    assert_eq!(found, [(0, 1.0), (1, 2.0), (2, 1.5), (3, 1.0)]);
}

#[test]
fn of_several_values_the_greatest_counts() {
    let small = Small::new(&[drafts(&[&[0, 100], &[50, 25], &[0]])]);
    let searcher = small.searcher();
    let found = scores(&searcher, only(&searcher), &tilted());
    assert_eq!(found, [(0, 2.0), (1, 1.5), (2, 1.0)]);
}

#[test]
fn values_are_held_against_those_of_all_segments() {
    let small = Small::new(&[drafts(&[&[0], &[5]]), drafts(&[&[10]]), drafts(&[&[]])]);
    let searcher = small.searcher();
    let of = |number| scores(&searcher, small.segment_of(&searcher, number), &tilted());
    assert_eq!(of(0), [(0, 1.0), (1, 1.5)]);
    assert_eq!(of(2), [(0, 2.0)]);
    assert_eq!(of(3), [(0, 1.0)]);
}

#[test]
fn values_are_held_against_those_of_another_index() {
    let small = Small::new(&[drafts(&[&[10], &[20]])]);
    let searcher = small.searcher();
    let tilted = Tilted { range: Some((0, 40)), ..tilted() };
    assert_eq!(scores(&searcher, only(&searcher), &tilted), [(0, 1.25), (1, 1.5)]);
}

#[test]
fn one_value_or_none_at_all_tilts_nothing_apart() {
    for numbers in [&[&[7][..], &[7]][..], &[&[], &[]]] {
        let small = Small::new(&[drafts(numbers)]);
        let searcher = small.searcher();
        assert_eq!(scores(&searcher, only(&searcher), &tilted()), [(0, 1.0), (1, 1.0)]);
    }
}

#[test]
fn documents_are_those_of_the_query() {
    let numbered = |text, number| Draft::numbered(text, &[number]);
    let all = vec![
        numbered("b", 0),
        numbered("a", 0),
        numbered("b", 0),
        numbered("a", 4),
        numbered("a", 2),
    ];
    let small = Small::new(&[all]);
    let searcher = small.searcher();
    let term = TermQuery::new(Term::from_field_text(small.text, "a"), IndexRecordOption::Basic);
    let plain = scores(&searcher, only(&searcher), &term);
    let query = Tilted { query: Box::new(term), ..tilted() };
    let places = [0.0, 1.0, 0.5];
    let expected: Vec<(DocId, Score)> = plain
        .iter()
        .zip(places)
        .map(|((doc, score), place)| (*doc, score * (0.5 + 0.5 * place)))
        .collect();
    assert_eq!(expected.iter().map(|(doc, _)| *doc).collect::<Vec<_>>(), [1, 3, 4]);
    assert_walks(|| scorer(&searcher, only(&searcher), &query), &expected);
    let weight = query.weight(EnableScoring::enabled_from_searcher(&searcher)).expect("a weight");
    let explained = weight.explain(only(&searcher), 3).expect("an explanation");
    assert_near(explained.value(), expected[1].1);
    for other in [0, 2, 5] {
        assert!(weight.explain(only(&searcher), other).is_err(), "{other} is no hit");
    }
}

#[test]
fn nothing_is_tilted_where_nothing_is_scored() {
    let small = Small::new(&[drafts(&[&[1], &[2]])]);
    let searcher = small.searcher();
    let scoring = EnableScoring::disabled_from_searcher(&searcher);
    let weight = tilted().weight(scoring).expect("a weight");
    let mut scorer = weight.scorer(only(&searcher), 1.0).expect("a scorer");
    let (first, second) = (scorer.score(), {
        scorer.advance();
        scorer.score()
    });
    assert_near(first, second);
}

use tantivy::query::{
    AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, DisjunctionMaxQuery, Occur, Query,
};

use super::super::small::{Draft, Small, assert_near, only};
use super::*;

/// What is made of tantivy's explanation of a document.
fn explained(query: &dyn Query) -> ScoreExplanation {
    let small = Small::new(&[vec![Draft::of("a")]]);
    let searcher = small.searcher();
    let scoring = EnableScoring::enabled_from_searcher(&searcher);
    let weight = query.weight(scoring).expect("a weight");
    let explanation = weight.explain(only(&searcher), 0).expect("an explanation");
    let given: Given = serde_json::from_str(&explanation.to_pretty_json()).expect("JSON");
    given.explained().simplified()
}

fn fulfilled(score: f32) -> Box<dyn Query> {
    Box::new(ConstScoreQuery::new(Box::new(AllQuery), score))
}

fn all_of(parts: Vec<Box<dyn Query>>) -> Box<dyn Query> {
    Box::new(BooleanQuery::new(parts.into_iter().map(|part| (Occur::Must, part)).collect()))
}

fn shown(explained: &ScoreExplanation) -> Vec<(String, f32)> {
    explained.parts.iter().map(|part| (part.label.clone(), part.score)).collect()
}

#[test]
fn a_condition_is_fulfilled() {
    let explained = explained(&*fulfilled(3.0));
    assert_eq!((explained.label.as_str(), explained.score), ("fulfilled", 3.0));
    assert!(explained.parts.is_empty());
}

#[test]
fn a_sum_has_its_weightiest_part_first_and_none_of_no_worth() {
    let explained = explained(&*all_of(vec![fulfilled(1.0), fulfilled(3.0), fulfilled(0.0)]));
    assert_eq!((explained.label.as_str(), explained.score), ("sum", 4.0));
    let fulfilled = "fulfilled".to_owned();
    assert_eq!(shown(&explained), [(fulfilled.clone(), 3.0), (fulfilled, 1.0)]);
}

#[test]
fn a_sum_of_one_part_is_that_part() {
    let nested = all_of(vec![all_of(vec![fulfilled(2.0), fulfilled(0.0)])]);
    let explained = explained(&*nested);
    assert_eq!((explained.label.as_str(), explained.score), ("fulfilled", 2.0));
}

#[test]
fn the_lesser_reading_counts_in_part() {
    let readings = vec![fulfilled(5.0), fulfilled(2.0)];
    let tie = DisjunctionMaxQuery::with_tie_breaker(readings, 0.25);
    let explained = explained(&*all_of(vec![Box::new(tie)]));
    // 5 and a quarter of 2.
    assert_near(explained.score, 5.5);
    let sum: f32 = explained.parts.iter().map(|part| part.score).sum();
    assert!(explained.parts.is_empty() || (sum - 5.5).abs() < 1e-4, "{explained:?}");
}

#[test]
fn a_boost_is_in_the_score() {
    let boosted = BoostQuery::new(all_of(vec![fulfilled(1.0), fulfilled(2.0)]), 2.0);
    assert_near(explained(&boosted).score, 6.0);
}

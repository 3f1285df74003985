use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::Value;
use tantivy::collector::{Count, TopDocs};

use super::super::small::{Draft, Small, assert_near, assert_walks, only, scorer, scores};
use tantivy::Executor;

use super::*;
use crate::index::schema;
use trialdex_plan::layout::IndexField;

/// A model that differs from the default in no constant, so that a change of
/// the default does not change what is worked out here.
fn model() -> Model {
    Model { k1: 1.2, b: 0.6, ..Model::default() }
}

/// The fields of a small index in the place of the first two zones.
fn fields(small: &Small) -> Arc<IndexFields> {
    let (_, mut fields) = schema();
    fields.zones = vec![small.text, small.other];
    Arc::new(fields)
}

fn source(field: Field, word: &str) -> Source {
    // The fields of a small index come in this order.
    let zone = IndexField::Zone(field.field_id() as usize);
    Source {
        pattern: Pattern::Term(word.to_owned()),
        field,
        pieces: Arc::new([("Piece", zone, 1.0)]),
        weight: 1.0,
        norms: None,
        synonym: None,
        found: None,
    }
}

fn evidence(small: &Small, worth: Score, sources: Vec<Source>) -> Evidence {
    let (sources, fields) = (Arc::new(sources), fields(small));
    Evidence { label: "words".to_owned(), worth, sources, model: model(), fields }
}

fn one_segment(texts: &[&str]) -> Small {
    Small::new(&[texts.iter().map(|text| Draft::of(text)).collect()])
}

#[track_caller]
fn assert_scores(small: &Small, query: &Evidence, expected: &[(DocId, Score)]) {
    let searcher = small.searcher();
    let found = scores(&searcher, only(&searcher), query);
    let docs = |all: &[(DocId, Score)]| all.iter().map(|(doc, _)| *doc).collect::<Vec<_>>();
    assert_eq!(docs(&found), docs(expected), "{found:?}");
    for ((_, score), (_, expected)) in found.iter().zip(expected) {
        assert_near(*score, *expected);
    }
}

#[test]
fn occurrences_are_saturated() {
    let small = one_segment(&["fever", "cough", "fever fever", "fever fever fever fever cough"]);
    // worth · f · 2.2 / (f + 1.2), with worth 3 and f = 1, 2, 4:
    // 6.6 / 2.2, 13.2 / 3.2, 26.4 / 5.2.
    let query = evidence(&small, 3.0, vec![source(small.text, "fever")]);
    assert_scores(&small, &query, &[(0, 3.0), (2, 4.125), (3, 5.076_923)]);
}

#[test]
fn occurrences_in_long_texts_count_less() {
    // 2 and 6 words, 4 on average: norms 0.4 + 0.6 · 0.5 = 0.7 and
    // 0.4 + 0.6 · 1.5 = 1.3.
    let small = one_segment(&["fever cough", "fever fever a b c d"]);
    let mut fever = source(small.text, "fever");
    fever.norms = Some(norms(&model(), 4.0));
    // f = 1 / 0.7 = 1.428571 and 2 / 1.3 = 1.538462;
    // f · 2.2 / (f + 1.2) = 3.142857 / 2.628571 and 3.384615 / 2.738462.
    let query = evidence(&small, 1.0, vec![fever]);
    assert_scores(&small, &query, &[(0, 1.195_652), (1, 1.235_955)]);
}

#[test]
fn lengths_are_not_read_where_nothing_is_scored() {
    let small = one_segment(&["fever cough", "fever fever a b c d"]);
    let mut fever = source(small.text, "fever");
    fever.norms = Some(norms(&model(), 4.0));
    let searcher = small.searcher();
    let scoring = EnableScoring::disabled_from_searcher(&searcher);
    let weight = evidence(&small, 1.0, vec![fever]).weight(scoring).expect("a weight");
    let mut scorer = weight.scorer(only(&searcher), 1.0).expect("a scorer");
    // f = 1: 2.2 / 2.2.
    assert_near(scorer.score(), 1.0);
}

#[test]
fn synonyms_add_to_the_same_sum_with_less_weight() {
    let small = one_segment(&["infarction infarct", "infarct", "infarction infarction"]);
    let mut synonym = source(small.text, "infarct");
    (synonym.synonym, synonym.weight) = (Some(0), 0.5);
    // f = 1.5, 0.5, 2: 3.3 / 2.7, 1.1 / 1.7, 4.4 / 3.2.
    let query = evidence(&small, 1.0, vec![source(small.text, "infarction"), synonym]);
    assert_scores(&small, &query, &[(0, 1.222_222), (1, 0.647_059), (2, 1.375)]);
}

#[test]
fn ways_to_write_the_same_count_once() {
    let small = one_segment(&["mk 3475 mk3475 mk3475", "mk 3475", "mk3475"]);
    let phrase = Pattern::Phrase(vec![vec!["mk".to_owned()], vec!["3475".to_owned()]]);
    let spaced = Source { pattern: phrase, ..source(small.text, "") };
    // Of the same group the larger one: f = 2, 1, 1.
    let query = evidence(&small, 1.0, vec![spaced.clone(), source(small.text, "mk3475")]);
    assert_scores(&small, &query, &[(0, 1.375), (1, 1.0), (2, 1.0)]);
    // Of another group both: f = 3.
    let other = Source { synonym: Some(0), ..source(small.text, "mk3475") };
    let query = evidence(&small, 1.0, vec![spaced, other]);
    assert_scores(&small, &query, &[(0, 6.6 / 4.2), (1, 1.0), (2, 1.0)]);
}

#[test]
fn fields_are_added_before_the_sum_is_saturated() {
    let draft = Draft { other: "fever fever".to_owned(), ..Draft::of("fever") };
    let small = Small::new(&[vec![draft, Draft::of("fever")]]);
    let other = Source { weight: 0.25, ..source(small.other, "fever") };
    // f = 1 + 0.25 · 2 = 1.5, and 1.
    let query = evidence(&small, 1.0, vec![source(small.text, "fever"), other]);
    assert_scores(&small, &query, &[(0, 1.222_222), (1, 1.0)]);
}

#[test]
fn a_boost_multiplies_the_score() {
    let small = one_segment(&["fever fever"]);
    let searcher = small.searcher();
    let scoring = EnableScoring::enabled_from_searcher(&searcher);
    let weight =
        evidence(&small, 1.0, vec![source(small.text, "fever")]).weight(scoring).expect("one");
    let mut scorer = weight.scorer(only(&searcher), 2.0).expect("a scorer");
    assert_near(scorer.score(), 2.75);
}

#[test]
fn words_that_are_nowhere_find_nothing() {
    let small = one_segment(&["fever"]);
    assert_scores(&small, &evidence(&small, 1.0, vec![source(small.text, "narwhal")]), &[]);
    assert_scores(&small, &evidence(&small, 1.0, Vec::new()), &[]);
}

#[test]
fn what_was_looked_up_before_is_not_looked_up_again() {
    let small = one_segment(&["fever", "cough", "fever"]);
    let searcher = small.searcher();
    let fever = Pattern::Term("fever".to_owned());
    let found = StudyList::new(&Executor::single_thread(), &searcher, small.text, &fever)
        .expect("looked up");
    // The pattern is another one, so that it shows what is used.
    let source = Source { found: Some(found), ..source(small.text, "cough") };
    assert_scores(&small, &evidence(&small, 1.0, vec![source]), &[(0, 1.0), (2, 1.0)]);
}

#[test]
fn an_explanation_adds_up_to_the_score() {
    let draft = Draft { other: "fever fever pyrexia".to_owned(), ..Draft::of("fever cough") };
    let small = Small::new(&[vec![Draft::of("cough"), draft]]);
    let pyrexia = Source { synonym: Some(0), weight: 0.5, ..source(small.other, "pyrexia") };
    let sources = vec![source(small.text, "fever"), source(small.other, "fever"), pyrexia];
    let query = evidence(&small, 4.0, sources);
    let searcher = small.searcher();
    let scoring = EnableScoring::enabled_from_searcher(&searcher);
    let weight = query.weight(scoring).expect("a weight");
    let explanation = weight.explain(only(&searcher), 1).expect("an explanation");
    // f = 1 + 2 + 0.5 = 3.5: 4 · 7.7 / 4.7 = 6.553191, of which each has its
    // share: 1, 2 and 0.5 of 3.5.
    assert_near(explanation.value(), 6.553_191);
    let shown: Value = serde_json::from_str(&explanation.to_pretty_json()).expect("JSON");
    let details: Vec<(String, Score)> = shown["details"]
        .as_array()
        .expect("details")
        .iter()
        .map(|detail| {
            let said = detail["description"].as_str().expect("a description");
            let value = detail["value"].as_f64().expect("a number");
            (said.replace('\u{1f}', " in "), value as Score)
        })
        .collect();
    let expected = [("fever in Piece", 1.0), ("fever in Piece 2×", 2.0), ("pyrexia in Piece", 0.5)];
    assert_eq!(details.len(), expected.len(), "{details:?}");
    for (said, part) in expected {
        let detail = details.iter().find(|(description, _)| description == said);
        assert_near(detail.expect(said).1, 6.553_191 * part / 3.5);
    }
    // Documents before the first and after the last match are no hits.
    assert!(weight.explain(only(&searcher), 0).is_err());
    assert!(weight.explain(only(&searcher), 2).is_err());
}

#[test]
fn deleted_documents_are_no_hits_in_any_segment() {
    let drafts = |texts: &[&str]| texts.iter().map(|text| Draft::of(text)).collect::<Vec<_>>();
    let segments =
        [drafts(&["fever", "fever fever", "cough"]), drafts(&["cough", "fever"]), drafts(&["x"])];
    let small = Small::new(&segments).without(&[1]);
    let searcher = small.searcher();
    let query = evidence(&small, 1.0, vec![source(small.text, "fever")]);
    assert_eq!(searcher.search(&query, &Count).expect("counted"), 2);
    let hits = searcher.search(&query, &TopDocs::with_limit(9).order_by_score()).expect("hits");
    let mut found: Vec<(DocId, Score)> =
        hits.iter().map(|(score, at)| (at.doc_id, *score)).collect();
    found.sort_by_key(|(doc, _)| *doc);
    assert_eq!(found, [(0, 1.0), (1, 1.0)]);
}

/// Words of small documents.
const WORDS: [&str; 4] = ["a", "b", "c", "d"];

fn texts() -> impl Strategy<Value = Vec<String>> {
    let word = prop::sample::select(&WORDS[..]);
    let text = prop::collection::vec(word, 0..6).prop_map(|words| words.join(" "));
    prop::collection::vec(text, 1..30)
}

/// The score of a text, worked out by itself: a group counts with the most
/// frequent of its words.
fn naive(text: &str, groups: &[(&[&str], Score)]) -> Option<Score> {
    let mut counts: BTreeMap<&str, Score> = BTreeMap::new();
    text.split_whitespace().for_each(|word| *counts.entry(word).or_default() += 1.0);
    let most = |words: &[&str]| {
        words.iter().filter_map(|word| counts.get(word)).copied().fold(0.0, Score::max)
    };
    let sum: Score = groups.iter().map(|(words, weight)| most(words) * weight).sum();
    (sum > 0.0).then(|| model().saturated(2.0, sum))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_documents_are_gone_through_and_scored_as_a_plain_count_does(texts in texts()) {
        let all: Vec<&str> = texts.iter().map(String::as_str).collect();
        let small = one_segment(&all);
        let synonym = |word, weight| {
            Source { synonym: Some(0), weight, ..source(small.text, word) }
        };
        let sources = vec![
            source(small.text, "a"), synonym("c", 0.5), source(small.text, "b"),
        ];
        let query = evidence(&small, 2.0, sources);
        let groups: [(&[&str], Score); 2] = [(&["a", "b"], 1.0), (&["c"], 0.5)];
        let expected: Vec<(DocId, Score)> = (0..)
            .zip(&texts)
            .filter_map(|(doc, text)| Some((doc, naive(text, &groups)?)))
            .collect();
        let searcher = small.searcher();
        assert_walks(|| scorer(&searcher, only(&searcher), &query), &expected);
        let hint = scorer(&searcher, only(&searcher), &query).size_hint();
        prop_assert!(hint as usize >= expected.len());
    }
}

use super::super::HitWindow;
use super::super::rank::{HitRanking, RankKey};
use super::super::small::{Draft, Small, assert_near};
use super::*;
use tantivy::query::AllQuery;

/// All documents as hits, ties by number.
fn hits(searcher: &Searcher) -> Vec<RankedHit> {
    let keys = vec![RankKey::Score { descending: true }];
    let window = HitWindow { offset: 0, limit: None };
    let ranking = HitRanking::new(Small::numbers(searcher), keys, window, 0);
    searcher.search(&AllQuery, &ranking).expect("hits").best
}

fn learned(word: &str, worth: Score) -> LearnedWord {
    LearnedWord { word: word.to_owned(), weight: 0.5, worth }
}

fn feedback(small: &Small, last: Option<RankedHit>) -> Feedback {
    let model = Model { k1: 1.2, b: 0.0, ..Model::default() };
    let learned = vec![learned("a", 1.0), learned("b", 2.0), learned("z", 9.0)];
    let norms = norms(&model, 1.0);
    Feedback { learned, field: small.text, norms, model, scale: 0.5, last, gaining: 0 }
}

fn small() -> Small {
    let draft = |nct, text| Draft { nct, ..Draft::of(text) };
    Small::new(&[
        vec![draft(1, "c"), draft(4, "a a"), draft(2, "b")],
        vec![draft(3, "a b"), draft(5, "c")],
    ])
}

#[test]
fn each_hit_gains_by_the_learned_words_that_it_has() {
    let small = small();
    let searcher = small.searcher();
    let best = hits(&searcher);
    assert_eq!(best.iter().map(|best| best.nct).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
    let gains = feedback(&small, None).gains(&searcher, &best).expect("gains");
    // worth · f · 2.2 / (f + 1.2): `b` once is 2, `a` once 1, twice 1.375.
    let expected = [0.0, 2.0, 3.0, 1.375, 0.0];
    assert_eq!(gains.len(), expected.len());
    gains.iter().zip(expected).for_each(|(gain, expected)| assert_near(*gain, expected));
    let addresses: Vec<DocAddress> = best.iter().rev().map(|best| best.at).collect();
    let feedback = feedback(&small, None);
    let by_word = feedback.gains_by_word(&searcher, &addresses).expect("gains");
    // In the order of the hits that were asked for.
    let of = |at: usize| (by_word[at].0.word.as_str(), by_word[at].1.clone());
    assert_eq!(of(1), ("b", vec![0.0, 0.0, 2.0, 2.0, 0.0]));
    assert_eq!(of(2), ("z", vec![0.0; 5]));
}

#[test]
fn hits_behind_the_last_gain_nothing() {
    let small = small();
    let searcher = small.searcher();
    let best = hits(&searcher);
    let gains = feedback(&small, Some(best[2])).gains(&searcher, &best).expect("gains");
    assert_eq!(gains.len(), 3);
}

#[test]
fn gains_are_added_and_the_gaining_hits_sorted_again() {
    let small = small();
    let searcher = small.searcher();
    let mut best = hits(&searcher);
    let mut feedback = feedback(&small, Some(best[3]));
    let gains = feedback.gains(&searcher, &best).expect("gains");
    feedback.add(&gains, &mut best);
    assert_eq!(feedback.gaining, 4);
    // 1 and half of the gains; the fifth keeps its place and its score.
    let order: Vec<(u32, Score)> = best.iter().map(|best| (best.nct, best.score)).collect();
    let expected = [(3, 2.5), (2, 2.0), (4, 1.6875), (1, 1.0), (5, 1.0)];
    for ((nct, score), (other, expected)) in order.iter().zip(expected) {
        assert_eq!(*nct, other);
        assert_near(*score, expected);
    }
}

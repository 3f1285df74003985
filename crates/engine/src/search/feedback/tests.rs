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

/// Feedback that keeps the first of some hits at its place.
fn feedback(small: &Small, best: &[RankedHit], last: Option<RankedHit>) -> Feedback {
    let model = Model { k1: 1.2, b: 0.0, ..Model::default() };
    let learned = vec![learned("a", 1.0), learned("b", 2.0), learned("z", 9.0)];
    let norms = norms(&model, 1.0);
    let (field, scale, kept_to, lift) = (small.text, 0.5, best[0], 0.0);
    let (kept, gaining) = (0, 0);
    Feedback {
        learned,
        likeness: None,
        field,
        norms,
        model,
        scale,
        kept_to,
        lift,
        last,
        kept,
        gaining,
    }
}

/// What hits gain by learned words alone.
fn by_words(gains: &[HitGain]) -> Vec<Score> {
    gains.iter().map(|gain| gain.words).collect()
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
    let gains = feedback(&small, &best, None).gains(&searcher, &best).expect("gains");
    // worth · f · 2.2 / (f + 1.2): `b` once is 2, `a` once 1, twice 1.375.
    let expected = [0.0, 2.0, 3.0, 1.375, 0.0];
    assert_eq!(gains.len(), expected.len());
    by_words(&gains).into_iter().zip(expected).for_each(|(gain, expected)| {
        assert_near(gain, expected);
    });
    let addresses: Vec<DocAddress> = best.iter().rev().map(|best| best.at).collect();
    let feedback = feedback(&small, &best, None);
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
    let gains = feedback(&small, &best, Some(best[2])).gains(&searcher, &best).expect("gains");
    assert_eq!(gains.len(), 3);
}

#[test]
fn gains_are_added_behind_the_hits_that_keep_their_place() {
    let small = small();
    let searcher = small.searcher();
    let mut best = hits(&searcher);
    let mut feedback = feedback(&small, &best, Some(best[3]));
    let gains = feedback.gains(&searcher, &best).expect("gains");
    feedback.lift = 1.5;
    feedback.add(&gains, &mut best);
    assert_eq!((feedback.kept, feedback.gaining), (1, 4));
    // The first one is lifted, the next have 1 and half of the gains; the
    // fifth keeps its place and its score.
    let order: Vec<(u32, Score)> = best.iter().map(|best| (best.nct, best.score)).collect();
    let expected = [(1, 2.5), (3, 2.5), (2, 2.0), (4, 1.6875), (5, 1.0)];
    for ((nct, score), (other, expected)) in order.iter().zip(expected) {
        assert_eq!(*nct, other);
        assert_near(*score, expected);
    }
}

#[test]
fn the_hits_that_keep_their_place_are_lifted_as_far_as_others_gain() {
    let small = small();
    let searcher = small.searcher();
    let best = hits(&searcher);
    let mut feedback = feedback(&small, &best, None);
    (feedback.model.feedback, feedback.model.kept_hits) = (0.6, 1);
    let gains = feedback.gains(&searcher, &best).expect("gains");
    // The third hit gains most, 3: what is six tenths of the best score.
    feedback.set_scale(&gains, &best);
    assert_near(feedback.scale, 0.2);
    assert_near(feedback.lift, 0.6 + model::LEAD);
    // Nothing is gained: nothing is lifted.
    feedback.lift = 0.0;
    feedback.set_scale(&[HitGain::default(); 5], &best);
    assert_near(feedback.scale, 0.0);
    assert_near(feedback.lift, 0.0);
}

#[test]
fn what_is_like_the_first_hits_comes_earlier() {
    let small = small();
    let best = hits(&small.searcher());
    let mut feedback = feedback(&small, &best, None);
    let gain = |likeness, words| HitGain { likeness, words };
    let gains = [gain(0.0, 0.0), gain(0.5, 0.0), gain(0.25, 9.0), gain(0.0, 4.0), gain(0.0, 0.0)];
    (feedback.model.feedback, feedback.model.kept_hits) = (0.9, 2);
    feedback.set_scale(&gains, &best);
    assert_near(feedback.scale, 0.1);
    // The second and the third keep their places; the fourth comes to 1.4.
    assert_near(feedback.lift, 1.4 - 1.25 + model::LEAD);
    let mut ranked = best.clone();
    feedback.add(&gains, &mut ranked);
    let order: Vec<(u32, Score)> = ranked.iter().map(|hit| (hit.nct, hit.score)).collect();
    let lead = model::LEAD;
    let expected = [(2, 1.65 + lead), (3, 1.4 + lead), (4, 1.4), (1, 1.0), (5, 1.0)];
    for ((nct, score), (other, expected)) in order.iter().zip(expected) {
        assert_eq!(*nct, other);
        assert_near(*score, expected);
    }
    // A filter that lets the first ones out changes no score of the others.
    let mut filtered = best[3..].to_vec();
    feedback.add(&gains[3..], &mut filtered);
    assert_eq!((feedback.kept, filtered[0].nct), (0, 4));
    assert_near(filtered[0].score, 1.4);
}

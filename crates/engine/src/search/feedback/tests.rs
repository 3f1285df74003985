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

/// What is gained by some words.
fn by_words(small: &Small) -> Learned {
    let model = Model { k1: 1.2, b: 0.0, ..Model::default() };
    let words = vec![learned("a", 1.0), learned("b", 2.0), learned("z", 9.0)];
    let norms = norms(&model, 1.0);
    Learned { words, likeness: None, field: small.text, norms, model }
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
    let learned = by_words(&small);
    let gains = learned.gains(&searcher, &Executor::single_thread(), &best).expect("gains");
    // worth · f · 2.2 / (f + 1.2): `b` once is 2, `a` once 1, twice 1.375.
    let expected = [0.0, 2.0, 3.0, 1.375, 0.0];
    assert_eq!(gains.len(), expected.len());
    gains.into_iter().zip(expected).for_each(|(gain, expected)| {
        assert_near(gain.words, expected);
        assert_near(gain.likeness, 0.0);
    });
    let addresses: Vec<DocAddress> = best.iter().rev().map(|best| best.at).collect();
    let by_word =
        learned.gains_by_word(&searcher, &Executor::single_thread(), &addresses).expect("gains");
    // In the order of the hits that were asked for.
    let of = |at: usize| (by_word[at].0.word.as_str(), by_word[at].1.clone());
    assert_eq!(of(1), ("b", vec![0.0, 0.0, 2.0, 2.0, 0.0]));
    assert_eq!(of(2), ("z", vec![0.0; 5]));
}

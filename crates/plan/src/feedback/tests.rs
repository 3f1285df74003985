use std::cmp::Ordering;
use std::convert::Infallible;

use super::*;

/// A hit by its score, ties by number.
#[derive(Debug, Clone, Copy)]
struct TestHit {
    number: u32,
    score: Score,
}

impl PartialEq for TestHit {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for TestHit {}

impl PartialOrd for TestHit {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for TestHit {
    fn cmp(&self, other: &Self) -> Ordering {
        self.score.total_cmp(&other.score).then(other.number.cmp(&self.number))
    }
}

impl ScoredHit for TestHit {
    fn score(&self) -> Score {
        self.score
    }

    fn rescore(&mut self, score: Score) {
        self.score = score;
    }
}

/// Five hits that score 1.
fn hits() -> Vec<TestHit> {
    (1..=5).map(|number| TestHit { number, score: 1.0 }).collect()
}

fn model(feedback: f32, kept_hits: usize) -> Model {
    Model { feedback, kept_hits, contrast: 1.0, ..Model::default() }
}

fn by_words(gains: [Score; 5]) -> [HitGain; 5] {
    gains.map(|words| HitGain { likeness: 0.0, words })
}

/// An order by half of the sums of learned words.
fn order(lift: Score, kept_to: TestHit, last: TestHit) -> LearnedOrder<TestHit> {
    let (most, greatest, contrast) = (2.0, 4.0, 1.0);
    LearnedOrder { most, greatest, contrast, lift, kept_to, last: Some(last) }
}

fn assert_near(value: Score, expected: Score) {
    assert!((value - expected).abs() <= 1e-5 * expected.abs().max(1.0), "{value}, {expected}");
}

fn assert_order(hits: &[TestHit], expected: &[(u32, Score)]) {
    assert_eq!(hits.len(), expected.len());
    for (hit, (number, score)) in hits.iter().zip(expected) {
        assert_eq!(hit.number, *number);
        assert_near(hit.score, *score);
    }
}

#[test]
fn hits_behind_the_last_gain_nothing() {
    let best = hits();
    let order = order(0.0, best[0], best[2]);
    assert_eq!(order.gaining(&best).len(), 3);
    assert_eq!(order.gaining(&best[3..]).len(), 0);
    let many: Vec<TestHit> = (0..1_002).map(|number| TestHit { number, score: 1.0 }).collect();
    let order = LearnedOrder::learned(model(0.6, 1), &many, &vec![HitGain::default(); REACH]);
    assert_eq!(order.gaining(&many).len(), REACH);
    let order = LearnedOrder::learned(model(0.6, 1), &best, &by_words([0.0; 5]));
    assert_eq!(order.gaining(&best).len(), 5);
}

#[test]
fn gains_are_added_behind_the_hits_that_keep_their_place() {
    let mut best = hits();
    let order = order(1.5, best[0], best[3]);
    let gains = by_words([0.0, 2.0, 3.0, 1.375, 0.0]);
    assert_eq!(order.add(&gains[..4], &mut best), 1);
    // The first one is lifted, the next have 1 and half of the gains; the fifth keeps its place
    // and its score.
    assert_order(&best, &[(1, 2.5), (3, 2.5), (2, 2.0), (4, 1.6875), (5, 1.0)]);
}

#[test]
fn the_hits_that_keep_their_place_are_lifted_as_far_as_others_gain() {
    let best = hits();
    // The third hit gains most, 3: what is six tenths of the best score.
    let gains = by_words([0.0, 2.0, 3.0, 1.375, 0.0]);
    let order = LearnedOrder::learned(model(0.6, 1), &best, &gains);
    assert_near(order.gained(1.0), 0.2);
    assert_near(order.lift, 0.6 + LEAD);
    // Nothing is gained: nothing is lifted.
    let order = LearnedOrder::learned(model(0.6, 1), &best, &by_words([0.0; 5]));
    assert_near(order.gained(1.0), 0.0);
    assert_near(order.lift, 0.0);
}

#[test]
fn a_hit_with_few_of_the_learned_words_gains_little() {
    let best = hits();
    let gains = by_words([0.0, 2.0, 4.0, 1.0, 0.0]);
    let model = Model { contrast: 2.0, ..model(0.8, 1) };
    let order = LearnedOrder::learned(model, &best, &gains);
    // 0.8 of the best score, times 1, 1 / 4 and 1 / 16.
    assert_eq!(order.gained(0.0), 0.0);
    assert_near(order.gained(4.0), 0.8);
    assert_near(order.gained(2.0), 0.2);
    assert_near(order.gained(1.0), 0.05);
}

#[test]
fn what_is_like_the_first_hits_comes_earlier() {
    let best = hits();
    let gain = |likeness, words| HitGain { likeness, words };
    let gains = [gain(0.0, 0.0), gain(0.5, 0.0), gain(0.25, 9.0), gain(0.0, 4.0), gain(0.0, 0.0)];
    let order = LearnedOrder::learned(model(0.9, 2), &best, &gains);
    assert_near(order.gained(1.0), 0.1);
    // The second and the third keep their places; the fourth comes to 1.4.
    assert_near(order.lift, 1.4 - 1.25 + LEAD);
    let mut ranked = best.clone();
    order.add(&gains, &mut ranked);
    assert_order(&ranked, &[(2, 1.65 + LEAD), (3, 1.4 + LEAD), (4, 1.4), (1, 1.0), (5, 1.0)]);
    // A filter that lets the first ones out changes no score of the others.
    let mut filtered = best[3..].to_vec();
    assert_eq!(order.add(&gains[3..], &mut filtered), 0);
    assert_order(&filtered, &[(4, 1.4), (5, 1.0)]);
}

#[test]
fn words_are_learned_that_several_hits_share_and_few_studies_have() {
    let topics = [(3.0, vec![1, 2, 3]), (2.0, vec![1, 2, 4]), (1.0, vec![1, 3, 5])];
    let shared = shared_words(&topics);
    // Of a score of 6 together; what one hit alone is about is not shared.
    for ((word, share), expected) in shared.iter().zip([(1, 1.0), (2, 5.0 / 6.0), (3, 4.0 / 6.0)]) {
        assert_eq!(*word, expected.0);
        assert_near(*share, expected.1);
    }
    assert_eq!(shared.len(), 3);
    assert!(shared_words(&[(0.0, vec![1]), (0.0, vec![1])]).is_empty());
    let word_of = |number| -> Result<_, Infallible> {
        // The first one is common, the second one is not there.
        Ok([None, Some(("common", 20)), None, Some(("rare", 5))][number as usize]
            .map(|(word, studies)| (word.to_owned(), studies)))
    };
    let learned = learned_words(Model::default(), 100, shared, word_of).expect("words");
    let expected = LearnedWord { word: "rare".to_owned(), weight: 1.0, worth: idf(5, 100) };
    assert_eq!(learned, [expected]);
    assert_eq!(first_hits(Model::default(), &[0; 19]), None);
    assert_eq!(first_hits(Model::default(), &[0; 20]).map(<[i32]>::len), Some(10));
}

#[test]
fn a_study_gains_by_its_likeness_to_the_first_hits() {
    let direction = |numbers: &[f32]| VectorSum::of(numbers).direction();
    let (east, north) = (direction(&[1.0, 0.0]), direction(&[0.0, 1.0]));
    let hits = [east, north, None, direction(&[-1.0, 0.0])];
    let first = [(2.0, east), (1.0, None)];
    let likeness = Likeness::new(first.into_iter(), hits.into_iter(), 0.5).expect("a direction");
    let gains = hits.map(|direction| likeness.gain(direction));
    assert_near(gains[0], 0.5);
    assert_eq!(gains[1..], [0.0, 0.0, 0.0]);
    assert!(Likeness::new([(1.0, None)].into_iter(), hits.into_iter(), 0.5).is_none());
}

use proptest::prelude::*;

use super::*;

/// The sign of a boundary between values in the texts below.
const END: &str = "|";

fn phrase(words: &[&str]) -> Stretch {
    Stretch::Phrase(words.iter().map(|word| vec![(*word).to_owned()]).collect())
}

fn near(parts: &[Stretch], distance: u32) -> Stretch {
    Stretch::Near(parts.to_vec(), distance)
}

/// The words of a text with their positions, and the boundaries in it.
fn positions(text: &[&str]) -> (BTreeMap<String, Vec<u32>>, Vec<u32>) {
    let mut words: BTreeMap<String, Vec<u32>> = BTreeMap::new();
    for (at, word) in (0..).zip(text) {
        words.entry((*word).to_owned()).or_default().push(at);
    }
    let boundaries = words.remove(END).unwrap_or_default();
    (words, boundaries)
}

/// Where the last parts of a stretch are in a text.
fn found_in(stretch: &Stretch, text: &[&str]) -> Vec<(u32, u32)> {
    let (words, boundaries) = positions(text);
    let Some(mut reading) = StretchReader::of_text(stretch, &words) else { return Vec::new() };
    let found = reading.found(0, &boundaries);
    found.into_iter().map(|found| found.last).collect::<BTreeSet<_>>().into_iter().collect()
}

#[track_caller]
fn assert_found(stretch: &Stretch, text: &str, expected: &[(u32, u32)]) {
    let words: Vec<&str> = text.split(' ').collect();
    assert_eq!(found_in(stretch, &words), expected, "{stretch:?} in `{text}`");
}

#[test]
fn a_phrase_is_wherever_its_words_follow_each_other() {
    assert_found(&phrase(&["a", "b"]), "a b c a b", &[(0, 2), (3, 5)]);
    assert_found(&phrase(&["a", "b"]), "b a", &[]);
    assert_found(&phrase(&["a", "z"]), "a b", &[]);
    let either = Stretch::Any(vec![phrase(&["a", "b"]), phrase(&["c"])]);
    assert_found(&either, "a b c a", &[(0, 2), (2, 3)]);
}

#[test]
fn parts_are_near_in_either_order_up_to_the_distance() {
    let one_between = near(&[phrase(&["a"]), phrase(&["b"])], 1);
    assert_found(&one_between, "a x b", &[(2, 3)]);
    assert_found(&one_between, "b x a", &[(0, 1)]);
    assert_found(&one_between, "a x x b", &[]);
    let none_between = near(&[phrase(&["a"]), phrase(&["b"])], 0);
    assert_found(&none_between, "a b", &[(1, 2)]);
    assert_found(&none_between, "a x b", &[]);
    // From the end of a phrase, not from its beginning.
    let phrases = near(&[phrase(&["a", "b"]), phrase(&["c", "d"])], 1);
    assert_found(&phrases, "a b x c d", &[(3, 5)]);
    assert_found(&phrases, "a b x x c d", &[]);
}

#[test]
fn parts_in_two_values_are_not_near() {
    let stretch = near(&[phrase(&["a"]), phrase(&["b"])], 5);
    assert_found(&stretch, "a x b", &[(2, 3)]);
    assert_found(&stretch, "a | b", &[]);
    assert_found(&stretch, "a | b a", &[(2, 3)]);
}

#[test]
fn parts_have_no_word_in_common() {
    let twice = near(&[phrase(&["a"]), phrase(&["a"])], 3);
    assert_found(&twice, "a", &[]);
    assert_found(&twice, "a x a", &[(0, 1), (2, 3)]);
    let within = near(&[phrase(&["a", "b"]), phrase(&["b"])], 3);
    assert_found(&within, "a b", &[]);
    assert_found(&within, "a b b", &[(2, 3)]);
}

/// Where a word that is the last part may be, by trying every position for
/// every part.
fn naive(parts: &[&str], distance: usize, text: &[&str]) -> Vec<(u32, u32)> {
    let mut ways: Vec<Vec<usize>> = vec![Vec::new()];
    for part in parts {
        let places = || (0..text.len()).filter(|at| text[*at] == *part);
        let beside = |taken: &[usize], at: usize| {
            let Some(before) = taken.last() else { return true };
            let (first, second) = ((*before).min(at), (*before).max(at));
            let apart = !taken.contains(&at) && second - first - 1 <= distance;
            apart && !text[first..second].contains(&END)
        };
        ways = ways
            .iter()
            .flat_map(|taken| {
                places()
                    .filter(|at| beside(taken, *at))
                    .map(|at| [taken.as_slice(), &[at]].concat())
                    .collect::<Vec<_>>()
            })
            .collect();
    }
    let lasts: BTreeSet<usize> = ways.iter().filter_map(|way| way.last().copied()).collect();
    let span = |at: usize| u32::try_from(at).expect("a short text");
    lasts.into_iter().map(|at| (span(at), span(at) + 1)).collect()
}

fn words(most: usize) -> impl Strategy<Value = Vec<&'static str>> {
    prop::collection::vec(prop::sample::select(&["a", "b", "c", "x", END][..]), 0..most)
}

fn parts() -> impl Strategy<Value = Vec<&'static str>> {
    prop::collection::vec(prop::sample::select(&["a", "b", "c"][..]), 2..5)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2048))]

    #[test]
    fn words_are_found_near_each_other_wherever_a_plain_search_finds_them(
        parts in parts(),
        distance in 0usize..4,
        text in words(14),
    ) {
        let all: Vec<Stretch> = parts.iter().map(|word| phrase(&[word])).collect();
        let stretch = near(&all, u32::try_from(distance).expect("small"));
        prop_assert_eq!(found_in(&stretch, &text), naive(&parts, distance, &text));
    }
}

use proptest::prelude::*;
use tantivy::query::{AllQuery, Query};

use super::super::small::{Draft, Small};
use super::super::tilted::Tilted;
use super::*;

fn study(nct: u64, numbers: &[i64]) -> Draft {
    Draft { nct, ..Draft::numbered("a", numbers) }
}

fn column(descending: bool) -> RankKey {
    RankKey::Column { name: "number".into(), descending }
}

fn window(offset: usize, limit: Option<usize>) -> HitWindow {
    HitWindow { offset, limit }
}

/// NCT numbers of the best hits, and how many hits there are.
fn ranked(
    small: &Small,
    query: &dyn Query,
    keys: &[RankKey],
    window: HitWindow,
) -> (Vec<u32>, usize) {
    let searcher = small.searcher();
    let ranking = HitRanking::new(Small::numbers(&searcher), keys.to_vec(), window, 0);
    let ranked = searcher.search(query, &ranking).expect("hits");
    (ranked.best.iter().map(|best| best.nct).collect(), ranked.total)
}

#[test]
fn ties_come_in_the_order_of_their_numbers() {
    let all = |numbers: &[u64]| numbers.iter().map(|nct| study(*nct, &[])).collect::<Vec<_>>();
    let small = Small::new(&[all(&[7, 3, 9]), all(&[8, 1]), all(&[5])]);
    let keys = [RankKey::Score { descending: true }];
    let order = ranked(&small, &AllQuery, &keys, window(0, None));
    assert_eq!(order, (vec![1, 3, 5, 7, 8, 9], 6));
    // Wherever the window ends, the first are the same.
    for limit in 1..=6 {
        let (first, total) = ranked(&small, &AllQuery, &keys, window(0, Some(limit)));
        assert_eq!((first.as_slice(), total), (&order.0[..limit], 6));
    }
}

#[test]
fn a_window_holds_what_is_before_it_and_all_are_counted() {
    let all = (1..=9).map(|nct| study(nct, &[])).collect();
    let small = Small::new(&[all]);
    let keys = [RankKey::Score { descending: true }];
    assert_eq!(ranked(&small, &AllQuery, &keys, window(2, Some(3))), (vec![1, 2, 3, 4, 5], 9));
    assert_eq!(ranked(&small, &AllQuery, &keys, window(0, Some(0))), (Vec::new(), 9));
    assert_eq!(ranked(&small, &AllQuery, &keys, window(usize::MAX, Some(2))).0.len(), 9);
    let searcher = small.searcher();
    let ncts = Small::numbers(&searcher);
    let fewest = HitRanking::new(ncts, keys.to_vec(), window(0, Some(2)), 4);
    assert_eq!(searcher.search(&AllQuery, &fewest).expect("hits").best.len(), 4);
}

#[test]
fn the_higher_score_comes_first_or_last() {
    // Tilted by 0, 0.5 and 1.
    let small = Small::new(&[vec![study(1, &[0]), study(2, &[10])], vec![study(3, &[5])]]);
    let tilted = Tilted { query: Box::new(AllQuery), column: "number".to_owned(), range: None };
    let by =
        |descending| ranked(&small, &tilted, &[RankKey::Score { descending }], window(0, None)).0;
    assert_eq!((by(true), by(false)), (vec![2, 3, 1], vec![1, 3, 2]));
}

#[test]
fn of_several_values_the_one_counts_that_comes_first() {
    let small =
        Small::new(&[vec![study(1, &[1, 9]), study(2, &[5]), study(3, &[]), study(4, &[2, 3])]]);
    let by = |descending| ranked(&small, &AllQuery, &[column(descending)], window(0, None)).0;
    // The greatest of each, 9, 5, 3; the least of each, 1, 2, 5. What has
    // none comes last.
    assert_eq!((by(true), by(false)), (vec![1, 2, 4, 3], vec![1, 4, 2, 3]));
}

#[test]
fn the_second_key_decides_where_the_first_does_not() {
    let small = Small::new(&[vec![study(1, &[0]), study(2, &[5]), study(3, &[0]), study(4, &[5])]]);
    let score = RankKey::Score { descending: true };
    let keys = [score, column(true)];
    // All have the same score.
    assert_eq!(ranked(&small, &AllQuery, &keys, window(0, Some(3))).0, [2, 4, 1]);
}

#[test]
fn a_hit_with_another_score_has_another_place() {
    let best = |score: Score, nct| RankedHit {
        keys: [i64::from(score.to_bits()), 0],
        score,
        nct,
        at: DocAddress::new(0, 0),
    };
    let (mut one, other) = (best(1.0, 1), best(2.0, 2));
    assert!(one < other);
    one.rescore(2.0);
    assert!(one > other, "of equal hits the lower number is the better one");
    one.rescore(2.5);
    assert!(one > other && one.score == 2.5);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn the_best_are_those_of_a_full_sort(
        numbers in prop::collection::vec(0i64..4, 1..24),
        parts in 1usize..4,
        limit in 0usize..26,
        descending: bool,
    ) {
        // Numbers of studies that are in no order.
        let ncts = (0..numbers.len()).map(|at| (at as u64 * 7919 + 13) % 10_007);
        let all: Vec<(i64, u64)> = numbers.iter().copied().zip(ncts).collect();
        let drafts: Vec<Draft> = all.iter().map(|(number, nct)| study(*nct, &[*number])).collect();
        let segments: Vec<Vec<Draft>> =
            drafts.chunks(drafts.len().div_ceil(parts)).map(<[Draft]>::to_vec).collect();
        let small = Small::new(&segments);
        let mut sorted = all;
        sorted.sort_by_key(|(number, nct)| (if descending { -number } else { *number }, *nct));
        let expected: Vec<u32> = sorted
            .iter()
            .take(limit)
            .map(|(_, nct)| u32::try_from(*nct).expect("small"))
            .collect();
        let (found, total) = ranked(&small, &AllQuery, &[column(descending)], window(0, Some(limit)));
        prop_assert_eq!((found, total), (expected, numbers.len()));
    }
}

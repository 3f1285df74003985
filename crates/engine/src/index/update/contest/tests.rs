use super::*;
use crate::index::ledger::RecordRank;
use trialdex_records::study::Extent;

fn entry(source: SourceId, updated: i32, digest: u8) -> RecordEntry {
    let extent = Extent::Protocol;
    let standing = RecordRank { extent, updated, values: 1, bytes: 1, digest: [digest; 16] };
    RecordEntry {
        source,
        nct: 1,
        format: 0,
        kind: EntryKind::Whole,
        orphan: false,
        standing,
        raw: [digest; 16],
    }
}

#[test]
fn the_best_record_wins_in_any_order() {
    for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0], [1, 0, 2]] {
        let records = [entry(0, 5, 1), entry(1, 7, 2), entry(2, 6, 3)];
        let mut contest = Contest::default();
        for at in order {
            contest.offer(records[at]);
        }
        assert_eq!(contest.now(1), Some([2; 16]), "{order:?}");
        assert_eq!(contest.changes().collect::<Vec<_>>(), [(1, StudyChange::Added)]);
    }
}

#[test]
fn the_same_record_again_changes_nothing() {
    let mut contest = Contest::new(vec![entry(0, 5, 1)]);
    contest.withdraw_source(0);
    assert_eq!(contest.offer(entry(3, 5, 1)), OfferOutcome::There);
    assert_eq!(contest.changes().collect::<Vec<_>>(), [(1, StudyChange::Unchanged)]);
}

#[test]
fn a_record_set_aside_is_the_best_once_the_better_one_is_withdrawn() {
    let mut contest = Contest::new(vec![entry(0, 5, 1), entry(1, 4, 2)]);
    contest.withdraw_source(0);
    assert_eq!(contest.best(1).map(|best| best.source), Some(1));
    assert_eq!(contest.now(1), Some([1; 16]));
    assert_eq!(contest.touched(), [1]);
}

#[test]
fn what_vanished_is_kept_under_the_new_number_of_its_source() {
    let mut contest = Contest::new(vec![entry(0, 5, 1)]);
    contest.renew_source(0, 7);
    assert_eq!(contest.best(1), None);
    contest.keep_vanished(1);
    let kept: Vec<_> = contest.entries().map(|entry| (entry.source, entry.orphan)).collect();
    assert_eq!(kept, [(7, true)]);
}

#[test]
fn what_was_found_in_the_index_gives_way_to_what_a_source_has() {
    let found = RecordEntry { kind: EntryKind::Found, orphan: true, ..entry(0, 5, 1) };
    for (offered, verdict) in [
        (entry(3, 5, 1), OfferOutcome::There),
        (entry(3, 6, 2), OfferOutcome::Index { replace: true }),
    ] {
        let mut contest = Contest::new(vec![found]);
        assert_eq!(contest.offer(offered), verdict);
        contest.keep_vanished(1);
        let left: Vec<_> = contest.entries().map(|entry| entry.source).collect();
        assert_eq!(left, [3]);
    }
    let mut contest = Contest::new(vec![found]);
    assert_eq!(contest.offer(entry(3, 4, 2)), OfferOutcome::SetAside);
    assert_eq!(contest.entries().count(), 2);
}

#[test]
fn a_vanished_record_stands_above_an_older_one_but_not_above_its_successor() {
    let mut contest = Contest::new(vec![entry(0, 5, 1)]);
    contest.renew_source(0, 7);
    assert_eq!(contest.offer(entry(3, 4, 2)), OfferOutcome::SetAside);
    assert_eq!(contest.offer(entry(7, 3, 3)), OfferOutcome::SetAside);
    contest.keep_vanished(1);
    assert_eq!(contest.best(1).map(|best| best.source), Some(3));
}

#[test]
fn what_is_known_by_its_bytes_is_taken_over_unless_it_would_win() {
    let mut contest = Contest::new(vec![entry(0, 5, 1), entry(1, 4, 2)]);
    contest.renew_source(0, 7);
    contest.renew_source(1, 8);
    assert!(!contest.take_over(7, &[9; 16]));
    assert!(contest.take_over(8, &[2; 16]), "a better one vanished, it may come yet");
    assert_eq!(contest.offer(entry(7, 3, 3)), OfferOutcome::SetAside);
    assert!(!contest.take_over(8, &[2; 16]), "its better is gone");
    assert_eq!(contest.now(1), Some([1; 16]));
}

#[test]
fn what_takes_the_place_of_a_better_record_of_its_source_has_to_be_read() {
    let mut contest = Contest::new(vec![entry(0, 5, 1), entry(0, 4, 2)]);
    contest.renew_source(0, 7);
    assert!(!contest.take_over(7, &[2; 16]));
    assert_eq!(contest.offer(entry(7, 4, 2)), OfferOutcome::Index { replace: true });
    assert!(!contest.take_over(7, &[1; 16]));
}

#[test]
fn records_of_the_same_bytes_are_each_taken_over() {
    let mut contest = Contest::new(vec![entry(0, 5, 1)]);
    contest.renew_source(0, 7);
    assert!(contest.take_over(7, &[1; 16]) && contest.take_over(7, &[1; 16]));
    assert_eq!(contest.entries().count(), 2);
    assert_eq!(contest.changes().collect::<Vec<_>>(), [(1, StudyChange::Unchanged)]);
}

/// Two pages and what they were joined to, of sources 0 and 1.
fn paged() -> Contest {
    let page = |source, digest| RecordEntry { kind: EntryKind::Page, ..entry(source, 0, digest) };
    let joined = RecordEntry { kind: EntryKind::Joined, raw: [0; 16], ..entry(0, 0, 9) };
    Contest::new(vec![page(0, 1), joined, page(1, 2)])
}

#[test]
fn pages_that_are_what_they_were_need_not_be_joined_anew() {
    let mut contest = paged();
    contest.renew_source(0, 7);
    assert!(contest.take_over(7, &[1; 16]));
    assert!(contest.keep_joined(1, 7));
    assert_eq!(contest.best(1).map(|best| (best.source, best.kind)), Some((7, EntryKind::Joined)));
    assert_eq!(contest.changes().collect::<Vec<_>>(), [(1, StudyChange::Unchanged)]);
}

#[test]
fn pages_of_which_one_has_gone_are_joined_anew() {
    let mut contest = paged();
    contest.renew_source(0, 7);
    assert!(!contest.keep_joined(1, 1));
    assert!(contest.take_over(7, &[1; 16]) && contest.take_over(7, &[1; 16]));
    assert!(!contest.keep_joined(1, 7), "one has come");
}

//! What keys write to the review, and where they lead.

use super::*;

#[test]
fn decisions_are_written_with_rank_record_and_model() {
    let mut desk = TestDesk::new();
    desk.type_("i");
    assert_eq!(desk.number(), "NCT90000002");
    desk.type_("e2");
    assert_eq!(desk.verdict(2), Some((Verdict::Exclude, Some("design".to_owned()))));
    desk.type_("e\nm");
    assert_eq!(desk.verdict(3), Some((Verdict::Exclude, None)));
    assert_eq!(desk.verdict(4), Some((Verdict::Maybe, None)));
    assert_eq!(desk.number(), "");
    assert!(desk.shown(80, 24).contains("Nothing is left to read"));
    let state = desk.app.review.state();
    let first = state.study(nct(1)).expect("a study");
    let decision = &first.verdict_of("ann").expect("a verdict").decision;
    assert_eq!((decision.rank, decision.model.as_deref()), (Some(1), Some("relevance")));
    assert_eq!(decision.record, first.record);
    assert!(decision.record.is_some());
}

#[test]
fn a_reason_can_be_typed_anew_and_cancelled() {
    let mut desk = TestDesk::new();
    desk.type_("eNo controls");
    insta::assert_snapshot!("new_reason", desk.shown(80, 24));
    desk.key(KeyCode::Esc);
    assert_eq!(desk.verdict(1), None);
    desk.type_("eNo controls\n");
    assert_eq!(desk.verdict(1), Some((Verdict::Exclude, Some("no-controls".to_owned()))));
    assert_eq!(desk.said(), "NCT90000001 exclude: No controls (u takes it back)");
    desk.type_("e3");
    assert_eq!(desk.verdict(2).expect("a verdict").1.as_deref(), Some("no-controls"));
}

#[test]
fn what_was_done_is_taken_back_one_by_one() {
    let mut desk = TestDesk::new();
    desk.type_("ie1u");
    assert_eq!((desk.number().as_str(), desk.verdict(2)), ("NCT90000002", None));
    desk.type_("u");
    assert_eq!((desk.number().as_str(), desk.verdict(1)), ("NCT90000001", None));
    desk.type_("u");
    assert_eq!(desk.said(), "there is nothing to take back");
    // After a correction, reading goes on where it was left.
    desk.type_("e\n");
    assert_eq!(desk.number(), "NCT90000002");
}

#[test]
fn what_was_done_before_is_taken_back_by_two_keys() {
    let mut desk = TestDesk::new();
    desk.app.review.append(AT, "ann", vec![decide(1, Verdict::Include)]).expect("written");
    let review = Review::open(desk.app.review.path()).expect("a review");
    desk.app = ScreenApp::open(review, wishes()).expect("a screen");
    desk.type_("u");
    assert_eq!(desk.said(), "u again takes back, of 2026-11-01: NCT90000001 include");
    desk.type_("ju");
    assert!(desk.verdict(1).is_some(), "another key was between");
    desk.type_("u");
    assert_eq!(desk.verdict(1), None);
}

#[test]
fn there_is_as_much_to_learn_as_was_decided() {
    let mut desk = TestDesk::new();
    desk.type_("ie\nm");
    assert_eq!(desk.app.lesson(), Some(vec![(nct(1), true), (nct(2), false)]));
    assert_eq!(desk.app.lesson(), None);
    desk.type_("uuu");
    assert_eq!(desk.app.lesson(), Some(Vec::new()));
}

#[test]
fn one_can_go_forth_and_back_and_put_off() {
    let mut desk = TestDesk::new();
    let mut walked = Vec::new();
    for key in
        [KeyCode::Right, KeyCode::Right, KeyCode::Left, KeyCode::Char('i'), KeyCode::Char('s')]
    {
        desk.key(key);
        walked.push(desk.number().split_off(10));
    }
    assert_eq!(walked, ["2", "3", "2", "3", "4"]);
    desk.type_("i");
    assert_eq!(desk.number(), "NCT90000001", "the one gone past comes before the one put off");
    desk.type_("i");
    assert_eq!(desk.number(), "NCT90000003");
    assert_eq!(desk.app.waiting[0].turn, QueueTurn::Skipped);
    desk.type_("g2\n");
    assert!(desk.said().contains("no place: 1 study is left"), "{}", desk.said());
    desk.type_("g90000001\n");
    assert_eq!(desk.number(), "NCT90000001");
    desk.type_("gNCT99999999\n");
    assert_eq!(desk.said(), "NCT99999999 is not in the review");
}

#[test]
fn notes_and_labels_are_written_and_read_by() {
    let mut desk = TestDesk::new();
    desk.type_("nask the authors\nlcore\n");
    let shown = desk.shown(80, 24);
    assert!(shown.contains("Your note      ask the authors"), "{shown}");
    assert!(shown.contains("Your labels    core"), "{shown}");
    desk.type_("i");
    desk.type_("lcore\ng3\n");
    desk.type_("f");
    insta::assert_snapshot!("filter", desk.shown(80, 24));
    desk.type_("core\n");
    assert_eq!(desk.app.waiting.iter().map(|it| it.nct).collect::<Vec<_>>(), [nct(2), nct(1)]);
    assert_eq!(desk.number(), "NCT90000002");
    desk.type_("lcore\n");
    let labels = &desk.app.review.state().study(nct(2)).expect("a study").labels["ann"];
    assert!(labels.is_empty());
}

#[test]
fn a_note_that_cannot_be_written_is_not_lost() {
    let mut desk = TestDesk::new();
    let path = desk.app.review.path().to_owned();
    let away = path.with_extension("away");
    std::fs::rename(&path, &away).expect("moved");
    desk.type_("nask the authors\n");
    assert!(desk.said().contains("taken its place"), "{}", desk.shown(80, 24));
    std::fs::rename(&away, &path).expect("moved back");
    desk.type_(" first\n");
    assert_eq!(desk.app.own_note(), "ask the authors first");
}

#[test]
fn pasted_text_is_no_keys() {
    let mut desk = TestDesk::new();
    desk.app.paste("iiii");
    assert_eq!(desk.verdict(1), None);
    desk.type_("n");
    desk.app.paste("two\nlines");
    desk.type_("\n");
    assert_eq!(desk.app.own_note(), "two lines");
    assert!(matches!(desk.app.mode, ScreenMode::Reading));
}

#[test]
fn what_others_write_is_seen_and_what_is_read_stays() {
    let mut desk = TestDesk::new();
    let mut other = Review::open(desk.app.review.path()).expect("a review");
    other.append(AT, "ann", vec![decide(2, Verdict::Exclude)]).expect("written");
    assert!(desk.app.refresh().expect("read"));
    assert_eq!(desk.number(), "NCT90000001");
    assert_eq!(desk.app.progress.decided(), 1);
    desk.type_("i");
    assert_eq!(desk.number(), "NCT90000003");
}

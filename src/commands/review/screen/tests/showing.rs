//! What is seen of a review and a study.

use std::time::Duration;

use super::*;

#[test]
fn a_study_is_shown_on_small_and_large_terminals() {
    let mut desk = TestDesk::new();
    insta::assert_snapshot!("small", desk.shown(80, 24));
    insta::assert_snapshot!("large", desk.shown(120, 40));
    desk.type_("ie1m");
    insta::assert_snapshot!("after_three", desk.shown(80, 24));
    desk.type_("?");
    insta::assert_snapshot!("help", desk.shown(80, 60));
    insta::assert_snapshot!("too_small", desk.shown(60, 24));
}

#[test]
fn others_are_seen_when_asked_for_only() {
    let of_bob = || {
        let note = Act::Note { nct: nct(1), text: "see the protocol".to_owned() };
        vec![decide(1, Verdict::Exclude), note, Act::Label { nct: nct(1), label: "core".into() }]
    };
    let mut blind = TestDesk::with(&studies(), of_bob(), wishes());
    let shown = blind.shown(120, 40);
    assert!(!shown.contains("bob") && !shown.contains("protocol") && !shown.contains("core"));
    blind.type_("f");
    assert_eq!(blind.said(), "no study has a label");
    let mut open =
        TestDesk::with(&studies(), of_bob(), ScreenOptions { unblind: true, ..wishes() });
    let shown = open.shown(120, 40);
    assert!(shown.contains("Others         bob: exclude — see the protocol — core"), "{shown}");
}

#[test]
fn conflicts_are_settled() {
    let mut desk = TestDesk::with(
        &studies(),
        vec![decide(2, Verdict::Exclude), decide(3, Verdict::Maybe)],
        wishes(),
    );
    desk.type_("ii");
    let review = Review::open(desk.app.review.path()).expect("a review");
    desk.app =
        ScreenApp::open(review, ScreenOptions { settle: true, ..wishes() }).expect("a screen");
    assert_eq!(desk.number(), "NCT90000002");
    insta::assert_snapshot!("conflict", desk.shown(80, 24));
    desk.type_("e1");
    let study = desk.app.review.state().study(nct(2)).expect("a study");
    assert_eq!(study.outcome(), CombinedVerdict::Agreed(Verdict::Exclude));
    assert_eq!(study.verdict_of("ann").expect("a verdict").decision.verdict, Verdict::Include);
    assert!(desk.shown(80, 24).contains("There is no conflict to settle"));
    // A study that was gone to is not settled, since nobody differs on it.
    desk.type_("gNCT90000003\n");
    desk.type_("i");
    assert_eq!(desk.said(), "NCT90000003: there is no conflict to settle");
    let other = desk.app.review.state().study(nct(3)).expect("a study");
    assert_eq!(other.settled, None);
    desk.type_("u");
    assert_eq!(desk.number(), "NCT90000002");
}

/// A ranking in which the fourth study is the best of those unread.
fn ranking() -> LearnedRanking {
    let scores = [(1, 2.0), (2, -1.0), (3, -0.5), (4, 0.7)];
    LearnedRanking {
        name: "svm-1 of 1 decision".to_owned(),
        scores: scores.into_iter().map(|(number, score)| (nct(number), score)).collect(),
        why: Box::new(|_, _| {
            (vec!["peak flow".to_owned(), "volume".to_owned()], vec!["school".to_owned()])
        }),
    }
}

#[test]
fn a_ranking_orders_what_is_behind_the_study_shown() {
    let mut desk = TestDesk::new();
    desk.type_("i");
    desk.app.rank(Some(ranking()), Duration::from_secs(3600)).expect("ranked");
    assert_eq!(desk.number(), "NCT90000002", "what is read does not go away");
    desk.type_("i");
    assert_eq!(desk.number(), "NCT90000004");
    let decision =
        &desk.app.review.state().study(nct(2)).expect("a study").verdicts["ann"].decision;
    assert_eq!(decision.model.as_deref(), Some("svm-1 of 1 decision, certainty"));
    assert_eq!(decision.rank, Some(3));
    insta::assert_snapshot!("ranked", desk.shown(80, 24));
}

#[test]
fn a_ranking_that_comes_at_once_chooses_the_study_shown() {
    let mut desk = TestDesk::new();
    desk.type_("i");
    desk.app.rank(Some(ranking()), Duration::ZERO).expect("ranked");
    assert_eq!(desk.number(), "NCT90000004");
    desk.type_("ij");
    let number = desk.number();
    desk.app.rank(Some(ranking()), Duration::ZERO).expect("ranked");
    assert_eq!(desk.number(), number, "after a key somebody reads");
}

#[test]
fn what_was_decided_is_listed_and_shown_again() {
    let mut desk = TestDesk::new();
    desk.type_("ie1");
    desk.type_("d");
    insta::assert_snapshot!("decided", desk.shown(80, 24));
    desk.type_("budes\n");
    assert_eq!(desk.number(), "NCT90000001");
    assert!(desk.shown(80, 24).contains("You said       include (2026-11-02)"));
}

#[test]
fn texts_are_found_within_a_study() {
    let long = json!({"descriptionModule": {"briefSummary": "Filler.\n".repeat(60) + "A needle.",
        "detailedDescription": "Filler.\n".repeat(60) + "NEEDLES"}});
    let mut desk = TestDesk::with(&[study(1, "Long", &long)], Vec::new(), wishes());
    desk.shown(80, 24);
    desk.type_("/needle\n");
    assert_eq!(desk.said(), "`needle`: 1 of 2; ; and , go on");
    assert!(desk.shown(80, 24).contains("A needle."));
    desk.type_(";");
    assert!(desk.shown(80, 24).contains("NEEDLES"));
    desk.type_(";");
    assert_eq!(desk.said(), "`needle`: 1 of 2; ; and , go on");
    desk.type_("/haystack\n");
    assert_eq!(desk.said(), "`haystack` is not in this study");
}

#[test]
fn marks_are_seen_without_colour() {
    let styled = |color: bool| {
        let mut desk = TestDesk::with(&studies(), Vec::new(), ScreenOptions { color, ..wishes() });
        desk.type_("/volume\n");
        let buffer = desk.buffer(80, 40);
        let word = |wanted: &str| {
            let rows: Vec<String> = buffer
                .content()
                .chunks(80)
                .map(|row| row.iter().map(ratatui::buffer::Cell::symbol).collect())
                .collect();
            let line = rows.iter().position(|row| row.contains(wanted)).expect("a line");
            let column = rows[line].find(wanted).expect("a column");
            let cell = &buffer.content()[line * 80 + column];
            (cell.fg, cell.modifier)
        };
        let words = ["Asthmas", "budesonide, study", "volume ["].map(word);
        let plain = buffer.content().iter().all(|cell| cell.fg == Color::Reset);
        (words, plain)
    };
    let (words, plain) = styled(false);
    assert!(plain);
    let modifiers = [Modifier::BOLD, Modifier::UNDERLINED, Modifier::REVERSED];
    assert_eq!(words.map(|(_, modifier)| modifier), modifiers);
    let (words, plain) = styled(true);
    assert!(!plain);
    assert_eq!(words.map(|(color, _)| color), [Color::Yellow, Color::Green, Color::Magenta]);
}

#[test]
fn wide_and_hostile_text_stays_in_its_place() {
    let hostile = json!({
        "identificationModule": {"nctId": "NCT90000001",
            "briefTitle": "慢性疾病の治療 e\u{301}tude \u{1b}]0;x\u{7}\u{202e}evil"},
        "conditionsModule": {"conditions": ["喘息".repeat(40)]},
    });
    let mut desk = TestDesk::with(&[study(1, "", &hostile)], Vec::new(), wishes());
    desk.type_("n注\u{1b}[2J");
    desk.key(KeyCode::Enter);
    insta::assert_snapshot!("wide", desk.shown(80, 24));
}

#[test]
fn a_sample_is_counted() {
    let sample =
        Sample { seed: 1, population: vec![nct(1), nct(2), nct(3)], drawn: vec![nct(3), nct(1)] };
    let mut desk = TestDesk::new();
    desk.app.review.append(AT, "ann", vec![Act::Sample(sample)]).expect("written");
    let review = Review::open(desk.app.review.path()).expect("a review");
    desk.app = ScreenApp::open(review, wishes()).expect("a screen");
    assert_eq!(desk.number(), "NCT90000003");
    assert!(desk.shown(120, 24).contains("1. of 4, of your random sample"));
    desk.type_("i");
    assert!(desk.shown(120, 24).contains("sample 1/2"));
}

#[test]
fn a_terminal_may_shrink_before_it_is_drawn() {
    let mut desk = TestDesk::new();
    desk.app.resize(80, 24);
    let backend = TestBackend::new(20, 3);
    let mut terminal = Terminal::new(backend).expect("a terminal");
    terminal.draw(|frame| draw(frame, &desk.app)).expect("drawn");
}

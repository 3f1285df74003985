//! The screen without a terminal: keys in, cells out.

use std::time::Duration;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::style::{Color, Modifier};
use serde_json::{Value, json};
use tempfile::TempDir;
use trialdex::study::{NctId, Study};
use trialdex::triage::{
    Act, Decision, Fingerprint, Order, Outcome, Review, ReviewError, Sample, Source, Turn, Verdict,
};

use super::super::next::LearnedRanking;
use super::app::{After, App, Mode, Now, Wishes};
use super::draw::draw;
use super::ranker::Ranking;

const AT: &str = "2026-11-01T10:00:00Z";

/// A review in a directory of its own.
struct Desk {
    _directory: TempDir,
    app: App,
    seconds: u64,
}

fn study(number: u32, title: &str, rest: &Value) -> Study {
    let mut sections = json!({
        "identificationModule": {"nctId": format!("NCT9000000{number}"), "briefTitle": title},
        "statusModule": {"overallStatus": "COMPLETED", "startDateStruct": {"date": "2020-01"}},
        "sponsorCollaboratorsModule": {"leadSponsor": {"name": "Example University"}},
        "conditionsModule": {"conditions": ["Asthma"]},
        "designModule": {"studyType": "INTERVENTIONAL", "phases": ["PHASE3"],
            "enrollmentInfo": {"count": 120, "type": "ACTUAL"}},
        "descriptionModule": {"briefSummary": format!("Asthmas treated by budesonide, study {number}.")},
        "eligibilityModule": {"sex": "ALL", "minimumAge": "18 Years", "eligibilityCriteria":
            "Inclusion Criteria:\n\n* Asthma for a year\n\nExclusion Criteria:\n\n* Smoking"},
        "outcomesModule": {"primaryOutcomes": [
            {"measure": "Forced expiratory volume", "timeFrame": "12 weeks"}]},
    });
    if let (Value::Object(sections), Value::Object(rest)) = (&mut sections, rest) {
        sections.extend(rest.clone());
    }
    let Value::Object(map) = json!({"protocolSection": sections}) else { panic!("an object") };
    Study::from_map(map)
}

fn studies() -> Vec<Study> {
    let titles = ["Budesonide in Asthma", "Steroids at School", "Breathing Exercises", "Peak Flow"];
    (1..).zip(titles).map(|(number, title)| study(number, title, &json!({}))).collect()
}

fn source(studies: &[Study]) -> Act {
    let hits = studies.iter().map(|study| {
        let record = Fingerprint::of(&serde_json::to_vec(study.as_map()).expect("JSON"));
        json!({"nctId": study.nct_id(), "record": record})
    });
    let receipt = json!({
        "schema": "trialdex.receipt.v1", "program": "0", "date": AT, "typed": [["", "asthma"]],
        "understood": "asthma AND NOT smoking",
        "index": {"digest": "", "studies": studies.len(), "latestUpdate": null},
        "required": 1, "clauses": 1, "total": studies.len(), "hits": hits.collect::<Vec<_>>(),
    });
    let origin =
        trialdex::triage::Origin::Search(serde_json::from_value(receipt).expect("a receipt"));
    Act::Source(Source { name: "search 1".to_owned(), origin })
}

fn wishes() -> Wishes {
    Wishes {
        reviewer: "ann".to_owned(),
        order: Order::Certainty,
        highlight: vec!["budesonide".to_owned()],
        unblind: false,
        settle: false,
        color: true,
    }
}

impl Desk {
    fn new() -> Self {
        Self::with(&studies(), Vec::new(), wishes())
    }

    /// With these studies, and acts of `bob` besides.
    fn with(studies: &[Study], of_bob: Vec<Act>, wishes: Wishes) -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("asthma.review");
        let reason =
            |key: &str, wording: &str| Act::Reason { key: key.into(), wording: wording.into() };
        let acts = vec![
            Act::Begin { title: "Asthma".to_owned() },
            reason("population", "Wrong population"),
            reason("design", "Wrong study design"),
            source(studies),
        ];
        let review = Review::create::<ReviewError>(&path, |review| {
            review.keep(studies)?;
            review.append(AT, "ann", acts)?;
            review.append(AT, "bob", of_bob)?;
            Ok(())
        });
        let app = App::open(review.expect("a review"), wishes).expect("a screen");
        Self { _directory: directory, app, seconds: 0 }
    }

    fn now(&mut self) -> Now {
        self.seconds += 20;
        let (minute, second) = (self.seconds / 60, self.seconds % 60);
        let at = format!("2026-11-02T10:{minute:02}:{second:02}Z");
        Now { at, elapsed: Duration::from_secs(self.seconds) }
    }

    fn key(&mut self, code: KeyCode) -> After {
        let now = self.now();
        self.app.press(KeyEvent::new(code, KeyModifiers::NONE), &now)
    }

    /// Types characters; `\n` is Enter.
    fn type_(&mut self, keys: &str) {
        for c in keys.chars() {
            let code = if c == '\n' { KeyCode::Enter } else { KeyCode::Char(c) };
            assert_eq!(self.key(code), After::Stay, "{c}");
        }
    }

    fn buffer(&mut self, columns: u16, lines: u16) -> Buffer {
        self.app.resize(columns, lines);
        let mut terminal = Terminal::new(TestBackend::new(columns, lines)).expect("a terminal");
        terminal.draw(|frame| draw(frame, &self.app)).expect("drawn");
        terminal.backend().buffer().clone()
    }

    fn shown(&mut self, columns: u16, lines: u16) -> String {
        let buffer = self.buffer(columns, lines);
        let rows = buffer.content().chunks(columns.into());
        let rows = rows.map(|row| {
            let mut text = String::new();
            let mut covered = 0;
            for cell in row {
                // A wide character covers the cell after it.
                if covered == 0 {
                    text.push_str(cell.symbol());
                    covered = unicode_width::UnicodeWidthStr::width(cell.symbol()).max(1);
                }
                covered -= 1;
            }
            text.trim_end().to_owned()
        });
        rows.collect::<Vec<_>>().join("\n")
    }

    fn number(&self) -> String {
        self.app.current().map(|nct| nct.to_string()).unwrap_or_default()
    }

    fn said(&self) -> &str {
        self.app.message.as_ref().map_or("", |message| &message.text)
    }

    fn verdict(&self, number: u32) -> Option<(Verdict, Option<String>)> {
        let study = self.app.review.state().study(nct(number)).expect("a study");
        let decision = &study.verdict_of("ann")?.decision;
        Some((decision.verdict, decision.reason.clone()))
    }
}

fn nct(number: u32) -> NctId {
    NctId::parse(&format!("NCT9000000{number}")).expect("a number")
}

#[test]
fn a_study_is_shown_on_small_and_large_terminals() {
    let mut desk = Desk::new();
    insta::assert_snapshot!("small", desk.shown(80, 24));
    insta::assert_snapshot!("large", desk.shown(120, 40));
    desk.type_("ie1m");
    insta::assert_snapshot!("after_three", desk.shown(80, 24));
    desk.type_("?");
    insta::assert_snapshot!("help", desk.shown(80, 60));
    insta::assert_snapshot!("too_small", desk.shown(60, 24));
}

#[test]
fn decisions_are_written_with_rank_record_and_model() {
    let mut desk = Desk::new();
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
    let mut desk = Desk::new();
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
    let mut desk = Desk::new();
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
    let mut desk = Desk::new();
    desk.app.review.append(AT, "ann", vec![decide(1, Verdict::Include)]).expect("written");
    let review = Review::open(&desk.app.review.path().to_owned()).expect("a review");
    desk.app = App::open(review, wishes()).expect("a screen");
    desk.type_("u");
    assert_eq!(desk.said(), "u again takes back, of 2026-11-01: NCT90000001 include");
    desk.type_("ju");
    assert!(desk.verdict(1).is_some(), "another key was between");
    desk.type_("u");
    assert_eq!(desk.verdict(1), None);
}

fn decide(number: u32, verdict: Verdict) -> Act {
    Act::Decide(Decision::new(nct(number), verdict))
}

#[test]
fn others_are_seen_when_asked_for_only() {
    let of_bob = || {
        let note = Act::Note { nct: nct(1), text: "see the protocol".to_owned() };
        vec![decide(1, Verdict::Exclude), note, Act::Label { nct: nct(1), label: "core".into() }]
    };
    let mut blind = Desk::with(&studies(), of_bob(), wishes());
    let shown = blind.shown(120, 40);
    assert!(!shown.contains("bob") && !shown.contains("protocol") && !shown.contains("core"));
    blind.type_("f");
    assert_eq!(blind.said(), "no study has a label");
    let mut open = Desk::with(&studies(), of_bob(), Wishes { unblind: true, ..wishes() });
    let shown = open.shown(120, 40);
    assert!(shown.contains("Others         bob: exclude — see the protocol — core"), "{shown}");
}

#[test]
fn conflicts_are_settled() {
    let mut desk = Desk::with(
        &studies(),
        vec![decide(2, Verdict::Exclude), decide(3, Verdict::Maybe)],
        wishes(),
    );
    desk.type_("ii");
    let review = Review::open(&desk.app.review.path().to_owned()).expect("a review");
    desk.app = App::open(review, Wishes { settle: true, ..wishes() }).expect("a screen");
    assert_eq!(desk.number(), "NCT90000002");
    insta::assert_snapshot!("conflict", desk.shown(80, 24));
    desk.type_("e1");
    let study = desk.app.review.state().study(nct(2)).expect("a study");
    assert_eq!(study.outcome(), Outcome::Agreed(Verdict::Exclude));
    assert_eq!(study.verdict_of("ann").expect("a verdict").decision.verdict, Verdict::Include);
    assert!(desk.shown(80, 24).contains("There is no conflict to settle"));
    desk.type_("u");
    assert_eq!(desk.number(), "NCT90000002");
}

#[test]
fn a_ranking_orders_what_is_behind_the_study_shown() {
    let mut desk = Desk::new();
    desk.type_("i");
    let scores = [(1, 2.0), (2, -1.0), (3, -0.5), (4, 0.7)];
    desk.app.rank(Some(Ranking {
        learned: LearnedRanking {
            name: "svm-1 of 1 decision".to_owned(),
            scores: scores.into_iter().map(|(number, score)| (nct(number), score)).collect(),
        },
        why: Box::new(|_, _| {
            (vec!["peak flow".to_owned(), "volume".to_owned()], vec!["school".to_owned()])
        }),
    }));
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
fn there_is_as_much_to_learn_as_was_decided() {
    let mut desk = Desk::new();
    desk.type_("ie\nm");
    assert_eq!(desk.app.lesson(), Some(vec![(nct(1), true), (nct(2), false)]));
    assert_eq!(desk.app.lesson(), None);
    desk.type_("uuu");
    assert_eq!(desk.app.lesson(), Some(Vec::new()));
}

#[test]
fn one_can_go_forth_and_back_and_put_off() {
    let mut desk = Desk::new();
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
    assert_eq!(desk.app.waiting[0].turn, Turn::Skipped);
    desk.type_("g2\n");
    assert!(desk.said().contains("no place: 1 study is left"), "{}", desk.said());
    desk.type_("g90000001\n");
    assert_eq!(desk.number(), "NCT90000001");
    desk.type_("gNCT99999999\n");
    assert_eq!(desk.said(), "NCT99999999 is not in the review");
}

#[test]
fn notes_and_labels_are_written_and_read_by() {
    let mut desk = Desk::new();
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
fn what_was_decided_is_listed_and_shown_again() {
    let mut desk = Desk::new();
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
    let mut desk = Desk::with(&[study(1, "Long", &long)], Vec::new(), wishes());
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
        let mut desk = Desk::with(&studies(), Vec::new(), Wishes { color, ..wishes() });
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
    let mut desk = Desk::with(&[study(1, "", &hostile)], Vec::new(), wishes());
    desk.type_("n注\u{1b}[2J");
    desk.key(KeyCode::Enter);
    insta::assert_snapshot!("wide", desk.shown(80, 24));
}

#[test]
fn pasted_text_is_no_keys() {
    let mut desk = Desk::new();
    desk.app.paste("iiii");
    assert_eq!(desk.verdict(1), None);
    desk.type_("n");
    desk.app.paste("two\nlines");
    desk.type_("\n");
    assert_eq!(desk.app.own_note(), "two lines");
    assert!(matches!(desk.app.mode, Mode::Reading));
}

#[test]
fn a_sample_is_counted() {
    let sample =
        Sample { seed: 1, population: vec![nct(1), nct(2), nct(3)], drawn: vec![nct(3), nct(1)] };
    let mut desk = Desk::new();
    desk.app.review.append(AT, "ann", vec![Act::Sample(sample)]).expect("written");
    let review = Review::open(&desk.app.review.path().to_owned()).expect("a review");
    desk.app = App::open(review, wishes()).expect("a screen");
    assert_eq!(desk.number(), "NCT90000003");
    assert!(desk.shown(120, 24).contains("1. of 4, of your random sample"));
    desk.type_("i");
    assert!(desk.shown(120, 24).contains("sample 1/2"));
}

#[test]
fn what_others_write_is_seen_and_what_is_read_stays() {
    let mut desk = Desk::new();
    let mut other = Review::open(&desk.app.review.path().to_owned()).expect("a review");
    other.append(AT, "ann", vec![decide(2, Verdict::Exclude)]).expect("written");
    assert!(desk.app.refresh().expect("read"));
    assert_eq!(desk.number(), "NCT90000001");
    assert_eq!(desk.app.progress.decided(), 1);
    desk.type_("i");
    assert_eq!(desk.number(), "NCT90000003");
}

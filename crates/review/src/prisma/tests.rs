//! The numbers add up, and the diagram is a document, whatever happened.

use proptest::prelude::*;
use quick_xml::Reader;
use quick_xml::events::Event as Xml;

use super::*;
use crate::event::{Act, AgainstMaybe, Decision, Event, ReviewUpdate};
use crate::origin::{FileOrigin, ReviewSource};
use trialdex_plan::Spelling;
use trialdex_plan::receipt::Kept;
use trialdex_records::study::NctId;

const AT: &str = "2026-01-01T00:00:00Z";

fn nct(number: u32) -> NctId {
    NctId::from_number(90_000_000 + number).expect("a number")
}

fn file(name: &str, studies: &[u32], unnumbered: usize) -> Act {
    let kept = |number: &u32| Kept { nct_id: nct(*number).to_string(), record: "0".repeat(16) };
    let origin = SourceOrigin::File(FileOrigin {
        path: name.to_owned(),
        digest: String::new(),
        format: "RIS".to_owned(),
        shared: 0,
        records: studies.len() + unnumbered,
        studies: studies.iter().map(kept).collect(),
        unnumbered: vec!["Tea".to_owned(); unnumbered],
    });
    Act::Source(ReviewSource { name: name.to_owned(), origin })
}

fn decide(number: u32, verdict: Verdict, reason: Option<&str>) -> Act {
    let reason = reason.map(str::to_owned);
    Act::Decide(Decision { reason, ..Decision::new(nct(number), verdict) })
}

fn state(acts: Vec<(&str, Act)>) -> ReviewState {
    let events = (1..).zip(acts).map(|(seq, (who, act))| Event::new(seq, AT, who, act));
    ReviewState::of(&events.collect::<Vec<_>>())
}

fn reason(key: &str, wording: &str) -> Act {
    Act::Reason { key: key.to_owned(), wording: wording.to_owned() }
}

fn small() -> ReviewState {
    state(vec![
        ("ann", Act::Begin { title: "Tea <&> \"cups\"".to_owned() }),
        ("ann", reason("population", "Wrong population")),
        ("ann", reason("design", "Wrong study design")),
        ("ann", file("a.ris", &[1, 2, 3, 4, 5, 6, 7], 2)),
        ("ann", file("b.csv", &[1, 2, 8], 0)),
        ("ann", file("b.csv", &[1, 2, 8, 9], 0)),
        ("ann", decide(1, Verdict::Include, None)),
        ("ann", decide(2, Verdict::Exclude, Some("design"))),
        ("ann", decide(3, Verdict::Exclude, Some("population"))),
        ("ann", decide(4, Verdict::Exclude, Some("population"))),
        ("ann", decide(5, Verdict::Exclude, None)),
        ("ann", decide(6, Verdict::Maybe, None)),
        ("ann", decide(7, Verdict::Include, None)),
        ("bo", decide(7, Verdict::Exclude, Some("design"))),
    ])
}

#[test]
fn a_small_review_is_counted() {
    let counts = PrismaCounts::of(&small());
    assert_eq!((counts.identified, counts.unnumbered, counts.duplicates), (13, 2, 2));
    assert_eq!((counts.studies, counts.screened, counts.unread), (9, 7, 2));
    assert_eq!((counts.excluded, counts.included), (4, 1));
    assert_eq!((counts.maybe, counts.conflicts, counts.elsewhere), (1, 1, 0));
    let reasons = [("Wrong population", 2), ("Wrong study design", 1), (NO_REASON, 1)];
    assert_eq!(counts.reasons, reasons.map(|(wording, count)| (wording.to_owned(), count)));
    assert_eq!((counts.sources[1].identified, counts.sources[1].later), (4, 1));
}

fn titled(title: &str, mut state: ReviewState) -> ReviewState {
    title.clone_into(&mut state.title);
    state
}

#[test]
fn a_table_has_every_number() {
    let expected = "\
Tea

13  Records identified
 9    a.ris
 4    b.csv
 1      of these when run again
 2  Duplicate records
 2  Records without a registration number
 9  Studies to be screened
 2    not yet screened
 7    screened
 4  Excluded
 2    Wrong population
 1    Wrong study design
 1    No reason given
 1  To be looked at again
 1  Conflicts
 1  Included

Ann is sure.
";
    assert_eq!(
        text(
            &titled("Tea", small()),
            &PrismaCounts::of(&small()),
            &["Ann is sure.".to_owned()],
            Spelling::default()
        ),
        expected
    );
}

/// Texts of an XML document, which must be one.
fn texts(document: &str) -> Vec<String> {
    let mut reader = Reader::from_str(document);
    let (mut texts, mut depth) = (vec![String::new()], 0);
    loop {
        match reader.read_event().expect("XML") {
            Xml::Start(_) => {
                depth += 1;
                texts.push(String::new());
            }
            Xml::End(_) => depth -= 1,
            Xml::Eof => break,
            Xml::Text(text) => texts.last_mut().expect("one").push_str(&text),
            Xml::GeneralRef(name) => {
                let c = match &*name {
                    "amp" => '&',
                    "lt" => '<',
                    "gt" => '>',
                    "quot" => '"',
                    other => panic!("{other}"),
                };
                texts.last_mut().expect("one").push(c);
            }
            _ => {}
        }
    }
    assert_eq!(depth, 0);
    texts
}

#[test]
fn the_diagram_says_the_numbers() {
    let document = svg("Tea <&> \"cups\" \u{1b}\u{ffff}", &PrismaCounts::of(&small()));
    let texts = texts(&document);
    for expected in [
        "PRISMA 2020 flow diagram: Tea <&> \"cups\" \u{fffd}\u{fffd}",
        "Records identified (n = 13)",
        "Duplicate records (n = 2)",
        "Records without registration number",
        "Records not yet screened (n = 2)",
        "Records excluded (n = 4)",
        "Wrong population (n = 2)",
        "No reason given (n = 1)",
        "Reviewers disagree (n = 1)",
        "Studies included in the review (n = 1)",
    ] {
        assert!(
            texts.iter().any(|text| text.trim().replace('\u{a0}', " ") == expected),
            "{expected}: {texts:?}"
        );
    }
}

fn settle(number: u32, verdict: Verdict, reason: Option<&str>) -> Act {
    let reason = reason.map(str::to_owned);
    Act::Settle(Decision { reason, ..Decision::new(nct(number), verdict) })
}

fn vanished(numbers: Vec<u32>) -> Act {
    let vanished = numbers.into_iter().map(nct).collect();
    Act::Update(ReviewUpdate { vanished, ..ReviewUpdate::default() })
}

/// Table, diagram and JSON give the same numbers.
fn same_everywhere(state: &ReviewState, counts: &PrismaCounts) -> Result<(), TestCaseError> {
    let table = text(state, counts, &[], Spelling::default());
    let drawn = texts(&svg("any", counts)).concat().replace('\u{a0}', " ");
    let drawn = drawn.split_whitespace().collect::<String>();
    let json = serde_json::to_value(counts).expect("JSON");
    for (row, field, box_) in [
        ("Records identified", "identified", "Records identified"),
        ("Duplicate records", "duplicates", "Duplicate records"),
        ("screened", "screened", "Records screened"),
        ("Excluded", "excluded", "Records excluded"),
        ("Included", "included", "Studies included in the review"),
    ] {
        let line = table.lines().find(|line| {
            line.trim_start_matches([' ', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9']) == row
        });
        let shown: usize =
            line.and_then(|it| it.split_whitespace().next()?.parse().ok()).expect(row);
        prop_assert_eq!(json[field].as_u64(), Some(shown as u64), "{}", row);
        let expected = format!("{box_} (n = {shown})").split_whitespace().collect::<String>();
        prop_assert!(drawn.contains(&expected), "{expected} in {drawn}");
    }
    for (wording, count) in &counts.reasons {
        let expected = format!("{wording} (n = {count})").split_whitespace().collect::<String>();
        prop_assert!(drawn.contains(&expected), "{expected} in {drawn}");
    }
    Ok(())
}

fn act() -> impl Strategy<Value = (&'static str, Act)> {
    let number = || 1u32..12;
    let verdict = || prop::sample::select(Verdict::ALL.to_vec());
    let reason = prop::option::of(prop::sample::select(vec!["population", "design", "other"]));
    let studies = prop::collection::vec(number(), 0..8);
    let name = prop::sample::select(vec!["a.ris", "b.csv", "c"]);
    let act = prop_oneof![
        (name, studies, 0usize..3).prop_map(|(name, studies, none)| file(name, &studies, none)),
        (number(), verdict(), reason).prop_map(|(at, verdict, why)| decide(at, verdict, why)),
        (number(), verdict(), prop::option::of(prop::sample::select(vec!["design", "other"])))
            .prop_map(|(at, verdict, why)| settle(at, verdict, why)),
        (1u32..4, prop::bool::ANY).prop_map(|(readers, include)| Act::Settings {
            readers: Some(readers),
            maybe: include.then_some(AgainstMaybe::Include),
        }),
        prop::collection::vec(number(), 1..3).prop_map(vanished),
    ];
    (prop::sample::select(vec!["ann", "bo", "cy"]), act)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn the_numbers_add_up(acts in prop::collection::vec(act(), 0..40)) {
        let state = state(acts);
        let counts = PrismaCounts::of(&state);
        let found: usize = counts.sources.iter().map(|source| source.identified).sum();
        prop_assert_eq!(found + counts.elsewhere, counts.identified);
        let each = counts.identified + counts.shared - counts.unnumbered - counts.duplicates;
        prop_assert_eq!(each, counts.studies);
        let outcomes = counts.excluded + counts.included + counts.maybe + counts.conflicts;
        prop_assert_eq!(counts.unread + counts.waiting + outcomes, counts.studies);
        prop_assert_eq!(counts.screened, outcomes);
        let by_reason: usize = counts.reasons.iter().map(|(_, count)| count).sum();
        prop_assert_eq!(by_reason, counts.excluded);
        for nct in &counts.disputed {
            let study = state.study(*nct).expect("a study");
            prop_assert!(state.is_disputed(study) && study.verdicts.len() > 1);
        }
        let differing = counts.reasons.iter().find(|(wording, _)| wording == DISPUTED);
        prop_assert_eq!(differing.map_or(0, |(_, count)| *count), counts.disputed.len());
        same_everywhere(&state, &counts)?;
    }

    #[test]
    fn any_text_makes_a_document(title in "\\PC{0,20}|[\\x00-\\x1f<>&\"]{0,9}", wording in ".{0,200}") {
        let counts = PrismaCounts { reasons: vec![(wording, 3)], ..PrismaCounts::of(&small()) };
        texts(&svg(&title, &counts));
    }
}

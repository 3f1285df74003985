//! What holds of reviews whatever happens to them.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use trialdex_records::study::{NctId, Study};

const REVIEWERS: [&str; 3] = ["ann", "bo", "cy"];
const AT: &str = "2026-01-01T00:00:00Z";

fn nct(number: u32) -> NctId {
    NctId::from_number(90_000_000 + number).expect("a number")
}

fn study(number: u32, status: &str) -> Study {
    let json = json!({"protocolSection": {
        "identificationModule": {"nctId": nct(number), "briefTitle": format!("Study {number}")},
        "statusModule": {"overallStatus": status},
    }});
    Study::from_map(json.as_object().expect("an object").clone())
}

/// A file with studies from 1 to `last`.
fn source(last: u32) -> Act {
    let kept = |number| {
        let study = study(number, "RECRUITING");
        let json = serde_json::to_vec(study.as_map()).expect("JSON");
        let record = Fingerprint::of(&json).as_str().to_owned();
        trialdex_plan::receipt::Kept { nct_id: nct(number).to_string(), record }
    };
    let studies = (1..=last).map(kept).collect();
    let origin = SourceOrigin::File(FileOrigin {
        path: "a.ris".to_owned(),
        digest: String::new(),
        format: "RIS".to_owned(),
        shared: 0,
        records: last as usize,
        studies,
        unnumbered: Vec::new(),
    });
    Act::Source(ReviewSource { name: "a.ris".to_owned(), origin })
}

/// Something that a reviewer does: decides, or takes back one of the events so
/// far.
#[derive(Debug, Clone)]
#[expect(clippy::large_enum_variant, reason = "steps of a test are few")]
enum ReviewerStep {
    Does(Act),
    TakesBack(prop::sample::Index),
}

fn step() -> impl Strategy<Value = ReviewerStep> {
    let studies = || (1u32..6).prop_map(nct);
    let verdict = prop::sample::select(Verdict::ALL.to_vec());
    let decide = (studies(), verdict, prop::option::of("[a-c]"))
        .prop_map(|(nct, verdict, note)| Decision { note, ..Decision::new(nct, verdict) });
    prop_oneof![
        4 => decide.clone().prop_map(|decision| ReviewerStep::Does(Act::Decide(decision))),
        1 => decide.prop_map(|decision| ReviewerStep::Does(Act::Settle(decision))),
        1 => studies().prop_map(|nct| ReviewerStep::Does(Act::Skip { nct })),
        1 => (studies(), "[xy]").prop_map(|(nct, label)| ReviewerStep::Does(Act::Label { nct, label })),
        1 => (studies(), "[xy]").prop_map(|(nct, label)| ReviewerStep::Does(Act::Unlabel { nct, label })),
        2 => any::<prop::sample::Index>().prop_map(ReviewerStep::TakesBack),
    ]
}

/// The events of one copy of a review: a beginning that all copies share, and
/// what one reviewer did after it.
fn copy(begun: &[Event], reviewer: &str, steps: &[ReviewerStep]) -> Vec<Event> {
    let mut events = begun.to_vec();
    for step in steps {
        let act = match step {
            ReviewerStep::Does(act) => act.clone(),
            ReviewerStep::TakesBack(which) => Act::Undo { event: which.get(&events).id.clone() },
        };
        let seq = events.last().map_or(1, |last| last.seq + 1);
        events.push(Event::new(seq, AT, reviewer, act));
    }
    events
}

fn begun() -> Vec<Event> {
    let begin = Act::Begin { title: "Tea".to_owned() };
    vec![Event::new(1, AT, "ann", begin), Event::new(2, AT, "ann", source(6))]
}

/// Everything that is visible of a state.
fn told(state: &ReviewState) -> String {
    format!("{:?} {:?} {:?}", state.title, state.reviewers, state.studies())
}

fn merged(copies: &[&Vec<Event>]) -> ReviewState {
    let mut events: Vec<Event> = Vec::new();
    for event in copies.iter().copied().flatten() {
        if !events.iter().any(|known| known.id == event.id) {
            events.push(event.clone());
        }
    }
    events.sort_by(|one, other| one.key().cmp(&other.key()));
    ReviewState::of(&events)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn copies_merge_to_the_same_in_any_order(
        steps in prop::collection::vec(prop::collection::vec(step(), 0..12), 3),
    ) {
        let begun = begun();
        let copies: Vec<Vec<Event>> =
            REVIEWERS.iter().zip(&steps).map(|(who, steps)| copy(&begun, who, steps)).collect();
        let [a, b, c] = [&copies[0], &copies[1], &copies[2]];
        let expected = told(&merged(&[a, b, c]));
        for order in [[a, c, b], [b, a, c], [b, c, a], [c, a, b], [c, b, a]] {
            prop_assert_eq!(told(&merged(&order)), expected.clone());
        }
        prop_assert_eq!(told(&merged(&[a, b, a, c, b])), expected);
    }

    #[test]
    fn what_is_taken_back_might_not_have_happened(
        steps in prop::collection::vec(step(), 0..12),
        act in step(),
    ) {
        let before = copy(&begun(), "ann", &steps);
        let ReviewerStep::Does(act) = act else { return Ok(()) };
        let seq = before.len() as u64 + 1;
        let mut events = before.clone();
        events.push(Event::new(seq, AT, "bo", act));
        let undo = Act::Undo { event: events[events.len() - 1].id.clone() };
        events.push(Event::new(seq + 1, AT, "bo", undo));
        prop_assert_eq!(told(&ReviewState::of(&events)), told(&ReviewState::of(&before)));
    }

    #[test]
    fn a_state_that_grew_is_the_one_worked_out_anew(
        steps in prop::collection::vec(step(), 0..20),
        more in prop::collection::vec(step(), 1..6),
    ) {
        let before = copy(&begun(), "ann", &steps);
        let all = copy(&before, "bo", &more);
        let mut state = ReviewState::of(&before);
        let added = all[before.len()..].iter().all(|event| state.add(event));
        let takes_back = more.iter().any(|step| matches!(step, ReviewerStep::TakesBack(_)));
        prop_assert_eq!(added, !takes_back);
        if added {
            prop_assert_eq!(told(&state), told(&ReviewState::of(&all)));
        }
    }

    #[test]
    fn a_queue_holds_what_is_undecided_once(
        steps in prop::collection::vec(step(), 0..20),
        seed in any::<u64>(),
    ) {
        let state = ReviewState::of(&copy(&begun(), "ann", &steps));
        for order in [QueueOrder::Relevance, QueueOrder::Certainty, QueueOrder::Random(seed)] {
            let queued = queue(&state, "ann", order, None);
            let mut waiting: Vec<NctId> = queued.iter().map(|queued| queued.nct).collect();
            waiting.sort_unstable();
            let waits = |study: &&StudyState| {
                study.verdict_of("ann").is_none() || study.skipped.contains_key("ann")
            };
            let mut expected: Vec<NctId> =
                state.studies().into_iter().filter(waits).map(|study| study.nct).collect();
            expected.sort_unstable();
            prop_assert_eq!(waiting, expected);
        }
    }
}

fn review(directory: &tempfile::TempDir, name: &str) -> Review {
    let path = directory.path().join(name);
    let made = Review::create(&path, |review| -> Result<(), ReviewError> {
        let studies: Vec<Study> = (1..=6).map(|number| study(number, "RECRUITING")).collect();
        let begin = Act::Begin { title: "Tea".to_owned() };
        review.append_with(AT, "ann", vec![begin, source(6)], &studies)?;
        Ok(())
    });
    made.expect("a review")
}

#[test]
fn files_merge_to_the_same_whichever_is_merged_into_which() {
    let directory = tempfile::tempdir().expect("a directory");
    let mut ann = review(&directory, "a.review");
    std::fs::copy(ann.path(), directory.path().join("b.review")).expect("copied");
    let mut bo = Review::open(&directory.path().join("b.review")).expect("a review");
    let decide = |nct, verdict| vec![Act::Decide(Decision::new(nct, verdict))];
    ann.append(AT, "ann", decide(nct(1), Verdict::Include)).expect("written");
    bo.append(AT, "bo", decide(nct(1), Verdict::Exclude)).expect("written");
    bo.append(AT, "bo", decide(nct(2), Verdict::Include)).expect("written");
    let merged = ann.merge(&bo).expect("merged");
    assert_eq!(merged, MergeSummary { events: 2, records: 0, same_review: true });
    assert_eq!(bo.merge(&ann).expect("merged").events, 1);
    assert_eq!(ann.merge(&bo).expect("merged").events, 0);
    assert_eq!(ann.events(), bo.events());
    assert_eq!(ann.state().study(nct(1)).map(StudyState::outcome), Some(CombinedVerdict::Conflict));
    let agreed = CombinedVerdict::Agreed(Verdict::Include);
    assert_eq!(ann.state().study(nct(2)).map(StudyState::outcome), Some(agreed));
}

#[test]
fn what_another_program_wrote_comes_before_what_is_written_next() {
    let directory = tempfile::tempdir().expect("a directory");
    let mut one = review(&directory, "a.review");
    let mut other = Review::open(one.path()).expect("opened twice");
    let decide = |verdict| vec![Act::Decide(Decision::new(nct(1), verdict))];
    one.append(AT, "ann", decide(Verdict::Include)).expect("written");
    other.append(AT, "ann", decide(Verdict::Exclude)).expect("written");
    one.refresh().expect("read");
    assert_eq!(one.events(), other.events());
    let standing = one.state().study(nct(1)).and_then(|study| study.verdict_of("ann"));
    assert_eq!(standing.map(|it| it.decision.verdict), Some(Verdict::Exclude));
}

#[test]
fn events_and_records_cannot_be_changed_unnoticed() {
    let directory = tempfile::tempdir().expect("a directory");
    let mut review = review(&directory, "a.review");
    let decide = Act::Decide(Decision::new(nct(1), Verdict::Exclude));
    review.append(AT, "ann", vec![decide]).expect("written");
    let path = review.path().to_owned();
    let raw = rusqlite::Connection::open(&path).expect("SQLite");
    for change in ["UPDATE event SET at = ''", "DELETE FROM event", "DELETE FROM record"] {
        assert!(raw.execute(change, []).is_err(), "{change}");
    }
    raw.execute_batch(
        "DROP TRIGGER event_is_kept; \
         UPDATE event SET body = replace(body, 'exclude', 'include') WHERE kind = 'decide'; \
         DROP TRIGGER record_is_kept; UPDATE record SET study = x'00'",
    )
    .expect("changed by force");
    let records = review.study(nct(1));
    assert!(matches!(records, Err(ReviewError::Record { .. })), "{records:?}");
    assert!(matches!(Review::open(&path), Err(ReviewError::Changed { .. })));
}

#[test]
fn a_merge_brings_what_is_whole_in_any_order() {
    let directory = tempfile::tempdir().expect("a directory");
    let mut own = review(&directory, "a.review");
    let path = directory.path().join("b.review");
    std::fs::copy(own.path(), &path).expect("copied");
    let raw = rusqlite::Connection::open(&path).expect("SQLite");
    raw.execute_batch("DROP TRIGGER record_is_kept; UPDATE record SET study = x'00'")
        .expect("changed by force");
    let mut damaged = Review::open(&path).expect("a review");
    assert_eq!(own.merge(&damaged).expect("merged").records, 0);
    assert_eq!(own.study(nct(1)).expect("read"), Some(study(1, "RECRUITING")));
    assert_eq!(damaged.merge(&own).expect("merged").records, 6);
    assert_eq!(damaged.study(nct(1)).expect("read"), Some(study(1, "RECRUITING")));
}

#[test]
fn a_review_is_merged_into_itself_at_once() {
    let directory = tempfile::tempdir().expect("a directory");
    let mut one = review(&directory, "a.review");
    let same = Review::open(&directory.path().join(".").join("a.review")).expect("a review");
    let merged = one.merge(&same).expect("merged");
    assert_eq!(merged, MergeSummary { events: 0, records: 0, same_review: true });
}

#[test]
fn nothing_is_taken_over_that_no_event_could_follow() {
    let directory = tempfile::tempdir().expect("a directory");
    let review = review(&directory, "a.review");
    let event = Event::new(i64::MAX as u64, AT, "bo", Act::Skip { nct: nct(1) });
    let raw = rusqlite::Connection::open(review.path()).expect("SQLite");
    raw.execute(
        "INSERT INTO event (id, seq, at, reviewer, body) VALUES (?1, ?2, ?3, ?4, ?5)",
        rusqlite::params![event.id.to_string(), i64::MAX, AT, "bo", event.act.body()],
    )
    .expect("written by force");
    assert!(matches!(Review::open(review.path()), Err(ReviewError::Changed { .. })));
}

#[cfg(unix)]
#[test]
fn a_review_is_a_file_as_any_other() {
    use std::os::unix::fs::PermissionsExt;
    let directory = tempfile::tempdir().expect("a directory");
    let review = review(&directory, "a.review");
    let plain = directory.path().join("plain");
    std::fs::write(&plain, "").expect("written");
    let mode =
        |path: &std::path::Path| std::fs::metadata(path).expect("a file").permissions().mode();
    assert_eq!(mode(review.path()), mode(&plain));
}

#[test]
fn columns_hold_the_types_that_they_say() {
    let directory = tempfile::tempdir().expect("a directory");
    let review = review(&directory, "a.review");
    let raw = rusqlite::Connection::open(review.path()).expect("SQLite");
    for (table, values) in
        [("event", "'i', 1, 'at', 'ann', '{}'"), ("record", "'f', 'NCT90000001', 'Tea', x'00'")]
    {
        let inserted = raw.execute(&format!("INSERT INTO {table} VALUES ({values})"), []);
        assert_eq!(inserted, Ok(1), "{table}: {values}");
    }
    for (table, values) in [
        ("event", "'j', 'one', 'at', 'ann', '{}'"),
        ("event", "'j', 1, 'at', x'00', '{}'"),
        ("event", "NULL, 1, 'at', 'ann', '{}'"),
        ("record", "'g', 'NCT90000001', 'Tea', 'text'"),
        ("record", "x'00', 'NCT90000001', 'Tea', x'00'"),
    ] {
        let inserted = raw.execute(&format!("INSERT INTO {table} VALUES ({values})"), []);
        assert!(inserted.is_err(), "{table}: {values}");
    }
    // Keywords of later versions would keep older tools from opening it.
    let schema = "SELECT group_concat(sql) FROM sqlite_master";
    let schema: String = raw.query_row(schema, [], |row| row.get(0)).expect("a schema");
    assert!(!schema.contains("STRICT") && !schema.contains("->>"), "{schema}");
}

#[test]
fn records_come_back_as_they_were() {
    let directory = tempfile::tempdir().expect("a directory");
    let review = review(&directory, "a.review");
    let read = review.study(nct(3)).expect("read");
    assert_eq!(read, Some(study(3, "RECRUITING")));
    let path = review.path().to_owned();
    assert!(matches!(
        Review::create(&path, |_| Ok::<(), ReviewError>(())),
        Err(ReviewError::Exists(_))
    ));
    // Nothing is left beside it.
    assert_eq!(std::fs::read_dir(directory.path()).expect("listed").count(), 1);
}

#[test]
fn views_tell_what_the_events_say() {
    let directory = tempfile::tempdir().expect("a directory");
    let mut review = review(&directory, "a.review");
    let decide = |number, verdict| Act::Decide(Decision::new(nct(number), verdict));
    let acts = vec![
        decide(1, Verdict::Include),
        decide(1, Verdict::Exclude),
        decide(2, Verdict::Maybe),
        decide(3, Verdict::Include),
    ];
    let ids = review.append(AT, "ann", acts).expect("written");
    let undo = Act::Undo { event: ids[3].clone() };
    review.append(AT, "ann", vec![undo]).expect("written");
    let raw = rusqlite::Connection::open(review.path()).expect("SQLite");
    let mut statement =
        raw.prepare("SELECT nct, verdict FROM verdict ORDER BY nct").expect("a view");
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).expect("rows");
    let rows: Vec<(String, String)> = rows.collect::<Result<_, _>>().expect("rows");
    let expected = [("NCT90000001", "exclude"), ("NCT90000002", "maybe")];
    assert_eq!(rows, expected.map(|(nct, verdict)| (nct.to_owned(), verdict.to_owned())));
    let undone: i64 = raw
        .query_row("SELECT count(*) FROM decision WHERE undone", [], |row| row.get(0))
        .expect("a number");
    assert_eq!(undone, 1);
}

#[test]
fn a_decision_is_stale_when_what_tells_has_changed() {
    let directory = tempfile::tempdir().expect("a directory");
    let mut review = review(&directory, "a.review");
    let record = |review: &Review, number| {
        review.state().study(nct(number)).and_then(|study| study.record.clone())
    };
    let decide = |review: &Review, number| {
        let record = record(review, number);
        Act::Decide(Decision { record, ..Decision::new(nct(number), Verdict::Include) })
    };
    let acts = vec![decide(&review, 1), decide(&review, 2)];
    review.append(AT, "ann", acts).expect("written");
    let mut find = |wanted: NctId| -> Result<Option<Study>, ReviewError> {
        let number = wanted.number() - 90_000_000;
        let status = if number == 1 { "COMPLETED" } else { "RECRUITING" };
        Ok((number < 6).then(|| study(number, status)))
    };
    let updated = update(&review, vec![], "index".to_owned(), &mut find).expect("compared");
    review.append_with(AT, "ann", updated.acts(), &updated.studies).expect("written");
    let state = review.state();
    assert_eq!(
        state.study(nct(1)).map(|study| study.stale_for("ann")),
        Some(vec!["OverallStatus"])
    );
    assert_eq!(state.study(nct(6)).map(|study| study.vanished), Some(true));
    let mut back = |wanted: NctId| -> Result<Option<Study>, ReviewError> {
        Ok(find(wanted)?.or_else(|| Some(study(6, "RECRUITING"))))
    };
    let again = update(&review, vec![], "index".to_owned(), &mut back).expect("compared");
    review.append_with(AT, "ann", again.acts(), &again.studies).expect("written");
    let state = review.state();
    assert_eq!(state.study(nct(6)).map(|study| study.vanished), Some(false));
    let queued = queue(state, "ann", QueueOrder::Relevance, None);
    assert_eq!(queued[0], QueuedStudy { nct: nct(1), turn: QueueTurn::Changed });
    let again = decide(&review, 1);
    review.append(AT, "ann", vec![again]).expect("written");
    let queued = queue(review.state(), "ann", QueueOrder::Relevance, None);
    assert!(queued.iter().all(|queued| queued.turn == QueueTurn::Unread), "{queued:?}");
}

/// A search that found one study, with the record of that time.
fn search(typed: &str, number: u32, status: &str) -> Act {
    let json = serde_json::to_vec(study(number, status).as_map()).expect("JSON");
    let record = Fingerprint::of(&json);
    let receipt = json!({"schema": "", "program": "", "date": AT, "typed": [["", typed]],
        "understood": typed, "index": {"digest": "", "studies": 1, "latestUpdate": null},
        "required": 1, "clauses": 1, "total": 1,
        "hits": [{"nctId": nct(number).to_string(), "record": record}]});
    let receipt = serde_json::from_value(receipt).expect("a receipt");
    Act::Source(ReviewSource { name: "search 1".to_owned(), origin: SourceOrigin::Search(receipt) })
}

fn events(acts: Vec<Act>) -> Vec<Event> {
    let events = (1..).zip(acts);
    events.map(|(seq, act)| Event::new(seq, AT, "ann", act)).collect()
}

#[test]
fn searches_of_copies_stay_apart_whatever_their_names() {
    let acts = vec![search("tea", 1, "A"), search("cups", 2, "A"), search("tea", 3, "A")];
    let state = ReviewState::of(&events(acts));
    let told: Vec<_> =
        state.sources.iter().map(|it| (it.name.as_str(), it.runs, it.identified)).collect();
    assert_eq!(told, [("search 1", 2, 2), ("search 1 (2)", 1, 1)]);
}

#[test]
fn a_change_is_told_to_all_who_decided_before_they_saw_it() {
    let record =
        |status| Fingerprint::of(&serde_json::to_vec(study(1, status).as_map()).expect("JSON"));
    let decided = Decision { record: Some(record("A")), ..Decision::new(nct(1), Verdict::Include) };
    let changed = ChangedStudy {
        nct: nct(1),
        from: record("A"),
        to: record("B"),
        pieces: vec!["OverallStatus".to_owned()],
    };
    let updated =
        || Act::Update(ReviewUpdate { changed: vec![changed.clone()], ..ReviewUpdate::default() });
    let decide = || Act::Decide(decided.clone());
    let found = || search("tea", 1, "A");
    for acts in [
        vec![found(), decide(), updated()],
        // Decided in a copy that was not updated yet.
        vec![found(), updated(), decide()],
    ] {
        let state = ReviewState::of(&events(acts));
        let stale = state.study(nct(1)).map(|study| study.stale_for("ann"));
        assert_eq!(stale, Some(vec!["OverallStatus"]));
    }
    // A search that finds another record hides the change from no update.
    let state = ReviewState::of(&events(vec![found(), decide(), search("cups", 1, "B")]));
    let standing = state.study(nct(1)).and_then(|study| study.record.clone());
    assert_eq!(standing, Some(record("A")));
}

#[test]
fn reasons_get_keys_of_their_own() {
    let known = [("no-controls".to_owned(), "No controls".to_owned())];
    assert_eq!(reason_key("Only a protocol", &known), "only-a-protocol");
    assert_eq!(reason_key("No controls", &known), "no-controls-2");
    assert_eq!(reason_key("???", &known), "reason");
    // What is added in copies of a review is not mixed up when they are merged.
    let [one, other] = ["Not a randomised trial", "Not a randomised crossover"]
        .map(|wording| reason_key(wording, &known));
    assert!(one.starts_with("not-a-randomised-") && one != other, "{one} {other}");
}

#[test]
fn what_was_a_maybe_before_a_sample_may_be_relevant() {
    let decide = |number, verdict| Act::Decide(Decision::new(nct(number), verdict));
    let mut acts = vec![source(6), decide(1, Verdict::Include), decide(2, Verdict::Maybe)];
    let sample = draw(&ReviewState::of(&events(acts.clone())), "ann", 4, 7);
    acts.push(Act::Sample(sample));
    acts.extend((3..=6).map(|number| decide(number, Verdict::Exclude)));
    let state = ReviewState::of(&events(acts));
    let SampleFinding::Bound(bound) = finding(&state, &state.samples[0]) else { panic!("a bound") };
    assert_eq!((bound.most, bound.included, bound.most_in_all), (0, 1, 2));
}

#[test]
fn a_sample_speaks_when_it_is_read() {
    let begun = begun();
    let state = ReviewState::of(&begun);
    let sample = draw(&state, "ann", 3, 7);
    assert_eq!((sample.population.len(), sample.drawn.len()), (6, 3));
    assert_eq!(sample, draw(&state, "ann", 3, 7));
    let mut events = begun;
    let mut push = |act| {
        let seq = events.len() as u64 + 1;
        events.push(Event::new(seq, AT, "ann", act));
        ReviewState::of(&events)
    };
    let state = push(Act::Sample(sample.clone()));
    assert_eq!(finding(&state, &state.samples[0]), SampleFinding::Unread(3));
    let order: Vec<NctId> =
        queue(&state, "ann", QueueOrder::Relevance, None)[..3].iter().map(|it| it.nct).collect();
    assert_eq!(order, sample.drawn);
    for nct in &sample.drawn[1..] {
        push(Act::Decide(Decision::new(*nct, Verdict::Exclude)));
    }
    let state = push(Act::Decide(Decision::new(sample.drawn[0], Verdict::Include)));
    let SampleFinding::Bound(bound) = finding(&state, &state.samples[0]) else { panic!("a bound") };
    let RecallBound { population, drawn, relevant, included, .. } = bound;
    assert_eq!((population, drawn, relevant, included), (6, 3, 1, 1));
    assert_eq!(bound.most, most_relevant(6, 3, 1));
    // Studies that come later are not spoken for.
    let state = push(source(8));
    assert_eq!(finding(&state, &state.samples[0]), SampleFinding::Outdated(2));
}

use std::fs;
use std::path::PathBuf;

use super::super::{Hits, SearchOptions, search};
use super::*;
use trialdex_plan::layout::zones::WORDS;
use trialdex_plan::{SearchRequest, UnderstoodSearch};
use trialdex_records::study::PartialDate;
use trialdex_records::study::study_fields::StudyField;

/// Invented studies with dates, the words of each in its title and its summary.
fn store(scratch: &Path) -> Store {
    let words =
        ["tea", "green tea for sleep", "coffee", "sleep and tea", "black tea", "night shifts"];
    let studies = (0..36).map(|at| {
        let (one, other) = (words[at % 6], words[at * 5 / 7 % 6]);
        format!(
            r#"{{"protocolSection": {{
                "identificationModule": {{"nctId": "NCT{}", "briefTitle": "{one} in trial {at}"}},
                "statusModule": {{"startDateStruct": {{"date": "20{:02}-01-15"}}}},
                "descriptionModule": {{"briefSummary": "{other} {other} compared with {one}."}}}}}}"#,
            90_000_001 + at,
            10 + at % 9,
        )
    });
    let (dump, index): (PathBuf, PathBuf) = (scratch.join("dump.json"), scratch.join("index"));
    fs::write(&dump, format!("[{}]", studies.collect::<Vec<_>>().join(","))).expect("a dump");
    let options = UpdateOptions::new(SystemTime::UNIX_EPOCH);
    update(&index, &[dump], &options, &UpdateProgress::default()).expect("an index");
    Store::open(&index).expect("an index")
}

fn asked(expression: &str) -> UnderstoodSearch {
    let json =
        format!(r#"{{"version": 1, "request": {{"queries": [["words", "{expression}"]]}}}}"#);
    SearchRequest::from_json(&json).expect("a request").understand().expect("a search")
}

/// The records of hits, as they are stored.
fn records(store: &Store, hits: &Hits<'_>) -> Vec<String> {
    let reading = store.reading().expect("studies");
    hits.places().into_iter().map(|place| reading.json(place).expect("a record")).collect()
}

/// Explains all hits of a search by their records, and compares with what their own index says.
fn assert_explained(
    store: &Store,
    expression: &str,
    model: Model,
    ranges: &BTreeMap<IndexField, (i64, i64)>,
) -> usize {
    let search_asked = asked(expression);
    let wish = SearchOptions { model, ..SearchOptions::asked(&search_asked, None) };
    let hits = search(store, &wish).expect("hits");
    let all = records(store, &hits);
    let average =
        store.average_length(&hits.view.searcher, store.fields.zones[WORDS]).expect("words");
    let alone = ExplainedRecords::new(all.iter().map(String::as_str)).expect("an index");
    let origin = ScoreOrigin {
        plan: &hits.plan,
        required: hits.required,
        model,
        ranges,
        learned: hits.feedback.as_ref().map(|feedback| LearnedScores {
            words: &feedback.learned.words,
            likeness: feedback.learned.likeness_of_first(),
            average_length: average,
            order: &feedback.order,
            kept: feedback.kept,
            gaining: feedback.gaining,
        }),
    };
    for hit in &hits.hits {
        let expected = hits.explain(hit).expect("an explanation");
        let explained = alone.explain(hit, &origin).expect("an index").expect("a record");
        assert_eq!(explained, expected, "{expression}: {}", hit.nct_id);
    }
    hits.hits.len()
}
#[test]
fn a_record_explains_a_score_as_its_index_does() {
    let scratch = tempfile::tempdir().expect("a directory");
    let store = store(scratch.path());
    let model = Model { feedback: 0.0, likeness: 0.0, ..Model::default() };
    for expression in
        ["tea", "tea OR coffee", "green tea", "AREA[BriefTitle]sleep AND tea", "tea AND NOT coffee"]
    {
        assert!(assert_explained(&store, expression, model, &BTreeMap::new()) > 5, "{expression}");
    }
}

#[test]
fn what_was_learned_from_other_hits_is_in_the_explanation() {
    let scratch = tempfile::tempdir().expect("a directory");
    let store = store(scratch.path());
    let model = Model { feedback_hits: 3, kept_hits: 2, ..Model::default() };
    assert!(assert_explained(&store, "tea", model, &BTreeMap::new()) > 5);
}

#[test]
fn a_tilted_score_is_held_against_the_values_of_the_other_index() {
    let scratch = tempfile::tempdir().expect("a directory");
    let store = store(scratch.path());
    let field = StudyField::named("StartDate").expect("a field");
    let days = |year: &str| PartialDate::parse(year).expect("a date").days().0;
    let ranges =
        BTreeMap::from([(IndexField::Numbers(field), (days("2010-01-15"), days("2018-01-15")))]);
    let model = Model { feedback: 0.0, likeness: 0.0, ..Model::default() };
    // The hits have not the earliest and the latest date: without the range, they score otherwise.
    assert!(assert_explained(&store, "TILT[StartDate]coffee", model, &ranges) > 5);
}

#[test]
fn a_study_without_a_record_is_not_explained() {
    let scratch = tempfile::tempdir().expect("a directory");
    let store = store(scratch.path());
    let search_asked = asked("coffee");
    let hits = search(&store, &SearchOptions::asked(&search_asked, None)).expect("hits");
    let alone = ExplainedRecords::new(records(&store, &hits).iter().skip(1).map(String::as_str))
        .expect("an index");
    let origin = ScoreOrigin::<super::super::rank::RankedHit> {
        plan: &hits.plan,
        required: hits.required,
        model: Model::default(),
        ranges: &BTreeMap::new(),
        learned: None,
    };
    assert_eq!(alone.explain(&hits.hits[0], &origin).expect("an index"), None);
}

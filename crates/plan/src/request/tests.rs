use proptest::prelude::*;

use super::*;
use crate::search::ClauseMatching;
use crate::understood_search::UnderstoodSearch;
use trialdex_query::dialect::Dialect;
use trialdex_query::{Filter, LanguageVersion, MatchOptions, Parameter, WordExpansion};

fn texts() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(".{0,12}", 0..3)
}

fn one_of<T: Clone + std::fmt::Debug>(all: &'static [T]) -> impl Strategy<Value = Option<T>> {
    prop::option::of(prop::sample::select(all))
}

prop_compose! {
    fn requests()(
        queries in prop::collection::vec((prop::sample::select(&Parameter::ALL[..]), ".{0,20}"), 0..5),
        filters in prop::collection::vec((prop::sample::select(&Filter::ALL[..]), ".{0,20}"), 0..5),
        area in prop::option::of(".{0,9}"),
        from in one_of(&Dialect::ALL),
        (include_missing, any, explode) in any::<(bool, bool, bool)>(),
        expand in one_of(&WordExpansion::ALL),
    ) -> Request {
        let manner = MatchOptions { any, expand, explode };
        let sense = LanguageVersion::Today;
        Request { queries, area, filters, include_missing, manner, from, sense }
    }
}

prop_compose! {
    fn searches()(
        request in requests(),
        strategy in prop::option::of(".{0,9}"),
        kind in one_of(&QueryKind::ALL),
        synonyms in prop::option::of(".{0,9}"),
        no_feedback in any::<bool>(),
        constants in prop::collection::vec((prop::sample::select(&Model::NAMES[..]), 1.0_f32..100.0), 0..3),
        sort in texts(),
    ) -> SearchRequest {
        let constant = |(name, value): (&str, f32)| format!("{name}={value}").parse();
        let model = constants.into_iter().map(constant).collect::<Result<_, _>>().expect("constants");
        let ranking = RankingOptions { synonyms, no_feedback, model };
        SearchRequest { version: RequestVersion, request, strategy, kind, ranking, sort }
    }
}

proptest! {
    #[test]
    fn a_search_is_the_same_when_it_is_stored_and_read(search in searches(), first in any::<bool>()) {
        prop_assert_eq!(&SearchRequest::from_pairs(&search.pairs()).expect("pairs"), &search);
        let mut search = search;
        if first {
            search.request.sense = LanguageVersion::First;
        }
        let json = serde_json::to_string(&search).expect("JSON");
        prop_assert_eq!(SearchRequest::from_json(&json).expect("a search"), search);
    }
}

#[test]
fn what_is_usual_is_not_written_but_the_versions_are() {
    let mut search = SearchRequest::default();
    search.request.queries.push((Parameter::Words, "tea".to_owned()));
    let json = serde_json::to_string(&search).expect("JSON");
    assert_eq!(json, r#"{"version":1,"request":{"queries":[["words","tea"]],"language":2}}"#);
    assert_eq!(search.pairs(), [(String::new(), "tea".to_owned())]);
}

#[test]
fn every_name_is_stored_with_dashes_and_read_without() {
    for name in Parameter::ALL.map(Parameter::name).into_iter().chain(Filter::ALL.map(Filter::name))
    {
        assert!(!name.starts_with('-'), "{name}");
        let known = Parameter::named(name).is_some() || Filter::named(name).is_some();
        assert!(known, "{name}");
    }
    let names = ["", "--cond", "--words", "cond"];
    assert_eq!(names.map(pair_name), [Some("words"), Some("cond"), None, None]);
}

#[test]
fn what_this_version_does_not_know_is_named() {
    let of_json = |json: &str| SearchRequest::from_json(json).expect_err(json).to_string();
    for (json, said) in [
        (
            r#"{"version": 2, "new": 1}"#,
            "version 2 of search requests; this program reads version 1",
        ),
        ("{}", "write `\"version\": 1`"),
        (r#"{"version": 1, "querys": []}"#, "unknown field `querys`"),
        (
            r#"{"version": 1, "request": {"filters": [["fase", "3"]]}}"#,
            "`fase` is no filter; type `status`",
        ),
        (
            r#"{"version": 1, "request": {"queries": [["filter", "x"]]}}"#,
            "`filter` is no parameter",
        ),
        (r#"{"version": 1, "request": {"language": 3}}"#, "version 3 of the query language"),
        (
            r#"{"version": 1, "request": {"match": {"expand": "all"}}}"#,
            "type `none`, `term`, `concept`",
        ),
        (r#"{"version": 1, "ranking": {"model": ["k1=-1"]}}"#, "-1 is too small or too large"),
        (r#"{"version": 1, "ranking": {"model": ["k3=1"]}}"#, "with one of k1, b,"),
    ] {
        let error = of_json(json);
        assert!(error.contains(said), "{json}: {error}");
    }
    let of_pair = |name: &str, value: &str| {
        let pairs = [(name.to_owned(), value.to_owned())];
        SearchRequest::from_pairs(&pairs).expect_err(name).to_string()
    };
    assert_eq!(of_pair("--fase", "3"), "a search has no `fase`: use the version that wrote it");
    assert!(of_pair("--from", "ovd").starts_with("from: `ovd` is no system; type `ovid`"));
    assert!(of_pair("--as", "lines").starts_with("as: unknown variant `lines`"));
}

fn of_words(kind: Option<QueryKind>, typed: &str) -> UnderstoodSearch {
    let request =
        Request { queries: vec![(Parameter::Words, typed.to_owned())], ..Request::default() };
    SearchRequest { request, kind, ..SearchRequest::default() }.understand().expect(typed)
}

#[test]
fn only_what_a_person_types_falls_back_to_fewer_words() {
    assert_eq!(of_words(None, "heart attack").matching, ClauseMatching::Closest);
    assert_eq!(of_words(None, "heart OR attack").matching, ClauseMatching::All);
    for kind in QueryKind::ALL {
        assert_eq!(of_words(Some(kind), "heart attack").matching, ClauseMatching::All, "{kind:?}");
    }
}

#[test]
fn queries_of_a_list_are_expressions_or_words_alone() {
    let text = |kind, typed| of_words(Some(kind), typed).understood.text;
    assert_eq!(text(QueryKind::Expressions, "tea OR milk"), "AREA[Words](tea OR milk)");
    assert_eq!(text(QueryKind::Words, "tea OR milk"), "AREA[Words]tea \\OR milk");
}

#[test]
fn nothing_beside_words_alone_is_left_out_in_silence() {
    let refused = |request: &str| {
        let json = format!(r#"{{"version": 1, "as": "words", "request": {request}}}"#);
        let search = SearchRequest::from_json(&json).expect("a request");
        search.understand().expect_err(request).to_string()
    };
    let tea = r#"["words", "tea"]"#;
    for (request, name) in [
        (format!(r#"{{"queries": [{tea}], "filters": [["phase", "3"]]}}"#), "phase"),
        (format!(r#"{{"queries": [{tea}, ["cond", "sepsis"]]}}"#), "cond"),
        (format!(r#"{{"queries": [{tea}], "area": "BriefTitle"}}"#), "area"),
        (format!(r#"{{"queries": [{tea}], "from": "ovid"}}"#), "from"),
    ] {
        assert!(refused(&request).starts_with(&format!("`{name}` beside words alone")), "{name}");
    }
}

#[test]
fn options_make_the_model() {
    let json = r#"{"noFeedback": true, "model": ["k1=0.9", "b=0.25"]}"#;
    let ranking: RankingOptions = serde_json::from_str(json).expect("options");
    assert_eq!(ranking.model(), Model { k1: 0.9, b: 0.25, ..Model::default() }.without_feedback());
}

#[test]
fn keys_of_a_sort_are_read_together() {
    let sorted = |keys: &[&str]| {
        let sort = keys.iter().map(|key| (*key).to_owned()).collect();
        SearchRequest { sort, ..SearchRequest::default() }.order()
    };
    assert_eq!(sorted(&["StartDate,EnrollmentCount"]).expect("keys").len(), 2);
    assert!(sorted(&[]).expect("none").is_empty());
    let wrong = sorted(&["StartDate", "StartDat"]).expect_err("a field amiss").to_string();
    let shown = "the hits cannot be sorted so\n  sort StartDate,StartDat\n                 ^^^^^^^^ \
                 `StartDat` is not a field\nhint: the nearest names are `StartDate`";
    assert!(wrong.starts_with(shown), "{wrong}");
}

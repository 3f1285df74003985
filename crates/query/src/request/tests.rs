//! Requests as one text, and their remarks.

use super::*;
use crate::expression::expression;
use crate::meaning::{FieldCondition, ValueCondition};

fn request(queries: &[(Parameter, &str)], filters: &[(Filter, &str)]) -> Request {
    Request {
        queries: queries
            .iter()
            .map(|(parameter, typed)| (*parameter, (*typed).to_owned()))
            .collect(),
        filters: filters.iter().map(|(filter, typed)| (*filter, (*typed).to_owned())).collect(),
        ..Request::default()
    }
}

fn understood(request: &Request) -> UnderstoodRequest {
    request.understand().unwrap_or_else(|wrong| panic!("{wrong:?}"))
}

fn filtered(filter: Filter, typed: &str) -> String {
    understood(&request(&[], &[(filter, typed)])).text
}

fn words(typed: &str) -> Request {
    request(&[(Parameter::Words, typed)], &[])
}

fn complaint(request: &Request) -> String {
    let wrong = request.understand().expect_err("wrong");
    let said = wrong.parts.iter().flat_map(|one| {
        one.diagnostics.iter().map(move |found| {
            format!("{} {:?} {}; {}", one.name, found.span, found.message, found.hint)
        })
    });
    said.collect::<Vec<_>>().join("\n")
}

/// The same without places, which differ between the typed text and its
/// canonical form, and with one conjunction instead of several.
fn bare(condition: MatchCondition) -> MatchCondition {
    let all = |parts: Vec<MatchCondition>| parts.into_iter().map(bare).collect::<Vec<_>>();
    let inner = |inner: MatchCondition| Box::new(bare(inner));
    match condition {
        MatchCondition::And(parts) => MatchCondition::And(
            all(parts)
                .into_iter()
                .flat_map(|part| match part {
                    MatchCondition::And(parts) => parts,
                    other => vec![other],
                })
                .collect(),
        ),
        MatchCondition::Or(parts) => MatchCondition::Or(all(parts)),
        MatchCondition::Not(part) => MatchCondition::Not(inner(*part)),
        MatchCondition::AtSite(part) => MatchCondition::AtSite(inner(*part)),
        MatchCondition::OfStudy(part) => MatchCondition::OfStudy(inner(*part)),
        MatchCondition::Tilted(field, part) => MatchCondition::Tilted(field, inner(*part)),
        MatchCondition::All => MatchCondition::All,
        MatchCondition::Field(mut test) => {
            test.span = 0..0;
            if let ValueCondition::Words(words) = &mut test.wanted {
                words.words.iter_mut().for_each(|word| word.span = 0..0);
            }
            MatchCondition::Field(test)
        }
    }
}

#[test]
fn a_request_is_one_text_that_means_the_same() {
    let requests = [
        request(
            &[(Parameter::Condition, "lung cancer OR nsclc"), (Parameter::Lead, "Merck")],
            &[(Filter::Phase, "2,3"), (Filter::Age, "30"), (Filter::Expression, "aspirin")],
        ),
        request(&[(Parameter::Location, "SEARCH[Location](Boston AND AREA[LocationState]x)")], &[]),
        request(&[(Parameter::Term, "SEARCH[Location](x SEARCH[Study]y)")], &[]),
        Request {
            manner: MatchOptions { any: true, ..MatchOptions::default() },
            ..words("aplastic anemia \"bone marrow\"")
        },
        request(&[], &[(Filter::Geo, "39.0035707,-77.1013313,50mi"), (Filter::Sex, "all")]),
        words("NCT1305694, nct04412252"),
    ];
    let elsewhere = SearchTarget::named("PatientSearch").expect("an area");
    for request in requests {
        let understood = understood(&request);
        let parsed = expression(&understood.text).expect(&understood.text);
        assert_eq!(parsed.expr.to_string(), understood.text);
        let again = resolve(&parsed.expr, &elsewhere).expect(&understood.text).condition;
        let mut all = understood.question.ranked;
        all.extend(understood.question.filters);
        let all = if all.len() == 1 { all.swap_remove(0) } else { MatchCondition::And(all) };
        assert_eq!(bare(again), bare(all), "{}", understood.text);
    }
}

#[test]
fn texts_name_the_area_that_was_searched() {
    let request = request(
        &[(Parameter::Words, "a b"), (Parameter::Condition, "AREA[Condition]c OR d")],
        &[(Filter::Status, "recruiting,com")],
    );
    let understood = understood(&request);
    assert_eq!(
        understood.ranked_text,
        "AREA[Words]a b AND AREA[ConditionSearch](AREA[Condition]c OR d)"
    );
    assert_eq!(understood.filter_text, "AREA[OverallStatus](RECRUITING OR COMPLETED)");
    assert_eq!(
        understood.text,
        format!("{} AND {}", understood.ranked_text, understood.filter_text)
    );
}

#[test]
fn filters_take_constants_labels_and_short_keys() {
    for (filter, typed, expected) in [
        (Filter::Status, "Active, not recruiting", "AREA[OverallStatus]ACTIVE_NOT_RECRUITING"),
        (Filter::Status, "not rec", "AREA[OverallStatus](NOT_YET_RECRUITING OR RECRUITING)"),
        (Filter::Phase, "2,3", "AREA[Phase](PHASE2 OR PHASE3)"),
        (Filter::Phase, "phase2|Early Phase 1", "AREA[Phase](PHASE2 OR EARLY_PHASE1)"),
        (Filter::Type, "int", "AREA[StudyType]INTERVENTIONAL"),
        (Filter::Type, "obs_patreg", "AREA[StudyType]OBSERVATIONAL AND AREA[PatientRegistry]true"),
        (Filter::Sex, "female", "AREA[Sex](FEMALE OR \"ALL\")"),
        (Filter::Sex, "women,men", "AREA[Sex](FEMALE OR \"ALL\" OR MALE)"),
        (Filter::Sex, "only-female", "AREA[Sex]FEMALE"),
        (Filter::Sex, "all", "AREA[Sex]\"ALL\""),
        (
            Filter::Type,
            "patient registry",
            "AREA[StudyType]OBSERVATIONAL AND AREA[PatientRegistry]true",
        ),
        (Filter::Results, "without", "AREA[HasResults]false"),
        (Filter::Country, "Germany,United States", "AREA[LocationCountryCode](\"DE\" OR \"US\")"),
        (Filter::Geo, "distance(1,2,80467)", "AREA[LocationGeoPoint]DISTANCE[1, 2, 80.467km]"),
        (Filter::Ids, "nct1305694, NCT04412252", "AREA[NCTIdSearch](NCT01305694 OR NCT04412252)"),
        (
            Filter::Expression,
            "a AND AREA[Phase]PHASE2",
            "AREA[BasicSearch](a AND AREA[Phase]PHASE2)",
        ),
        (Filter::Agg, "phase:2,status:rec", "AREA[Phase]PHASE2 AND AREA[OverallStatus]RECRUITING"),
        (
            Filter::Age,
            "30",
            "AREA[MinimumAge](MISSING OR RANGE[MIN, 30 years]) AND AREA[MaximumAge](MISSING OR RANGE[30 years, MAX]) AND (AREA[StdAge]ADULT OR NOT AREA[MinimumAge]MISSING OR NOT AREA[MaximumAge]MISSING)",
        ),
    ] {
        assert_eq!(filtered(filter, typed), expected, "{typed}");
    }
}

#[test]
fn the_same_list_twice_asks_for_either() {
    let twice = [(Filter::Phase, "2"), (Filter::Sex, "f"), (Filter::Phase, "3")];
    assert_eq!(
        understood(&request(&[], &twice)).text,
        "AREA[Phase](PHASE2 OR PHASE3) AND AREA[Sex](FEMALE OR \"ALL\")"
    );
}

#[test]
fn numbers_alone_leave_the_filters_out() {
    let request = request(&[(Parameter::Id, " nct05429502 ")], &[(Filter::Phase, "nonsense")]);
    let understood = understood(&request);
    assert!(understood.numbers_only);
    assert_eq!(understood.text, "AREA[NCTIdSearch]NCT05429502");
    let [remark] = &understood.remarks[..] else { panic!("{:?}", understood.remarks) };
    assert_eq!(remark.name, "id");
    assert_eq!(remark.notice.message, "studies are looked up by number; the filters are left out");
    assert_eq!(remark.notice.hint, "name the numbers with `{ids}` to filter them");
}

#[test]
fn nothing_asked_is_every_study() {
    let understood = understood(&Request::default());
    assert_eq!(understood.text, "ALL");
    assert_eq!(understood.question, Question { ranked: vec![], filters: vec![] });
}

#[test]
fn any_of_the_words_will_do() {
    let any = |typed: &str| Request {
        manner: MatchOptions { any: true, ..MatchOptions::default() },
        ..words(typed)
    };
    assert_eq!(understood(&any("a b \"c d\"")).text, "AREA[Words]EXPANSION[Lossy](a b OR \"c d\")");
    assert_eq!(
        complaint(&any("a AND b")),
        " 2..5 `AND` does not work where any word is enough; leave `{any}` out, and type `OR` between words of which one is enough"
    );
}

#[test]
fn plain_words_can_go_elsewhere() {
    let area = |area: &str| Request { area: Some(area.to_owned()), ..words("x") };
    assert_eq!(understood(&area("BRIEF-TITLE")).text, "AREA[BriefTitle]x");
    assert_eq!(understood(&area("titlesearch")).text, "AREA[TitleSearch]x");
    assert_eq!(
        complaint(&area("titelsearch")),
        "area 0..11 unknown area name: `titelsearch`; the nearest names are `TitleSearch`, `ConditionSearch`, `NCTIdSearch`"
    );
    assert_eq!(
        complaint(&area("intervention")),
        "area 0..12 `intervention` may be more than one field; type `Intervention` or `InterventionName`"
    );
}

#[test]
fn everything_wrong_is_said_with_its_name() {
    let request = request(
        &[(Parameter::Words, "(a"), (Parameter::Condition, "")],
        &[
            (Filter::Status, "recruting"),
            (Filter::Sex, "x"),
            (Filter::Age, "x"),
            (Filter::Results, "some"),
            (Filter::Country, "Germny"),
            (Filter::Geo, "1,2"),
            (Filter::Ids, "NCT1 x"),
            (Filter::Expression, "AREA[Phase]PHASE5"),
            (Filter::Agg, "phase 2"),
            (Filter::Phase, " "),
        ],
    );
    assert_eq!(complaint(&request), " \
0..1 the parenthesis is not closed; type `)` where the group ends, or leave `(` out
cond 0..0 no words to look for; type some, such as `trialdex search aplastic anemia`
status 0..9 `recruting` is not a value of `OverallStatus`; the nearest are `RECRUITING`, `NOT_YET_RECRUITING`, `ACTIVE_NOT_RECRUITING`
sex 0..1 `x` is no sex that the registry has; type `female`, `male` or `all`, or `only-female` and `only-male` without studies for all sexes
age 0..1 `x` is no age; type an age such as `30` or `6 months`, a range such as `65-80`, `65+` or `<18`, or `child`, `adult` or `older`
results 0..4 `some` says nothing about results; type `with` or `without`
country 0..6 `Germny` is no country or region that is known; the nearest names are `Germany`; `{locn} 'Germny'` looks for a city, a state or a hospital
geo 0..3 `1,2` is not a place and a radius; type latitude, longitude and radius: `39.0,-77.1,50mi`
ids 5..6 `x` is no NCT number; type `NCT` and up to eight digits, such as `NCT01305694`
filter 11..17 allowed values for enum field `Phase` are `NA`, `EARLY_PHASE1`, `PHASE1`, `PHASE2`, `PHASE3`, `PHASE4`; the nearest is `AREA[Phase]PHASE1`
agg 0..7 `phase 2` has no id before it; type blanks between keys and commas between ids: `phase:2 3,status:rec`
phase 0..1 no value to filter by; type a value after `{phase}`, or leave it out");
}

#[test]
fn what_a_filter_takes_a_word_for_is_said() {
    for (filter, typed, expected) in [
        (
            Filter::Status,
            "open",
            "`open` is read as `AREA[OverallStatus]RECRUITING`, in short `rec`",
        ),
        (
            Filter::Type,
            "int,registry",
            "`registry` is read as `AREA[StudyType]OBSERVATIONAL AND AREA[PatientRegistry]true`, in short `obs_patreg`",
        ),
        (Filter::Sex, "both", "only studies that admit all sexes are found"),
        (Filter::Sex, "girls", "this is read as `female`, of any age"),
        (Filter::Phase, "none", "this is read as `NA`, studies to which phases do not apply"),
        (Filter::Geo, "1,2,50", "a radius without unit is in metres"),
        (Filter::Age, "0 years", "this is the day of birth"),
        (
            Filter::Expression,
            "AREA[BriefTitle]a, b",
            "a comma ends what `AREA[BriefTitle]` belongs to, so `b` is looked for outside of it",
        ),
    ] {
        let remarks = understood(&request(&[], &[(filter, typed)])).remarks;
        let [remark] = &remarks[..] else { panic!("{typed}: {remarks:?}") };
        assert_eq!(remark.notice.message, expected, "{typed}");
    }
    for (filter, typed) in [
        (Filter::Status, "recruiting,Not yet recruiting,com"),
        (Filter::Type, "interventional"),
        (Filter::Sex, "women,men"),
        (Filter::Geo, "1,2,50km"),
        (Filter::Geo, "distance(1,2,50)"),
    ] {
        assert_eq!(understood(&request(&[], &[(filter, typed)])).remarks, [], "{typed}");
    }
}

#[test]
fn nothing_to_filter_by_is_refused_whatever_the_filter() {
    for filter in Filter::ALL {
        for typed in ["", " ", ",", " , ,"] {
            let said = complaint(&request(&[], &[(filter, typed)]));
            assert!(said.contains("no value to filter by"), "{} {typed}: {said}", filter.name());
        }
    }
}

#[test]
fn lists_and_ranges_of_nothing_are_refused_today_and_not_in_what_is_old() {
    for typed in ["AREA[Phase]PHASE1,PHASE2", "AREA[StartDate]RANGE[2020, 2019]"] {
        for today in [words(typed), request(&[], &[(Filter::Expression, typed)])] {
            assert!(today.understand().is_err(), "{typed}");
            let old = Request { sense: LanguageVersion::First, ..today };
            let old = understood(&old);
            assert_eq!(old.question.ranked.len() + old.question.filters.len(), 1, "{typed}");
        }
    }
}

#[test]
fn an_area_needs_words() {
    let request = Request { area: Some("Condition".to_owned()), ..Request::default() };
    assert_eq!(
        complaint(&request),
        "area 0..9 no words to look for in `Condition`; type some before `{area}`, or leave it out"
    );
    let old = Request { sense: LanguageVersion::First, ..request };
    assert_eq!(understood(&old).text, "ALL");
}

#[test]
fn any_text_can_be_taken_for_words() {
    let shown = |typed: &str, any| match &plain(typed, any).ranked[..] {
        [MatchCondition::Field(FieldCondition { wanted: ValueCondition::Words(words), .. })] => {
            format!("{} {:?}", words.text, words.expansion)
        }
        other => format!("{other:?}"),
    };
    assert_eq!(
        shown("a OR \"b -- nct1", MatchOptions::default()),
        "a OR \"b NCT00000001 Relaxation"
    );
    assert_eq!(shown("a b", MatchOptions { any: true, ..MatchOptions::default() }), "a b Lossy");
    assert_eq!(shown(" -- ", MatchOptions::default()), "[Not(All)]");
}

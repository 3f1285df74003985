//! Conditions as short texts, and every refusal.

use super::*;
use crate::expression::expression;

/// A condition, with the expansion and coverage of words where they are not
/// those of every day.
fn shown(condition: &MatchCondition) -> String {
    let joined = |parts: &[MatchCondition], sign: &str| {
        let parts: Vec<String> = parts.iter().map(shown).collect();
        format!("({})", parts.join(sign))
    };
    match condition {
        MatchCondition::All => "all".to_owned(),
        MatchCondition::And(parts) => joined(parts, " & "),
        MatchCondition::Or(parts) => joined(parts, " | "),
        MatchCondition::Not(inner) => format!("!{}", shown(inner)),
        MatchCondition::AtSite(inner) => format!("site{{{}}}", shown(inner)),
        MatchCondition::OfStudy(inner) => format!("study{{{}}}", shown(inner)),
        MatchCondition::Tilted(field, inner) => format!("{field}^{}", shown(inner)),
        MatchCondition::Field(test) => format!("{}:{}", test.target.name, wanted(&test.wanted)),
    }
}

fn wanted(wanted: &ValueCondition) -> String {
    match wanted {
        ValueCondition::Words(words) => text(words),
        ValueCondition::Near(near) => {
            let terms: Vec<String> = near.words().into_iter().map(text).collect();
            terms.join(&format!(" ~{}~ ", near.distance))
        }
        ValueCondition::Value(value) => format!("{value:?}"),
        ValueCondition::Missing => "missing".to_owned(),
    }
}

fn text(words: &WordSequence) -> String {
    let mut shown = format!("{}{}", words.text, if words.quoted { "\"" } else { "" });
    if !matches!(words.expansion, Expansion::Relaxation) {
        shown.push_str(&format!(" {:?}", words.expansion));
    }
    if words.coverage != Coverage::Contains {
        shown.push_str(&format!(" {:?}", words.coverage));
    }
    shown
}

fn resolved(typed: &str) -> Result<ResolvedExpression, Vec<Diagnostic>> {
    let expr = expression(typed).expect(typed).expr;
    resolve(&expr, &SearchTarget::named("BasicSearch").expect("an area"))
}

fn meaning(typed: &str) -> String {
    match resolved(typed) {
        Ok(resolved) => shown(&resolved.condition),
        Err(wrong) => panic!("{typed}: {wrong:?}"),
    }
}

#[test]
fn context_is_inherited_and_the_innermost_counts() {
    for (typed, expected) in [
        ("a b OR c", "(BasicSearch:a b | BasicSearch:c)"),
        ("AREA[BriefTitle](x OR AREA[Condition]y)", "(BriefTitle:x | Condition:y)"),
        ("AREA[BriefTitle]NOT (x y)", "!BriefTitle:x y"),
        ("EXPANSION[None](a OR EXPANSION[Lossy]b)", "(BasicSearch:a None | BasicSearch:b Lossy)"),
        ("\"a b\"", "BasicSearch:a b\" Concept"),
        ("EXPANSION[Term]\"a b\"", "BasicSearch:a b\" Term"),
        ("COVERAGE[FullMatch]a", "BasicSearch:a Concept FullMatch"),
        ("EXPANSION[Lossy]COVERAGE[EndsWith]a", "BasicSearch:a Concept EndsWith"),
        ("EXPANSION[None]COVERAGE[StartsWith]a", "BasicSearch:a None StartsWith"),
        ("a NEAR/3 b c", "BasicSearch:a\" Concept ~3~ b c\" Concept"),
        ("TILT[StudyFirstPostDate]x", "StudyFirstPostDate^BasicSearch:x"),
        ("nct1305694", "BasicSearch:NCT01305694"),
        ("MISSING", "BasicSearch:missing"),
        ("AREA[LeadSponsor]MISSING", "LeadSponsor:missing"),
    ] {
        assert_eq!(meaning(typed), expected, "{typed}");
    }
}

#[test]
fn sites_have_a_scope_of_their_own() {
    for (typed, expected) in [
        (
            "SEARCH[Location](AREA[LocationCity]Portland AND AREA[LocationState]Maine)",
            "site{(LocationCity:Portland & LocationState:Maine)}",
        ),
        ("SEARCH[Location]Boston", "site{Location:Boston}"),
        ("AREA[LocationCity]SEARCH[Location]Boston", "site{LocationCity:Boston}"),
        ("AREA[BriefTitle]SEARCH[Location]Boston", "site{Location:Boston}"),
        ("SEARCH[Location](a SEARCH[Study]b)", "site{(Location:a & study{BasicSearch:b})}"),
        ("SEARCH[Location](a AND SEARCH[Study]b)", "site{(Location:a & study{BasicSearch:b})}"),
        ("SEARCH[Location]SEARCH[Study]AREA[BriefTitle]b", "site{study{BriefTitle:b}}"),
        ("SEARCH[Study]b", "BasicSearch:b"),
        ("SEARCH[Location]NOT a", "site{!Location:a}"),
    ] {
        assert_eq!(meaning(typed), expected, "{typed}");
    }
}

#[test]
fn typed_fields_have_values() {
    for (typed, expected) in [
        ("AREA[Phase]\"Phase 2\"", "Phase:Constants([\"PHASE2\"])"),
        ("AREA[Phase:size]2", "Phase:size:Interval(Some(2), Some(2))"),
        ("AREA[StartDate]2022", "StartDate:Interval(Some(18993), Some(19357))"),
        ("AREA[StartDate]RANGE[MIN, 1970]", "StartDate:Interval(None, Some(364))"),
        ("AREA[StartDate]RANGE[MIN, MAX]", "StartDate:Interval(None, None)"),
        ("AREA[MinimumAge]RANGE[18d, MAX]", "MinimumAge:Interval(Some(25920), None)"),
        ("AREA[HealthyVolunteers]y", "HealthyVolunteers:Interval(Some(1), Some(1))"),
        (
            "AREA[FunderTypeSearch]RANGE[AMBIG, FED]",
            "FunderTypeSearch:Constants([\"FED\", \"AMBIG\"])",
        ),
        ("AREA[FunderTypeSearch]nih", "FunderTypeSearch:Constants([\"NIH\"])"),
        ("AREA[InterventionSearch]DRUG", "InterventionSearch:DRUG"),
        (
            "AREA[LocationGeoPoint]DISTANCE[1, 2, 3km]",
            "LocationGeoPoint:Circle { lat: 1.0, lon: 2.0, metres: 3000.0 }",
        ),
        ("AREA[Sex]ALL", "all"),
        ("AREA[Sex]\"ALL\"", "Sex:Constants([\"ALL\"])"),
        ("AREA[StartDateStruct]2022", "StartDateStruct:2022"),
    ] {
        assert_eq!(meaning(typed), expected, "{typed}");
    }
}

#[test]
fn the_operator_all_is_noticed_where_it_could_be_a_value() {
    let notices = resolved("AREA[Sex]ALL OR AREA[Phase]ALL").expect("understood").notices;
    let [notice] = &notices[..] else { panic!("{notices:?}") };
    assert_eq!(notice.span, 9..12);
    assert_eq!(notice.message, "`AREA[Sex]ALL` is every study, whatever its value");
    assert_eq!(notice.hint, "type `AREA[Sex]\"ALL\"` for the value");
}

#[test]
fn messages_say_what_to_type() {
    for (typed, expected) in [
        (
            "AREA[brieftitel]x",
            "5..15 unknown area name: `brieftitel`; the nearest names are `BriefTitle`",
        ),
        (
            "AREA[xyzzy](a OR b)",
            "5..10 unknown area name: `xyzzy`; areas have the names of the registry's data model and search areas, such as `BriefTitle` or `ConditionSearch`",
        ),
        (
            "AREA[Phase]PHASE5",
            "11..17 allowed values for enum field `Phase` are `NA`, `EARLY_PHASE1`, `PHASE1`, `PHASE2`, `PHASE3`, `PHASE4`; the nearest is `AREA[Phase]PHASE1`",
        ),
        (
            "AREA[Phase]PHASE2 PHASE3",
            "11..24 allowed values for enum field `Phase` are `NA`, `EARLY_PHASE1`, `PHASE1`, `PHASE2`, `PHASE3`, `PHASE4`; type `AREA[Phase]PHASE2 OR AREA[Phase]PHASE3`",
        ),
        (
            "AREA[Sex]both",
            "9..13 allowed values for enum field `Sex` are `FEMALE`, `MALE`, `ALL`; type `AREA[Sex]\"ALL\"`",
        ),
        (
            "AREA[EnrollmentCount]many",
            "21..25 `many` means nothing in `EnrollmentCount`, which is a whole number; type a whole number, such as `AREA[EnrollmentCount]100`",
        ),
        (
            "AREA[StartDate]soon",
            "15..19 `soon` means nothing in `StartDate`, which is a date; type a date or a range of dates, such as `AREA[StartDate]2021-03-04`, `AREA[StartDate]2021` or `AREA[StartDate]RANGE[2020, 2022]`",
        ),
        (
            "AREA[StartDate]RANGE[soon, MAX]",
            "21..25 `soon` means nothing in `StartDate`, which is a date; type a date such as `2021-03-04`, `2021-03` or `2021`, or `MIN` or `MAX` for an open end",
        ),
        (
            "AREA[MinimumAge]18",
            "16..18 `18` means nothing in `MinimumAge`, which is an age; type `AREA[MinimumAge]\"18 years\"`",
        ),
        (
            "AREA[HasResults]perhaps",
            "16..23 `perhaps` means nothing in `HasResults`, which is true or false; type `AREA[HasResults]true` or `AREA[HasResults]false`",
        ),
        (
            "AREA[LocationGeoPoint]Boston",
            "22..28 `Boston` means nothing in `LocationGeoPoint`, which is a place; type a place and a radius: `AREA[LocationGeoPoint]DISTANCE[39.0, -77.1, 50mi]`",
        ),
        (
            "AREA[BriefTitle]RANGE[a, b]",
            "16..27 `RANGE` needs a field of dates, numbers, ages or constants; `BriefTitle` is text; `NOT AREA[BriefTitle]MISSING` finds studies that have a value",
        ),
        (
            "RANGE[2020, MAX]",
            "0..16 `RANGE` needs a field of dates, numbers, ages or constants; `BasicSearch` is several fields; name a field before it, such as `AREA[StartDate]RANGE[2020, MAX]`",
        ),
        (
            "AREA[LocationCity]DISTANCE[1, 2, 3mi]",
            "18..37 `DISTANCE` needs a field of places, and `LocationCity` is none; type `AREA[LocationGeoPoint]DISTANCE[1, 2, 3mi]`",
        ),
        (
            "SEARCH[Location]AREA[BriefTitle]x",
            "21..31 `BriefTitle` is no part of a site; type `SEARCH[Study]AREA[BriefTitle]word`",
        ),
        (
            "TILT[BriefTitle]x",
            "5..15 `TILT` needs a field of dates, numbers or ages; `BriefTitle` is text; type one, such as `TILT[StudyFirstPostDate]word`",
        ),
        (
            "TILT[BasicSearch]x",
            "5..16 `TILT` needs a field of dates, numbers or ages; `BasicSearch` is an area; type one, such as `TILT[StudyFirstPostDate]word`",
        ),
        (
            "AREA[Phase](a NEAR/3 b)",
            "11..23 `NEAR` needs text, and `Phase` holds none; type `AND`, or name a field of text, such as `AREA[BriefTitle](bone NEAR/3 marrow)`",
        ),
    ] {
        let wrong = resolved(typed).expect_err(typed);
        let wrong: Vec<String> = wrong
            .iter()
            .map(|one| format!("{:?} {}; {}", one.span, one.message, one.hint))
            .collect();
        assert_eq!(wrong, [expected], "{typed}");
    }
}

#[test]
fn ranges_of_other_languages_are_named_exactly() {
    for (typed, expected) in [
        ("AREA[StartDate]2020-2022", "AREA[StartDate]RANGE[2020, 2022]"),
        ("AREA[StartDate]2015:2020", "AREA[StartDate]RANGE[2015, 2020]"),
        ("AREA[StartDate]2020-01-01..2020-12-31", "AREA[StartDate]RANGE[2020-01-01, 2020-12-31]"),
        ("AREA[StartDate]2020 to 2022", "AREA[StartDate]RANGE[2020, 2022]"),
        ("AREA[StartDate]>=2020", "AREA[StartDate]RANGE[2020, MAX]"),
        ("AREA[StartDate]since 2020", "AREA[StartDate]RANGE[2020, MAX]"),
        ("AREA[StartDate]<2020", "AREA[StartDate]RANGE[MIN, 2019]"),
        ("AREA[EnrollmentCount]>100", "AREA[EnrollmentCount]RANGE[101, MAX]"),
        ("AREA[EnrollmentCount]100-200", "AREA[EnrollmentCount]RANGE[100, 200]"),
        ("AREA[MinimumAge]18-65", "AREA[MinimumAge]RANGE[18 years, 65 years]"),
        ("AREA[MinimumAge]18+", "AREA[MinimumAge]RANGE[18 years, MAX]"),
        ("AREA[Phase]III", "AREA[Phase]PHASE3"),
        ("AREA[Phase]1/2", "AREA[Phase]PHASE1 AND AREA[Phase]PHASE2"),
    ] {
        let wrong = resolved(typed).expect_err(typed);
        assert_eq!(wrong[0].hint, format!("type `{expected}`"), "{typed}");
        assert!(resolved(expected).is_ok(), "{expected}");
    }
    assert_eq!(meaning("AREA[LocationCountryCode]germany"), "LocationCountryCode:Code(\"DE\")");
}

#[test]
fn ranges_that_hold_nothing_are_refused_unless_they_are_old() {
    for (typed, expected) in [
        (
            "AREA[StartDate]RANGE[2020, 2019]",
            "type the lower bound first: `AREA[StartDate]RANGE[2019, 2020]`",
        ),
        (
            "AREA[MinimumAge]RANGE[2 years, 18 months]",
            "type the lower bound first: `AREA[MinimumAge]RANGE[18 months, 2 years]`",
        ),
        (
            "AREA[Phase]RANGE[PHASE3, PHASE1]",
            "type the lower bound first: `AREA[Phase]RANGE[PHASE1, PHASE3]`",
        ),
        ("AREA[Sex]RANGE[female, woman]", "there are `FEMALE`, `MALE`, `ALL`"),
        ("AREA[StartDate]RANGE[2020/01/02, MAX]", "type `2020-01-02`"),
        ("AREA[StartDate]RANGE[13/02/2020, MAX]", "type `2020-02-13`"),
        ("AREA[StartDate]RANGE[01-02-2020, MAX]", "type `2020-01-02` or `2020-02-01`"),
        ("AREA[EnrollmentCount]RANGE[1 000, MAX]", "type `1000`"),
        ("AREA[MinimumAge]RANGE[18, MAX]", "type `18 years`"),
    ] {
        let wrong = resolved(typed).expect_err(typed);
        assert_eq!(wrong[0].hint, expected, "{typed}");
        let expr = expression(typed).expect(typed).expr;
        let basic = SearchTarget::named("BasicSearch").expect("an area");
        let at_first = resolve_in(&expr, &basic, LanguageVersion::First);
        assert_eq!(
            at_first.is_ok(),
            wrong[0].message.contains("before it begins") || typed.contains("Sex")
        );
    }
    assert!(resolved("AREA[StartDate]RANGE[2020-05, 2020]").is_ok());
}

#[test]
fn what_may_be_read_otherwise_is_noticed() {
    for (typed, expected) in [
        (
            "AREA[StartDate]01/02/2020",
            "the month comes first, so this is 2020-01-02; type `2020-02-01` if the day comes first",
        ),
        (
            "AREA[StartDate]RANGE[MIN, 3/4/2021]",
            "the month comes first, so this is 2021-03-04; type `2021-04-03` if the day comes first",
        ),
        (
            "AREA[Phase]RANGE[EARLY_PHASE1, PHASE1]",
            "values are compared by their letters: this is `NA`, `EARLY_PHASE1`, `PHASE1`; type the values that are meant, such as `AREA[Phase](NA OR EARLY_PHASE1 OR PHASE1)`",
        ),
    ] {
        let notices = resolved(typed).expect(typed).notices;
        let [notice] = &notices[..] else { panic!("{typed}: {notices:?}") };
        assert_eq!(format!("{}; {}", notice.message, notice.hint), expected);
    }
    assert_eq!(resolved("AREA[StartDate]12/31/2020").expect("understood").notices, []);
}

#[test]
fn dates_in_other_notations_are_named_exactly() {
    for (typed, expected) in [
        ("AREA[StartDate]2020/01/02", "type `AREA[StartDate]2020-01-02`"),
        ("AREA[StartDate]20200102", "type `AREA[StartDate]2020-01-02`"),
        ("AREA[StartDate]2.1.2020", "type `AREA[StartDate]2020-01-02`"),
        (
            "AREA[StartDate]1-2-2020",
            "type `AREA[StartDate]2020-01-02`, or `AREA[StartDate]2020-02-01`",
        ),
        ("AREA[EnrollmentCount]1 000", "type `AREA[EnrollmentCount]1000`"),
    ] {
        let wrong = resolved(typed).expect_err(typed);
        assert_eq!(wrong[0].hint, expected, "{typed}");
    }
}

#[test]
fn all_that_is_wrong_is_said_at_once() {
    let wrong =
        resolved("AREA[Phase]x AND AREA[y]z AND AREA[StartDate]RANGE[a, b]").expect_err("wrong");
    let places: Vec<usize> = wrong.iter().map(|one| one.span.start).collect();
    assert_eq!(places, [11, 22, 51, 54]);
}

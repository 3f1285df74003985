//! Laws that hold for any studies: the same question asked in two ways has the
//! same hits, and a stricter one has a part of them.
//!
//! Each is checked on the sample corpus and on real records, if these are
//! available.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use tempfile::TempDir;
use trialdex_engine::index::{Store, UpdateOptions, UpdateProgress, update};
use trialdex_engine::search::{ClauseMatching, HitWindow, Hits, SearchOptions, search};
use trialdex_query::{Filter, Parameter, Request};
use trialdex_records::study::computed;
use trialdex_records::study::pieces;
use trialdex_records::study::study_fields::{FieldKind, StudyField};
use trialdex_records::study::{NctId, Study};

use super::asked::LibraryRequest;
use super::language::{REFUSED, UNSUPPORTED};
use super::real_data::{real, real_requests};

/// Archives of real records that are quickly indexed, of three formats.
const REAL: [&str; 3] = ["ctg-studies-635.json.zip", "json-v2-files.tar.gz", "xml-2020-covid.zip"];

/// Words, most of which both collections have.
const WORDS: [&str; 12] = [
    "anemia",
    "Aplastic Anemia",
    "stem cells",
    "cancer",
    "graft versus host disease",
    "COVID-19",
    "type 2 diabetes",
    "University Hospital",
    "placebo",
    "Phase 2",
    "United States",
    "MSC",
];

/// Areas and fields that words are looked for in.
const AREAS: [&str; 9] = [
    "BasicSearch",
    "ConditionSearch",
    "InterventionSearch",
    "LocationSearch",
    "Words",
    "BriefTitle",
    "Condition",
    "LeadSponsorName",
    "LocationCountry",
];

/// Expressions of all kinds.
const EXPRESSIONS: [&str; 14] = [
    "anemia",
    "\"stem cells\"",
    "pain OR cancer",
    "AREA[Phase]PHASE2",
    "AREA[StdAge](CHILD OR OLDER_ADULT)",
    "AREA[Sex]FEMALE",
    "AREA[StartDate]RANGE[2015-01-01,MAX]",
    "AREA[MinimumAge]RANGE[MIN, 12 years]",
    "AREA[EnrollmentCount]RANGE[100,MAX]",
    "AREA[ResultsFirstPostDate]MISSING",
    "AREA[OverallStatus]COMPLETED",
    "AREA[LocationCountry]United States",
    "AREA[LocationGeoPoint]DISTANCE[40.71,-74.01,300mi]",
    "SEARCH[Location](AREA[LocationStatus]RECRUITING)",
];

/// Ways in which a text may match, the strictest first.
const EXPANSIONS: [&str; 5] = ["None", "Term", "Concept", "Relaxation", "Lossy"];

/// Studies to ask.
pub(super) struct Ground {
    _directory: TempDir,
    store: Store,
    every: BTreeSet<NctId>,
}

type HitSet = BTreeSet<NctId>;

impl Ground {
    pub(super) fn new(inputs: &[PathBuf]) -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let options = UpdateOptions {
            threads: 2,
            memory: 100_000_000,
            ..UpdateOptions::new(SystemTime::now())
        };
        update(directory.path(), inputs, &options, &UpdateProgress::default()).expect("an index");
        let store = Store::open(directory.path()).expect("an index");
        let mut ground = Self { _directory: directory, store, every: HitSet::new() };
        ground.every = ground.term("ALL");
        ground
    }

    pub(super) fn sample() -> Self {
        Self::new(&[Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")])
    }

    fn real() -> Option<Self> {
        let paths: Option<Vec<PathBuf>> =
            REAL.iter().map(|name| real(name).map(PathBuf::from)).collect();
        Some(Self::new(&paths?))
    }

    /// The numbers of all studies.
    pub(super) fn every(&self) -> &BTreeSet<NctId> {
        &self.every
    }

    /// A study as it is kept.
    pub(super) fn study(&self, nct: NctId) -> Study {
        self.store.study(nct).expect("a store").expect("a study")
    }

    /// The hits of a window, with their scores.
    fn hits(&self, request: &Request, window: HitWindow) -> Hits<'_> {
        let understood = request.understand().unwrap_or_else(|wrong| panic!("{wrong:#?}"));
        let question = &understood.question;
        let wish = SearchOptions { window, ..SearchOptions::new(question) };
        search(&self.store, &wish).expect("a search")
    }

    /// Number and score of all hits, in their order.
    fn ranked(&self, request: &Request) -> Vec<(NctId, f32)> {
        let all = HitWindow { offset: 0, limit: None };
        self.hits(request, all).hits.iter().map(|hit| (hit.nct_id, hit.score)).collect()
    }

    fn set(&self, request: &Request) -> HitSet {
        self.ranked(request).into_iter().map(|(nct, _)| nct).collect()
    }

    /// The studies that fulfil an expression of the registry's search box.
    pub(super) fn term(&self, expression: &str) -> HitSet {
        self.set(&query(Parameter::Term, expression))
    }

    fn condition(&self, expression: &str) -> HitSet {
        self.set(&query(Parameter::Condition, expression))
    }

    fn filtered(&self, filter: Filter, typed: &str) -> HitSet {
        self.set(&with(Request::default(), filter, typed))
    }

    fn same(&self, one: &str, other: &str) {
        assert_eq!(self.term(one), self.term(other), "`{one}` and `{other}`");
    }
}

fn query(parameter: Parameter, expression: &str) -> Request {
    Request { queries: vec![(parameter, expression.to_owned())], ..Request::default() }
}

fn with(request: Request, filter: Filter, typed: &str) -> Request {
    Request { filters: vec![(filter, typed.to_owned())], ..request }
}

/// Fails unless `part` is a part of `whole`.
pub(super) fn within(part: &HitSet, whole: &HitSet, what: &str) {
    let outside: Vec<&NctId> = part.difference(whole).take(5).collect();
    assert!(outside.is_empty(), "{what}: {outside:?} of {} in {}", part.len(), whole.len());
}

/// Fails unless one of the sets has something in it: laws about nothing hold
/// always.
fn some<'a>(sets: impl IntoIterator<Item = &'a HitSet>, what: &str) {
    assert!(sets.into_iter().any(|set| !set.is_empty()), "{what}: nothing was found");
}

/// The sets of pairs of expressions.
fn pairs() -> impl Iterator<Item = (&'static str, &'static str)> {
    EXPRESSIONS.iter().enumerate().flat_map(|(at, one)| {
        let others = [1, 3, 5].map(|step| EXPRESSIONS[(at + step) % EXPRESSIONS.len()]);
        others.into_iter().map(move |other| (*one, other))
    })
}

fn a_comma_is_and(ground: &Ground) {
    for (one, other) in pairs() {
        ground.same(&format!("({one}), ({other})"), &format!("({one}) AND ({other})"));
    }
    for (one, other) in WORDS.iter().zip(&WORDS[1..]) {
        ground.same(&format!("{one}, {other}"), &format!("{one} AND {other}"));
    }
}

fn not_or_and_and_follow_de_morgan(ground: &Ground) {
    for (one, other) in pairs() {
        let either = format!("NOT (({one}) OR ({other}))");
        ground.same(&either, &format!("NOT ({one}) AND NOT ({other})"));
        let both = format!("NOT (({one}) AND ({other}))");
        ground.same(&both, &format!("NOT ({one}) OR NOT ({other})"));
    }
    for expression in EXPRESSIONS {
        let (is, is_not) = (ground.term(expression), ground.term(&format!("NOT ({expression})")));
        assert!(is.is_disjoint(&is_not), "{expression}");
        assert_eq!(is.len() + is_not.len(), ground.every.len(), "{expression}");
        ground.same(expression, &format!("NOT NOT ({expression})"));
    }
}

fn and_or_are_of_sets(ground: &Ground) {
    for (one, other) in pairs() {
        let (left, right) = (ground.term(one), ground.term(other));
        let both: HitSet = left.intersection(&right).copied().collect();
        let either: HitSet = left.union(&right).copied().collect();
        assert_eq!(ground.term(&format!("({one}) AND ({other})")), both, "{one}, {other}");
        assert_eq!(ground.term(&format!("({one}) OR ({other})")), either, "{one}, {other}");
    }
}

fn short_filters_are_expressions(ground: &Ground) {
    let pairs = [
        ("phase:NA", "AREA[Phase]NA"),
        ("phase:1 2", "AREA[Phase](PHASE1 OR PHASE2)"),
        ("status:rec", "AREA[OverallStatus]RECRUITING"),
        ("ages:child older", "AREA[StdAge](CHILD OR OLDER_ADULT)"),
        ("sex:f", "AREA[Sex]FEMALE"),
        ("healthy:y", "AREA[HealthyVolunteers]true"),
        ("results:with", "AREA[HasResults]true"),
        ("studyType:int obs", "AREA[StudyType](INTERVENTIONAL OR OBSERVATIONAL)"),
    ];
    let mut found = Vec::new();
    for (short, expression) in pairs {
        found.push(ground.filtered(Filter::Agg, short));
        assert_eq!(found[found.len() - 1], ground.term(expression), "{short}");
        assert_eq!(found[found.len() - 1], ground.filtered(Filter::Expression, expression));
    }
    some(&found, "short filters");
    let status = ground.filtered(Filter::Status, "RECRUITING");
    assert_eq!(ground.filtered(Filter::Agg, "status:rec"), status);
}

/// Every field whose values are ordered.
fn ordered_fields() -> Vec<String> {
    let leaves = pieces::leaves().map(StudyField::Piece);
    let lists = pieces::all().iter().filter(|piece| piece.list).map(StudyField::Size);
    let all = leaves.chain(lists).chain(computed::all().iter().map(StudyField::Computed));
    let ordered =
        all.filter(|f| matches!(f.kind(), FieldKind::Number | FieldKind::Date | FieldKind::Age));
    ordered.map(StudyField::name).collect()
}

fn a_value_is_missing_or_in_the_widest_range(ground: &Ground) {
    let names = ordered_fields();
    assert!(names.len() > 50, "fields were found");
    let mut found = Vec::new();
    for name in names {
        let missing = ground.term(&format!("AREA[{name}]MISSING"));
        let range = ground.term(&format!("AREA[{name}]RANGE[MIN,MAX]"));
        let twice: Vec<&NctId> = missing.intersection(&range).take(5).collect();
        assert!(twice.is_empty(), "{name}: {twice:?}");
        assert_eq!(missing.len() + range.len(), ground.every.len(), "{name}");
        found.push(range);
    }
    some(&found, "ranges");
}

fn a_parameter_is_its_area(ground: &Ground) {
    let expressions = WORDS.iter().chain(&EXPRESSIONS);
    for parameter in [Parameter::Condition, Parameter::Intervention, Parameter::Location] {
        let area = parameter.area();
        for expression in expressions.clone() {
            let here = ground.ranked(&query(parameter, expression));
            let expression = format!("AREA[{area}]({expression})");
            assert_eq!(here, ground.ranked(&query(Parameter::Term, &expression)), "{expression}");
        }
    }
}

fn words_apart_are_each_asked_for(ground: &Ground) {
    let mut found = Vec::new();
    for (word, rest) in [
        ("Carcinoma", "Otherwise Specified"),
        ("Anemia", "Refractory"),
        ("Infection", "Respiratory"),
    ] {
        let all = ground.condition(word);
        let with = ground.condition(&format!("{word} {rest}"));
        let without = ground.condition(&format!("{word} NOT {rest}"));
        let difference: HitSet = all.difference(&with).copied().collect();
        assert_eq!(without, difference, "{word} {rest}");
        found.push(with);
    }
    some(&found, "words apart");
}

fn operators_have_short_names(ground: &Ground) {
    for area in AREAS {
        for words in WORDS {
            for coverage in ["Contains", "StartsWith", "EndsWith", "FullMatch"] {
                let rest = format!("[{coverage}]\"{words}\"");
                ground.same(
                    &format!("AREA[{area}]COVER{rest}"),
                    &format!("AREA[{area}]COVERAGE{rest}"),
                );
            }
            for expansion in EXPANSIONS {
                let rest = format!("[{expansion}]{words}");
                ground.same(
                    &format!("AREA[{area}]EXPAND{rest}"),
                    &format!("AREA[{area}]EXPANSION{rest}"),
                );
            }
        }
    }
}

fn more_coverage_is_stricter(ground: &Ground) {
    let mut found = Vec::new();
    for area in AREAS {
        for words in WORDS {
            for expansion in ["", "EXPANSION[None]", "EXPANSION[Term]", "EXPANSION[Concept]"] {
                let cover = |coverage: &str| {
                    let words = format!("COVERAGE[{coverage}]{expansion}\"{words}\"");
                    ground.term(&format!("AREA[{area}]{words}"))
                };
                let what = format!("{expansion} {words} in {area}");
                let [contains, start, end, full] =
                    ["Contains", "StartsWith", "EndsWith", "FullMatch"].map(cover);
                within(&full, &start, &format!("FullMatch, StartsWith: {what}"));
                within(&full, &end, &format!("FullMatch, EndsWith: {what}"));
                within(&start, &contains, &format!("StartsWith, Contains: {what}"));
                within(&end, &contains, &format!("EndsWith, Contains: {what}"));
                found.push(full);
            }
        }
    }
    some(&found, "full matches");
}

fn more_expansion_is_wider(ground: &Ground) {
    let mut found = Vec::new();
    for area in AREAS {
        for words in WORDS {
            for quote in ["", "\""] {
                let expanded = |expansion: &str| {
                    let words = format!("EXPANSION[{expansion}]{quote}{words}{quote}");
                    ground.term(&format!("AREA[{area}]{words}"))
                };
                let sets = EXPANSIONS.map(expanded);
                for (at, pair) in sets.windows(2).enumerate() {
                    let names = &EXPANSIONS[at..at + 2];
                    within(&pair[0], &pair[1], &format!("{names:?}: {quote}{words} in {area}"));
                }
                found.extend(sets.into_iter().next());
            }
        }
    }
    some(&found, "words as written");
}

fn numbers_are_numbers_in_any_case(ground: &Ground) {
    let nct = ground.every.iter().next().expect("a study").to_string();
    let alone = HitSet::from_iter(NctId::parse_typed(&nct));
    let small = nct.to_lowercase();
    for parameter in [Parameter::Term, Parameter::Id, Parameter::Words] {
        assert_eq!(ground.set(&query(parameter, &nct)), alone, "{parameter:?}");
        assert_eq!(ground.set(&query(parameter, &small)), alone, "{parameter:?}");
    }
    assert_eq!(ground.filtered(Filter::Ids, &small), alone);
    ground.same(&format!("AREA[NCTId]{nct}"), &format!("AREA[NCTId]{small}"));
    ground.same(&format!("{nct} AND ALL"), &format!("{small} AND ALL"));
}

fn pages_are_the_whole(ground: &Ground) {
    for words in ["cancer OR anemia", "ALL", "placebo"] {
        let request = query(Parameter::Term, words);
        let whole: Vec<NctId> = ground.ranked(&request).into_iter().map(|(nct, _)| nct).collect();
        let size = whole.len() / 5 + 1;
        let mut pages = Vec::new();
        loop {
            let window = HitWindow { offset: pages.len(), limit: Some(size) };
            let hits = ground.hits(&request, window);
            assert_eq!(hits.total, whole.len(), "{words}");
            if hits.hits.is_empty() {
                break;
            }
            assert_eq!(hits.hits[0].rank, pages.len() + 1, "{words}");
            pages.extend(hits.hits.iter().map(|hit| hit.nct_id));
        }
        assert_eq!(pages, whole, "{words}");
        assert_eq!(HitSet::from_iter(pages).len(), whole.len(), "{words}: duplicates");
    }
}

fn order_is_fixed_and_ties_go_by_number(ground: &Ground) {
    let mut ties = 0;
    for expression in WORDS.iter().chain(&EXPRESSIONS) {
        let request = query(Parameter::Term, expression);
        let ranked = ground.ranked(&request);
        assert_eq!(ranked, ground.ranked(&request), "{expression}");
        for pair in ranked.windows(2) {
            let ((first, score), (second, lower)) = (pair[0], pair[1]);
            assert!(score > lower || score == lower && first < second, "{expression}: {first}");
            ties += usize::from(score == lower);
        }
    }
    assert!(ties > 0, "no two studies have the same score");
}

fn filters_never_change_scores(ground: &Ground) {
    for words in WORDS {
        let request = query(Parameter::Words, words);
        let scores: BTreeMap<NctId, f32> = ground.ranked(&request).into_iter().collect();
        for filter in EXPRESSIONS {
            let filtered = ground.ranked(&with(request.clone(), Filter::Expression, filter));
            let found: HitSet = filtered.iter().map(|(nct, _)| *nct).collect();
            let allowed = ground.filtered(Filter::Expression, filter);
            let expected: HitSet =
                scores.keys().filter(|nct| allowed.contains(nct)).copied().collect();
            assert_eq!(found, expected, "{words} with {filter}");
            for (nct, score) in filtered {
                assert_eq!(scores.get(&nct), Some(&score), "{words} with {filter}: {nct}");
            }
        }
    }
}

fn a_filter_finds_what_the_query_would(ground: &Ground) {
    for (words, filter) in pairs() {
        let filtered = with(query(Parameter::Term, words), Filter::Expression, filter);
        let asked = ground.term(&format!("({words}) AND ({filter})"));
        assert_eq!(ground.set(&filtered), asked, "{words} with {filter}");
    }
}

fn one_site_is_stricter_than_any(ground: &Ground) {
    let tests = [
        "AREA[LocationCountry]United States",
        "AREA[LocationCountry]France",
        "AREA[LocationStatus]RECRUITING",
        "AREA[LocationCity]Boston",
        "AREA[LocationFacility]University",
        "AREA[LocationGeoPoint]DISTANCE[40.71,-74.01,300mi]",
    ];
    let mut found = Vec::new();
    for one in tests {
        ground.same(&format!("SEARCH[Location]({one})"), one);
        for other in tests {
            let both = format!("({one} AND {other})");
            let site = ground.term(&format!("SEARCH[Location]{both}"));
            within(&site, &ground.term(&both), &both);
            let either = format!("({one} OR {other})");
            ground.same(&format!("SEARCH[Location]{either}"), &either);
            found.push(site);
        }
    }
    some(&found, "sites");
}

/// A tilt ranks the same studies in another order.
fn a_tilt_finds_the_same(ground: &Ground) {
    for expression in EXPRESSIONS {
        ground.same(&format!("TILT[StartDate]({expression})"), expression);
    }
}

fn real_requests_are_answered_or_refused(ground: &Ground) {
    let Some(requests) = real_requests() else { return };
    let mut answered = Vec::new();
    for sent in requests.into_iter().filter(|sent| sent.n != UNSUPPORTED) {
        let understood = sent.asked().and_then(|LibraryRequest { request, order }| {
            let understood = request.understand().map_err(|wrong| format!("{wrong:?}"))?;
            Ok((understood, order))
        });
        let refused = understood.as_ref().err();
        assert_eq!(refused.is_some(), REFUSED.contains(&sent.n), "{}: {refused:?}", sent.n);
        let Ok((understood, order)) = understood else { continue };
        let window = HitWindow { offset: 0, limit: Some(10) };
        let question = &understood.question;
        let matching = ClauseMatching::Closest;
        let wish =
            SearchOptions { matching, order: &order, window, ..SearchOptions::new(question) };
        let hits =
            search(&ground.store, &wish).unwrap_or_else(|error| panic!("{}: {error}", sent.n));
        assert_eq!(hits.hits.len(), hits.total.min(10), "{}", sent.n);
        answered.extend(hits.hits.iter().map(|hit| hit.nct_id));
    }
    some([&HitSet::from_iter(answered)], "real requests");
}

type Law = fn(&Ground);

const LAWS: [(&str, Law); 18] = [
    ("a comma is AND", a_comma_is_and),
    ("De Morgan", not_or_and_and_follow_de_morgan),
    ("sets", and_or_are_of_sets),
    ("short filters", short_filters_are_expressions),
    ("missing or in range", a_value_is_missing_or_in_the_widest_range),
    ("parameters", a_parameter_is_its_area),
    ("words apart", words_apart_are_each_asked_for),
    ("short names", operators_have_short_names),
    ("coverage", more_coverage_is_stricter),
    ("expansion", more_expansion_is_wider),
    ("numbers", numbers_are_numbers_in_any_case),
    ("pages", pages_are_the_whole),
    ("order", order_is_fixed_and_ties_go_by_number),
    ("scores", filters_never_change_scores),
    ("filters", a_filter_finds_what_the_query_would),
    ("sites", one_site_is_stricter_than_any),
    ("tilt", a_tilt_finds_the_same),
    ("real requests", real_requests_are_answered_or_refused),
];

/// Holds every law; all that are broken are named at the end.
fn hold_laws(ground: &Ground) {
    let broken = LAWS.iter().filter(|(_, law)| {
        let held = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| law(ground)));
        held.is_err()
    });
    let broken: Vec<&str> = broken.map(|(name, _)| *name).collect();
    assert!(broken.is_empty(), "broken: {broken:?}; see above");
}

#[test]
fn laws_hold_for_the_sample_corpus() {
    hold_laws(&Ground::sample());
}

#[test]
fn laws_hold_for_real_records() {
    let Some(ground) = Ground::real() else { return };
    hold_laws(&ground);
}

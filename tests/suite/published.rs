//! Strategies as systematic reviews publish them: each is read whole, and
//! finds what the same question asks for in our own language.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use serde_json::Value;

use super::harness::{Sandbox, copy_directory};
use super::real_data::{beside, real};

/// Share of the studies of a query by hand that a strategy has to find.
const LEAST_SHARE: f64 = 0.95;

/// Studies that a query by hand has to find, to say anything.
const FEWEST_STUDIES: usize = 5;

/// What a remark says where something typed is not understood.
const NOT_UNDERSTOOD: [&str; 5] =
    ["is not known", "not understood", "names no line above", "there is no line", "is skipped"];

/// A strategy and the same question by hand.
struct PublishedStrategyPair {
    name: String,
    /// Name of the system, as it is typed after `--from`.
    dialect: String,
    path: String,
    by_hand: String,
}

/// The strategies, by name, which begins with the system.
fn published() -> Vec<PublishedStrategyPair> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/strategies");
    let files = fs::read_dir(directory).expect("a directory");
    let mut paths: Vec<PathBuf> = files.map(|file| file.expect("a file").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "txt"));
    paths.sort();
    let strategies = paths.iter().map(|path| {
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let query = fs::read_to_string(path.with_extension("query")).expect("a query");
        let lines: Vec<&str> = query.lines().filter(|line| !line.starts_with("//")).collect();
        PublishedStrategyPair {
            dialect: name.split('-').next().expect("a system").to_owned(),
            path: path.display().to_string(),
            by_hand: lines.join(" "),
            name,
        }
    });
    strategies.collect()
}

#[test]
fn strategies_are_read_whole() {
    let sandbox = Sandbox::new();
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    copy_directory(&corpus, &sandbox.path("corpus"));
    sandbox.index(&["corpus"]);
    let all = published();
    assert!(all.len() >= 30, "{} strategies", all.len());
    for PublishedStrategyPair { name, dialect, path, .. } in &all {
        let typed = ["translate", path, "--from", dialect, "--format", "json"];
        let translation = sandbox.run(&typed).success().json();
        let lines = translation["lines"].as_array().expect("lines");
        for line in lines {
            for remark in line["remarks"].as_array().expect("remarks") {
                let remark = remark.as_str().expect("a text");
                // A line that says nothing here is named by another one.
                let known = remark.ends_with("says nothing here and is skipped");
                let wrong = NOT_UNDERSTOOD.iter().any(|words| remark.contains(words));
                assert!(known || !wrong, "{name}: {remark}");
            }
        }
        for passed in translation["passedOver"].as_array().expect("a list") {
            assert_ne!(passed["why"], "without a number", "{name}: {passed}");
        }
        let said = lines.iter().filter(|line| !line["translated"].is_null()).count();
        let batch = sandbox.run(&["batch", path, "--from", dialect]).success();
        assert_eq!(batch.out.lines().count(), said, "{name}: {}", batch.out);
        assert!(said >= 4 || lines.len() == 1, "{name}: {said} of {} lines", lines.len());
    }
}

/// What a strategy and the query by hand find.
struct StrategyComparison {
    name: String,
    by_hand: usize,
    found: usize,
    both: usize,
}

impl StrategyComparison {
    fn share(&self) -> f64 {
        self.both as f64 / self.by_hand.max(1) as f64
    }

    /// Studies that the strategy finds besides, for each of the query by hand.
    fn more(&self) -> f64 {
        (self.found - self.both) as f64 / self.by_hand.max(1) as f64
    }
}

fn ids(sandbox: &Sandbox, arguments: &[&str]) -> BTreeSet<String> {
    let all = ["search", "--format", "ids", "--limit", "0"];
    let run = sandbox.run(&[&all[..], arguments].concat());
    assert!(matches!(run.code, Some(0 | 1)), "{arguments:?}: {run:?}");
    run.out.lines().map(str::to_owned).collect()
}

fn compared(sandbox: &Sandbox, published: &PublishedStrategyPair) -> StrategyComparison {
    let PublishedStrategyPair { name, dialect, path, by_hand } = published;
    let by_hand = ids(sandbox, &[by_hand]);
    let found = ids(sandbox, &["--strategy", path, "--from", dialect]);
    let both = found.intersection(&by_hand).count();
    StrategyComparison { name: name.clone(), by_hand: by_hand.len(), found: found.len(), both }
}

/// The middle one of some numbers; of an even number, the mean of the two.
fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    let half = numbers.len() / 2;
    if numbers.len() % 2 == 1 { numbers[half] } else { (numbers[half - 1] + numbers[half]) / 2.0 }
}

/// The table, which is heard when the test passes, too.
fn table(all: &[StrategyComparison]) -> String {
    let mut table = format!("{:44} by hand  found  share   more\n", "strategy");
    for one in all {
        let more = one.found - one.both;
        let StrategyComparison { name, by_hand, found, .. } = one;
        let share = 100.0 * one.share();
        table += &format!("{name:44} {by_hand:7}  {found:5}  {share:4.1} %  {more:5}\n");
    }
    table += "\nsystem    strategies  median  worst  median of more\n";
    let systems: BTreeSet<&str> = all.iter().map(|one| system(&one.name)).collect();
    for system_name in systems.into_iter().chain(["all"]) {
        let of =
            |one: &&StrategyComparison| system_name == "all" || system(&one.name) == system_name;
        let some: Vec<&StrategyComparison> = all.iter().filter(of).collect();
        let shares: Vec<f64> = some.iter().map(|one| 100.0 * one.share()).collect();
        let worst = shares.iter().copied().fold(100.0, f64::min);
        let more = 100.0 * median(some.iter().map(|one| one.more()).collect());
        let (number, middle) = (some.len(), median(shares));
        table +=
            &format!("{system_name:8}  {number:10}  {middle:5.1} %  {worst:4.1} %  {more:4.0} %\n");
    }
    table
}

fn system(name: &str) -> &str {
    name.split('-').next().unwrap_or(name)
}

/// An index of all data, which takes minutes to build: tests that run at the same time share it.
fn with_all_data() -> Option<Arc<Sandbox>> {
    static SHARED: Mutex<Weak<Sandbox>> = Mutex::new(Weak::new());
    let data = real("")?;
    let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(sandbox) = shared.upgrade() {
        return Some(sandbox);
    }
    let sandbox = Arc::new(Sandbox::new());
    sandbox.index(&[&data]);
    *shared = Arc::downgrade(&sandbox);
    Some(sandbox)
}

#[test]
fn strategies_find_what_is_asked_by_hand() {
    let Some(sandbox) = with_all_data() else { return };
    let all = published();
    let compared: Vec<StrategyComparison> = std::thread::scope(|scope| {
        let sandbox = &*sandbox;
        let halves = all.chunks(all.len().div_ceil(2));
        let running: Vec<_> = halves
            .map(|half| {
                scope.spawn(move || {
                    half.iter().map(|one| compared(sandbox, one)).collect::<Vec<_>>()
                })
            })
            .collect();
        running.into_iter().flat_map(|half| half.join().expect("compared")).collect()
    });
    let table = table(&compared);
    // Not by a macro, which would be heard only when the test fails.
    writeln!(io::stderr(), "{table}").expect("a standard error");
    let unfit =
        |one: &&StrategyComparison| one.by_hand < FEWEST_STUDIES || one.share() < LEAST_SHARE;
    let wrong: Vec<&str> = compared.iter().filter(unfit).map(|one| one.name.as_str()).collect();
    assert!(wrong.is_empty(), "{wrong:?}\n{table}");
    // What is found besides is told in the table; all of it would be no answer.
    assert!(median(compared.iter().map(StrategyComparison::more).collect()) < 0.5, "{table}");
}

/// Parts of a query that people sent to ClinicalTrials.gov, with their flags.
fn parts_of_query(line: &str) -> Vec<[String; 2]> {
    let query: Value = serde_json::from_str(line).expect("JSON");
    let parameters = query["params"].as_object().expect("parameters").iter();
    let part = |(name, value): (&String, &Value)| {
        let flag = match name.as_str() {
            "filter.advanced" => "--filter".to_owned(),
            "filter.overallStatus" => "--status".to_owned(),
            "filter.geo" => "--geo".to_owned(),
            "aggFilters" => "--agg".to_owned(),
            // The retired site's name, which the site of today refuses.
            "query.recrs" => return None,
            name => format!("--{}", name.strip_prefix("query.")?),
        };
        Some([flag, value.as_str()?.to_owned()])
    };
    parameters.filter_map(part).collect()
}

/// The queries that name no value that there is, which the registry refuses, too.
const REFUSED: [[&str; 2]; 2] = [["--filter", "AREA[Phase]PHASE5"], ["--geo", "distance(50)"]];

/// The queries that name what no study of the data has.
const EMPTY: [[&str; 2]; 13] = [
    [
        "--agg",
        "funderType:industry,phase:2,results:without,status:rec act,studyType:int exp exp_indiv,violation:y",
    ],
    ["--cond", "diabetes [bracket]"],
    ["--id", "NCT05429502"],
    [
        "--intr",
        "(AREA[InterventionName]\"immunotherapy radiotherapy\" OR \
         AREA[InterventionOtherName]\"immunotherapy radiotherapy\")",
    ],
    ["--intr", "aspirin, ibuprofen"],
    ["--lead", "MySponsorLead"],
    ["--locn", "AREA[LocationCountry]United States,AREA[LocationFacility]MyFacility"],
    ["--outc", "MyOutComeMeasure"],
    ["--spons", "MySponsor"],
    [
        "--term",
        "(AREA[EligibilityCriteria](\"EGFR L858R\") OR AREA[BriefTitle](\"EGFR L858R\") OR \
         AREA[OfficialTitle](\"EGFR L858R\") OR AREA[BriefSummary](\"EGFR L858R\") OR \
         AREA[Keyword](\"EGFR L858R\"))",
    ],
    ["--term", "EXPANSION[None]COVERAGE[FullMatch]\"exact phrase\""],
    ["--term", "krebs"],
    ["--titles", "MyAcronym"],
];

/// Queries that people sent to ClinicalTrials.gov are in our own language:
/// none is refused but those that the registry refuses, what is understood of
/// each is understood as the same when it is typed, and each finds studies.
#[test]
fn queries_of_the_registry_are_never_refused() {
    let Some(path) = beside("ctgov", "real-queries.jsonl") else { return };
    let Some(sandbox) = with_all_data() else { return };
    let text = fs::read_to_string(path).expect("a file");
    let parts: BTreeSet<[String; 2]> = text.lines().flat_map(parts_of_query).collect();
    for [flag, typed] in &parts {
        let part = [flag.as_str(), typed.as_str()];
        let run = sandbox.run(&["search", "--format", "json", "--limit", "1", flag, typed]);
        if REFUSED.contains(&part) {
            assert_eq!(run.code, Some(2), "{flag} {typed}: {run:?}");
            continue;
        }
        let expected = i32::from(EMPTY.contains(&part));
        assert_eq!(run.code, Some(expected), "{flag} {typed}: {run:?}");
        let found = run.json();
        let understood = found["query"]["understood"].as_str().expect("an expression");
        let again = sandbox.run(&["search", "--format", "json", "--limit", "1", understood]).json();
        assert_eq!(again["query"]["understood"], understood, "{flag} {typed}");
        assert_eq!(again["total"], found["total"], "{flag} {typed}: {understood}");
    }
    assert!(parts.len() > 80, "{}", parts.len());
}
